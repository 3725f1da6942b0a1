/*
 * Which recovery keys have agreed to a version of an identity: those that
 * co-signed it, and its author's own where that is one of them.
 *
 * What a recovery key once agreed to stays agreed, and one co-signature of
 * whatever form is enough: else whoever steals one of them could take a
 * version back, or bury the co-signature under others.  The same for the same
 * records in any order of arrival.  Source: bundles/FORMAT.md, "Which version
 * counts".
 */
#ifndef P2PUB_BUNDLES_CONSENT_H
#define P2PUB_BUNDLES_CONSENT_H

#include <stdbool.h>
#include <stddef.h>

#include "bundles/identity.h"
#include "bundles/record.h"
#include "bundles/store.h"
#include "core/key.h"
#include "core/status.h"

/* A version, and the recovery keys that are asked about it. */
struct consent_question {
    struct record_id id;
    struct key_author author;
    const struct key_public *recovery; /* the caller's */
    size_t count;
};

/*
 * How many of the recovery keys have agreed; looked up one by one, so that
 * what other keys sign costs nothing.  needed is how many matter: the search
 * ends when they are found or can be found no more, so that *out is less than
 * needed exactly when there are not enough.  0 for needed counts all.
 * STATUS_NO_MEMORY and the store's.
 */
enum status consent_count(size_t *out, struct store *store,
                          const struct consent_question *question,
                          size_t needed) MUST_CHECK;

/* True in *agreed if this one has. */
enum status consent_of(bool *agreed, struct store *store,
                       const struct consent_question *question,
                       const struct key_author *recovery) MUST_CHECK;

/* True in *out if enough recovery keys of the first version that record, one
 * after the first, follows have agreed: without that it counts nowhere, and
 * nothing else that strangers write is worth looking at. */
enum status consent_before(bool *out, struct store *store,
                           const struct record *record,
                           const struct identity *identity) MUST_CHECK;

#endif
