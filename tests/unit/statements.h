/*
 * Whole statements for tests and the simulator: text, attachment and record,
 * put into a store in a transaction of their own.
 *
 * The same numbers give the same octets.  What cannot be made ends the cmocka
 * test that runs, or the program.
 */
#ifndef P2PUB_TESTS_UNIT_STATEMENTS_H
#define P2PUB_TESTS_UNIT_STATEMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"
#include "bundles/store.h"
#include "core/key.h"
#include "core/time.h"

struct statements_spec {
    uint32_t number;   /* makes it different from others */
    int32_t day;       /* signed */
    size_t text;       /* octets; 0 for no text */
    size_t attachment; /* octets; 0 for none */
    const char *kind;  /* NULL for a statement */
    bool dictionaries; /* packs texts as publishing does; slow */
    bool letters;      /* a text that shrinks to the half only */
    bool repeating;    /* an attachment that shrinks to almost nothing */
};

/* Sign it as author and put it into store; free the result with
 * record_free. */
struct record *statements_put(struct store *store,
                              const struct statements_spec *spec,
                              const struct key_secret *author,
                              enum store_class keeping, struct day today);

/* Put record, all of whose chunks are in store, in an open transaction. */
void statements_put_record(struct store *store, const struct record *record,
                           enum store_class keeping, struct day today);

#endif
