/*
 * Sizes as people write them: 16777216, 16384K, 16M, 1G.
 */
#ifndef P2PUB_CLI_SIZE_H
#define P2PUB_CLI_SIZE_H

#include <stdint.h>

#include "core/status.h"

/* A decimal number of octets, or of K (1024), M (1024 K) or G (1024 M), in
 * upper or lower case; maximum octets at most.  STATUS_MALFORMED
 * for everything else. */
enum status size_parse(uint64_t *out, uint64_t maximum,
                       const char *text) MUST_CHECK;

#endif
