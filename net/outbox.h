/*
 * The records that wait to be sent on one link, the most useful first.
 *
 * Ranks come from net/plan.h; equal ones keep the order in which they came.
 * At most OUTBOX_MAX.
 */
#ifndef P2PUB_NET_OUTBOX_H
#define P2PUB_NET_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"
#include "core/status.h"

/* The lower, the earlier. */
struct outbox_rank {
    uint64_t value;
};

struct outbox_item {
    struct record_id id;
    struct outbox_rank rank;
    uint64_t order; /* private */
    bool wanted;    /* the other side asked for it by name */
};

struct outbox {
    struct outbox_item *heap; /* private */
    size_t count;
    size_t capacity;
    uint64_t order;
};

void outbox_init(struct outbox *outbox);
void outbox_release(struct outbox *outbox);

/* STATUS_FULL at OUTBOX_MAX, STATUS_NO_MEMORY. */
enum status outbox_add(struct outbox *outbox, const struct record_id *id,
                       struct outbox_rank rank, bool wanted) MUST_CHECK;

/* The next to go, or NULL; it dies at the next change. */
const struct outbox_item *outbox_first(const struct outbox *outbox);

/* Take the next away; the outbox is not empty. */
void outbox_drop(struct outbox *outbox);

#endif
