/* Many bundles into a store: together in a transaction, and one that fails
 * fails alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bundles/parcel_intake.h"
#include "core/limits.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/stores.h"
#include "tests/unit/test_support.h"

#define COUNT (COMMIT_RECORDS_MAX + 6)

static const struct day today = {20000};
static char folder[TEST_PATH_MAX];
static struct stores stores;

/* What was told. */
static size_t told[2]; /* STATUS_OK, and others */
static enum status told_last;
static bool was_in_transaction;

/* A parcel_taken. */
static enum status
taken(void *context, const struct parcel *parcel, enum store_class keeping,
      enum status status, const struct parcel_import *result)
{
    struct store *store = context;

    was_in_transaction = was_in_transaction || store_in_transaction(store);
    assert_int_equal(keeping, STORE_OTHER);
    if (status == STATUS_OK) {
        assert_true(result->is_new);
        assert_true(store_has_record(store, record_id(parcel_record(parcel))));
        told[0]++;
        return STATUS_OK;
    }
    told[1]++;
    told_last = status;
    return status == STATUS_NO_MEMORY ? status : STATUS_OK;
}

/* The file of an exported record; it need not be true. */
static enum status
read_file(void *context, size_t index, file_sink *sink, void *sink_context)
{
    (void)context;
    (void)index;
    (void)sink;
    (void)sink_context;
    return STATUS_NOT_FOUND;
}

static void
path_of(char out[TEST_PATH_MAX], uint32_t number)
{
    char name[16];

    snprintf(name, sizeof(name), "%u", (unsigned)number);
    test_path(out, folder, name);
}

static void
write_parcel(uint32_t number)
{
    struct record *record = stores_statement(1, 19000, number, "Title", 0);
    struct parcel_source source = {
        .header = record_header(record),
        .fields = record_fields(record),
        .record = record,
        .read = read_file,
        .sync_later = true,
    };
    struct parcel_fault fault;
    char path[TEST_PATH_MAX];

    path_of(path, number);
    assert_int_equal(parcel_write(path, &source, &fault), STATUS_OK);
    record_free(record);
}

static int
set_up(void **state)
{
    (void)state;
    stores_make_directory(folder);
    for (uint32_t i = 1; i <= COUNT; i++)
        write_parcel(i);
    memset(told, 0, sizeof(told));
    was_in_transaction = false;
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    for (uint32_t i = 1; i <= COUNT; i++) {
        char path[TEST_PATH_MAX];

        path_of(path, i);
        file_remove_folder(path);
    }
    test_remove_directory(folder);
    return 0;
}

static enum status
add(struct parcel_intake *intake, uint32_t number)
{
    struct parcel_fault fault;
    struct parcel *parcel;
    char path[TEST_PATH_MAX];
    enum status status;

    path_of(path, number);
    status = parcel_open(&parcel, path, &fault);
    return status == STATUS_OK ? parcel_intake_add(intake, parcel, STORE_OTHER)
                               : status;
}

static void
test_many(void **state)
{
    struct parcel_intake *intake;
    struct store_figures figures;

    (void)state;
    stores_open(&stores, STORES_SQLITE, 0);
    assert_int_equal(
        parcel_intake_new(&intake, stores.store, today, taken, stores.store),
        STATUS_OK);
    for (uint32_t i = 1; i <= COMMIT_RECORDS_MAX - 1; i++)
        assert_int_equal(add(intake, i), STATUS_OK);
    assert_int_equal(told[0], 0);
    assert_false(store_in_transaction(stores.store));
    for (uint32_t i = (uint32_t)COMMIT_RECORDS_MAX; i <= COUNT; i++)
        assert_int_equal(add(intake, i), STATUS_OK);
    assert_int_equal(told[0], COMMIT_RECORDS_MAX);
    assert_int_equal(parcel_intake_finish(intake), STATUS_OK);
    assert_int_equal(told[0], COUNT);
    assert_int_equal(told[1], 0);
    assert_false(was_in_transaction);
    parcel_intake_free(intake);
    assert_int_equal(store_count(stores.store, &figures), STATUS_OK);
    assert_int_equal(figures.records, COUNT);
    stores_check(&stores);
    stores_close(&stores);
}

/* There is room for some: these are taken, whatever comes with them. */
static void
test_no_room_for_all(void **state)
{
    struct parcel_intake *intake;
    struct store_figures figures;

    (void)state;
    stores_open(&stores, STORES_SQLITE, 8000);
    assert_int_equal(
        parcel_intake_new(&intake, stores.store, today, taken, stores.store),
        STATUS_OK);
    for (uint32_t i = 1; i <= COUNT; i++)
        assert_int_equal(add(intake, i), STATUS_OK);
    assert_int_equal(parcel_intake_finish(intake), STATUS_OK);
    parcel_intake_free(intake);
    assert_int_equal(told_last, STATUS_FULL);
    assert_true(told[0] > 5);
    assert_int_equal(told[0] + told[1], COUNT);
    assert_int_equal(store_count(stores.store, &figures), STATUS_OK);
    assert_int_equal(figures.records, told[0]);
    stores_check(&stores);
    stores_close(&stores);
}

/* Without the end there is nothing. */
static void
test_unfinished_is_forgotten(void **state)
{
    struct parcel_intake *intake;

    (void)state;
    stores_open(&stores, STORES_MEM, 0);
    assert_int_equal(
        parcel_intake_new(&intake, stores.store, today, taken, stores.store),
        STATUS_OK);
    assert_int_equal(add(intake, 1), STATUS_OK);
    assert_int_equal(add(intake, 2), STATUS_OK);
    parcel_intake_free(intake);
    parcel_intake_free(NULL);
    assert_int_equal(told[0] + told[1], 0);
    stores_close(&stores);
}

static enum status
take_three(void *context)
{
    struct parcel_intake *intake = NULL;
    struct store *store = NULL;
    enum status status = stores_open_another(context, &store);

    if (status == STATUS_OK)
        status = parcel_intake_new(&intake, store, today, taken, store);
    for (uint32_t i = 1; status == STATUS_OK && i <= 3; i++)
        status = add(intake, i);
    if (status == STATUS_OK)
        status = parcel_intake_finish(intake);
    parcel_intake_free(intake);
    store_free(store);
    return status;
}

static void
test_each_allocation(void **state)
{
    (void)state;
    stores_open(&stores, STORES_MEM, 0);
    test_alloc_each(take_three, &stores);
    stores_close(&stores);
}

#define WITH_FOLDER(test) \
    cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(test_many),
        WITH_FOLDER(test_no_room_for_all),
        WITH_FOLDER(test_unfinished_is_forgotten),
        WITH_FOLDER(test_each_allocation),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
