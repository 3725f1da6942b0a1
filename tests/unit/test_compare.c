/*
 * Comparing against a plain set difference: two peers without records behind
 * their ids, whose messages go back and forth until they say no more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "net/node.h"
#include "net/peer.h"
#include "net/session.h"
#include "net/sketch.h"
#include "tests/unit/row_store.h"
#include "tests/unit/test_support.h"

#define NUMBERS_MAX ((size_t)100000)
#define TODAY       20000

/* Who has what: for each number, bit 0 for side 0 and bit 1 for side 1. */
struct sets {
    size_t count;
    uint8_t has[NUMBERS_MAX];
    uint8_t set[NUMBERS_MAX]; /* enum record_set */
    int32_t day[NUMBERS_MAX];
};

struct side {
    struct entropy entropy;
    struct store *store;
    struct node node;
    struct peer *peer;
    size_t pushed; /* records that it would send */
};

struct contact {
    struct sets *sets;
    struct side sides[2];
    uint64_t octets;
    unsigned messages;
};

static struct sets sets;
/* The ids of all numbers. */
static struct record_id ids[NUMBERS_MAX];
/* Each side sends a summary at once, before it has seen the other's. */
static bool both_offer;
/* First cells that the side which calls wishes for. */
static uint8_t wish;

static enum store_class
keeping(void *context, const struct key_author *author)
{
    (void)context;
    (void)author;
    return STORE_OTHER;
}

static void
open_side(struct contact *contact, size_t which)
{
    struct side *side = &contact->sides[which];
    struct node_config config = {.entropy = &side->entropy, .keeping = keeping};

    entropy_init_seed(&side->entropy, 77 + which);
    side->store = row_store_new();
    for (size_t i = 0; i < contact->sets->count; i++)
        if ((contact->sets->has[i] >> which & 1) != 0)
            row_store_add(side->store, (enum record_set)contact->sets->set[i],
                          contact->sets->day[i], (uint32_t)i);
    config.store = side->store;
    assert_int_equal(node_init(&side->node, &config), STATUS_OK);
    side->node.has_day = true;
    side->node.today.number = TODAY;
    assert_int_equal(peer_new(&side->peer, &side->node,
                              (struct link_id){which + 1}, which == 0),
                     STATUS_OK);
    assert_int_equal(peer_greet(side->peer, false, wish), STATUS_OK);
}

/* Take what side would send, and check that the other side lacks it. */
static void
drain(struct contact *contact, size_t which)
{
    struct side *side = &contact->sides[which];
    struct peer *peer = side->peer;
    const struct outbox_item *item;

    for (;;) {
        size_t i;

        assert_int_equal(compare_fill_outbox(peer), STATUS_OK);
        item = outbox_first(&peer->exchange.outbox);
        if (item == NULL)
            return;
        /* The number of an id is found by looking. */
        for (i = 0; i < contact->sets->count; i++)
            if ((contact->sets->has[i] & 1U << which) != 0 &&
                record_id_equal(&ids[i], &item->id))
                break;
        assert_true(i < contact->sets->count);
        /* Compared twice at once; a peer that has records remembers which it
         * sent and got, and sends none twice. */
        if (contact->sets->has[i] == 3 && both_offer) {
            compare_on_arrival(contact->sides[1 - which].peer, &item->id);
            outbox_drop(&peer->exchange.outbox);
            continue;
        }
        assert_int_equal(contact->sets->has[i], 1U << which);
        /* It arrives. */
        contact->sets->has[i] = 3;
        row_store_add(contact->sides[1 - which].store,
                      (enum record_set)contact->sets->set[i],
                      contact->sets->day[i], (uint32_t)i);
        assert_int_equal(window_touch(&contact->sides[1 - which].node.window,
                                      (enum record_set)contact->sets->set[i],
                                      (struct day){contact->sets->day[i]}),
                         STATUS_OK);
        compare_on_arrival(contact->sides[1 - which].peer, &item->id);
        side->pushed++;
        outbox_drop(&peer->exchange.outbox);
    }
}

/* Hand over what one side wrote; false if that was nothing. */
static bool
carry(struct contact *contact, size_t from)
{
    struct byte_buf *out = &contact->sides[from].peer->out;
    struct peer *to = contact->sides[1 - from].peer;

    if (out->size == 0)
        return false;
    contact->octets += out->size;
    contact->messages++;
    assert_int_equal(peer_on_octets(to, byte_view_of_buf(out)), STATUS_OK);
    byte_buf_clear(out);
    while (peer_has_work(to)) {
        /* A side that has to rest gets its rest. */
        if (!mono_due(to->rest, to->node->now))
            to->node->now = to->rest;
        peer_run(to);
        assert_false(to->broken);
    }
    assert_int_equal(to->node->turn.failure, STATUS_OK);
    return true;
}

/* What a side does by itself, turn by turn. */
static void
work(struct peer *peer)
{
    do {
        if (!mono_due(peer->rest, peer->node->now))
            peer->node->now = peer->rest;
        peer->node->turn.rows = 0;
        peer->node->turn.steps = 0;
        assert_int_equal(reconcile_work(peer), STATUS_OK);
        assert_in_range(peer->node->turn.steps, 0, RECONCILE_STEPS_TURN);
    } while (reconcile_has_work(peer));
    assert_int_equal(compare_send_lists(peer), STATUS_OK);
}

/* Compare until nobody has anything to say. */
static void
run(struct contact *contact, bool deliver)
{
    bool moved = true;

    while (moved) {
        moved = carry(contact, 1);
        moved |= carry(contact, 0);
        for (size_t i = 0; i < 2; i++) {
            work(contact->sides[i].peer);
            if (deliver)
                drain(contact, i);
        }
    }
}

static void
close_side(struct side *side)
{
    peer_free(side->peer);
    node_release(&side->node);
    store_free(side->store);
}

/* A contact over the sets as they are: afterwards everybody has all. */
static void
check_difference(struct contact *contact)
{
    size_t missing[2] = {0, 0};

    memset(contact, 0, sizeof(*contact));
    contact->sets = &sets;
    for (size_t i = 0; i < sets.count; i++)
        if (sets.has[i] == 1 || sets.has[i] == 2)
            missing[sets.has[i] - 1]++;
    open_side(contact, 0);
    open_side(contact, 1);
    if (both_offer)
        assert_int_equal(compare_offer(contact->sides[0].peer), STATUS_OK);
    run(contact, true);
    assert_int_equal(contact->sides[0].pushed, missing[0]);
    assert_int_equal(contact->sides[1].pushed, missing[1]);
    for (size_t i = 0; i < 2; i++) {
        const struct compare *compare = &contact->sides[i].peer->compare;

        assert_true(compare_is_idle(compare));
        assert_false(compare->again);
        assert_int_equal(contact->sides[i].node.sketch_ids, 0);
        close_side(&contact->sides[i]);
    }
}

static void
draw(struct entropy *entropy, size_t count, uint32_t days, uint32_t shared)
{
    sets.count = count;
    for (size_t i = 0; i < count; i++) {
        sets.set[i] = entropy_below(entropy, 8) == 0 ? RECORD_SET_CONTROL
                                                     : RECORD_SET_STATEMENTS;
        sets.day[i] = TODAY + 3 - (int32_t)entropy_below(entropy, days);
        sets.has[i] = 3;
        if (entropy_below(entropy, 100) >= shared)
            sets.has[i] = (uint8_t)(1 + entropy_below(entropy, 2));
    }
}

static void
test_small_sets(void **state)
{
    static const uint32_t days[] = {1, 3, 20, 400, 6000, 700000};
    struct entropy entropy;
    struct contact contact;

    (void)state;
    entropy_init_seed(&entropy, 6);
    for (unsigned round = 0; round < 3000; round++) {
        draw(&entropy, entropy_below(&entropy, 40),
             days[entropy_below(&entropy, 6)], entropy_below(&entropy, 101));
        check_difference(&contact);
    }
}

/* One side has all of it, the other nothing, or nearly. */
static void
test_lopsided(void **state)
{
    struct entropy entropy;
    struct contact contact;

    (void)state;
    entropy_init_seed(&entropy, 7);
    for (unsigned round = 0; round < 40; round++) {
        draw(&entropy, 200, 100, 0);
        for (size_t i = 0; i < sets.count; i++)
            sets.has[i] = entropy_below(&entropy, 100) < round ? 3 : 1;
        if (round % 2 == 1)
            for (size_t i = 0; i < sets.count; i++)
                sets.has[i] = sets.has[i] == 1 ? 2 : 3;
        check_difference(&contact);
    }
}

/* A single day that takes several lists. */
static void
test_crowded_day(void **state)
{
    struct entropy entropy;
    struct contact contact;

    (void)state;
    entropy_init_seed(&entropy, 8);
    sets.count = 30000;
    for (size_t i = 0; i < sets.count; i++) {
        sets.set[i] = RECORD_SET_STATEMENTS;
        sets.day[i] = TODAY - 1;
        sets.has[i] = 3;
    }
    for (size_t i = 0; i < 25; i++) {
        sets.has[entropy_below(&entropy, 30000)] = 1;
        sets.has[entropy_below(&entropy, 30000)] = 2;
    }
    check_difference(&contact);
    printf("# 30,000 ids of one day, 50 differ: %llu octets\n",
           (unsigned long long)contact.octets);
    /* A list would take 130,000. */
    assert_true(contact.octets < 1000);
}

/* Sets of some thousands that differ a little, much, or on one side only,
 * in runs of days with gaps between them. */
static void
test_large_sets(void **state)
{
    static const struct {
        size_t count;
        uint32_t days, shared;
        uint64_t most; /* octets */
    } cases[] = {
        {2000, 300, 99, 2000},    {10000, 1000, 99, 3000},
        {10000, 3, 98, 5000},     {10000, 1, 90, 17000},
        {20000, 5000, 95, 18000}, {10000, 700, 50, 80000},
        {3000, 30, 0, 200000},
    };
    struct entropy entropy;
    struct contact contact;

    (void)state;
    entropy_init_seed(&entropy, 11);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]) * 2; i++) {
        size_t which = i / 2;

        both_offer = i % 2 == 1;
        draw(&entropy, cases[which].count, cases[which].days,
             cases[which].shared);
        check_difference(&contact);
        printf("# %zu ids of %u days, %u %% shared: %llu octets, %u "
               "messages\n",
               cases[which].count, cases[which].days, cases[which].shared,
               (unsigned long long)contact.octets, contact.messages);
        if (!both_offer)
            assert_true(contact.octets < cases[which].most);
    }
    both_offer = false;
}

/* Sides that divide the days by clocks of their own, and both compare at once:
 * spans that overlap end each by itself. */
static void
test_overlapping(void **state)
{
    struct entropy entropy;
    struct contact contact;

    (void)state;
    entropy_init_seed(&entropy, 13);
    both_offer = true;
    for (unsigned round = 0; round < 30; round++) {
        memset(&contact, 0, sizeof(contact));
        contact.sets = &sets;
        draw(&entropy, 1500, 60 + entropy_below(&entropy, 900), 85);
        open_side(&contact, 0);
        open_side(&contact, 1);
        contact.sides[0].node.today.number =
            TODAY - (int32_t)entropy_below(&entropy, 600);
        assert_int_equal(compare_offer(contact.sides[0].peer), STATUS_OK);
        run(&contact, true);
        for (size_t i = 0; i < sets.count; i++)
            assert_int_equal(sets.has[i], 3);
        for (size_t i = 0; i < 2; i++) {
            assert_true(compare_is_idle(&contact.sides[i].peer->compare));
            close_side(&contact.sides[i]);
        }
    }
    both_offer = false;
}

/* A side that has no memory for sketches, or neither has: lists do it. */
static void
test_no_room_for_sketches(void **state)
{
    struct entropy entropy;
    struct contact contact;

    (void)state;
    entropy_init_seed(&entropy, 14);
    for (unsigned full = 0; full < 16; full++) {
        wish = full < 8 ? 0 : 96;
        memset(&contact, 0, sizeof(contact));
        contact.sets = &sets;
        draw(&entropy, 3000, 300, 95);
        /* Either side has more. */
        for (size_t i = 0; i < 100; i++)
            sets.has[i] = full % 8 < 4 ? 1 : 2;
        for (size_t i = 0; i < 2; i++) {
            open_side(&contact, i);
            if ((full >> i & 1) != 0)
                contact.sides[i].node.sketch_ids = SKETCH_IDS_TOTAL;
        }
        run(&contact, true);
        for (size_t i = 0; i < sets.count; i++)
            assert_int_equal(sets.has[i], 3);
        for (size_t i = 0; i < 2; i++) {
            assert_true(compare_is_idle(&contact.sides[i].peer->compare));
            assert_int_equal(contact.sides[i].node.sketch_ids,
                             (full >> i & 1) != 0 ? SKETCH_IDS_TOTAL : 0);
            close_side(&contact.sides[i]);
        }
        if (full % 4 == 0)
            assert_true(contact.octets < 8000);
        else
            assert_true(contact.octets > 8000);
    }
    wish = 0;
}

/* Two sides of which both believe to have fewer, or both more, come to an
 * agreement. */
static void
test_crossing(void **state)
{
    struct entropy entropy;
    struct contact contact;

    (void)state;
    entropy_init_seed(&entropy, 12);
    for (unsigned round = 0; round < 60; round++) {
        draw(&entropy, 600 + entropy_below(&entropy, 1200),
             1 + entropy_below(&entropy, 500), 80);
        both_offer = round % 2 == 0;
        check_difference(&contact);
    }
    both_offer = false;
}

/* Ranges of too many ids are taken apart, and only what differs is listed. */
static void
test_parts(void **state)
{
    struct contact contact;

    (void)state;
    sets.count = 60000;
    for (size_t i = 0; i < sets.count; i++) {
        sets.set[i] = RECORD_SET_STATEMENTS;
        sets.day[i] = TODAY - 1000 - (int32_t)(i % 1500);
        sets.has[i] = 3;
    }
    sets.has[1] = 1;
    sets.has[31000] = 2;
    sets.has[59999] = 2;
    check_difference(&contact);
    printf("# 60,000 ids of 1,500 days, 3 differ: %llu octets, %u messages\n",
           (unsigned long long)contact.octets, contact.messages);
    assert_true(contact.octets < 16000);
}

/* The calling side has news, few enough for the cells of message 2: it pushes
 * them with the first that it says. */
static void
test_first_cells(void **state)
{
    static const uint8_t wishes[] = {0, SESSION_CELLS_FIT, 16, 96};
    struct entropy entropy;
    struct contact contact;

    (void)state;
    for (size_t i = 0; i < sizeof(wishes); i++) {
        for (size_t news = 0; news < 10; news++) {
            entropy_init_seed(&entropy, 18);
            draw(&entropy, 3000, 300, 100);
            for (size_t j = 0; j < news; j++) {
                sets.has[j] = 1;
                sets.set[j] = RECORD_SET_STATEMENTS;
                sets.day[j] = TODAY;
            }
            wish = wishes[i];
            check_difference(&contact);
            printf("# wish %u, %zu new of 3,000: %llu octets, %u messages\n",
                   wish, news, (unsigned long long)contact.octets,
                   contact.messages);
            /* HELLO and SUMMARY are 197 octets, a flight has 256. */
            if (wish < 16)
                assert_int_equal(contact.messages, news == 0 ? 2 : 4);
            else
                assert_int_equal(contact.messages, 2);
            assert_int_equal(contact.octets,
                             wish >= 16  ? 197 + 13 + wish * SKETCH_COUNTED_SIZE
                             : news == 0 ? 197
                                         : contact.octets);
        }
    }
    wish = 0;
}

/* Whatever differs, and whether the cells of message 2 suffice or not: in the
 * end everybody has all. */
static void
test_wishes(void **state)
{
    static const uint8_t wishes[] = {SESSION_CELLS_FIT, 16, 96};
    static const uint32_t days[] = {1, 3, 20, 400};
    struct entropy entropy;
    struct contact contact;

    (void)state;
    entropy_init_seed(&entropy, 19);
    for (unsigned round = 0; round < 1500; round++) {
        const uint32_t most = round % 50 == 0  ? 3000
                              : round % 5 == 0 ? 300
                                               : 40;

        wish = wishes[round % 3];
        both_offer = round % 4 == 0;
        draw(&entropy, entropy_below(&entropy, most),
             days[entropy_below(&entropy, 4)],
             100 - entropy_below(&entropy, round % 2 == 0 ? 5 : 101));
        check_difference(&contact);
    }
    both_offer = false;
    wish = 0;
}

/* Equal sets cost two summaries at most. */
static void
test_equal(void **state)
{
    struct entropy entropy;
    struct contact contact;

    (void)state;
    entropy_init_seed(&entropy, 9);
    draw(&entropy, 10000, 365, 100);
    check_difference(&contact);
    printf("# 10,000 equal ids: %llu octets\n",
           (unsigned long long)contact.octets);
    assert_true(contact.octets < 500);
}

/* What was refused is neither wanted nor pushed. */
static void
test_refused(void **state)
{
    struct contact contact;
    struct record_id id = row_store_id(0);

    (void)state;
    memset(&contact, 0, sizeof(contact));
    contact.sets = &sets;
    sets.count = 10;
    for (size_t i = 0; i < sets.count; i++) {
        sets.set[i] = RECORD_SET_STATEMENTS;
        sets.day[i] = TODAY;
        sets.has[i] = 3;
    }
    sets.has[0] = 1;
    open_side(&contact, 0);
    open_side(&contact, 1);
    assert_int_equal(refused_add(&contact.sides[1].node.refused, &id,
                                 RECORD_SET_STATEMENTS, (struct day){TODAY}),
                     STATUS_OK);
    run(&contact, true);
    assert_int_equal(contact.sides[0].pushed, 0);
    assert_int_equal(contact.sides[1].peer->compare.wants.count, 0);
    close_side(&contact.sides[0]);
    close_side(&contact.sides[1]);
}

/* Clocks that are wrong by years, or missing, cost octets and no record. */
static void
test_clocks(void **state)
{
    static const int32_t todays[] = {TODAY - 3650, TODAY + 3650, 0};
    struct entropy entropy;
    struct contact contact;

    (void)state;
    entropy_init_seed(&entropy, 10);
    for (size_t i = 0; i < 12; i++) {
        memset(&contact, 0, sizeof(contact));
        contact.sets = &sets;
        draw(&entropy, 300, 600, 90);
        open_side(&contact, 0);
        open_side(&contact, 1);
        contact.sides[i % 2].node.today.number = todays[i % 3];
        contact.sides[i % 2].node.has_day = i < 6;
        run(&contact, true);
        for (size_t j = 0; j < sets.count; j++)
            assert_int_equal(sets.has[j], 3);
        close_side(&contact.sides[0]);
        close_side(&contact.sides[1]);
    }
}

static int
start(void **state)
{
    for (size_t i = 0; i < NUMBERS_MAX; i++)
        ids[i] = row_store_id((uint32_t)i);
    return test_start(state);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_sets),
        cmocka_unit_test(test_lopsided),
        cmocka_unit_test(test_large_sets),
        cmocka_unit_test(test_crossing),
        cmocka_unit_test(test_overlapping),
        cmocka_unit_test(test_no_room_for_sketches),
        cmocka_unit_test(test_crowded_day),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_equal),
        cmocka_unit_test(test_first_cells),
        cmocka_unit_test(test_wishes),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_clocks),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
