/* One author's sequence: gaps, forks, merges, and what comes next.  Every
 * order of arrival gives the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/history.h"
#include "bundles/store_mem.h"
#include "core/entropy.h"
#include "core/limits.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/records.h"
#include "tests/unit/test_support.h"

#define RECORDS_MAX 16

/* Records of key 1 under letters, to be put in any order. */
struct chain {
    struct record *records[RECORDS_MAX];
    size_t count;
};

static struct entropy entropy;

/* A record with this number that follows the records of these indexes. */
static size_t
grow(struct chain *chain, uint32_t sequence, size_t previous_count,
     const size_t *previous)
{
    struct record_id ids[RECORDS_MAX];
    char title[] = "title A";
    struct record_line line = {byte_view_of_text("title"),
                               byte_view_of_text(title)};
    struct record_fields fields = {
        .kind = byte_view_of_text("statement"),
        .date = {19000},
        .sequence = sequence,
        .previous_count = previous_count,
        .previous = ids,
        .line_count = 1,
        .lines = &line,
    };

    /* So that records with one number differ. */
    title[sizeof(title) - 2] = (char)('A' + chain->count);
    for (size_t i = 0; i < previous_count; i++) {
        size_t at = i;
        struct record_id id = *record_id(chain->records[previous[i]]);

        /* Ascending, as a header wants them. */
        while (at > 0 && memcmp(ids[at - 1].octets, id.octets, 32) > 0) {
            ids[at] = ids[at - 1];
            at--;
        }
        ids[at] = id;
    }
    chain->records[chain->count] = records_seal_fields(&fields, 1);
    return chain->count++;
}

static size_t
follow(struct chain *chain, uint32_t sequence, size_t previous)
{
    return grow(chain, sequence, 1, &previous);
}

static void
chain_release(struct chain *chain)
{
    for (size_t i = 0; i < chain->count; i++)
        record_free(chain->records[i]);
    chain->count = 0;
}

static const struct key_author *
author_of(const struct chain *chain)
{
    return &record_fields(chain->records[0])->key.author;
}

/* A store with the chain's records but the omitted one, first come first. */
static struct store *
store_of(const struct chain *chain, size_t omitted, bool backwards)
{
    struct store *store;

    entropy_init_seed(&entropy, 1);
    assert_int_equal(store_mem_new(&store, 0, &entropy), STATUS_OK);
    assert_int_equal(store_begin(store), STATUS_OK);
    for (size_t i = 0; i < chain->count; i++) {
        size_t index = backwards ? chain->count - 1 - i : i;

        if (index != omitted)
            assert_int_equal(store_put_record(store, chain->records[index],
                                              STORE_FOLLOWED,
                                              (struct day){19000}),
                             STATUS_OK);
    }
    assert_int_equal(store_commit(store), STATUS_OK);
    return store;
}

#define NONE SIZE_MAX

static void
assert_history(const struct chain *chain, size_t omitted, uint32_t last,
               uint32_t missing, size_t forks)
{
    for (int backwards = 0; backwards < 2; backwards++) {
        struct store *store = store_of(chain, omitted, backwards == 1);
        struct history history;
        uint32_t quick;

        assert_int_equal(history_read(&history, store, author_of(chain)),
                         STATUS_OK);
        assert_int_equal(history.last, last);
        assert_int_equal(history.missing, missing);
        assert_int_equal(history.fork_count, forks);
        assert_false(history.is_partial);
        assert_int_equal(history_last(store, author_of(chain), &quick),
                         STATUS_OK);
        assert_int_equal(quick, last);
        history_release(&history);
        store_free(store);
    }
}

static void
test_a_straight_line(void **state)
{
    struct chain chain = {{NULL}, 0};
    size_t tip;

    (void)state;
    tip = grow(&chain, 1, 0, NULL);
    for (uint32_t i = 2; i <= 5; i++)
        tip = follow(&chain, i, tip);
    (void)grow(&chain, 0, 0, NULL);
    assert_history(&chain, NONE, 5, 0, 0);
    assert_history(&chain, 2, 5, 1, 0);
    assert_history(&chain, 0, 5, 1, 0);
    assert_history(&chain, 4, 4, 0, 0);
    chain_release(&chain);
}

static bool
first_fork_is_merged(const struct chain *chain)
{
    struct store *store = store_of(chain, NONE, false);
    struct history history;
    bool merged;

    assert_int_equal(history_read(&history, store, author_of(chain)),
                     STATUS_OK);
    assert_in_range(history.fork_count, 1, 2);
    merged = history.forks[0].merged;
    history_release(&history);
    store_free(store);
    return merged;
}

static void
test_forks_and_merges(void **state)
{
    struct chain chain = {{NULL}, 0};
    size_t one, left, right, more;

    (void)state;
    one = grow(&chain, 1, 0, NULL);
    left = follow(&chain, 2, one);
    right = follow(&chain, 2, one);
    assert_history(&chain, NONE, 2, 0, 1);
    assert_false(first_fork_is_merged(&chain));
    more = follow(&chain, 3, left);
    assert_false(first_fork_is_merged(&chain));

    /* One record follows both branches, one of them at a distance. */
    left = grow(&chain, 4, 2, (const size_t[]){more, right});
    assert_history(&chain, NONE, 4, 0, 1);
    assert_true(first_fork_is_merged(&chain));

    /* A second fork does not undo that. */
    (void)follow(&chain, 5, left);
    (void)follow(&chain, 5, left);
    assert_history(&chain, NONE, 5, 0, 2);
    assert_true(first_fork_is_merged(&chain));
    chain_release(&chain);
}

/* history_next for what the store holds and for what this home gave out:
 * number own, which was the record own_index (or unsigned, for NONE). */
static enum status
next_of(const struct chain *chain, uint32_t own, size_t own_index,
        struct store_sequence *next)
{
    struct store *store = store_of(chain, NONE, false);
    struct store_sequence given = {.number = own};
    struct history history;
    enum status status;

    if (own > 0) {
        given.previous_count = 1;
        memset(given.previous[0].octets, 7, 32);
        if (own_index != NONE)
            given.previous[0] = *record_id(chain->records[own_index]);
    }
    assert_int_equal(history_read(&history, store, author_of(chain)),
                     STATUS_OK);
    status = history_next(next, &history, &given);
    history_release(&history);
    store_free(store);
    return status;
}

static bool
is_id(const struct store_sequence *next, size_t index,
      const struct record *record)
{
    return record_id_equal(&next->previous[index], record_id(record));
}

static void
test_next(void **state)
{
    struct chain chain = {{NULL}, 0};
    struct store_sequence next;
    size_t one, left, right;

    (void)state;
    one = grow(&chain, 1, 0, NULL);
    left = follow(&chain, 2, one);

    /* What this home gave out is the newest, signed or not. */
    assert_int_equal(next_of(&chain, 2, left, &next), STATUS_OK);
    assert_int_equal(next.number, 3);
    assert_int_equal(next.previous_count, 1);
    assert_true(is_id(&next, 0, chain.records[left]));
    assert_int_equal(next_of(&chain, 3, NONE, &next), STATUS_OK);
    assert_int_equal(next.number, 4);

    /* It gave out nothing: the key was used elsewhere. */
    assert_int_equal(next_of(&chain, 0, NONE, &next), STATUS_OK);
    assert_int_equal(next.number, 3);
    assert_true(is_id(&next, 0, chain.records[left]));

    /* Another machine went on from what this one gave out. */
    assert_int_equal(next_of(&chain, 1, one, &next), STATUS_OK);
    assert_int_equal(next.number, 3);
    assert_int_equal(next.previous_count, 1);

    /* A reserved number that was never signed is no branch. */
    assert_int_equal(next_of(&chain, 1, NONE, &next), STATUS_OK);
    assert_int_equal(next.previous_count, 1);

    /* Another machine went on from before it: a fork. */
    right = follow(&chain, 2, one);
    (void)follow(&chain, 3, right);
    assert_int_equal(next_of(&chain, 2, left, &next), STATUS_AMBIGUOUS);
    assert_int_equal(next.number, 4);
    assert_int_equal(next.previous_count, 2);
    assert_true(memcmp(next.previous[0].octets, next.previous[1].octets, 32) <
                0);
    chain_release(&chain);
}

static void
test_next_of_nothing(void **state)
{
    struct chain chain = {{NULL}, 0};
    struct store_sequence next;

    (void)state;
    (void)grow(&chain, 0, 0, NULL);
    assert_int_equal(next_of(&chain, 0, NONE, &next), STATUS_NOT_FOUND);
    assert_int_equal(next_of(&chain, RECORD_SEQUENCE_MAX, NONE, &next),
                     STATUS_TOO_LARGE);
    assert_int_equal(next_of(&chain, RECORD_SEQUENCE_MAX - 1, NONE, &next),
                     STATUS_OK);
    assert_int_equal(next.number, RECORD_SEQUENCE_MAX);
    chain_release(&chain);
}

static enum status
at_of(const struct chain *chain, uint32_t number, struct store_sequence *next)
{
    struct store *store = store_of(chain, NONE, false);
    struct store_sequence own = {.number = 0};
    struct history history;
    enum status status;

    assert_int_equal(history_read(&history, store, author_of(chain)),
                     STATUS_OK);
    status = history_at(next, &history, &own, number);
    history_release(&history);
    store_free(store);
    return status;
}

static void
test_a_given_number(void **state)
{
    struct chain chain = {{NULL}, 0};
    struct store_sequence next;
    size_t one;

    (void)state;
    (void)grow(&chain, 0, 0, NULL);
    assert_int_equal(at_of(&chain, 1, &next), STATUS_OK);
    assert_int_equal(next.previous_count, 0);
    assert_int_equal(at_of(&chain, 2, &next), STATUS_NOT_FOUND);
    assert_int_equal(at_of(&chain, 0, &next), STATUS_TOO_LARGE);

    one = grow(&chain, 1, 0, NULL);
    (void)follow(&chain, 2, one);
    assert_int_equal(at_of(&chain, 9, &next), STATUS_OK);
    assert_int_equal(next.number, 9);
    assert_true(is_id(&next, 0, chain.records[2]));
    assert_int_equal(at_of(&chain, 2, &next), STATUS_OK);
    assert_true(is_id(&next, 0, chain.records[one]));
    chain_release(&chain);
}

/* An author may claim to follow what cannot be followed. */
static void
test_nonsense_is_passed_over(void **state)
{
    struct chain chain = {{NULL}, 0};
    size_t late;

    (void)state;
    (void)grow(&chain, 1, 0, NULL);
    late = follow(&chain, 9, 0);
    (void)follow(&chain, 2, late);
    (void)follow(&chain, 2, late);
    assert_history(&chain, NONE, 9, 6, 1);
    assert_false(first_fork_is_merged(&chain));
    chain_release(&chain);
}

static enum status
read_and_ask(void *context)
{
    const struct key_author author = {{1}};
    struct store_sequence own = {.number = 0};
    struct store_sequence next;
    struct history history;
    enum status status = history_read(&history, context, &author);

    if (status == STATUS_OK &&
        history_next(&next, &history, &own) != STATUS_NOT_FOUND)
        status = STATUS_DAMAGED;
    history_release(&history);
    return status;
}

/* The store is made before allocations fail. */
struct forked {
    struct store *store;
    struct key_author author;
};

static enum status
read_again(void *context)
{
    const struct forked *forked = context;
    struct history history;
    enum status status = history_read(&history, forked->store, &forked->author);

    history_release(&history);
    return status;
}

static void
test_each_allocation(void **state)
{
    struct chain chain = {{NULL}, 0};
    struct forked forked;
    size_t one;

    (void)state;
    one = grow(&chain, 1, 0, NULL);
    (void)follow(&chain, 2, one);
    (void)follow(&chain, 2, one);
    forked.store = store_of(&chain, NONE, false);
    forked.author = *author_of(&chain);
    test_alloc_each(read_again, &forked);
    test_alloc_each(read_and_ask, forked.store);
    store_free(forked.store);
    chain_release(&chain);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_straight_line),
        cmocka_unit_test(test_forks_and_merges),
        cmocka_unit_test(test_next),
        cmocka_unit_test(test_next_of_nothing),
        cmocka_unit_test(test_a_given_number),
        cmocka_unit_test(test_nonsense_is_passed_over),
        cmocka_unit_test(test_each_allocation),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
