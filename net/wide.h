/*
 * Near whoever publishes it a record goes wide: whole over lazy links too, so
 * that it reaches the tree of net/gossip.h in many places at once.
 *
 * A tree serves the author in its middle well; what begins at its rim comes to
 * most nodes twice as late.  A record that goes wide is marked so on every
 * link, with whether it goes on so from there; no duplicate of it prunes
 * anything, since the tree is not to blame.  One in WIDE_NOT_ONE_IN of a node's
 * own records goes by the tree alone, so that cycles are found.
 *
 * Nothing is counted on the way: whether a copy goes on wide is drawn by lot
 * for each, the author's own copies too, so a mark does not tell how far the
 * author is.
 *
 * Where the tree is fast nothing goes wide.  Whatever others mark, a node sends
 * no more than one copy over a lazy link for WIDE_EARN records that are new to
 * it.
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

/* How a record goes on from a node. */
enum wide_way {
    WIDE_NARROW, /* by the tree alone, and unmarked: it never went wide */
    WIDE_ENDED,  /* by the tree alone */
    WIDE_ON      /* over lazy links too */
};

struct wide_mark {
    uint8_t prefix[MESSAGE_PREFIX_SIZE];
    bool goes_on;
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

/* The way of record id as peer marked it. */
enum wide_way wide_marked(const struct peer *peer, const struct record_id *id);

/* The way of a record that is published here. */
enum wide_way wide_begin(const struct node *node);

/* A record came WIDE_LATE_MS or more after its name: the tree is slow here. */
void wide_on_late(struct node *node);

/* A record is new here: that pays for a part of a copy. */
void wide_earn(struct node *node);

/* May a copy of a record that goes this way go over a lazy link?  It is
 * paid. */
bool wide_spend(struct node *node, enum wide_way way);

/* The way of one copy from the next node on, of a record that goes this way
 * here. */
enum wide_way wide_next(const struct node *node, enum wide_way way);

/* Mark id to peer, unless it is WIDE_NARROW.  Marks that find no place are left
 * out.  STATUS_NO_MEMORY. */
enum status wide_mark(struct peer *peer, const struct record_id *id,
                      enum wide_way way) MUST_CHECK;

/* Write what waits to be said, before the records that it is about. */
enum status wide_send(struct peer *peer) MUST_CHECK;

#endif
