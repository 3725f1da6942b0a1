#include "net/span.h"

#include "core/limits.h"

struct span
span_whole(enum record_set set)
{
    return (struct span){set, DAY_FIRST, DAY_LAST};
}

bool
span_equal(const struct span *a, const struct span *b)
{
    return a->set == b->set && a->first.number == b->first.number &&
           a->last.number == b->last.number;
}

void
span_write_day(struct writer *writer, struct day day)
{
    writer_varint(writer, (uint64_t)(day.number - DAY_FIRST.number));
}

struct day
span_read_day(struct reader *reader)
{
    const uint64_t days = (uint64_t)(DAY_LAST.number - DAY_FIRST.number);
    uint64_t offset = reader_varint(reader);

    if (offset > days) {
        reader_fail(reader);
        return DAY_FIRST;
    }
    return (struct day){DAY_FIRST.number + (int32_t)offset};
}

void
span_write(struct writer *writer, const struct span *span)
{
    if (span->set == RECORD_SET_CONTROL) {
        writer_u8(writer, 0);
        return;
    }
    writer_u8(writer, 1);
    span_write_day(writer, span->first);
    writer_varint(writer, (uint64_t)(span->last.number - span->first.number));
}

struct span
span_read(struct reader *reader)
{
    struct span span = span_whole(RECORD_SET_STATEMENTS);
    uint64_t length;

    switch (reader_u8(reader)) {
    case 0:
        return span_whole(RECORD_SET_CONTROL);
    case 1:
        span.first = span_read_day(reader);
        length = reader_varint(reader);
        if (length > (uint64_t)(DAY_LAST.number - span.first.number))
            reader_fail(reader);
        else
            span.last.number = span.first.number + (int32_t)length;
        return span;
    default:
        reader_fail(reader);
        return span;
    }
}

uint64_t
short_id(const struct salt *salt, const struct record_id *id)
{
    const uint64_t mask = ((uint64_t)1 << SHORT_ID_BITS) - 1;
    uint64_t value =
        hash_short(salt->octets, byte_view_of(id->octets, sizeof(id->octets))) &
        mask;

    return value == 0 ? 1 : value;
}

uint8_t
slice_bits_for(uint64_t count)
{
    uint8_t bits = 0;

    while (bits < LIST_BITS_MAX && count >> bits > LIST_IDS_AIM)
        bits++;
    return bits;
}

bool
slice_holds(const struct slice *slice, uint64_t short_id)
{
    return short_id >> slice_width(slice) == slice->number;
}

uint64_t
slice_base(const struct slice *slice)
{
    return (uint64_t)slice->number << slice_width(slice);
}

uint8_t
slice_width(const struct slice *slice)
{
    return (uint8_t)(SHORT_ID_BITS - slice->bits);
}

bool
slice_equal(const struct slice *a, const struct slice *b)
{
    return a->bits == b->bits && a->number == b->number;
}

void
slice_write(struct writer *writer, const struct slice *slice)
{
    writer_u8(writer, slice->bits);
    writer_varint(writer, slice->number);
}

struct slice
slice_read(struct reader *reader)
{
    struct slice slice = {0, 0};
    uint8_t bits = reader_u8(reader);
    uint64_t number = reader_varint(reader);

    if (bits > LIST_BITS_MAX || number >> bits != 0) {
        reader_fail(reader);
        return slice;
    }
    slice.bits = bits;
    slice.number = (uint32_t)number;
    return slice;
}
