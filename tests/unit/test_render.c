/* Pages for a person: what stands in them, and what must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/statement.h"
#include "cli/render.h"
#include "core/mem.h"
#include "core/text.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/records.h"
#include "tests/unit/shown_rule.h"
#include "tests/unit/test_support.h"

#define HEADER                                                               \
    "p2pub1 statement\nkey " RECORDS_KEY_1 "\ndate 2023-06-26\nsequence 1\n" \
    "title An end to torture\nsignatory " RECORDS_KEY_2 " OMCT\n"            \
    "file statement.md en text/markdown 3 -\n"                               \
    "BLAKE2b-256 (statement.md) = "                                          \
    "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319\n"

static struct cli cli;
static struct trust *trust;
static struct subject subject;

static int
set_up(void **state)
{
    (void)state;
    memset(&cli, 0, sizeof(cli));
    cli.color = CLI_COLOR_NEVER;
    cli.document = json_object();
    assert_int_equal(trust_new(&trust), STATUS_OK);
    memset(&subject, 0, sizeof(subject));
    subject.record = records_seal(HEADER, 1);
    subject.state = STORE_COMPLETE;
    assert_int_equal(statement_read(&subject.statement, subject.record),
                     STATUS_OK);
    subject.has_statement = true;
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    verdict_release(&subject.verdict);
    statement_release(&subject.statement);
    record_free(subject.record);
    trust_free(trust);
    json_decref(cli.document);
    return 0;
}

/* The reader calls key 1 so. */
static void
follow(const char *name)
{
    struct trust_entry entry = {.name = name};

    entry.key = record_fields(subject.record)->key;
    assert_int_equal(trust_add(trust, &entry), STATUS_OK);
}

static void
judge(void)
{
    verdict_release(&subject.verdict);
    assert_int_equal(verdict_make(&subject.verdict, NULL, trust, subject.record,
                                  subject.state),
                     STATUS_OK);
}

/* The page of the verdict; free() it. */
static char *
page(bool with_content)
{
    struct render render;
    char *text;

    render_init(&render, &cli);
    render_verdict(&render, &subject, with_content);
    assert_int_equal(render.status, STATUS_OK);
    text = malloc(render.page.size + 1);
    assert_non_null(text);
    memcpy(text, render.page.data, render.page.size);
    text[render.page.size] = '\0';
    render_release(&render);
    return text;
}

static void
unknown_key(void **state)
{
    char *text;

    (void)state;
    judge();
    text = page(false);
    assert_int_equal(strncmp(text, "UNKNOWN ", 8), 0);
    assert_non_null(strstr(text, RECORDS_KEY_1));
    assert_null(strstr(text, "VERIFIED"));
    assert_null(strstr(text, "torture"));
    assert_null(strstr(text, "OMCT"));
    free(text);
    text = page(true);
    assert_non_null(strstr(text, "An end to torture"));
    assert_non_null(strstr(text, "its author calls it OMCT\n"));
    assert_non_null(strstr(text, RECORDS_KEY_2));
    assert_non_null(
        strstr(text, "0 of 1 named signatory has signed, 1 not seen\n"));
    free(text);
}

static void
followed_key(void **state)
{
    char *text;

    (void)state;
    follow("Centre");
    judge();
    text = page(true);
    assert_int_equal(strncmp(text, "VERIFIED      Centre\n", 21), 0);
    free(text);
}

static void
other_standings(void **state)
{
    char *text;

    (void)state;
    follow("Centre");
    judge();
    subject.verdict.standing = VERDICT_FAULTY;
    text = page(false);
    assert_int_equal(strncmp(text, "NOT VERIFIED  ", 14), 0);
    free(text);
    subject.verdict.standing = VERDICT_NEWER;
    text = page(false);
    assert_int_equal(strncmp(text, "NEWER ", 6), 0);
    assert_non_null(strstr(text, "Centre"));
    free(text);
}

static void
what_replaces_it(void **state)
{
    struct verdict *verdict = &subject.verdict;
    struct replacements *found = &verdict->replacements;
    char *text;

    (void)state;
    judge();
    verdict->replaced_count = 1;
    verdict->replaced_by[0].id.octets[0] = 0xab;
    verdict->replaced_by[0].date = (struct day){19000};
    found->newest_count = 1;
    found->newest[0].id = verdict->replaced_by[0].id;
    found->newest[0].date = verdict->replaced_by[0].date;
    text = page(false);
    assert_non_null(strstr(text, "REPLACED      by ab0000000000  2022-01-08  "
                                 "p2pub read ab0000000000\n"));
    assert_null(strstr(text, "replaced by"));
    free(text);

    /* One that was withdrawn, and none that is left. */
    found->newest_count = 0;
    verdict->replaced_by[0].is_withdrawn = true;
    text = page(false);
    assert_null(strstr(text, "REPLACED"));
    assert_non_null(strstr(text,
                           "replaced by   ab0000000000  2022-01-08  withdrawn\n"
                           "              nothing that replaced this stands"));
    free(text);

    /* More than are named, and more than are looked at. */
    found->newest_count = VERDICT_LINKS_MAX + 3;
    found->is_cut = true;
    found->newer_count = 2;
    text = page(false);
    assert_non_null(strstr(text, "with 11 that stand side by side\n"));
    assert_non_null(strstr(text, "              3 more\n"
                                 "              and more come after it"));
    assert_non_null(strstr(text, "later         2 by the same key"));
    free(text);
}

static void
what_is_around_it(void **state)
{
    struct verdict *verdict = &subject.verdict;
    char *text;

    (void)state;
    judge();
    verdict->gaps = 3;
    verdict->fork_count = 1;
    verdict->forks[0].number = 14;
    verdict->forks[0].count = 2;
    verdict->forks[0].ids[0].octets[0] = 1;
    verdict->forks[0].ids[1].octets[0] = 2;
    verdict->missing_count = 1;
    verdict->missing[0] = 0;
    text = page(true);
    assert_non_null(strstr(text, "gaps          3 "));
    assert_non_null(strstr(text, "fork          two records with number 14\n"
                                 "              010000000000\n"
                                 "              020000000000\n"));
    assert_non_null(strstr(text, "3 octets, not here\n"));
    free(text);

    verdict->forks[0].merged = true;
    verdict->forks[0].count = 3;
    text = page(false);
    assert_non_null(
        strstr(text, "3 records with number 14, merged by its author\n"));
    free(text);
}

/* What others say, and what it says of others. */
static void
what_is_quoted(void **state)
{
    struct verdict *verdict = &subject.verdict;
    char *text;

    (void)state;
    judge();
    verdict->quote_count = 1;
    (void)snprintf(verdict->quotes[0].name, sizeof(verdict->quotes[0].name),
                   "%s", "HRW\033[2J");
    verdict->quotes[0].number = 2147483647;
    verdict->head_count = VERDICT_HEADS_MAX + 9;
    (void)snprintf(verdict->heads[0].name, sizeof(verdict->heads[0].name), "%s",
                   "OMCT");
    verdict->heads[0].number = 41;
    verdict->heads[0].state = HEADS_MISSING;
    verdict->heads[1] = verdict->heads[0];
    verdict->heads[1].state = HEADS_OTHER;
    verdict->heads[2] = verdict->heads[0];
    verdict->heads[2].state = HEADS_WRONG;
    text = page(true);
    assert_null(strchr(text, '\033'));
    assert_non_null(strstr(text, "newer         HRW"));
    assert_non_null(strstr(text, " says 2147483647 exists; not here\n"));
    assert_non_null(
        strstr(text, "says          41 of OMCT exists; not here\n"));
    assert_non_null(strstr(text, "41 of OMCT exists; another record with that "
                                 "number is here\n"));
    assert_non_null(
        strstr(text, "41 of OMCT exists; its ID is that of another record\n"));
    free(text);
    text = page(false);
    assert_null(strstr(text, "OMCT"));
    free(text);
}

static void
colour_stands_beside_words(void **state)
{
    char *text;

    (void)state;
    follow("Centre");
    judge();
    cli.color = CLI_COLOR_ALWAYS;
    text = page(false);
    assert_int_equal(strncmp(text, "\033[1;32mVERIFIED\033[0m      Centre", 25),
                     0);
    free(text);
}

/* Anybody's octets as text, name and title: the page stays printable. */
static void
hostile_text(void **state)
{
    json_t *file = test_load_shared("vectors/titles/hostile-titles.json");
    json_t *titles = json_object_get(file, "titles");
    json_t *title;
    size_t i;

    (void)state;
    judge();
    assert_true(json_array_size(titles) > 70);
    json_array_foreach(titles, i, title)
    {
        const char *hex = json_string_value(json_object_get(title, "hex"));
        uint8_t *octets = malloc(strlen(hex) / 2 + 1);
        struct verdict_signer *signer = &subject.verdict.signer;
        struct byte_view view;
        struct render render;

        assert_non_null(octets);
        view =
            byte_view_of(octets, test_unhex(octets, strlen(hex) / 2 + 1, hex));
        (void)snprintf(signer->claim, sizeof(signer->claim), "%.*s",
                       (int)view.size, (const char *)view.data);
        subject.statement.title = view;
        render_init(&render, &cli);
        render_verdict(&render, &subject, true);
        render_page(&render, view);
        assert_int_equal(render.status, STATUS_OK);
        assert_true(shown_rule_holds(byte_view_of_buf(&render.page), true));
        render_release(&render);
        free(octets);
    }
    json_decref(file);
}

/* Each row of the page begins with margin and is no wider than width. */
static void
assert_rows(const struct render *render, const char *margin, size_t width)
{
    struct byte_view rest = byte_view_of_buf(&render->page);

    assert_int_equal(render->status, STATUS_OK);
    assert_true(rest.size > 0);
    while (rest.size > 0) {
        const uint8_t *end = memchr(rest.data, '\n', rest.size);
        size_t size;

        assert_non_null(end);
        size = (size_t)(end - rest.data);
        assert_true(size >= strlen(margin));
        assert_memory_equal(rest.data, margin, strlen(margin));
        assert_true(text_columns(byte_view_slice(rest, 0, size)) <= width);
        rest = byte_view_slice(rest, size + 1, rest.size);
    }
}

#define TEN(text) text text text text text text text text text text
/* Wider than its first code point says; and wide. */
#define HEARTS TEN("\u2764\ufe0f") TEN("\u2764\ufe0f") "VERIFIED"
#define WIDE   TEN("\u65e5") TEN("\u65e5") "VERIFIED"

/* Nothing that a stranger wrote stands where our words begin. */
static void
quoted_text(void **state)
{
    static const char *const texts[] = {
        "VERIFIED      Amnesty\nwords         one two\n",
        "\n\nVERIFIED      Amnesty",
        "One\r\nVERIFIED      Amnesty\r\n",
        "                                      VERIFIED      Amnesty",
        "\t\t\t\t\tVERIFIED      Amnesty",
        HEARTS,
        WIDE,
        "\nx\n\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct render render;

        render_init(&render, &cli);
        render.width = 40;
        render_quote(&render, byte_view_of_text(texts[i]));
        assert_rows(&render, RENDER_QUOTE, 40);
        render_release(&render);
    }
}

/* Nor where the marks of a difference stand. */
static void
marked_text(void **state)
{
    static const char *const texts[] = {"", "+ one\n- two\n", HEARTS, WIDE,
                                        "\n\n@@ line 1 @@"};
    static const char *const marks[] = {"  ", "- ", RENDER_QUOTE "+ "};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        for (size_t j = 0; j < sizeof(marks) / sizeof(marks[0]); j++) {
            struct render render;

            render_init(&render, &cli);
            render.width = 40;
            render_marked(&render, marks[j], byte_view_of_text(texts[i]));
            assert_rows(&render, marks[j], 40);
            render_release(&render);
        }
}

/* So with what stands in lines of ours. */
static void
long_lines(void **state)
{
    static char title[600];
    const struct byte_view rest = {(const uint8_t *)"VERIFIED", 8};
    struct byte_view page_view;
    struct render render;

    (void)state;
    memset(title, ' ', sizeof(title) - 1);
    for (size_t i = 0; i + rest.size < sizeof(title); i += 37)
        memcpy(title + i, rest.data, rest.size);
    subject.statement.title = byte_view_of_text(title);
    judge();
    render_init(&render, &cli);
    render.width = 60;
    render_verdict(&render, &subject, true);
    page_view = byte_view_of_buf(&render.page);
    for (const uint8_t *at = page_view.data;
         (at = memchr(at, '\n',
                      (size_t)(page_view.data + page_view.size - at))) != NULL;
         at++)
        if (at + 9 < page_view.data + page_view.size)
            assert_memory_not_equal(at + 1, "VERIFIED", 8);
    assert_int_equal(render.status, STATUS_OK);
    render_release(&render);
    /* Without a terminal nothing is folded. */
    render_init(&render, &cli);
    render.width = 0;
    render_text(&render, byte_view_of_text(title), 0);
    assert_int_equal(render.page.size, strlen(title));
    render_release(&render);
}

static enum status
render_all(void *context)
{
    struct render render;
    enum status status;

    render_init(&render, context);
    render_verdict(&render, &subject, true);
    render_page(&render, byte_view_of_text("Text without an end"));
    render_quote(&render, byte_view_of_text("Text without an end"));
    status = render.status;
    render_release(&render);
    return status;
}

static void
without_memory(void **state)
{
    (void)state;
    judge();
    test_alloc_each(render_all, &cli);
}

#define TEST(function) \
    cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(unknown_key),
        TEST(followed_key),
        TEST(other_standings),
        TEST(what_replaces_it),
        TEST(what_is_around_it),
        TEST(what_is_quoted),
        TEST(colour_stands_beside_words),
        TEST(hostile_text),
        TEST(quoted_text),
        TEST(marked_text),
        TEST(long_lines),
        TEST(without_memory),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
