/*
 * The stream of messages of a link, taken apart: feed octets split anywhere,
 * take whole messages.
 *
 * After an error a stream stays broken.
 */
#ifndef P2PUB_NET_MESSAGE_STREAM_H
#define P2PUB_NET_MESSAGE_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "core/bytes.h"
#include "core/status.h"
#include "net/message.h"

struct message_stream {
    struct byte_buf buf;
    size_t taken; /* octets at the front of buf that are done with */
    bool broken;
};

/* maximum: octets that may wait, whole messages and a part of one. */
void message_stream_init(struct message_stream *stream, size_t maximum);
void message_stream_release(struct message_stream *stream);

/* Octets arrived; they are copied.  STATUS_TOO_LARGE beyond the maximum,
 * STATUS_NO_MEMORY; the stream is then broken. */
enum status message_stream_feed(struct message_stream *stream,
                                struct byte_view octets) MUST_CHECK;

/* Take the next whole message; false when there is none yet, or the stream is
 * broken.  Its body dies at the next call on stream. */
bool message_stream_next(struct message_stream *stream, struct message *out);

/* A whole message waits, or octets that break the stream: message_stream_next
 * has something to say. */
bool message_stream_has_next(const struct message_stream *stream);

/* A message of an impossible length came, or feeding failed. */
bool message_stream_is_broken(const struct message_stream *stream);

#endif
