/*
 * A record about another record or about a key, signed and put into the store:
 * a co-signature, a withdrawal, a revocation, a release, a vouch or a version
 * of an identity.  Like bundles/publish.h in what it does about the author's
 * number.
 */
#ifndef P2PUB_BUNDLES_PUBLISH_ANSWER_H
#define P2PUB_BUNDLES_PUBLISH_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "bundles/cosign.h"
#include "bundles/identity.h"
#include "bundles/publish.h"
#include "bundles/record.h"
#include "bundles/revoke.h"
#include "bundles/sealed.h"
#include "bundles/store.h"
#include "bundles/vouch.h"
#include "bundles/withdraw.h"
#include "core/key.h"
#include "core/status.h"
#include "core/time.h"

/* Everything is the caller's. */
struct publish_answer {
    struct key_public key;
    struct day today;            /* that it claims, and of arrival */
    const struct cosign *cosign; /* one of these; the others are NULL */
    const struct withdraw *withdraw;
    const struct revoke *revoke;
    const struct release *release;
    const struct vouch *vouch;
    const struct identity *identity; /* of a version after the first, or by a
                                        key that has none */
    uint32_t sequence;               /* the record's number; 0 for the next */
    bool outside;                    /* outside the key's sequence: number 0 */
    bool merge; /* follow all branches of a forked history */
    /* Where the header goes that is signed elsewhere: its number is given out
     * and nothing is put.  NULL, or secret is. */
    struct byte_buf *header;
};

/*
 * Sign with secret, the key's, and commit; with NULL try only: *id is then the
 * one that it would have today.  *fault is filled on failure.
 *   STATUS_NOT_FOUND  the author's last number is not known here
 *   STATUS_EXISTS     a record here bears the number that was asked for, or is
 *                     this very one
 *   STATUS_AMBIGUOUS  the history forks: fault->fork
 *   STATUS_MALFORMED  a name or the reason; or secret is another key's
 *   STATUS_TOO_LARGE, STATUS_NO_MEMORY and the store's
 */
enum status publish_answer(struct store *store,
                           const struct publish_answer *answer,
                           const struct key_secret *secret,
                           struct record_id *id,
                           struct publish_fault *fault) MUST_CHECK;

#endif
