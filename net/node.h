/*
 * What all links of one node share: the store, the window on it, what is
 * being fetched, and the turn that runs.
 *
 * A turn begins with the first change and ends in node_end_turn, in one
 * commit.  What came in it goes on to the other peers only then.
 */
#ifndef P2PUB_NET_NODE_H
#define P2PUB_NET_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/store.h"
#include "core/bucket.h"
#include "core/limits.h"
#include "core/list.h"
#include "core/status.h"
#include "core/time.h"
#include "net/actions.h"
#include "net/budget.h"
#include "net/fetch.h"
#include "net/gossip.h"
#include "net/message.h"
#include "net/refused.h"
#include "net/relay_book.h"
#include "net/wide.h"
#include "net/window.h"

struct entropy;

/* A record that this turn stored. */
struct node_arrival {
    struct record_id id;
    enum record_set set;
    struct day day;
    enum wide_way way; /* net/wide.h */
};

/* A record whose last chunk this turn stored. */
struct node_completion {
    struct record_id id;
    enum record_set set;
    enum store_state state;
};

#define NODE_COMPLETIONS_MAX (TURN_RECORDS_MAX + TURN_CHUNKS_MAX + FETCHES_MAX)

struct node_turn {
    enum status failure; /* the first; the turn will be rolled back */
    size_t records;      /* RECORD messages dealt with, new or not */
    size_t chunks;
    size_t rows;        /* of the store that were looked at for sketches */
    size_t steps;       /* of sketches that were done */
    size_t reconciling; /* links that had work on sketches */
    size_t arrival_count;
    struct node_arrival arrivals[TURN_RECORDS_MAX];
    size_t completion_count;
    struct node_completion completions[NODE_COMPLETIONS_MAX];
};

struct node_config {
    struct store *store;
    struct entropy *entropy;
    enum store_class (*keeping)(void *context, const struct key_author *author);
    void *keeping_context;
    size_t memory;             /* octets; 0 for MEMORY_DEFAULT */
    bool one_contact;          /* links end once they are settled */
    struct relay_book *relays; /* the caller's; NULL: none is told of */
};

struct node {
    struct node_config config;
    struct budget budget; /* what the parts of this node may take */
    uint8_t boot_id[MESSAGE_BOOT_ID_SIZE];
    bool has_day;
    struct day today;     /* only valid when has_day */
    struct mono_time now; /* of the call that runs */
    struct window window; /* what is in the store */
    struct window wide;   /* and what was refused; loaded once that is
                             something */
    struct refused refused;
    struct fetches fetches;
    struct gossip gossip;
    struct wide going_wide;
    struct list_node peers; /* struct peer */
    size_t peer_count;
    size_t sketch_ids;         /* places in the sketches of all links */
    struct bucket first_cells; /* rows that callers may make us look at */
    size_t reconciling;  /* links that had work on sketches in the last turn */
    size_t stream_packs; /* octets of memory that streams of all links take, */
    size_t stream_expands; /* or may take */
    bool no_room[2];       /* by store_class: a chunk found none */
    struct actions actions;
    struct node_turn turn;
    uint64_t records_in;             /* new here, committed */
    struct mono_time first_readable; /* when the first statement that came was
                                        whole; MONO_NEVER before */
    uint64_t records_out;            /* acknowledged by a peer */
    uint64_t records_again;          /* came though they were here */
};

/* STATUS_NO_MEMORY and the store's.  Release it after any result. */
enum status node_init(struct node *node,
                      const struct node_config *config) MUST_CHECK;
void node_release(struct node *node);

/* One link's share of what all links may hold with MEMORY_DEFAULT. */
size_t node_share(const struct node *node, size_t total, size_t least,
                  size_t most);

/* About to change the store: open the turn's transaction, unless it is open.
 * On failure the turn has failed. */
enum status node_change(struct node *node) MUST_CHECK;

/* Something of ours failed: nothing of this turn will be kept. */
void node_fail(struct node *node, enum status status);

/* The turn has not failed and has room for another record or chunk. */
bool node_has_room(const struct node *node);

/* A record of that set and day is about to be put, or is gone again.  As
 * window_touch. */
enum status node_touch(struct node *node, enum record_set set,
                       struct day day) MUST_CHECK;

/* Record found no room: remember that. */
enum status node_refuse(struct node *node,
                        const struct record *record) MUST_CHECK;

/* The store was changed by another program: look at all of it anew. */
enum status node_reload(struct node *node) MUST_CHECK;

/* A record was put, which goes on so far (net/wide.h); a record has become
 * complete or faulty. */
void node_on_arrival(struct node *node, const struct record *record,
                     enum wide_way way);
void node_on_completion(struct node *node, const struct record *record,
                        enum store_state state);

/* Commit, tell, pass on; or roll back.  The result is the turn's failure or
 * the store's.  Actions are not published. */
enum status node_end_turn(struct node *node) MUST_CHECK;

/* Pass record on to every peer that may lack it: whole, or its name.  way as
 * in net/wide.h.
 * STATUS_NO_MEMORY. */
enum status node_pass_on(struct node *node, const struct record_id *id,
                         enum record_set set, struct day day,
                         enum wide_way way) MUST_CHECK;

/* The day on which what comes now has arrived, as far as is known. */
struct day node_arrival_day(const struct node *node);

/* The day of which summaries are fine, and the last that is not future.
 * fallback: what the other side thinks, or NULL. */
struct day node_reference_day(const struct node *node,
                              const struct message_hello *fallback);

/* Give the host an event.  STATUS_NO_MEMORY. */
enum status node_tell(struct node *node, enum event_kind kind,
                      struct link_id link,
                      const struct record_id *id) MUST_CHECK;

#endif
