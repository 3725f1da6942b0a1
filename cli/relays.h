/*
 * The relays that a home knows: its file `relays`, a relay line a line.
 *
 * The file holds secrets (mode 0600).  Lines that are not understood count for
 * nothing, are named in a warning and are kept.
 */
#ifndef P2PUB_CLI_RELAYS_H
#define P2PUB_CLI_RELAYS_H

#include <stddef.h>

#include "cli/cli.h"
#include "core/bytes.h"
#include "net/relay_line.h"

struct relays {
    struct byte_buf text; /* the file as it is */
    size_t count;
    struct relay_line *lines; /* those that are understood */
};

/* Read the file; relays_release frees.  0, or an exit code. */
int relays_open(struct cli *cli, struct relays *out);
void relays_release(struct relays *relays);

/* The relay called name (relay_line_name), or NULL. */
const struct relay_line *relays_find(const struct relays *relays,
                                     const char *name);

/* Add line and write the file.  CLI_DONE also when it was there already. */
int relays_add(struct cli *cli, struct relays *relays,
               const struct relay_line *line);

/* Take out the relay called name and write the file; CLI_NOT_FOUND. */
int relays_remove(struct cli *cli, struct relays *relays, const char *name);

#endif
