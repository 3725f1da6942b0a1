/*
 * The compression stream of a link: one direction, one stream, so that what
 * comes later leans on what went before.
 *
 * A stream packs or expands, never both.  What is packed is cut into messages:
 * the octets of one are complete (flushed), carry their plain length beside
 * them, and are expanded in the order in which they were packed.  Expanding
 * writes exactly the plain length and stops there; whatever else comes is
 * STATUS_MALFORMED.  Nothing here is signed and nothing is believed: records
 * and chunks are checked by signature and hash afterwards.
 *
 * A stream that failed stays failed and gives the same status again, save
 * where it says that nothing was changed.
 *
 * Called by: net/exchange*.
 * Memory: stream_memory has what a stream takes, before it is made.  zlib's
 *         part goes through core/mem; libzstd's stable interface takes its
 *         own, which the window and the tables of its setting bound.
 *
 * Source: net/PROTOCOL.md, "Packed"; RFC 1951 and RFC 8878.
 */
#ifndef P2PUB_NET_STREAM_H
#define P2PUB_NET_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/limits.h"
#include "core/status.h"

enum stream_kind {
    /* The plain octets. */
    STREAM_RAW = 0,
    /* One raw deflate stream that never ends, flushed after each message to a
     * whole octet; the 00 00 ff ff which that ends with is left out. */
    STREAM_DEFLATE = 1,
    /* One zstd frame that never ends, flushed after each message.  Its header
     * is magic, 00, window: no checksum, no content size, no dictionary id. */
    STREAM_ZSTD = 2
};

enum stream_direction {
    STREAM_PACKS,
    STREAM_EXPANDS
};

/* window_log: the stream reaches 2^window_log octets back.  0 for RAW, 15 for
 * DEFLATE, STREAM_WINDOW_LOG_MIN to _MAX for ZSTD.  effort matters for packing
 * alone: deflate's level 1 to 9, zstd's 1 to 19, and 0 for RAW. */
struct stream_setting {
    enum stream_kind kind;
    uint8_t window_log;
    uint8_t effort;
};

struct stream;

/* Is kind part of this build?  RAW and DEFLATE always are. */
bool stream_has(enum stream_kind kind);

/* Octets that a stream of setting takes, the copy of what primes it left out;
 * measured, and rounded up. */
size_t stream_memory(const struct stream_setting *setting,
                     enum stream_direction direction);

/*
 * The setting that packs best in memory octets for a receiver who expands
 * deflate if deflate is true, and zstd with windows of up to window_log (0 for
 * no zstd); RAW when there is none.
 */
struct stream_setting stream_setting_within(size_t memory, bool deflate,
                                            uint8_t window_log);

/*
 * A stream that packs or expands; free *out with stream_free.
 *
 * prime is octets that both ends know, which the first message can lean on:
 * the last 32 KiB of it for deflate, the last STREAM_PRIME_MAX for zstd.  It is
 * copied.  Both ends give the same, or the first messages are garbage that no
 * hash fits.
 *
 *   STATUS_NEWER      a kind or window that this build does not know
 *   STATUS_NO_MEMORY
 */
enum status stream_new(struct stream **out,
                       const struct stream_setting *setting,
                       enum stream_direction direction,
                       struct byte_view prime) MUST_CHECK;

/* Release.  NULL is allowed and does nothing. */
void stream_free(struct stream *stream);

/* The most that stream_pack makes of plain_size octets. */
size_t stream_bound(size_t plain_size);

/*
 * Append the packed octets of one message to out.
 *   STATUS_TOO_LARGE  plain is empty or over STREAM_PLAIN_MAX, or out's maximum
 *                     leaves no stream_bound: nothing was changed
 *   STATUS_NO_MEMORY  out is as it was
 */
enum status stream_pack(struct stream *stream, struct byte_buf *out,
                        struct byte_view plain) MUST_CHECK;

/*
 * Append the plain octets of one message, exactly plain_size of them, to out.
 *   STATUS_MALFORMED  packed is not one message of that plain length, or
 *                     plain_size is 0 or over STREAM_PLAIN_MAX
 *   STATUS_TOO_LARGE  out's maximum leaves no room: nothing was changed
 *   STATUS_NO_MEMORY  out is as it was
 */
enum status stream_expand(struct stream *stream, struct byte_buf *out,
                          struct byte_view packed,
                          size_t plain_size) MUST_CHECK;

#endif
