/*
 * What tests/vectors/chains is made of: records of chains of identity
 * versions, and what bundles/FORMAT.md, section 11, makes of them.
 *
 * What cannot be made fails the cmocka test that runs.
 */
#ifndef P2PUB_TESTS_UNIT_CHAIN_VECTORS_H
#define P2PUB_TESTS_UNIT_CHAIN_VECTORS_H

#include <stddef.h>

#include "tests/unit/pile.h"

struct chain_vector {
    const char *name;
    const char *about;
    void (*make)(struct pile *pile);
    const char *records; /* the names of pile's, in order; of one that is left
                            out of the file `-` */
    const char *wanted;  /* the lines behind the records */
};

extern const struct chain_vector chain_vectors[];
extern const size_t chain_vectors_count;

#endif
