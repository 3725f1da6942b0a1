/*
 * What the commands that sign something short do alike (cosign, withdraw,
 * release, vouch, keys revoke): find the record that they are about, choose the
 * key, ask, sign, pass on, and report.
 *
 *     answer_take_option(...)        for each option
 *     answer_open(cli, &answer);     the store, and the record
 *     answer_choose_key(...);        then whatever is refused
 *     answer_sign(cli, &answer, ...);
 *     answer_release(&answer);       in any case
 */
#ifndef P2PUB_CLI_ANSWER_H
#define P2PUB_CLI_ANSWER_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/lineages.h"
#include "bundles/publish_answer.h"
#include "bundles/record.h"
#include "bundles/store.h"
#include "cli/cli.h"
#include "cli/keyring.h"
#include "cli/prompt.h"

struct answer {
    /* The command line; the texts are argv's. */
    const char *digits;
    const char *key_name; /* or NULL */
    uint32_t sequence;    /* 0 for the next */
    bool offline;
    bool dry_run;
    bool yes;
    const char *prepare;       /* --prepare, or NULL */
    const char *signed_folder; /* --signed, or NULL */
    struct prompt_source source;
    /* What it is about; subject is NULL for what is about a key, and
     * row unused. */
    struct store *store;
    struct trust *trust;
    struct lineages *lineages; /* of store; as it was when it was opened */
    struct store_row row;
    struct record *subject;
    struct keyring keyring;
    const struct keyring_entry *entry; /* who signs */
    /* Of a key that is in no keyring, entry is this one. */
    struct keyring_entry apart;
    struct key_secret *secret; /* else NULL */
};

#define ANSWER_OPTION_AS       0x900
#define ANSWER_OPTION_SEQUENCE 0x901
#define ANSWER_OPTION_OFFLINE  0x902
#define ANSWER_OPTION_DRY_RUN  0x903
#define ANSWER_OPTION_YES      0x904
#define ANSWER_OPTION_PREPARE  0x905
#define ANSWER_OPTION_SIGNED   0x906
#define ANSWER_OPTIONS                                                 \
    {"as", required_argument, NULL, ANSWER_OPTION_AS},                 \
        {"sequence", required_argument, NULL, ANSWER_OPTION_SEQUENCE}, \
        {"offline", no_argument, NULL, ANSWER_OPTION_OFFLINE},         \
        {"dry-run", no_argument, NULL, ANSWER_OPTION_DRY_RUN},         \
        {"yes", no_argument, NULL, ANSWER_OPTION_YES}, PROMPT_OPTIONS
/* Of commands that sign elsewhere, too. */
#define ANSWER_APART_OPTIONS                                     \
    {"prepare", required_argument, NULL, ANSWER_OPTION_PREPARE}, \
    {                                                            \
        "signed", required_argument, NULL, ANSWER_OPTION_SIGNED  \
    }

/* An exit code; options of other values are the command's own. */
int answer_take_option(struct cli *cli, struct answer *answer, int option);

/* Open the store and find the record. */
int answer_open(struct cli *cli, struct answer *answer);

/*
 * Where the record is a sealed statement, open it (key_path: see
 * subject_sealed_open) and take the statement inside for it: row and subject
 * are then that one's, though it is in no store.  *is_released tells whether
 * everybody can read it.  Else nothing.  Said: CLI_NOT_FOUND while it is
 * closed, and others.
 */
int answer_open_sealed(struct cli *cli, struct answer *answer,
                       const char *key_path, bool *is_released);

/* The key called so on the command line; where none is, the only one, or with
 * author the one that is author's, or has taken the place of that one.  Said:
 * CLI_KEY, CLI_USAGE, CLI_STORE. */
int answer_choose_key(struct cli *cli, struct answer *answer,
                      const struct key_author *author);

/* Sign with secret, whose key is in no keyring and is called name; it is the
 * answer's from here on. */
void answer_take_key(struct answer *answer, const char *name,
                     struct key_secret *secret);

/* CLI_USAGE, said, unless reason is one line of text of at most max octets. */
int answer_check_reason(struct cli *cli, const char *reason, size_t max);

/* Ask, sign what is filled in, pass it on, and report; question is shown where
 * a person can answer. */
int answer_sign(struct cli *cli, struct answer *answer,
                struct publish_answer *record, const char *question);
void answer_release(struct answer *answer);

/* CLI_USAGE, said, unless count arguments are left, or none with --signed and
 * without --prepare; usage is what to say. */
int answer_check_arguments(struct cli *cli, const struct answer *answer,
                           int left, int count, const char *usage);

/* --signed (cli/answer_apart.c): take back what was signed elsewhere, a record
 * of kind, pass it on, and report. */
int answer_take_signed(struct cli *cli, const struct answer *answer,
                       const char *kind);

/* For cli/answer*.c: --prepare; publish_answer and words for what it refuses;
 * and the report. */
int answer_prepare(struct cli *cli, struct answer *answer,
                   struct publish_answer *record);
int answer_publish(struct cli *cli, struct answer *answer,
                   struct publish_answer *record,
                   const struct key_secret *secret, struct record_id *id);
void answer_report(struct cli *cli, const struct answer *answer,
                   const struct record_id *id, const struct key_public *key,
                   uint32_t delivered);

#endif
