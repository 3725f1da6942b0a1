/*
 * Where random octets come from.
 *
 * Everything below cli/ takes a struct entropy * and never asks the system
 * itself, so that the simulator can run the same code with a seed.
 */
#ifndef P2PUB_CORE_ENTROPY_H
#define P2PUB_CORE_ENTROPY_H

#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

struct entropy {
    /* Only valid when seeded; all zero for the system's generator. */
    uint8_t seed[32];
    uint64_t counter;
    _Bool seeded;
};

/* Start libsodium; call once before anything else of p2pub.
 * STATUS_IO if the system has no random octets to give. */
enum status entropy_start(void) MUST_CHECK;

/* The operating system's generator. */
void entropy_init_system(struct entropy *entropy);

/* A repeatable stream of octets, for tests and the simulator only. */
void entropy_init_seed(struct entropy *entropy, uint64_t seed);

void entropy_fill(struct entropy *entropy, void *out, size_t size);

/* A number from 0 to limit - 1, evenly; 0 when limit is 0 or 1. */
uint32_t entropy_below(struct entropy *entropy, uint32_t limit);

#endif
