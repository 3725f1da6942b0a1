/*
 * The tables of the SQLite store, as numbered steps from an empty file.
 *
 * A step that was released is never edited; a change is a new step.  Each
 * statement stands here exactly as SQLite keeps it, so that a file whose
 * schema holds anything else (a trigger, a view, a column that computes) is
 * known for it before it is used.
 */
#ifndef P2PUB_BUNDLES_SCHEMA_H
#define P2PUB_BUNDLES_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

/* `p2st`, in the file's header: what tells a store from any other database. */
#define SCHEMA_APPLICATION_ID 0x70327374

/* The number of the newest step; the first is 1. */
int schema_last(void);

/* The statements of a step, ended by NULL.  The last one of each step sets
 * the file's user_version to the step's number. */
const char *const *schema_step(int number);

/* True if a whole schema of the newest step holds this statement. */
bool schema_has(const char *statement);

/* How many statements that has. */
size_t schema_count(void);

#endif
