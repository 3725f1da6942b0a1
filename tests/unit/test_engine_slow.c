/*
 * Engines on slow links: texts go through the compression stream, arrive
 * whole, and a peer that packs nonsense is no more than shown out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/limits.h"
#include "core/mem.h"
#include "net/packed.h"
#include "tests/unit/engine_world.h"
#include "tests/unit/packing.h"
#include "tests/unit/test_support.h"

static const struct byte_view nothing = {NULL, 0};

struct two {
    struct world world;
    struct world_node *a;
    struct world_node *b;
};

/* A link of 20 ms each way and, for a split, so many octets in each. */
static void
make_two(struct two *two, size_t split)
{
    world_init(&two->world);
    two->world.tick = 20;
    two->world.split = split;
    two->world.dictionaries = true;
    two->a = world_add_node(&two->world);
    two->b = world_add_node(&two->world);
}

static void
meet(struct two *two)
{
    if (two->a->engine == NULL)
        assert_int_equal(world_start(two->a), STATUS_OK);
    if (two->b->engine == NULL)
        assert_int_equal(world_start(two->b), STATUS_OK);
    (void)world_connect(&two->world, two->a, two->b);
    world_run(&two->world);
    world_assert_same(two->a, two->b);
}

static uint64_t
stored_octets(struct world_node *node)
{
    struct store_figures figures;

    assert_int_equal(store_count(node->store, &figures), STATUS_OK);
    return figures.octets;
}

/* Octets of a contact that brings so many statements, each with an attachment of
 * that size. */
static uint64_t
measure(uint64_t tick, size_t split, uint32_t count, size_t attachment)
{
    struct two two;
    uint64_t octets;

    make_two(&two, split);
    two.world.tick = tick;
    for (uint32_t i = 0; i < count; i++)
        (void)world_put(two.a,
                        &(struct world_statement){.number = i,
                                                  .day = WORLD_TODAY,
                                                  .text = 3000,
                                                  .attachment = attachment});
    meet(&two);
    assert_int_equal(world_count(two.b), count);
    assert_int_equal(two.a->events[EVENT_DELIVERED], count);
    assert_int_equal(two.a->events[EVENT_SETTLED], 1);
    /* What came packed is kept as what came in stored form. */
    assert_int_equal(stored_octets(two.a), stored_octets(two.b));
    octets = world_octets(&two.world);
    world_release(&two.world);
    return octets;
}

static void
test_a_slow_link_carries_fewer_octets(void **state)
{
    const uint64_t near = measure(0, 0, 200, 0);
    const uint64_t slow = measure(20, 2000, 200, 0);

    (void)state;
    assert_in_range(slow, 1, near * 2 / 3);
}

/* Far, but fast: that is noticed, and what comes then is not packed. */
static void
test_a_fast_link_is_noticed(void **state)
{
    const uint64_t near = measure(0, 0, 1000, 3000);
    const uint64_t slow = measure(20, 4000, 1000, 3000);
    const uint64_t far = measure(20, 0, 1000, 3000);

    (void)state;
    assert_in_range(slow, 1, near - near / 25);
    assert_in_range(far, slow + (near - slow) / 4, near);
}

/* Texts in one message and in chunks, attachments small and large, both ways,
 * in any split. */
static void
test_whatever_there_is(void **state)
{
    static const size_t splits[] = {61, 700, 5000, 0};
    static const char *const kinds[] = {NULL, "identity", "withdraw", "vouch",
                                        "tomorrow"};

    (void)state;
    for (size_t round = 0; round < sizeof(splits) / sizeof(splits[0]);
         round++) {
        struct two two;

        make_two(&two, splits[round]);
        for (uint32_t i = 0; i < 20; i++)
            (void)world_put(i % 2 == 0 ? two.a : two.b,
                            &(struct world_statement){
                                .number = i,
                                .day = WORLD_TODAY + 5 - (int32_t)(i * i * i),
                                .text = 1 + 2000 * i,
                                .attachment = i % 3 * 3000,
                                .kind = kinds[i % 5]});
        (void)world_put(two.a, &(struct world_statement){.number = 50,
                                                         .day = WORLD_TODAY,
                                                         .text = 200000,
                                                         .attachment = 70000});
        meet(&two);
        assert_int_equal(world_count(two.b), 21);
        assert_int_equal(two.a->events[EVENT_DELIVERED], 11);
        assert_int_equal(two.b->events[EVENT_DELIVERED], 10);
        assert_int_equal(two.b->events[EVENT_SETTLED], 1);
        assert_int_equal(stored_octets(two.a), stored_octets(two.b));
        world_release(&two.world);
    }
}

/* What is published on a link that rests begins a stream anew. */
static void
test_streams_begin_anew(void **state)
{
    struct two two;

    (void)state;
    make_two(&two, 1000);
    meet(&two);
    for (uint32_t i = 0; i < STREAM_BEGINS_MAX + 6; i++) {
        (void)world_publish(i % 7 == 0 ? two.b : two.a,
                            &(struct world_statement){
                                .number = i, .day = WORLD_TODAY, .text = 500});
        world_run(&two.world);
        world_assert_same(two.a, two.b);
    }
    assert_int_equal(world_count(two.a), STREAM_BEGINS_MAX + 6);
    assert_int_equal(engine_figures(two.a->engine).links, 1);
    world_release(&two.world);
}

static void
test_cut_anywhere(void **state)
{
    (void)state;
    for (uint64_t cut = 200; cut < 6000; cut += 61) {
        struct two two;

        make_two(&two, 400);
        for (uint32_t i = 0; i < 8; i++)
            (void)world_put(i % 2 == 0 ? two.a : two.b,
                            &(struct world_statement){.number = i,
                                                      .day = WORLD_TODAY,
                                                      .text = 100 + 900 * i});
        assert_int_equal(world_start(two.a), STATUS_OK);
        assert_int_equal(world_start(two.b), STATUS_OK);
        two.world.cut = cut;
        (void)world_connect(&two.world, two.a, two.b);
        world_run(&two.world);
        assert_int_equal(store_check(two.a->store), STATUS_OK);
        assert_int_equal(store_check(two.b->store), STATUS_OK);
        assert_true(world_count(two.b) >= 4 + two.a->events[EVENT_DELIVERED]);
        two.world.cut = WORLD_CUT_NEVER;
        meet(&two);
        assert_int_equal(world_count(two.a), 8);
        world_release(&two.world);
    }
}

/* Memory runs out at any allocation of a slow contact: the next one does the
 * rest. */
static void
test_no_memory(void **state)
{
    struct two models;
    bool failed = true;

    (void)state;
    make_two(&models, 0);
    (void)world_put(models.a, &(struct world_statement){
                                  .number = 1, .day = WORLD_TODAY, .text = 60});
    (void)world_put(models.b, &(struct world_statement){.number = 2,
                                                        .day = WORLD_TODAY,
                                                        .text = 40000});
    for (long n = 0; failed; n++) {
        struct two two;
        long before;

        make_two(&two, 1000);
        two.world.failing = true;
        world_copy(two.a, models.a);
        world_copy(two.b, models.b);
        assert_int_equal(world_start(two.a), STATUS_OK);
        assert_int_equal(world_start(two.b), STATUS_OK);
        before = mem_allocation_count();
        mem_fail_after(n);
        (void)world_connect(&two.world, two.a, two.b);
        world_run(&two.world);
        failed = mem_allocation_count() - before > n;
        mem_fail_after(-1);
        for (size_t i = 0; i < two.world.link_count; i++)
            world_break(&two.world, &two.world.links[i]);
        assert_int_equal(store_check(two.a->store), STATUS_OK);
        assert_int_equal(store_check(two.b->store), STATUS_OK);
        meet(&two);
        assert_int_equal(world_count(two.a), 2);
        world_release(&two.world);
    }
    world_release(&models.world);
}

static void
test_what_is_promised(void **state)
{
    struct scene scene;

    (void)state;
    scene_make(&scene, 0, 0);
    assert_int_equal(scene.stranger.theirs.reach,
                     stream_has(STREAM_ZSTD) ? STREAM_WINDOW_LOG : 15);
    scene_close(&scene, false, 0);
}

/* Nothing is packed for who did not ask for it. */
static void
test_what_the_other_side_takes(void **state)
{
    static const uint8_t reaches[] = {0, 14, 15, 18, 21, 255};

    (void)state;
    for (size_t i = 0; i < sizeof(reaches); i++) {
        struct message_packed packed;
        struct message message;
        struct scene scene;
        enum message_type type =
            reaches[i] < 15 ? MESSAGE_RECORD : MESSAGE_PACKED;

        scene_make(&scene, reaches[i], 0);
        (void)world_publish(scene.node,
                            &(struct world_statement){
                                .number = 1, .day = WORLD_TODAY, .text = 1000});
        stranger_wait(&scene.stranger);
        assert_true(stranger_hears(&scene.stranger, type, &message));
        if (type == MESSAGE_PACKED) {
            assert_int_equal(packed_read(&packed, message.body), STATUS_OK);
            assert_true(packed.begins);
            assert_int_equal(packed.kind,
                             reaches[i] >= 18 && stream_has(STREAM_ZSTD)
                                 ? STREAM_ZSTD
                                 : STREAM_DEFLATE);
        }
        scene_close(&scene, false, 1);
    }
}

static void
test_well_packed(void **state)
{
    struct message message;
    struct scene scene;

    (void)state;
    scene_make(&scene, 0, 0);
    for (uint32_t i = 0; i < 40; i++) {
        if (i % 10 == 0) {
            scene.setting = i % 20 == 0 || !stream_has(STREAM_ZSTD)
                                ? (struct stream_setting){STREAM_DEFLATE, 15, 9}
                                : (struct stream_setting){STREAM_ZSTD, 19, 3};
            scene_begin(&scene, nothing);
        }
        scene_say_statement(&scene, i, 0);
        assert_true(stranger_hears(&scene.stranger, MESSAGE_ACK, &message));
        assert_int_equal(message.body.data[MESSAGE_PREFIX_SIZE],
                         MESSAGE_FATE_COMPLETE);
    }
    scene_close(&scene, false, 40);
}

static void
say_six(struct scene *scene)
{
    struct byte_buf plain;

    scene_begin(scene, nothing);
    for (uint32_t i = 0; i < 6; i++) {
        scene_make_plain(scene, &plain, i);
        scene_say(scene, byte_view_of_buf(&plain), 0);
        byte_buf_release(&plain);
    }
}

/* While the other side goes on, acknowledgements wait for each other: not for
 * long, and not once it has said all. */
static void
test_acknowledgements_wait(void **state)
{
    struct message message;
    struct scene scene;

    (void)state;
    scene_make(&scene, 0, 0);
    say_six(&scene);
    assert_false(stranger_hears(&scene.stranger, MESSAGE_ACK, &message));
    scene.world.now = mono_after(scene.world.now, ACK_DELAY_MS - 1);
    stranger_wait(&scene.stranger);
    assert_false(stranger_hears(&scene.stranger, MESSAGE_ACK, &message));
    scene.world.now = mono_after(scene.world.now, 1);
    stranger_wait(&scene.stranger);
    assert_true(stranger_hears(&scene.stranger, MESSAGE_ACK, &message));
    assert_int_equal(message.body.size, 6 * MESSAGE_ACK_SIZE);
    scene_close(&scene, false, 6);

    scene_make(&scene, 0, 0);
    say_six(&scene);
    assert_int_equal(message_write_number(&scene.stranger.out, MESSAGE_DONE, 0),
                     STATUS_OK);
    stranger_say(&scene.stranger);
    assert_true(stranger_hears(&scene.stranger, MESSAGE_ACK, &message));
    assert_int_equal(message.body.size, 6 * MESSAGE_ACK_SIZE);
    scene_close(&scene, false, 6);
}

/* One thing after another that ends the link. */
static void
test_badly_packed(void **state)
{
    static const uint8_t summary[] = {MESSAGE_SUMMARY, 1, 0, 0};
    struct byte_buf plain;
    struct scene scene;

    (void)state;
    /* No stream has begun. */
    scene_make(&scene, 0, 0);
    scene_begin(&scene, nothing);
    scene.begins = false;
    scene_say_statement(&scene, 1, 0);
    scene_close(&scene, true, 0);

    /* Longer or shorter than declared. */
    for (int more = -1; more <= 1; more += 2) {
        scene_make(&scene, 0, 0);
        scene_begin(&scene, nothing);
        scene_say_statement(&scene, 1, more);
        scene_close(&scene, true, 0);
    }

    /* Another kind than the one that began. */
    scene_make(&scene, 0, 0);
    scene_begin(&scene, nothing);
    scene_say_statement(&scene, 1, 0);
    scene.setting.kind = STREAM_ZSTD;
    scene_say_statement(&scene, 2, 0);
    scene_close(&scene, true, 1);

    /* What is not packed so. */
    scene_make(&scene, 0, 0);
    scene_begin(&scene, nothing);
    scene_say(&scene, byte_view_of(summary, sizeof(summary)), 0);
    scene_close(&scene, true, 0);

    /* A wrong octet at each place of the plain form. */
    scene_make(&scene, 0, 0);
    scene_make_plain(&scene, &plain, 1);
    for (size_t i = 0; i < plain.size; i += 1 + i / 16) {
        scene_begin(&scene, nothing);
        plain.data[i] ^= 1;
        scene_say(&scene, byte_view_of_buf(&plain), 0);
        plain.data[i] ^= 1;
        assert_true(scene.stranger.lost);
        assert_int_equal(world_count(scene.node), 0);
        stranger_release(&scene.stranger);
        scene_call(&scene, 0);
    }
    byte_buf_release(&plain);
    scene_close(&scene, false, 0);
}

/* A window beyond the promise. */
static void
test_too_large_a_window(void **state)
{
    struct scene scene;

    (void)state;
    if (!stream_has(STREAM_ZSTD))
        skip();
    for (uint8_t window = STREAM_WINDOW_LOG; window <= STREAM_WINDOW_LOG + 1;
         window++) {
        scene_make(&scene, 0, 0);
        scene.setting = (struct stream_setting){STREAM_ZSTD, window, 1};
        scene_begin(&scene, nothing);
        scene_say_statement(&scene, 1, 0);
        scene_close(&scene, window > STREAM_WINDOW_LOG,
                    window > STREAM_WINDOW_LOG ? 0 : 1);
    }
}

static void
test_begun_too_often(void **state)
{
    struct scene scene;

    (void)state;
    scene_make(&scene, 0, 0);
    for (uint32_t i = 0; i < STREAM_BEGINS_MAX; i++) {
        scene_begin(&scene, nothing);
        scene_say_statement(&scene, i, 0);
        assert_false(scene.stranger.lost);
    }
    scene_begin(&scene, nothing);
    scene_say_statement(&scene, 1000, 0);
    scene_close(&scene, true, STREAM_BEGINS_MAX);
}

/* Hardly any octets that are many: they count. */
static void
test_flood(void **state)
{
    struct byte_buf zeros;
    struct byte_buf plain;
    struct scene scene;
    unsigned said = 0;

    (void)state;
    scene_make(&scene, 0, 0);
    scene_begin(&scene, nothing);
    scene_make_plain(&scene, &plain, 1);
    /* The same record with its text again and again: good, and long. */
    byte_buf_init(&zeros, STREAM_PLAIN_MAX);
    assert_int_equal(byte_buf_append(&zeros, byte_view_of_buf(&plain)),
                     STATUS_OK);
    while (zeros.size < PACKED_PLAIN_MAX - 8) {
        static const uint8_t octets[5] = {120, 1, 1, 0, 7};

        assert_int_equal(byte_buf_append(&zeros, byte_view_of(octets, 5)),
                         STATUS_OK);
    }
    scene_say(&scene, byte_view_of_buf(&plain), 0);
    assert_int_equal(world_count(scene.node), 1);
    while (!scene.stranger.lost && said++ < 5000)
        scene_say(&scene, byte_view_of_buf(&zeros), 0);
    /* Each is 1 and 47 messages. */
    assert_in_range(said, 1, PEER_MESSAGES_BURST / 48 + 10);
    assert_in_range(said, PEER_MESSAGES_BURST / 60, 5000);
    byte_buf_release(&zeros);
    byte_buf_release(&plain);
    scene_close(&scene, true, 1);
}

/* Memory for streams is given to who comes first, and comes back. */
static void
test_promises_are_kept_within_limits(void **state)
{
    const struct stream_setting zstd = {STREAM_ZSTD, STREAM_WINDOW_LOG, 1};
    const size_t most = (STREAM_EXPANDS_TOTAL - STREAM_EXPANDS_DEFLATE) /
                        stream_memory(&zstd, STREAM_EXPANDS);
    struct scene scene;
    struct stranger first;

    (void)state;
    if (!stream_has(STREAM_ZSTD))
        skip();
    scene_make(&scene, 0, 0);
    first = scene.stranger;
    for (size_t i = 1; i < most + 3; i++) {
        /* Those before stay; only the last is let go of at the end. */
        scene_call(&scene, 0);
        assert_int_equal(scene.stranger.theirs.reach,
                         i < most ? STREAM_WINDOW_LOG : 15);
        if (i < most + 2) {
            message_stream_release(&scene.stranger.inbox);
            byte_buf_release(&scene.stranger.out);
            session_free(scene.stranger.session);
        }
    }
    stranger_release(&scene.stranger);
    scene.stranger = first;
    stranger_release(&scene.stranger);
    scene_call(&scene, 0);
    assert_int_equal(scene.stranger.theirs.reach, STREAM_WINDOW_LOG);
    scene_close(&scene, false, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_slow_link_carries_fewer_octets),
        cmocka_unit_test(test_a_fast_link_is_noticed),
        cmocka_unit_test(test_whatever_there_is),
        cmocka_unit_test(test_streams_begin_anew),
        cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_what_is_promised),
        cmocka_unit_test(test_what_the_other_side_takes),
        cmocka_unit_test(test_well_packed),
        cmocka_unit_test(test_acknowledgements_wait),
        cmocka_unit_test(test_badly_packed),
        cmocka_unit_test(test_too_large_a_window),
        cmocka_unit_test(test_begun_too_often),
        cmocka_unit_test(test_flood),
        cmocka_unit_test(test_promises_are_kept_within_limits),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
