/*
 * Reconciling on one link: spans whose difference is found by a sketch.
 *
 * The side with fewer records of the span sends cells, the other decodes
 * (RECONCILE.md, 7).  Who decodes then wants what it lacks, as if the cells
 * were a list, and pushes what the sender lacks.  Cells that do not suffice
 * are followed by more, as many as an estimate says; if that fails too, the
 * sides change roles, under the other side's salt; if that fails, ids are
 * listed.  On honest sets the last two are next to never needed.
 *
 * All of it is done over several turns: rows of the store are looked at for
 * gathering the own ids and for pushing (RECONCILE_ROWS_TURN), and ids put into
 * cells and found in them (RECONCILE_STEPS_TURN).  Links that have such work
 * get an equal share of a turn; where that would be less than
 * RECONCILE_STEPS_LEAST, the oldest links go first.  At most RECONCILE_ACTIVE
 * sketches a link are in memory at a time; the others wait.  Beyond its
 * budget's ids of a node ids are listed instead.
 *
 * Failures as in net/compare.h.
 *
 * Source: net/PROTOCOL.md, "Sketches".
 */
#ifndef P2PUB_NET_RECONCILE_H
#define P2PUB_NET_RECONCILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/list.h"
#include "core/status.h"
#include "net/message.h"
#include "net/outbox.h"
#include "net/span.h"

struct peer;
struct sketch;

/* One span. */
struct reconcile_item {
    struct list_node in_queue;
    struct outbox_rank rank; /* of its newest day: the lowest goes first */
    struct span span;
    bool decodes;         /* this side decodes; else it sends cells */
    bool turned;          /* the sides have changed roles */
    bool denied;          /* decodes: the peer cannot make cells */
    bool asked;           /* decodes: cells were asked for, or came */
    unsigned top_ups;     /* decodes: times that more were asked for */
    uint32_t cells;       /* that there are to be, in all */
    uint32_t passed;      /* cells sent, or come */
    uint32_t theirs;      /* decodes: records of the sender */
    struct byte_buf came; /* decodes: cells that wait for the own ids */
    struct sketch *own;   /* the own ids; NULL until it is its turn */
    size_t places;        /* ids that own has room for */
    struct day next;      /* the last day to be looked at yet */
    bool gathered;        /* all of span is in own */
    bool decoding;        /* what was taken is being decoded */
    bool first;           /* these cells came in message 2, and are all there
                             are; the peer keeps no item */
    bool sleeps;          /* first: until a summary comes */
    bool settling;        /* the difference is known, and the peer has been
                             told; what it lacks is being pushed */
};

struct reconcile {
    struct list_node items;       /* the most useful first */
    size_t count;                 /* of those that the peer has too */
    struct reconcile_item *first; /* whose cells came before the summary, or
                                     NULL */
};

void reconcile_init(struct reconcile *reconcile);
void reconcile_release(struct peer *peer);

/* Is a sketch better than lists of listed octets, where one side has ours and
 * the other theirs records, of which at least apart differ? */
bool reconcile_is_worth(uint32_t ours, uint32_t theirs, uint32_t apart,
                        uint64_t listed);

/* Reconcile span, of which the sides have so many records. */
enum status reconcile_begin(struct peer *peer, const struct span *span,
                            uint32_t ours, uint32_t theirs) MUST_CHECK;

/* A message came. */
enum status reconcile_on_cells(struct peer *peer,
                               struct byte_view body) MUST_CHECK;
enum status reconcile_on_ask_cells(struct peer *peer,
                                   struct byte_view body) MUST_CHECK;

/* Look at the cells that came before the summary, or forget them. */
void reconcile_use_first(struct peer *peer, bool use);

/* A WANT of span came that answers no list: it ends the sketch whose cells we
 * send; false if there is none. */
bool reconcile_end(struct peer *peer, const struct span *span);

/* Gather, send, decode, as much as this turn allows. */
enum status reconcile_work(struct peer *peer) MUST_CHECK;

/* reconcile_work has something to do without a message. */
bool reconcile_has_work(const struct peer *peer);

bool reconcile_is_idle(const struct reconcile *reconcile);

#endif
