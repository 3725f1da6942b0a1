/*
 * Datagrams on the local network: one that goes out on every interface by
 * itself, one to an address, and those that arrive.
 *
 * Two sockets a family: one on the community's port, shared with other nodes
 * of this machine, hears multicast and broadcast; one on a port of its own
 * sends everything and hears the answers.  No default route is needed.
 * Interfaces are looked at every BEACON_INTERFACES_MS.
 */
#ifndef P2PUB_NET_UV_BEACON_H
#define P2PUB_NET_UV_BEACON_H

#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "core/bytes.h"
#include "core/status.h"
#include "net/address.h"
#include "net/community.h"

struct uv_beacon;

struct uv_beacon_config {
    uv_loop_t *loop;
    struct community_beacon where;
    void *context;
    /* A datagram arrived; its octets die when this returns. */
    void (*on_datagram)(void *context, const struct address *from,
                        struct byte_view octets);
    /* An interface came, went or has another address. */
    void (*on_interfaces)(void *context);
};

/* STATUS_IO when no family has a socket (errno says why), STATUS_NO_MEMORY. */
enum status uv_beacon_new(struct uv_beacon **out,
                          const struct uv_beacon_config *config) MUST_CHECK;

/* Close; the memory goes once the loop has closed the sockets.  NULL is
 * allowed. */
void uv_beacon_free(struct uv_beacon *beacon);

/* Send on every interface.  A lost datagram is nobody's error. */
void uv_beacon_send_all(struct uv_beacon *beacon, struct byte_view octets);

/* Send to one address. */
void uv_beacon_send(struct uv_beacon *beacon, const struct address *to,
                    struct byte_view octets);

#endif
