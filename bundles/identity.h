/*
 * The kind `identity`: who a key belongs to, and who may replace it.
 *
 * Version 1 is written with the key and is what `follow` pins.  Each later
 * version follows the one before it and may change the key, the recovery keys
 * and the threshold.  Whether it does is not a question of its lines alone:
 * bundles/lineage.h.
 * Source: bundles/FORMAT.md, "Identity".
 */
#ifndef P2PUB_BUNDLES_IDENTITY_H
#define P2PUB_BUNDLES_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"
#include "core/bytes.h"
#include "core/status.h"

/* The last record of another key that is good; that key ends with it. */
struct identity_good {
    struct key_public key;
    uint32_t sequence; /* from 1 */
    struct record_id id;
};

/* The name in another language. */
struct identity_name {
    struct byte_view language; /* a canonical tag */
    struct byte_view text;
};

struct identity {
    uint32_t version;    /* from 1 */
    size_t follow_count; /* 0 for version 1; else 1 to 4, ascending */
    struct record_id follows[4];
    size_t good_count; /* by key, ascending */
    struct identity_good good[8];
    struct byte_view name;
    size_t name_count; /* by tag, ascending */
    struct identity_name names[16];
    struct byte_view web; /* empty if there is none */
    uint32_t threshold;   /* t of n recovery keys, 2t > n */
    size_t recovery_count;
    struct key_public recovery[16];
};

/* Read record, which must be of kind identity; views point into it.
 * STATUS_NEWER if it has a line that this p2pub does not know, or breaks a
 * rule of the grammar. */
enum status identity_read(struct identity *out,
                          const struct record *record) MUST_CHECK;

/* True if text is an address that a `web` line may hold. */
bool identity_is_web(struct byte_view text);

/* Append the header of an identity; envelope gives key, date, sequence and
 * previous; lines stand in the order in which they are given.
 * STATUS_MALFORMED, STATUS_TOO_LARGE, STATUS_NO_MEMORY. */
enum status identity_write_header(struct byte_buf *out,
                                  const struct record_fields *envelope,
                                  const struct identity *identity) MUST_CHECK;

#endif
