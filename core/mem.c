#include "core/mem.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>

#include <sodium.h>

/* Counters of the process, for tests; every other file keeps none. */
static unsigned long allocations; /* may wrap round in a relay's months */
static long live;
static long fail_after = -1;

static _Bool
allocation_must_fail(void)
{
    allocations++;
    if (fail_after < 0)
        return 0;
    return fail_after-- == 0;
}

static void *
counted(void *memory)
{
    if (memory != NULL)
        live++;
    return memory;
}

void *
mem_alloc(size_t size)
{
    if (allocation_must_fail())
        return NULL;
    return counted(malloc(size == 0 ? 1 : size));
}

void *
mem_zalloc(size_t count, size_t size)
{
    if (allocation_must_fail())
        return NULL;
    if (count == 0 || size == 0)
        count = size = 1;
    if (count > SIZE_MAX / size)
        return NULL;
    return counted(calloc(count, size));
}

void *
mem_resize(void *memory, size_t size)
{
    void *resized;

    if (allocation_must_fail())
        return NULL;
    resized = realloc(memory, size == 0 ? 1 : size);
    if (memory == NULL)
        return counted(resized);
    return resized;
}

void
mem_free(void *memory)
{
    int saved = errno;

    if (memory != NULL)
        live--;
    free(memory);
    errno = saved;
}

void *
mem_secret_alloc(size_t size)
{
    void *memory;

    if (allocation_must_fail())
        return NULL;
    memory = sodium_malloc(size);
    if (memory != NULL)
        sodium_memzero(memory, size);
    return counted(memory);
}

void
mem_secret_free(void *memory)
{
    int saved = errno;

    if (memory != NULL)
        live--;
    sodium_free(memory);
    errno = saved;
}

void
mem_wipe(void *memory, size_t size)
{
    sodium_memzero(memory, size);
}

_Bool
mem_equal_secret(const void *a, const void *b, size_t size)
{
    return sodium_memcmp(a, b, size) == 0;
}

void
mem_fail_after(long n)
{
    fail_after = n;
}

long
mem_allocation_count(void)
{
    return (long)(allocations & LONG_MAX);
}

long
mem_live_count(void)
{
    return live;
}
