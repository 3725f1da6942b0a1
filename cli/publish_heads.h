/*
 * publish --heads: what goes into a statement about the newest records of
 * those whom the publisher follows, and the consent to tell.
 */
#ifndef P2PUB_CLI_PUBLISH_HEADS_H
#define P2PUB_CLI_PUBLISH_HEADS_H

#include <stddef.h>

#include "bundles/statement.h"
#include "bundles/store.h"
#include "cli/cli.h"
#include "cli/publication.h"
#include "core/limits.h"

struct publish_heads {
    size_t count;
    struct statement_head heads[HEADS_MAX];
};

/*
 * Fill *out with what store has of those who are followed, say whom it will
 * betray, and ask where a person can answer; none without --heads.  CLI_DONE,
 * or the exit code of an error that was said: CLI_FAILED for a no.
 */
int publish_heads_gather(struct cli *cli,
                         const struct publication_options *options,
                         struct store *store, struct publish_heads *out);

/* Let the statement quote them; heads must outlive it. */
void publish_heads_put(struct publish_heads *heads,
                       struct publication *publication);

#endif
