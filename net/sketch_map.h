/*
 * Into which cells of a sketch a short id goes, and its check.
 *
 * Integers only, so that every machine finds the same cells.
 *
 * Source: net/PROTOCOL.md, "Sketches"; RECONCILE.md, 7.1 and 7.3.
 */
#ifndef P2PUB_NET_SKETCH_MAP_H
#define P2PUB_NET_SKETCH_MAP_H

#include <stdint.h>

#include "net/span.h"

/* What is derived from a salt. */
struct sketch_keys {
    uint64_t check;
    uint64_t map;
};

/* One id's way through the cells. */
struct sketch_walk {
    uint64_t state;
    uint32_t cell; /* the present one; SKETCH_WALK_END behind the last */
};

#define SKETCH_WALK_END UINT32_MAX

struct sketch_keys sketch_keys_of(const struct salt *salt);

/* The 32 bits that tell a lone id from several. */
uint32_t sketch_check(const struct sketch_keys *keys, uint64_t short_id);

/* The way of short_id, at cell 0. */
struct sketch_walk sketch_walk_begin(const struct sketch_keys *keys,
                                     uint64_t short_id);
void sketch_walk_next(struct sketch_walk *walk);

/* 2^32 times the chance that an id goes into cell, for the cells from 1 on
 * that carry counts; rounded down. */
uint32_t sketch_rho(uint32_t cell);

/* The whole part of the square root. */
uint32_t sketch_root(uint64_t number);

#endif
