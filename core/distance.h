/*
 * How far what was typed is from what may have been meant.
 */
#ifndef P2PUB_CORE_DISTANCE_H
#define P2PUB_CORE_DISTANCE_H

#include <stddef.h>

#include "core/bytes.h"

/* Octets of a text that is compared; a longer one is far from everything. */
#define DISTANCE_TEXT_MAX ((size_t)16)

/* How many octets must be changed, left out or put in to make b of a
 * (Levenshtein); DISTANCE_TEXT_MAX where one is longer than that. */
size_t distance(struct byte_view a, struct byte_view b);

#endif
