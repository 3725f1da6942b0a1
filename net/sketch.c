/*
 * The cells of a set.  Sorting is in sketch_sort.c, decoding in
 * sketch_decode.c, what it needs of statistics in sketch_estimate.c.
 */
#include "net/sketch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/reader.h"
#include "core/writer.h"
#include "net/sketch_private.h"

static size_t
counted_of(size_t first, size_t count)
{
    size_t counted = first < SKETCH_COUNTED ? SKETCH_COUNTED - first : 0;

    return counted < count ? counted : count;
}

size_t
sketch_size(size_t first, size_t count)
{
    return count * SKETCH_CELL_SIZE +
           counted_of(first, count) * (SKETCH_COUNTED_SIZE - SKETCH_CELL_SIZE);
}

enum status
sketch_new(struct sketch **out, const struct salt *salt, size_t places)
{
    struct sketch *sketch;

    *out = NULL;
    if (places > SKETCH_IDS_MAX)
        return STATUS_TOO_LARGE;
    sketch = mem_zalloc(1, sizeof(*sketch));
    if (sketch == NULL)
        return STATUS_NO_MEMORY;
    sketch->keys = sketch_keys_of(salt);
    sketch->places = places;
    sketch->members = mem_zalloc(places, sizeof(*sketch->members));
    if (sketch->members == NULL) {
        sketch_free(sketch);
        return STATUS_NO_MEMORY;
    }
    *out = sketch;
    return STATUS_OK;
}

void
sketch_free(struct sketch *sketch)
{
    if (sketch == NULL)
        return;
    mem_free(sketch->members);
    mem_free(sketch->cells);
    mem_free(sketch->foreign);
    mem_free(sketch->found);
    sketch_decoding_release(&sketch->decoding);
    mem_free(sketch);
}

size_t
sketch_memory(const struct sketch *sketch)
{
    if (sketch == NULL)
        return 0;
    return sizeof(*sketch) +
           (sketch->places + sketch->foreign_places) *
               sizeof(*sketch->members) +
           sketch->cell_count * sizeof(*sketch->cells) +
           (sketch->decoding.cells == NULL
                ? 0
                : sketch->taken * (sizeof(*sketch->decoding.cells) +
                                   sizeof(*sketch->decoding.queued))) +
           (sketch->found == NULL ? 0
                                  : sketch->foreign_count * sizeof(uint64_t));
}

enum status
sketch_add(struct sketch *sketch, uint64_t id)
{
    if (sketch->count == sketch->places || sketch->sorting)
        return STATUS_FULL;
    sketch->members[sketch->count++] = sketch_member_of(&sketch->keys, id);
    return STATUS_OK;
}

/* What a counted cell of a set of records ids is expected to hold. */
static uint16_t
expected(uint64_t records, size_t cell)
{
    if (cell == 0)
        return (uint16_t)records;
    return (uint16_t)(records * sketch_rho((uint32_t)cell) >> 32);
}

static int
compare_members(const void *a, const void *b)
{
    const struct sketch_member *one = a;
    const struct sketch_member *other = b;

    return (one->id > other->id) - (one->id < other->id);
}

void
sketch_spend(size_t *steps, size_t count)
{
    *steps -= count < *steps ? count : *steps;
}

bool
sketch_seal(struct sketch *sketch, size_t *steps)
{
    if (sketch->sealed)
        return true;
    if (!sketch->sorting)
        sketch_sort_begin(&sketch->sort, sketch->count);
    sketch->sorting = true;
    if (!sketch_sort_go_on(&sketch->sort, sketch->members, steps))
        return false;
    sketch->count -= sketch->sort.first;
    if (sketch->sort.first > 0)
        memmove(sketch->members, sketch->members + sketch->sort.first,
                sketch->count * sizeof(*sketch->members));
    sketch->sealed = true;
    for (size_t cell = 0; cell < SKETCH_COUNTED; cell++)
        sketch->counts[cell] =
            (uint16_t)(0U - (unsigned)expected(sketch->count, cell));
    return true;
}

size_t
sketch_count(const struct sketch *sketch)
{
    return sketch->count;
}

struct sketch_member *
sketch_find(const struct sketch *sketch, uint64_t id)
{
    const struct sketch_member key = {.id = id};

    if (sketch->count == 0)
        return NULL;
    return bsearch(&key, sketch->members, sketch->count, sizeof(key),
                   compare_members);
}

struct sketch_member
sketch_member_of(const struct sketch_keys *keys, uint64_t id)
{
    const struct sketch_walk walk = sketch_walk_begin(keys, id);

    return (struct sketch_member){
        .id = id, .state = walk.state, .cell = walk.cell};
}

/* Put member into those of its cells that are new, as far as steps reach.  An
 * own one that is gone is only counted, as it was in the cells before; of a
 * foreign one the counts say nothing. */
static void
place(struct sketch *sketch, struct sketch_member *member, bool own,
      size_t *steps)
{
    const uint64_t id = member->gone ? 0 : member->id;
    const uint32_t check = member->gone ? 0 : sketch_check(&sketch->keys, id);
    struct sketch_walk walk = {member->state, member->cell};
    size_t left = *steps;

    for (; walk.cell < sketch->cell_count && left > 0; left--) {
        sketch->cells[walk.cell].sum ^= id;
        sketch->cells[walk.cell].check ^= check;
        if (own && walk.cell < SKETCH_COUNTED)
            sketch->counts[walk.cell]++;
        sketch_walk_next(&walk);
    }
    member->state = walk.state;
    member->cell = walk.cell;
    *steps = left;
}

/* Put all ids, own and foreign, into the cells that are new; what was found
 * already is not in those either.  False if steps did not suffice. */
static bool
place_all(struct sketch *sketch, size_t *steps)
{
    const size_t end = sketch->count + sketch->foreign_count;

    while (sketch->placed < end) {
        const bool own = sketch->placed < sketch->count;
        struct sketch_member *member =
            own ? &sketch->members[sketch->placed]
                : &sketch->foreign[sketch->placed - sketch->count];

        if (*steps == 0)
            return false;
        sketch_spend(steps, 1);
        place(sketch, member, own, steps);
        if (member->cell < sketch->cell_count)
            return false;
        sketch->placed++;
    }
    return true;
}

enum status
sketch_extend(struct sketch *sketch, size_t count, size_t *steps, bool *done)
{
    struct sketch_cell *cells;

    *done = false;
    if (count > SKETCH_CELLS_MAX)
        return STATUS_TOO_LARGE;
    if (!sketch_seal(sketch, steps) || !place_all(sketch, steps))
        return STATUS_OK;
    if (count > sketch->cell_count) {
        cells = mem_resize(sketch->cells, count * sizeof(*cells));
        if (cells == NULL)
            return STATUS_NO_MEMORY;
        sketch->cells = cells;
        for (size_t i = sketch->cell_count; i < count; i++)
            cells[i] = (struct sketch_cell){0, 0};
        sketch->cell_count = count;
        sketch->placed = 0;
    }
    *done = place_all(sketch, steps);
    return STATUS_OK;
}

enum status
sketch_write(const struct sketch *sketch, size_t first, size_t count,
             struct byte_buf *out)
{
    struct writer writer;

    writer_init(&writer, out);
    for (size_t i = first; i < first + count; i++) {
        writer_u48(&writer, sketch->cells[i].sum);
        writer_u32(&writer, sketch->cells[i].check);
        if (i < SKETCH_COUNTED)
            writer_u16(&writer, sketch->counts[i]);
    }
    return writer_status(&writer);
}

void
sketch_take(struct sketch *sketch, uint32_t records, size_t count,
            struct byte_view coded)
{
    const size_t end = sketch->taken + count;
    struct reader reader;

    assert(end <= sketch->cell_count);
    reader_init(&reader, coded);
    for (; sketch->taken < end; sketch->taken++) {
        struct sketch_cell *cell = &sketch->cells[sketch->taken];

        cell->sum ^= reader_u48(&reader);
        cell->check ^= reader_u32(&reader);
        if (sketch->taken < SKETCH_COUNTED)
            sketch->counts[sketch->taken] =
                (uint16_t)(sketch->counts[sketch->taken] - reader_u16(&reader));
    }
    sketch->records = records;
    if (reader.failed)
        sketch->inconsistent = true;
}

size_t
sketch_taken(const struct sketch *sketch)
{
    return sketch->taken;
}
