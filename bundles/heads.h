/*
 * The `head` lines of statements: the newest record that one author had seen
 * of another.
 *
 * Whoever publishes them says in public whom they follow, so they are only
 * made on request.  To a reader they count from own and followed keys alone,
 * and never as more than what somebody says.
 * Source: bundles/FORMAT.md, "What a head says".
 */
#ifndef P2PUB_BUNDLES_HEADS_H
#define P2PUB_BUNDLES_HEADS_H

#include <stddef.h>

#include "bundles/lineages.h"
#include "bundles/record.h"
#include "bundles/statement.h"
#include "bundles/store.h"
#include "bundles/trust.h"
#include "core/key.h"
#include "core/status.h"

/* What is known here of a record that a head names. */
enum heads_state {
    HEADS_HERE,    /* it is here */
    HEADS_MISSING, /* nothing of its author with that number is here */
    HEADS_OTHER,   /* something of its author with that number is here, but not
                      this one */
    HEADS_WRONG    /* the id is that of a record by another author, or with
                      another number: the head counts for nothing */
};

/* The store's failures. */
enum status heads_state(enum heads_state *out, struct store *store,
                        const struct statement_head *head) MUST_CHECK;

/* Make *best the one of both that says more: the higher number, of two equal
 * ones the lower id.  A sequence of 0 in *best is no head yet. */
void heads_choose(struct statement_head *best,
                  const struct statement_head *other);

/* Called for each head. */
typedef void heads_visit(void *context, const struct statement_head *head);

/* Every head in a good statement by witness, by whichever key of its chain, in
 * no order: only statements that have any are opened.  STATUS_NO_MEMORY and the
 * store's. */
enum status heads_walk(struct lineages *lineages,
                       const struct key_author *witness, heads_visit *visit,
                       void *context) MUST_CHECK;

/*
 * What is here of those who are followed, own keys left out: the newest record
 * of each, and of more than HEADS_MAX authors of those whose newest record
 * bears the latest signed days.  heads has room for HEADS_MAX; *all counts
 * everybody of whom something is here, *count those in heads.
 * STATUS_NO_MEMORY and the store's.
 */
enum status heads_gather(struct statement_head *heads, size_t *count,
                         size_t *all, struct store *store,
                         const struct trust *trust) MUST_CHECK;

#endif
