/*
 * The clocks as commands read them, here and nowhere else in cli/.
 */
#ifndef P2PUB_CLI_CLI_CLOCK_H
#define P2PUB_CLI_CLI_CLOCK_H

#include <stdint.h>

#include "core/time.h"

/* The UTC day of today, as this machine believes. */
struct day cli_clock_today(void);

/* Hours since 1970 in UTC, 0 for no clock. */
uint32_t cli_clock_hour(void);

/* Monotonic milliseconds. */
struct mono_time cli_clock_now(void);

#endif
