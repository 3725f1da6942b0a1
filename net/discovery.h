/*
 * Finding neighbours: when to send beacons, and what to do with those that
 * come.
 *
 * Beacons go out at start, when an interface changed and when there is
 * something new, at 0, 1, 3 and 7 seconds, and otherwise every 30 to 120
 * seconds.  Of two nodes the one with the lower boot id dials, if it has few
 * links; who does not dial answers a question to where it came from, so that it
 * is heard of even if its own beacons are not, and may be dialled by the other.
 * Whoever listens on no port dials.  A node with enough links writes down whom
 * it hears (net/peer_book.h) and chooses among them later.
 *
 * A beacon of the open community can come from anyone and name anything, so
 * that dials and answers are bounded over time, and an answer is never longer
 * than the question.
 *
 * Source: net/PROTOCOL.md, "Finding neighbours".
 */
#ifndef P2PUB_NET_DISCOVERY_H
#define P2PUB_NET_DISCOVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bucket.h"
#include "core/bytes.h"
#include "core/limits.h"
#include "core/time.h"
#include "net/address.h"
#include "net/beacon.h"
#include "net/community.h"
#include "net/peer_book.h"

struct entropy;

struct discovery {
    struct community community;
    struct entropy *entropy; /* the caller's */
    uint8_t boot_id[8];
    uint16_t port; /* of our listener; 0 for none */
    uint32_t hour; /* since 1970; 0 for no clock */
    bool enabled;
    struct mono_time next; /* private: of the next beacon */
    size_t step;           /* private: place in the burst */
    struct bucket dials;
    struct bucket answers;
    struct peer_book book;
    struct mono_time choose; /* when to dial one more; the engine's to do */
    struct mono_time rotate; /* when to exchange one; likewise */
};

void discovery_init(struct discovery *discovery,
                    const struct community *community, struct entropy *entropy,
                    const uint8_t boot_id[8], bool enabled,
                    struct mono_time now);

/* There is something new: a burst of beacons, unless one is going on. */
void discovery_on_news(struct discovery *discovery, struct mono_time now);

struct mono_time discovery_deadline(const struct discovery *discovery);

/* If a beacon is due, write it to out and say true. */
bool discovery_beacon(struct discovery *discovery, uint8_t out[BEACON_SIZE],
                      struct mono_time now);

enum discovery_answer {
    DISCOVERY_IGNORE,
    DISCOVERY_DIAL,  /* *address: where */
    DISCOVERY_ANSWER /* reply: for the one who asked */
};

/* What a datagram says, once it is opened; false if it is none of ours. */
bool discovery_open(const struct discovery *discovery, struct beacon *out,
                    struct byte_view datagram);

/* What a link with the sender of a beacon would be to us. */
enum discovery_need {
    DISCOVERY_LINKED, /* there is one */
    DISCOVERY_NOW,    /* we have few, or want everybody's */
    DISCOVERY_LATER   /* one of those to choose among */
};

/* What to do about beacon, which came from *address. */
enum discovery_answer discovery_on_beacon(struct discovery *discovery,
                                          const struct beacon *beacon,
                                          enum discovery_need need,
                                          struct address *address,
                                          uint8_t reply[BEACON_SIZE],
                                          struct mono_time now);

/* Someone is to be chosen soon, if anybody was heard of. */
void discovery_choose_soon(struct discovery *discovery, struct mono_time now);

/* The link with boot_id is gone, or the pair has another one: it may be dialled
 * anew after rest milliseconds. */
void discovery_on_unlinked(struct discovery *discovery,
                           const uint8_t boot_id[8], uint64_t rest,
                           struct mono_time now);

#endif
