/*
 * The database under the SQLite store: its statements by name, values bound
 * and read by typed helpers, SQLite's results as statuses.  For
 * bundles/store_sqlite*.c alone.
 *
 * A statement is bound, run or fetched, read, and ended; between a fetch and
 * its end nothing else may use it.  What is bound must live until the end.
 */
#ifndef P2PUB_BUNDLES_STORE_SQLITE_DB_H
#define P2PUB_BUNDLES_STORE_SQLITE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include "bundles/store_ops.h"
#include "core/list.h"

enum store_sqlite_sql {
    SQL_BEGIN,
    SQL_COMMIT,
    SQL_ROLLBACK,
    SQL_SNAPSHOT,
    SQL_DATA_VERSION,
    SQL_HOLD,
    SQL_CHECK_FILE,
    SQL_GET_META,
    SQL_PUT_META,
    SQL_SET_META,
    SQL_PUT_RECORD,
    SQL_PUT_WIRE,
    SQL_SET_STATE,
    SQL_MOVE_RECORD,
    SQL_HAS_RECORD,
    SQL_GET_ROW,
    SQL_GET_WIRE,
    SQL_GET_WIRE_OF_NUMBER,
    SQL_FIND,
    SQL_WALK,
    SQL_WALK_INCOMPLETE,
    SQL_WALK_AUTHOR,
    SQL_WALK_IDENTITIES,
    SQL_WALK_SUBJECT,
    SQL_WALK_SUBJECT_AUTHOR,
    SQL_DAY_BEFORE,
    SQL_DAY_BEFORE_INCOMPLETE,
    SQL_PUT_MENTION,
    SQL_HAS_MENTION,
    SQL_IS_MENTIONED,
    SQL_COUNT_MENTIONS,
    SQL_EACH_WIRE,
    SQL_PUT_CHUNK,
    SQL_HAS_CHUNK,
    SQL_GET_CHUNK,
    SQL_EACH_CHUNK,
    SQL_GET_CHUNK_ROW,
    SQL_EACH_CHUNK_ROW,
    SQL_MOVE_CHUNK,
    SQL_REMOVE_CHUNK,
    SQL_GET_SEQUENCE,
    SQL_SET_SEQUENCE,
    SQL_EACH_SEQUENCE,
    SQL_GET_DELIVERED,
    SQL_SET_DELIVERED,
    SQL_EACH_DELIVERED,
    SQL_COUNT
};

/* The columns of SQL_GET_ROW and the SQL_WALK* statements, in their order. */
enum store_sqlite_column {
    ROW_NUMBER,
    ROW_SEAL,
    ROW_ID,
    ROW_AUTHOR,
    ROW_KIND,
    ROW_SET,
    ROW_DAY,
    ROW_ARRIVED,
    ROW_SEQUENCE,
    ROW_STATE,
    ROW_KEEPING
};

#define STORE_SQLITE_SEAL_SIZE ((size_t)16)

struct store_sqlite {
    struct store store;
    sqlite3 *db;
    sqlite3_stmt *sql[SQL_COUNT];
    struct record_row_key row_key;
    int64_t data_version;
    /* The row that is being visited: its record is the next to be asked for,
     * and this saves looking it up. */
    bool has_visited;
    struct record_id visited;
    int64_t visited_number; /* only valid when has_visited */
    bool read_only;
    int failure; /* SQLite's last result that was one */
};

static inline struct store_sqlite *
store_sqlite_db_of(struct store *store)
{
    return CONTAINER_OF(store, struct store_sqlite, store);
}

/* What SQLite's result (not SQLITE_ROW) means; sets errno for STATUS_IO. */
enum status store_sqlite_db_status(struct store_sqlite *sqlite,
                                   int result) MUST_CHECK;

/* Prepare all statements; and finalize them. */
enum status store_sqlite_db_prepare(struct store_sqlite *sqlite) MUST_CHECK;
void store_sqlite_db_finalize(struct store_sqlite *sqlite);

/* One statement more with the text of name, for when that one is in use;
 * release it with sqlite3_finalize. */
enum status store_sqlite_db_prepare_more(struct store_sqlite *sqlite,
                                         enum store_sqlite_sql name,
                                         sqlite3_stmt **out) MUST_CHECK;

/* Run a statement that gives no rows, and end it. */
enum status store_sqlite_db_run(struct store_sqlite *sqlite,
                                sqlite3_stmt *statement) MUST_CHECK;

/* Step to the next row: STATUS_OK and the columns may be read, or
 * STATUS_NOT_FOUND behind the last one, or a failure.  The statement is ended
 * unless there is a row. */
enum status store_sqlite_db_fetch(struct store_sqlite *sqlite,
                                  sqlite3_stmt *statement) MUST_CHECK;
void store_sqlite_db_end(sqlite3_stmt *statement);

/* Run a constant text of statements that are needed once, at opening; or ask
 * for one whole number by one. */
enum status store_sqlite_db_run_text(struct store_sqlite *sqlite,
                                     const char *text) MUST_CHECK;
enum status store_sqlite_db_ask(struct store_sqlite *sqlite, const char *text,
                                int64_t *out) MUST_CHECK;

/* Octets are not copied. */
void store_sqlite_db_bind(sqlite3_stmt *statement, int place,
                          const void *octets, size_t size);
void store_sqlite_db_bind_number(sqlite3_stmt *statement, int place,
                                 int64_t number);

/* Read a column of the fetched row into *out; false if it is nothing of the
 * kind, which makes the row a damaged one.  A view dies with the next step. */
bool store_sqlite_db_octets(sqlite3_stmt *statement, int column, void *out,
                            size_t size) MUST_CHECK;
bool store_sqlite_db_view(sqlite3_stmt *statement, int column, size_t maximum,
                          struct byte_view *out) MUST_CHECK;
bool store_sqlite_db_number(sqlite3_stmt *statement, int column, int64_t least,
                            int64_t most, int64_t *out) MUST_CHECK;

/*
 * The seal of a row: a keyed hash over its table (one letter), its fields and
 * what is large in it.  It says that the home itself wrote these octets, so
 * that a damaged file gives an error and never a wrong answer.
 */
void store_sqlite_db_seal(const struct store_sqlite *sqlite, uint8_t *seal,
                          struct byte_view fields, struct byte_view large);
bool store_sqlite_db_is_sealed(const struct store_sqlite *sqlite,
                               const uint8_t *seal, struct byte_view fields,
                               struct byte_view large) MUST_CHECK;

#endif
