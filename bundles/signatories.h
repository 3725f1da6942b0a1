/*
 * Who has signed a record beside its author: the signatories that it names,
 * and others.
 *
 * A function of verified records and of what the reader decided, in any order
 * of arrival; what counts is in bundles/FORMAT.md, "Co-signature".  However
 * many unknown keys sign, the keys that are named and those that are followed
 * are each looked up by themselves, by the chains behind them
 * (bundles/lineages.h); unknown ones stand for themselves.
 */
#ifndef P2PUB_BUNDLES_SIGNATORIES_H
#define P2PUB_BUNDLES_SIGNATORIES_H

#include <stdbool.h>
#include <stddef.h>

#include "bundles/record.h"
#include "bundles/signing.h"
#include "bundles/store.h"
#include "bundles/trust.h"
#include "core/status.h"

struct signatories {
    size_t named_count;
    struct signing *named; /* in the order of the statement */
    size_t named_signed;   /* how many of them have signed */
    size_t named_withdrawn;
    /* Other keys: how many have signed, and the first SIGNATORIES_OTHERS_MAX
     * that signed or withdrew, followed ones first, then by key. */
    size_t other_signed;
    bool has_more; /* more records than were looked at */
    size_t other_count;
    struct signing *others;
};

/* All that the store of lineages, if it has one, knows about record, a
 * statement or an identity, which must outlive *out; release it with signatories_release, also
 * after a failure.  STATUS_NO_MEMORY and the store's. */
enum status signatories_find(struct signatories *out, struct lineages *lineages,
                             const struct trust *trust,
                             const struct record *record) MUST_CHECK;

/* Legal for an all-zero struct. */
void signatories_release(struct signatories *signatories);

#endif
