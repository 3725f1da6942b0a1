/*
 * A contact cut after every octet, of whatever a contact is made of: what was
 * acknowledged is there, what is there is whole, and the next contact brings
 * the rest.
 *
 * `make check` cuts after some octets of each kind of contact, `make check-cut`
 * after every one, whoever of the two called.  CUT_STEP says after every how
 * many.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "net/engine_private.h"
#include "tests/unit/engine_world.h"

#define RECORDS_MAX 300
#define NODES_MAX   3
/* In the block of 512 days before this one, which is one range. */
#define LONG_AGO (WORLD_TODAY - 400)

/* What a contact was made of. */
enum seen {
    SEEN_LISTS = 1,
    SEEN_CELLS = 2,
    SEEN_CHUNKS = 4,
    SEEN_STREAM = 8
};

/* What two nodes hold before they meet. */
struct models {
    struct world world;
    struct world_node *nodes[2];
    struct record *records[2][RECORDS_MAX];
    size_t counts[2];
    uint64_t together; /* different ones */
};

struct contact {
    const char *name;
    void (*fill)(struct models *models);
    uint64_t tick; /* milliseconds that octets take */
    unsigned seen; /* in a whole contact */
    uint64_t step; /* in `make check` */
};

static uint64_t
step_of(uint64_t step)
{
    const char *text = getenv("CUT_STEP");

    return text == NULL ? step : strtoull(text, NULL, 10);
}

/* --- what there is ------------------------------------------------------------ */

static void
put(struct models *models, size_t which,
    const struct world_statement *statement)
{
    const struct record_id id = world_put(models->nodes[which], statement);
    size_t *count = &models->counts[which];

    assert_true(*count < RECORDS_MAX);
    assert_int_equal(store_get_record(models->nodes[which]->store, &id,
                                      &models->records[which][*count]),
                     STATUS_OK);
    (*count)++;
}

static void
put_both(struct models *models, const struct world_statement *statement)
{
    put(models, 0, statement);
    put(models, 1, statement);
    models->together--;
}

/* Almost vanishing when packed, three chunks from one side. */
static void
fill_chunks(struct models *models)
{
    put(models, 0,
        &(struct world_statement){
            .number = 2, .day = WORLD_TODAY - 9, .attachment = 70000});
}

/* The same, and a small text to that side. */
static void
fill_both_ways(struct models *models)
{
    fill_chunks(models);
    put(models, 1,
        &(struct world_statement){.number = 3, .day = WORLD_TODAY, .text = 50});
}

/* The days of this week, in which both have something and lack something. */
static void
fill_lists(struct models *models)
{
    for (uint32_t i = 0; i < 9; i++)
        put_both(models, &(struct world_statement){
                             .number = i, .day = WORLD_TODAY - (int32_t)i % 3});
    for (uint32_t i = 0; i < 4; i++)
        put(models, i % 2,
            &(struct world_statement){.number = 100 + i,
                                      .day = WORLD_TODAY - (int32_t)i / 2,
                                      .text = 50,
                                      .kind = i == 3 ? "cosign" : NULL});
}

/* A range with so many records that what differs is found by cells. */
static void
fill_cells(struct models *models)
{
    for (uint32_t i = 0; i < 260; i++)
        put_both(models, &(struct world_statement){
                             .number = i, .day = LONG_AGO - (int32_t)i % 100});
    for (uint32_t i = 0; i < 4; i++)
        put(models, i % 2,
            &(struct world_statement){.number = 1000 + i,
                                      .day = LONG_AGO - 10 * (int32_t)i,
                                      .text = 50});
}

/* Texts that lean on each other, both ways. */
static void
fill_stream(struct models *models)
{
    for (uint32_t i = 0; i < 5; i++)
        put(models, i % 3 == 2,
            &(struct world_statement){
                .number = i, .day = WORLD_TODAY - (int32_t)i, .text = 300});
    put(models, 1,
        &(struct world_statement){
            .number = 9, .day = WORLD_TODAY - 9, .attachment = 40000});
}

static void
make_models(struct models *models, const struct contact *contact)
{
    *models = (struct models){.counts = {0, 0}};
    world_init(&models->world);
    models->world.repeating = true;
    for (size_t i = 0; i < 2; i++)
        models->nodes[i] = world_add_node(&models->world);
    contact->fill(models);
    models->together += models->counts[0] + models->counts[1];
}

static void
release_models(struct models *models)
{
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < models->counts[i]; j++)
            record_free(models->records[i][j]);
    world_release(&models->world);
}

/* --- a contact of two ----------------------------------------------------------- */

struct pair {
    struct world world;
    struct world_node *nodes[2];
};

static void
make_pair(struct pair *pair, const struct models *models, uint64_t tick)
{
    world_init(&pair->world);
    pair->world.tick = tick;
    for (size_t i = 0; i < 2; i++) {
        struct world_node *node = world_add_node(&pair->world);

        pair->nodes[i] = node;
        assert_int_equal(store_begin(node->store), STATUS_OK);
        for (size_t j = 0; j < models->counts[i]; j++)
            world_copy_record(node, models->nodes[i], models->records[i][j]);
        assert_int_equal(store_commit(node->store), STATUS_OK);
        assert_int_equal(world_start(node), STATUS_OK);
    }
}

static void
call(struct pair *pair, size_t caller)
{
    (void)world_connect(&pair->world, pair->nodes[caller],
                        pair->nodes[1 - caller]);
}

/* Whatever the stores hold passes its check, and what a node was told to be
 * delivered is at the other. */
static void
check_cut(const struct models *models, uint64_t tick, uint64_t cut,
          size_t caller, bool goes_on)
{
    struct pair pair;

    make_pair(&pair, models, tick);
    pair.world.cut = cut;
    call(&pair, caller);
    world_run(&pair.world);
    for (size_t i = 0; i < 2; i++) {
        const struct world_node *other = pair.nodes[1 - i];

        assert_int_equal(store_check(pair.nodes[i]->store), STATUS_OK);
        assert_true(world_count(pair.nodes[i]) >=
                    models->counts[i] + other->events[EVENT_DELIVERED]);
        assert_true(pair.nodes[i]->events[EVENT_COMPLETE] >=
                    other->events[EVENT_DELIVERED]);
    }
    /* The next contact takes as long as the first. */
    if (goes_on) {
        pair.world.cut = WORLD_CUT_NEVER;
        call(&pair, 1 - caller);
        world_run(&pair.world);
        world_assert_same(pair.nodes[0], pair.nodes[1]);
        assert_int_equal(world_count(pair.nodes[0]), models->together);
    }
    world_release(&pair.world);
}

static unsigned
seen_at(const struct world_node *node)
{
    const struct list_node *peers = &node->engine->node.peers;
    struct list_node *each;
    unsigned seen = 0;

    LIST_EACH(each, peers) {
        const struct peer *peer = CONTAINER_OF(each, struct peer, in_node);

        if (peer->compare.in_flight_count > 0)
            seen |= SEEN_LISTS;
        if (!reconcile_is_idle(&peer->compare.reconcile))
            seen |= SEEN_CELLS;
        if (peer->fetch.count > 0)
            seen |= SEEN_CHUNKS;
        if (peer->pack.begins > 0)
            seen |= SEEN_STREAM;
    }
    return seen;
}

/* Octets of the whole contact, which is made of what it should be. */
static uint64_t
measure(const struct models *models, const struct contact *contact,
        size_t caller)
{
    struct pair pair;
    unsigned seen = 0;
    uint64_t octets;

    make_pair(&pair, models, contact->tick);
    call(&pair, caller);
    /* Round by round. */
    pair.world.rounds = 1;
    for (unsigned i = 0; i < 1000; i++) {
        world_run(&pair.world);
        seen |= seen_at(pair.nodes[0]) | seen_at(pair.nodes[1]);
    }
    assert_int_equal(seen & contact->seen, contact->seen);
    world_assert_same(pair.nodes[0], pair.nodes[1]);
    octets = world_octets(&pair.world);
    world_release(&pair.world);
    return octets;
}

static void
cut_contact(const struct contact *contact)
{
    const uint64_t step = step_of(contact->step);
    struct models models;
    uint64_t octets;

    make_models(&models, contact);
    for (size_t caller = 0; caller < 2; caller++) {
        octets = measure(&models, contact, caller);
        printf("# %s: %u octets, cut after every %u\n", contact->name,
               (unsigned)octets, (unsigned)step);
        /* Neither caller's cuts are the other's. */
        for (uint64_t cut = caller * step / 2; cut < octets; cut += step)
            check_cut(&models, contact->tick, cut, caller,
                      step > 1 || cut % 3 == 0);
    }
    release_models(&models);
}

static void
test_chunks(void **state)
{
    (void)state;
    cut_contact(&(struct contact){"chunks", fill_chunks, 0, SEEN_CHUNKS, 11});
}

static void
test_both_ways(void **state)
{
    (void)state;
    cut_contact(
        &(struct contact){"both ways", fill_both_ways, 0, SEEN_CHUNKS, 17});
}

static void
test_lists(void **state)
{
    (void)state;
    cut_contact(&(struct contact){"lists", fill_lists, 0, SEEN_LISTS, 17});
}

static void
test_cells(void **state)
{
    (void)state;
    cut_contact(&(struct contact){"cells", fill_cells, 0, SEEN_CELLS, 97});
}

static void
test_stream(void **state)
{
    (void)state;
    cut_contact(&(struct contact){"stream", fill_stream, 20,
                                  SEEN_STREAM | SEEN_CHUNKS, 83});
}

/* --- passing on ------------------------------------------------------------------ */

struct circle {
    struct world world;
    struct world_node *nodes[NODES_MAX];
    struct record_id ids[2];
    uint64_t before; /* octets */
};

/* Three that are linked with each other and at rest. */
static void
make_circle(struct circle *circle)
{
    world_init(&circle->world);
    circle->world.repeating = true;
    for (size_t i = 0; i < NODES_MAX; i++) {
        circle->nodes[i] = world_add_node(&circle->world);
        assert_int_equal(world_start(circle->nodes[i]), STATUS_OK);
    }
    for (size_t i = 0; i < NODES_MAX; i++) {
        (void)world_connect(&circle->world, circle->nodes[i],
                            circle->nodes[(i + 1) % NODES_MAX]);
        world_run(&circle->world);
    }
    circle->before = world_octets(&circle->world);
}

/* The first comes to each from two, who then agree on one link that names
 * only; so the second is named there. */
static void
pass_on(struct circle *circle)
{
    for (uint32_t i = 0; i < 2; i++) {
        circle->ids[i] = world_publish(
            circle->nodes[i], &(struct world_statement){.number = i,
                                                        .day = WORLD_TODAY,
                                                        .text = 50,
                                                        .attachment = 40000});
        world_pass(&circle->world, 10);
    }
}

static void
assert_all_have(struct circle *circle)
{
    for (size_t i = 0; i < NODES_MAX; i++) {
        assert_true(world_is_complete(circle->nodes[i], &circle->ids[0]));
        assert_true(world_is_complete(circle->nodes[i], &circle->ids[1]));
    }
}

static bool
names_only(const struct circle *circle)
{
    const struct list_node *peers;
    struct list_node *each;
    bool lazy = false;

    for (size_t i = 0; i < NODES_MAX; i++) {
        peers = &circle->nodes[i]->engine->node.peers;
        LIST_EACH(each, peers)
            lazy |= CONTAINER_OF(each, struct peer, in_node)->gossip.lazy;
    }
    return lazy;
}

static void
cut_circle(uint64_t cut)
{
    struct circle circle;
    unsigned complete = 0;
    unsigned delivered = 0;

    make_circle(&circle);
    circle.world.cut = cut;
    pass_on(&circle);
    for (size_t i = 0; i < NODES_MAX; i++) {
        assert_int_equal(store_check(circle.nodes[i]->store), STATUS_OK);
        delivered += circle.nodes[i]->events[EVENT_DELIVERED];
        complete += circle.nodes[i]->events[EVENT_COMPLETE];
    }
    /* Who has one whole tells the other two at most. */
    assert_true(delivered <= 2 * complete);
    for (size_t i = 0; i < circle.world.link_count; i++)
        world_break(&circle.world, &circle.world.links[i]);
    circle.world.cut = WORLD_CUT_NEVER;
    for (size_t i = 0; i + 1 < NODES_MAX; i++) {
        (void)world_connect(&circle.world, circle.nodes[i],
                            circle.nodes[i + 1]);
        world_pass(&circle.world, 100);
    }
    world_pass(&circle.world, 5000);
    assert_all_have(&circle);
    world_release(&circle.world);
}

static void
test_passing_on(void **state)
{
    const uint64_t step = step_of(47);
    struct circle circle;
    uint64_t octets;

    (void)state;
    make_circle(&circle);
    pass_on(&circle);
    assert_all_have(&circle);
    assert_true(names_only(&circle));
    octets = world_octets(&circle.world) - circle.before;
    world_release(&circle.world);
    printf("# passing on: %u octets, cut after every %u\n", (unsigned)octets,
           (unsigned)step);
    for (uint64_t cut = 0; cut < octets; cut += step)
        cut_circle(cut);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chunks), cmocka_unit_test(test_both_ways),
        cmocka_unit_test(test_lists),  cmocka_unit_test(test_cells),
        cmocka_unit_test(test_stream), cmocka_unit_test(test_passing_on),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
