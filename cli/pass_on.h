/*
 * Hands records that were just stored to whoever can pass them on.
 */
#ifndef P2PUB_CLI_PASS_ON_H
#define P2PUB_CLI_PASS_ON_H

#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"
#include "cli/cli.h"

/*
 * Give ids to the share or relay that runs with this home; where none runs,
 * meet neighbours and known relays ourselves, for PASS_ON_MS at most.
 * delivered[i] becomes the number of nodes that acknowledged ids[i] meanwhile.
 * The caller has committed and closed its store.  A record that nobody took is
 * no failure; 0, or the exit code of an error that was said.
 */
int pass_on(struct cli *cli, const struct record_id *ids, size_t count,
            uint32_t *delivered);

/* Tell a running daemon of this home that its files changed: follows, relays,
 * or records that came by import.  Silent when none runs. */
void pass_on_changed(struct cli *cli);

#endif
