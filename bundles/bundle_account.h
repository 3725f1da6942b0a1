/*
 * On whose account a store keeps what it keeps, afterwards.
 *
 * Both functions change a store in transactions of bounded size (COMMIT_*), so
 * that a daemon beside them does not wait; none is open when they are called.
 * When one fails or is killed, what it did until then stays, and calling it
 * again goes on.  They may also return what bundles/store.h lists, and
 * STATUS_TOO_LARGE for over ACCOUNT_IDS_MAX records or chunks.
 */
#ifndef P2PUB_BUNDLES_BUNDLE_ACCOUNT_H
#define P2PUB_BUNDLES_BUNDLE_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "bundles/record.h"
#include "bundles/store.h"
#include "core/status.h"

/*
 * Move all records of author and their chunks to keeping: for a key that is
 * followed from now on, or no longer.  Chunks that a record of another
 * followed author names as well stay on STORE_FOLLOWED.  *moved counts
 * records.
 */
enum status bundle_account_move(struct store *store,
                                const struct key_author *author,
                                enum store_class keeping,
                                size_t *moved) MUST_CHECK;

/*
 * The same for those of author's records that wants says: of a key that ended,
 * those that are good, or those that are not (bundles/following.h).
 */
typedef bool bundle_account_filter(void *context, const struct store_row *row);
enum status bundle_account_move_some(struct store *store,
                                     const struct key_author *author,
                                     enum store_class keeping,
                                     bundle_account_filter *wants,
                                     void *context, size_t *moved) MUST_CHECK;

/*
 * Remove all chunks that no record names: what a publish left behind that was
 * cut short (bundles/stash.h).  Nobody may be publishing meanwhile.  *removed
 * counts chunks.  STATUS_LOCKED if another process wrote into the store in
 * between, so that something may name them now.
 */
enum status bundle_account_collect(struct store *store,
                                   size_t *removed) MUST_CHECK;

#endif
