/* Texts as editors leave them: what is mended, what is refused, titles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/manuscript.h"
#include "core/text.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/shared.h"

#define LITERAL(text) byte_view_of(text, sizeof(text) - 1)

static void
assert_taken(struct byte_view octets, const char *wanted, bool had_mark,
             bool had_cr)
{
    struct manuscript_report report;
    struct byte_buf out;

    byte_buf_init(&out, PUBLISH_TEXT_MAX);
    assert_int_equal(byte_buf_append_text(&out, "before"), STATUS_OK);
    assert_int_equal(manuscript_take(&out, &report, octets), STATUS_OK);
    assert_int_equal(report.fault, MANUSCRIPT_FINE);
    assert_int_equal(report.had_mark, had_mark);
    assert_int_equal(report.had_cr, had_cr);
    assert_string_equal(byte_buf_text(&out) + strlen("before"), wanted);
    byte_buf_release(&out);
}

static void
assert_refused(struct byte_view octets, enum manuscript_fault fault,
               size_t line)
{
    struct manuscript_report report;
    struct byte_buf out;

    byte_buf_init(&out, PUBLISH_TEXT_MAX);
    assert_int_equal(manuscript_take(&out, &report, octets),
                     fault == MANUSCRIPT_LONG ? STATUS_TOO_LARGE
                                              : STATUS_MALFORMED);
    assert_int_equal(report.fault, fault);
    if (line > 0)
        assert_int_equal(report.line, line);
    assert_int_equal(out.size, 0);
    byte_buf_release(&out);
}

static void
test_takes_what_is_fine(void **state)
{
    (void)state;
    assert_taken(LITERAL("a"), "a", false, false);
    assert_taken(LITERAL("# Заголовок\n\n\tтекст\n"),
                 "# Заголовок\n\n\tтекст\n", false, false);
    /* Not normalised: e and a combining acute accent stay two. */
    assert_taken(LITERAL("e\xcc\x81\n"), "e\xcc\x81\n", false, false);
}

static void
test_mends_marks_and_line_ends(void **state)
{
    (void)state;
    assert_taken(LITERAL("\xef\xbb\xbf# A\n"), "# A\n", true, false);
    assert_taken(LITERAL("# A\r\n\r\nb\r\n"), "# A\n\nb\n", false, true);
    assert_taken(LITERAL("\xef\xbb\xbf\xef\xbb\xbfx"), "\xef\xbb\xbfx", true,
                 false);
}

static void
test_refuses(void **state)
{
    (void)state;
    assert_refused(LITERAL(""), MANUSCRIPT_EMPTY, 0);
    assert_refused(LITERAL(" \n\t\r\n"), MANUSCRIPT_EMPTY, 0);
    assert_refused(LITERAL("\xef\xbb\xbf"), MANUSCRIPT_EMPTY, 0);
    assert_refused(LITERAL("\xff\xfe#\0 \0"), MANUSCRIPT_UTF16, 0);
    assert_refused(LITERAL("\xfe\xff\0#"), MANUSCRIPT_UTF16, 0);
    assert_refused(LITERAL("a\nb\0"), MANUSCRIPT_BINARY, 0);
    assert_refused(LITERAL("a\nb\xff\n"), MANUSCRIPT_NO_UTF8, 2);
    assert_refused(LITERAL("\xcf\xf0\xe8\xe2\xe5\xf2"), MANUSCRIPT_NO_UTF8, 1);
    assert_refused(LITERAL("a\n\n\x1b[2J"), MANUSCRIPT_CONTROL, 3);
    assert_refused(LITERAL("read title\rfake title"), MANUSCRIPT_CONTROL, 1);
    assert_refused(LITERAL("a\r"), MANUSCRIPT_CONTROL, 1);
    assert_refused(LITERAL("a\x7f"), MANUSCRIPT_CONTROL, 1);
    assert_refused(LITERAL("a\xc2\x85"), MANUSCRIPT_CONTROL, 1);
}

static void
test_counts_what_readers_see_escaped(void **state)
{
    struct manuscript_report report;
    struct byte_buf out;

    (void)state;
    byte_buf_init(&out, PUBLISH_TEXT_MAX);
    assert_int_equal(manuscript_take(&out, &report,
                                     LITERAL("a\xe2\x80\xae"
                                             "b\xe2\x80\x8b\n")),
                     STATUS_OK);
    assert_int_equal(report.invisible, 2);
    byte_buf_release(&out);
}

static void
test_size(void **state)
{
    char *text = malloc(PUBLISH_TEXT_MAX + 1);
    struct manuscript_report report;
    struct byte_buf out;

    (void)state;
    assert_non_null(text);
    memset(text, 'a', PUBLISH_TEXT_MAX + 1);
    assert_refused(byte_view_of(text, PUBLISH_TEXT_MAX + 1), MANUSCRIPT_LONG,
                   0);
    byte_buf_init(&out, PUBLISH_TEXT_MAX);
    assert_int_equal(
        manuscript_take(&out, &report, byte_view_of(text, PUBLISH_TEXT_MAX)),
        STATUS_OK);
    assert_int_equal(out.size, PUBLISH_TEXT_MAX);
    byte_buf_release(&out);
    free(text);
}

static void
assert_title(const char *text, const char *wanted)
{
    char title[MANUSCRIPT_TITLE_SIZE];

    manuscript_title(title, byte_view_of_text(text));
    assert_string_equal(title, wanted);
}

static void
test_titles(void **state)
{
    (void)state;
    assert_title("# Central Asia\n\ntext", "Central Asia");
    assert_title("intro\n\n##  An end to torture  ##\n", "An end to torture");
    assert_title("#hashtag\n\n# Title", "Title");
    assert_title("####### seven\n", "####### seven");
    assert_title("Title\n=====\ntext", "Title");
    assert_title("text\nTitle\n---\n", "Title");
    assert_title("```\n# comment\n```\n# Title\n", "Title");
    assert_title("---\nauthor: x\nlang: ru\n---\n\n# Заголовок\n", "Заголовок");
    assert_title("---\nno end of it\n", "---");
    assert_title("just a line\nand another", "just a line");
    assert_title("\n\n  a line \t\n", "a line");
    assert_title("# tab\there", "tab here");
    assert_title("# \xe2\x80\xaereversed\xe2\x80\x8b \n", "reversed");
    assert_title("# \xe2\x80\x8b \n", "");
}

/* A first line that stands for a heading is cut at a word. */
static void
test_long_lines_are_cut(void **state)
{
    char text[4096] = "";
    char title[MANUSCRIPT_TITLE_SIZE];

    (void)state;
    for (size_t i = 0; i < 40; i++)
        memcpy(text + 5 * i, "word ", 5);
    text[200] = '\0';
    manuscript_title(title, byte_view_of_text(text));
    assert_int_equal(strlen(title), 102);
    assert_string_equal(title + 95, "word...");

    memset(text, 'x', sizeof(text) - 1);
    memcpy(text, "# ", 2);
    text[sizeof(text) - 1] = '\0';
    manuscript_title(title, byte_view_of_text(text));
    assert_int_equal(strlen(title), STATEMENT_TITLE_MAX);
    assert_string_equal(title + STATEMENT_TITLE_MAX - 4, "x...");
}

/* Whatever a text holds, its title may stand in a record. */
static void
test_hostile_titles_come_out_clean(void **state)
{
    static const char *const pieces[] = {
        "# ",
        "\xe2\x80\xae",
        "\t",
        "x",
        "\xf3\xa0\x81\x81",
        "\n",
        "---\n",
        "=",
        "`",
        "\xc2\xad",
        "я",
        "#",
        " ",
        "\xef\xbb\xbf",
    };
    uint32_t random = 1;

    (void)state;
    for (size_t i = 0; i < 20000; i++) {
        char text[128] = "";
        char title[MANUSCRIPT_TITLE_SIZE];
        size_t used = 0;

        for (size_t j = 0; j < 16; j++) {
            const char *piece;

            random = random * 1664525 + 1013904223;
            piece = pieces[(random >> 16) % (sizeof(pieces) / sizeof(char *))];
            memcpy(text + used, piece, strlen(piece));
            used += strlen(piece);
        }
        manuscript_title(title, byte_view_of(text, used));
        assert_true(text_is_line(byte_view_of_text(title)));
        if (title[0] != '\0') {
            assert_int_not_equal(title[0], ' ');
            assert_int_not_equal(title[strlen(title) - 1], ' ');
        }
    }
}

static void
test_the_real_sample(void **state)
{
    size_t size;
    uint8_t *octets = shared_read("samples/joint-statement.en.md", &size);

    (void)state;
    if (octets == NULL)
        skip();
    octets[size - 1] = '\0';
    assert_title((const char *)octets,
                 "Central Asia: joint statement on the International Day in "
                 "Support of Victims of Torture");
    free(octets);
}

static enum status
take(void *context)
{
    struct manuscript_report report;
    struct byte_buf out;
    enum status status;

    (void)context;
    byte_buf_init(&out, PUBLISH_TEXT_MAX);
    status = manuscript_take(&out, &report, LITERAL("# A\r\n\r\nb\r\n"));
    byte_buf_release(&out);
    return status;
}

static void
test_each_allocation(void **state)
{
    (void)state;
    test_alloc_each(take, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_takes_what_is_fine),
        cmocka_unit_test(test_mends_marks_and_line_ends),
        cmocka_unit_test(test_refuses),
        cmocka_unit_test(test_counts_what_readers_see_escaped),
        cmocka_unit_test(test_size),
        cmocka_unit_test(test_titles),
        cmocka_unit_test(test_long_lines_are_cut),
        cmocka_unit_test(test_hostile_titles_come_out_clean),
        cmocka_unit_test(test_the_real_sample),
        cmocka_unit_test(test_each_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
