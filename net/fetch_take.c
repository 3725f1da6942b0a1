/*
 * Chunks that came, records that are whole, and what else could be fetched.
 */
#include <string.h>

#include "core/mem.h"
#include "net/fetch_private.h"
#include "net/node.h"
#include "net/peer.h"

enum status
fetch_conclude(struct node *node, struct fetch *fetch)
{
    enum store_state state = STORE_INCOMPLETE;
    enum status status = node_change(node);

    if (status == STATUS_OK)
        status = bundle_settle(node->config.store, fetch->record, &state);
    if (status != STATUS_OK)
        return status;
    if (state != STORE_INCOMPLETE)
        node_on_completion(node, fetch->record, state);
    fetch_drop(node, fetch);
    return STATUS_OK;
}

static struct fetch_request *
find_request(const struct peer *peer, const struct record_id *id, uint8_t file,
             uint16_t index)
{
    struct list_node *each;

    LIST_EACH(each, &peer->fetch.requests) {
        struct fetch_request *request =
            CONTAINER_OF(each, struct fetch_request, in_peer);

        if (request->file == file && request->index == index &&
            record_id_equal(&request->id, id))
            return request;
    }
    return NULL;
}

/* A list names chunks that could not be asked for before. */
static bool
is_list(const struct fetch *fetch, uint8_t file, uint16_t index)
{
    struct chunk_tree tree =
        chunk_tree_of(record_fields(fetch->record)->files[file].size);

    return chunk_is_list(&tree, index);
}

enum status
fetch_on_chunk(struct peer *peer, const struct message_chunk *chunk)
{
    struct node *node = peer->node;
    struct fetch_request *request =
        find_request(peer, &chunk->id, chunk->file, chunk->index);
    const struct bundle_chunk taken = {chunk->file, chunk->index,
                                       chunk->encoding, chunk->stored};
    struct fetch *fetch;
    enum status status;

    if (request == NULL)
        return STATUS_MALFORMED;
    fetch = request->fetch;
    fetch_free_request(request, peer);
    peer->fetch.misses = 0;
    fetch_end_stall(peer);
    if (fetch == NULL)
        return STATUS_OK;
    status = node_change(node);
    if (status == STATUS_OK)
        status = bundle_put_chunk(node->config.store, fetch->record, &taken,
                                  fetch->keeping);
    if (status == STATUS_BAD_SIGNATURE)
        return STATUS_MALFORMED;
    if (status == STATUS_FULL) {
        /* For no other chunk of that class either. */
        node->no_room[fetch->keeping] = true;
        fetch_drop_idle(node, fetch->keeping);
        return STATUS_OK;
    }
    /* Nothing that this peer sends of it will do. */
    if (status == STATUS_NEWER)
        return known_change(&peer->known, &chunk->id, KNOWN_GONE, 0);
    if (status != STATUS_OK && status != STATUS_EXISTS)
        return status;
    if (is_list(fetch, chunk->file, chunk->index))
        fetch->looked = false;
    if (fetch->looked && fetch->gap_count == 0 && !fetch_is_asked(fetch))
        return fetch_conclude(node, fetch);
    return STATUS_OK;
}

/* No peer is left that could be asked for fetch. */
static bool
is_hopeless(struct node *node, const struct fetch *fetch)
{
    struct list_node *each;

    LIST_EACH(each, &node->peers)
        if (fetch_may_ask(fetch, CONTAINER_OF(each, struct peer, in_node)))
            return false;
    return !fetch_is_asked(fetch);
}

enum status
fetch_on_gone(struct peer *peer, struct byte_view body)
{
    struct message_run run;
    struct fetch *fetch;
    enum status status = message_read_run(&run, body);

    if (status != STATUS_OK)
        return status;
    for (uint16_t i = 0; i < run.count; i++) {
        struct fetch_request *request =
            find_request(peer, &run.id, run.file, (uint16_t)(run.first + i));

        if (request == NULL)
            return STATUS_MALFORMED;
        if (request->fetch != NULL)
            request->fetch->looked = false;
        fetch_free_request(request, peer);
    }
    if ((known_flags(&peer->known, &run.id) & KNOWN_GONE) != 0)
        return STATUS_OK;
    peer->fetch.misses++;
    status = known_change(&peer->known, &run.id, KNOWN_GONE, 0);
    fetch = fetch_find(peer->node, &run.id);
    if (status != STATUS_OK || fetch == NULL)
        return status;
    if (fetch->source == peer)
        fetch->source = NULL;
    fetch_look_for_sources(peer->node, fetch);
    if (is_hopeless(peer->node, fetch))
        fetch_drop(peer->node, fetch);
    return STATUS_OK;
}

void
fetch_on_complete_there(struct peer *peer, const struct record_id *id)
{
    struct fetch *fetch = fetch_find(peer->node, id);

    peer->fetch.misses = 0;
    if (fetch == NULL) {
        peer->fetch.search = true;
        return;
    }
    fetch->source = peer;
    fetch->orphan = false;
}

void
fetch_after_rollback(struct node *node)
{
    struct list_node *each;

    LIST_EACH(each, &node->fetches.active) {
        struct fetch *fetch = CONTAINER_OF(each, struct fetch, in_node);

        fetch->looked = false;
        fetch->gap_count = 0;
    }
}

/* Incomplete records that could be fetched from peer, newest first: as many
 * as can be begun.  By class, since those of nobody's friends must not hide
 * the others. */
struct found {
    const struct peer *peer;
    size_t count[2];
    struct store_row rows[2][FETCHES_MAX];
};

static enum status
find_row(void *context, const struct store_row *row)
{
    struct found *found = context;
    const struct node *node = found->peer->node;
    size_t *count = &found->count[row->keeping];

    if (*count < FETCHES_MAX && !node->no_room[row->keeping] &&
        fetch_find(node, &row->id) == NULL &&
        (known_flags(&found->peer->known, &row->id) & KNOWN_GONE) == 0)
        found->rows[row->keeping][(*count)++] = *row;
    return STATUS_OK;
}

/* Fetch the record of row. */
static enum status
begin_row(struct peer *peer, const struct store_row *row)
{
    struct node *node = peer->node;
    struct record *record = NULL;
    enum status status;

    status = store_get_record(node->config.store, &row->id, &record);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    status = fetch_add(node, record, row->keeping, NULL);
    record_free(record);
    if (status == STATUS_OK)
        fetch_look_for_sources(node, fetch_find(node, &row->id));
    return status;
}

enum status
fetch_search(struct peer *peer)
{
    const struct store_query query = {
        .incomplete = true, .newest_first = true, .limit = FETCH_SEARCH_ROWS};
    const struct fetches *fetches = &peer->node->fetches;
    const size_t before = fetches->count;
    struct found *found;
    enum status status;

    peer->fetch.search = false;
    if (peer->fetch.misses >= FETCH_MISSES_MAX)
        return STATUS_OK;
    found = mem_zalloc(1, sizeof(*found));
    if (found == NULL)
        return STATUS_NO_MEMORY;
    found->peer = peer;
    status = store_walk(peer->node->config.store, &query, find_row, found);
    for (size_t class = STORE_FOLLOWED; class <= STORE_OTHER; class ++)
        for (size_t i = 0; status == STATUS_OK && i < found->count[class] &&
                           fetches->count < peer->node->budget.fetches;
             i++)
            status = begin_row(peer, &found->rows[class][i]);
    mem_free(found);
    /* When these are through there may be more. */
    peer->fetch.search = fetches->count > before;
    return status;
}
