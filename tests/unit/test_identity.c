/* The kind identity, version 1: its grammar line by line, and writing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/identity.h"
#include "core/entropy.h"
#include "core/limits.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/records.h"

#define KEY_1_RELABELLED \
    "RWQJAgMEBQYHCM7MFQfcHd1ylZUcKQiI8JWtuQRNG3PWlubfBl1oO9T8"
#define KEY_2_RELABELLED \
    "RWQJAgMEBQYHCGt5xX5qCVI5KCwEgY6WES8/A6QAG6l6VkwjhSo/HqX8"
#define HEADER \
    "p2pub1 identity\nkey " RECORDS_KEY_1 "\ndate 2026-01-02\nsequence 1\n"
#define FULL                       \
    HEADER                         \
    "version 1\n"                  \
    "name Human Rights Centre\n"   \
    "recovery " RECORDS_KEY_2 "\n" \
    "recovery " RECORDS_KEY_3 "\n" \
    "recovery " RECORDS_KEY_4 "\n" \
    "threshold 2\n"
#define FILE_LINES                                 \
    "file a en text/plain 1 -\nBLAKE2b-256 (a) = " \
    "8a07000000000000000000000000000000000000000000000000000000000001\n"

static enum status
read_header(const char *header)
{
    struct record *record = records_seal(header, 1);
    struct identity identity;
    enum status status = identity_read(&identity, record);

    if (status != STATUS_OK)
        assert_int_equal(identity.recovery_count + identity.name.size, 0);
    record_free(record);
    return status;
}

static void
test_full(void **state)
{
    struct record *record = records_seal(FULL, 1);
    struct identity read;

    (void)state;
    assert_int_equal(identity_read(&read, record), STATUS_OK);
    assert_int_equal(read.version, 1);
    assert_true(byte_view_equal_text(read.name, "Human Rights Centre"));
    assert_int_equal(read.recovery_count, 3);
    assert_int_equal(read.recovery[2].id.octets[0], 4);
    assert_int_equal(read.threshold, 2);
    record_free(record);
}

static const struct {
    const char *old;
    const char *new_text;
    enum status status;
} changes[] = {
    {"p2pub1 identity", "p2pub1 revoke", STATUS_NEWER},
    {"version 1\n", "", STATUS_NEWER},
    {"version 1", "version 2", STATUS_NEWER},
    {"version 1", "version 01", STATUS_NEWER},
    {"version 1\n", "version 1\nversion 1\n", STATUS_NEWER},
    {"name Human Rights Centre\n", "", STATUS_NEWER},
    {"name Human Rights Centre\n", "name A\nname B\n", STATUS_NEWER},
    {"version 1\nname Human Rights Centre\n",
     "name Human Rights Centre\nversion 1\n", STATUS_NEWER},
    {"recovery " RECORDS_KEY_4, "recovery " RECORDS_KEY_5, STATUS_OK},
    {"recovery " RECORDS_KEY_4, "recovery " RECORDS_KEY_2, STATUS_NEWER},
    {"recovery " RECORDS_KEY_4, "recovery " KEY_2_RELABELLED, STATUS_NEWER},
    {"recovery " RECORDS_KEY_4, "recovery " RECORDS_KEY_1, STATUS_NEWER},
    {"recovery " RECORDS_KEY_4, "recovery " KEY_1_RELABELLED, STATUS_NEWER},
    {"recovery " RECORDS_KEY_4, "recovery " RECORDS_KEY_4 " NAME",
     STATUS_NEWER},
    {"recovery " RECORDS_KEY_4, "recovery me", STATUS_NEWER},
    /* More than half, and no more than there are. */
    {"threshold 2", "threshold 0", STATUS_NEWER},
    {"threshold 2", "threshold 1", STATUS_NEWER},
    {"threshold 2", "threshold 3", STATUS_OK},
    {"threshold 2", "threshold 4", STATUS_NEWER},
    {"threshold 2", "threshold 02", STATUS_NEWER},
    {"threshold 2\n", "", STATUS_NEWER},
    {"threshold 2\n", "threshold 2\nthreshold 2\n", STATUS_NEWER},
    {"threshold 2\n", "threshold 2\ncontact x\n", STATUS_NEWER},
    {"threshold 2\n", "threshold 2\n" FILE_LINES, STATUS_NEWER},
    {"recovery " RECORDS_KEY_4 "\nthreshold 2\n",
     "threshold 2\nrecovery " RECORDS_KEY_4 "\n", STATUS_NEWER},
    {"recovery " RECORDS_KEY_4 "\n", "", STATUS_OK},
    {"recovery " RECORDS_KEY_3 "\nrecovery " RECORDS_KEY_4 "\nthreshold 2\n",
     "threshold 1\n", STATUS_OK},
    {"recovery " RECORDS_KEY_2 "\nrecovery " RECORDS_KEY_3
     "\nrecovery " RECORDS_KEY_4 "\nthreshold 2\n",
     "threshold 0\n", STATUS_NEWER},
    {"sequence 1", "sequence 0", STATUS_OK},
};

static void
test_grammar(void **state)
{
    (void)state;
    assert_int_equal(read_header(FULL), STATUS_OK);
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        char *header =
            records_replace(FULL, changes[i].old, changes[i].new_text);
        enum status status = read_header(header);

        free(header);
        if (status != changes[i].status)
            fail_msg("'%s' instead of '%s': %s", changes[i].new_text,
                     changes[i].old, status_text(status));
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

/* An identity with count recovery keys, of whom most are needed. */
static struct identity
identity_of(size_t count)
{
    struct identity identity = {0};

    identity.version = 1;
    identity.name = byte_view_of_text("x");
    identity.recovery_count = count;
    identity.threshold = (uint32_t)(count / 2 + 1);
    for (size_t i = 0; i < IDENTITY_RECOVERY_MAX; i++)
        identity.recovery[i].author.octets[0] = (uint8_t)(i + 1);
    return identity;
}

static enum status
write_status(const struct identity *identity)
{
    struct record_fields fields = envelope();
    struct byte_buf out;
    enum status status;

    byte_buf_init(&out, RECORD_HEADER_MAX);
    status = identity_write_header(&out, &fields, identity);
    assert_int_equal(out.size == 0, status != STATUS_OK);
    byte_buf_release(&out);
    return status;
}

static void
test_write(void **state)
{
    struct record *record = records_seal(FULL, 1);
    struct identity read;
    struct byte_buf out;

    (void)state;
    byte_buf_init(&out, RECORD_HEADER_MAX);
    assert_int_equal(identity_read(&read, record), STATUS_OK);
    assert_int_equal(identity_write_header(&out, record_fields(record), &read),
                     STATUS_OK);
    assert_true(byte_view_equal(byte_view_of_buf(&out), record_header(record)));
    byte_buf_release(&out);
    record_free(record);
}

static void
test_thresholds(void **state)
{
    (void)state;
    for (size_t count = 0; count <= IDENTITY_RECOVERY_MAX; count++) {
        struct identity identity = identity_of(count);

        for (uint32_t t = 0; t <= IDENTITY_RECOVERY_MAX + 1; t++) {
            identity.threshold = t;
            assert_int_equal(write_status(&identity),
                             (size_t)2 * t > count && t <= count
                                 ? STATUS_OK
                                 : STATUS_MALFORMED);
        }
    }
}

static void
test_write_refuses(void **state)
{
    struct identity identity = identity_of(IDENTITY_RECOVERY_MAX);
    char name[IDENTITY_NAME_MAX + 1];

    (void)state;
    assert_int_equal(write_status(&identity), STATUS_OK);
    identity.recovery_count++;
    assert_int_equal(write_status(&identity), STATUS_TOO_LARGE);
    identity = identity_of(1);
    identity.version = 2;
    assert_int_equal(write_status(&identity), STATUS_MALFORMED);
    identity = identity_of(2);
    identity.recovery[1] = identity.recovery[0];
    assert_int_equal(write_status(&identity), STATUS_MALFORMED);

    identity = identity_of(1);
    memset(name, 'x', sizeof(name));
    identity.name = byte_view_of(name, sizeof(name) - 1);
    assert_int_equal(write_status(&identity), STATUS_OK);
    identity.name = byte_view_of(name, sizeof(name));
    assert_int_equal(write_status(&identity), STATUS_MALFORMED);
    identity.name = byte_view_of_text("");
    assert_int_equal(write_status(&identity), STATUS_MALFORMED);
    identity.name = byte_view_of_text("x\nrecovery " RECORDS_KEY_2);
    assert_int_equal(write_status(&identity), STATUS_MALFORMED);
}

static enum status
read_and_write(void *context)
{
    struct identity read;
    struct byte_buf out;
    enum status status;

    byte_buf_init(&out, RECORD_HEADER_MAX);
    status = identity_read(&read, context);
    if (status == STATUS_OK)
        status = identity_write_header(&out, record_fields(context), &read);
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
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_grammar),
        cmocka_unit_test(test_write),
        cmocka_unit_test(test_thresholds),
        cmocka_unit_test(test_write_refuses),
        cmocka_unit_test(test_without_memory),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
