/*
 * The chain of one identity: the versions of it that count, from version 1 on,
 * the keys that have been its own, and which of them is its key now.
 *
 * A function of verified records, in any order of arrival; what counts is in
 * bundles/FORMAT.md, "Which version counts".  However many versions strangers
 * write, those that count are found: by way of their co-signatures where there
 * are too many (bundles/lineage_walk.h).
 *
 * Which chain a key belongs to is found by bundles/lineage_find.h.
 */
#ifndef P2PUB_BUNDLES_LINEAGE_H
#define P2PUB_BUNDLES_LINEAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/identity.h"
#include "bundles/record.h"
#include "bundles/store.h"
#include "core/key.h"
#include "core/limits.h"
#include "core/status.h"
#include "core/time.h"

/* A version that counts. */
struct lineage_version {
    struct record_id id;
    struct key_public key; /* its author: the chain's key from here on */
    struct day date;       /* its author's claim */
    uint32_t number;
    bool is_followed; /* by one that counts */
    size_t follow_count;
    struct record_id follows[4];
    size_t good_count;
    struct identity_good good[8];
    uint32_t threshold;
    size_t recovery_count;
    struct key_public recovery[16];
    char name[IDENTITY_NAME_MAX + 1]; /* the author's claim */
};

/* A key that is, or was, the chain's own. */
struct lineage_key {
    struct key_public key;
    uint32_t from;   /* the number of its first version */
    bool is_present; /* the chain's key now: everything that it signs counts */
    /* Of one that ended: the last records of it that are good, and the number
     * of the version that says so; several where a conflict was healed. */
    uint32_t ended_by;
    size_t good_count;
    struct identity_good good[8];
};

struct lineage {
    /* By number, then by id; the first is version 1, whose id names the
     * chain. */
    struct lineage_version *versions;
    size_t version_count;
    /* The index of the present version.  Those behind it are in conflict: two
     * or more with one number, and what follows them. */
    size_t present;
    struct lineage_key *keys; /* up to the present version, by from */
    size_t key_count;
};

/*
 * The chain that begins with the version 1 called root.
 *   STATUS_NOT_FOUND  no such record is here, or it is no version 1
 *   STATUS_NO_MEMORY and the store's
 * Release *out with lineage_release, also after a failure.
 */
enum status lineage_read(struct lineage *out, struct store *store,
                         const struct record_id *root) MUST_CHECK;

/* Legal for an all-zero struct. */
void lineage_release(struct lineage *lineage);

/* The present version. */
const struct lineage_version *lineage_present(const struct lineage *lineage);

/* The version called id, or NULL if it does not count here. */
const struct lineage_version *lineage_get(const struct lineage *lineage,
                                          const struct record_id *id);

/* The key, or NULL if it was never the chain's own. */
const struct lineage_key *lineage_key(const struct lineage *lineage,
                                      const struct key_author *author);

/* The highest number of a last good record of a key that ended; 0 of the
 * present one. */
uint32_t lineage_key_last(const struct lineage_key *key);

/* True while two versions with one number stand side by side. */
bool lineage_is_in_conflict(const struct lineage *lineage);

/*
 * Whether record, a version after the first, would count after the versions of
 * lineage that it follows.
 *   STATUS_OK            it does
 *   STATUS_MALFORMED     it does not, whoever co-signs it: it follows what does
 *                        not count, skips or repeats a number, or does not say
 *                        what of a key that ends is good
 *   STATUS_NOT_FOUND     too few recovery keys have agreed
 *   STATUS_NEWER         this p2pub cannot read it
 *   STATUS_NO_MEMORY and the store's
 */
enum status lineage_judge(const struct lineage *lineage, struct store *store,
                          const struct record *record) MUST_CHECK;

#endif
