/*
 * The kind `cosign`: I sign that record too.
 *
 * A co-signature names a statement or an identity by its id, and optionally
 * the files of it that its author has checked; without names it is for all of
 * it.  Source: bundles/FORMAT.md, "Co-signature".
 */
#ifndef P2PUB_BUNDLES_COSIGN_H
#define P2PUB_BUNDLES_COSIGN_H

#include <stddef.h>

#include "bundles/record.h"
#include "core/bytes.h"
#include "core/status.h"

struct cosign {
    struct record_id signs;
    size_t name_count; /* 0 for the whole record */
    struct byte_view names[128];
};

/* Read record; views point into it.  STATUS_NEWER if it is no co-signature
 * that this p2pub can read. */
enum status cosign_read(struct cosign *out,
                        const struct record *record) MUST_CHECK;

/* Append the header of a co-signature; envelope gives key, date, sequence and
 * previous, and the names are in ascending order.  STATUS_MALFORMED,
 * STATUS_TOO_LARGE, STATUS_NO_MEMORY. */
enum status cosign_write_header(struct byte_buf *out,
                                const struct record_fields *envelope,
                                const struct cosign *cosign) MUST_CHECK;

#endif
