/*
 * publish --sealed: the statement is made in memory and goes out in a box that
 * nobody can open before its key is there.
 *
 * The key is on the disk before the record is in the store; nothing of the
 * text ever is.
 */
#ifndef P2PUB_CLI_PUBLISH_SEALED_H
#define P2PUB_CLI_PUBLISH_SEALED_H

#include "bundles/store.h"
#include "cli/cli.h"
#include "cli/publication.h"
#include "core/key.h"

/* What makes no sense with --sealed or --opens: CLI_USAGE, said. */
int publish_sealed_check(struct cli *cli,
                         const struct publication_options *options);

/* Seal publication, sign it with secret, and put it into store.  Its key line
 * goes into result, which is the caller's to wipe. */
int publish_sealed(struct cli *cli, const struct publication_options *options,
                   struct store *store, struct publication *publication,
                   const struct key_secret *secret,
                   struct publication_result *result);

/* What publication_report says of it beyond the rest. */
void publish_sealed_report(struct cli *cli,
                           const struct publication_options *options,
                           json_t *object,
                           const struct publication_result *result);

#endif
