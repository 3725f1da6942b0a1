/*
 * keys revoke: say in public, with the key itself, that it is not to be
 * trusted any more.  Source: bundles/FORMAT.md, "Revocation".
 */
#ifndef P2PUB_CLI_KEYS_REVOKE_H
#define P2PUB_CLI_KEYS_REVOKE_H

#include "cli/answer.h"
#include "cli/cli.h"

/* Revoke the key called answer->key_name, or the only one; an exit code.
 * Release answer afterwards, in any case. */
int keys_revoke(struct cli *cli, struct answer *answer, const char *reason);

#endif
