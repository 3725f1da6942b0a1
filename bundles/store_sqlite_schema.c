#include "bundles/schema.h"
#include "bundles/store_sqlite_tables.h"
#include "core/entropy.h"
#include "core/mem.h"

/* The last step after which the index of mentions is made anew. */
#define MENTIONS_STEP 5

/* The file's schema number; 0 for an empty database.  This is the first read:
 * it says so if the file is no database, and opens the log. */
enum status
store_sqlite_schema_read(struct store_sqlite *sqlite, int64_t *version)
{
    int64_t application = 0;
    int64_t names = 0;
    enum status status;

    *version = 0;
    status = store_sqlite_db_ask(sqlite, "PRAGMA application_id", &application);
    if (status == STATUS_OK)
        status = store_sqlite_db_ask(sqlite, "PRAGMA user_version", version);
    if (status == STATUS_OK)
        status = store_sqlite_db_ask(
            sqlite, "SELECT count(*) FROM sqlite_schema", &names);
    if (status != STATUS_OK)
        return status;
    if (application == 0 && *version == 0 && names == 0)
        return STATUS_OK;
    if (application != SCHEMA_APPLICATION_ID || *version < 1)
        return STATUS_DAMAGED;
    return *version > schema_last() ? STATUS_NEWER : STATUS_OK;
}

/* Bring the schema from version to the newest, within a transaction. */
static enum status
migrate(struct store_sqlite *sqlite, int64_t version, struct entropy *entropy)
{
    const int first = (int)version + 1;
    struct record_row_key row_key;
    enum status status = STATUS_OK;
    int step;
    size_t i;

    for (step = first; step <= schema_last(); step++) {
        const char *const *statements = schema_step(step);

        for (i = 0; statements[i] != NULL && status == STATUS_OK; i++)
            status = store_sqlite_db_run_text(sqlite, statements[i]);
    }
    if (status == STATUS_OK && version == 0) {
        entropy_fill(entropy, &row_key, sizeof(row_key));
        status = store_sqlite_meta_put(sqlite, &row_key);
        mem_wipe(&row_key, sizeof(row_key));
    } else if (status == STATUS_OK && version < MENTIONS_STEP) {
        status = store_sqlite_meta_read_key(sqlite);
        if (status == STATUS_OK)
            status = store_sqlite_mentions_rebuild(sqlite);
    }
    return status;
}

/*
 * Make a new store, or an old one new.  ATTACH is off, and VACUUM needs it:
 * so free pages are given back step by step, which has to be said before the
 * first table is made.
 */
enum status
store_sqlite_schema_upgrade(struct store_sqlite *sqlite,
                            struct entropy *entropy)
{
    int64_t version;
    enum status status;

    status =
        store_sqlite_db_run_text(sqlite, "PRAGMA auto_vacuum = INCREMENTAL");
    if (status == STATUS_OK)
        status = store_sqlite_db_run_text(sqlite, "PRAGMA journal_mode = WAL");
    if (status == STATUS_OK)
        status = store_sqlite_db_run_text(sqlite, "BEGIN IMMEDIATE");
    if (status != STATUS_OK)
        return status;
    /* Another process may have been faster. */
    status = store_sqlite_schema_read(sqlite, &version);
    if (status == STATUS_OK)
        status = migrate(sqlite, version, entropy);
    if (status == STATUS_OK)
        status = store_sqlite_db_run_text(sqlite, "COMMIT");
    if (sqlite3_get_autocommit(sqlite->db) == 0) {
        const enum status undone = store_sqlite_db_run_text(sqlite, "ROLLBACK");

        if (status == STATUS_OK)
            status = undone;
    }
    return status;
}

/* Nothing but our own tables and indexes, exactly. */
enum status
store_sqlite_schema_check(struct store_sqlite *sqlite)
{
    sqlite3_stmt *each = NULL;
    size_t count = 0;
    enum status status;

    status = store_sqlite_db_status(
        sqlite, sqlite3_prepare_v2(sqlite->db, "SELECT sql FROM sqlite_schema",
                                   -1, &each, NULL));
    if (status != STATUS_OK)
        return status;
    while ((status = store_sqlite_db_fetch(sqlite, each)) == STATUS_OK) {
        const unsigned char *text = sqlite3_column_text(each, 0);

        if (text == NULL || !schema_has((const char *)text)) {
            status = STATUS_DAMAGED;
            break;
        }
        count++;
    }
    (void)sqlite3_finalize(each);
    if (status != STATUS_NOT_FOUND)
        return status;
    return count == schema_count() ? STATUS_OK : STATUS_DAMAGED;
}
