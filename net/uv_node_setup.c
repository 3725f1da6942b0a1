/*
 * What a node is given before it runs: where to listen, and whom to reach.
 */
#include "net/uv_node_private.h"

#include <errno.h>

#include "core/limits.h"
#include "core/mem.h"
#include "net/uv_clock.h"

void
uv_node_listener_closed(uv_handle_t *handle)
{
    mem_free(CONTAINER_OF(handle, struct listener, handle));
}

/* Links that end take their time; a caller must not be able to hold all
 * descriptors with them. */
static void
close_oldest_ending(struct uv_node *node)
{
    struct uv_link *oldest = NULL;
    struct uv_link *link;
    size_t position;

    MAP_EACH(link, &node->links, position)
        if (uv_link_is_ending(link) &&
            (oldest == NULL || link->id < oldest->id))
            oldest = link;
    if (oldest != NULL)
        uv_link_close(oldest);
}

static void
accept_one(struct listener *listener)
{
    struct uv_node *node = listener->owner;
    struct uv_link *link;
    enum status status;

    if (node->links_alive >= NODE_LINKS_MAX)
        close_oldest_ending(node);
    status = uv_link_accept(&link, (uv_stream_t *)&listener->handle,
                            &node->link_owner);
    listener->one_waits = status == STATUS_NO_MEMORY;
    if (listener->one_waits && !uv_is_active((const uv_handle_t *)&node->retry))
        uv_node_retry_later(node);
    if (status != STATUS_OK)
        return;
    node->links_alive++;
    uv_node_adopt(node, link, listener->road, false, NULL);
}

static void
on_connection(uv_stream_t *stream, int result)
{
    if (result == 0)
        accept_one(CONTAINER_OF(stream, struct listener, handle));
}

void
uv_node_accept_waiting(struct uv_node *node)
{
    struct list_node *each;

    LIST_EACH(each, &node->listeners) {
        struct listener *listener = CONTAINER_OF(each, struct listener, node);

        if (listener->one_waits)
            accept_one(listener);
    }
}

/* A status, and errno, for what libuv said of a bind or listen. */
static enum status
listen_status(int result)
{
    errno = -result; /* libuv's numbers on Unix are errno's, negative */
    if (result == UV_EADDRINUSE)
        return STATUS_EXISTS;
    if (result == UV_EACCES)
        return STATUS_DENIED;
    return STATUS_IO;
}

enum status
uv_node_listen(struct uv_node *node, const struct address *address,
               enum engine_road road, struct address *bound)
{
    struct listener *listener = mem_zalloc(1, sizeof(*listener));
    struct sockaddr_storage local;
    int size = sizeof(local);
    int result;

    if (listener == NULL)
        return STATUS_NO_MEMORY;
    listener->owner = node;
    listener->road = road;
    result = uv_tcp_init(&node->loop, &listener->handle);
    if (result != 0) {
        mem_free(listener);
        return listen_status(result);
    }
    list_append(&node->listeners, &listener->node);
    uv_link_sockaddr(&local, address);
    result = uv_tcp_bind(&listener->handle, (struct sockaddr *)&local,
                         address->is_ipv6 ? UV_TCP_IPV6ONLY : 0);
    if (result == 0)
        result = uv_listen((uv_stream_t *)&listener->handle, NODE_BACKLOG,
                           on_connection);
    if (result == 0)
        result = uv_tcp_getsockname(&listener->handle,
                                    (struct sockaddr *)&local, &size);
    if (result == 0 &&
        uv_link_address(bound, (struct sockaddr *)&local) != STATUS_OK)
        result = UV_EINVAL;
    if (result != 0) {
        list_remove(&listener->node);
        uv_close((uv_handle_t *)&listener->handle, uv_node_listener_closed);
        return listen_status(result);
    }
    if (road == ENGINE_NEIGHBOUR)
        engine_set_listen_port(node->engine, bound->port);
    return STATUS_OK;
}

static void
on_relay_connected(void *context, struct uv_dial *dial, struct uv_link *link,
                   bool no_clock)
{
    struct uv_node *node = context;

    uv_node_adopt(node, link, no_clock ? ENGINE_RELAY_NO_CLOCK : ENGINE_RELAY,
                  true, uv_dial_line(dial));
}

static void
on_relay_failed(void *context, struct uv_dial *dial)
{
    struct uv_node *node = context;
    struct relay *relay = uv_node_relay_of(node, dial);

    if (relay != NULL && relay->learned)
        uv_node_on_learned(node, false);
    else if (relay != NULL)
        relay->given_up = true;
    uv_node_try_learned(node);
    uv_node_check_done(node);
}

enum status
uv_node_make_relay(struct uv_node *node, const struct relay_line *line,
                   bool learned, struct relay **out)
{
    struct uv_dial_config config = {
        .loop = &node->loop,
        .entropy = node->config.engine.entropy,
        .line = line,
        .once = learned || node->config.engine.one_contact,
        .learned = learned,
        .owner = node->link_owner,
        .on_connected = on_relay_connected,
        .on_failed = on_relay_failed,
        .links_alive = &node->links_alive,
    };
    struct relay *relay = mem_zalloc(1, sizeof(*relay));
    enum status status;

    *out = NULL;
    if (relay == NULL)
        return STATUS_NO_MEMORY;
    relay->learned = learned;
    status = uv_dial_new(&relay->dial, &config);
    if (status != STATUS_OK) {
        mem_free(relay);
        return status;
    }
    list_append(&node->relays, &relay->node);
    uv_node_count_relay(node, relay, &node->figures.relays);
    *out = relay;
    return STATUS_OK;
}

enum status
uv_node_add_relay(struct uv_node *node, const struct relay_line *line)
{
    struct relay *relay;

    return uv_node_make_relay(node, line, false, &relay);
}

void
uv_node_add_learned(struct uv_node *node)
{
    node->tries_learned = node->config.engine.relays != NULL;
}

enum status
uv_node_add_neighbour(struct uv_node *node, const struct address *address)
{
    struct neighbour *neighbour = mem_zalloc(1, sizeof(*neighbour));

    if (neighbour == NULL)
        return STATUS_NO_MEMORY;
    neighbour->address = *address;
    list_append(&node->neighbours, &neighbour->node);
    return STATUS_OK;
}

enum status
uv_node_publish(struct uv_node *node, const struct record_id *id)
{
    node->dirty = true;
    return engine_on_published(node->engine, id, uv_clock_now(&node->loop));
}

enum status
uv_node_save_refused(const struct uv_node *node, const uint8_t policy[32],
                     struct byte_buf *out)
{
    return engine_save_refused(node->engine, policy, out);
}

enum status
uv_node_load_refused(struct uv_node *node, const uint8_t policy[32],
                     struct byte_view octets)
{
    return engine_load_refused(node->engine, policy, octets);
}

void
uv_node_policy_changed(struct uv_node *node)
{
    node->dirty = true;
    engine_on_policy_changed(node->engine, uv_clock_now(&node->loop));
}
