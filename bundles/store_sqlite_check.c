#include <string.h>

#include "bundles/store_sqlite_tables.h"

/* SQLite's own check of pages, tables and indexes. */
static enum status
check_file(struct store_sqlite *sqlite)
{
    sqlite3_stmt *check = NULL;
    const unsigned char *answer;
    enum status status;

    status = store_sqlite_db_prepare_more(sqlite, SQL_CHECK_FILE, &check);
    if (status != STATUS_OK)
        return status;
    status = store_sqlite_db_fetch(sqlite, check);
    if (status == STATUS_OK) {
        answer = sqlite3_column_text(check, 0);
        if (answer == NULL || strcmp((const char *)answer, "ok") != 0)
            status = STATUS_DAMAGED;
    }
    (void)sqlite3_finalize(check);
    return status == STATUS_NOT_FOUND ? STATUS_DAMAGED : status;
}

struct record_check {
    struct store *store;
    struct store_figures found;
    uint64_t mentions;
};

/* The row's own record, through the gate with both signatures, says the same
 * as the row. */
static enum status
check_record(void *context, const struct store_row *row)
{
    struct record_check *check = context;
    struct store_figures *found = &check->found;
    const struct record_fields *fields;
    struct record *stored = NULL;
    struct record *record = NULL;
    enum status status;

    status = store_sqlite_records_get(check->store, &row->id, &stored);
    if (status == STATUS_OK)
        status = record_open(&record, record_wire(stored));
    if (status == STATUS_NO_MEMORY)
        goto done;
    if (status != STATUS_OK) {
        status = STATUS_DAMAGED;
        goto done;
    }

    fields = record_fields(record);
    if (!key_author_equal(&row->author, &fields->key.author) ||
        row->kind != record_kind(record) || row->set != record_set(record) ||
        row->date.number != fields->date.number ||
        row->sequence != fields->sequence)
        status = STATUS_DAMAGED;
    if (status == STATUS_OK)
        status = store_sqlite_mentions_check(store_sqlite_db_of(check->store),
                                             record, &check->mentions);
    found->records++;
    found->statements += row->kind == RECORD_STATEMENT;
    found->incomplete += row->state == STORE_INCOMPLETE;
    found->octets += record_wire(record).size;
    if (row->keeping == STORE_OTHER)
        found->octets_other += record_wire(record).size;

done:
    record_free(record);
    record_free(stored);
    return status;
}

static enum status
check_tables(struct store *store)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);
    const struct store_query all = {.limit = SIZE_MAX};
    struct record_check check = {.store = store};
    const struct store_figures *kept = &store->figures;
    const struct store_figures *found = &check.found;
    enum status status;

    status = store_sqlite_walk(store, &all, check_record, &check);
    if (status == STATUS_OK)
        status = store_sqlite_mentions_check_count(sqlite, check.mentions);
    if (status == STATUS_OK)
        status = store_sqlite_chunks_check(sqlite, &check.found);
    if (status == STATUS_OK)
        status = store_sqlite_own_check(sqlite);
    if (status == STATUS_OK && !store->in_transaction)
        status = store_sqlite_meta_load(store);
    if (status != STATUS_OK)
        return status;
    if (kept->records != found->records ||
        kept->statements != found->statements ||
        kept->incomplete != found->incomplete ||
        kept->octets != found->octets ||
        kept->octets_other != found->octets_other)
        return STATUS_DAMAGED;
    return STATUS_OK;
}

/* One view of the store for the whole check, while others may write. */
enum status
store_sqlite_check(struct store *store)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);
    const bool own_snapshot = !store->in_transaction;
    enum status status = STATUS_OK;

    if (own_snapshot)
        status = store_sqlite_db_run(sqlite, sqlite->sql[SQL_SNAPSHOT]);
    if (status != STATUS_OK)
        return status;
    status = check_file(sqlite);
    if (status == STATUS_OK)
        status = check_tables(store);
    if (own_snapshot && sqlite3_get_autocommit(sqlite->db) == 0) {
        const enum status ended =
            store_sqlite_db_run(sqlite, sqlite->sql[SQL_ROLLBACK]);

        if (status == STATUS_OK)
            status = ended;
    }
    return status;
}
