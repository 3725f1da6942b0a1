/* What both stores promise: the same tests over the one in memory and the one
 * in a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/limits.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/records.h"
#include "tests/unit/stores.h"

/* Each test gets a new store of the kind that its line in main names. */
static enum stores_kind kind;

static int
open_store(void **state)
{
    static struct stores stores;
    const enum stores_kind *wanted = *state;

    kind = *wanted;
    stores_open(&stores, kind, 0);
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

/* Walks, as text: the sequence numbers in their order. */

struct trace {
    char text[256];
    size_t stop_after; /* 0: never */
};

static enum status
trace_row(void *context, const struct store_row *row)
{
    struct trace *trace = context;
    const size_t used = strlen(trace->text);

    snprintf(trace->text + used, sizeof(trace->text) - used, " %u",
             (unsigned)row->sequence);
    if (trace->stop_after > 0 && --trace->stop_after == 0)
        return STATUS_CANCELLED;
    return STATUS_OK;
}

static void
assert_walk(struct store *store, struct store_query query,
            const char *sequences)
{
    struct trace trace = {.text = ""};

    assert_int_equal(store_walk(store, &query, trace_row, &trace), STATUS_OK);
    assert_string_equal(trace.text, sequences);
}

static void
test_empty(void **state)
{
    struct store *store = store_of(state);
    const struct record_id id = {{7}};
    const struct chunk_id chunk = {{7}};
    const struct key_author author = {{7}};
    const struct store_figures figures = figures_of(store);
    struct store_sequence sequence;
    struct record *record;
    struct store_row row;
    struct byte_buf out;
    uint32_t delivered;
    uint8_t encoding;
    bool changed;

    assert_int_equal(figures.records + figures.statements + figures.incomplete +
                         figures.octets + figures.octets_other,
                     0);
    assert_int_equal(figures.budget, STORE_BUDGET_DEFAULT);
    assert_false(store_has_record(store, &id));
    assert_int_equal(store_get_record(store, &id, &record), STATUS_NOT_FOUND);
    assert_null(record);
    assert_int_equal(store_get_row(store, &id, &row), STATUS_NOT_FOUND);
    byte_buf_init(&out, CHUNK_STORED_MAX);
    assert_false(store_has_chunk(store, &chunk));
    assert_int_equal(store_get_chunk(store, &chunk, &encoding, &out),
                     STATUS_NOT_FOUND);
    assert_int_equal(store_get_sequence(store, &author, &sequence), STATUS_OK);
    assert_int_equal(sequence.number, 0);
    assert_int_equal(sequence.previous_count, 0);
    assert_int_equal(store_get_delivered(store, &id, &delivered),
                     STATUS_NOT_FOUND);
    assert_int_equal(store_poll_changed(store, &changed), STATUS_OK);
    assert_false(changed);
    assert_false(store_in_transaction(store));
    assert_walk(store, (struct store_query){0}, "");
    stores_check(*state);
}

static void
test_record_comes_back(void **state)
{
    struct stores *stores = *state;
    struct record *record = stores_statement(2, 19534, 14, "Joint", 100);
    struct record *back;
    struct store_figures figures;
    struct store_row row;

    assert_int_equal(stores_put(stores->store, record, STORE_OTHER), STATUS_OK);
    stores_reopen(stores);
    assert_true(store_has_record(stores->store, record_id(record)));
    assert_int_equal(store_get_record(stores->store, record_id(record), &back),
                     STATUS_OK);
    assert_true(byte_view_equal(record_wire(back), record_wire(record)));
    assert_int_equal(record_fields(back)->sequence, 14);
    record_free(back);

    assert_int_equal(store_get_row(stores->store, record_id(record), &row),
                     STATUS_OK);
    assert_true(record_id_equal(&row.id, record_id(record)));
    assert_true(
        key_author_equal(&row.author, &record_fields(record)->key.author));
    assert_int_equal(row.kind, RECORD_STATEMENT);
    assert_int_equal(row.set, RECORD_SET_STATEMENTS);
    assert_int_equal(row.date.number, 19534);
    assert_int_equal(row.arrived.number, 20000);
    assert_int_equal(row.sequence, 14);
    assert_int_equal(row.state, STORE_INCOMPLETE);
    assert_int_equal(row.keeping, STORE_OTHER);

    figures = figures_of(stores->store);
    assert_int_equal(figures.records, 1);
    assert_int_equal(figures.statements, 1);
    assert_int_equal(figures.incomplete, 1);
    assert_int_equal(figures.octets, record_wire(record).size);
    assert_int_equal(figures.octets_other, record_wire(record).size);

    assert_int_equal(stores_put(stores->store, record, STORE_OTHER),
                     STATUS_EXISTS);
    assert_int_equal(figures_of(stores->store).records, 1);
    stores_check(stores);
    record_free(record);
}

/* What came later has the higher number, whatever else is done to it. */
static void
test_order_of_arrival(void **state)
{
    struct stores *stores = *state;
    struct record *first = stores_statement(2, 19534, 14, "First", 100);
    struct record *second = stores_statement(1, 19000, 1, "Second", 100);
    struct store_row rows[2];

    assert_int_equal(stores_put(stores->store, first, STORE_OTHER), STATUS_OK);
    assert_int_equal(store_begin(stores->store), STATUS_OK);
    assert_int_equal(store_put_record(stores->store, second, STORE_OTHER,
                                      (struct day){20000}),
                     STATUS_OK);
    store_rollback(stores->store);
    stores_reopen(stores);
    assert_int_equal(stores_put(stores->store, second, STORE_OTHER), STATUS_OK);
    assert_int_equal(store_begin(stores->store), STATUS_OK);
    assert_int_equal(
        store_set_state(stores->store, record_id(first), STORE_COMPLETE),
        STATUS_OK);
    assert_int_equal(
        store_move_record(stores->store, record_id(first), STORE_FOLLOWED),
        STATUS_OK);
    assert_int_equal(store_commit(stores->store), STATUS_OK);
    stores_reopen(stores);
    assert_int_equal(store_get_row(stores->store, record_id(first), &rows[0]),
                     STATUS_OK);
    assert_int_equal(store_get_row(stores->store, record_id(second), &rows[1]),
                     STATUS_OK);
    assert_true(rows[0].number < rows[1].number);
    record_free(first);
    record_free(second);
}

/* Every kind, and every number that a record may have. */
static void
test_kinds_and_extremes(void **state)
{
    struct stores *stores = *state;
    static const char header[] = "p2pub1 picture\nkey " RECORDS_KEY_1
                                 "\ndate 0001-01-01\nsequence 2147483647\n"
                                 "previous "
                                 "5f3a0000000000000000000000000000"
                                 "00000000000000000000000000000004\n"
                                 "line that we do not know\n";
    char *revoke = records_replace(header, "picture", "revoke");
    struct record *other = records_seal(header, 1);
    struct record *control = records_seal(revoke, 1);
    struct record *last = stores_statement(3, 2932896, 1, "The end", 0);
    struct store_row row;

    assert_int_equal(stores_put(stores->store, other, STORE_FOLLOWED),
                     STATUS_OK);
    assert_int_equal(stores_put(stores->store, control, STORE_FOLLOWED),
                     STATUS_OK);
    assert_int_equal(stores_put(stores->store, last, STORE_FOLLOWED),
                     STATUS_OK);
    stores_reopen(stores);
    assert_int_equal(store_get_row(stores->store, record_id(other), &row),
                     STATUS_OK);
    assert_int_equal(row.kind, RECORD_OTHER);
    assert_int_equal(row.set, RECORD_SET_STATEMENTS);
    assert_int_equal(row.sequence, 2147483647);
    assert_int_equal(row.date.number, -719162);
    assert_int_equal(row.state, STORE_COMPLETE);
    assert_int_equal(row.keeping, STORE_FOLLOWED);
    assert_int_equal(store_get_row(stores->store, record_id(control), &row),
                     STATUS_OK);
    assert_int_equal(row.kind, RECORD_REVOKE);
    assert_int_equal(row.set, RECORD_SET_CONTROL);
    assert_walk(stores->store, (struct store_query){.newest_first = true},
                " 1 2147483647 2147483647");
    assert_int_equal(figures_of(stores->store).statements, 1);
    assert_int_equal(figures_of(stores->store).octets_other, 0);
    stores_check(stores);
    record_free(other);
    record_free(control);
    record_free(last);
    free(revoke);
}

static void
test_states(void **state)
{
    struct stores *stores = *state;
    struct store *store = stores->store;
    struct record *record = stores_statement(1, 10, 1, "One", 5);
    const struct record_id *id = record_id(record);
    const struct record_id other = {{1}};
    struct store_row row;

    assert_int_equal(stores_put(store, record, STORE_FOLLOWED), STATUS_OK);
    assert_int_equal(store_begin(store), STATUS_OK);
    assert_int_equal(store_set_state(store, &other, STORE_COMPLETE),
                     STATUS_NOT_FOUND);
    assert_int_equal(store_set_state(store, id, STORE_COMPLETE), STATUS_OK);
    assert_int_equal(store_set_state(store, id, STORE_COMPLETE), STATUS_OK);
    assert_int_equal(store_commit(store), STATUS_OK);
    assert_int_equal(figures_of(store).incomplete, 0);
    assert_int_equal(store_get_row(store, id, &row), STATUS_OK);
    assert_int_equal(row.state, STORE_COMPLETE);

    assert_int_equal(store_begin(store), STATUS_OK);
    assert_int_equal(store_set_state(store, id, STORE_FAULTY), STATUS_OK);
    assert_int_equal(store_commit(store), STATUS_OK);
    assert_int_equal(figures_of(store).incomplete, 0);
    assert_walk(store, (struct store_query){.incomplete = true}, "");

    assert_int_equal(store_begin(store), STATUS_OK);
    assert_int_equal(store_set_state(store, id, STORE_INCOMPLETE), STATUS_OK);
    assert_int_equal(store_commit(store), STATUS_OK);
    stores_reopen(stores);
    assert_int_equal(figures_of(stores->store).incomplete, 1);
    assert_walk(stores->store, (struct store_query){.incomplete = true}, " 1");
    stores_check(stores);
    record_free(record);
}

/* A record whose files come with it is complete at once, unless one of them
 * could not be put after all. */
static void
test_whole(void **state)
{
    struct stores *stores = *state;
    struct store *store = stores->store;
    const struct day today = {20000};
    struct record *records[2];

    for (uint32_t i = 0; i < 2; i++) {
        records[i] = stores_statement(1, 10, i + 1, "One", 5);
        assert_int_equal(store_begin(store), STATUS_OK);
        assert_int_equal(
            store_put_whole_record(store, records[i], STORE_OTHER, today),
            STATUS_OK);
        assert_int_equal(
            store_put_whole_record(store, records[i], STORE_OTHER, today),
            STATUS_EXISTS);
        assert_int_equal(figures_of(store).incomplete, 0);
        if (i == 1)
            assert_int_equal(
                store_set_state(store, record_id(records[i]), STORE_INCOMPLETE),
                STATUS_OK);
        assert_int_equal(store_commit(store), STATUS_OK);
    }
    assert_int_equal(figures_of(store).records, 2);
    assert_int_equal(figures_of(store).incomplete, 1);
    assert_walk(store, (struct store_query){.incomplete = true}, " 2");
    stores_check(stores);
    record_free(records[0]);
    record_free(records[1]);
}

/* Seven records: sequence, day and author; ids of one day are in the order of
 * their sequence numbers because titles are tried until they are. */
#define MANY 7

static struct record *
statement_after(const struct record *before, uint8_t author, int32_t day,
                uint32_t sequence, uint32_t octets)
{
    struct record *record = NULL;
    unsigned attempt;
    char title[32];

    for (attempt = 0; record == NULL; attempt++) {
        snprintf(title, sizeof(title), "Try %u", attempt);
        record = stores_statement(author, day, sequence, title, octets);
        if (before != NULL && record_fields(before)->date.number == day &&
            memcmp(record_id(before), record_id(record), 32) > 0) {
            record_free(record);
            record = NULL;
        }
    }
    return record;
}

static void
put_many(struct store *store, struct record *records[MANY])
{
    static const struct {
        uint8_t author;
        int32_t day;
        uint32_t octets;
    } what[MANY] = {{1, 5, 0},  {2, 5, 9},  {1, 7, 0}, {1, 7, 0},
                    {3, 7, 99}, {2, 20, 0}, {1, 21, 7}};

    static const size_t order[MANY] = {4, 6, 0, 2, 5, 1, 3};
    size_t i;

    for (i = 0; i < MANY; i++)
        records[i] =
            statement_after(i == 0 ? NULL : records[i - 1], what[i].author,
                            what[i].day, (uint32_t)i + 1, what[i].octets);
    for (i = 0; i < MANY; i++)
        assert_int_equal(stores_put(store, records[order[i]], STORE_FOLLOWED),
                         STATUS_OK);
}

static void
free_many(struct record *records[MANY])
{
    size_t i;

    for (i = 0; i < MANY; i++)
        record_free(records[i]);
}

static void
test_walks(void **state)
{
    struct store *store = store_of(state);
    struct record *records[MANY];
    const struct day day_5 = {5}, day_6 = {6}, day_7 = {7}, day_20 = {20};
    const struct day never = {INT32_MAX};
    struct store_query query = {0};

    put_many(store, records);
    assert_walk(store, query, " 1 2 3 4 5 6 7");
    query.limit = 3;
    assert_walk(store, query, " 1 2 3");
    query.newest_first = true;
    assert_walk(store, query, " 7 6 3");
    query.limit = 0;
    assert_walk(store, query, " 7 6 3 4 5 1 2");

    query =
        (struct store_query){.by_days = true, .first = day_6, .last = day_20};
    assert_walk(store, query, " 3 4 5 6");
    query =
        (struct store_query){.by_days = true, .first = day_5, .last = day_5};
    assert_walk(store, query, " 1 2");
    query.first = query.last = day_6;
    assert_walk(store, query, "");
    query.first = day_20;
    assert_walk(store, query, "");
    query =
        (struct store_query){.by_days = true, .first = day_7, .last = never};
    query.newest_first = true;
    assert_walk(store, query, " 7 6 3 4 5");
    free_many(records);
}

static void
test_walks_of_some(void **state)
{
    struct store *store = store_of(state);
    struct record *records[MANY];
    const struct day day_6 = {6}, day_20 = {20};
    struct store_query query = {.by_author = true};

    put_many(store, records);
    query.author = record_fields(records[0])->key.author;
    assert_walk(store, query, " 1 3 4 7");
    query.newest_first = true;
    query.limit = 3;
    assert_walk(store, query, " 7 3 4");
    query.by_sequence = true;
    query.sequence = 4;
    assert_walk(store, query, " 4");
    query.by_sequence = query.newest_first = false;
    query.by_days = true;
    query.first = day_6;
    query.last = day_20;
    assert_walk(store, query, " 3 4");

    query = (struct store_query){.by_sequence = true, .sequence = 6};
    assert_walk(store, query, " 6");
    query.sequence = 8;
    assert_walk(store, query, "");
    query = (struct store_query){.incomplete = true};
    assert_walk(store, query, " 2 5 7");
    query.newest_first = true;
    query.limit = 2;
    assert_walk(store, query, " 7 5");
    query = (struct store_query){.by_kind = true, .kind = RECORD_IDENTITY};
    assert_walk(store, query, "");
    query.kind = RECORD_STATEMENT;
    query.limit = 1;
    assert_walk(store, query, " 1");
    query = (struct store_query){.by_set = true, .set = RECORD_SET_CONTROL};
    assert_walk(store, query, "");
    query.set = RECORD_SET_STATEMENTS;
    assert_walk(store, query, " 1 2 3 4 5 6 7");
    free_many(records);
}

static void
test_walk_ends_when_told(void **state)
{
    static const struct store_query queries[] = {
        {.limit = 0}, {.newest_first = true}, {.incomplete = true}};
    struct store *store = store_of(state);
    struct record *records[MANY];
    size_t i;

    put_many(store, records);
    for (i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
        struct trace trace = {.stop_after = 2};

        assert_int_equal(store_walk(store, &queries[i], trace_row, &trace),
                         STATUS_CANCELLED);
        assert_int_equal(strlen(trace.text), 4);
    }
    free_many(records);
}

/* A visitor that reads the store in every way, and walks it too. */
static enum status
read_all(void *context, const struct store_row *row)
{
    struct store *store = context;
    struct trace trace = {.text = ""};
    struct store_query query = {.newest_first = row->sequence % 2 == 0};
    struct record *record;
    struct store_row again;

    assert_int_equal(store_get_record(store, &row->id, &record), STATUS_OK);
    assert_int_equal(record_fields(record)->sequence, row->sequence);
    record_free(record);
    assert_int_equal(store_get_row(store, &row->id, &again), STATUS_OK);
    assert_memory_equal(&again.id, &row->id, sizeof(again.id));
    assert_int_equal(store_walk(store, &query, trace_row, &trace), STATUS_OK);
    assert_int_equal(strlen(trace.text), 2 * MANY);
    query.by_author = true;
    query.author = row->author;
    assert_int_equal(store_walk(store, &query, trace_row, &trace), STATUS_OK);
    return STATUS_OK;
}

static void
test_visitors_may_read(void **state)
{
    static const struct store_query all = {.limit = 0};
    struct store *store = store_of(state);
    struct record *records[MANY];
    struct store_query author = {.by_author = true};

    put_many(store, records);
    author.author = record_fields(records[0])->key.author;
    assert_int_equal(store_walk(store, &all, read_all, store), STATUS_OK);
    assert_int_equal(store_walk(store, &author, read_all, store), STATUS_OK);
    assert_int_equal(store_begin(store), STATUS_OK);
    assert_int_equal(store_walk(store, &all, read_all, store), STATUS_OK);
    store_rollback(store);
    free_many(records);
}

/* The titles of two statements whose ids share their first 24 bits. */
static void
find_twins(char first[32], char second[32])
{
    static uint8_t ids[12000][3];
    struct key_secret *secret = records_key(1);
    size_t count;

    for (count = 0; count < 12000; count++) {
        struct record_line line = {byte_view_of_text("title"),
                                   byte_view_of_text(second)};
        struct record_fields fields = {
            .kind = byte_view_of_text("statement"),
            .key = secret->public_key,
            .sequence = 1,
            .line_count = 1,
            .lines = &line,
        };
        struct chunk_id id;
        struct byte_buf header;
        size_t i;

        snprintf(second, 32, "Number %zu", count);
        line.text = byte_view_of_text(second);
        byte_buf_init(&header, RECORD_HEADER_MAX);
        assert_int_equal(record_write_header(&header, &fields), STATUS_OK);
        id = chunk_id_of(byte_view_of_buf(&header));
        byte_buf_release(&header);
        memcpy(ids[count], id.octets, 3);
        for (i = 0; i < count; i++) {
            if (memcmp(ids[i], ids[count], 3) != 0)
                continue;
            snprintf(first, 32, "Number %zu", i);
            key_secret_free(secret);
            return;
        }
    }
    fail_msg("no two ids share their first 24 bits");
}

static void
test_find(void **state)
{
    struct store *store = store_of(state);
    static char titles[2][32];
    struct record *twins[2];
    struct record_id found;
    char digits[RECORD_ID_TEXT_SIZE];
    size_t shared = 0;
    size_t i;

    find_twins(titles[0], titles[1]);
    for (i = 0; i < 2; i++)
        twins[i] = stores_statement(1, 0, 1, titles[i], 0);
    record_id_format(record_id(twins[1]), digits);
    assert_int_equal(store_find(store, byte_view_of(digits, 6), &found),
                     STATUS_NOT_FOUND);
    assert_int_equal(stores_put(store, twins[1], STORE_OTHER), STATUS_OK);
    for (i = 6; i <= 64; i++) {
        assert_int_equal(store_find(store, byte_view_of(digits, i), &found),
                         STATUS_OK);
        assert_true(record_id_equal(&found, record_id(twins[1])));
    }
    assert_int_equal(stores_put(store, twins[0], STORE_OTHER), STATUS_OK);
    for (i = 6; i <= 64; i++) {
        const enum status status =
            store_find(store, byte_view_of(digits, i), &found);

        if (status == STATUS_AMBIGUOUS)
            shared = i;
        else
            assert_true(record_id_equal(&found, record_id(twins[1])));
    }
    assert_in_range(shared, 6, 20);

    assert_int_equal(store_find(store, byte_view_of(digits, 5), &found),
                     STATUS_MALFORMED);
    assert_int_equal(store_find(store, byte_view_of(digits, 65), &found),
                     STATUS_MALFORMED);
    assert_int_equal(store_find(store, byte_view_of_text("12345G"), &found),
                     STATUS_MALFORMED);
    assert_int_equal(store_find(store, byte_view_of_text("12345A"), &found),
                     STATUS_MALFORMED);
    digits[20] = digits[20] == '0' ? '1' : '0';
    assert_int_equal(store_find(store, byte_view_of(digits, 64), &found),
                     STATUS_NOT_FOUND);
    record_free(twins[0]);
    record_free(twins[1]);
}

static void
test_chunks(void **state)
{
    struct stores *stores = *state;
    struct store *store = stores->store;
    static uint8_t octets[CHUNK_STORED_MAX + 1];
    struct chunk_id ids[3] = {{{1}}, {{2}}, {{1}}};
    struct byte_buf out;
    uint8_t encoding;

    ids[2].octets[31] = 9; /* begins as the first one does */
    memset(octets, 'x', sizeof(octets));
    assert_int_equal(store_begin(store), STATUS_OK);
    assert_int_equal(store_put_chunk(store, &ids[0], STORE_FOLLOWED, 17,
                                     byte_view_of_text("one")),
                     STATUS_OK);
    assert_int_equal(store_put_chunk(store, &ids[0], STORE_OTHER, 0,
                                     byte_view_of_text("other")),
                     STATUS_EXISTS);
    assert_int_equal(
        store_put_chunk(store, &ids[1], STORE_OTHER, 0,
                        byte_view_of(octets, CHUNK_STORED_MAX + 1)),
        STATUS_TOO_LARGE);
    assert_int_equal(store_put_chunk(store, &ids[1], STORE_OTHER, 0,
                                     byte_view_of(octets, 0)),
                     STATUS_TOO_LARGE);
    assert_int_equal(store_put_chunk(store, &ids[1], STORE_OTHER, 255,
                                     byte_view_of(octets, CHUNK_STORED_MAX)),
                     STATUS_OK);
    assert_int_equal(store_commit(store), STATUS_OK);

    stores_reopen(stores);
    store = stores->store;
    byte_buf_init(&out, 2 * CHUNK_STORED_MAX);
    assert_int_equal(byte_buf_append_text(&out, "before "), STATUS_OK);
    assert_int_equal(store_get_chunk(store, &ids[0], &encoding, &out),
                     STATUS_OK);
    assert_int_equal(encoding, 17);
    assert_true(byte_view_equal_text(byte_view_of_buf(&out), "before one"));
    byte_buf_clear(&out);
    assert_int_equal(store_get_chunk(store, &ids[1], &encoding, &out),
                     STATUS_OK);
    assert_int_equal(encoding, 255);
    assert_int_equal(out.size, CHUNK_STORED_MAX);
    assert_memory_equal(out.data, octets, out.size);
    assert_true(store_has_chunk(store, &ids[1]));
    assert_false(store_has_chunk(store, &ids[2]));
    assert_int_equal(store_get_chunk(store, &ids[2], &encoding, &out),
                     STATUS_NOT_FOUND);
    assert_int_equal(figures_of(store).octets, 3 + CHUNK_STORED_MAX);
    assert_int_equal(figures_of(store).octets_other, CHUNK_STORED_MAX);
    byte_buf_release(&out);
    stores_check(stores);
}

static enum status
sum_chunk(void *context, const struct store_chunk *chunk)
{
    struct store_figures *figures = context;

    figures->octets += chunk->size;
    if (chunk->keeping == STORE_OTHER)
        figures->octets_other += chunk->size;
    return figures->octets > 100 ? STATUS_CANCELLED : STATUS_OK;
}

/* To another account, and away. */
static void
test_accounts(void **state)
{
    struct stores *stores = *state;
    struct store *store = stores->store;
    const struct chunk_id ids[3] = {{{1}}, {{2}}, {{3}}};
    struct record *record = stores_statement(1, 10, 1, "One", 9);
    const size_t size = record_wire(record).size;
    struct store_figures sums = {0};
    struct store_chunk chunk;
    struct byte_buf out;
    uint8_t encoding;

    assert_int_equal(stores_put(store, record, STORE_OTHER), STATUS_OK);
    assert_int_equal(store_begin(store), STATUS_OK);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(store_put_chunk(store, &ids[i], STORE_OTHER, 7,
                                         byte_view_of_text("chunk")),
                         STATUS_OK);
    assert_int_equal(store_move_chunk(store, &ids[2], STORE_OTHER),
                     STATUS_NOT_FOUND);
    assert_int_equal(store_remove_chunk(store, &ids[2]), STATUS_NOT_FOUND);
    assert_int_equal(store_get_chunk_row(store, &ids[2], &chunk),
                     STATUS_NOT_FOUND);
    assert_int_equal(
        store_move_record(store, &(struct record_id){{9}}, STORE_OTHER),
        STATUS_NOT_FOUND);

    assert_int_equal(
        store_move_record(store, record_id(record), STORE_FOLLOWED), STATUS_OK);
    assert_int_equal(store_move_chunk(store, &ids[0], STORE_FOLLOWED),
                     STATUS_OK);
    assert_int_equal(store_move_chunk(store, &ids[0], STORE_FOLLOWED),
                     STATUS_OK);
    assert_int_equal(store_commit(store), STATUS_OK);
    stores_reopen(stores);
    store = stores->store;
    assert_int_equal(figures_of(store).octets, size + 10);
    assert_int_equal(figures_of(store).octets_other, 5);
    assert_int_equal(store_get_chunk_row(store, &ids[0], &chunk), STATUS_OK);
    assert_int_equal(chunk.keeping, STORE_FOLLOWED);
    assert_int_equal(chunk.size, 5);
    assert_memory_equal(&chunk.id, &ids[0], sizeof(chunk.id));
    byte_buf_init(&out, 100);
    assert_int_equal(store_get_chunk(store, &ids[0], &encoding, &out),
                     STATUS_OK);
    assert_int_equal(encoding, 7);
    assert_true(byte_view_equal_text(byte_view_of_buf(&out), "chunk"));
    byte_buf_release(&out);
    assert_int_equal(store_walk_chunks(store, sum_chunk, &sums), STATUS_OK);
    assert_int_equal(sums.octets, 10);
    assert_int_equal(sums.octets_other, 5);
    sums.octets = 100;
    assert_int_equal(store_walk_chunks(store, sum_chunk, &sums),
                     STATUS_CANCELLED);
    stores_check(stores);

    assert_int_equal(store_begin(store), STATUS_OK);
    assert_int_equal(store_move_record(store, record_id(record), STORE_OTHER),
                     STATUS_OK);
    assert_int_equal(store_remove_chunk(store, &ids[0]), STATUS_OK);
    assert_int_equal(store_remove_chunk(store, &ids[1]), STATUS_OK);
    assert_int_equal(store_commit(store), STATUS_OK);
    assert_false(store_has_chunk(store, &ids[0]));
    assert_int_equal(figures_of(store).octets, size);
    assert_int_equal(figures_of(store).octets_other, size);
    stores_check(stores);
    record_free(record);
}

static void
test_sequences(void **state)
{
    struct stores *stores = *state;
    struct store *store = stores->store;
    const struct key_author author = {{1}};
    const struct key_author other = {{2}};
    struct store_sequence sequence = {.number = 13, .previous_count = 2};
    struct store_sequence back;

    sequence.previous[0].octets[0] = 1;
    sequence.previous[1].octets[31] = 2;
    assert_int_equal(store_begin(store), STATUS_OK);
    assert_int_equal(store_set_sequence(store, &author, &sequence), STATUS_OK);
    assert_int_equal(store_commit(store), STATUS_OK);
    stores_reopen(stores);
    store = stores->store;
    assert_int_equal(store_get_sequence(store, &author, &back), STATUS_OK);
    assert_memory_equal(&back, &sequence, sizeof(back));
    assert_int_equal(store_get_sequence(store, &other, &back), STATUS_OK);
    assert_int_equal(back.number, 0);

    assert_int_equal(store_begin(store), STATUS_OK);
    sequence.number = RECORD_SEQUENCE_MAX;
    sequence.previous_count = RECORD_PREVIOUS_MAX;
    assert_int_equal(store_set_sequence(store, &author, &sequence), STATUS_OK);
    sequence.previous_count = RECORD_PREVIOUS_MAX + 1;
    assert_int_equal(store_set_sequence(store, &author, &sequence),
                     STATUS_TOO_LARGE);
    sequence.previous_count = RECORD_PREVIOUS_MAX;
    assert_int_equal(store_get_sequence(store, &author, &back), STATUS_OK);
    assert_memory_equal(&back, &sequence, sizeof(back));
    assert_int_equal(store_commit(store), STATUS_OK);

    assert_int_equal(store_begin(store), STATUS_OK);
    sequence = (struct store_sequence){.number = 1};
    assert_int_equal(store_set_sequence(store, &author, &sequence), STATUS_OK);
    store_rollback(store);
    assert_int_equal(store_get_sequence(store, &author, &back), STATUS_OK);
    assert_int_equal(back.number, RECORD_SEQUENCE_MAX);
    stores_check(stores);
}

static void
test_delivered(void **state)
{
    struct stores *stores = *state;
    struct store *store = stores->store;
    struct record *record = stores_statement(1, 10, 1, "One", 0);
    const struct record_id *id = record_id(record);
    const struct record_id other = {{1}};
    uint32_t count;

    assert_int_equal(stores_put(store, record, STORE_FOLLOWED), STATUS_OK);
    assert_int_equal(store_get_delivered(store, id, &count), STATUS_OK);
    assert_int_equal(count, 0);
    assert_int_equal(store_begin(store), STATUS_OK);
    assert_int_equal(store_add_delivered(store, &other, 1), STATUS_NOT_FOUND);
    assert_int_equal(store_add_delivered(store, id, 2), STATUS_OK);
    assert_int_equal(store_add_delivered(store, id, 3), STATUS_OK);
    assert_int_equal(store_commit(store), STATUS_OK);
    stores_reopen(stores);
    store = stores->store;
    assert_int_equal(store_get_delivered(store, id, &count), STATUS_OK);
    assert_int_equal(count, 5);
    assert_int_equal(store_begin(store), STATUS_OK);
    assert_int_equal(store_add_delivered(store, id, UINT32_MAX), STATUS_OK);
    assert_int_equal(store_get_delivered(store, id, &count), STATUS_OK);
    assert_int_equal(count, UINT32_MAX);
    store_rollback(store);
    assert_int_equal(store_get_delivered(store, id, &count), STATUS_OK);
    assert_int_equal(count, 5);
    stores_check(stores);
    record_free(record);
}

/* One of every change, in an open transaction: gone is put, kept is known. */
static void
change_everything(struct store *store, const struct record *kept,
                  const struct record *gone)
{
    const struct key_author author = {{1}};
    const struct store_sequence sequence = {.number = 2};
    const struct chunk_id chunk = {{1}};
    const struct chunk_id there = {{2}}; /* since before */
    const struct day today = {20000};

    assert_int_equal(store_put_record(store, gone, STORE_OTHER, today),
                     STATUS_OK);
    assert_int_equal(store_set_state(store, record_id(gone), STORE_COMPLETE),
                     STATUS_OK);
    assert_int_equal(store_set_state(store, record_id(kept), STORE_FAULTY),
                     STATUS_OK);
    assert_int_equal(store_put_chunk(store, &chunk, STORE_OTHER, 0,
                                     byte_view_of_text("chunk")),
                     STATUS_OK);
    assert_int_equal(store_set_sequence(store, &author, &sequence), STATUS_OK);
    assert_int_equal(store_set_sequence(store, &author, &sequence), STATUS_OK);
    assert_int_equal(store_add_delivered(store, record_id(gone), 1), STATUS_OK);
    assert_int_equal(store_add_delivered(store, record_id(kept), 1), STATUS_OK);
    assert_int_equal(store_move_record(store, record_id(kept), STORE_OTHER),
                     STATUS_OK);
    assert_int_equal(store_move_chunk(store, &there, STORE_FOLLOWED),
                     STATUS_OK);
    assert_int_equal(store_move_chunk(store, &chunk, STORE_FOLLOWED),
                     STATUS_OK);
    assert_int_equal(store_remove_chunk(store, &chunk), STATUS_OK);
    assert_int_equal(store_put_chunk(store, &chunk, STORE_OTHER, 0,
                                     byte_view_of_text("again")),
                     STATUS_OK);
    assert_int_equal(store_remove_chunk(store, &there), STATUS_OK);
    assert_true(store_has_record(store, record_id(gone)));
    assert_walk(store, (struct store_query){0}, " 2 1");
    assert_int_equal(figures_of(store).records, 2);
}

/* None of these changes is there. */
static void
assert_unchanged(struct store *store, const struct record *kept,
                 const struct record *gone)
{
    const struct key_author author = {{1}};
    const struct chunk_id chunk = {{1}};
    const struct chunk_id there = {{2}};
    struct store_sequence sequence;
    struct store_chunk row;
    uint32_t count;

    assert_false(store_has_record(store, record_id(gone)));
    assert_false(store_has_chunk(store, &chunk));
    assert_int_equal(store_get_chunk_row(store, &there, &row), STATUS_OK);
    assert_int_equal(row.keeping, STORE_OTHER);
    assert_int_equal(row.size, 5);
    assert_walk(store, (struct store_query){0}, " 1");
    assert_walk(store, (struct store_query){.incomplete = true}, " 1");
    assert_int_equal(store_get_sequence(store, &author, &sequence), STATUS_OK);
    assert_int_equal(sequence.number, 0);
    assert_int_equal(store_get_delivered(store, record_id(kept), &count),
                     STATUS_OK);
    assert_int_equal(count, 0);
}

static void
test_rollback_takes_everything_back(void **state)
{
    struct stores *stores = *state;
    struct record *kept = stores_statement(1, 10, 1, "Kept", 9);
    struct record *gone = stores_statement(1, 9, 2, "Gone", 9);
    struct store_figures before;
    struct store_figures after;
    const struct chunk_id there = {{2}};
    int round;

    assert_int_equal(stores_put(stores->store, kept, STORE_FOLLOWED),
                     STATUS_OK);
    assert_int_equal(store_begin(stores->store), STATUS_OK);
    assert_int_equal(store_put_chunk(stores->store, &there, STORE_OTHER, 0,
                                     byte_view_of_text("there")),
                     STATUS_OK);
    assert_int_equal(store_commit(stores->store), STATUS_OK);
    before = figures_of(stores->store);
    for (round = 0; round < 2; round++) {
        assert_int_equal(store_begin(stores->store), STATUS_OK);
        assert_true(store_in_transaction(stores->store));
        change_everything(stores->store, kept, gone);
        store_rollback(stores->store);
        store_rollback(stores->store); /* nothing to do */
        assert_false(store_in_transaction(stores->store));

        after = figures_of(stores->store);
        assert_memory_equal(&after, &before, sizeof(after));
        assert_unchanged(stores->store, kept, gone);
        stores_check(stores);
        stores_reopen(stores);
    }
    record_free(kept);
    record_free(gone);
}

static void
test_budget(void **state)
{
    struct stores *stores = *state;
    struct record *records[4];
    const struct chunk_id chunk = {{1}};
    uint64_t size;
    size_t i;

    stores_close(stores);
    for (i = 0; i < 4; i++)
        records[i] = stores_statement((uint8_t)(i + 1), 1, 1, "Size", 0);
    size = record_wire(records[0]).size;

    /* Room for three and some, half of it for one other and some. */
    stores_open(stores, kind, 3 * size + 20);
    assert_int_equal(stores_put(stores->store, records[0], STORE_OTHER),
                     STATUS_OK);
    assert_int_equal(stores_put(stores->store, records[0], STORE_OTHER),
                     STATUS_EXISTS);
    assert_int_equal(stores_put(stores->store, records[1], STORE_OTHER),
                     STATUS_FULL);
    assert_int_equal(stores_put(stores->store, records[1], STORE_FOLLOWED),
                     STATUS_OK);
    stores_reopen(stores);
    assert_int_equal(stores_put(stores->store, records[2], STORE_FOLLOWED),
                     STATUS_OK);
    assert_int_equal(stores_put(stores->store, records[3], STORE_FOLLOWED),
                     STATUS_FULL);
    assert_int_equal(stores_put(stores->store, records[2], STORE_FOLLOWED),
                     STATUS_EXISTS);
    assert_int_equal(figures_of(stores->store).octets, 3 * size);
    assert_int_equal(figures_of(stores->store).octets_other, size);
    assert_int_equal(figures_of(stores->store).budget, 3 * size + 20);

    assert_int_equal(store_begin(stores->store), STATUS_OK);
    assert_int_equal(store_put_chunk(stores->store, &chunk, STORE_FOLLOWED, 0,
                                     byte_view_of_text("more than is left "
                                                       "here")),
                     STATUS_FULL);
    assert_int_equal(store_put_chunk(stores->store, &chunk, STORE_OTHER, 0,
                                     byte_view_of_text("twenty octets, fits.")),
                     STATUS_OK);
    assert_int_equal(store_commit(stores->store), STATUS_OK);

    /* A smaller budget than what is here refuses, and takes nothing away. */
    stores->budget = 1;
    stores_reopen(stores);
    assert_true(store_has_record(stores->store, record_id(records[0])));
    assert_int_equal(stores_put(stores->store, records[3], STORE_FOLLOWED),
                     STATUS_FULL);
    stores_check(stores);
    for (i = 0; i < 4; i++)
        record_free(records[i]);
}

struct trial {
    struct stores *stores;
    struct record **records;
};

/* Everything that allocates, in one transaction; ends with an empty store. */
static enum status
change_and_read(void *context)
{
    struct trial *trial = context;
    struct store *store = NULL;
    struct record **records = trial->records;
    const struct key_author author = {{1}};
    const struct store_sequence sequence = {.number = 2};
    const struct chunk_id chunk = {{1}};
    const struct day today = {20000};
    struct record *back = NULL;
    struct store_row row;
    struct byte_buf out;
    uint8_t encoding;
    enum status status;

    byte_buf_init(&out, CHUNK_STORED_MAX);
    status = stores_open_another(trial->stores, &store);
    if (status == STATUS_OK)
        status = store_begin(store);
    if (status == STATUS_OK)
        status = store_put_record(store, records[0], STORE_OTHER, today);
    if (status == STATUS_OK)
        status = store_put_record(store, records[1], STORE_OTHER, today);
    if (status == STATUS_OK)
        status = store_set_state(store, record_id(records[0]), STORE_COMPLETE);
    if (status == STATUS_OK)
        status = store_put_chunk(store, &chunk, STORE_OTHER, 0,
                                 byte_view_of_text("chunk"));
    if (status == STATUS_OK)
        status = store_set_sequence(store, &author, &sequence);
    if (status == STATUS_OK)
        status = store_set_sequence(store, &author, &sequence);
    if (status == STATUS_OK)
        status = store_add_delivered(store, record_id(records[0]), 1);
    if (status == STATUS_OK)
        status = store_commit(store);
    if (status == STATUS_OK)
        status = store_get_record(store, record_id(records[0]), &back);
    if (status == STATUS_OK)
        status = store_get_chunk(store, &chunk, &encoding, &out);
    if (status == STATUS_OK)
        status = store_get_row(store, record_id(records[1]), &row);
    if (status == STATUS_NO_MEMORY && store != NULL &&
        store_in_transaction(store)) {
        store_rollback(store);
        if (figures_of(store).records != 0)
            status = STATUS_DAMAGED;
    }
    record_free(back);
    byte_buf_release(&out);
    store_free(store);
    return status;
}

static void
test_allocations(void **state)
{
    struct record *records[2] = {stores_statement(1, 5, 1, "One", 1),
                                 stores_statement(1, 5, 2, "Two", 1)};
    struct trial trial = {*state, records};

    test_alloc_each(change_and_read, &trial);
    record_free(records[0]);
    record_free(records[1]);
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
        OVER_BOTH(test_empty),
        OVER_BOTH(test_record_comes_back),
        OVER_BOTH(test_order_of_arrival),
        OVER_BOTH(test_kinds_and_extremes),
        OVER_BOTH(test_states),
        OVER_BOTH(test_whole),
        OVER_BOTH(test_walks),
        OVER_BOTH(test_walks_of_some),
        OVER_BOTH(test_walk_ends_when_told),
        OVER_BOTH(test_visitors_may_read),
        OVER_BOTH(test_find),
        OVER_BOTH(test_chunks),
        OVER_BOTH(test_accounts),
        OVER_BOTH(test_sequences),
        OVER_BOTH(test_delivered),
        OVER_BOTH(test_rollback_takes_everything_back),
        OVER_BOTH(test_budget),
        OVER_BOTH(test_allocations),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
