/*
 * Names for keys, by those whom the reader made introducers.
 *
 * A vouch gives a name only where its author is followed and an introducer
 * (bundles/trust.h), by whichever key of its chain (bundles/lineages.h), as
 * long as it stands; of an introducer's vouches for one
 * key the newest counts.  Nobody whom an introducer vouches for is an
 * introducer by that.  What others vouch for costs nothing here: it is looked
 * up by introducer.  The same for the same records in any order of arrival.
 * Source: bundles/FORMAT.md, "Vouch".
 */
#ifndef P2PUB_BUNDLES_VOUCHES_H
#define P2PUB_BUNDLES_VOUCHES_H

#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"
#include "bundles/store.h"
#include "bundles/trust.h"
#include "core/key.h"
#include "core/limits.h"
#include "core/status.h"

/* A key, and what one introducer calls its owner. */
struct vouches_name {
    struct trust_entry entry; /* name and vouched_by are the texts below */
    char name[VOUCH_NAME_MAX + 1];
    char introducer[TRUST_NAME_MAX + 1]; /* the reader's own name for it */
    struct key_public introducer_key;    /* the vouch's author */
    size_t rank;                         /* of the introducer among all */
    uint32_t version; /* of the introducer's identity, with which the key came
                         that signed; 0 where no chain is known */
    struct record_id id; /* of the vouch */
    uint32_t sequence;   /* of the vouch */
};

/* By key; of one key by rank, and one of each introducer.  Where a vouch names
 * an identity to whose chain (bundles/lineage.h) its key belongs, the other
 * keys of that chain have the name too, FOLLOWS_MAX of such at most: they are
 * is_derived in their entries. */
struct vouches {
    struct vouches_name *names;
    size_t count;
    size_t room; /* private */
};

/*
 * Read from store what trust's introducers vouch for, and let trust have it, in
 * place of what it had; without introducers nothing is looked at.
 * STATUS_NO_MEMORY and the store's: trust is then as it was.
 */
enum status vouches_load(struct trust *trust, struct store *store) MUST_CHECK;

/*
 * The vouches by introducer alone, followed or not, which is called called;
 * *looked counts its vouches that were looked at, those that do not count
 * among them: VOUCHES_MAX at most.  Free *out with vouches_free.
 * STATUS_NO_MEMORY and the store's.
 */
enum status vouches_read(struct vouches **out, size_t *looked,
                         struct store *store,
                         const struct key_public *introducer,
                         const char *called) MUST_CHECK;

/* The names for author, *count of them; NULL and 0 if there is none.  vouches
 * may be NULL. */
const struct vouches_name *vouches_get(const struct vouches *vouches,
                                       const struct key_author *author,
                                       size_t *count);

/* NULL is allowed. */
void vouches_free(struct vouches *vouches);

#endif
