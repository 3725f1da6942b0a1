/*
 * Sorted numbers as Rice-coded differences: the body of a list.
 *
 * count ascending numbers from base to base + 2^width - 1 are written as
 * their distances: the first from base, each other from its predecessor plus
 * one.  A distance d is d >> k in unary (ones, then a zero), then the k low
 * bits of d, k = width - ceil(log2(count)).  Bits fill each octet from its
 * lowest; the last octet ends in zeros.
 *
 * Source: net/PROTOCOL.md, "Lists".
 */
#ifndef P2PUB_NET_RICE_H
#define P2PUB_NET_RICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/status.h"

/* Append values to out: strictly ascending, all in the range, whose width is
 * 1 to 48.  STATUS_NO_MEMORY, STATUS_TOO_LARGE at out's
 * maximum. */
enum status rice_write(struct byte_buf *out, const uint64_t *values,
                       size_t count, uint64_t base, uint8_t width) MUST_CHECK;

/* Could coded hold count values?  To be asked before memory is spent. */
bool rice_fits(struct byte_view coded, size_t count, uint8_t width);

/* Read exactly count values from exactly coded.  STATUS_MALFORMED for
 * anything that rice_write does not write. */
enum status rice_read(uint64_t *values, size_t count, uint64_t base,
                      uint8_t width, struct byte_view coded) MUST_CHECK;

#endif
