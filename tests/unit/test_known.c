/* What a link remembers, and what a node refused: bounded, the right ones
 * forgotten first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/limits.h"
#include "net/known.h"
#include "net/refused.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/row_store.h"
#include "tests/unit/test_support.h"

static const struct salt some_salt = {{1, 2, 3}};

static void
test_flags(void **state)
{
    struct record_id id = row_store_id(1);
    struct known_entry *entry;
    struct known known;

    (void)state;
    known_init(&known, &some_salt);
    assert_int_equal(known_flags(&known, &id), 0);
    assert_null(known_find(&known, id.octets));
    assert_int_equal(known_change(&known, &id, KNOWN_SENT | KNOWN_UNACKED, 0),
                     STATUS_OK);
    assert_int_equal(known_change(&known, &id, KNOWN_SENT | KNOWN_UNACKED, 0),
                     STATUS_OK);
    assert_int_equal(known.unacked, 1);
    entry = known_find(&known, id.octets);
    assert_non_null(entry);
    known_clear(&known, entry, KNOWN_UNACKED);
    known_clear(&known, entry, KNOWN_UNACKED);
    assert_int_equal(known.unacked, 0);
    assert_int_equal(known_flags(&known, &id), KNOWN_SENT);
    assert_int_equal(known_change(&known, &id, KNOWN_GONE, KNOWN_SENT),
                     STATUS_OK);
    assert_int_equal(known_flags(&known, &id), KNOWN_GONE);
    known_release(&known);
}

/* The oldest goes, and takes its place in the count along. */
static void
test_oldest_is_forgotten(void **state)
{
    struct known known;
    struct record_id id;

    (void)state;
    known_init(&known, &some_salt);
    for (uint32_t i = 0; i < KNOWN_MAX + 10; i++) {
        id = row_store_id(i);
        assert_int_equal(known_change(&known, &id, KNOWN_UNACKED, 0),
                         STATUS_OK);
    }
    assert_int_equal(known.unacked, KNOWN_MAX);
    id = row_store_id(9);
    assert_int_equal(known_flags(&known, &id), 0);
    id = row_store_id(10);
    assert_int_equal(known_flags(&known, &id), KNOWN_UNACKED);
    known_release(&known);
}

/* Two ids with one beginning: the later one is remembered. */
static void
test_same_beginning(void **state)
{
    struct record_id one = row_store_id(1);
    struct record_id other = one;
    struct known known;

    (void)state;
    other.octets[31] ^= 1;
    known_init(&known, &some_salt);
    assert_int_equal(known_change(&known, &one, KNOWN_UNACKED, 0), STATUS_OK);
    assert_int_equal(known_flags(&known, &other), 0);
    assert_int_equal(known_change(&known, &other, KNOWN_SENT, 0), STATUS_OK);
    assert_int_equal(known_flags(&known, &one), 0);
    assert_int_equal(known_flags(&known, &other), KNOWN_SENT);
    assert_int_equal(known.unacked, 0);
    known_release(&known);
}

/* Once all is settled, what both sides have whole is forgotten. */
static void
test_trim(void **state)
{
    static const unsigned kept[] = {
        KNOWN_SENT, KNOWN_RECEIVED, KNOWN_SENT | KNOWN_UNACKED,
        KNOWN_RECEIVED | KNOWN_TOLD | KNOWN_GONE,
        KNOWN_SENT | KNOWN_DELIVERED | KNOWN_DENIED};
    static const unsigned dropped[] = {KNOWN_SENT | KNOWN_DELIVERED,
                                       KNOWN_RECEIVED | KNOWN_TOLD};
    struct known known;
    struct record_id id;

    (void)state;
    known_init(&known, &some_salt);
    for (uint32_t i = 0; i < 5; i++) {
        id = row_store_id(i);
        assert_int_equal(known_change(&known, &id, kept[i], 0), STATUS_OK);
    }
    for (uint32_t i = 0; i < 2; i++) {
        id = row_store_id(100 + i);
        assert_int_equal(known_change(&known, &id, dropped[i], 0), STATUS_OK);
    }
    known_trim(&known);
    assert_int_equal(known.map.count, 5);
    for (uint32_t i = 0; i < 5; i++) {
        id = row_store_id(i);
        assert_int_equal(known_flags(&known, &id), kept[i]);
    }
    assert_int_equal(known.unacked, 1);
    known_release(&known);
}

static enum status
use_known(void *context)
{
    struct known known;
    enum status status = STATUS_OK;

    (void)context;
    known_init(&known, &some_salt);
    for (uint32_t i = 0; status == STATUS_OK && i < 30; i++) {
        struct record_id id = row_store_id(i);

        status = known_change(&known, &id, KNOWN_SENT, 0);
    }
    known_release(&known);
    return status;
}

static const size_t refused_most = 1000;

static enum status
refuse(struct refused *refused, uint32_t number, int32_t day)
{
    struct record_id id = row_store_id(number);

    return refused_add(refused, &id, RECORD_SET_STATEMENTS, (struct day){day});
}

static bool
is_refused(const struct refused *refused, uint32_t number, int32_t day)
{
    struct record_id id = row_store_id(number);

    return refused_has(refused, &id, (struct day){day});
}

static void
test_refused(void **state)
{
    const struct span span = {RECORD_SET_STATEMENTS, {10}, {20}};
    const struct refused_entry *entry;
    struct refused refused;

    (void)state;
    refused_init(&refused, refused_most);
    assert_int_equal(refused_in(&refused, &span, &entry), 0);
    for (uint32_t i = 0; i < 40; i++) {
        assert_int_equal(refuse(&refused, i, (int32_t)(i * 7 % 40)), STATUS_OK);
        assert_int_equal(refuse(&refused, i, (int32_t)(i * 7 % 40)), STATUS_OK);
    }
    assert_int_equal(refused.count, 40);
    assert_int_equal(refused_in(&refused, &span, &entry), 11);
    for (size_t i = 0; i < 11; i++)
        assert_int_equal(entry[i].day.number, 20 - i);
    assert_true(is_refused(&refused, 3, 21));
    assert_false(is_refused(&refused, 3, 22));
    assert_false(is_refused(&refused, 4, 21));
    refused_release(&refused);
}

/* When it is full the oldest signed day goes; one that is older still does
 * not come in. */
static void
test_refused_full(void **state)
{
    struct refused refused;

    (void)state;
    refused_init(&refused, refused_most);
    for (uint32_t i = 0; i < refused_most; i++)
        assert_int_equal(refuse(&refused, i, 100 + (int32_t)i), STATUS_OK);
    assert_int_equal(refuse(&refused, 99999, 50), STATUS_OK);
    assert_false(is_refused(&refused, 99999, 50));
    assert_int_equal(refuse(&refused, 99998, 5000), STATUS_OK);
    assert_true(is_refused(&refused, 99998, 5000));
    assert_false(is_refused(&refused, 0, 100));
    assert_true(is_refused(&refused, 1, 101));
    assert_int_equal(refused.count, refused_most);
    for (size_t i = 1; i < refused.count; i++)
        assert_true(refused.entries[i - 1].day.number >=
                    refused.entries[i].day.number);
    refused_release(&refused);
}

static enum status
use_refused(void *context)
{
    struct refused refused;
    enum status status = STATUS_OK;

    (void)context;
    refused_init(&refused, refused_most);
    for (uint32_t i = 0; status == STATUS_OK && i < 200; i++)
        status = refuse(&refused, i, (int32_t)i);
    refused_release(&refused);
    return status;
}

static void
test_no_memory(void **state)
{
    (void)state;
    test_alloc_each(use_known, NULL);
    test_alloc_each(use_refused, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flags),
        cmocka_unit_test(test_oldest_is_forgotten),
        cmocka_unit_test(test_same_beginning),
        cmocka_unit_test(test_trim),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_refused_full),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
