/*
 * From a connection to an open link: what the session reports, and the one
 * link that a pair keeps.
 */
#include <string.h>

#include "core/entropy.h"
#include "net/engine_private.h"

bool
engine_is_linked(const struct engine *engine,
                 const uint8_t boot_id[MESSAGE_BOOT_ID_SIZE])
{
    struct list_node *each;

    LIST_EACH(each, &engine->links) {
        const struct link *link = CONTAINER_OF(each, struct link, in_engine);

        if (link->state == LINK_OPEN &&
            memcmp(link->peer->theirs.boot_id, boot_id, MESSAGE_BOOT_ID_SIZE) ==
                0)
            return true;
    }
    return false;
}

/* Another open link to the node at the end of link, or NULL. */
static struct link *
find_twin(struct engine *engine, const struct link *link)
{
    static const uint8_t nobody[MESSAGE_BOOT_ID_SIZE];
    const uint8_t *boot_id = link->peer->theirs.boot_id;
    struct list_node *each;

    if (memcmp(boot_id, nobody, sizeof(nobody)) == 0)
        return NULL;
    LIST_EACH(each, &engine->links) {
        struct link *other = CONTAINER_OF(each, struct link, in_engine);

        if (other != link && other->state == LINK_OPEN &&
            memcmp(other->peer->theirs.boot_id, boot_id, sizeof(nobody)) == 0)
            return other;
    }
    return NULL;
}

/*
 * Which of two links of one pair has to go; NULL for neither.
 *
 * Both sides must come to the same answer, or they end both.  Two that this
 * side dialled: the younger goes, and the other side waits for that.  Two
 * that crossed: the one that the higher boot id dialled goes.  An older one
 * that the other side dialled past is dead.
 */
static struct link *
surplus_link(const struct engine *engine, struct link *link, struct link *twin)
{
    bool ours_is_lower =
        memcmp(engine->node.boot_id, link->peer->theirs.boot_id,
               MESSAGE_BOOT_ID_SIZE) < 0;

    if (link->dialled == twin->dialled)
        return link->dialled ? link : NULL;
    if (mono_between(twin->opened, engine->node.now) > LINK_CROSSING_MS)
        return twin;
    return link->dialled == ours_is_lower ? twin : link;
}

static uint64_t
compare_pause(struct engine *engine)
{
    return COMPARE_EVERY_MS - COMPARE_EVERY_MS / 10 +
           entropy_below(engine->config.entropy, COMPARE_EVERY_MS / 5);
}

/* The HELLO of link's peer came: it counts as open. */
static void
count_open(struct engine *engine, struct link *link)
{
    link->state = LINK_OPEN;
    link->opened = engine->node.now;
    engine->open_count++;
    admission_leave(&engine->admission, &link->admitted);
    peer_book_on_linked(&engine->discovery.book, link->peer->theirs.boot_id);
}

static void
open_link(struct engine *engine, struct link *link)
{
    const uint8_t *boot_id = link->peer->theirs.boot_id;
    const struct mono_time now = engine->node.now;
    enum status status = STATUS_OK;
    struct link *surplus = NULL;
    struct link *twin;

    count_open(engine, link);
    status = deadlines_set(&engine->deadlines, &link->timer,
                           mono_after(now, SESSION_LIFE_MS));
    /* One side suffices. */
    if (status == STATUS_OK && link->dialled)
        status = deadlines_set(&engine->deadlines, &link->compare,
                               mono_after(now, compare_pause(engine)));
    if (status != STATUS_OK)
        node_fail(&engine->node, status);
    twin = find_twin(engine, link);
    if (twin != NULL)
        surplus = surplus_link(engine, link, twin);
    if (memcmp(boot_id, engine->node.boot_id, MESSAGE_BOOT_ID_SIZE) == 0)
        surplus = link;
    if (surplus != link && engine->open_count <= engine->node.budget.links)
        engine_tell(engine, EVENT_LINK_OPEN, link);
    if (surplus != NULL)
        engine_end_link(engine, surplus);
    if (link->state == LINK_OPEN &&
        engine->open_count > engine->node.budget.links)
        engine_refuse_link(engine, link);
    engine_shed(engine, link);
}

void
engine_open_link(struct engine *engine, struct link *link)
{
    if (link->state == LINK_SHAKING && link->peer != NULL &&
        link->peer->greeted)
        open_link(engine, link);
}

/* The handshake is done on this side: there is somebody to talk to. */
static enum status
make_peer(struct engine *engine, struct link *link)
{
    const uint8_t wish = link->dialled ? 0 : session_wish(link->session).cells;
    enum status status =
        peer_new(&link->peer, &engine->node, link->id, link->dialled);

    /* Who called asked before there was a peer. */
    if (status == STATUS_OK && link->dialled)
        link->peer->called = link->began;
    if (status == STATUS_OK)
        relay_swap_init(&link->peer->relays, &link->remote,
                        link->road != ENGINE_NEIGHBOUR && link->dialled);
    if (status == STATUS_OK)
        status = peer_greet(link->peer, link->road != ENGINE_NEIGHBOUR, wish);
    return status;
}

/* Message 1 is good: the answer carries our first messages. */
static enum status
on_called(struct engine *engine, struct link *link)
{
    enum status status = make_peer(engine, link);

    if (status == STATUS_OK)
        status =
            session_accept(link->session, byte_view_of_buf(&link->peer->out));
    if (status == STATUS_OK)
        byte_buf_release(&link->peer->out);
    return status;
}

/* A listener that is not convinced reads on for ever. */
static void
on_silent(struct engine *engine, struct link *link)
{
    session_free(link->session);
    link->session = NULL;
    link->state = LINK_SILENT;
    link->admitted.silent = true;
    actions_add_item(&engine->node.actions, link->drain);
    link->drain = NULL;
}

/* The other side has said its last words: what came before them still counts.
 * Of a contact without news all of it may have come at once. */
static void
on_ended(struct engine *engine, struct link *link)
{
    struct peer *peer = link->peer;
    enum status status;

    peer_run(peer);
    if (link->state == LINK_SHAKING && peer->greeted) {
        count_open(engine, link);
        engine_tell(engine, EVENT_LINK_OPEN, link);
    }
    /* Nothing is left unless chunks are missing. */
    status = peer_ask(peer);
    if (status != STATUS_OK)
        node_fail(&engine->node, status);
    if (!peer->settled && peer_is_settled(peer)) {
        peer->settled = true;
        engine_tell(engine, EVENT_SETTLED, link);
    }
    engine_answer_end(engine, link);
}

/* One event; false when the link is not to be asked for more. */
static bool
on_event(struct engine *engine, struct link *link, enum session_event event,
         struct byte_view view, enum status *status)
{
    switch (event) {
    case SESSION_WANTS_MORE:
        return false;
    case SESSION_CALLED:
        *status = on_called(engine, link);
        return *status == STATUS_OK;
    case SESSION_OPENED:
        *status = make_peer(engine, link);
        if (*status == STATUS_OK)
            *status = peer_on_octets(link->peer, view);
        return *status == STATUS_OK;
    case SESSION_MESSAGES:
        *status = peer_on_octets(link->peer, view);
        return *status == STATUS_OK;
    case SESSION_ENDED:
        on_ended(engine, link);
        return false;
    case SESSION_SILENT:
        on_silent(engine, link);
        return false;
    case SESSION_BROKEN:
        engine_close_link(engine, link);
        return false;
    }
    return false;
}

enum status
engine_pump_link(struct engine *engine, struct link *link)
{
    enum status status = STATUS_OK;
    enum session_event event;
    struct byte_view view;

    do
        event = session_next(link->session, &view);
    while (on_event(engine, link, event, view, &status));
    if (status != STATUS_OK || link->peer == NULL)
        return status;
    peer_run(link->peer);
    engine_open_link(engine, link);
    return STATUS_OK;
}
