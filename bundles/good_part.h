/*
 * Of a key that ended, the records that are good: from the last good ones on
 * back, by way of `previous`.
 *
 * Whoever stole the key can write any number of records; none of them is
 * looked at here.  Source: bundles/FORMAT.md, "What ends with a key".
 */
#ifndef P2PUB_BUNDLES_GOOD_PART_H
#define P2PUB_BUNDLES_GOOD_PART_H

#include <stddef.h>
#include <stdint.h>

#include "bundles/identity.h"
#include "bundles/record.h"
#include "bundles/store.h"
#include "core/key.h"
#include "core/status.h"

/* A good record, and what it is about. */
struct good_record {
    struct record_id id;
    uint32_t sequence;
    enum record_kind kind;
    size_t subject_count;
    struct record_id subjects[3]; /* bundles/mentions.h */
};

/* That the record with this index is about id. */
struct good_subject {
    struct record_id id;
    size_t record;
};

struct good_part {
    struct good_record *records; /* by id */
    size_t count;
    struct good_subject *subjects; /* by id, then by record */
    size_t subject_count;
    /* Something is missing on the way back, or there is too much of it: those
     * with a number below this one may be good too. */
    uint32_t open_below;
};

enum good_standing {
    GOOD_PART_GOOD,
    GOOD_PART_CLAIMED, /* it is not good */
    GOOD_PART_OPEN     /* that cannot be told yet */
};

/* Of author's records in store, those that are good if those called last are.
 * STATUS_NO_MEMORY and the store's; release *out with good_part_release, also
 * after a failure. */
enum status good_part_read(struct good_part *out, struct store *store,
                           const struct key_author *author,
                           const struct identity_good *last,
                           size_t count) MUST_CHECK;

/* Of the author's record with this id and number. */
enum good_standing good_part_standing(const struct good_part *part,
                                      const struct record_id *id,
                                      uint32_t sequence);

/* The first of *count subjects with this id, one of each record that is about
 * it; NULL if there is none. */
const struct good_subject *good_part_about(const struct good_part *part,
                                           const struct record_id *id,
                                           size_t *count);

/* Legal for an all-zero struct. */
void good_part_release(struct good_part *part);

#endif
