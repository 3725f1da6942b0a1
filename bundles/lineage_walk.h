/*
 * Where the versions that follow one version are looked for.
 *
 * Anyone can write a version that follows another, so there may be any number
 * of them.  The first LINEAGE_FOLLOWERS_MAX are looked at as they are; where
 * there are more, those too which a recovery key of the version that is
 * followed has co-signed or written, for one that counts is among these, and
 * only whoever holds such a key adds to them.
 */
#ifndef P2PUB_BUNDLES_LINEAGE_WALK_H
#define P2PUB_BUNDLES_LINEAGE_WALK_H

#include <stddef.h>

#include "bundles/record.h"
#include "bundles/store.h"
#include "core/key.h"
#include "core/status.h"

/* Call visit for what may follow the version called id, some of it perhaps
 * twice, and for what does not follow it.  STATUS_NO_MEMORY, the store's, and
 * what visit returns. */
enum status lineage_walk(struct store *store, const struct record_id *id,
                         const struct key_public *recovery, size_t count,
                         store_visit *visit, void *context) MUST_CHECK;

#endif
