/* Bundles: chunks from outside, what is missing, when a file is whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/bundle.h"
#include "bundles/deflate.h"
#include "core/hash.h"
#include "core/limits.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/records.h"
#include "tests/unit/stores.h"

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

/* Octets that differ from place to place and from salt to salt. */
static void
fill(uint8_t *out, size_t size, uint32_t salt)
{
    uint32_t word = 2463534242U + salt * 2654435761U;
    size_t i;

    for (i = 0; i < size; i++) {
        word ^= word << 13;
        word ^= word >> 17;
        word ^= word << 5;
        out[i] = (uint8_t)('a' + word % 16);
    }
}

/* A file of one list, cut by hand: up to four data chunks and the list. */
struct cut {
    uint8_t plain[4 * CHUNK_SIZE];
    uint8_t list[4 * sizeof(struct chunk_id)];
    struct chunk_tree tree;
    struct record_file file;
};

static struct byte_view
chunk_of(const struct cut *cut, uint32_t index)
{
    const size_t size = chunk_plain_size(&cut->tree, index);

    if (chunk_is_list(&cut->tree, index))
        return byte_view_of(cut->list, size);
    return byte_view_of(cut->plain + index * CHUNK_SIZE, size);
}

static void
cut_file(struct cut *cut, const char *name, const char *type, uint32_t size,
         uint32_t salt)
{
    uint32_t i;

    memset(cut, 0, sizeof(*cut));
    cut->tree = chunk_tree_of(size);
    cut->file.name = byte_view_of_text(name);
    cut->file.language = byte_view_of_text("en");
    cut->file.type = byte_view_of_text(type);
    cut->file.size = size;
    cut->file.has_list = size > CHUNK_SIZE;
    fill(cut->plain, size, salt);
    hash_256(cut->file.hash, byte_view_of(cut->plain, size));
    for (i = 0; i < cut->tree.data; i++)
        hash_256(cut->list + i * sizeof(struct chunk_id), chunk_of(cut, i));
    if (cut->file.has_list)
        hash_256(cut->file.list_id, chunk_of(cut, chunk_top(&cut->tree)));
}

static struct record *
seal_files(const struct record_file *files, size_t count)
{
    const struct record_line line = {byte_view_of_text("title"),
                                     byte_view_of_text("A bundle")};
    const struct record_fields fields = {
        .kind = byte_view_of_text("statement"),
        .date = {19000},
        .sequence = 1,
        .line_count = 1,
        .lines = &line,
        .file_count = count,
        .files = files,
    };

    return records_seal_fields(&fields, 1);
}

/* Offer a chunk in the open transaction. */
static enum status
offer_as(struct store *store, const struct record *record,
         struct bundle_chunk chunk)
{
    return bundle_put_chunk(store, record, &chunk, STORE_FOLLOWED);
}

/* The same, raw. */
static enum status
offer(struct store *store, const struct record *record, size_t file,
      uint32_t index, struct byte_view plain)
{
    return offer_as(store, record,
                    (struct bundle_chunk){file, index, DEFLATE_RAW, plain});
}

static enum store_state
settle(struct store *store, const struct record *record)
{
    enum store_state state;

    assert_int_equal(bundle_settle(store, record, &state), STATUS_OK);
    return state;
}

/* Put record and leave the transaction open. */
static void
begin_with(struct store *store, const struct record *record)
{
    assert_int_equal(stores_put(store, record, STORE_FOLLOWED), STATUS_OK);
    assert_int_equal(store_begin(store), STATUS_OK);
}

static void
assert_reads(struct store *store, const struct record *record, size_t file,
             struct byte_view plain)
{
    struct byte_buf out;

    byte_buf_init(&out, plain.size + 1);
    assert_int_equal(byte_buf_append_text(&out, "<"), STATUS_OK);
    assert_int_equal(bundle_load_file(store, record, file, &out), STATUS_OK);
    assert_int_equal(out.size, plain.size + 1);
    assert_memory_equal(out.data + 1, plain.data, plain.size);
    byte_buf_release(&out);
}

static void
test_one_chunk(void **state)
{
    struct store *store = store_of(state);
    static struct cut cut;
    struct record *record;
    struct store_row row;

    cut_file(&cut, "statement.md", "text/markdown", 500, 1);
    record = seal_files(&cut.file, 1);
    begin_with(store, record);
    assert_int_equal(settle(store, record), STORE_INCOMPLETE);
    assert_int_equal(offer(store, record, 0, 0, chunk_of(&cut, 0)), STATUS_OK);
    assert_int_equal(offer(store, record, 0, 0, chunk_of(&cut, 0)),
                     STATUS_EXISTS);
    assert_int_equal(settle(store, record), STORE_COMPLETE);
    assert_int_equal(settle(store, record), STORE_COMPLETE);
    assert_int_equal(store_commit(store), STATUS_OK);
    assert_int_equal(store_get_row(store, record_id(record), &row), STATUS_OK);
    assert_int_equal(row.state, STORE_COMPLETE);
    assert_reads(store, record, 0, chunk_of(&cut, 0));
    stores_check(*state);
    record_free(record);
}

/* Three data chunks and a list, in all 24 orders: what cannot be placed yet is
 * offered again. */
static void
test_every_order_of_arrival(void **state)
{
    struct store *store = store_of(state);
    static struct cut cut;
    struct record *record;
    unsigned order;

    cut_file(&cut, "photo.jpg", "image/jpeg", 2 * CHUNK_SIZE + 7, 2);
    assert_int_equal(cut.tree.count, 4);
    record = seal_files(&cut.file, 1);
    assert_int_equal(stores_put(store, record, STORE_FOLLOWED), STATUS_OK);
    for (order = 0; order < 256; order++) {
        unsigned seen = 0;
        unsigned early = 0;
        int pass;
        int i;

        for (i = 0; i < 4; i++)
            seen |= 1U << (order >> 2 * i & 3);
        if (seen != 15)
            continue;
        assert_int_equal(store_begin(store), STATUS_OK);
        for (pass = 0; pass < 2; pass++)
            for (i = 0; i < 4; i++) {
                const uint32_t index = order >> 2 * i & 3;
                const enum status status =
                    offer(store, record, 0, index, chunk_of(&cut, index));

                if (status == STATUS_NOT_FOUND)
                    early++;
                else
                    assert_int_equal(status, pass == 0 || index != 3
                                                 ? status
                                                 : STATUS_EXISTS);
            }
        /* As many came early as came before the list, which is number 3. */
        for (i = 0; (order >> 2 * i & 3) != 3; i++)
            early--;
        assert_int_equal(early, 0);
        assert_int_equal(settle(store, record), STORE_COMPLETE);
        assert_reads(store, record, 0, byte_view_of(cut.plain, cut.file.size));
        store_rollback(store);
    }
    record_free(record);
}

static void
test_what_is_no_chunk_of_it(void **state)
{
    struct store *store = store_of(state);
    static struct cut cut;
    static uint8_t other[CHUNK_SIZE + 1];
    struct record *record;
    struct byte_view list;
    struct chunk_id id;
    struct byte_buf packed;
    uint8_t encoding;

    cut_file(&cut, "photo.jpg", "image/jpeg", 2 * CHUNK_SIZE + 7, 3);
    fill(other, sizeof(other), 4);
    record = seal_files(&cut.file, 1);
    list = chunk_of(&cut, 3);
    begin_with(store, record);

    /* No such file, no such chunk, no list yet. */
    assert_int_equal(offer(store, record, 1, 0, list), STATUS_MALFORMED);
    assert_int_equal(offer(store, record, 0, 4, list), STATUS_MALFORMED);
    assert_int_equal(offer(store, record, 0, UINT32_MAX, list),
                     STATUS_MALFORMED);
    assert_int_equal(bundle_chunk_id(store, record, 0, 4, &id),
                     STATUS_MALFORMED);
    assert_int_equal(bundle_chunk_id(store, record, 0, 0, &id),
                     STATUS_NOT_FOUND);
    assert_int_equal(offer(store, record, 0, 0, chunk_of(&cut, 0)),
                     STATUS_NOT_FOUND);

    /* The list: cut, other octets, compressed. */
    assert_int_equal(
        offer(store, record, 0, 3, byte_view_slice(list, 0, list.size - 1)),
        STATUS_MALFORMED);
    assert_int_equal(offer(store, record, 0, 3, byte_view_of(other, list.size)),
                     STATUS_BAD_SIGNATURE);
    assert_int_equal(offer_as(store, record,
                              (struct bundle_chunk){0, 3, DEFLATE_PLAIN, list}),
                     STATUS_MALFORMED);
    assert_int_equal(offer(store, record, 0, 3, list), STATUS_OK);

    /* A data chunk: another's, another place's, too short, too long. */
    assert_int_equal(
        offer(store, record, 0, 0, byte_view_of(other, CHUNK_SIZE)),
        STATUS_BAD_SIGNATURE);
    assert_int_equal(offer(store, record, 0, 1, chunk_of(&cut, 0)),
                     STATUS_BAD_SIGNATURE);
    assert_int_equal(offer(store, record, 0, 2, chunk_of(&cut, 0)),
                     STATUS_MALFORMED);
    assert_int_equal(offer(store, record, 0, 0, chunk_of(&cut, 2)),
                     STATUS_MALFORMED);
    assert_int_equal(
        offer(store, record, 0, 0, byte_view_of(cut.plain, CHUNK_SIZE + 1)),
        STATUS_MALFORMED);
    assert_int_equal(
        offer_as(store, record,
                 (struct bundle_chunk){0, 0, 99, chunk_of(&cut, 0)}),
        STATUS_NEWER);

    /* None of all this was stored; what is right is, however packed. */
    byte_buf_init(&packed, CHUNK_SIZE);
    assert_int_equal(deflate_pack(&packed, &encoding, chunk_of(&cut, 0), true,
                                  byte_view_of_text("en")),
                     STATUS_OK);
    assert_int_not_equal(encoding, DEFLATE_RAW);
    assert_int_equal(offer_as(store, record,
                              (struct bundle_chunk){0, 0, encoding,
                                                    byte_view_of_buf(&packed)}),
                     STATUS_OK);
    byte_buf_release(&packed);
    assert_int_equal(offer(store, record, 0, 1, chunk_of(&cut, 1)), STATUS_OK);
    assert_int_equal(settle(store, record), STORE_INCOMPLETE);
    assert_int_equal(offer(store, record, 0, 2, chunk_of(&cut, 2)), STATUS_OK);
    assert_int_equal(settle(store, record), STORE_COMPLETE);
    assert_reads(store, record, 0, byte_view_of(cut.plain, cut.file.size));
    assert_int_equal(store_commit(store), STATUS_OK);
    record_free(record);
}

/* A form that is longer than the octets is not what is kept. */
static void
test_a_long_form_is_not_kept(void **state)
{
    /* Raw deflate: an empty stored block, then "ab" in a final one. */
    static const uint8_t form[] = {0, 0, 0,    0xff, 0xff, 1,
                                   2, 0, 0xfd, 0xff, 'a',  'b'};
    struct store *store = store_of(state);
    static struct cut cut;
    struct record *record;
    struct store_figures before;
    struct store_figures after;

    cut_file(&cut, "statement.md", "text/markdown", 2, 0);
    hash_256(cut.file.hash, byte_view_of_text("ab"));
    record = seal_files(&cut.file, 1);
    begin_with(store, record);
    assert_int_equal(store_count(store, &before), STATUS_OK);
    assert_int_equal(
        offer_as(store, record,
                 (struct bundle_chunk){0, 0, DEFLATE_PLAIN,
                                       byte_view_of(form, sizeof(form))}),
        STATUS_OK);
    assert_int_equal(store_count(store, &after), STATUS_OK);
    assert_int_equal(after.octets, before.octets + 2);
    assert_int_equal(settle(store, record), STORE_COMPLETE);
    assert_reads(store, record, 0, byte_view_of_text("ab"));
    record_free(record);
}

/* The record names a chunk that is here, at a place for another length: the
 * author's fault, not the store's nor a peer's. */
static void
test_a_list_that_lies(void **state)
{
    struct store *store = store_of(state);
    static struct cut cut;
    struct record *record;
    struct byte_buf out;
    uint8_t encoding;

    cut_file(&cut, "photo.jpg", "image/jpeg", CHUNK_SIZE + 7, 5);
    /* The second id is that of the first chunk, and the place is for 7. */
    hash_256(cut.list + 32, byte_view_of(cut.plain, CHUNK_SIZE));
    hash_256(cut.file.list_id, chunk_of(&cut, 2));
    record = seal_files(&cut.file, 1);
    begin_with(store, record);
    assert_int_equal(offer(store, record, 0, 2, chunk_of(&cut, 2)), STATUS_OK);
    assert_int_equal(offer(store, record, 0, 1, chunk_of(&cut, 0)),
                     STATUS_MALFORMED);
    assert_int_equal(offer(store, record, 0, 1, chunk_of(&cut, 1)),
                     STATUS_BAD_SIGNATURE);
    assert_int_equal(settle(store, record), STORE_INCOMPLETE);
    assert_int_equal(offer(store, record, 0, 0, chunk_of(&cut, 0)), STATUS_OK);

    byte_buf_init(&out, 2 * CHUNK_SIZE);
    assert_int_equal(bundle_get_chunk(store, record, 0, 0, &encoding, &out),
                     STATUS_OK);
    assert_int_equal(out.size, CHUNK_SIZE);
    assert_int_equal(bundle_get_chunk(store, record, 0, 1, &encoding, &out),
                     STATUS_BAD_SIGNATURE);
    assert_int_equal(out.size, CHUNK_SIZE);
    byte_buf_clear(&out);
    assert_int_equal(settle(store, record), STORE_FAULTY);
    assert_int_equal(bundle_load_file(store, record, 0, &out),
                     STATUS_BAD_SIGNATURE);
    assert_int_equal(bundle_get_chunk(store, record, 0, 1, &encoding, &out),
                     STATUS_BAD_SIGNATURE);
    byte_buf_release(&out);
    assert_int_equal(store_commit(store), STATUS_OK);
    stores_check(*state);
    record_free(record);
}

/* The same with the one id that the record itself gives: a list that is in
 * truth somebody's text, a text that is longer than the record says. */
static void
test_a_record_that_lies(void **state)
{
    struct store *store = store_of(state);
    static struct cut cut;
    struct record *honest;
    struct record *list;
    struct record *text;
    struct record_file file;
    struct chunk_id id;
    struct byte_buf out;
    uint8_t encoding;

    cut_file(&cut, "statement.md", "text/markdown", 500, 5);
    honest = seal_files(&cut.file, 1);
    begin_with(store, honest);
    assert_int_equal(offer(store, honest, 0, 0, chunk_of(&cut, 0)), STATUS_OK);
    assert_int_equal(settle(store, honest), STORE_COMPLETE);
    assert_int_equal(store_commit(store), STATUS_OK);

    file = cut.file;
    file.size = 499;
    text = seal_files(&file, 1);
    file.size = CHUNK_SIZE + 1;
    file.has_list = true;
    memcpy(file.list_id, file.hash, sizeof(file.list_id));
    list = seal_files(&file, 1);

    begin_with(store, text);
    byte_buf_init(&out, CHUNK_SIZE);
    assert_int_equal(bundle_get_chunk(store, text, 0, 0, &encoding, &out),
                     STATUS_BAD_SIGNATURE);
    /* It is not taken in for this record, which must then be read. */
    assert_int_equal(offer(store, text, 0, 0, chunk_of(&cut, 0)),
                     STATUS_EXISTS);
    assert_int_equal(settle(store, text), STORE_FAULTY);
    assert_int_equal(store_commit(store), STATUS_OK);

    begin_with(store, list);
    assert_int_equal(bundle_chunk_id(store, list, 0, 0, &id),
                     STATUS_BAD_SIGNATURE);
    assert_int_equal(bundle_get_chunk(store, list, 0, 2, &encoding, &out),
                     STATUS_BAD_SIGNATURE);
    assert_int_equal(offer(store, list, 0, 0, chunk_of(&cut, 0)),
                     STATUS_BAD_SIGNATURE);
    assert_int_equal(settle(store, list), STORE_FAULTY);
    assert_int_equal(bundle_get_chunk(store, honest, 0, 0, &encoding, &out),
                     STATUS_OK);
    store_rollback(store);
    byte_buf_release(&out);
    record_free(honest);
    record_free(text);
    record_free(list);
}

/* Every chunk fits the list, and the whole does not fit the b2sum line. */
static void
test_a_faulty_file(void **state)
{
    struct store *store = store_of(state);
    static struct cut cut;
    struct record *record;
    struct store_row row;
    struct byte_buf out;
    uint32_t i;

    cut_file(&cut, "photo.jpg", "image/jpeg", CHUNK_SIZE + 7, 6);
    cut.file.hash[31] ^= 1;
    record = seal_files(&cut.file, 1);
    begin_with(store, record);
    for (i = cut.tree.count; i > 0; i--)
        assert_int_equal(offer(store, record, 0, i - 1, chunk_of(&cut, i - 1)),
                         STATUS_OK);
    assert_int_equal(settle(store, record), STORE_FAULTY);
    assert_int_equal(settle(store, record), STORE_FAULTY);
    assert_int_equal(store_commit(store), STATUS_OK);
    assert_int_equal(store_get_row(store, record_id(record), &row), STATUS_OK);
    assert_int_equal(row.state, STORE_FAULTY);
    byte_buf_init(&out, 2 * CHUNK_SIZE);
    assert_int_equal(bundle_load_file(store, record, 0, &out),
                     STATUS_BAD_SIGNATURE);
    assert_int_equal(out.size, 0);
    byte_buf_release(&out);
    stores_check(*state);
    record_free(record);
}

static void
test_bounds_of_reading(void **state)
{
    struct store *store = store_of(state);
    static struct cut cut;
    struct record *record;
    struct byte_buf out;

    cut_file(&cut, "statement.md", "text/markdown", 500, 1);
    record = seal_files(&cut.file, 1);
    begin_with(store, record);
    byte_buf_init(&out, 499);
    assert_int_equal(bundle_load_file(store, record, 1, &out),
                     STATUS_MALFORMED);
    assert_int_equal(bundle_load_file(store, record, 0, &out),
                     STATUS_TOO_LARGE);
    out.maximum = 500;
    assert_int_equal(bundle_load_file(store, record, 0, &out),
                     STATUS_NOT_FOUND);
    assert_int_equal(offer(store, record, 0, 0, chunk_of(&cut, 0)), STATUS_OK);
    assert_int_equal(bundle_load_file(store, record, 0, &out), STATUS_OK);
    assert_int_equal(bundle_load_file(store, record, 0, &out),
                     STATUS_TOO_LARGE);
    assert_int_equal(out.size, 500);
    byte_buf_release(&out);
    record_free(record);
}

/* What is missing, as text: file:first+count for each run. */
static void
assert_missing(struct store *store, const struct record *record, size_t maximum,
               const char *expected)
{
    struct bundle_gap gaps[8];
    char text[256] = "";
    size_t count;
    size_t used = 0;
    size_t i;

    assert_int_equal(bundle_missing(store, record, gaps, maximum, &count),
                     STATUS_OK);
    assert_in_range(count, 0, maximum);
    for (i = 0; i < count; i++)
        used += (size_t)snprintf(text + used, sizeof(text) - used, " %zu:%u+%u",
                                 gaps[i].file, (unsigned)gaps[i].first,
                                 (unsigned)gaps[i].count);
    assert_string_equal(text, expected);
}

static void
test_missing_in_order(void **state)
{
    struct store *store = store_of(state);
    static struct cut cuts[4];
    struct record_file files[4];
    struct record *record;
    size_t i;

    cut_file(&cuts[0], "a-photo.jpg", "image/jpeg", 3 * CHUNK_SIZE, 1);
    cut_file(&cuts[1], "b-long.md", "text/markdown", 4 * CHUNK_SIZE, 2);
    cut_file(&cuts[2], "c-short.md", "text/plain", 100, 3);
    cut_file(&cuts[3], "d-small.png", "image/png", 90, 4);
    cuts[0].file.language = byte_view_of_text("-");
    cuts[3].file.language = byte_view_of_text("-");
    for (i = 0; i < 4; i++)
        files[i] = cuts[i].file;
    record = seal_files(files, 4);
    begin_with(store, record);

    assert_missing(store, record, 8, " 2:0+1 1:4+1 3:0+1 0:3+1");
    assert_missing(store, record, 2, " 2:0+1 1:4+1");
    assert_int_equal(offer(store, record, 1, 4, chunk_of(&cuts[1], 4)),
                     STATUS_OK);
    assert_missing(store, record, 8, " 2:0+1 1:0+4 3:0+1 0:3+1");
    assert_int_equal(offer(store, record, 1, 1, chunk_of(&cuts[1], 1)),
                     STATUS_OK);
    assert_int_equal(offer(store, record, 2, 0, chunk_of(&cuts[2], 0)),
                     STATUS_OK);
    assert_missing(store, record, 8, " 1:0+1 1:2+2 3:0+1 0:3+1");
    assert_missing(store, record, 2, " 1:0+1 1:2+2");
    assert_missing(store, record, 1, " 1:0+1");
    assert_int_equal(offer(store, record, 0, 3, chunk_of(&cuts[0], 3)),
                     STATUS_OK);
    assert_missing(store, record, 8, " 1:0+1 1:2+2 3:0+1 0:0+3");
    for (i = 0; i < 4; i++) {
        uint32_t index;

        for (index = 0; index < cuts[i].tree.data; index++) {
            const enum status status =
                offer(store, record, i, index, chunk_of(&cuts[i], index));

            assert_true(status == STATUS_OK || status == STATUS_EXISTS);
        }
    }
    assert_missing(store, record, 8, "");
    assert_int_equal(settle(store, record), STORE_COMPLETE);
    for (i = 0; i < 4; i++)
        assert_reads(store, record, i,
                     byte_view_of(cuts[i].plain, cuts[i].file.size));
    record_free(record);
}

/* Write octets in pieces of piece, as publish does. */
static enum status
write_file(struct store *store, struct byte_view octets, size_t piece,
           bool is_text, struct record_file *file)
{
    struct bundle_writer *writer = NULL;
    static struct stash stash;
    enum status status;
    size_t at;

    stash_init(&stash, store, STORE_FOLLOWED);
    status =
        bundle_writer_new(&writer, &stash, is_text, byte_view_of_text("ru"));
    for (at = 0; status == STATUS_OK && at < octets.size; at += piece)
        status = bundle_writer_add(writer, byte_view_slice(octets, at, piece));
    if (status == STATUS_OK)
        status = bundle_writer_finish(writer, file);
    bundle_writer_free(writer);
    return status;
}

static void
test_writer(void **state)
{
    static const struct {
        uint32_t size;
        size_t piece;
    } cases[] = {
        {1, 1},
        {500, 7},
        {CHUNK_SIZE - 1, CHUNK_SIZE},
        {CHUNK_SIZE, 1000},
        {CHUNK_SIZE + 1, CHUNK_SIZE},
        {2 * CHUNK_SIZE, 3 * CHUNK_SIZE},
        {4 * CHUNK_SIZE, 32767},
    };
    struct store *store = store_of(state);
    static struct cut cut;
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct record_file file;
        struct record *record;

        cut_file(&cut, "statement.md", "text/markdown", cases[i].size, 9);
        file = cut.file;
        file.has_list = !file.has_list;
        memset(file.hash, 0, sizeof(file.hash));
        memset(file.list_id, 9, sizeof(file.list_id));
        file.size = 0;
        assert_int_equal(store_begin(store), STATUS_OK);
        assert_int_equal(write_file(store,
                                    byte_view_of(cut.plain, cases[i].size),
                                    cases[i].piece, true, &file),
                         STATUS_OK);
        assert_int_equal(store_commit(store), STATUS_OK);
        assert_int_equal(file.size, cut.file.size);
        assert_int_equal(file.has_list, cut.file.has_list);
        assert_memory_equal(file.hash, cut.file.hash, sizeof(file.hash));
        assert_memory_equal(file.list_id, cut.file.list_id,
                            sizeof(file.list_id));

        record = seal_files(&file, 1);
        begin_with(store, record);
        assert_int_equal(settle(store, record), STORE_COMPLETE);
        assert_int_equal(store_commit(store), STATUS_OK);
        assert_reads(store, record, 0, byte_view_of(cut.plain, file.size));
        record_free(record);
    }
    stores_check(*state);
}

static void
test_bounds_of_writing(void **state)
{
    static const uint8_t octet = 'x';
    struct store *store = store_of(state);
    struct bundle_writer *writer;
    static struct stash stash;
    struct record_file file;
    char language[RECORD_LANGUAGE_MAX + 1];

    stash_init(&stash, store, STORE_FOLLOWED);
    memset(language, 'a', sizeof(language));
    assert_int_equal(store_begin(store), STATUS_OK);
    assert_int_equal(write_file(store, byte_view_of(NULL, 0), 1, true, &file),
                     STATUS_MALFORMED);
    assert_int_equal(
        bundle_writer_new(&writer, &stash, true,
                          byte_view_of(language, sizeof(language))),
        STATUS_TOO_LARGE);
    assert_null(writer);
    assert_int_equal(
        bundle_writer_new(&writer, &stash, true, byte_view_of(language, 35)),
        STATUS_OK);
    assert_int_equal(bundle_writer_add(writer, byte_view_of(&octet, 1)),
                     STATUS_OK);
    /* Refused by its size alone: there are no such octets behind it. */
    assert_int_equal(
        bundle_writer_add(writer, byte_view_of(&octet, RECORD_FILE_SIZE_MAX)),
        STATUS_TOO_LARGE);
    bundle_writer_free(writer);
    bundle_writer_free(NULL);
    store_rollback(store);
}

/* Over 32 MiB, so of two levels: zeros, with one chunk that is not. */
#define LARGE_SIZE ((uint32_t)33 * 1024 * 1024 + 5)

static void
write_large(struct store *store, struct record_file *file)
{
    static uint8_t chunk[CHUNK_SIZE];
    struct bundle_writer *writer;
    static struct stash stash;
    uint32_t left;

    stash_init(&stash, store, STORE_FOLLOWED);
    memset(file, 0, sizeof(*file));
    file->name = byte_view_of_text("film.mkv");
    file->language = byte_view_of_text("-");
    file->type = byte_view_of_text("video/x-matroska");
    assert_int_equal(
        bundle_writer_new(&writer, &stash, false, byte_view_of_text("-")),
        STATUS_OK);
    for (left = LARGE_SIZE; left > 0;) {
        const uint32_t part = left < CHUNK_SIZE ? left : CHUNK_SIZE;

        chunk[0] = left == LARGE_SIZE ? 1 : 0;
        assert_int_equal(bundle_writer_add(writer, byte_view_of(chunk, part)),
                         STATUS_OK);
        left -= part;
    }
    assert_int_equal(bundle_writer_finish(writer, file), STATUS_OK);
    bundle_writer_free(writer);
}

/* Fetch everything that is missing, as a peer would, from one store into
 * another; how many chunks that took. */
static size_t
fetch(struct store *to, struct store *from, const struct record *record)
{
    struct bundle_gap gap;
    size_t fetched = 0;
    size_t count;

    for (;;) {
        struct byte_buf stored;
        uint8_t encoding;
        uint32_t i;

        assert_int_equal(bundle_missing(to, record, &gap, 1, &count),
                         STATUS_OK);
        if (count == 0)
            return fetched;
        byte_buf_init(&stored, CHUNK_STORED_MAX);
        for (i = gap.first; i < gap.first + gap.count; i++) {
            enum status status;

            byte_buf_clear(&stored);
            assert_int_equal(
                bundle_get_chunk(from, record, gap.file, i, &encoding, &stored),
                STATUS_OK);
            status = bundle_put_chunk(
                to, record,
                &(struct bundle_chunk){gap.file, i, encoding,
                                       byte_view_of_buf(&stored)},
                STORE_OTHER);
            if (status == STATUS_EXISTS)
                continue;
            assert_int_equal(status, STATUS_OK);
            fetched++;
        }
        byte_buf_release(&stored);
    }
}

static void
test_two_levels(void **state)
{
    struct store *store = store_of(state);
    struct record_file file;
    struct record *record;
    struct stores other;
    enum store_state found;

    assert_int_equal(store_begin(store), STATUS_OK);
    write_large(store, &file);
    assert_int_equal(store_commit(store), STATUS_OK);
    assert_int_equal(file.size, LARGE_SIZE);
    record = seal_files(&file, 1);
    begin_with(store, record);
    assert_int_equal(settle(store, record), STORE_COMPLETE);
    assert_int_equal(store_commit(store), STATUS_OK);

    stores_open(&other, STORES_MEM, 0);
    begin_with(other.store, record);
    assert_missing(other.store, record, 8, " 0:1059+1");
    /* The root, two lists, and three kinds of data chunks. */
    assert_int_equal(fetch(other.store, store, record), 6);
    assert_int_equal(bundle_settle(other.store, record, &found), STATUS_OK);
    assert_int_equal(found, STORE_COMPLETE);
    stores_close(&other);
    record_free(record);
}

/* Everything that allocates. */
struct trial {
    const struct cut *cut;
    struct record *record;
    const struct stores *stores;
};

static enum status
take_in_and_read(void *context)
{
    struct trial *trial = context;
    const struct day today = {20000};
    struct store *store = NULL;
    struct bundle_gap gap;
    struct record_file file = trial->cut->file;
    struct byte_buf out;
    enum store_state state;
    enum status status;
    uint8_t encoding;
    size_t count;
    uint32_t i;

    byte_buf_init(&out, sizeof(trial->cut->plain));
    status = stores_open_another(trial->stores, &store);
    if (status == STATUS_OK)
        status = store_begin(store);
    if (status == STATUS_OK)
        status = store_put_record(store, trial->record, STORE_OTHER, today);
    for (i = trial->cut->tree.count; i > 0 && status == STATUS_OK; i--)
        status =
            offer(store, trial->record, 0, i - 1, chunk_of(trial->cut, i - 1));
    if (status == STATUS_OK)
        status = bundle_missing(store, trial->record, &gap, 1, &count);
    if (status == STATUS_OK)
        status = bundle_settle(store, trial->record, &state);
    if (status == STATUS_OK)
        status = bundle_load_file(store, trial->record, 0, &out);
    if (status == STATUS_OK)
        status = write_file(store, byte_view_of("much the same", 13), 5, true,
                            &file);
    byte_buf_clear(&out);
    if (status == STATUS_OK)
        status = bundle_get_chunk(store, trial->record, 0, 0, &encoding, &out);
    byte_buf_release(&out);
    store_free(store);
    return status;
}

static void
test_allocations(void **state)
{
    static struct cut cut;
    struct trial trial = {&cut, NULL, *state};

    cut_file(&cut, "photo.jpg", "image/jpeg", CHUNK_SIZE + 7, 8);
    trial.record = seal_files(&cut.file, 1);
    test_alloc_each(take_in_and_read, &trial);
    record_free(trial.record);
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
        OVER_BOTH(test_one_chunk),
        OVER_BOTH(test_every_order_of_arrival),
        OVER_BOTH(test_what_is_no_chunk_of_it),
        OVER_BOTH(test_a_long_form_is_not_kept),
        OVER_BOTH(test_a_list_that_lies),
        OVER_BOTH(test_a_record_that_lies),
        OVER_BOTH(test_a_faulty_file),
        OVER_BOTH(test_bounds_of_reading),
        OVER_BOTH(test_missing_in_order),
        OVER_BOTH(test_writer),
        OVER_BOTH(test_bounds_of_writing),
        OVER(test_two_levels, store_sqlite), /* into one in memory */
        OVER_BOTH(test_allocations),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
