/*
 * What found no room here, over the life of one process: the file `refused` of
 * the home (net/refused_file.h says what is in it).  Without it each start
 * would have the peers offer again all that a full store refused.
 *
 * It is of use only as long as the same decides who finds room: whom the home
 * follows, and the store's budget.  When that changes it counts for nothing.
 */
#ifndef P2PUB_CLI_REFUSED_FILE_H
#define P2PUB_CLI_REFUSED_FILE_H

#include <stdint.h>

#include "bundles/store.h"
#include "bundles/trust.h"
#include "cli/cli.h"
#include "net/uv_node.h"

struct refused_file {
    uint8_t policy[32];
    uint64_t saved;    /* changes up to then */
    uint64_t saved_at; /* milliseconds of the node */
};

/* Let host remember what the file says.  Without a file, or with one that is
 * damaged or of another time, it remembers nothing.  0, or the exit code of an
 * error that was said. */
int refused_file_load(struct cli *cli, struct refused_file *file,
                      struct uv_node *host, const struct trust *trust,
                      struct store *store);

/* Whom the home follows may have changed: if so, host forgets. */
void refused_file_check(struct refused_file *file, struct uv_node *host,
                        const struct trust *trust, struct store *store);

/* Save now and then while host runs, and at the end.  A failure is a warning:
 * the next start costs more octets, and no record. */
void refused_file_save_at_times(struct cli *cli, struct refused_file *file,
                                const struct uv_node *host);
void refused_file_save(struct cli *cli, struct refused_file *file,
                       const struct uv_node *host);

#endif
