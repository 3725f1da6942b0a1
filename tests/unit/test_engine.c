/* Two and three engines on pipes: what they have reaches the others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "tests/unit/engine_world.h"

static void
test_nothing(void **state)
{
    struct world world;
    struct world_node *a;
    struct world_node *b;

    (void)state;
    world_init(&world);
    a = world_add_node(&world);
    b = world_add_node(&world);
    assert_int_equal(world_start(a), STATUS_OK);
    assert_int_equal(world_start(b), STATUS_OK);
    (void)world_connect(&world, a, b);
    world_run(&world);
    assert_int_equal(a->events[EVENT_LINK_OPEN], 1);
    assert_int_equal(b->events[EVENT_LINK_OPEN], 1);
    assert_int_equal(a->events[EVENT_SETTLED], 1);
    assert_int_equal(b->events[EVENT_SETTLED], 1);
    world_release(&world);
}

static void
test_both_ways(void **state)
{
    struct world world;
    struct world_node *a;
    struct world_node *b;

    (void)state;
    world_init(&world);
    a = world_add_node(&world);
    b = world_add_node(&world);
    for (uint32_t i = 0; i < 10; i++)
        (void)world_put(
            i % 2 == 0 ? a : b,
            &(struct world_statement){.number = i,
                                      .day = WORLD_TODAY - (int32_t)(i * i * i),
                                      .text = 100 + 1000 * i});
    assert_int_equal(world_start(a), STATUS_OK);
    assert_int_equal(world_start(b), STATUS_OK);
    (void)world_connect(&world, a, b);
    world_run(&world);
    assert_int_equal(world_count(a), 10);
    assert_int_equal(world_count(b), 10);
    world_assert_same(a, b);
    assert_int_equal(a->events[EVENT_SETTLED], 1);
    assert_int_equal(b->events[EVENT_SETTLED], 1);
    assert_int_equal(a->events[EVENT_DELIVERED], 5);
    assert_int_equal(b->events[EVENT_DELIVERED], 5);
    world_release(&world);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_both_ways),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
