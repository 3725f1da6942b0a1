#include "net/secret_line.h"

#include <stdbool.h>
#include <string.h>

#include "core/hash.h"
#include "core/text.h"

/* Octets whose base32 is the check word, and its size with a zero. */
#define CHECK_HASHED    ((size_t)5)
#define CHECK_TEXT_SIZE 9

static const char program[] = "p2pub";

static void
check_word(char out[CHECK_TEXT_SIZE], struct byte_view line)
{
    uint8_t hash[HASH_256_SIZE];

    hash_256(hash, line);
    text_base32(out, hash, CHECK_HASHED);
}

enum status
secret_line_finish(struct byte_buf *out, size_t start)
{
    char check[CHECK_TEXT_SIZE];
    enum status status;

    check_word(check, byte_view_slice(byte_view_of_buf(out), start, out->size));
    status = byte_buf_reserve(out, 1 + sizeof(check));
    if (status == STATUS_OK)
        status = byte_buf_append_text(out, " ");
    if (status == STATUS_OK)
        status = byte_buf_append_text(out, check);
    return status;
}

static bool
is_space(uint8_t octet)
{
    return octet == ' ' || (octet >= '\t' && octet <= '\r');
}

static struct byte_view
trim(struct byte_view text)
{
    while (text.size > 0 && is_space(text.data[0]))
        text = byte_view_slice(text, 1, text.size);
    while (text.size > 0 && is_space(text.data[text.size - 1]))
        text.size--;
    return text;
}

/* Is word `p2pub1-` and kind, or that of a later version? */
static enum status
check_first(struct byte_view word, const char *kind)
{
    size_t at = sizeof(program) - 1;
    struct byte_view version;
    uint64_t number;

    if (!byte_view_starts_with(word, program))
        return STATUS_MALFORMED;
    while (at < word.size && word.data[at] != '-')
        at++;
    if (at == word.size ||
        !byte_view_equal_text(byte_view_slice(word, at + 1, word.size), kind))
        return STATUS_MALFORMED;
    version =
        byte_view_slice(word, sizeof(program) - 1, at - (sizeof(program) - 1));
    if (text_decimal_parse(&number, 9999, version) != STATUS_OK || number == 0)
        return STATUS_MALFORMED;
    return number == 1 ? STATUS_OK : STATUS_NEWER;
}

enum status
secret_line_split(struct byte_view *words, size_t count, struct byte_view text,
                  const char *kind)
{
    enum status status;
    size_t i;

    text = trim(text);
    for (i = 0; i < count; i++) {
        size_t size = 0;

        while (size < text.size && text.data[size] != ' ')
            size++;
        words[i] = byte_view_slice(text, 0, size);
        if (i == 0) {
            status = check_first(words[0], kind);
            if (status != STATUS_OK)
                return status;
        }
        if (size == 0 || (i + 1 < count) != (size < text.size))
            return STATUS_MALFORMED;
        text = byte_view_slice(text, size + 1, text.size);
    }
    return STATUS_OK;
}

enum status
secret_line_check(const struct byte_view *words, size_t count)
{
    const struct byte_view *before = &words[count - 2];
    const size_t size = (size_t)(before->data - words[0].data) + before->size;
    char expected[CHECK_TEXT_SIZE];

    check_word(expected, byte_view_of(words[0].data, size));
    return byte_view_equal_text(words[count - 1], expected)
               ? STATUS_OK
               : STATUS_BAD_SIGNATURE;
}
