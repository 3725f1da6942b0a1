#include "core/bucket.h"

/* The numbers are at most 2^40, so that thousandths fit 64 bits; every product
 * with a time is bounded by what is missing to a full bucket. */
#define THOUSAND ((uint64_t)1000)

/* Thousandths in the bucket at now.  One token per second is one thousandth
 * per millisecond. */
static uint64_t
bucket_tokens(const struct bucket *bucket, struct mono_time now)
{
    uint64_t elapsed = mono_between(bucket->at, now);
    uint64_t missing = bucket->burst * THOUSAND - bucket->tokens;

    if (bucket->per_second == 0)
        return bucket->tokens;
    if (elapsed > missing / bucket->per_second)
        return bucket->burst * THOUSAND;
    return bucket->tokens + elapsed * bucket->per_second;
}

void
bucket_init(struct bucket *bucket, uint64_t burst, uint64_t per_second,
            struct mono_time now)
{
    bucket->tokens = burst * THOUSAND;
    bucket->burst = burst;
    bucket->per_second = per_second;
    bucket->at = now;
}

bool
bucket_take(struct bucket *bucket, uint64_t count, struct mono_time now)
{
    uint64_t tokens = bucket_tokens(bucket, now);

    if (count > tokens / THOUSAND)
        return false;
    bucket->tokens = tokens - count * THOUSAND;
    if (now.milliseconds > bucket->at.milliseconds)
        bucket->at = now;
    return true;
}

struct mono_time
bucket_when(const struct bucket *bucket, uint64_t count, struct mono_time now)
{
    uint64_t tokens = bucket_tokens(bucket, now);
    uint64_t missing;

    if (count <= tokens / THOUSAND)
        return now;
    if (count > bucket->burst || bucket->per_second == 0)
        return MONO_NEVER;
    missing = count * THOUSAND - tokens;
    return mono_after(now, (missing - 1) / bucket->per_second + 1);
}
