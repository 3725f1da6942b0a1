/*
 * A beacon: the datagram with which neighbours of one community find each
 * other.  Always BEACON_SIZE octets; without the community's secret it says
 * nothing, not even that it is one.
 *
 *     nonce 24 | XChaCha20-Poly1305 of 96 octets:
 *                version 1 | kind 1 | hour 4 | port 2 | boot id 8 | zeros
 *
 * Spec: net/PROTOCOL.md, "Beacons".
 */
#ifndef P2PUB_NET_BEACON_H
#define P2PUB_NET_BEACON_H

#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/status.h"
#include "net/community.h"

struct entropy;

#define BEACON_SIZE    ((size_t)136)
#define BEACON_VERSION 1

enum beacon_kind {
    BEACON_ASK = 0,   /* sent to everybody; those who hear it answer */
    BEACON_ANSWER = 1 /* sent to who asked; nobody answers it */
};

struct beacon {
    uint8_t version; /* 1; later versions keep these fields */
    enum beacon_kind kind;
    uint32_t hour;      /* hours since 1970; 0 for "no clock" */
    uint16_t port;      /* TCP port where the sender listens; 0 for none */
    uint8_t boot_id[8]; /* drawn fresh at each start */
};

void beacon_seal(uint8_t out[BEACON_SIZE], const struct beacon *beacon,
                 const struct community *community, struct entropy *entropy);

/*
 * Open a datagram of any size.
 *   STATUS_MALFORMED      not BEACON_SIZE octets, or version 0
 *   STATUS_BAD_SIGNATURE  not of this community
 *   STATUS_NEWER          of a kind that this p2pub does not know
 */
enum status beacon_open(struct beacon *out, struct byte_view datagram,
                        const struct community *community) MUST_CHECK;

#endif
