/* Publishing: what goes into the store, in which order, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/bundle.h"
#include "bundles/identity.h"
#include "bundles/metadata.h"
#include "bundles/publish.h"
#include "core/file.h"
#include "core/limits.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/images.h"
#include "tests/unit/records.h"
#include "tests/unit/stores.h"
#include "tests/unit/test_support.h"

#define LITERAL(text) byte_view_of(text, sizeof(text) - 1)

/* A store, key 1, and a folder with files to attach. */
struct desk {
    struct stores stores;
    struct key_secret *secret;
    char folder[TEST_PATH_MAX];
    struct publish_text texts[2];
    struct publish_request request;
};

static struct desk desk;

static void
write_file(const char *name, const void *octets, size_t size)
{
    char path[TEST_PATH_MAX];

    test_path(path, desk.folder, name);
    assert_int_equal(file_write(path, byte_view_of(octets, size), 0644),
                     STATUS_OK);
}

static int
set_up(void **state)
{
    static const char gps[] = "\xff\xe1\0\x08"
                              "Exif\0\0";
    uint8_t betraying[1024];
    size_t size;

    memset(&desk, 0, sizeof(desk));
    stores_open(&desk.stores, STORES_MEM, 0);
    desk.secret = records_key(1);
    test_make_directory(desk.folder);
    write_file("photo.jpg", images_jpeg, sizeof(images_jpeg));
    write_file("Photo 2.JPG", images_jpeg, sizeof(images_jpeg));
    write_file("fake.png", "GIF89a", 6);
    write_file("empty.pdf", "", 0);
    write_file("report.pdf", "%PDF-1.7", 8);
    size =
        images_insert(betraying, sizeof(betraying),
                      byte_view_of(images_jpeg, sizeof(images_jpeg)),
                      IMAGES_JPEG_SEGMENT, byte_view_of(gps, sizeof(gps) - 1));
    write_file("gps.jpg", betraying, size);

    desk.texts[0].language = LITERAL("en");
    desk.texts[0].octets = LITERAL("# An end to torture\n");
    desk.texts[0].path = "drafts/Draft Ivanov.md";
    desk.texts[1].language = LITERAL("ru");
    desk.texts[1].octets = LITERAL("# Положить конец пыткам\n");
    desk.texts[1].path = "ru.txt";
    desk.texts[1].is_plain = true;
    desk.request.key = desk.secret->public_key;
    desk.request.date = (struct day){19534};
    desk.request.today = (struct day){19535};
    desk.request.statement.title = LITERAL("An end to torture");
    desk.request.text_count = 1;
    desk.request.texts = desk.texts;
    desk.request.sequence = 1;
    *state = &desk;
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    stores_close(&desk.stores);
    key_secret_free(desk.secret);
    test_remove_directory(desk.folder);
    return 0;
}

static uint64_t
octets_stored(void)
{
    struct store_figures figures;

    assert_int_equal(store_count(desk.stores.store, &figures), STATUS_OK);
    return figures.octets;
}

/* Publish what desk.request says; the record is the caller's. */
static struct record *
published(void)
{
    struct publish_fault fault;
    struct publish *publish;
    struct record *record;

    assert_int_equal(
        publish_begin(&publish, desk.stores.store, &desk.request, &fault),
        STATUS_OK);
    assert_int_equal(publish_sign(publish, desk.secret, &record), STATUS_OK);
    assert_false(store_in_transaction(desk.stores.store));
    publish_free(publish);
    return record;
}

static void
assert_file(const struct record *record, size_t index, const char *name,
            const char *language, const char *type)
{
    const struct record_file *file = &record_fields(record)->files[index];

    assert_true(byte_view_equal_text(file->name, name));
    assert_true(byte_view_equal_text(file->language, language));
    assert_true(byte_view_equal_text(file->type, type));
}

static void
test_a_statement(void **state)
{
    char photo[TEST_PATH_MAX];
    char report[TEST_PATH_MAX];
    const char *attachments[] = {photo, report};
    struct record *record;
    struct byte_buf text;
    struct store_row row;

    (void)state;
    test_path(photo, desk.folder, "photo.jpg");
    test_path(report, desk.folder, "report.pdf");
    desk.request.text_count = 2;
    desk.request.attachments = attachments;
    desk.request.attachment_count = 2;
    record = published();

    assert_int_equal(record_fields(record)->file_count, 4);
    assert_file(record, 0, "statement.md", "en", "text/markdown");
    assert_file(record, 1, "statement.ru.txt", "ru", "text/plain");
    assert_file(record, 2, "attachment-1.jpg", "-", "image/jpeg");
    assert_file(record, 3, "attachment-2.pdf", "-", "application/pdf");
    assert_int_equal(record_fields(record)->date.number, 19534);
    assert_int_equal(store_get_row(desk.stores.store, record_id(record), &row),
                     STATUS_OK);
    assert_int_equal(row.state, STORE_COMPLETE);
    assert_int_equal(row.keeping, STORE_FOLLOWED);
    assert_int_equal(row.arrived.number, 19535);

    byte_buf_init(&text, PUBLISH_TEXT_MAX);
    assert_int_equal(bundle_load_file(desk.stores.store, record, 1, &text),
                     STATUS_OK);
    assert_true(byte_view_equal(byte_view_of_buf(&text), desk.texts[1].octets));
    byte_buf_release(&text);
    stores_check(&desk.stores);
    record_free(record);
}

static void
test_numbers_follow_one_another(void **state)
{
    struct record *first = published();
    struct record *second;

    (void)state;
    desk.request.sequence = 0;
    desk.texts[0].octets = LITERAL("# Another\n");
    second = published();
    assert_int_equal(record_fields(first)->sequence, 1);
    assert_int_equal(record_fields(first)->previous_count, 0);
    assert_int_equal(record_fields(second)->sequence, 2);
    assert_int_equal(record_fields(second)->previous_count, 1);
    assert_true(
        record_id_equal(&record_fields(second)->previous[0], record_id(first)));
    record_free(first);
    record_free(second);
}

/* True if the request was published before; *id says as what. */
static bool
is_known(struct record_id *id)
{
    struct publish_fault fault;
    struct publish *publish;
    bool known;

    assert_int_equal(
        publish_begin(&publish, desk.stores.store, &desk.request, &fault),
        STATUS_OK);
    known = publish_is_known(publish, id);
    publish_free(publish);
    return known;
}

static void
test_the_same_twice(void **state)
{
    struct record *first = published();
    struct record_id id;

    (void)state;
    desk.request.sequence = 0;
    desk.request.date = (struct day){19600};
    desk.request.statement.title = LITERAL("Another title");
    assert_true(is_known(&id));
    assert_true(record_id_equal(&id, record_id(first)));

    /* Of another language, or as a correction, it is another statement. */
    desk.texts[0].language = LITERAL("fr");
    assert_false(is_known(&id));
    desk.texts[0].language = LITERAL("en");
    desk.request.statement.has_replaces = true;
    desk.request.statement.replaces = *record_id(first);
    assert_false(is_known(&id));
    record_free(first);
}

static void
test_nothing_stays_without_a_signature(void **state)
{
    struct publish_fault fault;
    struct publish *publish;
    uint64_t before = octets_stored();

    (void)state;
    assert_int_equal(
        publish_begin(&publish, desk.stores.store, &desk.request, &fault),
        STATUS_OK);
    assert_true(publish_stored_size(publish) > 0);
    assert_int_equal(publish_plain_size(publish), desk.texts[0].octets.size);
    publish_free(publish);
    assert_int_equal(octets_stored(), before);
    assert_false(store_in_transaction(desk.stores.store));
}

static void
test_a_reserved_number(void **state)
{
    struct publish_fault fault;
    struct publish *publish;
    struct record_id id;
    struct record *record;
    uint64_t before = octets_stored();

    (void)state;
    desk.request.is_trial = true;
    assert_int_equal(
        publish_begin(&publish, desk.stores.store, &desk.request, &fault),
        STATUS_OK);
    id = publish_id(publish);
    assert_int_equal(publish_reserve(publish), STATUS_OK);
    publish_free(publish);
    assert_int_equal(octets_stored(), before);

    desk.request.sequence = 0;
    desk.request.is_trial = false;
    record = published();
    assert_int_equal(record_fields(record)->sequence, 2);
    assert_true(record_id_equal(&record_fields(record)->previous[0], &id));
    record_free(record);
}

static void
assert_refused(enum status wanted, struct publish_fault *fault)
{
    struct publish *publish;
    uint64_t before = octets_stored();

    assert_int_equal(
        publish_begin(&publish, desk.stores.store, &desk.request, fault),
        wanted);
    assert_null(publish);
    assert_false(store_in_transaction(desk.stores.store));
    assert_int_equal(octets_stored(), before);
}

static void
attach(const char *name)
{
    static char path[TEST_PATH_MAX];
    static const char *paths[1] = {path};

    test_path(path, desk.folder, name);
    desk.request.attachments = paths;
    desk.request.attachment_count = 1;
}

static void
test_attachments_that_are_refused(void **state)
{
    struct publish_fault fault;

    (void)state;
    attach("gps.jpg");
    assert_refused(STATUS_DENIED, &fault);
    assert_string_equal(fault.path, desk.request.attachments[0]);
    assert_int_equal(fault.found, METADATA_EXIF);
    assert_false(fault.is_misnamed);
    attach("fake.png");
    assert_refused(STATUS_DENIED, &fault);
    assert_true(fault.is_misnamed);
    attach("empty.pdf");
    assert_refused(STATUS_MALFORMED, &fault);
    assert_non_null(fault.path);
    attach("not there.pdf");
    assert_refused(STATUS_NOT_FOUND, &fault);
    assert_non_null(fault.path);
    attach(".");
    assert_refused(STATUS_DENIED, &fault);
    assert_int_equal(fault.found, 0);

    attach("gps.jpg");
    desk.request.keep_metadata = true;
    record_free(published());
}

static void
test_what_was_not_examined(void **state)
{
    struct publish_fault fault;
    struct publish *publish;

    (void)state;
    attach("report.pdf");
    assert_int_equal(
        publish_begin(&publish, desk.stores.store, &desk.request, &fault),
        STATUS_OK);
    assert_true(publish_is_unexamined(publish, 0));
    publish_free(publish);
    attach("photo.jpg");
    assert_int_equal(
        publish_begin(&publish, desk.stores.store, &desk.request, &fault),
        STATUS_OK);
    assert_false(publish_is_unexamined(publish, 0));
    publish_free(publish);
}

static void
test_local_names(void **state)
{
    char one[TEST_PATH_MAX];
    char two[TEST_PATH_MAX];
    const char *attachments[] = {one, two, two};
    struct record *record;

    (void)state;
    test_path(one, desk.folder, "photo.jpg");
    test_path(two, desk.folder, "Photo 2.JPG");
    desk.request.attachments = attachments;
    desk.request.attachment_count = 3;
    desk.request.keep_names = true;
    record = published();
    assert_file(record, 0, "draft-ivanov.md", "en", "text/markdown");
    assert_file(record, 1, "photo.jpg", "-", "image/jpeg");
    assert_file(record, 2, "photo-2.jpg", "-", "image/jpeg");
    assert_file(record, 3, "attachment-3.jpg", "-", "image/jpeg");
    record_free(record);
}

static void
test_an_unknown_last_number(void **state)
{
    struct publish_fault fault;

    (void)state;
    desk.request.sequence = 0;
    assert_refused(STATUS_NOT_FOUND, &fault);
    assert_null(fault.path);
    desk.request.sequence = 7;
    assert_refused(STATUS_NOT_FOUND, &fault);
}

/* Two machines went on from the same number. */
static void
test_a_forked_history(void **state)
{
    struct stores elsewhere;
    struct publish_fault fault;
    struct record *first = published();
    struct record *ours, *theirs, *theirs_too, *merged;
    struct desk here = desk;

    (void)state;
    desk.request.sequence = 0;
    desk.texts[0].octets = LITERAL("# Ours\n");
    ours = published();

    stores_open(&elsewhere, STORES_MEM, 0);
    assert_int_equal(stores_put(elsewhere.store, first, STORE_FOLLOWED),
                     STATUS_OK);
    desk.stores = elsewhere;
    desk.texts[0].octets = LITERAL("# Theirs\n");
    theirs = published();
    desk.texts[0].octets = LITERAL("# Theirs too\n");
    theirs_too = published();
    desk.stores = here.stores;
    stores_close(&elsewhere);

    assert_int_equal(stores_put(desk.stores.store, theirs, STORE_FOLLOWED),
                     STATUS_OK);
    assert_int_equal(stores_put(desk.stores.store, theirs_too, STORE_FOLLOWED),
                     STATUS_OK);
    desk.texts[0].octets = LITERAL("# Next\n");
    assert_refused(STATUS_AMBIGUOUS, &fault);
    assert_int_equal(fault.fork.previous_count, 2);
    desk.request.merge = true;
    merged = published();
    assert_int_equal(record_fields(merged)->sequence, 4);
    assert_int_equal(record_fields(merged)->previous_count, 2);
    record_free(first);
    record_free(ours);
    record_free(theirs);
    record_free(theirs_too);
    record_free(merged);
}

static void
test_too_many_files(void **state)
{
    static const char *many[RECORD_FILES_MAX];
    struct publish_fault fault;

    (void)state;
    desk.request.attachments = many;
    desk.request.attachment_count = RECORD_FILES_MAX;
    assert_refused(STATUS_TOO_LARGE, &fault);
}

static void
test_bad_titles_and_keys(void **state)
{
    struct key_secret *other = records_key(2);
    struct publish_fault fault;
    struct publish *publish;

    (void)state;
    assert_int_equal(
        publish_begin(&publish, desk.stores.store, &desk.request, &fault),
        STATUS_OK);
    assert_int_equal(publish_sign(publish, other, NULL), STATUS_MALFORMED);
    publish_free(publish);
    key_secret_free(other);
    desk.request.statement.title = LITERAL("two\nlines");
    assert_refused(STATUS_MALFORMED, &fault);
}

/* A number under which something else was signed is refused. */
static void
test_a_number_that_is_taken(void **state)
{
    struct publish_fault fault;
    struct publish *publish;
    struct record_id id;

    (void)state;
    record_free(published());
    assert_int_equal(
        publish_begin(&publish, desk.stores.store, &desk.request, &fault),
        STATUS_OK);
    assert_true(publish_is_known(publish, &id));
    publish_free(publish);
    desk.texts[0].octets = LITERAL("Something else\n");
    assert_int_equal(
        publish_begin(&publish, desk.stores.store, &desk.request, &fault),
        STATUS_EXISTS);
    assert_null(publish);
    assert_false(store_in_transaction(desk.stores.store));
}

static void
test_identity(void **state)
{
    struct identity identity = {
        .version = 1,
        .name = LITERAL("Committee"),
        .threshold = 1,
        .recovery_count = 1,
    };
    struct key_secret *recovery = records_key(2);
    struct record *record;
    struct identity read;
    struct record_id id;

    (void)state;
    identity.recovery[0] = recovery->public_key;
    key_secret_free(recovery);
    assert_int_equal(publish_identity(desk.stores.store, desk.secret, &identity,
                                      (struct day){19534}, &id),
                     STATUS_OK);
    assert_int_equal(store_get_record(desk.stores.store, &id, &record),
                     STATUS_OK);
    assert_int_equal(identity_read(&read, record), STATUS_OK);
    assert_true(byte_view_equal_text(read.name, "Committee"));
    record_free(record);
    assert_int_equal(publish_identity(desk.stores.store, desk.secret, &identity,
                                      (struct day){19534}, &id),
                     STATUS_EXISTS);
    assert_false(store_in_transaction(desk.stores.store));

    /* The statement after it is number 2. */
    desk.request.sequence = 0;
    record = published();
    assert_int_equal(record_fields(record)->sequence, 2);
    record_free(record);
}

/* All of it, in a new store each time. */
static enum status
publish_once(void *context)
{
    struct stores *stores = context;
    struct publish *publish = NULL;
    struct publish_fault fault;
    struct store *store;
    enum status status = stores_open_another(stores, &store);

    if (status != STATUS_OK)
        return status;
    status = publish_begin(&publish, store, &desk.request, &fault);
    if (status == STATUS_OK)
        status = publish_sign(publish, desk.secret, NULL);
    publish_free(publish);
    store_free(store);
    return status;
}

static void
test_each_allocation(void **state)
{
    (void)state;
    attach("photo.jpg");
    test_alloc_each(publish_once, &desk.stores);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_statement, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_numbers_follow_one_another, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_the_same_twice, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nothing_stays_without_a_signature,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_reserved_number, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_attachments_that_are_refused,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_was_not_examined, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_local_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_unknown_last_number, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_forked_history, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_too_many_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bad_titles_and_keys, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_number_that_is_taken, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_identity, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_each_allocation, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
