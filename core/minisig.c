#include "core/minisig.h"

#include <assert.h>
#include <string.h>

#include "core/hash.h"
#include "core/reader.h"
#include "core/text.h"
#include "core/writer.h"

#define UNTRUSTED "untrusted comment: "
#define TRUSTED   "trusted comment: "

/* Line 1 of the files that we write; nobody signs it. */
#define LINE1 UNTRUSTED "signature from p2pub\n"

/* Line 2: "ED", the key's id, the signature.  Line 4: the other signature. */
#define LINE2_OCTETS ((size_t)74)
#define LINE4_OCTETS ((size_t)64)

/* Their base64, with the terminating zero. */
#define LINE2_SIZE ((size_t)101)
#define LINE4_SIZE ((size_t)89)

/* The second signature is over the first one and the comment. */
#define GLOBAL_OCTETS_MAX ((size_t)64 + MINISIG_TRUSTED_MAX)

/* What it is over, put together in buffer. */
static struct byte_view
global_view(uint8_t buffer[GLOBAL_OCTETS_MAX], const struct minisig *minisig)
{
    assert(minisig->comment_size <= MINISIG_TRUSTED_MAX);
    memcpy(buffer, minisig->signature.octets, 64);
    memcpy(buffer + 64, minisig->comment, minisig->comment_size);
    return byte_view_of(buffer, 64 + minisig->comment_size);
}

static bool
is_printable_ascii(struct byte_view text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < 0x20 || text.data[i] > 0x7e)
            return false;
    }
    return true;
}

/*
 * True if a comment in a file may stand: well-formed UTF-8 without control
 * characters, TAB apart, which stock's own comments hold.
 */
static bool
is_comment(struct byte_view text)
{
    while (text.size > 0) {
        uint32_t point;

        if (!text_utf8_next(&point, &text))
            return false;
        if ((point < 0x20 && point != '\t') || (point >= 0x7f && point < 0xa0))
            return false;
    }
    return true;
}

enum status
minisig_sign(struct minisig *out, struct byte_view message, const char *comment,
             const struct key_secret *secret)
{
    struct byte_view words = byte_view_of_text(comment);
    uint8_t buffer[GLOBAL_OCTETS_MAX];
    uint8_t hash[HASH_512_SIZE];

    memset(out, 0, sizeof(*out));
    if (words.size > MINISIG_TRUSTED_MAX)
        return STATUS_TOO_LARGE;
    if (!is_printable_ascii(words))
        return STATUS_MALFORMED;

    out->id = secret->public_key.id;
    out->comment_size = words.size;
    memcpy(out->comment, comment, words.size);
    hash_512(hash, message);
    key_sign(&out->signature, byte_view_of(hash, sizeof(hash)), secret);
    key_sign(&out->global, global_view(buffer, out), secret);
    return STATUS_OK;
}

enum status
minisig_verify(const struct minisig *minisig, struct byte_view message,
               const struct key_author *author)
{
    uint8_t buffer[GLOBAL_OCTETS_MAX];
    uint8_t hash[HASH_512_SIZE];
    enum status status;

    hash_512(hash, message);
    status = key_verify(&minisig->signature, byte_view_of(hash, sizeof(hash)),
                        author);
    if (status != STATUS_OK)
        return status;
    return key_verify(&minisig->global, global_view(buffer, minisig), author);
}

enum status
minisig_write(struct byte_buf *out, const struct minisig *minisig)
{
    uint8_t line2[LINE2_OCTETS] = {'E', 'D'};
    char base64[LINE2_SIZE];
    struct writer writer;
    enum status status;

    /* All or nothing.  The zeros counted in two sizes are line ends here. */
    status = byte_buf_reserve(out, strlen(LINE1 TRUSTED) + LINE2_SIZE +
                                       minisig->comment_size + 1 + LINE4_SIZE);
    if (status != STATUS_OK)
        return status;

    memcpy(line2 + 2, minisig->id.octets, 8);
    memcpy(line2 + 10, minisig->signature.octets, 64);
    text_base64(base64, line2, sizeof(line2));
    writer_init(&writer, out);
    writer_text(&writer, LINE1);
    writer_text(&writer, base64);
    writer_text(&writer, "\n" TRUSTED);
    writer_bytes(&writer,
                 byte_view_of(minisig->comment, minisig->comment_size));
    writer_text(&writer, "\n");
    text_base64(base64, minisig->global.octets, LINE4_OCTETS);
    writer_text(&writer, base64);
    writer_text(&writer, "\n");
    return writer_status(&writer);
}

/* The text behind prefix in the next line; fails the reader. */
static struct byte_view
read_comment(struct reader *reader, const char *prefix)
{
    struct byte_view line = reader_line(reader);

    if (!byte_view_starts_with(line, prefix)) {
        reader_fail(reader);
        return byte_view_of(NULL, 0);
    }
    line = byte_view_slice(line, strlen(prefix), line.size);
    if (!is_comment(line))
        reader_fail(reader);
    return line;
}

/* Exactly size octets in base64 in the next line; fails the reader. */
static void
read_base64(uint8_t *out, size_t size, struct reader *reader)
{
    if (text_base64_parse(out, size, reader_line(reader)) != STATUS_OK) {
        memset(out, 0, size);
        reader_fail(reader);
    }
}

enum status
minisig_read(struct minisig *out, struct byte_view text)
{
    uint8_t line2[LINE2_OCTETS];
    struct byte_view comment;
    struct minisig minisig;
    struct reader reader;

    memset(out, 0, sizeof(*out));
    memset(&minisig, 0, sizeof(minisig));
    if (text.size > MINISIG_TEXT_MAX)
        return STATUS_TOO_LARGE;

    reader_init(&reader, text);
    (void)read_comment(&reader, UNTRUSTED);
    read_base64(line2, sizeof(line2), &reader);
    comment = read_comment(&reader, TRUSTED);
    read_base64(minisig.global.octets, LINE4_OCTETS, &reader);
    if (!reader_done(&reader) || line2[0] != 'E' || line2[1] != 'D')
        return STATUS_MALFORMED;
    if (comment.size > MINISIG_TRUSTED_MAX)
        return STATUS_TOO_LARGE;

    memcpy(minisig.id.octets, line2 + 2, 8);
    memcpy(minisig.signature.octets, line2 + 10, 64);
    minisig.comment_size = comment.size;
    if (comment.size > 0)
        memcpy(minisig.comment, comment.data, comment.size);
    *out = minisig;
    return STATUS_OK;
}
