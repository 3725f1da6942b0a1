/* Signature files: whatever is read has one text, save the words of line 1. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "core/minisig.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

/* What follows the first LF. */
static struct byte_view
after_line1(struct byte_view text)
{
    const uint8_t *end = memchr(text.data, '\n', text.size);

    if (end == NULL)
        abort();
    return byte_view_slice(text, (size_t)(end - text.data) + 1, text.size);
}

static bool
is_same(const struct minisig *a, const struct minisig *b)
{
    return memcmp(a->id.octets, b->id.octets, 8) == 0 &&
           memcmp(a->signature.octets, b->signature.octets, 64) == 0 &&
           memcmp(a->global.octets, b->global.octets, 64) == 0 &&
           a->comment_size == b->comment_size &&
           strcmp(a->comment, b->comment) == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    struct byte_view text = byte_view_of(octets, size);
    struct key_author author = {{0}};
    struct minisig minisig, again;
    struct byte_buf out;

    if (minisig_read(&minisig, text) != STATUS_OK)
        return 0;
    byte_buf_init(&out, MINISIG_TEXT_MAX);
    if (minisig_write(&out, &minisig) != STATUS_OK ||
        !byte_view_equal(after_line1(byte_view_of_buf(&out)),
                         after_line1(text)) ||
        minisig_read(&again, byte_view_of_buf(&out)) != STATUS_OK ||
        !is_same(&again, &minisig) ||
        strlen(minisig.comment) != minisig.comment_size)
        abort();
    /* Zero is no good key, so nothing is its signature. */
    if (minisig_verify(&minisig, text, &author) != STATUS_BAD_SIGNATURE)
        abort();
    byte_buf_release(&out);
    return 0;
}
