/*
 * The hellos that a relay has answered, on disk: the file relay.replay of its
 * home (net/replay.h says what is in it).
 */
#ifndef P2PUB_CLI_REPLAY_FILE_H
#define P2PUB_CLI_REPLAY_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/cli.h"
#include "core/status.h"
#include "net/replay.h"

struct replay_file;

/* Load the file, or begin it; is_new says that the relay's secret was made
 * just now, so that there ought to be none.  A damaged file is begun afresh,
 * with a warning.  0, or the exit code of an error that was said. */
int replay_file_open(struct cli *cli, const uint8_t secret[32], bool is_new,
                     struct replay_file **out);
void replay_file_close(struct replay_file *file);

struct replay *replay_file_cache(struct replay_file *file);

/* Append what is fresh and sync; the keep of node_options. */
enum status replay_file_keep(void *context);

#endif
