/*
 * A peer that knows the secret and breaks every other rule: the link ends,
 * nothing unverified is stored, and the work that it makes is bounded.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/bundle.h"
#include "core/limits.h"
#include "net/load.h"
#include "net/summary.h"
#include "tests/unit/engine_stranger.h"
#include "tests/unit/engine_world.h"
#include "tests/unit/test_support.h"

/* A node, and one beside it whose records the stranger knows. */
struct scene {
    struct world world;
    struct world_node *node;
    struct world_node *source;
    struct stranger stranger;
};

static void
make_scene(struct scene *scene, uint32_t records)
{
    world_init(&scene->world);
    scene->node = world_add_node(&scene->world);
    scene->source = world_add_node(&scene->world);
    for (uint32_t i = 0; i < records; i++)
        (void)world_put(scene->node, &(struct world_statement){
                                         .number = i,
                                         .day = WORLD_TODAY - (int32_t)i % 30,
                                         .text = 100});
    assert_int_equal(world_start(scene->node), STATUS_OK);
    stranger_meet(&scene->stranger, scene->node);
}

/* The link ended, for cause or in order, and the store is good. */
static void
close_scene(struct scene *scene, bool ended, uint64_t records)
{
    assert_int_equal(scene->stranger.ended, ended);
    assert_int_equal(scene->node->failure, STATUS_OK);
    assert_int_equal(store_check(scene->node->store), STATUS_OK);
    assert_int_equal(world_count(scene->node), records);
    stranger_release(&scene->stranger);
    assert_int_equal(engine_figures(scene->node->engine).links, 0);
    world_release(&scene->world);
}

static void
test_well_behaved(void **state)
{
    struct message message;
    struct scene scene;
    struct record_id id;

    (void)state;
    make_scene(&scene, 0);
    id = world_put(scene.source, &(struct world_statement){.number = 500,
                                                           .day = WORLD_TODAY,
                                                           .text = 1000});
    stranger_put_record(&scene.stranger, scene.source, &id);
    stranger_say(&scene.stranger);
    assert_true(stranger_hears(&scene.stranger, MESSAGE_ACK, &message));
    assert_int_equal(message.body.size, MESSAGE_ACK_SIZE);
    assert_memory_equal(message.body.data, id.octets, MESSAGE_PREFIX_SIZE);
    assert_int_equal(message.body.data[MESSAGE_PREFIX_SIZE],
                     MESSAGE_FATE_COMPLETE);
    close_scene(&scene, false, 1);
}

/* A bit of each octet of a record, each in a contact of its own. */
static void
test_wrong_records(void **state)
{
    struct scene scene;
    struct record_id id;
    size_t size;

    (void)state;
    make_scene(&scene, 0);
    id = world_put(scene.source, &(struct world_statement){.number = 500,
                                                           .day = WORLD_TODAY});
    stranger_put_record(&scene.stranger, scene.source, &id);
    size = scene.stranger.out.size;
    byte_buf_clear(&scene.stranger.out);
    for (size_t i = MESSAGE_HEAD_SIZE; i < size; i++) {
        stranger_put_record(&scene.stranger, scene.source, &id);
        scene.stranger.out.data[i] ^= (uint8_t)(1U << i % 8);
        stranger_say(&scene.stranger);
        assert_int_equal(world_count(scene.node), 0);
        assert_true(scene.stranger.lost);
        stranger_release(&scene.stranger);
        stranger_meet(&scene.stranger, scene.node);
    }
    close_scene(&scene, false, 0);
}

/* A record cut at each octet, in a message of just that length. */
static void
test_cut_records(void **state)
{
    struct scene scene;
    struct record_id id;
    size_t size;

    (void)state;
    make_scene(&scene, 0);
    id = world_put(scene.source, &(struct world_statement){.number = 500,
                                                           .day = WORLD_TODAY});
    stranger_put_record(&scene.stranger, scene.source, &id);
    size = scene.stranger.out.size - MESSAGE_HEAD_SIZE;
    byte_buf_clear(&scene.stranger.out);
    for (size_t cut = 0; cut < size; cut++) {
        uint8_t *head;

        stranger_put_record(&scene.stranger, scene.source, &id);
        head = scene.stranger.out.data;
        head[1] = (uint8_t)cut;
        head[2] = (uint8_t)(cut >> 8);
        head[3] = 0;
        scene.stranger.out.size = MESSAGE_HEAD_SIZE + cut;
        stranger_say(&scene.stranger);
        assert_int_equal(world_count(scene.node), 0);
        assert_true(scene.stranger.lost);
        stranger_release(&scene.stranger);
        stranger_meet(&scene.stranger, scene.node);
    }
    close_scene(&scene, false, 0);
}

/* A RECORD whose text is not what the record promises. */
static void
test_wrong_inline(void **state)
{
    struct scene scene;
    struct record_id id;
    struct store_row row;

    (void)state;
    make_scene(&scene, 0);
    id = world_put(scene.source, &(struct world_statement){.number = 500,
                                                           .day = WORLD_TODAY,
                                                           .text = 1000});
    stranger_put_record(&scene.stranger, scene.source, &id);
    scene.stranger.out.data[scene.stranger.out.size - 5] ^= 1;
    stranger_say(&scene.stranger);
    assert_true(scene.stranger.lost);
    /* The record itself is good, and waits for a better text. */
    assert_int_equal(store_get_row(scene.node->store, &id, &row), STATUS_OK);
    assert_int_equal(row.state, STORE_INCOMPLETE);
    close_scene(&scene, true, 1);
}

/* Give the node a record with an attachment, and take what it asks for. */
static struct record_id
offer_attachment(struct scene *scene, size_t size, struct message_run *asked)
{
    struct message message;
    struct record_id id;

    id = world_put(scene->source,
                   &(struct world_statement){
                       .number = 500, .day = WORLD_TODAY, .attachment = size});
    stranger_put_record(&scene->stranger, scene->source, &id);
    stranger_say(&scene->stranger);
    assert_true(
        stranger_hears(&scene->stranger, MESSAGE_WANT_CHUNKS, &message));
    assert_int_equal(message_read_run(asked, message.body), STATUS_OK);
    assert_true(record_id_equal(&asked->id, &id));
    return id;
}

static void
test_wrong_chunk(void **state)
{
    static const uint8_t octets[CHUNK_STORED_MAX];
    struct message_chunk chunk = {.stored = {octets, sizeof(octets)}};
    struct message_run asked;
    struct scene scene;

    (void)state;
    make_scene(&scene, 0);
    chunk.id = offer_attachment(&scene, 20000, &asked);
    assert_int_equal(asked.first, 0);
    chunk.stored.size = 20000;
    assert_int_equal(message_write_chunk(&scene.stranger.out, &chunk),
                     STATUS_OK);
    stranger_say(&scene.stranger);
    assert_true(scene.stranger.lost);
    close_scene(&scene, true, 1);
}

/* Good octets that nobody asked for. */
static void
test_unwanted_chunk(void **state)
{
    static const uint8_t octets[100];
    struct message_chunk chunk = {.stored = {octets, sizeof(octets)}};
    struct message_run asked;
    struct scene scene;

    (void)state;
    make_scene(&scene, 0);
    chunk.id = offer_attachment(&scene, 100000, &asked);
    /* The list of four was asked for, the data were not. */
    assert_int_equal(asked.first, 4);
    assert_int_equal(asked.count, 1);
    chunk.index = 0;
    assert_int_equal(message_write_chunk(&scene.stranger.out, &chunk),
                     STATUS_OK);
    stranger_say(&scene.stranger);
    assert_true(scene.stranger.lost);
    close_scene(&scene, true, 1);
}

/* Who was asked for a chunk and says nothing does not keep it from us: in time
 * it is asked of another. */
static void
test_withheld_chunk(void **state)
{
    struct message_run asked;
    struct stranger *stranger;
    struct scene scene;
    struct record_id id;

    (void)state;
    make_scene(&scene, 0);
    stranger = &scene.stranger;
    scene.world.quiet = true;
    id = offer_attachment(&scene, 20000, &asked);
    assert_int_equal(world_start(scene.source), STATUS_OK);
    (void)world_connect(&scene.world, scene.node, scene.source);
    world_pass(&scene.world, FETCH_PATIENCE_MS - 1000);
    assert_false(world_is_complete(scene.node, &id));
    world_pass(&scene.world, 2000);
    assert_true(world_is_complete(scene.node, &id));
    /* Late it is no fault.  What the node says meanwhile is not read. */
    assert_int_equal(
        load_chunk(&stranger->out, scene.source->store, &asked, 200),
        STATUS_OK);
    assert_int_equal(
        session_write(stranger->session, byte_view_of_buf(&stranger->out)),
        STATUS_OK);
    assert_int_equal(session_flush(stranger->session), STATUS_OK);
    assert_int_equal(
        engine_on_bytes(scene.node->engine, stranger->link,
                        byte_view_of_buf(session_output(stranger->session)),
                        scene.world.now),
        STATUS_OK);
    world_run(&scene.world);
    assert_int_equal(engine_figures(scene.node->engine).links, 2);
    world_break(&scene.world, &scene.world.links[0]);
    close_scene(&scene, false, 1);
}

/* Gone chunks that were not asked for, and gone ones that were. */
static void
test_gone_chunks(void **state)
{
    struct message_run asked;
    struct scene scene;

    (void)state;
    make_scene(&scene, 0);
    (void)offer_attachment(&scene, 100000, &asked);
    assert_int_equal(
        message_write_run(&scene.stranger.out, MESSAGE_GONE_CHUNKS, &asked),
        STATUS_OK);
    stranger_say(&scene.stranger);
    assert_false(scene.stranger.ended);
    assert_int_equal(
        message_write_run(&scene.stranger.out, MESSAGE_GONE_CHUNKS, &asked),
        STATUS_OK);
    stranger_say(&scene.stranger);
    assert_true(scene.stranger.lost);
    close_scene(&scene, true, 1);
}

/* Records that are here already cost credit all the same: a peer that sends
 * more than was granted, without a pause to grant more, is over. */
static void
test_over_credit(void **state)
{
    struct scene scene;
    struct record_id id;

    (void)state;
    make_scene(&scene, 0);
    id = world_put(scene.source, &(struct world_statement){.number = 500,
                                                           .day = WORLD_TODAY,
                                                           .text = 30000,
                                                           .attachment = 4000});
    while (scene.stranger.out.size <= CREDIT_MAX)
        stranger_put_record(&scene.stranger, scene.source, &id);
    stranger_say(&scene.stranger);
    assert_false(scene.stranger.ended);
    while (scene.stranger.out.size <= 3 * CREDIT_MAX)
        stranger_put_record(&scene.stranger, scene.source, &id);
    stranger_say(&scene.stranger);
    assert_true(scene.stranger.lost);
    close_scene(&scene, true, 1);
}

static void
test_unknown_type(void **state)
{
    static const uint8_t unknown[] = {77, 3, 0, 0, 'a', 'b', 'c', 201, 0, 0, 0};
    struct message message;
    uint64_t count;
    struct scene scene;

    (void)state;
    make_scene(&scene, 3);
    assert_int_equal(byte_buf_append(&scene.stranger.out,
                                     byte_view_of(unknown, sizeof(unknown))),
                     STATUS_OK);
    stranger_say(&scene.stranger);
    /* Skipped, and counted as this version knows how. */
    assert_true(stranger_hears(&scene.stranger, MESSAGE_DONE, &message));
    while (message_read_number(&count, message.body) == STATUS_OK &&
           stranger_hears(&scene.stranger, MESSAGE_DONE, &message))
        ;
    assert_int_equal(count, 1);
    close_scene(&scene, false, 3);
}

/* What may not come, or not before HELLO, or not twice. */
static void
test_out_of_place(void **state)
{
    struct message_hello hello = {.version = MESSAGE_VERSION};
    struct scene scene;

    (void)state;
    make_scene(&scene, 0);
    assert_int_equal(message_write_hello(&scene.stranger.out, &hello),
                     STATUS_OK);
    stranger_say(&scene.stranger);
    assert_true(scene.stranger.lost);
    stranger_release(&scene.stranger);

    stranger_call(&scene.stranger, scene.node);
    assert_int_equal(message_write_number(&scene.stranger.out, MESSAGE_DONE, 0),
                     STATUS_OK);
    stranger_say(&scene.stranger);
    close_scene(&scene, true, 0);
}

/* A message longer than there can be. */
static void
test_endless_message(void **state)
{
    static const uint8_t head[] = {MESSAGE_CHUNK, 0xff, 0xff, 0xff};
    struct scene scene;

    (void)state;
    make_scene(&scene, 0);
    assert_int_equal(
        byte_buf_append(&scene.stranger.out, byte_view_of(head, sizeof(head))),
        STATUS_OK);
    stranger_say(&scene.stranger);
    assert_true(scene.stranger.lost);
    close_scene(&scene, true, 0);
}

/* Wants that answer no list; more wants than the list had. */
static void
test_wants(void **state)
{
    static const uint64_t ids[] = {1, 2, 3};
    const struct message_list want = {.span = span_whole(RECORD_SET_STATEMENTS),
                                      .count = 3};
    struct message_list list;
    struct message message;
    struct scene scene;

    (void)state;
    make_scene(&scene, 3);
    assert_int_equal(
        message_write_list(&scene.stranger.out, MESSAGE_WANT, &want, ids),
        STATUS_OK);
    stranger_say(&scene.stranger);
    assert_true(scene.stranger.lost);
    stranger_release(&scene.stranger);

    stranger_meet(&scene.stranger, scene.node);
    assert_int_equal(message_write_ask(&scene.stranger.out, &want.span),
                     STATUS_OK);
    stranger_say(&scene.stranger);
    assert_true(stranger_hears(&scene.stranger, MESSAGE_LIST, &message));
    assert_int_equal(message_read_list(&list, MESSAGE_LIST, message.body),
                     STATUS_OK);
    assert_int_equal(list.count, 3);
    /* Ids that it does not have are gone; four of three are too many. */
    assert_int_equal(
        message_write_list(&scene.stranger.out, MESSAGE_WANT, &want, ids),
        STATUS_OK);
    stranger_say(&scene.stranger);
    assert_true(stranger_hears(&scene.stranger, MESSAGE_GONE, &message));
    assert_int_equal(message.body.size, 18);
    assert_false(scene.stranger.ended);
    assert_int_equal(
        message_write_list(&scene.stranger.out, MESSAGE_WANT, &want, ids),
        STATUS_OK);
    stranger_say(&scene.stranger);
    close_scene(&scene, true, 3);
}

/* Lies about counts and digests: bounded answers, whatever is claimed. */
static void
test_lies(void **state)
{
    struct summary summary = {.count = 2};
    struct scene scene;

    (void)state;
    make_scene(&scene, 50);
    summary.ranges[0].span = span_whole(RECORD_SET_CONTROL);
    summary.ranges[0].count = UINT32_MAX;
    summary.ranges[1].span = span_whole(RECORD_SET_STATEMENTS);
    for (uint32_t i = 0; i < 200 && !scene.stranger.ended; i++) {
        summary.ranges[1].count = i % 3 == 0 ? UINT32_MAX : i;
        memset(summary.ranges[1].digest, (int)i, WINDOW_DIGEST_SIZE);
        assert_int_equal(summary_write(&scene.stranger.out, &summary),
                         STATUS_OK);
        stranger_say(&scene.stranger);
    }
    /* Its own 4 lists wait for an answer; it asked, and waits too. */
    assert_true(scene.stranger.inbox.buf.size < 100000);
    close_scene(&scene, scene.stranger.ended, 50);
}

/* Lists of as many ids as fit, again and again: answered until the memory
 * for wants is full, then no more is wanted. */
static void
test_list_bombs(void **state)
{
    uint64_t *ids = malloc(LIST_IDS_MAX * sizeof(*ids));
    struct message_list list = {.span = span_whole(RECORD_SET_STATEMENTS),
                                .count = LIST_IDS_MAX};
    struct message message;
    size_t wanted = 0;
    struct scene scene;

    (void)state;
    assert_non_null(ids);
    make_scene(&scene, 10);
    for (uint64_t round = 0; round < 8; round++) {
        for (size_t i = 0; i < LIST_IDS_MAX; i++)
            ids[i] = 1 + round + i * 0x7fffffff;
        assert_int_equal(
            message_write_list(&scene.stranger.out, MESSAGE_LIST, &list, ids),
            STATUS_OK);
        stranger_say(&scene.stranger);
    }
    while (stranger_hears(&scene.stranger, MESSAGE_WANT, &message)) {
        struct message_list want;

        assert_int_equal(message_read_list(&want, MESSAGE_WANT, message.body),
                         STATUS_OK);
        wanted += want.count;
    }
    assert_int_equal(wanted, WANTS_MAX);
    free(ids);
    close_scene(&scene, false, 10);
}

/* Asking without end, and never answering what is listed. */
static void
test_endless_asking(void **state)
{
    struct span span = span_whole(RECORD_SET_STATEMENTS);
    struct message message;
    unsigned lists = 0;
    struct scene scene;

    (void)state;
    make_scene(&scene, 100);
    for (unsigned i = 0; i < 10000 && !scene.stranger.ended; i++) {
        assert_int_equal(message_write_ask(&scene.stranger.out, &span),
                         STATUS_OK);
        if (i % 50 == 0)
            stranger_say(&scene.stranger);
    }
    stranger_say(&scene.stranger);
    while (stranger_hears(&scene.stranger, MESSAGE_LIST, &message))
        lists++;
    assert_int_equal(lists, LISTS_IN_FLIGHT_MAX);
    close_scene(&scene, true, 100);
}

/* More chunks than may be asked for at a time. */
static void
test_too_many_chunks(void **state)
{
    struct message_run run = {.count = CHUNKS_IN_FLIGHT_MAX};
    struct message message;
    struct scene scene;

    (void)state;
    make_scene(&scene, 0);
    /* Of a record that is not here: said to be gone, one by one. */
    assert_int_equal(
        message_write_run(&scene.stranger.out, MESSAGE_WANT_CHUNKS, &run),
        STATUS_OK);
    stranger_say(&scene.stranger);
    assert_true(stranger_hears(&scene.stranger, MESSAGE_GONE_CHUNKS, &message));
    assert_int_equal(
        message_write_run(&scene.stranger.out, MESSAGE_WANT_CHUNKS, &run),
        STATUS_OK);
    run.count = 1;
    assert_int_equal(
        message_write_run(&scene.stranger.out, MESSAGE_WANT_CHUNKS, &run),
        STATUS_OK);
    stranger_say(&scene.stranger);
    close_scene(&scene, true, 0);
}

/* Acknowledgements of what was never sent change nothing. */
static void
test_false_acks(void **state)
{
    struct message_ack ack = {{1, 2, 3}, MESSAGE_FATE_COMPLETE};
    struct byte_buf entries;
    struct scene scene;

    (void)state;
    make_scene(&scene, 1);
    byte_buf_init(&entries, MESSAGE_BODY_MAX);
    for (unsigned i = 0; i < 1000; i++) {
        ack.prefix[4] = (uint8_t)i;
        assert_int_equal(message_put_ack(&entries, &ack), STATUS_OK);
    }
    assert_int_equal(
        message_write_ack(&scene.stranger.out, byte_view_of_buf(&entries)),
        STATUS_OK);
    byte_buf_release(&entries);
    stranger_say(&scene.stranger);
    assert_int_equal(scene.node->events[EVENT_DELIVERED], 0);
    close_scene(&scene, false, 1);
}

/* Noise on an open link. */
static void
test_noise(void **state)
{
    uint8_t octets[300];
    struct scene scene;

    (void)state;
    make_scene(&scene, 1);
    entropy_fill(&scene.stranger.entropy, octets, sizeof(octets));
    assert_int_equal(engine_on_bytes(scene.node->engine, scene.stranger.link,
                                     byte_view_of(octets, sizeof(octets)),
                                     scene.world.now),
                     STATUS_OK);
    stranger_wait(&scene.stranger);
    assert_true(scene.stranger.lost);
    assert_int_equal(scene.node->events[EVENT_LINK_LOST], 1);
    close_scene(&scene, true, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_well_behaved),
        cmocka_unit_test(test_wrong_records),
        cmocka_unit_test(test_cut_records),
        cmocka_unit_test(test_wrong_inline),
        cmocka_unit_test(test_wrong_chunk),
        cmocka_unit_test(test_unwanted_chunk),
        cmocka_unit_test(test_withheld_chunk),
        cmocka_unit_test(test_gone_chunks),
        cmocka_unit_test(test_over_credit),
        cmocka_unit_test(test_unknown_type),
        cmocka_unit_test(test_out_of_place),
        cmocka_unit_test(test_endless_message),
        cmocka_unit_test(test_wants),
        cmocka_unit_test(test_lies),
        cmocka_unit_test(test_list_bombs),
        cmocka_unit_test(test_endless_asking),
        cmocka_unit_test(test_too_many_chunks),
        cmocka_unit_test(test_false_acks),
        cmocka_unit_test(test_noise),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
