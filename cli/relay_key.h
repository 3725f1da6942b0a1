/*
 * A relay's own key and secret: the file relay.key of its home, so that its
 * line stays the same when it starts again.
 */
#ifndef P2PUB_CLI_RELAY_KEY_H
#define P2PUB_CLI_RELAY_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/cli.h"
#include "core/dh.h"
#include "net/shape.h"

struct relay_key {
    struct dh_secret key;
    uint8_t secret[32];
    struct shape shape;
};

/* Read the file, or make it; *is_new says which.  With has_shape, shape
 * replaces the one that the file names.  Wipe *out when done.  0, or the exit
 * code of an error that was said. */
int relay_key_open(struct cli *cli, bool has_shape, const struct shape *shape,
                   struct relay_key *out, bool *is_new);

#endif
