/* What found no room: in order, found by prefix, kept over a restart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "net/refused_file.h"
#include "net/window.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/row_store.h"

static const uint8_t policy[32] = {1, 2, 3};
static const uint8_t other_policy[32] = {1, 2, 4};
static const struct salt some_salt = {{7}};

static enum status
refuse(struct refused *refused, enum record_set set, uint32_t number,
       int32_t day)
{
    struct record_id id = row_store_id(number);

    return refused_add(refused, &id, set, (struct day){day});
}

static void
fill(struct refused *refused, struct entropy *entropy, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(
            refuse(refused,
                   i % 5 == 0 ? RECORD_SET_CONTROL : RECORD_SET_STATEMENTS, i,
                   (int32_t)entropy_below(entropy, 60)),
            STATUS_OK);
}

/* The walk gives the store's order, one set, the days asked for. */
static void
test_walk(void **state)
{
    struct entropy entropy;
    struct refused refused;

    (void)state;
    entropy_init_seed(&entropy, 3);
    refused_init(&refused, 5000);
    for (uint32_t count = 0; count < 700; count = count * 3 + 1) {
        fill(&refused, &entropy, count);
        for (int32_t first = -1; first < 61; first += 4)
            for (int32_t last = first; last < 61; last += 7) {
                const struct span span = {
                    RECORD_SET_STATEMENTS, {first}, {last}};
                const struct refused_entry *entry;
                const struct refused_entry *before = NULL;
                struct refused_cursor cursor;
                size_t expected = 0;
                size_t found = 0;

                for (size_t i = 0; i < refused.count; i++)
                    if (refused.entries[i].set == span.set &&
                        refused.entries[i].day.number >= first &&
                        refused.entries[i].day.number <= last)
                        expected++;
                refused_begin(&refused, &span, &cursor);
                while ((entry = refused_peek(&refused, &cursor)) != NULL) {
                    assert_int_equal(entry->set, span.set);
                    assert_in_range(entry->day.number + 10, first + 10,
                                    last + 10);
                    if (before != NULL)
                        assert_true(
                            refused_is_before(before, entry->day, &entry->id));
                    before = entry;
                    found++;
                    refused_pass(&cursor);
                }
                assert_int_equal(found, expected);
            }
    }
    refused_release(&refused);
}

/* Every prefix is found, others cost little; what was removed is gone. */
static void
test_prefixes(void **state)
{
    struct entropy entropy;
    struct refused refused;
    size_t sum = 0;
    size_t looked;

    (void)state;
    entropy_init_seed(&entropy, 4);
    refused_init(&refused, 3000);
    for (uint32_t round = 0; round < 4; round++) {
        /* Each time all places are taken by others. */
        for (uint32_t i = 0; i < 3000; i++)
            assert_int_equal(refuse(&refused, RECORD_SET_STATEMENTS,
                                    round * 3000 + i,
                                    (int32_t)(round * 10 + i % 10)),
                             STATUS_OK);
        assert_int_equal(refused.count, 3000);
        for (uint32_t i = 0; i < 3000; i++) {
            struct record_id id = row_store_id(round * 3000 + i);

            assert_true(refused_has_prefix(&refused, id.octets, &looked));
        }
    }
    for (uint32_t i = 0; i < 10000; i++) {
        struct record_id id = row_store_id(1000000 + i);

        assert_false(refused_has_prefix(&refused, id.octets, &looked));
        assert_true(looked == 0 || looked == 3000);
        sum += looked;
    }
    assert_in_range(sum, 0, (size_t)3000 * 10000 / 4);
    for (uint32_t i = 9000; i < 12000; i++) {
        struct record_id id = row_store_id(i);

        refused_remove(&refused, &id, (struct day){30 + (int32_t)(i % 10)});
        assert_false(refused_has_prefix(&refused, id.octets, &looked));
    }
    assert_int_equal(refused.count, 0);
    refused_release(&refused);
}

/* The horizon is the last day of which something was forgotten. */
static void
test_horizon(void **state)
{
    struct refused refused;

    (void)state;
    refused_init(&refused, 100);
    for (int32_t i = 0; i < 100; i++)
        assert_int_equal(
            refuse(&refused, RECORD_SET_STATEMENTS, (uint32_t)i, 1000 + i),
            STATUS_OK);
    assert_false(refused.forgot);
    assert_int_equal(refuse(&refused, RECORD_SET_STATEMENTS, 200, 500),
                     STATUS_OK);
    assert_true(refused.forgot);
    assert_int_equal(refused.horizon.number, 500);
    assert_int_equal(refuse(&refused, RECORD_SET_STATEMENTS, 201, 400),
                     STATUS_OK);
    assert_int_equal(refused.horizon.number, 500);
    assert_int_equal(refuse(&refused, RECORD_SET_STATEMENTS, 202, 2000),
                     STATUS_OK);
    assert_int_equal(refused.horizon.number, 1000);
    assert_int_equal(refused.count, 100);
    refused_release(&refused);
}

static void
assert_same(const struct refused *a, const struct refused *b)
{
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->forgot, b->forgot);
    if (a->forgot)
        assert_int_equal(a->horizon.number, b->horizon.number);
    for (size_t i = 0; i < a->count; i++) {
        assert_memory_equal(&a->entries[i].id, &b->entries[i].id,
                            sizeof(a->entries[i].id));
        assert_int_equal(a->entries[i].set, b->entries[i].set);
        assert_int_equal(a->entries[i].day.number, b->entries[i].day.number);
    }
}

/* What was saved is loaded; under another policy, or with any octet changed
 * or missing, nothing is. */
static void
test_file(void **state)
{
    struct entropy entropy;
    struct refused refused;
    struct refused loaded;
    struct byte_buf octets;

    (void)state;
    entropy_init_seed(&entropy, 5);
    refused_init(&refused, 50);
    refused_init(&loaded, 50);
    byte_buf_init(&octets, 100000);
    for (uint32_t count = 0; count < 200; count = count * 2 + 10) {
        fill(&refused, &entropy, count);
        byte_buf_clear(&octets);
        assert_int_equal(refused_save(&refused, policy, &octets), STATUS_OK);
        assert_int_equal(octets.size, 69 + 37 * refused.count);
        assert_int_equal(
            refused_load(&loaded, policy, byte_view_of_buf(&octets)),
            STATUS_OK);
        assert_same(&refused, &loaded);
        assert_int_equal(
            refused_load(&loaded, other_policy, byte_view_of_buf(&octets)),
            STATUS_NEWER);
        assert_int_equal(loaded.count, 0);
    }
    for (size_t i = 0; i < octets.size; i++) {
        octets.data[i] ^= 1;
        assert_int_equal(
            refused_load(&loaded, policy, byte_view_of_buf(&octets)),
            STATUS_MALFORMED);
        assert_int_equal(loaded.count, 0);
        octets.data[i] ^= 1;
        assert_int_equal(
            refused_load(&loaded, policy, byte_view_of(octets.data, i)),
            STATUS_MALFORMED);
        assert_int_equal(loaded.count, 0);
    }
    byte_buf_release(&octets);
    refused_release(&refused);
    refused_release(&loaded);
}

/* A window that counts what was refused says the same as that of a store that
 * holds it. */
static void
test_window_counts_them(void **state)
{
    const struct span span = {RECORD_SET_STATEMENTS, {0}, {99}};
    uint8_t digests[2][WINDOW_DIGEST_SIZE];
    struct store *full = row_store_new();
    struct store *part = row_store_new();
    struct window windows[2];
    struct refused refused;
    uint32_t counts[2];

    (void)state;
    refused_init(&refused, 1000);
    for (uint32_t i = 0; i < 400; i++) {
        const int32_t day = (int32_t)(i * 7 % 90);

        row_store_add(full, RECORD_SET_STATEMENTS, day, i);
        if (i % 3 != 0)
            row_store_add(part, RECORD_SET_STATEMENTS, day, i);
        /* Some are here by now, and count once. */
        if (i % 3 == 0 || i % 50 == 1)
            assert_int_equal(refuse(&refused, RECORD_SET_STATEMENTS, i, day),
                             STATUS_OK);
        assert_int_equal(refuse(&refused, RECORD_SET_CONTROL, i + 1000, day),
                         STATUS_OK);
    }
    window_init(&windows[0], full, NULL);
    window_init(&windows[1], part, &refused);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(window_load(&windows[i]), STATUS_OK);
        assert_int_equal(window_measure(&windows[i], &span, &some_salt,
                                        &counts[i], digests[i]),
                         STATUS_OK);
    }
    assert_int_equal(counts[0], 400);
    assert_int_equal(counts[1], 400);
    assert_memory_equal(digests[0], digests[1], WINDOW_DIGEST_SIZE);
    /* One more, on a day that had none. */
    row_store_add(full, RECORD_SET_STATEMENTS, 95, 5000);
    assert_int_equal(refuse(&refused, RECORD_SET_STATEMENTS, 5000, 95),
                     STATUS_OK);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(
            window_touch(&windows[i], RECORD_SET_STATEMENTS, (struct day){95}),
            STATUS_OK);
        assert_int_equal(window_measure(&windows[i], &span, &some_salt,
                                        &counts[i], digests[i]),
                         STATUS_OK);
    }
    assert_int_equal(counts[1], 401);
    assert_memory_equal(digests[0], digests[1], WINDOW_DIGEST_SIZE);
    window_release(&windows[0]);
    window_release(&windows[1]);
    refused_release(&refused);
    store_free(full);
    store_free(part);
}

static enum status
save_and_load(void *context)
{
    struct refused refused;
    struct byte_buf octets;
    enum status status = STATUS_OK;

    (void)context;
    refused_init(&refused, 300);
    byte_buf_init(&octets, 100000);
    for (uint32_t i = 0; status == STATUS_OK && i < 200; i++)
        status = refuse(&refused, RECORD_SET_STATEMENTS, i, (int32_t)i);
    if (status == STATUS_OK)
        status = refused_save(&refused, policy, &octets);
    if (status == STATUS_OK)
        status = refused_load(&refused, policy, byte_view_of_buf(&octets));
    byte_buf_release(&octets);
    refused_release(&refused);
    return status;
}

static void
test_allocations(void **state)
{
    (void)state;
    test_alloc_each(save_and_load, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_prefixes),
        cmocka_unit_test(test_horizon),
        cmocka_unit_test(test_file),
        cmocka_unit_test(test_window_counts_them),
        cmocka_unit_test(test_allocations),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
