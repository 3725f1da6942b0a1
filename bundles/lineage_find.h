/*
 * Which chain of versions (bundles/lineage.h) a key belongs to.
 *
 * A key may sign several versions 1, as whoever stole it would.  A reader who
 * pinned one goes by that; for everybody else such a key stands for itself.
 */
#ifndef P2PUB_BUNDLES_LINEAGE_FIND_H
#define P2PUB_BUNDLES_LINEAGE_FIND_H

#include "bundles/lineage.h"
#include "bundles/record.h"
#include "bundles/store.h"
#include "core/key.h"
#include "core/limits.h"
#include "core/status.h"

enum lineage_found {
    LINEAGE_NONE,
    LINEAGE_ONE,
    LINEAGE_SEVERAL /* or so many records that could begin one, or belong to
                       one, that not all were looked at */
};

/*
 * The chain in which author wrote a version that counts; only filled when
 * LINEAGE_ONE.  That version may be in conflict: then lineage_key does not
 * know author.  pin is the version 1 that the reader pinned for this key, or
 * NULL: then all that author wrote is looked at.
 * STATUS_NO_MEMORY and the store's.  Release *out with lineage_release, also
 * after a failure.
 */
enum status lineage_find(struct lineage *out, enum lineage_found *found,
                         struct store *store, const struct key_author *author,
                         const struct record_id *pin) MUST_CHECK;

/* The versions 1 to which those lead that a key wrote and that may count; or
 * the one that is pinned. */
struct lineage_roots {
    size_t count;
    struct record_id ids[LINEAGE_ROOTS_MAX];
    bool is_cut; /* there are more than are looked at */
};

/* Of them lineage_find chooses, as may whoever has read their chains already:
 * the one in which author wrote a version that counts.  STATUS_NO_MEMORY and
 * the store's. */
enum status lineage_find_roots(struct lineage_roots *out, struct store *store,
                               const struct key_author *author,
                               const struct record_id *pin) MUST_CHECK;

/* True if author wrote a version that counts, in conflict or not. */
bool lineage_has(const struct lineage *lineage,
                 const struct key_author *author);

/* The id of the version 1 to which record, an identity, goes back by its first
 * `follows` lines, whether it counts or not.  STATUS_NOT_FOUND where one of
 * them is not here or skips a number, or is no version that this p2pub can
 * read; STATUS_NO_MEMORY and the store's. */
enum status lineage_root(struct record_id *out, struct store *store,
                         const struct record *record) MUST_CHECK;

#endif
