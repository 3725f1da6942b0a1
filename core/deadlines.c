#include "core/deadlines.h"

#include "core/mem.h"

/* A binary heap: heap[i] is not later than heap[2i + 1] and heap[2i + 2]. */

static bool
deadline_is_earlier(const struct deadline *a, const struct deadline *b)
{
    if (a->when.milliseconds != b->when.milliseconds)
        return a->when.milliseconds < b->when.milliseconds;
    return a->order < b->order;
}

static void
heap_put(struct deadlines *deadlines, size_t index, struct deadline *deadline)
{
    deadlines->heap[index] = deadline;
    deadline->place = index + 1;
}

/* Put deadline where it belongs, at index or nearer to the root. */
static void
heap_rise(struct deadlines *deadlines, size_t index, struct deadline *deadline)
{
    while (index > 0) {
        size_t parent = (index - 1) / 2;

        if (!deadline_is_earlier(deadline, deadlines->heap[parent]))
            break;
        heap_put(deadlines, index, deadlines->heap[parent]);
        index = parent;
    }
    heap_put(deadlines, index, deadline);
}

/* The same, at index or farther from the root. */
static void
heap_sink(struct deadlines *deadlines, size_t index, struct deadline *deadline)
{
    for (;;) {
        size_t child = index * 2 + 1;

        if (child >= deadlines->count)
            break;
        if (child + 1 < deadlines->count &&
            deadline_is_earlier(deadlines->heap[child + 1],
                                deadlines->heap[child]))
            child++;
        if (!deadline_is_earlier(deadlines->heap[child], deadline))
            break;
        heap_put(deadlines, index, deadlines->heap[child]);
        index = child;
    }
    heap_put(deadlines, index, deadline);
}

void
deadlines_init(struct deadlines *deadlines)
{
    *deadlines = (struct deadlines){NULL, 0, 0, 0};
}

void
deadlines_release(struct deadlines *deadlines)
{
    mem_free(deadlines->heap);
    deadlines_init(deadlines);
}

enum status
deadlines_reserve(struct deadlines *deadlines, size_t count)
{
    size_t capacity = deadlines->capacity;
    struct deadline **heap;

    if (count <= capacity)
        return STATUS_OK;
    if (count > SIZE_MAX / sizeof(struct deadline *) / 2)
        return STATUS_NO_MEMORY;
    capacity = capacity < 8 ? 8 : capacity * 2;
    if (capacity < count)
        capacity = count;
    heap = mem_resize(deadlines->heap, capacity * sizeof(struct deadline *));
    if (heap == NULL)
        return STATUS_NO_MEMORY;
    deadlines->heap = heap;
    deadlines->capacity = capacity;
    return STATUS_OK;
}

void
deadline_init(struct deadline *deadline)
{
    *deadline = (struct deadline){MONO_NEVER, 0, 0};
}

bool
deadline_is_set(const struct deadline *deadline)
{
    return deadline->place > 0;
}

enum status
deadlines_set(struct deadlines *deadlines, struct deadline *deadline,
              struct mono_time when)
{
    enum status status;

    if (!deadline_is_set(deadline)) {
        status = deadlines_reserve(deadlines, deadlines->count + 1);
        if (status != STATUS_OK)
            return status;
    }
    deadlines_cancel(deadlines, deadline);
    deadline->when = when;
    deadline->order = deadlines->order++;
    heap_rise(deadlines, deadlines->count++, deadline);
    return STATUS_OK;
}

void
deadlines_cancel(struct deadlines *deadlines, struct deadline *deadline)
{
    struct deadline *last;
    size_t index;

    if (!deadline_is_set(deadline))
        return;
    index = deadline->place - 1;
    deadline->place = 0;
    last = deadlines->heap[--deadlines->count];
    if (last == deadline)
        return;
    /* The last one fills the gap and moves to where it belongs. */
    heap_sink(deadlines, index, last);
    if (last->place - 1 == index)
        heap_rise(deadlines, index, last);
}

struct mono_time
deadlines_next(const struct deadlines *deadlines)
{
    return deadlines->count == 0 ? MONO_NEVER : deadlines->heap[0]->when;
}

struct deadline *
deadlines_take_due(struct deadlines *deadlines, struct mono_time now)
{
    struct deadline *first;

    if (!mono_due(deadlines_next(deadlines), now))
        return NULL;
    first = deadlines->heap[0];
    deadlines_cancel(deadlines, first);
    return first;
}
