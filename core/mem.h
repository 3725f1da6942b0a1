/*
 * Memory: the only file that calls the allocator.
 *
 * Ordinary memory comes from mem_alloc and its kin, secrets from
 * mem_secret_alloc, which locks the pages where the system lets it, keeps
 * them out of core files and wipes them when freed.
 *
 * Tests make the nth allocation fail: see mem_fail_after.  The counters are
 * the process's; nothing else here is shared.
 */
#ifndef P2PUB_CORE_MEM_H
#define P2PUB_CORE_MEM_H

#include <stddef.h>

/* size octets, not initialised; NULL when there is no memory.  A size of 0
 * gives a pointer that may be freed and not read. */
void *mem_alloc(size_t size);

/* count times size octets of zero; NULL without memory or on overflow. */
void *mem_zalloc(size_t count, size_t size);

/* As realloc: on NULL the old memory is untouched and still the caller's. */
void *mem_resize(void *memory, size_t size);

/* Release.  NULL is allowed.  errno is kept. */
void mem_free(void *memory);

/* size octets for secrets, zeroed; release with mem_secret_free only. */
void *mem_secret_alloc(size_t size);

/* Wipe and release.  NULL is allowed. */
void mem_secret_free(void *memory);

/* Overwrite with zeros in a way that the compiler keeps. */
void mem_wipe(void *memory, size_t size);

/* True if the octets are equal; takes the same time wherever they differ. */
_Bool mem_equal_secret(const void *a, const void *b, size_t size);

/* For tests.  The allocation that comes after n more fails, once; a negative
 * n switches this off. */
void mem_fail_after(long n);

/* For tests: allocations asked for since the process began; from 0 again after
 * LONG_MAX. */
long mem_allocation_count(void);

/* For tests: allocations not yet freed. */
long mem_live_count(void);

#endif
