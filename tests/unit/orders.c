#include "tests/unit/orders.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/store_mem.h"
#include "core/entropy.h"

/* All orders of so many records are tried: 5,040. */
#define WHOLE_MAX 7
/* Of more records, so many orders. */
#define RANDOM_ORDERS 300
#define RECORDS_MOST  64

bool
orders_next(size_t *order, size_t count)
{
    size_t at = count - 1;
    size_t other;
    size_t kept;

    while (at > 0 && order[at - 1] > order[at])
        at--;
    if (at == 0)
        return false;
    other = count - 1;
    while (order[other] < order[at - 1])
        other--;
    kept = order[at - 1];
    order[at - 1] = order[other];
    order[other] = kept;
    for (size_t low = at, high = count - 1; low < high; low++, high--) {
        kept = order[low];
        order[low] = order[high];
        order[high] = kept;
    }
    return true;
}

static void
shuffle(size_t *order, size_t count, struct entropy *entropy)
{
    for (size_t i = count - 1; i > 0; i--) {
        size_t other = entropy_below(entropy, (uint32_t)i + 1);
        size_t kept = order[i];

        order[i] = order[other];
        order[other] = kept;
    }
}

static char *
tell_in_order(struct record *const *records, const size_t *order, size_t count,
              orders_tell *tell, void *context)
{
    struct entropy entropy;
    struct store *store;
    char *told;

    entropy_init_seed(&entropy, 1);
    assert_int_equal(store_mem_new(&store, 0, &entropy), STATUS_OK);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(store_begin(store), STATUS_OK);
        assert_int_equal(store_put_record(store, records[order[i]], STORE_OTHER,
                                          (struct day){20000}),
                         STATUS_OK);
        assert_int_equal(store_commit(store), STATUS_OK);
    }
    told = tell(context, store);
    store_free(store);
    assert_non_null(told);
    return told;
}

void
orders_each(size_t count, void (*visit)(void *context, const size_t *order),
            void *context)
{
    size_t order[RECORDS_MOST];
    size_t left = RANDOM_ORDERS;
    struct entropy entropy;

    assert_in_range(count, 1, RECORDS_MOST);
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    entropy_init_seed(&entropy, 2);
    do {
        visit(context, order);
        if (count > WHOLE_MAX)
            shuffle(order, count, &entropy);
    } while (count <= WHOLE_MAX ? orders_next(order, count) : left-- > 0);
}

struct telling {
    struct record *const *records;
    size_t count;
    orders_tell *tell;
    void *context;
    char *first; /* what was told after the first order */
};

static void
compare(void *context, const size_t *order)
{
    struct telling *telling = context;
    char *told = tell_in_order(telling->records, order, telling->count,
                               telling->tell, telling->context);

    if (telling->first == NULL) {
        telling->first = told;
        return;
    }
    assert_string_equal(telling->first, told);
    free(told);
}

void
orders_check(struct record *const *records, size_t count, orders_tell *tell,
             void *context)
{
    struct telling telling = {records, count, tell, context, NULL};

    orders_each(count, compare, &telling);
    free(telling.first);
}
