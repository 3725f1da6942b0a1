/*
 * A summary: what one side has, range by range, as counts and digests.
 *
 * A whole summary covers the control set and every day there is.  Its ranges
 * are aligned to absolute days: single days in the newest block of 8, blocks
 * of 8 in its 64, of 64 in its 512, SUMMARY_FAR_BLOCKS of 512 before, one
 * range for the past behind them and one for the days after tomorrow;
 * neighbours without records are one range.  A part covers one span of
 * statements in ranges of about equal counts; it answers a range of the other
 * side's summary that differs and is too large to list.
 *
 * Whoever receives a summary compares: net/compare.h.
 *
 * Source: net/PROTOCOL.md, "Summaries".
 */
#ifndef P2PUB_NET_SUMMARY_H
#define P2PUB_NET_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/limits.h"
#include "core/status.h"
#include "core/time.h"
#include "net/span.h"
#include "net/window.h"

struct summary_range {
    struct span span;
    uint32_t count;
    uint8_t digest[WINDOW_DIGEST_SIZE]; /* zeros when count is 0 */
};

/* Ranges: of the control set one if it is a whole summary; then of
 * statements, consecutive, oldest first. */
struct summary {
    size_t count;
    struct summary_range ranges[1 + SUMMARY_RANGES_MAX];
};

/* Measure everything; today is where the fine ranges are.  The store's
 * failures. */
enum status summary_take(struct summary *out, struct window *window,
                         struct day today, const struct salt *salt) MUST_CHECK;

/* Measure span, of statements, in ranges as equal as days allow: a day with
 * more than a thirtieth of all is a range by itself, no other range has more.
 * So whoever splits in turn comes down to single days. */
enum status summary_take_part(struct summary *out, struct window *window,
                              const struct span *span,
                              const struct salt *salt) MUST_CHECK;

/* Append a SUMMARY message.  STATUS_NO_MEMORY, STATUS_TOO_LARGE. */
enum status summary_write(struct byte_buf *out,
                          const struct summary *summary) MUST_CHECK;

/* Read its body.  STATUS_MALFORMED. */
enum status summary_read(struct summary *out, struct byte_view body) MUST_CHECK;

#endif
