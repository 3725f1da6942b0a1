/*
 * The short ids of one slice of one span under one salt, and the records that
 * they stand for: what a list is written from and compared with.
 *
 * Lives for one step of comparing; nothing keeps one.
 */
#ifndef P2PUB_NET_INDEX_H
#define P2PUB_NET_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"
#include "net/refused.h"
#include "net/span.h"

struct store;

struct index_entry {
    uint64_t short_id;
    struct record_id id;
    struct day day;
    bool refused; /* not here: there was no room for it */
};

/* Ascending by short id, each once. */
struct index {
    struct index_entry *entries;
    size_t count;
    size_t capacity;
    uint64_t rows; /* rows of the store that were walked for it */
};

void index_init(struct index *index);
void index_release(struct index *index);

/* Fill index, which is empty, from store and refused.  Beyond INDEX_IDS_MAX
 * STATUS_TOO_LARGE; else the store's failures and STATUS_NO_MEMORY. */
enum status index_fill(struct index *index, struct store *store,
                       const struct refused *refused, const struct span *span,
                       const struct slice *slice,
                       const struct salt *salt) MUST_CHECK;

/* The entry of short_id, or NULL. */
const struct index_entry *index_find(const struct index *index,
                                     uint64_t short_id);

#endif
