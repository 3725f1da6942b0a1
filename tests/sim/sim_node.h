/*
 * A node of the simulator: a station that holds the engine of the daemon, a
 * store in memory, and a clock that may be wrong.
 */
#ifndef P2PUB_TESTS_SIM_SIM_NODE_H
#define P2PUB_TESTS_SIM_SIM_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/store.h"
#include "core/dh.h"
#include "core/entropy.h"
#include "net/engine.h"
#include "tests/sim/sim_net.h"

struct replay;
struct sim_node;

/* Relays that one node knows. */
#define SIM_RELAYS_MAX ((size_t)4)

/* What its nodes tell the world. */
struct sim_node_owner {
    /* An event of node; connection and end are NULL and 0 where it is about
     * no link. */
    void (*on_event)(void *context, struct sim_node *node,
                     const struct sim_connection *connection, size_t end,
                     const struct action *action);
    /* A turn has ended, and its actions are carried out. */
    void (*on_turn)(void *context, struct sim_node *node);
    /* A turn failed. */
    void (*on_failure)(void *context, struct sim_node *node,
                       enum status status);
    enum store_class (*keeping)(void *context, const struct sim_node *node,
                                const struct key_author *author);
    void *context;
};

/* Keeps a link to one relay. */
struct sim_client {
    struct sim_node *node;
    struct sim_node *relay;
    struct sim_event event;
    struct sim_connection *connection; /* NULL for none */
    unsigned failures;                 /* in a row */
    bool open;                         /* the handshake is done */
    bool met_silence;
    bool no_clock;
};

struct sim_node {
    struct sim_station station;
    const struct sim_node_owner *owner;
    struct entropy entropy;
    struct store *store;
    size_t memory;           /* octets of its engine, 0 for the default */
    struct engine *engine;   /* NULL while it is off */
    struct byte_buf refused; /* what its engine remembered when it ended */
    struct sim_event turn;
    struct mono_time turn_at; /* only valid while the turn is set */
    uint64_t brought;         /* octets since the last turn */
    bool beacons;
    bool listens;
    bool has_no_clock;
    int64_t clock_wrong; /* seconds that its clock is ahead */
    bool follows_all;
    size_t follow_first; /* authors that it follows, by number */
    size_t follow_count;
    size_t client_count;
    struct sim_client clients[SIM_RELAYS_MAX];
    struct replay *replay; /* of a relay, and what follows */
    struct dh_secret relay_key;
    struct relay_line line;
};

/* A node that is off; its settings may be changed before sim_node_start.
 * budget: octets of its store, 0 for the default.  The net frees it. */
struct sim_node *sim_node_new(struct sim_net *net, uint64_t seed,
                              const struct sim_node_owner *owner,
                              uint64_t budget);

/* The node behind station, or NULL if it is of another kind. */
struct sim_node *sim_node_of(struct sim_station *station);

void sim_node_start(struct sim_node *node);

/* The process ends in order; sim_node_start goes on from there. */
void sim_node_end(struct sim_node *node);

/* The process dies without a word; machine_runs: its kernel says so. */
void sim_node_stop(struct sim_node *node, bool machine_runs);

/* It was told something from outside: let it work. */
void sim_node_poke(struct sim_node *node);

/* A record was put into its store. */
void sim_node_publish(struct sim_node *node, const struct record_id *id);

/* Relays (sim_relay.c). */

/* Make a node that is off a relay, with a key of its own. */
void sim_relay_make(struct sim_node *node);

/* The same for the engine's settings. */
void sim_relay_config(const struct sim_node *node,
                      struct engine_config *config);

/* Node holds the line of relay from now on. */
void sim_relay_add(struct sim_node *node, struct sim_node *relay);

/* What happens to connections that clients made. */
void sim_relay_on_link(struct sim_connection *connection);
void sim_relay_on_open(struct sim_connection *connection);
void sim_relay_on_ended(struct sim_connection *connection);

/* All clients begin anew, or stop. */
void sim_relay_begin(struct sim_node *node);
void sim_relay_stop(struct sim_node *node);
void sim_relay_release(struct sim_node *node);

#endif
