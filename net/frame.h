/*
 * Frames: the sealed pieces in which an open link carries its octets.
 *
 * On the wire a frame is its sealed length (18 octets), then its sealed body.
 * The plain length is that of the plain body, 2 octets; the plain body is a
 * count, that many octets of the message stream, and zeros:
 *
 *     seal(length 2) | seal(count 2 | octets | zeros)
 *
 * Bit 15 of the count says that these are the last words.  Nothing is acted
 * on before it is authenticated, the length included.  After FRAME_REKEY
 * frames a direction changes its key.
 *
 * Spec: net/PROTOCOL.md, "Frames".
 */
#ifndef P2PUB_NET_FRAME_H
#define P2PUB_NET_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/limits.h"
#include "core/status.h"
#include "net/noise.h"

#define FRAME_HEAD_SIZE ((size_t)18)
/* What a frame has around its octets: head, count, tag. */
#define FRAME_OVERHEAD ((size_t)36)

/* One direction of a link. */
struct frame_direction {
    struct noise_cipher cipher;
    uint64_t count; /* frames so far */
};

void frame_direction_init(struct frame_direction *direction,
                          const struct noise_cipher *cipher);

/* Wipe. */
void frame_direction_release(struct frame_direction *direction);

/* The size to which a flight of size octets is padded: the next of 128, 256,
 * 512, 1024, 1536, then multiples of 1024. */
size_t frame_flight_size(size_t size);

/* Seal octets and padding zeros into out, which has room for FRAME_OVERHEAD
 * more than both; together they are FRAME_BODY_MAX - 2 at most. */
void frame_seal(struct frame_direction *direction, uint8_t *out,
                struct byte_view octets, size_t padding, bool last);

/* The size of the sealed body that follows head.  STATUS_BAD_SIGNATURE,
 * STATUS_MALFORMED. */
enum status frame_open_head(struct frame_direction *direction,
                            size_t *body_size,
                            const uint8_t head[FRAME_HEAD_SIZE]) MUST_CHECK;

/* Open the sealed body of size octets in place; *octets points into it.
 * STATUS_BAD_SIGNATURE, STATUS_MALFORMED. */
enum status frame_open_body(struct frame_direction *direction, uint8_t *body,
                            size_t size, struct byte_view *octets,
                            bool *last) MUST_CHECK;

#endif
