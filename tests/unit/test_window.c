/* Counts and digests by days: kept in memory, and always those of the
 * store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "net/window.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/row_store.h"
#include "tests/unit/test_support.h"

static const struct salt some_salt = {{1, 2, 3}};

static struct span
days(int32_t first, int32_t last)
{
    return (struct span){RECORD_SET_STATEMENTS, {first}, {last}};
}

/* What window says of span is what one that reads everything anew says. */
static void
check_span(struct window *window, struct store *store, struct span span)
{
    uint8_t digest[WINDOW_DIGEST_SIZE];
    uint8_t expected_digest[WINDOW_DIGEST_SIZE];
    struct window fresh;
    uint32_t count;
    uint32_t expected;

    window_init(&fresh, store, NULL);
    assert_int_equal(window_load(&fresh), STATUS_OK);
    assert_int_equal(
        window_measure(&fresh, &span, &some_salt, &expected, expected_digest),
        STATUS_OK);
    assert_int_equal(window_measure(window, &span, &some_salt, &count, digest),
                     STATUS_OK);
    assert_int_equal(count, expected);
    assert_memory_equal(digest, expected_digest, sizeof(digest));
    window_release(&fresh);
}

/* The definition of net/PROTOCOL.md, once by hand. */
static void
test_digest(void **state)
{
    struct store *store = row_store_new();
    struct record_id ids[] = {row_store_id(1), row_store_id(2)};
    uint8_t digest[WINDOW_DIGEST_SIZE];
    uint8_t octets[HASH_SALT_SIZE + 2 * HASH_256_SIZE];
    uint8_t expected[HASH_256_SIZE];
    struct span span = days(0, 30000);
    struct window window;
    uint32_t count;

    (void)state;
    /* Day 7 has ids 1 and 2, day 5 has id 3; the control set has id 4. */
    row_store_add(store, RECORD_SET_STATEMENTS, 7, 1);
    row_store_add(store, RECORD_SET_STATEMENTS, 7, 2);
    row_store_add(store, RECORD_SET_STATEMENTS, 5, 3);
    row_store_add(store, RECORD_SET_CONTROL, 7, 4);
    if (memcmp(&ids[0], &ids[1], sizeof(ids[0])) > 0) {
        struct record_id swapped = ids[0];

        ids[0] = ids[1];
        ids[1] = swapped;
    }
    memcpy(octets, some_salt.octets, HASH_SALT_SIZE);
    hash_256(octets + HASH_SALT_SIZE + HASH_256_SIZE,
             byte_view_of(ids, sizeof(ids)));
    ids[0] = row_store_id(3);
    hash_256(octets + HASH_SALT_SIZE, byte_view_of(ids, sizeof(ids[0])));
    hash_256(expected, byte_view_of(octets, sizeof(octets)));

    window_init(&window, store, NULL);
    assert_int_equal(window_load(&window), STATUS_OK);
    assert_int_equal(window_total(&window), 4);
    assert_int_equal(window_measure(&window, &span, &some_salt, &count, digest),
                     STATUS_OK);
    assert_int_equal(count, 3);
    assert_memory_equal(digest, expected, sizeof(digest));

    /* Nothing is nothing, and costs no walk. */
    span = days(8, 30000);
    assert_int_equal(window_measure(&window, &span, &some_salt, &count, digest),
                     STATUS_OK);
    assert_int_equal(count, 0);
    memset(expected, 0, sizeof(expected));
    assert_memory_equal(digest, expected, sizeof(digest));
    window_release(&window);
    store_free(store);
}

static void
test_touch(void **state)
{
    struct store *store = row_store_new();
    struct entropy entropy;
    struct window window;
    uint32_t number = 0;

    (void)state;
    entropy_init_seed(&entropy, 4);
    window_init(&window, store, NULL);
    assert_int_equal(window_load(&window), STATUS_OK);
    for (unsigned round = 0; round < 300; round++) {
        enum record_set set = entropy_below(&entropy, 5) == 0
                                  ? RECORD_SET_CONTROL
                                  : RECORD_SET_STATEMENTS;
        struct day day = {(int32_t)entropy_below(&entropy, 40) - 10};

        row_store_add(store, set, day.number, number++);
        assert_int_equal(window_touch(&window, set, day), STATUS_OK);
        if (entropy_below(&entropy, 3) > 0)
            continue;
        check_span(&window, store, days(-10, 5));
        check_span(&window, store, days(day.number, day.number));
        check_span(&window, store, span_whole(RECORD_SET_CONTROL));
        check_span(&window, store, span_whole(RECORD_SET_STATEMENTS));
        assert_int_equal(window_total(&window), row_store_count(store));
    }
    window_release(&window);
    store_free(store);
}

/* A turn that was rolled back: the day is counted anew. */
static void
test_taken_back(void **state)
{
    struct store *store = row_store_new();
    struct window window;
    struct day day = {20001};

    (void)state;
    row_store_add(store, RECORD_SET_STATEMENTS, 20000, 1);
    window_init(&window, store, NULL);
    assert_int_equal(window_load(&window), STATUS_OK);
    row_store_add(store, RECORD_SET_STATEMENTS, 20001, 2);
    assert_int_equal(window_touch(&window, RECORD_SET_STATEMENTS, day),
                     STATUS_OK);
    check_span(&window, store, days(20000, 20001));
    row_store_remove(store, 2);
    assert_int_equal(window_touch(&window, RECORD_SET_STATEMENTS, day),
                     STATUS_OK);
    check_span(&window, store, days(20000, 20001));
    check_span(&window, store, days(20001, 20001));
    assert_int_equal(window_total(&window), 1);
    window_release(&window);
    store_free(store);
}

static void
test_day_before(void **state)
{
    struct store *store = row_store_new();
    struct span span = days(4, 90);
    struct day day = {80};
    struct window window;

    (void)state;
    for (int32_t each = 0; each <= 100; each += 10)
        row_store_add(store, RECORD_SET_STATEMENTS, each, (uint32_t)each);
    window_init(&window, store, NULL);
    assert_false(window_day_before(&window, &span, &day));
    assert_int_equal(window_load(&window), STATUS_OK);
    assert_true(window_day_before(&window, &span, &day));
    assert_int_equal(day.number, 80);
    day.number = 79;
    assert_true(window_day_before(&window, &span, &day));
    assert_int_equal(day.number, 70);
    day.number = 5000;
    assert_true(window_day_before(&window, &span, &day));
    assert_int_equal(day.number, 90);
    day.number = 9;
    assert_false(window_day_before(&window, &span, &day));
    window_release(&window);
    store_free(store);
}

static void
test_store_fails(void **state)
{
    struct store *store = row_store_new();
    struct span span = days(0, 10);
    struct window window;
    uint32_t count;

    (void)state;
    row_store_add(store, RECORD_SET_STATEMENTS, 5, 1);
    window_init(&window, store, NULL);
    row_store_fail(store, STATUS_IO);
    assert_int_equal(window_load(&window), STATUS_IO);
    row_store_fail(store, STATUS_OK);
    assert_int_equal(window_load(&window), STATUS_OK);
    assert_int_equal(
        window_touch(&window, RECORD_SET_STATEMENTS, (struct day){5}),
        STATUS_OK);
    row_store_fail(store, STATUS_LOCKED);
    assert_int_equal(window_count(&window, &span, &count), STATUS_LOCKED);
    row_store_fail(store, STATUS_OK);
    assert_int_equal(window_count(&window, &span, &count), STATUS_OK);
    assert_int_equal(count, 1);
    window_release(&window);
    store_free(store);
}

static enum status
use_window(void *context)
{
    struct span span = days(0, 100);
    struct window window;
    uint32_t count;
    enum status status;

    window_init(&window, context, NULL);
    status = window_load(&window);
    for (int32_t day = 40; status == STATUS_OK && day < 80; day++)
        status =
            window_touch(&window, RECORD_SET_STATEMENTS, (struct day){day});
    if (status == STATUS_OK)
        status = window_count(&window, &span, &count);
    window_release(&window);
    return status;
}

static void
test_no_memory(void **state)
{
    struct store *store = row_store_new();

    (void)state;
    for (int32_t day = 0; day < 40; day++)
        row_store_add(store, RECORD_SET_STATEMENTS, day, (uint32_t)day);
    test_alloc_each(use_window, store);
    store_free(store);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_digest),      cmocka_unit_test(test_touch),
        cmocka_unit_test(test_taken_back),  cmocka_unit_test(test_day_before),
        cmocka_unit_test(test_store_fails), cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
