/*
 * The whole protocol for one node, with no sockets and no clock inside.
 *
 * A host (net/uv_node in the daemon, tests/sim in the simulator) tells the
 * engine what happened, ends the turn, and takes actions until none is left:
 *
 *     engine_on_*(engine, ..., now);          any number of these
 *     engine_end_turn(engine, now);           one store commit
 *     while (engine_take_action(engine, &action))
 *         carry it out;
 *     wait for input, or until engine_deadline(engine).
 *
 * The actions of a turn can be taken only after its commit, so whatever was
 * acknowledged to a peer survives a crash.  The engine never calls the host.
 * Same config, same entropy, same calls with the same times: same actions.
 *
 * Time: now is monotonic milliseconds from any fixed start and never goes
 *       back between calls.  The wall clock comes in by engine_set_wall.
 *
 * Failures: a peer's misbehaviour is not a failure, it yields an action.  The
 * functions that can fail return STATUS_NO_MEMORY, after which the link is to
 * be closed, or what they name.
 */
#ifndef P2PUB_NET_ENGINE_H
#define P2PUB_NET_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "bundles/store.h"
#include "core/bytes.h"
#include "core/dh.h"
#include "core/key.h"
#include "core/status.h"
#include "core/time.h"
#include "net/action.h"
#include "net/address.h"
#include "net/community.h"
#include "net/relay_book.h"
#include "net/relay_line.h"

struct engine;
struct entropy;
struct replay;

struct engine_config {
    struct entropy *entropy; /* the caller's; outlives the engine */
    struct store *store;     /* the caller's; outlives the engine, which alone
                                opens transactions on it */
    /* On whose account an author's records are kept. */
    enum store_class (*keeping)(void *context, const struct key_author *author);
    void *keeping_context;
    /* Octets of memory for all that the engine holds but the store; 0 for
     * MEMORY_DEFAULT.  See engine_memory, and net/budget.h for how it is
     * divided. */
    size_t memory;
    struct community community; /* beacons and links of ENGINE_NEIGHBOUR */
    bool beacons;               /* send and answer them */
    uint16_t listen_port;       /* TCP port that beacons name; 0: none */
    /* A relay's own key, secret and shape; relay_replay is the caller's. */
    bool is_relay;
    struct dh_secret relay_key;  /* only valid when is_relay */
    uint8_t relay_secret[32];    /* only valid when is_relay */
    struct shape relay_shape;    /* only valid when is_relay */
    struct replay *relay_replay; /* only valid when is_relay */
    /* Relays that links may tell of and ask for; the caller's, who looks into it
     * between turns, or NULL. */
    struct relay_book *relays;
    /* One contact and no more: say goodbye on each link once both sides have
     * nothing left for each other (sync, publish without a daemon). */
    bool one_contact;
};

/* A node; free *out with engine_free.  STATUS_NO_MEMORY and the store's. */
enum status engine_new(struct engine **out, const struct engine_config *config,
                       struct mono_time now) MUST_CHECK;
void engine_free(struct engine *engine);

/* The wall clock: seconds since 1970 in UTC; 0 or less for "no clock". */
void engine_set_wall(struct engine *engine, int64_t seconds);

/* The TCP port that beacons name, once the host listens; 0 for none. */
void engine_set_listen_port(struct engine *engine, uint16_t port);

/* Which handshake a link speaks. */
enum engine_road {
    ENGINE_NEIGHBOUR, /* NNpsk0 under the community's secret */
    ENGINE_RELAY,     /* NKpsk0: as client of a line, or as the relay */
    /* The same as client, saying that there is no clock (hour 0): one more try
     * after a relay stayed silent. */
    ENGINE_RELAY_NO_CLOCK
};

/* A connection that is there. */
struct engine_connection {
    struct link_id link;
    enum engine_road road;
    bool dialled; /* this side called */
    /* The line of a dialled ENGINE_RELAY link, copied; else NULL. */
    const struct relay_line *relay;
    struct address remote; /* where the other side is */
};

enum status engine_on_link(struct engine *engine,
                           const struct engine_connection *connection,
                           struct mono_time now) MUST_CHECK;

/* ACTION_DIAL came to nothing. */
void engine_on_dial_failed(struct engine *engine, const struct address *address,
                           struct mono_time now);

/* Octets arrived on link id, split anywhere.  They are copied. */
enum status engine_on_bytes(struct engine *engine, struct link_id id,
                            struct byte_view bytes,
                            struct mono_time now) MUST_CHECK;

/* How many octets given by ACTION_SEND on link id are not yet written; the engine
 * produces more when it is few. */
void engine_on_unsent(struct engine *engine, struct link_id id, size_t octets,
                      struct mono_time now);

/* The octets of ACTION_SEND on link id were given to the system, now and not when
 * the turn began: from then on they wait for the link and not for us.  The views
 * of the action die. */
void engine_on_sending(struct engine *engine, struct link_id id,
                       struct mono_time now);

/* The connection is gone, for whatever reason. */
void engine_on_closed(struct engine *engine, struct link_id id,
                      struct mono_time now);

/* A datagram arrived on the community's beacon port. */
void engine_on_datagram(struct engine *engine, const struct address *from,
                        struct byte_view bytes, struct mono_time now);

/* An interface came or went: beacon soon. */
void engine_on_interfaces(struct engine *engine, struct mono_time now);

/* Record id was committed to the store by this home (published or imported):
 * pass it on at once.  STATUS_NOT_FOUND. */
enum status engine_on_published(struct engine *engine,
                                const struct record_id *id,
                                struct mono_time now) MUST_CHECK;

/* Another process committed to the store: compare again with everybody. */
enum status engine_on_store_changed(struct engine *engine,
                                    struct mono_time now) MUST_CHECK;

/* Link id has finished its handshake and has not ended; and then, both sides
 * have nothing left for each other. */
bool engine_is_open(const struct engine *engine, struct link_id id);
bool engine_is_settled(const struct engine *engine, struct link_id id);

/* Somebody wants to know now: compare again over link id if it is open.  One
 * that is silent for LINK_ANSWER_MS is taken to be dead, and ends. */
void engine_compare(struct engine *engine, struct link_id id,
                    struct mono_time now);

/*
 * Records that found no room, to be remembered while no engine runs: after
 * engine_new, and before it is freed.  policy is a hash of what decides who
 * finds room, as the host sees it (whom the home follows, its budget).
 *
 * engine_load_refused: STATUS_MALFORMED if octets were damaged, STATUS_NEWER if
 * they are of another policy; nothing is remembered then, and all goes on.
 */
enum status engine_save_refused(const struct engine *engine,
                                const uint8_t policy[32],
                                struct byte_buf *out) MUST_CHECK;
enum status engine_load_refused(struct engine *engine, const uint8_t policy[32],
                                struct byte_view octets) MUST_CHECK;

/* What decides who finds room has changed: forget who did not, and compare
 * again with everybody. */
void engine_on_policy_changed(struct engine *engine, struct mono_time now);

/* Run everything due at or before now. */
void engine_on_time(struct engine *engine, struct mono_time now);

/* Commit what this turn stored and release its actions.  On failure (the
 * store's) the turn is rolled back, nothing of it is acknowledged, and the
 * links that brought it are closed by actions. */
enum status engine_end_turn(struct engine *engine,
                            struct mono_time now) MUST_CHECK;

/* Store the oldest released action; false when none is left.  The action's
 * views stay valid until the next call on this engine. */
bool engine_take_action(struct engine *engine, struct action *out);

/* When engine_on_time must next run; MONO_NEVER if nothing is waiting. */
struct mono_time engine_deadline(const struct engine *engine);

/* End every link in order: last words, then ACTION_CLOSE. */
void engine_shut_down(struct engine *engine, struct mono_time now);

struct engine_figures {
    uint32_t links;        /* open, handshake done */
    uint32_t links_silent; /* drained: not convinced */
    uint64_t links_shed;   /* ended for want of memory */
    uint64_t refused;      /* records that found no room and are remembered */
    uint64_t refused_changes; /* how often these changed */
    uint64_t records_in;      /* new here, committed */
    uint64_t records_out;     /* acknowledged by a peer */
    uint64_t records_again;   /* came though they were here */
    uint64_t octets_in;       /* on links */
    uint64_t octets_out;
    uint32_t round_trips; /* of the link that took the most */
    bool has_first;       /* a statement that came was whole: readable */
    uint64_t first_after; /* milliseconds from the first link to then */
    uint32_t first_round_trips;
};

struct engine_figures engine_figures(const struct engine *engine);

/*
 * Octets of memory that the engine holds, as it counts them; after
 * engine_end_turn never more than engine_memory_most.
 *
 * Counted: compression streams (those that were promised as if they were in
 * use), sketches, messages that came or wait to go, queues, what is remembered
 * of each link, records that are being fetched, records that found no room,
 * and the state of each link.  Not counted: the store and what it caches, a
 * hundred octets for each day that has records, the octets of actions that the
 * host has not taken or written, callers that have not shown that they know
 * the secret (ADMISSION_MAX, 3 kB each), what the allocator adds.
 */
size_t engine_memory(const struct engine *engine);
size_t engine_memory_most(const struct engine *engine);

#endif
