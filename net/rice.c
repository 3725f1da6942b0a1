#include "net/rice.h"

/* Low bits that are written as they are. */
static uint8_t
rice_low_bits(size_t count, uint8_t width)
{
    uint8_t bits = 0;

    while (bits < width && (uint64_t)1 << bits < count)
        bits++;
    return (uint8_t)(width - bits);
}

/* Bits that wait to be octets, the oldest lowest. */
struct bit_writer {
    struct byte_buf *out; /* with room reserved for all */
    uint64_t bits;
    uint8_t count; /* fewer than 8 between calls */
};

/* width is at most 48, so that the bits left over fit beside them. */
static void
put_bits(struct bit_writer *writer, uint64_t value, uint8_t width)
{
    writer->bits |= value << writer->count;
    writer->count = (uint8_t)(writer->count + width);
    while (writer->count >= 8) {
        writer->out->data[writer->out->size++] = (uint8_t)writer->bits;
        writer->bits >>= 8;
        writer->count = (uint8_t)(writer->count - 8);
    }
}

/* Octets that values take, exactly. */
static size_t
rice_size(const uint64_t *values, size_t count, uint64_t base, uint8_t low)
{
    uint64_t bits = 0;
    uint64_t next = base;

    for (size_t i = 0; i < count; i++) {
        bits += ((values[i] - next) >> low) + 1 + low;
        next = values[i] + 1;
    }
    return (size_t)((bits + 7) / 8);
}

enum status
rice_write(struct byte_buf *out, const uint64_t *values, size_t count,
           uint64_t base, uint8_t width)
{
    const uint8_t low = rice_low_bits(count, width);
    struct bit_writer writer = {out, 0, 0};
    uint64_t next = base;
    enum status status;

    status = byte_buf_reserve(out, rice_size(values, count, base, low));
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < count; i++) {
        uint64_t distance = values[i] - next;

        for (uint64_t ones = distance >> low; ones > 0; ones--)
            put_bits(&writer, 1, 1);
        put_bits(&writer, 0, 1);
        put_bits(&writer, distance & (((uint64_t)1 << low) - 1), low);
        next = values[i] + 1;
    }
    if (writer.count > 0)
        put_bits(&writer, 0, (uint8_t)(8 - writer.count));
    return STATUS_OK;
}

bool
rice_fits(struct byte_view coded, size_t count, uint8_t width)
{
    /* The first test keeps the product of the last small. */
    return count <= coded.size * 8 && count <= (uint64_t)1 << width &&
           count * (rice_low_bits(count, width) + (size_t)1) <= coded.size * 8;
}

struct bit_reader {
    struct byte_view octets;
    size_t at; /* bits taken */
    bool failed;
};

static unsigned
take_bit(struct bit_reader *reader)
{
    unsigned bit;

    if (reader->at / 8 >= reader->octets.size) {
        reader->failed = true;
        return 0;
    }
    bit = (unsigned)reader->octets.data[reader->at / 8] >> reader->at % 8 & 1;
    reader->at++;
    return bit;
}

static uint64_t
take_bits(struct bit_reader *reader, uint8_t width)
{
    uint64_t value = 0;

    for (uint8_t i = 0; i < width; i++)
        value |= (uint64_t)take_bit(reader) << i;
    return value;
}

enum status
rice_read(uint64_t *values, size_t count, uint64_t base, uint8_t width,
          struct byte_view coded)
{
    const uint8_t low = rice_low_bits(count, width);
    const uint64_t limit = (uint64_t)1 << width;
    struct bit_reader reader = {coded, 0, false};
    uint64_t next = 0;

    for (size_t i = 0; i < count; i++) {
        uint64_t ones = 0;
        uint64_t distance;

        while (take_bit(&reader) == 1)
            ones++;
        distance = ones << low | take_bits(&reader, low);
        /* The shift may have wrapped; the second test then says so. */
        if (reader.failed || ones > limit >> low || distance >= limit - next)
            return STATUS_MALFORMED;
        values[i] = base + next + distance;
        next += distance + 1;
    }
    if (coded.size != (reader.at + 7) / 8)
        return STATUS_MALFORMED;
    while (reader.at % 8 != 0)
        if (take_bit(&reader) != 0)
            return STATUS_MALFORMED;
    return STATUS_OK;
}
