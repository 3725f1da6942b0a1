/* The kind withdraw: its grammar line by line, and writing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/withdraw.h"
#include "core/entropy.h"
#include "core/limits.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/records.h"

#define ID "5f3a000000000000000000000000000000000000000000000000000000000004"
#define HEADER \
    "p2pub1 withdraw\nkey " RECORDS_KEY_1 "\ndate 2026-01-02\nsequence 1\n"
#define FULL             \
    HEADER               \
    "withdraws " ID "\n" \
    "reason The list of names was wrong\n"
#define FILE_LINES                                 \
    "file a en text/plain 1 -\nBLAKE2b-256 (a) = " \
    "8a07000000000000000000000000000000000000000000000000000000000001\n"

static enum status
read_header(const char *header)
{
    struct record *record = records_seal(header, 1);
    struct withdraw withdraw;
    enum status status = withdraw_read(&withdraw, record);

    if (status != STATUS_OK)
        assert_int_equal(withdraw.reason.size + withdraw.withdraws.octets[0],
                         0);
    record_free(record);
    return status;
}

static const struct records_change changes[] = {
    {"p2pub1 withdraw", "p2pub1 cosign", STATUS_NEWER},
    {"withdraws " ID "\n", "", STATUS_NEWER},
    {"withdraws " ID, "withdraws -", STATUS_NEWER},
    {"withdraws " ID "\n", "withdraws " ID "\nwithdraws " ID "\n",
     STATUS_NEWER},
    {"reason The list of names was wrong\n", "", STATUS_NEWER},
    {"reason The list of names was wrong\n", "reason a\nreason b\n",
     STATUS_NEWER},
    {"was wrong\n", "was wrong\nnote x\n", STATUS_NEWER},
    {"was wrong\n", "was wrong\n" FILE_LINES, STATUS_NEWER},
    {"The list of names was wrong", "Ошибка", STATUS_OK},
    {"sequence 1", "sequence 0", STATUS_OK},
};

static void
test_grammar(void **state)
{
    (void)state;
    assert_int_equal(read_header(FULL), STATUS_OK);
    records_check_changes(FULL, changes, sizeof(changes) / sizeof(changes[0]),
                          read_header);
}

static enum status
write_status(struct byte_view reason)
{
    struct withdraw withdraw = {{{1}}, reason};
    struct key_secret *secret = records_key(1);
    struct record_fields fields = {0};
    struct byte_buf out;
    enum status status;

    fields.key = secret->public_key;
    fields.sequence = 1;
    key_secret_free(secret);
    byte_buf_init(&out, RECORD_HEADER_MAX);
    status = withdraw_write_header(&out, &fields, &withdraw);
    assert_int_equal(out.size == 0, status != STATUS_OK);
    byte_buf_release(&out);
    return status;
}

static void
test_reason(void **state)
{
    static char text[WITHDRAW_REASON_MAX + 1];

    (void)state;
    memset(text, 'x', sizeof(text));
    assert_int_equal(write_status(byte_view_of(text, sizeof(text) - 1)),
                     STATUS_OK);
    assert_int_equal(write_status(byte_view_of(text, sizeof(text))),
                     STATUS_MALFORMED);
    assert_int_equal(write_status(byte_view_of_text("")), STATUS_MALFORMED);
    assert_int_equal(write_status(byte_view_of_text("a\nnote b")),
                     STATUS_MALFORMED);
    assert_int_equal(write_status(byte_view_of_text(" a")), STATUS_MALFORMED);
}

static enum status
read_and_write(void *context)
{
    struct withdraw read;
    struct byte_buf out;
    enum status status;

    byte_buf_init(&out, RECORD_HEADER_MAX);
    status = withdraw_read(&read, context);
    if (status == STATUS_OK)
        status = withdraw_write_header(&out, record_fields(context), &read);
    if (status == STATUS_OK)
        assert_true(
            byte_view_equal(byte_view_of_buf(&out), record_header(context)));
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
        cmocka_unit_test(test_grammar),
        cmocka_unit_test(test_reason),
        cmocka_unit_test(test_without_memory),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
