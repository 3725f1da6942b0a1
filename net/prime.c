#include "net/prime.h"

#include <stdlib.h>
#include <string.h>

#include "bundles/store.h"
#include "core/mem.h"
#include "net/load.h"
#include "net/node.h"
#include "net/peer.h"
#include "net/prime_list.h"
#include "net/sift.h"

void
prime_release(struct peer *peer)
{
    mem_free(peer->prime.own);
    peer->prime.own = NULL;
    mem_free(peer->prime.theirs);
    peer->prime.theirs = NULL;
}

/* May texts come, or is this only about control records? */
static bool
expects_texts(const struct peer *peer)
{
    const struct compare *compare = &peer->compare;
    struct list_node *each;

    LIST_EACH(each, &compare->lists)
        if (CONTAINER_OF(each, struct compare_job, in_queue)->span.set ==
            RECORD_SET_STATEMENTS)
            return true;
    LIST_EACH(each, &compare->reconcile.items) {
        const struct reconcile_item *item =
            CONTAINER_OF(each, struct reconcile_item, in_queue);

        if (!item->decodes && item->span.set == RECORD_SET_STATEMENTS)
            return true;
    }
    return compare->wants.count > 0;
}

/* A record that may be named. */
struct candidate {
    uint64_t named;
    struct record_id id;
};

struct choice {
    struct peer *peer;
    size_t room; /* octets of texts */
    struct span span;
    size_t count;
    struct candidate found[PRIME_RECORDS_MAX];
};

static enum status
choose_row(void *context, const struct store_row *row)
{
    struct choice *choice = context;
    struct store *store = choice->peer->node->config.store;
    struct record *record = NULL;
    enum status status;
    size_t size;

    if (row->state != STORE_COMPLETE || choice->count == PRIME_RECORDS_MAX)
        return STATUS_OK;
    status = store_get_record(store, &row->id, &record);
    if (status != STATUS_OK)
        return status;
    size = load_prime_size(record);
    record_free(record);
    if (size == 0 || size > choice->room)
        return STATUS_OK;
    choice->room -= size;
    if (choice->count == 0)
        choice->span.last = row->date;
    choice->span.first = row->date;
    choice->found[choice->count].named =
        prime_id(&choice->peer->salt, &row->id);
    choice->found[choice->count++].id = row->id;
    return STATUS_OK;
}

static int
compare_candidates(const void *a, const void *b)
{
    const struct candidate *one = a;
    const struct candidate *other = b;

    return (one->named > other->named) - (one->named < other->named);
}

/* Sort, and keep one of those that are named alike. */
static void
sort_choice(struct choice *choice)
{
    size_t kept = 0;

    qsort(choice->found, choice->count, sizeof(choice->found[0]),
          compare_candidates);
    for (size_t i = 0; i < choice->count; i++)
        if (kept == 0 ||
            choice->found[i].named != choice->found[kept - 1].named)
            choice->found[kept++] = choice->found[i];
    choice->count = kept;
}

/* Write the list, and remember what it names. */
static enum status
name_choice(struct peer *peer, const struct choice *choice)
{
    struct prime *prime = &peer->prime;
    struct prime_list list = {.span = choice->span, .count = choice->count};
    enum status status;

    prime->own = mem_zalloc(choice->count, sizeof(*prime->own));
    if (prime->own == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < choice->count; i++) {
        list.ids[i] = choice->found[i].named;
        prime->own[i] = choice->found[i].id;
    }
    status = prime_list_write(&peer->out, &list);
    if (status == STATUS_OK)
        prime->own_count = choice->count;
    return status;
}

enum status
prime_offer(struct peer *peer)
{
    const struct store_query query = {.by_set = true,
                                      .set = RECORD_SET_STATEMENTS,
                                      .by_days = true,
                                      .first = DAY_FIRST,
                                      .last = exchange_tomorrow(peer),
                                      .newest_first = true,
                                      .limit = PRIME_ROWS_MAX};
    struct choice *choice;
    enum status status;

    if (peer->prime.considered || !peer->pace.slow || !expects_texts(peer))
        return STATUS_OK;
    peer->prime.considered = true;
    choice = mem_zalloc(1, sizeof(*choice));
    if (choice == NULL)
        return STATUS_NO_MEMORY;
    choice->peer = peer;
    choice->span.set = RECORD_SET_STATEMENTS;
    choice->room = pack_prime_room(peer);
    status = choice->room == 0 ? STATUS_OK
                               : store_walk(peer->node->config.store, &query,
                                            choose_row, choice);
    if (status == STATUS_OK && choice->count > 0) {
        pack_promise_prime(peer, pack_prime_room(peer) - choice->room);
        sort_choice(choice);
        status = name_choice(peer, choice);
    }
    mem_free(choice);
    return status;
}

enum status
prime_on_list(struct peer *peer, struct byte_view body)
{
    struct prime *prime = &peer->prime;
    enum status status;

    if (prime->listed)
        return STATUS_MALFORMED;
    prime->theirs = mem_zalloc(1, sizeof(*prime->theirs));
    if (prime->theirs == NULL)
        return STATUS_NO_MEMORY;
    prime->listed = true;
    status = prime_list_read(prime->theirs, body);
    if (status != STATUS_OK) {
        mem_free(prime->theirs);
        prime->theirs = NULL;
    }
    return status;
}

/* The records of a list as they are found here. */
struct search {
    const struct prime_list *list;
    const struct salt *salt;
    bool found[PRIME_RECORDS_MAX];
    struct record_id ids[PRIME_RECORDS_MAX];
};

static enum status
search_row(void *context, const struct sift_row *row)
{
    struct search *search = context;
    const struct prime_list *list = search->list;
    const uint64_t named = prime_id(search->salt, row->id);
    size_t low = 0;
    size_t high = list->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (list->ids[middle] < named)
            low = middle + 1;
        else
            high = middle;
    }
    if (row->refused || low == list->count || list->ids[low] != named)
        return STATUS_OK;
    search->found[low] = true;
    search->ids[low] = *row->id;
    return STATUS_OK;
}

/* Look for what the peer named; nothing is found where there would be too
 * much to look at. */
static enum status
search_store(struct peer *peer, struct search *search)
{
    struct sift sift = {.store = peer->node->config.store,
                        .refused = &peer->node->refused,
                        .span = search->list->span,
                        .salt = search->salt,
                        .visit = search_row,
                        .context = search};
    uint32_t count;
    enum status status =
        window_count(&peer->node->window, &search->list->span, &count);

    if (status != STATUS_OK || count > PRIME_ROWS_MAX)
        return status;
    status = sift_run(&sift);
    compare_pay(peer, sift.rows);
    return status;
}

/* Append the texts of record id, if all of it is here and there is room. */
static enum status
gather_one(struct peer *peer, struct prime_octets *out, size_t place,
           const struct record_id *id)
{
    struct store *store = peer->node->config.store;
    struct record *record = NULL;
    struct store_row row;
    enum status status = store_get_row(store, id, &row);
    size_t size;

    if (status != STATUS_OK || row.state != STORE_COMPLETE)
        return status;
    status = store_get_record(store, id, &record);
    if (status != STATUS_OK)
        return status;
    size = load_prime_size(record);
    if (size > 0 && size <= out->octets.maximum - out->octets.size) {
        status = load_prime(&out->octets, store, record);
        if (status == STATUS_OK) {
            out->map[place / 8] |= (uint8_t)(1U << place % 8);
            out->map_size = PACKED_MAP_MAX;
        }
    }
    record_free(record);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status
gather_all(struct peer *peer, struct prime_octets *out, struct search *search)
{
    enum status status = search_store(peer, search);

    for (size_t i = 0; status == STATUS_OK && i < search->list->count; i++)
        if (search->found[i])
            status = gather_one(peer, out, i, &search->ids[i]);
    if (out->map_size > 0)
        out->map_size = (search->list->count + 7) / 8;
    return status;
}

enum status
prime_gather(struct peer *peer, struct prime_octets *out, size_t maximum)
{
    struct prime *prime = &peer->prime;
    struct search *search;
    enum status status;

    memset(out, 0, sizeof(*out));
    byte_buf_init(&out->octets,
                  maximum < STREAM_PRIME_MAX ? maximum : STREAM_PRIME_MAX);
    if (prime->theirs == NULL)
        return STATUS_OK;
    search = mem_zalloc(1, sizeof(*search));
    if (search == NULL)
        return STATUS_NO_MEMORY;
    search->list = prime->theirs;
    search->salt = &peer->theirs.salt;
    status = gather_all(peer, out, search);
    mem_free(search);
    mem_free(prime->theirs);
    prime->theirs = NULL;
    return status;
}

enum status
prime_recall(struct peer *peer, struct byte_buf *out, struct byte_view map)
{
    struct prime *prime = &peer->prime;
    struct store *store = peer->node->config.store;
    enum status status = STATUS_OK;

    if (prime->recalled || prime->own_count == 0 ||
        map.size != (prime->own_count + 7) / 8)
        return STATUS_MALFORMED;
    prime->recalled = true;
    for (size_t i = 0; status == STATUS_OK && i < map.size * 8; i++) {
        struct record *record = NULL;

        if ((map.data[i / 8] >> i % 8 & 1) == 0)
            continue;
        if (i >= prime->own_count)
            return STATUS_MALFORMED;
        status = store_get_record(store, &prime->own[i], &record);
        if (status == STATUS_OK)
            status = load_prime(out, store, record);
        record_free(record);
    }
    /* It was here a moment ago; only a new link can mend this. */
    return status == STATUS_NOT_FOUND ? STATUS_MALFORMED : status;
}
