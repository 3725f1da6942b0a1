/*
 * A node on this machine: the engine (net/engine.h) with sockets, a clock and
 * a store around it.
 *
 *     uv_node_new, then any of uv_node_listen, _add_relay, _add_neighbour,
 *     _publish, then uv_node_run, then uv_node_free.
 *
 * One thread; the callbacks of the config come from within uv_node_run.
 */
#ifndef P2PUB_NET_UV_NODE_H
#define P2PUB_NET_UV_NODE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/status.h"
#include "net/action.h"
#include "net/address.h"
#include "net/engine.h"
#include "net/relay_line.h"

struct uv_node;

struct uv_node_config {
    struct engine_config engine; /* beacons: find neighbours and be found;
                                    listen_port is filled in */
    const char *home;            /* hold its lock and its local socket; NULL for
                                    a command that is no daemon */
    void *context;
    /* Something happened (ACTION_EVENT); may be NULL. */
    void (*on_event)(void *context, const struct action *event);
    /* The home's files changed: follows, relays.  May be NULL. */
    void (*on_changed)(void *context);
    /* A turn was committed and its actions are about to be carried out; what
     * must be on disk before anything leaves is written here (the hellos that
     * a relay answered).  On failure the node stops.  May be NULL. */
    enum status (*on_turn)(void *context);
};

/*
 * Make a node; free *out with uv_node_free.
 *   STATUS_EXISTS  another daemon runs in this home
 *   STATUS_IO      no socket for beacons, no loop
 *   and the store's, STATUS_NO_MEMORY.
 */
enum status uv_node_new(struct uv_node **out,
                        const struct uv_node_config *config) MUST_CHECK;

/* Close everything and free.  NULL is allowed. */
void uv_node_free(struct uv_node *node);

/*
 * Listen at address for links of road; *bound is where, with the port that the
 * system chose for port 0.
 *   STATUS_EXISTS  the port is in use
 *   STATUS_DENIED  not allowed to use it (ports below 1024)
 *   STATUS_IO      any other reason, in errno; STATUS_NO_MEMORY
 */
enum status uv_node_listen(struct uv_node *node, const struct address *address,
                           enum engine_road road,
                           struct address *bound) MUST_CHECK;

/* Keep a link to the relay of line, copied.  STATUS_NO_MEMORY, STATUS_IO. */
enum status uv_node_add_relay(struct uv_node *node,
                              const struct relay_line *line) MUST_CHECK;

/* Also reach relays of config.engine.relays that other nodes told of, while none
 * of those that were added can be reached. */
void uv_node_add_learned(struct uv_node *node);

/* Keep a link to the neighbour at address.  STATUS_NO_MEMORY. */
enum status uv_node_add_neighbour(struct uv_node *node,
                                  const struct address *address) MUST_CHECK;

/* Pass on a record that was just stored by this process; see
 * engine_on_published. */
enum status uv_node_publish(struct uv_node *node,
                            const struct record_id *id) MUST_CHECK;

/* As engine_save_refused, engine_load_refused, engine_on_policy_changed. */
enum status uv_node_save_refused(const struct uv_node *node,
                                 const uint8_t policy[32],
                                 struct byte_buf *out) MUST_CHECK;
enum status uv_node_load_refused(struct uv_node *node, const uint8_t policy[32],
                                 struct byte_view octets) MUST_CHECK;
void uv_node_policy_changed(struct uv_node *node);

/*
 * Run until SIGINT or SIGTERM (*signal_number says which), uv_node_stop, the
 * given time (milliseconds, 0 for none), or, in a node of one contact, until
 * everybody was met and discover milliseconds have passed for neighbours to be
 * heard.  Links are ended in order.  STATUS_OK, or what the store said when it
 * can take no more.
 */
enum status uv_node_run(struct uv_node *node, uint64_t milliseconds,
                        uint64_t discover, int *signal_number) MUST_CHECK;

/* End uv_node_run soon; may be called from a callback. */
void uv_node_stop(struct uv_node *node);

struct uv_node_figures {
    struct engine_figures engine;
    uint32_t contacts;     /* handshakes done */
    uint32_t settled;      /* contacts that ended with nothing left to say */
    uint32_t relays;       /* lines given */
    uint32_t relays_met;   /* relays with which a handshake was done */
    uint64_t milliseconds; /* since uv_node_run began */
};

struct uv_node_figures uv_node_figures(const struct uv_node *node);

#endif
