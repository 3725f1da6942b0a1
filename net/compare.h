/*
 * Comparing on one link: which records does each side lack?
 *
 * One side sends a summary, the other compares it with its own store.  Where
 * ranges differ the side with fewer records tells the other of its short ids,
 * or is asked to: by a list, or where that would be long by a sketch
 * (net/reconcile.h).  The other side answers with what it wants, and pushes
 * what is lacking.  Ranges of too many ids are answered by a summary of their
 * parts, a single day's by lists of slices.
 *
 * Everything may have changed by the time it is answered, so that every step
 * can be repeated and none depends on another: a record that is pushed twice
 * is taken once, a wanted one that is gone is said to be gone.
 *
 * What a peer may cost is bounded: jobs, lists in flight, ids wanted, and
 * rows of the store that are walked for it.  What does not fit in is left to
 * the next summary (compare.again).
 *
 * Functions that fail return STATUS_MALFORMED when the peer broke the rules,
 * else STATUS_NO_MEMORY or the store's failures.
 *
 * Source: net/PROTOCOL.md, "Comparing".
 */
#ifndef P2PUB_NET_COMPARE_H
#define P2PUB_NET_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/limits.h"
#include "core/list.h"
#include "core/map.h"
#include "core/status.h"
#include "net/first_cells.h"
#include "net/message.h"
#include "net/outbox.h"
#include "net/reconcile.h"
#include "net/span.h"

struct peer;

/* A span that waits to be listed slice by slice, or pushed day by day, the
 * newest first: then span shrinks from its end. */
struct compare_job {
    struct list_node in_queue;
    struct outbox_rank rank; /* of its newest day: the lowest goes first */
    struct span span;
    bool asked;         /* lists: the peer asked for it */
    bool begun;         /* slice is set */
    struct slice slice; /* the next one; for pushes, of span's last day */
    bool through;       /* pushes: nothing of span is left */
};

/* A list that was sent and not answered yet. */
struct compare_list {
    struct span span;
    struct slice slice;
    size_t count;
};

struct compare {
    bool started; /* a whole summary was sent or came */
    bool heard;   /* a summary came */
    bool again;   /* something was left out: send a summary once all is done */
    bool narrow;  /* the peer lacks what was refused here: say what is here */
    struct list_node lists;  /* jobs: spans to list, the most useful first */
    struct list_node pushes; /* jobs: spans to push as a whole */
    size_t jobs;             /* in both */
    struct compare_list in_flight[LISTS_IN_FLIGHT_MAX];
    size_t in_flight_count;
    size_t in_flight_ids; /* in all of them */
    size_t asks;          /* ASKs that were not answered to the last slice */
    struct reconcile reconcile; /* sketches */
    struct first_cells first;   /* that were given in message 2 */
    struct map wants; /* short ids, under the peer's salt, not yet here */
};

void compare_init(struct compare *compare, const struct salt *salt);
void compare_release(struct peer *peer);

/* Send a summary of everything; the peer compares. */
enum status compare_offer(struct peer *peer) MUST_CHECK;

/* A message came. */
enum status compare_on_summary(struct peer *peer,
                               struct byte_view body) MUST_CHECK;
enum status compare_on_ask(struct peer *peer, struct byte_view body) MUST_CHECK;
enum status compare_on_list(struct peer *peer,
                            struct byte_view body) MUST_CHECK;
enum status compare_on_want(struct peer *peer,
                            struct byte_view body) MUST_CHECK;
enum status compare_on_want_first(struct peer *peer,
                                  struct byte_view body) MUST_CHECK;
enum status compare_on_gone(struct peer *peer,
                            struct byte_view body) MUST_CHECK;

/* Record id came from peer: it is wanted no longer. */
void compare_on_arrival(struct peer *peer, const struct record_id *id);

/* Sides with so many records of span differ in it, by apart or more: have ids
 * of it listed, or reconcile it. */
enum status compare_settle(struct peer *peer, const struct span *span,
                           uint32_t ours, uint32_t theirs,
                           uint32_t apart) MUST_CHECK;

/* Send the lists whose turn it is. */
enum status compare_send_lists(struct peer *peer) MUST_CHECK;

/* Ask for the peer's ids of span. */
enum status compare_ask_list(struct peer *peer,
                             const struct span *span) MUST_CHECK;

/* Want count ids, ascending, of what the peer has of span: the answer to its
 * cells, of type MESSAGE_WANT, or MESSAGE_WANT_FIRST if they came in
 * message 2. */
enum status compare_want(struct peer *peer, enum message_type type,
                         const struct span *span, const uint64_t *ids,
                         size_t count) MUST_CHECK;

/* The peer has nothing of span: push it. */
enum status compare_push_span(struct peer *peer,
                              const struct span *span) MUST_CHECK;

/* Move records of spans to be pushed into the outbox, if they come before
 * what is there. */
enum status compare_fill_outbox(struct peer *peer) MUST_CHECK;

/* Put a job for span into queue, one of the two; true in asked if the peer
 * waits for it.  STATUS_NO_MEMORY. */
enum status compare_add_job(struct peer *peer, struct list_node *queue,
                            const struct span *span, bool asked) MUST_CHECK;
void compare_drop_job(struct compare *compare, struct compare_job *job);

/* rows of the store were walked for peer.  One that asks for too much rests:
 * its messages, and our lists for it, wait until peer.rest. */
void compare_pay(struct peer *peer, uint64_t rows);

/* A comparison was made, and nothing is left to list, push, ask or want. */
bool compare_is_idle(const struct compare *compare);

#endif
