/* A follows file from anywhere: nothing that was read is lost when it is
 * written back, and what is written reads the same. */
#include <stddef.h>
#include <stdint.h>

#include "bundles/trust.h"
#include "core/limits.h"
#include "tests/fuzz/check.h"

/* Read text and write it to out; false for what is too long. */
static int
rewrite(struct byte_buf *out, struct byte_view text)
{
    struct trust *trust;
    enum status status = trust_new(&trust);

    CHECK(status == STATUS_OK);
    status = trust_parse(trust, text);
    CHECK(status == STATUS_OK || status == STATUS_TOO_LARGE);
    if (status == STATUS_OK) {
        status = trust_write(out, trust);
        CHECK(status == STATUS_OK);
    }
    trust_free(trust);
    return status == STATUS_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    struct byte_buf once;
    struct byte_buf twice;

    byte_buf_init(&once, 2 * FOLLOWS_TEXT_MAX);
    byte_buf_init(&twice, 2 * FOLLOWS_TEXT_MAX);
    if (rewrite(&once, byte_view_of(octets, size))) {
        /* A line end that was missing, or CR behind a key's name, is all that
         * may differ. */
        CHECK(once.size + size / 2 >= size && once.size <= size + 1);
        CHECK(rewrite(&twice, byte_view_of_buf(&once)));
        CHECK(
            byte_view_equal(byte_view_of_buf(&once), byte_view_of_buf(&twice)));
    }
    byte_buf_release(&once);
    byte_buf_release(&twice);
    return 0;
}
