/*
 * One TCP connection: octets in, octets out, and an end that happens once.
 *
 * A link belongs to its owner from the moment it exists until on_gone, which
 * comes exactly once, from the loop and never from within a call below; the
 * memory is freed right after it.
 */
#ifndef P2PUB_NET_UV_LINK_H
#define P2PUB_NET_UV_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "core/bytes.h"
#include "core/list.h"
#include "core/status.h"
#include "net/address.h"

struct uv_link;

typedef void uv_link_connected(void *context, struct uv_link *link,
                               bool connected);

struct uv_link_owner {
    void *context;
    /* Memory that every link of one loop reads into; outlives them all. */
    uint8_t *read_buffer;
    size_t read_size;
    /* Octets arrived; they die when this returns.  Not called for a link that
     * drains. */
    void (*on_bytes)(void *context, struct uv_link *link,
                     struct byte_view octets);
    /* Some of what was sent has left. */
    void (*on_written)(void *context, struct uv_link *link);
    void (*on_gone)(void *context, struct uv_link *link);
};

struct uv_link {
    struct list_node node; /* the owner's, to keep its links in a list */
    uint64_t id;           /* the owner's name for it */
    void *cookie;          /* the owner's */
    struct address remote; /* where the other side is */
    size_t unsent;         /* octets given to uv_link_send and not written */
    struct uv_link_owner owner; /* from here on private */
    uv_tcp_t handle;
    uv_timer_t timer; /* the end of waiting: for a connection, for an end */
    unsigned open_handles;
    uv_shutdown_t shutdown;
    uv_link_connected *on_connected; /* while connecting, else NULL */
    bool reading;
    bool draining;
    bool ending;
    bool all_left;   /* ending: what was sent before is with the system */
    bool peer_ended; /* nothing more will come */
    bool closing;
};

/* Take the next connection that listener has.  STATUS_IO: that one is lost.
 * STATUS_NO_MEMORY: it waits, and so do all behind it: libuv reports none
 * before this was called again and did not fail so. */
enum status uv_link_accept(struct uv_link **out, uv_stream_t *listener,
                           const struct uv_link_owner *owner) MUST_CHECK;

/*
 * Start to connect to address; on_connected says how that ended, once, and on
 * failure on_gone follows.  After LINK_CONNECT_MS it has failed.  A link that
 * is closed before gets on_gone alone.  STATUS_NO_MEMORY, STATUS_IO when it
 * could not even be tried (nothing is called then).
 */
enum status uv_link_connect(struct uv_link **out, uv_loop_t *loop,
                            const struct address *address,
                            const struct uv_link_owner *owner,
                            uv_link_connected *on_connected) MUST_CHECK;

/* Begin to read.  STATUS_IO. */
enum status uv_link_start(struct uv_link *link) MUST_CHECK;

/* Stop and resume reading, for links that bring too much in one turn. */
void uv_link_pause(struct uv_link *link);
void uv_link_resume(struct uv_link *link);

/* Send octets (copied) in one write.  STATUS_NO_MEMORY; the link is to be
 * closed then. */
enum status uv_link_send(struct uv_link *link,
                         struct byte_view octets) MUST_CHECK;

/* What is sent next is the last: let it leave in one segment with the end
 * that uv_link_end makes, where the system can. */
void uv_link_hold(struct uv_link *link);

/*
 * Close when everything sent before has left and the peer has ended too;
 * octets that still come are thrown away.  To close with some unread would be
 * a reset, and take from the peer what is on its way to it.  A peer that takes
 * nothing for LINK_UNSENT_MS, or does not end within LINK_FAREWELL_MS of our
 * end, is not waited for.
 */
void uv_link_end(struct uv_link *link);
bool uv_link_is_ending(const struct uv_link *link);

/* From now on read and throw away; the peer closes first. */
void uv_link_drain(struct uv_link *link);

/* Close once what has arrived is read and thrown away, so that the peer sees
 * an end and no reset.  Not from within on_bytes. */
void uv_link_evict(struct uv_link *link);

/* Close at once.  What has not left is lost. */
void uv_link_close(struct uv_link *link);

/* sockaddr of libuv and address, both ways.  The latter gives
 * STATUS_MALFORMED for other families. */
void uv_link_sockaddr(struct sockaddr_storage *out,
                      const struct address *address);
enum status uv_link_address(struct address *out,
                            const struct sockaddr *socket_address) MUST_CHECK;

#endif
