/*
 * Lists: sent, answered, and what they bring about.
 *
 * Every list is answered by one WANT, be it empty, so that LISTS_IN_FLIGHT_MAX
 * bounds what waits on either side.
 */
#include <stdlib.h>

#include "core/mem.h"
#include "net/compare.h"
#include "net/node.h"
#include "net/peer.h"
#include "net/sift.h"

/* Walk over slice of span and let the peer pay for it. */
static enum status
sift_for(struct peer *peer, struct sift *sift)
{
    enum status status;

    sift->store = peer->node->config.store;
    sift->refused = &peer->node->refused;
    status = sift_run(sift);
    compare_pay(peer, sift->rows);
    return status;
}

static int
compare_ids(const void *a, const void *b)
{
    const uint64_t *one = a;
    const uint64_t *other = b;

    return (*one > *other) - (*one < *other);
}

/* The short ids of a slice, as they are gathered for a list. */
struct gathered {
    uint64_t *ids; /* room for LIST_IDS_MAX */
    size_t count;
    bool overflow;
};

static enum status
gather(void *context, const struct sift_row *row)
{
    struct gathered *gathered = context;

    if (gathered->count == LIST_IDS_MAX)
        gathered->overflow = true;
    else
        gathered->ids[gathered->count++] = row->short_id;
    return STATUS_OK;
}

/* Sort, and keep one of equal ids: another link's salt will part them. */
static void
gathered_sort(struct gathered *gathered)
{
    size_t kept = 0;

    qsort(gathered->ids, gathered->count, sizeof(*gathered->ids), compare_ids);
    for (size_t i = 0; i < gathered->count; i++)
        if (kept == 0 || gathered->ids[i] != gathered->ids[kept - 1])
            gathered->ids[kept++] = gathered->ids[i];
    gathered->count = kept;
}

/* Send the next slice of job. */
static enum status
send_list(struct peer *peer, const struct compare_job *job)
{
    struct compare *compare = &peer->compare;
    struct gathered gathered = {NULL, 0, false};
    struct sift sift = {.span = job->span,
                        .slice = job->slice,
                        .salt = &peer->salt,
                        .visit = gather,
                        .context = &gathered};
    struct message_list list = {
        .span = job->span, .slice = job->slice, .asked = job->asked};
    enum status status;

    gathered.ids = mem_alloc(LIST_IDS_MAX * sizeof(*gathered.ids));
    if (gathered.ids == NULL)
        return STATUS_NO_MEMORY;
    status = sift_for(peer, &sift);
    if (status != STATUS_OK)
        goto done;
    gathered_sort(&gathered);
    if (gathered.overflow)
        compare->again = true;
    list.count = gathered.count;
    status = message_write_list(&peer->out, MESSAGE_LIST, &list, gathered.ids);
    if (status != STATUS_OK)
        goto done;
    peer_count_out(peer);
    compare->in_flight[compare->in_flight_count++] =
        (struct compare_list){list.span, list.slice, list.count};
    compare->in_flight_ids += list.count;

done:
    mem_free(gathered.ids);
    return status;
}

enum status
compare_send_lists(struct peer *peer)
{
    struct compare *compare = &peer->compare;

    while (!list_is_empty(&compare->lists) &&
           compare->in_flight_count < LISTS_IN_FLIGHT_MAX &&
           peer_may_write(peer)) {
        struct compare_job *job =
            CONTAINER_OF(compare->lists.next, struct compare_job, in_queue);
        /* All that is listed may be wanted: keep a place for it. */
        size_t places = peer->exchange.outbox.count + compare->in_flight_ids;
        enum status status;

        if (places > 0 && places + LIST_IDS_MAX > exchange_places(peer))
            break;
        if (!job->begun) {
            const struct node *node = peer->node;
            const struct refused_entry *entry;
            uint32_t count;

            status = window_count(&peer->node->window, &job->span, &count);
            if (status != STATUS_OK)
                return status;
            job->slice = (struct slice){
                slice_bits_for(count +
                               refused_in(&node->refused, &job->span, &entry)),
                0};
            job->begun = true;
        }
        status = send_list(peer, job);
        if (status != STATUS_OK)
            return status;
        if (++job->slice.number >> job->slice.bits != 0)
            compare_drop_job(compare, job);
    }
    return STATUS_OK;
}

/* A list or a WANT as it is checked against the store. */
struct sought {
    struct peer *peer;
    enum record_set set;
    uint64_t *ids; /* ascending */
    size_t count;
    bool *found; /* for each of ids */
};

/* The place of short_id, or count. */
static size_t
sought_place(const struct sought *sought, uint64_t short_id)
{
    size_t low = 0;
    size_t high = sought->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (sought->ids[middle] < short_id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < sought->count && sought->ids[low] == short_id ? low
                                                               : sought->count;
}

static enum status
sought_read(struct sought *sought, const struct message_list *list)
{
    sought->ids = mem_zalloc(list->count, sizeof(*sought->ids));
    sought->found = mem_zalloc(list->count, sizeof(*sought->found));
    sought->count = list->count;
    if (sought->ids == NULL || sought->found == NULL)
        return STATUS_NO_MEMORY;
    return message_list_ids(sought->ids, list);
}

static void
sought_release(struct sought *sought)
{
    mem_free(sought->ids);
    mem_free(sought->found);
}

/* One of our records: the peer's list has it, or the peer is to get it. */
static enum status
visit_list(void *context, const struct sift_row *row)
{
    struct sought *sought = context;
    struct peer *peer = sought->peer;
    size_t place = sought_place(sought, row->short_id);
    enum status status;

    if (place < sought->count)
        sought->found[place] = true;
    if (place < sought->count || row->refused)
        return STATUS_OK;
    status = exchange_offer(peer, row->id, sought->set, row->day, false);
    if (status != STATUS_FULL)
        return status;
    peer->compare.again = true;
    return STATUS_OK;
}

/* Want the ids of list, as many as may be wanted, and remember them. */
static enum status
write_want(struct peer *peer, enum message_type type, struct message_list *list,
           const uint64_t *ids)
{
    struct compare *compare = &peer->compare;
    size_t room = node_share(peer->node, WANTS_TOTAL, WANTS_LEAST, WANTS_MAX);
    enum status status;

    room = room > compare->wants.count ? room - compare->wants.count : 0;
    if (room > LIST_IDS_MAX)
        room = LIST_IDS_MAX;
    if (list->count > room) {
        list->count = room;
        compare->again = true;
    }
    for (size_t i = 0; i < list->count; i++) {
        status = map_put(&compare->wants, &ids[i], peer);
        if (status != STATUS_OK)
            return status;
    }
    peer_count_out(peer);
    return message_write_list(&peer->out, type, list, ids);
}

enum status
compare_want(struct peer *peer, enum message_type type, const struct span *span,
             const uint64_t *ids, size_t count)
{
    struct message_list want = {.span = *span, .count = count};

    return write_want(peer, type, &want, ids);
}

/* Want what was not found. */
static enum status
answer_list(struct peer *peer, struct message_list *list, uint64_t *ids,
            const bool *found)
{
    size_t wanted = 0;

    for (size_t i = 0; i < list->count; i++)
        if (!found[i])
            ids[wanted++] = ids[i];
    list->count = wanted;
    return write_want(peer, MESSAGE_WANT, list, ids);
}

enum status
compare_on_list(struct peer *peer, struct byte_view body)
{
    struct compare *compare = &peer->compare;
    struct sought sought = {.peer = peer};
    struct message_list list;
    struct sift sift = {
        .salt = &peer->theirs.salt, .visit = visit_list, .context = &sought};
    enum status status;

    status = message_read_list(&list, MESSAGE_LIST, body);
    if (status != STATUS_OK)
        return status;
    if (list.asked && compare->asks == 0)
        return STATUS_MALFORMED;
    if (list.asked && list.slice.number + 1 == 1U << list.slice.bits)
        compare->asks--;
    status = sought_read(&sought, &list);
    if (status != STATUS_OK)
        goto done;
    sought.set = list.span.set;
    sift.span = list.span;
    sift.slice = list.slice;
    if (list.count == 0 && list.slice.bits == 0)
        status = compare_push_span(peer, &list.span);
    else
        status = sift_for(peer, &sift);
    if (status == STATUS_OK)
        status = answer_list(peer, &list, sought.ids, sought.found);

done:
    sought_release(&sought);
    return status;
}

/* One of our records: send it if it is wanted. */
static enum status
visit_want(void *context, const struct sift_row *row)
{
    struct sought *sought = context;
    struct peer *peer = sought->peer;
    size_t place = sought_place(sought, row->short_id);
    enum status status;

    if (place == sought->count || row->refused)
        return STATUS_OK;
    status = exchange_offer(peer, row->id, sought->set, row->day, true);
    if (status == STATUS_OK)
        sought->found[place] = true;
    if (status != STATUS_FULL)
        return status;
    peer->compare.again = true;
    return STATUS_OK;
}

/* Take the list that want answers out of those in flight.  A WANT that names
 * no list, or more than it held, is not an answer. */
static enum status
take_in_flight(struct compare *compare, const struct message_list *want)
{
    for (size_t i = 0; i < compare->in_flight_count; i++) {
        struct compare_list *list = &compare->in_flight[i];

        if (!span_equal(&list->span, &want->span) ||
            !slice_equal(&list->slice, &want->slice))
            continue;
        if (want->count > list->count)
            return STATUS_MALFORMED;
        compare->in_flight_ids -= list->count;
        *list = compare->in_flight[--compare->in_flight_count];
        return STATUS_OK;
    }
    return STATUS_MALFORMED;
}

/* Say of which wanted ids there is no record. */
static enum status
answer_gone(struct peer *peer, const struct sought *sought, uint64_t *ids)
{
    size_t gone = 0;

    for (size_t i = 0; i < sought->count; i++)
        if (!sought->found[i])
            ids[gone++] = sought->ids[i];
    if (gone == 0)
        return STATUS_OK;
    peer_count_out(peer);
    return message_write_gone(&peer->out, ids, gone);
}

/* Send what is wanted of what we have, and say what we do not have. */
static enum status
answer_want(struct peer *peer, const struct message_list *want)
{
    struct sought sought = {.peer = peer, .set = want->span.set};
    struct sift sift = {.span = want->span,
                        .slice = want->slice,
                        .salt = &peer->salt,
                        .visit = visit_want,
                        .context = &sought};
    enum status status;

    if (want->count == 0)
        return STATUS_OK;
    status = sought_read(&sought, want);
    if (status == STATUS_OK)
        status = sift_for(peer, &sift);
    if (status == STATUS_OK)
        status = answer_gone(peer, &sought, sought.ids);
    sought_release(&sought);
    return status;
}

enum status
compare_on_want(struct peer *peer, struct byte_view body)
{
    struct message_list want;
    enum status status = message_read_list(&want, MESSAGE_WANT, body);

    if (status == STATUS_OK) {
        status = take_in_flight(&peer->compare, &want);
        if (status != STATUS_OK && want.slice.bits == 0 &&
            reconcile_end(peer, &want.span))
            status = STATUS_OK;
    }
    return status == STATUS_OK ? answer_want(peer, &want) : status;
}

enum status
compare_on_want_first(struct peer *peer, struct byte_view body)
{
    struct message_list want;
    enum status status = message_read_list(&want, MESSAGE_WANT_FIRST, body);

    if (status == STATUS_OK && !first_cells_answered(peer, &want))
        status = STATUS_MALFORMED;
    return status == STATUS_OK ? answer_want(peer, &want) : status;
}

static void
forget_want(struct compare *compare, uint64_t short_id)
{
    (void)map_remove(&compare->wants, &short_id);
    /* A contact is over when all has come: give the memory back. */
    if (compare->wants.count == 0)
        map_release(&compare->wants);
}

enum status
compare_on_gone(struct peer *peer, struct byte_view body)
{
    struct byte_view ids;
    uint64_t id;
    enum status status = message_read_gone(&ids, body);

    while (status == STATUS_OK && message_next_gone(&id, &ids))
        forget_want(&peer->compare, id);
    return status;
}

void
compare_on_arrival(struct peer *peer, const struct record_id *id)
{
    if (peer->compare.wants.count > 0)
        forget_want(&peer->compare, short_id(&peer->theirs.salt, id));
}
