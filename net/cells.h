/*
 * The messages of sketches: cells, and asking for cells.
 *
 * CELLS carries cells (net/sketch.h) of all records that the sender has of a
 * span, from one place on.  ASK_CELLS asks for all cells up to a number: it
 * begins a sketch, and asks for more of one that is there.
 *
 * Writers and readers as in net/message.h.
 *
 * Source: net/PROTOCOL.md, "Sketches".
 */
#ifndef P2PUB_NET_CELLS_H
#define P2PUB_NET_CELLS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/status.h"
#include "net/message.h"
#include "net/span.h"

struct cells {
    struct span span;
    bool turned;            /* the sender could not decode the receiver's */
    uint32_t records;       /* that the sender has of span */
    uint32_t first;         /* place of the first cell that follows */
    uint32_t count;         /* of cells; 0 for "I cannot make any" */
    struct byte_view coded; /* count cells as they travel */
};

/* coded has sketch_size octets. */
enum status cells_write(struct byte_buf *out,
                        const struct cells *cells) MUST_CHECK;

enum status cells_read(struct cells *out, struct byte_view body) MUST_CHECK;

/* number: 1 to SKETCH_CELLS_MAX. */
enum status cells_write_ask(struct byte_buf *out, const struct span *span,
                            uint32_t number) MUST_CHECK;
enum status cells_read_ask(struct span *span, uint32_t *number,
                           struct byte_view body) MUST_CHECK;

#endif
