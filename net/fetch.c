/*
 * Who is asked for what.  What comes of it is in fetch_take.c.
 */
#include "net/fetch.h"

#include <string.h>

#include "core/mem.h"
#include "net/fetch_private.h"
#include "net/node.h"
#include "net/peer.h"

void
fetches_init(struct fetches *fetches)
{
    list_init(&fetches->active);
    fetches->count = 0;
}

static struct fetch *
fetch_of(struct list_node *node)
{
    return CONTAINER_OF(node, struct fetch, in_node);
}

static void
search_again(struct node *node)
{
    struct list_node *each;

    LIST_EACH(each, &node->peers)
        CONTAINER_OF(each, struct peer, in_node)->fetch.search = true;
}

void
fetch_drop(struct node *node, struct fetch *fetch)
{
    /* There is room for one that had to wait. */
    if (node->fetches.count == node->budget.fetches)
        search_again(node);
    while (!list_is_empty(&fetch->requests)) {
        struct fetch_request *request =
            CONTAINER_OF(fetch->requests.next, struct fetch_request, in_fetch);

        list_remove(&request->in_fetch);
        request->fetch = NULL;
    }
    list_remove(&fetch->in_node);
    node->fetches.count--;
    record_free(fetch->record);
    mem_free(fetch);
}

void
fetch_drop_idle(struct node *node, enum store_class keeping)
{
    struct list_node *each;
    struct list_node *after;

    LIST_EACH_SAFE(each, after, &node->fetches.active) {
        struct fetch *fetch = fetch_of(each);

        if (fetch->keeping == keeping && !fetch_is_asked(fetch))
            fetch_drop(node, fetch);
    }
}

void
fetches_release(struct fetches *fetches)
{
    while (!list_is_empty(&fetches->active)) {
        struct fetch *fetch = fetch_of(fetches->active.next);

        list_remove(&fetch->in_node);
        record_free(fetch->record);
        mem_free(fetch);
    }
    fetches->count = 0;
}

void
fetch_peer_init(struct fetch_peer *part)
{
    list_init(&part->requests);
    part->count = 0;
    part->misses = 0;
    part->search = false;
    part->stalls = false;
}

struct fetch *
fetch_find(const struct node *node, const struct record_id *id)
{
    struct list_node *each;

    LIST_EACH(each, &node->fetches.active)
        if (record_id_equal(record_id(fetch_of(each)->record), id))
            return fetch_of(each);
    return NULL;
}

/* peer is thought to have all of the record.  What is known of a peer is
 * bounded and may be forgotten: one that had it is remembered in fetch. */
static bool
is_source(const struct peer *peer, const struct fetch *fetch)
{
    unsigned flags = known_flags(&peer->known, record_id(fetch->record));

    return !peer->fetch.stalls && (flags & KNOWN_GONE) == 0 &&
           ((flags & (KNOWN_RECEIVED | KNOWN_DELIVERED)) != 0 ||
            fetch->source == peer);
}

void
fetch_look_for_sources(struct node *node, struct fetch *fetch)
{
    const struct peer *found = NULL;
    struct list_node *each;

    LIST_EACH(each, &node->peers) {
        const struct peer *peer = CONTAINER_OF(each, struct peer, in_node);

        if (found == NULL && is_source(peer, fetch))
            found = peer;
    }
    fetch->source = found;
    fetch->orphan = found == NULL;
}

bool
fetch_may_ask(const struct fetch *fetch, const struct peer *peer)
{
    if (peer->node->no_room[fetch->keeping] || peer->fetch.stalls)
        return false;
    if (!fetch->orphan)
        return is_source(peer, fetch);
    return (known_flags(&peer->known, record_id(fetch->record)) & KNOWN_GONE) ==
           0;
}

void
fetch_free_request(struct fetch_request *request, struct peer *peer)
{
    list_remove(&request->in_fetch);
    list_remove(&request->in_peer);
    peer->fetch.count--;
    mem_free(request);
}

void
fetch_peer_release(struct peer *peer)
{
    struct node *node = peer->node;
    struct list_node *each;
    struct list_node *after;

    while (!list_is_empty(&peer->fetch.requests)) {
        struct fetch_request *request = CONTAINER_OF(
            peer->fetch.requests.next, struct fetch_request, in_peer);

        if (request->fetch != NULL)
            request->fetch->looked = false;
        fetch_free_request(request, peer);
    }
    LIST_EACH_SAFE(each, after, &node->fetches.active) {
        struct fetch *fetch = fetch_of(each);

        if (fetch->source == peer)
            fetch->source = NULL;
        fetch_look_for_sources(node, fetch);
    }
}

struct mono_time
fetch_deadline(const struct peer *peer)
{
    if (peer->fetch.count == 0 || peer->fetch.stalls)
        return MONO_NEVER;
    return mono_after(peer->fetch.waits, FETCH_PATIENCE_MS);
}

static struct fetch_request *
request_of(struct list_node *node)
{
    return CONTAINER_OF(node, struct fetch_request, in_peer);
}

void
fetch_check_patience(struct peer *peer)
{
    struct node *node = peer->node;
    struct list_node *each;

    if (!mono_due(fetch_deadline(peer), node->now))
        return;
    peer->fetch.stalls = true;
    LIST_EACH(each, &peer->fetch.requests) {
        struct fetch_request *request = request_of(each);

        request->given_up = true;
        if (request->fetch != NULL)
            request->fetch->looked = false;
    }
    LIST_EACH(each, &node->fetches.active)
        fetch_look_for_sources(node, fetch_of(each));
}

void
fetch_end_stall(struct peer *peer)
{
    struct list_node *each;

    peer->fetch.waits = peer->node->now;
    if (!peer->fetch.stalls)
        return;
    peer->fetch.stalls = false;
    LIST_EACH(each, &peer->fetch.requests)
        request_of(each)->given_up = false;
}

enum status
fetch_add(struct node *node, struct record *record, enum store_class keeping,
          const struct peer *source)
{
    struct fetch *fetch;

    if (node->no_room[keeping] || node->fetches.count >= node->budget.fetches ||
        fetch_find(node, record_id(record)) != NULL)
        return STATUS_OK;
    fetch = mem_zalloc(1, sizeof(*fetch));
    if (fetch == NULL)
        return STATUS_NO_MEMORY;
    fetch->record = record_keep(record);
    fetch->keeping = keeping;
    fetch->source = source;
    fetch->orphan = source == NULL;
    list_init(&fetch->requests);
    list_append(&node->fetches.active, &fetch->in_node);
    node->fetches.count++;
    return STATUS_OK;
}

static bool
is_asked(const struct fetch *fetch, size_t file, uint32_t index)
{
    struct list_node *each;

    LIST_EACH(each, &fetch->requests) {
        const struct fetch_request *request =
            CONTAINER_OF(each, struct fetch_request, in_fetch);

        if (!request->given_up && request->file == file &&
            request->index == index)
            return true;
    }
    return false;
}

bool
fetch_is_asked(const struct fetch *fetch)
{
    struct list_node *each;

    LIST_EACH(each, &fetch->requests)
        if (!CONTAINER_OF(each, struct fetch_request, in_fetch)->given_up)
            return true;
    return false;
}

/* Take the next chunk of the gaps that nobody is asked for.  False when there
 * is none. */
static bool
take_gap(struct fetch *fetch, size_t *file, uint32_t *index)
{
    while (fetch->gap_count > 0) {
        struct bundle_gap *gap = &fetch->gaps[0];

        *file = gap->file;
        *index = gap->first;
        gap->first++;
        if (--gap->count == 0) {
            fetch->gap_count--;
            memmove(gap, gap + 1, fetch->gap_count * sizeof(*gap));
        }
        if (!is_asked(fetch, *file, *index))
            return true;
    }
    return false;
}

/* The same, looking into the store where that may help. */
static enum status
next_chunk(struct node *node, struct fetch *fetch, size_t *file,
           uint32_t *index, bool *found)
{
    enum status status;

    *found = take_gap(fetch, file, index);
    if (*found || fetch->looked)
        return STATUS_OK;
    status = bundle_missing(node->config.store, fetch->record, fetch->gaps,
                            FETCH_GAPS_MAX, &fetch->gap_count);
    if (status != STATUS_OK)
        return status;
    /* With all places filled there may be more behind them. */
    fetch->looked = fetch->gap_count < FETCH_GAPS_MAX;
    *found = take_gap(fetch, file, index);
    return STATUS_OK;
}

static enum status
add_request(struct peer *peer, struct fetch *fetch, size_t file, uint32_t index)
{
    struct fetch_request *request = mem_zalloc(1, sizeof(*request));

    if (request == NULL)
        return STATUS_NO_MEMORY;
    if (peer->fetch.count == 0)
        peer->fetch.waits = peer->node->now;
    request->fetch = fetch;
    request->id = *record_id(fetch->record);
    request->file = (uint8_t)file;
    request->index = (uint16_t)index;
    list_append(&fetch->requests, &request->in_fetch);
    list_append(&peer->fetch.requests, &request->in_peer);
    peer->fetch.count++;
    return STATUS_OK;
}

static enum status
send_run(struct peer *peer, const struct message_run *run)
{
    if (run->count == 0)
        return STATUS_OK;
    peer_count_out(peer);
    return message_write_run(&peer->out, MESSAGE_WANT_CHUNKS, run);
}

/* Ask peer for chunks of fetch, neighbours in one message. */
static enum status
ask_for(struct peer *peer, struct fetch *fetch)
{
    struct message_run run = {.id = *record_id(fetch->record)};
    enum status status = STATUS_OK;

    while (peer->fetch.count < CHUNKS_IN_FLIGHT_MAX) {
        uint32_t index;
        size_t file;
        bool found;

        status = next_chunk(peer->node, fetch, &file, &index, &found);
        if (status != STATUS_OK || !found)
            break;
        status = add_request(peer, fetch, file, index);
        if (status != STATUS_OK)
            break;
        if (run.count > 0 && run.file == file &&
            run.first + run.count == (int)index) {
            run.count++;
            continue;
        }
        status = send_run(peer, &run);
        if (status != STATUS_OK)
            break;
        run.file = (uint8_t)file;
        run.first = (uint16_t)index;
        run.count = 1;
    }
    return status == STATUS_OK ? send_run(peer, &run) : status;
}

static enum status
ask_for_all(struct peer *peer)
{
    struct list_node *each;
    struct list_node *after;
    enum status status = STATUS_OK;

    LIST_EACH_SAFE(each, after, &peer->node->fetches.active) {
        struct fetch *fetch = fetch_of(each);

        if (status != STATUS_OK || peer->fetch.count >= CHUNKS_IN_FLIGHT_MAX)
            break;
        if (!fetch_may_ask(fetch, peer))
            continue;
        status = ask_for(peer, fetch);
        /* Nothing to ask and nothing asked: it is whole, or beyond help. */
        if (status == STATUS_OK && fetch->looked && fetch->gap_count == 0 &&
            !fetch_is_asked(fetch))
            status = fetch_conclude(peer->node, fetch);
    }
    return status;
}

enum status
fetch_ask(struct peer *peer)
{
    enum status status = ask_for_all(peer);

    if (status == STATUS_OK && peer->fetch.count == 0 && peer->fetch.search) {
        status = fetch_search(peer);
        if (status == STATUS_OK)
            status = ask_for_all(peer);
    }
    return status;
}

bool
fetch_is_idle(const struct peer *peer)
{
    return peer->fetch.count == 0 && !peer->fetch.search;
}
