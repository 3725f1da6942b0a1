/*
 * Reads fields from octets that may come from an enemy.
 *
 * The first read beyond the end makes the reader fail, and it stays failed:
 * every later read gives zero or an empty view.  So a parser is straight-line
 * code with one reader_done at its end.  Integers are little-endian.
 * The reader copies nothing; views point into the octets it was given.
 */
#ifndef P2PUB_CORE_READER_H
#define P2PUB_CORE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"

struct reader {
    const uint8_t *at;
    size_t left;
    bool failed;
};

void reader_init(struct reader *reader, struct byte_view octets);
uint8_t reader_u8(struct reader *reader);
uint16_t reader_u16(struct reader *reader);
uint32_t reader_u24(struct reader *reader);
uint32_t reader_u32(struct reader *reader);
uint64_t reader_u48(struct reader *reader);
uint64_t reader_u64(struct reader *reader);

/* An unsigned LEB128 number in its shortest form, at most 64 bits; any other
 * form fails the reader. */
uint64_t reader_varint(struct reader *reader);

/* The next size octets as a view. */
struct byte_view reader_bytes(struct reader *reader, size_t size);

/* Copy the next size octets; zeros after a failure. */
void reader_copy(struct reader *reader, void *out, size_t size);

/* All that is left. */
struct byte_view reader_rest(struct reader *reader);

/* A line up to LF, without it; fails when there is no LF. */
struct byte_view reader_line(struct reader *reader);

/* Mark as failed, for a parser that found a wrong value. */
void reader_fail(struct reader *reader);

/* True if nothing failed and nothing is left. */
bool reader_done(const struct reader *reader);

#endif
