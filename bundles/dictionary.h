/*
 * The preset dictionaries: numbered, frozen once released.
 *
 * Texts: bundles/dictionaries/NN-LANG.txt, turned into C by the build; their
 * BLAKE2b-256 stand in bundles/FORMAT.md.
 */
#ifndef P2PUB_BUNDLES_DICTIONARY_H
#define P2PUB_BUNDLES_DICTIONARY_H

#include <stdint.h>

#include "core/bytes.h"

/* The highest number there is; the lowest is 1. */
uint8_t dictionary_last(void);

/* The octets of dictionary number, or an empty view. */
struct byte_view dictionary_octets(uint8_t number);

/* The number of the dictionary for a BCP 47 language tag (its first subtag
 * decides), or 0. */
uint8_t dictionary_for_language(struct byte_view language);

#endif
