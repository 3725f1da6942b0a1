/* The kind vouch: its grammar line by line, and writing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/vouch.h"
#include "core/entropy.h"
#include "core/limits.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/records.h"

#define HEX "8a07000000000000000000000000000000000000000000000000000000000001"
#define HEADER                                                           \
    "p2pub1 vouch\nkey " RECORDS_KEY_1 "\ndate 2026-01-02\nsequence 0\n" \
    "for " RECORDS_KEY_2 "\nidentity " HEX "\nname OMCT\n"
#define FILE_LINES "file a en text/plain 1 -\nBLAKE2b-256 (a) = " HEX "\n"

static const struct records_change changes[] = {
    {NULL, NULL, STATUS_OK},
    {"p2pub1 vouch", "p2pub1 withdraw", STATUS_NEWER},
    {"for " RECORDS_KEY_2 "\n", "", STATUS_NEWER},
    {"for " RECORDS_KEY_2, "for " RECORDS_KEY_1, STATUS_NEWER},
    {"for " RECORDS_KEY_2, "for " RECORDS_KEY_2 " OMCT", STATUS_NEWER},
    {"for " RECORDS_KEY_2 "\n",
     "for " RECORDS_KEY_2 "\nfor " RECORDS_KEY_3 "\n", STATUS_NEWER},
    {"identity " HEX "\n", "", STATUS_OK},
    {"identity 8a07", "identity 8A07", STATUS_NEWER},
    {"identity 8a07", "identity 8a", STATUS_NEWER},
    {"identity " HEX "\n", "identity " HEX "\nidentity " HEX "\n",
     STATUS_NEWER},
    {"identity " HEX "\nname OMCT\n", "name OMCT\nidentity " HEX "\n",
     STATUS_NEWER},
    {"name OMCT\n", "", STATUS_NEWER},
    {"name OMCT\n", "name OMCT\nname B\n", STATUS_NEWER},
    {"name OMCT\n", "name OMCT\nnote b\n", STATUS_NEWER},
    {"name OMCT\n", "name OMCT\n" FILE_LINES, STATUS_NEWER},
    {"name OMCT", "name Ұйым", STATUS_OK},
    {"sequence 0", "sequence 1", STATUS_OK},
};

static enum status
read_header(const char *header)
{
    struct record *record = records_seal(header, 1);
    struct vouch vouch;
    enum status status = vouch_read(&vouch, record);

    if (status != STATUS_OK)
        assert_int_equal(vouch.name.size, 0);
    record_free(record);
    return status;
}

static void
test_grammar(void **state)
{
    (void)state;
    records_check_changes(HEADER, changes, sizeof(changes) / sizeof(changes[0]),
                          read_header);
}

static void
test_reading(void **state)
{
    struct record *record = records_seal(HEADER, 1);
    struct key_secret *secret = records_key(2);
    struct record_id wanted;
    struct vouch vouch;

    (void)state;
    assert_int_equal(record_id_parse(&wanted, byte_view_of_text(HEX)),
                     STATUS_OK);
    assert_int_equal(vouch_read(&vouch, record), STATUS_OK);
    assert_true(
        key_author_equal(&vouch.key.author, &secret->public_key.author));
    assert_true(vouch.has_identity);
    assert_true(record_id_equal(&vouch.identity, &wanted));
    assert_true(byte_view_equal_text(vouch.name, "OMCT"));
    key_secret_free(secret);
    record_free(record);
}

/* What writing a vouch by key 1 for key number to gives. */
static enum status
write_status(uint8_t to, struct byte_view name)
{
    struct key_secret *author = records_key(1);
    struct key_secret *owner = records_key(to);
    struct vouch vouch = {.key = owner->public_key, .name = name};
    struct record_fields fields = {.key = author->public_key};
    struct byte_buf out;
    enum status status;

    key_secret_free(owner);
    key_secret_free(author);
    byte_buf_init(&out, RECORD_HEADER_MAX);
    status = vouch_write_header(&out, &fields, &vouch);
    assert_int_equal(out.size == 0, status != STATUS_OK);
    byte_buf_release(&out);
    return status;
}

static void
test_writing(void **state)
{
    static char text[VOUCH_NAME_MAX + 1];

    (void)state;
    memset(text, 'x', sizeof(text));
    assert_int_equal(write_status(2, byte_view_of(text, VOUCH_NAME_MAX)),
                     STATUS_OK);
    assert_int_equal(write_status(2, byte_view_of(text, sizeof(text))),
                     STATUS_MALFORMED);
    assert_int_equal(write_status(2, byte_view_of_text("")), STATUS_MALFORMED);
    assert_int_equal(write_status(2, byte_view_of_text("a\nnote b")),
                     STATUS_MALFORMED);
    assert_int_equal(write_status(1, byte_view_of_text("Myself")),
                     STATUS_MALFORMED);
}

static enum status
read_and_write(void *context)
{
    struct vouch read;
    struct byte_buf out;
    enum status status;

    byte_buf_init(&out, RECORD_HEADER_MAX);
    status = vouch_read(&read, context);
    if (status == STATUS_OK)
        status = vouch_write_header(&out, record_fields(context), &read);
    if (status == STATUS_OK)
        assert_true(
            byte_view_equal(byte_view_of_buf(&out), record_header(context)));
    byte_buf_release(&out);
    return status;
}

static void
test_without_memory(void **state)
{
    struct record *record = records_seal(HEADER, 1);

    (void)state;
    test_alloc_each(read_and_write, record);
    record_free(record);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grammar),
        cmocka_unit_test(test_reading),
        cmocka_unit_test(test_writing),
        cmocka_unit_test(test_without_memory),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
