#include "tests/unit/sketches.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/mem.h"

uint64_t
sketches_id(struct entropy *entropy)
{
    uint64_t id = 0;

    entropy_fill(entropy, &id, 6);
    return id == 0 ? 1 : id;
}

bool
sketches_maps(const struct sketch_keys *keys, uint64_t id, uint32_t cell)
{
    struct sketch_walk walk = sketch_walk_begin(keys, id);

    while (walk.cell < cell)
        sketch_walk_next(&walk);
    return walk.cell == cell;
}

void
sketches_draw(struct sets *sets, struct entropy *entropy, size_t common,
              size_t own, size_t foreign)
{
    const size_t count = common + own + foreign;

    *sets = (struct sets){.common = common, .own = own, .foreign = foreign};
    entropy_fill(entropy, sets->salt.octets, sizeof(sets->salt.octets));
    sets->ids = mem_zalloc(count, sizeof(uint64_t));
    assert_non_null(sets->ids);
    for (size_t i = 0; i < count; i++)
        sets->ids[i] = sketches_id(entropy);
}

size_t sketches_steps;

static size_t
steps(void)
{
    return sketches_steps > 0 ? sketches_steps : SIZE_MAX;
}

size_t
sketches_seal(struct sketch *sketch)
{
    bool done = false;

    while (!done) {
        size_t left = steps();

        done = sketch_seal(sketch, &left);
        assert_true(left <= steps());
    }
    return sketch_count(sketch);
}

void
sketches_extend(struct sketch *sketch, size_t count)
{
    bool done = false;

    while (!done) {
        size_t left = steps();

        assert_int_equal(sketch_extend(sketch, count, &left, &done), STATUS_OK);
        assert_true(left <= steps());
    }
}

void
sketches_take(struct sketch *sketch, uint32_t records, size_t count,
              struct byte_view coded)
{
    sketches_extend(sketch, sketch_taken(sketch) + count);
    sketch_take(sketch, records, count, coded);
}

bool
sketches_decode(struct sketch *sketch)
{
    enum sketch_outcome outcome = SKETCH_UNDONE;

    while (outcome == SKETCH_UNDONE) {
        size_t left = steps();

        assert_int_equal(sketch_decode(sketch, &left, &outcome), STATUS_OK);
        assert_true(left <= steps());
    }
    return outcome == SKETCH_FOUND;
}

struct sketch *
sketches_with(const struct sets *sets, bool decoder)
{
    struct sketch *sketch;
    const size_t end = sets->common + sets->own + sets->foreign;

    assert_int_equal(sketch_new(&sketch, &sets->salt, end), STATUS_OK);
    for (size_t i = 0; i < end; i++) {
        bool only_own = i >= sets->common && i < sets->common + sets->own;
        bool only_foreign = i >= sets->common + sets->own;

        if (decoder ? !only_foreign : !only_own)
            assert_int_equal(sketch_add(sketch, sets->ids[i]), STATUS_OK);
    }
    return sketch;
}

struct sketch *
sketches_of(const struct sets *sets, bool decoder)
{
    struct sketch *sketch = sketches_with(sets, decoder);

    (void)sketches_seal(sketch);
    return sketch;
}

void
sketches_hand_over(struct sketch *decoder, struct sketch *sender, size_t first,
                   size_t end)
{
    struct byte_buf coded;

    byte_buf_init(&coded, SKETCH_CELLS_MAX * SKETCH_COUNTED_SIZE);
    sketches_extend(sender, end);
    assert_int_equal(sketch_write(sender, first, end - first, &coded),
                     STATUS_OK);
    assert_int_equal(coded.size, sketch_size(first, end - first));
    sketches_take(decoder, (uint32_t)sketch_count(sender), end - first,
                  byte_view_of_buf(&coded));
    byte_buf_release(&coded);
}

static int
compare_ids(const void *a, const void *b)
{
    const uint64_t *one = a;
    const uint64_t *other = b;

    return (*one > *other) - (*one < *other);
}

void
sketches_check(const struct sketch *decoder, const struct sets *sets)
{
    uint64_t *foreign = sets->ids + sets->common + sets->own;
    const uint64_t *found;
    size_t count;

    qsort(foreign, sets->foreign, sizeof(*foreign), compare_ids);
    found = sketch_foreign(decoder, &count);
    assert_int_equal(count, sets->foreign);
    for (size_t i = 0; i < count; i++)
        assert_true(found[i] == foreign[i]);
    assert_int_equal(sketch_own_only_count(decoder), sets->own);
    for (size_t i = 0; i < sets->common; i++)
        assert_false(sketch_is_own_only(decoder, sets->ids[i]));
    for (size_t i = 0; i < sets->own; i++)
        assert_true(sketch_is_own_only(decoder, sets->ids[sets->common + i]));
}

size_t
sketches_reconcile(const struct sets *sets, size_t first)
{
    struct sketch *decoder = sketches_of(sets, true);
    struct sketch *sender = sketches_of(sets, false);
    size_t cells = first;
    size_t passed = 0;
    bool found = false;

    while (!found) {
        size_t wanted;

        sketches_hand_over(decoder, sender, passed, cells);
        passed = cells;
        found = sketches_decode(decoder);
        assert_false(sketch_is_inconsistent(decoder));
        wanted = sketch_cells_for(sketch_estimate(decoder),
                                  (uint32_t)sketch_count(decoder),
                                  (uint32_t)sketch_count(sender));
        cells = wanted > cells ? wanted : cells + cells / 12 + 16;
        assert_true(found || cells <= SKETCH_CELLS_MAX);
    }
    sketches_check(decoder, sets);
    sketch_free(decoder);
    sketch_free(sender);
    return passed;
}
