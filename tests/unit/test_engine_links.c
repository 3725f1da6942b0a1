/* Links and how they come about: strangers, twins, timers, relays, beacons. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/limits.h"
#include "net/beacon.h"
#include "net/replay.h"
#include "tests/unit/engine_stranger.h"
#include "tests/unit/engine_world.h"
#include "tests/unit/test_support.h"

static const struct address anywhere = {{198, 51, 100, 7}, false, 1234, 0};

/* Let node work, and count what it asks for. */
static void
settle(struct world_node *node)
{
    world_run(node->world);
    assert_int_equal(node->failure, STATUS_OK);
}

/* A connection made by hand. */
static enum status
call(struct world_node *node, uint64_t id, enum engine_road road, bool dialled,
     const struct address *remote)
{
    const struct engine_connection connection = {
        .link = {id}, .road = road, .dialled = dialled, .remote = *remote};

    return engine_on_link(node->engine, &connection, node->world->now);
}

/* Noise instead of a hello: read for ever, never answered. */
static void
test_silence(void **state)
{
    uint8_t octets[2000];
    struct world world;
    struct world_node *node;
    struct world_link *link;

    (void)state;
    world_init(&world);
    node = world_add_node(&world);
    (void)world_add_node(&world);
    assert_int_equal(world_start(node), STATUS_OK);
    entropy_fill(&world.nodes[1].entropy, octets, sizeof(octets));
    /* Its caller has no engine: what it says is given by hand. */
    link = world_connect(&world, NULL, node);
    assert_int_equal(engine_on_bytes(node->engine, link->ids[1],
                                     byte_view_of(octets, sizeof(octets)),
                                     world.now),
                     STATUS_OK);
    world_pass(&world, 3600000);
    assert_int_equal(node->drains, 1);
    assert_int_equal(link->pipes[1].sent, 0);
    assert_false(link->closing[1]);
    assert_int_equal(engine_figures(node->engine).links_silent, 1);
    assert_int_equal(engine_figures(node->engine).links, 0);
    engine_on_closed(node->engine, link->ids[1], world.now);
    settle(node);
    assert_int_equal(engine_figures(node->engine).links_silent, 0);
    assert_int_equal(node->events[EVENT_LINK_LOST], 0);
    world_release(&world);
}

/* At the cap of one prefix the oldest drained stranger goes. */
static void
test_admission(void **state)
{
    static const uint8_t octets[2000];
    struct link_id first_silent = {5};
    struct address remote = anywhere;
    struct engine_config config;
    struct world world;
    struct world_node *node;
    struct action action;
    unsigned evicted = 0;

    (void)state;
    world_init(&world);
    node = world_add_node(&world);
    world_config(node, &config);
    assert_int_equal(world_start_with(node, &config), STATUS_OK);
    for (uint64_t i = 1; i <= ADMISSION_PREFIX_MAX + 3; i++) {
        remote.octets[3] = (uint8_t)i;
        assert_int_equal(call(node, i, ENGINE_NEIGHBOUR, false, &remote),
                         STATUS_OK);
        /* All but the first four say something that is no hello. */
        if (i >= 5)
            assert_int_equal(
                engine_on_bytes(node->engine, (struct link_id){i},
                                byte_view_of(octets, sizeof(octets)),
                                world.now),
                STATUS_OK);
        assert_int_equal(engine_end_turn(node->engine, world.now), STATUS_OK);
        while (engine_take_action(node->engine, &action)) {
            assert_int_not_equal(action.kind, ACTION_CLOSE);
            if (action.kind != ACTION_EVICT)
                continue;
            assert_int_equal(action.link.value, first_silent.value);
            first_silent.value++;
            evicted++;
            engine_on_closed(node->engine, action.link, world.now);
        }
    }
    assert_int_equal(evicted, 3);
    /* Another prefix has its own places. */
    remote.octets[2]++;
    assert_int_equal(call(node, 1000, ENGINE_NEIGHBOUR, false, &remote),
                     STATUS_OK);
    assert_int_equal(engine_end_turn(node->engine, world.now), STATUS_OK);
    assert_false(engine_take_action(node->engine, &action));
    world_release(&world);
}

/* A called side that says nothing is given up after ten seconds. */
static void
test_handshake_timer(void **state)
{
    struct engine_config config;
    struct world world;
    struct world_node *node;
    struct action action;

    (void)state;
    world_init(&world);
    node = world_add_node(&world);
    world_config(node, &config);
    assert_int_equal(world_start_with(node, &config), STATUS_OK);
    assert_int_equal(call(node, 1, ENGINE_NEIGHBOUR, true, &anywhere),
                     STATUS_OK);
    assert_int_equal(engine_end_turn(node->engine, world.now), STATUS_OK);
    assert_true(engine_take_action(node->engine, &action));
    assert_int_equal(action.kind, ACTION_SEND);
    assert_false(engine_take_action(node->engine, &action));
    assert_int_equal(engine_deadline(node->engine).milliseconds,
                     world.now.milliseconds + LINK_HANDSHAKE_MS);
    world.now = mono_after(world.now, LINK_HANDSHAKE_MS);
    engine_on_time(node->engine, world.now);
    assert_int_equal(engine_end_turn(node->engine, world.now), STATUS_OK);
    assert_true(engine_take_action(node->engine, &action));
    assert_int_equal(action.kind, ACTION_CLOSE);
    assert_false(engine_take_action(node->engine, &action));
    world_release(&world);
}

/* Nobody but a relay listens on a relay's road. */
static void
test_no_relay(void **state)
{
    struct world world;
    struct world_node *node;
    struct action action;

    (void)state;
    world_init(&world);
    node = world_add_node(&world);
    assert_int_equal(world_start(node), STATUS_OK);
    assert_int_equal(call(node, 1, ENGINE_RELAY, false, &anywhere), STATUS_OK);
    assert_int_equal(engine_end_turn(node->engine, world.now), STATUS_OK);
    assert_true(engine_take_action(node->engine, &action));
    assert_int_equal(action.kind, ACTION_CLOSE);
    world_release(&world);
}

static void
meet_relay(struct world_node *node, struct world_node *relay,
           const struct relay_line *line, bool has_clock)
{
    struct world *world = node->world;
    struct world_link *link =
        world_connect_relay(world, node, relay, line, has_clock);

    world_run(world);
    world_break(world, link);
}

/* Two that are never connected at once, and a relay between them. */
static void
test_relay(void **state)
{
    struct relay_line line;
    struct engine_config config;
    struct replay *replay = NULL;
    struct record_id id;
    struct world world;
    struct world_node *relay;
    struct world_node *a;
    struct world_node *b;

    (void)state;
    world_init(&world);
    relay = world_add_node(&world);
    a = world_add_node(&world);
    b = world_add_node(&world);
    memset(&line, 0, sizeof(line));
    world_config(relay, &config);
    config.is_relay = true;
    dh_new(&config.relay_key, &line.key, &relay->entropy);
    entropy_fill(&relay->entropy, config.relay_secret, 32);
    memcpy(line.secret, config.relay_secret, 32);
    config.relay_shape = shape_default();
    line.shape = config.relay_shape;
    assert_int_equal(replay_new(&replay, config.relay_secret, &relay->entropy),
                     STATUS_OK);
    config.relay_replay = replay;
    assert_int_equal(world_start_with(relay, &config), STATUS_OK);
    assert_int_equal(world_start(a), STATUS_OK);
    assert_int_equal(world_start(b), STATUS_OK);
    id = world_put(a, &(struct world_statement){
                          .number = 1, .day = WORLD_TODAY, .text = 900});
    assert_int_equal(engine_on_published(a->engine, &id, world.now), STATUS_OK);
    meet_relay(a, relay, &line, true);
    assert_true(world_is_complete(relay, &id));
    meet_relay(b, relay, &line, false);
    assert_true(world_is_complete(b, &id));
    /* Another secret meets silence. */
    line.secret[0] ^= 1;
    meet_relay(b, relay, &line, true);
    assert_int_equal(relay->drains, 1);
    assert_int_equal(engine_figures(relay->engine).links, 0);
    world_release(&world);
    replay_free(replay);
}

/* Two links of one pair: one is left, whoever called. */
static void
check_twins(bool first_from_a, bool second_from_a)
{
    struct world world;
    struct world_node *a;
    struct world_node *b;

    world_init(&world);
    a = world_add_node(&world);
    b = world_add_node(&world);
    assert_int_equal(world_start(a), STATUS_OK);
    assert_int_equal(world_start(b), STATUS_OK);
    (void)world_connect(&world, first_from_a ? a : b, first_from_a ? b : a);
    (void)world_connect(&world, second_from_a ? a : b, second_from_a ? b : a);
    world_run(&world);
    assert_int_equal(engine_figures(a->engine).links, 1);
    assert_int_equal(engine_figures(b->engine).links, 1);
    assert_true(world.links[0].open[0] != world.links[1].open[0]);
    assert_int_equal(a->events[EVENT_LINK_LOST], 0);
    assert_int_equal(b->events[EVENT_LINK_LOST], 0);
    (void)world_publish(
        a, &(struct world_statement){.number = 1, .day = WORLD_TODAY});
    world_run(&world);
    assert_int_equal(world_count(b), 1);
    world_release(&world);
}

static void
test_twins(void **state)
{
    (void)state;
    check_twins(true, true);
    check_twins(false, false);
    check_twins(true, false);
    check_twins(false, true);
}

/* An old link that the other side has forgotten gives way to a new one. */
static void
test_dead_twin(void **state)
{
    struct world_link *old;
    struct world_link *young;
    struct world world;
    struct world_node *a;
    struct world_node *b;

    (void)state;
    for (unsigned round = 0; round < 2; round++) {
        world_init(&world);
        a = world_add_node(&world);
        b = world_add_node(&world);
        assert_int_equal(world_start(a), STATUS_OK);
        assert_int_equal(world_start(b), STATUS_OK);
        old = world_connect(&world, round == 0 ? a : b, round == 0 ? b : a);
        world_run(&world);
        /* One side noticed the loss; the one that called did not. */
        engine_on_closed(old->ends[1]->engine, old->ids[1], world.now);
        old->open[1] = false;
        world_pass(&world, LINK_CROSSING_MS + 1000);
        young = world_connect(&world, old->ends[1], old->ends[0]);
        world_run(&world);
        assert_true(young->open[0]);
        assert_false(old->open[0]);
        assert_int_equal(engine_figures(a->engine).links, 1);
        assert_int_equal(engine_figures(b->engine).links, 1);
        world_release(&world);
    }
}

static void
test_myself(void **state)
{
    struct world world;
    struct world_node *a;

    (void)state;
    world_init(&world);
    a = world_add_node(&world);
    assert_int_equal(world_start(a), STATUS_OK);
    (void)world_connect(&world, a, a);
    world_run(&world);
    assert_int_equal(engine_figures(a->engine).links, 0);
    world_release(&world);
}

/* A link ends in order after an hour. */
static void
test_life(void **state)
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
    world_pass(&world, SESSION_LIFE_MS - 1000);
    assert_int_equal(engine_figures(a->engine).links, 1);
    world_pass(&world, 2000);
    assert_int_equal(engine_figures(a->engine).links, 0);
    assert_int_equal(engine_figures(b->engine).links, 0);
    assert_int_equal(a->events[EVENT_LINK_LOST], 0);
    assert_int_equal(b->events[EVENT_LINK_LOST], 0);
    world_release(&world);
}

/* Beacons at 0, 1, 3 and 7 seconds, then now and then; again on news. */
static void
test_beacons(void **state)
{
    static const uint64_t waits[] = {500, 1000, 2000, 4000};
    struct engine_config config;
    struct world world;
    struct world_node *a;

    (void)state;
    world_init(&world);
    a = world_add_node(&world);
    world_config(a, &config);
    config.beacons = true;
    config.listen_port = 4000;
    assert_int_equal(world_start_with(a, &config), STATUS_OK);
    for (unsigned i = 0; i < 4; i++) {
        world_pass(&world, waits[i]);
        assert_int_equal(a->beacons, i + 1);
    }
    world_pass(&world, 20000);
    assert_int_equal(a->beacons, 4);
    world_pass(&world, 600000);
    assert_in_range(a->beacons, 4 + 4, 4 + 21);
    a->beacons = 0;
    (void)world_publish(
        a, &(struct world_statement){.number = 1, .day = WORLD_TODAY});
    world_pass(&world, 7500);
    assert_int_equal(a->beacons, 4);
    a->beacons = 0;
    engine_on_interfaces(a->engine, world.now);
    world_pass(&world, 7500);
    assert_int_equal(a->beacons, 4);
    world_release(&world);
}

/* Hand node a beacon; what it does about it. */
static void
hear(struct world_node *node, const uint8_t boot_id[8], enum beacon_kind kind,
     uint16_t port)
{
    struct community community = community_open();
    struct beacon beacon = {
        .version = BEACON_VERSION, .kind = kind, .port = port};
    uint8_t octets[BEACON_SIZE];

    memcpy(beacon.boot_id, boot_id, 8);
    beacon_seal(octets, &beacon, &community, &node->entropy);
    engine_on_datagram(node->engine, &anywhere,
                       byte_view_of(octets, sizeof(octets)), node->world->now);
    world_run(node->world);
}

static void
test_beacons_heard(void **state)
{
    static const uint8_t lowest[8] = {0, 0, 0, 0, 0, 0, 0, 1};
    static const uint8_t highest[8] = {255, 255, 255, 255, 255, 255, 255, 255};
    struct engine_config config;
    struct world world;
    struct world_node *a;

    (void)state;
    world_init(&world);
    a = world_add_node(&world);
    world_config(a, &config);
    config.beacons = true;
    config.listen_port = 4000;
    assert_int_equal(world_start_with(a, &config), STATUS_OK);
    world_run(&world);

    /* The lower dials, to where the beacon came from and the port it names;
     * not twice while that goes on. */
    hear(a, highest, BEACON_ASK, 555);
    assert_int_equal(a->dials, 1);
    assert_int_equal(a->dialled.port, 555);
    assert_memory_equal(a->dialled.octets, anywhere.octets, 4);
    hear(a, highest, BEACON_ASK, 555);
    assert_int_equal(a->dials, 1);
    assert_int_equal(a->datagrams, 0);
    engine_on_dial_failed(a->engine, &a->dialled, world.now);
    hear(a, highest, BEACON_ASK, 555);
    assert_int_equal(a->dials, 1);
    world_pass(&world, DISCOVERY_BACKOFF_LEAST_MS);
    hear(a, highest, BEACON_ANSWER, 555);
    assert_int_equal(a->dials, 2);

    /* The higher answers a question, and dials who answers. */
    hear(a, lowest, BEACON_ASK, 555);
    assert_int_equal(a->dials, 2);
    assert_int_equal(a->datagrams, 1);
    hear(a, lowest, BEACON_ANSWER, 555);
    assert_int_equal(a->datagrams, 1);
    assert_int_equal(a->dials, 3);
    /* Whoever cannot be dialled is answered, so that it dials. */
    hear(a, (const uint8_t *)"\xff\xff\xff\xff\xff\xff\xff\xfe", BEACON_ASK, 0);
    assert_int_equal(a->dials, 3);
    assert_int_equal(a->datagrams, 2);
    world_release(&world);
}

/* A flood of made-up neighbours causes few dials and few answers. */
static void
test_beacon_flood(void **state)
{
    struct engine_config config;
    struct world world;
    struct world_node *a;

    (void)state;
    world_init(&world);
    a = world_add_node(&world);
    world_config(a, &config);
    config.beacons = true;
    config.listen_port = 4000;
    assert_int_equal(world_start_with(a, &config), STATUS_OK);
    for (uint32_t i = 0; i < 2000; i++) {
        uint8_t boot_id[8];

        entropy_fill(&a->entropy, boot_id, sizeof(boot_id));
        hear(a, boot_id, BEACON_ASK, 555);
    }
    assert_int_equal(a->dials, DISCOVERY_BURST);
    assert_int_equal(a->datagrams, DISCOVERY_BURST);
    world_release(&world);
}

/* No dialling of whom there is a link with, nor of oneself. */
static void
test_beacon_of_linked(void **state)
{
    static const uint8_t zeros[8];
    uint8_t boot_id[8];
    struct engine_config config;
    struct message_hello hello = {.version = MESSAGE_VERSION};
    struct stranger stranger;
    struct message message;
    struct world world;
    struct world_node *a;

    (void)state;
    world_init(&world);
    a = world_add_node(&world);
    world_config(a, &config);
    config.beacons = true;
    config.listen_port = 4000;
    assert_int_equal(world_start_with(a, &config), STATUS_OK);
    world_pass(&world, 10000);
    memset(boot_id, 255, sizeof(boot_id));
    stranger_call(&stranger, a);
    memcpy(hello.boot_id, boot_id, 8);
    assert_int_equal(message_write_hello(&stranger.out, &hello), STATUS_OK);
    stranger_say(&stranger);
    assert_true(stranger_hears(&stranger, MESSAGE_HELLO, &message));
    assert_int_equal(message_read_hello(&hello, message.body), STATUS_OK);
    assert_memory_not_equal(hello.boot_id, zeros, 8);
    hear(a, boot_id, BEACON_ASK, 555);
    assert_int_equal(a->dials, 0);
    hear(a, hello.boot_id, BEACON_ASK, 555);
    assert_int_equal(a->dials + a->datagrams, 0);
    stranger_release(&stranger);
    hear(a, boot_id, BEACON_ASK, 555);
    assert_int_equal(a->dials, 1);
    world_release(&world);
}

/* With many links open each has less to hold, and all goes on. */
static void
test_many_links(void **state)
{
    static struct stranger strangers[LINKS_ACCEPTED_MOST];
    struct world world;
    struct world_node *a;
    struct world_node *b;

    (void)state;
    world_init(&world);
    a = world_add_node(&world);
    b = world_add_node(&world);
    for (uint32_t i = 0; i < 300; i++)
        (void)world_put(i % 2 == 0 ? a : b,
                        &(struct world_statement){.number = i,
                                                  .day = WORLD_TODAY,
                                                  .attachment = i * 100});
    assert_int_equal(world_start(a), STATUS_OK);
    assert_int_equal(world_start(b), STATUS_OK);
    for (size_t i = 0; i < LINKS_ACCEPTED_MOST; i++)
        stranger_meet(&strangers[i], a);
    assert_int_equal(strangers[0].theirs.credit, CREDIT_MAX);
    assert_int_equal(strangers[LINKS_ACCEPTED_MOST - 1].theirs.credit,
                     CREDIT_TOTAL / LINKS_ACCEPTED_MOST);
    assert_int_equal(engine_figures(a->engine).links, LINKS_ACCEPTED_MOST);
    for (size_t i = 0; i < LINKS_ACCEPTED_MOST; i++)
        stranger_release(&strangers[i]);
    /* Half of them come back, and stay. */
    for (size_t i = 0; i < 60; i++)
        stranger_meet(&strangers[i], a);
    world.quiet = true;
    (void)world_connect(&world, b, a);
    world_run(&world);
    world.quiet = false;
    world_assert_same(a, b);
    for (size_t i = 0; i < 60; i++)
        stranger_release(&strangers[i]);
    world_release(&world);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_admission),
        cmocka_unit_test(test_handshake_timer),
        cmocka_unit_test(test_no_relay),
        cmocka_unit_test(test_relay),
        cmocka_unit_test(test_twins),
        cmocka_unit_test(test_dead_twin),
        cmocka_unit_test(test_myself),
        cmocka_unit_test(test_life),
        cmocka_unit_test(test_many_links),
        cmocka_unit_test(test_beacons),
        cmocka_unit_test(test_beacons_heard),
        cmocka_unit_test(test_beacon_flood),
        cmocka_unit_test(test_beacon_of_linked),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
