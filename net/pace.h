/*
 * How much a link carries, and whether it is slow: told from what the other
 * side acknowledges, and from whether the link or we are waited for.
 *
 * What was acknowledged between two moments left after the record that the
 * first acknowledged; so octets over the time since then are less than the link
 * carries, and enough of them prove a fast link.  Octets over the time between
 * the two moments are what it carries, if octets waited for it half of that
 * time: few of them prove a slow link.  The moments are half a second apart or more, since
 * acknowledgements come in bunches, as the other side commits.
 *
 * Packing may take longer than the link: what is packed then hardly waits for
 * it, the link is said to be dry, and packing is of no use.  A link is then slow
 * only if it carries less plain octets in stored form than packing did.
 *
 * Until something is known a link is slow, unless its first round trip was
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

/* A record that was sent. */
struct pace_mark {
    uint8_t prefix[MESSAGE_PREFIX_SIZE];
    uint64_t sent; /* octets up to its end */
    struct mono_time left;
};

struct pace {
    bool slow;
    uint64_t limit; /* octets a second below which a link is slow */
    uint64_t rate;  /* octets a second as last measured; 0 before */
    uint64_t sent;  /* octets of records and chunks so far */
    /* Sent and not acknowledged: count of them, from first on in a ring. */
    struct pace_mark marks[PACE_MARKS_MAX];
    size_t first;
    size_t count;
    bool has_base;               /* where the measurement begins: */
    struct pace_mark base;       /* this was acknowledged */
    struct mono_time base_acked; /* at that time, */
    uint64_t base_waited;        /* after so many milliseconds of waiting */
    /* Milliseconds in which octets waited for the link, those since waits_from
     * left out. */
    uint64_t waited;
    bool waits;
    struct mono_time waits_from;
    /* What was packed since it was last seen whether the link is dry. */
    uint64_t packed; /* octets for the link */
    uint64_t plain;  /* before they were packed */
    struct mono_time packed_from;
    uint64_t packed_waited;
    bool dry;
};

/* round: milliseconds of the first round trip. */
void pace_init(struct pace *pace, uint64_t round);

/* Octets leave that are not acknowledged. */
void pace_on_octets(struct pace *pace, size_t octets);

/* The record whose id begins with prefix leaves. */
void pace_on_record(struct pace *pace,
                    const uint8_t prefix[MESSAGE_PREFIX_SIZE], size_t octets,
                    struct mono_time now);

/* It was acknowledged. */
void pace_on_ack(struct pace *pace, const uint8_t prefix[MESSAGE_PREFIX_SIZE],
                 struct mono_time now);

/* So many octets wait for the link. */
void pace_on_unsent(struct pace *pace, size_t octets, struct mono_time now);

/* plain octets were packed into so many. */
void pace_on_packed(struct pace *pace, size_t octets, size_t plain,
                    struct mono_time now);

/* There is nothing more to send, or nothing may be sent: what comes now says
 * nothing of what came before. */
void pace_on_pause(struct pace *pace);

/* The link waits for our packing: of the time that PACE_DRY octets took, they
 * waited for it less than a quarter. */
bool pace_is_dry(const struct pace *pace);

/* Packing was made easier: see again. */
void pace_eased(struct pace *pace);

/* Packing cannot be made any easier: the link is fast for us. */
void pace_give_up(struct pace *pace, struct mono_time now);

#endif
