/* Boxes: whatever was closed opens to the same, nothing of it opens once an
 * octet is another, and no octets from elsewhere open at all. */
#include <string.h>

#include "bundles/sealed_box.h"
#include "core/limits.h"
#include "tests/fuzz/check.h"

static const uint8_t key[SEALED_KEY_SIZE] = {1, 2, 3};

/* Octets of a plain text that are looked at: some pieces. */
#define PLAIN_MAX ((size_t)100000)

static enum status
open_box(struct byte_buf *out, struct byte_view box)
{
    uint8_t key_id[32];

    sealed_box_key_id(key_id, key);
    byte_buf_clear(out);
    return sealed_box_open(out, key, key_id, box);
}

/* Close plain, look at it, change the octet that the input chooses. */
static void
check_round(struct byte_view plain, uint32_t place)
{
    struct byte_buf box;
    struct byte_buf out;
    uint8_t *octet;

    byte_buf_init(&box, SEALED_BOX_MAX);
    byte_buf_init(&out, SEALED_BOX_MAX);
    CHECK(sealed_box_close(&box, key, plain) == STATUS_OK);
    CHECK(box.size == sealed_box_size(plain.size));
    CHECK(sealed_box_is_size(box.size));
    CHECK(open_box(&out, byte_view_of_buf(&box)) == STATUS_OK);
    CHECK(out.size >= plain.size);
    CHECK(plain.size == 0 || memcmp(out.data, plain.data, plain.size) == 0);
    for (size_t i = plain.size; i < out.size; i++)
        CHECK(out.data[i] == 0);
    octet = &box.data[place % box.size];
    *octet ^= 1;
    CHECK(open_box(&out, byte_view_of_buf(&box)) == STATUS_BAD_SIGNATURE);
    CHECK(out.size == 0);
    byte_buf_release(&box);
    byte_buf_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    struct byte_view view = byte_view_of(octets, size);
    uint32_t place = 0;
    struct byte_buf out;
    enum status status;

    byte_buf_init(&out, SEALED_BOX_MAX);
    status = open_box(&out, view);
    CHECK(status ==
          (sealed_box_is_size(size) ? STATUS_BAD_SIGNATURE : STATUS_MALFORMED));
    byte_buf_release(&out);
    if (size < sizeof(place) || size > PLAIN_MAX)
        return 0;
    memcpy(&place, octets, sizeof(place));
    check_round(byte_view_slice(view, sizeof(place), size - sizeof(place)),
                place);
    return 0;
}
