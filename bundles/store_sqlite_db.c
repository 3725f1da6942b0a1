#include "bundles/store_sqlite_db.h"

#include <errno.h>
#include <string.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/mem.h"

#define ROW_COLUMNS                                            \
    "number, seal, id, author, kind, kind_set, day, arrived, " \
    "sequence, state, keeping"

#define MENTIONED_COLUMNS                                    \
    "r.number, r.seal, r.id, r.author, r.kind, r.kind_set, " \
    "r.day, r.arrived, r.sequence, r.state, r.keeping"

/* An index on substr(id, 1, 8) is used only by that very expression. */
#define ID_IS_1 "substr(id, 1, 8) = substr(?1, 1, 8) AND id = ?1"

static const char *const texts[SQL_COUNT] = {
    [SQL_BEGIN] = "BEGIN IMMEDIATE",
    [SQL_COMMIT] = "COMMIT",
    [SQL_ROLLBACK] = "ROLLBACK",
    [SQL_SNAPSHOT] = "BEGIN",
    [SQL_DATA_VERSION] = "PRAGMA data_version",
    [SQL_HOLD] = "SELECT 1 FROM meta",
    [SQL_CHECK_FILE] = "PRAGMA integrity_check(1)",
    [SQL_GET_META] = "SELECT row_key, seal, records, statements, incomplete, "
                     "octets, octets_other FROM meta WHERE number = 1",
    [SQL_PUT_META] = "INSERT INTO meta VALUES(1, ?1, ?2, 0, 0, 0, 0, 0)",
    [SQL_SET_META] = "UPDATE meta SET seal = ?1, records = ?2, "
                     "statements = ?3, incomplete = ?4, octets = ?5, "
                     "octets_other = ?6 WHERE number = 1",

    [SQL_PUT_RECORD] = "INSERT INTO records(" ROW_COLUMNS ") "
                       "VALUES(NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    [SQL_PUT_WIRE] = "INSERT INTO wires VALUES(?1, ?2, ?3)",
    [SQL_SET_STATE] = "UPDATE records SET seal = ?2, state = ?3 "
                      "WHERE " ID_IS_1,
    [SQL_MOVE_RECORD] = "UPDATE records SET seal = ?2, keeping = ?3 "
                        "WHERE " ID_IS_1,
    [SQL_HAS_RECORD] = "SELECT 1 FROM records WHERE " ID_IS_1,
    [SQL_GET_ROW] = "SELECT " ROW_COLUMNS " FROM records WHERE " ID_IS_1,
    [SQL_GET_WIRE] = "SELECT tag, wire FROM wires WHERE number = "
                     "(SELECT number FROM records WHERE " ID_IS_1 ")",
    [SQL_GET_WIRE_OF_NUMBER] = "SELECT tag, wire FROM wires WHERE number = ?1",
    [SQL_FIND] = "SELECT id FROM records WHERE substr(id, 1, 8) "
                 "BETWEEN substr(?1, 1, 8) AND substr(?2, 1, 8) "
                 "AND id BETWEEN ?1 AND ?2 LIMIT 2",
    [SQL_WALK] = "SELECT " ROW_COLUMNS " FROM records "
                 "WHERE day BETWEEN ?1 AND ?2 ORDER BY day, id",
    [SQL_WALK_INCOMPLETE] = "SELECT " ROW_COLUMNS " FROM records "
                            "WHERE state = 0 AND day BETWEEN ?1 AND ?2 "
                            "ORDER BY day, id",
    [SQL_WALK_AUTHOR] = "SELECT " ROW_COLUMNS " FROM records "
                        "WHERE substr(author, 1, 8) = substr(?1, 1, 8) "
                        "AND author = ?1 AND sequence BETWEEN ?2 AND ?3 "
                        "ORDER BY day * ?4, id",
    [SQL_WALK_IDENTITIES] = "SELECT " ROW_COLUMNS " FROM records "
                            "INDEXED BY records_identity "
                            "WHERE substr(author, 1, 8) = substr(?1, 1, 8) "
                            "AND author = ?1 AND sequence BETWEEN ?2 AND ?3 "
                            "AND kind = 3 ORDER BY day * ?4, id",
    /* A mention that leads to no row gives one of NULLs: a damaged one. */
    [SQL_WALK_SUBJECT] = "SELECT " MENTIONED_COLUMNS " FROM mentions m "
                         "LEFT JOIN records r ON r.number = m.number "
                         "WHERE m.subject = ?1 AND m.kind = ?2 "
                         "ORDER BY m.author, m.id",
    [SQL_WALK_SUBJECT_AUTHOR] = "SELECT " MENTIONED_COLUMNS " FROM mentions m "
                                "LEFT JOIN records r ON r.number = m.number "
                                "WHERE m.subject = ?1 AND m.kind = ?2 "
                                "AND m.author = ?3 ORDER BY m.id",
    [SQL_DAY_BEFORE] = "SELECT max(day) FROM records WHERE day <= ?1",
    [SQL_DAY_BEFORE_INCOMPLETE] = "SELECT max(day) FROM records "
                                  "WHERE state = 0 AND day <= ?1",

    [SQL_PUT_MENTION] = "INSERT INTO mentions VALUES(?1, ?2, ?3, ?4, ?5)",
    [SQL_HAS_MENTION] = "SELECT 1 FROM mentions WHERE subject = ?1 "
                        "AND kind = ?2 AND author = ?3 AND id = ?4",
    [SQL_IS_MENTIONED] = "SELECT 1 FROM mentions WHERE subject = ?1 LIMIT 1",
    [SQL_COUNT_MENTIONS] = "SELECT count(*) FROM mentions",
    [SQL_EACH_WIRE] = "SELECT number, tag, wire FROM wires",

    [SQL_PUT_CHUNK] = "INSERT INTO chunks VALUES(NULL, ?1, ?2, ?3, ?4, ?5)",
    [SQL_HAS_CHUNK] = "SELECT 1 FROM chunks WHERE " ID_IS_1,
    [SQL_GET_CHUNK] = "SELECT seal, id, encoding, keeping, stored FROM chunks "
                      "WHERE " ID_IS_1,
    [SQL_EACH_CHUNK] = "SELECT seal, id, encoding, keeping, stored FROM chunks",
    [SQL_GET_CHUNK_ROW] = "SELECT id, keeping, length(stored) FROM chunks "
                          "WHERE " ID_IS_1,
    [SQL_EACH_CHUNK_ROW] = "SELECT id, keeping, length(stored) FROM chunks",
    [SQL_MOVE_CHUNK] = "UPDATE chunks SET seal = ?2, keeping = ?3 "
                       "WHERE " ID_IS_1,
    [SQL_REMOVE_CHUNK] = "DELETE FROM chunks WHERE " ID_IS_1,

    [SQL_GET_SEQUENCE] = "SELECT seal, author, sequence, previous "
                         "FROM sequences WHERE author = ?1",
    [SQL_SET_SEQUENCE] = "INSERT OR REPLACE INTO sequences "
                         "VALUES(?1, ?2, ?3, ?4)",
    [SQL_EACH_SEQUENCE] = "SELECT seal, author, sequence, previous "
                          "FROM sequences",
    [SQL_GET_DELIVERED] = "SELECT seal, id, count FROM delivered "
                          "WHERE id = ?1",
    [SQL_SET_DELIVERED] = "INSERT OR REPLACE INTO delivered VALUES(?1, ?2, ?3)",
    [SQL_EACH_DELIVERED] = "SELECT seal, id, count FROM delivered",
};

/* What the system said when a file beside the store's own could not be opened:
 * that it is not there means that it may not be made. */
static enum status
status_of_open(sqlite3 *db)
{
    const int error = sqlite3_system_errno(db);

    errno = error;
    if (error == 0 || error == ENOENT)
        return STATUS_DENIED;
    return file_status_of_errno(error);
}

/* SQLite knows one errno for a full disk, and hides that of a commit. */
static enum status
status_of_transfer(sqlite3 *db)
{
    if (errno == 0)
        errno = sqlite3_system_errno(db);
    return file_status_of_errno(errno) == STATUS_FULL ? STATUS_FULL : STATUS_IO;
}

enum status
store_sqlite_db_status(struct store_sqlite *sqlite, int result)
{
    if (result != SQLITE_OK && result != SQLITE_DONE)
        sqlite->failure = result;
    switch (result & 0xff) {
    case SQLITE_OK:
    case SQLITE_DONE:
        return STATUS_OK;
    case SQLITE_NOMEM:
        return STATUS_NO_MEMORY;
    case SQLITE_FULL:
        return STATUS_FULL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return STATUS_LOCKED;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return STATUS_DENIED;
    case SQLITE_TOOBIG:
        return STATUS_TOO_LARGE;
    case SQLITE_CANTOPEN:
        return status_of_open(sqlite->db);
    case SQLITE_IOERR:
        if (result == SQLITE_IOERR_NOMEM)
            return STATUS_NO_MEMORY;
        /* A file that ends where a page should be. */
        if (result == SQLITE_IOERR_SHORT_READ ||
            result == SQLITE_IOERR_CORRUPTFS)
            return STATUS_DAMAGED;
        return status_of_transfer(sqlite->db);
    }
    /* CORRUPT and NOTADB; and ERROR, CONSTRAINT, SCHEMA, MISMATCH, which no
     * statement of ours meets in a store of ours. */
    return STATUS_DAMAGED;
}

/* Statements. */

static enum status
prepare(struct store_sqlite *sqlite, enum store_sqlite_sql name,
        unsigned lifetime, sqlite3_stmt **out)
{
    return store_sqlite_db_status(
        sqlite,
        sqlite3_prepare_v3(sqlite->db, texts[name], -1, lifetime, out, NULL));
}

enum status
store_sqlite_db_prepare(struct store_sqlite *sqlite)
{
    enum status status = STATUS_OK;
    int i;

    for (i = 0; i < SQL_COUNT && status == STATUS_OK; i++)
        status = prepare(sqlite, (enum store_sqlite_sql)i,
                         SQLITE_PREPARE_PERSISTENT, &sqlite->sql[i]);
    return status;
}

void
store_sqlite_db_finalize(struct store_sqlite *sqlite)
{
    int i;

    for (i = 0; i < SQL_COUNT; i++) {
        (void)sqlite3_finalize(sqlite->sql[i]);
        sqlite->sql[i] = NULL;
    }
}

enum status
store_sqlite_db_prepare_more(struct store_sqlite *sqlite,
                             enum store_sqlite_sql name, sqlite3_stmt **out)
{
    return prepare(sqlite, name, 0, out);
}

enum status
store_sqlite_db_run(struct store_sqlite *sqlite, sqlite3_stmt *statement)
{
    enum status status = store_sqlite_db_fetch(sqlite, statement);

    if (status == STATUS_OK)
        store_sqlite_db_end(statement);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status
store_sqlite_db_fetch(struct store_sqlite *sqlite, sqlite3_stmt *statement)
{
    enum status status;
    int result;

    errno = 0;
    result = sqlite3_step(statement);
    if (result == SQLITE_ROW)
        return STATUS_OK;
    status = store_sqlite_db_status(sqlite, result);
    store_sqlite_db_end(statement);
    return status == STATUS_OK ? STATUS_NOT_FOUND : status;
}

void
store_sqlite_db_end(sqlite3_stmt *statement)
{
    const int saved = errno;

    /* What sqlite3_reset returns is the failure that step returned. */
    (void)sqlite3_reset(statement);
    (void)sqlite3_clear_bindings(statement);
    errno = saved;
}

enum status
store_sqlite_db_run_text(struct store_sqlite *sqlite, const char *text)
{
    errno = 0;
    return store_sqlite_db_status(
        sqlite, sqlite3_exec(sqlite->db, text, NULL, NULL, NULL));
}

enum status
store_sqlite_db_ask(struct store_sqlite *sqlite, const char *text, int64_t *out)
{
    sqlite3_stmt *statement = NULL;
    enum status status;

    status = store_sqlite_db_status(
        sqlite, sqlite3_prepare_v2(sqlite->db, text, -1, &statement, NULL));
    if (status != STATUS_OK)
        return status;
    status = store_sqlite_db_fetch(sqlite, statement);
    if (status == STATUS_OK &&
        !store_sqlite_db_number(statement, 0, INT64_MIN, INT64_MAX, out))
        status = STATUS_DAMAGED;
    (void)sqlite3_finalize(statement);
    return status == STATUS_NOT_FOUND ? STATUS_DAMAGED : status;
}

/* Values.  Binding what is not copied fails only for a place that the
 * statement does not have, or in the middle of a fetch. */

void
store_sqlite_db_bind(sqlite3_stmt *statement, int place, const void *octets,
                     size_t size)
{
    (void)sqlite3_bind_blob64(statement, place, size == 0 ? "" : octets, size,
                              SQLITE_STATIC);
}

void
store_sqlite_db_bind_number(sqlite3_stmt *statement, int place, int64_t number)
{
    (void)sqlite3_bind_int64(statement, place, number);
}

bool
store_sqlite_db_octets(sqlite3_stmt *statement, int column, void *out,
                       size_t size)
{
    struct byte_view view;

    memset(out, 0, size);
    if (!store_sqlite_db_view(statement, column, size, &view) ||
        view.size != size)
        return false;
    if (size > 0)
        memcpy(out, view.data, size);
    return true;
}

bool
store_sqlite_db_view(sqlite3_stmt *statement, int column, size_t maximum,
                     struct byte_view *out)
{
    *out = byte_view_of(NULL, 0);
    if (sqlite3_column_type(statement, column) != SQLITE_BLOB)
        return false;
    out->data = sqlite3_column_blob(statement, column);
    out->size = (size_t)sqlite3_column_bytes(statement, column);
    return out->size <= maximum && (out->size == 0 || out->data != NULL);
}

bool
store_sqlite_db_number(sqlite3_stmt *statement, int column, int64_t least,
                       int64_t most, int64_t *out)
{
    *out = least;
    if (sqlite3_column_type(statement, column) != SQLITE_INTEGER)
        return false;
    *out = sqlite3_column_int64(statement, column);
    return *out >= least && *out <= most;
}

/* Seals. */

void
store_sqlite_db_seal(const struct store_sqlite *sqlite, uint8_t *seal,
                     struct byte_view fields, struct byte_view large)
{
    hash_keyed(seal, STORE_SQLITE_SEAL_SIZE,
               byte_view_of(&sqlite->row_key, sizeof(sqlite->row_key)), fields,
               large);
}

bool
store_sqlite_db_is_sealed(const struct store_sqlite *sqlite,
                          const uint8_t *seal, struct byte_view fields,
                          struct byte_view large)
{
    uint8_t expected[STORE_SQLITE_SEAL_SIZE];

    store_sqlite_db_seal(sqlite, expected, fields, large);
    return mem_equal_secret(expected, seal, sizeof(expected));
}
