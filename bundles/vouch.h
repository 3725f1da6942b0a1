/*
 * The kind `vouch`: I say that this key is NAME.
 *
 * A vouch names a key, optionally the first version of its identity, and what
 * its author calls the owner.  It gives a name to those readers alone who made
 * its author an introducer.  Source: bundles/FORMAT.md, "Vouch".
 */
#ifndef P2PUB_BUNDLES_VOUCH_H
#define P2PUB_BUNDLES_VOUCH_H

#include <stdbool.h>

#include "bundles/record.h"
#include "core/bytes.h"
#include "core/key.h"
#include "core/status.h"

struct vouch {
    struct key_public key; /* that is vouched for */
    bool has_identity;
    struct record_id identity; /* only valid when has_identity */
    struct byte_view name;
};

/* Read record; the name points into it.  STATUS_NEWER if it is no vouch that
 * this p2pub can read. */
enum status vouch_read(struct vouch *out,
                       const struct record *record) MUST_CHECK;

/* Append the header of a vouch; envelope gives key, date, sequence and
 * previous.  STATUS_MALFORMED, STATUS_TOO_LARGE, STATUS_NO_MEMORY. */
enum status vouch_write_header(struct byte_buf *out,
                               const struct record_fields *envelope,
                               const struct vouch *vouch) MUST_CHECK;

#endif
