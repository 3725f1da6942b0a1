/*
 * What is missing of those whom the reader follows; the same in any order of
 * arrival, and bounded whatever they signed.
 *
 *     test_gaps [COUNT]      records of one key, 2,400 if it is not given
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "bundles/gaps.h"
#include "bundles/history.h"
#include "bundles/statement.h"
#include "bundles/store_mem.h"
#include "bundles/verdict.h"
#include "core/entropy.h"
#include "core/limits.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/orders.h"
#include "tests/unit/records.h"
#include "tests/unit/stores.h"
#include "tests/unit/test_support.h"

#define RECORDS_MAX 7
#define SEEN_MAX    4

#define ONE   RECORDS_KEY_1 " - One\n"
#define TWO   RECORDS_KEY_2 " - Two\n"
#define THREE RECORDS_KEY_3 " - Three\n"

#define NOBODYS_ID \
    "7777777777777777777777777777777777777777777777777777777777777777"

static uint32_t many = 2400;

static struct record *pile[RECORDS_MAX];
static size_t pile_count;
static struct entropy entropy;

static int
tear_down(void **state)
{
    (void)state;
    while (pile_count > 0)
        record_free(pile[--pile_count]);
    return 0;
}

static const char *const keys[] = {"", RECORDS_KEY_1, RECORDS_KEY_2,
                                   RECORDS_KEY_3, RECORDS_KEY_4};

/* Put a statement on the pile; extra is more lines, or empty. */
static struct record *
add(uint8_t author, uint32_t number, const char *extra)
{
    char header[4096];

    (void)snprintf(header, sizeof(header),
                   "p2pub1 statement\nkey %s\ndate 2023-06-26\nsequence %lu\n"
                   "%stitle %zu\n%s",
                   keys[author], (unsigned long)number,
                   number > 1 ? "previous " NOBODYS_ID "\n" : "", pile_count,
                   extra);
    assert_true(pile_count < RECORDS_MAX);
    pile[pile_count] = records_seal(header, author);
    return pile[pile_count++];
}

/* A head line about number of author with this id, or nobody's for NULL. */
static const char *
head(uint8_t author, uint32_t number, const struct record *record)
{
    static char line[256];
    char id[RECORD_ID_TEXT_SIZE] = NOBODYS_ID;

    if (record != NULL)
        record_id_format(record_id(record), id);
    (void)snprintf(line, sizeof(line), "head %s %lu %s\n", keys[author],
                   (unsigned long)number, id);
    return line;
}

static struct trust *
trusting(const char *follows)
{
    struct trust *trust;

    assert_int_equal(trust_new(&trust), STATUS_OK);
    assert_int_equal(trust_parse(trust, byte_view_of_text(follows)), STATUS_OK);
    return trust;
}

/* Whom the walk visited; their entries die with the trust, so by names. */
struct seen {
    size_t count;
    struct gaps gaps[SEEN_MAX];
    char names[SEEN_MAX][8];
    char witnesses[SEEN_MAX][8];
};

/* A gaps_visit. */
static enum status
on_author(void *context, const struct gaps *gaps)
{
    struct seen *seen = context;
    size_t at = seen->count++;

    assert_true(at < SEEN_MAX);
    seen->gaps[at] = *gaps;
    (void)snprintf(seen->names[at], sizeof(seen->names[at]), "%s",
                   gaps->entry->name);
    if (gaps->has_tail)
        (void)snprintf(seen->witnesses[at], sizeof(seen->witnesses[at]), "%s",
                       gaps->witness->name);
    seen->gaps[at].entry = NULL;
    seen->gaps[at].witness = NULL;
    return STATUS_OK;
}

static struct store *
store_of(const size_t order[RECORDS_MAX])
{
    struct store *store;

    entropy_init_seed(&entropy, 1);
    assert_int_equal(store_mem_new(&store, 0, &entropy), STATUS_OK);
    assert_int_equal(store_begin(store), STATUS_OK);
    for (size_t i = 0; i < pile_count; i++)
        assert_int_equal(store_put_record(store, pile[order[i]], STORE_OTHER,
                                          (struct day){19600}),
                         STATUS_OK);
    assert_int_equal(store_commit(store), STATUS_OK);
    return store;
}

static void
see_in_order(const size_t order[RECORDS_MAX], const char *follows,
             struct seen *seen)
{
    struct trust *trust = trusting(follows);
    struct store *store = store_of(order);

    memset(seen, 0, sizeof(*seen));
    assert_int_equal(gaps_walk(store, trust, NULL, on_author, seen), STATUS_OK);
    store_free(store);
    trust_free(trust);
}

/* What is missing, the same for every order in which the pile may arrive. */
static const struct seen *
see(const char *follows)
{
    static struct seen first, other;
    size_t order[RECORDS_MAX];

    for (size_t i = 0; i < RECORDS_MAX; i++)
        order[i] = i;
    see_in_order(order, follows, &first);
    while (pile_count > 1 && orders_next(order, pile_count)) {
        see_in_order(order, follows, &other);
        assert_memory_equal(&first, &other, sizeof(first));
    }
    return &first;
}

static void
test_holes(void **state)
{
    const struct seen *seen;

    (void)state;
    (void)add(1, 3, "");
    (void)add(1, 4, "");
    (void)add(1, 9, "");
    (void)add(1, 9, "");
    (void)add(1, 0, "");
    (void)add(2, 1, "");
    seen = see(ONE TWO THREE);
    assert_int_equal(seen->count, 3);
    assert_string_equal(seen->names[0], "One");
    assert_int_equal(seen->gaps[0].newest, 9);
    assert_int_equal(seen->gaps[0].missing, 6);
    assert_int_equal(seen->gaps[0].range_count, 2);
    assert_int_equal(seen->gaps[0].ranges[0].first, 1);
    assert_int_equal(seen->gaps[0].ranges[0].last, 2);
    assert_int_equal(seen->gaps[0].ranges[1].first, 5);
    assert_int_equal(seen->gaps[0].ranges[1].last, 8);
    assert_false(seen->gaps[0].has_tail);
    for (size_t i = 1; i < 3; i++) {
        assert_int_equal(seen->gaps[i].missing, 0);
        assert_int_equal(seen->gaps[i].range_count, 0);
        assert_false(seen->gaps[i].has_tail);
    }
    assert_int_equal(see(TWO)->count, 1);
    assert_int_equal(see("")->count, 0);
}

/* Only one author, a key that is both own and followed, a name twice. */
static void
test_whom(void **state)
{
    struct trust *trust = trusting(ONE TWO);
    const size_t order[RECORDS_MAX] = {0, 1};
    struct trust_entry own = {.is_own = true, .name = "Me"};
    struct seen seen = {0};
    struct store *store;

    (void)state;
    own.key = record_fields(add(1, 2, ""))->key;
    (void)add(2, 3, "");
    store = store_of(order);
    assert_int_equal(trust_add(trust, &own), STATUS_OK);
    assert_int_equal(gaps_walk(store, trust, NULL, on_author, &seen),
                     STATUS_OK);
    assert_int_equal(seen.count, 2);
    assert_string_equal(seen.names[0], "Two");
    assert_string_equal(seen.names[1], "Me");
    memset(&seen, 0, sizeof(seen));
    assert_int_equal(gaps_walk(store, trust, &own.key.author, on_author, &seen),
                     STATUS_OK);
    assert_int_equal(seen.count, 1);
    assert_string_equal(seen.names[0], "Me");
    assert_int_equal(seen.gaps[0].missing, 1);
    store_free(store);
    trust_free(trust);
}

static void
test_tails(void **state)
{
    const struct seen *seen;

    (void)state;
    (void)add(1, 1, "");
    (void)add(2, 1, head(1, 4, NULL));
    (void)add(2, 2, head(1, 3, NULL));
    (void)add(3, 1, head(1, 4, NULL));
    (void)add(4, 1, head(1, 99, NULL));
    /* Of equal numbers the lowest key's; strangers count for nothing. */
    seen = see(ONE TWO THREE);
    assert_int_equal(seen->gaps[0].range_count, 0);
    assert_true(seen->gaps[0].has_tail);
    assert_int_equal(seen->gaps[0].newest, 1);
    assert_int_equal(seen->gaps[0].tail.sequence, 4);
    assert_string_equal(seen->witnesses[0], "Two");
    assert_false(see(ONE)->gaps[0].has_tail);
    assert_string_equal(see(ONE THREE)->witnesses[0], "Three");
    /* Of somebody who is not followed nothing is told. */
    assert_int_equal(see(TWO THREE)->count, 2);
    assert_false(see(TWO THREE)->gaps[0].has_tail);
}

/* Of an author of whom nothing is here, all that was quoted is missing. */
static void
test_a_tail_of_somebody_unseen(void **state)
{
    const struct seen *seen;

    (void)state;
    (void)add(2, 1, head(1, RECORD_SEQUENCE_MAX, NULL));
    seen = see(ONE TWO);
    assert_true(seen->gaps[0].has_tail);
    assert_int_equal(seen->gaps[0].newest, 0);
    assert_int_equal(seen->gaps[0].tail.sequence, RECORD_SEQUENCE_MAX);
}

/* A number that is here, or below one that is: nothing is missing by it. */
static void
test_heads_that_say_nothing_new(void **state)
{
    struct record *four;

    (void)state;
    (void)add(1, 1, "");
    four = add(1, 4, "");
    (void)add(2, 1, head(1, 4, four));
    (void)add(2, 2, head(1, 4, NULL));
    (void)add(2, 3, head(1, 2, NULL));
    assert_false(see(ONE TWO)->gaps[0].has_tail);
    assert_int_equal(see(ONE TWO)->gaps[0].missing, 2);
}

/* A head whose id is that of something else counts for nothing. */
static void
test_heads_that_are_wrong(void **state)
{
    struct record *one;
    struct record *of_three;
    const struct seen *seen;

    (void)state;
    one = add(1, 1, "");
    of_three = add(3, 8, "");
    (void)add(2, 1, head(1, 8, of_three));
    (void)add(2, 2, head(1, 7, one));
    assert_false(see(ONE TWO)->gaps[0].has_tail);
    /* Another witness is heard all the same. */
    (void)add(3, 9, head(1, 5, NULL));
    seen = see(ONE TWO THREE);
    assert_true(seen->gaps[0].has_tail);
    assert_int_equal(seen->gaps[0].tail.sequence, 5);
    assert_string_equal(seen->witnesses[0], "Three");
}

/* Whoever quotes itself did not write a statement of this version. */
static void
test_quoting_oneself(void **state)
{
    struct record *record;
    struct statement statement;

    (void)state;
    record = add(1, 1, head(1, 9, NULL));
    assert_int_equal(statement_read(&statement, record), STATUS_NEWER);
    assert_false(see(ONE)->gaps[0].has_tail);
}

/* The last number there is. */
static void
test_the_highest_number(void **state)
{
    const struct seen *seen;

    (void)state;
    (void)add(1, 1, "");
    (void)add(1, RECORD_SEQUENCE_MAX, "");
    (void)add(2, 1, head(1, RECORD_SEQUENCE_MAX, NULL));
    seen = see(ONE TWO);
    assert_int_equal(seen->gaps[0].missing, RECORD_SEQUENCE_MAX - 2);
    assert_int_equal(seen->gaps[0].range_count, 1);
    assert_int_equal(seen->gaps[0].ranges[0].first, 2);
    assert_int_equal(seen->gaps[0].ranges[0].last, RECORD_SEQUENCE_MAX - 1);
    assert_false(seen->gaps[0].has_tail);
}

/* Author 1 signs many records: all numbers even, each twice. */
static void
fill(struct store *store)
{
    assert_int_equal(store_begin(store), STATUS_OK);
    for (uint32_t i = 0; i < many; i++) {
        char title[32];
        struct record *record;

        (void)snprintf(title, sizeof(title), "%lu", (unsigned long)i);
        record = stores_statement(1, 19000, i / 2 * 2 + 2, title, 0);
        assert_int_equal(
            store_put_record(store, record, STORE_OTHER, (struct day){19600}),
            STATUS_OK);
        record_free(record);
    }
    assert_int_equal(store_commit(store), STATUS_OK);
}

static double
seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

/* A hostile author costs bounded time and memory: what is listed is, and what
 * is not is counted. */
static void
test_many_records_of_one_key(void **state)
{
    static struct verdict verdict;
    struct trust *trust = trusting(ONE TWO);
    uint32_t numbers = (many + 1) / 2;
    struct seen seen = {0};
    struct record *hostile;
    struct stores stores;
    double begin;

    (void)state;
    stores_open(&stores, STORES_SQLITE, 0);
    fill(stores.store);
    assert_int_equal(stores_put(stores.store,
                                add(2, 1, head(1, 2 * many, NULL)),
                                STORE_OTHER),
                     STATUS_OK);
    begin = seconds();
    assert_int_equal(gaps_walk(stores.store, trust, NULL, on_author, &seen),
                     STATUS_OK);
    printf("# gaps of %lu records: %.2f s\n", (unsigned long)many,
           seconds() - begin);
    assert_int_equal(seen.gaps[0].newest, 2 * numbers);
    assert_int_equal(seen.gaps[0].missing, numbers);
    assert_int_equal(seen.gaps[0].range_count, numbers);
    assert_true(seen.gaps[0].has_tail);
    assert_false(seen.gaps[0].is_partial);
    if (numbers >= GAPS_RANGES_MAX)
        assert_int_equal(seen.gaps[0].ranges[GAPS_RANGES_MAX - 1].first,
                         2 * GAPS_RANGES_MAX - 1);

    begin = seconds();
    assert_int_equal(
        verdict_make(&verdict, stores.store, trust, pile[0], STORE_COMPLETE),
        STATUS_OK);
    assert_int_equal(verdict.head_count, 1);
    assert_int_equal(verdict.heads[0].state, HEADS_MISSING);
    printf("# verdict about who quotes it: %.2f s\n", seconds() - begin);
    verdict_release(&verdict);

    hostile = stores_statement(1, 19000, 2, "0", 0);
    begin = seconds();
    assert_int_equal(
        verdict_make(&verdict, stores.store, trust, hostile, STORE_COMPLETE),
        STATUS_OK);
    printf("# verdict about its author: %.2f s\n", seconds() - begin);
    assert_int_equal(verdict.gaps, numbers);
    assert_in_range(verdict.fork_count, 1, many / 2);
    assert_int_equal(verdict.quote_count, 1);
    verdict_release(&verdict);
    record_free(hostile);
    stores_close(&stores);
    trust_free(trust);
}

/* The store and trust are made before allocations fail. */
struct asked {
    struct store *store;
    struct trust *trust;
};

static enum status
on_nothing(void *context, const struct gaps *gaps)
{
    (void)context;
    (void)gaps;
    return STATUS_OK;
}

static enum status
ask(void *context)
{
    const struct asked *asked = context;

    return gaps_walk(asked->store, asked->trust, NULL, on_nothing, NULL);
}

static void
test_each_allocation(void **state)
{
    const size_t order[RECORDS_MAX] = {0, 1, 2};
    struct asked asked;

    (void)state;
    (void)add(1, 1, "");
    (void)add(1, 4, "");
    (void)add(2, 1, head(1, 9, NULL));
    asked.store = store_of(order);
    asked.trust = trusting(ONE TWO);
    test_alloc_each(ask, &asked);
    trust_free(asked.trust);
    store_free(asked.store);
}

#define WITH_PILE(test) cmocka_unit_test_teardown(test, tear_down)

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        WITH_PILE(test_holes),
        WITH_PILE(test_whom),
        WITH_PILE(test_tails),
        WITH_PILE(test_a_tail_of_somebody_unseen),
        WITH_PILE(test_heads_that_say_nothing_new),
        WITH_PILE(test_heads_that_are_wrong),
        WITH_PILE(test_quoting_oneself),
        WITH_PILE(test_the_highest_number),
        WITH_PILE(test_many_records_of_one_key),
        WITH_PILE(test_each_allocation),
    };

    if (argc > 1)
        many = (uint32_t)strtoul(argv[1], NULL, 10);
    return cmocka_run_group_tests(tests, test_start, NULL);
}
