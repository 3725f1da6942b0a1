/*
 * A network address as the engine sees it: octets to compare, count by prefix
 * and hand back to the host.  The engine never opens one.
 */
#ifndef P2PUB_NET_ADDRESS_H
#define P2PUB_NET_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/status.h"

struct address {
    uint8_t octets[16]; /* IPv6, or IPv4 in the first four */
    bool is_ipv6;
    uint16_t port;  /* host byte order; 0 for none */
    uint32_t scope; /* interface index of a link-local IPv6 address, else 0 */
};

#define ADDRESS_TEXT_SIZE 80 /* [IPv6%scope]:port and a zero octet */

/* Make an IPv4-mapped IPv6 address (::ffff:192.0.2.1, as sockets for both
 * families report them) the IPv4 address that it stands for; others stay. */
void address_unmap(struct address *address);

/* True for what anybody on the internet can reach: not for this machine, a
 * private network, a link, a group of receivers, or what is set aside. */
bool address_is_global(const struct address *address);

bool address_equal(const struct address *a, const struct address *b);

/* The prefix that limits count by: /24 of IPv4, /48 of IPv6, each link-local
 * interface by itself; port and the rest are zero. */
struct address address_prefix(const struct address *address);

/* "192.0.2.1:443", "[2001:db8::1]:443", "[fe80::1%2]:443"; without a port and
 * its brackets where port is 0: "192.0.2.1", "2001:db8::1". */
void address_format(const struct address *address, char out[ADDRESS_TEXT_SIZE]);

/* The same forms read back, with brackets or without where there is no port;
 * default_port where the text has none; a scope is a number here (the host
 * turns interface names into numbers); IPv4-mapped addresses are unmapped.
 * STATUS_MALFORMED, *out is then as it was. */
enum status address_parse(struct address *out, struct byte_view text,
                          uint16_t default_port) MUST_CHECK;

#endif
