#include <string.h>

#include "bundles/store_sqlite_tables.h"

/* What the seal covers: a letter and the figures. */
#define FIGURES     5
#define FIELDS_SIZE (1 + 8 * FIGURES)

/* The figures in the order of their columns. */
static void
list_figures(const struct store_figures *figures, uint64_t list[FIGURES])
{
    list[0] = figures->records;
    list[1] = figures->statements;
    list[2] = figures->incomplete;
    list[3] = figures->octets;
    list[4] = figures->octets_other;
}

static struct byte_view
fields_of(uint8_t fields[FIELDS_SIZE], const struct store_figures *figures)
{
    uint64_t list[FIGURES];
    size_t i;

    list_figures(figures, list);
    fields[0] = 'm';
    for (i = 0; i < (size_t)8 * FIGURES; i++)
        fields[1 + i] = (uint8_t)(list[i / 8] >> 8 * (i % 8));
    return byte_view_of(fields, FIELDS_SIZE);
}

static void
seal_figures(const struct store_sqlite *sqlite, uint8_t *seal,
             const struct store_figures *figures)
{
    const struct byte_view nothing = {NULL, 0};
    uint8_t fields[FIELDS_SIZE];

    store_sqlite_db_seal(sqlite, seal, fields_of(fields, figures), nothing);
}

enum status
store_sqlite_meta_put(struct store_sqlite *sqlite,
                      const struct record_row_key *row_key)
{
    const struct store_figures none = {0};
    uint8_t seal[STORE_SQLITE_SEAL_SIZE];
    sqlite3_stmt *put = NULL;
    enum status status;

    /* The store's own statements are prepared when its tables are there. */
    status = store_sqlite_db_prepare_more(sqlite, SQL_PUT_META, &put);
    if (status != STATUS_OK)
        return status;
    sqlite->row_key = *row_key;
    seal_figures(sqlite, seal, &none);
    store_sqlite_db_bind(put, 1, row_key, sizeof(*row_key));
    store_sqlite_db_bind(put, 2, seal, sizeof(seal));
    status = store_sqlite_db_run(sqlite, put);
    (void)sqlite3_finalize(put);
    return status;
}

/* Take the row key by get, which is SQL_GET_META. */
static enum status
read_key(struct store_sqlite *sqlite, sqlite3_stmt *get)
{
    enum status status = store_sqlite_db_fetch(sqlite, get);

    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_DAMAGED : status;
    if (!store_sqlite_db_octets(get, 0, &sqlite->row_key,
                                sizeof(sqlite->row_key)))
        status = STATUS_DAMAGED;
    store_sqlite_db_end(get);
    return status;
}

enum status
store_sqlite_meta_open(struct store_sqlite *sqlite)
{
    return read_key(sqlite, sqlite->sql[SQL_GET_META]);
}

enum status
store_sqlite_meta_read_key(struct store_sqlite *sqlite)
{
    sqlite3_stmt *get = NULL;
    enum status status;

    status = store_sqlite_db_prepare_more(sqlite, SQL_GET_META, &get);
    if (status == STATUS_OK)
        status = read_key(sqlite, get);
    (void)sqlite3_finalize(get);
    return status;
}

/* The figures under the fetched statement, but for the budget. */
static enum status
read_figures(const struct store_sqlite *sqlite, sqlite3_stmt *statement,
             struct store_figures *figures)
{
    const struct byte_view nothing = {NULL, 0};
    uint8_t seal[STORE_SQLITE_SEAL_SIZE];
    uint8_t fields[FIELDS_SIZE];
    int64_t list[FIGURES];
    int i;

    if (!store_sqlite_db_octets(statement, 1, seal, sizeof(seal)))
        return STATUS_DAMAGED;
    for (i = 0; i < FIGURES; i++)
        if (!store_sqlite_db_number(statement, 2 + i, 0, INT64_MAX, &list[i]))
            return STATUS_DAMAGED;
    figures->records = (uint64_t)list[0];
    figures->statements = (uint64_t)list[1];
    figures->incomplete = (uint64_t)list[2];
    figures->octets = (uint64_t)list[3];
    figures->octets_other = (uint64_t)list[4];
    if (!store_sqlite_db_is_sealed(sqlite, seal, fields_of(fields, figures),
                                   nothing))
        return STATUS_DAMAGED;
    return STATUS_OK;
}

enum status
store_sqlite_meta_load(struct store *store)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);
    sqlite3_stmt *get = sqlite->sql[SQL_GET_META];
    struct store_figures figures = store->figures;
    enum status status;

    status = store_sqlite_db_fetch(sqlite, get);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_DAMAGED : status;
    status = read_figures(sqlite, get, &figures);
    store_sqlite_db_end(get);
    if (status == STATUS_OK)
        store->figures = figures;
    return status;
}

enum status
store_sqlite_meta_save(struct store_sqlite *sqlite)
{
    sqlite3_stmt *set = sqlite->sql[SQL_SET_META];
    uint8_t seal[STORE_SQLITE_SEAL_SIZE];
    uint64_t list[FIGURES];
    uint64_t before[FIGURES];
    int i;

    list_figures(&sqlite->store.figures, list);
    list_figures(&sqlite->store.before, before);
    if (memcmp(list, before, sizeof(list)) == 0)
        return STATUS_OK;
    seal_figures(sqlite, seal, &sqlite->store.figures);
    store_sqlite_db_bind(set, 1, seal, sizeof(seal));
    for (i = 0; i < FIGURES; i++)
        store_sqlite_db_bind_number(set, 2 + i, (int64_t)list[i]);
    return store_sqlite_db_run(sqlite, set);
}
