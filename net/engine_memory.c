/*
 * What an engine holds in memory, and what is done when that is too much.
 *
 * The parts of net/budget.h keep honest links within it.  A peer may still
 * make a link hold the most that it may (messages that we have not dealt with,
 * answers that it does not read), and many such peers more than there is: then
 * the link that holds the most ends.
 */
#include "net/engine_private.h"
#include "net/prime_list.h"
#include "net/sketch.h"

/* What one record that a link named, or one chunk that was asked for, takes. */
static const size_t named_size =
    sizeof(struct gossip_missing) + sizeof(struct gossip_announcement);

static size_t
list_memory(const struct list_node *list, size_t each_size)
{
    const struct list_node *each;
    size_t count = 0;

    LIST_EACH(each, list)
        count++;
    return count * each_size;
}

static size_t
compare_memory(const struct compare *compare)
{
    struct list_node *each;
    size_t sum = compare->jobs * sizeof(struct compare_job) +
                 map_memory(&compare->wants);

    LIST_EACH(each, &compare->reconcile.items) {
        const struct reconcile_item *item =
            CONTAINER_OF(each, struct reconcile_item, in_queue);

        sum += sizeof(*item) + item->came.capacity + sketch_memory(item->own);
    }
    return sum;
}

static size_t
exchange_memory(const struct exchange *exchange)
{
    return exchange->outbox.capacity * sizeof(struct outbox_item) +
           list_memory(&exchange->runs, sizeof(struct exchange_run)) +
           exchange->staged.capacity + exchange->acks.capacity +
           exchange->held.capacity;
}

/* What is leant on is counted with the streams. */
static size_t
prime_memory(const struct prime *prime)
{
    return prime->own_count * sizeof(*prime->own) +
           (prime->theirs != NULL ? sizeof(*prime->theirs) : 0);
}

static size_t
peer_memory(const struct peer *peer)
{
    if (peer == NULL)
        return 0;
    return sizeof(*peer) + peer->inbox.buf.capacity + peer->out.capacity +
           map_memory(&peer->known.map) +
           peer->known.map.count * sizeof(struct known_entry) +
           compare_memory(&peer->compare) + exchange_memory(&peer->exchange) +
           prime_memory(&peer->prime) +
           peer->fetch.count * sizeof(struct fetch_request) +
           peer->gossip.ihave.capacity + peer->gossip.grafts.capacity +
           peer->wide.marks.capacity + peer->gossip.awaited * named_size;
}

static size_t
link_memory(const struct link *link)
{
    return sizeof(*link) + session_memory(link->session) +
           peer_memory(link->peer);
}

static size_t
fetches_memory(const struct fetches *fetches)
{
    struct list_node *each;
    size_t sum = 0;

    LIST_EACH(each, &fetches->active) {
        const struct fetch *fetch = CONTAINER_OF(each, struct fetch, in_node);

        /* The record, and what was found in it. */
        sum += sizeof(*fetch) + 2 * record_wire(fetch->record).size;
    }
    return sum;
}

size_t
engine_memory(const struct engine *engine)
{
    const struct node *node = &engine->node;
    struct list_node *each;
    size_t sum = sizeof(*engine) + node->stream_packs + node->stream_expands +
                 refused_memory(&node->refused) +
                 fetches_memory(&node->fetches) +
                 map_memory(&node->gossip.missing);

    LIST_EACH(each, &engine->links)
        sum += link_memory(CONTAINER_OF(each, struct link, in_engine));
    return sum;
}

size_t
engine_memory_most(const struct engine *engine)
{
    return engine->node.budget.memory;
}

/* The link that holds the most, of those whose end frees something. */
static struct link *
find_largest(struct engine *engine)
{
    struct link *largest = NULL;
    struct list_node *each;

    LIST_EACH(each, &engine->links) {
        struct link *link = CONTAINER_OF(each, struct link, in_engine);

        if (link->session == NULL)
            continue;
        if (largest == NULL || link_memory(link) > link_memory(largest))
            largest = link;
    }
    return largest;
}

void
engine_keep_within(struct engine *engine)
{
    while (engine_memory(engine) > engine_memory_most(engine)) {
        struct link *link = find_largest(engine);

        if (link == NULL)
            return;
        engine->figures.links_shed++;
        engine_close_link(engine, link);
    }
}
