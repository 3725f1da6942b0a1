/*
 * Sketches against a plain set difference, and against peers who send
 * anything.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "core/mem.h"
#include "net/sketch_map.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/sketches.h"
#include "tests/unit/test_support.h"

static void
test_random_sets(void **state)
{
    const char *more = getenv("SKETCH_SETS");
    const long runs = more != NULL ? strtol(more, NULL, 10) : 1000;
    struct entropy entropy;

    (void)state;
    entropy_init_seed(&entropy, 31);
    for (long i = 0; i < runs; i++) {
        /* Mostly small, at times large; the split anything. */
        size_t most = i % 50 == 0 ? 3000 : i % 5 == 0 ? 300 : 30;
        size_t own = entropy_below(&entropy, (uint32_t)most);
        size_t foreign = entropy_below(&entropy, (uint32_t)most);
        size_t common = entropy_below(&entropy, (uint32_t)most * 3);
        size_t first = 16 + entropy_below(&entropy, 120);
        struct sets sets;
        size_t cells;

        if (i % 7 == 0)
            own = 0;
        if (i % 11 == 0)
            foreign = 0;
        sketches_draw(&sets, &entropy, common, own, foreign);
        cells = sketches_reconcile(&sets, first);
        /* However the work is divided. */
        sketches_steps = SKETCH_STEPS_ID + entropy_below(&entropy, 2000);
        assert_int_equal(sketches_reconcile(&sets, first), cells);
        sketches_steps = 0;
        mem_free(sets.ids);
    }
}

/* Cells that come in pieces of any size, looked at after each: in the end what
 * is found is the same, and the estimate is that of somebody who looked at
 * nothing before. */
static void
test_pieces(void **state)
{
    struct entropy entropy;

    (void)state;
    entropy_init_seed(&entropy, 42);
    for (size_t run = 0; run < 300; run++) {
        const uint32_t most = 1 + entropy_below(&entropy, 60);
        struct sketch *decoder;
        struct sketch *late;
        struct sketch *sender;
        struct sets sets;
        size_t passed = 0;
        bool found = false;

        sketches_draw(&sets, &entropy, entropy_below(&entropy, 300),
                      entropy_below(&entropy, 60), entropy_below(&entropy, 60));
        decoder = sketches_of(&sets, true);
        late = sketches_of(&sets, true);
        sender = sketches_of(&sets, false);
        found = sketches_decode(decoder);
        assert_false(found);
        while (!found || passed < SKETCH_COUNTED) {
            const size_t end = passed + 1 + entropy_below(&entropy, most);

            assert_false(found && sketch_is_inconsistent(decoder));
            sketches_hand_over(decoder, sender, passed, end);
            sketches_hand_over(late, sender, passed, end);
            passed = end;
            found = sketches_decode(decoder);
            assert_int_equal(sketch_estimate(decoder), sketch_estimate(late));
            assert_true(passed < 1000);
        }
        sketches_check(decoder, &sets);
        found = sketches_decode(late);
        assert_true(found);
        sketches_check(late, &sets);
        sketch_free(decoder);
        sketch_free(late);
        sketch_free(sender);
        mem_free(sets.ids);
    }
}

/* Cells that differences take, against the table of what was simulated before
 * this was written (RECONCILE.md, 4): 0.88 each for 100 of which half are own,
 * 0.83 for 1000; the 96 first ones for up to 50. */
static void
test_few_cells(void **state)
{
    static const struct {
        size_t common, own, foreign, runs, most;
    } cases[] = {
        {4000, 0, 0, 3, 96},        {4000, 1, 0, 20, 96},
        {4000, 5, 5, 20, 96},       {4000, 25, 25, 20, 100},
        {4000, 50, 50, 10, 160},    {4000, 500, 500, 5, 1080},
        {20000, 500, 500, 2, 1080}, {4000, 1000, 0, 5, 950},
    };
    struct entropy entropy;

    (void)state;
    entropy_init_seed(&entropy, 32);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t sum = 0;

        for (size_t run = 0; run < cases[i].runs; run++) {
            struct sets sets;

            sketches_draw(&sets, &entropy, cases[i].common, cases[i].own,
                          cases[i].foreign);
            sum += sketches_reconcile(&sets, SKETCH_COUNTED);
            mem_free(sets.ids);
        }
        assert_in_range(sum / cases[i].runs, 16, cases[i].most);
    }
}

/* Two ids that go into nothing but the first cells, one of them own: they are
 * told apart there, without more cells. */
static void
test_first_cells(void **state)
{
    struct entropy entropy;

    (void)state;
    entropy_init_seed(&entropy, 44);
    for (size_t own = 1; own <= 2; own++) {
        struct sketch_keys keys;
        struct sets sets;
        size_t ground = 0;

        sketches_draw(&sets, &entropy, 300, own, 2 - own);
        keys = sketch_keys_of(&sets.salt);
        while (ground < 2) {
            const uint64_t id = sketches_id(&entropy);
            struct sketch_walk walk = sketch_walk_begin(&keys, id);

            sketch_walk_next(&walk);
            if (walk.cell >= SKETCH_COUNTED)
                sets.ids[300 + ground++] = id;
        }
        assert_int_equal(sketches_reconcile(&sets, SKETCH_COUNTED),
                         SKETCH_COUNTED);
        mem_free(sets.ids);
    }
}

/* The estimate from the counted cells is near the truth on average, whatever
 * the split. */
static void
test_estimate(void **state)
{
    static const size_t splits[][2] = {
        {50, 50}, {500, 500}, {5000, 5000}, {9000, 1000}, {1000, 0}};
    struct entropy entropy;

    (void)state;
    entropy_init_seed(&entropy, 33);
    for (size_t i = 0; i < sizeof(splits) / sizeof(splits[0]); i++) {
        const size_t difference = splits[i][0] + splits[i][1];
        uint64_t sum = 0;

        for (size_t run = 0; run < 10; run++) {
            struct sketch *decoder;
            struct sketch *sender;
            struct sets sets;

            sketches_draw(&sets, &entropy, 1000, splits[i][0], splits[i][1]);
            decoder = sketches_of(&sets, true);
            sender = sketches_of(&sets, false);
            sketches_hand_over(decoder, sender, 0, SKETCH_COUNTED);
            sum += sketch_estimate(decoder);
            assert_true(sketch_estimate(decoder) >=
                        splits[i][0] - splits[i][1]);
            sketch_free(decoder);
            sketch_free(sender);
            mem_free(sets.ids);
        }
        assert_in_range(sum / 10, difference * 85 / 100,
                        difference * 115 / 100);
    }
}

/* Append count cells of the ids from first to end - 1 of sets, XORed into what
 * is there already if there is something. */
static void
add_cells(struct byte_buf *out, const struct sets *sets, size_t first,
          size_t end, size_t count)
{
    struct sketch *sketch;
    struct byte_buf coded;

    assert_int_equal(sketch_new(&sketch, &sets->salt, end - first), STATUS_OK);
    for (size_t i = first; i < end; i++)
        assert_int_equal(sketch_add(sketch, sets->ids[i]), STATUS_OK);
    byte_buf_init(&coded, 10000);
    sketches_extend(sketch, count);
    assert_int_equal(sketch_write(sketch, 0, count, &coded), STATUS_OK);
    if (out->size == 0)
        assert_int_equal(byte_buf_append(out, byte_view_of_buf(&coded)),
                         STATUS_OK);
    else
        for (size_t i = 0; i < coded.size; i++)
            out->data[i] ^= coded.data[i];
    byte_buf_release(&coded);
    sketch_free(sketch);
}

/* The cells of a set are the XOR of the cells of its parts, but for the
 * counts. */
static void
test_parts(void **state)
{
    struct byte_buf whole;
    struct byte_buf parts;
    struct entropy entropy;
    struct sets sets;

    (void)state;
    entropy_init_seed(&entropy, 45);
    sketches_draw(&sets, &entropy, 500, 0, 0);
    byte_buf_init(&whole, 10000);
    byte_buf_init(&parts, 10000);
    add_cells(&whole, &sets, 0, 500, 300);
    for (size_t i = 0; i < 500; i += 100)
        add_cells(&parts, &sets, i, i + 100, 300);
    for (size_t i = 0; i < 300; i++)
        assert_memory_equal(&whole.data[sketch_size(0, i)],
                            &parts.data[sketch_size(0, i)], SKETCH_CELL_SIZE);
    byte_buf_release(&whole);
    byte_buf_release(&parts);
    mem_free(sets.ids);
}

/* Made in steps, cells are what they are made at once. */
static void
test_steps(void **state)
{
    struct byte_buf whole;
    struct byte_buf stepped;
    struct entropy entropy;
    struct sketch *at_once;
    struct sketch *in_steps;
    struct sets sets;

    (void)state;
    entropy_init_seed(&entropy, 34);
    sketches_draw(&sets, &entropy, 500, 0, 0);
    at_once = sketches_of(&sets, true);
    in_steps = sketches_of(&sets, true);
    sketches_extend(at_once, 700);
    for (size_t cells = 1; cells <= 700; cells += 3)
        sketches_extend(in_steps, cells);
    byte_buf_init(&whole, 10000);
    byte_buf_init(&stepped, 10000);
    assert_int_equal(sketch_write(at_once, 0, 700, &whole), STATUS_OK);
    assert_int_equal(sketch_write(in_steps, 0, 96, &stepped), STATUS_OK);
    assert_int_equal(sketch_write(in_steps, 96, 604, &stepped), STATUS_OK);
    assert_int_equal(whole.size, stepped.size);
    assert_memory_equal(whole.data, stepped.data, whole.size);
    byte_buf_release(&whole);
    byte_buf_release(&stepped);
    sketch_free(at_once);
    sketch_free(in_steps);
    mem_free(sets.ids);
}

/* A peer may send any octets as cells: it ends, and is not believed. */
static void
test_garbage(void **state)
{
    struct entropy entropy;

    (void)state;
    entropy_init_seed(&entropy, 39);
    for (size_t run = 0; run < 60; run++) {
        const size_t count = 16 + entropy_below(&entropy, 400);
        uint8_t coded[416 * SKETCH_COUNTED_SIZE];
        struct sketch *decoder;
        struct sets sets;
        bool found;

        sketches_draw(&sets, &entropy, 500, 0, 0);
        decoder = sketches_of(&sets, true);
        entropy_fill(&entropy, coded, sizeof(coded));
        if (run % 3 == 0)
            memset(coded, 0, sizeof(coded));
        sketches_take(decoder, 500, count,
                      byte_view_of(coded, sketch_size(0, count)));
        sketches_steps = run % 2 == 0 ? 0 : SKETCH_STEPS_ID;
        found = sketches_decode(decoder);
        sketches_steps = 0;
        assert_false(found && sketch_own_only_count(decoder) != 0);
        assert_false(found);
        sketch_free(decoder);
        mem_free(sets.ids);
    }
}

/* Counts that no set has: as many as there can be, and no more cells than
 * there may be. */
static void
test_hostile_counts(void **state)
{
    struct entropy entropy;
    struct byte_buf coded;
    struct sketch *decoder;
    struct sets sets;

    (void)state;
    entropy_init_seed(&entropy, 43);
    sketches_draw(&sets, &entropy, 100, 3, 3);
    decoder = sketches_of(&sets, false);
    byte_buf_init(&coded, 4096);
    sketches_extend(decoder, 96);
    assert_int_equal(sketch_write(decoder, 0, 96, &coded), STATUS_OK);
    sketch_free(decoder);
    for (size_t i = 0; i < SKETCH_COUNTED; i++)
        coded.data[i * SKETCH_COUNTED_SIZE + 11] ^= 0x80;
    decoder = sketches_of(&sets, true);
    sketches_take(decoder, 103, 96, byte_view_of_buf(&coded));
    assert_true(sketch_estimate(decoder) == UINT32_MAX);
    assert_int_equal(sketch_cells_for(UINT32_MAX, 103, 103), SKETCH_CELLS_MAX);
    sketch_free(decoder);
    byte_buf_release(&coded);
    mem_free(sets.ids);
}

/* Too few cells, or a wrong number of records, are never a success; nor are
 * cells that were changed on the way. */
static void
test_stop_rule(void **state)
{
    struct entropy entropy;
    struct byte_buf coded;
    struct sketch *decoder;
    struct sketch *sender;
    struct sets sets;
    bool found;

    (void)state;
    entropy_init_seed(&entropy, 40);
    sketches_draw(&sets, &entropy, 100, 3, 3);
    sender = sketches_of(&sets, false);
    byte_buf_init(&coded, 4096);
    sketches_extend(sender, 96);
    assert_int_equal(sketch_write(sender, 0, 96, &coded), STATUS_OK);

    decoder = sketches_of(&sets, true);
    sketches_take(decoder, 104, 96, byte_view_of_buf(&coded));
    found = sketches_decode(decoder);
    assert_false(found);
    sketch_free(decoder);

    /* The same sets: 15 empty cells prove nothing yet. */
    decoder = sketches_of(&sets, true);
    sketch_free(sender);
    sender = sketches_of(&sets, true);
    sketches_hand_over(decoder, sender, 0, 15);
    found = sketches_decode(decoder);
    assert_false(found);
    sketches_hand_over(decoder, sender, 15, 16);
    found = sketches_decode(decoder);
    assert_true(found);
    sketch_free(decoder);
    sketch_free(sender);

    /* An octet is missing. */
    decoder = sketches_of(&sets, true);
    coded.size--;
    sketches_take(decoder, 103, 96, byte_view_of_buf(&coded));
    coded.size++;
    assert_true(sketch_is_inconsistent(decoder));
    found = sketches_decode(decoder);
    assert_false(found);
    sketch_free(decoder);

    /* Each octet of the sums and checks changed in turn. */
    for (size_t i = 0; i < 20 * SKETCH_COUNTED_SIZE; i++) {
        if (i % SKETCH_COUNTED_SIZE >= SKETCH_CELL_SIZE)
            continue;
        coded.data[i] ^= 0x40;
        decoder = sketches_of(&sets, true);
        sketches_take(decoder, 103, 96, byte_view_of_buf(&coded));
        found = sketches_decode(decoder);
        assert_false(found);
        sketch_free(decoder);
        coded.data[i] ^= 0x40;
    }
    byte_buf_release(&coded);
    mem_free(sets.ids);
}

static void
test_bounds(void **state)
{
    struct sketch *sketch;
    struct salt salt = {{0}};
    size_t steps = SIZE_MAX;
    bool done;

    (void)state;
    assert_int_equal(sketch_new(&sketch, &salt, SKETCH_IDS_MAX + 1),
                     STATUS_TOO_LARGE);
    assert_null(sketch);
    assert_int_equal(sketch_new(&sketch, &salt, 1), STATUS_OK);
    assert_int_equal(sketch_add(sketch, 5), STATUS_OK);
    assert_int_equal(sketch_add(sketch, 6), STATUS_FULL);
    assert_int_equal(sketches_seal(sketch), 1);
    assert_int_equal(sketches_seal(sketch), 1);
    assert_int_equal(sketch_extend(sketch, SKETCH_CELLS_MAX + 1, &steps, &done),
                     STATUS_TOO_LARGE);
    sketches_extend(sketch, SKETCH_CELLS_MAX);
    sketch_free(sketch);
    sketch_free(NULL);

    /* No ids at all, and one twice. */
    assert_int_equal(sketch_new(&sketch, &salt, 2), STATUS_OK);
    assert_int_equal(sketch_add(sketch, 5), STATUS_OK);
    assert_int_equal(sketch_add(sketch, 5), STATUS_OK);
    assert_int_equal(sketches_seal(sketch), 1);
    assert_int_equal(sketch_add(sketch, 6), STATUS_FULL);
    sketch_free(sketch);
    assert_int_equal(sketch_new(&sketch, &salt, 0), STATUS_OK);
    assert_int_equal(sketches_seal(sketch), 0);
    sketches_extend(sketch, 16);
    sketch_free(sketch);

    /* Policy: a list beats cells where most of the smaller set differs. */
    assert_true(sketch_is_list_better(10000, 10000, 10000));
    assert_false(sketch_is_list_better(1000, 10000, 10000));
    assert_int_equal(sketch_cells_for(0, 10, 10), 24);
    assert_int_equal(sketch_cells_for(1000, 10500, 10000), 24 + 907);
    assert_int_equal(sketch_cells_for(1000, 10000, 11000), 24 + 1540);
    assert_int_equal(sketch_cells_for(UINT32_MAX, 0, UINT32_MAX),
                     SKETCH_CELLS_MAX);
}

static enum status
work_without_memory(void *context)
{
    struct sets *sets = context;
    struct sketch *sketches[2] = {NULL, NULL};
    struct byte_buf coded;
    size_t steps = SIZE_MAX;
    enum sketch_outcome outcome = SKETCH_UNDONE;
    bool done;
    enum status status = STATUS_OK;

    byte_buf_init(&coded, 4096);
    for (size_t i = 0; status == STATUS_OK && i < 2; i++) {
        status = sketch_new(&sketches[i], &sets->salt, 106);
        for (size_t j = 0; status == STATUS_OK && j < 103; j++)
            status = sketch_add(sketches[i], sets->ids[i * 3 + j]);
    }
    for (size_t i = 0; status == STATUS_OK && i < 2; i++)
        status = sketch_extend(sketches[i], 96, &steps, &done);
    if (status == STATUS_OK)
        status = sketch_write(sketches[1], 0, 96, &coded);
    if (status == STATUS_OK) {
        sketch_take(sketches[0], 103, 96, byte_view_of_buf(&coded));
        status = sketch_decode(sketches[0], &steps, &outcome);
    }
    assert_true(status != STATUS_OK || outcome == SKETCH_FOUND);
    byte_buf_release(&coded);
    sketch_free(sketches[0]);
    sketch_free(sketches[1]);
    return status;
}

static void
test_no_memory(void **state)
{
    struct entropy entropy;
    struct sets sets;

    (void)state;
    entropy_init_seed(&entropy, 41);
    sketches_draw(&sets, &entropy, 106, 0, 0);
    test_alloc_each(work_without_memory, &sets);
    mem_free(sets.ids);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_random_sets),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_few_cells),
        cmocka_unit_test(test_first_cells),
        cmocka_unit_test(test_estimate),
        cmocka_unit_test(test_garbage),
        cmocka_unit_test(test_stop_rule),
        cmocka_unit_test(test_hostile_counts),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
