/*
 * Summaries: what each range that differs calls for.
 *
 * A range that one side has nothing of is pushed.  Where lists are short, or
 * nearly all differs, the smaller side lists its ids.  Neighbouring ranges of
 * many ids are reconciled together, by one sketch: a range that is equal in
 * between costs nothing in it.
 */
#include <string.h>

#include "net/compare.h"
#include "net/node.h"
#include "net/peer.h"
#include "net/reconcile.h"
#include "net/summary.h"

/* What to tell peer of, whose summary did not come yet or is older: who has
 * what was refused here would push it in each contact. */
static struct window *
window_for(struct peer *peer)
{
    struct node *node = peer->node;

    return node->wide.loaded && !peer->compare.narrow ? &node->wide
                                                      : &node->window;
}

enum status
compare_offer(struct peer *peer)
{
    struct node *node = peer->node;
    struct summary summary;
    enum status status;

    status = summary_take(
        &summary, window_for(peer),
        node_reference_day(node, peer->greeted ? &peer->theirs : NULL),
        &peer->salt);
    if (status != STATUS_OK)
        return status;
    status = summary_write(&peer->out, &summary);
    if (status != STATUS_OK)
        return status;
    peer->compare.started = true;
    peer->compare.again = false;
    peer_count_out(peer);
    return STATUS_OK;
}

/* Compare the parts of span, as window has them. */
static enum status
offer_part(struct peer *peer, struct window *window, const struct span *span)
{
    struct summary summary;
    enum status status;

    status = summary_take_part(&summary, window, span, &peer->salt);
    if (status != STATUS_OK)
        return status;
    peer_count_out(peer);
    return summary_write(&peer->out, &summary);
}

enum status
compare_ask_list(struct peer *peer, const struct span *span)
{
    if (peer->compare.asks >= COMPARE_JOBS_MAX) {
        peer->compare.again = true;
        return STATUS_OK;
    }
    peer->compare.asks++;
    peer_count_out(peer);
    return message_write_ask(&peer->out, span);
}

/* How both sides stand in one range, or in several neighbouring ones. */
struct standing {
    struct span span;
    struct window *window; /* from which ours is */
    uint32_t ours;
    uint32_t theirs;
    uint32_t apart; /* records that differ, at least */
    bool equal;
    bool passed_over; /* however it stands */
};

static uint32_t
lesser(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* How window stands to theirs. */
static enum status
measure(struct peer *peer, struct standing *out, struct window *window,
        const struct summary_range *theirs)
{
    uint8_t digest[WINDOW_DIGEST_SIZE];
    const struct window_day *day;
    enum status status;

    out->span = theirs->span;
    out->window = window;
    out->theirs = theirs->count;
    compare_pay(peer, 1 + window_days(window, &out->span, &day) / 32);
    status = window_measure(window, &out->span, &peer->theirs.salt, &out->ours,
                            digest);
    if (status != STATUS_OK)
        return status;
    out->equal = out->ours == out->theirs &&
                 memcmp(digest, theirs->digest, sizeof(digest)) == 0;
    out->apart = out->ours > out->theirs ? out->ours - out->theirs
                                         : out->theirs - out->ours;
    return STATUS_OK;
}

/* The horizon of whoever has less of what standing is about: up to it that one
 * does not know any more what it refused.  False if there is none. */
static bool
horizon_of_less(const struct peer *peer, const struct standing *standing,
                struct day *horizon)
{
    const struct refused *refused = &peer->node->refused;
    const struct message_hello *theirs = &peer->theirs;
    const bool is_theirs = standing->theirs < standing->ours;

    *horizon = is_theirs ? theirs->horizon : refused->horizon;
    return standing->theirs != standing->ours &&
           (is_theirs ? theirs->has_horizon : refused->forgot);
}

/*
 * One side has more than the other of days of which that one does not know any
 * more what it refused: it would be offered and refused in each contact.  What
 * is later is compared by itself.
 */
static enum status
pass_over(struct peer *peer, struct standing *standing)
{
    struct node *node = peer->node;
    struct span later = standing->span;
    struct day horizon;

    if (standing->equal || standing->span.set == RECORD_SET_CONTROL ||
        !horizon_of_less(peer, standing, &horizon) ||
        standing->span.first.number > horizon.number)
        return STATUS_OK;
    standing->equal = true;
    standing->passed_over = true;
    if (later.last.number <= horizon.number)
        return STATUS_OK;
    later.first.number = horizon.number + 1;
    return offer_part(peer, node->wide.loaded ? &node->wide : &node->window,
                      &later);
}

/* Is something of span remembered that found no room? */
static bool
has_refused(const struct node *node, const struct span *span)
{
    const struct refused_entry *entry;

    return node->wide.loaded && refused_in(&node->refused, span, &entry) > 0;
}

/* A peer may have what was refused here, or lack it like us: it is equal to us
 * if either fits, else what is nearer is how we stand. */
static enum status
take_standing(struct peer *peer, struct standing *out,
              const struct summary_range *theirs)
{
    struct node *node = peer->node;
    struct standing wide = {.equal = false};
    enum status status = measure(peer, out, &node->window, theirs);

    if (status == STATUS_OK && has_refused(node, &theirs->span)) {
        if (!out->equal)
            status = measure(peer, &wide, &node->wide, theirs);
        peer->compare.narrow =
            out->equal || (!wide.equal && wide.apart >= out->apart);
        if (!peer->compare.narrow)
            *out = wide;
    }
    return status == STATUS_OK ? pass_over(peer, out) : status;
}

/* The octets of a list of the smaller side's ids of a range. */
static uint64_t
list_octets(const struct standing *standing)
{
    return COMPARE_LIST_HEAD +
           (uint64_t)COMPARE_LIST_ID * lesser(standing->ours, standing->theirs);
}

/* One range by itself: push it, or have its ids listed. */
static enum status
settle_range(struct peer *peer, const struct standing *standing)
{
    const struct span *span = &standing->span;

    if (standing->equal)
        return STATUS_OK;
    if (standing->theirs == 0)
        return compare_push_span(peer, span);
    if (standing->ours <= standing->theirs)
        return compare_add_job(peer, &peer->compare.lists, span, false);
    return compare_ask_list(peer, span);
}

/* Ranges that a sketch can cover: nothing has to be pushed whole. */
static bool
may_sketch(const struct standing *standing)
{
    return !standing->passed_over &&
           (standing->equal || (standing->ours > 0 && standing->theirs > 0));
}

/* A day of few records is listed at once, so that what is new today waits
 * for no sketch. */
static bool
is_short_day(const struct standing *standing)
{
    return standing->span.first.number == standing->span.last.number &&
           lesser(standing->ours, standing->theirs) <= COMPARE_SHORT_DAY_IDS;
}

/* Neighbouring ranges, whole is them all together, listed what it costs to
 * list those that differ. */
static enum status
settle_run(struct peer *peer, const struct standing *ranges, size_t count,
           const struct standing *whole, uint64_t listed)
{
    enum status status = STATUS_OK;

    if (!reconcile_is_worth(whole->ours, whole->theirs, whole->apart, listed)) {
        for (size_t i = count; status == STATUS_OK && i > 0; i--)
            status = settle_range(peer, &ranges[i - 1]);
        return status;
    }
    return reconcile_begin(peer, &whole->span, whole->ours, whole->theirs);
}

static bool
is_too_large(const struct standing *standing)
{
    return standing->ours > SKETCH_IDS_MAX || standing->theirs > SKETCH_IDS_MAX;
}

enum status
compare_settle(struct peer *peer, const struct span *span, uint32_t ours,
               uint32_t theirs, uint32_t apart)
{
    const uint32_t least = ours > theirs ? ours - theirs : theirs - ours;
    const struct standing whole = {.span = *span,
                                   .ours = ours,
                                   .theirs = theirs,
                                   .apart = apart > least ? apart : least};

    return settle_run(peer, &whole, 1, &whole, list_octets(&whole));
}

static bool
is_within(const struct standing *standing, const struct span *span)
{
    return standing->span.set == span->set &&
           standing->span.first.number >= span->first.number &&
           standing->span.last.number <= span->last.number;
}

/* Cells came before the summary.  They are looked at first, and the ranges
 * that they cover wait for that, where something differs in these and it pays:
 * if nothing differs elsewhere, or if we have more, so that the peer would have
 * to send its ids anyway. */
static void
use_first_cells(struct peer *peer, struct standing *standings, size_t count)
{
    const struct reconcile_item *item = peer->compare.reconcile.first;
    uint64_t ours = 0;
    uint64_t theirs = 0;
    bool within = false;
    bool elsewhere = false;
    bool use;

    if (item == NULL)
        return;
    for (size_t i = 0; i < count; i++) {
        if (!is_within(&standings[i], &item->span)) {
            elsewhere = elsewhere || !standings[i].equal;
            continue;
        }
        within = within || !standings[i].equal;
        ours += standings[i].ours;
        theirs += standings[i].theirs;
    }
    use = within && (ours > theirs || !elsewhere) &&
          theirs <= ours + item->passed;
    for (size_t i = 0; use && i < count; i++)
        if (is_within(&standings[i], &item->span))
            standings[i].equal = true;
    reconcile_use_first(peer, use);
}

/* The ranges from the newest back: take as many together as a sketch may
 * cover, and settle them.  *count is what is left. */
static enum status
settle_newest(struct peer *peer, const struct standing *ranges, size_t *count)
{
    const struct standing *newest = &ranges[*count - 1];
    struct standing whole = *newest;
    uint64_t listed = list_octets(newest);
    size_t first = --*count;
    size_t end = first + 1;

    if (newest->equal || !may_sketch(newest) || is_short_day(newest))
        return settle_range(peer, newest);
    if (is_too_large(newest)) {
        if (newest->span.first.number < newest->span.last.number)
            return offer_part(peer, newest->window, &newest->span);
        return settle_range(peer, newest);
    }
    for (size_t i = first; i > 0 && may_sketch(&ranges[i - 1]); i--) {
        const struct standing *next = &ranges[i - 1];

        if (next->span.set != whole.span.set ||
            next->ours > SKETCH_IDS_MAX - whole.ours ||
            next->theirs > SKETCH_IDS_MAX - whole.theirs)
            break;
        whole.ours += next->ours;
        whole.theirs += next->theirs;
        if (next->equal)
            continue;
        whole.apart += next->apart;
        listed += list_octets(next);
        first = i - 1;
    }
    /* Equal ranges beyond the last that differs are no part of it. */
    whole.span.first = ranges[first].span.first;
    whole.ours = 0;
    whole.theirs = 0;
    for (size_t i = first; i < end; i++) {
        whole.ours += ranges[i].ours;
        whole.theirs += ranges[i].theirs;
    }
    *count = first;
    return settle_run(peer, ranges + first, end - first, &whole, listed);
}

enum status
compare_on_summary(struct peer *peer, struct byte_view body)
{
    const int32_t tomorrow =
        node_reference_day(peer->node, &peer->theirs).number + 1;
    struct standing standings[1 + SUMMARY_RANGES_MAX];
    struct summary summary;
    enum status status;
    size_t control = 0;
    size_t future;
    size_t left;

    memset(standings, 0, sizeof(standings));
    status = summary_read(&summary, body);
    for (size_t i = 0; status == STATUS_OK && i < summary.count; i++)
        status = take_standing(peer, &standings[i], &summary.ranges[i]);
    if (status != STATUS_OK)
        return status;
    peer->compare.started = true;
    peer->compare.heard = true;
    use_first_cells(peer, standings, summary.count);
    /* Newest first, as listing and pushing do: control records, then from
     * tomorrow back, then what lies ahead. */
    if (summary.ranges[0].span.set == RECORD_SET_CONTROL)
        control = 1;
    for (future = control; future < summary.count; future++)
        if (standings[future].span.first.number > tomorrow)
            break;
    for (left = control; status == STATUS_OK && left > 0;)
        status = settle_newest(peer, standings, &left);
    for (left = future - control; status == STATUS_OK && left > 0;)
        status = settle_newest(peer, standings + control, &left);
    for (left = summary.count - future; status == STATUS_OK && left > 0;)
        status = settle_newest(peer, standings + future, &left);
    return status;
}
