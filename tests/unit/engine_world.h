/*
 * A small world of engines in one process: nodes with stores in memory,
 * joined by pipes that carry octets in any split, and a clock moved by hand.
 *
 * What cannot be made fails the cmocka test that runs.  Everything is
 * repeatable: the same calls give the same octets.
 */
#ifndef P2PUB_TESTS_UNIT_ENGINE_WORLD_H
#define P2PUB_TESTS_UNIT_ENGINE_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"
#include "bundles/store.h"
#include "core/bytes.h"
#include "core/entropy.h"
#include "core/hash.h"
#include "net/engine.h"

#define WORLD_NODES_MAX 24
#define WORLD_LINKS_MAX 600
#define WORLD_TODAY     20000 /* 2024-10-04 */
#define WORLD_CUT_NEVER UINT64_MAX

struct world;

struct world_node {
    struct world *world;
    struct entropy entropy;
    struct store *store;
    struct engine *engine;
    enum store_class keeping; /* what it keeps all records as */
    bool one_contact;
    struct address address; /* port 4000 */
    /* What its engine told. */
    unsigned events[EVENT_STORE_FAILED + 1];
    unsigned beacons;
    unsigned datagrams;
    unsigned dials;
    struct address dialled; /* of the last ACTION_DIAL */
    unsigned drains;
    unsigned evictions;
    enum status failure; /* the last that engine_end_turn returned */
};

/* One direction of a link. */
struct world_pipe {
    uint8_t *octets; /* on their way */
    size_t size;
    uint64_t carried; /* delivered so far */
    uint64_t sent;
    unsigned flights; /* ACTION_SENDs */
};

struct world_link {
    struct world_node *ends[2]; /* the caller first */
    struct link_id ids[2];
    bool open[2];               /* the engine has not been told of its end */
    bool closing[2];            /* that side asked for the end */
    bool stuck;                 /* nothing crosses, and nobody is told */
    struct world_pipe pipes[2]; /* from the caller; to the caller */
};

struct world {
    struct mono_time now;
    size_t node_count;
    struct world_node nodes[WORLD_NODES_MAX];
    size_t link_count;
    struct world_link links[WORLD_LINKS_MAX];
    uint64_t last_id;
    size_t split;      /* octets delivered at a time; 0 for all */
    uint64_t tick;     /* milliseconds that each delivery takes */
    uint64_t cut;      /* octets that may still cross, all links together */
    unsigned rounds;   /* world_run stops after so many; 0: at rest */
    bool failing;      /* memory may run out: failures end quietly */
    bool refused;      /* an engine said so to a call that can fail */
    bool dictionaries; /* world_put packs texts as publishing does; slow */
    bool repeating;    /* attachments that shrink to almost nothing */
    struct key_secret *author;
    bool lan;          /* beacons arrive, and who is dialled is called */
    bool quiet;        /* pass over actions for links made by others */
    bool tracing;      /* hash every action into trace */
    uint8_t trace[32]; /* of all actions so far */
};

void world_init(struct world *world);
void world_release(struct world *world);

/* A node that knows of no wall clock until world_start; its store may be
 * filled and its settings changed before. */
struct world_node *world_add_node(struct world *world);

/* Make its engine.  The status is that of engine_new. */
enum status world_start(struct world_node *node);

/* The same with config changed by the caller: fill it, change it, give it. */
void world_config(struct world_node *node, struct engine_config *config);
enum status world_start_with(struct world_node *node,
                             const struct engine_config *config);

/* The engine dies and its links with it; world_start makes a new one. */
void world_stop(struct world_node *node);

/* caller connects to called; a caller of NULL is one that says nothing. */
struct world_link *world_connect(struct world *world, struct world_node *caller,
                                 struct world_node *called);

/* The same to a relay, whose line caller holds. */
struct world_link *world_connect_relay(struct world *world,
                                       struct world_node *caller,
                                       struct world_node *called,
                                       const struct relay_line *line,
                                       bool has_clock);

/* The connection breaks: what is on its way is lost. */
void world_break(struct world *world, struct world_link *link);

/* Let everybody work until nothing moves.  The clock stands still, but for
 * what is due at once, unless there is a tick. */
void world_run(struct world *world);

/* Let time pass, with everything that falls due in it. */
void world_pass(struct world *world, uint64_t milliseconds);

/* Octets that all links have carried. */
uint64_t world_octets(const struct world *world);

/* What to publish: a text of so many octets and an attachment, none for 0,
 * in a statement of that signed day; number makes it different. */
struct world_statement {
    uint32_t number;
    int32_t day;
    size_t text;
    size_t attachment;
    const char *kind; /* NULL for a statement */
};

/* Put it into the node's store, in a transaction of its own. */
struct record_id world_put(struct world_node *node,
                           const struct world_statement *statement);

/* Give node all that the store of other holds. */
void world_copy(struct world_node *node, struct world_node *other);

/* Give node a record of other with its chunks, in an open transaction. */
void world_copy_record(struct world_node *node, struct world_node *other,
                       const struct record *record);

/* world_put, and tell the engine. */
struct record_id world_publish(struct world_node *node,
                               const struct world_statement *statement);

bool world_has(struct world_node *node, const struct record_id *id);
bool world_is_complete(struct world_node *node, const struct record_id *id);
uint64_t world_count(struct world_node *node);

/* Fail unless both stores hold the same records and check. */
void world_assert_same(struct world_node *a, struct world_node *b);

#endif
