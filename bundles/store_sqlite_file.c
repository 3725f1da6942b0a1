#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "bundles/schema.h"
#include "bundles/store_sqlite_tables.h"
#include "core/file.h"
#include "core/limits.h"

/*
 * SECURITY.md, "Lessons", SQLite: what its makers advise for files that come
 * from others.  None of these fails for what it is told here.
 */
static void
harden(sqlite3 *db)
{
    static const struct {
        int option;
        int value;
    } options[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
        {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 0},
        {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0},
    };

    static const struct {
        int limit;
        int value;
    } limits[] = {
        {SQLITE_LIMIT_LENGTH, 1000000},
        {SQLITE_LIMIT_SQL_LENGTH, 100000},
        {SQLITE_LIMIT_COLUMN, 100},
        {SQLITE_LIMIT_EXPR_DEPTH, 10},
        {SQLITE_LIMIT_COMPOUND_SELECT, 3},
        {SQLITE_LIMIT_VDBE_OP, 25000},
        {SQLITE_LIMIT_FUNCTION_ARG, 8},
        {SQLITE_LIMIT_ATTACHED, 0},
        {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50},
        {SQLITE_LIMIT_VARIABLE_NUMBER, 10},
        {SQLITE_LIMIT_TRIGGER_DEPTH, 10},
        {SQLITE_LIMIT_WORKER_THREADS, 0},
    };

    size_t i;

    for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
        (void)sqlite3_db_config(db, options[i].option, options[i].value, NULL);
    for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
        (void)sqlite3_limit(db, limits[i].limit, limits[i].value);
}

/*
 * Settings of one connection, none of which is kept in the file.  The cache
 * is 2 MiB; temporary tables never touch the disk; freed octets are zeroed;
 * the log is moved into the file at 8 MiB, which costs a tenth less in bulk
 * than SQLite's 4.
 */
static const char settings[] = "PRAGMA mmap_size = 0;"
                               "PRAGMA cell_size_check = ON;"
                               "PRAGMA cache_size = -2048;"
                               "PRAGMA temp_store = MEMORY;"
                               "PRAGMA secure_delete = ON;"
                               "PRAGMA synchronous = FULL;"
                               "PRAGMA journal_size_limit = 8388608;"
                               "PRAGMA wal_autocheckpoint = 2048;";

static enum status
open_database(struct store_sqlite *sqlite, const char *name, int flags,
              const struct store_sqlite_options *options)
{
    enum status status;
    int result;

    (void)sqlite3_close_v2(sqlite->db);
    sqlite->db = NULL;
    result = sqlite3_open_v2(
        name, &sqlite->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
        NULL);
    if (sqlite->db == NULL)
        return STATUS_NO_MEMORY;
    if (result != SQLITE_OK && sqlite3_system_errno(sqlite->db) == ENOENT)
        return STATUS_NOT_FOUND;
    if (result != SQLITE_OK)
        return store_sqlite_db_status(sqlite, result);
    (void)sqlite3_busy_timeout(sqlite->db,
                               (int)(options->busy_milliseconds != 0
                                         ? options->busy_milliseconds
                                         : STORE_BUSY_MS));
    harden(sqlite->db);
    status = store_sqlite_db_run_text(sqlite, settings);
    if (status == STATUS_OK && options->read_only)
        status = store_sqlite_db_run_text(sqlite, "PRAGMA query_only = ON");
    if (status != STATUS_OK)
        return status;
    /* SQLite falls back to reading only where it may not write. */
    if (!options->read_only && sqlite3_db_readonly(sqlite->db, "main") != 0)
        return STATUS_DENIED;
    return STATUS_OK;
}

/* From an open database to a store that is ready. */
static enum status
start(struct store_sqlite *sqlite, const struct store_sqlite_options *options)
{
    int64_t version;
    enum status status;

    status = store_sqlite_schema_read(sqlite, &version);
    if (status == STATUS_OK && version < schema_last()) {
        if (options->read_only || (version == 0 && !options->create))
            return version == 0 ? STATUS_NOT_FOUND : STATUS_DENIED;
        status = store_sqlite_schema_upgrade(sqlite, options->entropy);
    }
    if (status == STATUS_OK)
        status = store_sqlite_schema_check(sqlite);
    /* A foreign file may have come with another kind of journal. */
    if (status == STATUS_OK && !options->read_only)
        status = store_sqlite_db_run_text(sqlite, "PRAGMA journal_mode = WAL");
    if (status == STATUS_OK)
        status = store_sqlite_db_prepare(sqlite);
    if (status == STATUS_OK)
        status = store_sqlite_meta_open(sqlite);
    return status;
}

/* Append file:PATH?immutable=1 with all but plain characters escaped. */
static enum status
write_immutable_name(struct byte_buf *out, const char *path)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "abcdefghijklmnopqrstuvwxyz0123456789/._-";
    enum status status = byte_buf_append_text(out, "file:");
    char escaped[4];

    for (; *path != '\0' && status == STATUS_OK; path++) {
        if (strchr(plain, *path) != NULL)
            snprintf(escaped, sizeof(escaped), "%c", *path);
        else
            snprintf(escaped, sizeof(escaped), "%%%02X",
                     (unsigned)(uint8_t)*path);
        status = byte_buf_append_text(out, escaped);
    }
    if (status == STATUS_OK)
        status = byte_buf_append_text(out, "?immutable=1");
    return status;
}

/* True if a log lies beside path, without which the file is not whole. */
static bool
has_log(const char *path)
{
    struct byte_buf name;
    struct stat info;
    const char *text = NULL;
    bool found = true;

    byte_buf_init(&name, 2 * STORE_PATH_MAX);
    if (byte_buf_append_text(&name, path) == STATUS_OK &&
        byte_buf_append_text(&name, "-wal") == STATUS_OK)
        text = byte_buf_text(&name);
    if (text != NULL)
        found = stat(text, &info) == 0 && info.st_size > 0;
    byte_buf_release(&name);
    return found;
}

static bool
cannot_make_log(const struct store_sqlite *sqlite)
{
    const int failure = sqlite->failure & 0xff;

    return failure == SQLITE_CANTOPEN || failure == SQLITE_READONLY;
}

/* On media where no log can be made the file cannot change either: read it as
 * it is. */
static enum status
open_immutable(struct store_sqlite *sqlite, const char *path,
               const struct store_sqlite_options *options)
{
    struct byte_buf name;
    const char *text = NULL;
    enum status status;

    byte_buf_init(&name, 4 * STORE_PATH_MAX);
    status = write_immutable_name(&name, path);
    if (status == STATUS_OK) {
        text = byte_buf_text(&name);
        status = text == NULL ? STATUS_NO_MEMORY : STATUS_OK;
    }
    if (status == STATUS_OK)
        status = open_database(sqlite, text,
                               SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, options);
    if (status == STATUS_OK)
        status = start(sqlite, options);
    byte_buf_release(&name);
    return status;
}

enum status
store_sqlite_file_open(struct store_sqlite *sqlite, const char *path,
                       const struct store_sqlite_options *options)
{
    struct stat facts;
    enum status status;

    if (options->create && !options->read_only && stat(path, &facts) != 0) {
        /* SQLite would make it with the umask's mode. */
        status = file_write_new(path, byte_view_of(NULL, 0), 0600);
        if (status != STATUS_OK && status != STATUS_EXISTS)
            return status;
    }
    /* For reading, too: only a connection that could write takes its log away
     * when it closes, and a log that stays tells that somebody has read.  What
     * may not be written SQLite opens for reading by itself. */
    status = open_database(sqlite, path, SQLITE_OPEN_READWRITE, options);
    if (status == STATUS_OK)
        status = start(sqlite, options);
    if (options->read_only && status != STATUS_OK && cannot_make_log(sqlite) &&
        !has_log(path))
        status = open_immutable(sqlite, path, options);
    return status;
}
