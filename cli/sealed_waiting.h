/*
 * What status says of sealed statements of one's own that nobody but their
 * author can open: a day that was announced comes by itself, a release does
 * not.
 */
#ifndef P2PUB_CLI_SEALED_WAITING_H
#define P2PUB_CLI_SEALED_WAITING_H

#include "bundles/store.h"
#include "cli/cli.h"

/* Print a line for each that was neither released nor withdrawn, and put them
 * into the document as `sealed_waiting`. */
int sealed_waiting_report(struct cli *cli, struct store *store);

#endif
