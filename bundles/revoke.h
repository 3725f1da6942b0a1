/*
 * The kind `revoke`: this key is not to be trusted any more.
 *
 * Signed by the key itself, in advance (sequence 0) or when it is lost; it
 * marks what the key signed and hides nothing.
 * Source: bundles/FORMAT.md, "Revocation".
 */
#ifndef P2PUB_BUNDLES_REVOKE_H
#define P2PUB_BUNDLES_REVOKE_H

#include "bundles/record.h"
#include "core/bytes.h"
#include "core/key.h"
#include "core/status.h"
#include "core/time.h"

struct revoke {
    struct byte_view reason;
};

/* Read record; the reason points into it.  STATUS_NEWER if it is no
 * revocation that this p2pub can read. */
enum status revoke_read(struct revoke *out,
                        const struct record *record) MUST_CHECK;

/* Append the header of a revocation; envelope gives key, date, sequence and
 * previous.  STATUS_MALFORMED, STATUS_TOO_LARGE, STATUS_NO_MEMORY. */
enum status revoke_write_header(struct byte_buf *out,
                                const struct record_fields *envelope,
                                const struct revoke *revoke) MUST_CHECK;

/* A revocation by secret outside its sequence, as it is written in advance;
 * record_free *out.  STATUS_MALFORMED for the reason, STATUS_NO_MEMORY. */
enum status revoke_seal(struct record **out, const struct key_secret *secret,
                        struct byte_view reason, struct day date) MUST_CHECK;

#endif
