/*
 * Peeling: what is left in the cells once the own ids are taken away.
 *
 * A cell with one id left gives it; the id is taken out of all its cells,
 * which may leave others with one.  At a stall, candidates: of a cell with
 * two, of which one is ours, each own id that goes into it is tried as that
 * one.  An id accepted by chance leaves cells that never get empty, so that
 * it is noticed and never believed.
 */
#include "core/mem.h"
#include "net/sketch_private.h"

/* Candidates are tried in cells from this one on.  The few before it hold most
 * ids, and so accept most by chance (RECONCILE.md, 4): of 50,000 ids one in
 * 40,000 passes.  They are tried only when nothing else is left; without them
 * two ids that go into no other cell cost hundreds of cells. */
static const uint32_t candidate_cell = 8;

static void
queue_cell(struct sketch_decoding *decoding, uint32_t cell)
{
    if (decoding->queued[cell])
        return;
    decoding->queued[cell] = true;
    decoding->cells[decoding->count++] = cell;
}

static bool
is_empty(const struct sketch_cell *cell)
{
    return cell->sum == 0 && cell->check == 0;
}

/* Does id go into place? */
static bool
goes_into(const struct sketch *sketch, uint64_t id, uint32_t place,
          size_t *steps)
{
    struct sketch_walk walk = sketch_walk_begin(&sketch->keys, id);

    for (; walk.cell < place; sketch_walk_next(&walk))
        sketch_spend(steps, 1);
    return walk.cell == place;
}

/* Does the cell at place hold one id and no more? */
static bool
is_pure(const struct sketch *sketch, uint32_t place, size_t *steps)
{
    const struct sketch_cell *cell = &sketch->cells[place];

    return cell->sum != 0 &&
           sketch_check(&sketch->keys, cell->sum) == cell->check &&
           goes_into(sketch, cell->sum, place, steps);
}

/* Take id out of every cell there is, and look at those again.  Its member,
 * with all of them done. */
static struct sketch_member
take_out(struct sketch *sketch, uint64_t id, size_t *steps)
{
    const uint32_t check = sketch_check(&sketch->keys, id);
    struct sketch_member member = sketch_member_of(&sketch->keys, id);
    struct sketch_walk walk = {member.state, member.cell};

    for (; walk.cell < sketch->cell_count; sketch_walk_next(&walk)) {
        sketch->cells[walk.cell].sum ^= id;
        sketch->cells[walk.cell].check ^= check;
        if (walk.cell < sketch->taken)
            queue_cell(&sketch->decoding, walk.cell);
        sketch_spend(steps, 1);
    }
    member.state = walk.state;
    member.cell = walk.cell;
    return member;
}

static enum status
add_foreign(struct sketch *sketch, uint64_t id, size_t *steps)
{
    struct sketch_member *member;

    if (sketch->foreign_count == sketch->foreign_places) {
        size_t places = sketch->foreign_places * 2 + 16;

        member = mem_resize(sketch->foreign, places * sizeof(*member));
        if (member == NULL)
            return STATUS_NO_MEMORY;
        sketch->foreign = member;
        sketch->foreign_places = places;
    }
    sketch->foreign[sketch->foreign_count++] = take_out(sketch, id, steps);
    return STATUS_OK;
}

/* id differs.  More foreign ids than cells, or an own one twice: no set has
 * such cells. */
static enum status
recover(struct sketch *sketch, uint64_t id, size_t *steps)
{
    struct sketch_member *own = sketch_find(sketch, id);

    if (own == NULL ? sketch->foreign_count >= sketch->taken : own->gone) {
        sketch->inconsistent = true;
        return STATUS_OK;
    }
    if (own == NULL)
        return add_foreign(sketch, id, steps);
    own->gone = true;
    sketch->own_only++;
    (void)take_out(sketch, id, steps);
    return STATUS_OK;
}

/* Look at one cell that may have one id left. */
static enum status
peel(struct sketch *sketch, size_t *steps)
{
    struct sketch_decoding *decoding = &sketch->decoding;
    uint32_t place;

    if (decoding->count == 0 || sketch->inconsistent) {
        decoding->stage = SKETCH_TRIES;
        return STATUS_OK;
    }
    place = decoding->cells[--decoding->count];
    decoding->queued[place] = false;
    sketch_spend(steps, 1);
    return is_pure(sketch, place, steps)
               ? recover(sketch, sketch->cells[place].sum, steps)
               : STATUS_OK;
}

/* Is own one of two that a cell holds, of the early ones or of the others?
 * Then both are recovered. */
static enum status
try_candidate(struct sketch *sketch, const struct sketch_member *own,
              size_t *steps)
{
    const bool early = sketch->decoding.early;
    const uint32_t check = sketch_check(&sketch->keys, own->id);
    const size_t end = early && sketch->taken > candidate_cell ? candidate_cell
                                                               : sketch->taken;
    struct sketch_walk walk = sketch_walk_begin(&sketch->keys, own->id);

    for (; walk.cell < end; sketch_walk_next(&walk)) {
        const struct sketch_cell *cell = &sketch->cells[walk.cell];
        const uint64_t other = cell->sum ^ own->id;
        enum status status;

        sketch_spend(steps, 1);
        if (early != (walk.cell < candidate_cell) || is_empty(cell) ||
            other == 0 ||
            sketch_check(&sketch->keys, other) != (cell->check ^ check) ||
            !goes_into(sketch, other, walk.cell, steps))
            continue;
        sketch->decoding.stage = SKETCH_PEELS;
        status = recover(sketch, own->id, steps);
        if (status == STATUS_OK && !sketch->inconsistent)
            status = recover(sketch, other, steps);
        return status;
    }
    return STATUS_OK;
}

/* Try the next own id, if it is not known to differ. */
static enum status
try_next(struct sketch *sketch, size_t *steps)
{
    struct sketch_decoding *decoding = &sketch->decoding;
    const struct sketch_member *own = &sketch->members[decoding->next];

    if (decoding->pass == 0 || decoding->next == sketch->count ||
        sketch->inconsistent || is_empty(&sketch->cells[0])) {
        /* Of the early cells last, and again if there was progress. */
        if (decoding->pass > 0) {
            const bool progress = sketch->own_only > decoding->own_only;

            decoding->last = decoding->early && !progress;
            decoding->early = !progress;
        }
        decoding->stage = SKETCH_CHECKS;
        decoding->empty = 0;
        return STATUS_OK;
    }
    decoding->next++;
    sketch_spend(steps, 1);
    return own->gone ? STATUS_OK : try_candidate(sketch, own, steps);
}

/* Enough cells came, and the numbers of both sides agree. */
static bool
may_be_complete(const struct sketch *sketch)
{
    return !sketch->inconsistent && sketch->taken >= SKETCH_CELLS_LEAST &&
           sketch->count - sketch->own_only + sketch->foreign_count ==
               sketch->records;
}

/* Look at one more cell: all is found if none has anything left, else own ids
 * are tried once more. */
static void
check_cell(struct sketch *sketch, size_t *steps)
{
    struct sketch_decoding *decoding = &sketch->decoding;

    sketch_spend(steps, 1);
    if (may_be_complete(sketch) && is_empty(&sketch->cells[decoding->empty])) {
        if (++decoding->empty < sketch->taken)
            return;
        decoding->stage = SKETCH_SORTS;
        sketch_sort_begin(&decoding->sort, sketch->foreign_count);
    } else if (sketch->inconsistent || decoding->last ||
               decoding->pass == SKETCH_PASSES) {
        decoding->stage = SKETCH_ENDS;
    } else {
        decoding->stage = SKETCH_TRIES;
        decoding->pass++;
        decoding->next = 0;
        decoding->own_only = sketch->own_only;
    }
}

/* A set has no id twice: cells that say so are a lie. */
static enum status
list_foreign(struct sketch *sketch, size_t *steps)
{
    struct sketch_decoding *decoding = &sketch->decoding;

    if (!sketch_sort_go_on(&decoding->sort, sketch->foreign, steps))
        return STATUS_OK;
    decoding->stage = SKETCH_ENDS;
    sketch->inconsistent = decoding->sort.first > 0;
    mem_free(sketch->found);
    sketch->found = mem_zalloc(sketch->foreign_count, sizeof(uint64_t));
    if (sketch->found == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < sketch->foreign_count; i++)
        sketch->found[i] = sketch->foreign[i].id;
    decoding->complete = !sketch->inconsistent;
    return STATUS_OK;
}

void
sketch_decoding_release(struct sketch_decoding *decoding)
{
    mem_free(decoding->cells);
    mem_free(decoding->queued);
    *decoding = (struct sketch_decoding){.cells = NULL};
}

/* Every cell that came is to be looked at, the first one first. */
static enum status
begin(struct sketch *sketch)
{
    struct sketch_decoding *decoding = &sketch->decoding;

    decoding->cells = mem_zalloc(sketch->taken, sizeof(*decoding->cells));
    decoding->queued = mem_zalloc(sketch->taken, sizeof(*decoding->queued));
    if (decoding->cells == NULL || decoding->queued == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = sketch->taken; i > 0; i--)
        queue_cell(decoding, (uint32_t)(i - 1));
    return STATUS_OK;
}

static enum status
go_on(struct sketch *sketch, size_t *steps)
{
    switch (sketch->decoding.stage) {
    case SKETCH_PEELS:
        return peel(sketch, steps);
    case SKETCH_TRIES:
        return try_next(sketch, steps);
    case SKETCH_CHECKS:
        check_cell(sketch, steps);
        return STATUS_OK;
    case SKETCH_SORTS:
        return list_foreign(sketch, steps);
    case SKETCH_ENDS:
        return STATUS_OK;
    }
    return STATUS_OK;
}

enum status
sketch_decode(struct sketch *sketch, size_t *steps,
              enum sketch_outcome *outcome)
{
    struct sketch_decoding *decoding = &sketch->decoding;
    enum status status = STATUS_OK;

    *outcome = SKETCH_LACKS;
    if (sketch->taken == 0)
        return STATUS_OK;
    if (decoding->cells == NULL)
        status = begin(sketch);
    while (status == STATUS_OK && decoding->stage != SKETCH_ENDS &&
           *steps >= SKETCH_STEPS_ID)
        status = go_on(sketch, steps);
    if (status == STATUS_OK && decoding->stage != SKETCH_ENDS) {
        *outcome = SKETCH_UNDONE;
        return STATUS_OK;
    }
    if (status == STATUS_OK && decoding->complete)
        *outcome = SKETCH_FOUND;
    sketch_decoding_release(decoding);
    return status;
}

bool
sketch_is_inconsistent(const struct sketch *sketch)
{
    return sketch->inconsistent;
}

const uint64_t *
sketch_foreign(const struct sketch *sketch, size_t *count)
{
    *count = sketch->foreign_count;
    return sketch->found;
}

bool
sketch_is_own_only(const struct sketch *sketch, uint64_t id)
{
    const struct sketch_member *own = sketch_find(sketch, id);

    return own != NULL && own->gone;
}

size_t
sketch_own_only_count(const struct sketch *sketch)
{
    return sketch->own_only;
}
