/*
 * Missing chunks: which are asked of whom.
 *
 * A fetch is one record whose chunks are missing here.  It is asked of peers
 * that sent us the record or said that they have all of it; if none of them
 * is there, of every peer in turn, until it says that it lacks them.  No chunk
 * is asked of two peers at once; what a peer lacked, or took along when its
 * link ended, is asked of another.  So is what did not come in time
 * (FETCH_PATIENCE_MS), or one that means no good could withhold a text for as
 * long as its link lasts; it still counts when it comes.
 *
 * At most FETCHES_MAX records are fetched at a time; more are found in the
 * store (search) when there is room and a peer with nothing to do.
 *
 * Failures as in net/compare.h.
 *
 * Source: net/PROTOCOL.md, "Chunks".
 */
#ifndef P2PUB_NET_FETCH_H
#define P2PUB_NET_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/bundle.h"
#include "bundles/record.h"
#include "bundles/store.h"
#include "core/limits.h"
#include "core/list.h"
#include "core/status.h"
#include "core/time.h"
#include "net/message.h"

struct node;
struct peer;

struct fetch {
    struct list_node in_node;
    struct record *record;
    enum store_class keeping;
    struct bundle_gap gaps[FETCH_GAPS_MAX]; /* not yet asked for */
    size_t gap_count;
    bool looked; /* gaps are all there was when the store was last asked */
    struct list_node requests; /* of this record, to all peers */
    const struct peer *source; /* is thought to have it, or NULL */
    bool orphan; /* no open peer is known to have it: ask anybody */
};

/* One chunk that was asked for. */
struct fetch_request {
    struct list_node in_fetch;
    struct list_node in_peer;
    struct fetch *fetch; /* NULL once it came from another peer */
    struct record_id id;
    uint8_t file;
    uint16_t index;
    bool given_up; /* the peer lets us wait: others are asked as well */
};

/* A node's fetches, the oldest first. */
struct fetches {
    struct list_node active;
    size_t count;
};

/* One peer's part. */
struct fetch_peer {
    struct list_node requests; /* of all records, to this peer */
    size_t count;
    unsigned misses;        /* records in a row whose chunks it lacked */
    bool search;            /* look into the store for more to ask of it */
    bool stalls;            /* what it was asked for did not come in time */
    struct mono_time waits; /* since when nothing of it came; only valid when
                               count > 0 */
};

void fetches_init(struct fetches *fetches);

/* No peer is left. */
void fetches_release(struct fetches *fetches);

void fetch_peer_init(struct fetch_peer *part);

/* See whether peer lets us wait for too long; and when to see again. */
void fetch_check_patience(struct peer *peer);
struct mono_time fetch_deadline(const struct peer *peer);

/* The link of peer is gone: what was asked of it is free to be asked of
 * others. */
void fetch_peer_release(struct peer *peer);

/* record, kept as keeping, is in the store and lacks chunks; source sent it, or
 * NULL.  No room for it is no failure. */
enum status fetch_add(struct node *node, struct record *record,
                      enum store_class keeping,
                      const struct peer *source) MUST_CHECK;

/* Ask peer for what it may have, up to CHUNKS_IN_FLIGHT_MAX. */
enum status fetch_ask(struct peer *peer) MUST_CHECK;

/* A chunk came.  STATUS_MALFORMED too if it was not asked for. */
enum status fetch_on_chunk(struct peer *peer,
                           const struct message_chunk *chunk) MUST_CHECK;

/* The peer lacks chunks of a record. */
enum status fetch_on_gone(struct peer *peer, struct byte_view body) MUST_CHECK;

/* The peer said that it has all of a record: ask it for what is missing. */
void fetch_on_complete_there(struct peer *peer, const struct record_id *id);

/* The turn was rolled back: look again what is missing. */
void fetch_after_rollback(struct node *node);

/* Nothing is asked of peer, and nothing is to be searched for it. */
bool fetch_is_idle(const struct peer *peer);

#endif
