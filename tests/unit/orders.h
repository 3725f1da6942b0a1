/*
 * The orders in which records may arrive: whatever is told of them must be the
 * same after each.
 */
#ifndef P2PUB_TESTS_UNIT_ORDERS_H
#define P2PUB_TESTS_UNIT_ORDERS_H

#include <stdbool.h>
#include <stddef.h>

#include "bundles/record.h"
#include "bundles/store.h"

/* What is told of what store holds, as text to be freed with free(). */
typedef char *orders_tell(void *context, struct store *store);

/* Fail unless tell says the same for every order of count records, and of
 * more than seven for those of orders_each. */
void orders_check(struct record *const *records, size_t count,
                  orders_tell *tell, void *context);

/* Call visit with all orders of up to seven places, and of more with 300 random
 * ones, the same in each run. */
void orders_each(size_t count,
                 void (*visit)(void *context, const size_t *order),
                 void *context);

/* The next permutation in order, which begins ascending; false after the
 * last. */
bool orders_next(size_t *order, size_t count);

#endif
