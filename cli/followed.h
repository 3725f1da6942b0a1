/*
 * Following by the chain of an identity (bundles/following.h), for commands:
 * who is followed given what the store has.
 *
 * Functions that return int give 0, or the exit code of an error that they
 * have said.
 */
#ifndef P2PUB_CLI_FOLLOWED_H
#define P2PUB_CLI_FOLLOWED_H

#include <stdbool.h>

#include "bundles/store.h"
#include "bundles/trust.h"
#include "cli/cli.h"
#include "core/key.h"

/* Follow the other keys of identities that trust pins, as store has them; and
 * tell once what is new in that (cli/told.h). */
int followed_extend(struct cli *cli, struct trust *trust, struct store *store);

/* The same without a word, and what came of these keys before that was known
 * goes to the account of those who are followed. */
int followed_settle(struct cli *cli, struct trust *trust, struct store *store);

/*
 * For a daemon, whose store changes while it runs: set *more if the new record
 * called id may have made more keys followed; or for whatever may have
 * come, after follows was read again, whose keys of chains are then followed
 * at once.  What is set is settled between two turns.
 */
void followed_note(const struct trust *trust, struct store *store,
                   const struct record_id *id, bool *more);
void followed_note_all(struct cli *cli, struct trust *trust,
                       struct store *store, bool *more);
void followed_settle_leniently(struct cli *cli, struct trust *trust,
                               struct store *store, bool *more);

/* True in *may if what key signs about a record of author counts: if it is
 * that key, or the present one of its chain. */
int followed_may_act(struct cli *cli, struct store *store,
                     const struct key_author *key,
                     const struct key_author *author, bool *may);

#endif
