/*
 * The second message of a link, which answers net/hello.h's:
 *
 *     nonce 24 | mask(e 32 | len 2) | mac 16 | rest of len
 *
 * The responder calls hello_answer_write; the initiator hello_answer_read_head
 * and hello_answer_read.  Then hello->noise is complete: split it.  After a
 * failure only hello_release is left.
 *
 * Called by: net/session.  Spec: net/PROTOCOL.md, "Message 2".
 */
#ifndef P2PUB_NET_HELLO_ANSWER_H
#define P2PUB_NET_HELLO_ANSWER_H

#include <stddef.h>

#include "core/bytes.h"
#include "core/status.h"
#include "net/hello.h"

#define HELLO_ANSWER_HEAD_SIZE ((size_t)24 + 34 + 16)

/* Octets that can follow a payload of so many and make message 2 no longer. */
size_t hello_answer_room(size_t payload);

/* Append message 2 with payload to out.  STATUS_TOO_LARGE beyond
 * SESSION_PAYLOAD_MAX, STATUS_NO_MEMORY. */
enum status hello_answer_write(struct hello *hello, struct byte_view payload,
                               struct byte_buf *out,
                               struct entropy *entropy) MUST_CHECK;

/* Check the head, of HELLO_ANSWER_HEAD_SIZE octets; *size is that of the whole
 * message.  No curve operation is made.  STATUS_BAD_SIGNATURE,
 * STATUS_TOO_LARGE. */
enum status hello_answer_read_head(struct hello *hello, struct byte_view head,
                                   size_t *size) MUST_CHECK;

/* Read the whole message and append its payload to out.
 * STATUS_BAD_SIGNATURE, STATUS_MALFORMED, STATUS_NO_MEMORY. */
enum status hello_answer_read(struct hello *hello, struct byte_view message,
                              struct byte_buf *out) MUST_CHECK;

#endif
