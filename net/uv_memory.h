/*
 * How much memory a node takes on this machine if nobody says: a quarter of
 * what the machine has, or of what the system allows this process, but
 * MEMORY_LEAST to MEMORY_DEFAULT.
 */
#ifndef P2PUB_NET_UV_MEMORY_H
#define P2PUB_NET_UV_MEMORY_H

#include <stddef.h>
#include <stdint.h>

size_t uv_memory_default(void);

/* The same for a machine with total octets, of which allowed are for this
 * process; either is 0 where it is not known. */
size_t uv_memory_of(uint64_t total, uint64_t allowed);

#endif
