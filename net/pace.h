/*
 * How much a link carries: told from what the other side acknowledges, and
 * slow or not decided from it.
 *
 * The octets of one turn leave together, so the time between the
 * acknowledgements of the first and of the last of them is the link's, however
 * long it took us to make them.  Between turns a high rate proves a fast link;
 * a low one proves a slow link only if octets waited for it all the time.
 *
 * Until something was measured a link is slow, unless its first round trip was
 * shorter than PACE_NEAR_MS.
 *
 * Nothing here fails or allocates.
 */
#ifndef P2PUB_NET_PACE_H
#define P2PUB_NET_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/limits.h"
#include "core/time.h"
#include "net/message.h"

/* A record that was sent and is not acknowledged yet. */
struct pace_mark {
    uint8_t prefix[MESSAGE_PREFIX_SIZE];
    uint64_t sent; /* octets up to its end */
    struct mono_time left;
};

struct pace {
    bool slow;
    uint64_t rate; /* octets a second as last measured; 0 before */
    uint64_t sent; /* octets of records and chunks so far */
    /* Marks from first on, count of them, in a ring. */
    struct pace_mark marks[PACE_MARKS_MAX];
    size_t first;
    size_t count;
    bool has_base;               /* where the next measurement begins: */
    struct pace_mark base;       /* this was acknowledged, */
    struct mono_time base_acked; /* at that time, */
    bool base_waits;             /* and octets waited for the link */
};

/* round: milliseconds of the first round trip. */
void pace_init(struct pace *pace, uint64_t round);

/* A chunk, or something else that is not acknowledged, leaves in this turn. */
void pace_on_octets(struct pace *pace, size_t octets);

/* The record whose id begins with prefix leaves in this turn. */
void pace_on_record(struct pace *pace,
                    const uint8_t prefix[MESSAGE_PREFIX_SIZE], size_t octets,
                    struct mono_time now);

/* It was acknowledged; waits: octets have not left yet. */
void pace_on_ack(struct pace *pace, const uint8_t prefix[MESSAGE_PREFIX_SIZE],
                 bool waits, struct mono_time now);

#endif
