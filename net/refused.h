/*
 * Records that found no room here: remembered by id, so that they are not
 * asked for again in every contact, and listed as if they were here, so that
 * nobody pushes them.  At most as many as refused_init says; the oldest signed
 * day goes first.
 */
#ifndef P2PUB_NET_REFUSED_H
#define P2PUB_NET_REFUSED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"
#include "core/status.h"
#include "core/time.h"
#include "net/message.h"
#include "net/span.h"

struct refused_entry {
    struct record_id id;
    enum record_set set;
    struct day day;
};

struct refused {
    struct refused_entry *entries; /* private: by day, then by id */
    size_t count;
    size_t capacity;
    size_t maximum;
};

void refused_init(struct refused *refused, size_t maximum);
void refused_release(struct refused *refused);

/* Remember id; knowing it already is fine.  STATUS_NO_MEMORY. */
enum status refused_add(struct refused *refused, const struct record_id *id,
                        enum record_set set, struct day day) MUST_CHECK;
bool refused_has(const struct refused *refused, const struct record_id *id,
                 struct day day);

/* True if the id of an entry begins with prefix; looks at all of them. */
bool refused_has_prefix(const struct refused *refused,
                        const uint8_t prefix[MESSAGE_PREFIX_SIZE]);

/* The entries whose day is in span: *first is the place of the first, the
 * result their number; those of the other set are among them. */
size_t refused_in(const struct refused *refused, const struct span *span,
                  const struct refused_entry **first);

#endif
