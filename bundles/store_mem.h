/*
 * The store in memory: for what must not be on a disk, for tests and the
 * simulator.
 */
#ifndef P2PUB_BUNDLES_STORE_MEM_H
#define P2PUB_BUNDLES_STORE_MEM_H

#include <stdint.h>

#include "bundles/store.h"

struct entropy;

/* An empty store; budget in octets, 0 for STORE_BUDGET_DEFAULT.  Free *out
 * with store_free.  STATUS_NO_MEMORY. */
enum status store_mem_new(struct store **out, uint64_t budget,
                          struct entropy *entropy) MUST_CHECK;

#endif
