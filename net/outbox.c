#include "net/outbox.h"

#include "core/limits.h"
#include "core/mem.h"

void
outbox_init(struct outbox *outbox)
{
    *outbox = (struct outbox){NULL, 0, 0, 0};
}

void
outbox_release(struct outbox *outbox)
{
    mem_free(outbox->heap);
    outbox_init(outbox);
}

static bool
goes_before(const struct outbox_item *a, const struct outbox_item *b)
{
    if (a->rank.value != b->rank.value)
        return a->rank.value < b->rank.value;
    return a->order < b->order;
}

/* Let the item at place rise to where it belongs. */
static void
rise(struct outbox *outbox, size_t place)
{
    const struct outbox_item item = outbox->heap[place];

    while (place > 0 && goes_before(&item, &outbox->heap[(place - 1) / 2])) {
        outbox->heap[place] = outbox->heap[(place - 1) / 2];
        place = (place - 1) / 2;
    }
    outbox->heap[place] = item;
}

/* Let the item at the top sink to where it belongs. */
static void
sink(struct outbox *outbox)
{
    const struct outbox_item item = outbox->heap[0];
    size_t place = 0;

    for (;;) {
        size_t child = 2 * place + 1;

        if (child + 1 < outbox->count &&
            goes_before(&outbox->heap[child + 1], &outbox->heap[child]))
            child++;
        if (child >= outbox->count || !goes_before(&outbox->heap[child], &item))
            break;
        outbox->heap[place] = outbox->heap[child];
        place = child;
    }
    outbox->heap[place] = item;
}

static enum status
outbox_grow(struct outbox *outbox)
{
    size_t capacity = outbox->capacity == 0 ? 16 : outbox->capacity * 2;
    struct outbox_item *heap;

    heap = mem_resize(outbox->heap, capacity * sizeof(*heap));
    if (heap == NULL)
        return STATUS_NO_MEMORY;
    outbox->heap = heap;
    outbox->capacity = capacity;
    return STATUS_OK;
}

enum status
outbox_add(struct outbox *outbox, const struct record_id *id,
           struct outbox_rank rank, bool wanted)
{
    if (outbox->count >= OUTBOX_MAX)
        return STATUS_FULL;
    if (outbox->count == outbox->capacity) {
        enum status status = outbox_grow(outbox);

        if (status != STATUS_OK)
            return status;
    }
    outbox->heap[outbox->count] =
        (struct outbox_item){*id, rank, outbox->order++, wanted};
    outbox->count++;
    rise(outbox, outbox->count - 1);
    return STATUS_OK;
}

const struct outbox_item *
outbox_first(const struct outbox *outbox)
{
    return outbox->count == 0 ? NULL : &outbox->heap[0];
}

void
outbox_drop(struct outbox *outbox)
{
    outbox->count--;
    if (outbox->count == 0) {
        /* An empty outbox keeps no memory: most links are quiet. */
        mem_free(outbox->heap);
        outbox->heap = NULL;
        outbox->capacity = 0;
        return;
    }
    outbox->heap[0] = outbox->heap[outbox->count];
    sink(outbox);
}
