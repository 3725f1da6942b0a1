#include "net/node.h"

#include <string.h>

#include "core/entropy.h"
#include "net/exchange.h"
#include "net/peer.h"
#include "net/plan.h"

/* A store that has no room for one more chunk is not to be found out anew
 * after each start, by asking for many. */
static enum status
look_for_room(struct node *node)
{
    struct store_figures figures;
    enum status status = store_count(node->config.store, &figures);

    if (status != STATUS_OK)
        return status;
    node->no_room[STORE_FOLLOWED] =
        figures.octets + CHUNK_STORED_MAX > figures.budget;
    node->no_room[STORE_OTHER] =
        node->no_room[STORE_FOLLOWED] ||
        figures.octets_other + CHUNK_STORED_MAX > figures.budget / 2;
    return STATUS_OK;
}

enum status
node_init(struct node *node, const struct node_config *config)
{
    enum status status;
    struct salt salt;

    memset(node, 0, sizeof(*node));
    node->config = *config;
    budget_init(&node->budget, config->memory);
    node->first_readable = MONO_NEVER;
    entropy_fill(config->entropy, node->boot_id, sizeof(node->boot_id));
    entropy_fill(config->entropy, salt.octets, sizeof(salt.octets));
    window_init(&node->window, config->store, NULL);
    window_init(&node->wide, config->store, &node->refused);
    refused_init(&node->refused, node->budget.refused);
    fetches_init(&node->fetches);
    gossip_init(&node->gossip, &salt);
    list_init(&node->peers);
    actions_init(&node->actions);
    bucket_init(&node->first_cells, FIRST_CELLS_BURST, FIRST_CELLS_PER_SECOND,
                node->now);
    status = window_load(&node->window);
    return status == STATUS_OK ? look_for_room(node) : status;
}

void
node_release(struct node *node)
{
    while (!list_is_empty(&node->peers))
        peer_free(CONTAINER_OF(node->peers.next, struct peer, in_node));
    if (store_in_transaction(node->config.store))
        store_rollback(node->config.store);
    fetches_release(&node->fetches);
    gossip_release(&node->gossip);
    window_release(&node->window);
    window_release(&node->wide);
    refused_release(&node->refused);
    actions_release(&node->actions);
}

size_t
node_share(const struct node *node, size_t total, size_t least, size_t most)
{
    size_t share = budget_part(&node->budget, total);

    if (node->peer_count > 0)
        share /= node->peer_count;
    if (share < least)
        return least;
    return share > most ? most : share;
}

void
node_fail(struct node *node, enum status status)
{
    if (node->turn.failure == STATUS_OK)
        node->turn.failure = status;
}

enum status
node_change(struct node *node)
{
    enum status status = node->turn.failure;

    if (status == STATUS_OK && !store_in_transaction(node->config.store))
        status = store_begin(node->config.store);
    if (status != STATUS_OK)
        node_fail(node, status);
    return status;
}

bool
node_has_room(const struct node *node)
{
    const struct node_turn *turn = &node->turn;

    return turn->failure == STATUS_OK && turn->records < TURN_RECORDS_MAX &&
           turn->chunks < TURN_CHUNKS_MAX;
}

enum status
node_touch(struct node *node, enum record_set set, struct day day)
{
    enum status status = window_touch(&node->window, set, day);

    return status == STATUS_OK ? window_touch(&node->wide, set, day) : status;
}

enum status
node_refuse(struct node *node, const struct record *record)
{
    const struct refused *refused = &node->refused;
    const enum record_set set = record_set(record);
    const struct day day = record_fields(record)->date;
    enum status status =
        refused_add(&node->refused, record_id(record), set, day);

    if (status == STATUS_OK && !node->wide.loaded)
        return window_load(&node->wide);
    if (status == STATUS_OK)
        status = window_touch(&node->wide, set, day);
    /* Something of that day may have been forgotten for it. */
    if (status == STATUS_OK && refused->forgot)
        status =
            window_touch(&node->wide, RECORD_SET_CONTROL, refused->horizon);
    if (status == STATUS_OK && refused->forgot)
        status =
            window_touch(&node->wide, RECORD_SET_STATEMENTS, refused->horizon);
    return status;
}

enum status
node_reload(struct node *node)
{
    enum status status = window_load(&node->window);

    if (status == STATUS_OK && node->wide.loaded)
        status = window_load(&node->wide);
    return status;
}

void
node_on_arrival(struct node *node, const struct record *record,
                enum wide_way way)
{
    struct node_turn *turn = &node->turn;

    turn->arrivals[turn->arrival_count++] =
        (struct node_arrival){*record_id(record), record_set(record),
                              record_fields(record)->date, way};
}

void
node_on_completion(struct node *node, const struct record *record,
                   enum store_state state)
{
    struct node_turn *turn = &node->turn;

    /* Those of records and chunks of this turn come first and always fit; of
     * those that a search found whole, only the news would be lost. */
    if (turn->completion_count < NODE_COMPLETIONS_MAX)
        turn->completions[turn->completion_count++] = (struct node_completion){
            *record_id(record), record_set(record), state};
}

struct day
node_arrival_day(const struct node *node)
{
    return node->has_day ? node->today : day_of_seconds(0);
}

struct day
node_reference_day(const struct node *node,
                   const struct message_hello *fallback)
{
    if (node->has_day)
        return node->today;
    if (fallback != NULL && fallback->has_day)
        return fallback->day;
    return day_of_seconds(0);
}

enum status
node_tell(struct node *node, enum event_kind kind, struct link_id link,
          const struct record_id *id)
{
    struct action action = {.kind = ACTION_EVENT, .link = link, .event = kind};

    if (id != NULL)
        action.id = *id;
    return actions_add(&node->actions, &action);
}

/* A record that goes on to the peers of a node. */
struct passing {
    const struct record_id *id;
    enum record_set set;
    struct day day;
    enum wide_way way;
    size_t size; /* 0 until somebody is to get it */
};

/* Send it whole to peer, who may lack it. */
static enum status
send_whole(struct peer *peer, struct passing *passing)
{
    struct node *node = peer->node;
    enum status status = STATUS_OK;

    /* Looked up once, and only if there is somebody to send it to. */
    if (passing->size == 0)
        status = plan_size(node->config.store, passing->id, &passing->size);
    if (status == STATUS_OK)
        status = wide_mark(peer, passing->id, wide_next(node, passing->way));
    if (status != STATUS_OK)
        return status;
    return exchange_add(peer, passing->id,
                        plan_rank(passing->set, passing->day, passing->size,
                                  exchange_tomorrow(peer)),
                        false);
}

static enum status
pass_to(struct peer *peer, struct passing *passing)
{
    enum status status = STATUS_OK;

    if (exchange_may_lack(peer, passing->id) &&
        (!peer->gossip.lazy || wide_spend(peer->node, passing->way)))
        status = send_whole(peer, passing);
    else if (peer->gossip.lazy)
        status = gossip_announce(peer, passing->id);
    if (status != STATUS_FULL)
        return status;
    peer->compare.again = true;
    return STATUS_OK;
}

enum status
node_pass_on(struct node *node, const struct record_id *id, enum record_set set,
             struct day day, enum wide_way way)
{
    struct passing passing = {id, set, day, way, 0};
    struct list_node *each;

    wide_earn(node);
    LIST_EACH(each, &node->peers) {
        struct peer *peer = CONTAINER_OF(each, struct peer, in_node);
        enum status status = peer->broken ? STATUS_OK : pass_to(peer, &passing);

        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

/* Tell those who gave us the record or asked us for it that it is whole. */
static enum status
tell_complete(struct node *node, const struct node_completion *completion)
{
    const struct link_id none = {0};
    struct list_node *each;

    LIST_EACH(each, &node->peers) {
        struct peer *peer = CONTAINER_OF(each, struct peer, in_node);
        unsigned flags = known_flags(&peer->known, &completion->id);
        enum status status;

        if (peer->broken || (flags & (KNOWN_RECEIVED | KNOWN_DENIED)) == 0)
            continue;
        status = exchange_ack(peer, &completion->id,
                              exchange_fate_of(completion->state));
        if (status == STATUS_OK)
            status = known_change(&peer->known, &completion->id, KNOWN_TOLD,
                                  KNOWN_DENIED);
        if (status != STATUS_OK)
            return status;
    }
    if (completion->state != STORE_COMPLETE)
        return STATUS_OK;
    if (completion->set == RECORD_SET_STATEMENTS)
        node->first_readable = mono_earlier(node->first_readable, node->now);
    return node_tell(node, EVENT_COMPLETE, none, &completion->id);
}

/* The turn is committed: let everybody know. */
static enum status
announce(struct node *node)
{
    const struct link_id none = {0};
    struct node_turn *turn = &node->turn;
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < turn->arrival_count; i++) {
        const struct node_arrival *arrival = &turn->arrivals[i];

        node->records_in++;
        status = node_tell(node, EVENT_RECORD, none, &arrival->id);
        if (status == STATUS_OK)
            status = node_pass_on(node, &arrival->id, arrival->set,
                                  arrival->day, arrival->way);
    }
    for (size_t i = 0; status == STATUS_OK && i < turn->completion_count; i++)
        status = tell_complete(node, &turn->completions[i]);
    return status;
}

/* Take everything of this turn back. */
static void
roll_back(struct node *node)
{
    struct node_turn *turn = &node->turn;
    struct list_node *each;

    if (store_in_transaction(node->config.store))
        store_rollback(node->config.store);
    /* Their days are known, so that this cannot fail. */
    for (size_t i = 0; i < turn->arrival_count; i++)
        (void)!node_touch(node, turn->arrivals[i].set, turn->arrivals[i].day);
    fetch_after_rollback(node);
    LIST_EACH(each, &node->peers) {
        struct peer *peer = CONTAINER_OF(each, struct peer, in_node);

        exchange_after_rollback(peer);
        if (peer->brought)
            peer->broken = true;
    }
}

enum status
node_end_turn(struct node *node)
{
    struct node_turn *turn = &node->turn;
    enum status status = turn->failure;
    struct list_node *each;

    if (status == STATUS_OK && store_in_transaction(node->config.store))
        status = store_commit(node->config.store);
    if (status == STATUS_OK)
        status = announce(node);
    else
        roll_back(node);
    LIST_EACH(each, &node->peers)
        CONTAINER_OF(each, struct peer, in_node)->brought = false;
    node->reconciling = turn->reconciling;
    memset(turn, 0, sizeof(*turn));
    return status;
}
