/*
 * The statements around the one that a verdict is about: what replaces it,
 * what translates it, and what it replaces.
 */
#ifndef P2PUB_BUNDLES_VERDICT_LINKS_H
#define P2PUB_BUNDLES_VERDICT_LINKS_H

#include "bundles/lineages.h"
#include "bundles/record.h"
#include "bundles/trust.h"
#include "bundles/verdict.h"
#include "core/status.h"

/* Both set what their name says in verdict, whose id and signer stand, and
 * return STATUS_NO_MEMORY or a failure of the store. */

/* Statements by the same author, by whichever key of its chain, that replace it, and which are the newest; by that
 * one and known ones that translate it, and how many unknown keys' there are;
 * and by followed ones that only say that they replace it. */
enum status verdict_links_to(struct verdict *verdict, struct lineages *lineages,
                             const struct trust *trust) MUST_CHECK;

/* Whether those which record, the verdict's, replaces and translates are here,
 * and whose they are. */
enum status verdict_links_from(struct verdict *verdict,
                               struct lineages *lineages,
                               const struct trust *trust,
                               const struct record *record) MUST_CHECK;

#endif
