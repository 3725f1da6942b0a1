/*
 * Passing on: a record that is new here goes whole over some links and by
 * name over the others, so that among many nodes each text comes once.
 *
 * A link is eager at first: what is new goes over it in a RECORD.  Whoever gets
 * a record a second time says PRUNE, and both sides make the link lazy: from
 * then on they only name what is new (IHAVE).  What is left eager is a tree.
 * A record that was named and does not come within GOSSIP_WAIT_MS is asked of
 * the first that named it (GRAFT), then of the next; that makes the link eager,
 * and so mends the tree.
 *
 * A side that does not answer PRUNE knows nothing of all this and is told
 * everything whole.  What is lost by a bound here is found by comparing.
 *
 * Failures as in net/compare.h.
 *
 * Source: net/PROTOCOL.md, "Passing on"; Leitao, Pereira, Rodrigues: Epidemic
 * Broadcast Trees, 2007.
 */
#ifndef P2PUB_NET_GOSSIP_H
#define P2PUB_NET_GOSSIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"
#include "core/bytes.h"
#include "core/list.h"
#include "core/map.h"
#include "core/status.h"
#include "core/time.h"
#include "net/message.h"

struct node;
struct peer;

/* A record that was named by peers and is not here. */
struct gossip_missing {
    struct list_node in_queue;
    uint8_t prefix[MESSAGE_PREFIX_SIZE];
    struct list_node announced; /* struct gossip_announcement, first first */
    bool asked;                 /* of the peer of the first announcement */
    struct mono_time due;       /* when it is asked of the first, or the next */
};

struct gossip_announcement {
    struct list_node in_missing;
    struct list_node in_peer;
    struct gossip_missing *missing;
    struct peer *peer;
};

/* A node's part. */
struct gossip {
    struct map missing;       /* prefix to struct gossip_missing */
    struct list_node waiting; /* to be asked for, the earliest first */
    struct list_node asked;   /* likewise */
};

/* One peer's part. */
struct gossip_peer {
    bool lazy;    /* names only, both ways */
    bool pruning; /* PRUNE was said, and not answered yet */
    bool met;     /* it said DONE once: what comes twice was passed on */
    bool say_prune;
    bool say_graft;
    struct byte_buf ihave;      /* prefixes that wait to be said */
    struct byte_buf grafts;     /* likewise */
    struct list_node announced; /* struct gossip_announcement */
    size_t awaited;             /* how many they are */
};

/* salt: of places in tables. */
void gossip_init(struct gossip *gossip, const struct salt *salt);

/* No peer is left. */
void gossip_release(struct gossip *gossip);

void gossip_peer_init(struct gossip_peer *part);

/* The link of peer ends: what it named is asked of others, and if it was eager
 * another takes its place. */
void gossip_peer_release(struct peer *peer);

/* A message came. */
enum status gossip_on_ihave(struct peer *peer,
                            struct byte_view body) MUST_CHECK;
enum status gossip_on_graft(struct peer *peer,
                            struct byte_view body) MUST_CHECK;
enum status gossip_on_prune(struct peer *peer,
                            struct byte_view body) MUST_CHECK;

/* Record id came, from anywhere: it is missing no longer.  STATUS_NO_MEMORY. */
enum status gossip_on_arrival(struct node *node,
                              const struct record_id *id) MUST_CHECK;

/* peer sent a record that was here already, and that it was not asked for. */
void gossip_on_duplicate(struct peer *peer, const struct record_id *id);

/* Name record id to peer, whose link is lazy, unless it has it. */
enum status gossip_announce(struct peer *peer,
                            const struct record_id *id) MUST_CHECK;

/* Ask for what is overdue; when that is to be done next. */
enum status gossip_on_time(struct node *node) MUST_CHECK;
struct mono_time gossip_deadline(const struct node *node);

/* Write what waits to be said. */
enum status gossip_send(struct peer *peer) MUST_CHECK;

#endif
