/*
 * The store in one SQLite file (WAL, synchronous FULL).
 *
 * Hardened as SECURITY.md asks: no triggers, views or functions of the file
 * run, sizes are limited, statements are prepared once and never built from
 * text.  The schema has a number; a newer one is refused with STATUS_NEWER.
 */
#ifndef P2PUB_BUNDLES_STORE_SQLITE_H
#define P2PUB_BUNDLES_STORE_SQLITE_H

#include <stdbool.h>
#include <stdint.h>

#include "bundles/store.h"

struct entropy;

struct store_sqlite_options {
    uint64_t budget;            /* octets; 0 for STORE_BUDGET_DEFAULT */
    bool read_only;             /* also opens on read-only media */
    bool create;                /* make it if it is not there */
    unsigned busy_milliseconds; /* how long to wait; 0 for STORE_BUSY_MS */
    struct entropy *entropy;    /* for the row key of a new store */
};

/*
 * Open the store at path; free *out with store_free, which checkpoints.
 *   STATUS_NOT_FOUND  not there, and create is false
 *   STATUS_NEWER      written by a newer p2pub
 *   and those of bundles/store.h.
 */
enum status store_sqlite_open(struct store **out, const char *path,
                              const struct store_sqlite_options *options)
    MUST_CHECK;

#endif
