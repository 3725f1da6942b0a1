/* Images from anywhere: the same is found in them in whatever pieces they
 * come, and cutting an image never hides what stood before the cut. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "bundles/metadata.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

static unsigned
found_in(struct byte_view octets, size_t piece)
{
    struct metadata metadata;

    metadata_init(&metadata);
    for (size_t at = 0; at < octets.size; at += piece)
        metadata_add(&metadata, byte_view_slice(octets, at, piece));
    metadata_finish(&metadata);
    return metadata.found;
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    struct byte_view image = byte_view_of(octets, size);
    unsigned whole = found_in(image, size + 1);
    unsigned half = found_in(byte_view_slice(image, 0, size / 2), size + 1);

    if (whole != found_in(image, 1) || whole != found_in(image, 7))
        abort();
    half &= ~(unsigned)METADATA_BROKEN;
    if ((half & ~whole) != 0)
        abort();
    return 0;
}
