/*
 * Walking over the records of one slice of one span, those that found no room
 * included: what lists are written from and compared with.
 */
#ifndef P2PUB_NET_SIFT_H
#define P2PUB_NET_SIFT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/status.h"
#include "net/refused.h"
#include "net/span.h"

struct store;

/* One record that the slice holds.  refused: it is not here. */
struct sift_row {
    const struct record_id *id;
    uint64_t short_id;
    struct day day;
    bool refused;
};

/* Called for each row, in the store's order; anything but STATUS_OK ends the
 * walk, which returns it.  Must not change the store. */
typedef enum status sift_visit(void *context, const struct sift_row *row);

struct sift {
    struct store *store;
    const struct refused *refused;
    struct span span;
    struct slice slice;
    const struct salt *salt; /* of the short ids */
    sift_visit *visit;
    void *context;
    uint64_t rows; /* out: rows looked at, in the slice or not */
};

/* The visitor's failure, or the store's. */
enum status sift_run(struct sift *sift) MUST_CHECK;

#endif
