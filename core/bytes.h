/*
 * Octets somebody else owns (struct byte_view) and octets of our own that
 * grow up to a maximum fixed at birth (struct byte_buf).
 *
 * A view is two words, passed by value; it dies with the memory it points
 * into.  A buffer frees its memory in byte_buf_release, which may be called
 * any number of times.
 */
#ifndef P2PUB_CORE_BYTES_H
#define P2PUB_CORE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

struct byte_view {
    const uint8_t *data; /* may be NULL when size is 0 */
    size_t size;
};

struct byte_buf {
    uint8_t *data;   /* NULL until the first octet */
    size_t size;     /* octets in use */
    size_t capacity; /* octets allocated */
    size_t maximum;  /* size never exceeds this */
};

/* Views. */

struct byte_view byte_view_of(const void *data, size_t size);
struct byte_view byte_view_of_text(const char *text);
struct byte_view byte_view_of_buf(const struct byte_buf *buf);

/* The part of view from offset on, at most size octets; both are clamped. */
struct byte_view byte_view_slice(struct byte_view view, size_t offset,
                                 size_t size);
bool byte_view_equal(struct byte_view a, struct byte_view b);
bool byte_view_equal_text(struct byte_view view, const char *text);
bool byte_view_starts_with(struct byte_view view, const char *text);

/* As memcmp, the shorter first when one is the beginning of the other. */
int byte_view_compare(struct byte_view a, struct byte_view b);

/* Buffers.  Appending fails with STATUS_TOO_LARGE beyond the maximum and with
 * STATUS_NO_MEMORY; the buffer is then as it was.  What is appended or set
 * must not lie in the buffer itself. */

void byte_buf_init(struct byte_buf *buf, size_t maximum);
void byte_buf_release(struct byte_buf *buf);

/* Forget the octets and keep the memory. */
void byte_buf_clear(struct byte_buf *buf);

/* Make room for size more octets, so that appending them cannot fail. */
enum status byte_buf_reserve(struct byte_buf *buf, size_t size) MUST_CHECK;
enum status byte_buf_append(struct byte_buf *buf,
                            struct byte_view view) MUST_CHECK;
enum status byte_buf_append_text(struct byte_buf *buf,
                                 const char *text) MUST_CHECK;

/* Replace what is there by view. */
enum status byte_buf_set(struct byte_buf *buf,
                         struct byte_view view) MUST_CHECK;

/* Give the octets and their memory of from to the buffer to, which is
 * overwritten; from is empty then and keeps its maximum. */
void byte_buf_move(struct byte_buf *to, struct byte_buf *from);

/* Drop the first count octets (all, if there are fewer). */
void byte_buf_consume(struct byte_buf *buf, size_t count);

/* A terminating zero behind the octets, not counted in size; NULL without
 * memory or at the maximum.  The pointer dies at the next change. */
const char *byte_buf_text(struct byte_buf *buf);

#endif
