/*
 * Many records: what a contact costs in octets and time, and that it ends.
 *
 *     test_engine_many [COUNT]      3,000 if it is not given
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "tests/unit/engine_world.h"

static uint32_t count = 3000;

static double
seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static void
sync_many(uint32_t records, bool full_calls)
{
    struct world world;
    struct world_node *full;
    struct world_node *empty;
    double begin;

    world_init(&world);
    full = world_add_node(&world);
    empty = world_add_node(&world);
    for (uint32_t i = 0; i < records; i++)
        (void)world_put(full, &(struct world_statement){
                                  .number = i,
                                  .day = WORLD_TODAY - (int32_t)(i % 400),
                                  .text = 800});
    assert_int_equal(world_start(full), STATUS_OK);
    assert_int_equal(world_start(empty), STATUS_OK);
    begin = seconds();
    if (full_calls)
        (void)world_connect(&world, full, empty);
    else
        (void)world_connect(&world, empty, full);
    world_run(&world);
    printf("# %u records to an empty node, which %s: %.1f s, %llu octets\n",
           records, full_calls ? "was called" : "called", seconds() - begin,
           (unsigned long long)world_octets(&world));
    assert_int_equal(world_count(empty), records);
    world_assert_same(full, empty);
    assert_int_equal(full->events[EVENT_SETTLED], 1);
    assert_int_equal(empty->events[EVENT_SETTLED], 1);
    assert_int_equal(full->events[EVENT_DELIVERED], records);
    world_release(&world);
}

static void
test_empty_calls(void **state)
{
    (void)state;
    sync_many(count, false);
}

static void
test_full_calls(void **state)
{
    (void)state;
    sync_many(count / 6, true);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty_calls),
        cmocka_unit_test(test_full_calls),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    if (argc > 1)
        count = (uint32_t)strtoul(argv[1], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
