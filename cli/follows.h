/*
 * Changing whom a home follows.
 *
 * Functions that return int give 0, or the exit code of an error that they
 * have said.
 */
#ifndef P2PUB_CLI_FOLLOWS_H
#define P2PUB_CLI_FOLLOWS_H

#include <stdbool.h>
#include <stddef.h>

#include "bundles/record.h"
#include "bundles/store.h"
#include "bundles/trust.h"
#include "cli/cli.h"
#include "core/key.h"

/*
 * Read the file follows anew, let change change it, and write it back, all
 * while no other p2pub may do the same.  What change returns other than 0 ends
 * it, and nothing is written.
 */
typedef int follows_change(struct cli *cli, void *context, struct trust *trust);
int follows_update(struct cli *cli, follows_change *change, void *context);

/*
 * The entry that argument means: a followed key by the reader's name for it,
 * any entry by its key, or an own key by its name.  CLI_USAGE for a name that
 * several have, where attempt is what to try; CLI_NOT_FOUND.
 */
int follows_find(struct cli *cli, const struct trust *trust,
                 const char *argument, const char *attempt,
                 const struct trust_entry **out);

/* What is here of author's is kept on another account from now on; and a
 * daemon is told.  That it could not be is said, and is no failure of what was
 * decided. */
void follows_move(struct cli *cli, const struct key_author *author,
                  enum store_class keeping);

/* The same for each key that introducer vouches for, as it is known with the
 * file follows as it is now; *count counts them. */
void follows_move_vouched(struct cli *cli, const struct key_public *introducer,
                          size_t *count);

/* True if a record that came may change what trust's introducers vouch for, and
 * so on whose account other records are kept. */
bool follows_change_by(const struct trust *trust, struct store *store,
                       const struct record_id *id);

#endif
