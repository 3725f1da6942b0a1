/* `head` lines: what is known of the record that one names, and which are
 * quoted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/heads.h"
#include "core/limits.h"
#include "tests/unit/records.h"
#include "tests/unit/stores.h"
#include "tests/unit/test_support.h"

static struct stores stores;

static int
set_up(void **state)
{
    (void)state;
    stores_open(&stores, STORES_MEM, 0);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    stores_close(&stores);
    return 0;
}

/* Put a statement of this author, and give the head that names it. */
static struct statement_head
put(uint8_t author, int32_t day, uint32_t sequence, const char *title)
{
    struct record *record = stores_statement(author, day, sequence, title, 0);
    struct statement_head head = {.key = record_fields(record)->key,
                                  .sequence = sequence,
                                  .id = *record_id(record)};

    assert_int_equal(stores_put(stores.store, record, STORE_OTHER), STATUS_OK);
    record_free(record);
    return head;
}

static enum heads_state
state_of(const struct statement_head *head)
{
    enum heads_state state;

    assert_int_equal(heads_state(&state, stores.store, head), STATUS_OK);
    return state;
}

static void
test_states(void **state)
{
    struct statement_head head = put(1, 19000, 5, "Five");
    struct statement_head stranger = put(2, 19000, 5, "Of another");
    struct statement_head wanted = head;

    (void)state;
    assert_int_equal(state_of(&head), HEADS_HERE);

    /* A number that is not here, with an id that nobody has, and with those of
     * records that are something else. */
    wanted.sequence = 6;
    assert_int_equal(state_of(&wanted), HEADS_WRONG);
    wanted.id = stranger.id;
    assert_int_equal(state_of(&wanted), HEADS_WRONG);
    memset(&wanted.id, 7, sizeof(wanted.id));
    assert_int_equal(state_of(&wanted), HEADS_MISSING);
    wanted.sequence = RECORD_SEQUENCE_MAX;
    assert_int_equal(state_of(&wanted), HEADS_MISSING);

    /* One that is here, with another id. */
    wanted.sequence = 5;
    assert_int_equal(state_of(&wanted), HEADS_OTHER);
    wanted.id = stranger.id;
    assert_int_equal(state_of(&wanted), HEADS_WRONG);
}

static void
test_choosing(void **state)
{
    const struct statement_head none = {.sequence = 0};
    struct statement_head low = {.sequence = 3, .id = {{1}}};
    struct statement_head lower = {.sequence = 3, .id = {{0}}};
    struct statement_head high = {.sequence = RECORD_SEQUENCE_MAX, .id = {{9}}};
    struct statement_head best = none;

    (void)state;
    heads_choose(&best, &none);
    assert_int_equal(best.sequence, 0);
    heads_choose(&best, &low);
    assert_memory_equal(&best, &low, sizeof(best));
    heads_choose(&best, &lower);
    heads_choose(&best, &low);
    assert_memory_equal(&best, &lower, sizeof(best));
    heads_choose(&best, &high);
    heads_choose(&best, &low);
    assert_memory_equal(&best, &high, sizeof(best));
}

static struct trust *
trusting(const char *follows)
{
    struct trust *trust;

    assert_int_equal(trust_new(&trust), STATUS_OK);
    assert_int_equal(trust_parse(trust, byte_view_of_text(follows)), STATUS_OK);
    return trust;
}

static void
test_gathering(void **state)
{
    struct trust *trust =
        trusting(RECORDS_KEY_1 " - One\n" RECORDS_KEY_2 " - Two\n" RECORDS_KEY_3
                               " - Own too\n" RECORDS_KEY_4 " - Silent\n");
    struct trust_entry own = {.is_own = true, .name = "me"};
    struct statement_head heads[HEADS_MAX];
    struct statement_head one, two;
    size_t count;
    size_t all;

    (void)state;
    own.key = put(3, 19000, 8, "Own").key;
    assert_int_equal(trust_add(trust, &own), STATUS_OK);
    (void)put(1, 19005, 1, "First");
    one = put(1, 19001, 2, "Second");
    two = put(2, 19002, 7, "Of two");
    (void)put(2, 19009, 0, "Outside of the sequence");
    (void)put(5, 19009, 9, "Of a stranger");
    assert_int_equal(heads_gather(heads, &count, &all, stores.store, trust),
                     STATUS_OK);
    /* By the day of the newest record; an own key is nobody else. */
    assert_int_equal(all, 2);
    assert_int_equal(count, 2);
    assert_int_equal(heads[0].sequence, 7);
    assert_true(record_id_equal(&heads[0].id, &two.id));
    assert_int_equal(heads[1].sequence, 2);
    assert_true(record_id_equal(&heads[1].id, &one.id));
    trust_free(trust);
}

/* Of more authors than one statement quotes, the latest. */
static void
test_gathering_of_many(void **state)
{
    struct statement_head heads[HEADS_MAX];
    struct trust *trust = trusting("");
    size_t count;
    size_t all;

    (void)state;
    for (size_t i = 0; i < HEADS_MAX + 5; i++) {
        struct trust_entry entry = {.name = "x"};

        entry.key =
            put((uint8_t)(10 + i), 19000 + (int32_t)(i * 7 % 37), 1, "A").key;
        assert_int_equal(trust_add(trust, &entry), STATUS_OK);
    }
    assert_int_equal(heads_gather(heads, &count, &all, stores.store, trust),
                     STATUS_OK);
    assert_int_equal(all, HEADS_MAX + 5);
    assert_int_equal(count, HEADS_MAX);
    for (size_t i = 0; i < count; i++) {
        struct store_row row;

        assert_int_equal(store_get_row(stores.store, &heads[i].id, &row),
                         STATUS_OK);
        assert_int_equal(row.date.number, 19036 - (int32_t)i);
    }
    trust_free(trust);
}

#define WITH_STORE(test) \
    cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(test_states),
        cmocka_unit_test(test_choosing),
        WITH_STORE(test_gathering),
        WITH_STORE(test_gathering_of_many),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
