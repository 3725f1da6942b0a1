/* Which statement is the newest: chains, forks, withdrawals, strangers and a
 * store that claims a circle; the same in every order of arrival. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/replacements.h"
#include "bundles/store_ops.h"
#include "core/limits.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/orders.h"
#include "tests/unit/records.h"
#include "tests/unit/signings.h"
#include "tests/unit/stores.h"
#include "tests/unit/test_support.h"

/* So many are tried in every order. */
#define ALL_ORDERS_MAX 7
#define RECORDS_MAX    (REPLACEMENTS_MAX + 8)

static struct record *pile[RECORDS_MAX];
static size_t pile_count;

static int
set_up(void **state)
{
    (void)state;
    pile_count = 0;
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < pile_count; i++)
        record_free(pile[i]);
    return 0;
}

static struct record *
add(struct record *record)
{
    assert_true(pile_count < RECORDS_MAX);
    pile[pile_count++] = record;
    return record;
}

static const char *const keys[] = {"", RECORDS_KEY_1, RECORDS_KEY_2};

/* The statement of key, signed on that day of June, that replaces old; extra
 * is what its grammar may not know, or empty. */
static struct record *
state_more(uint8_t key, unsigned day, const struct record *old,
           const char *extra)
{
    char id[RECORD_ID_TEXT_SIZE] = "";
    char header[1024];

    if (old != NULL)
        record_id_format(record_id(old), id);
    snprintf(header, sizeof(header),
             "p2pub1 statement\nkey %s\ndate 2023-06-%02u\nsequence 0\n"
             "title Number %zu\n%s%s%s%s",
             keys[key], day, pile_count, old == NULL ? "" : "replaces ", id,
             old == NULL ? "" : "\n", extra);
    return add(records_seal(header, key));
}

static struct record *
state_that(uint8_t key, unsigned day, const struct record *old)
{
    return state_more(key, day, old, "");
}

static struct record *
withdraw(uint8_t key, const struct record *record)
{
    return add(signings_withdraw(key, 100 + (uint32_t)pile_count,
                                 record_id(record), "Wrong"));
}

/* For one question, in which every key stands for itself. */
static enum status
find_replacements(struct replacements *out, struct store *store,
                  const struct key_author *author, const struct record_id *id)
{
    struct lineages *lineages;
    enum status status = lineages_new(&lineages, store, NULL);

    if (status == STATUS_OK)
        status = replacements_find(out, lineages, author, id);
    lineages_free(lineages);
    return status;
}

/* What a list says of it. */
static bool
has_newer(struct store *store, const struct record *record)
{
    struct lineages *lineages;
    bool is_replaced;

    assert_int_equal(lineages_new(&lineages, store, NULL), STATUS_OK);
    assert_int_equal(replacements_has(&is_replaced, lineages,
                                      &record_fields(record)->key.author,
                                      record_id(record)),
                     STATUS_OK);
    lineages_free(lineages);
    return is_replaced;
}

static struct replacements
find_in_order(const size_t *order, const struct record *record)
{
    struct replacements found;
    struct stores stores;

    stores_open(&stores, STORES_MEM, 0);
    for (size_t i = 0; i < pile_count; i++)
        assert_int_equal(stores_put(stores.store, pile[order[i]], STORE_OTHER),
                         STATUS_OK);
    assert_int_equal(find_replacements(&found, stores.store,
                                       &record_fields(record)->key.author,
                                       record_id(record)),
                     STATUS_OK);
    if (pile_count <= REPLACEMENTS_LISTED_MAX)
        assert_int_equal(has_newer(stores.store, record),
                         found.newest_count > 0);
    stores_close(&stores);
    return found;
}

/* What comes after record: in all orders of a small pile, in two of a large
 * one. */
static struct replacements
find(const struct record *record)
{
    struct replacements first, other;
    size_t order[RECORDS_MAX] = {0};

    for (size_t i = 0; i < pile_count; i++)
        order[i] = i;
    first = find_in_order(order, record);
    if (pile_count > ALL_ORDERS_MAX) {
        for (size_t i = 0; i < pile_count; i++)
            order[i] = pile_count - 1 - i;
        other = find_in_order(order, record);
        assert_memory_equal(&first, &other, sizeof(first));
        return first;
    }
    while (pile_count > 1 && orders_next(order, pile_count)) {
        other = find_in_order(order, record);
        assert_memory_equal(&first, &other, sizeof(first));
    }
    return first;
}

/* The newest after `of` is `only`, or none. */
static void
assert_newest(const struct record *of, const struct record *only)
{
    struct replacements found = find(of);

    assert_int_equal(found.newest_count, only == NULL ? 0 : 1);
    if (only != NULL)
        assert_true(record_id_equal(&found.newest[0].id, record_id(only)));
    assert_false(found.is_cut);
}

static void
test_a_chain_leads_to_its_end(void **state)
{
    struct record *first = state_that(1, 1, NULL);
    struct record *second = state_that(1, 5, first);
    /* The days are claims; what replaces is newer, whatever its day. */
    struct record *third = state_that(1, 3, second);
    struct replacements found;

    (void)state;
    assert_newest(first, third);
    assert_newest(second, third);
    assert_newest(third, NULL);
    found = find(first);
    assert_int_equal(found.newest[0].date.number,
                     record_fields(third)->date.number);
    assert_true(key_author_equal(&found.newest[0].author,
                                 &record_fields(third)->key.author));
    assert_int_equal(found.withdrawn_count, 0);
}

static void
test_a_chain_with_a_link_that_has_not_arrived(void **state)
{
    struct record *first = state_that(1, 1, NULL);
    struct record *second = state_that(1, 2, first);
    struct record *third = state_that(1, 3, second);

    (void)state;
    pile[1] = pile[2];
    pile_count = 2;
    /* Nothing here says that the third comes after the first. */
    assert_newest(first, NULL);
    assert_newest(second, third);
    pile[2] = second;
    pile_count = 3;
}

static void
test_a_fork_has_several_newest(void **state)
{
    struct record *first = state_that(1, 1, NULL);
    struct record *one = state_that(1, 2, first);
    struct record *other = state_that(1, 3, first);
    struct record *after = state_that(1, 4, one);
    struct replacements found = find(first);

    (void)state;
    assert_int_equal(found.newest_count, 2);
    assert_true(record_id_equal(&found.newest[0].id, record_id(after)));
    assert_true(record_id_equal(&found.newest[1].id, record_id(other)));
    assert_newest(one, after);
    assert_newest(other, NULL);
}

static void
test_more_newest_than_are_named(void **state)
{
    struct record *first = state_that(1, 1, NULL);
    struct replacements found;

    (void)state;
    for (unsigned i = 0; i < VERDICT_LINKS_MAX + 3; i++)
        (void)state_that(1, (i * 7) % 11 + 2, first);
    found = find(first);
    assert_int_equal(found.newest_count, VERDICT_LINKS_MAX + 3);
    for (size_t i = 1; i < VERDICT_LINKS_MAX; i++)
        assert_int_equal(found.newest[i - 1].date.number,
                         found.newest[i].date.number + 1);
}

static void
test_what_was_withdrawn_is_not_the_newest(void **state)
{
    struct record *first = state_that(1, 1, NULL);
    struct record *second = state_that(1, 2, first);
    struct record *taken = withdraw(1, second);

    (void)state;
    assert_newest(first, NULL);
    assert_int_equal(find(first).withdrawn_count, 1);
    /* By nobody but its author. */
    (void)withdraw(2, second);
    assert_newest(first, NULL);
    /* And a withdrawal that was withdrawn is none. */
    (void)withdraw(1, taken);
    assert_newest(first, second);
    assert_int_equal(find(first).withdrawn_count, 0);
}

static void
test_a_stranger_withdraws_nothing(void **state)
{
    struct record *first = state_that(1, 1, NULL);
    struct record *second = state_that(1, 2, first);

    (void)state;
    (void)withdraw(2, second);
    assert_newest(first, second);
}

static void
test_what_replaces_a_withdrawn_one_is_newer(void **state)
{
    struct record *first = state_that(1, 1, NULL);
    struct record *second = state_that(1, 2, first);
    struct record *third = state_that(1, 3, second);

    (void)state;
    (void)withdraw(1, second);
    assert_newest(first, third);
    assert_newest(second, third);
    (void)withdraw(1, third);
    assert_newest(first, NULL);
    assert_int_equal(find(first).withdrawn_count, 2);
}

static void
test_a_middle_one_is_current_again(void **state)
{
    struct record *first = state_that(1, 1, NULL);
    struct record *second = state_that(1, 2, first);

    (void)state;
    (void)withdraw(1, state_that(1, 3, second));
    assert_newest(first, second);
    assert_newest(second, NULL);
}

static void
test_nobody_else_replaces(void **state)
{
    struct record *first = state_that(1, 1, NULL);
    struct record *stranger = state_that(2, 2, first);

    (void)state;
    /* Nor does the author by way of a stranger. */
    (void)state_that(1, 3, stranger);
    assert_newest(first, NULL);
    assert_newest(stranger, NULL);
}

static void
test_a_translation_replaces_nothing(void **state)
{
    struct record *first = state_that(1, 1, NULL);
    char id[RECORD_ID_TEXT_SIZE];
    char line[128];

    (void)state;
    record_id_format(record_id(first), id);
    snprintf(line, sizeof(line), "translates %s\n", id);
    (void)state_more(1, 2, NULL, line);
    assert_newest(first, NULL);
}

static void
test_one_that_needs_a_newer_p2pub_is_counted(void **state)
{
    struct record *first = state_that(1, 1, NULL);

    (void)state;
    (void)state_more(1, 2, first, "zebra x\n");
    assert_newest(first, NULL);
    assert_int_equal(find(first).newer_count, 1);
}

/* Seven records: a fork, of which one branch goes on, was withdrawn, and its
 * withdrawal too; and a stranger who joins in. */
static void
test_all_of_it_at_once(void **state)
{
    struct record *first = state_that(1, 1, NULL);
    struct record *one = state_that(1, 2, first);
    struct record *other = state_that(1, 3, first);
    struct record *after = state_that(1, 4, one);
    struct replacements found;

    (void)state;
    (void)withdraw(1, withdraw(1, after));
    (void)state_that(2, 5, first);
    assert_int_equal(pile_count, ALL_ORDERS_MAX);
    found = find(first);
    assert_int_equal(found.newest_count, 2);
    assert_true(record_id_equal(&found.newest[0].id, record_id(after)));
    assert_true(record_id_equal(&found.newest[1].id, record_id(other)));
    assert_int_equal(found.withdrawn_count, 0);
}

/* A chain, or a fan, of more than are looked at: bounded, and said. */
static void
test_more_than_are_looked_at(void **state)
{
    struct record *first = state_that(1, 1, NULL);
    struct record *last = first;
    struct replacements found;

    (void)state;
    for (size_t i = 0; i < REPLACEMENTS_MAX; i++)
        last = state_that(1, 2, last);
    assert_newest(first, last);
    (void)state_that(1, 3, last);
    found = find(first);
    assert_true(found.is_cut);
    assert_int_equal(found.newest_count, 1);
    assert_true(record_id_equal(&found.newest[0].id, record_id(last)));

    while (pile_count > 1)
        record_free(pile[--pile_count]);
    for (size_t i = 0; i < REPLACEMENTS_MAX + 1; i++)
        (void)state_that(1, 2, first);
    found = find(first);
    assert_true(found.is_cut);
    assert_int_equal(found.newest_count, REPLACEMENTS_MAX);
}

/* A list looks at few, and sees what stands among them. */
static void
test_a_list_looks_at_few(void **state)
{
    struct record *first = state_that(1, 1, NULL);
    struct record *last = first;
    struct stores stores;

    (void)state;
    for (size_t i = 0; i <= REPLACEMENTS_LISTED_MAX; i++) {
        last = state_that(1, 2, last);
        if (i < REPLACEMENTS_LISTED_MAX)
            (void)withdraw(1, last);
    }
    stores_open(&stores, STORES_MEM, 0);
    for (size_t i = 0; i < pile_count; i++)
        assert_int_equal(stores_put(stores.store, pile[i], STORE_OTHER),
                         STATUS_OK);
    assert_false(has_newer(stores.store, first));
    assert_true(has_newer(stores.store, pile[1]));
    assert_false(has_newer(stores.store, last));
    stores_close(&stores);
    assert_newest(first, last);
}

/* Two statements of which a store says that each replaces the other. */
struct circle {
    struct store base;
    struct record_id ids[2];
    size_t walks;
};

static enum status
circle_walk(struct store *store, const struct store_query *query,
            store_visit *visit, void *context)
{
    struct circle *circle = (struct circle *)(void *)store;
    struct store_row row = {.kind = query->kind, .author = query->author};

    assert_true(circle->walks++ < 100);
    if (query->kind != RECORD_STATEMENT)
        return STATUS_OK;
    row.id = circle->ids[record_id_equal(&query->subject, &circle->ids[0])];
    return visit(context, &row);
}

static enum status
circle_get_record(struct store *store, const struct record_id *id,
                  struct record **out)
{
    struct circle *circle = (struct circle *)(void *)store;
    const struct record_id *other =
        &circle->ids[record_id_equal(id, &circle->ids[0])];
    char text[RECORD_ID_TEXT_SIZE];
    char header[512];

    record_id_format(other, text);
    snprintf(header, sizeof(header),
             "p2pub1 statement\nkey " RECORDS_KEY_1
             "\ndate 2023-06-01\nsequence 0\ntitle x\nreplaces %s\n",
             text);
    *out = records_seal(header, 1);
    return STATUS_OK;
}

static void
test_a_store_that_claims_a_circle(void **state)
{
    static const struct store_ops ops = {.walk = circle_walk,
                                         .get_record = circle_get_record};
    struct circle circle = {.ids = {{{1}}, {{2}}}};
    struct record *author = state_that(1, 1, NULL);
    struct replacements found;

    (void)state;
    circle.base.ops = &ops;
    assert_int_equal(find_replacements(&found, &circle.base,
                                       &record_fields(author)->key.author,
                                       &circle.ids[0]),
                     STATUS_OK);
    assert_int_equal(found.newest_count, 1);
    assert_true(record_id_equal(&found.newest[0].id, &circle.ids[1]));
}

static enum status
ask(void *context)
{
    struct replacements found;

    return find_replacements(&found, context,
                             &record_fields(pile[0])->key.author,
                             record_id(pile[0]));
}

static void
test_each_allocation(void **state)
{
    struct stores stores;

    (void)state;
    (void)withdraw(1, state_that(1, 2, state_that(1, 1, NULL)));
    stores_open(&stores, STORES_MEM, 0);
    for (size_t i = 0; i < pile_count; i++)
        assert_int_equal(stores_put(stores.store, pile[i], STORE_OTHER),
                         STATUS_OK);
    test_alloc_each(ask, stores.store);
    stores_close(&stores);
}

#define WITH_PILE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PILE(test_a_chain_leads_to_its_end),
        WITH_PILE(test_a_chain_with_a_link_that_has_not_arrived),
        WITH_PILE(test_a_fork_has_several_newest),
        WITH_PILE(test_more_newest_than_are_named),
        WITH_PILE(test_what_was_withdrawn_is_not_the_newest),
        WITH_PILE(test_a_stranger_withdraws_nothing),
        WITH_PILE(test_what_replaces_a_withdrawn_one_is_newer),
        WITH_PILE(test_a_middle_one_is_current_again),
        WITH_PILE(test_nobody_else_replaces),
        WITH_PILE(test_a_translation_replaces_nothing),
        WITH_PILE(test_one_that_needs_a_newer_p2pub_is_counted),
        WITH_PILE(test_all_of_it_at_once),
        WITH_PILE(test_more_than_are_looked_at),
        WITH_PILE(test_a_list_looks_at_few),
        WITH_PILE(test_a_store_that_claims_a_circle),
        WITH_PILE(test_each_allocation),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
