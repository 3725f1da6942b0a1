/* Signature files: whatever is read has one text, save the words of line 1. */
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
        memcmp(&again, &minisig, sizeof(minisig)) != 0 ||
        strlen(minisig.comment) != minisig.comment_size)
        abort();
    /* Zero is no good key, so nothing is its signature. */
    if (minisig_verify(&minisig, text, &author) != STATUS_BAD_SIGNATURE)
        abort();
    byte_buf_release(&out);
    return 0;
}
