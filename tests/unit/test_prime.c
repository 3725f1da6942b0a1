/*
 * What primes the compression streams of a slow link: who names which texts,
 * that a stream leans on them, and that nonsense is no more than shown out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/limits.h"
#include "core/mem.h"
#include "net/load.h"
#include "net/prime_list.h"
#include "tests/unit/packing.h"
#include "tests/unit/test_support.h"

/* The reach that asks for zstd. */
#define REACH 20

/* Octets of a contact on a link of 20 ms that brings five statements to a node
 * that has 40, which the sender has too if shared. */
static uint64_t
measure(bool shared)
{
    struct world world;
    struct world_node *sender;
    struct world_node *reader;
    uint64_t octets;

    world_init(&world);
    world.tick = 20;
    world.split = 2000;
    world.dictionaries = true;
    sender = world_add_node(&world);
    reader = world_add_node(&world);
    for (uint32_t i = 0; i < 40; i++) {
        const struct world_statement statement = {
            .number = i, .day = WORLD_TODAY - (int32_t)i % 10, .text = 5000};

        (void)world_put(reader, &statement);
        if (shared)
            (void)world_put(sender, &statement);
    }
    for (uint32_t i = 50; i < 55; i++)
        (void)world_put(
            sender, &(struct world_statement){
                        .number = i, .day = WORLD_TODAY - 20, .text = 5000});
    assert_int_equal(world_start(sender), STATUS_OK);
    assert_int_equal(world_start(reader), STATUS_OK);
    (void)world_connect(&world, reader, sender);
    world_run(&world);
    world_assert_same(sender, reader);
    assert_int_equal(world_count(reader), 45);
    octets = world_octets(&world);
    world_release(&world);
    return octets;
}

/* What is measured without shared texts brings forty statements the other way
 * too; so it is the stream's first message that is looked at elsewhere. */
static void
test_a_contact_with_shared_texts(void **state)
{
    (void)state;
    assert_in_range(measure(true), 1, measure(false) / 2);
}

static int
compare_numbers(const void *a, const void *b)
{
    const uint64_t *one = a;
    const uint64_t *other = b;

    return (*one > *other) - (*one < *other);
}

/* The stranger names, under its salt, the node's statements with numbers from
 * 1000 to 1000 + count - 1, and one that the node does not have; all of yesterday. */
static void
say_prime(struct scene *scene, const struct record_id *ids, size_t count)
{
    struct prime_list list = {
        .span = {RECORD_SET_STATEMENTS, {WORLD_TODAY - 1}, {WORLD_TODAY - 1}}};
    struct record_id foreign = {{1, 2, 3}};

    for (size_t i = 0; i < count; i++)
        list.ids[list.count++] = prime_id(&scene->stranger.salt, &ids[i]);
    list.ids[list.count++] = prime_id(&scene->stranger.salt, &foreign);
    qsort(list.ids, list.count, sizeof(list.ids[0]), compare_numbers);
    assert_int_equal(prime_list_write(&scene->stranger.out, &list), STATUS_OK);
    stranger_say(&scene->stranger);
}

struct ids {
    size_t count;
    struct record_id ids[PRIME_RECORDS_MAX];
};

static enum status
take_id(void *context, const struct store_row *row)
{
    struct ids *ids = context;

    if (ids->count < PRIME_RECORDS_MAX)
        ids->ids[ids->count++] = row->id;
    return STATUS_OK;
}

static void
ids_of(struct world_node *node, struct ids *ids)
{
    const struct store_query query = {.newest_first = true};

    ids->count = 0;
    assert_int_equal(store_walk(node->store, &query, take_id, ids), STATUS_OK);
}

static void
append_text(struct byte_buf *out, struct world_node *node,
            const struct record_id *id)
{
    struct record *record;

    assert_int_equal(store_get_record(node->store, id, &record), STATUS_OK);
    assert_int_equal(load_prime(out, node->store, record), STATUS_OK);
    record_free(record);
}

/* The node has four texts, the stranger names three of them and one that is
 * unknown: a map of three bits, and a stream that leans on the three. */
static void
test_a_stream_leans_on_what_was_named(void **state)
{
    struct message_packed packed;
    struct message message;
    struct stream *expander;
    struct byte_buf prime;
    struct byte_buf plain;
    struct scene scene;
    struct ids ids;
    unsigned bits = 0;

    (void)state;
    if (!stream_has(STREAM_ZSTD))
        skip();
    scene_make(&scene, REACH, 4);
    ids_of(scene.node, &ids);
    say_prime(&scene, ids.ids, 3);
    (void)world_publish(scene.node,
                        &(struct world_statement){
                            .number = 1, .day = WORLD_TODAY, .text = 700});
    stranger_wait(&scene.stranger);
    assert_true(stranger_hears(&scene.stranger, MESSAGE_PACKED, &message));
    assert_int_equal(packed_read(&packed, message.body), STATUS_OK);
    assert_true(packed.begins);
    assert_int_equal(packed.map.size, 1);
    for (unsigned i = 0; i < 8; i++)
        bits += packed.map.data[0] >> i & 1;
    assert_int_equal(bits, 3);

    /* In the order of the list. */
    byte_buf_init(&prime, STREAM_PRIME_MAX);
    byte_buf_init(&plain, STREAM_PLAIN_MAX);
    for (uint64_t rank = 0; rank < 4; rank++)
        for (size_t i = 0; i < 3; i++) {
            uint64_t below = 0;
            struct record_id foreign = {{1, 2, 3}};
            uint64_t own = prime_id(&scene.stranger.salt, &ids.ids[i]);

            for (size_t k = 0; k < 3; k++)
                below += prime_id(&scene.stranger.salt, &ids.ids[k]) < own;
            below += prime_id(&scene.stranger.salt, &foreign) < own;
            if (below == rank)
                append_text(&prime, scene.node, &ids.ids[i]);
        }
    assert_int_equal(stream_new(&expander,
                                &(struct stream_setting){STREAM_ZSTD, REACH, 1},
                                STREAM_EXPANDS, byte_view_of_buf(&prime)),
                     STATUS_OK);
    assert_int_equal(
        stream_expand(expander, &plain, packed.packed, packed.plain_size),
        STATUS_OK);
    assert_int_equal(plain.data[0], MESSAGE_RECORD);
    stream_free(expander);
    byte_buf_release(&prime);
    byte_buf_release(&plain);
    scene_close(&scene, false, 5);
}

/* Nothing is primed for who names nothing that is here. */
static void
test_nothing_is_known(void **state)
{
    struct message_packed packed;
    struct message message;
    struct scene scene;

    (void)state;
    if (!stream_has(STREAM_ZSTD))
        skip();
    scene_make(&scene, REACH, 4);
    say_prime(&scene, NULL, 0);
    (void)world_publish(scene.node,
                        &(struct world_statement){
                            .number = 1, .day = WORLD_TODAY, .text = 700});
    stranger_wait(&scene.stranger);
    assert_true(stranger_hears(&scene.stranger, MESSAGE_PACKED, &message));
    assert_int_equal(packed_read(&packed, message.body), STATUS_OK);
    assert_int_equal(packed.map.size, 0);
    scene_close(&scene, false, 5);
}

/* The second list of one link ends it. */
static void
test_named_twice(void **state)
{
    struct scene scene;
    struct ids ids;

    (void)state;
    scene_make(&scene, REACH, 2);
    ids_of(scene.node, &ids);
    say_prime(&scene, ids.ids, 1);
    assert_false(scene.stranger.lost);
    say_prime(&scene, ids.ids, 1);
    scene_close(&scene, true, 2);
}

/* Have the node name its texts: it is asked to list them. */
static void
take_list(struct scene *scene, struct prime_list *list)
{
    const struct span span = span_whole(RECORD_SET_STATEMENTS);
    struct message message;

    assert_int_equal(message_write_ask(&scene->stranger.out, &span), STATUS_OK);
    stranger_say(&scene->stranger);
    assert_true(stranger_hears(&scene->stranger, MESSAGE_PRIME, &message));
    assert_int_equal(prime_list_read(list, message.body), STATUS_OK);
    assert_true(stranger_hears(&scene->stranger, MESSAGE_LIST, &message));
}

/* The octets of the first count of what the node named. */
static void
make_prime(struct scene *scene, struct byte_buf *out,
           const struct prime_list *list, size_t count)
{
    struct ids ids;

    byte_buf_init(out, STREAM_PRIME_MAX);
    ids_of(scene->node, &ids);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < ids.count; k++)
            if (prime_id(&scene->stranger.theirs.salt, &ids.ids[k]) ==
                list->ids[i])
                append_text(out, scene->node, &ids.ids[k]);
}

/* The stranger's stream leans on two of the node's five texts; the second time
 * that it does so ends the link. */
static void
test_a_stream_from_outside(void **state)
{
    static const uint8_t map[] = {3};
    struct prime_list list;
    struct message message;
    struct byte_buf prime;
    struct scene scene;

    (void)state;
    if (!stream_has(STREAM_ZSTD))
        skip();
    scene_make(&scene, REACH, 5);
    take_list(&scene, &list);
    assert_int_equal(list.count, 5);
    make_prime(&scene, &prime, &list, 2);
    scene.setting = (struct stream_setting){STREAM_ZSTD, REACH, 3};
    for (unsigned i = 0; i < 2; i++) {
        scene_begin(&scene, byte_view_of_buf(&prime));
        scene.map = byte_view_of(map, sizeof(map));
        scene_say_statement(&scene, i, 0);
        assert_int_equal(scene.stranger.lost, i == 1);
        assert_int_equal(stranger_hears(&scene.stranger, MESSAGE_ACK, &message),
                         i == 0);
    }
    byte_buf_release(&prime);
    scene_close(&scene, true, 6);
}

/* A map of what was not named, too long, on another kind, or without a list. */
static void
test_bad_maps(void **state)
{
    static const struct {
        uint8_t map[2];
        size_t size;
        enum stream_kind kind;
        bool named;
    } bad[] = {{{0x21}, 1, STREAM_ZSTD, true},
               {{0x80}, 1, STREAM_ZSTD, true},
               {{1, 0}, 2, STREAM_ZSTD, true},
               {{1}, 1, STREAM_DEFLATE, true},
               {{1}, 1, STREAM_ZSTD, false}};

    (void)state;
    if (!stream_has(STREAM_ZSTD))
        skip();
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct prime_list list = {.count = 0};
        struct byte_buf prime;
        struct scene scene;

        scene_make(&scene, REACH, 5);
        if (bad[i].named)
            take_list(&scene, &list);
        make_prime(&scene, &prime, &list, bad[i].named ? 1 : 0);
        if (bad[i].kind == STREAM_ZSTD)
            scene.setting = (struct stream_setting){STREAM_ZSTD, REACH, 3};
        scene_begin(&scene, byte_view_of_buf(&prime));
        scene.map = byte_view_of(bad[i].map, bad[i].size);
        scene_say_statement(&scene, 1, 0);
        byte_buf_release(&prime);
        scene_close(&scene, true, 5);
    }
}

/* Whoever expands nothing but deflate names nothing, nor does a node on a
 * fast link, or one with control records alone to compare. */
static void
test_nothing_is_named(void **state)
{
    const struct span control = span_whole(RECORD_SET_CONTROL);
    struct message message;
    struct scene scene;

    (void)state;
    scene_make(&scene, REACH, 5);
    assert_int_equal(message_write_ask(&scene.stranger.out, &control),
                     STATUS_OK);
    stranger_say(&scene.stranger);
    while (stranger_hears(&scene.stranger, MESSAGE_PRIME, &message))
        fail();
    scene_close(&scene, false, 5);
}

/* A list is read as it was written, and nothing beyond its limits. */
static void
test_lists(void **state)
{
    struct prime_list list = {.span = span_whole(RECORD_SET_STATEMENTS)};
    struct prime_list back;
    struct byte_buf out;

    (void)state;
    byte_buf_init(&out, MESSAGE_HEAD_SIZE + MESSAGE_BODY_MAX);
    for (size_t count = 1; count <= PRIME_RECORDS_MAX; count++) {
        struct byte_view body;

        byte_buf_clear(&out);
        list.count = count;
        for (size_t i = 0; i < count; i++)
            list.ids[i] = 0xffffffff - (count - 1 - i) * 40000000U % 0xffffffff;
        qsort(list.ids, count, sizeof(list.ids[0]), compare_numbers);
        assert_int_equal(prime_list_write(&out, &list), STATUS_OK);
        body = byte_view_slice(byte_view_of_buf(&out), MESSAGE_HEAD_SIZE,
                               out.size);
        assert_int_equal(prime_list_read(&back, body), STATUS_OK);
        assert_int_equal(back.count, count);
        assert_memory_equal(back.ids, list.ids, count * sizeof(list.ids[0]));
        for (size_t cut = 0; cut < body.size; cut++)
            assert_int_equal(
                prime_list_read(&back, byte_view_slice(body, 0, cut)),
                STATUS_MALFORMED);
    }
    byte_buf_release(&out);
}

static void
test_bad_lists(void **state)
{
    /* set, first day, days less one, count, ids */
    static const uint8_t control[] = {0, 1, 0, 0, 0, 0, 0};
    static const uint8_t none[] = {1, 0, 0, 0};
    static const uint8_t many[200] = {1, 0, 0, PRIME_RECORDS_MAX + 1};
    static const uint8_t behind[] = {1, 0, 0, 1, 0, 0, 0, 0, 0, 0};
    static const struct byte_view bad[] = {{control, sizeof(control)},
                                           {none, sizeof(none)},
                                           {many, sizeof(many)},
                                           {behind, sizeof(behind)}};
    struct prime_list list;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(prime_list_read(&list, bad[i]), STATUS_MALFORMED);
}

/* Memory runs out at any allocation of a contact of nodes that share texts:
 * the next one does the rest. */
static void
test_no_memory(void **state)
{
    bool failed = true;

    (void)state;
    for (long n = 0; failed; n++) {
        struct world world;
        struct world_node *nodes[2];
        long before;

        world_init(&world);
        world.tick = 20;
        world.failing = true;
        for (size_t i = 0; i < 2; i++) {
            nodes[i] = world_add_node(&world);
            for (uint32_t k = 0; k < 2 + i; k++)
                (void)world_put(
                    nodes[i], &(struct world_statement){
                                  .number = k, .day = WORLD_TODAY, .text = 60});
            assert_int_equal(world_start(nodes[i]), STATUS_OK);
        }
        before = mem_allocation_count();
        mem_fail_after(n);
        (void)world_connect(&world, nodes[0], nodes[1]);
        world_run(&world);
        failed = mem_allocation_count() - before > n;
        mem_fail_after(-1);
        for (size_t i = 0; i < world.link_count; i++)
            world_break(&world, &world.links[i]);
        for (size_t i = 0; i < 2; i++)
            if (nodes[i]->engine == NULL)
                assert_int_equal(world_start(nodes[i]), STATUS_OK);
        (void)world_connect(&world, nodes[0], nodes[1]);
        world_run(&world);
        world_assert_same(nodes[0], nodes[1]);
        assert_int_equal(world_count(nodes[0]), 3);
        world_release(&world);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_contact_with_shared_texts),
        cmocka_unit_test(test_a_stream_leans_on_what_was_named),
        cmocka_unit_test(test_nothing_is_known),
        cmocka_unit_test(test_named_twice),
        cmocka_unit_test(test_a_stream_from_outside),
        cmocka_unit_test(test_bad_maps),
        cmocka_unit_test(test_nothing_is_named),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_bad_lists),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
