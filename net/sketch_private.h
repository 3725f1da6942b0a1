/*
 * The inside of a sketch, for net/sketch*.c alone.
 */
#ifndef P2PUB_NET_SKETCH_PRIVATE_H
#define P2PUB_NET_SKETCH_PRIVATE_H

#include "net/sketch.h"
#include "net/sketch_map.h"

/* A cell; of who decodes, what is left of it once the own ids are taken
 * away. */
struct sketch_cell {
    uint64_t sum;   /* XOR of the ids */
    uint32_t check; /* XOR of their checks */
};

/* An id and its way through the cells. */
struct sketch_member {
    uint64_t id;
    uint64_t state; /* of its walk, at cell */
    uint32_t cell;  /* all of its cells before this one are done */
    bool gone;      /* own: it was found to be what the other side lacks */
};

struct sketch {
    struct sketch_keys keys;
    size_t places;
    size_t count; /* own ids */
    struct sketch_member *members;
    bool sealed; /* members are ascending, each once */
    size_t cell_count;
    struct sketch_cell *cells;
    uint16_t counts[SKETCH_COUNTED]; /* ids in a cell, less what is expected */

    /* Of who decodes. */
    size_t taken;     /* cells that came */
    uint32_t records; /* ids of the other side; only valid when taken > 0 */
    bool inconsistent;
    struct sketch_member *foreign; /* ids that were found, as they were */
    size_t foreign_count;
    size_t foreign_places;
    size_t own_only; /* members that are gone */
    uint64_t *found; /* foreign ids, ascending, once all is found */
};

/* id, before its first cell. */
struct sketch_member sketch_member_of(const struct sketch_keys *keys,
                                      uint64_t id);

/* Put member into all of its cells that are not done. */
void sketch_apply(struct sketch *sketch, struct sketch_member *member);

/* The own id, or NULL. */
struct sketch_member *sketch_find(const struct sketch *sketch, uint64_t id);

#endif
