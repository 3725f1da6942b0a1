/*
 * Lines that were typed off paper.  What is read fits the limits, and written
 * down it is read again.
 */
#include <stdint.h>

#include "core/limits.h"
#include "core/paper.h"
#include "tests/fuzz/check.h"

#define WORD "revoke"

static void
write_again(struct byte_view octets)
{
    struct paper_fault fault;
    struct byte_buf text;
    struct byte_buf back;

    byte_buf_init(&text, PAPER_TEXT_MAX);
    byte_buf_init(&back, PAPER_OCTETS_MAX);
    CHECK(paper_write(&text, WORD, octets) == STATUS_OK);
    CHECK(paper_read(&back, WORD, byte_view_of_buf(&text), &fault) ==
          STATUS_OK);
    CHECK(byte_view_equal(byte_view_of_buf(&back), octets));
    byte_buf_clear(&text);
    byte_buf_clear(&back);
    CHECK(paper_write_whole(&text, WORD, octets) == STATUS_OK);
    CHECK(paper_read(&back, WORD, byte_view_of_buf(&text), &fault) ==
          STATUS_OK);
    CHECK(byte_view_equal(byte_view_of_buf(&back), octets));
    byte_buf_release(&text);
    byte_buf_release(&back);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    const struct byte_view text = byte_view_of(octets, size);
    struct paper_fault fault;
    struct byte_buf out;

    byte_buf_init(&out, PAPER_OCTETS_MAX);
    if (paper_read(&out, WORD, text, &fault) == STATUS_OK)
        write_again(byte_view_of_buf(&out));
    byte_buf_release(&out);
    /* Chance finds no check digits. */
    if (size <= PAPER_OCTETS_MAX)
        write_again(text);
    return 0;
}
