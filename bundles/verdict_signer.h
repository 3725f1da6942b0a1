/*
 * Who signed: the key, the reader's own name for it, and what is known of the
 * identity behind it.
 *
 * Names are the reader's own, else by an introducer, which is said with them;
 * what an author says of itself is kept apart, as a claim.
 */
#ifndef P2PUB_BUNDLES_VERDICT_SIGNER_H
#define P2PUB_BUNDLES_VERDICT_SIGNER_H

#include "bundles/lineages.h"
#include "bundles/record.h"
#include "bundles/store.h"
#include "bundles/trust.h"
#include "core/key.h"
#include "core/limits.h"
#include "core/status.h"
#include "core/words.h"

/* What is known of the identity record behind the key. */
enum verdict_identity {
    VERDICT_IDENTITY_NONE,    /* no such record is here */
    VERDICT_IDENTITY_FOUND,   /* one is here; the reader pinned none */
    VERDICT_IDENTITY_PINNED,  /* the one that the reader pinned is here */
    VERDICT_IDENTITY_MISSING, /* the one that was pinned is not here */
    VERDICT_IDENTITY_SEVERAL  /* the key signed more than one, none pinned */
};

/* Who signed. */
struct verdict_signer {
    struct key_public key;
    enum trust_class trust;
    char name[TRUST_NAME_MAX + 1];       /* the reader's own, or by vouched_by;
                                      empty if there is none */
    char vouched_by[TRUST_NAME_MAX + 1]; /* the introducer whose word the name
                                            is; else empty */
    enum verdict_identity identity;
    struct record_id identity_id;       /* not valid for _NONE and _SEVERAL */
    char words[WORDS_FINGERPRINT_SIZE]; /* of the identity, or of the key where
                                           identity_id is not valid */
    char claim[IDENTITY_NAME_MAX + 1];  /* what it calls itself, from the
                                          present version of the identity; may
                                          be empty */
};

/* Who signed a record of key: by the chain of the identity behind it, which
 * may be that of an earlier key.  STATUS_NO_MEMORY and the store's. */
enum status verdict_signer_find(struct verdict_signer *out,
                                struct lineages *lineages,
                                const struct trust *trust,
                                const struct key_public *key) MUST_CHECK;

/* The same for one alone.  store may be NULL: then nothing but trust is
 * asked.  STATUS_NO_MEMORY and the store's. */
enum status verdict_signer(struct verdict_signer *out, struct store *store,
                           const struct trust *trust,
                           const struct key_public *key) MUST_CHECK;

/* The name to show for a signer, else the words.  Where vouched_by is not
 * empty, it is shown with the name. */
const char *verdict_signer_name(const struct verdict_signer *signer);

#endif
