/*
 * The relays that a home learned of from other nodes: its file
 * `relays.learned`, mode 0600, a relay a line in the order of their keys.
 *
 *     DAY new LINE         kept up to that UTC day, - where there was no clock
 *     DAY answered LINE    the same; it answered this home once
 *     - forgotten KEY      the relay of that key (base32) is not wanted
 *
 * Nothing in it says who told of a relay.  A line that is not understood counts
 * for nothing and goes when the file is written again.
 *
 * Functions that return int give 0, or the exit code of an error that they
 * have said.
 */
#ifndef P2PUB_CLI_LEARNED_H
#define P2PUB_CLI_LEARNED_H

#include <stdbool.h>

#include "cli/cli.h"
#include "cli/relays.h"
#include "net/relay_book.h"

/* The typed relays and the file's, in book; learns: it takes more.  Release the
 * book after success. */
int learned_open(struct cli *cli, const struct relays *relays, bool learns,
                 struct relay_book *book);

/* Write the file if the book has changed.  Whoever does so holds the home's
 * lock from learned_open on. */
int learned_save(struct cli *cli, struct relay_book *book);

/* For a daemon, which holds the book for long, and not the lock: take over what
 * the file says to forget; then save. */
int learned_merge(struct cli *cli, struct relay_book *book);
int learned_keep(struct cli *cli, struct relay_book *book);

/* Is it one that was learned, and not forgotten? */
bool learned_is(const struct relay_entry *entry);

#endif
