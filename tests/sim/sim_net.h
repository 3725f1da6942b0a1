/*
 * The network between stations: virtual time, connections, local networks
 * and the roads abroad.
 *
 * It knows nothing of engines: a station is anything that can be told of
 * connections, octets and datagrams (struct sim_station_ops).  Events run in
 * the order of their time, and of their being set where times are equal, so
 * that the same seed gives the same run.
 */
#ifndef P2PUB_TESTS_SIM_SIM_NET_H
#define P2PUB_TESTS_SIM_SIM_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/bytes.h"
#include "core/deadlines.h"
#include "core/entropy.h"
#include "core/hash.h"
#include "core/list.h"
#include "core/map.h"
#include "net/address.h"
#include "net/engine.h"
#include "tests/sim/sim_base.h"
#include "tests/sim/sim_link.h"

struct sim_connection;
struct sim_net;
struct sim_station;

/* What the network tells a station.  None may be NULL. */
struct sim_station_ops {
    void (*on_link)(struct sim_station *station,
                    struct sim_connection *connection, size_t end);
    void (*on_dial_failed)(struct sim_station *station,
                           struct sim_connection *connection);
    void (*on_octets)(struct sim_station *station,
                      struct sim_connection *connection, size_t end,
                      struct byte_view octets);
    void (*on_unsent)(struct sim_station *station,
                      struct sim_connection *connection, size_t end);
    void (*on_ended)(struct sim_station *station,
                     struct sim_connection *connection, size_t end);
    void (*on_datagram)(struct sim_station *station, const struct address *from,
                        struct byte_view octets);
    void (*on_interfaces)(struct sim_station *station);
    void (*free)(struct sim_station *station);
};

/* A local network: whoever is in it can reach all others in it. */
struct sim_lan {
    struct list_node stations;
    struct sim_road road;
    bool has_road; /* to the relays abroad */
};

struct sim_station {
    const struct sim_station_ops *ops;
    struct sim_net *net;
    size_t index;
    struct address address;
    bool is_up;
    bool is_relay;       /* reachable from every LAN that has a road */
    struct sim_lan *lan; /* NULL for one that is nowhere */
    struct list_node in_lan;
    struct list_node connections; /* struct sim_end */
};

/* One end of a connection. */
struct sim_end {
    struct list_node in_station;
    struct sim_station *station;
    struct link_id id;
    bool told;    /* the station knows of it */
    bool drained; /* it reads on and looks at nothing */
};

struct sim_connection {
    struct list_node in_net;
    struct sim_net *net;
    struct sim_link link;
    struct sim_end ends[2]; /* the caller's first */
    struct sim_event event;
    struct address dialled; /* what the caller asked for */
    enum engine_road road;
    const struct relay_line *line; /* of the caller's, or NULL */
    void *cookie;                  /* the caller's */
    bool opening;
    bool fixed; /* a wire of its own, whatever LANs say */
};

struct sim_net {
    struct mono_time now;
    struct deadlines queue;
    struct entropy entropy;
    int64_t wall; /* seconds since 1970 when now is 0 */
    size_t station_count;
    size_t station_capacity;
    struct sim_station **stations;
    struct list_node connections;
    struct list_node datagrams; /* on their way */
    struct map by_id;           /* link_id to sim_connection */
    uint64_t last_id;
    struct sim_road abroad; /* between a LAN and the relays */
    uint64_t octets;        /* given to connections that are over */
    uint64_t wire;          /* the same with headers */
    uint64_t beacon_wire;   /* octets of datagrams, with headers */
    uint64_t steps;
    struct hash_stream trace;
    FILE *trace_file; /* NULL for none; the caller's */
};

/* One that was made on the heap; seed is all that is random. */
struct sim_net *sim_net_new(uint64_t seed);

/* Free it and every station. */
void sim_net_free(struct sim_net *net);

/* Take in a station, which the net frees with its ops. */
void sim_net_add(struct sim_net *net, struct sim_station *station,
                 const struct sim_station_ops *ops);

/* Run event after so many milliseconds; it is moved if it was set. */
void sim_net_after(struct sim_net *net, struct sim_event *event,
                   uint64_t milliseconds);
void sim_net_at(struct sim_net *net, struct sim_event *event,
                struct mono_time when);
void sim_net_cancel(struct sim_net *net, struct sim_event *event);

/* Let time pass up to end, with all that falls due in it. */
void sim_net_run(struct sim_net *net, struct mono_time end);
void sim_net_pass(struct sim_net *net, uint64_t milliseconds);

/* Seconds since 1970. */
int64_t sim_net_wall(const struct sim_net *net);

/* A number from least to most. */
uint64_t sim_net_between(struct sim_net *net, uint64_t least, uint64_t most);

/* Put into the trace. */
void sim_net_trace(struct sim_net *net, const struct sim_station *station,
                   const struct action *action);

/* The hash of all so far; nothing can be added afterwards. */
void sim_net_trace_end(struct sim_net *net, uint8_t out[32]);

/* What crossed so far, with and without headers. */
uint64_t sim_net_octets(const struct sim_net *net);
uint64_t sim_net_wire(const struct sim_net *net);

/* Connections (sim_net_link.c). */

/*
 * from calls address: later both ends are told, or from that it failed.  line
 * and cookie as in struct sim_connection.
 */
struct sim_connection *sim_net_dial(struct sim_station *from,
                                    const struct address *address,
                                    enum engine_road road);

/* A wire between two that no LAN needs to join. */
struct sim_connection *sim_net_join(struct sim_station *from,
                                    struct sim_station *to,
                                    const struct sim_road *road);

/* The connection of id and its end at station, or NULL. */
struct sim_connection *sim_net_find(struct sim_net *net, struct link_id id,
                                    const struct sim_station *station,
                                    size_t *end);
void sim_net_send(struct sim_connection *connection, size_t end,
                  struct byte_view octets);
void sim_net_close(struct sim_connection *connection, size_t end);

/* All connections of station break; it is not told, the others are: at once
 * if its machine still runs, else after a while. */
void sim_net_drop(struct sim_station *station, bool machine_runs);

/* LANs (sim_lan.c). */

void sim_lan_init(struct sim_lan *lan, const struct sim_road *road);

/* Station leaves its LAN for another, or NULL; its connections break. */
void sim_lan_move(struct sim_station *station, struct sim_lan *lan);

/* The road abroad comes or goes. */
void sim_lan_set_road(struct sim_net *net, struct sim_lan *lan, bool has_road);

/* Is there a way for octets between the two? */
bool sim_lan_reaches(const struct sim_station *from,
                     const struct sim_station *to);

/* A datagram to all others of the LAN, or to the one at *to. */
void sim_lan_datagram(struct sim_station *from, const struct address *to,
                      struct byte_view octets);

/* Drop those on their way. */
void sim_lan_release_datagrams(struct sim_net *net);

/* The station at address, or NULL. */
struct sim_station *sim_lan_at(struct sim_net *net,
                               const struct address *address);

#endif
