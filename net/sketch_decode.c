/*
 * Peeling: what is left in the cells once the own ids are taken away.
 *
 * A cell with one id left gives it; the id is taken out of all its cells,
 * which may leave others with one.  At a stall, candidates: of a cell with
 * two, of which one is ours, each own id that goes into it is tried as that
 * one.  An id accepted by chance leaves cells that never get empty, so that
 * it is noticed and never believed.
 */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "net/sketch_private.h"

/* Candidates are tried in cells from this one on.  The few before it hold most
 * ids, and so accept most by chance (RECONCILE.md, 4): of 50,000 ids one in
 * 40,000 passes.  They are tried only when nothing else is left; without them
 * two ids that go into no other cell cost hundreds of cells. */
static const uint32_t candidate_cell = 8;

/* Cells that may have one id left; each stands in it at most once. */
struct worklist {
    uint32_t *cells; /* room for all */
    size_t count;
    bool *queued;
};

static void
queue_cell(struct worklist *work, uint32_t cell)
{
    if (work->queued[cell])
        return;
    work->queued[cell] = true;
    work->cells[work->count++] = cell;
}

static bool
is_empty(const struct sketch_cell *cell)
{
    return cell->sum == 0 && cell->check == 0;
}

/* Does cell hold one id and no more? */
static bool
is_pure(const struct sketch *sketch, uint32_t place)
{
    const struct sketch_cell *cell = &sketch->cells[place];

    return cell->sum != 0 &&
           sketch_check(&sketch->keys, cell->sum) == cell->check &&
           sketch_maps(&sketch->keys, cell->sum, place);
}

/* Take id out of every cell there is, and look at those again.  Its member,
 * with all of them done. */
static struct sketch_member
take_out(struct sketch *sketch, struct worklist *work, uint64_t id)
{
    struct sketch_member member = sketch_member_of(&sketch->keys, id);
    struct sketch_walk walk = {member.state, member.cell};

    sketch_apply(sketch, &member);
    for (; walk.cell < sketch->taken; sketch_walk_next(&walk))
        queue_cell(work, walk.cell);
    return member;
}

static enum status
add_foreign(struct sketch *sketch, struct worklist *work, uint64_t id)
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
    sketch->foreign[sketch->foreign_count++] = take_out(sketch, work, id);
    return STATUS_OK;
}

/* id differs.  More foreign ids than cells, or an own one twice: no set has
 * such cells. */
static enum status
recover(struct sketch *sketch, struct worklist *work, uint64_t id)
{
    struct sketch_member *own = sketch_find(sketch, id);

    if (own == NULL ? sketch->foreign_count >= sketch->taken : own->gone) {
        sketch->inconsistent = true;
        return STATUS_OK;
    }
    if (own == NULL)
        return add_foreign(sketch, work, id);
    own->gone = true;
    sketch->own_only++;
    (void)take_out(sketch, work, id);
    return STATUS_OK;
}

static enum status
peel(struct sketch *sketch, struct worklist *work)
{
    enum status status = STATUS_OK;

    while (status == STATUS_OK && work->count > 0 && !sketch->inconsistent) {
        uint32_t place = work->cells[--work->count];

        work->queued[place] = false;
        if (is_pure(sketch, place))
            status = recover(sketch, work, sketch->cells[place].sum);
    }
    return status;
}

/* Is own one of two that a cell holds, of the early ones or of the others?
 * Then both are recovered. */
static enum status
try_candidate(struct sketch *sketch, struct worklist *work,
              const struct sketch_member *own, bool early)
{
    const uint32_t check = sketch_check(&sketch->keys, own->id);
    const size_t end = early && sketch->taken > candidate_cell ? candidate_cell
                                                               : sketch->taken;
    struct sketch_walk walk = sketch_walk_begin(&sketch->keys, own->id);

    for (; walk.cell < end; sketch_walk_next(&walk)) {
        const struct sketch_cell *cell = &sketch->cells[walk.cell];
        const uint64_t other = cell->sum ^ own->id;
        enum status status;

        if (early != (walk.cell < candidate_cell) || is_empty(cell) ||
            other == 0 ||
            sketch_check(&sketch->keys, other) != (cell->check ^ check) ||
            !sketch_maps(&sketch->keys, other, walk.cell))
            continue;
        status = recover(sketch, work, own->id);
        if (status == STATUS_OK && !sketch->inconsistent)
            status = recover(sketch, work, other);
        return status == STATUS_OK ? peel(sketch, work) : status;
    }
    return STATUS_OK;
}

/* Try every own id that is not known to differ; true in *progress if one
 * does. */
static enum status
try_candidates(struct sketch *sketch, struct worklist *work, bool early,
               bool *progress)
{
    const size_t before = sketch->own_only;
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < sketch->count &&
                       !sketch->inconsistent && !is_empty(&sketch->cells[0]);
         i++)
        if (!sketch->members[i].gone)
            status = try_candidate(sketch, work, &sketch->members[i], early);
    *progress = sketch->own_only > before;
    return status;
}

/* Every cell is empty, and the numbers of both sides agree. */
static bool
is_complete(const struct sketch *sketch)
{
    if (sketch->inconsistent || sketch->taken < SKETCH_CELLS_LEAST ||
        sketch->count - sketch->own_only + sketch->foreign_count !=
            sketch->records)
        return false;
    for (size_t i = 0; i < sketch->taken; i++)
        if (!is_empty(&sketch->cells[i]))
            return false;
    return true;
}

static int
compare_ids(const void *a, const void *b)
{
    const uint64_t *one = a;
    const uint64_t *other = b;

    return (*one > *other) - (*one < *other);
}

/* A set has no id twice: cells that say so are a lie. */
static enum status
list_foreign(struct sketch *sketch)
{
    mem_free(sketch->found);
    sketch->found = mem_zalloc(sketch->foreign_count, sizeof(uint64_t));
    if (sketch->found == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < sketch->foreign_count; i++)
        sketch->found[i] = sketch->foreign[i].id;
    qsort(sketch->found, sketch->foreign_count, sizeof(uint64_t), compare_ids);
    for (size_t i = 1; i < sketch->foreign_count; i++)
        if (sketch->found[i] == sketch->found[i - 1])
            sketch->inconsistent = true;
    return STATUS_OK;
}

enum status
sketch_decode(struct sketch *sketch, bool *found)
{
    struct worklist work = {.count = 0};
    enum status status = STATUS_OK;
    bool early = false;
    bool progress;

    *found = false;
    if (sketch->taken == 0)
        return STATUS_OK;
    work.cells = mem_zalloc(sketch->taken, sizeof(*work.cells));
    work.queued = mem_zalloc(sketch->taken, sizeof(*work.queued));
    if (work.cells == NULL || work.queued == NULL) {
        status = STATUS_NO_MEMORY;
        goto done;
    }
    for (size_t i = sketch->taken; i > 0; i--)
        queue_cell(&work, (uint32_t)(i - 1));
    status = peel(sketch, &work);
    for (int pass = 0; status == STATUS_OK && !sketch->inconsistent &&
                       !is_complete(sketch) && pass < SKETCH_PASSES;
         pass++) {
        status = try_candidates(sketch, &work, early, &progress);
        if (early && !progress)
            break;
        early = !progress;
    }
    if (status == STATUS_OK && is_complete(sketch)) {
        status = list_foreign(sketch);
        *found = status == STATUS_OK && !sketch->inconsistent;
    }

done:
    mem_free(work.cells);
    mem_free(work.queued);
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
