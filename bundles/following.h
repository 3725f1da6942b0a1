/*
 * Whom the reader follows by way of an identity that was pinned: every key of
 * its chain (bundles/lineage.h), the next ones without a word, and those that
 * ended.  What of these is good is for a verdict to say.
 */
#ifndef P2PUB_BUNDLES_FOLLOWING_H
#define P2PUB_BUNDLES_FOLLOWING_H

#include <stdbool.h>

#include "bundles/record.h"
#include "bundles/store.h"
#include "bundles/trust.h"
#include "core/status.h"

/*
 * Add to trust, for each line with a pin, the other keys of that chain as store
 * has it, under the same name; what was added before is forgotten first.  A
 * key that stands there itself stays as it is, and of two chains with one key
 * the first has it.  To be called anew when an identity or a co-signature came.
 * STATUS_NO_MEMORY and the store's; trust is then as the file has it.
 */
enum status following_extend(struct trust *trust,
                             struct store *store) MUST_CHECK;

/*
 * True in *concerns if the record called id, which is new, may make more keys
 * followed: if it is an identity that is pinned, or a version behind one, or a
 * co-signature of such, and enough recovery keys of what it follows have
 * agreed.  So nothing that strangers write costs following_extend.
 * STATUS_NO_MEMORY and the store's.
 */
enum status following_concerns(bool *concerns, const struct trust *trust,
                               struct store *store,
                               const struct record_id *id) MUST_CHECK;

#endif
