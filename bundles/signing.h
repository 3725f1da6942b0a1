/*
 * What one key, by its chain (bundles/lineages.h), says of a record by its co-signatures: nothing, that it signs
 * all of it or some of its files, or that it withdrew.
 *
 * A function of verified records, in any order of arrival; what counts is in
 * bundles/FORMAT.md, "Co-signature".
 */
#ifndef P2PUB_BUNDLES_SIGNING_H
#define P2PUB_BUNDLES_SIGNING_H

#include <stdbool.h>
#include <stddef.h>

#include "bundles/lineages.h"
#include "bundles/record.h"
#include "bundles/store.h"
#include "bundles/verdict_signer.h"
#include "bundles/withdrawals.h"
#include "core/bytes.h"
#include "core/limits.h"
#include "core/status.h"

enum signing_state {
    SIGNING_NOT_SEEN,
    SIGNING_SIGNED,
    SIGNING_WITHDRAWN /* there was a co-signature; none stands */
};

struct signing {
    struct verdict_signer signer;
    struct byte_view claim; /* the author's word for a signatory; may be
                               empty; of the record */
    enum signing_state state;
    bool is_partial;         /* signed, but only these files of the record */
    bool checked[128];       /* by file; only valid when is_partial */
    struct withdrawal taken; /* only when SIGNING_WITHDRAWN */
};

/*
 * The co-signatures of one record by one key, as they are gathered; some 16
 * KiB.  1 fill lineages, record and the flags, 2 _begin, 3 _add for each row,
 * those of lowest id first, 4 _end, and from 2 again for another key.
 */
struct signing_gathering {
    struct lineages *lineages;
    const struct record *record;
    bool checks_signatures; /* and not the row's own hash */
    bool wants_state;       /* and not by which withdrawal */
    /* The rest is private. */
    struct key_public key; /* of one that counts */
    size_t seen;           /* also those that do not count */
    size_t count;
    struct record_id ids[COSIGNS_OF_KEY_MAX];
    bool is_whole[COSIGNS_OF_KEY_MAX];
    bool stands[COSIGNS_OF_KEY_MAX];
    bool checked[COSIGNS_OF_KEY_MAX][128];
};

void signing_gather_begin(struct signing_gathering *gathering);

/* A store_visit. */
enum status signing_gather_add(void *context,
                               const struct store_row *row) MUST_CHECK;

/* Set the state in *out, which is all zero, and what belongs to it; release
 * out->taken with withdrawal_release, also after a failure. */
enum status signing_gather_end(struct signing_gathering *gathering,
                               struct signing *out,
                               const struct key_author *author) MUST_CHECK;

/* All of it for one author. */
enum status signing_find(struct signing_gathering *gathering,
                         struct signing *out,
                         const struct key_author *author) MUST_CHECK;

#endif
