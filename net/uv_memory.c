#include "net/uv_memory.h"

#include <uv.h>

#include "core/limits.h"

/* The rest is for the system, its files and the store. */
static const uint64_t share = 4;

size_t
uv_memory_of(uint64_t total, uint64_t allowed)
{
    const uint64_t there =
        allowed > 0 && (total == 0 || allowed < total) ? allowed : total;

    if (there == 0 || there / share > MEMORY_DEFAULT)
        return MEMORY_DEFAULT;
    if (there / share < MEMORY_LEAST)
        return MEMORY_LEAST;
    return (size_t)(there / share);
}

size_t
uv_memory_default(void)
{
    return uv_memory_of(uv_get_total_memory(), uv_get_constrained_memory());
}
