#include "bundles/store_sqlite.h"

#include <string.h>

#include "bundles/store_sqlite_tables.h"
#include "core/limits.h"
#include "core/mem.h"

/* Transactions. */

static enum status
sqlite_begin(struct store *store)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);

    if (sqlite->read_only)
        return STATUS_DENIED;
    return store_sqlite_db_run(sqlite, sqlite->sql[SQL_BEGIN]);
}

static enum status
sqlite_commit(struct store *store)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);
    enum status status = store_sqlite_meta_save(sqlite);

    if (status != STATUS_OK)
        return status;
    return store_sqlite_db_run(sqlite, sqlite->sql[SQL_COMMIT]);
}

/* SQLite itself rolls back after some failures. */
static void
sqlite_rollback(struct store *store)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);
    enum status status = STATUS_OK;

    if (sqlite3_get_autocommit(sqlite->db) == 0)
        status = store_sqlite_db_run(sqlite, sqlite->sql[SQL_ROLLBACK]);
    /* A rollback that fails has nothing left to undo: the next begin tells. */
    (void)status;
}

/* A statement that has a row and is not ended keeps SQLite's shared lock, which
 * every other would take and give back. */
static void
sqlite_hold(struct store *store)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);
    sqlite3_stmt *hold = sqlite->sql[SQL_HOLD];

    if (!sqlite3_stmt_busy(hold) && sqlite3_step(hold) != SQLITE_ROW)
        store_sqlite_db_end(hold);
}

static void
sqlite_let_go(struct store *store)
{
    store_sqlite_db_end(store_sqlite_db_of(store)->sql[SQL_HOLD]);
}

static enum status
read_data_version(struct store_sqlite *sqlite, int64_t *out)
{
    sqlite3_stmt *get = sqlite->sql[SQL_DATA_VERSION];
    enum status status;

    status = store_sqlite_db_fetch(sqlite, get);
    if (status != STATUS_OK)
        return status;
    if (!store_sqlite_db_number(get, 0, INT64_MIN, INT64_MAX, out))
        status = STATUS_DAMAGED;
    store_sqlite_db_end(get);
    return status;
}

static enum status
sqlite_poll_changed(struct store *store, bool *changed)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);
    int64_t version;
    enum status status;

    status = read_data_version(sqlite, &version);
    if (status != STATUS_OK)
        return status;
    *changed = version != sqlite->data_version;
    sqlite->data_version = version;
    return STATUS_OK;
}

/* Closing the last connection moves the log into the file and removes it;
 * beside another process the log is left to that one. */
static void
sqlite_free(struct store *store)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);

    store_sqlite_db_finalize(sqlite);
    (void)sqlite3_close_v2(sqlite->db);
    mem_wipe(&sqlite->row_key, sizeof(sqlite->row_key));
    mem_free(sqlite);
}

static const struct store_ops sqlite_ops = {
    .close = sqlite_free,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .poll_changed = sqlite_poll_changed,
    .hold = sqlite_hold,
    .let_go = sqlite_let_go,
    .load_figures = store_sqlite_meta_load,
    .put_record = store_sqlite_records_put,
    .set_state = store_sqlite_records_set_state,
    .move_record = store_sqlite_records_move,
    .has_record = store_sqlite_records_has,
    .is_mentioned = store_sqlite_mentions_is,
    .get_record = store_sqlite_records_get,
    .get_row = store_sqlite_records_get_row,
    .find = store_sqlite_records_find,
    .walk = store_sqlite_walk,
    .put_chunk = store_sqlite_chunks_put,
    .has_chunk = store_sqlite_chunks_has,
    .get_chunk = store_sqlite_chunks_get,
    .get_chunk_row = store_sqlite_chunks_get_row,
    .walk_chunks = store_sqlite_chunks_walk,
    .move_chunk = store_sqlite_chunks_move,
    .remove_chunk = store_sqlite_chunks_remove,
    .get_sequence = store_sqlite_own_get_sequence,
    .set_sequence = store_sqlite_own_set_sequence,
    .set_delivered = store_sqlite_own_set_delivered,
    .get_delivered = store_sqlite_own_get_delivered,
    .check = store_sqlite_check,
};

enum status
store_sqlite_open(struct store **out, const char *path,
                  const struct store_sqlite_options *options)
{
    struct store_sqlite *sqlite = NULL;
    enum status status;

    *out = NULL;
    if (strlen(path) >= STORE_PATH_MAX)
        return STATUS_TOO_LARGE;
    sqlite = mem_zalloc(1, sizeof(*sqlite));
    if (sqlite == NULL)
        return STATUS_NO_MEMORY;
    store_init(&sqlite->store, &sqlite_ops, options->budget);
    sqlite->read_only = options->read_only;
    status = store_sqlite_file_open(sqlite, path, options);
    if (status == STATUS_OK)
        status = read_data_version(sqlite, &sqlite->data_version);
    if (status == STATUS_OK)
        *out = &sqlite->store;
    else
        store_free(&sqlite->store);
    return status;
}
