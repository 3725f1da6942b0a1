/* What is in the box of a sealed statement: taken in whole, or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/bundle.h"
#include "bundles/chunk.h"
#include "bundles/deflate.h"
#include "bundles/sealed_object.h"
#include "bundles/stash.h"
#include "core/entropy.h"
#include "core/hash.h"
#include "core/limits.h"
#include "core/text.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/records.h"
#include "tests/unit/stores.h"

/* Three chunks and their list. */
#define LONG_SIZE ((size_t)70000)

static const struct day today = {20000};

/* A statement that was written, the record that seals it, and what goes into
 * the box. */
struct scene {
    struct stores author;
    struct stores reader;
    struct record *inner;
    struct record *sealed;
    struct byte_buf octets;
};

/* How the statement inside is. */
struct inner_spec {
    uint8_t key;
    uint32_t sequence;
    bool has_salt;
    size_t text;
};

static struct record_file
write_file(struct store *store, size_t size)
{
    struct record_file file = {.name = byte_view_of_text("statement.md"),
                               .language = byte_view_of_text("en"),
                               .type = byte_view_of_text("text/markdown")};
    struct bundle_writer *writer;
    static struct stash stash;
    uint8_t *text = malloc(size);

    assert_non_null(text);
    for (size_t i = 0; i < size; i++)
        text[i] = (uint8_t)('a' + i % 25 + i / CHUNK_SIZE);
    stash_init(&stash, store, STORE_FOLLOWED);
    assert_int_equal(
        bundle_writer_new(&writer, &stash, true, byte_view_of_text("en")),
        STATUS_OK);
    assert_int_equal(bundle_writer_add(writer, byte_view_of(text, size)),
                     STATUS_OK);
    assert_int_equal(bundle_writer_finish(writer, &file), STATUS_OK);
    bundle_writer_free(writer);
    assert_int_equal(stash_empty(&stash), STATUS_OK);
    stash_release(&stash);
    free(text);
    return file;
}

static struct record *
make_inner(struct store *store, const struct inner_spec *spec)
{
    struct record_line lines[2] = {
        {byte_view_of_text("title"), byte_view_of_text("A report")},
        {byte_view_of_text("salt"),
         byte_view_of_text("00112233445566778899aabbccddeeff")}};
    struct record_file file;
    struct record_fields fields = {.kind = byte_view_of_text("statement"),
                                   .date = {20000},
                                   .sequence = spec->sequence,
                                   .line_count = spec->has_salt ? 2 : 1,
                                   .lines = lines,
                                   .file_count = 1,
                                   .files = &file};
    struct record *record;

    assert_int_equal(store_begin(store), STATUS_OK);
    file = write_file(store, spec->text);
    record = records_seal_fields(&fields, spec->key);
    assert_int_equal(store_put_record(store, record, STORE_FOLLOWED, today),
                     STATUS_OK);
    assert_int_equal(store_commit(store), STATUS_OK);
    return record;
}

/* A record by key 1 that seals id; its box is not made. */
static struct record *
make_sealed(const struct record_id *id)
{
    char hex[RECORD_ID_TEXT_SIZE];
    struct record_line lines[2] = {{byte_view_of_text("seals"), {0}},
                                   {byte_view_of_text("key-id"), {0}}};
    struct record_file file = {
        .name = byte_view_of_text("sealed.bin"),
        .language = byte_view_of_text("-"),
        .type = byte_view_of_text("application/octet-stream"),
        .size = 4096};
    struct record_fields fields = {.kind = byte_view_of_text("sealed"),
                                   .date = {20000},
                                   .sequence = 1,
                                   .line_count = 2,
                                   .lines = lines,
                                   .file_count = 1,
                                   .files = &file};

    record_id_format(id, hex);
    lines[0].text = byte_view_of_text(hex);
    lines[1].text = byte_view_of_text(hex);
    return records_seal_fields(&fields, 1);
}

static void
scene_open(struct scene *scene, enum stores_kind kind, size_t text)
{
    const struct inner_spec spec = {1, 0, true, text};

    stores_open(&scene->author, kind, 0);
    stores_open(&scene->reader, kind, 0);
    scene->inner = make_inner(scene->author.store, &spec);
    scene->sealed = make_sealed(record_id(scene->inner));
    byte_buf_init(&scene->octets, SEALED_BOX_MAX);
    assert_int_equal(
        sealed_object_write(&scene->octets, scene->author.store, scene->inner),
        STATUS_OK);
}

static void
scene_close(struct scene *scene)
{
    byte_buf_release(&scene->octets);
    record_free(scene->sealed);
    record_free(scene->inner);
    stores_close(&scene->reader);
    stores_close(&scene->author);
}

/* Open octets at the reader; what was taken in stays only if it is good. */
static enum status
open_status(struct scene *scene, const struct record *sealed,
            struct byte_view octets)
{
    struct store *store = scene->reader.store;
    struct record *record;
    enum status status = store_begin(store);

    assert_int_equal(status, STATUS_OK);
    status =
        sealed_object_open(&record, store, sealed, octets, STORE_OTHER, today);
    if (status == STATUS_OK)
        status = store_commit(store);
    else
        assert_null(record);
    store_rollback(store);
    record_free(record);
    return status;
}

static enum status
open_changed(struct scene *scene, size_t place, uint8_t by)
{
    enum status status;

    scene->octets.data[place] ^= by;
    status =
        open_status(scene, scene->sealed, byte_view_of_buf(&scene->octets));
    scene->octets.data[place] ^= by;
    return status;
}

static void
check_round(enum stores_kind kind, size_t text)
{
    struct scene scene;
    struct byte_buf file;
    struct store_row row;

    scene_open(&scene, kind, text);
    assert_int_equal(byte_buf_append(&scene.octets, byte_view_of("\0\0\0", 3)),
                     STATUS_OK);
    /* And once more, which changes nothing. */
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(
            open_status(&scene, scene.sealed, byte_view_of_buf(&scene.octets)),
            STATUS_OK);
    assert_int_equal(
        store_get_row(scene.reader.store, record_id(scene.inner), &row),
        STATUS_OK);
    assert_int_equal(row.state, STORE_COMPLETE);
    byte_buf_init(&file, text);
    assert_int_equal(
        bundle_load_file(scene.reader.store, scene.inner, 0, &file), STATUS_OK);
    assert_int_equal(file.size, text);
    byte_buf_release(&file);
    stores_check(&scene.reader);
    scene_close(&scene);
}

static void
test_round(void **state)
{
    (void)state;
    check_round(STORES_MEM, 100);
    check_round(STORES_MEM, LONG_SIZE);
    check_round(STORES_SQLITE, LONG_SIZE);
}

/* Cut at every place, and one octet wrong at every place: never opened, and
 * nothing stays behind. */
static void
test_damage(void **state)
{
    struct scene scene;
    size_t wire;

    (void)state;
    scene_open(&scene, STORES_MEM, 100);
    wire = record_wire(scene.inner).size;
    for (size_t i = 0; i < scene.octets.size; i++) {
        assert_int_not_equal(open_status(&scene, scene.sealed,
                                         byte_view_of(scene.octets.data, i)),
                             STATUS_OK);
        assert_int_not_equal(open_changed(&scene, i, 1), STATUS_OK);
    }
    /* Signature, then header. */
    assert_int_equal(open_changed(&scene, 2, 1), STATUS_BAD_SIGNATURE);
    assert_int_equal(open_changed(&scene, 2 + 64, 1), STATUS_BAD_SIGNATURE);
    assert_int_equal(open_changed(&scene, 2 + wire - 2, 1),
                     STATUS_BAD_SIGNATURE);
    assert_false(store_has_record(scene.reader.store, record_id(scene.inner)));
    scene_close(&scene);
}

static void
test_padding(void **state)
{
    struct scene scene;

    (void)state;
    scene_open(&scene, STORES_MEM, 100);
    assert_int_equal(byte_buf_append(&scene.octets, byte_view_of("\0\0\1", 3)),
                     STATUS_OK);
    assert_int_equal(
        open_status(&scene, scene.sealed, byte_view_of_buf(&scene.octets)),
        STATUS_MALFORMED);
    scene_close(&scene);
}

/* A chunk that unpacks into more than its statement promises. */
static void
test_bomb(void **state)
{
    static const uint8_t zeros[CHUNK_SIZE];
    struct byte_buf packed;
    struct byte_buf octets;
    struct scene scene;
    uint8_t head[3];
    size_t wire;

    (void)state;
    scene_open(&scene, STORES_MEM, 100);
    wire = record_wire(scene.inner).size;
    byte_buf_init(&packed, CHUNK_SIZE);
    byte_buf_init(&octets, SEALED_BOX_MAX);
    assert_int_equal(deflate_pack(&packed, &head[0],
                                  byte_view_of(zeros, sizeof(zeros)), false,
                                  byte_view_of_text("-")),
                     STATUS_OK);
    head[1] = (uint8_t)packed.size;
    head[2] = (uint8_t)(packed.size >> 8);
    assert_int_equal(
        byte_buf_append(&octets, byte_view_of(scene.octets.data, 2 + wire)),
        STATUS_OK);
    assert_int_equal(byte_buf_append(&octets, byte_view_of(head, 3)),
                     STATUS_OK);
    assert_int_equal(byte_buf_append(&octets, byte_view_of_buf(&packed)),
                     STATUS_OK);
    assert_int_equal(
        open_status(&scene, scene.sealed, byte_view_of_buf(&octets)),
        STATUS_MALFORMED);
    byte_buf_release(&octets);
    byte_buf_release(&packed);
    scene_close(&scene);
}

/* A chunk that is here already does not make up for one that is wrong. */
static void
test_wrong_chunk_that_is_here(void **state)
{
    struct scene scene;

    (void)state;
    scene_open(&scene, STORES_MEM, 100);
    assert_int_equal(
        open_status(&scene, scene.sealed, byte_view_of_buf(&scene.octets)),
        STATUS_OK);
    assert_int_not_equal(open_changed(&scene, scene.octets.size - 1, 1),
                         STATUS_OK);
    scene_close(&scene);
}

/* The right octets under a record that seals something else. */
static void
test_other_id(void **state)
{
    const struct record_id other = {{1}};
    struct record *sealed = make_sealed(&other);
    struct scene scene;

    (void)state;
    scene_open(&scene, STORES_MEM, 100);
    assert_int_equal(
        open_status(&scene, sealed, byte_view_of_buf(&scene.octets)),
        STATUS_BAD_SIGNATURE);
    record_free(sealed);
    scene_close(&scene);
}

/* Statements that cannot be sealed; they are put together by hand. */
static void
check_refused(const struct inner_spec *spec, enum status status)
{
    struct byte_buf octets;
    struct scene scene;
    struct record *inner;
    struct record *sealed;
    uint8_t size[2];

    scene_open(&scene, STORES_MEM, 100);
    inner = make_inner(scene.author.store, spec);
    sealed = make_sealed(record_id(inner));
    byte_buf_init(&octets, SEALED_BOX_MAX);
    if (spec->key == 1)
        assert_int_equal(
            sealed_object_write(&octets, scene.author.store, inner),
            STATUS_MALFORMED);
    size[0] = (uint8_t)record_wire(inner).size;
    size[1] = (uint8_t)(record_wire(inner).size >> 8);
    assert_int_equal(byte_buf_append(&octets, byte_view_of(size, 2)),
                     STATUS_OK);
    assert_int_equal(byte_buf_append(&octets, record_wire(inner)), STATUS_OK);
    assert_int_equal(
        byte_buf_append(&octets,
                        byte_view_slice(byte_view_of_buf(&scene.octets),
                                        2 + record_wire(scene.inner).size,
                                        SIZE_MAX)),
        STATUS_OK);
    assert_int_equal(open_status(&scene, sealed, byte_view_of_buf(&octets)),
                     status);
    byte_buf_release(&octets);
    record_free(sealed);
    record_free(inner);
    scene_close(&scene);
}

static void
test_refused(void **state)
{
    static const struct inner_spec other_author = {2, 0, true, 100};
    static const struct inner_spec numbered = {1, 1, true, 100};
    static const struct inner_spec without_salt = {1, 0, false, 100};
    static const struct inner_spec large = {1, 0, true,
                                            SEALED_FILES_SIZE_MAX + 1};

    (void)state;
    check_refused(&other_author, STATUS_BAD_SIGNATURE);
    check_refused(&numbered, STATUS_NEWER);
    check_refused(&without_salt, STATUS_NEWER);
    check_refused(&large, STATUS_NEWER);
}

static enum status
write_and_open(void *context)
{
    struct scene *scene = context;
    struct store *store = NULL;
    struct record *record = NULL;
    struct byte_buf octets;
    enum status status;

    byte_buf_init(&octets, SEALED_BOX_MAX);
    status = stores_open_another(&scene->reader, &store);
    if (status == STATUS_OK)
        status =
            sealed_object_write(&octets, scene->author.store, scene->inner);
    if (status == STATUS_OK)
        status = store_begin(store);
    if (status == STATUS_OK)
        status =
            sealed_object_open(&record, store, scene->sealed,
                               byte_view_of_buf(&octets), STORE_OTHER, today);
    if (store != NULL)
        store_rollback(store);
    store_free(store);
    record_free(record);
    byte_buf_release(&octets);
    return status;
}

static void
test_without_memory(void **state)
{
    struct scene scene;

    (void)state;
    scene_open(&scene, STORES_MEM, LONG_SIZE);
    test_alloc_each(write_and_open, &scene);
    scene_close(&scene);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_padding),
        cmocka_unit_test(test_bomb),
        cmocka_unit_test(test_wrong_chunk_that_is_here),
        cmocka_unit_test(test_other_id),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_without_memory),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
