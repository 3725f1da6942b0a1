/* Engines on pipes: what one has reaches the others, in order and at little
 * cost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "tests/unit/engine_world.h"
#include "tests/unit/test_support.h"

/* Two nodes that are not started yet. */
struct two {
    struct world world;
    struct world_node *a;
    struct world_node *b;
};

static void
make_two(struct two *two)
{
    world_init(&two->world);
    two->a = world_add_node(&two->world);
    two->b = world_add_node(&two->world);
}

static void
start_two(struct two *two)
{
    assert_int_equal(world_start(two->a), STATUS_OK);
    assert_int_equal(world_start(two->b), STATUS_OK);
}

/* a calls b, and they talk until they have nothing left to say. */
static void
meet(struct two *two)
{
    (void)world_connect(&two->world, two->a, two->b);
    world_run(&two->world);
    world_assert_same(two->a, two->b);
}

static void
test_nothing(void **state)
{
    struct two two;

    (void)state;
    make_two(&two);
    start_two(&two);
    meet(&two);
    assert_int_equal(two.a->events[EVENT_LINK_OPEN], 1);
    assert_int_equal(two.b->events[EVENT_LINK_OPEN], 1);
    assert_int_equal(two.a->events[EVENT_SETTLED], 1);
    assert_int_equal(two.b->events[EVENT_SETTLED], 1);
    world_release(&two.world);
}

static void
test_both_ways(void **state)
{
    static const char *const kinds[] = {NULL, "identity", "withdraw", "vouch",
                                        "tomorrow"};
    struct two two;

    (void)state;
    make_two(&two);
    for (uint32_t i = 0; i < 20; i++)
        (void)world_put(i % 2 == 0 ? two.a : two.b,
                        &(struct world_statement){.number = i,
                                                  .day = WORLD_TODAY + 5 -
                                                         (int32_t)(i * i * i),
                                                  .text = 100 + 1000 * i,
                                                  .attachment = i % 3 * 3000,
                                                  .kind = kinds[i % 5]});
    start_two(&two);
    meet(&two);
    assert_int_equal(world_count(two.a), 20);
    assert_int_equal(two.a->events[EVENT_SETTLED], 1);
    assert_int_equal(two.b->events[EVENT_SETTLED], 1);
    assert_int_equal(two.a->events[EVENT_DELIVERED], 10);
    assert_int_equal(two.b->events[EVENT_DELIVERED], 10);
    assert_int_equal(two.a->events[EVENT_RECORD], 10);
    assert_int_equal(two.a->events[EVENT_COMPLETE], 10);
    assert_int_equal(engine_figures(two.a->engine).records_in, 10);
    assert_int_equal(engine_figures(two.a->engine).records_out, 10);
    assert_int_equal(engine_figures(two.a->engine).links, 1);
    world_release(&two.world);
}

/* The same octets in every split give the same end. */
static void
test_splits(void **state)
{
    static const size_t splits[] = {1, 2, 7, 1000};

    (void)state;
    for (size_t i = 0; i < sizeof(splits) / sizeof(splits[0]); i++) {
        struct two two;

        make_two(&two);
        two.world.split = splits[i];
        (void)world_put(two.a, &(struct world_statement){.number = 1,
                                                         .day = WORLD_TODAY,
                                                         .text = 400});
        (void)world_put(two.b, &(struct world_statement){.number = 2,
                                                         .day = WORLD_TODAY,
                                                         .attachment = 5000});
        start_two(&two);
        meet(&two);
        world_release(&two.world);
    }
}

/* Attachments of several chunks and of two levels of lists, a text that does
 * not fit its message, dictionaries. */
static void
test_large_files(void **state)
{
    struct two two;

    (void)state;
    make_two(&two);
    two.world.dictionaries = true;
    (void)world_put(two.a, &(struct world_statement){.number = 1,
                                                     .day = WORLD_TODAY,
                                                     .text = 5000,
                                                     .attachment = 3000000});
    (void)world_put(two.b, &(struct world_statement){.number = 2,
                                                     .day = WORLD_TODAY - 1,
                                                     .text = 200000,
                                                     .attachment = 32769});
    two.world.repeating = true;
    (void)world_put(two.b, &(struct world_statement){.number = 3,
                                                     .day = WORLD_TODAY - 2,
                                                     .attachment = 40 << 20});
    start_two(&two);
    meet(&two);
    assert_int_equal(two.a->events[EVENT_DELIVERED], 1);
    assert_int_equal(two.b->events[EVENT_DELIVERED], 2);
    assert_int_equal(two.a->events[EVENT_COMPLETE], 2);
    assert_int_equal(two.a->events[EVENT_SETTLED], 1);
    assert_int_equal(two.b->events[EVENT_SETTLED], 1);
    world_release(&two.world);
}

/* Equal stores: a kilobyte both ways, and no round trip after the summary. */
static void
test_equal(void **state)
{
    struct world_link *link;
    struct two two;
    uint64_t octets;

    (void)state;
    make_two(&two);
    for (uint32_t i = 0; i < 300; i++)
        (void)world_put(two.a, &(struct world_statement){
                                   .number = i,
                                   .day = WORLD_TODAY - 2 * (int32_t)i,
                                   .kind = i % 10 == 0 ? "cosign" : NULL});
    world_copy(two.b, two.a);
    start_two(&two);
    link = world_connect(&two.world, two.a, two.b);
    world_run(&two.world);
    octets = world_octets(&two.world);
    printf("# nothing new among 300: %u octets in %u + %u flights\n",
           (unsigned)octets, link->pipes[0].flights, link->pipes[1].flights);
    assert_true(octets < 1400);
    assert_int_equal(link->pipes[0].flights, 2);
    assert_int_equal(link->pipes[1].flights, 1);
    assert_int_equal(two.a->events[EVENT_SETTLED], 1);
    assert_int_equal(two.b->events[EVENT_SETTLED], 1);

    /* Quiet costs nothing, comparing anew now and then very little. */
    world_pass(&two.world, 20000);
    assert_int_equal(world_octets(&two.world), octets);
    world_pass(&two.world, 3 * 600000);
    octets = world_octets(&two.world) - octets;
    printf("# half an hour of quiet: %u octets\n", (unsigned)octets);
    assert_true(octets > 0);
    assert_true(octets <= 3 * (512 + 128));
    world_release(&two.world);
}

/* An empty reader has its first statement in the second round trip after
 * connecting, whoever called; control records are not what it waits for. */
static void
test_first_readable(void **state)
{
    for (size_t caller = 0; caller < 2; caller++) {
        struct engine_figures figures;
        struct two two;

        (void)state;
        make_two(&two);
        for (uint32_t i = 0; i < 50; i++)
            (void)world_put(two.a, &(struct world_statement){
                                       .number = i,
                                       .day = WORLD_TODAY - (int32_t)i,
                                       .text = 3000,
                                       .kind = i % 10 == 0 ? "cosign" : NULL});
        start_two(&two);
        (void)world_connect(&two.world, caller == 0 ? two.a : two.b,
                            caller == 0 ? two.b : two.a);
        assert_false(engine_figures(two.b->engine).has_first);
        world_run(&two.world);
        figures = engine_figures(two.b->engine);
        assert_true(figures.has_first);
        assert_in_range(figures.first_round_trips, 1, 2);
        assert_true(figures.round_trips >= figures.first_round_trips);
        assert_false(engine_figures(two.a->engine).has_first);
        world_release(&two.world);
    }
}

/* What is published while a link is open crosses it at once, in one flight. */
static void
test_live(void **state)
{
    struct world_link *link;
    struct record_id id;
    struct two two;
    unsigned flights;

    (void)state;
    make_two(&two);
    start_two(&two);
    link = world_connect(&two.world, two.a, two.b);
    world_run(&two.world);
    flights = link->pipes[0].flights;
    id =
        world_publish(two.a, &(struct world_statement){
                                 .number = 1, .day = WORLD_TODAY, .text = 900});
    world_run(&two.world);
    assert_true(world_is_complete(two.b, &id));
    assert_int_equal(two.a->events[EVENT_DELIVERED], 1);
    assert_int_equal(link->pipes[0].flights, flights + 1);
    assert_int_equal(two.a->events[EVENT_SETTLED], 2);
    world_release(&two.world);
}

/* In a row a - b - c: through to the end at once, and no echo. */
static void
test_row(void **state)
{
    struct world_link *links[2];
    struct record_id id;
    struct world_node *c;
    struct two two;

    (void)state;
    make_two(&two);
    c = world_add_node(&two.world);
    start_two(&two);
    assert_int_equal(world_start(c), STATUS_OK);
    links[0] = world_connect(&two.world, two.a, two.b);
    links[1] = world_connect(&two.world, two.b, c);
    world_run(&two.world);
    for (uint32_t i = 0; i < 5; i++) {
        uint64_t back[2] = {links[0]->pipes[1].sent, links[1]->pipes[1].sent};

        id = world_publish(two.a, &(struct world_statement){.number = i,
                                                            .day = WORLD_TODAY,
                                                            .text = 3000});
        world_run(&two.world);
        assert_true(world_is_complete(c, &id));
        /* Back comes an acknowledgement, and no record. */
        assert_true(links[0]->pipes[1].sent - back[0] <= 300);
        assert_true(links[1]->pipes[1].sent - back[1] <= 300);
    }
    assert_int_equal(two.a->events[EVENT_DELIVERED], 5);
    assert_int_equal(two.a->events[EVENT_RECORD], 0);
    assert_int_equal(two.b->events[EVENT_DELIVERED], 5);
    assert_int_equal(c->events[EVENT_RECORD], 5);
    assert_int_equal(c->events[EVENT_DELIVERED], 0);

    /* An attachment comes after it, from the one that has it by then. */
    id = world_publish(two.a, &(struct world_statement){.number = 9,
                                                        .day = WORLD_TODAY,
                                                        .text = 3000,
                                                        .attachment = 500000});
    world_run(&two.world);
    assert_true(world_is_complete(c, &id));
    assert_int_equal(two.b->events[EVENT_DELIVERED], 6);
    world_release(&two.world);
}

/* A ring and its diagonals: everybody gets it once, or hardly twice. */
static void
test_mesh(void **state)
{
    struct world world;
    struct world_node *nodes[5];
    unsigned received = 0;

    (void)state;
    world_init(&world);
    for (size_t i = 0; i < 5; i++) {
        nodes[i] = world_add_node(&world);
        assert_int_equal(world_start(nodes[i]), STATUS_OK);
        for (size_t j = 0; j < i; j++)
            (void)world_connect(&world, nodes[i], nodes[j]);
    }
    world_run(&world);
    (void)world_publish(nodes[2], &(struct world_statement){.number = 1,
                                                            .day = WORLD_TODAY,
                                                            .text = 500});
    world_run(&world);
    for (size_t i = 0; i < 5; i++)
        received += nodes[i]->events[EVENT_RECORD];
    assert_int_equal(received, 4);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(world_count(nodes[i]), 1);
    world_release(&world);
}

/* One contact and no more: both sides end it in order. */
static void
test_one_contact(void **state)
{
    struct two two;

    (void)state;
    make_two(&two);
    two.a->one_contact = true;
    (void)world_put(two.a, &(struct world_statement){.number = 1,
                                                     .day = WORLD_TODAY,
                                                     .attachment = 100000});
    (void)world_put(two.b, &(struct world_statement){.number = 2,
                                                     .day = WORLD_TODAY,
                                                     .attachment = 100000});
    start_two(&two);
    meet(&two);
    assert_int_equal(two.a->events[EVENT_SETTLED], 1);
    assert_int_equal(two.a->events[EVENT_DELIVERED], 1);
    assert_int_equal(two.b->events[EVENT_DELIVERED], 1);
    assert_int_equal(two.a->events[EVENT_LINK_LOST], 0);
    assert_int_equal(two.b->events[EVENT_LINK_LOST], 0);
    assert_int_equal(engine_figures(two.a->engine).links, 0);
    assert_int_equal(engine_figures(two.b->engine).links, 0);
    world_release(&two.world);
}

/* A record that lacks chunks everywhere is completed when they turn up. */
static void
test_chunks_of_old_records(void **state)
{
    struct record_id id;
    struct world_node *c;
    struct world_link *link;
    struct two two;

    (void)state;
    make_two(&two);
    c = world_add_node(&two.world);
    id = world_put(two.a, &(struct world_statement){.number = 1,
                                                    .day = WORLD_TODAY,
                                                    .text = 1000,
                                                    .attachment = 200000});
    start_two(&two);
    assert_int_equal(world_start(c), STATUS_OK);
    /* b gets the record and not all of the chunks; c what b has. */
    two.world.split = 1000;
    two.world.cut = 100000;
    (void)world_connect(&two.world, two.a, two.b);
    world_run(&two.world);
    two.world.cut = WORLD_CUT_NEVER;
    two.world.split = 0;
    assert_true(world_has(two.b, &id));
    assert_false(world_is_complete(two.b, &id));
    link = world_connect(&two.world, two.b, c);
    world_run(&two.world);
    assert_true(world_has(c, &id));
    assert_false(world_is_complete(c, &id));
    assert_int_equal(two.b->events[EVENT_SETTLED], 1);
    assert_int_equal(c->events[EVENT_SETTLED], 1);
    /* Digests agree, and yet a is asked; c hears of it. */
    (void)world_connect(&two.world, two.b, two.a);
    world_run(&two.world);
    assert_true(world_is_complete(two.b, &id));
    assert_true(world_is_complete(c, &id));
    assert_int_equal(two.b->events[EVENT_DELIVERED], 1);
    assert_true(link->open[0]);
    world_release(&two.world);
}

/* Chunks of one file come from two peers, and no chunk from both. */
static void
test_two_sources(void **state)
{
    struct record_id id;
    struct world_node *c;
    struct world_link *links[2];
    struct two two;

    (void)state;
    make_two(&two);
    c = world_add_node(&two.world);
    id = world_put(two.a, &(struct world_statement){.number = 1,
                                                    .day = WORLD_TODAY,
                                                    .attachment = 6000000});
    world_copy(two.b, two.a);
    start_two(&two);
    assert_int_equal(world_start(c), STATUS_OK);
    links[0] = world_connect(&two.world, c, two.a);
    links[1] = world_connect(&two.world, c, two.b);
    world_run(&two.world);
    assert_true(world_is_complete(c, &id));
    printf("# 6 MB from two: %u and %u kB\n",
           (unsigned)(links[0]->pipes[1].sent / 1000),
           (unsigned)(links[1]->pipes[1].sent / 1000));
    assert_true(links[0]->pipes[1].sent > 1000000);
    assert_true(links[1]->pipes[1].sent > 1000000);
    assert_true(world_octets(&two.world) < 6200000);
    world_release(&two.world);
}

/* One of two sources dies: the other gives the rest. */
static void
test_source_dies(void **state)
{
    struct record_id id;
    struct world_node *c;
    struct two two;

    (void)state;
    make_two(&two);
    c = world_add_node(&two.world);
    id = world_put(two.a, &(struct world_statement){.number = 1,
                                                    .day = WORLD_TODAY,
                                                    .attachment = 3000000});
    world_copy(two.b, two.a);
    start_two(&two);
    assert_int_equal(world_start(c), STATUS_OK);
    two.world.split = 10000;
    (void)world_connect(&two.world, c, two.a);
    (void)world_connect(&two.world, c, two.b);
    two.world.cut = 500000;
    /* The cut ends both; one is there again. */
    world_run(&two.world);
    two.world.cut = WORLD_CUT_NEVER;
    assert_false(world_is_complete(c, &id));
    (void)world_connect(&two.world, two.b, c);
    world_run(&two.world);
    assert_true(world_is_complete(c, &id));
    world_assert_same(two.b, c);
    world_release(&two.world);
}

/* A new text overtakes a large file between two chunks. */
static void
test_overtakes(void **state)
{
    struct record_id large;
    struct record_id text;
    struct two two;

    (void)state;
    make_two(&two);
    large = world_put(two.a, &(struct world_statement){.number = 1,
                                                       .day = WORLD_TODAY,
                                                       .attachment = 8000000});
    start_two(&two);
    two.world.split = 20000;
    (void)world_connect(&two.world, two.a, two.b);
    two.world.rounds = 60;
    world_run(&two.world);
    assert_false(world_is_complete(two.b, &large));
    text = world_publish(two.a, &(struct world_statement){.number = 2,
                                                          .day = WORLD_TODAY,
                                                          .text = 2000});
    /* 256 KiB were on their way, and what was asked before. */
    two.world.rounds = 25;
    world_run(&two.world);
    assert_true(world_is_complete(two.b, &text));
    assert_false(world_is_complete(two.b, &large));
    two.world.rounds = 0;
    world_run(&two.world);
    assert_true(world_is_complete(two.b, &large));
    world_release(&two.world);
}

/* Far more than the credit, in both directions at once. */
static void
test_credit(void **state)
{
    struct two two;

    (void)state;
    make_two(&two);
    for (uint32_t i = 0; i < 120; i++)
        (void)world_put(i % 2 == 0 ? two.a : two.b,
                        &(struct world_statement){.number = i,
                                                  .day = WORLD_TODAY,
                                                  .attachment = 32000});
    start_two(&two);
    meet(&two);
    assert_int_equal(two.a->events[EVENT_SETTLED], 1);
    assert_int_equal(two.b->events[EVENT_SETTLED], 1);
    world_release(&two.world);
}

/* Another process put records into the store of an open node. */
static void
test_store_changed(void **state)
{
    struct record_id id;
    struct two two;

    (void)state;
    make_two(&two);
    start_two(&two);
    meet(&two);
    id = world_put(two.b, &(struct world_statement){.number = 1,
                                                    .day = WORLD_TODAY - 77,
                                                    .attachment = 40000});
    assert_int_equal(engine_on_store_changed(two.b->engine, two.world.now),
                     STATUS_OK);
    world_pass(&two.world, 2000);
    assert_true(world_is_complete(two.a, &id));
    world_release(&two.world);
}

/* Same seeds, same calls: the same actions, octet for octet. */
static void
trace_once(uint8_t trace[32])
{
    struct two two;

    make_two(&two);
    two.world.tracing = true;
    for (uint32_t i = 0; i < 30; i++)
        (void)world_put(
            i % 2 == 0 ? two.a : two.b,
            &(struct world_statement){.number = i,
                                      .day = WORLD_TODAY - (int32_t)(i % 7),
                                      .text = 500,
                                      .attachment = i % 5 * 20000});
    start_two(&two);
    meet(&two);
    (void)world_publish(two.a, &(struct world_statement){.number = 99,
                                                         .day = WORLD_TODAY,
                                                         .text = 500});
    world_pass(&two.world, 1000000);
    memcpy(trace, two.world.trace, 32);
    world_release(&two.world);
}

static void
test_same_trace(void **state)
{
    uint8_t one[32];
    uint8_t other[32];

    (void)state;
    trace_once(one);
    trace_once(other);
    assert_memory_equal(one, other, sizeof(one));
}

static void
test_shut_down(void **state)
{
    struct two two;

    (void)state;
    make_two(&two);
    start_two(&two);
    meet(&two);
    engine_shut_down(two.a->engine, two.world.now);
    world_run(&two.world);
    assert_int_equal(engine_figures(two.b->engine).links, 0);
    assert_int_equal(two.a->events[EVENT_LINK_LOST], 0);
    assert_int_equal(two.b->events[EVENT_LINK_LOST], 0);
    world_release(&two.world);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_both_ways),
        cmocka_unit_test(test_splits),
        cmocka_unit_test(test_large_files),
        cmocka_unit_test(test_equal),
        cmocka_unit_test(test_first_readable),
        cmocka_unit_test(test_live),
        cmocka_unit_test(test_row),
        cmocka_unit_test(test_mesh),
        cmocka_unit_test(test_one_contact),
        cmocka_unit_test(test_chunks_of_old_records),
        cmocka_unit_test(test_two_sources),
        cmocka_unit_test(test_source_dies),
        cmocka_unit_test(test_overtakes),
        cmocka_unit_test(test_credit),
        cmocka_unit_test(test_store_changed),
        cmocka_unit_test(test_same_trace),
        cmocka_unit_test(test_shut_down),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
