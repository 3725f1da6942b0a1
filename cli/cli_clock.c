#include "cli/cli_clock.h"

#include <time.h>

struct day
cli_clock_today(void)
{
    return day_of_seconds((int64_t)time(NULL));
}

uint32_t
cli_clock_hour(void)
{
    time_t now = time(NULL);

    return now < 0 ? 0 : (uint32_t)((int64_t)now / 3600);
}

struct mono_time
cli_clock_now(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return (struct mono_time){0};
    return (struct mono_time){(uint64_t)now.tv_sec * 1000 +
                              (uint64_t)now.tv_nsec / 1000000};
}
