/*
 * Rice-coded differences: width, count and coded octets.  What is read is
 * ascending, within its range, and written again octet for octet.
 */
#include <stdint.h>
#include <stdlib.h>

#include "core/limits.h"
#include "core/reader.h"
#include "net/rice.h"
#include "tests/fuzz/check.h"

static void
check(const uint64_t *values, size_t count, uint8_t width,
      struct byte_view coded)
{
    struct byte_buf out;

    for (size_t i = 0; i < count; i++)
        CHECK(values[i] >> width == 0 && (i == 0 || values[i] > values[i - 1]));
    byte_buf_init(&out, MESSAGE_BODY_MAX);
    CHECK(rice_write(&out, values, count, 0, width) == STATUS_OK);
    CHECK(byte_view_equal(byte_view_of_buf(&out), coded));
    byte_buf_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    struct reader reader;
    struct byte_view coded;
    uint64_t *values;
    uint8_t width;
    uint64_t count;

    if (size > MESSAGE_BODY_MAX)
        return 0;
    reader_init(&reader, byte_view_of(octets, size));
    width = (uint8_t)(1 + reader_u8(&reader) % 48);
    count = reader_varint(&reader);
    coded = reader_rest(&reader);
    if (reader.failed || count > LIST_IDS_MAX ||
        !rice_fits(coded, (size_t)count, width))
        return 0;
    values = malloc((size_t)count * sizeof(*values) + 1);
    CHECK(values != NULL);
    if (rice_read(values, (size_t)count, 0, width, coded) == STATUS_OK)
        check(values, (size_t)count, width, coded);
    free(values);
    return 0;
}
