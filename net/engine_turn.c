/*
 * The end of a turn: commit, answer, hand over.
 */
#include "net/engine_private.h"

/* Keep the first failure. */
static void
keep(enum status *first, enum status status)
{
    if (*first == STATUS_OK)
        *first = status;
}

/* Let every peer ask for chunks while the turn's transaction is open. */
static void
ask(struct engine *engine)
{
    struct list_node *each;

    LIST_EACH(each, &engine->node.peers) {
        enum status status = peer_ask(CONTAINER_OF(each, struct peer, in_node));

        if (status != STATUS_OK)
            node_fail(&engine->node, status);
    }
}

/* Both sides are through with each other: say so, and part if that was all. */
static void
check_settled(struct engine *engine, struct link *link)
{
    struct peer *peer = link->peer;

    if (link->state != LINK_OPEN || peer->settled || !peer_is_settled(peer))
        return;
    peer->settled = true;
    known_trim(&peer->known);
    pack_rest(peer);
    engine_tell(engine, EVENT_SETTLED, link);
    if (engine->config.one_contact)
        engine_end_link(engine, link);
    engine_shed(engine, link);
}

/* A link has lived long enough, and no message is half said. */
static bool
is_used_up(const struct link *link)
{
    struct session_figures figures = session_figures(link->session);

    return figures.octets_in > SESSION_OCTETS_MAX ||
           figures.octets_out > SESSION_OCTETS_MAX;
}

static enum status
finish_link(struct engine *engine, struct link *link)
{
    enum status status = STATUS_OK;

    engine_open_link(engine, link);
    if (link->session == NULL)
        return STATUS_OK;
    if (link->peer != NULL) {
        status = peer_finish(link->peer);
        /* Last words leave with what was written before them. */
        if (status == STATUS_OK && !link->peer->broken)
            check_settled(engine, link);
    }
    if (link->session == NULL)
        return STATUS_OK;
    if (status == STATUS_OK && (link->peer == NULL || !link->peer->broken))
        status = engine_flush_link(engine, link);
    if (status != STATUS_OK || (link->peer != NULL && link->peer->broken)) {
        engine_close_link(engine, link);
        return status;
    }
    if (link->state == LINK_OPEN && is_used_up(link))
        engine_end_link(engine, link);
    return STATUS_OK;
}

/* The store's own failures are told; a lack of memory is not the store's. */
static void
tell_failure(struct engine *engine, enum status failure)
{
    struct action action = {
        .kind = ACTION_EVENT, .event = EVENT_STORE_FAILED, .status = failure};

    if (failure == STATUS_OK || failure == STATUS_NO_MEMORY)
        return;
    /* Without memory for it the result of engine_end_turn has to do. */
    if (actions_add(&engine->node.actions, &action) != STATUS_OK)
        return;
}

enum status
engine_end_turn(struct engine *engine, struct mono_time now)
{
    const struct mono_time readable = engine->node.first_readable;
    enum status first;
    struct list_node *each;
    struct list_node *after;

    engine_enter(engine, now);
    ask(engine);
    first = node_end_turn(&engine->node);
    if (engine->node.first_readable.milliseconds != readable.milliseconds)
        engine->figures.first_round_trips = engine->figures.round_trips;
    store_hold(engine->node.config.store);
    LIST_EACH_SAFE(each, after, &engine->links)
        keep(&first,
             finish_link(engine, CONTAINER_OF(each, struct link, in_engine)));
    store_let_go(engine->node.config.store);
    engine_keep_within(engine);
    /* What could not even be told. */
    keep(&first, engine->node.turn.failure);
    engine->node.turn.failure = STATUS_OK;
    tell_failure(engine, first);
    actions_publish(&engine->node.actions);
    return first;
}
