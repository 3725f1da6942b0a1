/*
 * Cells in message 2: what the side that was called gives a caller who wished
 * for them, before it knows anything of the caller's records.
 *
 * They are of the newest days, whole ranges of the summary that follows, with
 * FIRST_CELLS_IDS records at most.  A caller who finds the difference in them
 * pushes and wants at once, which saves it a round trip where it has more; one
 * who does not, or sees from the summary that nothing differs there, does as if
 * they had not come.  So the side that was called keeps nothing but the span:
 * one WANT of it may come.
 *
 * The caller's side is in net/reconcile.h.
 *
 * Source: net/PROTOCOL.md, "First cells".
 */
#ifndef P2PUB_NET_FIRST_CELLS_H
#define P2PUB_NET_FIRST_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"
#include "net/message.h"
#include "net/span.h"

struct peer;

/* What was given, until it is wanted. */
struct first_cells {
    bool given;
    struct span span;
    uint32_t records;
};

/* peer.out holds message 2: put cells behind its first octets, as many as
 * wish says (net/session.h), or none where too many called of late.  STATUS_NO_MEMORY and the store's. */
enum status first_cells_give(struct peer *peer, size_t behind,
                             uint8_t wish) MUST_CHECK;

/* Is want the answer to the cells that were given?  The only one. */
bool first_cells_answered(struct peer *peer, const struct message_list *want);

#endif
