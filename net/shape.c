#include "net/shape.h"

#include <stdio.h>

#include "core/limits.h"
#include "core/text.h"

struct shape
shape_default(void)
{
    return (struct shape){SHAPE_ASCII, 8, {0}};
}

void
shape_format(const struct shape *shape, char out[SHAPE_TEXT_SIZE])
{
    int size = 0;

    switch (shape->kind) {
    case SHAPE_NONE:
        snprintf(out, SHAPE_TEXT_SIZE, "none");
        break;
    case SHAPE_ASCII:
        snprintf(out, SHAPE_TEXT_SIZE, "ascii:%u", (unsigned)shape->size);
        break;
    case SHAPE_TEXT:
        snprintf(out, SHAPE_TEXT_SIZE, "text");
        break;
    case SHAPE_BYTES:
        size = snprintf(out, SHAPE_TEXT_SIZE, "bytes:");
        text_hex(out + size, shape->bytes, shape->size);
        break;
    }
}

static enum status
parse_ascii(struct shape *out, struct byte_view number)
{
    uint64_t size;
    enum status status;

    status = text_decimal_parse(&size, SHAPE_ASCII_MAX, number);
    if (status != STATUS_OK)
        return status;
    if (size < SHAPE_ASCII_MIN)
        return STATUS_MALFORMED;
    out->kind = SHAPE_ASCII;
    out->size = (uint8_t)size;
    return STATUS_OK;
}

static enum status
parse_bytes(struct shape *out, struct byte_view digits)
{
    const size_t size = digits.size / 2;

    if (digits.size % 2 != 0 || size == 0 || size > SHAPE_BYTES_MAX)
        return STATUS_MALFORMED;
    out->kind = SHAPE_BYTES;
    out->size = (uint8_t)size;
    return text_hex_parse(out->bytes, size, digits);
}

enum status
shape_parse(struct shape *out, struct byte_view text)
{
    *out = (struct shape){SHAPE_NONE, 0, {0}};
    if (byte_view_equal_text(text, "none"))
        return STATUS_OK;
    if (byte_view_equal_text(text, "text")) {
        out->kind = SHAPE_TEXT;
        return STATUS_OK;
    }
    if (byte_view_starts_with(text, "ascii:"))
        return parse_ascii(out, byte_view_slice(text, 6, text.size));
    if (byte_view_starts_with(text, "bytes:"))
        return parse_bytes(out, byte_view_slice(text, 6, text.size));
    return STATUS_MALFORMED;
}
