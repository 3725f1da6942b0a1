/*
 * Summaries, and the jobs that follow from them.  Lists are in
 * compare_list.c, spans that are pushed in compare_push.c.
 */
#include "net/compare.h"

#include <string.h>

#include "core/mem.h"
#include "net/node.h"
#include "net/peer.h"
#include "net/summary.h"

void
compare_init(struct compare *compare, const struct salt *salt)
{
    memset(compare, 0, sizeof(*compare));
    list_init(&compare->lists);
    list_init(&compare->pushes);
    map_init(&compare->wants, sizeof(uint64_t), salt->octets);
}

static struct compare_job *
job_of(struct list_node *node)
{
    return CONTAINER_OF(node, struct compare_job, in_queue);
}

void
compare_drop_job(struct compare *compare, struct compare_job *job)
{
    list_remove(&job->in_queue);
    mem_free(job);
    compare->jobs--;
}

void
compare_release(struct compare *compare)
{
    while (!list_is_empty(&compare->lists))
        compare_drop_job(compare, job_of(compare->lists.next));
    while (!list_is_empty(&compare->pushes))
        compare_drop_job(compare, job_of(compare->pushes.next));
    map_release(&compare->wants);
}

void
compare_pay(struct peer *peer, uint64_t rows)
{
    const struct mono_time now = peer->node->now;

    if (!bucket_take(&peer->rows, rows, now))
        peer->rest = mono_after(now, 1 + rows * 1000 / COMPARE_ROWS_PER_SECOND);
}

enum status
compare_add_job(struct peer *peer, struct list_node *queue,
                const struct span *span, bool asked)
{
    struct compare_job *job;
    struct list_node *behind;

    if (peer->compare.jobs >= COMPARE_JOBS_MAX) {
        peer->compare.again = true;
        return STATUS_OK;
    }
    job = mem_zalloc(1, sizeof(*job));
    if (job == NULL)
        return STATUS_NO_MEMORY;
    job->span = *span;
    job->asked = asked;
    job->rank = exchange_rank(peer, span->set, span->last);
    LIST_EACH(behind, queue)
        if (job_of(behind)->rank.value > job->rank.value)
            break;
    /* In front of the first that may wait longer. */
    list_append(behind, &job->in_queue);
    peer->compare.jobs++;
    return STATUS_OK;
}

enum status
compare_offer(struct peer *peer)
{
    struct node *node = peer->node;
    struct summary summary;
    enum status status;

    status = summary_take(
        &summary, &node->window,
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

/* Both sides have too many records of span to list: compare its parts. */
static enum status
offer_part(struct peer *peer, const struct span *span)
{
    struct summary summary;
    enum status status;

    status =
        summary_take_part(&summary, &peer->node->window, span, &peer->salt);
    if (status != STATUS_OK)
        return status;
    peer_count_out(peer);
    return summary_write(&peer->out, &summary);
}

static enum status
ask_for(struct peer *peer, const struct span *span)
{
    if (peer->compare.asks >= COMPARE_JOBS_MAX) {
        peer->compare.again = true;
        return STATUS_OK;
    }
    peer->compare.asks++;
    peer_count_out(peer);
    return message_write_ask(&peer->out, span);
}

/* One range of the peer's summary. */
static enum status
compare_range(struct peer *peer, const struct summary_range *theirs)
{
    const struct span *span = &theirs->span;
    uint8_t digest[WINDOW_DIGEST_SIZE];
    const struct window_day *day;
    enum status status;
    uint32_t fewer;
    uint32_t ours;

    compare_pay(peer, 1 + window_days(&peer->node->window, span, &day) / 32);
    status = window_measure(&peer->node->window, span, &peer->theirs.salt,
                            &ours, digest);
    if (status != STATUS_OK)
        return status;
    if (ours == theirs->count &&
        memcmp(digest, theirs->digest, sizeof(digest)) == 0)
        return STATUS_OK;
    if (theirs->count == 0)
        return compare_push_span(peer, span);
    fewer = ours < theirs->count ? ours : theirs->count;
    if (fewer > SUMMARY_SPLIT_IDS && span->set == RECORD_SET_STATEMENTS &&
        span->first.number < span->last.number)
        return offer_part(peer, span);
    if (ours <= theirs->count)
        return compare_add_job(peer, &peer->compare.lists, span, false);
    return ask_for(peer, span);
}

enum status
compare_on_summary(struct peer *peer, struct byte_view body)
{
    const int32_t tomorrow =
        node_reference_day(peer->node, &peer->theirs).number + 1;
    struct summary summary;
    enum status status;
    size_t future;

    status = summary_read(&summary, body);
    if (status != STATUS_OK)
        return status;
    peer->compare.started = true;
    /* Asking goes newest first, as listing and pushing do: control records,
     * then from tomorrow back, then what lies ahead. */
    for (future = 0; future < summary.count; future++)
        if (summary.ranges[future].span.set == RECORD_SET_STATEMENTS &&
            summary.ranges[future].span.first.number > tomorrow)
            break;
    if (summary.ranges[0].span.set == RECORD_SET_CONTROL)
        status = compare_range(peer, &summary.ranges[0]);
    for (size_t i = future; status == STATUS_OK && i > 0; i--)
        if (summary.ranges[i - 1].span.set == RECORD_SET_STATEMENTS)
            status = compare_range(peer, &summary.ranges[i - 1]);
    for (size_t i = future; status == STATUS_OK && i < summary.count; i++)
        status = compare_range(peer, &summary.ranges[i]);
    return status;
}

enum status
compare_on_ask(struct peer *peer, struct byte_view body)
{
    struct span span;
    enum status status = message_read_ask(&span, body);

    if (status != STATUS_OK)
        return status;
    /* An honest peer asks no more than it can be answered. */
    if (peer->compare.jobs >= COMPARE_JOBS_MAX)
        return STATUS_MALFORMED;
    return compare_add_job(peer, &peer->compare.lists, &span, true);
}

bool
compare_is_idle(const struct compare *compare)
{
    return compare->started && compare->jobs == 0 &&
           compare->in_flight_count == 0 && compare->asks == 0 &&
           compare->wants.count == 0;
}
