/*
 * tests/vectors/sealed: boxes that were made once, and open for ever.
 *
 *     NAME/box       the sealed record with its box
 *     NAME/key       the key line
 *     NAME/inside    the statement inside, with its files
 *     NAME/release   its author's release
 *
 * two-keys has a box that the cipher opens under two keys, key and other-key;
 * what is inside is no statement.  With P2PUB_WRITE_VECTORS=1 in the
 * environment they are made anew where they are not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/bundle.h"
#include "bundles/key_line.h"
#include "bundles/opening.h"
#include "bundles/parcel.h"
#include "bundles/publish_answer.h"
#include "bundles/publish_sealed.h"
#include "bundles/sealed_object.h"
#include "core/file.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/text.h"
#include "tests/unit/records.h"
#include "tests/unit/stores.h"
#include "tests/unit/test_support.h"
#include "tests/unit/vectors.h"

static const struct day day = {20798};

/* tests/vectors/sealed/NAME/FILE */
static void
path_of(char out[TEST_PATH_MAX], const char *name, const char *file)
{
    const char *top = getenv("top_srcdir");

    snprintf(out, TEST_PATH_MAX, "%s/tests/vectors/sealed/%s%s%s",
             top == NULL ? "." : top, name, file[0] == '\0' ? "" : "/", file);
}

/* Making them. */

struct made {
    struct key_secret *secret;
    struct stores aside;  /* has the statement inside */
    struct stores stores; /* has the sealed record and the release */
    uint8_t key[SEALED_KEY_SIZE];
    struct byte_buf box;
    struct sealed sealed;
    struct record_id id;
    struct record_id release;
};

static enum status
read_stored(void *context, size_t index, file_sink *sink, void *sink_context)
{
    void **both = context;

    return bundle_read_file(both[0], both[1], index, sink, sink_context);
}

static void
write_folder(struct store *store, const struct record_id *id, const char *name,
             const char *folder)
{
    struct parcel_source source = {.read = read_stored};
    struct parcel_fault fault;
    struct record *record;
    char path[TEST_PATH_MAX];
    void *both[2];

    assert_int_equal(store_get_record(store, id, &record), STATUS_OK);
    both[0] = store;
    both[1] = record;
    source.header = record_header(record);
    source.fields = record_fields(record);
    source.record = record;
    source.context = both;
    path_of(path, name, folder);
    assert_int_equal(parcel_write(path, &source, &fault), STATUS_OK);
    record_free(record);
}

static void
write_line(const struct made *made, const uint8_t key[SEALED_KEY_SIZE],
           const char *name, const char *file)
{
    char line[KEY_LINE_TEXT_SIZE];
    char path[TEST_PATH_MAX];

    key_line_format(line, &made->id, key);
    line[KEY_LINE_TEXT_SIZE - 1] = '\n';
    path_of(path, name, file);
    assert_int_equal(file_write(path, byte_view_of(line, sizeof(line)), 0644),
                     STATUS_OK);
}

static void
make_inside(struct made *made, const char *title,
            const struct publish_text *texts, size_t text_count,
            const char *attachment)
{
    const char *attachments[] = {attachment};
    struct publish_request request = {.key = made->secret->public_key,
                                      .date = day,
                                      .today = day,
                                      .text_count = text_count,
                                      .texts = texts,
                                      .attachments = attachments,
                                      .attachment_count = attachment != NULL,
                                      .outside = true};
    struct publish_fault fault;
    struct publish *publish;
    struct record *record;
    struct byte_buf octets;

    request.statement.title = byte_view_of_text(title);
    request.statement.has_salt = true;
    memset(request.statement.salt, 0x5a, sizeof(request.statement.salt));
    byte_buf_init(&octets, SEALED_BOX_MAX);
    assert_int_equal(
        publish_begin(&publish, made->aside.store, &request, &fault),
        STATUS_OK);
    assert_int_equal(publish_sign(publish, made->secret, &record), STATUS_OK);
    publish_free(publish);
    assert_int_equal(sealed_object_write(&octets, made->aside.store, record),
                     STATUS_OK);
    assert_int_equal(
        sealed_box_close(&made->box, made->key, byte_view_of_buf(&octets)),
        STATUS_OK);
    made->sealed.seals = *record_id(record);
    record_free(record);
    byte_buf_release(&octets);
}

static void
make_sealed(struct made *made)
{
    struct publish_sealed request = {.key = made->secret->public_key,
                                     .date = day,
                                     .today = day,
                                     .sequence = 1,
                                     .sealed = made->sealed};
    struct release release;
    struct publish_answer answer = {
        .key = made->secret->public_key, .today = day, .release = &release};
    struct publish_fault fault;
    struct publish *publish;

    request.box = byte_view_of_buf(&made->box);
    request.sealed.has_opens = true;
    request.sealed.opens.number = day.number + 3;
    sealed_box_key_id(request.sealed.key_id, made->key);
    assert_int_equal(
        publish_sealed_begin(&publish, made->stores.store, &request, &fault),
        STATUS_OK);
    made->id = publish_id(publish);
    assert_int_equal(publish_sign(publish, made->secret, NULL), STATUS_OK);
    publish_free(publish);
    release.opens = made->id;
    memcpy(release.key, made->key, sizeof(release.key));
    assert_int_equal(publish_answer(made->stores.store, &answer, made->secret,
                                    &made->release, &fault),
                     STATUS_OK);
}

static void
made_begin(struct made *made, uint8_t key)
{
    memset(made, 0, sizeof(*made));
    made->secret = records_key(3);
    stores_open(&made->aside, STORES_MEM, 0);
    stores_open(&made->stores, STORES_MEM, 0);
    memset(made->key, key, sizeof(made->key));
    byte_buf_init(&made->box, SEALED_BOX_MAX);
}

static void
made_end(struct made *made, const char *name, bool is_statement)
{
    char path[TEST_PATH_MAX];

    path_of(path, name, "");
    assert_int_equal(file_make_directory(path), STATUS_OK);
    make_sealed(made);
    write_folder(made->stores.store, &made->id, name, "box");
    write_folder(made->stores.store, &made->release, name, "release");
    if (is_statement)
        write_folder(made->aside.store, &made->sealed.seals, name, "inside");
    write_line(made, made->key, name, "key");
    byte_buf_release(&made->box);
    stores_close(&made->stores);
    stores_close(&made->aside);
    key_secret_free(made->secret);
}

static void
make_small(void)
{
    struct publish_text texts[2] = {{.is_plain = false}, {.is_plain = false}};
    struct made made;

    texts[0].language = byte_view_of_text("en");
    texts[0].octets = byte_view_of_text(
        "# Twelve names\n\nTwelve people are held without access to a "
        "lawyer. We call on the authorities to release them.\n");
    texts[1].language = byte_view_of_text("ru");
    texts[1].octets = byte_view_of_text(
        "# Двенадцать имён\n\nДвенадцать человек содержатся под стражей без "
        "доступа к адвокату. Мы призываем власти освободить их.\n");
    made_begin(&made, 0x11);
    make_inside(&made, "Twelve names", texts, 2, NULL);
    made_end(&made, "small", true);
}

/* Two pieces, and a file of two chunks and their list, which do not
 * shrink. */
static void
make_pieces(void)
{
    struct publish_text text = {.is_plain = true};
    static uint8_t octets[40000];
    struct entropy entropy;
    struct made made;
    char folder[TEST_PATH_MAX];
    char path[TEST_PATH_MAX];

    text.language = byte_view_of_text("und");
    text.octets = byte_view_of_text("A map.\n");
    entropy_init_seed(&entropy, 1);
    entropy_fill(&entropy, octets, sizeof(octets));
    test_make_directory(folder);
    test_path(path, folder, "map.bin");
    assert_int_equal(
        file_write(path, byte_view_of(octets, sizeof(octets)), 0644),
        STATUS_OK);
    made_begin(&made, 0x22);
    make_inside(&made, "A map", &text, 1, path);
    made_end(&made, "pieces", true);
    test_remove_directory(folder);
}

/* The box of tests/vectors/two_keys.txt. */
static void
make_two_keys(void)
{
    struct byte_view file = vectors_read("two_keys.txt");
    struct byte_view text = file;
    uint8_t other[SEALED_KEY_SIZE];
    uint8_t blocks[3][16];
    struct byte_view line;
    struct made made;

    made_begin(&made, 1);
    for (size_t i = 0; i < 3; i++) {
        assert_true(vectors_line(&line, &text));
        (void)vectors_word(&line);
        assert_int_equal(text_hex_parse(blocks[i], 16, line), STATUS_OK);
    }
    for (size_t i = 0; i < 254; i++)
        assert_int_equal(
            byte_buf_append(&made.box, byte_view_of(blocks[0], 16)), STATUS_OK);
    assert_int_equal(byte_buf_append(&made.box, byte_view_of(blocks[1], 32)),
                     STATUS_OK);
    memset(made.sealed.seals.octets, 7, 32);
    memset(other, 2, sizeof(other));
    made_end(&made, "two-keys", false);
    write_line(&made, other, "two-keys", "other-key");
    vectors_free(file);
}

static bool
is_there(const char *name)
{
    struct byte_buf octets;
    char path[TEST_PATH_MAX];
    bool is_there;

    path_of(path, name, "key");
    byte_buf_init(&octets, KEY_LINE_INPUT_MAX);
    is_there = file_read(&octets, path) == STATUS_OK;
    byte_buf_release(&octets);
    return is_there;
}

static void
test_make(void **state)
{
    (void)state;
    if (getenv("P2PUB_WRITE_VECTORS") == NULL)
        return;
    if (!is_there("small"))
        make_small();
    if (!is_there("pieces"))
        make_pieces();
    if (!is_there("two-keys"))
        make_two_keys();
}

/* Reading them. */

static struct parcel *
open_folder(const char *name, const char *folder)
{
    struct parcel_fault fault;
    struct parcel *parcel;
    char path[TEST_PATH_MAX];

    path_of(path, name, folder);
    assert_int_equal(parcel_open(&parcel, path, &fault), STATUS_OK);
    assert_true(parcel_is_complete(parcel));
    return parcel;
}

static void
read_line(struct key_line *line, const char *name, const char *file)
{
    struct byte_buf text;
    char path[TEST_PATH_MAX];

    path_of(path, name, file);
    byte_buf_init(&text, KEY_LINE_INPUT_MAX);
    assert_int_equal(file_read(&text, path), STATUS_OK);
    assert_int_equal(key_line_find(line, byte_view_of_buf(&text)), STATUS_OK);
    byte_buf_release(&text);
}

/* Open the box with the line in file; *inside is in place->store. */
static enum status
open_box(struct record **inside, struct opening_place *place, const char *name,
         const char *file)
{
    struct parcel *parcel = open_folder(name, "box");
    struct record *record = parcel_record(parcel);
    struct parcel_import outcome;
    struct key_line line;
    struct entropy entropy;
    struct stores stores;
    enum status status;

    read_line(&line, name, file);
    assert_true(key_line_is_of(&line, record_id(record)));
    stores_open(&stores, STORES_MEM, 0);
    assert_int_equal(
        parcel_import(&outcome, stores.store, parcel, STORE_OTHER, day),
        STATUS_OK);
    entropy_init_seed(&entropy, 1);
    status = opening_make_aside(inside, place, &entropy, stores.store, record,
                                line.key);
    stores_close(&stores);
    parcel_free(parcel);
    return status;
}

/* A file_sink into a byte_buf. */
static enum status
keep(void *context, struct byte_view piece)
{
    return byte_buf_append(context, piece);
}

static void
check_file(struct store *store, const struct record *record,
           const struct parcel *parcel, size_t index)
{
    struct byte_buf found;
    struct byte_buf wanted;

    byte_buf_init(&found, SEALED_BOX_MAX);
    byte_buf_init(&wanted, SEALED_BOX_MAX);
    assert_int_equal(bundle_load_file(store, record, index, &found), STATUS_OK);
    assert_int_equal(parcel_read_file(parcel, index, keep, &wanted), STATUS_OK);
    assert_true(
        byte_view_equal(byte_view_of_buf(&found), byte_view_of_buf(&wanted)));
    byte_buf_release(&found);
    byte_buf_release(&wanted);
}

static void
check_release(const char *name)
{
    struct parcel *box = open_folder(name, "box");
    struct parcel *parcel = open_folder(name, "release");
    struct key_line line;
    struct release release;

    read_line(&line, name, "key");
    assert_true(
        release_fits(&release, parcel_record(parcel), parcel_record(box)));
    assert_memory_equal(release.key, line.key, SEALED_KEY_SIZE);
    parcel_free(parcel);
    parcel_free(box);
}

static void
check_opens(const char *name, size_t files)
{
    struct opening_place place = {.keeping = STORE_OTHER, .today = day};
    struct parcel *parcel = open_folder(name, "inside");
    struct record *record;

    assert_int_equal(open_box(&record, &place, name, "key"), STATUS_OK);
    assert_true(
        record_id_equal(record_id(record), record_id(parcel_record(parcel))));
    assert_int_equal(record_fields(record)->file_count, files);
    for (size_t i = 0; i < files; i++)
        check_file(place.store, record, parcel, i);
    record_free(record);
    store_free(place.store);
    parcel_free(parcel);
    check_release(name);
}

static void
test_open(void **state)
{
    (void)state;
    check_opens("small", 2);
    check_opens("pieces", 2);
}

static void
test_two_keys(void **state)
{
    static const char *const files[] = {"key", "other-key"};
    struct record *record;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct opening_place place = {.keeping = STORE_OTHER, .today = day};
        enum status status = open_box(&record, &place, "two-keys", files[i]);

        /* The first is its key, and what is inside is nothing. */
        assert_int_equal(status,
                         i == 0 ? STATUS_MALFORMED : STATUS_BAD_SIGNATURE);
        assert_null(record);
        store_free(place.store);
    }
    check_release("two-keys");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_make),
        cmocka_unit_test(test_open),
        cmocka_unit_test(test_two_keys),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
