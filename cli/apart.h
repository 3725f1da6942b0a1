/*
 * Signing on a machine that never touches a network, with stock minisign: what
 * --prepare and --signed of publish, cosign, withdraw and vouch do alike.
 */
#ifndef P2PUB_CLI_APART_H
#define P2PUB_CLI_APART_H

#include <stdint.h>

#include "bundles/parcel.h"
#include "bundles/record.h"
#include "bundles/store.h"
#include "cli/cli.h"
#include "core/status.h"

/* Refuse a folder that holds a header already: a number is given out only for
 * one that can be written. */
int apart_check_folder(struct cli *cli, const char *folder);

/* Say what is to be done with what was written into folder; kind is that of
 * its header, command the one of p2pub that takes it back. */
void apart_report_prepared(struct cli *cli, const char *folder,
                           const char *kind, const char *command,
                           const struct record_id *id, uint32_t sequence);

/*
 * Open folder, signed by an own key as a record of kind.  Free *out with
 * parcel_free.  Said: CLI_NOT_FOUND, CLI_NOT_VERIFIED, CLI_KEY and others.
 */
int apart_open_signed(struct cli *cli, const char *folder, const char *kind,
                      struct parcel **out);

/* Put it into the store, and give its number out if that was not done here. */
enum status apart_put(struct parcel_import *out, struct store *store,
                      const struct parcel *parcel) MUST_CHECK;

#endif
