/*
 * A small store beside a full one: after the first contact nothing new costs
 * next to nothing, over a restart too, and what is new still comes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/store_mem.h"
#include "core/entropy.h"
#include "net/engine_private.h"
#include "tests/unit/engine_world.h"

/* Octets of messages both ways, without those of lower layers. */
#define NOTHING_NEW 3072
#define RECORDS     2000U
#define DAYS        900

static const uint8_t policy[32] = {9};

struct scene {
    struct world world;
    struct world_node *full;
    struct world_node *small;
    struct world_link *link;
};

/* One contact; what it cost. */
static uint64_t
meet(struct scene *scene, bool small_calls)
{
    const uint64_t before = world_octets(&scene->world);

    scene->link =
        world_connect(&scene->world, small_calls ? scene->small : scene->full,
                      small_calls ? scene->full : scene->small);
    world_run(&scene->world);
    world_pass(&scene->world, 30000);
    world_break(&scene->world, scene->link);
    return world_octets(&scene->world) - before;
}

/* The first contact is over, and the small one is full; places: records that
 * it can remember, 0 for as many as memory says. */
static void
make_scene(struct scene *scene, size_t places)
{
    world_init(&scene->world);
    scene->full = world_add_node(&scene->world);
    scene->small = world_add_node(&scene->world);
    store_free(scene->small->store);
    assert_int_equal(store_mem_new(&scene->small->store, RECORDS * 300,
                                   &scene->small->entropy),
                     STATUS_OK);
    scene->small->keeping = STORE_OTHER;
    for (uint32_t i = 0; i < RECORDS; i++)
        (void)world_put(scene->full,
                        &(struct world_statement){
                            .number = i,
                            .day = WORLD_TODAY - (int32_t)((RECORDS - 1 - i) *
                                                           DAYS / RECORDS),
                            .text = 400});
    assert_int_equal(world_start(scene->full), STATUS_OK);
    assert_int_equal(world_start(scene->small), STATUS_OK);
    if (places > 0)
        scene->small->engine->node.refused.maximum = places;
    (void)meet(scene, true);
    assert_in_range(world_count(scene->small), RECORDS / 10, RECORDS / 2);
    assert_int_equal(engine_figures(scene->small->engine).refused,
                     places > 0 ? places : RECORDS - world_count(scene->small));
}

static void
test_nothing_new(void **state)
{
    struct scene scene;

    (void)state;
    make_scene(&scene, 0);
    for (unsigned i = 0; i < 3; i++) {
        assert_in_range(meet(&scene, true), 200, NOTHING_NEW);
        assert_in_range(meet(&scene, false), 200, NOTHING_NEW);
    }
    assert_int_equal(scene.full->events[EVENT_LINK_OPEN],
                     scene.small->events[EVENT_LINK_OPEN]);
    world_release(&scene.world);
}

/* A neighbour that has what the small one has, and never met the full one: it
 * is told nothing of what it cannot get when it is called, and lists what it
 * has when it calls. */
static void
test_neighbour(void **state)
{
    struct scene scene;
    uint64_t cost;

    (void)state;
    make_scene(&scene, 0);
    world_stop(scene.full);
    scene.full = world_add_node(&scene.world);
    world_copy(scene.full, scene.small);
    assert_int_equal(world_start(scene.full), STATUS_OK);
    assert_in_range(meet(&scene, true), 200, NOTHING_NEW);
    cost = meet(&scene, false);
    assert_in_range(cost, 200, NOTHING_NEW + 6 * world_count(scene.small));
    assert_int_equal(world_count(scene.full), world_count(scene.small));
    world_release(&scene.world);
}

/* One new record among those of the last day, of a key that may have all of
 * the room. */
static void
test_one_new(void **state)
{
    struct scene scene;
    struct record_id id;

    (void)state;
    make_scene(&scene, 0);
    scene.small->keeping = STORE_FOLLOWED;
    id = world_publish(scene.full, &(struct world_statement){.number = 90000,
                                                             .day = WORLD_TODAY,
                                                             .text = 400});
    assert_in_range(meet(&scene, true), 200, NOTHING_NEW + 2048);
    assert_true(world_is_complete(scene.small, &id));
    id = world_publish(
        scene.small,
        &(struct world_statement){.number = 90001, .day = WORLD_TODAY - 400});
    assert_in_range(meet(&scene, true), 200, NOTHING_NEW + 4096);
    assert_true(world_is_complete(scene.full, &id));
    world_release(&scene.world);
}

/* Stop the small one and start it; remembering: from what it said at the
 * end. */
static void
restart(struct scene *scene, bool remembering)
{
    struct byte_buf octets;

    byte_buf_init(&octets, (size_t)1024 * 1024);
    assert_int_equal(engine_save_refused(scene->small->engine, policy, &octets),
                     STATUS_OK);
    world_stop(scene->small);
    assert_int_equal(world_start(scene->small), STATUS_OK);
    if (remembering)
        assert_int_equal(engine_load_refused(scene->small->engine, policy,
                                             byte_view_of_buf(&octets)),
                         STATUS_OK);
    byte_buf_release(&octets);
}

static void
test_restart(void **state)
{
    struct scene scene;

    (void)state;
    make_scene(&scene, 0);
    restart(&scene, true);
    assert_in_range(meet(&scene, true), 200, NOTHING_NEW);
    restart(&scene, false);
    assert_in_range(meet(&scene, true), 50 * NOTHING_NEW, 1 << 30);
    world_release(&scene.world);
}

/* More was refused than is remembered: days before the horizon are not
 * compared with who has more of them; later ones are. */
static void
test_horizon(void **state)
{
    struct scene scene;
    struct record_id id;
    uint64_t cost;

    (void)state;
    make_scene(&scene, 300);
    for (unsigned i = 0; i < 2; i++) {
        cost = meet(&scene, true);
        printf("# with a horizon: %llu octets\n", (unsigned long long)cost);
        assert_in_range(cost, 200, 4000);
    }
    /* Nor does who calls it push what it has nothing of. */
    for (unsigned i = 0; i < 2; i++) {
        cost = meet(&scene, false);
        printf("# and called: %llu octets\n", (unsigned long long)cost);
        assert_in_range(cost, 200, 4000);
    }
    scene.small->keeping = STORE_FOLLOWED;
    id = world_publish(scene.full, &(struct world_statement){.number = 90000,
                                                             .day = WORLD_TODAY,
                                                             .text = 400});
    assert_in_range(meet(&scene, true), 200, NOTHING_NEW + 4096);
    assert_true(world_is_complete(scene.small, &id));
    id = world_publish(scene.full, &(struct world_statement){.number = 90002,
                                                             .day = WORLD_TODAY,
                                                             .text = 400});
    assert_in_range(meet(&scene, false), 200, NOTHING_NEW + 4096);
    assert_true(world_is_complete(scene.small, &id));
    /* What it publishes itself reaches the other, too. */
    id = world_publish(scene.small, &(struct world_statement){
                                        .number = 90001, .day = WORLD_TODAY});
    (void)meet(&scene, true);
    assert_true(world_is_complete(scene.full, &id));
    world_release(&scene.world);
}

/* A horizon of the year 9999 hides nothing from who hears it: what its liar has
 * comes, control records go both ways, and others are told everything. */
static void
test_false_horizon(void **state)
{
    struct world world;
    struct world_node *nodes[3];
    struct record_id of_liar;
    struct record_id control;
    struct record_id withheld;

    (void)state;
    world_init(&world);
    for (size_t i = 0; i < 3; i++)
        nodes[i] = world_add_node(&world);
    for (uint32_t i = 0; i < 5; i++)
        withheld = world_put(
            nodes[0],
            &(struct world_statement){.number = i, .day = WORLD_TODAY - 10});
    control =
        world_put(nodes[0], &(struct world_statement){.number = 10,
                                                      .day = WORLD_TODAY - 10,
                                                      .kind = "withdraw"});
    of_liar = world_put(nodes[1], &(struct world_statement){
                                      .number = 20, .day = WORLD_TODAY - 500});
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(world_start(nodes[i]), STATUS_OK);
    nodes[1]->engine->node.refused.forgot = true;
    nodes[1]->engine->node.refused.horizon = DAY_LAST;
    (void)world_connect(&world, nodes[0], nodes[1]);
    world_run(&world);
    assert_true(world_is_complete(nodes[0], &of_liar));
    assert_true(world_is_complete(nodes[1], &control));
    assert_false(world_has(nodes[1], &withheld));
    (void)world_connect(&world, nodes[0], nodes[2]);
    world_run(&world);
    world_assert_same(nodes[0], nodes[2]);
    world_release(&world);
}

/* Whoever follows more is offered again what was refused. */
static void
test_policy(void **state)
{
    struct scene scene;
    uint64_t before;

    (void)state;
    make_scene(&scene, 0);
    before = world_count(scene.small);
    scene.small->keeping = STORE_FOLLOWED;
    (void)meet(&scene, true);
    assert_int_equal(world_count(scene.small), before);
    engine_on_policy_changed(scene.small->engine, scene.world.now);
    assert_int_equal(engine_figures(scene.small->engine).refused, 0);
    (void)meet(&scene, true);
    assert_in_range(world_count(scene.small), before * 3 / 2, RECORDS);
    assert_in_range(meet(&scene, true), 200, NOTHING_NEW);
    world_release(&scene.world);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_new),
        cmocka_unit_test(test_neighbour),
        cmocka_unit_test(test_one_new),
        cmocka_unit_test(test_restart),
        cmocka_unit_test(test_horizon),
        cmocka_unit_test(test_false_horizon),
        cmocka_unit_test(test_policy),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
