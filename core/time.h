/*
 * Time as values; nothing here reads a clock.
 *
 * struct mono_time is milliseconds from any fixed start and never goes back.
 * struct day is a UTC calendar day, counted from 1970-01-01 = 0.
 */
#ifndef P2PUB_CORE_TIME_H
#define P2PUB_CORE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/status.h"

struct mono_time {
    uint64_t milliseconds;
};

/* Later than every other time. */
#define MONO_NEVER ((struct mono_time){UINT64_MAX})

/* time plus milliseconds; MONO_NEVER where that would overflow. */
struct mono_time mono_after(struct mono_time time, uint64_t milliseconds);
bool mono_due(struct mono_time when, struct mono_time now);
struct mono_time mono_earlier(struct mono_time a, struct mono_time b);

/* Milliseconds from earlier to later; 0 if later is not later. */
uint64_t mono_between(struct mono_time earlier, struct mono_time later);

struct day {
    int32_t number; /* days since 1970-01-01, from DAY_FIRST to DAY_LAST */
};

#define DAY_FIRST     ((struct day){-719162}) /* 0001-01-01 */
#define DAY_LAST      ((struct day){2932896}) /* 9999-12-31 */
#define DAY_TEXT_SIZE 11                      /* YYYY-MM-DD and a zero octet */

/* Parse exactly YYYY-MM-DD, a day of the proleptic Gregorian calendar;
 * STATUS_MALFORMED otherwise. */
enum status day_parse(struct day *out, struct byte_view text) MUST_CHECK;

/* Write YYYY-MM-DD and a zero octet; day must be within the range above. */
void day_format(struct day day, char out[DAY_TEXT_SIZE]);

/* The day that holds the moment given in seconds since 1970, clamped. */
struct day day_of_seconds(int64_t seconds);

#endif
