/*
 * What is known to be missing of those whom the reader follows.
 *
 * Holes lie below a number that the author itself signed.  A tail lies beyond
 * everything of the author that is here, up to a number that another followed
 * key quoted in a `head` line: that is what somebody says, and shown as that.
 * A tail that nobody quoted cannot be noticed.  Of a key that ended
 * (bundles/lineage.h) everything up to the last good number is known to exist,
 * and nothing after it is looked at.
 *
 * A function of verified records and of what the reader decided; the order in
 * which the records arrived changes nothing.
 */
#ifndef P2PUB_BUNDLES_GAPS_H
#define P2PUB_BUNDLES_GAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/statement.h"
#include "bundles/store.h"
#include "bundles/trust.h"
#include "core/key.h"
#include "core/limits.h"
#include "core/status.h"

/* Numbers from first to last. */
struct gaps_range {
    uint32_t first;
    uint32_t last;
};

/* Of one author. */
struct gaps {
    const struct trust_entry *entry; /* whose records are missing */
    uint32_t newest;                 /* the highest number here; may be 0 */
    /* Over GAPS_NUMBERS_MAX records of the author are here: holes were not
     * looked for. */
    bool is_partial;
    uint64_t missing;   /* numbers below newest that are not here */
    size_t range_count; /* runs of them, of which the first GAPS_RANGES_MAX
                           are in ranges */
    struct gaps_range ranges[GAPS_RANGES_MAX];
    /* The highest number that another known key quoted, if it is beyond
     * newest; of several the one by the lowest key. */
    bool has_tail;
    struct statement_head tail;
    const struct trust_entry *witness;
};

/* Anything but STATUS_OK ends the walk, which returns it.  What is given dies
 * with the call. */
typedef enum status gaps_visit(void *context, const struct gaps *gaps);

/*
 * Visit each own and each followed key once, in trust's order, those of whom
 * nothing is missing too; or only one of them.  trust must not change
 * meanwhile.  STATUS_NO_MEMORY and the store's.
 */
enum status gaps_walk(struct store *store, const struct trust *trust,
                      const struct key_author *only, gaps_visit *visit,
                      void *context) MUST_CHECK;

/* Numbers below the highest here that are not here, or of a key that ended up
 * to last_good, else 0; 0 for an author of over GAPS_NUMBERS_MAX records.
 * STATUS_NO_MEMORY and the store's. */
enum status gaps_count(struct store *store, const struct key_author *author,
                       uint32_t last_good, uint32_t *out) MUST_CHECK;

#endif
