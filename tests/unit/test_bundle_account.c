/* Chunks held back before they go into a store, on whose account they are kept
 * later, and what becomes of those that no record names: over both stores. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/bundle.h"
#include "bundles/bundle_account.h"
#include "core/limits.h"
#include "core/mem.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/records.h"
#include "tests/unit/stores.h"
#include "tests/unit/test_support.h"

/* More than a transaction's worth of chunks, and not twice as many. */
#define LARGE_CHUNKS (COMMIT_CHUNKS_MAX + 40)
#define LARGE_SIZE   (LARGE_CHUNKS * CHUNK_SIZE)

static const struct day today = {20000};

static int
open_store(void **state)
{
    static struct stores stores;
    const enum stores_kind *wanted = *state;

    stores_open(&stores, *wanted, 0);
    *state = &stores;
    return 0;
}

static int
close_store(void **state)
{
    stores_close(*state);
    return 0;
}

static struct store *
store_of(void **state)
{
    struct stores *stores = *state;

    return stores->store;
}

static struct store_figures
figures_of(struct store *store)
{
    struct store_figures figures;

    assert_int_equal(store_count(store, &figures), STATUS_OK);
    return figures;
}

/* Write a file of so many octets into stash: chunks that differ, and from salt
 * to salt. */
static struct record_file
write_file(struct stash *stash, size_t size, uint32_t salt)
{
    static uint8_t piece[CHUNK_SIZE];
    struct record_file file = {.name = byte_view_of_text("statement.md"),
                               .language = byte_view_of_text("en"),
                               .type = byte_view_of_text("text/markdown")};
    struct bundle_writer *writer;

    assert_int_equal(
        bundle_writer_new(&writer, stash, false, byte_view_of_text("en")),
        STATUS_OK);
    for (uint32_t number = 0; size > 0; number++) {
        const size_t part = size < CHUNK_SIZE ? size : CHUNK_SIZE;

        memcpy(piece, &number, sizeof(number));
        memcpy(piece + 4, &salt, sizeof(salt));
        assert_int_equal(bundle_writer_add(writer, byte_view_of(piece, part)),
                         STATUS_OK);
        size -= part;
    }
    assert_int_equal(bundle_writer_finish(writer, &file), STATUS_OK);
    bundle_writer_free(writer);
    return file;
}

static struct record *
seal(const struct record_file *file, uint32_t sequence, uint8_t author)
{
    const struct record_id previous = {{1}};
    const struct record_line line = {byte_view_of_text("title"),
                                     byte_view_of_text("A bundle")};
    const struct record_fields fields = {
        .kind = byte_view_of_text("statement"),
        .date = {19000},
        .sequence = sequence,
        .previous_count = sequence > 1 ? 1 : 0,
        .previous = &previous,
        .line_count = 1,
        .lines = &line,
        .file_count = 1,
        .files = file,
    };

    return records_seal_fields(&fields, author);
}

/* A bundle of one file, whole and in the store. */
static struct record_id
put_bundle(struct store *store, enum store_class keeping, uint8_t author,
           uint32_t sequence, size_t size, uint32_t salt)
{
    static struct stash stash;
    struct record_file file;
    struct record *record;
    struct record_id id;
    enum store_state state;

    stash_init(&stash, store, keeping);
    assert_int_equal(store_begin(store), STATUS_OK);
    file = write_file(&stash, size, salt);
    record = seal(&file, sequence, author);
    assert_int_equal(store_put_record(store, record, keeping, today),
                     STATUS_OK);
    assert_int_equal(bundle_settle(store, record, &state), STATUS_OK);
    assert_int_equal(state, STORE_COMPLETE);
    assert_int_equal(store_commit(store), STATUS_OK);
    stash_release(&stash);
    id = *record_id(record);
    record_free(record);
    return id;
}

static struct key_author
author_of(uint8_t number)
{
    struct key_secret *secret = records_key(number);
    struct key_author author = secret->public_key.author;

    key_secret_free(secret);
    return author;
}

static void
assert_keeping(struct store *store, const struct record_id *id,
               enum store_class keeping)
{
    struct store_row row;

    assert_int_equal(store_get_row(store, id, &row), STATUS_OK);
    assert_int_equal(row.keeping, keeping);
}

/* The stash. */

static void
test_a_small_file_waits(void **state)
{
    struct store *store = store_of(state);
    static struct stash stash;
    struct record_file file;
    struct record *record;
    enum store_state found;

    stash_init(&stash, store, STORE_FOLLOWED);
    file = write_file(&stash, 3 * CHUNK_SIZE, 1);
    /* Once more: held back and not counted twice. */
    file = write_file(&stash, 3 * CHUNK_SIZE, 1);
    assert_int_equal(stash.count, 4);
    assert_int_equal(figures_of(store).octets, 0);

    assert_int_equal(store_begin(store), STATUS_OK);
    assert_int_equal(stash_empty(&stash), STATUS_OK);
    assert_int_equal(figures_of(store).octets, stash.stored);
    record = seal(&file, 1, 1);
    assert_int_equal(store_put_record(store, record, STORE_FOLLOWED, today),
                     STATUS_OK);
    assert_int_equal(bundle_settle_hashed(store, record, &found), STATUS_OK);
    assert_int_equal(found, STORE_COMPLETE);
    assert_int_equal(store_commit(store), STATUS_OK);
    record_free(record);
    stash_release(&stash);
    stores_check(*state);
}

static void
test_a_large_one_goes_in_parts(void **state)
{
    struct store *store = store_of(state);
    static struct stash stash;

    stash_init(&stash, store, STORE_FOLLOWED);
    (void)write_file(&stash, LARGE_SIZE, 1);
    assert_false(store_in_transaction(store));
    assert_int_equal(stash.count, LARGE_CHUNKS + 1 - COMMIT_CHUNKS_MAX);
    assert_true(figures_of(store).octets > 0);
    assert_true(figures_of(store).octets < stash.stored);
    stash_release(&stash);
    stores_check(*state);
}

static void
test_a_trial_puts_nothing(void **state)
{
    struct store *store = store_of(state);
    static struct stash stash;

    stash_init(&stash, store, STORE_FOLLOWED);
    stash.is_trial = true;
    (void)write_file(&stash, LARGE_SIZE, 1);
    assert_int_equal(figures_of(store).octets, 0);
    assert_int_equal(store_begin(store), STATUS_OK);
    (void)write_file(&stash, CHUNK_SIZE, 2);
    assert_int_equal(stash_empty(&stash), STATUS_OK);
    assert_int_equal(store_commit(store), STATUS_OK);
    assert_int_equal(figures_of(store).octets, 0);
    assert_true(stash.stored > LARGE_CHUNKS);
    stash_release(&stash);
}

static void
test_settling_needs_all_chunks(void **state)
{
    struct store *store = store_of(state);
    static struct stash stash;
    struct record_file file;
    struct record *record;
    enum store_state found;

    stash_init(&stash, store, STORE_FOLLOWED);
    file = write_file(&stash, 3 * CHUNK_SIZE, 1);
    stash.count--; /* the list is lost */
    record = seal(&file, 1, 1);
    assert_int_equal(store_begin(store), STATUS_OK);
    assert_int_equal(stash_empty(&stash), STATUS_OK);
    assert_int_equal(store_put_record(store, record, STORE_FOLLOWED, today),
                     STATUS_OK);
    assert_int_equal(bundle_settle_hashed(store, record, &found), STATUS_OK);
    assert_int_equal(found, STORE_INCOMPLETE);
    store_rollback(store);
    record_free(record);
    stash_release(&stash);
}

/* Collecting. */

static void
test_what_nobody_names_is_removed(void **state)
{
    struct store *store = store_of(state);
    static struct stash stash;
    struct store_figures before;
    struct record_id kept[2];
    struct record *record;
    struct byte_buf out;
    size_t removed;

    kept[0] = put_bundle(store, STORE_FOLLOWED, 1, 1, 3 * CHUNK_SIZE, 1);
    kept[1] = put_bundle(store, STORE_OTHER, 2, 1, 100, 2);
    /* Of a record that has not even its list. */
    record = stores_statement(1, 19000, 3, "Later", 100000);
    assert_int_equal(stores_put(store, record, STORE_OTHER), STATUS_OK);
    record_free(record);
    before = figures_of(store);

    stash_init(&stash, store, STORE_FOLLOWED);
    (void)write_file(&stash, LARGE_SIZE, 3);
    stash.keeping = STORE_OTHER;
    assert_int_equal(store_begin(store), STATUS_OK);
    assert_int_equal(stash_empty(&stash), STATUS_OK);
    assert_int_equal(store_commit(store), STATUS_OK);
    stash_release(&stash);
    assert_true(figures_of(store).octets_other > before.octets_other);

    assert_int_equal(bundle_account_collect(store, &removed), STATUS_OK);
    assert_int_equal(removed, LARGE_CHUNKS + 1);
    stores_reopen(*state);
    store = store_of(state);
    assert_int_equal(figures_of(store).octets, before.octets);
    assert_int_equal(figures_of(store).octets_other, before.octets_other);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(store_get_record(store, &kept[i], &record), STATUS_OK);
        byte_buf_init(&out, LARGE_SIZE);
        assert_int_equal(bundle_load_file(store, record, 0, &out), STATUS_OK);
        byte_buf_release(&out);
        record_free(record);
    }
    assert_int_equal(bundle_account_collect(store, &removed), STATUS_OK);
    assert_int_equal(removed, 0);
    stores_check(*state);
}

/* Moving. */

static void
test_following_moves(void **state)
{
    struct store *store = store_of(state);
    const struct key_author author = author_of(1);
    const struct record_id own =
        put_bundle(store, STORE_OTHER, 1, 1, LARGE_SIZE, 1);
    const struct record_id second =
        put_bundle(store, STORE_OTHER, 1, 2, 100, 2);
    const struct record_id foreign =
        put_bundle(store, STORE_OTHER, 2, 1, 200, 3);
    const uint64_t octets = figures_of(store).octets;
    struct record *record;
    uint64_t others;
    size_t moved;

    assert_int_equal(store_get_record(store, &foreign, &record), STATUS_OK);
    assert_int_equal(
        bundle_account_move(store, &author, STORE_FOLLOWED, &moved), STATUS_OK);
    assert_int_equal(moved, 2);
    stores_reopen(*state);
    store = store_of(state);
    assert_keeping(store, &own, STORE_FOLLOWED);
    assert_keeping(store, &second, STORE_FOLLOWED);
    assert_keeping(store, &foreign, STORE_OTHER);
    assert_int_equal(figures_of(store).octets, octets);
    others = figures_of(store).octets_other;
    assert_true(others > record_wire(record).size);
    assert_true(others < record_wire(record).size + 200);
    record_free(record);
    stores_check(*state);

    /* Again: nothing is left to do; and back. */
    assert_int_equal(
        bundle_account_move(store, &author, STORE_FOLLOWED, &moved), STATUS_OK);
    assert_int_equal(moved, 0);
    assert_int_equal(bundle_account_move(store, &author, STORE_OTHER, &moved),
                     STATUS_OK);
    assert_int_equal(moved, 2);
    assert_int_equal(figures_of(store).octets_other, octets);
    stores_check(*state);
}

/* A chunk that another followed record names stays on that account. */
static void
test_shared_chunks_stay(void **state)
{
    struct store *store = store_of(state);
    const struct key_author author = author_of(1);
    struct record *record;
    struct record_id id;
    size_t moved;

    id = put_bundle(store, STORE_FOLLOWED, 1, 1, 5000, 1);
    (void)put_bundle(store, STORE_FOLLOWED, 2, 1, 5000, 1);
    assert_int_equal(bundle_account_move(store, &author, STORE_OTHER, &moved),
                     STATUS_OK);
    assert_int_equal(moved, 1);
    assert_int_equal(store_get_record(store, &id, &record), STATUS_OK);
    assert_int_equal(figures_of(store).octets_other, record_wire(record).size);
    record_free(record);
    stores_check(*state);
}

static void
test_many_records(void **state)
{
    struct store *store = store_of(state);
    const struct key_author author = author_of(1);
    const uint32_t count = (uint32_t)(2 * COMMIT_RECORDS_MAX + 3);
    size_t moved;

    for (uint32_t i = 1; i <= count; i++) {
        struct record *record = stores_statement(1, 19000, i, "Title", 0);

        assert_int_equal(stores_put(store, record, STORE_OTHER), STATUS_OK);
        record_free(record);
    }
    assert_int_equal(
        bundle_account_move(store, &author, STORE_FOLLOWED, &moved), STATUS_OK);
    assert_int_equal(moved, count);
    assert_int_equal(figures_of(store).octets_other, 0);
    stores_check(*state);
}

struct trial {
    struct stores *stores;
    const struct record *record;
};

/* Everything above in a small store, with an allocation that fails. */
static enum status
move_and_collect(void *context)
{
    const struct trial *trial = context;
    const struct chunk_id chunk = {{1}};
    struct store *store = NULL;
    size_t count;
    enum status status = stores_open_another(trial->stores, &store);

    if (status == STATUS_OK)
        status = store_begin(store);
    if (status == STATUS_OK)
        status = store_put_record(store, trial->record, STORE_OTHER, today);
    if (status == STATUS_OK)
        status = store_put_chunk(store, &chunk, STORE_OTHER, 0,
                                 byte_view_of_text("chunk"));
    if (status == STATUS_OK)
        status = store_commit(store);
    if (status == STATUS_OK)
        status = bundle_account_move(store,
                                     &record_fields(trial->record)->key.author,
                                     STORE_FOLLOWED, &count);
    if (status == STATUS_OK)
        status = bundle_account_collect(store, &count);
    if (status == STATUS_OK)
        assert_false(store_has_chunk(store, &chunk));
    store_free(store);
    return status;
}

static void
test_each_allocation(void **state)
{
    struct record *record = stores_statement(1, 19000, 1, "Title", 0);
    struct trial trial = {*state, record};

    test_alloc_each(move_and_collect, &trial);
    record_free(record);
}

#define OVER(test, store)                                                    \
    {                                                                        \
#        test " over " #        store, test, open_store, close_store, &store \
    }
#define OVER_BOTH(test) OVER(test, store_mem), OVER(test, store_sqlite)

int
main(void)
{
    static enum stores_kind store_mem = STORES_MEM;
    static enum stores_kind store_sqlite = STORES_SQLITE;
    const struct CMUnitTest tests[] = {
        OVER_BOTH(test_a_small_file_waits),
        OVER_BOTH(test_a_large_one_goes_in_parts),
        OVER_BOTH(test_a_trial_puts_nothing),
        OVER_BOTH(test_settling_needs_all_chunks),
        OVER_BOTH(test_what_nobody_names_is_removed),
        OVER_BOTH(test_following_moves),
        OVER_BOTH(test_shared_chunks_stay),
        OVER_BOTH(test_many_records),
        OVER(test_each_allocation, store_mem),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
