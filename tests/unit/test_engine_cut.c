/*
 * A contact cut after every octet: what was acknowledged is there, what is
 * there is whole, and the next contact brings the rest.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "tests/unit/engine_world.h"

struct models {
    struct world world;
    struct world_node *a;
    struct world_node *b;
};

/* A small text to one side and, almost vanishing when packed, three chunks to
 * the other; or only the latter. */
static void
make_models(struct models *models, bool both_ways)
{
    world_init(&models->world);
    models->world.repeating = true;
    models->a = world_add_node(&models->world);
    models->b = world_add_node(&models->world);
    (void)world_put(models->a, &(struct world_statement){.number = 2,
                                                         .day = WORLD_TODAY - 9,
                                                         .attachment = 70000});
    if (both_ways)
        (void)world_put(models->b, &(struct world_statement){.number = 3,
                                                             .day = WORLD_TODAY,
                                                             .text = 50});
}

struct pair {
    struct world world;
    struct world_node *a;
    struct world_node *b;
};

static void
make_pair(struct pair *pair, const struct models *models)
{
    world_init(&pair->world);
    pair->a = world_add_node(&pair->world);
    pair->b = world_add_node(&pair->world);
    world_copy(pair->a, models->a);
    world_copy(pair->b, models->b);
    assert_int_equal(world_start(pair->a), STATUS_OK);
    assert_int_equal(world_start(pair->b), STATUS_OK);
}

/* Whatever the store holds passes its check, and what node was told to be
 * delivered is complete at the other. */
static void
check_cut(const struct models *models, uint64_t cut)
{
    const uint64_t at_b = world_count(models->b);
    struct pair pair;

    make_pair(&pair, models);
    pair.world.cut = cut;
    (void)world_connect(&pair.world, pair.a, pair.b);
    world_run(&pair.world);
    assert_int_equal(store_check(pair.a->store), STATUS_OK);
    assert_int_equal(store_check(pair.b->store), STATUS_OK);
    assert_true(world_count(pair.b) >= at_b + pair.a->events[EVENT_DELIVERED]);
    assert_true(world_count(pair.a) >= 1 + pair.b->events[EVENT_DELIVERED]);
    if (pair.a->events[EVENT_DELIVERED] > 0)
        assert_int_equal(pair.b->events[EVENT_COMPLETE], 1);

    /* The next contact takes as long as the first; every third will do. */
    if (cut % 3 == 0) {
        pair.world.cut = WORLD_CUT_NEVER;
        (void)world_connect(&pair.world, pair.b, pair.a);
        world_run(&pair.world);
        world_assert_same(pair.a, pair.b);
        assert_int_equal(world_count(pair.a), 1 + at_b);
    }
    world_release(&pair.world);
}

/* Octets of the whole contact. */
static uint64_t
measure(const struct models *models)
{
    struct pair pair;
    uint64_t octets;

    make_pair(&pair, models);
    (void)world_connect(&pair.world, pair.a, pair.b);
    world_run(&pair.world);
    world_assert_same(pair.a, pair.b);
    octets = world_octets(&pair.world);
    world_release(&pair.world);
    return octets;
}

static void
cut_every(bool both_ways, uint64_t step)
{
    struct models models;
    uint64_t octets;

    make_models(&models, both_ways);
    octets = measure(&models);
    printf("# a contact of %u octets, cut after every %u\n", (unsigned)octets,
           (unsigned)step);
    for (uint64_t cut = 0; cut < octets; cut += step)
        check_cut(&models, cut);
    world_release(&models.world);
}

static void
test_every_octet(void **state)
{
    (void)state;
    cut_every(false, 1);
}

static void
test_both_ways(void **state)
{
    (void)state;
    cut_every(true, 13);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_octet),
        cmocka_unit_test(test_both_ways),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
