#include "core/text.h"

#include "core/text_table.h"

/*
 * The codecs may carry secrets, so they neither branch on an octet nor look
 * it up.  within() is all ones for first <= value <= last and 0 otherwise;
 * its arguments are below 2^31, and a difference below zero has bit 31.
 */
static uint32_t
within(uint32_t value, uint32_t first, uint32_t last)
{
    return (((value - first) | (last - value)) >> 31) - 1;
}

static char
hex_digit(uint32_t value)
{
    return (char)('0' + value + (within(value, 10, 15) & ('a' - '0' - 10)));
}

/* The codes below give 1 + the value of a digit, and 0 for what is none. */

static uint32_t
hex_value(uint32_t digit)
{
    return (within(digit, '0', '9') & (digit - '0' + 1)) |
           (within(digit, 'a', 'f') & (digit - 'a' + 11));
}

static char
base64_digit(uint32_t value)
{
    return (char)((within(value, 0, 25) & (value + 'A')) |
                  (within(value, 26, 51) & (value - 26 + 'a')) |
                  (within(value, 52, 61) & (value - 52 + '0')) |
                  (within(value, 62, 62) & '+') |
                  (within(value, 63, 63) & '/'));
}

static uint32_t
base64_value(uint32_t digit)
{
    return (within(digit, 'A', 'Z') & (digit - 'A' + 1)) |
           (within(digit, 'a', 'z') & (digit - 'a' + 27)) |
           (within(digit, '0', '9') & (digit - '0' + 53)) |
           (within(digit, '+', '+') & 63) | (within(digit, '/', '/') & 64);
}

static char
base32_digit(uint32_t value)
{
    return (char)((within(value, 0, 25) & (value + 'a')) |
                  (within(value, 26, 31) & (value - 26 + '2')));
}

static uint32_t
base32_value(uint32_t digit)
{
    return (within(digit, 'a', 'z') & (digit - 'a' + 1)) |
           (within(digit, '2', '7') & (digit - '2' + 27));
}

/* Digits of bits each, most significant bit first, the last filled up with
 * zeros. */
static char *
write_digits(char *out, const uint8_t *octets, size_t size, unsigned bits,
             char (*digit)(uint32_t value))
{
    uint32_t held = 0; /* bits not written yet, in the low end */
    unsigned count = 0;

    for (size_t i = 0; i < size; i++) {
        held = held << 8 | octets[i];
        for (count += 8; count >= bits; count -= bits)
            *out++ = digit(held >> (count - bits) & ((1U << bits) - 1));
        held &= 0xff;
    }
    if (count > 0)
        *out++ = digit(held << (bits - count) & ((1U << bits) - 1));
    return out;
}

/* The inverse, of exactly as many digits as size octets take. */
static enum status
read_digits(uint8_t *out, size_t size, const uint8_t *digits, unsigned bits,
            uint32_t (*value)(uint32_t digit))
{
    uint32_t held = 0; /* bits not written yet, in the low end */
    uint32_t wrong = 0;
    unsigned count = 0;

    for (size_t i = 0; i < size;) {
        uint32_t digit = value(*digits++);

        wrong |= within(digit, 0, 0);
        held = held << bits | ((digit - 1) & ((1U << bits) - 1));
        count += bits;
        if (count < 8)
            continue;
        count -= 8;
        out[i++] = (uint8_t)(held >> count);
        held &= (1U << count) - 1;
    }
    /* What is left fills up the last digit and must be zero. */
    return (wrong | held) == 0 ? STATUS_OK : STATUS_MALFORMED;
}

void
text_hex(char *out, const uint8_t *octets, size_t size)
{
    *write_digits(out, octets, size, 4, hex_digit) = '\0';
}

enum status
text_hex_parse(uint8_t *out, size_t size, struct byte_view text)
{
    if (text.size / 2 != size || text.size % 2 != 0)
        return STATUS_MALFORMED;
    return read_digits(out, size, text.data, 4, hex_value);
}

size_t
text_base64_size(size_t size)
{
    return size / 3 * 4 + (size % 3 > 0 ? 4 : 0) + 1;
}

void
text_base64(char *out, const uint8_t *octets, size_t size)
{
    char *end = write_digits(out, octets, size, 6, base64_digit);

    for (size_t i = size; i % 3 > 0; i++)
        *end++ = '=';
    *end = '\0';
}

enum status
text_base64_parse(uint8_t *out, size_t size, struct byte_view text)
{
    size_t padding = (3 - size % 3) % 3;

    if (text.size != text_base64_size(size) - 1)
        return STATUS_MALFORMED;
    for (size_t i = 1; i <= padding; i++) {
        if (text.data[text.size - i] != '=')
            return STATUS_MALFORMED;
    }
    return read_digits(out, size, text.data, 6, base64_value);
}

size_t
text_base32_size(size_t size)
{
    return size / 5 * 8 + (size % 5 * 8 + 4) / 5 + 1;
}

void
text_base32(char *out, const uint8_t *octets, size_t size)
{
    *write_digits(out, octets, size, 5, base32_digit) = '\0';
}

enum status
text_base32_parse(uint8_t *out, size_t size, struct byte_view text)
{
    if (text.size != text_base32_size(size) - 1)
        return STATUS_MALFORMED;
    return read_digits(out, size, text.data, 5, base32_value);
}

enum status
text_decimal_parse(uint64_t *out, uint64_t maximum, struct byte_view text)
{
    uint64_t value = 0;

    if (text.size == 0 || (text.size > 1 && text.data[0] == '0'))
        return STATUS_MALFORMED;
    for (size_t i = 0; i < text.size; i++) {
        uint64_t digit;

        if (text.data[i] < '0' || text.data[i] > '9')
            return STATUS_MALFORMED;
        digit = (uint64_t)(text.data[i] - '0');
        if (digit > maximum || value > (maximum - digit) / 10)
            return STATUS_MALFORMED;
        value = value * 10 + digit;
    }
    *out = value;
    return STATUS_OK;
}

bool
text_utf8_next(uint32_t *out, struct byte_view *view)
{
    uint32_t code_point, least;
    size_t size;

    if (view->size == 0)
        return false;
    code_point = view->data[0];
    if (code_point < 0x80) {
        size = 1;
        least = 0;
    } else if ((code_point & 0xe0) == 0xc0) {
        size = 2;
        least = 0x80;
        code_point &= 0x1f;
    } else if ((code_point & 0xf0) == 0xe0) {
        size = 3;
        least = 0x800;
        code_point &= 0x0f;
    } else if ((code_point & 0xf8) == 0xf0) {
        size = 4;
        least = 0x10000;
        code_point &= 0x07;
    } else {
        return false;
    }
    if (view->size < size)
        return false;
    for (size_t i = 1; i < size; i++) {
        if ((view->data[i] & 0xc0) != 0x80)
            return false;
        code_point = code_point << 6 | (view->data[i] & 0x3f);
    }
    /* Too long a form, beyond the last code point, or half a UTF-16 pair. */
    if (code_point < least || code_point > 0x10ffff ||
        (code_point >= 0xd800 && code_point <= 0xdfff))
        return false;
    *view = byte_view_slice(*view, size, view->size - size);
    *out = code_point;
    return true;
}

bool
text_is_utf8(struct byte_view view)
{
    uint32_t code_point;

    while (text_utf8_next(&code_point, &view))
        ;
    return view.size == 0;
}

bool
text_is_allowed(uint32_t code_point)
{
    return !text_table_is_refused(code_point);
}

bool
text_is_line(struct byte_view view)
{
    uint32_t code_point;

    while (text_utf8_next(&code_point, &view)) {
        if (!text_is_allowed(code_point))
            return false;
    }
    return view.size == 0;
}
