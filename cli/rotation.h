/*
 * A new version of an identity from the command line, from its questions to its
 * report: what keys rotate and keys recover do alike.
 */
#ifndef P2PUB_CLI_ROTATION_H
#define P2PUB_CLI_ROTATION_H

#include <stdbool.h>

#include "bundles/record.h"
#include "cli/cli.h"
#include "cli/keyring.h"
#include "cli/keys.h"
#include "core/key.h"

struct rotation {
    const struct keys_request *request;
    struct key_public key;            /* the chain's, before */
    const struct record_id *pin;      /* of version 1, or NULL */
    const struct keyring_entry *same; /* the key that stays, or NULL for a new
                                         one */
    const char *name;                 /* what the key is called here, or NULL */
    bool is_lost; /* somebody else may have signed with it: ask about its last
                     good record */
};

/* An exit code. */
int rotation_run(struct cli *cli, const struct rotation *rotation);

#endif
