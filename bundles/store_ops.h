/*
 * What a store is made of; for bundles/store*.c alone.
 *
 * store.c does what all stores do alike: it refuses what is there already,
 * holds the budget, and keeps the figures.  A store of its own kind embeds
 * struct store as its first member and gives the functions below, which are
 * called in an order that is right: changes only in a transaction, putting
 * only what is not there.
 */
#ifndef P2PUB_BUNDLES_STORE_OPS_H
#define P2PUB_BUNDLES_STORE_OPS_H

#include <stdbool.h>
#include <stdint.h>

#include "bundles/store.h"

/* Statuses are those of bundles/store.h; has_* say STATUS_OK or
 * STATUS_NOT_FOUND. */
struct store_ops {
    void (*close)(struct store *store);

    enum status (*begin)(struct store *store);
    enum status (*commit)(struct store *store);
    void (*rollback)(struct store *store);
    enum status (*poll_changed)(struct store *store, bool *changed);

    /* Either may be NULL; not called in a transaction. */
    void (*hold)(struct store *store);
    void (*let_go)(struct store *store);

    /* Set store->figures, save the budget, to what is committed. */
    enum status (*load_figures)(struct store *store);

    enum status (*put_record)(struct store *store, const struct record *record,
                              const struct store_row *row);
    enum status (*set_state)(struct store *store, const struct store_row *row,
                             enum store_state state);
    enum status (*move_record)(struct store *store, const struct store_row *row,
                               enum store_class keeping);
    enum status (*has_record)(struct store *store, const struct record_id *id);
    enum status (*get_record)(struct store *store, const struct record_id *id,
                              struct record **out);
    enum status (*get_row)(struct store *store, const struct record_id *id,
                           struct store_row *out);

    /* The one record with an id from first to last. */
    enum status (*find)(struct store *store, const struct record_id *first,
                        const struct record_id *last, struct record_id *out);

    /* query->limit is at least 1. */
    enum status (*walk)(struct store *store, const struct store_query *query,
                        store_visit *visit, void *context);

    /* STATUS_NOT_FOUND. */
    enum status (*is_mentioned)(struct store *store,
                                const struct record_id *subject);

    enum status (*put_chunk)(struct store *store, const struct chunk_id *id,
                             enum store_class keeping, uint8_t encoding,
                             struct byte_view stored);
    enum status (*has_chunk)(struct store *store, const struct chunk_id *id);
    enum status (*get_chunk)(struct store *store, const struct chunk_id *id,
                             uint8_t *encoding, struct byte_buf *out);
    enum status (*get_chunk_row)(struct store *store, const struct chunk_id *id,
                                 struct store_chunk *out);
    enum status (*walk_chunks)(struct store *store, store_chunk_visit *visit,
                               void *context);
    enum status (*move_chunk)(struct store *store, const struct chunk_id *id,
                              enum store_class keeping);
    enum status (*remove_chunk)(struct store *store, const struct chunk_id *id);

    enum status (*get_sequence)(struct store *store,
                                const struct key_author *author,
                                struct store_sequence *out);
    enum status (*set_sequence)(struct store *store,
                                const struct key_author *author,
                                const struct store_sequence *sequence);
    enum status (*set_delivered)(struct store *store,
                                 const struct record_id *id, uint32_t count);
    enum status (*get_delivered)(struct store *store,
                                 const struct record_id *id, uint32_t *out);

    enum status (*check)(struct store *store);
};

struct store {
    const struct store_ops *ops;
    bool in_transaction;
    struct store_figures figures; /* with the changes of an open transaction */
    struct store_figures before;  /* only valid in one: those at its begin */
};

/* budget 0 is STORE_BUDGET_DEFAULT. */
void store_init(struct store *store, const struct store_ops *ops,
                uint64_t budget);

/* True if query asks for row; order and limit are the caller's. */
bool store_row_matches(const struct store_row *row,
                       const struct store_query *query);

#endif
