/*
 * The work of a turn, link by link: own ids are gathered and cells sent.
 * Decoding is in reconcile_decode.c.
 */
#include "net/cells.h"
#include "net/compare.h"
#include "net/node.h"
#include "net/peer.h"
#include "net/reconcile_private.h"
#include "net/sift.h"
#include "net/sketch.h"

static enum status
gather_row(void *context, const struct sift_row *row)
{
    struct reconcile_item *item = context;

    /* More came meanwhile than there is room for: they will look as if they
     * were not here, which costs a transfer. */
    (void)!sketch_add(item->own, row->short_id);
    return STATUS_OK;
}

/* Make the sketch of the own ids; false in *room if that is too much. */
static enum status
start_gathering(struct peer *peer, struct reconcile_item *item, bool *room)
{
    struct node *node = peer->node;
    const struct refused_entry *entry;
    uint32_t count;
    size_t places;
    enum status status;

    status = window_count(&node->window, &item->span, &count);
    if (status != STATUS_OK)
        return status;
    places = count + refused_in(&node->refused, &item->span, &entry);
    *room = places <= SKETCH_IDS_MAX &&
            node->sketch_ids + places <= node->budget.sketch_ids;
    if (!*room)
        return STATUS_OK;
    status = sketch_new(
        &item->own, item->decodes ? &peer->theirs.salt : &peer->salt, places);
    if (status != STATUS_OK)
        return status;
    item->places = places;
    node->sketch_ids += places;
    item->next = item->span.last;
    return STATUS_OK;
}

struct span
reconcile_next_days(const struct peer *peer, const struct reconcile_item *item,
                    const struct reconcile_share *share)
{
    struct span rest = {item->span.set, item->span.first, item->next};
    const struct window_day *day;
    size_t left = window_days(&peer->node->window, &rest, &day);
    size_t sum = 0;

    for (size_t i = left; i > 0; i--) {
        sum += day[i - 1].count;
        if (i < left && sum > share->rows) {
            rest.first.number = day[i - 1].day.number + 1;
            break;
        }
    }
    return rest;
}

bool
reconcile_looked(struct peer *peer, struct reconcile_item *item,
                 struct reconcile_share *share, uint64_t rows, struct day first)
{
    const bool last = first.number == item->span.first.number;

    compare_pay(peer, rows);
    share->rows -= rows < share->rows ? (size_t)rows : share->rows;
    item->next.number = first.number - (last ? 0 : 1);
    return last;
}

static enum status
gather(struct peer *peer, struct reconcile_item *item,
       struct reconcile_share *share)
{
    struct sift sift = {.store = peer->node->config.store,
                        .refused = &peer->node->refused,
                        .span = reconcile_next_days(peer, item, share),
                        .salt =
                            item->decodes ? &peer->theirs.salt : &peer->salt,
                        .visit = gather_row,
                        .context = item};
    enum status status = sift_run(&sift);

    item->gathered =
        reconcile_looked(peer, item, share, sift.rows, sift.span.first);
    return status;
}

void
reconcile_pay_cells(struct reconcile_share *share, size_t count)
{
    const size_t steps = count / SKETCH_STEP_CELLS;

    share->steps -= steps < share->steps ? steps : share->steps;
}

/* Cells in one message. */
static const uint32_t cells_a_message = 4000;

static enum status
send_cells(struct peer *peer, struct reconcile_item *item,
           struct reconcile_share *share, enum reconcile_progress *progress)
{
    struct cells cells = {.span = item->span, .turned = item->turned};
    struct byte_buf coded;
    enum status status;
    bool done;

    cells.first = item->passed;
    cells.count = item->cells - item->passed;
    if (cells.count > cells_a_message)
        cells.count = cells_a_message;
    status = sketch_extend(item->own, cells.first + cells.count, &share->steps,
                           &done);
    if (status != STATUS_OK || !done)
        return status;
    byte_buf_init(&coded, MESSAGE_BODY_MAX);
    status = sketch_write(item->own, cells.first, cells.count, &coded);
    cells.records = (uint32_t)sketch_count(item->own);
    cells.coded = byte_view_of_buf(&coded);
    if (status == STATUS_OK)
        status = cells_write(&peer->out, &cells);
    byte_buf_release(&coded);
    if (status != STATUS_OK)
        return status;
    item->passed += cells.count;
    reconcile_pay_cells(share, cells.count);
    peer_count_out(peer);
    *progress = RECONCILE_MADE;
    return STATUS_OK;
}

/* No memory for cells: say so, and wait for the peer to give up. */
static enum status
deny_cells(struct peer *peer, struct reconcile_item *item)
{
    const struct cells none = {.span = item->span, .turned = item->turned};

    item->cells = item->passed;
    peer_count_out(peer);
    return cells_write(&peer->out, &none);
}

bool
reconcile_may_look(const struct peer *peer, const struct reconcile_share *share)
{
    return share->rows > 0 && mono_due(peer->rest, peer->node->now);
}

/* Has item something to do by itself? */
static bool
has_work(const struct reconcile_item *item)
{
    if (item->sleeps)
        return false;
    if (item->decodes)
        return item->came.size > 0 || item->denied || item->decoding ||
               item->settling;
    return item->passed < item->cells;
}

/* Sketches of the link that are in memory. */
static size_t
count_active(const struct peer *peer)
{
    const struct list_node *items = &peer->compare.reconcile.items;
    struct list_node *each;
    size_t active = 0;

    LIST_EACH(each, items)
        if (CONTAINER_OF(each, struct reconcile_item, in_queue)->own != NULL)
            active++;
    return active;
}

/* Could item's work be done now, as far as others are concerned? */
static bool
has_turn(const struct peer *peer, const struct reconcile_item *item)
{
    return has_work(item) &&
           (item->own != NULL || count_active(peer) < RECONCILE_ACTIVE) &&
           (item->decodes || peer_may_write(peer));
}

static enum status
work(struct peer *peer, struct reconcile_item *item,
     struct reconcile_share *share, enum reconcile_progress *progress)
{
    bool room = true;
    enum status status = STATUS_OK;

    *progress = RECONCILE_WAITS;
    if (!has_turn(peer, item))
        return STATUS_OK;
    if (item->settling)
        return reconcile_settle(peer, item, share, progress);
    if (item->own == NULL && !item->denied)
        status = start_gathering(peer, item, &room);
    if (status != STATUS_OK)
        return status;
    if (!room && !item->decodes)
        return deny_cells(peer, item);
    if (!room || item->denied) {
        *progress = RECONCILE_ENDED;
        return reconcile_fall_back(peer, item);
    }
    if (!item->gathered) {
        if (!reconcile_may_look(peer, share))
            return STATUS_OK;
        *progress = RECONCILE_MADE;
        return gather(peer, item, share);
    }
    return item->decodes ? reconcile_decode(peer, item, share, progress)
                         : send_cells(peer, item, share, progress);
}

/* An equal part of what a turn may do, and no more than is left of it. */
static size_t
part_of(size_t turn, size_t done, size_t links, size_t least)
{
    const size_t left = done < turn ? turn - done : 0;
    size_t part = links > 0 ? turn / links : turn;

    if (part < least)
        part = least;
    return part < left ? part : left;
}

enum status
reconcile_work(struct peer *peer)
{
    struct list_node *items = &peer->compare.reconcile.items;
    struct node *node = peer->node;
    const struct reconcile_share given = {
        part_of(RECONCILE_ROWS_TURN, node->turn.rows, node->reconciling,
                RECONCILE_ROWS_LEAST),
        part_of(RECONCILE_STEPS_TURN, node->turn.steps, node->reconciling,
                RECONCILE_STEPS_LEAST),
    };
    struct reconcile_share share = given;
    enum status status = STATUS_OK;
    struct list_node *each;
    struct list_node *after;

    if (!reconcile_has_work(peer))
        return STATUS_OK;
    node->turn.reconciling++;
    LIST_EACH_SAFE(each, after, items) {
        enum reconcile_progress progress = RECONCILE_MADE;

        while (status == STATUS_OK && progress == RECONCILE_MADE)
            status =
                work(peer, CONTAINER_OF(each, struct reconcile_item, in_queue),
                     &share, &progress);
    }
    node->turn.rows += given.rows - share.rows;
    node->turn.steps += given.steps - share.steps;
    return status;
}

bool
reconcile_has_work(const struct peer *peer)
{
    const struct list_node *items = &peer->compare.reconcile.items;
    struct list_node *each;

    LIST_EACH(each, items)
        if (has_turn(peer, CONTAINER_OF(each, struct reconcile_item, in_queue)))
            return true;
    return false;
}
