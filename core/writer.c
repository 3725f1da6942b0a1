#include "core/writer.h"

void
writer_init(struct writer *writer, struct byte_buf *buf)
{
    writer->buf = buf;
    writer->status = STATUS_OK;
}

void
writer_bytes(struct writer *writer, struct byte_view view)
{
    if (writer->status == STATUS_OK)
        writer->status = byte_buf_append(writer->buf, view);
}

static void
write_little_endian(struct writer *writer, uint64_t value, size_t size)
{
    uint8_t octets[8];

    for (size_t i = 0; i < size; i++) {
        octets[i] = (uint8_t)value;
        value >>= 8;
    }
    writer_bytes(writer, byte_view_of(octets, size));
}

void
writer_u8(struct writer *writer, uint8_t value)
{
    write_little_endian(writer, value, 1);
}

void
writer_u16(struct writer *writer, uint16_t value)
{
    write_little_endian(writer, value, 2);
}

void
writer_u24(struct writer *writer, uint32_t value)
{
    write_little_endian(writer, value, 3);
}

void
writer_u32(struct writer *writer, uint32_t value)
{
    write_little_endian(writer, value, 4);
}

void
writer_u48(struct writer *writer, uint64_t value)
{
    write_little_endian(writer, value, 6);
}

void
writer_u64(struct writer *writer, uint64_t value)
{
    write_little_endian(writer, value, 8);
}

void
writer_varint(struct writer *writer, uint64_t value)
{
    while (value >= 0x80) {
        writer_u8(writer, (uint8_t)(value | 0x80));
        value >>= 7;
    }
    writer_u8(writer, (uint8_t)value);
}

void
writer_text(struct writer *writer, const char *text)
{
    writer_bytes(writer, byte_view_of_text(text));
}

void
writer_decimal(struct writer *writer, uint64_t value)
{
    uint8_t digits[20];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (uint8_t)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    writer_bytes(writer, byte_view_of(digits + at, sizeof(digits) - at));
}

void
writer_hex(struct writer *writer, const uint8_t *octets, size_t size)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < size; i++) {
        writer_u8(writer, (uint8_t)digits[octets[i] >> 4]);
        writer_u8(writer, (uint8_t)digits[octets[i] & 15]);
    }
}

enum status
writer_status(const struct writer *writer)
{
    return writer->status;
}
