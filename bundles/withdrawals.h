/*
 * Whether records of one author still stand, or were withdrawn by it.
 *
 * A record stands as long as no withdrawal of it by its author's chain of keys
 * (bundles/lineages.h) stands; so a withdrawal may be withdrawn in its turn.  The same for the same records in
 * any order of arrival, and bounded: bundles/FORMAT.md, "Withdrawal".
 */
#ifndef P2PUB_BUNDLES_WITHDRAWALS_H
#define P2PUB_BUNDLES_WITHDRAWALS_H

#include <stdbool.h>
#include <stddef.h>

#include "bundles/lineages.h"
#include "bundles/record.h"
#include "core/bytes.h"
#include "core/key.h"
#include "core/status.h"
#include "core/time.h"

/* A withdrawal that stands. */
struct withdrawal {
    struct record *record; /* NULL if there is none */
    struct day date;
    struct byte_view reason; /* of record */
};

/*
 * Whether each of count records of author, at most COSIGNS_OF_KEY_MAX, stands;
 * and the newest of the withdrawals by which one does not: of the highest
 * sequence, then of the lowest id.  Its signatures are checked.  Release *out
 * with withdrawal_release, also after a failure; NULL asks for none.
 * STATUS_NO_MEMORY and the store's.
 */
enum status withdrawals_find(struct withdrawal *out, bool *stands,
                             struct lineages *lineages,
                             const struct key_author *author,
                             const struct record_id *ids,
                             size_t count) MUST_CHECK;

/* True in *is_withdrawn if the record does not stand: what a list says of each
 * of many.  The same failures. */
enum status withdrawals_has(bool *is_withdrawn, struct lineages *lineages,
                            const struct key_author *author,
                            const struct record_id *id) MUST_CHECK;

/* Legal for an all-zero struct. */
void withdrawal_release(struct withdrawal *withdrawal);

#endif
