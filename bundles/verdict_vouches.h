/*
 * Whose word a name is: the introducers that vouch for a verdict's author.
 */
#ifndef P2PUB_BUNDLES_VERDICT_VOUCHES_H
#define P2PUB_BUNDLES_VERDICT_VOUCHES_H

#include <stdbool.h>
#include <stddef.h>

#include "bundles/record.h"
#include "bundles/store.h"
#include "bundles/trust.h"
#include "core/key.h"
#include "core/limits.h"
#include "core/status.h"
#include "core/time.h"

/* One introducer's word. */
struct verdict_vouch {
    struct key_public key;               /* the introducer's */
    char introducer[TRUST_NAME_MAX + 1]; /* the reader's own name for it */
    char name[VOUCH_NAME_MAX + 1];       /* what it calls the author */
    struct record_id id;                 /* of the vouch */
    bool is_revoked;    /* the introducer's key was, by itself */
    struct day revoked; /* only valid when is_revoked */
};

/* In the order of introducers; none about an own or a followed key. */
struct verdict_vouches {
    size_t count;
    struct verdict_vouch vouches[VERDICT_LINKS_MAX]; /* the first of count */
    /* A name of another key for which the first may be taken, and whose word
     * that is; empty if there is none, and for the reader's own name. */
    char alike[TRUST_NAME_MAX + 1];
    char alike_by[TRUST_NAME_MAX + 1];
    struct key_public alike_key; /* only valid when there is one */
};

/* The vouches of trust for author; their signatures are checked once more.
 * store may be NULL: then there are none.  STATUS_NO_MEMORY and the store's. */
enum status verdict_vouches(struct verdict_vouches *out, struct store *store,
                            const struct trust *trust,
                            const struct key_author *author) MUST_CHECK;

#endif
