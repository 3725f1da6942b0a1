/*
 * The number that a key's next record bears: given on the command line, or
 * asked about where it cannot be told.
 */
#ifndef P2PUB_CLI_AUTHOR_NUMBER_H
#define P2PUB_CLI_AUTHOR_NUMBER_H

#include <stdint.h>

#include "bundles/store.h"
#include "cli/cli.h"
#include "core/status.h"

/* The value of --sequence, which is in optarg. */
int author_number_take(struct cli *cli, uint32_t *out);

/* Words for STATUS_NOT_FOUND and STATUS_EXISTS of publish_begin; sequence is
 * the number that was asked for, 0 for the next. */
int author_number_fail(struct cli *cli, enum status status, uint32_t sequence);

/* The history forks: only the person knows whether all of it is theirs.
 * CLI_DONE for yes. */
int author_number_ask_to_merge(struct cli *cli,
                               const struct store_sequence *fork);

#endif
