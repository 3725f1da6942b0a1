/*
 * A community: the secret that neighbours on a local network share.
 *
 * The open community's secret is public (the hash of a sentence in
 * net/PROTOCOL.md): it lets two strangers' laptops work with no set-up and
 * keeps nothing from others on the same network.  A private one is a line in
 * a file: `p2pub1-community SECRET CHECK`.
 */
#ifndef P2PUB_NET_COMMUNITY_H
#define P2PUB_NET_COMMUNITY_H

#include <stdint.h>

#include "core/bytes.h"
#include "core/status.h"

struct entropy;

struct community {
    uint8_t secret[32];
};

struct community community_open(void);
void community_new(struct community *out, struct entropy *entropy);
enum status community_write(struct byte_buf *out,
                            const struct community *community) MUST_CHECK;

/* STATUS_MALFORMED, STATUS_BAD_SIGNATURE for the check word alone,
 * STATUS_NEWER for a later version of the grammar. */
enum status community_parse(struct community *out,
                            struct byte_view text) MUST_CHECK;

/* The UDP port and groups of its beacons, derived from the secret:
 * port 49152 to 65535, group 239.x.y.z, group ff12::8000:0 or higher. */
struct community_beacon {
    uint16_t port;
    uint8_t group_ipv4[4];
    uint8_t group_ipv6[16];
};

struct community_beacon community_beacon(const struct community *community);

#endif
