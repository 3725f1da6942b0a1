/*
 * How far a version of an identity has come: whether it counts, and which
 * recovery keys must still sign it.
 */
#ifndef P2PUB_CLI_SUCCESSION_STATE_H
#define P2PUB_CLI_SUCCESSION_STATE_H

#include <stdbool.h>

#include "bundles/record.h"
#include "bundles/store.h"
#include "cli/cli.h"
#include "core/key.h"
#include "core/status.h"

/* True in *out if author is a recovery key of version, an identity, or of one
 * that it follows and that is here.  STATUS_NO_MEMORY and the store's. */
enum status succession_state_is_keeper(
    bool *out, struct store *store, const struct record *version,
    const struct key_author *author) MUST_CHECK;

/*
 * Say of the version called id, in the home's store, whether it counts now, who
 * must still sign it, and what each of them runs; in document `version`,
 * `counts`, `consent` (of each version that is asked: `version`, `signed`,
 * `needed`, `of`) and `missing` (`key`, `name`).  counts may be NULL.  An exit
 * code.
 */
int succession_state_tell(struct cli *cli, const struct record_id *id,
                          json_t *document, bool *counts);

/* The newest version by author, after the first, that does not count in the
 * home's store; false where there is none. */
enum status succession_state_find(bool *found, struct record_id *out,
                                  struct store *store,
                                  const struct key_author *author) MUST_CHECK;

#endif
