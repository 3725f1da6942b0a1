/*
 * core/text: codecs come back, UTF-8 is decided as the standard's table does,
 * and whatever the octets, what is shown keeps the rule, fits its columns and
 * does not change when it is made safe again.
 */
#include <string.h>

#include "core/text.h"
#include "tests/fuzz/check.h"
#include "tests/unit/shown_rule.h"

/* Longer inputs tell nothing new. */
#define INPUT_MAX ((size_t)4096)

static void
check_codec(struct byte_view input, size_t (*size_of)(size_t size),
            void (*write)(char *out, const uint8_t *octets, size_t size),
            enum status (*parse)(uint8_t *out, size_t size,
                                 struct byte_view text))
{
    static char text[INPUT_MAX * 2 + 1];
    static uint8_t octets[INPUT_MAX];
    size_t size = 0;

    write(text, input.data, input.size);
    CHECK(strlen(text) + 1 == size_of(input.size));
    CHECK(parse(octets, input.size, byte_view_of_text(text)) == STATUS_OK);
    CHECK(byte_view_equal(byte_view_of(octets, input.size), input));

    /* The input as text: what is taken is what would be written. */
    while (size_of(size) - 1 < input.size)
        size++;
    if (parse(octets, size, input) != STATUS_OK)
        return;
    write(text, octets, size);
    CHECK(byte_view_equal_text(input, text));
}

static size_t
hex_size(size_t size)
{
    return size * 2 + 1;
}

/* Take one code point off input; false if there is none, or it is refused by
 * the table of the standard. */
static bool
check_step(struct byte_view *input, uint32_t *code_point)
{
    struct byte_view before = *input;
    size_t taken = 0;

    for (size_t i = 1; i <= 4 && i <= before.size && taken == 0; i++)
        taken = shown_rule_is_utf8(before.data, i) ? i : 0;
    CHECK(text_utf8_next(code_point, input) == (taken > 0));
    CHECK(before.size - input->size == taken);
    return taken > 0;
}

static void
check_utf8(struct byte_view input)
{
    struct byte_view left = input;
    bool is_line = true;
    uint32_t code_point;

    while (check_step(&left, &code_point))
        is_line = is_line && text_is_allowed(code_point);
    CHECK(text_is_utf8(input) == (left.size == 0));
    CHECK(text_is_line(input) == (is_line && left.size == 0));
}

static void
check_escape(struct byte_view input, enum text_layout layout, size_t columns)
{
    struct byte_buf once, twice;
    struct byte_view shown;

    byte_buf_init(&once, INPUT_MAX * 16);
    byte_buf_init(&twice, INPUT_MAX * 16);
    CHECK(text_escape(&once, input, layout, columns) == STATUS_OK);
    shown = byte_view_of_buf(&once);
    CHECK(shown_rule_holds(shown, layout == TEXT_PAGE));
    if (columns > 0) {
        CHECK(text_columns(shown) <= columns);
    } else {
        CHECK(text_escape(&twice, shown, layout, 0) == STATUS_OK);
        CHECK(byte_view_equal(shown, byte_view_of_buf(&twice)));
    }
    byte_buf_release(&twice);
    byte_buf_release(&once);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    struct byte_view input = byte_view_of(octets, size);
    uint64_t number;

    if (size == 0 || size > INPUT_MAX)
        return 0;
    check_codec(input, hex_size, text_hex, text_hex_parse);
    check_codec(input, text_base64_size, text_base64, text_base64_parse);
    check_codec(input, text_base32_size, text_base32, text_base32_parse);
    check_utf8(input);
    check_escape(input, TEXT_ONE_LINE, 0);
    check_escape(input, TEXT_ONE_LINE, octets[0]);
    check_escape(input, TEXT_PAGE, 0);
    if (text_decimal_parse(&number, octets[0], input) == STATUS_OK)
        CHECK(size <= 3 && number <= octets[0]);
    return 0;
}
