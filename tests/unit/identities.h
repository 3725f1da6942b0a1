/*
 * Versions of identities for tests, by keys of tests/unit/records.h.
 *
 * What cannot be made fails the cmocka test that runs.
 */
#ifndef P2PUB_TESTS_UNIT_IDENTITIES_H
#define P2PUB_TESTS_UNIT_IDENTITIES_H

#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"

/* The last good record of a key that ends. */
struct identities_good {
    uint8_t key;
    uint32_t sequence;
    const struct record *record;
};

struct identities_version {
    uint8_t author;
    uint32_t sequence;
    uint32_t version;
    const char *recovery; /* each octet the number of a key */
    uint32_t threshold;
    const struct record *follows[4]; /* in any order; NULL ends them */
    struct identities_good good[4];  /* the same; key 0 ends them */
    const char *name;                /* NULL for "Centre" */
};

/* The record; free it with record_free. */
struct record *identities_seal(const struct identities_version *version);

#endif
