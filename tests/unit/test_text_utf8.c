/* UTF-8 is decided by the book, and what may stand in a record by the table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/text.h"
#include "tests/unit/shown_rule.h"
#include "tests/unit/test_support.h"

/* One step of the decoder against the table of the standard. */
static void
check_step(const uint8_t *octets, size_t size)
{
    struct byte_view view = byte_view_of(octets, size);
    uint32_t code_point = 0xeeee;
    size_t taken = 0;

    for (size_t i = 1; i <= size && taken == 0; i++)
        taken = shown_rule_is_utf8(octets, i) ? i : 0;
    if (text_utf8_next(&code_point, &view) != (taken > 0) ||
        view.size != size - taken)
        fail_msg("%02x %02x %02x %02x", octets[0], octets[1], octets[2],
                 octets[3]);
    if (taken == 0) {
        assert_int_equal(code_point, 0xeeee);
        assert_ptr_equal(view.data, octets);
    }
}

static void
every_beginning_is_decided_by_the_table(void **state)
{
    enum {
        EDGES = 7
    };

    static const uint8_t edges[EDGES] = {0x00, 0x41, 0x7f, 0x80,
                                         0xbf, 0xc0, 0xff};
    uint8_t octets[4];

    (void)state;
    for (unsigned pair = 0; pair < 65536; pair++) {
        octets[0] = (uint8_t)(pair >> 8);
        octets[1] = (uint8_t)pair;
        for (size_t i = 0; i < EDGES * EDGES; i++) {
            octets[2] = edges[i / EDGES];
            octets[3] = edges[i % EDGES];
            check_step(octets, 4);
        }
        for (size_t size = 1; size < 4; size++)
            check_step(octets, size);
    }
}

/* UTF-8 of code_point, surrogates too. */
static size_t
encode(uint8_t out[4], uint32_t code_point)
{
    size_t size = code_point < 0x80      ? 1
                  : code_point < 0x800   ? 2
                  : code_point < 0x10000 ? 3
                                         : 4;
    static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};

    for (size_t i = size; i > 1; i--) {
        out[i - 1] = (uint8_t)(0x80 | (code_point & 0x3f));
        code_point >>= 6;
    }
    out[0] = (uint8_t)(lead[size] | code_point);
    return size;
}

static void
every_code_point_comes_back(void **state)
{
    (void)state;
    for (uint32_t expected = 0; expected <= 0x1fffff; expected++) {
        uint8_t octets[4];
        size_t size = encode(octets, expected);
        struct byte_view view = byte_view_of(octets, size);
        uint32_t code_point = 0;
        bool exists =
            expected <= 0x10ffff && (expected < 0xd800 || expected > 0xdfff);

        if (text_utf8_next(&code_point, &view) != exists ||
            (exists && (code_point != expected || view.size != 0)))
            fail_msg("U+%04X", (unsigned)expected);
    }
}

static void
utf8_from_end_to_end(void **state)
{
    (void)state;
    assert_true(text_is_utf8(byte_view_of(NULL, 0)));
    assert_true(text_is_utf8(byte_view_of("a\0\xd2\x9b", 4)));
    assert_false(text_is_utf8(byte_view_of_text("a\xd2")));
    assert_false(text_is_utf8(byte_view_of_text("\xd2\x9b\x80")));
}

static void
kuhns_sequences(void **state)
{
    json_t *all = test_load_shared("vectors/utf8/kuhn-sequences.json");
    json_t *one;
    size_t i, valid = 0;

    (void)state;
    json_array_foreach(all, i, one)
    {
        const char *hex = json_string_value(json_object_get(one, "bytes"));
        json_t *is_valid = json_object_get(one, "valid");
        uint8_t octets[512];
        size_t size;

        assert_true(hex != NULL && json_is_boolean(is_valid));
        size = test_unhex(octets, sizeof(octets), hex);
        if (text_is_utf8(byte_view_of(octets, size)) != json_is_true(is_valid))
            fail_msg("%s", json_string_value(json_object_get(one, "id")));
        valid += json_is_true(is_valid) ? 1 : 0;
    }
    assert_int_equal(json_array_size(all), 82);
    assert_int_equal(valid, 14);
    json_decref(all);
}

/* What is left of octets when what is ill-formed is left out. */
static size_t
leave_out(uint8_t *out, struct byte_view view)
{
    size_t size = 0;
    uint32_t code_point;

    while (view.size > 0) {
        struct byte_view before = view;

        if (!text_utf8_next(&code_point, &view)) {
            view = byte_view_slice(view, 1, view.size);
            continue;
        }
        memcpy(out + size, before.data, before.size - view.size);
        size += before.size - view.size;
    }
    return size;
}

/* A line of utf8tests.txt, "NUMBER:KIND:OCTETS" and, when these are invalid,
 * ":WHAT IS LEFT OF THEM:WHAT TAKES THEIR PLACE". */
static bool
check_line(char *line)
{
    char *kind = strchr(line, ':') + 1 + strspn(strchr(line, ':') + 1, " ");
    char *octets = strchr(kind, ':') + 1;
    char *left = strchr(octets, ':');
    uint8_t before[64], after[64], expected[64];
    size_t size, expected_size;
    bool is_valid = strncmp(kind, "valid", 5) == 0;

    if (strncmp(kind, "valid:", 6) == 0) {
        assert_true(text_is_utf8(byte_view_of_text(octets)));
        return true;
    }
    if (left != NULL) {
        *left++ = '\0';
        *strchr(left, ':') = '\0';
    }
    size = test_unhex(before, sizeof(before), octets);
    if (text_is_utf8(byte_view_of(before, size)) != is_valid)
        fail_msg("%s", line);
    if (is_valid)
        return true;
    assert_non_null(left);
    expected_size = strcmp(left, "nothing") == 0
                        ? 0
                        : test_unhex(expected, sizeof(expected), left);
    size = leave_out(after, byte_view_of(before, size));
    assert_int_equal(size, expected_size);
    if (size > 0)
        assert_memory_equal(after, expected, size);
    return false;
}

static void
flennikens_tests(void **state)
{
    uint8_t *file;
    size_t valid = 0, invalid = 0;
    char *line;

    (void)state;
    (void)test_read_shared(&file, "vectors/utf8/utf8tests.txt");
    line = (char *)file;
    while (*line != '\0') {
        char *end = strchr(line, '\n');

        assert_non_null(end);
        *end = '\0';
        if (*line >= '0' && *line <= '9') {
            if (check_line(line))
                valid++;
            else
                invalid++;
        }
        line = end + 1;
    }
    assert_int_equal(valid, 77);
    assert_int_equal(invalid, 145);
    free(file);
}

/* The frozen table of bundles/FORMAT.md once more, by its edges. */
static void
refused_code_points(void **state)
{
    static const uint32_t ranges[][2] = {
        {0x00, 0x1f},       {0x7f, 0x9f},         {0x61c, 0x61c},
        {0x200b, 0x200b},   {0x200e, 0x200f},     {0x2028, 0x202e},
        {0x2060, 0x206f},   {0xd800, 0xdfff},     {0xfdd0, 0xfdef},
        {0xfeff, 0xfeff},   {0xfff9, 0xfffc},     {0xfffe, 0xffff},
        {0x1fffe, 0x1ffff}, {0x2fffe, 0x2ffff},   {0x3fffe, 0x3ffff},
        {0x4fffe, 0x4ffff}, {0x5fffe, 0x5ffff},   {0x6fffe, 0x6ffff},
        {0x7fffe, 0x7ffff}, {0x8fffe, 0x8ffff},   {0x9fffe, 0x9ffff},
        {0xafffe, 0xaffff}, {0xbfffe, 0xbffff},   {0xcfffe, 0xcffff},
        {0xdfffe, 0xdffff}, {0xe0000, 0xe0fff},   {0xefffe, 0xeffff},
        {0xffffe, 0xfffff}, {0x10fffe, 0x10ffff}, {0x110000, UINT32_MAX}};
    size_t at = 0;

    (void)state;
    for (uint32_t i = 0; i <= 0x110000; i++) {
        bool is_in;

        while (i > ranges[at][1])
            at++;
        is_in = i >= ranges[at][0];
        if (text_is_allowed(i) == is_in)
            fail_msg("U+%04X", (unsigned)i);
    }
    assert_false(text_is_allowed(UINT32_MAX));
}

static void
lines_of_records(void **state)
{
    /* ZWNJ, ZWJ, soft hyphen, filler, selector, many marks: all may stand. */
    static const char *const good[] = {
        "",
        "plain",
        "\xd0\xba\xd0\xb0\xd0\xb7\xd0\xb0\xd2\x9b\xd1\x88\xd0\xb0",
        "\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae",
        "\xf0\x9f\x91\xa9\xe2\x80\x8d\xe2\x9a\x96\xef\xb8\x8f",
        "ad\xc2\xadmin",
        "\xe3\x85\xa4",
        "a\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81",
        "\xee\x80\x80",
    };
    static const char *const bad[] = {
        "a\tb",         "a\nb",         "a\rb",         "\x1b[2J",
        "a\x7f",        "\xc2\x9b",     "\xe2\x80\xae", "\xe2\x81\xa6",
        "\xe2\x80\x8b", "\xef\xbb\xbf", "\xef\xbf\xbe", "\xf3\xa0\x81\xa8",
        "\x9b",         "\xd0",         "\xed\xa0\x80", "ok \xff",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_true(text_is_line(byte_view_of_text(good[i])));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(text_is_line(byte_view_of_text(bad[i])));
    assert_false(text_is_line(byte_view_of("a\0b", 3)));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_beginning_is_decided_by_the_table),
        cmocka_unit_test(every_code_point_comes_back),
        cmocka_unit_test(utf8_from_end_to_end),
        cmocka_unit_test(kuhns_sequences),
        cmocka_unit_test(flennikens_tests),
        cmocka_unit_test(refused_code_points),
        cmocka_unit_test(lines_of_records),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
