/*
 * What an engine holds: it is counted, given back, and never more than it was
 * given.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "core/limits.h"
#include "net/engine_private.h"
#include "tests/unit/engine_stranger.h"
#include "tests/unit/engine_world.h"

#define STRANGERS 12

static void
start_with(struct world_node *node, size_t memory)
{
    struct engine_config config;

    world_config(node, &config);
    config.memory = memory;
    assert_int_equal(world_start_with(node, &config), STATUS_OK);
}

/* A message that says that it is long, and does not go on. */
static void
say_half(struct stranger *stranger)
{
    static const uint8_t head[] = {MESSAGE_SUMMARY, 0, 0xb0, 0};
    static const uint8_t part[40000];

    assert_int_equal(
        byte_buf_append(&stranger->out, byte_view_of(head, sizeof(head))),
        STATUS_OK);
    assert_int_equal(
        byte_buf_append(&stranger->out, byte_view_of(part, sizeof(part))),
        STATUS_OK);
    stranger_say(stranger);
}

/* Links are counted while they are there, with what waits in them. */
static void
test_counted(void **state)
{
    struct stranger stranger;
    struct world world;
    struct world_node *node;
    size_t alone;
    size_t met;

    (void)state;
    world_init(&world);
    node = world_add_node(&world);
    assert_int_equal(world_start(node), STATUS_OK);
    assert_int_equal(engine_memory_most(node->engine), MEMORY_DEFAULT);
    alone = engine_memory(node->engine);
    assert_in_range(alone, sizeof(struct engine), 100000);
    stranger_meet(&stranger, node);
    met = engine_memory(node->engine);
    assert_true(met >= alone + sizeof(struct peer));
    say_half(&stranger);
    assert_in_range(engine_memory(node->engine), met + 40000, met + 200000);
    stranger_release(&stranger);
    assert_in_range(engine_memory(node->engine), sizeof(struct engine),
                    alone + 1000);
    assert_int_equal(engine_figures(node->engine).links_shed, 0);
    world_release(&world);
}

/* The link that holds the most goes, no other, and the rest lives on. */
static void
test_shed(void **state)
{
    struct stranger strangers[3];
    struct world world;
    struct world_node *node;

    (void)state;
    world_init(&world);
    node = world_add_node(&world);
    assert_int_equal(world_start(node), STATUS_OK);
    for (size_t i = 0; i < 3; i++)
        stranger_meet(&strangers[i], node);
    node->engine->node.budget.memory = engine_memory(node->engine) + 20000;
    stranger_say(&strangers[0]);
    assert_int_equal(engine_figures(node->engine).links_shed, 0);
    say_half(&strangers[1]);
    assert_int_equal(engine_figures(node->engine).links_shed, 1);
    assert_int_equal(engine_figures(node->engine).links, 2);
    assert_true(strangers[1].lost);
    assert_false(strangers[0].lost || strangers[2].lost);
    assert_in_range(engine_memory(node->engine), 1,
                    engine_memory_most(node->engine));
    /* Whatever is asked for, it ends. */
    node->engine->node.budget.memory = 1;
    stranger_say(&strangers[0]);
    assert_int_equal(engine_figures(node->engine).links, 0);
    assert_int_equal(engine_figures(node->engine).links_shed, 3);
    for (size_t i = 0; i < 3; i++)
        stranger_release(&strangers[i]);
    world_release(&world);
}

/* With the least memory there are few links, and together they hold no more
 * than there is. */
static void
test_few_links(void **state)
{
    struct stranger strangers[STRANGERS];
    struct world world;
    struct world_node *node;
    size_t open = 0;

    (void)state;
    world_init(&world);
    node = world_add_node(&world);
    start_with(node, MEMORY_LEAST);
    for (size_t i = 0; i < STRANGERS; i++) {
        stranger_greet(&strangers[i], node);
        assert_in_range(engine_memory(node->engine), 1, MEMORY_LEAST);
        assert_int_equal(strangers[i].ended,
                         i >= node->engine->node.budget.links);
    }
    for (size_t i = 0; i < STRANGERS; i++) {
        if (!strangers[i].ended)
            open++;
        say_half(&strangers[i]);
        assert_in_range(engine_memory(node->engine), 1, MEMORY_LEAST);
    }
    assert_int_equal(open, node->engine->node.budget.links);
    for (size_t i = 0; i < STRANGERS; i++)
        stranger_release(&strangers[i]);
    world_release(&world);
}

/* Much to give and to take, each way, with the least memory on one side or on
 * both: all of it crosses. */
static void
sync_with(size_t one, size_t other, uint32_t records)
{
    struct world world;
    struct world_node *a;
    struct world_node *b;

    world_init(&world);
    a = world_add_node(&world);
    b = world_add_node(&world);
    for (uint32_t i = 0; i < records; i++)
        (void)world_put(
            i % 4 == 0 ? a : b,
            &(struct world_statement){.number = i,
                                      .day = WORLD_TODAY - (int32_t)(i % 100),
                                      .text = 600,
                                      .attachment = i % 10 == 0 ? 100000 : 0});
    start_with(a, one);
    start_with(b, other);
    (void)world_connect(&world, a, b);
    world_run(&world);
    /* What found no place is found by later summaries. */
    world_pass(&world, 60000);
    world_assert_same(a, b);
    assert_int_equal(engine_figures(a->engine).links_shed, 0);
    assert_int_equal(engine_figures(b->engine).links_shed, 0);
    assert_in_range(engine_memory(a->engine), 1, engine_memory_most(a->engine));
    assert_in_range(engine_memory(b->engine), 1, engine_memory_most(b->engine));
    world_release(&world);
}

static void
test_little_memory_suffices(void **state)
{
    (void)state;
    sync_with(MEMORY_LEAST, 0, 3000);
    sync_with(0, MEMORY_LEAST, 300);
    sync_with(MEMORY_LEAST, MEMORY_LEAST, 300);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counted),
        cmocka_unit_test(test_shed),
        cmocka_unit_test(test_few_links),
        cmocka_unit_test(test_little_memory_suffices),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
