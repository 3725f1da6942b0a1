/*
 * keys: what its subcommands are asked to do.  cli/cmd_keys.c reads the
 * command line; each subcommand is in the file of its name.
 *
 * All of them return an exit code; what went wrong was said.
 */
#ifndef P2PUB_CLI_KEYS_H
#define P2PUB_CLI_KEYS_H

#include <stdbool.h>

#include "bundles/verdict_signer.h"
#include "cli/answer.h"
#include "cli/cli.h"
#include "cli/key_maker.h"
#include "cli/recovery_words.h"
#include "core/key.h"
#include "core/limits.h"

/* The command line; the texts are argv's. */
struct keys_request {
    const char *argument; /* NAME or FILE, or NULL */
    bool is_public;
    struct key_maker maker;
    struct answer answer; /* for revoke; its source for all of them */
    const char *reason;
    const char *sheet;  /* a file that was typed off paper, or NULL */
    const char *sheets; /* the folder for sheets to print, or NULL */
    /* Of rotate and recover. */
    struct recovery_source words;
    size_t good_count; /* last good records, as they were typed */
    const char *good[IDENTITY_GOOD_MAX];
    const char *identity; /* the version 1 that is meant, or NULL */
    const char *new_name; /* of the new key's file, or NULL */
    bool same_key;        /* the key stays */
    bool new_words;       /* a new recovery key takes the place of all */
};

int keys_list(struct cli *cli, struct keys_request *request);
int keys_show(struct cli *cli, struct keys_request *request);
int keys_new(struct cli *cli, struct keys_request *request);
int keys_import(struct cli *cli, struct keys_request *request);
int keys_passphrase(struct cli *cli, struct keys_request *request);

/* Say in public, with the key itself, that it is not to be trusted any more.
 * Source: bundles/FORMAT.md, "Revocation". */
int keys_revoke(struct cli *cli, struct keys_request *request);

/* The next version of an identity: by its owner, and for one whose key is
 * lost. */
int keys_rotate(struct cli *cli, struct keys_request *request);
int keys_recover(struct cli *cli, struct keys_request *request);

/* Give a person what belongs on paper of a key that was made: as sheets in
 * folder; else, where a terminal is, as asked; else the words on the screen.
 * made->identity is the version 1 by whose words people know it.
 * keys_check_sheets comes before the key is made: nothing may be in the way. */
int keys_hand_over(struct cli *cli, const char *folder, const char *name,
                   const struct key_made *made);
int keys_check_sheets(struct cli *cli, const char *folder, const char *name,
                      bool has_words);

/* What this home knows of the owner of key. */
int keys_find_signer(struct cli *cli, const struct key_public *key,
                     struct verdict_signer *out);

/* Write the revocation of the key called name in advance, as a sheet in folder;
 * people know it by the eight words fingerprint. */
int keys_write_revocation(struct cli *cli, const char *folder, const char *name,
                          const char *fingerprint,
                          const struct key_secret *secret, const char *reason);

/* keys revoke --file: publish one without the key. */
int keys_revoke_from_sheet(struct cli *cli, struct keys_request *request);

/* Add name, key, words and identity to the document, and print them. */
int keys_show_key(struct cli *cli, const char *name,
                  const struct key_public *key);

#endif
