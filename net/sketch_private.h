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

/* Sorting that may stop anywhere. */
struct sketch_sort {
    size_t count;
    size_t loose; /* places in front that are no heap yet */
    size_t heap;  /* members that are left in the heap */
    size_t first; /* from here on the greatest, ascending, each once */
};

/* Decoding that may stop anywhere. */
struct sketch_decoding {
    enum {
        SKETCH_PEELS,
        SKETCH_TRIES,
        SKETCH_CHECKS, /* whether every cell is empty */
        SKETCH_SORTS,  /* the foreign ids: all is found */
        SKETCH_ENDS
    } stage;

    uint32_t *cells; /* that may have one id left, each once; room for all;
                        NULL while nothing is decoded */
    size_t count;    /* of them */
    bool *queued;    /* of each cell: it is among them */
    unsigned pass;   /* of trying own ids; 0 for not yet */
    bool early;      /* this pass is over the first cells */
    bool last;       /* no other pass comes */
    bool complete;   /* all was found */
    size_t next;     /* the member to be tried */
    size_t own_only; /* when this pass began */
    size_t empty;    /* cells that were checked */
    struct sketch_sort sort;
};

struct sketch {
    struct sketch_keys keys;
    size_t places;
    size_t count; /* own ids */
    struct sketch_member *members;
    bool sorting;            /* no more members come */
    bool sealed;             /* members are ascending, each once */
    struct sketch_sort sort; /* only valid when sorting and not sealed */
    size_t cell_count;
    struct sketch_cell *cells;
    size_t placed; /* members, then foreign ids, that are in all cells */
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
    struct sketch_decoding decoding;
};

/* Take count from *steps, or what is left. */
void sketch_spend(size_t *steps, size_t count);

/* Sort count members: begin, then go on until it is done.  What is equal is
 * kept once, and then lies from sort->first to the end. */
void sketch_sort_begin(struct sketch_sort *sort, size_t count);
bool sketch_sort_go_on(struct sketch_sort *sort, struct sketch_member *members,
                       size_t *steps);

/* Give back what decoding needs. */
void sketch_decoding_release(struct sketch_decoding *decoding);

/* id, before its first cell. */
struct sketch_member sketch_member_of(const struct sketch_keys *keys,
                                      uint64_t id);

/* The own id, or NULL. */
struct sketch_member *sketch_find(const struct sketch *sketch, uint64_t id);

#endif
