/*
 * What a person is told once of those who are followed: that an identity has
 * another key now, or that versions of it are in conflict; of one's own identity
 * only if its key is not here.  What was told is in the file `told` of the home, a line each:
 *
 *     5f3a...(64 digits) 77e0...(64 digits)
 *
 * the identity that is followed, and the version that was told of.  It is made
 * when there is something to tell, and holds nothing of whom the home does not
 * follow.  Nothing is told where it would not be seen (--quiet, --json).
 *
 * Functions that return int give 0, or the exit code of an error that they
 * have said.
 */
#ifndef P2PUB_CLI_TOLD_H
#define P2PUB_CLI_TOLD_H

#include "bundles/store.h"
#include "bundles/trust.h"
#include "cli/cli.h"

/* Tell what is new.  That it could not be noted is no failure: it is told
 * again. */
int told_say(struct cli *cli, const struct trust *trust, struct store *store);

/* The same for a home that is not open; what fails is only warned of. */
void told_say_at_end(struct cli *cli);

#endif
