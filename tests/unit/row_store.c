#include "tests/unit/row_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/store_ops.h"
#include "core/hash.h"

struct row_store {
    struct store base;
    struct store_row *rows; /* by day, then by id, once sorted */
    size_t count;
    size_t capacity;
    bool sorted;
    enum status failure;
    uint64_t walked;
};

static struct row_store *
of(struct store *store)
{
    return (struct row_store *)(void *)store;
}

static void
row_close(struct store *store)
{
    free(of(store)->rows);
    free(store);
}

static enum status
row_nothing(struct store *store)
{
    (void)store;
    return STATUS_OK;
}

static void
row_rollback(struct store *store)
{
    (void)store;
}

static enum status
row_has(struct store *store, const struct record_id *id)
{
    (void)store;
    (void)id;
    return STATUS_NOT_FOUND;
}

static enum status
row_get(struct store *store, const struct record_id *id, struct record **out)
{
    (void)store;
    (void)id;
    *out = NULL;
    return STATUS_NOT_FOUND;
}

static int
compare_rows(const void *a, const void *b)
{
    const struct store_row *one = a;
    const struct store_row *other = b;

    if (one->date.number != other->date.number)
        return one->date.number < other->date.number ? -1 : 1;
    return memcmp(&one->id, &other->id, sizeof(one->id));
}

static void
sort(struct row_store *rows)
{
    if (!rows->sorted && rows->count > 0)
        qsort(rows->rows, rows->count, sizeof(*rows->rows), compare_rows);
    rows->sorted = true;
}

static enum status
row_walk(struct store *store, const struct store_query *query,
         store_visit *visit, void *context)
{
    struct row_store *rows = of(store);
    enum status status = rows->failure;
    size_t given = 0;

    sort(rows);
    for (size_t i = 0;
         status == STATUS_OK && i < rows->count && given < query->limit; i++) {
        const struct store_row *row = &rows->rows[i];

        if (query->incomplete || (query->by_set && row->set != query->set) ||
            (query->by_days && (row->date.number < query->first.number ||
                                row->date.number > query->last.number)))
            continue;
        rows->walked++;
        given++;
        status = visit(context, row);
    }
    return status;
}

static const struct store_ops row_ops = {.close = row_close,
                                         .begin = row_nothing,
                                         .commit = row_nothing,
                                         .rollback = row_rollback,
                                         .load_figures = row_nothing,
                                         .has_record = row_has,
                                         .get_record = row_get,
                                         .walk = row_walk};

struct store *
row_store_new(void)
{
    struct row_store *rows = calloc(1, sizeof(*rows));

    assert_non_null(rows);
    store_init(&rows->base, &row_ops, 0);
    return &rows->base;
}

struct record_id
row_store_id(uint32_t number)
{
    struct record_id id = {{0}};

    hash_256(id.octets, byte_view_of(&number, sizeof(number)));
    return id;
}

void
row_store_add(struct store *store, enum record_set set, int32_t day,
              uint32_t number)
{
    const struct record_id id = row_store_id(number);

    row_store_add_id(store, set, day, &id);
}

void
row_store_add_id(struct store *store, enum record_set set, int32_t day,
                 const struct record_id *id)
{
    struct row_store *rows = of(store);
    struct store_row *row;

    if (rows->count == rows->capacity) {
        rows->capacity = rows->capacity == 0 ? 64 : rows->capacity * 2;
        rows->rows = realloc(rows->rows, rows->capacity * sizeof(*rows->rows));
        assert_non_null(rows->rows);
    }
    row = &rows->rows[rows->count++];
    memset(row, 0, sizeof(*row));
    row->id = *id;
    row->set = set;
    row->date.number = day;
    row->state = STORE_COMPLETE;
    rows->sorted = false;
}

void
row_store_remove(struct store *store, uint32_t number)
{
    struct row_store *rows = of(store);
    struct record_id id = row_store_id(number);

    for (size_t i = 0; i < rows->count; i++)
        if (record_id_equal(&rows->rows[i].id, &id))
            rows->rows[i--] = rows->rows[--rows->count];
    rows->sorted = false;
}

size_t
row_store_count(const struct store *store)
{
    return ((const struct row_store *)(const void *)store)->count;
}

void
row_store_fail(struct store *store, enum status status)
{
    of(store)->failure = status;
}

uint64_t
row_store_walked(const struct store *store)
{
    return ((const struct row_store *)(const void *)store)->walked;
}
