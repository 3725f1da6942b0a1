/*
 * A sketch: a set of short ids as a row of cells, from which somebody who has
 * nearly the same set finds the difference.
 *
 * Each id is XORed into some of the cells, all into cell 0, fewer and fewer
 * into those behind; the more cells, the larger the difference that they
 * tell.  Whoever decodes makes the cells of the own set and takes the other
 * side's away: what both have is gone, and cells with one id left are peeled
 * off one by one.  At a stall it tries its own ids against cells with two
 * (candidates), which takes a third fewer cells.
 *
 *     sketch_new, sketch_add...     all ids of the set
 *     sketch_extend                 make so many cells, again for more
 *   then who sends:
 *     sketch_write
 *   or who decodes:
 *     sketch_take                   cells that came, from the first on
 *     sketch_decode                 again after more have come
 *
 * Much work is done in pieces.  sketch_seal, sketch_extend and sketch_decode
 * count *steps down and stop when there are none left; who calls them again
 * with the same arguments and new steps finds in the end what one call would
 * have found, however it was divided.  A step is a cell on the way of an id,
 * 30 ns on a laptop; SKETCH_STEPS_SORT are an id in its place.  Less than
 * SKETCH_STEPS_ID may not suffice to begin anything.
 *
 * Memory: 24 octets for each id, 16 for each cell, and of who decodes at most
 * 64 for each foreign id and 5 for each cell more.  Steps: an id goes into
 * 2 ln(cells / 2) + 0.5 cells; one decoding tries each own id on all of its
 * cells at most SKETCH_PASSES times.
 *
 * A peer may send any cells: decoding ends, recovers each own id once and at
 * most as many foreign ones as there are cells, and says that all was found
 * only if every cell is empty and the numbers of both sides agree.
 *
 * The salt must be one that no author of a record could know.
 *
 * Source: net/PROTOCOL.md, "Sketches"; L. Yang, Y. Gilad, M. Alizadeh,
 * "Practical Rateless Set Reconciliation", SIGCOMM 2024.
 */
#ifndef P2PUB_NET_SKETCH_H
#define P2PUB_NET_SKETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/limits.h"
#include "core/status.h"
#include "net/span.h"

struct sketch;

/* Octets of a cell on its way, and of one with a count beside it. */
#define SKETCH_CELL_SIZE    ((size_t)10)
#define SKETCH_COUNTED_SIZE ((size_t)12)
/* The first cells carry a count. */
#define SKETCH_COUNTED ((size_t)96)

/* Octets that count cells from first on take on their way. */
size_t sketch_size(size_t first, size_t count);

/* An empty sketch with room for places ids, SKETCH_IDS_MAX at most.
 * STATUS_NO_MEMORY, STATUS_TOO_LARGE.  Free *out with sketch_free. */
enum status sketch_new(struct sketch **out, const struct salt *salt,
                       size_t places) MUST_CHECK;
void sketch_free(struct sketch *sketch);

/* Octets of memory that it takes; 0 for NULL. */
size_t sketch_memory(const struct sketch *sketch);

/* Add a short id; adding it again changes nothing.  STATUS_FULL. */
enum status sketch_add(struct sketch *sketch, uint64_t short_id) MUST_CHECK;

/* No more ids come: sort them.  True once that is done. */
bool sketch_seal(struct sketch *sketch, size_t *steps);

/* The number of ids; each counts once after sketch_seal or sketch_extend is
 * done. */
size_t sketch_count(const struct sketch *sketch);

/* Seal, and see that there are count cells at least, SKETCH_CELLS_MAX at most.
 * True in *done once there are.  STATUS_NO_MEMORY, STATUS_TOO_LARGE. */
enum status sketch_extend(struct sketch *sketch, size_t count, size_t *steps,
                          bool *done) MUST_CHECK;

/* Append count cells from first on; there are as many.  STATUS_NO_MEMORY,
 * STATUS_TOO_LARGE at out's maximum. */
enum status sketch_write(const struct sketch *sketch, size_t first,
                         size_t count, struct byte_buf *out) MUST_CHECK;

/* Take the next count cells of a set of records ids, which sketch_extend has
 * made of the own ones; coded has sketch_size octets. */
void sketch_take(struct sketch *sketch, uint32_t records, size_t count,
                 struct byte_view coded);

/* Cells that were taken. */
size_t sketch_taken(const struct sketch *sketch);

enum sketch_outcome {
    SKETCH_UNDONE, /* steps did not suffice: call again before anything else */
    SKETCH_FOUND,  /* the difference is complete */
    SKETCH_LACKS   /* more cells may help, or nothing does
                      (sketch_is_inconsistent) */
};

/* Find the difference.  STATUS_NO_MEMORY: only sketch_free is left. */
enum status sketch_decode(struct sketch *sketch, size_t *steps,
                          enum sketch_outcome *outcome) MUST_CHECK;

/* The cells contradict themselves: no more of them will help. */
bool sketch_is_inconsistent(const struct sketch *sketch);

/* What was found, once it is complete: ids that only the other side has,
 * ascending, and their number; dies with the sketch. */
const uint64_t *sketch_foreign(const struct sketch *sketch, size_t *count);

/* Is short_id one that the other side lacks? */
bool sketch_is_own_only(const struct sketch *sketch, uint64_t short_id);
size_t sketch_own_only_count(const struct sketch *sketch);

/* How many ids differ, as the counted cells that were taken tell: within a
 * third in 19 of 20 cases if all 96 were, never less than the numbers of both
 * sides differ. */
uint32_t sketch_estimate(const struct sketch *sketch);

/* Policy, from a difference as known or guessed: own and theirs are the
 * numbers of records of who decodes and of who sends. */

/* Cells to ask for, in all. */
uint32_t sketch_cells_for(uint32_t difference, uint32_t own, uint32_t theirs);

/* Is a list of the smaller set shorter than the cells? */
bool sketch_is_list_better(uint32_t difference, uint32_t own, uint32_t theirs);

#endif
