/*
 * What tests of sketches share: two sets, and the way from their sketches to
 * the difference.
 *
 * A function that cannot do its work fails the cmocka test that runs.
 */
#ifndef P2PUB_TESTS_UNIT_SKETCHES_H
#define P2PUB_TESTS_UNIT_SKETCHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/entropy.h"
#include "net/sketch.h"
#include "net/sketch_map.h"

/* Two sets that differ in ids of known sides. */
struct sets {
    struct salt salt;
    size_t common;
    size_t own;     /* that only the decoder has */
    size_t foreign; /* that only the sender has */
    uint64_t *ids;  /* common, then own, then foreign */
};

/* A short id. */
uint64_t sketches_id(struct entropy *entropy);

/* Does id go into cell? */
bool sketches_maps(const struct sketch_keys *keys, uint64_t id, uint32_t cell);

/* Draw a salt and ids; mem_free ids. */
void sketches_draw(struct sets *sets, struct entropy *entropy, size_t common,
                   size_t own, size_t foreign);

/* sketch_extend, sketch_take with the own cells it needs, and sketch_decode,
 * whether all was found: in one piece each, or in pieces if sketches_steps is
 * set to the steps of each. */
void sketches_extend(struct sketch *sketch, size_t count);
void sketches_take(struct sketch *sketch, uint32_t records, size_t count,
                   struct byte_view coded);
bool sketches_decode(struct sketch *sketch);
extern size_t sketches_steps;

/* Seal sketch: its number of ids. */
size_t sketches_seal(struct sketch *sketch);

/* The sketch of the decoder's set, or of the sender's; and sealed. */
struct sketch *sketches_with(const struct sets *sets, bool decoder);
struct sketch *sketches_of(const struct sets *sets, bool decoder);

/* Hand cells first to end - 1 of sender over. */
void sketches_hand_over(struct sketch *decoder, struct sketch *sender,
                        size_t first, size_t end);

/* What decoder found is the difference. */
void sketches_check(const struct sketch *decoder, const struct sets *sets);

/* The whole course: first cells, then as the estimate says, then a twelfth
 * more, as often as it takes, and sketches_check.  The cells that it took. */
size_t sketches_reconcile(const struct sets *sets, size_t first);

#endif
