/*
 * What happens on this side: time, beacons, records of this home.
 */
#include <string.h>

#include "net/engine_private.h"
#include "net/refused_file.h"

/* Send a beacon if one is due. */
static void
beacon(struct engine *engine)
{
    struct action action = {.kind = ACTION_BEACON};
    uint8_t octets[BEACON_SIZE];
    struct byte_buf buf;
    enum status status;

    if (!discovery_beacon(&engine->discovery, octets, engine->node.now))
        return;
    byte_buf_init(&buf, sizeof(octets));
    status = byte_buf_set(&buf, byte_view_of(octets, sizeof(octets)));
    if (status == STATUS_OK)
        status = actions_add_bytes(&engine->node.actions, &action, &buf);
    byte_buf_release(&buf);
    if (status != STATUS_OK)
        node_fail(&engine->node, status);
}

/* A timer of link has run out. */
static void
on_timer(struct engine *engine, struct link *link)
{
    if (link->state == LINK_OPEN)
        engine_end_link(engine, link);
    else
        engine_close_link(engine, link);
}

static void
on_compare(struct engine *engine, struct link *link)
{
    link->peer->compare.again = true;
    link->peer->fetch.search = true;
    if (deadlines_set(&engine->deadlines, &link->compare,
                      mono_after(engine->node.now, COMPARE_EVERY_MS)) !=
        STATUS_OK)
        node_fail(&engine->node, STATUS_NO_MEMORY);
}

/* Let peers that had to wait go on, those behind the first one first: so that
 * one that always has work does not keep the others from it. */
static void
run_peers(struct engine *engine)
{
    struct list_node *peers = &engine->node.peers;
    struct list_node *each;

    LIST_EACH(each, peers)
        peer_run(CONTAINER_OF(each, struct peer, in_node));
    if (!list_is_empty(peers)) {
        struct list_node *first = peers->next;

        list_remove(first);
        list_append(peers, first);
    }
}

void
engine_on_time(struct engine *engine, struct mono_time now)
{
    struct deadline *due;
    enum status status;

    engine_enter(engine, now);
    for (due = deadlines_take_due(&engine->deadlines, now); due != NULL;
         due = deadlines_take_due(&engine->deadlines, now)) {
        struct list_node *each;
        struct list_node *after;

        LIST_EACH_SAFE(each, after, &engine->links) {
            struct link *link = CONTAINER_OF(each, struct link, in_engine);

            if (due == &link->timer)
                on_timer(engine, link);
            else if (due == &link->compare)
                on_compare(engine, link);
            else if (due == &link->answer)
                engine_drop_link(engine, link);
        }
    }
    status = gossip_on_time(&engine->node);
    if (status != STATUS_OK)
        node_fail(&engine->node, status);
    run_peers(engine);
    engine_choose(engine);
    beacon(engine);
}

void
engine_on_dial_failed(struct engine *engine, const struct address *address,
                      struct mono_time now)
{
    engine_enter(engine, now);
    peer_book_on_dial_failed(&engine->discovery.book, address, now);
    discovery_choose_soon(&engine->discovery, now);
}

void
engine_on_interfaces(struct engine *engine, struct mono_time now)
{
    engine_enter(engine, now);
    discovery_on_news(&engine->discovery, now);
}

void
engine_on_datagram(struct engine *engine, const struct address *from,
                   struct byte_view bytes, struct mono_time now)
{
    struct action action = {.address = *from};
    uint8_t reply[BEACON_SIZE];
    struct beacon heard;
    struct byte_buf buf;
    enum status status = STATUS_OK;

    engine_enter(engine, now);
    if (engine->shutting_down ||
        !discovery_open(&engine->discovery, &heard, bytes))
        return;
    byte_buf_init(&buf, sizeof(reply));
    switch (discovery_on_beacon(&engine->discovery, &heard,
                                engine_need(engine, heard.boot_id),
                                &action.address, reply, now)) {
    case DISCOVERY_IGNORE:
        break;
    case DISCOVERY_DIAL:
        action.kind = ACTION_DIAL;
        status = actions_add(&engine->node.actions, &action);
        break;
    case DISCOVERY_ANSWER:
        action.kind = ACTION_DATAGRAM;
        status = byte_buf_set(&buf, byte_view_of(reply, sizeof(reply)));
        if (status == STATUS_OK)
            status = actions_add_bytes(&engine->node.actions, &action, &buf);
        break;
    }
    byte_buf_release(&buf);
    if (status != STATUS_OK)
        node_fail(&engine->node, status);
}

enum status
engine_on_published(struct engine *engine, const struct record_id *id,
                    struct mono_time now)
{
    struct node *node = &engine->node;
    struct store_row row;
    enum status status;

    engine_enter(engine, now);
    status = store_get_row(node->config.store, id, &row);
    if (status == STATUS_OK)
        status = node_touch(node, row.set, row.date);
    if (status == STATUS_OK)
        status = gossip_on_arrival(node, id);
    if (status == STATUS_OK)
        status = node_pass_on(node, id, row.set, row.date, wide_begin(node));
    if (status == STATUS_OK)
        discovery_on_news(&engine->discovery, now);
    return status;
}

/* Compare again with everybody. */
static void
compare_all(struct engine *engine)
{
    struct list_node *each;

    LIST_EACH(each, &engine->node.peers) {
        struct peer *peer = CONTAINER_OF(each, struct peer, in_node);

        peer->compare.again = true;
        peer->fetch.search = true;
        peer->said_done = false;
    }
}

enum status
engine_on_store_changed(struct engine *engine, struct mono_time now)
{
    enum status status;

    engine_enter(engine, now);
    /* Whoever wrote may have made room. */
    engine->node.no_room[STORE_FOLLOWED] = false;
    engine->node.no_room[STORE_OTHER] = false;
    status = node_reload(&engine->node);
    if (status != STATUS_OK)
        return status;
    compare_all(engine);
    discovery_on_news(&engine->discovery, now);
    return STATUS_OK;
}

bool
engine_is_open(const struct engine *engine, struct link_id id)
{
    const struct link *link = engine_find_link(engine, id);

    return link != NULL && link->state == LINK_OPEN;
}

bool
engine_is_settled(const struct engine *engine, struct link_id id)
{
    return engine_is_open(engine, id) &&
           engine_find_link(engine, id)->peer->settled;
}

void
engine_compare(struct engine *engine, struct link_id id, struct mono_time now)
{
    struct link *link = engine_find_link(engine, id);

    engine_enter(engine, now);
    if (link == NULL || link->state != LINK_OPEN)
        return;
    link->peer->compare.again = true;
    link->peer->fetch.search = true;
    link->peer->settled = false;
    if (deadlines_set(&engine->deadlines, &link->answer,
                      mono_after(now, LINK_ANSWER_MS)) != STATUS_OK)
        node_fail(&engine->node, STATUS_NO_MEMORY);
}

enum status
engine_save_refused(const struct engine *engine, const uint8_t policy[32],
                    struct byte_buf *out)
{
    return refused_save(&engine->node.refused, policy, out);
}

enum status
engine_load_refused(struct engine *engine, const uint8_t policy[32],
                    struct byte_view octets)
{
    struct node *node = &engine->node;
    enum status status = refused_load(&node->refused, policy, octets);

    if (status == STATUS_OK && node->refused.count > 0)
        status = window_load(&node->wide);
    return status;
}

void
engine_on_policy_changed(struct engine *engine, struct mono_time now)
{
    struct node *node = &engine->node;

    engine_enter(engine, now);
    refused_release(&node->refused);
    window_release(&node->wide);
    node->no_room[STORE_FOLLOWED] = false;
    node->no_room[STORE_OTHER] = false;
    compare_all(engine);
}

void
engine_shut_down(struct engine *engine, struct mono_time now)
{
    struct list_node *each;
    struct list_node *after;

    engine_enter(engine, now);
    engine->shutting_down = true;
    engine->discovery.enabled = false;
    LIST_EACH_SAFE(each, after, &engine->links)
        engine_end_link(engine, CONTAINER_OF(each, struct link, in_engine));
}
