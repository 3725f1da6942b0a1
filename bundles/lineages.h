/*
 * Whose a record is: the chains of versions (bundles/lineage.h) behind keys,
 * each found once during one piece of work.
 *
 * Whatever goes by the chain asks here: whether two keys are of one chain,
 * whether a record of a key is good, and which records of a chain are about
 * another one.  Where no one chain counts, a key stands for itself.
 *
 * One reads one state of the store, so it lives no longer than that is held.
 */
#ifndef P2PUB_BUNDLES_LINEAGES_H
#define P2PUB_BUNDLES_LINEAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "bundles/good_part.h"
#include "bundles/lineage_find.h"
#include "bundles/record.h"
#include "bundles/store.h"
#include "bundles/trust.h"
#include "core/key.h"
#include "core/status.h"

struct lineages;

/* What is known of one key. */
struct lineages_member {
    struct key_author author;
    enum lineage_found found;
    const struct lineage *lineage; /* NULL unless LINEAGE_ONE */
    const struct lineage_key *key; /* NULL too while in conflict */
};

/*
 * Free *out with lineages_free; store and trust, whose pins decide, outlive
 * it.  Without a store, NULL, nothing is known of any key; without a trust no
 * chain is looked for: every key stands for itself.  STATUS_NO_MEMORY.
 */
enum status lineages_new(struct lineages **out, struct store *store,
                         const struct trust *trust) MUST_CHECK;

/* NULL is allowed. */
void lineages_free(struct lineages *lineages);

/* What it was made of; NULL where there is none. */
struct store *lineages_store(const struct lineages *lineages);

/* What is known of author.  *out lives as long as lineages; beyond
 * LINEAGES_MAX keys until the next call.  STATUS_NO_MEMORY, the store's. */
enum status lineages_get(struct lineages *lineages,
                         const struct key_author *author,
                         const struct lineages_member **out) MUST_CHECK;

/* True in *same if both are one key, or keys of one chain.  The same
 * failures. */
enum status lineages_are_one(bool *same, struct lineages *lineages,
                             const struct key_author *a,
                             const struct key_author *b) MUST_CHECK;

/* Whether this record of author is good: each is unless its key has ended.
 * The same failures. */
enum status lineages_standing(enum good_standing *out,
                              struct lineages *lineages,
                              const struct key_author *author,
                              const struct record_id *id,
                              uint32_t sequence) MUST_CHECK;

/* Records of one kind about one other, at most limit, from 1, by each key. */
struct lineages_query {
    enum record_kind kind;
    const struct record_id *subject;
    size_t limit;
};

/*
 * Visit those of them that are good, by all keys of author's chain: for each
 * key by id.  The same failures, and what visit returns.
 */
enum status lineages_walk(struct lineages *lineages,
                          const struct key_author *author,
                          const struct lineages_query *asked,
                          store_visit *visit, void *context) MUST_CHECK;

#endif
