/*
 * Spans of which the other side has nothing: pushed whole, day by day, so that
 * a full node keeps no list of all that an empty one lacks.
 */
#include "core/mem.h"
#include "net/compare.h"
#include "net/node.h"
#include "net/peer.h"
#include "net/plan.h"
#include "net/sift.h"

enum status
compare_push_span(struct peer *peer, const struct span *span)
{
    const int32_t tomorrow =
        node_reference_day(peer->node, &peer->theirs).number + 1;
    struct span part = *span;

    /* Days after tomorrow by themselves: they go last. */
    if (span->set == RECORD_SET_STATEMENTS && span->first.number <= tomorrow &&
        span->last.number > tomorrow) {
        enum status status;

        part.first.number = tomorrow + 1;
        status = compare_add_job(peer, &peer->compare.pushes, &part, false);
        if (status != STATUS_OK)
            return status;
        part = *span;
        part.last.number = tomorrow;
    }
    return compare_add_job(peer, &peer->compare.pushes, &part, false);
}

struct pushed {
    struct peer *peer;
    enum record_set set;
};

static enum status
push_row(void *context, const struct sift_row *row)
{
    struct pushed *pushed = context;
    enum status status;

    if (row->refused)
        return STATUS_OK;
    status =
        exchange_offer(pushed->peer, row->id, pushed->set, row->day, false);
    if (status != STATUS_FULL)
        return status;
    pushed->peer->compare.again = true;
    return STATUS_OK;
}

/* Find where job goes on: the slice that is next, of the newest day not yet
 * pushed.  False when it is through. */
static bool
job_next(struct peer *peer, struct compare_job *job, enum status *status)
{
    const struct window *window = &peer->node->window;
    struct span day;
    uint32_t count;

    *status = STATUS_OK;
    if (job->begun)
        return true;
    if (!window_day_before(window, &job->span, &job->span.last))
        return false;
    day = (struct span){job->span.set, job->span.last, job->span.last};
    *status = window_count(&peer->node->window, &day, &count);
    if (*status != STATUS_OK)
        return false;
    job->slice = (struct slice){slice_bits_for(count), 0};
    job->begun = true;
    return true;
}

/* Put the next slice of job into the outbox. */
static enum status
job_push(struct peer *peer, struct compare_job *job)
{
    struct pushed pushed = {peer, job->span.set};
    struct sift sift = {.store = peer->node->config.store,
                        .refused = &peer->node->refused,
                        .span = {job->span.set, job->span.last, job->span.last},
                        .slice = job->slice,
                        .salt = &peer->salt,
                        .visit = push_row,
                        .context = &pushed};
    enum status status = sift_run(&sift);

    if (status != STATUS_OK)
        return status;
    if (++job->slice.number >> job->slice.bits != 0) {
        job->begun = false;
        job->through = job->span.last.number == job->span.first.number;
        job->span.last.number -= job->through ? 0 : 1;
    }
    return STATUS_OK;
}

enum status
compare_fill_outbox(struct peer *peer)
{
    struct compare *compare = &peer->compare;
    struct outbox *outbox = &peer->exchange.outbox;

    while (!list_is_empty(&compare->pushes)) {
        struct compare_job *job =
            CONTAINER_OF(compare->pushes.next, struct compare_job, in_queue);
        const struct outbox_item *first = outbox_first(outbox);
        enum status status = STATUS_OK;
        struct outbox_rank rank;

        if (job->through || !job_next(peer, job, &status)) {
            compare_drop_job(compare, job);
            if (status != STATUS_OK)
                return status;
            continue;
        }
        rank = plan_rank_least(job->span.set, job->span.last,
                               exchange_tomorrow(peer));
        if ((first != NULL && first->rank.value <= rank.value) ||
            outbox->count > exchange_places(peer) / 2)
            return STATUS_OK;
        status = job_push(peer, job);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}
