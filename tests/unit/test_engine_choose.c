/*
 * Which links a node keeps: on a local network of engines that find each other
 * by beacons, and against strangers that call in numbers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "core/limits.h"
#include "net/engine_private.h"
#include "tests/unit/engine_stranger.h"
#include "tests/unit/engine_world.h"
#include "tests/unit/test_support.h"

static void
add_node(struct world *world)
{
    struct world_node *node = world_add_node(world);
    struct engine_config config;

    world_config(node, &config);
    config.beacons = true;
    config.listen_port = node->address.port;
    assert_int_equal(world_start_with(node, &config), STATUS_OK);
}

static void
make_lan(struct world *world, size_t count)
{
    world_init(world);
    world->lan = true;
    for (size_t i = 0; i < count; i++)
        add_node(world);
}

/* Open links of node: those that it chose, or all. */
static size_t
count_links(const struct world_node *node, bool chosen)
{
    struct list_node *each;
    size_t count = 0;

    LIST_EACH(each, &node->engine->links) {
        const struct link *link = CONTAINER_OF(each, struct link, in_engine);

        if (link->state == LINK_OPEN && (link->chosen || !chosen))
            count++;
    }
    return count;
}

static void
assert_all_get(struct world *world, uint32_t number)
{
    struct record_id id =
        world_publish(&world->nodes[number % world->node_count],
                      &(struct world_statement){
                          .number = number, .day = WORLD_TODAY, .text = 300});

    world_run(world);
    for (size_t i = 0; i < world->node_count; i++)
        assert_true(world_has(&world->nodes[i], &id));
}

/* Few know each other all, at once, and dial no more. */
static void
test_small(void **state)
{
    (void)state;
    for (size_t count = 2; count <= 4; count++) {
        struct world world;
        unsigned dials = 0;

        make_lan(&world, count);
        world_run(&world);
        for (size_t i = 0; i < count; i++)
            assert_true(count_links(&world.nodes[i], false) >= 1);
        world_pass(&world, 8000);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(count_links(&world.nodes[i], false), count - 1);
            dials += world.nodes[i].dials;
        }
        assert_int_equal(dials, count * (count - 1) / 2);
        world_pass(&world, 1800000);
        assert_int_equal(world.link_count, dials);
        world_release(&world);
    }
}

/* Many know a few each, and all are reached. */
static void
test_large(void **state)
{
    struct world world;
    size_t links = 0;

    (void)state;
    make_lan(&world, WORLD_NODES_MAX);
    world_pass(&world, 30000);
    for (size_t i = 0; i < WORLD_NODES_MAX; i++) {
        const struct world_node *node = &world.nodes[i];
        size_t all = count_links(node, false);

        assert_in_range(count_links(node, true), LINKS_CHOSEN - 2,
                        LINKS_CHOSEN + 1);
        assert_in_range(all, LINKS_CHOSEN, LINKS_CHOSEN + LINKS_ACCEPTED_MAX);
        links += all;
    }
    printf("# %d nodes: %.1f links each\n", WORLD_NODES_MAX,
           (double)links / WORLD_NODES_MAX);
    for (uint32_t i = 0; i < 10; i++)
        assert_all_get(&world, i);
    world_release(&world);
}

/* One that comes later, when all others have enough. */
static void
test_newcomer(void **state)
{
    struct world world;

    (void)state;
    make_lan(&world, WORLD_NODES_MAX - 1);
    world_pass(&world, 30000);
    add_node(&world);
    world_pass(&world, 1500);
    assert_true(count_links(&world.nodes[WORLD_NODES_MAX - 1], false) >= 2);
    world_pass(&world, 15000);
    assert_true(count_links(&world.nodes[WORLD_NODES_MAX - 1], false) >=
                LINKS_CHOSEN);
    assert_all_get(&world, WORLD_NODES_MAX - 1);
    world_release(&world);
}

/* Links that are over.  At the beginning some are, of two that dialled each
 * other. */
static size_t
count_ended(const struct world *world)
{
    size_t count = 0;

    for (size_t i = 0; i < world->link_count; i++)
        count += world->links[i].open[0] ? 0 : 1;
    return count;
}

/* Neighbours that node leaves alone for long. */
static size_t
count_resting(const struct world_node *node)
{
    const struct peer_book *book = &node->engine->discovery.book;
    size_t count = 0;

    for (size_t i = 0; i < book->count; i++)
        if (mono_between(node->world->now, book->entries[i].not_before) >
            2 * DISCOVERY_REST_MS)
            count++;
    return count;
}

/* Over hours choices are exchanged, one at a time, and whoever was given up is
 * left alone. */
static void
test_rotation(void **state)
{
    struct world world;
    size_t resting = 0;
    size_t before;

    (void)state;
    make_lan(&world, WORLD_NODES_MAX);
    world_pass(&world, 30000);
    for (uint32_t i = 0; i < 5; i++)
        assert_all_get(&world, i);
    before = count_ended(&world);
    world_pass(&world, 2 * LINKS_ROTATE_MOST_MS);
    printf("# %zu links exchanged\n", count_ended(&world) - before);
    assert_in_range(count_ended(&world) - before, 3 * WORLD_NODES_MAX / 2,
                    5 * WORLD_NODES_MAX);
    for (size_t i = 0; i < WORLD_NODES_MAX; i++) {
        const struct world_node *node = &world.nodes[i];

        assert_in_range(count_links(node, false), LINKS_CHOSEN,
                        LINKS_CHOSEN + LINKS_ACCEPTED_MAX);
        assert_in_range(count_links(node, true), LINKS_CHOSEN - 2,
                        LINKS_CHOSEN + 1);
        resting += count_resting(node);
    }
    assert_true(resting >= WORLD_NODES_MAX / 4);
    for (uint32_t i = 5; i < 10; i++)
        assert_all_get(&world, i);
    world_release(&world);
}

/* The tree is left alone: before anything was passed on all links are of it. */
static void
test_tree_stays(void **state)
{
    struct world world;
    size_t before;

    (void)state;
    make_lan(&world, WORLD_NODES_MAX);
    world_pass(&world, 30000);
    before = count_ended(&world);
    world_pass(&world, 2 * LINKS_ROTATE_MOST_MS);
    assert_int_equal(count_ended(&world), before);
    for (size_t i = 0; i < WORLD_NODES_MAX; i++)
        assert_true(count_links(&world.nodes[i], true) <= LINKS_CHOSEN + 1);
    world_release(&world);
}

/* The one that was dialled is gone: others take its place. */
static void
test_loss(void **state)
{
    struct world world;

    (void)state;
    make_lan(&world, 12);
    world_pass(&world, 30000);
    for (size_t i = 0; i < 4; i++)
        world_stop(&world.nodes[i]);
    world_pass(&world, 30000);
    for (size_t i = 4; i < 12; i++)
        assert_true(count_links(&world.nodes[i], false) >= LINKS_CHOSEN);
    world_release(&world);
}

/* Strangers that call and stay: as many as there is room for are kept, the
 * others hear that it is full; and our own choice stays.  settling: they have
 * nothing to say. */
static void
call_in_numbers(bool settling, size_t room)
{
    static struct stranger strangers[160];
    struct world_node *node;
    struct message message;
    struct world world;
    unsigned full = 0;

    make_lan(&world, 2);
    world_pass(&world, 5000);
    node = count_links(&world.nodes[0], true) == 1 ? &world.nodes[0]
                                                   : &world.nodes[1];
    for (size_t i = 0; i < 160; i++) {
        struct stranger *stranger = &strangers[i];

        stranger_greet(stranger, node);
        if (settling) {
            /* It has dealt with the summary. */
            assert_int_equal(
                message_write_number(&stranger->out, MESSAGE_DONE, 1),
                STATUS_OK);
            stranger_say(stranger);
        }
        /* Whom it hits, it tells. */
        if (stranger->ended) {
            assert_true(stranger_hears(stranger, MESSAGE_FULL, &message));
            assert_false(stranger->lost);
            full++;
        }
        assert_int_equal(count_links(node, true), 1);
        assert_int_equal(count_links(node, false),
                         1 + (i < room ? i + 1 : room));
    }
    /* Chance decides: mostly others than the one that came last. */
    assert_in_range(full, 1, (160 - room) / 2);
    for (size_t i = 0; i < 160; i++)
        stranger_release(&strangers[i]);
    world_release(&world);
}

static void
test_strangers(void **state)
{
    (void)state;
    call_in_numbers(true, LINKS_ACCEPTED_MAX);
    call_in_numbers(false, LINKS_ACCEPTED_MOST);
}

/* Open links of node to the LAN, and not to strangers. */
static size_t
count_honest(const struct world_node *node)
{
    struct list_node *each;
    size_t count = 0;

    LIST_EACH(each, &node->engine->links) {
        const struct link *link = CONTAINER_OF(each, struct link, in_engine);

        if (link->state == LINK_OPEN && link->remote.octets[0] == 10)
            count++;
    }
    return count;
}

/* Many from one machine push out none of those from others. */
static void
test_one_machine(void **state)
{
    static struct stranger strangers[40];
    struct world_node *node;
    struct world world;
    size_t honest = 0;

    (void)state;
    make_lan(&world, 1);
    world.quiet = true;
    node = &world.nodes[0];
    for (size_t i = 0; i < 40; i++) {
        stranger_greet(&strangers[i], node);
        assert_int_equal(
            message_write_number(&strangers[i].out, MESSAGE_DONE, 1),
            STATUS_OK);
        stranger_say(&strangers[i]);
        /* The LAN comes between them. */
        if (i == LINKS_ACCEPTED_MAX) {
            for (size_t j = 1; j < 14; j++)
                add_node(&world);
            world_pass(&world, 30000);
            for (size_t j = 1; j < 14; j++)
                assert_int_equal(count_resting(&world.nodes[j]), 0);
            honest = count_honest(node);
            assert_true(honest > LINKS_CHOSEN);
        }
        assert_int_equal(count_honest(node), honest);
    }
    assert_int_equal(count_links(node, false) - honest,
                     LINKS_ACCEPTED_MAX - (honest - count_links(node, true)));
    for (size_t i = 0; i < 40; i++)
        stranger_release(&strangers[i]);
    world_release(&world);
}

/* Who was told that it is full comes back later, not at once. */
static void
test_full(void **state)
{
    struct stranger stranger;
    struct world world;
    struct world_node *node;
    struct link *link;
    struct beacon beacon = {.version = 1, .kind = BEACON_ASK, .port = 4000};
    struct community community = community_open();
    uint8_t octets[BEACON_SIZE];

    (void)state;
    make_lan(&world, 1);
    node = &world.nodes[0];
    world_run(&world);
    stranger_meet(&stranger, node);
    memcpy(beacon.boot_id,
           CONTAINER_OF(node->engine->links.next, struct link, in_engine)
               ->peer->theirs.boot_id,
           sizeof(beacon.boot_id));
    /* As if it had been heard before. */
    link = CONTAINER_OF(node->engine->links.next, struct link, in_engine);
    link->state = LINK_SHAKING;
    beacon_seal(octets, &beacon, &community, &stranger.entropy);
    engine_on_datagram(node->engine, &stranger.node->address,
                       byte_view_of(octets, sizeof(octets)), world.now);
    link->state = LINK_OPEN;
    assert_int_equal(node->engine->discovery.book.count, 1);
    assert_int_equal(message_write_prefixes(&stranger.out, MESSAGE_FULL,
                                            byte_view_of(NULL, 0)),
                     STATUS_OK);
    stranger_say(&stranger);
    stranger_release(&stranger);
    assert_true(
        node->engine->discovery.book.entries[0].not_before.milliseconds >=
        world.now.milliseconds + LINKS_FULL_MS);
    world_release(&world);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small),      cmocka_unit_test(test_large),
        cmocka_unit_test(test_newcomer),   cmocka_unit_test(test_rotation),
        cmocka_unit_test(test_tree_stays), cmocka_unit_test(test_loss),
        cmocka_unit_test(test_strangers),  cmocka_unit_test(test_one_machine),
        cmocka_unit_test(test_full),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
