#include "net/uv_clock.h"

struct mono_time
uv_clock_now(const uv_loop_t *loop)
{
    return (struct mono_time){uv_now(loop)};
}

int64_t
uv_clock_wall(void)
{
    uv_timeval64_t now;

    if (uv_gettimeofday(&now) != 0 || now.tv_sec < 0)
        return 0;
    return now.tv_sec;
}
