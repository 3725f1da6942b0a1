/*
 * Who signed, looked up once for each author while a list is made: finding an
 * author's identity walks over everything that the author signed.
 */
#ifndef P2PUB_CLI_SIGNERS_H
#define P2PUB_CLI_SIGNERS_H

#include <stdbool.h>

#include "bundles/store.h"
#include "bundles/trust.h"
#include "bundles/verdict.h"
#include "core/entropy.h"
#include "core/key.h"
#include "core/map.h"
#include "core/status.h"

/* Who, and whether that key was revoked by itself. */
struct signers_one {
    struct verdict_signer signer;
    bool is_revoked;
};

struct signers {
    struct store *store;
    const struct trust *trust;
    /* The caller's, which knows chains already; NULL for none. */
    struct lineages *lineages;
    struct map known;        /* by author, to struct signers_one of our own */
    struct signers_one last; /* of one for whom there is no place */
};

/* store and trust must outlive signers and not change meanwhile. */
void signers_init(struct signers *signers, struct store *store,
                  const struct trust *trust, struct entropy *entropy);

/* Legal for an all-zero struct. */
void signers_release(struct signers *signers);

/* The failures of verdict_signer.  *out is valid until the next call. */
enum status signers_get(struct signers *signers, const struct key_public *key,
                        const struct signers_one **out) MUST_CHECK;

#endif
