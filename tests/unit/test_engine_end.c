/* The end of a link: what it costs, and what is known of it afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/limits.h"
#include "net/frame.h"
#include "tests/unit/engine_world.h"
#include "tests/unit/test_support.h"

struct two {
    struct world world;
    struct world_node *a; /* wants one contact */
    struct world_node *b;
    struct world_link *link;
};

/* Two stores with the same 300 records. */
static void
start_two(struct two *two)
{
    world_init(&two->world);
    two->a = world_add_node(&two->world);
    two->b = world_add_node(&two->world);
    two->a->one_contact = true;
    for (uint32_t i = 0; i < 300; i++)
        (void)world_put(two->a,
                        &(struct world_statement){
                            .number = i, .day = WORLD_TODAY - 2 * (int32_t)i});
    world_copy(two->b, two->a);
    assert_int_equal(world_start(two->a), STATUS_OK);
    assert_int_equal(world_start(two->b), STATUS_OK);
}

/* Both sides had a contact that ended as it should. */
static void
assert_met(const struct two *two)
{
    const struct world_node *nodes[] = {two->a, two->b};

    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(nodes[i]->events[EVENT_LINK_OPEN], 1);
        assert_int_equal(nodes[i]->events[EVENT_SETTLED], 1);
        assert_int_equal(nodes[i]->events[EVENT_LINK_LOST], 0);
        assert_int_equal(engine_figures(nodes[i]->engine).links, 0);
    }
}

/* Nothing new: message 1, message 2, and a flight with HELLO, DONE and the
 * last words, which is as small as flights are.  Nobody answers it. */
static void
test_nothing_new(void **state)
{
    struct two two;

    (void)state;
    start_two(&two);
    two.link = world_connect(&two.world, two.a, two.b);
    world_run(&two.world);
    assert_met(&two);
    assert_int_equal(two.link->pipes[0].flights, 2);
    assert_int_equal(two.link->pipes[1].flights, 1);
    assert_int_equal(engine_figures(two.b->engine).octets_in -
                         engine_figures(two.a->engine).octets_out,
                     0);
    printf("# %u octets\n", (unsigned)world_octets(&two.world));
    /* Message 1 has 766 octets at most. */
    assert_true(world_octets(&two.world) <= 766 + 512 + frame_flight_size(1));
    world_release(&two.world);
}

/* The same octet by octet: the last words come after everything else. */
static void
test_split(void **state)
{
    struct two two;

    (void)state;
    start_two(&two);
    two.world.split = 1;
    two.link = world_connect(&two.world, two.a, two.b);
    world_run(&two.world);
    assert_met(&two);
    world_release(&two.world);
}

/* A node that ends all of its links says so in one flight a link. */
static void
test_shut_down(void **state)
{
    struct two two;

    (void)state;
    start_two(&two);
    two.a->one_contact = false;
    world_stop(two.a);
    assert_int_equal(world_start(two.a), STATUS_OK);
    two.link = world_connect(&two.world, two.a, two.b);
    world_run(&two.world);
    assert_int_equal(engine_figures(two.b->engine).links, 1);
    engine_shut_down(two.b->engine, two.world.now);
    world_run(&two.world);
    assert_met(&two);
    assert_int_equal(two.link->pipes[0].flights, 2);
    assert_int_equal(two.link->pipes[1].flights, 2);
    world_release(&two.world);
}

/* Two nodes that stay together, with the same records. */
static void
stay(struct two *two)
{
    start_two(two);
    two->a->one_contact = false;
    world_stop(two->a);
    assert_int_equal(world_start(two->a), STATUS_OK);
    two->link = world_connect(&two->world, two->a, two->b);
    world_run(&two->world);
}

/* Asking over a link that is there: a summary and DONE, and DONE back; also
 * before the last such is a second old. */
static void
test_compare(void **state)
{
    struct two two;
    struct link_id at_a;
    struct link_id at_b;
    uint64_t octets;

    (void)state;
    stay(&two);
    at_a = two.link->ids[0];
    at_b = two.link->ids[1];
    assert_true(engine_is_settled(two.a->engine, at_a));
    assert_false(engine_is_settled(two.a->engine, (struct link_id){0}));
    for (unsigned i = 0; i < 3; i++) {
        octets = world_octets(&two.world);
        engine_compare(two.a->engine, at_a, two.world.now);
        assert_true(engine_is_open(two.a->engine, at_a));
        assert_false(engine_is_settled(two.a->engine, at_a));
        world_pass(&two.world, COMPARE_AGAIN_MS);
        assert_true(engine_is_settled(two.a->engine, at_a));
        assert_true(engine_is_settled(two.b->engine, at_b));
        assert_int_equal(two.a->events[EVENT_SETTLED], 2 + i);
        assert_int_equal(two.link->pipes[0].flights, 3 + i);
        assert_int_equal(two.link->pipes[1].flights, 2 + i);
        assert_in_range(world_octets(&two.world) - octets, 1, 512 + 128);
    }
    world_pass(&two.world, LINK_ANSWER_MS + 1);
    assert_true(engine_is_open(two.a->engine, at_a));
    engine_compare(two.a->engine, (struct link_id){0}, two.world.now);
    world_release(&two.world);
}

/* What the other side got meanwhile, without a word of it, comes. */
static void
test_compare_brings(void **state)
{
    struct record_id id;
    struct two two;

    (void)state;
    stay(&two);
    id = world_put(two.b, &(struct world_statement){.number = 999,
                                                    .day = WORLD_TODAY - 3,
                                                    .attachment = 40000});
    assert_int_equal(engine_on_store_changed(two.b->engine, two.world.now),
                     STATUS_OK);
    two.link->stuck = true;
    engine_compare(two.a->engine, two.link->ids[0], two.world.now);
    world_run(&two.world);
    two.link->stuck = false;
    world_run(&two.world);
    assert_true(world_is_complete(two.a, &id));
    assert_true(engine_is_settled(two.a->engine, two.link->ids[0]));
    world_release(&two.world);
}

/* A link that is asked and does not answer is dead; one that nobody asks
 * stays. */
static void
test_no_answer(void **state)
{
    struct two two;

    (void)state;
    stay(&two);
    two.link->stuck = true;
    world_pass(&two.world, 3 * LINK_ANSWER_MS);
    assert_true(engine_is_open(two.a->engine, two.link->ids[0]));
    engine_compare(two.a->engine, two.link->ids[0], two.world.now);
    world_pass(&two.world, LINK_ANSWER_MS - 1);
    assert_true(engine_is_open(two.a->engine, two.link->ids[0]));
    world_pass(&two.world, 1);
    assert_false(engine_is_open(two.a->engine, two.link->ids[0]));
    assert_int_equal(two.a->events[EVENT_LINK_LOST], 1);
    assert_int_equal(two.a->evictions, 1);
    world_release(&two.world);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_new),    cmocka_unit_test(test_split),
        cmocka_unit_test(test_shut_down),      cmocka_unit_test(test_compare),
        cmocka_unit_test(test_compare_brings), cmocka_unit_test(test_no_answer),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
