/*
 * What has become of a key of one's own, as far as the store tells: whether it
 * was revoked, and whether another has taken its place.
 */
#ifndef P2PUB_CLI_KEY_STATE_H
#define P2PUB_CLI_KEY_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "bundles/store.h"
#include "cli/cli.h"
#include "cli/keyring.h"
#include "core/key.h"
#include "core/status.h"
#include "core/time.h"

struct key_state {
    bool is_revoked;
    struct day revoked;        /* as the revocation says */
    uint32_t ended_by;         /* the number of a version; 0 for none */
    struct key_public present; /* the key in its place; only valid when
                                  ended_by */
};

/* STATUS_NO_MEMORY and the store's. */
enum status key_state_find(struct key_state *out, struct store *store,
                           const struct key_author *author) MUST_CHECK;

/* Warn whoever is about to sign with entry's key; an exit code for what the
 * store said. */
int key_state_warn(struct cli *cli, struct store *store,
                   const struct keyring_entry *entry);

/* keyring_choose, but where no name is given, keys in whose place another is
 * do not count.  store is the home's, or NULL where it is not open. */
int key_state_choose(struct cli *cli, struct store *store,
                     const struct keyring *keyring, const char *name,
                     const struct keyring_entry **out);

#endif
