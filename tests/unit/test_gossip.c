/* Passing on, walked through by hand: one node, peers that are only told of,
 * and what each of them would be sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "core/limits.h"
#include "net/node.h"
#include "net/peer.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/stores.h"
#include "tests/unit/test_support.h"

#define PEERS 4

struct scene {
    struct entropy entropy;
    struct stores stores;
    struct node node;
    struct peer *peers[PEERS];
    struct record_id id; /* of a record that is here */
};

static enum store_class
keeping(void *context, const struct key_author *author)
{
    (void)context;
    (void)author;
    return STORE_OTHER;
}

/* A node with a record and so many peers that have been through with it. */
static void
open_scene(struct scene *scene, size_t peers)
{
    struct node_config config = {.entropy = &scene->entropy,
                                 .keeping = keeping};
    struct record *record = stores_statement(1, 20000, 1, "One", 0);

    memset(scene, 0, sizeof(*scene));
    entropy_init_seed(&scene->entropy, 5);
    stores_open(&scene->stores, STORES_MEM, 0);
    assert_int_equal(stores_put(scene->stores.store, record, STORE_OTHER),
                     STATUS_OK);
    scene->id = *record_id(record);
    record_free(record);
    config.store = scene->stores.store;
    assert_int_equal(node_init(&scene->node, &config), STATUS_OK);
    scene->node.now.milliseconds = 1000;
    for (size_t i = 0; i < peers; i++) {
        assert_int_equal(peer_new(&scene->peers[i], &scene->node,
                                  (struct link_id){i + 1}, false),
                         STATUS_OK);
        scene->peers[i]->greeted = true;
        scene->peers[i]->gossip.met = true;
    }
}

static void
close_scene(struct scene *scene)
{
    node_release(&scene->node);
    stores_close(&scene->stores);
}

static void
prefix_of(uint8_t out[MESSAGE_PREFIX_SIZE], uint32_t number)
{
    memset(out, 0xee, MESSAGE_PREFIX_SIZE);
    memcpy(out, &number, sizeof(number));
}

/* Peer says IHAVE, or GRAFT, of records first to first + count - 1, which
 * nobody has. */
static void
say_numbers(struct peer *peer, enum message_type type, uint32_t first,
            uint32_t count)
{
    uint8_t octets[64 * MESSAGE_PREFIX_SIZE] = {0};
    struct byte_view body = byte_view_of(octets, count * MESSAGE_PREFIX_SIZE);

    assert_true(count <= 64);
    for (uint32_t i = 0; i < count; i++)
        prefix_of(&octets[i * MESSAGE_PREFIX_SIZE], first + i);
    assert_int_equal(type == MESSAGE_IHAVE ? gossip_on_ihave(peer, body)
                                           : gossip_on_graft(peer, body),
                     STATUS_OK);
}

static void
hear_prune(struct peer *peer)
{
    assert_int_equal(gossip_on_prune(peer, byte_view_of(NULL, 0)), STATUS_OK);
}

/* What peer is told now: how many messages of type, and of prefixes in them;
 * nothing of the kinds that were not asked for may be lost, so others stay. */
static unsigned
hears(struct peer *peer, enum message_type type, size_t *prefixes)
{
    struct byte_view rest;
    unsigned count = 0;

    assert_int_equal(gossip_send(peer), STATUS_OK);
    rest = byte_view_of_buf(&peer->out);
    *prefixes = 0;
    while (rest.size > 0) {
        size_t size = (size_t)rest.data[1] | (size_t)rest.data[2] << 8;

        if (rest.data[0] == (uint8_t)type) {
            count++;
            *prefixes += size / MESSAGE_PREFIX_SIZE;
        }
        rest = byte_view_slice(rest, MESSAGE_HEAD_SIZE + size, rest.size);
    }
    return count;
}

static void
assert_hears(struct peer *peer, enum message_type type, unsigned messages,
             size_t prefixes)
{
    size_t found;

    assert_int_equal(hears(peer, type, &found), messages);
    assert_int_equal(found, prefixes);
}

/* Peer is told nothing. */
static void
assert_quiet(struct peer *peer)
{
    assert_int_equal(gossip_send(peer), STATUS_OK);
    assert_int_equal(peer->out.size, 0);
}

static void
forget(struct scene *scene)
{
    for (size_t i = 0; i < PEERS; i++)
        if (scene->peers[i] != NULL)
            byte_buf_clear(&scene->peers[i]->out);
}

static void
make_lazy(struct scene *scene, size_t which)
{
    hear_prune(scene->peers[which]);
    assert_true(scene->peers[which]->gossip.lazy);
    assert_hears(scene->peers[which], MESSAGE_PRUNE, 1, 0);
    forget(scene);
}

static void
pass_on(struct scene *scene)
{
    assert_int_equal(node_pass_on(&scene->node, &scene->id,
                                  RECORD_SET_STATEMENTS, (struct day){20000},
                                  WIDE_NARROW),
                     STATUS_OK);
}

static void
pass(struct scene *scene, uint64_t milliseconds)
{
    scene->node.now = mono_after(scene->node.now, milliseconds);
    assert_int_equal(gossip_on_time(&scene->node), STATUS_OK);
}

static void
test_whole_and_by_name(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, 4);
    make_lazy(&scene, 2);
    make_lazy(&scene, 3);
    assert_int_equal(
        known_change(&scene.peers[1]->known, &scene.id, KNOWN_RECEIVED, 0),
        STATUS_OK);
    assert_int_equal(
        known_change(&scene.peers[3]->known, &scene.id, KNOWN_ANNOUNCED, 0),
        STATUS_OK);
    pass_on(&scene);
    assert_int_equal(scene.peers[0]->exchange.outbox.count, 1);
    assert_int_equal(scene.peers[1]->exchange.outbox.count, 0);
    assert_int_equal(scene.peers[2]->exchange.outbox.count, 0);
    assert_hears(scene.peers[2], MESSAGE_IHAVE, 1, 1);
    assert_memory_equal(&scene.peers[2]->out.data[MESSAGE_HEAD_SIZE],
                        scene.id.octets, MESSAGE_PREFIX_SIZE);
    assert_quiet(scene.peers[0]);
    assert_quiet(scene.peers[3]);
    /* Naming gives nothing to do, so that nobody has to say DONE. */
    assert_int_equal(scene.peers[2]->counted_out, 0);
    close_scene(&scene);
}

/* Whoever says PRUNE goes on until it is answered: an older p2pub does not. */
static void
test_duplicate(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, 2);
    gossip_on_duplicate(scene.peers[0], &scene.id);
    gossip_on_duplicate(scene.peers[0], &scene.id);
    assert_hears(scene.peers[0], MESSAGE_PRUNE, 1, 0);
    pass_on(&scene);
    assert_int_equal(scene.peers[0]->exchange.outbox.count, 1);
    /* The other link is the last one now. */
    gossip_on_duplicate(scene.peers[1], &scene.id);
    assert_quiet(scene.peers[1]);
    forget(&scene);
    hear_prune(scene.peers[0]);
    assert_true(scene.peers[0]->gossip.lazy);
    hear_prune(scene.peers[0]);
    assert_quiet(scene.peers[0]);
    gossip_on_duplicate(scene.peers[0], &scene.id);
    assert_quiet(scene.peers[0]);
    close_scene(&scene);
}

/* What comes twice while two compare for the first time says nothing about
 * the tree; and who ends its links anyway is no part of it. */
static void
test_no_prune(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, 2);
    scene.peers[0]->gossip.met = false;
    gossip_on_duplicate(scene.peers[0], &scene.id);
    assert_quiet(scene.peers[0]);
    scene.peers[0]->gossip.met = true;
    scene.node.config.one_contact = true;
    gossip_on_duplicate(scene.peers[0], &scene.id);
    hear_prune(scene.peers[0]);
    assert_quiet(scene.peers[0]);
    assert_false(scene.peers[0]->gossip.lazy);
    close_scene(&scene);
}

/* One eager link at least: another takes the place of the last. */
static void
test_last_eager(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, 2);
    make_lazy(&scene, 0);
    hear_prune(scene.peers[1]);
    assert_hears(scene.peers[1], MESSAGE_PRUNE, 1, 0);
    assert_true(scene.peers[1]->gossip.lazy);
    assert_hears(scene.peers[0], MESSAGE_GRAFT, 1, 0);
    assert_int_equal(scene.peers[0]->counted_out, 1);
    assert_false(scene.peers[0]->gossip.lazy);
    close_scene(&scene);
    open_scene(&scene, 1);
    hear_prune(scene.peers[0]);
    assert_hears(scene.peers[0], MESSAGE_GRAFT, 1, 0);
    assert_hears(scene.peers[0], MESSAGE_PRUNE, 0, 0);
    assert_false(scene.peers[0]->gossip.lazy);
    close_scene(&scene);
}

/* Asked of the first that named it, then of the next, then of nobody. */
static void
test_missing(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, 3);
    make_lazy(&scene, 0);
    make_lazy(&scene, 1);
    say_numbers(scene.peers[0], MESSAGE_IHAVE, 7, 1);
    pass(&scene, 100);
    say_numbers(scene.peers[1], MESSAGE_IHAVE, 7, 1);
    say_numbers(scene.peers[1], MESSAGE_IHAVE, 7, 1);
    assert_int_equal(scene.peers[1]->gossip.awaited, 1);
    assert_int_equal(gossip_deadline(&scene.node).milliseconds,
                     1000 + GOSSIP_WAIT_MS);
    pass(&scene, GOSSIP_WAIT_MS - 101);
    assert_quiet(scene.peers[0]);
    pass(&scene, 1);
    assert_hears(scene.peers[0], MESSAGE_GRAFT, 1, 1);
    assert_false(scene.peers[0]->gossip.lazy);
    assert_quiet(scene.peers[1]);
    forget(&scene);
    pass(&scene, GOSSIP_GRAFT_MS - 1);
    assert_quiet(scene.peers[0]);
    assert_quiet(scene.peers[1]);
    pass(&scene, 1);
    assert_quiet(scene.peers[0]);
    assert_true(scene.peers[0]->compare.again);
    assert_hears(scene.peers[1], MESSAGE_GRAFT, 1, 1);
    pass(&scene, GOSSIP_GRAFT_MS);
    assert_true(scene.peers[1]->compare.again);
    assert_int_equal(scene.node.gossip.missing.count, 0);
    assert_int_equal(gossip_deadline(&scene.node).milliseconds,
                     MONO_NEVER.milliseconds);
    close_scene(&scene);
}

/* What comes by itself is not asked for, nor named back. */
static void
test_arrival(void **state)
{
    struct record_id id = {{0}};
    struct scene scene;

    (void)state;
    open_scene(&scene, 3);
    prefix_of(id.octets, 7);
    make_lazy(&scene, 0);
    say_numbers(scene.peers[0], MESSAGE_IHAVE, 7, 2);
    say_numbers(scene.peers[1], MESSAGE_IHAVE, 7, 1);
    assert_int_equal(gossip_on_arrival(&scene.node, &id), STATUS_OK);
    assert_int_equal(gossip_on_arrival(&scene.node, &id), STATUS_OK);
    assert_int_equal(known_flags(&scene.peers[0]->known, &id), KNOWN_ANNOUNCED);
    assert_int_equal(known_flags(&scene.peers[1]->known, &id), KNOWN_ANNOUNCED);
    assert_int_equal(known_flags(&scene.peers[2]->known, &id), 0);
    assert_int_equal(scene.node.gossip.missing.count, 1);
    assert_int_equal(scene.peers[0]->gossip.awaited, 1);
    assert_int_equal(scene.peers[1]->gossip.awaited, 0);
    pass(&scene, GOSSIP_WAIT_MS);
    assert_hears(scene.peers[0], MESSAGE_GRAFT, 1, 1);
    assert_quiet(scene.peers[1]);
    close_scene(&scene);
}

/* What is here, or found no room, is not missing; what waits to be sent to
 * the one that names it is not sent. */
static void
test_named_and_here(void **state)
{
    struct record_id refused = {{0}};
    struct scene scene;

    (void)state;
    open_scene(&scene, 2);
    prefix_of(refused.octets, 9);
    assert_int_equal(refused_add(&scene.node.refused, &refused,
                                 RECORD_SET_STATEMENTS, (struct day){20000}),
                     STATUS_OK);
    say_numbers(scene.peers[0], MESSAGE_IHAVE, 9, 1);
    assert_int_equal(
        gossip_on_ihave(scene.peers[0],
                        byte_view_of(scene.id.octets, MESSAGE_PREFIX_SIZE)),
        STATUS_OK);
    assert_int_equal(known_flags(&scene.peers[0]->known, &scene.id), 0);
    pass_on(&scene);
    assert_int_equal(
        gossip_on_ihave(scene.peers[0],
                        byte_view_of(scene.id.octets, MESSAGE_PREFIX_SIZE)),
        STATUS_OK);
    assert_int_equal(known_flags(&scene.peers[0]->known, &scene.id),
                     KNOWN_ANNOUNCED);
    scene.peers[0]->exchange.credit = 100000;
    assert_int_equal(exchange_send(scene.peers[0]), STATUS_OK);
    assert_int_equal(scene.peers[0]->out.size, 0);
    assert_int_equal(scene.peers[0]->exchange.outbox.count, 0);
    assert_int_equal(scene.node.gossip.missing.count, 0);
    close_scene(&scene);
}

static void
test_link_ends(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, 4);
    for (size_t i = 0; i < 3; i++)
        make_lazy(&scene, i);
    say_numbers(scene.peers[0], MESSAGE_IHAVE, 7, 1);
    say_numbers(scene.peers[0], MESSAGE_IHAVE, 8, 1);
    say_numbers(scene.peers[1], MESSAGE_IHAVE, 7, 1);
    pass(&scene, GOSSIP_WAIT_MS);
    assert_hears(scene.peers[0], MESSAGE_GRAFT, 1, 2);
    assert_true(scene.peers[1]->gossip.lazy);
    /* It was asked: the next is, at once. */
    peer_free(scene.peers[0]);
    scene.peers[0] = NULL;
    assert_int_equal(scene.node.gossip.missing.count, 1);
    pass(&scene, 0);
    assert_hears(scene.peers[1], MESSAGE_GRAFT, 1, 1);
    forget(&scene);
    /* Link 1 is eager, and so was link 0, whose place is taken already. */
    assert_false(scene.peers[1]->gossip.lazy);
    /* An eager one goes, a lazy one takes its place. */
    assert_true(scene.peers[2]->gossip.lazy);
    peer_free(scene.peers[3]);
    scene.peers[3] = NULL;
    assert_false(scene.peers[2]->gossip.lazy);
    assert_hears(scene.peers[2], MESSAGE_GRAFT, 1, 0);
    peer_free(scene.peers[1]);
    scene.peers[1] = NULL;
    assert_int_equal(scene.node.gossip.missing.count, 0);
    close_scene(&scene);
}

/* What is asked for goes, once; what is not here is passed over. */
static void
test_grafted(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, 2);
    make_lazy(&scene, 0);
    say_numbers(scene.peers[0], MESSAGE_GRAFT, 100, 20);
    assert_false(scene.peers[0]->gossip.lazy);
    assert_int_equal(scene.peers[0]->exchange.outbox.count, 0);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(
            gossip_on_graft(scene.peers[0],
                            byte_view_of(scene.id.octets, MESSAGE_PREFIX_SIZE)),
            STATUS_OK);
    scene.peers[0]->exchange.credit = 100000;
    assert_int_equal(exchange_send(scene.peers[0]), STATUS_OK);
    assert_int_equal(scene.peers[0]->counted_out, 1);
    assert_int_equal(scene.peers[0]->exchange.outbox.count, 0);
    assert_int_equal(
        gossip_on_graft(scene.peers[0],
                        byte_view_of(scene.id.octets, MESSAGE_PREFIX_SIZE)),
        STATUS_OK);
    assert_int_equal(scene.peers[0]->exchange.outbox.count, 0);
    assert_int_equal(gossip_on_graft(scene.peers[0], byte_view_of(NULL, 0)),
                     STATUS_OK);
    close_scene(&scene);
}

/* GRAFT and PRUNE cross: both sides come to the same. */
static void
test_crossing(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, 2);
    gossip_on_duplicate(scene.peers[0], &scene.id);
    assert_hears(scene.peers[0], MESSAGE_PRUNE, 1, 0);
    forget(&scene);
    say_numbers(scene.peers[0], MESSAGE_GRAFT, 1, 1);
    /* The other side, eager since then, heard our PRUNE and answers it. */
    hear_prune(scene.peers[0]);
    assert_hears(scene.peers[0], MESSAGE_PRUNE, 1, 0);
    assert_true(scene.peers[0]->gossip.lazy);
    close_scene(&scene);
}

static void
test_bounds(void **state)
{
    const size_t most = GOSSIP_AWAITED_MAX;
    struct record_id id = {{1}};
    struct scene scene;

    (void)state;
    open_scene(&scene, 3);
    make_lazy(&scene, 0);
    for (uint32_t i = 0; i < 100; i++)
        say_numbers(scene.peers[0], MESSAGE_IHAVE, i * 64, 64);
    assert_int_equal(scene.peers[0]->gossip.awaited, most);
    assert_int_equal(scene.node.gossip.missing.count, most);
    assert_true(scene.peers[0]->compare.again);
    /* Another's share is its own. */
    say_numbers(scene.peers[1], MESSAGE_IHAVE, 1000000, 1);
    assert_int_equal(scene.peers[1]->gossip.awaited, 1);
    pass(&scene, GOSSIP_WAIT_MS);
    assert_hears(scene.peers[0], MESSAGE_GRAFT, 1, most);
    pass(&scene, GOSSIP_GRAFT_MS);
    assert_int_equal(scene.node.gossip.missing.count, 0);
    /* What waits to be named, while nothing can be written. */
    make_lazy(&scene, 2);
    scene.peers[2]->unsent = SEND_AHEAD_MAX;
    for (uint32_t i = 0; i < MESSAGE_PREFIXES_MAX + 10; i++) {
        memcpy(id.octets, &i, sizeof(i));
        assert_int_equal(gossip_announce(scene.peers[2], &id), STATUS_OK);
    }
    assert_true(scene.peers[2]->compare.again);
    assert_quiet(scene.peers[2]);
    scene.peers[2]->unsent = 0;
    assert_hears(scene.peers[2], MESSAGE_IHAVE, 1, MESSAGE_PREFIXES_MAX);
    close_scene(&scene);
}

static void
test_malformed(void **state)
{
    static const uint8_t octets[MESSAGE_PREFIXES_MAX * MESSAGE_PREFIX_SIZE + 8];
    struct scene scene;

    (void)state;
    open_scene(&scene, 1);
    for (size_t size = 0; size <= sizeof(octets); size++) {
        struct byte_view body = byte_view_of(octets, size);
        bool fits = size % MESSAGE_PREFIX_SIZE == 0 && size < sizeof(octets);
        struct byte_view prefixes;

        assert_int_equal(message_read_prefixes(&prefixes, MESSAGE_GRAFT, body),
                         fits ? STATUS_OK : STATUS_MALFORMED);
        assert_int_equal(message_read_prefixes(&prefixes, MESSAGE_IHAVE, body),
                         fits && size > 0 ? STATUS_OK : STATUS_MALFORMED);
        assert_int_equal(message_read_prefixes(&prefixes, MESSAGE_PRUNE, body),
                         size == 0 ? STATUS_OK : STATUS_MALFORMED);
    }
    assert_int_equal(gossip_on_ihave(scene.peers[0], byte_view_of(octets, 0)),
                     STATUS_MALFORMED);
    assert_int_equal(gossip_on_graft(scene.peers[0], byte_view_of(octets, 7)),
                     STATUS_MALFORMED);
    assert_int_equal(gossip_on_prune(scene.peers[0], byte_view_of(octets, 8)),
                     STATUS_MALFORMED);
    close_scene(&scene);
}

/* All of it, with each allocation failing in turn. */
static enum status
run_all(void *context)
{
    struct scene *scene = context;
    struct record_id id = {{0}};
    struct peer *peers[2] = {NULL, NULL};
    uint8_t octets[2 * MESSAGE_PREFIX_SIZE] = {0};
    struct byte_view body = byte_view_of(octets, sizeof(octets));
    enum status status = STATUS_OK;

    prefix_of(octets, 1);
    prefix_of(&octets[MESSAGE_PREFIX_SIZE], 2);
    prefix_of(id.octets, 1);
    for (size_t i = 0; status == STATUS_OK && i < 2; i++) {
        status =
            peer_new(&peers[i], &scene->node, (struct link_id){9 + i}, false);
        if (status != STATUS_OK)
            break;
        peers[i]->greeted = true;
        status = gossip_on_ihave(peers[i], body);
    }
    if (status == STATUS_OK)
        status = gossip_on_arrival(&scene->node, &id);
    if (status == STATUS_OK) {
        scene->node.now = mono_after(scene->node.now, GOSSIP_WAIT_MS);
        status = gossip_on_time(&scene->node);
    }
    if (status == STATUS_OK)
        status = gossip_announce(peers[0], &scene->id);
    if (status == STATUS_OK)
        status = gossip_send(peers[0]);
    if (status == STATUS_OK)
        status = gossip_on_graft(
            peers[0], byte_view_of(scene->id.octets, MESSAGE_PREFIX_SIZE));
    peer_free(peers[0]);
    peer_free(peers[1]);
    map_release(&scene->node.gossip.missing);
    return status;
}

static void
test_no_memory(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, 0);
    test_alloc_each(run_all, &scene);
    assert_int_equal(scene.node.gossip.missing.count, 0);
    close_scene(&scene);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_and_by_name),
        cmocka_unit_test(test_duplicate),
        cmocka_unit_test(test_no_prune),
        cmocka_unit_test(test_last_eager),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_arrival),
        cmocka_unit_test(test_named_and_here),
        cmocka_unit_test(test_link_ends),
        cmocka_unit_test(test_grafted),
        cmocka_unit_test(test_crossing),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
