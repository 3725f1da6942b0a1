/* Nodes that tell each other of open relays: what travels, and what never
 * does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/limits.h"
#include "core/mem.h"
#include "tests/unit/relay_lines.h"
#include "tests/unit/relay_scene.h"

/* An open relay's line travels, whoever called; another never does. */
static void
test_two(void **state)
{
    const struct relay_line line = relay_lines_make(1, true);
    struct relay_scene scene;

    (void)state;
    for (size_t caller = 0; caller < 2; caller++) {
        relay_scene_make(&scene);
        relay_scene_type(&scene, 0, 1, true);
        relay_scene_type(&scene, 0, 2, false);
        relay_scene_start(&scene, 0);
        relay_scene_start(&scene, 1);
        (void)relay_scene_meet(&scene, caller, 1 - caller);
        assert_int_equal(scene.books[1].count, 1);
        assert_int_equal(relay_scene_known(&scene, 1, 1)->standing, RELAY_NEW);
        assert_memory_equal(&relay_scene_known(&scene, 1, 1)->line, &line,
                            sizeof(line));
        assert_int_equal(relay_scene_known(&scene, 1, 1)->until.number,
                         WORLD_TODAY + RELAY_LEARNED_DAYS);
        assert_true(scene.books[1].changed);
        assert_int_equal(scene.books[0].count, 2);
        assert_false(scene.books[0].changed);
        assert_true(scene.nodes[0]->events[EVENT_SETTLED] >= 1);
        assert_true(scene.nodes[1]->events[EVENT_SETTLED] >= 1);
        relay_scene_close(&scene);
    }
}

/* Those who know the same say nothing more than those who know none, but for
 * the names: not a flight, and on the wire not an octet. */
static void
test_same(void **state)
{
    uint64_t octets[2][2];
    unsigned flights[2][2];
    struct relay_scene scene;

    (void)state;
    for (size_t knows = 0; knows < 2; knows++) {
        const struct world_link *link;

        relay_scene_make(&scene);
        for (size_t i = 0; i < 2 && knows > 0; i++) {
            relay_scene_type(&scene, i, 1, true);
            relay_scene_type(&scene, i, 2, true);
        }
        relay_scene_start(&scene, 0);
        relay_scene_start(&scene, 1);
        link = relay_scene_meet(&scene, 0, 1);
        for (size_t i = 0; i < 2; i++) {
            octets[knows][i] = link->pipes[i].sent;
            flights[knows][i] = link->pipes[i].flights;
        }
        relay_scene_close(&scene);
    }
    assert_memory_equal(flights[0], flights[1], sizeof(flights[0]));
    /* Message 1 has a size of its own. */
    assert_true(octets[0][1] == octets[1][1]);
}

/* What was learned is told of once it answered, over links that are open. */
static void
test_three(void **state)
{
    struct relay_scene scene;

    (void)state;
    relay_scene_make(&scene);
    relay_scene_type(&scene, 0, 1, true);
    for (size_t i = 0; i < RELAY_SCENE_NODES; i++)
        relay_scene_start(&scene, i);
    (void)relay_scene_meet(&scene, 0, 1);
    (void)relay_scene_meet(&scene, 1, 2);
    assert_non_null(relay_scene_known(&scene, 1, 1));
    assert_null(relay_scene_known(&scene, 2, 1));
    relay_scene_answer(&scene, 1, 1);
    world_run(&scene.world);
    assert_non_null(relay_scene_known(&scene, 2, 1));
    /* Who typed it hears nothing new by that. */
    assert_int_equal(scene.books[0].count, 1);
    relay_scene_close(&scene);
}

/* More than one answer holds, and more than one address may give in a day. */
static void
test_many(void **state)
{
    struct relay_scene scene;
    struct world_link *link;

    (void)state;
    relay_scene_make(&scene);
    for (uint32_t i = 0; i < 20; i++)
        relay_scene_type(&scene, 0, i, true);
    relay_scene_start(&scene, 0);
    relay_scene_start(&scene, 1);
    link = relay_scene_meet(&scene, 0, 1);
    assert_int_equal(scene.books[1].count, RELAY_LEARNED_FROM_ONE);
    world_break(&scene.world, link);
    (void)relay_scene_meet(&scene, 1, 0);
    assert_int_equal(scene.books[1].count, RELAY_LEARNED_FROM_ONE);
    relay_scene_close(&scene);
}

/* A node that wants one contact takes what it is told of before it goes. */
static void
test_one_contact(void **state)
{
    struct relay_scene scene;

    (void)state;
    relay_scene_make(&scene);
    relay_scene_type(&scene, 0, 1, true);
    scene.nodes[1]->one_contact = true;
    relay_scene_start(&scene, 0);
    relay_scene_start(&scene, 1);
    (void)relay_scene_meet(&scene, 1, 0);
    assert_non_null(relay_scene_known(&scene, 1, 1));
    assert_int_equal(engine_figures(scene.nodes[1]->engine).links, 0);
    relay_scene_close(&scene);
}

/* One that has no book is an older p2pub, or told nothing. */
static void
test_without(void **state)
{
    struct relay_scene scene;

    (void)state;
    relay_scene_make(&scene);
    relay_scene_type(&scene, 0, 1, true);
    relay_scene_start(&scene, 0);
    assert_int_equal(world_start(scene.nodes[1]), STATUS_OK);
    (void)relay_scene_meet(&scene, 0, 1);
    (void)relay_scene_meet(&scene, 1, 0);
    assert_int_equal(scene.books[1].count, 0);
    assert_true(scene.nodes[0]->events[EVENT_SETTLED] >= 1);
    relay_scene_close(&scene);
}

/* Memory that runs out at any allocation: the next contact does the rest. */
static void
test_no_memory(void **state)
{
    struct relay_scene scene;
    long failing = 0;
    bool failed = true;

    (void)state;
    while (failed) {
        relay_scene_make(&scene);
        relay_scene_type(&scene, 0, 1, true);
        relay_scene_start(&scene, 0);
        relay_scene_start(&scene, 1);
        scene.world.failing = true;
        mem_fail_after(failing);
        (void)world_connect(&scene.world, scene.nodes[0], scene.nodes[1]);
        world_run(&scene.world);
        failed = mem_allocation_count() >= 0 &&
                 relay_scene_known(&scene, 1, 1) == NULL;
        mem_fail_after(-1);
        scene.world.failing = false;
        for (size_t i = 0; i < scene.world.link_count; i++)
            world_break(&scene.world, &scene.world.links[i]);
        scene.nodes[0]->failure = STATUS_OK;
        scene.nodes[1]->failure = STATUS_OK;
        (void)relay_scene_meet(&scene, 1, 0);
        assert_non_null(relay_scene_known(&scene, 1, 1));
        relay_scene_close(&scene);
        assert_int_equal(mem_live_count(), 0);
        failing++;
    }
    assert_true(failing > 20);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two),         cmocka_unit_test(test_same),
        cmocka_unit_test(test_three),       cmocka_unit_test(test_many),
        cmocka_unit_test(test_one_contact), cmocka_unit_test(test_without),
        cmocka_unit_test(test_no_memory),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
