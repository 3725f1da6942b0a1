#include "bundles/mentions.h"
#include "bundles/store_sqlite_tables.h"
#include "core/limits.h"

/*
 * The index of what records say about others.  Its rows bear no seal: what
 * they lead to is a sealed row, whose record says itself what it is about.
 */

/* Put a row by put, which is SQL_PUT_MENTION. */
static enum status
put_mention(struct store_sqlite *sqlite, sqlite3_stmt *put,
            const struct record *record, const struct record_id *subject,
            int64_t number)
{
    const struct key_author *author = &record_fields(record)->key.author;

    store_sqlite_db_bind(put, 1, subject, sizeof(*subject));
    store_sqlite_db_bind_number(put, 2, record_kind(record));
    store_sqlite_db_bind(put, 3, author, sizeof(*author));
    store_sqlite_db_bind(put, 4, record_id(record), sizeof(struct record_id));
    store_sqlite_db_bind_number(put, 5, number);
    return store_sqlite_db_run(sqlite, put);
}

static enum status
put_mentions(struct store_sqlite *sqlite, sqlite3_stmt *put,
             const struct record *record, int64_t number)
{
    struct record_id subjects[MENTIONS_MAX];
    size_t count = mentions_of(record, subjects);
    enum status status = STATUS_OK;

    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = put_mention(sqlite, put, record, &subjects[i], number);
    return status;
}

enum status
store_sqlite_mentions_put(struct store_sqlite *sqlite,
                          const struct record *record, int64_t number)
{
    return put_mentions(sqlite, sqlite->sql[SQL_PUT_MENTION], record, number);
}

enum status
store_sqlite_mentions_is(struct store *store, const struct record_id *subject)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);
    sqlite3_stmt *is = sqlite->sql[SQL_IS_MENTIONED];
    enum status status;

    store_sqlite_db_bind(is, 1, subject, sizeof(*subject));
    status = store_sqlite_db_fetch(sqlite, is);
    if (status == STATUS_OK)
        store_sqlite_db_end(is);
    return status;
}

/* Index the record under each; one that is damaged is left to whoever reads
 * it. */
static enum status
rebuild_row(struct store_sqlite *sqlite, sqlite3_stmt *each, sqlite3_stmt *put)
{
    uint8_t tag[RECORD_TAG_SIZE];
    struct record *record = NULL;
    struct byte_view wire;
    int64_t number;
    enum status status;

    if (!store_sqlite_db_number(each, 0, 0, INT64_MAX, &number) ||
        !store_sqlite_db_octets(each, 1, tag, sizeof(tag)) ||
        !store_sqlite_db_view(each, 2, RECORD_WIRE_MAX, &wire))
        return STATUS_OK;
    status = record_open_row(&record, wire, tag, &sqlite->row_key);
    if (status == STATUS_OK)
        status = put_mentions(sqlite, put, record, number);
    record_free(record);
    return status == STATUS_NO_MEMORY || status == STATUS_FULL ||
                   status == STATUS_IO
               ? status
               : STATUS_OK;
}

enum status
store_sqlite_mentions_rebuild(struct store_sqlite *sqlite)
{
    sqlite3_stmt *each = NULL;
    sqlite3_stmt *put = NULL;
    enum status status;

    status = store_sqlite_db_prepare_more(sqlite, SQL_EACH_WIRE, &each);
    if (status == STATUS_OK)
        status = store_sqlite_db_prepare_more(sqlite, SQL_PUT_MENTION, &put);
    while (status == STATUS_OK) {
        status = store_sqlite_db_fetch(sqlite, each);
        if (status == STATUS_OK)
            status = rebuild_row(sqlite, each, put);
    }
    (void)sqlite3_finalize(each);
    (void)sqlite3_finalize(put);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status
store_sqlite_mentions_check(struct store_sqlite *sqlite,
                            const struct record *record, uint64_t *found)
{
    const struct key_author *author = &record_fields(record)->key.author;
    sqlite3_stmt *has = sqlite->sql[SQL_HAS_MENTION];
    struct record_id subjects[MENTIONS_MAX];
    size_t count = mentions_of(record, subjects);
    enum status status = STATUS_OK;

    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        store_sqlite_db_bind(has, 1, &subjects[i], sizeof(subjects[i]));
        store_sqlite_db_bind_number(has, 2, record_kind(record));
        store_sqlite_db_bind(has, 3, author, sizeof(*author));
        store_sqlite_db_bind(has, 4, record_id(record),
                             sizeof(struct record_id));
        status = store_sqlite_db_fetch(sqlite, has);
        if (status == STATUS_OK)
            store_sqlite_db_end(has);
    }
    *found += count;
    return status == STATUS_NOT_FOUND ? STATUS_DAMAGED : status;
}

enum status
store_sqlite_mentions_check_count(struct store_sqlite *sqlite, uint64_t found)
{
    sqlite3_stmt *count = sqlite->sql[SQL_COUNT_MENTIONS];
    int64_t rows = 0;
    enum status status = store_sqlite_db_fetch(sqlite, count);

    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_DAMAGED : status;
    if (!store_sqlite_db_number(count, 0, 0, INT64_MAX, &rows) ||
        (uint64_t)rows != found)
        status = STATUS_DAMAGED;
    store_sqlite_db_end(count);
    return status;
}
