/*
 * The record that a person means by the first digits of its ID.
 *
 * Functions that return int give CLI_DONE, or the exit code of an error that
 * they have said: CLI_USAGE for what is no ID or fits several records,
 * CLI_NOT_FOUND, CLI_STORE.
 */
#ifndef P2PUB_CLI_FIND_H
#define P2PUB_CLI_FIND_H

#include <stdbool.h>

#include "bundles/record.h"
#include "bundles/store.h"
#include "cli/cli.h"

/* Digits that name a record which is about to be signed about: fewer than
 * these are ground in seconds, so a person must look at what they name. */
#define FIND_SIGNED_DIGITS 16

/* True if text could be the beginning of an ID: 6 to 64 hexadecimal digits of
 * any case. */
bool find_is_id(const char *text);

/* The same question asked quietly: STATUS_MALFORMED for what is no ID, else
 * as store_find.  store may be NULL, an empty one. */
enum status find_digits(struct store *store, const char *digits,
                        struct record_id *out) MUST_CHECK;

/* The sealed record of a statement inside, whose own ID begins with digits and
 * is in no store: co-signatures and releases name it.  As find_digits. */
enum status find_sealing(struct store *store, const char *digits,
                         struct record_id *out) MUST_CHECK;

/* The one record whose ID begins with digits. */
int find_record(struct cli *cli, struct store *store, const char *digits,
                struct record_id *out);

/*
 * The same for a command that signs something about the record: with fewer
 * than FIND_SIGNED_DIGITS digits its title, author and date are shown and the
 * person is asked; where nobody can be asked that is CLI_USAGE.  A "no" is
 * CLI_FAILED.
 */
int find_record_to_sign(struct cli *cli, struct store *store,
                        const char *digits, struct record_id *out);

/* Show on stderr what a person knows the record by: title, author, date. */
int find_show(struct cli *cli, const struct record *record);

#endif
