/*
 * Differences: found in cells that came, then wanted and pushed.
 */
#include "net/cells.h"
#include "net/compare.h"
#include "net/node.h"
#include "net/peer.h"
#include "net/reconcile_private.h"
#include "net/sift.h"
#include "net/sketch.h"

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

/* First cells do not do: begin as if none had come. */
static enum status
forget_first(struct peer *peer, struct reconcile_item *item)
{
    const struct span span = item->span;
    const uint32_t theirs = item->theirs;
    const uint32_t apart = item->gathered ? sketch_estimate(item->own) : 0;
    uint32_t ours;
    enum status status = window_count(&peer->node->window, &span, &ours);

    reconcile_drop(peer, item);
    return status == STATUS_OK
               ? compare_settle(peer, &span, ours, theirs, apart)
               : status;
}

/* Sketches do not do: end this one, and let the peer list its ids, the newer
 * half first. */
enum status
reconcile_fall_back(struct peer *peer, struct reconcile_item *item)
{
    struct span newer = item->span;
    struct span older = item->span;
    enum status status;

    if (item->first)
        return forget_first(peer, item);
    reconcile_drop(peer, item);
    status = compare_want(peer, MESSAGE_WANT, &older, NULL, 0);
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

enum status
reconcile_settle(struct peer *peer, struct reconcile_item *item,
                 struct reconcile_share *share,
                 enum reconcile_progress *progress)
{
    struct push push = {peer, item};
    struct sift sift = {.store = peer->node->config.store,
                        .refused = &peer->node->refused,
                        .salt = &peer->theirs.salt,
                        .visit = push_own,
                        .context = &push};
    enum status status;

    if (!reconcile_may_look(peer, share))
        return STATUS_OK;
    sift.span = reconcile_next_days(peer, item, share);
    status = sift_run(&sift);
    *progress = RECONCILE_MADE;
    if (!reconcile_looked(peer, item, share, sift.rows, sift.span.first))
        return status;
    *progress = RECONCILE_ENDED;
    reconcile_drop(peer, item);
    return status;
}

/* The difference is known: want what is foreign, which tells the peer that
 * this is over, and begin to push what is own. */
static enum status
begin_settling(struct peer *peer, struct reconcile_item *item,
               enum reconcile_progress *progress)
{
    const uint64_t *foreign;
    enum status status;
    size_t count;

    foreign = sketch_foreign(item->own, &count);
    /* To first cells no answer is expected. */
    status = item->first && count == 0
                 ? STATUS_OK
                 : compare_want(peer,
                                item->first ? MESSAGE_WANT_FIRST : MESSAGE_WANT,
                                &item->span, foreign, count);
    if (status != STATUS_OK || sketch_own_only_count(item->own) == 0) {
        *progress = RECONCILE_ENDED;
        reconcile_drop(peer, item);
        return status;
    }
    *progress = RECONCILE_MADE;
    byte_buf_release(&item->came);
    item->next = item->span.last;
    if (!item->first)
        peer->compare.reconcile.count--;
    item->settling = true;
    return STATUS_OK;
}

/* What came did not suffice. */
static enum status
ask_more(struct peer *peer, struct reconcile_item *item,
         enum reconcile_progress *progress)
{
    const uint32_t own = (uint32_t)sketch_count(item->own);
    const uint32_t difference = sketch_estimate(item->own);
    uint32_t cells = sketch_cells_for(difference, own, item->theirs);

    *progress = RECONCILE_ENDED;
    if (item->first || sketch_is_list_better(difference, own, item->theirs))
        return reconcile_fall_back(peer, item);
    if (cells < item->passed + item->passed / 12 + 16)
        cells = item->passed + item->passed / 12 + 16;
    if (item->top_ups == RECONCILE_TOP_UPS || cells > SKETCH_CELLS_MAX ||
        sketch_is_inconsistent(item->own)) {
        if (item->turned)
            return reconcile_fall_back(peer, item);
        *progress = RECONCILE_MADE;
        turn(peer, item, cells);
        return STATUS_OK;
    }
    *progress = RECONCILE_WAITS;
    item->top_ups++;
    item->asked = true;
    item->cells = cells;
    peer_count_out(peer);
    return cells_write_ask(&peer->out, &item->span, cells);
}

/* Make the own cells, and take those that came; true in *done once there are
 * no more. */
static enum status
take(struct reconcile_item *item, struct reconcile_share *share, bool *done)
{
    enum status status;

    status = sketch_extend(item->own, item->passed, &share->steps, done);
    if (status != STATUS_OK || !*done)
        return status;
    for (;;) {
        const size_t first = sketch_taken(item->own);
        const size_t most = share->steps * SKETCH_STEP_CELLS;
        size_t count = item->passed - first;
        size_t size;

        *done = count == 0;
        if (*done || share->steps == 0)
            return STATUS_OK;
        if (count > most)
            count = most;
        size = sketch_size(first, count);
        sketch_take(item->own, item->theirs, count,
                    byte_view_slice(byte_view_of_buf(&item->came), 0, size));
        byte_buf_consume(&item->came, size);
        reconcile_pay_cells(share, count + SKETCH_STEP_CELLS - 1);
    }
}

enum status
reconcile_decode(struct peer *peer, struct reconcile_item *item,
                 struct reconcile_share *share,
                 enum reconcile_progress *progress)
{
    enum sketch_outcome outcome;
    enum status status = STATUS_OK;

    *progress = RECONCILE_WAITS;
    if (!item->decoding)
        status = take(item, share, &item->decoding);
    if (status != STATUS_OK || !item->decoding)
        return status;
    status = sketch_decode(item->own, &share->steps, &outcome);
    if (status != STATUS_OK || outcome == SKETCH_UNDONE)
        return status;
    item->decoding = false;
    if (outcome == SKETCH_FOUND)
        return begin_settling(peer, item, progress);
    if (item->came.size > 0) {
        *progress = RECONCILE_MADE;
        return STATUS_OK;
    }
    /* The rest of what was asked for is on its way. */
    if (item->asked && item->passed < item->cells)
        return STATUS_OK;
    return ask_more(peer, item, progress);
}
