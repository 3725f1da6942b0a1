/*
 * Makes a key with its identity: for `keys new`, and for the first publish.
 */
#ifndef P2PUB_CLI_KEY_MAKER_H
#define P2PUB_CLI_KEY_MAKER_H

#include <stdbool.h>
#include <stddef.h>

#include "bundles/record.h"
#include "cli/cli.h"
#include "cli/identity_options.h"
#include "cli/prompt.h"
#include "core/key.h"

struct key_maker {
    const char *name; /* of the key, and what its owner calls itself */
    bool no_passphrase;
    const struct prompt_source *source;
    /* What its identity says beside the name.  Without recovery keys one is
     * made, shown as words, and kept nowhere. */
    struct identity_options identity;
};

struct key_made {
    struct key_secret *secret;
    struct record_id identity;
    struct prompt_secret words; /* of the recovery key; empty if none was
                                   made */
};

/* Make, write and sign; key_made_release *out after success and failure. */
int key_maker_run(struct cli *cli, const struct key_maker *request,
                  struct key_made *out);
/* The key alone, without an identity: write both halves of a new one; free
 * *secret with key_secret_free. */
int key_maker_write(struct cli *cli, const struct key_maker *request,
                    struct key_secret **secret);
void key_made_release(struct key_made *made);

/* Say what the recovery words are for, and show them, once: on stdout if that
 * is where the command's answer goes, else on stderr; with --json they are in
 * the document. */
void key_made_show_words(struct cli *cli, const struct key_made *made,
                         bool on_stdout);

#endif
