/*
 * The keys that this user signs with: keys/NAME.key and keys/NAME.pub of the
 * home, in minisign's formats.
 *
 * NAME.pub alone stands for a key whose secret half lives on another machine:
 * it can be prepared for (publish --prepare), not signed with.
 */
#ifndef P2PUB_CLI_KEYRING_H
#define P2PUB_CLI_KEYRING_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/cli.h"
#include "cli/prompt.h"
#include "core/bytes.h"
#include "core/key.h"
#include "core/limits.h"

struct keyring_entry {
    char name[TRUST_NAME_MAX + 1];
    struct key_public key;
    bool has_secret;
    bool is_encrypted; /* only valid when has_secret */
};

/* All keys, by name.  All zero is an empty one. */
struct keyring {
    struct keyring_entry *entries;
    size_t count;
};

/* Read the home's keys; none is no failure.  keyring_release after success and
 * failure. */
int keyring_load(struct cli *cli, struct keyring *out);
void keyring_release(struct keyring *keyring);

/* The key called name, or with NULL the only one there is.  Said: CLI_KEY
 * when there is none, CLI_USAGE when there are several. */
int keyring_choose(struct cli *cli, const struct keyring *keyring,
                   const char *name, const struct keyring_entry **out);

/* Open the secret half, asking for the passphrase if it has one; free *out
 * with key_secret_free. */
int keyring_unlock(struct cli *cli, const struct prompt_source *source,
                   const struct keyring_entry *entry, struct key_secret **out);

/* True if name may be a key's: 1 to TRUST_NAME_MAX octets of allowed text
 * without '/', and no '.' or '-' in front. */
bool keyring_is_name(const char *name);

/* CLI_DONE if there is no key called name; else CLI_KEY, said. */
int keyring_check_free(struct cli *cli, const char *name);

/* Write both halves of a new key, the secret one encrypted unless
 * passphrase.data is NULL.  Said: CLI_KEY if there is a key of that
 * name. */
int keyring_add(struct cli *cli, const char *name,
                const struct key_secret *secret, struct byte_view passphrase);

/* Write the octets of a secret key file as they are, and key; secret_text may
 * be empty for a public key alone. */
int keyring_add_files(struct cli *cli, const char *name,
                      const struct key_public *key,
                      struct byte_view secret_text);

/* Remove the files of a key that was just added and came to nothing. */
void keyring_remove(struct cli *cli, const char *name);

/* Write the secret half anew under another passphrase. */
int keyring_change(struct cli *cli, const struct keyring_entry *entry,
                   const struct key_secret *secret,
                   struct byte_view passphrase);

#endif
