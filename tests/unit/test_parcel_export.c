/* Many bundles to a folder: none has its name before all of it is on the disk,
 * and syncing is done for many at once. */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "bundles/parcel_export.h"
#include "core/limits.h"
#include "tests/unit/records.h"
#include "tests/unit/stores.h"
#include "tests/unit/test_support.h"

static char folder[TEST_PATH_MAX];
static int syncs;            /* calls of syncfs */
static int sync_error;       /* that it fails with; 0 for none */
static size_t named_at_sync; /* folders with their name at its last call */
static size_t hidden_at_sync;

static void
count_folders(size_t *named, size_t *hidden)
{
    DIR *directory = opendir(folder);
    const struct dirent *entry;

    assert_non_null(directory);
    *named = 0;
    *hidden = 0;
    while ((entry = readdir(directory)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (entry->d_name[0] == '.')
            (*hidden)++;
        else
            (*named)++;
    }
    (void)closedir(directory);
}

/* Instead of the C library's. */
int syncfs(int descriptor);

int
syncfs(int descriptor)
{
    (void)descriptor;
    syncs++;
    count_folders(&named_at_sync, &hidden_at_sync);
    errno = sync_error;
    return sync_error == 0 ? 0 : -1;
}

static int
set_up(void **state)
{
    (void)state;
    stores_make_directory(folder);
    syncs = 0;
    sync_error = 0;
    return 0;
}

/* A parcel_visit. */
static enum status
remove_parcel(void *context, const char *path)
{
    (void)context;
    file_remove_folder(path);
    return STATUS_OK;
}

static int
tear_down(void **state)
{
    (void)state;
    assert_int_equal(parcel_walk(folder, remove_parcel, NULL), STATUS_OK);
    test_remove_directory(folder);
    return 0;
}

static enum status
add(struct parcel_export *export, uint32_t number)
{
    struct record *record = stores_statement(1, 19000, number, "Title", 0);
    struct parcel_source source = {
        .header = record_header(record),
        .fields = record_fields(record),
        .record = record,
    };
    struct parcel_fault fault;
    enum status status = parcel_export_add(export, &source, &fault);

    record_free(record);
    return status;
}

/* A parcel_visit: it is whole. */
static enum status
verify(void *context, const char *path)
{
    size_t *count = context;
    struct parcel_fault fault;
    struct parcel *parcel;

    assert_int_equal(parcel_open(&parcel, path, &fault), STATUS_OK);
    parcel_free(parcel);
    (*count)++;
    return STATUS_OK;
}

static void
expect_whole(size_t wanted)
{
    size_t named, hidden;
    size_t count = 0;

    count_folders(&named, &hidden);
    assert_int_equal(named, wanted);
    assert_int_equal(hidden, 0);
    assert_int_equal(parcel_walk(folder, verify, &count), STATUS_OK);
    assert_int_equal(count, wanted);
}

static void
test_many_are_synced_at_once(void **state)
{
    struct parcel_export *export;
    struct parcel_fault fault;
    size_t named, hidden;

    (void)state;
    assert_int_equal(parcel_export_new(&export, folder), STATUS_OK);
    for (uint32_t i = 1; i <= EXPORT_FOLDERS_MAX - 1; i++)
        assert_int_equal(add(export, i), STATUS_OK);
    count_folders(&named, &hidden);
    assert_int_equal(named, 0);
    assert_int_equal(hidden, EXPORT_FOLDERS_MAX - 1);
    assert_int_equal(parcel_export_count(export), 0);

    /* One more, and they are enough. */
    assert_int_equal(add(export, EXPORT_FOLDERS_MAX), STATUS_OK);
    assert_int_equal(parcel_export_count(export), EXPORT_FOLDERS_MAX);
#ifdef HAVE_SYNCFS
    assert_int_equal(syncs, 1);
    assert_int_equal(named_at_sync, 0);
    assert_int_equal(hidden_at_sync, EXPORT_FOLDERS_MAX);
#endif

    assert_int_equal(add(export, EXPORT_FOLDERS_MAX + 1), STATUS_OK);
    assert_int_equal(parcel_export_finish(export, &fault), STATUS_OK);
    assert_int_equal(parcel_export_count(export), EXPORT_FOLDERS_MAX + 1);
    parcel_export_free(export);
    expect_whole(EXPORT_FOLDERS_MAX + 1);
}

static void
test_a_system_without(void **state)
{
    struct parcel_export *export;
    struct parcel_fault fault;

    (void)state;
    sync_error = ENOSYS;
    assert_int_equal(parcel_export_new(&export, folder), STATUS_OK);
    for (uint32_t i = 1; i <= 3; i++)
        assert_int_equal(add(export, i), STATUS_OK);
    assert_int_equal(parcel_export_finish(export, &fault), STATUS_OK);
    parcel_export_free(export);
    expect_whole(3);
}

static void
test_what_could_not_be_synced(void **state)
{
#ifdef HAVE_SYNCFS
    struct parcel_export *export;
    struct parcel_fault fault;

    (void)state;
    sync_error = EIO;
    assert_int_equal(parcel_export_new(&export, folder), STATUS_OK);
    for (uint32_t i = 1; i <= 3; i++)
        assert_int_equal(add(export, i), STATUS_OK);
    assert_int_equal(parcel_export_finish(export, &fault), STATUS_IO);
    assert_string_equal(fault.path, folder);
    assert_int_equal(parcel_export_count(export), 0);
    parcel_export_free(export);
    expect_whole(0);
#else
    (void)state;
    skip();
#endif
}

static void
test_what_was_not_finished(void **state)
{
    struct parcel_export *export;

    (void)state;
    assert_int_equal(parcel_export_new(&export, folder), STATUS_OK);
    assert_int_equal(add(export, 1), STATUS_OK);
    assert_int_equal(add(export, 2), STATUS_OK);
    parcel_export_free(export);
    parcel_export_free(NULL);
    expect_whole(0);
}

/* One that waits for its name counts as there. */
static void
test_twice(void **state)
{
    struct parcel_export *export;
    struct parcel_fault fault;

    (void)state;
    assert_int_equal(parcel_export_new(&export, folder), STATUS_OK);
    assert_int_equal(add(export, 1), STATUS_OK);
    assert_int_equal(add(export, 1), STATUS_EXISTS);
    assert_int_equal(add(export, 2), STATUS_OK);
    assert_int_equal(parcel_export_finish(export, &fault), STATUS_OK);
    assert_int_equal(parcel_export_count(export), 2);
    parcel_export_free(export);
    expect_whole(2);
}

#define WITH_FOLDER(test) \
    cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(test_many_are_synced_at_once),
        WITH_FOLDER(test_a_system_without),
        WITH_FOLDER(test_what_could_not_be_synced),
        WITH_FOLDER(test_what_was_not_finished),
        WITH_FOLDER(test_twice),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
