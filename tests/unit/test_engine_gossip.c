/*
 * Passing on among many engines: everybody gets each text, hardly anybody
 * twice, and a road that goes dead without a word is gone around.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "core/limits.h"
#include "tests/unit/engine_stranger.h"
#include "tests/unit/engine_world.h"
#include "tests/unit/test_support.h"

#define NODES 20

static void
make_nodes(struct world *world, size_t count)
{
    world_init(world);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(world_start(world_add_node(world)), STATUS_OK);
}

static void
join(struct world *world, size_t a, size_t b)
{
    (void)world_connect(world, &world->nodes[a], &world->nodes[b]);
    world_run(world);
}

static void
join_ring(struct world *world, size_t count)
{
    for (size_t i = 0; i < count; i++)
        join(world, i, (i + 1) % count);
}

/* The one in the middle calls: it keeps all that it called. */
static void
join_star(struct world *world, size_t count)
{
    for (size_t i = 1; i < count; i++)
        join(world, 0, i);
}

static void
join_mesh(struct world *world, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++)
            join(world, i, j);
}

/* A ring and chords. */
static void
join_some(struct world *world, size_t count)
{
    join_ring(world, count);
    for (size_t i = 0; i < count; i++)
        join(world, i,
             (i * 7 + 3) % count == i ? (i + 2) % count : (i * 7 + 3) % count);
}

/* RECORDs that came, new or not. */
static uint64_t
copies(struct world *world)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < world->node_count; i++) {
        struct engine_figures figures = engine_figures(world->nodes[i].engine);

        sum += figures.records_in + figures.records_again;
    }
    return sum;
}

static struct record_id
publish(struct world *world, uint32_t number)
{
    return world_publish(&world->nodes[number % world->node_count],
                         &(struct world_statement){.number = number,
                                                   .day = WORLD_TODAY,
                                                   .text = 500});
}

static void
assert_all_have(struct world *world, const struct record_id *id)
{
    for (size_t i = 0; i < world->node_count; i++)
        assert_true(world_is_complete(&world->nodes[i], id));
}

static void
check_shape(const char *name, void (*join_all)(struct world *, size_t))
{
    struct world world;
    uint64_t before;
    uint64_t others;

    make_nodes(&world, NODES);
    join_all(&world, NODES);
    for (uint32_t i = 0; i < 20; i++) {
        struct record_id id = publish(&world, i);

        world_pass(&world, 1000);
        assert_all_have(&world, &id);
    }
    before = copies(&world);
    for (uint32_t i = 20; i < 30; i++) {
        struct record_id id = publish(&world, i * 3);

        world_pass(&world, 10);
        assert_all_have(&world, &id);
    }
    others = (uint64_t)10 * (NODES - 1);
    printf("# %s of %d: %.2f copies to a node\n", name, NODES,
           (double)(copies(&world) - before) / (double)others);
    assert_true(copies(&world) - before >= others);
    assert_true((copies(&world) - before) * 10 <= others * 13);
    for (size_t i = 0; i < NODES; i++)
        assert_int_equal(world.nodes[i].failure, STATUS_OK);
    world_release(&world);
}

static void
test_shapes(void **state)
{
    (void)state;
    check_shape("a ring", join_ring);
    check_shape("a star", join_star);
    check_shape("a mesh", join_mesh);
    check_shape("a ring with chords", join_some);
}

/* Each link in turn swallows what it is given, as a radio link does. */
static void
test_dead_link(void **state)
{
    struct world world;
    unsigned late = 0;

    (void)state;
    make_nodes(&world, 8);
    join_mesh(&world, 8);
    for (uint32_t i = 0; i < 8; i++) {
        (void)publish(&world, i);
        world_pass(&world, 1000);
    }
    for (size_t i = 0; i < world.link_count; i++) {
        struct record_id id;

        world.links[i].stuck = true;
        id = publish(&world, 100 + (uint32_t)i);
        world_run(&world);
        for (size_t j = 0; j < 8; j++)
            late += world_has(&world.nodes[j], &id) ? 0 : 1;
        world_pass(&world, GOSSIP_WAIT_MS);
        assert_all_have(&world, &id);
        world.links[i].stuck = false;
        world_pass(&world, 1000);
    }
    /* Some of them were of the tree, and it was mended. */
    assert_true(late >= 7);
    world_release(&world);
}

/* Links break, and everybody is told: nobody has to wait. */
static void
test_broken_links(void **state)
{
    struct world world;

    (void)state;
    make_nodes(&world, NODES);
    join_some(&world, NODES);
    for (uint32_t i = 0; i < 10; i++) {
        (void)publish(&world, i);
        world_pass(&world, 1000);
    }
    /* The ring goes; chords alone join them. */
    for (size_t i = 0; i < NODES; i += 3) {
        struct record_id id;

        world_break(&world, &world.links[i]);
        id = publish(&world, 100 + (uint32_t)i);
        world_pass(&world, 2 * GOSSIP_WAIT_MS);
        assert_all_have(&world, &id);
    }
    world_release(&world);
}

/* One contact and no more: whoever publishes so is told nothing by name. */
static void
test_one_contact(void **state)
{
    struct world_node *node;
    struct world world;
    struct record_id id;

    (void)state;
    make_nodes(&world, 6);
    join_mesh(&world, 6);
    for (uint32_t i = 0; i < 6; i++) {
        (void)publish(&world, i);
        world_pass(&world, 1000);
    }
    node = world_add_node(&world);
    node->one_contact = true;
    assert_int_equal(world_start(node), STATUS_OK);
    id = world_put(node, &(struct world_statement){
                             .number = 77, .day = WORLD_TODAY, .text = 500});
    (void)world_connect(&world, node, &world.nodes[0]);
    (void)world_connect(&world, node, &world.nodes[3]);
    world_run(&world);
    assert_all_have(&world, &id);
    assert_int_equal(world_count(node), 7);
    assert_int_equal(node->events[EVENT_SETTLED], 2);
    assert_int_equal(engine_figures(node->engine).links, 0);
    world_release(&world);
}

static void
say_prefixes(struct stranger *stranger, enum message_type type, uint32_t first,
             size_t count)
{
    uint8_t octets[MESSAGE_PREFIXES_MAX * MESSAGE_PREFIX_SIZE];

    for (size_t i = 0; i < count; i++) {
        uint64_t number = (uint64_t)(first + i) * 0x9e3779b97f4a7c15;

        for (size_t j = 0; j < MESSAGE_PREFIX_SIZE; j++)
            octets[i * MESSAGE_PREFIX_SIZE + j] = (uint8_t)(number >> 8 * j);
    }
    assert_int_equal(message_write_prefixes(
                         &stranger->out, type,
                         byte_view_of(octets, count * MESSAGE_PREFIX_SIZE)),
                     STATUS_OK);
}

static unsigned
count_heard(struct stranger *stranger, enum message_type type)
{
    struct message message;
    unsigned count = 0;

    while (stranger_hears(stranger, type, &message))
        count++;
    return count;
}

/* Names of nothing, demands for nothing and for one thing, and indecision: the
 * node goes on, and the answers are few. */
static void
test_hostile(void **state)
{
    struct stranger stranger;
    struct world world;
    struct record_id id;

    (void)state;
    make_nodes(&world, 1);
    id = publish(&world, 1);
    world_run(&world);
    stranger_meet(&stranger, &world.nodes[0]);
    for (uint32_t i = 0; i < 100; i++)
        say_prefixes(&stranger, MESSAGE_IHAVE, i * 1000, 1000);
    stranger_say(&stranger);
    assert_false(stranger.ended);
    (void)publish(&world, 2);
    stranger_wait(&stranger);
    assert_int_equal(count_heard(&stranger, MESSAGE_RECORD), 1);
    world.now = mono_after(world.now, GOSSIP_WAIT_MS);
    stranger_wait(&stranger);
    assert_int_equal(count_heard(&stranger, MESSAGE_GRAFT), 1);
    for (unsigned i = 0; i < 1000; i++) {
        say_prefixes(&stranger, MESSAGE_GRAFT, 5, 1);
        assert_int_equal(message_write_prefixes(
                             &stranger.out, MESSAGE_GRAFT,
                             byte_view_of(id.octets, MESSAGE_PREFIX_SIZE)),
                         STATUS_OK);
        say_prefixes(&stranger, MESSAGE_PRUNE, 0, 0);
    }
    stranger_say(&stranger);
    assert_false(stranger.ended);
    assert_true(stranger.inbox.buf.size < 100000);
    assert_int_equal(count_heard(&stranger, MESSAGE_RECORD), 1);
    assert_int_equal(world_count(&world.nodes[0]), 2);
    stranger_release(&stranger);
    assert_int_equal(world.nodes[0].failure, STATUS_OK);
    world_release(&world);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),       cmocka_unit_test(test_dead_link),
        cmocka_unit_test(test_broken_links), cmocka_unit_test(test_one_contact),
        cmocka_unit_test(test_hostile),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
