/* Bundles as folders: written, opened, walked over, and what a changed octet
 * does to them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "bundles/bundle.h"
#include "bundles/parcel_export.h"
#include "bundles/publish.h"
#include "core/mem.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/images.h"
#include "tests/unit/records.h"
#include "tests/unit/stores.h"
#include "tests/unit/test_support.h"

#define LITERAL(text) byte_view_of(text, sizeof(text) - 1)

/* Long enough for two chunks and their list. */
#define LARGE_SIZE ((size_t)50000)

static struct stores stores;
static struct record *record; /* a statement with a text and two files */
static char folder[TEST_PATH_MAX];
static char bundle_path[TEST_PATH_MAX]; /* FOLDER/ID */

/* The read of a parcel_source: from the store. */
static enum status
read_stored(void *context, size_t index, file_sink *sink, void *sink_context)
{
    (void)context;
    return bundle_read_file(stores.store, record, index, sink, sink_context);
}

static struct parcel_source
source(void)
{
    struct parcel_source out = {
        .header = record_header(record),
        .fields = record_fields(record),
        .record = record,
        .read = read_stored,
    };

    return out;
}

static void
write_file(const char *path, const void *octets, size_t size)
{
    (void)unlink(path);
    assert_int_equal(file_write_new(path, byte_view_of(octets, size), 0644),
                     STATUS_OK);
}

static struct record *
publish_statement(const char *photo, const char *large)
{
    const struct publish_text text = {.language = LITERAL("en"),
                                      .octets = LITERAL("# Title\n")};
    const char *attachments[] = {photo, large};
    struct key_secret *secret = records_key(1);
    struct publish_request request = {
        .key = secret->public_key,
        .date = {19534},
        .today = {19534},
        .statement = {.title = LITERAL("Title")},
        .text_count = 1,
        .texts = &text,
        .attachment_count = 2,
        .attachments = attachments,
        .sequence = 1,
    };
    struct publish_fault fault;
    struct publish *publish;
    struct record *out;

    assert_int_equal(publish_begin(&publish, stores.store, &request, &fault),
                     STATUS_OK);
    assert_int_equal(publish_sign(publish, secret, &out), STATUS_OK);
    publish_free(publish);
    key_secret_free(secret);
    return out;
}

static int
set_up(void **state)
{
    char photo[TEST_PATH_MAX];
    char large[TEST_PATH_MAX];
    uint8_t *octets = malloc(LARGE_SIZE);
    char id[RECORD_ID_TEXT_SIZE];

    (void)state;
    assert_non_null(octets);
    for (size_t i = 0; i < LARGE_SIZE; i++)
        octets[i] = (uint8_t)(i * i >> 3);
    stores_open(&stores, STORES_MEM, 0);
    test_make_directory(folder);
    test_path(photo, folder, "photo.jpg");
    test_path(large, folder, "large.pdf");
    write_file(photo, images_jpeg, sizeof(images_jpeg));
    write_file(large, octets, LARGE_SIZE);
    record = publish_statement(photo, large);
    free(octets);
    (void)unlink(photo);
    (void)unlink(large);
    record_id_format(record_id(record), id);
    test_path(bundle_path, folder, id);
    return 0;
}

static void
in_parcel(char out[TEST_PATH_MAX], const char *name)
{
    test_path(out, bundle_path, name);
}

static void
remove_parcel(void)
{
    static const char *const names[] = {
        "header.txt",       "header.txt.minisig", "statement.md",
        "attachment-1.jpg", "attachment-2.pdf",
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[TEST_PATH_MAX];

        in_parcel(path, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(bundle_path);
}

static int
tear_down(void **state)
{
    (void)state;
    remove_parcel();
    record_free(record);
    stores_close(&stores);
    test_remove_directory(folder);
    return 0;
}

/* Export one bundle into folder. */
static enum status
export_one(const struct parcel_source *from, struct parcel_fault *fault)
{
    struct parcel_export *export = NULL;
    enum status status = parcel_export_new(&export, folder);

    if (status == STATUS_OK)
        status = parcel_export_add(export, from, fault);
    if (status == STATUS_OK)
        status = parcel_export_finish(export, fault);
    if (status == STATUS_OK)
        assert_int_equal(parcel_export_count(export), 1);
    parcel_export_free(export);
    return status;
}

static void
export_parcel(void)
{
    struct parcel_source from = source();
    struct parcel_fault fault;

    assert_int_equal(export_one(&from, &fault), STATUS_OK);
}

static enum status
open_status(const char *path)
{
    struct parcel_fault fault;
    struct parcel *parcel;
    enum status status = parcel_open(&parcel, path, &fault);

    assert_int_equal(parcel == NULL, status != STATUS_OK);
    parcel_free(parcel);
    return status;
}

static void
test_export_and_open(void **state)
{
    char header[TEST_PATH_MAX];
    struct parcel_fault fault;
    struct parcel *parcel;

    (void)state;
    export_parcel();
    /* Nothing but the folder itself is left. */
    assert_int_equal(test_count_names(folder), 1);
    assert_int_equal(test_count_names(bundle_path), 5);
    assert_int_equal(parcel_open(&parcel, bundle_path, &fault), STATUS_OK);
    assert_true(
        record_id_equal(record_id(parcel_record(parcel)), record_id(record)));
    assert_true(parcel_is_complete(parcel));
    parcel_free(parcel);
    in_parcel(header, "header.txt");
    assert_int_equal(open_status(header), STATUS_OK);
}

static void
test_export_never_replaces(void **state)
{
    struct parcel_source from = source();
    struct parcel_fault fault;
    char text[TEST_PATH_MAX];

    (void)state;
    export_parcel();
    in_parcel(text, "statement.md");
    write_file(text, "mine", 4);
    assert_int_equal(export_one(&from, &fault), STATUS_EXISTS);
    assert_string_equal(fault.path, bundle_path);
    assert_int_equal(open_status(bundle_path), STATUS_BAD_SIGNATURE);
}

/* What a killed run left under the temporary name is cleared away. */
static void
test_leftovers(void **state)
{
    char name[RECORD_ID_TEXT_SIZE + 8];
    char id[RECORD_ID_TEXT_SIZE];
    char temporary[TEST_PATH_MAX];
    char path[TEST_PATH_MAX];

    (void)state;
    record_id_format(record_id(record), id);
    snprintf(name, sizeof(name), ".%s.tmp", id);
    test_path(temporary, folder, name);
    assert_int_equal(mkdir(temporary, 0700), 0);
    test_path(path, temporary, "statement.md");
    write_file(path, "half", 4);
    export_parcel();
    assert_int_equal(access(temporary, F_OK), -1);
    assert_int_equal(open_status(bundle_path), STATUS_OK);
}

static void
test_missing_files(void **state)
{
    char path[TEST_PATH_MAX];
    struct parcel_fault fault;
    struct parcel *parcel;

    (void)state;
    export_parcel();
    in_parcel(path, "attachment-1.jpg");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(parcel_open(&parcel, bundle_path, &fault), STATUS_OK);
    assert_false(parcel_is_complete(parcel));
    assert_true(parcel_has_file(parcel, 0));
    assert_false(parcel_has_file(parcel, 1));
    assert_true(parcel_has_file(parcel, 2));
    parcel_free(parcel);

    in_parcel(path, "header.txt.minisig");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(parcel_open(&parcel, bundle_path, &fault),
                     STATUS_NOT_FOUND);
    assert_string_equal(fault.path, path);
    in_parcel(path, "header.txt");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(open_status(bundle_path), STATUS_NOT_FOUND);
    assert_int_equal(open_status("/no/such/folder"), STATUS_NOT_FOUND);
}

/* Change one bit in every octet of a file, in turn. */
static void
flip_each(const char *name, size_t step)
{
    struct byte_buf octets;
    char path[TEST_PATH_MAX];

    in_parcel(path, name);
    byte_buf_init(&octets, 1 << 20);
    assert_int_equal(file_read(&octets, path), STATUS_OK);
    for (size_t i = 0; i < octets.size; i += step) {
        octets.data[i] ^= (uint8_t)(1U << i % 8);
        write_file(path, octets.data, octets.size);
        assert_int_not_equal(open_status(bundle_path), STATUS_OK);
        octets.data[i] ^= (uint8_t)(1U << i % 8);
    }
    write_file(path, octets.data, octets.size);
    assert_int_equal(open_status(bundle_path), STATUS_OK);
    byte_buf_release(&octets);
}

static void
test_flipped_bits(void **state)
{
    (void)state;
    export_parcel();
    flip_each("header.txt", 3);
    flip_each("statement.md", 1);
    flip_each("attachment-1.jpg", 5);
    flip_each("attachment-2.pdf", 7001);
}

/* Cut or grown by one octet, each file contradicts its signature. */
static void
test_cut_and_grown_files(void **state)
{
    static const char *const names[] = {"header.txt", "header.txt.minisig",
                                        "statement.md", "attachment-2.pdf"};

    (void)state;
    export_parcel();
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct byte_buf octets;
        char path[TEST_PATH_MAX];

        in_parcel(path, names[i]);
        byte_buf_init(&octets, 1 << 20);
        assert_int_equal(file_read(&octets, path), STATUS_OK);
        write_file(path, octets.data, octets.size - 1);
        assert_int_not_equal(open_status(bundle_path), STATUS_OK);
        assert_int_equal(byte_buf_append_text(&octets, "\n"), STATUS_OK);
        write_file(path, octets.data, octets.size);
        assert_int_not_equal(open_status(bundle_path), STATUS_OK);
        write_file(path, octets.data, octets.size - 1);
        assert_int_equal(open_status(bundle_path), STATUS_OK);
        byte_buf_release(&octets);
    }
}

static enum status
collect(void *context, struct byte_view piece)
{
    return byte_buf_append(context, piece);
}

/* What changed between opening and reading is not believed. */
static void
test_a_file_that_changes_later(void **state)
{
    char path[TEST_PATH_MAX];
    struct parcel_fault fault;
    struct parcel *parcel;
    struct byte_buf octets;

    (void)state;
    export_parcel();
    byte_buf_init(&octets, 1 << 20);
    assert_int_equal(parcel_open(&parcel, bundle_path, &fault), STATUS_OK);
    assert_int_equal(parcel_read_file(parcel, 0, collect, &octets), STATUS_OK);
    assert_string_equal(byte_buf_text(&octets), "# Title\n");
    in_parcel(path, "statement.md");
    write_file(path, "# Titel\n", 8);
    assert_int_equal(parcel_read_file(parcel, 0, collect, &octets),
                     STATUS_BAD_SIGNATURE);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(parcel_read_file(parcel, 0, collect, &octets),
                     STATUS_NOT_FOUND);
    parcel_free(parcel);
    byte_buf_release(&octets);
}

static void
test_write_into_a_folder(void **state)
{
    struct parcel_source from = source();
    struct parcel_fault fault;
    char path[TEST_PATH_MAX];

    (void)state;
    /* Into a folder that is there, beside what is in it. */
    assert_int_equal(mkdir(bundle_path, 0755), 0);
    in_parcel(path, "other");
    write_file(path, "mine", 4);
    assert_int_equal(parcel_write(bundle_path, &from, &fault), STATUS_OK);
    assert_int_equal(open_status(bundle_path), STATUS_OK);
    assert_int_equal(parcel_write(bundle_path, &from, &fault), STATUS_EXISTS);
    assert_int_equal(open_status(bundle_path), STATUS_OK);
    assert_int_equal(unlink(path), 0);
    remove_parcel();

    /* What was written is taken back, what was there stays. */
    assert_int_equal(mkdir(bundle_path, 0755), 0);
    in_parcel(path, "header.txt");
    write_file(path, "mine", 4);
    assert_int_equal(parcel_write(bundle_path, &from, &fault), STATUS_EXISTS);
    assert_string_equal(fault.path, path);
    assert_int_equal(test_count_names(bundle_path), 1);
    remove_parcel();

    /* Without a signature yet. */
    from.record = NULL;
    assert_int_equal(parcel_write(bundle_path, &from, &fault), STATUS_OK);
    assert_int_equal(test_count_names(bundle_path), 4);
    in_parcel(path, "header.txt.minisig");
    assert_int_equal(access(path, F_OK), -1);
}

static enum status
read_wrong(void *context, size_t index, file_sink *sink, void *sink_context)
{
    (void)context;
    (void)index;
    return sink(sink_context, byte_view_of_text("something else"));
}

static void
test_a_source_that_lies(void **state)
{
    struct parcel_source from = source();
    struct parcel_fault fault;

    (void)state;
    from.read = read_wrong;
    assert_int_equal(parcel_write(bundle_path, &from, &fault),
                     STATUS_BAD_SIGNATURE);
    assert_int_equal(access(bundle_path, F_OK), -1);
    assert_int_equal(export_one(&from, &fault), STATUS_BAD_SIGNATURE);
    assert_int_equal(test_count_names(folder), 0);
}

/* A file_sink. */
static enum status
append(void *context, struct byte_view piece)
{
    return byte_buf_append(context, piece);
}

static void
add_octets(void *context, size_t octets)
{
    *(uint64_t *)context += octets;
}

/* Who waits is told of every octet, each time that it is read. */
static void
test_watch(void **state)
{
    uint64_t octets = 0;
    const struct parcel_watch watch = {add_octets, &octets};
    struct parcel_fault fault;
    struct parcel *parcel;
    struct byte_buf out;
    uint64_t all;

    (void)state;
    export_parcel();
    assert_int_equal(parcel_open_watched(&parcel, bundle_path, &watch, &fault),
                     STATUS_OK);
    all = parcel_octets(parcel);
    assert_true(all > LARGE_SIZE);
    assert_int_equal(octets, all);
    byte_buf_init(&out, LARGE_SIZE);
    assert_int_equal(parcel_read_file(parcel, 2, append, &out), STATUS_OK);
    assert_int_equal(octets, all + LARGE_SIZE);
    parcel_unwatch(parcel);
    byte_buf_clear(&out);
    assert_int_equal(parcel_read_file(parcel, 2, append, &out), STATUS_OK);
    assert_int_equal(octets, all + LARGE_SIZE);
    byte_buf_release(&out);
    parcel_free(parcel);
}

static void
test_refill(void **state)
{
    struct parcel_source from = source();
    struct parcel_fault fault;
    char path[TEST_PATH_MAX];
    size_t added;

    (void)state;
    export_parcel();
    assert_int_equal(parcel_refill(folder, &from, &added, &fault), STATUS_OK);
    assert_int_equal(added, 0);
    in_parcel(path, "attachment-2.pdf");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(parcel_refill(folder, &from, &added, &fault), STATUS_OK);
    assert_int_equal(added, 1);
    assert_int_equal(test_count_names(bundle_path), 5);
    assert_int_equal(open_status(bundle_path), STATUS_OK);
}

/* Import into another store. */
static enum status
import_into(struct store *store, struct parcel_import *outcome)
{
    struct parcel_fault fault;
    struct parcel *parcel;
    enum status status = parcel_open(&parcel, bundle_path, &fault);

    memset(outcome, 0, sizeof(*outcome));
    if (status == STATUS_OK)
        status = parcel_import(outcome, store, parcel, STORE_OTHER,
                               (struct day){20000});
    assert_false(store_in_transaction(store));
    parcel_free(parcel);
    return status;
}

static void
test_import(void **state)
{
    struct parcel_import outcome;
    struct byte_buf octets;
    struct stores other;
    struct store_row row;
    char path[TEST_PATH_MAX];

    (void)state;
    export_parcel();
    stores_open(&other, STORES_SQLITE, 0);

    /* In two parts: first without the large file. */
    in_parcel(path, "attachment-2.pdf");
    byte_buf_init(&octets, 1 << 20);
    assert_int_equal(file_read(&octets, path), STATUS_OK);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(import_into(other.store, &outcome), STATUS_OK);
    assert_true(outcome.is_new);
    assert_int_equal(outcome.after, STORE_INCOMPLETE);

    write_file(path, octets.data, octets.size);
    assert_int_equal(import_into(other.store, &outcome), STATUS_OK);
    assert_false(outcome.is_new);
    assert_int_equal(outcome.before, STORE_INCOMPLETE);
    assert_int_equal(outcome.after, STORE_COMPLETE);
    assert_int_equal(store_get_row(other.store, record_id(record), &row),
                     STATUS_OK);
    assert_int_equal(row.keeping, STORE_OTHER);
    assert_int_equal(row.arrived.number, 20000);
    byte_buf_clear(&octets);
    assert_int_equal(bundle_load_file(other.store, record, 2, &octets),
                     STATUS_OK);
    assert_int_equal(octets.size, LARGE_SIZE);

    assert_int_equal(import_into(other.store, &outcome), STATUS_OK);
    assert_false(outcome.is_new);
    assert_int_equal(outcome.before, STORE_COMPLETE);
    stores_check(&other);
    byte_buf_release(&octets);
    stores_close(&other);
}

/* Nothing of a parcel that changed between opening and importing is wrong in
 * the store. */
static void
test_import_of_what_changed(void **state)
{
    struct parcel_import outcome;
    struct parcel_fault fault;
    struct parcel *parcel;
    struct stores other;
    char path[TEST_PATH_MAX];

    (void)state;
    export_parcel();
    stores_open(&other, STORES_MEM, 0);
    assert_int_equal(parcel_open(&parcel, bundle_path, &fault), STATUS_OK);
    in_parcel(path, "statement.md");
    write_file(path, "# Titel\n", 8);
    assert_int_equal(parcel_import(&outcome, other.store, parcel, STORE_OTHER,
                                   (struct day){20000}),
                     STATUS_BAD_SIGNATURE);
    assert_false(store_has_record(other.store, record_id(record)));
    parcel_free(parcel);
    stores_close(&other);
}

/* A parcel_visit that counts. */
static enum status
on_parcel(void *context, const char *path)
{
    size_t *count = context;

    assert_string_equal(path, bundle_path);
    (*count)++;
    return STATUS_OK;
}

static void
test_walk(void **state)
{
    char hidden[TEST_PATH_MAX];
    char link[TEST_PATH_MAX];
    size_t count = 0;

    (void)state;
    assert_int_equal(parcel_walk("/no/such/folder", on_parcel, &count),
                     STATUS_NOT_FOUND);
    assert_int_equal(parcel_walk(folder, on_parcel, &count), STATUS_OK);
    assert_int_equal(count, 0);
    export_parcel();
    test_path(hidden, folder, ".hidden");
    assert_int_equal(mkdir(hidden, 0755), 0);
    test_path(link, folder, "link");
    assert_int_equal(symlink(bundle_path, link), 0);
    assert_int_equal(parcel_walk(folder, on_parcel, &count), STATUS_OK);
    assert_int_equal(count, 1);
    assert_int_equal(parcel_walk(bundle_path, on_parcel, &count), STATUS_OK);
    assert_int_equal(count, 2);
    assert_int_equal(rmdir(hidden), 0);
}

/* Export, walk, open and import, in a store that is new each time. */
static enum status
count_only(void *context, const char *path)
{
    (void)context;
    (void)path;
    return STATUS_OK;
}

static enum status
all_of_it(void *context)
{
    struct parcel_source from = source();
    struct parcel_import outcome;
    struct parcel_fault fault;
    struct parcel *parcel = NULL;
    struct store *store = NULL;
    enum status status = stores_open_another(context, &store);

    if (status == STATUS_OK)
        status = export_one(&from, &fault);
    if (status == STATUS_OK)
        status = parcel_walk(folder, count_only, NULL);
    if (status == STATUS_OK)
        status = parcel_open(&parcel, bundle_path, &fault);
    if (status == STATUS_OK)
        status = parcel_import(&outcome, store, parcel, STORE_OTHER,
                               (struct day){20000});
    parcel_free(parcel);
    store_free(store);
    remove_parcel();
    return status;
}

static void
test_each_allocation(void **state)
{
    (void)state;
    test_alloc_each(all_of_it, &stores);
}

#define WITH_FOLDER(test) \
    cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(test_export_and_open),
        WITH_FOLDER(test_export_never_replaces),
        WITH_FOLDER(test_leftovers),
        WITH_FOLDER(test_missing_files),
        WITH_FOLDER(test_flipped_bits),
        WITH_FOLDER(test_cut_and_grown_files),
        WITH_FOLDER(test_a_file_that_changes_later),
        WITH_FOLDER(test_write_into_a_folder),
        WITH_FOLDER(test_a_source_that_lies),
        WITH_FOLDER(test_watch),
        WITH_FOLDER(test_refill),
        WITH_FOLDER(test_import),
        WITH_FOLDER(test_import_of_what_changed),
        WITH_FOLDER(test_walk),
        WITH_FOLDER(test_each_allocation),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
