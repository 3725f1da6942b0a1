/*
 * Sketches of several links on one node: what a turn may do is shared, and
 * what a link had is given back when it ends.  And the cells of message 2.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "core/mem.h"
#include "net/cells.h"
#include "net/hello_answer.h"
#include "net/node.h"
#include "net/peer.h"
#include "net/sketch.h"
#include "net/summary.h"
#include "tests/unit/alloc_each.h"
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

/* Append CELLS of the newest day, whose octets are nobody's. */
static void
write_cells(struct byte_buf *out, struct cells cells)
{
    static const uint8_t nothing[200 * SKETCH_COUNTED_SIZE];

    cells.span = (struct span){
        RECORD_SET_STATEMENTS, {10000 + DAYS - 1}, {10000 + DAYS - 1}};
    cells.coded = byte_view_of(nothing, sketch_size(cells.first, cells.count));
    assert_int_equal(cells_write(out, &cells), STATUS_OK);
}

/* A summary of one record; by_days: of 39 in the cells' day, and none else. */
static struct summary
make_summary(bool by_days)
{
    const int32_t day = 10000 + DAYS - 1;
    struct summary summary = {.count = by_days ? 4 : 2};

    summary.ranges[0].span = span_whole(RECORD_SET_CONTROL);
    for (size_t i = 1; i < summary.count; i++)
        summary.ranges[i].span = span_whole(RECORD_SET_STATEMENTS);
    if (by_days) {
        summary.ranges[1].span.last.number = day - 1;
        summary.ranges[2].span.first.number = day;
        summary.ranges[2].span.last.number = day;
        summary.ranges[2].count = 39;
        summary.ranges[3].span.first.number = day + 1;
    } else {
        summary.ranges[1].count = 1;
    }
    return summary;
}

/* A peer's first messages: each of cells, then a summary.  Is the link
 * broken? */
static bool
breaks(struct world *world, size_t link, const struct cells *cells,
       size_t count, bool by_days)
{
    struct peer *peer = world->peers[link];
    const struct summary summary = make_summary(by_days);
    struct byte_buf out;

    byte_buf_init(&out, 10000);
    for (size_t i = 0; i < count; i++)
        write_cells(&out, cells[i]);
    assert_int_equal(summary_write(&out, &summary), STATUS_OK);
    assert_int_equal(peer_on_octets(peer, byte_view_of_buf(&out)), STATUS_OK);
    byte_buf_release(&out);
    peer_run(peer);
    return peer->broken;
}

/* First cells that break the rules, and garbage that does not. */
static void
test_bad_first_cells(void **state)
{
    static const struct cells good = {.records = 39, .count = 16};
    static const struct cells none = {.records = 40, .count = 0};
    static const struct cells late = {.records = 40, .first = 1, .count = 16};
    static const struct cells turned = {
        .turned = true, .records = 40, .count = 16};
    static const struct cells many = {.records = 40, .count = 97};
    const struct cells twice[] = {good, good};
    static struct world world;
    size_t wrote[LINKS];

    (void)state;
    world_open(&world);
    assert_true(breaks(&world, 0, &none, 1, false));
    assert_true(breaks(&world, 1, &late, 1, false));
    assert_true(breaks(&world, 2, &turned, 1, false));
    world_close(&world);
    world_open(&world);
    assert_true(breaks(&world, 0, &many, 1, false));
    assert_true(breaks(&world, 1, twice, 2, false));
    /* Of days that no range of the summary is within: of no use. */
    assert_false(breaks(&world, 2, &good, 1, false));
    assert_null(world.peers[2]->compare.reconcile.first);
    run(&world, wrote);
    world_close(&world);
    /* They lie: the day is asked for as if none had come. */
    world_open(&world);
    assert_false(breaks(&world, 2, &good, 1, true));
    assert_int_equal(world.peers[2]->compare.asks, 0);
    run(&world, wrote);
    assert_int_equal(world.peers[2]->compare.asks, 1);
    assert_true(reconcile_is_idle(&world.peers[2]->compare.reconcile));
    world_close(&world);
    /* Only who called is given any. */
    world_open(&world);
    world.peers[0]->dialled = false;
    assert_true(breaks(&world, 0, &good, 1, false));
    world_close(&world);
}

/* What a caller who wished for cells is told in message 2. */
static struct peer *
call(struct world *world, uint8_t wish)
{
    const struct message_hello hello = {.version = MESSAGE_VERSION};
    struct byte_buf out;
    struct peer *peer;

    world->node.has_day = true;
    world->node.today.number = 10000 + DAYS;
    assert_int_equal(peer_new(&peer, &world->node, (struct link_id){99}, false),
                     STATUS_OK);
    assert_int_equal(peer_greet(peer, false, wish), STATUS_OK);
    byte_buf_init(&out, 1000);
    assert_int_equal(message_write_hello(&out, &hello), STATUS_OK);
    hear(peer, &out);
    return peer;
}

/* Say a WANT of so many ids of the cells' span to peer. */
static void
want(struct peer *peer, const struct span *span, size_t count)
{
    const struct message_list list = {.span = *span, .count = count};
    uint64_t ids[2000];
    struct byte_buf out;

    for (size_t i = 0; i < count; i++)
        ids[i] = i + 1;
    byte_buf_init(&out, 20000);
    assert_int_equal(message_write_list(&out, MESSAGE_WANT_FIRST, &list, ids),
                     STATUS_OK);
    assert_int_equal(peer_on_octets(peer, byte_view_of_buf(&out)), STATUS_OK);
    byte_buf_release(&out);
    peer_run(peer);
}

/* First cells are of the newest ranges that have no more than 512 records,
 * as many as were wished for, and one WANT may answer them. */
static void
test_given(void **state)
{
    static const uint8_t wishes[] = {0, SESSION_CELLS_FIT, 16, 96};
    static struct world world;
    size_t sizes[4];
    struct span span;

    (void)state;
    world_open(&world);
    for (size_t i = 0; i < 4; i++) {
        struct peer *peer = call(&world, wishes[i]);
        const struct first_cells *first = &peer->compare.first;

        sizes[i] = peer->out.size;
        assert_int_equal(first->given, wishes[i] != 0);
        span = first->span;
        if (wishes[i] != 0)
            assert_in_range(first->records, FIRST_CELLS_IDS / 2,
                            FIRST_CELLS_IDS);
        assert_int_equal(peer->counted_out, wishes[i] != 0 ? 2 : 1);
        assert_true(peer->said_done);
        /* The one that answers them, and one more. */
        if (wishes[i] != 0) {
            want(peer, &span, 2);
            assert_false(peer->broken);
            assert_false(first->given);
        }
        want(peer, &span, 2);
        assert_true(peer->broken);
        peer_free(peer);
        assert_int_equal(node_end_turn(&world.node), STATUS_OK);
    }
    /* The flight is no longer for as many as fit. */
    assert_in_range(sizes[1], sizes[0] + 16 * SKETCH_COUNTED_SIZE,
                    sizes[0] + hello_answer_room(sizes[0]));
    assert_int_equal(sizes[3] - sizes[2], 80 * SKETCH_COUNTED_SIZE);
    world_close(&world);
}

/* Too many are wanted; many call in one turn. */
static void
test_given_bounds(void **state)
{
    static struct world world;
    struct peer *peers[100];
    struct peer *peer;
    size_t given = 0;
    uint64_t rows;

    (void)state;
    world_open(&world);
    peer = call(&world, 16);
    want(peer, &peer->compare.first.span, peer->compare.first.records + 1);
    assert_true(peer->broken);
    peer_free(peer);
    rows = row_store_walked(world.store);
    for (size_t i = 0; i < 100; i++) {
        peers[i] = call(&world, 96);
        given += peers[i]->compare.first.given;
    }
    assert_in_range(row_store_walked(world.store) - rows, 5000,
                    FIRST_CELLS_BURST);
    assert_in_range(given, 15, 60);
    for (size_t i = 0; i < 100; i++)
        peer_free(peers[i]);
    /* A second later there are some again. */
    world.node.now = mono_after(world.node.now, 1000);
    peer = call(&world, 96);
    assert_true(peer->compare.first.given);
    peer_free(peer);
    world_close(&world);
}

static enum status
greet(void *context)
{
    struct world *world = context;
    struct peer *peer;
    enum status status =
        peer_new(&peer, &world->node, (struct link_id){9}, false);

    world->node.now = mono_after(world->node.now, 1000);
    if (status == STATUS_OK)
        status = peer_greet(peer, false, 96);
    peer_free(peer);
    return status;
}

static void
test_no_memory(void **state)
{
    static struct world world;

    (void)state;
    world_open(&world);
    world.node.has_day = true;
    world.node.today.number = 10000 + DAYS;
    test_alloc_each(greet, &world);
    world_close(&world);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shares),
        cmocka_unit_test(test_more),
        cmocka_unit_test(test_ends_early),
        cmocka_unit_test(test_bad_first_cells),
        cmocka_unit_test(test_given),
        cmocka_unit_test(test_given_bounds),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
