/*
 * The next version of an identity in the making: for keys rotate and keys
 * recover.
 *
 *     succession_open(cli, &succession, &key)    what it follows
 *     succession_find_last(cli, &succession, ...) what of the old key is good
 *     identity_options_apply(...)                what it changes
 *     succession_sign(cli, &succession, ...)     by the new key, or the old one
 *     succession_consent(cli, &succession, ...)  by recovery keys at hand
 *     succession_report(cli, &succession, ...)
 *     succession_release(&succession)            in any case
 *
 * Nothing is in force by being signed here: as many recovery keys must agree
 * as the versions say (bundles/lineage.h).
 */
#ifndef P2PUB_CLI_SUCCESSION_H
#define P2PUB_CLI_SUCCESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "bundles/identity.h"
#include "bundles/lineage.h"
#include "bundles/record.h"
#include "bundles/store.h"
#include "cli/cli.h"
#include "cli/identity_options.h"
#include "core/key.h"

/* Records that are signed at once: the version, and co-signatures. */
#define SUCCESSION_RECORDS_MAX 4

struct succession {
    struct store *store;
    struct lineage lineage;
    struct record *before; /* the version whose texts identity takes over */
    struct identity identity;
    struct identity_good last[8]; /* as it is chosen, of each key that could
                                     end */
    size_t last_count;
    bool is_new_key; /* it is signed by a key that was just made */
    /* What was signed. */
    size_t record_count;
    struct record_id records[SUCCESSION_RECORDS_MAX];
};

/*
 * Find key's chain in the home's store and begin what follows its present
 * version; where the chain is in conflict, what follows all that stand side by
 * side.  pin is the version 1 that is pinned for key, or NULL; identity, not
 * NULL, are digits of the id of another one.  Said: CLI_NOT_FOUND for a key
 * without an identity, CLI_FAILED.
 */
int succession_open(struct cli *cli, struct succession *out,
                    const struct key_public *key, const struct record_id *pin,
                    const char *identity);
void succession_release(struct succession *succession);

/* Find the last good record of each key that this version could end: the
 * highest number that is here, or the one that good (count digits of ids)
 * names.  Said: CLI_NOT_FOUND, CLI_USAGE. */
int succession_find_last(struct cli *cli, struct succession *succession,
                         const char *const *good, size_t count);

/* True if author may agree to this version: a recovery key of it or of one
 * that it follows. */
bool succession_is_keeper(const struct succession *succession,
                          const struct key_author *author);

/* Sign the version with secret, whose key is the chain's from then on; every
 * other key that it could end ends. */
int succession_sign(struct cli *cli, struct succession *succession,
                    const struct key_secret *secret);

/* Co-sign it with a recovery key. */
int succession_consent(struct cli *cli, struct succession *succession,
                       const struct key_secret *recovery);

/* Close the store, pass on what was signed unless offline, and say what has
 * come of it, and whether it counts; an exit code. */
int succession_report(struct cli *cli, struct succession *succession,
                      const struct key_public *key, bool offline, bool *counts);

#endif
