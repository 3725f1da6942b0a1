/*
 * A store of rows alone, without records behind them: for tests of what only
 * walks over ids and days, with sets too large to sign.
 */
#ifndef P2PUB_TESTS_UNIT_ROW_STORE_H
#define P2PUB_TESTS_UNIT_ROW_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "bundles/store.h"

/* An empty store; free it with store_free. */
struct store *row_store_new(void);

/* An id for number, evenly spread; the same in every run. */
struct record_id row_store_id(uint32_t number);

/* Add or take away the row of number's id, or of any id. */
void row_store_add(struct store *store, enum record_set set, int32_t day,
                   uint32_t number);
void row_store_add_id(struct store *store, enum record_set set, int32_t day,
                      const struct record_id *id);
void row_store_remove(struct store *store, uint32_t number);
size_t row_store_count(const struct store *store);

/* Walks fail from now on, with status; STATUS_OK ends that. */
void row_store_fail(struct store *store, enum status status);

/* Rows that walks have looked at so far. */
uint64_t row_store_walked(const struct store *store);

#endif
