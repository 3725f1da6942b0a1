/*
 * A link's life: it begins, octets come and go, it ends.
 */
#include <string.h>

#include "core/mem.h"
#include "net/engine_private.h"

struct link *
engine_find_link(const struct engine *engine, struct link_id id)
{
    return map_get(&engine->by_id, &id);
}

void
engine_tell(struct engine *engine, enum event_kind kind,
            const struct link *link)
{
    enum status status = node_tell(&engine->node, kind, link->id, NULL);

    if (status != STATUS_OK)
        node_fail(&engine->node, status);
}

/* The link is of no use any more: let go of all but its place. */
static void
retire(struct engine *engine, struct link *link)
{
    deadlines_cancel(&engine->deadlines, &link->timer);
    deadlines_cancel(&engine->deadlines, &link->compare);
    deadlines_cancel(&engine->deadlines, &link->answer);
    admission_leave(&engine->admission, &link->admitted);
    if (link->state == LINK_OPEN) {
        engine->open_count--;
        discovery_on_unlinked(&engine->discovery, link->peer->theirs.boot_id,
                              engine_rest(engine, link), engine->node.now);
    }
    peer_free(link->peer);
    link->peer = NULL;
    session_free(link->session);
    link->session = NULL;
}

void
engine_free_link(struct engine *engine, struct link *link)
{
    retire(engine, link);
    actions_free_item(link->end);
    actions_free_item(link->drain);
    (void)map_remove(&engine->by_id, &link->id);
    list_remove(&link->in_engine);
    engine->link_count--;
    mem_free(link);
}

/* Ask the host for the end of link, once. */
static void
finish(struct engine *engine, struct link *link, enum action_kind kind)
{
    retire(engine, link);
    if (link->state == LINK_ENDING)
        return;
    link->state = LINK_ENDING;
    link->end->action.kind = kind;
    actions_add_item(&engine->node.actions, link->end);
    link->end = NULL;
}

void
engine_close_link(struct engine *engine, struct link *link)
{
    if (link->state == LINK_OPEN)
        engine_tell(engine, EVENT_LINK_LOST, link);
    finish(engine, link, ACTION_CLOSE);
}

/* Hand the host what the session has for it; last: nothing comes after it. */
static enum status
hand_over(struct engine *engine, struct link *link, bool last)
{
    const struct action action = {
        .kind = ACTION_SEND, .link = link->id, .last = last};
    struct byte_buf *output = session_output(link->session);
    const size_t size = output->size;
    enum status status;

    if (size == 0)
        return STATUS_OK;
    status = actions_add_bytes(&engine->node.actions, &action, output);
    if (status != STATUS_OK)
        return status;
    engine->figures.octets_out += size;
    link->asked = true;
    if (link->peer != NULL)
        link->peer->unsent += size;
    return STATUS_OK;
}

/* Give the session what the peer has written. */
static enum status
write_messages(struct link *link)
{
    struct peer *peer = link->peer;
    enum status status;

    if (peer == NULL || peer->out.size == 0)
        return STATUS_OK;
    status = session_write(link->session, byte_view_of_buf(&peer->out));
    byte_buf_release(&peer->out);
    return status;
}

void
engine_drop_link(struct engine *engine, struct link *link)
{
    if (link->state == LINK_OPEN)
        engine_tell(engine, EVENT_LINK_LOST, link);
    finish(engine, link, ACTION_EVICT);
}

enum status
engine_flush_link(struct engine *engine, struct link *link)
{
    const bool speaks = link->peer != NULL && link->peer->out.size > 0;
    enum status status = write_messages(link);

    if (status == STATUS_OK && speaks)
        status = session_flush(link->session);
    return status == STATUS_OK ? hand_over(engine, link, false) : status;
}

void
engine_end_link(struct engine *engine, struct link *link)
{
    enum status status = STATUS_OK;

    if (link->session != NULL && session_is_open(link->session)) {
        status = write_messages(link);
        if (status == STATUS_OK)
            status = session_end(link->session);
        if (status == STATUS_OK)
            status = hand_over(engine, link, true);
    }
    /* Without memory for last words the link is lost. */
    if (status != STATUS_OK)
        engine_close_link(engine, link);
    else
        finish(engine, link, ACTION_CLOSE);
}

void
engine_answer_end(struct engine *engine, struct link *link)
{
    finish(engine, link, ACTION_CLOSE);
}

/* A new session for link, which calls or was called. */
static enum status
start_session(struct engine *engine, struct link *link,
              const struct relay_line *relay)
{
    const struct engine_config *config = &engine->config;
    /* The same for everybody, so that it says nothing of us. */
    const struct session_wish wish = {.version = 1, .cells = SESSION_CELLS_FIT};
    struct session_config session = {.hour = engine_hour(engine)};
    enum status status;

    if (link->road == ENGINE_NEIGHBOUR) {
        session.pattern = SESSION_NN;
        memcpy(session.secret, config->community.secret,
               sizeof(session.secret));
    } else {
        session.pattern = SESSION_NK;
        memcpy(session.secret,
               relay != NULL ? relay->secret : config->relay_secret,
               sizeof(session.secret));
        session.shape = relay != NULL ? relay->shape : config->relay_shape;
        session.relay = relay != NULL ? relay->key : engine->relay_public;
        session.relay_secret = &config->relay_key;
        session.replay = config->relay_replay;
        if (link->road == ENGINE_RELAY_NO_CLOCK)
            session.hour = 0;
    }
    status =
        link->dialled
            ? session_call(&link->session, &session, &wish, config->entropy)
            : session_listen(&link->session, &session, config->entropy);
    mem_wipe(&session, sizeof(session));
    return status;
}

/* Make room for a caller that may be anyone. */
static void
admit(struct engine *engine, struct link *link, const struct address *remote)
{
    struct admission_entry *victim =
        admission_victim(&engine->admission, remote);

    if (victim != NULL)
        finish(engine, CONTAINER_OF(victim, struct link, admitted),
               ACTION_EVICT);
    admission_enter(&engine->admission, &link->admitted, remote);
}

static enum status
make_link(struct engine *engine, struct link **out, struct link_id id)
{
    struct link *link = mem_zalloc(1, sizeof(*link));
    enum status status;

    *out = NULL;
    if (link == NULL)
        return STATUS_NO_MEMORY;
    link->id = id;
    link->began = engine->node.now;
    admission_entry_init(&link->admitted);
    deadline_init(&link->timer);
    deadline_init(&link->compare);
    deadline_init(&link->answer);
    list_init(&link->in_engine);
    link->end = actions_new_item(ACTION_CLOSE, id);
    link->drain = actions_new_item(ACTION_DRAIN, id);
    status =
        deadlines_reserve(&engine->deadlines, 3 * (engine->link_count + 1));
    if (status == STATUS_OK && (link->end == NULL || link->drain == NULL))
        status = STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = map_put(&engine->by_id, &id, link);
    if (status != STATUS_OK) {
        actions_free_item(link->end);
        actions_free_item(link->drain);
        mem_free(link);
        return status;
    }
    list_append(&engine->links, &link->in_engine);
    engine->link_count++;
    *out = link;
    return STATUS_OK;
}

enum status
engine_on_link(struct engine *engine,
               const struct engine_connection *connection, struct mono_time now)
{
    struct link *link;
    enum status status;

    engine_enter(engine, now);
    status = make_link(engine, &link, connection->link);
    if (status != STATUS_OK)
        return status;
    engine->began = mono_earlier(engine->began, now);
    link->road = connection->road;
    link->dialled = connection->dialled;
    link->remote = connection->remote;
    link->chosen = engine_is_choice(engine, link);
    if (engine->shutting_down || (link->road != ENGINE_NEIGHBOUR &&
                                  !link->dialled && !engine->config.is_relay)) {
        engine_close_link(engine, link);
        return STATUS_OK;
    }
    status = start_session(engine, link, connection->relay);
    if (status == STATUS_OK && link->dialled)
        status = deadlines_set(&engine->deadlines, &link->timer,
                               mono_after(now, LINK_HANDSHAKE_MS));
    if (status == STATUS_OK)
        status = engine_flush_link(engine, link);
    if (status != STATUS_OK) {
        engine_free_link(engine, link);
        return status;
    }
    if (!link->dialled)
        admit(engine, link, &connection->remote);
    return STATUS_OK;
}

enum status
engine_on_bytes(struct engine *engine, struct link_id id,
                struct byte_view bytes, struct mono_time now)
{
    static const size_t input_piece = SESSION_INPUT_MAX / 4;
    struct link *link = engine_find_link(engine, id);
    enum status status = STATUS_OK;

    engine_enter(engine, now);
    if (link == NULL || link->session == NULL)
        return STATUS_OK;
    engine->figures.octets_in += bytes.size;
    deadlines_cancel(&engine->deadlines, &link->answer);
    if (link->asked) {
        link->asked = false;
        if (++link->round_trips > engine->figures.round_trips)
            engine->figures.round_trips = link->round_trips;
    }
    /* A session takes no more at a time than it can keep. */
    while (status == STATUS_OK && bytes.size > 0 && link->session != NULL) {
        status = session_on_bytes(link->session,
                                  byte_view_slice(bytes, 0, input_piece));
        if (status == STATUS_OK)
            status = engine_pump_link(engine, link);
        bytes = byte_view_slice(bytes, input_piece, bytes.size);
    }
    if (status == STATUS_OK)
        return status;
    /* The store's failures are the turn's too. */
    if (status != STATUS_NO_MEMORY)
        node_fail(&engine->node, status);
    engine_close_link(engine, link);
    return status;
}

void
engine_on_unsent(struct engine *engine, struct link_id id, size_t octets,
                 struct mono_time now)
{
    struct link *link = engine_find_link(engine, id);

    engine_enter(engine, now);
    if (link == NULL || link->peer == NULL)
        return;
    link->peer->unsent = octets;
    pace_on_unsent(&link->peer->pace, octets, now);
    peer_run(link->peer);
}

void
engine_on_sending(struct engine *engine, struct link_id id,
                  struct mono_time now)
{
    struct link *link = engine_find_link(engine, id);

    if (link != NULL && link->peer != NULL)
        pace_on_unsent(&link->peer->pace, link->peer->unsent, now);
}

void
engine_on_closed(struct engine *engine, struct link_id id, struct mono_time now)
{
    struct link *link = engine_find_link(engine, id);

    engine_enter(engine, now);
    if (link == NULL)
        return;
    if (link->state == LINK_OPEN)
        engine_tell(engine, EVENT_LINK_LOST, link);
    engine_free_link(engine, link);
}
