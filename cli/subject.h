/*
 * What a person names on the command line: a record by its ID in the store, or
 * as a folder or header file from anywhere.  Either way its signatures are
 * checked here and now.
 *
 * Hexadecimal digits are an ID first, and a folder of that name only when the
 * store has no such record; ./NAME is always a folder.
 */
#ifndef P2PUB_CLI_SUBJECT_H
#define P2PUB_CLI_SUBJECT_H

#include <stdbool.h>
#include <stddef.h>

#include "bundles/parcel.h"
#include "bundles/record.h"
#include "bundles/statement.h"
#include "bundles/store.h"
#include "bundles/trust.h"
#include "bundles/verdict.h"
#include "cli/cli.h"
#include "core/file.h"

/* The own store and the reader's decisions, as far as there are any. */
struct subject_context {
    struct store *store; /* NULL if there is none */
    struct trust *trust;
};

struct subject {
    struct record *record;
    struct parcel *parcel; /* NULL if it is in the store */
    struct store *store;   /* of the context */
    enum store_state state;
    struct statement statement;
    bool has_statement; /* the record is a statement that we can read */
    struct verdict verdict;
};

/*
 * Open what there is.  A home that cannot be read is an error only when
 * needs_store; else it is warned of, and everybody is unknown.
 */
int subject_context_open(struct cli *cli, bool needs_store,
                         struct subject_context *out);
void subject_context_release(struct subject_context *context);

/*
 * Open argument, check it, and make its verdict.  subject_release *out after
 * success and failure.  Said: CLI_NOT_VERIFIED, CLI_NOT_FOUND, CLI_USAGE,
 * CLI_STORE and others.
 */
int subject_open(struct cli *cli, const struct subject_context *context,
                 const char *argument, struct subject *out);
void subject_release(struct subject *subject);

/* Make the verdict of a subject whose record, store, parcel and state are set.
 * STATUS_NO_MEMORY and the store's. */
enum status subject_judge(const struct subject_context *context,
                          struct subject *subject) MUST_CHECK;

/* True if all of file number index is here. */
bool subject_has_file(const struct subject *subject, size_t index);

/* Give the octets of a file to sink, checked; nothing that it was given may be
 * used before this returned STATUS_OK.  STATUS_NOT_FOUND,
 * STATUS_BAD_SIGNATURE and others. */
enum status subject_read_file(const struct subject *subject, size_t index,
                              file_sink *sink, void *context) MUST_CHECK;

/* Check every file that is here once more; the subject's state and verdict are
 * then what was found.  An exit code for what cannot be read. */
int subject_check_files(struct cli *cli, struct subject *subject);

/* The subject as something to write into a folder. */
struct parcel_source subject_source(struct subject *subject);

#endif
