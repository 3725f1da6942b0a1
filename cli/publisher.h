/*
 * Whom a person names on the command line: a key string, a public key file
 * (.pub), or an identity record as a folder or header file.
 */
#ifndef P2PUB_CLI_PUBLISHER_H
#define P2PUB_CLI_PUBLISHER_H

#include "bundles/record.h"
#include "bundles/trust.h"
#include "bundles/verdict_signer.h"
#include "cli/cli.h"
#include "core/key.h"

struct publisher {
    struct key_public key;
    struct record *identity; /* of version 1; NULL if only a key was given */
};

/*
 * CLI_DONE, and publisher_release *out afterwards; or the exit code of an
 * error that was said: CLI_KEY for what is no key, CLI_NOT_VERIFIED for an
 * identity whose signature does not hold, CLI_NOT_FOUND, CLI_USAGE for a
 * record that is no identity.
 */
int publisher_read(struct cli *cli, const char *argument,
                   struct publisher *out);
void publisher_release(struct publisher *publisher);

/* The same for a key string or a public key file alone. */
int publisher_read_key(struct cli *cli, const char *argument,
                       struct key_public *out);

/* Who that is: by the identity that came with the key, else by what the home's
 * store has. */
int publisher_signer(struct cli *cli, const struct publisher *publisher,
                     const struct trust *trust, struct verdict_signer *out);

/* The words on stderr, for comparing. */
void publisher_say_words(const char *words);

#endif
