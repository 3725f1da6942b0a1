/*
 * Sketches of several links on one node: what a turn may do is shared, and
 * what a link had is given back when it ends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "core/mem.h"
#include "net/cells.h"
#include "net/node.h"
#include "net/peer.h"
#include "net/sketch.h"
#include "tests/unit/row_store.h"
#include "tests/unit/test_support.h"

#define LINKS   3
#define DAYS    1000
#define RECORDS 40000U

/* One node, and links whose other sides are played here. */
struct world {
    struct entropy entropy;
    struct store *store;
    struct node node;
    struct peer *peers[LINKS];
};

static enum store_class
keeping(void *context, const struct key_author *author)
{
    (void)context;
    (void)author;
    return STORE_OTHER;
}

static void
hear(struct peer *peer, struct byte_buf *out)
{
    assert_int_equal(peer_on_octets(peer, byte_view_of_buf(out)), STATUS_OK);
    byte_buf_release(out);
    peer_run(peer);
    assert_false(peer->broken);
}

/* A node with RECORDS records, and open links. */
static void
world_open(struct world *world)
{
    struct node_config config = {.entropy = &world->entropy,
                                 .keeping = keeping};

    entropy_init_seed(&world->entropy, 17);
    world->store = row_store_new();
    for (uint32_t i = 0; i < RECORDS; i++)
        row_store_add(world->store, RECORD_SET_STATEMENTS,
                      10000 + (int32_t)(i % DAYS), i);
    config.store = world->store;
    assert_int_equal(node_init(&world->node, &config), STATUS_OK);
    for (size_t i = 0; i < LINKS; i++) {
        const struct message_hello hello = {.version = MESSAGE_VERSION,
                                            .salt = {{(uint8_t)i}}};
        struct byte_buf out;

        assert_int_equal(peer_new(&world->peers[i], &world->node,
                                  (struct link_id){i + 1}, true),
                         STATUS_OK);
        byte_buf_init(&out, 1000);
        assert_int_equal(message_write_hello(&out, &hello), STATUS_OK);
        hear(world->peers[i], &out);
    }
}

static void
world_close(struct world *world)
{
    for (size_t i = 0; i < LINKS; i++)
        peer_free(world->peers[i]);
    assert_int_equal(world->node.sketch_ids, 0);
    node_release(&world->node);
    store_free(world->store);
}

/* The other side of a link asks for cells of the last days. */
static void
ask(struct world *world, size_t link, int32_t days, uint32_t cells)
{
    const struct span span = {
        RECORD_SET_STATEMENTS, {10000 + DAYS - days}, {10000 + DAYS - 1}};
    struct byte_buf out;

    byte_buf_init(&out, 1000);
    assert_int_equal(cells_write_ask(&out, &span, cells), STATUS_OK);
    hear(world->peers[link], &out);
}

/* A turn; of each link without cells so far, that it has written some. */
static void
turn(struct world *world, size_t number, size_t wrote[LINKS])
{
    const struct node_turn *turn = &world->node.turn;

    assert_int_equal(node_end_turn(&world->node), STATUS_OK);
    for (size_t i = 0; i < LINKS; i++) {
        struct peer *peer = world->peers[i];

        if (!mono_due(peer->rest, world->node.now))
            world->node.now = peer->rest;
        assert_int_equal(reconcile_work(peer), STATUS_OK);
        if (peer->out.size > 0 && wrote[i] == 0)
            wrote[i] = number;
    }
    assert_in_range(turn->steps, 0, RECONCILE_STEPS_TURN);
    /* A day is looked at as a whole. */
    assert_in_range(turn->rows, 0,
                    RECONCILE_ROWS_TURN + LINKS * RECORDS / DAYS);
}

/* Turns until each link that was asked has written its cells. */
static void
run(struct world *world, size_t wrote[LINKS])
{
    size_t number = 0;
    bool works = true;

    for (size_t i = 0; i < LINKS; i++)
        wrote[i] = 0;
    while (works) {
        turn(world, ++number, wrote);
        works = false;
        for (size_t i = 0; i < LINKS; i++)
            works |= reconcile_has_work(world->peers[i]);
    }
    for (size_t i = 0; i < LINKS; i++)
        byte_buf_clear(&world->peers[i]->out);
}

/* Large sketches of two links are through at about the same time, and a small
 * one of the third long before them, though its link is the last. */
static void
test_shares(void **state)
{
    static struct world world;
    size_t wrote[LINKS];
    size_t alone;

    (void)state;
    world_open(&world);
    ask(&world, 1, DAYS, 96);
    run(&world, wrote);
    alone = wrote[1];
    assert_in_range(alone, 10, 40);
    world_close(&world);

    world_open(&world);
    ask(&world, 0, DAYS, 96);
    ask(&world, 1, DAYS, 96);
    ask(&world, 2, 50, 96);
    run(&world, wrote);
    assert_in_range(wrote[0], alone, 2 * alone + 4);
    assert_in_range(wrote[1], wrote[0] - 3, wrote[0] + 3);
    assert_in_range(wrote[2], 1, wrote[0] / 2);
    world_close(&world);
}

/* Cells that were asked for, then more of them: in one set, and the numbers of
 * the messages do not depend on who else has work. */
static void
test_more(void **state)
{
    static struct world world;
    size_t wrote[LINKS];

    (void)state;
    world_open(&world);
    ask(&world, 0, DAYS, 96);
    ask(&world, 1, DAYS, 96);
    run(&world, wrote);
    ask(&world, 0, DAYS, 9000);
    ask(&world, 1, DAYS, 200);
    run(&world, wrote);
    assert_true(wrote[0] > 0 && wrote[1] > 0 && wrote[2] == 0);
    assert_true(wrote[1] <= wrote[0]);
    world_close(&world);
}

/* A link ends at any turn of its work. */
static void
test_ends_early(void **state)
{
    static struct world world;
    size_t wrote[LINKS] = {0, 0, 0};
    size_t turns = 0;

    (void)state;
    while (wrote[0] == 0) {
        const long live = mem_live_count();

        world_open(&world);
        ask(&world, 0, DAYS, 500);
        for (size_t i = 0; i < turns; i++)
            turn(&world, i + 1, wrote);
        world_close(&world);
        assert_int_equal(mem_live_count(), live);
        turns += 3;
    }
    assert_true(turns > 9);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shares),
        cmocka_unit_test(test_more),
        cmocka_unit_test(test_ends_early),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
