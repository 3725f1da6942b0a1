#include "bundles/key_line.h"

#include <assert.h>
#include <string.h>

#include "core/hash.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/text.h"

#define WORDS "p2pub1 opens "
/* The same without what counts for nothing. */
#define MARK        "p2pub1opens"
#define CHECK_SIZE  ((size_t)3)
#define ID_DIGITS   (KEY_LINE_ID_SIZE * 2)
#define KEY_DIGITS  ((size_t)56)
#define SECRET_SIZE (SEALED_KEY_SIZE + CHECK_SIZE)

static_assert(sizeof(WORDS) - 1 + ID_DIGITS + 1 + KEY_DIGITS + 1 ==
                  KEY_LINE_TEXT_SIZE,
              "the line has one size");
static_assert(SECRET_SIZE * 8 == KEY_DIGITS * 5, "no digit is partly used");

/* What a slip of the finger changes. */
static void
make_check(uint8_t out[CHECK_SIZE], const struct key_line *line)
{
    struct hash_stream stream;
    uint8_t hash[32];

    hash_stream_init(&stream);
    hash_stream_update(&stream, byte_view_of_text("p2pub1 key line"));
    hash_stream_update(&stream, byte_view_of(line->id, sizeof(line->id)));
    hash_stream_update(&stream, byte_view_of(line->key, sizeof(line->key)));
    hash_stream_final(&stream, hash);
    memcpy(out, hash, CHECK_SIZE);
    mem_wipe(&stream, sizeof(stream));
}

void
key_line_format(char out[KEY_LINE_TEXT_SIZE], const struct record_id *sealed,
                const uint8_t key[SEALED_KEY_SIZE])
{
    uint8_t secret[SECRET_SIZE];
    struct key_line line;
    char digits[ID_DIGITS + 1];
    char *at = out;

    memcpy(line.id, sealed->octets, sizeof(line.id));
    memcpy(line.key, key, sizeof(line.key));
    memcpy(secret, key, SEALED_KEY_SIZE);
    make_check(secret + SEALED_KEY_SIZE, &line);
    text_hex(digits, line.id, sizeof(line.id));
    memcpy(at, WORDS, sizeof(WORDS) - 1);
    at += sizeof(WORDS) - 1;
    memcpy(at, digits, ID_DIGITS);
    at += ID_DIGITS;
    *at++ = ' ';
    text_base32(at, secret, sizeof(secret));
    mem_wipe(secret, sizeof(secret));
    mem_wipe(&line, sizeof(line));
}

static bool
is_nothing(uint8_t octet)
{
    return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n' ||
           octet == '-';
}

/* Append what counts of text to out. */
static enum status
reduce(struct byte_buf *out, struct byte_view text)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < text.size; i++) {
        uint8_t octet = text.data[i];

        if (octet >= 'A' && octet <= 'Z')
            octet = (uint8_t)(octet - 'A' + 'a');
        if (!is_nothing(octet))
            status = byte_buf_append(out, byte_view_of(&octet, 1));
    }
    return status;
}

/* What stands behind the first MARK; empty if there is none. */
static struct byte_view
behind_mark(struct byte_view text)
{
    const size_t size = sizeof(MARK) - 1;

    for (size_t i = 0; i + size <= text.size; i++)
        if (memcmp(text.data + i, MARK, size) == 0)
            return byte_view_slice(text, i + size, text.size - i - size);
    return byte_view_slice(text, 0, 0);
}

static enum status
parse(struct key_line *out, struct byte_view digits)
{
    uint8_t secret[SECRET_SIZE] = {0};
    uint8_t check[CHECK_SIZE];
    enum status status = STATUS_MALFORMED;

    if (digits.size >= ID_DIGITS + KEY_DIGITS)
        status = text_hex_parse(out->id, sizeof(out->id),
                                byte_view_slice(digits, 0, ID_DIGITS));
    if (status == STATUS_OK)
        status =
            text_base32_parse(secret, sizeof(secret),
                              byte_view_slice(digits, ID_DIGITS, KEY_DIGITS));
    if (status == STATUS_OK) {
        memcpy(out->key, secret, sizeof(out->key));
        make_check(check, out);
        if (memcmp(check, secret + SEALED_KEY_SIZE, sizeof(check)) != 0)
            status = STATUS_MALFORMED;
    }
    mem_wipe(secret, sizeof(secret));
    return status;
}

enum status
key_line_find(struct key_line *out, struct byte_view text)
{
    struct byte_buf reduced;
    enum status status;

    memset(out, 0, sizeof(*out));
    if (text.size > KEY_LINE_INPUT_MAX)
        return STATUS_TOO_LARGE;
    byte_buf_init(&reduced, KEY_LINE_INPUT_MAX);
    status = byte_buf_reserve(&reduced, text.size);
    if (status == STATUS_OK)
        status = reduce(&reduced, text);
    if (status == STATUS_OK)
        status = parse(out, behind_mark(byte_view_of_buf(&reduced)));
    if (reduced.size > 0)
        mem_wipe(reduced.data, reduced.size);
    byte_buf_release(&reduced);
    if (status != STATUS_OK)
        mem_wipe(out, sizeof(*out));
    return status;
}

bool
key_line_is_of(const struct key_line *line, const struct record_id *sealed)
{
    return memcmp(line->id, sealed->octets, sizeof(line->id)) == 0;
}
