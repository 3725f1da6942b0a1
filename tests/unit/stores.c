#include "tests/unit/stores.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bundles/store_mem.h"
#include "bundles/store_sqlite.h"
#include "core/entropy.h"
#include "core/limits.h"
#include "tests/unit/records.h"

static void
open_sqlite(struct stores *stores)
{
    struct entropy entropy;
    const struct store_sqlite_options options = {
        .budget = stores->budget,
        .create = true,
        .entropy = &entropy,
    };

    entropy_init_seed(&entropy, 1);
    assert_int_equal(store_sqlite_open(&stores->store, stores->path, &options),
                     STATUS_OK);
}

void
stores_make_directory(char path[TEST_PATH_MAX])
{
    const char *chosen = getenv("TMPDIR");

    if ((chosen == NULL || chosen[0] == '\0') && access("/dev/shm", W_OK) == 0)
        assert_int_equal(setenv("TMPDIR", "/dev/shm", 1), 0);
    test_make_directory(path);
}

void
stores_open(struct stores *stores, enum stores_kind kind, uint64_t budget)
{
    struct entropy entropy;

    memset(stores, 0, sizeof(*stores));
    stores->kind = kind;
    stores->budget = budget;
    stores_make_directory(stores->directory);
    test_path(stores->path, stores->directory, "store.db");
    entropy_init_seed(&entropy, 1);
    if (kind == STORES_SQLITE)
        open_sqlite(stores);
    else
        assert_int_equal(store_mem_new(&stores->store, budget, &entropy),
                         STATUS_OK);
}

void
stores_close(struct stores *stores)
{
    store_free(stores->store);
    stores->store = NULL;
    test_remove_directory(stores->directory);
}

void
stores_reopen(struct stores *stores)
{
    if (stores->kind == STORES_MEM)
        return;
    store_free(stores->store);
    open_sqlite(stores);
}

enum status
stores_open_another(const struct stores *stores, struct store **out)
{
    struct entropy entropy;
    const struct store_sqlite_options options = {.create = true,
                                                 .entropy = &entropy};
    char path[TEST_PATH_MAX];

    entropy_init_seed(&entropy, 1);
    if (stores->kind == STORES_MEM)
        return store_mem_new(out, 0, &entropy);
    test_path(path, stores->directory, "another.db");
    (void)unlink(path);
    return store_sqlite_open(out, path, &options);
}

void
stores_check(struct stores *stores)
{
    assert_int_equal(store_check(stores->store), STATUS_OK);
}

struct record *
stores_statement(uint8_t author, int32_t day, uint32_t sequence,
                 const char *title, uint32_t octets)
{
    const struct record_id previous = {{1}};
    const struct record_line line = {byte_view_of_text("title"),
                                     byte_view_of_text(title)};
    struct record_file file = {
        .name = byte_view_of_text("statement.md"),
        .language = byte_view_of_text("en"),
        .type = byte_view_of_text("text/markdown"),
        .size = octets,
        .has_list = octets > CHUNK_SIZE,
    };
    const struct record_fields fields = {
        .kind = byte_view_of_text("statement"),
        .date = {day},
        .sequence = sequence,
        .previous_count = sequence > 1 ? 1 : 0,
        .previous = &previous,
        .line_count = 1,
        .lines = &line,
        .file_count = octets > 0 ? 1 : 0,
        .files = &file,
    };

    return records_seal_fields(&fields, author);
}

enum status
stores_put(struct store *store, const struct record *record,
           enum store_class keeping)
{
    const struct day arrived = {20000};
    enum status status;

    assert_int_equal(store_begin(store), STATUS_OK);
    status = store_put_record(store, record, keeping, arrived);
    if (status == STATUS_OK)
        status = store_commit(store);
    store_rollback(store);
    return status;
}
