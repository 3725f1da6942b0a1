/*
 * What a verdict says of the chain of keys behind a record: which key is the
 * present one, whether the record is good, whether the chain is in conflict,
 * and of a version of an identity, whether it counts.
 *
 * A function of verified records in any order of arrival, and of what the
 * reader pinned: bundles/FORMAT.md, "Which version counts".
 */
#ifndef P2PUB_BUNDLES_VERDICT_LINEAGE_H
#define P2PUB_BUNDLES_VERDICT_LINEAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/lineages.h"
#include "bundles/record.h"
#include "core/key.h"
#include "core/limits.h"
#include "core/status.h"
#include "core/time.h"

/* One of the versions that stand side by side. */
struct verdict_rival {
    struct record_id id;
    struct key_public key;
    struct day date;
    uint32_t number;
};

/* What a record of kind identity is in its chain. */
enum verdict_version {
    VERDICT_VERSION_NONE,   /* it is no version after the first */
    VERDICT_VERSION_COUNTS, /* one of those up to the present one */
    VERDICT_VERSION_RIVAL,  /* enough have agreed, and to another one too */
    VERDICT_VERSION_SHORT,  /* too few recovery keys have agreed */
    VERDICT_VERSION_WRONG,  /* whoever agrees, it does not count: it follows
                               what does not, or skips a number, or ends a key
                               without a word of what is good */
    VERDICT_VERSION_OPEN    /* what it follows is not all here */
};

/* So many of the recovery keys have agreed, of so many that must. */
struct verdict_consent {
    size_t agreed;
    size_t needed;
};

struct verdict_lineage {
    enum lineage_found found;
    /* Only valid when LINEAGE_ONE: the chain of the record's author. */
    struct record_id root;
    struct record_id present_id; /* the present version */
    struct key_public present;   /* the present key */
    uint32_t version;
    struct day date;
    /* The author's key in it: is_key is false for one that has a part in it
     * only by a version in conflict. */
    bool is_key;
    bool is_present;
    uint32_t ended_by;  /* the version that ended it; 0 when it has not ended */
    uint32_t last_good; /* the highest number that is good then; else 0 */
    size_t rival_count;
    struct verdict_rival rivals[LINEAGE_RIVALS_MAX]; /* the first */
    /* Of the record itself. */
    enum good_standing standing; /* good where no chain says otherwise */
    enum verdict_version kind;
    uint32_t number; /* of a version after the first */
    /* Only valid when VERDICT_VERSION_SHORT: the recovery keys of the version
     * before, the least of several; and its own. */
    struct verdict_consent before;
    struct verdict_consent own;
};

/* True if the chain, or the lack of consent, says that the record is not to be
 * taken for whom it seems to be by. */
bool verdict_lineage_is_against(const struct verdict_lineage *lineage);

struct verdict;

/* Set lineage in verdict, whose signer stands, and lower its standing where the
 * record is not to be taken for the author's.  STATUS_NO_MEMORY and the
 * store's. */
enum status verdict_lineage_find(struct verdict *verdict,
                                 struct lineages *lineages,
                                 const struct record *record) MUST_CHECK;

#endif
