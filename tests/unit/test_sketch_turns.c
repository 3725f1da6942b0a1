/*
 * Sketches in pieces: no call does more than it was given steps for, whatever
 * was sent, and the pieces come to what one call comes to.
 *
 * The steps are not believed: the ways of ids are counted here, in the one
 * function that goes along them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"

#define sketch_walk_next walk_on
#include "net/sketch_map.c" /* NOLINT(bugprone-suspicious-include) */
#undef sketch_walk_next

#include "tests/unit/sketches.h"
#include "tests/unit/test_support.h"

/* Cells that ids came to, since it was last set to 0. */
static size_t walked;

void sketch_walk_next(struct sketch_walk *walk);

void
sketch_walk_next(struct sketch_walk *walk)
{
    walked++;
    walk_on(walk);
}

/* What the pieces of one kind of work came to. */
struct pieces {
    size_t calls;
    size_t most;  /* that one call walked */
    size_t total; /* that all walked */
};

static void
count_call(struct pieces *pieces, size_t given, size_t left)
{
    assert_true(left <= given);
    assert_true(walked <= given);
    /* What was counted down covers what was done. */
    assert_true(walked <= given - left || left == 0);
    pieces->calls++;
    pieces->total += walked;
    if (walked > pieces->most)
        pieces->most = walked;
    walked = 0;
}

static void
extend(struct pieces *pieces, struct sketch *sketch, size_t count, size_t given)
{
    bool done = false;

    walked = 0;
    while (!done) {
        size_t steps = given;

        assert_int_equal(sketch_extend(sketch, count, &steps, &done),
                         STATUS_OK);
        count_call(pieces, given, steps);
        assert_true(done || steps < SKETCH_STEPS_ID);
    }
}

static bool
decode(struct pieces *pieces, struct sketch *sketch, size_t given)
{
    enum sketch_outcome outcome = SKETCH_UNDONE;

    walked = 0;
    while (outcome == SKETCH_UNDONE) {
        size_t steps = given;

        assert_int_equal(sketch_decode(sketch, &steps, &outcome), STATUS_OK);
        count_call(pieces, given, steps);
        assert_true(outcome != SKETCH_UNDONE || steps < SKETCH_STEPS_ID);
    }
    return outcome == SKETCH_FOUND;
}

/* Cells first to count - 1 of sender go over to decoder. */
static void
hand_over(struct pieces *pieces, struct sketch *decoder, struct sketch *sender,
          size_t first, size_t count, size_t given)
{
    struct byte_buf coded;

    extend(pieces, sender, count, given);
    extend(pieces, decoder, count, given);
    byte_buf_init(&coded, SKETCH_CELLS_MAX * SKETCH_COUNTED_SIZE);
    assert_int_equal(sketch_write(sender, first, count - first, &coded),
                     STATUS_OK);
    sketch_take(decoder, (uint32_t)sketch_count(sender), count - first,
                byte_view_of_buf(&coded));
    byte_buf_release(&coded);
}

/* Sketches of as many ids as there may be, in turns of a link: with cells that
 * do not suffice, then with more. */
static void
test_large(void **state)
{
    static const size_t splits[][2] = {
        {0, 0}, {5, 5}, {500, 500}, {2000, 100}, {0, 300}};
    static const size_t given[] = {RECONCILE_STEPS_TURN, RECONCILE_STEPS_LEAST};
    struct entropy entropy;

    (void)state;
    entropy_init_seed(&entropy, 91);
    for (size_t i = 0; i < sizeof(splits) / sizeof(splits[0]) * 2; i++) {
        const size_t own = splits[i / 2][0];
        const size_t foreign = splits[i / 2][1];
        const size_t enough = own + foreign < 40 ? 96 : 2 * (own + foreign);
        struct pieces encoded = {0, 0, 0};
        struct pieces decoded = {0, 0, 0};
        struct sketch *decoder;
        struct sketch *sender;
        struct sets sets;

        sketches_draw(&sets, &entropy, SKETCH_IDS_MAX - own - foreign, own,
                      foreign);
        decoder = sketches_with(&sets, true);
        sender = sketches_with(&sets, false);
        hand_over(&encoded, decoder, sender, 0, enough / 3, given[i % 2]);
        (void)decode(&decoded, decoder, given[i % 2]);
        hand_over(&encoded, decoder, sender, enough / 3, enough, given[i % 2]);
        assert_true(decode(&decoded, decoder, given[i % 2]));
        sketches_check(decoder, &sets);
        /* So much was done that one call could not have done it. */
        assert_true(encoded.total > 5 * RECONCILE_STEPS_TURN);
        assert_true(encoded.calls > encoded.total / given[i % 2]);
        sketch_free(decoder);
        sketch_free(sender);
        mem_free(sets.ids);
    }
}

/* Cells that no set has, made to keep a decoder busy. */
static void
test_hostile(void **state)
{
    static uint8_t octets[SKETCH_CELLS_MAX * SKETCH_COUNTED_SIZE];
    struct entropy entropy;

    (void)state;
    entropy_init_seed(&entropy, 92);
    for (size_t run = 0; run < 6; run++) {
        struct pieces pieces = {0, 0, 0};
        struct sketch *decoder;
        struct sets sets;
        const size_t cells = run < 3 ? 200 : SKETCH_CELLS_MAX;
        const size_t count = run % 3 == 0 ? 20 : 2000;

        sketches_draw(&sets, &entropy, 5000, 0, 0);
        decoder = sketches_with(&sets, true);
        extend(&pieces, decoder, cells, RECONCILE_STEPS_LEAST);
        entropy_fill(&entropy, octets, sizeof(octets));
        if (run % 3 == 2)
            memset(octets, 0, sizeof(octets));
        sketch_take(decoder, (uint32_t)count, cells,
                    byte_view_of(octets, sketch_size(0, cells)));
        assert_false(decode(&pieces, decoder, RECONCILE_STEPS_LEAST));
        sketch_free(decoder);
        mem_free(sets.ids);
    }
}

/* The end comes at any point: nothing is left behind. */
static void
test_ends_early(void **state)
{
    struct entropy entropy;
    struct sets sets;
    bool found = false;

    (void)state;
    entropy_init_seed(&entropy, 93);
    sketches_draw(&sets, &entropy, 300, 30, 30);
    for (size_t turns = 1; !found; turns++) {
        const long live = mem_live_count();
        struct pieces pieces = {0, 0, 0};
        enum sketch_outcome outcome = SKETCH_UNDONE;
        struct sketch *decoder = sketches_with(&sets, true);
        struct sketch *sender = sketches_with(&sets, false);
        size_t turn = 0;

        for (bool done = false; !done && turn < turns; turn++) {
            size_t steps = SKETCH_STEPS_ID;

            assert_int_equal(sketch_extend(decoder, 150, &steps, &done),
                             STATUS_OK);
        }
        if (turn < turns) {
            hand_over(&pieces, decoder, sender, 0, 150, SIZE_MAX);
            for (; outcome == SKETCH_UNDONE && turn < turns; turn++) {
                size_t steps = SKETCH_STEPS_ID;

                assert_int_equal(sketch_decode(decoder, &steps, &outcome),
                                 STATUS_OK);
            }
        }
        found = outcome == SKETCH_FOUND;
        sketch_free(decoder);
        sketch_free(sender);
        assert_int_equal(mem_live_count(), live);
    }
    mem_free(sets.ids);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_ends_early),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
