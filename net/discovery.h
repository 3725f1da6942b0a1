/*
 * Finding neighbours: when to send beacons, and what to do with those that
 * come.
 *
 * Beacons go out at start, when an interface changed and when there is
 * something new, at 0, 1, 3 and 7 seconds, and otherwise every 30 to 120
 * seconds.  Of two nodes the one with the lower boot id dials; the other
 * answers a question to where it came from, so that it is heard of even if
 * its own beacons are not.  Whoever listens on no port dials.
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

struct entropy;

/* A boot id that was heard. */
struct discovery_neighbour {
    uint8_t boot_id[8];
    struct address address; /* where it was dialled last */
    struct mono_time heard;
    struct mono_time not_before; /* no dial until then */
    uint32_t backoff;            /* the last one, milliseconds; 0 for none */
};

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
    size_t count;
    struct discovery_neighbour neighbours[DISCOVERY_NEIGHBOURS_MAX];
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

/* What to do about beacon, which came from *address; is_linked: there is an
 * open link with its boot id. */
enum discovery_answer discovery_on_beacon(
    struct discovery *discovery, const struct beacon *beacon, bool is_linked,
    struct address *address, uint8_t reply[BEACON_SIZE], struct mono_time now);

/* A dial came to nothing: wait longer each time. */
void discovery_on_dial_failed(struct discovery *discovery,
                              const struct address *address,
                              struct mono_time now);

/* There is a link with boot_id: forget that it was hard to reach. */
void discovery_on_linked(struct discovery *discovery, const uint8_t boot_id[8]);

/* The link is gone, or the pair has another one: it may be dialled anew, at
 * once, or when it had settled after DISCOVERY_REST_MS. */
void discovery_on_unlinked(struct discovery *discovery,
                           const uint8_t boot_id[8], bool settled,
                           struct mono_time now);

#endif
