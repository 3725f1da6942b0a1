/*
 * The inside of reconciling, for net/reconcile*.c alone.
 */
#ifndef P2PUB_NET_RECONCILE_PRIVATE_H
#define P2PUB_NET_RECONCILE_PRIVATE_H

#include "net/reconcile.h"

/* What became of the work on an item. */
enum reconcile_progress {
    RECONCILE_MADE,
    RECONCILE_WAITS, /* for the peer, or for the next turn */
    RECONCILE_ENDED  /* the item is gone */
};

/* What a link may still do in this turn. */
struct reconcile_share {
    size_t rows; /* of the store */
    size_t steps;
};

/* Forget the own ids of item; and item. */
void reconcile_let_go(struct peer *peer, struct reconcile_item *item);
void reconcile_drop(struct peer *peer, struct reconcile_item *item);

/* The peer keeps nothing of item, so that it may begin another of the same
 * span, and does not count it. */
bool reconcile_is_ours_alone(const struct reconcile_item *item);

/* May rows of the store be looked at? */
bool reconcile_may_look(const struct peer *peer,
                        const struct reconcile_share *share);

/* The days of item up to item->next that share has rows for, one at least; the
 * newest, so that what is found in them is pushed first. */
struct span reconcile_next_days(const struct peer *peer,
                                const struct reconcile_item *item,
                                const struct reconcile_share *share);

/* rows of the days from first on were looked at.  True if they were the last
 * of item. */
bool reconcile_looked(struct peer *peer, struct reconcile_item *item,
                      struct reconcile_share *share, uint64_t rows,
                      struct day first);

/* count cells are copied: as much as share allows is to be paid. */
void reconcile_pay_cells(struct reconcile_share *share, size_t count);

/* net/reconcile_decode.c: take what came, and look whether it suffices; push
 * what the peer lacks; have ids listed instead. */
enum status reconcile_decode(struct peer *peer, struct reconcile_item *item,
                             struct reconcile_share *share,
                             enum reconcile_progress *progress) MUST_CHECK;
enum status reconcile_settle(struct peer *peer, struct reconcile_item *item,
                             struct reconcile_share *share,
                             enum reconcile_progress *progress) MUST_CHECK;
enum status reconcile_fall_back(struct peer *peer,
                                struct reconcile_item *item) MUST_CHECK;

#endif
