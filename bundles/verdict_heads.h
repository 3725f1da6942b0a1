/*
 * The part of a verdict that is about `head` lines; called by verdict_make
 * alone.
 */
#ifndef P2PUB_BUNDLES_VERDICT_HEADS_H
#define P2PUB_BUNDLES_VERDICT_HEADS_H

#include "bundles/store.h"
#include "bundles/trust.h"
#include "bundles/verdict.h"
#include "core/status.h"

/* Fill in what own and followed keys say of the verdict's author.
 * STATUS_NO_MEMORY and the store's. */
enum status verdict_heads_quoted(struct verdict *verdict,
                                 struct lineages *lineages,
                                 const struct trust *trust) MUST_CHECK;

/* Fill in what record itself quotes.  STATUS_NO_MEMORY and the store's. */
enum status verdict_heads_of(struct verdict *verdict, struct store *store,
                             const struct trust *trust,
                             const struct record *record) MUST_CHECK;

#endif
