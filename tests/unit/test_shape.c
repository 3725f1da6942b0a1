/* The text forms of shapes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "net/shape.h"

static void
test_round_trips(void **state)
{
    static const struct {
        const char *text;
        enum shape_kind kind;
        uint8_t size;
    } cases[] = {
        {"none", SHAPE_NONE, 0},
        {"text", SHAPE_TEXT, 0},
        {"ascii:6", SHAPE_ASCII, 6},
        {"ascii:8", SHAPE_ASCII, 8},
        {"ascii:24", SHAPE_ASCII, 24},
        {"bytes:00", SHAPE_BYTES, 1},
        {"bytes:47455420", SHAPE_BYTES, 4},
        {"bytes:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
         "ff",
         SHAPE_BYTES, 32},
    };

    char text[SHAPE_TEXT_SIZE];
    struct shape shape;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(shape_parse(&shape, byte_view_of_text(cases[i].text)),
                         STATUS_OK);
        assert_int_equal(shape.kind, cases[i].kind);
        assert_int_equal(shape.size, cases[i].size);
        shape_format(&shape, text);
        assert_string_equal(text, cases[i].text);
    }
    assert_int_equal(shape.bytes[31], 0xff);

    shape = shape_default();
    shape_format(&shape, text);
    assert_string_equal(text, "ascii:8");
}

static void
test_refusals(void **state)
{
    static const char *const texts[] = {
        "",          "None",     "none ",     " none",     "noneX",
        "texts",     "ascii",    "ascii:",    "ascii:5",   "ascii:25",
        "ascii:08",  "ascii:+8", "ascii:8 ",  "ascii:-8",  "ascii:99999999999",
        "bytes:",    "bytes:0",  "bytes:000", "bytes:0G",  "bytes:AA",
        "bytes: 00", "ASCII:8",  "bytes",     "ascii:0x8",
    };
    char longest[6 + 2 * SHAPE_BYTES_MAX + 3] = "bytes:";
    struct shape shape;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (shape_parse(&shape, byte_view_of_text(texts[i])) !=
            STATUS_MALFORMED)
            fail_msg("\"%s\"", texts[i]);
    }
    memset(longest + 6, '0', sizeof(longest) - 7);
    assert_int_equal(shape_parse(&shape, byte_view_of_text(longest)),
                     STATUS_MALFORMED);
    assert_int_equal(shape_parse(&shape, byte_view_of(longest, 6 + 64)),
                     STATUS_OK);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_refusals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
