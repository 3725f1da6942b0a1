/*
 * The kind `withdraw`: I take back my own record, with a reason.
 *
 * A withdrawal counts for a record of the same key alone, and may itself be
 * withdrawn.  Source: bundles/FORMAT.md, "Withdrawal".
 */
#ifndef P2PUB_BUNDLES_WITHDRAW_H
#define P2PUB_BUNDLES_WITHDRAW_H

#include "bundles/record.h"
#include "core/bytes.h"
#include "core/status.h"

struct withdraw {
    struct record_id withdraws;
    struct byte_view reason;
};

/* Read record; the reason points into it.  STATUS_NEWER if it is no
 * withdrawal that this p2pub can read. */
enum status withdraw_read(struct withdraw *out,
                          const struct record *record) MUST_CHECK;

/* Append the header of a withdrawal; envelope gives key, date, sequence and
 * previous.  STATUS_MALFORMED, STATUS_TOO_LARGE, STATUS_NO_MEMORY. */
enum status withdraw_write_header(struct byte_buf *out,
                                  const struct record_fields *envelope,
                                  const struct withdraw *withdraw) MUST_CHECK;

#endif
