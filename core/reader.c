#include "core/reader.h"

#include <string.h>

void
reader_init(struct reader *reader, struct byte_view octets)
{
    *reader = (struct reader){octets.data, octets.size, false};
}

struct byte_view
reader_bytes(struct reader *reader, size_t size)
{
    struct byte_view view = {NULL, 0};

    if (reader->failed || size > reader->left) {
        reader->failed = true;
        return view;
    }
    view = byte_view_of(reader->at, size);
    if (size > 0)
        reader->at += size;
    reader->left -= size;
    return view;
}

static uint64_t
read_little_endian(struct reader *reader, size_t size)
{
    struct byte_view view = reader_bytes(reader, size);
    uint64_t value = 0;

    for (size_t i = view.size; i > 0; i--)
        value = value << 8 | view.data[i - 1];
    return value;
}

uint8_t
reader_u8(struct reader *reader)
{
    return (uint8_t)read_little_endian(reader, 1);
}

uint16_t
reader_u16(struct reader *reader)
{
    return (uint16_t)read_little_endian(reader, 2);
}

uint32_t
reader_u24(struct reader *reader)
{
    return (uint32_t)read_little_endian(reader, 3);
}

uint32_t
reader_u32(struct reader *reader)
{
    return (uint32_t)read_little_endian(reader, 4);
}

uint64_t
reader_u48(struct reader *reader)
{
    return read_little_endian(reader, 6);
}

uint64_t
reader_u64(struct reader *reader)
{
    return read_little_endian(reader, 8);
}

uint64_t
reader_varint(struct reader *reader)
{
    uint64_t value = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t octet = reader_u8(reader);

        if (reader->failed)
            return 0;
        /* The tenth octet holds one bit; a zero at the end is padding. */
        if ((shift == 63 && octet > 1) || (octet == 0 && shift > 0))
            break;
        value |= (uint64_t)(octet & 0x7f) << shift;
        if ((octet & 0x80) == 0)
            return value;
    }
    reader->failed = true;
    return 0;
}

void
reader_copy(struct reader *reader, void *out, size_t size)
{
    struct byte_view view = reader_bytes(reader, size);

    if (size == 0)
        return;
    if (view.size == size)
        memcpy(out, view.data, size);
    else
        memset(out, 0, size);
}

struct byte_view
reader_rest(struct reader *reader)
{
    return reader_bytes(reader, reader->left);
}

struct byte_view
reader_line(struct reader *reader)
{
    struct byte_view line = {NULL, 0};
    const uint8_t *end = NULL;

    if (!reader->failed && reader->left > 0)
        end = memchr(reader->at, '\n', reader->left);
    if (end == NULL) {
        reader->failed = true;
        return line;
    }
    line = reader_bytes(reader, (size_t)(end - reader->at));
    (void)reader_bytes(reader, 1);
    return line;
}

void
reader_fail(struct reader *reader)
{
    reader->failed = true;
}

bool
reader_done(const struct reader *reader)
{
    return !reader->failed && reader->left == 0;
}
