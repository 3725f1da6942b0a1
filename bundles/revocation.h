/*
 * Whether a key was revoked by itself, and what of its records was here before
 * that was known.
 *
 * A revocation marks and hides nothing: whoever has stolen a key can revoke it
 * too, and must not be able to bury what its owner wrote.  The same for the
 * same records in any order of arrival, but for is_early, which is this
 * store's own.  Source: bundles/FORMAT.md, "Revocation".
 */
#ifndef P2PUB_BUNDLES_REVOCATION_H
#define P2PUB_BUNDLES_REVOCATION_H

#include <stdbool.h>

#include "bundles/record.h"
#include "bundles/store.h"
#include "core/bytes.h"
#include "core/key.h"
#include "core/status.h"
#include "core/time.h"

struct revocation {
    struct record *record; /* NULL if the key was not revoked */
    struct day date;
    struct byte_view reason; /* of record; empty if it needs a newer p2pub */
    bool is_early; /* the record that was asked about came before the first
                      revocation of its key */
};

/*
 * What store knows of author's revocations; its signatures are checked.  id is
 * the record that is_early is about: one that is not in store did not come
 * early.  Release *out with revocation_release, also after a failure.
 * STATUS_NO_MEMORY and the store's.
 */
enum status revocation_find(struct revocation *out, struct store *store,
                            const struct key_author *author,
                            const struct record_id *id) MUST_CHECK;

/* Legal for an all-zero struct. */
void revocation_release(struct revocation *revocation);

#endif
