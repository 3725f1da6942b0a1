/*
 * What one link remembers of records: which the other side has, which it was
 * sent and has not acknowledged, and what either side said of their chunks.
 *
 * At most maximum records, KNOWN_MAX to begin with; the oldest is forgotten
 * first.  Records are found by the
 * beginning of their id, as acknowledgements name them; of two ids with one
 * beginning only the later is remembered, which costs a transfer.
 */
#ifndef P2PUB_NET_KNOWN_H
#define P2PUB_NET_KNOWN_H

#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"
#include "core/list.h"
#include "core/map.h"
#include "core/status.h"
#include "net/message.h"
#include "net/span.h"

enum known_flag {
    KNOWN_RECEIVED = 1,   /* the other side sent it to us */
    KNOWN_SENT = 2,       /* we sent it */
    KNOWN_UNACKED = 4,    /* and have heard nothing of it since */
    KNOWN_DELIVERED = 8,  /* the other side said that it has all of it */
    KNOWN_DENIED = 16,    /* we lacked chunks of it that were asked for */
    KNOWN_GONE = 32,      /* the other side lacked chunks that we asked for */
    KNOWN_TOLD = 64,      /* the other side heard that we have all of it */
    KNOWN_ANNOUNCED = 128 /* the other side said that it has the record */
};

struct known_entry {
    struct list_node order; /* private: the oldest first */
    struct record_id id;
    unsigned flags; /* of enum known_flag */
};

struct known {
    struct map map;
    struct list_node order;
    size_t unacked; /* entries with KNOWN_UNACKED */
    size_t maximum; /* entries; the owner may change it at any time */
};

void known_init(struct known *known, const struct salt *salt);
void known_release(struct known *known);

/* The entry of the record whose id begins with prefix, or NULL. */
struct known_entry *known_find(const struct known *known,
                               const uint8_t prefix[MESSAGE_PREFIX_SIZE]);

/* The flags of id; 0 if it is not remembered. */
unsigned known_flags(const struct known *known, const struct record_id *id);

/* Set and clear flags of id, which is remembered from now on.
 * STATUS_NO_MEMORY. */
enum status known_change(struct known *known, const struct record_id *id,
                         unsigned set, unsigned clear) MUST_CHECK;

/* Both sides have nothing left for each other: forget what both have whole,
 * for it will not come up again. */
void known_trim(struct known *known);

/* Clear flags of an entry; cannot fail. */
void known_clear(struct known *known, struct known_entry *entry,
                 unsigned flags);

#endif
