/*
 * The zstd half of net/stream, for net/stream.c alone; in a build without
 * libzstd there is none, and stream_zstd_is_there says so.
 */
#ifndef P2PUB_NET_STREAM_ZSTD_H
#define P2PUB_NET_STREAM_ZSTD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/status.h"
#include "net/stream.h"

struct stream_zstd;

bool stream_zstd_is_there(void);

/* Octets that libzstd takes. */
size_t stream_zstd_memory(const struct stream_setting *setting,
                          enum stream_direction direction);

/* The setting with the largest window up to window_log that packs within
 * memory; false if there is none. */
bool stream_zstd_within(struct stream_setting *out, size_t memory,
                        uint8_t window_log);

/* prime is not copied and outlives the stream.  STATUS_NEWER,
 * STATUS_NO_MEMORY. */
enum status stream_zstd_new(struct stream_zstd **out,
                            const struct stream_setting *setting,
                            enum stream_direction direction,
                            struct byte_view prime) MUST_CHECK;
void stream_zstd_free(struct stream_zstd *zstd);

/* Pack into at most *size octets at packed; *size is then how many.
 * STATUS_NO_MEMORY; STATUS_TOO_LARGE if they do not suffice. */
enum status stream_zstd_pack(struct stream_zstd *zstd, uint8_t *packed,
                             size_t *size, struct byte_view plain) MUST_CHECK;

/* Expand into exactly size octets at plain.  STATUS_MALFORMED,
 * STATUS_NO_MEMORY. */
enum status stream_zstd_expand(struct stream_zstd *zstd, uint8_t *plain,
                               size_t size, struct byte_view packed) MUST_CHECK;

#endif
