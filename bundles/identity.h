/*
 * The kind `identity`: who a key belongs to, and who may replace it.
 *
 * Version 1 is written with the key and is what `follow` pins.  Later versions
 * are carried and shown as "needs a newer p2pub".
 * Source: bundles/FORMAT.md, "Identity".
 */
#ifndef P2PUB_BUNDLES_IDENTITY_H
#define P2PUB_BUNDLES_IDENTITY_H

#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"
#include "core/bytes.h"
#include "core/status.h"

struct identity {
    uint32_t version; /* 1 */
    struct byte_view name;
    uint32_t threshold; /* t of n recovery keys, 2t > n */
    size_t recovery_count;
    struct key_public recovery[16];
};

/* Read record, which must be of kind identity; views point into it.
 * STATUS_NEWER if it is a version or has a line that this p2pub does not know,
 * or breaks a rule of version 1 (threshold, duplicate recovery keys, the
 * author's own key among them). */
enum status identity_read(struct identity *out,
                          const struct record *record) MUST_CHECK;

/* Append the header of a version 1 identity; envelope gives key, date,
 * sequence and previous.  STATUS_MALFORMED, STATUS_TOO_LARGE,
 * STATUS_NO_MEMORY. */
enum status identity_write_header(struct byte_buf *out,
                                  const struct record_fields *envelope,
                                  const struct identity *identity) MUST_CHECK;

#endif
