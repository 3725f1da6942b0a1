/*
 * Near whoever publishes it a record goes wide: whole over lazy links too, so
 * that it reaches the tree of net/gossip.h in many places at once.
 *
 * A tree serves the author in its middle well; what begins at its rim comes to
 * most nodes twice as late.  A record that goes wide is marked so on every
 * link, with the number of links that it may still go wide; no duplicate of it
 * prunes anything, since the tree is not to blame.  One in WIDE_NOT_ONE_IN of
 * a node's own records goes by the tree alone, so that cycles are found.
 *
 * Where the tree is fast nothing goes wide.  Whatever others mark, a node sends no more than one copy over a lazy link for
 * WIDE_EARN records that are new to it.
 *
 * Source: net/PROTOCOL.md, "Wide".
 */
#ifndef P2PUB_NET_WIDE_H
#define P2PUB_NET_WIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"
#include "core/bytes.h"
#include "core/limits.h"
#include "core/status.h"
#include "net/message.h"

struct node;
struct peer;

/* The hops of a record that goes by the tree alone; of others it is the number
 * of links over which it may still go wide, 0 or more. */
#define WIDE_NARROW (-1)

struct wide_mark {
    uint8_t prefix[MESSAGE_PREFIX_SIZE];
    uint8_t hops;
};

/* A node's part. */
struct wide {
    size_t earned; /* records that pay for copies, WIDE_EARN for each */
    size_t late;   /* new records until the tree is taken to be fast again */
};

/* Is body that of a WIDE?  STATUS_MALFORMED. */
enum status wide_read_marks(struct byte_view body) MUST_CHECK;

/* Take the first mark off *body; false when none is left. */
bool wide_next_mark(struct wide_mark *out, struct byte_view *body);

/* One peer's part. */
struct wide_peer {
    struct wide_mark heard[WIDE_MARKS_MAX]; /* the oldest is overwritten */
    size_t heard_count;                     /* in all */
    struct byte_buf marks;                  /* that wait to be said */
};

void wide_peer_init(struct wide_peer *part);
void wide_peer_release(struct wide_peer *part);

/* A message WIDE came.  STATUS_MALFORMED. */
enum status wide_on_marks(struct peer *peer, struct byte_view body) MUST_CHECK;

/* How peer marked record id: its hops, or WIDE_NARROW. */
int wide_hops(const struct peer *peer, const struct record_id *id);

/* The hops of a record that is published here. */
int wide_begin(const struct node *node);

/* A record came WIDE_LATE_MS or more after its name: the tree is slow here. */
void wide_on_late(struct node *node);

/* A record is new here: that pays for a part of a copy. */
void wide_earn(struct node *node);

/* May a copy of a record of these hops go over a lazy link?  It is paid. */
bool wide_spend(struct node *node, int hops);

/* What is said to the next of a record of these hops: mostly one less, so that
 * the greatest does not give away who began. */
int wide_next(const struct node *node, int hops);

/* Mark id to peer, unless hops is WIDE_NARROW.  Marks that find no place are
 * left out.  STATUS_NO_MEMORY. */
enum status wide_mark(struct peer *peer, const struct record_id *id,
                      int hops) MUST_CHECK;

/* Write what waits to be said, before the records that it is about. */
enum status wide_send(struct peer *peer) MUST_CHECK;

#endif
