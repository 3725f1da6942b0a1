/* A store whose file was damaged: whatever it still gives is what was put, and
 * nothing that is done with it brings the process down. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/bundle.h"
#include "bundles/store_sqlite.h"
#include "core/entropy.h"
#include "core/file.h"
#include "core/limits.h"
#include "tests/unit/stores.h"

#define RECORDS 24
#define CHUNKS  12

/* What was put. */
static struct record *records[RECORDS];
static uint8_t chunks[CHUNKS][3000];
static const struct key_author own = {{7}};
static const struct store_sequence sequence = {.number = 77,
                                               .previous_count = 1};
static struct byte_buf file;

static struct chunk_id
chunk_id_at(size_t i)
{
    return chunk_id_of(byte_view_of(chunks[i], sizeof(chunks[i])));
}

static void
put_everything(struct store *store)
{
    const struct day today = {20000};
    size_t i;

    assert_int_equal(store_begin(store), STATUS_OK);
    for (i = 0; i < RECORDS; i++)
        assert_int_equal(
            store_put_record(store, records[i],
                             i % 2 == 0 ? STORE_FOLLOWED : STORE_OTHER, today),
            STATUS_OK);
    for (i = 0; i < CHUNKS; i++) {
        const struct chunk_id id = chunk_id_at(i);

        assert_int_equal(
            store_put_chunk(store, &id, STORE_OTHER, 0,
                            byte_view_of(chunks[i], sizeof(chunks[i]))),
            STATUS_OK);
    }
    assert_int_equal(store_set_sequence(store, &own, &sequence), STATUS_OK);
    assert_int_equal(store_add_delivered(store, record_id(records[0]), 3),
                     STATUS_OK);
    assert_int_equal(store_commit(store), STATUS_OK);
}

static int
start(void **state)
{
    const int failed = test_start(state);
    struct entropy entropy;
    struct stores stores;
    size_t i;

    entropy_init_seed(&entropy, 3);
    for (i = 0; i < RECORDS; i++)
        records[i] = stores_statement((uint8_t)(1 + i % 5), (int32_t)(i / 4),
                                      (uint32_t)i + 1, "Damage", 100);
    entropy_fill(&entropy, chunks, sizeof(chunks));
    stores_open(&stores, STORES_SQLITE, 0);
    put_everything(stores.store);
    stores_reopen(&stores); /* moves the log into the file */
    byte_buf_init(&file, 4 * 1024 * 1024);
    assert_int_equal(file_read(&file, stores.path), STATUS_OK);
    stores_close(&stores);
    return failed;
}

static int
stop(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < RECORDS; i++)
        record_free(records[i]);
    byte_buf_release(&file);
    return 0;
}

/* A row that says what was put, in all but its state. */
static void
assert_true_row(const struct store_row *row)
{
    size_t i;

    for (i = 0; i < RECORDS; i++)
        if (record_id_equal(&row->id, record_id(records[i])))
            break;
    assert_in_range(i, 0, RECORDS - 1);
    assert_true(
        key_author_equal(&row->author, &record_fields(records[i])->key.author));
    assert_int_equal(row->sequence, i + 1);
    assert_int_equal(row->date.number, i / 4);
    assert_int_equal(row->arrived.number, 20000);
    assert_int_equal(row->kind, RECORD_STATEMENT);
    assert_int_equal(row->set, RECORD_SET_STATEMENTS);
    assert_int_equal(row->keeping, i % 2 == 0 ? STORE_FOLLOWED : STORE_OTHER);
    assert_int_equal(row->state, STORE_INCOMPLETE);
}

static enum status
check_row(void *context, const struct store_row *row)
{
    (void)context;
    assert_true_row(row);
    return STATUS_OK;
}

/* Ask for everything; how many answers were right.  No answer is wrong. */
static size_t
read_everything(struct store *store)
{
    static const struct store_query queries[] = {
        {.limit = 0}, {.newest_first = true}, {.incomplete = true}};
    struct store_sequence number;
    struct store_figures figures;
    uint32_t delivered;
    size_t right = 0;
    size_t i;

    for (i = 0; i < RECORDS; i++) {
        struct record *record;
        struct store_row row;

        if (store_get_record(store, record_id(records[i]), &record) ==
            STATUS_OK) {
            assert_true(
                byte_view_equal(record_wire(record), record_wire(records[i])));
            record_free(record);
            right++;
        }
        if (store_get_row(store, record_id(records[i]), &row) == STATUS_OK) {
            assert_true_row(&row);
            right++;
        }
    }
    for (i = 0; i < CHUNKS; i++) {
        const struct chunk_id id = chunk_id_at(i);
        struct byte_buf out;
        uint8_t encoding;

        byte_buf_init(&out, CHUNK_STORED_MAX);
        if (store_get_chunk(store, &id, &encoding, &out) == STATUS_OK) {
            assert_int_equal(encoding, 0);
            assert_int_equal(out.size, sizeof(chunks[i]));
            assert_memory_equal(out.data, chunks[i], out.size);
            right++;
        }
        byte_buf_release(&out);
    }
    for (i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
        if (store_walk(store, &queries[i], check_row, NULL) == STATUS_OK)
            right++;
    /* A lost row of the own keys must not look like a key without history;
     * but a row that is not there cannot be told from one that never was. */
    if (store_get_sequence(store, &own, &number) == STATUS_OK &&
        number.number != 0) {
        assert_memory_equal(&number, &sequence, sizeof(number));
        right++;
    }
    if (store_get_delivered(store, record_id(records[0]), &delivered) ==
            STATUS_OK &&
        delivered != 0) {
        assert_int_equal(delivered, 3);
        right++;
    }
    if (store_count(store, &figures) == STATUS_OK) {
        assert_int_equal(figures.records, RECORDS);
        right++;
    }
    return right;
}

#define ALL_RIGHT ((size_t)2 * RECORDS + CHUNKS + 3 + 3)

/* Go on writing into it; what comes of that is the file's affair. */
static void
write_something(struct store *store)
{
    const struct chunk_id id = {{1}};
    enum status status = store_begin(store);

    if (status != STATUS_OK)
        return;
    status = store_put_chunk(store, &id, STORE_OTHER, 0,
                             byte_view_of_text("something"));
    if (status == STATUS_OK)
        status = store_set_state(store, record_id(records[3]), STORE_COMPLETE);
    if (status == STATUS_OK)
        (void)!store_commit(store);
    store_rollback(store);
}

/* What came of one damaged copy. */
struct tally {
    size_t refused; /* did not open */
    size_t found;   /* opened, and its check found the damage */
    size_t unseen;  /* the damage hit nothing that is read */
    size_t right;
};

/* Open the octets as a store, read-only or not, and do everything. */
static void
try_copy(struct tally *tally, struct byte_view octets, bool read_only)
{
    struct entropy entropy;
    const struct store_sqlite_options options = {
        .read_only = read_only, .entropy = &entropy, .busy_milliseconds = 1};
    char directory[TEST_PATH_MAX];
    char path[TEST_PATH_MAX];
    struct store *store;
    size_t right;

    entropy_init_seed(&entropy, 1);
    stores_make_directory(directory);
    test_path(path, directory, "store.db");
    assert_int_equal(file_write(path, octets, 0600), STATUS_OK);
    if (store_sqlite_open(&store, path, &options) != STATUS_OK) {
        tally->refused++;
    } else {
        right = read_everything(store);
        if (store_check(store) != STATUS_OK)
            tally->found++;
        else
            tally->unseen++;
        /* What the check lets pass gave every answer. */
        if (store_check(store) == STATUS_OK)
            assert_int_equal(right, ALL_RIGHT);
        tally->right += right;
        write_something(store);
    }
    store_free(store);
    test_remove_directory(directory);
}

static void
test_undamaged(void **state)
{
    struct tally tally = {0};

    (void)state;
    try_copy(&tally, byte_view_of_buf(&file), false);
    try_copy(&tally, byte_view_of_buf(&file), true);
    assert_int_equal(tally.unseen, 2);
    assert_int_equal(tally.right, 2 * ALL_RIGHT);
}

/* 1 to 64 octets of each copy are others.  200 copies, or 10,000 with
 * P2PUB_SLOW_TESTS set. */
static void
test_random_octets(void **state)
{
    const size_t copies = getenv("P2PUB_SLOW_TESTS") != NULL ? 10000 : 200;
    struct tally tally = {0};
    struct entropy entropy;
    struct byte_buf copy;
    size_t i;

    (void)state;
    entropy_init_seed(&entropy, 4);
    byte_buf_init(&copy, file.size);
    for (i = 0; i < copies; i++) {
        uint32_t left = 1U << entropy_below(&entropy, 7);

        assert_int_equal(byte_buf_set(&copy, byte_view_of_buf(&file)),
                         STATUS_OK);
        for (; left > 0; left--)
            copy.data[entropy_below(&entropy, (uint32_t)copy.size)] ^=
                (uint8_t)(1 + entropy_below(&entropy, 255));
        try_copy(&tally, byte_view_of_buf(&copy), i % 2 == 0);
    }
    byte_buf_release(&copy);
    printf("# %zu refused, %zu found, %zu unseen\n", tally.refused, tally.found,
           tally.unseen);
    assert_int_equal(tally.refused + tally.found + tally.unseen, copies);
    /* Most damage is found and leaves most answers right. */
    assert_in_range(tally.found, copies / 2, copies);
    assert_in_range(tally.right, copies * ALL_RIGHT / 3, copies * ALL_RIGHT);
}

/* Whole pages lost, exchanged, or the end cut off. */
static void
test_pages(void **state)
{
    const size_t page = 4096;
    const uint32_t pages = (uint32_t)(file.size / page);
    struct tally tally = {0};
    struct entropy entropy;
    struct byte_buf copy;
    int i;

    (void)state;
    entropy_init_seed(&entropy, 5);
    byte_buf_init(&copy, file.size);
    for (i = 0; i < 60; i++) {
        uint8_t *one;
        uint8_t *other;

        assert_int_equal(byte_buf_set(&copy, byte_view_of_buf(&file)),
                         STATUS_OK);
        one = copy.data + page * (1 + entropy_below(&entropy, pages - 1));
        other = copy.data + page * (1 + entropy_below(&entropy, pages - 1));
        switch (i % 3) {
        case 0:
            memset(one, 0, page);
            break;
        case 1:
            memcpy(one, other, page);
            break;
        case 2:
            copy.size = entropy_below(&entropy, (uint32_t)file.size);
            break;
        }
        try_copy(&tally, byte_view_of_buf(&copy), false);
    }
    byte_buf_release(&copy);
    assert_in_range(tally.unseen, 0, 25);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_undamaged),
        cmocka_unit_test(test_random_octets),
        cmocka_unit_test(test_pages),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
