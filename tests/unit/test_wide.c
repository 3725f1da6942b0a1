/* Going wide, walked through by hand: what a node marks and sends over lazy
 * links, what it takes of others' marks, and what that costs at most. */
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

#define PEERS 6

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

/* A node with a record, one eager link and the others lazy. */
static void
open_scene(struct scene *scene)
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
    for (size_t i = 0; i < PEERS; i++) {
        assert_int_equal(peer_new(&scene->peers[i], &scene->node,
                                  (struct link_id){i + 1}, false),
                         STATUS_OK);
        scene->peers[i]->greeted = true;
        scene->peers[i]->gossip.met = true;
        scene->peers[i]->gossip.lazy = i > 0;
    }
}

/* The tree is slow here, and copies are paid. */
static void
make_slow(struct scene *scene)
{
    scene->node.going_wide.earned = WIDE_EARN * WIDE_COPIES_MAX;
    wide_on_late(&scene->node);
}

static void
close_scene(struct scene *scene)
{
    node_release(&scene->node);
    stores_close(&scene->stores);
}

static void
pass_on(struct scene *scene, enum wide_way way)
{
    assert_int_equal(node_pass_on(&scene->node, &scene->id,
                                  RECORD_SET_STATEMENTS, (struct day){20000},
                                  way),
                     STATUS_OK);
}

/* How many peers are to get the record whole. */
static size_t
whole(const struct scene *scene)
{
    size_t count = 0;

    for (size_t i = 0; i < PEERS; i++)
        count += scene->peers[i]->exchange.outbox.count;
    return count;
}

/* The way of which peer is told. */
static enum wide_way
marked(struct peer *peer)
{
    const struct byte_buf *marks = &peer->wide.marks;

    assert_true(marks->size == 0 || marks->size == MESSAGE_PREFIX_SIZE + 1);
    if (marks->size == 0)
        return WIDE_NARROW;
    assert_in_range(marks->data[MESSAGE_PREFIX_SIZE], 0, 1);
    return marks->data[MESSAGE_PREFIX_SIZE] == 1 ? WIDE_ON : WIDE_ENDED;
}

static void
test_by_the_tree_alone(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene);
    make_slow(&scene);
    pass_on(&scene, WIDE_NARROW);
    assert_int_equal(whole(&scene), 1);
    assert_int_equal(marked(scene.peers[0]), WIDE_NARROW);
    assert_true(scene.peers[1]->gossip.ihave.size > 0);
    close_scene(&scene);
    /* So goes what went wide far enough, with its mark. */
    open_scene(&scene);
    make_slow(&scene);
    pass_on(&scene, WIDE_ENDED);
    assert_int_equal(whole(&scene), 1);
    assert_int_equal(marked(scene.peers[0]), WIDE_ENDED);
    assert_int_equal(marked(scene.peers[1]), WIDE_NARROW);
    assert_true(scene.peers[1]->gossip.ihave.size > 0);
    close_scene(&scene);
}

static void
test_wide(void **state)
{
    struct scene scene;
    struct peer *last;

    (void)state;
    open_scene(&scene);
    last = scene.peers[PEERS - 1];
    make_slow(&scene);
    pass_on(&scene, WIDE_ON);
    /* As far as it is paid for; the rest hear its name. */
    assert_int_equal(whole(&scene), 1 + WIDE_COPIES_MAX);
    assert_int_not_equal(marked(scene.peers[0]), WIDE_NARROW);
    assert_int_not_equal(marked(scene.peers[1]), WIDE_NARROW);
    assert_int_equal(scene.peers[1]->gossip.ihave.size, 0);
    assert_true(scene.peers[1]->gossip.lazy);
    assert_int_equal(marked(last), WIDE_NARROW);
    assert_true(last->gossip.ihave.size > 0);
    assert_int_equal(wide_send(scene.peers[1]), STATUS_OK);
    assert_int_equal(scene.peers[1]->out.data[0], MESSAGE_WIDE);
    assert_int_equal(marked(scene.peers[1]), WIDE_NARROW);
    close_scene(&scene);
}

/* Whatever is marked, five records pay for a copy. */
static void
test_what_it_costs(void **state)
{
    struct scene scene;
    size_t copies = 0;

    (void)state;
    open_scene(&scene);
    for (size_t i = 0; i < 1000; i++) {
        wide_on_late(&scene.node);
        wide_earn(&scene.node);
        while (wide_spend(&scene.node, WIDE_ON))
            copies++;
    }
    assert_int_equal(copies, 200);
    for (size_t i = 0; i < 1000; i++)
        wide_earn(&scene.node);
    assert_false(wide_spend(&scene.node, WIDE_ON));
    wide_on_late(&scene.node);
    assert_false(wide_spend(&scene.node, WIDE_ENDED));
    assert_false(wide_spend(&scene.node, WIDE_NARROW));
    for (size_t i = 0; i < WIDE_COPIES_MAX; i++)
        assert_true(wide_spend(&scene.node, WIDE_ON));
    assert_false(wide_spend(&scene.node, WIDE_ON));
    close_scene(&scene);
}

/* Nobody goes wide where there is no tree; else most do, not all, and of the
 * copies one in three goes on wide, whoever sends it. */
static void
test_by_chance(void **state)
{
    struct scene scene;
    unsigned narrow = 0;
    unsigned kept = 0;

    (void)state;
    open_scene(&scene);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(wide_begin(&scene.node), WIDE_NARROW);
    wide_on_late(&scene.node);
    for (size_t i = 0; i < 800; i++) {
        const enum wide_way way = wide_begin(&scene.node);
        const enum wide_way next = wide_next(&scene.node, WIDE_ON);

        assert_int_not_equal(way, WIDE_ENDED);
        assert_int_not_equal(next, WIDE_NARROW);
        narrow += way == WIDE_NARROW ? 1 : 0;
        kept += next == WIDE_ON ? 1 : 0;
    }
    assert_in_range(narrow, 60, 150);
    assert_in_range(kept, 200, 340);
    assert_int_equal(wide_next(&scene.node, WIDE_ENDED), WIDE_ENDED);
    assert_int_equal(wide_next(&scene.node, WIDE_NARROW), WIDE_NARROW);
    for (size_t i = 0; i < PEERS; i++)
        scene.peers[i]->gossip.lazy = false;
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(wide_begin(&scene.node), WIDE_NARROW);
    close_scene(&scene);
}

static void
say_mark(struct peer *peer, const struct record_id *id, uint8_t octet)
{
    uint8_t body[MESSAGE_PREFIX_SIZE + 1];

    memcpy(body, id->octets, MESSAGE_PREFIX_SIZE);
    body[MESSAGE_PREFIX_SIZE] = octet;
    assert_int_equal(wide_on_marks(peer, byte_view_of(body, sizeof(body))),
                     STATUS_OK);
}

static void
test_what_others_mark(void **state)
{
    struct record_id other = {{0}};
    struct scene scene;

    (void)state;
    open_scene(&scene);
    scene.peers[1]->gossip.lazy = false;
    assert_int_equal(wide_marked(scene.peers[0], &other), WIDE_NARROW);
    say_mark(scene.peers[0], &scene.id, 255);
    assert_int_equal(wide_marked(scene.peers[0], &scene.id), WIDE_ON);
    assert_int_equal(wide_marked(scene.peers[1], &scene.id), WIDE_NARROW);
    /* It is not the tree's fault that it comes twice. */
    gossip_on_duplicate(scene.peers[0], &scene.id);
    assert_false(scene.peers[0]->gossip.say_prune);
    for (uint32_t i = 0; i < WIDE_MARKS_MAX; i++) {
        memcpy(other.octets, &i, sizeof(i));
        say_mark(scene.peers[0], &other, 0);
    }
    assert_int_equal(wide_marked(scene.peers[0], &other), WIDE_ENDED);
    assert_int_equal(wide_marked(scene.peers[0], &scene.id), WIDE_NARROW);
    gossip_on_duplicate(scene.peers[0], &scene.id);
    assert_true(scene.peers[0]->gossip.say_prune);
    close_scene(&scene);
}

static void
test_malformed(void **state)
{
    static const uint8_t
        octets[(MESSAGE_PREFIXES_MAX + 1) * (MESSAGE_PREFIX_SIZE + 1)];
    struct scene scene;

    (void)state;
    open_scene(&scene);
    for (size_t size = 0; size <= sizeof(octets); size += 3)
        assert_int_equal(
            wide_on_marks(scene.peers[0], byte_view_of(octets, size)),
            size > 0 && size % 9 == 0 && size < sizeof(octets)
                ? STATUS_OK
                : STATUS_MALFORMED);
    close_scene(&scene);
}

/* The record comes so much later than its name. */
static void
come_late(struct scene *scene, uint32_t milliseconds)
{
    struct byte_view prefix;
    struct record_id id = {{7}};

    scene->node.going_wide.late = 0;
    scene->node.now = mono_after(scene->node.now, 5000);
    prefix = byte_view_of(id.octets, MESSAGE_PREFIX_SIZE);
    assert_int_equal(gossip_on_ihave(scene->peers[1], prefix), STATUS_OK);
    scene->node.now = mono_after(scene->node.now, milliseconds);
    assert_int_equal(gossip_on_time(&scene->node), STATUS_OK);
    assert_int_equal(gossip_on_arrival(&scene->node, &id), STATUS_OK);
}

static void
test_what_is_late(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene);
    come_late(&scene, 0);
    assert_int_equal(scene.node.going_wide.late, 0);
    come_late(&scene, WIDE_LATE_MS - 1);
    assert_int_equal(scene.node.going_wide.late, 0);
    come_late(&scene, WIDE_LATE_MS);
    assert_int_equal(scene.node.going_wide.late, WIDE_LATE_RECORDS);
    come_late(&scene, GOSSIP_WAIT_MS);
    assert_int_equal(scene.node.going_wide.late, WIDE_LATE_RECORDS);
    for (size_t i = 0; i < WIDE_LATE_RECORDS; i++) {
        assert_true(scene.node.going_wide.late > 0);
        wide_earn(&scene.node);
    }
    assert_int_equal(scene.node.going_wide.late, 0);
    close_scene(&scene);
}

static enum status
mark_and_send(void *context)
{
    struct scene *scene = context;
    struct peer *peer = scene->peers[0];
    enum status status = wide_mark(peer, &scene->id, WIDE_ON);

    byte_buf_release(&peer->out);
    if (status == STATUS_OK)
        status = wide_send(peer);
    byte_buf_release(&peer->out);
    wide_peer_release(&peer->wide);
    return status;
}

static void
test_no_memory(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene);
    test_alloc_each(mark_and_send, &scene);
    close_scene(&scene);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_the_tree_alone),
        cmocka_unit_test(test_wide),
        cmocka_unit_test(test_what_it_costs),
        cmocka_unit_test(test_by_chance),
        cmocka_unit_test(test_what_others_mark),
        cmocka_unit_test(test_what_is_late),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
