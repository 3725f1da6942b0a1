/*
 * Whom the reader follows by way of an identity: every key of its chain
 * (bundles/lineage.h), the next ones without a word, and those that ended.
 * What of these is good is for a verdict to say.
 *
 * The identity is the one that was pinned; of a key that is followed without
 * one it is that of the one chain which the key has a part in.  If there are
 * several, such a key stands for itself: whoever steals it can bring that
 * about, and cannot where one is pinned.
 */
#ifndef P2PUB_BUNDLES_FOLLOWING_H
#define P2PUB_BUNDLES_FOLLOWING_H

#include <stdbool.h>

#include "bundles/lineage.h"
#include "bundles/record.h"
#include "bundles/store.h"
#include "bundles/trust.h"
#include "core/status.h"

/* The chain of whom entry follows.  STATUS_NOT_FOUND if none is here, if there
 * are several, or if the key has no part in it before its present version;
 * STATUS_NO_MEMORY and the store's.  Release *out with lineage_release, also
 * after a failure. */
enum status following_chain(struct lineage *out, struct store *store,
                            const struct trust_entry *entry) MUST_CHECK;

/*
 * Add to trust, for each line, the other keys of its chain as store
 * has it, under the same name; what was added before is forgotten first.  A
 * key that stands there itself stays as it is, and of two chains with one key
 * the first has it.  To be called anew when an identity or a co-signature came.
 * STATUS_NO_MEMORY and the store's; trust is then as the file has it.
 */
enum status following_extend(struct trust *trust,
                             struct store *store) MUST_CHECK;

/* On whose account what author signs is kept when it comes.  What comes by a
 * key that has ended may be a thief's without end: it is anybody's, until
 * following_settle finds it good. */
enum store_class following_keeping(const struct trust *trust,
                                   const struct key_author *author);

/*
 * Move what is here of the keys of chains to the account on which it belongs:
 * to that of those who are followed what their next keys signed, and of keys
 * that have ended what is good; and what is claimed to the other one.  In
 * transactions of its own (bundles/bundle_account.h), after following_extend.
 * STATUS_NO_MEMORY, STATUS_TOO_LARGE and the store's.
 */
enum status following_settle(const struct trust *trust,
                             struct store *store) MUST_CHECK;

/*
 * True in *concerns if the record called id, which is new, may make more keys
 * followed, or fewer: if it is an identity that is followed, or a version
 * behind one, or a co-signature of such, and enough recovery keys of what it
 * follows have agreed.  So nothing that strangers write costs following_extend.
 * STATUS_NO_MEMORY and the store's.
 */
enum status following_concerns(bool *concerns, const struct trust *trust,
                               struct store *store,
                               const struct record_id *id) MUST_CHECK;

#endif
