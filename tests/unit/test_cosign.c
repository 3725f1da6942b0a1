/* The kind cosign: its grammar line by line, and writing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/cosign.h"
#include "core/entropy.h"
#include "core/limits.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/records.h"

#define ID "5f3a000000000000000000000000000000000000000000000000000000000004"
#define HEADER \
    "p2pub1 cosign\nkey " RECORDS_KEY_1 "\ndate 2026-01-02\nsequence 1\n"
#define FULL                    \
    HEADER                      \
    "signs " ID "\n"            \
    "checked statement.md\n"    \
    "checked statement.ru.md\n" \
    "checked statementx\n"
#define FILE_LINES                                 \
    "file a en text/plain 1 -\nBLAKE2b-256 (a) = " \
    "8a07000000000000000000000000000000000000000000000000000000000001\n"

static enum status
read_header(const char *header)
{
    struct record *record = records_seal(header, 1);
    struct cosign cosign;
    enum status status = cosign_read(&cosign, record);

    if (status != STATUS_OK)
        assert_int_equal(cosign.name_count + cosign.signs.octets[0], 0);
    record_free(record);
    return status;
}

static void
test_full(void **state)
{
    struct record *record = records_seal(FULL, 1);
    struct cosign read;

    (void)state;
    assert_int_equal(cosign_read(&read, record), STATUS_OK);
    assert_int_equal(read.signs.octets[0], 0x5f);
    assert_int_equal(read.signs.octets[31], 4);
    assert_int_equal(read.name_count, 3);
    assert_true(byte_view_equal_text(read.names[1], "statement.ru.md"));
    record_free(record);
}

static const struct records_change changes[] = {
    {"p2pub1 cosign", "p2pub1 withdraw", STATUS_NEWER},
    {"signs " ID "\n", "", STATUS_NEWER},
    {"signs " ID, "signs 5f3a", STATUS_NEWER},
    {"signs " ID, "signs " ID " x", STATUS_NEWER},
    {"signs " ID "\n", "signs " ID "\nsigns " ID "\n", STATUS_NEWER},
    {"signs 5f3a", "signs 5F3A", STATUS_NEWER},
    {"checked statement.ru.md\n", "", STATUS_OK},
    {"checked statement.ru.md\n", "checked statement.md\n", STATUS_NEWER},
    {"checked statement.ru.md\n", "checked a\n", STATUS_NEWER},
    {"checked statement.ru.md\n", "checked Statement.ru.md\n", STATUS_NEWER},
    {"checked statement.ru.md\n", "checked statement.ru.md.\n", STATUS_NEWER},
    {"checked statement.ru.md\n", "checked statement.ru.md x\n", STATUS_NEWER},
    {"checked statement.md\n", "note x\n", STATUS_NEWER},
    {"checked statementx\n", "checked statementx\nnote x\n", STATUS_NEWER},
    {"checked statementx\n", "checked statementx\n" FILE_LINES, STATUS_NEWER},
    {"sequence 1", "sequence 0", STATUS_OK},
};

static void
test_grammar(void **state)
{
    (void)state;
    assert_int_equal(read_header(FULL), STATUS_OK);
    assert_int_equal(read_header(HEADER "signs " ID "\n"), STATUS_OK);
    records_check_changes(FULL, changes, sizeof(changes) / sizeof(changes[0]),
                          read_header);
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

static enum status
write_status(const struct cosign *cosign)
{
    struct record_fields fields = envelope();
    struct byte_buf out;
    enum status status;

    byte_buf_init(&out, RECORD_HEADER_MAX);
    status = cosign_write_header(&out, &fields, cosign);
    assert_int_equal(out.size == 0, status != STATUS_OK);
    byte_buf_release(&out);
    return status;
}

static void
add_name(struct byte_buf *header, const char *name)
{
    assert_int_equal(byte_buf_append_text(header, "checked "), STATUS_OK);
    assert_int_equal(byte_buf_append_text(header, name), STATUS_OK);
    assert_int_equal(byte_buf_append_text(header, "\n"), STATUS_OK);
}

/* As many names as a record has files, and one more. */
static void
test_names(void **state)
{
    static char names[RECORD_FILES_MAX + 1][8];
    struct byte_buf header;
    struct cosign cosign = {{{1}}, 0, {{NULL, 0}}};

    (void)state;
    byte_buf_init(&header, RECORD_HEADER_MAX);
    assert_int_equal(byte_buf_append_text(&header, HEADER "signs " ID "\n"),
                     STATUS_OK);
    for (size_t i = 0; i <= RECORD_FILES_MAX; i++)
        snprintf(names[i], sizeof(names[i]), "a%03u", (unsigned)i);
    for (size_t i = 0; i < RECORD_FILES_MAX; i++) {
        cosign.names[i] = byte_view_of_text(names[i]);
        add_name(&header, names[i]);
    }
    cosign.name_count = RECORD_FILES_MAX;
    assert_int_equal(write_status(&cosign), STATUS_OK);
    assert_int_equal(read_header(byte_buf_text(&header)), STATUS_OK);
    cosign.name_count++;
    assert_int_equal(write_status(&cosign), STATUS_TOO_LARGE);
    add_name(&header, "a999");
    assert_int_equal(read_header(byte_buf_text(&header)), STATUS_NEWER);
    byte_buf_release(&header);
}

static void
test_write(void **state)
{
    struct record *record = records_seal(FULL, 1);
    struct cosign read;
    struct byte_buf out;

    (void)state;
    byte_buf_init(&out, RECORD_HEADER_MAX);
    assert_int_equal(cosign_read(&read, record), STATUS_OK);
    assert_int_equal(cosign_write_header(&out, record_fields(record), &read),
                     STATUS_OK);
    assert_true(byte_view_equal(byte_view_of_buf(&out), record_header(record)));
    read.names[0] = read.names[1];
    assert_int_equal(write_status(&read), STATUS_MALFORMED);
    read.names[0] = byte_view_of_text("a\nchecked b");
    assert_int_equal(write_status(&read), STATUS_MALFORMED);
    byte_buf_release(&out);
    record_free(record);
}

static enum status
read_and_write(void *context)
{
    struct cosign read;
    struct byte_buf out;
    enum status status;

    byte_buf_init(&out, RECORD_HEADER_MAX);
    status = cosign_read(&read, context);
    if (status == STATUS_OK)
        status = cosign_write_header(&out, record_fields(context), &read);
    byte_buf_release(&out);
    return status;
}

static void
test_without_memory(void **state)
{
    struct record *record = records_seal(FULL, 1);

    (void)state;
    test_alloc_each(read_and_write, record);
    record_free(record);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_full),           cmocka_unit_test(test_grammar),
        cmocka_unit_test(test_names),          cmocka_unit_test(test_write),
        cmocka_unit_test(test_without_memory),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
