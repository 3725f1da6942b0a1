/*
 * Words for what is wrong with a folder that should hold a bundle.
 */
#ifndef P2PUB_CLI_PARCEL_FAULT_H
#define P2PUB_CLI_PARCEL_FAULT_H

#include "bundles/parcel.h"
#include "cli/cli.h"
#include "core/status.h"

/* Say why parcel_open failed, having looked at the file at fault: a saved web
 * page and a cut file are recognised as such.  An exit code. */
int parcel_fault_say(struct cli *cli, enum status status,
                     const struct parcel_fault *fault);

#endif
