/*
 * What fuzz targets share: how one stops when a claim does not hold.
 */
#ifndef P2PUB_TESTS_FUZZ_CHECK_H
#define P2PUB_TESTS_FUZZ_CHECK_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define CHECK(claim)                                                     \
    do {                                                                 \
        if (!(claim)) {                                                  \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, \
                    #claim);                                             \
            abort();                                                     \
        }                                                                \
    } while (0)

/* What libFuzzer, or tests/fuzz/replay.c, calls for each input. */
int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

#endif
