/*
 * The work of a turn: own ids are gathered, cells sent, differences found.
 */
#include "net/cells.h"
#include "net/compare.h"
#include "net/node.h"
#include "net/peer.h"
#include "net/reconcile.h"
#include "net/sift.h"
#include "net/sketch.h"

/* What became of the work on an item. */
enum progress {
    PROGRESS_MADE,
    PROGRESS_WAITS, /* for the peer, or for the next turn */
    PROGRESS_ENDED  /* the item is gone */
};

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
    item->next = item->span.first;
    return STATUS_OK;
}

/* The days from item->next on that together have as many records as this
 * turn may still look at, one at least. */
static struct span
next_days(const struct peer *peer, const struct reconcile_item *item)
{
    const struct node *node = peer->node;
    const size_t budget = RECONCILE_ROWS_TURN - node->turn.rows;
    struct span rest = {item->span.set, item->next, item->span.last};
    const struct window_day *day;
    size_t days = window_days(&node->window, &rest, &day);
    size_t sum = 0;

    for (size_t i = 0; i < days; i++) {
        sum += day[i].count;
        if (i > 0 && sum > budget) {
            rest.last.number = day[i].day.number - 1;
            break;
        }
    }
    return rest;
}

static enum status
gather(struct peer *peer, struct reconcile_item *item)
{
    struct sift sift = {.store = peer->node->config.store,
                        .refused = &peer->node->refused,
                        .span = next_days(peer, item),
                        .salt =
                            item->decodes ? &peer->theirs.salt : &peer->salt,
                        .visit = gather_row,
                        .context = item};
    enum status status = sift_run(&sift);

    compare_pay(peer, sift.rows);
    peer->node->turn.rows += sift.rows;
    item->gathered = sift.span.last.number == item->span.last.number;
    item->next.number = sift.span.last.number + (item->gathered ? 0 : 1);
    if (item->gathered)
        (void)sketch_seal(item->own);
    return status;
}

/* Cells in one message. */
static const uint32_t cells_a_message = 4000;

static enum status
send_cells(struct peer *peer, struct reconcile_item *item)
{
    struct cells cells = {.span = item->span, .turned = item->turned};
    struct byte_buf coded;
    enum status status;

    cells.records = (uint32_t)sketch_seal(item->own);
    cells.first = item->passed;
    cells.count = item->cells - item->passed;
    if (cells.count > cells_a_message)
        cells.count = cells_a_message;
    byte_buf_init(&coded, MESSAGE_BODY_MAX);
    status = sketch_extend(item->own, cells.first + cells.count);
    if (status == STATUS_OK)
        status = sketch_write(item->own, cells.first, cells.count, &coded);
    cells.coded = byte_view_of_buf(&coded);
    if (status == STATUS_OK)
        status = cells_write(&peer->out, &cells);
    byte_buf_release(&coded);
    if (status != STATUS_OK)
        return status;
    item->passed += cells.count;
    peer_count_out(peer);
    return STATUS_OK;
}

/* The day in the middle of the own records of span, or its first. */
static struct day
middle_day(const struct peer *peer, const struct span *span)
{
    const struct window_day *day;
    size_t days = window_days(&peer->node->window, span, &day);
    uint64_t total = 0;
    uint64_t sum = 0;

    for (size_t i = 0; i < days; i++)
        total += day[i].count;
    for (size_t i = 0; i < days; i++) {
        sum += day[i].count;
        if (sum > total / 2)
            return day[i].day;
    }
    return span->first;
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

/* Sketches do not do: end this one, and let the peer list its ids, the newer
 * half first. */
static enum status
fall_back(struct peer *peer, struct reconcile_item *item)
{
    struct span newer = item->span;
    struct span older = item->span;
    enum status status;

    reconcile_drop(peer, item);
    status = compare_want(peer, &older, NULL, 0);
    if (status != STATUS_OK)
        return status;
    if (newer.set == RECORD_SET_STATEMENTS) {
        newer.first = middle_day(peer, &older);
        older.last.number = newer.first.number - 1;
    }
    status = compare_ask_list(peer, &newer);
    if (status == STATUS_OK && newer.set == RECORD_SET_STATEMENTS &&
        older.first.number <= older.last.number)
        status = compare_ask_list(peer, &older);
    return status;
}

/* Cells of this side instead, under another salt. */
static void
turn(struct peer *peer, struct reconcile_item *item, uint32_t cells)
{
    reconcile_let_go(peer, item);
    byte_buf_release(&item->came);
    item->decodes = false;
    item->turned = true;
    item->passed = 0;
    item->cells = cells < RECONCILE_FIRST_MAX ? cells : RECONCILE_FIRST_MAX;
}

struct push {
    struct peer *peer;
    const struct reconcile_item *item;
};

static enum status
push_own(void *context, const struct sift_row *row)
{
    const struct push *push = context;
    const struct reconcile_item *item = push->item;
    struct peer *peer = push->peer;
    enum status status;

    if (row->refused || !sketch_is_own_only(item->own, row->short_id))
        return STATUS_OK;
    status = exchange_offer(peer, row->id, item->span.set, row->day, false);
    if (status != STATUS_FULL)
        return status;
    peer->compare.again = true;
    return STATUS_OK;
}

/* The difference is known: want what is foreign, push what is own. */
static enum status
settle(struct peer *peer, struct reconcile_item *item)
{
    struct push push = {peer, item};
    struct sift sift = {.store = peer->node->config.store,
                        .refused = &peer->node->refused,
                        .span = item->span,
                        .salt = &peer->theirs.salt,
                        .visit = push_own,
                        .context = &push};
    enum status status = STATUS_OK;
    const uint64_t *foreign;
    size_t count;

    foreign = sketch_foreign(item->own, &count);
    status = compare_want(peer, &item->span, foreign, count);
    if (status == STATUS_OK && sketch_own_only_count(item->own) > 0) {
        status = sift_run(&sift);
        compare_pay(peer, sift.rows);
        peer->node->turn.rows += sift.rows;
    }
    reconcile_drop(peer, item);
    return status;
}

/* What came did not suffice. */
static enum status
ask_more(struct peer *peer, struct reconcile_item *item,
         enum progress *progress)
{
    const uint32_t own = (uint32_t)sketch_seal(item->own);
    const uint32_t difference = sketch_estimate(item->own);
    uint32_t cells = sketch_cells_for(difference, own, item->theirs);

    *progress = PROGRESS_ENDED;
    if (sketch_is_list_better(difference, own, item->theirs))
        return fall_back(peer, item);
    if (cells < item->passed + item->passed / 12 + 16)
        cells = item->passed + item->passed / 12 + 16;
    if (item->top_ups == RECONCILE_TOP_UPS || cells > SKETCH_CELLS_MAX ||
        sketch_is_inconsistent(item->own)) {
        if (item->turned)
            return fall_back(peer, item);
        *progress = PROGRESS_MADE;
        turn(peer, item, cells);
        return STATUS_OK;
    }
    *progress = PROGRESS_WAITS;
    item->top_ups++;
    item->asked = true;
    item->cells = cells;
    peer_count_out(peer);
    return cells_write_ask(&peer->out, &item->span, cells);
}

/* Take what came, and look whether it suffices. */
static enum status
decode(struct peer *peer, struct reconcile_item *item, enum progress *progress)
{
    const size_t first = item->taken;
    enum status status;
    bool found = false;

    status = sketch_take(item->own, item->theirs, item->passed - first,
                         byte_view_of_buf(&item->came));
    byte_buf_release(&item->came);
    item->taken = item->passed;
    if (status == STATUS_OK)
        status = sketch_decode(item->own, &found);
    if (status != STATUS_OK)
        return status;
    if (found) {
        *progress = PROGRESS_ENDED;
        return settle(peer, item);
    }
    /* The rest of what was asked for is on its way. */
    if (item->asked && item->passed < item->cells) {
        *progress = PROGRESS_WAITS;
        return STATUS_OK;
    }
    return ask_more(peer, item, progress);
}

static bool
may_look(const struct peer *peer)
{
    return peer->node->turn.rows < RECONCILE_ROWS_TURN &&
           mono_due(peer->rest, peer->node->now);
}

/* Has item something to do by itself? */
static bool
has_work(const struct reconcile_item *item)
{
    if (item->decodes)
        return item->came.size > 0 || item->denied;
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
work(struct peer *peer, struct reconcile_item *item, enum progress *progress)
{
    bool room = true;
    enum status status = STATUS_OK;

    *progress = PROGRESS_WAITS;
    if (!has_turn(peer, item))
        return STATUS_OK;
    if (item->own == NULL && !item->denied)
        status = start_gathering(peer, item, &room);
    if (status != STATUS_OK)
        return status;
    if (!room && !item->decodes)
        return deny_cells(peer, item);
    if (!room || item->denied) {
        *progress = PROGRESS_ENDED;
        return fall_back(peer, item);
    }
    if (!item->gathered) {
        if (!may_look(peer))
            return STATUS_OK;
        *progress = PROGRESS_MADE;
        return gather(peer, item);
    }
    if (item->decodes)
        return decode(peer, item, progress);
    *progress = PROGRESS_MADE;
    return send_cells(peer, item);
}

enum status
reconcile_work(struct peer *peer)
{
    struct list_node *items = &peer->compare.reconcile.items;
    enum status status = STATUS_OK;
    struct list_node *each;
    struct list_node *after;

    LIST_EACH_SAFE(each, after, items) {
        enum progress progress = PROGRESS_MADE;

        while (status == STATUS_OK && progress == PROGRESS_MADE)
            status =
                work(peer, CONTAINER_OF(each, struct reconcile_item, in_queue),
                     &progress);
    }
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
