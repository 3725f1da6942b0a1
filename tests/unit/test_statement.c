/* The kind statement: its grammar line by line, writing, choosing a text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/statement.h"
#include "core/entropy.h"
#include "core/limits.h"
#include "core/mem.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/records.h"

#define ID_A "5f3a000000000000000000000000000000000000000000000000000000000004"
#define ID_B "77e0000000000000000000000000000000000000000000000000000000000005"
#define ID_C "1c9d000000000000000000000000000000000000000000000000000000000006"

/* Key 2 under another label: the same author. */
#define KEY_2_RELABELLED \
    "RWQJAgMEBQYHCGt5xX5qCVI5KCwEgY6WES8/A6QAG6l6VkwjhSo/HqX8"
#define KEY_1_RELABELLED \
    "RWQJAgMEBQYHCM7MFQfcHd1ylZUcKQiI8JWtuQRNG3PWlubfBl1oO9T8"

#define TITLE "title Central Asia: an end to torture\n"
#define FULL                                                     \
    TITLE                                                        \
    "title-in kk-Cyrl Азаптауға тыйым\n"           \
    "title-in ru Конец пыткам\n"                      \
    "signatory " RECORDS_KEY_2 " OMCT\n"                         \
    "signatory " RECORDS_KEY_3 " Association for Human Rights\n" \
    "signatory " RECORDS_KEY_4 "\n"                              \
    "replaces " ID_A "\n"                                        \
    "translates " ID_B "\n"                                      \
    "head " RECORDS_KEY_2 " 41 " ID_C "\n"                       \
    "head " RECORDS_KEY_3 " 2147483647 " ID_A "\n"               \
    "work 81632\n"

/* The record of kind with these lines and no files. */
static struct record *
record_of(const char *kind, const char *lines)
{
    char *header = malloc(RECORD_HEADER_MAX);
    struct record *record;

    assert_non_null(header);
    snprintf(header, RECORD_HEADER_MAX,
             "p2pub1 %s\nkey " RECORDS_KEY_1 "\ndate 2023-06-26\nsequence 1\n"
             "%s",
             kind, lines);
    record = records_seal(header, 1);
    free(header);
    return record;
}

static enum status
read_lines(const char *lines)
{
    struct record *record = record_of("statement", lines);
    long live = mem_live_count();
    struct statement statement;
    enum status status = statement_read(&statement, record);

    if (status != STATUS_OK) /* nothing is left to release */
        assert_int_equal(mem_live_count(), live);
    statement_release(&statement);
    record_free(record);
    return status;
}

static void
test_full(void **state)
{
    struct record *record = record_of("statement", FULL);
    struct statement read;

    (void)state;
    assert_int_equal(statement_read(&read, record), STATUS_OK);
    assert_true(
        byte_view_equal_text(read.title, "Central Asia: an end to torture"));
    assert_int_equal(read.title_count, 2);
    assert_true(byte_view_equal_text(read.titles[0].language, "kk-Cyrl"));
    assert_true(byte_view_equal_text(read.titles[1].text, "Конец пыткам"));
    assert_int_equal(read.signatory_count, 3);
    assert_int_equal(read.signatories[0].key.id.octets[0], 2);
    assert_true(byte_view_equal_text(read.signatories[0].name, "OMCT"));
    assert_true(byte_view_equal_text(read.signatories[1].name,
                                     "Association for Human Rights"));
    assert_int_equal(read.signatories[2].name.size, 0);
    assert_true(read.has_replaces && read.has_translates && read.has_work);
    assert_int_equal(read.replaces.octets[0], 0x5f);
    assert_int_equal(read.translates.octets[0], 0x77);
    assert_int_equal(read.head_count, 2);
    assert_int_equal(read.heads[0].key.id.octets[0], 2);
    assert_int_equal(read.heads[0].sequence, 41);
    assert_int_equal(read.heads[0].id.octets[0], 0x1c);
    assert_int_equal(read.heads[1].sequence, 2147483647);
    assert_int_equal(read.work, 81632);
    statement_release(&read);
    statement_release(&read);
    record_free(record);
}

static void
test_only_a_title(void **state)
{
    struct record *record = record_of("statement", TITLE);
    struct statement read;

    (void)state;
    assert_int_equal(statement_read(&read, record), STATUS_OK);
    assert_int_equal(read.signatory_count + read.head_count, 0);
    assert_false(read.has_replaces || read.has_translates || read.has_work);
    statement_release(&read);
    record_free(record);
}

/* FULL with one change each, and whether that is still a statement. */
static const struct {
    const char *old;
    const char *new_text;
    enum status status;
} changes[] = {
    {TITLE, "", STATUS_NEWER},
    {TITLE, TITLE TITLE, STATUS_NEWER},
    {TITLE, "subtitle x\n" TITLE, STATUS_NEWER},
    {TITLE, TITLE "subtitle x\n", STATUS_NEWER},
    {"work 81632\n", "work 81632\nsalt 00\n", STATUS_NEWER},
    {"work 81632\n", "work 81632\n" TITLE, STATUS_NEWER},
    /* Titles in other languages. */
    {"title-in ru Конец пыткам\n", "", STATUS_OK},
    {"title-in ru", "title-in kk-Cyrl", STATUS_NEWER},
    {"title-in ru", "title-in kk", STATUS_NEWER},
    {"title-in ru", "title-in kk-Cyrl-KZ", STATUS_OK},
    {"title-in ru", "title-in RU", STATUS_NEWER},
    {"title-in ru", "title-in und", STATUS_NEWER},
    {"title-in ru", "title-in -", STATUS_NEWER},
    {"title-in ru Конец", "title-in ru  Конец", STATUS_NEWER},
    {"title-in ru Конец пыткам", "title-in ru", STATUS_NEWER},
    {"work 81632\n", "work 81632\ntitle-in sw A\n", STATUS_NEWER},
    /* Signatories. */
    {"signatory " RECORDS_KEY_4 "\n", "", STATUS_OK},
    {RECORDS_KEY_2 " OMCT", RECORDS_KEY_2 "  OMCT", STATUS_NEWER},
    {RECORDS_KEY_2 " OMCT", "OMCT", STATUS_NEWER},
    {RECORDS_KEY_2 " OMCT", RECORDS_KEY_2 "OMCT", STATUS_NEWER},
    {RECORDS_KEY_2 " OMCT", RECORDS_KEY_1 " OMCT", STATUS_NEWER},
    {RECORDS_KEY_2 " OMCT", KEY_1_RELABELLED " OMCT", STATUS_NEWER},
    {RECORDS_KEY_2 " OMCT", RECORDS_KEY_3 " OMCT", STATUS_NEWER},
    {RECORDS_KEY_4, RECORDS_KEY_2, STATUS_NEWER},
    {RECORDS_KEY_4, KEY_2_RELABELLED, STATUS_NEWER},
    {RECORDS_KEY_4, RECORDS_KEY_5, STATUS_OK},
    /* Ids. */
    {"replaces " ID_A "\n", "", STATUS_OK},
    {"translates " ID_B "\n", "", STATUS_OK},
    {"replaces " ID_A, "replaces 5f3a", STATUS_NEWER},
    {"replaces " ID_A, "replaces " ID_A " x", STATUS_NEWER},
    {"replaces " ID_A "\n", "replaces " ID_A "\nreplaces " ID_B "\n",
     STATUS_NEWER},
    {"replaces " ID_A "\n", "translates " ID_A "\n", STATUS_NEWER},
    {"translates " ID_B, "translates 77E0", STATUS_NEWER},
    {"translates " ID_B, "translates " ID_B "\nreplaces " ID_C, STATUS_NEWER},
    /* Heads. */
    {" 41 ", " 0 ", STATUS_NEWER},
    {" 41 ", " 1 ", STATUS_OK},
    {" 41 ", " 041 ", STATUS_NEWER},
    {" 41 ", " ", STATUS_NEWER},
    {" 41 ", "  41 ", STATUS_NEWER},
    {" 2147483647 ", " 2147483648 ", STATUS_NEWER},
    {" 41 " ID_C, " 41", STATUS_NEWER},
    {" 41 " ID_C, " 41 " ID_C " x", STATUS_NEWER},
    {"head " RECORDS_KEY_2, "head " RECORDS_KEY_3, STATUS_NEWER},
    {"head " RECORDS_KEY_3, "head " KEY_2_RELABELLED, STATUS_NEWER},
    {"head " RECORDS_KEY_2, "head " RECORDS_KEY_1, STATUS_NEWER},
    {"head " RECORDS_KEY_2, "head " KEY_1_RELABELLED, STATUS_NEWER},
    {"head " RECORDS_KEY_2, "head " RECORDS_KEY_5, STATUS_OK},
    /* Work. */
    {"work 81632\n", "", STATUS_OK},
    {"work 81632\n", "work 81632\nwork 81632\n", STATUS_NEWER},
    {"work 81632", "work 0", STATUS_OK},
    {"work 81632", "work 00", STATUS_NEWER},
    {"work 81632", "work 4294967295", STATUS_OK},
    {"work 81632", "work 4294967296", STATUS_NEWER},
    {"work 81632", "work -1", STATUS_NEWER},
    {"work 81632", "work 1 1", STATUS_NEWER},
};

static void
test_grammar(void **state)
{
    (void)state;
    assert_int_equal(read_lines(FULL), STATUS_OK);
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        char *lines =
            records_replace(FULL, changes[i].old, changes[i].new_text);
        enum status status = read_lines(lines);

        free(lines);
        if (status != changes[i].status)
            fail_msg("'%s' instead of '%s': %s", changes[i].new_text,
                     changes[i].old, status_text(status));
    }
}

static void
test_other_kinds(void **state)
{
    struct record *record = record_of("release", FULL);
    struct statement read;

    (void)state;
    assert_int_equal(statement_read(&read, record), STATUS_NEWER);
    assert_int_equal(read.title.size, 0);
    statement_release(&read);
    record_free(record);
}

/* A line of size octets of x behind prefix. */
static char *
long_line(const char *prefix, size_t size)
{
    size_t before = strlen(prefix);
    char *line = malloc(before + size + 2);

    assert_non_null(line);
    memcpy(line, prefix, before);
    memset(line + before, 'x', size);
    line[before + size] = '\n';
    line[before + size + 1] = '\0';
    return line;
}

static void
test_limits(void **state)
{
    static const struct {
        const char *prefix;
        size_t maximum;
    } limits[] = {
        {"title ", STATEMENT_TITLE_MAX},
        {TITLE "title-in ru ", STATEMENT_TITLE_MAX},
        {TITLE "signatory " RECORDS_KEY_2 " ", STATEMENT_SIGNATORY_NAME_MAX},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        char *fits = long_line(limits[i].prefix, limits[i].maximum);
        char *longer = long_line(limits[i].prefix, limits[i].maximum + 1);

        assert_int_equal(read_lines(fits), STATUS_OK);
        assert_int_equal(read_lines(longer), STATUS_NEWER);
        free(longer);
        free(fits);
    }
}

static struct record_fields
envelope(void)
{
    struct record_fields fields = {0};
    struct key_secret *secret = records_key(1);

    fields.key = secret->public_key;
    fields.sequence = 1;
    key_secret_free(secret);
    return fields;
}

/* What is read from FULL writes FULL again. */
static void
test_write(void **state)
{
    struct record *record = record_of("statement", FULL);
    struct statement read;
    struct byte_buf out;

    (void)state;
    byte_buf_init(&out, RECORD_HEADER_MAX);
    assert_int_equal(statement_read(&read, record), STATUS_OK);
    assert_int_equal(statement_write_header(&out, record_fields(record), &read),
                     STATUS_OK);
    assert_true(byte_view_equal(byte_view_of_buf(&out), record_header(record)));
    byte_buf_release(&out);
    statement_release(&read);
    record_free(record);
}

static enum status
write_status(const struct statement *statement)
{
    struct record_fields fields = envelope();
    struct byte_buf out;
    enum status status;

    byte_buf_init(&out, RECORD_HEADER_MAX);
    status = statement_write_header(&out, &fields, statement);
    assert_int_equal(out.size == 0, status != STATUS_OK);
    byte_buf_release(&out);
    return status;
}

static void
test_write_refuses(void **state)
{
    static const char *const titles[] = {"",
                                         " x",
                                         "x ",
                                         "x\n",
                                         ("x\nsignatory " RECORDS_KEY_2),
                                         "\xe2\x80\xae",
                                         "\xff"};
    static const char *const names[] = {
        " x",
        "x ",
        "x\n",
        "x\nwork 1",
        "\x1b[1m",
        "A name of sixty-five octets, which is one more than there may be."};
    struct statement_signatory signatories[2] = {{{{{0}}, {{0}}}, {NULL, 0}}};
    struct statement statement = {0};

    (void)state;
    statement.title = byte_view_of_text("x");
    assert_int_equal(write_status(&statement), STATUS_OK);
    for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
        statement.title = byte_view_of_text(titles[i]);
        assert_int_equal(write_status(&statement), STATUS_MALFORMED);
    }
    statement.title = byte_view_of_text("x");
    statement.signatories = signatories;
    statement.signatory_count = 1;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        signatories[0].name = byte_view_of_text(names[i]);
        assert_int_equal(write_status(&statement), STATUS_MALFORMED);
    }
    signatories[0].name = byte_view_of_text("x");
    assert_int_equal(write_status(&statement), STATUS_OK);
    statement.signatory_count = 2;
    assert_int_equal(write_status(&statement), STATUS_MALFORMED);
}

static void
test_write_too_many(void **state)
{
    struct statement_head *heads = calloc(600, sizeof(*heads));
    struct statement statement = {0};

    (void)state;
    assert_non_null(heads);
    for (size_t i = 0; i < 600; i++) {
        heads[i].key.author.octets[0] = (uint8_t)i;
        heads[i].key.author.octets[1] = (uint8_t)(i / 256);
        heads[i].sequence = 1;
    }
    statement.title = byte_view_of_text("x");
    statement.heads = heads;
    statement.head_count = 100;
    assert_int_equal(write_status(&statement), STATUS_OK);
    statement.head_count = 130;
    assert_int_equal(write_status(&statement), STATUS_TOO_LARGE);
    statement.head_count = 600;
    assert_int_equal(write_status(&statement), STATUS_TOO_LARGE);
    free(heads);
}

static void
test_texts(void **state)
{
    struct record_file file = {0};

    (void)state;
    file.language = byte_view_of_text("en");
    file.type = byte_view_of_text("text/markdown");
    assert_true(statement_is_text(&file));
    file.type = byte_view_of_text("text/plain");
    assert_true(statement_is_text(&file));
    file.type = byte_view_of_text("text/html");
    assert_false(statement_is_text(&file));
    file.type = byte_view_of_text("text/plain");
    file.language = byte_view_of_text("und");
    assert_true(statement_is_text(&file));
    file.language = byte_view_of_text("-");
    assert_false(statement_is_text(&file));
}

static void
test_choose_text(void **state)
{
    static const char *const languages[] = {"-", "en-GB", "uz-Cyrl", "uz",
                                            "ru"};

    static const struct {
        const char *wanted;
        int chosen;
    } choices[] = {
        {"ru", 4}, {"RU", 4},          {"ru-KZ", 4},   {"en", 1}, {"en-US", 1},
        {"uz", 3}, {"uz-Latn", 2},     {"uz-cyrl", 2}, {"kk", 1}, {"", 1},
        {NULL, 1}, {"ru_RU.UTF-8", 1}, {"no such", 1},
    };
    struct record_file files[5];
    char names[5][2] = {"a", "b", "c", "d", "e"};
    struct record_fields fields = envelope();
    struct record *record;

    (void)state;
    fields.kind = byte_view_of_text("statement");
    memset(files, 0, sizeof(files));
    for (size_t i = 0; i < 5; i++) {
        files[i].name = byte_view_of_text(names[i]);
        files[i].language = byte_view_of_text(languages[i]);
        files[i].type = byte_view_of_text("text/markdown");
        files[i].size = 1;
    }
    fields.files = files;
    fields.file_count = 5;
    record = records_seal_fields(&fields, 1);
    for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++)
        assert_int_equal(statement_choose_text(record, choices[i].wanted),
                         choices[i].chosen);
    record_free(record);

    fields.file_count = 1;
    record = records_seal_fields(&fields, 1);
    assert_int_equal(statement_choose_text(record, "ru"), -1);
    record_free(record);
}

/* `title` is in the language of the first text, which is en-GB here. */
static void
test_choose_title(void **state)
{
    static const struct {
        const char *wanted;
        const char *title;
    } choices[] = {
        {"ru", "R"},       {"RU", "R"},      {"ru-KZ", "R"},  {"kk-Cyrl", "KC"},
        {"kk-Latn", "KL"}, {"kk", "KC"},     {"kk-KZ", "KC"}, {"en-GB", "E"},
        {"en", "E"},       {"en-US", "U"},   {"uz", "E"},     {"", "E"},
        {NULL, "E"},       {"no such", "E"},
    };
    struct record *record = record_of(
        "statement",
        "title E\ntitle-in en-US U\ntitle-in kk-Cyrl KC\n"
        "title-in kk-Latn KL\ntitle-in ru R\n"
        "file a.md en-GB text/markdown 5 -\nBLAKE2b-256 (a.md) = " ID_A "\n");
    struct record *bare = record_of("statement", "title E\ntitle-in en-US U\n");
    struct statement read;

    (void)state;
    assert_int_equal(statement_read(&read, record), STATUS_OK);
    for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++)
        assert_true(byte_view_equal_text(
            statement_title_in(&read, record, choices[i].wanted),
            choices[i].title));
    statement_release(&read);
    /* Without a text the language of `title` is not known. */
    assert_int_equal(statement_read(&read, bare), STATUS_OK);
    assert_true(
        byte_view_equal_text(statement_title_in(&read, bare, "en"), "U"));
    assert_true(
        byte_view_equal_text(statement_title_in(&read, bare, "ru"), "E"));
    statement_release(&read);
    record_free(record);
    record_free(bare);
}

/* As many titles as there may be, and one more. */
static void
test_many_titles(void **state)
{
    char lines[2048] = "title A\n";

    (void)state;
    for (size_t i = 0; i <= STATEMENT_TITLES_MAX; i++) {
        size_t size = strlen(lines);

        assert_int_equal(read_lines(lines), STATUS_OK);
        snprintf(lines + size, sizeof(lines) - size, "title-in a%c B\n",
                 (int)('a' + i));
    }
    assert_int_equal(read_lines(lines), STATUS_NEWER);
}

static enum status
read_and_write(void *context)
{
    struct statement read;
    struct byte_buf out;
    enum status status;

    byte_buf_init(&out, RECORD_HEADER_MAX);
    status = statement_read(&read, context);
    if (status == STATUS_OK)
        status = statement_write_header(&out, record_fields(context), &read);
    statement_release(&read);
    byte_buf_release(&out);
    return status;
}

static void
test_without_memory(void **state)
{
    struct record *record = record_of("statement", FULL);

    (void)state;
    test_alloc_each(read_and_write, record);
    record_free(record);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_only_a_title),
        cmocka_unit_test(test_grammar),
        cmocka_unit_test(test_other_kinds),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_write),
        cmocka_unit_test(test_write_refuses),
        cmocka_unit_test(test_write_too_many),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_choose_text),
        cmocka_unit_test(test_choose_title),
        cmocka_unit_test(test_many_titles),
        cmocka_unit_test(test_without_memory),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
