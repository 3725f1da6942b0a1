/* What the SQLite store adds: its file, other processes, files of others,
 * media that can only be read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "bundles/store_sqlite.h"
#include "core/entropy.h"
#include "core/file.h"
#include "core/limits.h"
#include "tests/unit/sqlite_faults.h"
#include "tests/unit/stores.h"

static struct record *records[2];

static int
start(void **state)
{
    const int failed = test_start(state);

    records[0] = stores_statement(1, 10, 1, "First", 0);
    records[1] = stores_statement(2, 11, 1, "Second", 0);
    sqlite_faults_install();
    return failed;
}

static int
stop(void **state)
{
    (void)state;
    record_free(records[0]);
    record_free(records[1]);
    return 0;
}

static int
open_store(void **state)
{
    static struct stores stores;

    stores_open(&stores, STORES_SQLITE, 0);
    *state = &stores;
    return 0;
}

static int
close_store(void **state)
{
    stores_close(*state);
    return 0;
}

/* Open the file at path once more. */
static enum status
open_as(struct store **out, const char *path, bool create, bool read_only)
{
    struct entropy entropy;
    const struct store_sqlite_options options = {
        .create = create,
        .read_only = read_only,
        .entropy = &entropy,
        .busy_milliseconds = 20,
    };

    entropy_init_seed(&entropy, 1);
    return store_sqlite_open(out, path, &options);
}

static void
assert_opens_as(const char *path, enum status expected)
{
    const bool creates[] = {false, true, false};
    const bool reads[] = {false, false, true};
    struct store *store;
    size_t i;

    for (i = 0; i < 3; i++) {
        assert_int_equal(open_as(&store, path, creates[i], reads[i]), expected);
        assert_null(store);
    }
}

/* Do something to the file that is none of ours. */
static void
run_sql(const char *path, const char *text)
{
    sqlite3 *db;
    char *fault = NULL;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, text, NULL, NULL, &fault) != SQLITE_OK)
        fail_msg("%s: %s", text, fault);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static int
ask_sql(const char *path, const char *text)
{
    sqlite3_stmt *statement;
    sqlite3 *db;
    int answer;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, text, -1, &statement, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    answer = sqlite3_column_int(statement, 0);
    assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return answer;
}

/* The file. */

static void
assert_mode(const struct stores *stores, const char *ending, mode_t mode)
{
    char path[TEST_PATH_MAX + 8];
    struct stat info;

    snprintf(path, sizeof(path), "%s%s", stores->path, ending);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, mode);
}

static void
test_nobody_else_may_read(void **state)
{
    struct stores *stores = *state;
    const mode_t mask = umask(0);

    stores_close(stores);
    stores_open(stores, STORES_SQLITE, 0);
    assert_int_equal(stores_put(stores->store, records[0], STORE_OTHER),
                     STATUS_OK);
    assert_mode(stores, "", 0600);
    assert_mode(stores, "-wal", 0600);
    assert_mode(stores, "-shm", 0600);
    (void)umask(mask);
}

static void
test_file_settings(void **state)
{
    struct stores *stores = *state;
    const char *path = stores->path;

    assert_int_equal(ask_sql(path, "PRAGMA auto_vacuum"), 2);
    assert_int_equal(ask_sql(path, "PRAGMA user_version"), 5);
    assert_int_equal(ask_sql(path, "PRAGMA application_id"), 0x70327374);
    assert_int_equal(
        ask_sql(path, "SELECT journal_mode = 'wal' FROM pragma_journal_mode()"),
        1);
}

/* After closing there is one file, and it holds everything. */
static void
test_closing_leaves_one_file(void **state)
{
    struct stores *stores = *state;

    assert_int_equal(stores_put(stores->store, records[0], STORE_OTHER),
                     STATUS_OK);
    assert_int_equal(test_count_names(stores->directory), 3);
    store_free(stores->store);
    assert_int_equal(test_count_names(stores->directory), 1);
    assert_int_equal(open_as(&stores->store, stores->path, false, false),
                     STATUS_OK);
    assert_true(store_has_record(stores->store, record_id(records[0])));
}

/* The same things put at another time of the same day, in another place: the
 * files are the same, octet for octet, so that they say nothing of when. */
static void
test_file_tells_no_time(void **state)
{
    struct stores *stores = *state;
    const struct timespec a_moment = {.tv_nsec = 1100000};
    struct stores later;
    struct byte_buf first;
    struct byte_buf second;

    assert_int_equal(stores_put(stores->store, records[0], STORE_OTHER),
                     STATUS_OK);
    stores_reopen(stores);
    (void)nanosleep(&a_moment, NULL);
    stores_open(&later, STORES_SQLITE, 0);
    assert_int_equal(stores_put(later.store, records[0], STORE_OTHER),
                     STATUS_OK);
    stores_reopen(&later);

    byte_buf_init(&first, 1024 * 1024);
    byte_buf_init(&second, 1024 * 1024);
    assert_int_equal(file_read(&first, stores->path), STATUS_OK);
    assert_int_equal(file_read(&second, later.path), STATUS_OK);
    assert_int_equal(first.size, second.size);
    assert_memory_equal(first.data, second.data, first.size);
    byte_buf_release(&first);
    byte_buf_release(&second);
    stores_close(&later);
}

/* Each home has its own row key. */
static void
test_rows_of_another_home_are_refused(void **state)
{
    struct stores *stores = *state;
    struct record *record;
    struct store_row row;

    assert_int_equal(stores_put(stores->store, records[0], STORE_OTHER),
                     STATUS_OK);
    store_free(stores->store);
    run_sql(stores->path, "UPDATE meta SET row_key = randomblob(32)");
    assert_int_equal(open_as(&stores->store, stores->path, false, false),
                     STATUS_OK);
    assert_int_equal(
        store_get_record(stores->store, record_id(records[0]), &record),
        STATUS_DAMAGED);
    assert_null(record);
    assert_int_equal(store_get_row(stores->store, record_id(records[0]), &row),
                     STATUS_DAMAGED);
    assert_int_equal(store_begin(stores->store), STATUS_DAMAGED);
    assert_int_equal(store_check(stores->store), STATUS_DAMAGED);
}

/* Other processes. */

static void
test_locked(void **state)
{
    struct stores *stores = *state;
    struct store *other;

    assert_int_equal(open_as(&other, stores->path, false, false), STATUS_OK);
    assert_int_equal(store_begin(stores->store), STATUS_OK);
    assert_int_equal(store_begin(other), STATUS_LOCKED);
    assert_false(store_in_transaction(other));
    /* Reading goes on beside a writer. */
    assert_false(store_has_record(other, record_id(records[0])));
    assert_int_equal(store_commit(stores->store), STATUS_OK);
    assert_int_equal(stores_put(other, records[0], STORE_OTHER), STATUS_OK);
    store_free(other);
    assert_true(store_has_record(stores->store, record_id(records[0])));
}

static void
test_changes_of_others_are_seen(void **state)
{
    struct stores *stores = *state;
    struct store_figures figures;
    struct store *other;
    bool changed;

    assert_int_equal(open_as(&other, stores->path, false, false), STATUS_OK);
    assert_int_equal(stores_put(stores->store, records[0], STORE_OTHER),
                     STATUS_OK);
    assert_int_equal(store_poll_changed(stores->store, &changed), STATUS_OK);
    assert_false(changed);
    assert_int_equal(store_poll_changed(other, &changed), STATUS_OK);
    assert_true(changed);
    assert_int_equal(store_poll_changed(other, &changed), STATUS_OK);
    assert_false(changed);

    /* The figures go on from what the other one left. */
    assert_int_equal(stores_put(other, records[1], STORE_FOLLOWED), STATUS_OK);
    assert_int_equal(store_count(stores->store, &figures), STATUS_OK);
    assert_int_equal(figures.records, 2);
    assert_int_equal(figures.octets, record_wire(records[0]).size +
                                         record_wire(records[1]).size);
    assert_int_equal(store_poll_changed(stores->store, &changed), STATUS_OK);
    assert_true(changed);
    store_free(other);
    stores_check(stores);
}

/* What is read while the store is held is of one moment; others write on, and
 * beginning to write lets go. */
static void
test_hold(void **state)
{
    struct stores *stores = *state;
    struct store *store = stores->store;
    struct store *other;

    assert_int_equal(open_as(&other, stores->path, false, false), STATUS_OK);
    store_hold(store);
    store_hold(store);
    assert_int_equal(stores_put(other, records[0], STORE_OTHER), STATUS_OK);
    assert_false(store_has_record(store, record_id(records[0])));
    store_let_go(store);
    store_let_go(store);
    assert_true(store_has_record(store, record_id(records[0])));

    store_hold(store);
    assert_int_equal(stores_put(other, records[1], STORE_OTHER), STATUS_OK);
    assert_int_equal(stores_put(store, records[1], STORE_OTHER), STATUS_EXISTS);
    store_hold(store);
    assert_true(store_has_record(store, record_id(records[1])));
    store_free(other);
    stores_check(stores);
}

/* Files that are no store. */

static void
test_missing(void **state)
{
    struct stores *stores = *state;
    char path[TEST_PATH_MAX];
    struct store *store;

    test_path(path, stores->directory, "none.db");
    assert_int_equal(open_as(&store, path, false, false), STATUS_NOT_FOUND);
    assert_int_equal(open_as(&store, path, false, true), STATUS_NOT_FOUND);
    assert_int_equal(open_as(&store, path, true, true), STATUS_NOT_FOUND);
    assert_int_not_equal(access(path, F_OK), 0);
    test_path(path, stores->directory, "none/store.db");
    assert_int_equal(open_as(&store, path, true, false), STATUS_NOT_FOUND);

    /* What a process leaves that is killed before its first transaction. */
    test_path(path, stores->directory, "empty.db");
    assert_int_equal(file_write(path, byte_view_of(NULL, 0), 0600), STATUS_OK);
    assert_int_equal(open_as(&store, path, false, false), STATUS_NOT_FOUND);
    assert_int_equal(open_as(&store, path, false, true), STATUS_NOT_FOUND);
    assert_int_equal(open_as(&store, path, true, false), STATUS_OK);
    assert_int_equal(store_check(store), STATUS_OK);
    store_free(store);
}

static void
test_no_database(void **state)
{
    struct stores *stores = *state;
    static uint8_t octets[5000];
    char path[TEST_PATH_MAX];
    struct store *store;

    memset(octets, 'x', sizeof(octets));
    test_path(path, stores->directory, "text.db");
    assert_int_equal(file_write(path, byte_view_of(octets, 5000), 0600),
                     STATUS_OK);
    assert_opens_as(path, STATUS_DAMAGED);
    memcpy(octets, "SQLite format 3", 16);
    assert_int_equal(file_write(path, byte_view_of(octets, 5000), 0600),
                     STATUS_OK);
    assert_opens_as(path, STATUS_DAMAGED);
    assert_int_equal(file_write(path, byte_view_of(octets, 10), 0600),
                     STATUS_OK);
    assert_opens_as(path, STATUS_DAMAGED);
    assert_int_not_equal(open_as(&store, stores->directory, false, false),
                         STATUS_OK);
    assert_null(store);
}

static void
test_newer_schema(void **state)
{
    struct stores *stores = *state;

    store_free(stores->store);
    stores->store = NULL;
    run_sql(stores->path, "PRAGMA user_version = 6;"
                          "CREATE TABLE something_new(a)");
    assert_opens_as(stores->path, STATUS_NEWER);
}

/* Anything in the schema that is not ours, or not as it was. */
static void
test_hostile_schemas(void **state)
{
    static const char *const changes[] = {
        "CREATE TRIGGER t AFTER INSERT ON records BEGIN "
        "DELETE FROM chunks; END",
        "CREATE VIEW v AS SELECT * FROM records",
        "CREATE TABLE extra(a)",
        "CREATE INDEX extra ON records(state)",
        "DROP INDEX records_day",
        "DROP INDEX records_identity",
        "DROP TABLE wires; CREATE VIEW wires AS SELECT 1 AS number, "
        "zeroblob(32) AS tag, zeroblob(200) AS wire",
        "DROP TABLE delivered; CREATE TABLE delivered(id BLOB PRIMARY KEY, "
        "seal BLOB DEFAULT (randomblob(100)), count INTEGER)",
        "ALTER TABLE records ADD COLUMN more GENERATED ALWAYS AS "
        "(hex(zeroblob(1000000)))",
        "DROP INDEX records_id; CREATE UNIQUE INDEX records_id ON "
        "records(substr(id, 1, 8))",
        "CREATE VIRTUAL TABLE extra USING fts3(a)",
        "PRAGMA application_id = 1",
        "PRAGMA user_version = 0",
        "PRAGMA user_version = -1",
        "DELETE FROM meta",
    };
    size_t i;

    for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        struct stores stores;

        stores_open(&stores, STORES_SQLITE, 0);
        store_free(stores.store);
        stores.store = NULL;
        run_sql(stores.path, changes[i]);
        assert_opens_as(stores.path, STATUS_DAMAGED);
        stores_close(&stores);
    }
    (void)state;
}

/* Rows that this home did not write. */
static void
test_hostile_rows(void **state)
{
    static const char *const changes[] = {
        "UPDATE records SET day = day + 1",
        "UPDATE records SET arrived = arrived - 1",
        "UPDATE records SET state = 2",
        "UPDATE records SET keeping = 0",
        "UPDATE records SET kind = 3",
        "UPDATE records SET kind_set = 0",
        "UPDATE records SET sequence = 99",
        "UPDATE records SET sequence = 'text'",
        "UPDATE records SET sequence = 4294967297",
        "UPDATE records SET author = zeroblob(32)",
        "UPDATE records SET author = zeroblob(33)",
        "UPDATE records SET id = zeroblob(32)",
        "UPDATE records SET id = 'text'",
        "UPDATE records SET seal = zeroblob(16)",
        "UPDATE wires SET tag = zeroblob(32)",
        "UPDATE wires SET wire = zeroblob(400)",
        "UPDATE wires SET wire = zeroblob(900000)",
        "UPDATE wires SET wire = CAST(substr(wire, 1, 200) AS BLOB)",
        "UPDATE wires SET number = 7",
        "DELETE FROM wires",
        "UPDATE chunks SET stored = CAST('other' AS BLOB)",
        "UPDATE chunks SET encoding = 1",
        "UPDATE chunks SET encoding = 256",
        "UPDATE chunks SET id = zeroblob(32)",
        "UPDATE chunks SET keeping = 0",
        "UPDATE sequences SET sequence = 3",
        "UPDATE sequences SET previous = zeroblob(31)",
        "UPDATE sequences SET previous = zeroblob(640)",
        "UPDATE delivered SET count = 1000000",
        "UPDATE delivered SET count = -1",
        "UPDATE meta SET records = 5",
        "UPDATE meta SET octets = 0",
        "UPDATE meta SET octets_other = -1",
        "DELETE FROM records",
        "DELETE FROM chunks",
    };
    const struct chunk_id chunk = {{1}};
    const struct key_author author = {{1}};
    const struct store_sequence sequence = {.number = 9, .previous_count = 1};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        struct stores stores;

        stores_open(&stores, STORES_SQLITE, 0);
        assert_int_equal(stores_put(stores.store, records[0], STORE_OTHER),
                         STATUS_OK);
        assert_int_equal(store_begin(stores.store), STATUS_OK);
        assert_int_equal(store_put_chunk(stores.store, &chunk, STORE_OTHER, 0,
                                         byte_view_of_text("chunk")),
                         STATUS_OK);
        assert_int_equal(store_set_sequence(stores.store, &author, &sequence),
                         STATUS_OK);
        assert_int_equal(
            store_add_delivered(stores.store, record_id(records[0]), 1),
            STATUS_OK);
        assert_int_equal(store_commit(stores.store), STATUS_OK);
        stores_check(&stores);
        store_free(stores.store);
        run_sql(stores.path, changes[i]);
        assert_int_equal(open_as(&stores.store, stores.path, false, false),
                         STATUS_OK);
        if (store_check(stores.store) != STATUS_DAMAGED)
            fail_msg("not seen: %s", changes[i]);
        stores_close(&stores);
    }
}

/* Reading only. */

static void
test_read_only(void **state)
{
    struct stores *stores = *state;
    struct store *reader;
    struct record *record;

    assert_int_equal(stores_put(stores->store, records[0], STORE_OTHER),
                     STATUS_OK);
    assert_int_equal(open_as(&reader, stores->path, false, true), STATUS_OK);
    assert_int_equal(store_begin(reader), STATUS_DENIED);
    assert_int_equal(store_get_record(reader, record_id(records[0]), &record),
                     STATUS_OK);
    record_free(record);
    assert_int_equal(stores_put(stores->store, records[1], STORE_OTHER),
                     STATUS_OK);
    assert_true(store_has_record(reader, record_id(records[1])));
    assert_int_equal(store_check(reader), STATUS_OK);
    store_free(reader);
}

/* Nothing can be made beside the file, and its name is full of what means
 * something in a URI. */
static void
test_read_only_media(void **state)
{
    struct stores *stores = *state;
    char path[TEST_PATH_MAX];
    struct store *reader;
    struct record *record;

    assert_int_equal(stores_put(stores->store, records[0], STORE_OTHER),
                     STATUS_OK);
    store_free(stores->store);
    stores->store = NULL;
    test_path(path, stores->directory, "a?b=c&d%41#e \xd0\xb6.db");
    assert_int_equal(rename(stores->path, path), 0);

    sqlite_faults_read_only(true);
    assert_int_not_equal(open_as(&reader, path, false, false), STATUS_OK);
    assert_int_equal(open_as(&reader, path, false, true), STATUS_OK);
    assert_int_equal(store_get_record(reader, record_id(records[0]), &record),
                     STATUS_OK);
    assert_true(byte_view_equal(record_wire(record), record_wire(records[0])));
    record_free(record);
    assert_int_equal(store_begin(reader), STATUS_DENIED);
    assert_int_equal(store_check(reader), STATUS_OK);
    store_free(reader);
    sqlite_faults_read_only(false);
}

/* With a log beside it the file alone is not the whole truth. */
static void
test_read_only_media_with_a_log(void **state)
{
    struct stores *stores = *state;
    struct store *reader;

    assert_int_equal(stores_put(stores->store, records[0], STORE_OTHER),
                     STATUS_OK);
    sqlite_faults_read_only(true);
    assert_int_not_equal(open_as(&reader, stores->path, false, true),
                         STATUS_OK);
    assert_null(reader);
    sqlite_faults_read_only(false);
}

static void
test_path_bounds(void **state)
{
    static char path[STORE_PATH_MAX + 1];
    struct store *store;

    (void)state;
    memset(path, 'a', STORE_PATH_MAX);
    assert_int_equal(open_as(&store, path, true, false), STATUS_TOO_LARGE);
    assert_null(store);
}

#define STORE_TEST(name) \
    cmocka_unit_test_setup_teardown(name, open_store, close_store)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_nobody_else_may_read),
        STORE_TEST(test_file_settings),
        STORE_TEST(test_closing_leaves_one_file),
        STORE_TEST(test_file_tells_no_time),
        STORE_TEST(test_rows_of_another_home_are_refused),
        STORE_TEST(test_locked),
        STORE_TEST(test_changes_of_others_are_seen),
        STORE_TEST(test_hold),
        STORE_TEST(test_missing),
        STORE_TEST(test_no_database),
        STORE_TEST(test_newer_schema),
        cmocka_unit_test(test_hostile_schemas),
        cmocka_unit_test(test_hostile_rows),
        STORE_TEST(test_read_only),
        STORE_TEST(test_read_only_media),
        STORE_TEST(test_read_only_media_with_a_log),
        cmocka_unit_test(test_path_bounds),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
