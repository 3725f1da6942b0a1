/*
 * Beginning and ending: items, and the messages that move them.  The work of
 * a turn is in reconcile_work.c and reconcile_decode.c.
 */
#include "net/reconcile_private.h"

#include <string.h>

#include "core/mem.h"
#include "net/cells.h"
#include "net/compare.h"
#include "net/node.h"
#include "net/peer.h"
#include "net/plan.h"
#include "net/sketch.h"

void
reconcile_init(struct reconcile *reconcile)
{
    list_init(&reconcile->items);
    reconcile->count = 0;
    reconcile->first = NULL;
}

static struct reconcile_item *
item_of(struct list_node *node)
{
    return CONTAINER_OF(node, struct reconcile_item, in_queue);
}

void
reconcile_let_go(struct peer *peer, struct reconcile_item *item)
{
    sketch_free(item->own);
    item->own = NULL;
    peer->node->sketch_ids -= item->places;
    item->places = 0;
    item->gathered = false;
    item->decoding = false;
}

void
reconcile_drop(struct peer *peer, struct reconcile_item *item)
{
    reconcile_let_go(peer, item);
    byte_buf_release(&item->came);
    list_remove(&item->in_queue);
    if (peer->compare.reconcile.first == item)
        peer->compare.reconcile.first = NULL;
    if (!reconcile_is_ours_alone(item))
        peer->compare.reconcile.count--;
    mem_free(item);
}

void
reconcile_release(struct peer *peer)
{
    struct list_node *items = &peer->compare.reconcile.items;

    while (!list_is_empty(items))
        reconcile_drop(peer, item_of(items->next));
}

bool
reconcile_is_worth(uint32_t ours, uint32_t theirs, uint32_t apart,
                   uint64_t listed)
{
    const uint32_t more = ours > theirs ? ours : theirs;
    const uint32_t fewer = ours > theirs ? theirs : ours;

    return listed > sketch_size(0, SKETCH_COUNTED) && more <= SKETCH_IDS_MAX &&
           !sketch_is_list_better(apart, more, fewer);
}

bool
reconcile_is_ours_alone(const struct reconcile_item *item)
{
    return item->settling || item->first;
}

/* The item of span that the peer has too, or NULL. */
static struct reconcile_item *
find(const struct peer *peer, const struct span *span)
{
    const struct list_node *items = &peer->compare.reconcile.items;
    struct list_node *each;

    LIST_EACH(each, items)
        if (!reconcile_is_ours_alone(item_of(each)) &&
            span_equal(&item_of(each)->span, span))
            return item_of(each);
    return NULL;
}

/* A new item for span, or NULL. */
static struct reconcile_item *
add(struct peer *peer, const struct span *span)
{
    struct list_node *items = &peer->compare.reconcile.items;
    struct reconcile_item *item = mem_zalloc(1, sizeof(*item));
    struct list_node *behind;

    if (item == NULL)
        return NULL;
    item->span = *span;
    item->rank =
        plan_rank_least(span->set, span->last, exchange_tomorrow(peer));
    byte_buf_init(&item->came, SKETCH_CELLS_MAX * SKETCH_COUNTED_SIZE);
    LIST_EACH(behind, items)
        if (item_of(behind)->rank.value > item->rank.value)
            break;
    list_append(behind, &item->in_queue);
    peer->compare.reconcile.count++;
    return item;
}

/* Cells for a difference of apart records at least: twice as many may differ,
 * and some. */
static uint32_t
first_cells(uint32_t apart, uint32_t decoders, uint32_t senders)
{
    const uint32_t cells =
        sketch_cells_for(2 * apart + RECONCILE_APART_LEAST, decoders, senders);

    return cells < RECONCILE_FIRST_MAX ? cells : RECONCILE_FIRST_MAX;
}

enum status
reconcile_begin(struct peer *peer, const struct span *span, uint32_t ours,
                uint32_t theirs)
{
    const bool sends = ours <= theirs;
    struct reconcile_item *item = find(peer, span);

    /* Compared again while it goes on: once is enough. */
    if (item != NULL)
        return STATUS_OK;
    if (peer->compare.reconcile.count >= RECONCILE_ITEMS_MAX / 2) {
        peer->compare.again = true;
        return STATUS_OK;
    }
    item = add(peer, span);
    if (item == NULL)
        return STATUS_NO_MEMORY;
    item->decodes = !sends;
    item->cells = sends ? first_cells(theirs - ours, theirs, ours)
                        : first_cells(ours - theirs, ours, theirs);
    if (sends)
        return STATUS_OK;
    item->asked = true;
    peer_count_out(peer);
    return cells_write_ask(&peer->out, span, item->cells);
}

enum status
reconcile_on_ask_cells(struct peer *peer, struct byte_view body)
{
    struct reconcile_item *item;
    struct span span;
    uint32_t number;
    enum status status = cells_read_ask(&span, &number, body);

    if (status != STATUS_OK)
        return status;
    item = find(peer, &span);
    /* Both had more when they looked, and want to decode: who called does. */
    if (item != NULL && item->decodes) {
        if (peer->dialled || item->passed > 0)
            return STATUS_OK;
        reconcile_let_go(peer, item);
        item->decodes = false;
        item->cells = number;
        return STATUS_OK;
    }
    if (item == NULL) {
        /* An honest peer begins no more than half of them. */
        if (peer->compare.reconcile.count >= RECONCILE_ITEMS_MAX)
            return STATUS_MALFORMED;
        item = add(peer, &span);
        if (item == NULL)
            return STATUS_NO_MEMORY;
    }
    if (number > item->cells)
        item->cells = number;
    return STATUS_OK;
}

/* Store in *out the item that cells belong to, or NULL if they are of no
 * use. */
static enum status
item_for_cells(struct peer *peer, const struct cells *cells,
               struct reconcile_item **out)
{
    struct reconcile_item *item = find(peer, &cells->span);

    *out = item;
    if (item != NULL && item->decodes)
        return STATUS_OK;
    *out = NULL;
    if (item != NULL && !cells->turned && !peer->dialled)
        /* Both had fewer when they looked, and send: who called decodes. */
        return STATUS_OK;
    if (item != NULL)
        reconcile_drop(peer, item);
    if (cells->first > 0)
        /* What is left of a sketch that has ended. */
        return STATUS_OK;
    if (peer->compare.reconcile.count >= RECONCILE_ITEMS_MAX)
        return STATUS_MALFORMED;
    item = add(peer, &cells->span);
    if (item == NULL)
        return STATUS_NO_MEMORY;
    item->decodes = true;
    item->turned = cells->turned;
    *out = item;
    return STATUS_OK;
}

/* In order, of one set, and no more than was asked for, or than may come
 * without. */
static bool
fits(const struct reconcile_item *item, const struct cells *cells)
{
    const uint32_t most =
        item->cells > RECONCILE_FIRST_MAX ? item->cells : RECONCILE_FIRST_MAX;

    return cells->first == item->passed && item->passed <= most &&
           cells->count <= most - item->passed &&
           (item->passed == 0 || cells->records == item->theirs);
}

/* Cells came in message 2, before the summary. */
static enum status
take_first(struct peer *peer, const struct cells *cells)
{
    struct reconcile_item *item;

    if (!peer->dialled || peer->compare.reconcile.first != NULL ||
        cells->turned || cells->first > 0 || cells->count == 0 ||
        cells->count > SKETCH_COUNTED)
        return STATUS_MALFORMED;
    item = add(peer, &cells->span);
    if (item == NULL)
        return STATUS_NO_MEMORY;
    peer->compare.reconcile.count--;
    peer->compare.reconcile.first = item;
    item->first = true;
    item->sleeps = true;
    item->decodes = true;
    item->theirs = cells->records;
    item->passed = cells->count;
    return byte_buf_append(&item->came, cells->coded);
}

void
reconcile_use_first(struct peer *peer, bool use)
{
    struct reconcile_item *item = peer->compare.reconcile.first;

    peer->compare.reconcile.first = NULL;
    if (use)
        item->sleeps = false;
    else
        reconcile_drop(peer, item);
}

enum status
reconcile_on_cells(struct peer *peer, struct byte_view body)
{
    struct reconcile_item *item = NULL;
    struct cells cells;
    enum status status = cells_read(&cells, body);

    /* Who was called has sent a summary with its first words. */
    if (status == STATUS_OK && !peer->compare.heard &&
        (peer->dialled || !peer->compare.started))
        return take_first(peer, &cells);
    if (status == STATUS_OK)
        status = item_for_cells(peer, &cells, &item);
    if (status != STATUS_OK || item == NULL)
        return status;
    if (cells.count == 0) {
        item->denied = true;
        return STATUS_OK;
    }
    if (!fits(item, &cells))
        return STATUS_MALFORMED;
    item->theirs = cells.records;
    item->passed += cells.count;
    return byte_buf_append(&item->came, cells.coded);
}

bool
reconcile_end(struct peer *peer, const struct span *span)
{
    struct reconcile_item *item = find(peer, span);

    if (item == NULL || item->decodes)
        return false;
    reconcile_drop(peer, item);
    return true;
}

bool
reconcile_is_idle(const struct reconcile *reconcile)
{
    return list_is_empty(&reconcile->items);
}
