/*
 * The two clocks, read here and nowhere else below cli/.
 */
#ifndef P2PUB_NET_UV_CLOCK_H
#define P2PUB_NET_UV_CLOCK_H

#include <stdint.h>

#include <uv.h>

#include "core/time.h"

/* Milliseconds from the loop's start, as of this turn of the loop. */
struct mono_time uv_clock_now(const uv_loop_t *loop);

/* Seconds since 1970 in UTC as this machine believes; 0 if it has no idea. */
int64_t uv_clock_wall(void);

#endif
