/*
 * A token bucket: bounds how often, or how much, over time.
 */
#ifndef P2PUB_CORE_BUCKET_H
#define P2PUB_CORE_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "core/time.h"

struct bucket {
    uint64_t tokens;     /* in thousandths */
    uint64_t burst;      /* tokens that a full bucket holds */
    uint64_t per_second; /* tokens that flow in */
    struct mono_time at; /* when tokens was right */
};

/* A full bucket; burst and per_second are at most 2^40. */
void bucket_init(struct bucket *bucket, uint64_t burst, uint64_t per_second,
                 struct mono_time now);

/* Take count tokens, or take none and say false. */
bool bucket_take(struct bucket *bucket, uint64_t count, struct mono_time now);

/* When bucket_take(count) will say true; MONO_NEVER if never. */
struct mono_time bucket_when(const struct bucket *bucket, uint64_t count,
                             struct mono_time now);

#endif
