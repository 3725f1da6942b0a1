/*
 * What net/uv_node.c, uv_node_learned.c, uv_node_setup.c, uv_node_sync.c and
 * uv_node_turn.c share; nobody else includes it.
 */
#ifndef P2PUB_NET_UV_NODE_PRIVATE_H
#define P2PUB_NET_UV_NODE_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "core/limits.h"
#include "core/list.h"
#include "core/map.h"
#include "net/uv_beacon.h"
#include "net/uv_control.h"
#include "net/uv_dial.h"
#include "net/uv_link.h"
#include "net/uv_node.h"

struct listener {
    struct list_node node;
    struct uv_node *owner;
    uv_tcp_t handle;
    enum engine_road road;
    bool one_waits; /* a caller for whom there was no memory */
};

/* A neighbour whose address was typed. */
struct neighbour {
    struct list_node node;
    struct address address;
    bool busy; /* a link to it is there or on its way */
    bool tried;
};

struct relay {
    struct list_node node;
    struct uv_dial *dial;
    bool met;
    bool given_up; /* a round came to nothing since it was last open */
    bool learned;  /* other nodes told of it */
};

struct uv_node {
    struct uv_node_config config;
    struct engine *engine;
    uv_loop_t loop;
    uv_prepare_t prepare;
    uv_timer_t timer;    /* the engine's deadline */
    uv_timer_t retry;    /* typed neighbours, and callers that wait */
    uv_timer_t limit;    /* the end of the run, then of its goodbyes */
    uv_timer_t discover; /* the end of waiting for neighbours */
    uv_timer_t patience; /* the end of a sync that clients wait for */
    uv_signal_t on_interrupt;
    uv_signal_t on_terminate;
    struct uv_link_owner link_owner;
    struct list_node listeners;
    struct list_node relays;
    struct list_node neighbours;
    uv_timer_t learned_timer; /* when the next learned relay may be tried */
    bool tries_learned;
    struct relay *learned; /* the one that is tried, or open; in relays */
    unsigned learned_tries;
    struct mono_time learned_after; /* none is tried until then */
    struct map links;               /* by id */
    uint64_t last_link;
    size_t links_alive; /* connecting ones included */
    struct uv_beacon *beacon;
    struct uv_control *control;
    bool dirty;     /* the engine was told something since the last turn */
    bool paused;    /* some link is */
    size_t brought; /* octets that links brought since the last turn */
    struct mono_time turn_began;       /* when the first of them came */
    bool discovering;                  /* neighbours may still be heard */
    bool syncing;                      /* clients wait for a sync */
    struct relay *sync_relay;          /* with this one alone, or NULL */
    struct engine_figures before_sync; /* only valid when syncing */
    bool ending;                       /* goodbyes were said */
    bool running;
    int signal_number;
    enum status failure; /* the store's */
    struct mono_time began;
    struct uv_node_figures figures;
    uint8_t read_buffer[NODE_READ_SIZE];
};

/* uv_node_turn.c */

void uv_node_links_init(struct uv_node *node);
void uv_node_turn(struct uv_node *node);

/* Tell the engine of link, and begin to read. */
void uv_node_adopt(struct uv_node *node, struct uv_link *link,
                   enum engine_road road, bool dialled,
                   const struct relay_line *line);

/* Connect to a neighbour; typed is NULL when a beacon named it. */
void uv_node_dial_neighbour(struct uv_node *node, const struct address *address,
                            struct neighbour *typed);

/* The struct relay that dials by dial. */
struct relay *uv_node_relay_of(struct uv_node *node,
                               const struct uv_dial *dial);

/* uv_node_setup.c */

/* The close callback of a struct listener: frees it. */
void uv_node_listener_closed(uv_handle_t *handle);

/* Callers for whom there was no memory: try again. */
void uv_node_accept_waiting(struct uv_node *node);

/* uv_node_sync.c */

/* Answer CONTROL_SYNC, and ask. */
void uv_node_sync(struct uv_node *node, const struct control_line *line,
                  struct control_line *answer);

/* Tell clients if all that were asked have answered; over: or have not. */
void uv_node_sync_check(struct uv_node *node, bool over);

/* Make a relay, and its dial. */
enum status uv_node_make_relay(struct uv_node *node,
                               const struct relay_line *line, bool learned,
                               struct relay **out) MUST_CHECK;

/* uv_node_learned.c */

/* One more in a figure of relays: in a node that runs on, those that come and
 * go do not count. */
void uv_node_count_relay(const struct uv_node *node, const struct relay *relay,
                         uint32_t *figure);

/* Try one of the learned relays if that is due, or come back when it is. */
void uv_node_try_learned(struct uv_node *node);

/* The one that was tried answered, or did not. */
void uv_node_on_learned(struct uv_node *node, bool answered);

/* It is of no use any more. */
void uv_node_drop_learned(struct uv_node *node);

/* uv_node.c */

/* Wait so many milliseconds for neighbours to be heard. */
void uv_node_discover(struct uv_node *node, uint64_t milliseconds);

/* Try again what did not work, in NODE_RETRY_MS. */
void uv_node_retry_later(struct uv_node *node);

/* In a node of one contact: end the run if nobody is left to meet. */
void uv_node_check_done(struct uv_node *node);

/* Say goodbye on every link, and leave the loop soon. */
void uv_node_begin_end(struct uv_node *node);

#endif
