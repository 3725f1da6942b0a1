/*
 * The first message of a link: Noise's, with its head masked, padded and
 * shaped so that it looks like nothing, and with a check that costs no curve
 * operation.
 *
 *     shape | nonce 24 | mask(e 32 | len 2 | hour 4) | mac 16 | rest of len
 *
 * The initiator calls hello_call; the responder hello_listen, hello_read_head
 * and hello_read.  Then net/hello_answer.h goes on.  After a failure only
 * hello_release is left.
 *
 * A struct hello holds secrets; hello_release wipes it.
 * Called by: net/session.  Spec: net/PROTOCOL.md, "Links"; SECURITY.md b.
 */
#ifndef P2PUB_NET_HELLO_H
#define P2PUB_NET_HELLO_H

#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/status.h"
#include "net/hello_keys.h"
#include "net/noise_handshake.h"
#include "net/session.h"

#define HELLO_NONCE_SIZE ((size_t)24)
/* Without its shape and its rest. */
#define HELLO_HEAD_SIZE ((size_t)24 + 38 + 16)

struct hello {
    struct session_config config;
    struct hello_keys keys;
    struct noise_handshake noise; /* complete after message 2 */
    struct session_wish wish;     /* responder: after hello_read */
    uint8_t mac[HELLO_MAC_SIZE];  /* of message 1 */
    uint8_t ephemeral[32];        /* of the message being read */
    uint32_t hour;                /* that message 1 claims */
    size_t size;                  /* of message 1, before base64 */
};

/*
 * Begin as initiator: append message 1 to out.  config is copied, but for what
 * it points to.  STATUS_NO_MEMORY, STATUS_TOO_LARGE.
 */
enum status hello_call(struct hello *hello, const struct session_config *config,
                       const struct session_wish *wish, struct byte_buf *out,
                       struct entropy *entropy) MUST_CHECK;

/* Begin as responder. */
void hello_listen(struct hello *hello, const struct session_config *config);
void hello_release(struct hello *hello);

/* Octets on the wire from which hello_read_head learns the size. */
size_t hello_head_size(const struct hello *hello);

/*
 * Check the head of message 1, of hello_head_size octets; *size is that of
 * the whole message on the wire.  No curve operation is made.
 *   STATUS_BAD_SIGNATURE  a stranger
 *   STATUS_DENIED, _EXISTS, _FULL  see net/replay.h
 *   STATUS_MALFORMED, STATUS_TOO_LARGE, STATUS_NO_MEMORY
 */
enum status hello_read_head(struct hello *hello, struct byte_view head,
                            size_t *size) MUST_CHECK;

/* Read the whole message 1 and remember it.  The same failures. */
enum status hello_read(struct hello *hello,
                       struct byte_view message) MUST_CHECK;

/* For net/hello_answer alone: let Noise read the ephemeral key that a head had
 * and the rest, and append its payload. */
enum status hello_read_noise(struct hello *hello, struct byte_view rest,
                             struct byte_buf *payload) MUST_CHECK;

#endif
