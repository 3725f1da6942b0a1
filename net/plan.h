/*
 * What goes first in a contact, decided by public facts alone: nobody can read
 * off the order whom this node follows, and no author can claim a place.
 *
 * Control records come first.  Then statements by age, in classes that double
 * (tomorrow and today, yesterday, 2 and 3 days ago, 4 to 7, 8 to 15, ...), in
 * a class the smaller first, so that a contact which is cut has carried the
 * most whole texts of the newest class; then by day.  Statements dated later
 * than tomorrow go last, the nearest first.  Large files come after all of
 * them, chunk by chunk, and let a new text pass between two chunks
 * (net/exchange.h).
 *
 * Source: DESIGN.md, "A contact", 4; net/PROTOCOL.md, "Exchange".
 */
#ifndef P2PUB_NET_PLAN_H
#define P2PUB_NET_PLAN_H

#include <stddef.h>

#include "bundles/record.h"
#include "core/status.h"
#include "core/time.h"
#include "net/outbox.h"

struct store;

/* The rank of a record of set and day, whose header and texts have so many
 * octets; tomorrow is the last day that is not in the future. */
struct outbox_rank plan_rank(enum record_set set, struct day day, size_t size,
                             struct day tomorrow);

/* A rank that none of that set and of that day, or earlier ones up to
 * tomorrow, comes before. */
struct outbox_rank plan_rank_least(enum record_set set, struct day day,
                                   struct day tomorrow);

/* Octets of the header of record id and of the texts that travel with it; 0
 * if it is not here.  STATUS_NO_MEMORY and the store's. */
enum status plan_size(struct store *store, const struct record_id *id,
                      size_t *size) MUST_CHECK;

#endif
