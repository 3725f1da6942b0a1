/*
 * Which statement is the newest: from one statement along what replaces it.
 *
 * A statement replaces another if it says so and both are of one author, by
 * whichever key of its chain (bundles/lineages.h).  What
 * was withdrawn is not the newest, though what replaces it may be.  The same
 * for the same records in any order of arrival, and bounded:
 * bundles/FORMAT.md, "Which statement is the newest".
 */
#ifndef P2PUB_BUNDLES_REPLACEMENTS_H
#define P2PUB_BUNDLES_REPLACEMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "bundles/lineages.h"
#include "bundles/record.h"
#include "core/key.h"
#include "core/limits.h"
#include "core/status.h"
#include "core/time.h"

/* A statement that nothing replaces. */
struct replacement {
    struct record_id id;
    struct key_author author;
    struct day date;
};

struct replacements {
    /* More than one where the author replaced one statement several times.
     * None: the statement that was asked about is still the newest. */
    size_t newest_count;
    /* The first of newest_count, the latest signed day first, then by id. */
    struct replacement newest[VERDICT_LINKS_MAX];
    size_t withdrawn_count; /* replacements, at any distance, that do not
                               stand */
    size_t newer_count;     /* that need a newer p2pub: what they say of it is
                               not known */
    bool is_cut; /* more than REPLACEMENTS_MAX name it: newest is only what was
                    found among these */
};

/* What is newer than statement id of author, which need not be in store.
 * STATUS_NO_MEMORY and the store's. */
enum status replacements_find(struct replacements *out,
                              struct lineages *lineages,
                              const struct key_author *author,
                              const struct record_id *id) MUST_CHECK;

/*
 * True in *is_replaced if something newer stands, for lists, which ask about
 * each of many: of what comes after it the first REPLACEMENTS_LISTED_MAX are
 * looked at, for along a chain it is the same ones again and again.  The same
 * failures.
 */
enum status replacements_has(bool *is_replaced, struct lineages *lineages,
                             const struct key_author *author,
                             const struct record_id *id) MUST_CHECK;

#endif
