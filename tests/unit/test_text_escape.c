/* What a terminal is shown can neither command nor deceive it, and the
 * languages of the region come out as they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "core/text.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/shown_rule.h"
#include "tests/unit/test_support.h"

#define SHOWN_MAX ((size_t)1024 * 1024)

/* Escape text and fail unless the rule holds for what comes out. */
static void
escape(struct byte_buf *out, struct byte_view text, enum text_layout layout,
       size_t columns)
{
    byte_buf_init(out, SHOWN_MAX);
    assert_int_equal(text_escape(out, text, layout, columns), STATUS_OK);
    assert_true(shown_rule_holds(byte_view_of_buf(out), layout == TEXT_PAGE));
    if (layout == TEXT_ONE_LINE && columns > 0)
        assert_in_range(text_columns(byte_view_of_buf(out)), 0, columns);
}

static void
check(struct byte_view text, enum text_layout layout, size_t columns,
      const char *expected)
{
    struct byte_buf out;

    escape(&out, text, layout, columns);
    assert_string_equal(byte_buf_text(&out), expected);
    byte_buf_release(&out);
}

static void
check_line(const char *text, const char *expected)
{
    check(byte_view_of_text(text), TEXT_ONE_LINE, 0, expected);
}

static void
good_text_comes_out_as_it_is(void **state)
{
    static const char *const good[] = {
        "",
        "2022-01-05 10:00 \\u{202e} ~",
        /* Kazakh, Uzbek, Russian with its quotes and a no-break space. */
        "Қазақстан: әділетсіз үкім өтініш",
        "Oʻzbekiston gʻayriqonuniy hibs",
        "Заявление № 5 — «О задержании»",
        "\xc2\xa0", /* no-break space */
        /* Persian with a ZWNJ, and with a vowel mark before it. */
        "\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae\xd9\x88\xd8\xa7\xd9\x87\xd9\x85",
        "\xd9\x85\xd9\x90\xe2\x80\x8c\xd8\xae",
        /* Sinhala with a ZWJ. */
        "\xe0\xb7\x81\xe0\xb7\x8a\xe2\x80\x8d\xe0\xb6\xbb\xe0\xb7\x93",
        /* A decomposed letter, three marks, emoji with skin and colour. */
        "\xd0\xb8\xcc\x86",
        "a\xcc\x81\xcc\x82\xcc\x83",
        "\xe2\x9c\x8a\xf0\x9f\x8f\xbd",
        "\xe2\x9d\x97\xef\xb8\x8f 1\xef\xb8\x8f\xe2\x83\xa3",
        "日本語 한국어 ไทย",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        check_line(good[i], good[i]);
        check(byte_view_of_text(good[i]), TEXT_PAGE, 0, good[i]);
        check(byte_view_of_text(good[i]), TEXT_ONE_LINE,
              text_columns(byte_view_of_text(good[i])), good[i]);
    }
}

static void
commands_and_controls_are_escaped(void **state)
{
    (void)state;
    check_line("\x1b[2J", "\\u{1b}[2J");
    check_line("a\tb\nc\rd", "a\\u{9}b\\u{a}c\\u{d}d");
    check_line("a\x7f", "a\\u{7f}");
    check_line("\xc2\x9b"
               "2J",
               "\\u{9b}2J");
    check_line("\x9b"
               "2J",
               "\\x{9b}2J");
    check(byte_view_of("\0\1", 2), TEXT_ONE_LINE, 0, "\\u{0}\\u{1}");
}

static void
bidirectional_controls_are_escaped(void **state)
{
    (void)state;
    check_line("invoice_\xe2\x80\xaegpj.exe", "invoice_\\u{202e}gpj.exe");
    check_line("\xe2\x81\xa6"
               "a\xe2\x81\xa9",
               "\\u{2066}a\\u{2069}");
    check_line("a\xe2\x80\x8e\xd8\x9c", "a\\u{200e}\\u{61c}");
}

static void
invisible_characters_are_escaped(void **state)
{
    (void)state;
    check_line("ad\xc2\xadmin", "ad\\u{ad}min");
    check_line("ad\xe2\x80\x8bmin", "ad\\u{200b}min");
    check_line("\xe3\x85\xa4", "\\u{3164}");
    check_line("\xee\x80\x80", "\\u{e000}");
    check_line("\xf3\xa0\x81\xa8", "\\u{e0068}");
    check_line("\xf4\x8f\xbf\xbd", "\\u{10fffd}");
    check_line("\xef\xbf\xbe", "\\u{fffe}");
    /* A selector on no emoji, a second one, one that only hides. */
    check_line("a\xef\xb8\x8f", "a\\u{fe0f}");
    check_line("\xe2\x9d\x97\xef\xb8\x8f\xef\xb8\x8f",
               "\xe2\x9d\x97\xef\xb8\x8f\\u{fe0f}");
    check_line("\xe2\x9d\x97\xef\xb8\x80", "\xe2\x9d\x97\\u{fe00}");
    check_line("\xe2\x9d\x97\xcc\x81\xef\xb8\x8f",
               "\xe2\x9d\x97\xcc\x81\\u{fe0f}");
}

static void
joiners_stay_only_where_they_join(void **state)
{
    (void)state;
    check_line("pay\xe2\x80\x8cpal", "pay\\u{200c}pal");
    check_line("\xe2\x80\x8c\xd8\xae", "\\u{200c}\xd8\xae");
    check_line("\xd8\xae\xe2\x80\x8c", "\xd8\xae\\u{200c}");
    check_line("\xd8\xae\xe2\x80\x8c ", "\xd8\xae\\u{200c} ");
    check_line("\xd8\xae\xe2\x80\x8c\xff", "\xd8\xae\\u{200c}\\x{ff}");
    check_line("\xd8\xae\xe2\x80\x8c\xe2\x80\x8d\xd8\xae",
               "\xd8\xae\\u{200c}\\u{200d}\xd8\xae");
    check_line("\xf0\x9f\x91\xa9\xe2\x80\x8d\xe2\x9a\x96",
               "\xf0\x9f\x91\xa9\\u{200d}\xe2\x9a\x96");
}

static void
marks_do_not_pile_up(void **state)
{
    (void)state;
    check_line("\xcc\x81"
               "a",
               "\\u{301}a");
    check_line("a\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81",
               "a\xcc\x81\xcc\x81\xcc\x81\\u{301}\\u{301}");
    /* Nor does a mark sit on the bracket of an escape, or on a line. */
    check_line("\x1b\xcc\x81", "\\u{1b}\\u{301}");
    check_line("\xff\xcc\x81", "\\x{ff}\\u{301}");
    check(byte_view_of_text("a\n\xcc\x81"), TEXT_PAGE, 0, "a\n\\u{301}");
    check(byte_view_of_text("\t\xcc\x81"), TEXT_PAGE, 0, "        \\u{301}");
    /* A joiner between marks does not start the count again. */
    check_line("\xd8\xae\xd9\x90\xd9\x90\xd9\x90\xe2\x80\x8c\xd9\x90\xd8\xae",
               "\xd8\xae\xd9\x90\xd9\x90\xd9\x90\\u{200c}\\u{650}\xd8\xae");
}

static void
ill_formed_octets_are_escaped_one_by_one(void **state)
{
    (void)state;
    check_line("\xc0\xaf", "\\x{c0}\\x{af}");
    check_line("\xed\xa0\x80", "\\x{ed}\\x{a0}\\x{80}");
    check_line("abc\xe2\x80", "abc\\x{e2}\\x{80}");
    check_line("\xf4\x90\x80\x80"
               "a",
               "\\x{f4}\\x{90}\\x{80}\\x{80}a");
}

static void
pages_keep_their_lines(void **state)
{
    static const struct {
        const char *text;
        const char *page;
    } pages[] = {
        {"a\nb\n", "a\nb\n"},
        {"a\r\nb\r\n", "a\nb\n"},
        {"a\rb\r\r\n\r", "a\\u{d}b\\u{d}\n\\u{d}"},
        {"\ta\tb\n1234567\t8\n12345678\t9",
         "        a       b\n1234567 8\n12345678        9"},
        {"\xd2\x9b\t|", "\xd2\x9b       |"},
        {"\xe6\x97\xa5\t|", "\xe6\x97\xa5      |"},
        {"a\x0c\x0b\x1b", "a\\u{c}\\u{b}\\u{1b}"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
        check(byte_view_of_text(pages[i].text), TEXT_PAGE, 3, pages[i].page);
}

static void
lines_are_cut_to_their_columns(void **state)
{
    static const struct {
        const char *text;
        size_t columns;
        const char *line;
    } lines[] = {
        {"abcdef", 6, "abcdef"},
        {"abcdefg", 6, "abc..."},
        {"abcdefg", 4, "a..."},
        {"abcdefg", 3, "..."},
        {"abcdefg", 2, ".."},
        {"abcdefg", 1, "."},
        {"abc", 3, "abc"},
        {"ab", 2, "ab"},
        /* Wide characters are not halved, marks stay with their letters, an
         * escape is whole or not there. */
        {"日本語", 6, "日本語"},
        {"日本語", 5, "日..."},
        {"日本語", 4, "..."},
        {"a\xcc\x81"
         "bcdef",
         4, "a\xcc\x81..."},
        {"abcdef\xcc\x81", 6, "abcdef\xcc\x81"},
        {"a\x1b"
         "b",
         8, "a\\u{1b}b"},
        {"a\x1b"
         "b",
         7, "a..."},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        check(byte_view_of_text(lines[i].text), TEXT_ONE_LINE, lines[i].columns,
              lines[i].line);
}

static void
columns_are_counted(void **state)
{
    (void)state;
    assert_int_equal(text_columns(byte_view_of(NULL, 0)), 0);
    assert_int_equal(text_columns(byte_view_of_text("Қазақстан")), 9);
    assert_int_equal(text_columns(byte_view_of_text("日本")), 4);
    assert_int_equal(text_columns(byte_view_of_text("\xef\xbc\xb0")), 2);
    assert_int_equal(text_columns(byte_view_of_text("\xd0\xb8\xcc\x86")), 1);
    assert_int_equal(text_columns(byte_view_of_text("\xe2\x9d\xa4")), 1);
    assert_int_equal(
        text_columns(byte_view_of_text("\xe2\x9d\xa4\xef\xb8\x8f")), 2);
    assert_int_equal(text_columns(byte_view_of_text("\xf0\x9f\x98\x80")), 2);
    assert_int_equal(
        text_columns(byte_view_of_text("\xd8\xae\xe2\x80\x8c\xd8\xae")), 2);
}

static void
hostile_titles(void **state)
{
    static const size_t widths[] = {0, 1, 2, 3, 4, 10, 40, 80, 200};
    json_t *file = test_load_shared("vectors/titles/hostile-titles.json");
    json_t *titles = json_object_get(file, "titles");
    json_t *title;
    size_t i, kept = 0;

    (void)state;
    assert_int_equal(json_array_size(titles), 77);
    json_array_foreach(titles, i, title)
    {
        const char *hex = json_string_value(json_object_get(title, "hex"));
        bool is_kept =
            json_is_true(json_object_get(title, "must_survive_unchanged"));
        uint8_t *octets = test_malloc(strlen(hex) / 2 + 1);
        struct byte_view view =
            byte_view_of(octets, test_unhex(octets, strlen(hex) / 2 + 1, hex));
        struct byte_buf out;

        for (size_t w = 0; w < sizeof(widths) / sizeof(widths[0]); w++) {
            escape(&out, view, TEXT_ONE_LINE, widths[w]);
            if (is_kept && (widths[w] == 0 || widths[w] >= 80))
                assert_true(byte_view_equal(byte_view_of_buf(&out), view));
            byte_buf_release(&out);
        }
        escape(&out, view, TEXT_PAGE, 0);
        if (is_kept)
            assert_true(byte_view_equal(byte_view_of_buf(&out), view));
        byte_buf_release(&out);
        kept += is_kept ? 1 : 0;
        test_free(octets);
    }
    assert_int_equal(kept, 13);
    json_decref(file);
}

/* Pieces of which random text is made: what acts on its neighbours. */
static const char *const pieces[] = {"a",
                                     "\xd2\x9b",
                                     "\xd8\xae",
                                     "\xe6\x97\xa5",
                                     "\n",
                                     "\r",
                                     "\t",
                                     "\x1b[",
                                     "\xcc\x81",
                                     "\xd9\x90",
                                     "\xe2\x80\x8c",
                                     "\xe2\x80\x8d",
                                     "1",
                                     "\xe2\x9d\xa4",
                                     "\xef\xb8\x8f",
                                     "\xe2\x83\xa3",
                                     "\x80",
                                     "\xe2\x80",
                                     "\xf0\x9f\x98\x80",
                                     "\xe2\x80\xae",
                                     " ",
                                     "\\",
                                     "\xc2\xad",
                                     "\xff"};

static void
random_text_is_shown_safely(void **state)
{
    struct entropy entropy;

    (void)state;
    entropy_init_seed(&entropy, 31);
    for (int round = 0; round < 20000; round++) {
        enum text_layout layout = round % 2 == 0 ? TEXT_ONE_LINE : TEXT_PAGE;
        struct byte_buf text, once, twice;

        byte_buf_init(&text, 200);
        for (uint32_t left = entropy_below(&entropy, 20); left > 0; left--)
            assert_int_equal(
                byte_buf_append_text(
                    &text, pieces[entropy_below(
                               &entropy, sizeof(pieces) / sizeof(pieces[0]))]),
                STATUS_OK);
        escape(&once, byte_view_of_buf(&text), TEXT_ONE_LINE,
               entropy_below(&entropy, 30));
        byte_buf_release(&once);
        /* What was made safe is not changed again. */
        escape(&once, byte_view_of_buf(&text), layout, 0);
        escape(&twice, byte_view_of_buf(&once), layout, 0);
        assert_true(
            byte_view_equal(byte_view_of_buf(&once), byte_view_of_buf(&twice)));
        byte_buf_release(&twice);
        byte_buf_release(&once);
        byte_buf_release(&text);
    }
}

static void
at_the_maximum_nothing_is_written(void **state)
{
    struct byte_view text =
        byte_view_of_text("a\x1b\xd2\x9b\xe2\x80\xae long enough");
    size_t size = strlen("kepta\\u{1b}..\\u{202e} long enough");

    (void)state;
    for (size_t maximum = 4; maximum <= size; maximum++) {
        struct byte_buf out;

        byte_buf_init(&out, maximum);
        assert_int_equal(byte_buf_append_text(&out, "kept"), STATUS_OK);
        assert_int_equal(text_escape(&out, text, TEXT_ONE_LINE, 0),
                         maximum < size ? STATUS_TOO_LARGE : STATUS_OK);
        assert_int_equal(out.size, maximum < size ? 4 : size);
        assert_memory_equal(out.data, "kept", 4);
        byte_buf_release(&out);
    }
}

static enum status
escape_once(void *context)
{
    struct byte_buf out;
    enum status status;

    byte_buf_init(&out, SHOWN_MAX);
    status = text_escape(&out, byte_view_of_text(context), TEXT_PAGE, 0);
    if (status != STATUS_OK)
        assert_int_equal(out.size, 0);
    byte_buf_release(&out);
    return status;
}

static void
escaping_survives_failures(void **state)
{
    char text[500];

    (void)state;
    memset(text, 0x1b, sizeof(text));
    text[sizeof(text) - 1] = '\0';
    test_alloc_each(escape_once, text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_text_comes_out_as_it_is),
        cmocka_unit_test(commands_and_controls_are_escaped),
        cmocka_unit_test(bidirectional_controls_are_escaped),
        cmocka_unit_test(invisible_characters_are_escaped),
        cmocka_unit_test(joiners_stay_only_where_they_join),
        cmocka_unit_test(marks_do_not_pile_up),
        cmocka_unit_test(ill_formed_octets_are_escaped_one_by_one),
        cmocka_unit_test(pages_keep_their_lines),
        cmocka_unit_test(lines_are_cut_to_their_columns),
        cmocka_unit_test(columns_are_counted),
        cmocka_unit_test(hostile_titles),
        cmocka_unit_test(random_text_is_shown_safely),
        cmocka_unit_test(at_the_maximum_nothing_is_written),
        cmocka_unit_test(escaping_survives_failures),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
