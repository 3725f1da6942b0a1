/*
 * What a publish that was cut short left in the store.
 *
 * A statement with large files puts their chunks into the store before its
 * record (bundles/stash.h).  While it does, the home has a file `unfinished`,
 * locked; found there and not locked, it says that somebody was killed, and
 * that chunks which no record names are to be cleared away.
 */
#ifndef P2PUB_CLI_UNFINISHED_H
#define P2PUB_CLI_UNFINISHED_H

#include <stdbool.h>

#include "bundles/store.h"
#include "cli/cli.h"

struct lock;

struct unfinished {
    struct lock *lock; /* NULL: nothing was begun */
    bool is_dirty;     /* somebody else left something, too */
};

/* Clear away what others left; and begin, if what is to be published is
 * large.  0, or the exit code of an error that was said. */
int unfinished_begin(struct cli *cli, struct unfinished *unfinished,
                     struct store *store, bool is_large);

/* End it; what has no record, unless is_signed, is cleared away. */
void unfinished_end(struct unfinished *unfinished, struct store *store,
                    bool is_signed);

#endif
