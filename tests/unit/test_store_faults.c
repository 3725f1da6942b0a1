/* The SQLite store when the disk fails, when it is full, when there is no
 * memory, and when the process is killed: what was committed is there, the
 * rest is there whole or not at all, and its own check holds. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "bundles/store_sqlite.h"
#include "core/entropy.h"
#include "core/limits.h"
#include "tests/unit/sqlite_faults.h"
#include "tests/unit/stores.h"

/* What the scenario below puts: three transactions. */
#define STEPS 3

static struct record *records[STEPS];
static const struct chunk_id chunk = {{5, 5, 5, 5, 5}};
static const struct key_author own = {{6}};

static int
make_records(void **state)
{
    const int failed = test_start(state);
    size_t i;

    for (i = 0; i < STEPS; i++)
        records[i] = stores_statement(1, 10, (uint32_t)i + 1, "Fault", 5);
    sqlite_faults_install();
    return failed;
}

static int
free_records(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < STEPS; i++)
        record_free(records[i]);
    return 0;
}

static enum status
open_at(struct store **out, const char *path)
{
    struct entropy entropy;
    const struct store_sqlite_options options = {
        .create = true, .entropy = &entropy, .busy_milliseconds = 1};

    entropy_init_seed(&entropy, 1);
    return store_sqlite_open(out, path, &options);
}

/* One transaction of everything that a store does. */
static enum status
take_step(struct store *store, size_t step)
{
    const struct store_sequence sequence = {.number = (uint32_t)step + 1};
    const struct record_id *id = record_id(records[step]);
    const struct day today = {20000};
    static const uint8_t octets[CHUNK_STORED_MAX];
    enum status status = store_begin(store);

    if (status != STATUS_OK)
        return status;
    status = store_put_record(store, records[step], STORE_FOLLOWED, today);
    if (status == STATUS_OK && step == 0)
        status = store_put_chunk(store, &chunk, STORE_OTHER, 0,
                                 byte_view_of(octets, sizeof(octets)));
    if (status == STATUS_OK)
        status = store_set_state(store, id, STORE_COMPLETE);
    if (status == STATUS_OK)
        status = store_set_sequence(store, &own, &sequence);
    if (status == STATUS_OK)
        status = store_add_delivered(store, id, 1);
    if (status == STATUS_OK)
        status = store_commit(store);
    store_rollback(store);
    return status;
}

/* A step is there whole or not at all. */
static bool
has_step(struct store *store, size_t step)
{
    const struct record_id *id = record_id(records[step]);
    struct store_sequence sequence;
    struct record *record;
    struct store_row row;
    uint32_t delivered;

    assert_int_equal(store_get_sequence(store, &own, &sequence), STATUS_OK);
    if (!store_has_record(store, id)) {
        assert_int_not_equal(sequence.number, step + 1);
        return false;
    }
    assert_in_range(sequence.number, step + 1, STEPS);
    assert_int_equal(store_get_row(store, id, &row), STATUS_OK);
    assert_int_equal(row.state, STORE_COMPLETE);
    assert_int_equal(store_get_delivered(store, id, &delivered), STATUS_OK);
    assert_int_equal(delivered, 1);
    assert_int_equal(store_has_chunk(store, &chunk),
                     store_has_record(store, record_id(records[0])));
    assert_int_equal(store_get_record(store, id, &record), STATUS_OK);
    assert_true(
        byte_view_equal(record_wire(record), record_wire(records[step])));
    record_free(record);
    return true;
}

/* What came of each step of one run. */
struct outcome {
    enum status opened;
    enum status steps[STEPS];
};

static struct outcome
run_scenario(const char *path)
{
    struct outcome outcome;
    struct store *store;
    size_t i;

    outcome.opened = open_at(&store, path);
    for (i = 0; i < STEPS; i++)
        outcome.steps[i] = store == NULL ? STATUS_IO : take_step(store, i);
    store_free(store);
    return outcome;
}

/* The store as it is found afterwards, by hands that do not shake: what was
 * acknowledged is there, and what is not there can still be put. */
static void
check_outcome(const char *path, const struct outcome *outcome)
{
    struct store *store;
    size_t i;

    assert_int_equal(open_at(&store, path), STATUS_OK);
    assert_int_equal(store_check(store), STATUS_OK);
    for (i = 0; i < STEPS; i++)
        if (!has_step(store, i))
            assert_int_not_equal(outcome->steps[i], STATUS_OK);
    for (i = 0; i < STEPS; i++)
        if (!store_has_record(store, record_id(records[i])))
            assert_int_equal(take_step(store, i), STATUS_OK);
    assert_int_equal(store_check(store), STATUS_OK);
    store_free(store);
}

static bool
all_is_well(const struct outcome *outcome)
{
    size_t i;

    if (outcome->opened != STATUS_OK)
        return false;
    for (i = 0; i < STEPS; i++)
        if (outcome->steps[i] != STATUS_OK)
            return false;
    return true;
}

/* The nth operation of the disk fails, for n = 1, 2, ... until none is left to
 * fail; *failures counts the runs in which a caller heard of it. */
static void
fail_each(int result, bool for_ever, enum status expected, long *failures)
{
    bool has_failed = true;
    long before;
    long n;

    *failures = 0;
    for (n = 0; has_failed; n++) {
        char directory[TEST_PATH_MAX];
        char path[TEST_PATH_MAX];
        struct outcome outcome;
        size_t i;

        stores_make_directory(directory);
        test_path(path, directory, "store.db");
        before = sqlite_faults_disk_count();
        sqlite_faults_disk(n, result, for_ever);
        outcome = run_scenario(path);
        sqlite_faults_disk(-1, 0, false);
        has_failed = sqlite_faults_disk_count() - before > n;
        if (!all_is_well(&outcome))
            (*failures)++;
        for (i = 0; i < STEPS; i++)
            if (outcome.steps[i] != STATUS_OK && outcome.opened == STATUS_OK)
                assert_int_equal(outcome.steps[i], expected);
        check_outcome(path, &outcome);
        test_remove_directory(directory);
    }
}

static void
test_every_operation_fails_once(void **state)
{
    long failures;

    (void)state;
    fail_each(SQLITE_IOERR_WRITE, false, STATUS_IO, &failures);
    assert_in_range(failures, 10, 1000);
}

static void
test_every_operation_fails_for_ever(void **state)
{
    long failures;

    (void)state;
    fail_each(SQLITE_FULL, true, STATUS_FULL, &failures);
    assert_in_range(failures, 10, 1000);
}

/*
 * SQLite's own memory; ours is in test_store.  One run makes some 4,000
 * requests: every 11th fails, or each with P2PUB_SLOW_TESTS set.
 */
static void
test_requests_for_memory_fail(void **state)
{
    const long stride = getenv("P2PUB_SLOW_TESTS") != NULL ? 1 : 11;
    long failures = 0;
    long runs = 0;
    bool has_failed;
    long before;
    long n = 0;

    (void)state;
    do {
        char directory[TEST_PATH_MAX];
        char path[TEST_PATH_MAX];
        struct outcome outcome;
        size_t i;

        stores_make_directory(directory);
        test_path(path, directory, "store.db");
        before = sqlite_faults_memory_count();
        sqlite_faults_memory(n);
        outcome = run_scenario(path);
        sqlite_faults_memory(-1);
        has_failed = sqlite_faults_memory_count() - before > n;
        /* Some requests SQLite can do without. */
        if (!all_is_well(&outcome))
            failures++;
        if (outcome.opened != STATUS_OK)
            assert_int_equal(outcome.opened, STATUS_NO_MEMORY);
        else
            for (i = 0; i < STEPS; i++)
                assert_true(outcome.steps[i] == STATUS_OK ||
                            outcome.steps[i] == STATUS_NO_MEMORY);
        if (++runs % 7 == 0)
            check_outcome(path, &outcome);
        test_remove_directory(directory);
        n += stride;
    } while (has_failed);
    assert_in_range(failures, runs / 2, runs);
}

/* No larger file than this: a full disk, to whoever writes. */
static void
limit_files(rlim_t octets)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = octets < limit.rlim_max ? octets : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void
test_full_disk(void **state)
{
    static const uint8_t octets[CHUNK_STORED_MAX];
    struct stores stores;
    enum status status = STATUS_OK;
    struct chunk_id id = {{0}};
    uint32_t kept = 0;
    uint32_t i;

    (void)state;
    stores_open(&stores, STORES_SQLITE, 0);
    assert_int_equal(stores_put(stores.store, records[0], STORE_FOLLOWED),
                     STATUS_OK);
    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    limit_files(2 * 1024 * 1024);
    for (i = 0; i < 200 && status == STATUS_OK; i++) {
        id.octets[0] = (uint8_t)i;
        assert_int_equal(store_begin(stores.store), STATUS_OK);
        status = store_put_chunk(stores.store, &id, STORE_FOLLOWED, 0,
                                 byte_view_of(octets, sizeof(octets)));
        if (status == STATUS_OK)
            status = store_commit(stores.store);
        store_rollback(stores.store);
        if (status == STATUS_OK)
            kept++;
    }
    assert_int_equal(status, STATUS_FULL);
    assert_in_range(kept, 10, 199);
    assert_false(store_has_chunk(stores.store, &id));
    assert_true(store_has_record(stores.store, record_id(records[0])));
    assert_int_equal(store_check(stores.store), STATUS_OK);

    limit_files(RLIM_INFINITY);
    assert_int_equal(stores_put(stores.store, records[1], STORE_FOLLOWED),
                     STATUS_OK);
    stores_reopen(&stores);
    for (i = 0; i < kept; i++) {
        id.octets[0] = (uint8_t)i;
        assert_true(store_has_chunk(stores.store, &id));
    }
    stores_check(&stores);
    stores_close(&stores);
}

/* Put chunk after chunk, and say of each that it was committed. */
static _Noreturn void
write_until_killed(const char *path, int report)
{
    struct store *store;
    struct chunk_id id = {{0}};
    uint32_t i;

    if (open_at(&store, path) != STATUS_OK)
        _exit(2);
    for (i = 0; i < 1000000; i++) {
        memcpy(id.octets, &i, sizeof(i));
        if (store_begin(store) != STATUS_OK ||
            store_put_chunk(store, &id, STORE_OTHER, 0,
                            byte_view_of(&i, sizeof(i))) != STATUS_OK ||
            store_commit(store) != STATUS_OK ||
            write(report, &i, sizeof(i)) != (ssize_t)sizeof(i))
            _exit(3);
    }
    _exit(4);
}

/* Kill a writer after so many reports; the last number that was reported. */
static uint32_t
kill_writer(const char *path, uint32_t reports)
{
    uint32_t last = 0;
    uint32_t i;
    int pipes[2];
    int result;
    pid_t child;

    assert_int_equal(pipe(pipes), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(pipes[0]);
        write_until_killed(path, pipes[1]);
    }
    (void)close(pipes[1]);
    for (i = 0; i < reports; i++)
        assert_int_equal(read(pipes[0], &last, sizeof(last)), sizeof(last));
    assert_int_equal(kill(child, SIGKILL), 0);
    /* What it had reported until then counts too. */
    while (read(pipes[0], &last, sizeof(last)) == (ssize_t)sizeof(last))
        continue;
    (void)close(pipes[0]);
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFSIGNALED(result));
    return last;
}

static void
test_kill(void **state)
{
    uint32_t reports;

    (void)state;
    for (reports = 1; reports <= 24; reports++) {
        char directory[TEST_PATH_MAX];
        char path[TEST_PATH_MAX];
        struct chunk_id id = {{0}};
        struct store *store;
        uint32_t last;
        uint32_t i;

        stores_make_directory(directory);
        test_path(path, directory, "store.db");
        last = kill_writer(path, reports);
        assert_int_equal(open_at(&store, path), STATUS_OK);
        assert_int_equal(store_check(store), STATUS_OK);
        for (i = 0; i <= last; i++) {
            memcpy(id.octets, &i, sizeof(i));
            assert_true(store_has_chunk(store, &id));
        }
        assert_int_equal(take_step(store, 0), STATUS_OK);
        store_free(store);
        test_remove_directory(directory);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_operation_fails_once),
        cmocka_unit_test(test_every_operation_fails_for_ever),
        cmocka_unit_test(test_requests_for_memory_fail),
        cmocka_unit_test(test_full_disk),
        cmocka_unit_test(test_kill),
    };

    return cmocka_run_group_tests(tests, make_records, free_records);
}
