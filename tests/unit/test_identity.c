/* The kind identity: its grammar line by line, and writing. */
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
#define ID(digit) \
    digit "00000000000000000000000000000000000000000000000000000000000000a"
#define TWO                                                                              \
    "p2pub1 identity\nkey " RECORDS_KEY_1 "\ndate 2026-01-02\nsequence 0\n"              \
    "version 2\nfollows " ID("1") "\nfollows " ID(                                       \
        "2") "\n"                                                                        \
             "good " RECORDS_KEY_2 " 14 " ID(                                            \
                 "3") "\n"                                                               \
                      "good " RECORDS_KEY_3 " 1 " ID(                                    \
                          "4") "\n"                                                      \
                               "name Centre\n"                                           \
                               "name-in kk-Cyrl Орталық\nname-in ru Центр\n" \
                               "web https://centre.example/a\n"                          \
                               "recovery " RECORDS_KEY_4 "\nthreshold 1\n"
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

static const struct records_change changes[] = {
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
    records_check_changes(FULL, changes, sizeof(changes) / sizeof(changes[0]),
                          read_header);
}

static void
test_second(void **state)
{
    struct record *record = records_seal(TWO, 1);
    struct identity read;

    (void)state;
    assert_int_equal(identity_read(&read, record), STATUS_OK);
    assert_int_equal(read.version, 2);
    assert_int_equal(read.follow_count, 2);
    assert_int_equal(read.follows[1].octets[0], 0x20);
    assert_int_equal(read.good_count, 2);
    assert_int_equal(read.good[0].sequence, 14);
    assert_int_equal(read.good[0].id.octets[0], 0x30);
    assert_int_equal(read.good[0].key.id.octets[0], 2);
    assert_int_equal(read.name_count, 2);
    assert_true(byte_view_equal_text(read.names[0].language, "kk-Cyrl"));
    assert_true(byte_view_equal_text(read.names[1].text, "Центр"));
    assert_true(byte_view_equal_text(read.web, "https://centre.example/a"));
    record_free(record);
}

static const struct {
    const char *old;
    const char *new_text;
    enum status status;
} changes_of_two[] = {
    {"version 2", "version 256", STATUS_OK},
    {"version 2", "version 257", STATUS_NEWER},
    {"version 2", "version 0", STATUS_NEWER},
    {"version 2", "version 1", STATUS_NEWER},
    {"follows " ID("1") "\nfollows " ID("2") "\n", "", STATUS_NEWER},
    {"follows " ID("1"), "follows " ID("2"), STATUS_NEWER},
    {"follows " ID("1"), "follows " ID("3"), STATUS_NEWER},
    {"follows " ID("2"),
     "follows " ID("2") "\nfollows " ID("3") "\nfollows " ID("4"), STATUS_OK},
    {"follows " ID("2"),
     "follows " ID("2") "\nfollows " ID("3") "\nfollows " ID(
         "4") "\nfollows " ID("5"),
     STATUS_NEWER},
    {"good " RECORDS_KEY_3 " 1 " ID("4") "\n", "", STATUS_OK},
    {"good " RECORDS_KEY_2, "good " RECORDS_KEY_1, STATUS_NEWER},
    {"good " RECORDS_KEY_2, "good " RECORDS_KEY_3, STATUS_NEWER},
    {"good " RECORDS_KEY_3, "good " RECORDS_KEY_2, STATUS_NEWER},
    {" 14 ", " 0 ", STATUS_NEWER},
    {" 14 ", " 014 ", STATUS_NEWER},
    {" 14 ", " 2147483647 ", STATUS_OK},
    {" 14 ", " 2147483648 ", STATUS_NEWER},
    {" 14 " ID("3"), " 14", STATUS_NEWER},
    {"name-in ru Центр", "name-in kk-Cyrl Центр", STATUS_NEWER},
    {"name-in ru Центр", "name-in kk Центр", STATUS_NEWER},
    {"name-in ru Центр", "name-in RU Центр", STATUS_NEWER},
    {"name-in ru Центр", "name-in - Центр", STATUS_NEWER},
    {"name-in ru Центр", "name-in und Центр", STATUS_NEWER},
    {"name-in ru Центр", "name-in ru", STATUS_NEWER},
    {"name-in ru Центр", "name-in ru  Центр", STATUS_NEWER},
    {"name-in ru Центр\nweb https://centre.example/a\n",
     "web https://centre.example/a\nname-in ru Центр\n", STATUS_NEWER},
    {"web https://centre.example/a\n", "", STATUS_OK},
    {"web https:", "web http:", STATUS_OK},
    {"web https:", "web ftp:", STATUS_NEWER},
    {"web https:", "web HTTPS:", STATUS_NEWER},
    {"web https://centre", "web https:///centre", STATUS_NEWER},
    {"web https://centre", "web https://a@centre", STATUS_NEWER},
    {"centre.example/a", "центр.example/a", STATUS_NEWER},
    {"centre.example/a", "centre.example/a b", STATUS_NEWER},
    {"centre.example/a", "centre.example/\"", STATUS_NEWER},
    {"centre.example/a", "centre.example?a", STATUS_OK},
    {"centre.example/a", "[::1]:80", STATUS_OK},
};

static void
test_second_grammar(void **state)
{
    (void)state;
    assert_int_equal(read_header(TWO), STATUS_OK);
    for (size_t i = 0; i < sizeof(changes_of_two) / sizeof(changes_of_two[0]);
         i++) {
        char *header = records_replace(TWO, changes_of_two[i].old,
                                       changes_of_two[i].new_text);
        enum status status = read_header(header);

        free(header);
        if (status != changes_of_two[i].status)
            fail_msg("'%s' instead of '%s': %s", changes_of_two[i].new_text,
                     changes_of_two[i].old, status_text(status));
    }
}

static void
test_web(void **state)
{
    char text[IDENTITY_WEB_MAX + 2];

    (void)state;
    memset(text, 'a', sizeof(text));
    memcpy(text, "http://", 7);
    assert_true(identity_is_web(byte_view_of(text, IDENTITY_WEB_MAX)));
    assert_false(identity_is_web(byte_view_of(text, IDENTITY_WEB_MAX + 1)));
    for (size_t size = 0; size < 8; size++)
        assert_false(identity_is_web(byte_view_of(text, size)));
    assert_true(identity_is_web(byte_view_of(text, 8)));
    text[8] = '\0';
    assert_false(identity_is_web(byte_view_of(text, 9)));
    text[8] = '/';
    text[9] = '\0';
    assert_false(identity_is_web(byte_view_of(text, 10)));
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
check_written(const char *header)
{
    struct record *record = records_seal(header, 1);
    struct identity read;
    struct byte_buf out;

    byte_buf_init(&out, RECORD_HEADER_MAX);
    assert_int_equal(identity_read(&read, record), STATUS_OK);
    assert_int_equal(identity_write_header(&out, record_fields(record), &read),
                     STATUS_OK);
    assert_true(byte_view_equal(byte_view_of_buf(&out), record_header(record)));
    byte_buf_release(&out);
    record_free(record);
}

static void
test_write(void **state)
{
    (void)state;
    check_written(FULL);
    check_written(TWO);
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
    identity.follow_count = 1;
    assert_int_equal(write_status(&identity), STATUS_OK);
    identity.follow_count = IDENTITY_FOLLOWS_MAX + 1;
    assert_int_equal(write_status(&identity), STATUS_TOO_LARGE);
    identity = identity_of(1);
    identity.good_count = IDENTITY_GOOD_MAX + 1;
    assert_int_equal(write_status(&identity), STATUS_TOO_LARGE);
    identity = identity_of(1);
    identity.name_count = IDENTITY_NAMES_MAX + 1;
    assert_int_equal(write_status(&identity), STATUS_TOO_LARGE);
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
        cmocka_unit_test(test_second),
        cmocka_unit_test(test_second_grammar),
        cmocka_unit_test(test_web),
        cmocka_unit_test(test_write),
        cmocka_unit_test(test_thresholds),
        cmocka_unit_test(test_write_refuses),
        cmocka_unit_test(test_without_memory),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
