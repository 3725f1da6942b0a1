/* What a record says about others, and finding it by that in both stores. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "bundles/mentions.h"
#include "core/entropy.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/records.h"
#include "tests/unit/signings.h"
#include "tests/unit/stores.h"

#define ID_A "aa00000000000000000000000000000000000000000000000000000000000001"
#define ID_B "bb00000000000000000000000000000000000000000000000000000000000001"
#define HEADER(kind) \
    "p2pub1 " kind "\nkey " RECORDS_KEY_1 "\ndate 2026-01-02\nsequence 1\n"

static const struct record_id subject = {{0xaa, [31] = 1}};
static const struct record_id other = {{0xbb, [31] = 1}};

static const struct {
    const char *header;
    const char *first; /* octets of the ids in hexadecimal, two digits each */
} texts[] = {
    {HEADER("cosign") "signs " ID_A "\n", "aa"},
    {HEADER("cosign") "withdraws " ID_A "\n", ""},
    {HEADER("withdraw") "withdraws " ID_A "\nreason x\n", "aa"},
    {HEADER("statement") "title x\nreplaces " ID_A "\ntranslates " ID_B "\n",
     "aabb"},
    {HEADER("statement") "title x\nreplaces " ID_A "\ntranslates " ID_A "\n",
     "aa"},
    {HEADER("statement") "title x\nsigns " ID_A "\n", ""},
    /* Heads are one more, however many. */
    {HEADER("statement") "title x\nreplaces " ID_A "\ntranslates " ID_B
                         "\nhead x\nhead y\n",
     "aabb00"},
    {HEADER("cosign") "head x\n", ""},
    /* For a p2pub of later: carried, and found. */
    {HEADER("cosign") "note x\nsigns " ID_A "\n", "aa"},
    {HEADER("cosign") "signs " ID_A "\nsigns " ID_B "\nsigns " ID_A "\n", "aa"},
    {HEADER("cosign") "signs " ID_A " x\n", ""},
    {HEADER("vouch") "signs " ID_A "\n", "00"},
    {HEADER("vouch") "for " RECORDS_KEY_2 "\nname x\n", "6b00"},
    {HEADER("vouch") "for x\nname x\n", "00"},
    {HEADER("identity") "version 2\nfollows " ID_A "\nfollows " ID_B "\n",
     "aabb"},
    {HEADER("kind-of-later") "signs " ID_A "\n", ""},
};

static void
test_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct record *record = records_seal(texts[i].header, 1);
        struct record_id ids[MENTIONS_MAX];
        size_t count = mentions_of(record, ids);
        char found[8] = "";

        for (size_t j = 0; j < count; j++)
            snprintf(found + 2 * j, 3, "%02x", ids[j].octets[0]);
        assert_string_equal(found, texts[i].first);
        record_free(record);
    }
}

/* The sequence numbers of what is found, in their order. */
struct trace {
    char text[64];
};

static enum status
trace_row(void *context, const struct store_row *row)
{
    struct trace *trace = context;
    const size_t used = strlen(trace->text);

    snprintf(trace->text + used, sizeof(trace->text) - used, " %u",
             (unsigned)row->sequence);
    return STATUS_OK;
}

static void
assert_found(struct store *store, struct store_query query,
             const char *sequences)
{
    struct trace trace = {.text = ""};

    query.by_subject = true;
    query.by_kind = true;
    assert_int_equal(store_walk(store, &query, trace_row, &trace), STATUS_OK);
    assert_string_equal(trace.text, sequences);
}

static void
put(struct store *store, struct record *record)
{
    assert_int_equal(stores_put(store, record, STORE_OTHER), STATUS_OK);
    record_free(record);
}

static struct key_author
author_of(uint8_t number)
{
    struct key_secret *secret = records_key(number);
    struct key_author author = secret->public_key.author;

    key_secret_free(secret);
    return author;
}

/* Keys 1 to 3 in the order of their octets are 2, 1, 3. */
static void
fill(struct store *store)
{
    put(store, signings_cosign(3, 5, &subject, NULL));
    put(store, signings_cosign(1, 6, &subject, NULL));
    put(store, signings_cosign(2, 7, &subject, "statement.md"));
    put(store, signings_cosign(2, 8, &other, NULL));
    put(store, signings_withdraw(1, 9, &subject, "x"));
    put(store, stores_statement(1, 5, 1, "One", 0));
}

static bool
is_mentioned(struct store *store, const struct record_id *id)
{
    bool is;

    assert_int_equal(store_is_mentioned(&is, store, id), STATUS_OK);
    return is;
}

static void
assert_filled(struct store *store)
{
    const struct store_query cosigns = {.kind = RECORD_COSIGN,
                                        .subject = subject};
    struct store_query query = cosigns;

    assert_found(store, query, " 7 6 5");
    query.limit = 2;
    assert_found(store, query, " 7 6");
    query = cosigns;
    query.by_author = true;
    query.author = author_of(1);
    assert_found(store, query, " 6");
    query.author = author_of(4);
    assert_found(store, query, "");
    query = cosigns;
    query.subject = other;
    assert_found(store, query, " 8");
    assert_true(is_mentioned(store, &subject));
    assert_true(is_mentioned(store, &other));
    query.subject.octets[31] = 2;
    assert_found(store, query, "");
    assert_false(is_mentioned(store, &query.subject));
    query = cosigns;
    query.kind = RECORD_WITHDRAW;
    assert_found(store, query, " 9");
    query.kind = RECORD_STATEMENT;
    assert_found(store, query, "");
}

static void
test_walks(enum stores_kind kind)
{
    struct stores stores;

    stores_open(&stores, kind, 0);
    fill(stores.store);
    assert_filled(stores.store);
    stores_reopen(&stores);
    assert_filled(stores.store);
    stores_check(&stores);
    stores_close(&stores);
}

static void
test_walks_mem(void **state)
{
    (void)state;
    test_walks(STORES_MEM);
}

static void
test_walks_sqlite(void **state)
{
    (void)state;
    test_walks(STORES_SQLITE);
}

static void
test_rollback(enum stores_kind kind)
{
    const struct store_query query = {.kind = RECORD_COSIGN,
                                      .subject = subject};
    struct record *record = signings_cosign(1, 6, &subject, NULL);
    struct stores stores;

    stores_open(&stores, kind, 0);
    put(stores.store, signings_cosign(2, 7, &subject, NULL));
    assert_int_equal(store_begin(stores.store), STATUS_OK);
    assert_int_equal(
        store_put_record(stores.store, record, STORE_OTHER, (struct day){1}),
        STATUS_OK);
    assert_found(stores.store, query, " 7 6");
    store_rollback(stores.store);
    assert_found(stores.store, query, " 7");
    stores_check(&stores);
    stores_close(&stores);
    record_free(record);
}

static void
test_rollbacks(void **state)
{
    (void)state;
    test_rollback(STORES_MEM);
    test_rollback(STORES_SQLITE);
}

static void
run_sql(const char *path, const char *text)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* A store of before has the index made when it is opened to be written. */
static void
test_old_store(void **state)
{
    struct stores stores;

    (void)state;
    stores_open(&stores, STORES_SQLITE, 0);
    fill(stores.store);
    store_free(stores.store);
    stores.store = NULL;
    run_sql(stores.path, "DROP TABLE mentions; DROP INDEX records_identity; "
                         "PRAGMA user_version = 1");
    stores_reopen(&stores);
    assert_filled(stores.store);
    stores_check(&stores);

    /* Those whose index knew of fewer kinds. */
    for (int version = 2; version <= 4; version++) {
        char sql[80];

        store_free(stores.store);
        stores.store = NULL;
        snprintf(sql, sizeof(sql),
                 "DELETE FROM mentions WHERE kind = 2; "
                 "PRAGMA user_version = %d",
                 version);
        run_sql(stores.path, sql);
        stores_reopen(&stores);
        assert_filled(stores.store);
        stores_check(&stores);
    }
    stores_close(&stores);
}

/* What is not as it was is damage. */
static void
test_damage(void **state)
{
    static const char *const changes[] = {
        "DELETE FROM mentions WHERE kind = 2",
        "UPDATE mentions SET number = number + 100",
        "UPDATE mentions SET subject = zeroblob(32) WHERE kind = 1",
        "INSERT INTO mentions VALUES(x'00', 1, x'00', x'00', 1)",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        struct trace trace = {.text = ""};
        const struct store_query query = {.by_kind = true,
                                          .kind = RECORD_COSIGN,
                                          .by_subject = true,
                                          .subject = subject};
        struct stores stores;

        stores_open(&stores, STORES_SQLITE, 0);
        fill(stores.store);
        store_free(stores.store);
        stores.store = NULL;
        run_sql(stores.path, changes[i]);
        stores_reopen(&stores);
        if (i == 1)
            assert_int_equal(
                store_walk(stores.store, &query, trace_row, &trace),
                STATUS_DAMAGED);
        else
            assert_int_equal(store_check(stores.store), STATUS_DAMAGED);
        stores_close(&stores);
    }
}

struct trial {
    struct stores *stores;
    struct record *record;
};

static enum status
put_and_walk(void *context)
{
    const struct store_query query = {.by_kind = true,
                                      .kind = RECORD_COSIGN,
                                      .by_subject = true,
                                      .subject = subject};
    struct trial *trial = context;
    struct trace trace = {.text = ""};
    struct store *store = NULL;
    enum status status = stores_open_another(trial->stores, &store);

    if (status == STATUS_OK)
        status = store_begin(store);
    if (status == STATUS_OK)
        status = store_put_record(store, trial->record, STORE_OTHER,
                                  (struct day){1});
    if (status == STATUS_OK)
        status = store_commit(store);
    if (status == STATUS_OK)
        status = store_walk(store, &query, trace_row, &trace);
    if (status == STATUS_OK)
        assert_string_equal(trace.text, " 6");
    if (store != NULL)
        store_rollback(store);
    store_free(store);
    return status;
}

static void
test_without_memory(void **state)
{
    struct stores stores;
    struct trial trial = {&stores, signings_cosign(1, 6, &subject, NULL)};

    (void)state;
    for (int kind = STORES_MEM; kind <= STORES_SQLITE; kind++) {
        stores_open(&stores, (enum stores_kind)kind, 0);
        test_alloc_each(put_and_walk, &trial);
        stores_close(&stores);
    }
    record_free(trial.record);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),          cmocka_unit_test(test_walks_mem),
        cmocka_unit_test(test_walks_sqlite),   cmocka_unit_test(test_rollbacks),
        cmocka_unit_test(test_old_store),      cmocka_unit_test(test_damage),
        cmocka_unit_test(test_without_memory),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
