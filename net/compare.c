/*
 * Jobs, and what bounds them.  Summaries are in compare_summary.c, lists in
 * compare_list.c, spans that are pushed in compare_push.c.
 */
#include "net/compare.h"

#include <string.h>

#include "core/mem.h"
#include "net/node.h"
#include "net/peer.h"
#include "net/plan.h"

void
compare_init(struct compare *compare, const struct salt *salt)
{
    memset(compare, 0, sizeof(*compare));
    list_init(&compare->lists);
    list_init(&compare->pushes);
    reconcile_init(&compare->reconcile);
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
compare_release(struct peer *peer)
{
    struct compare *compare = &peer->compare;

    reconcile_release(peer);
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
    job->rank = plan_rank_least(span->set, span->last, exchange_tomorrow(peer));
    LIST_EACH(behind, queue)
        if (job_of(behind)->rank.value > job->rank.value)
            break;
    /* In front of the first that may wait longer. */
    list_append(behind, &job->in_queue);
    peer->compare.jobs++;
    return STATUS_OK;
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
           compare->wants.count == 0 && reconcile_is_idle(&compare->reconcile);
}
