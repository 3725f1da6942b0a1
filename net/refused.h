/*
 * Records that found no room here: remembered by id, so that they are not
 * asked for again in every contact, and compared as if they were here, so that
 * a peer that has them is told apart from one that has news.
 *
 * At most as many as refused_init says.  Beyond, the oldest signed day goes
 * first, and the horizon is the last day of which something was forgotten: up
 * to there it is not known any more what a peer offers for the first time.
 *
 * Memory: 40 octets each, and one or two for finding prefixes.
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
    /* Private: the latest day first, since records come in that order; within
     * a day by id. */
    struct refused_entry *entries;
    size_t count;
    size_t capacity;
    size_t maximum;
    uint8_t *prefixes;  /* private: a bit for what prefixes begin with, eight or
                          more a place */
    size_t prefix_bits; /* a power of two */
    size_t noted;       /* bits that were set since all were cleared */
    uint64_t changes;   /* so far */
    bool forgot;
    struct day horizon; /* only valid when forgot */
};

void refused_init(struct refused *refused, size_t maximum);
void refused_release(struct refused *refused);

/* Remember id; knowing it already is fine.  STATUS_NO_MEMORY. */
enum status refused_add(struct refused *refused, const struct record_id *id,
                        enum record_set set, struct day day) MUST_CHECK;

/* Something of day, or of days before it, is not remembered. */
void refused_forget_up_to(struct refused *refused, struct day day);

/* It is here after all. */
void refused_remove(struct refused *refused, const struct record_id *id,
                    struct day day);
bool refused_has(const struct refused *refused, const struct record_id *id,
                 struct day day);

/* True if the id of an entry begins with prefix.  *looked is how many entries
 * were looked at: for a prefix that no entry has, none in three of four cases,
 * else all. */
bool refused_has_prefix(const struct refused *refused,
                        const uint8_t prefix[MESSAGE_PREFIX_SIZE],
                        size_t *looked);

/* The entries whose day is in span: *first is the place of the first, the
 * result their number; those of the other set are among them. */
size_t refused_in(const struct refused *refused, const struct span *span,
                  const struct refused_entry **first);

/* Octets of memory that it takes. */
size_t refused_memory(const struct refused *refused);

/* Walk over the entries of span's set and days, in the store's order: the
 * oldest day first, within a day by id. */
struct refused_cursor {
    struct span span;
    size_t day_first; /* the places of the day that is at hand */
    size_t day_end;
    size_t next;
};

void refused_begin(const struct refused *refused, const struct span *span,
                   struct refused_cursor *cursor);

/* The next entry, or NULL at the end; refused_pass goes on to the one behind
 * it.  Nothing may be added or removed meanwhile. */
const struct refused_entry *refused_peek(const struct refused *refused,
                                         struct refused_cursor *cursor);
void refused_pass(struct refused_cursor *cursor);

/* Does entry come before a record of that day and id? */
bool refused_is_before(const struct refused_entry *entry, struct day day,
                       const struct record_id *id);

#endif
