/* A sealed statement and its release: open when all is there, in every order
 * of arrival, and by nobody else's word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/bundle.h"
#include "bundles/opening.h"
#include "bundles/sealed_object.h"
#include "bundles/stash.h"
#include "core/entropy.h"
#include "core/limits.h"
#include "core/text.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/pile.h"
#include "tests/unit/records.h"
#include "tests/unit/stores.h"

static const struct day today = {20000};
static const uint8_t right_key[SEALED_KEY_SIZE] = {7};
static const uint8_t wrong_key[SEALED_KEY_SIZE] = {8};

/* Nobody is followed. */
static struct trust *nobody;

enum {
    SEALED,
    BOX, /* its one chunk */
    RELEASE,
    WRONG_KEY,    /* a release with another key */
    OTHER_AUTHOR, /* the right key, from somebody else */
    EVENTS
};

struct scene {
    struct stores author;
    struct record *inner;
    struct record *records[EVENTS]; /* none for BOX */
};

/* A record of key number signer with two lines of 64 digits. */
static struct record *
make_record(const char *kind, const char *const words[2],
            const uint8_t *const values[2], const struct record_file *file,
            uint8_t signer)
{
    char hex[2][65];
    struct record_line lines[2];
    struct record_fields fields = {.kind = byte_view_of_text(kind),
                                   .date = today,
                                   .line_count = 2,
                                   .lines = lines,
                                   .file_count = file == NULL ? 0 : 1,
                                   .files = file};

    for (size_t i = 0; i < 2; i++) {
        text_hex(hex[i], values[i], 32);
        lines[i].word = byte_view_of_text(words[i]);
        lines[i].text = byte_view_of_text(hex[i]);
    }
    return records_seal_fields(&fields, signer);
}

static struct record *
make_release(const struct record *sealed, const uint8_t key[SEALED_KEY_SIZE],
             uint8_t signer)
{
    const char *const words[2] = {"opens", "release-key"};
    const uint8_t *const values[2] = {record_id(sealed)->octets, key};

    return make_record("release", words, values, NULL, signer);
}

/* Box octets and put the sealed record of them into the author's store. */
static struct record *
make_sealed(struct store *store, const struct record *inner,
            struct byte_view octets)
{
    const char *const words[2] = {"seals", "key-id"};
    uint8_t key_id[32];
    const uint8_t *const values[2] = {record_id(inner)->octets, key_id};
    struct record_file file = {
        .name = byte_view_of_text("sealed.bin"),
        .language = byte_view_of_text("-"),
        .type = byte_view_of_text("application/octet-stream")};
    struct bundle_writer *writer;
    static struct stash stash;
    struct record *record;
    struct byte_buf box;

    byte_buf_init(&box, SEALED_BOX_MAX);
    assert_int_equal(sealed_box_close(&box, right_key, octets), STATUS_OK);
    stash_init(&stash, store, STORE_FOLLOWED);
    assert_int_equal(
        bundle_writer_new(&writer, &stash, false, byte_view_of_text("-")),
        STATUS_OK);
    assert_int_equal(bundle_writer_add(writer, byte_view_of_buf(&box)),
                     STATUS_OK);
    assert_int_equal(bundle_writer_finish(writer, &file), STATUS_OK);
    bundle_writer_free(writer);
    assert_int_equal(stash_empty(&stash), STATUS_OK);
    stash_release(&stash);
    byte_buf_release(&box);
    sealed_box_key_id(key_id, right_key);
    record = make_record("sealed", words, values, &file, 1);
    assert_int_equal(store_put_record(store, record, STORE_FOLLOWED, today),
                     STATUS_OK);
    return record;
}

static void
scene_open(struct scene *scene)
{
    struct store *store;
    struct byte_buf octets;

    memset(scene, 0, sizeof(*scene));
    stores_open(&scene->author, STORES_MEM, 0);
    store = scene->author.store;
    scene->inner = records_seal(
        "p2pub1 statement\nkey " RECORDS_KEY_1 "\ndate 2026-01-02\n"
        "sequence 0\ntitle A report\nsalt 00112233445566778899aabbccddeeff\n",
        1);
    byte_buf_init(&octets, SEALED_BOX_MAX);
    assert_int_equal(sealed_object_write(&octets, store, scene->inner),
                     STATUS_OK);
    assert_int_equal(store_begin(store), STATUS_OK);
    scene->records[SEALED] =
        make_sealed(store, scene->inner, byte_view_of_buf(&octets));
    assert_int_equal(store_commit(store), STATUS_OK);
    byte_buf_release(&octets);
    scene->records[RELEASE] =
        make_release(scene->records[SEALED], right_key, 1);
    scene->records[WRONG_KEY] =
        make_release(scene->records[SEALED], wrong_key, 1);
    scene->records[OTHER_AUTHOR] =
        make_release(scene->records[SEALED], right_key, 2);
}

static void
scene_close(struct scene *scene)
{
    for (size_t i = 0; i < EVENTS; i++)
        record_free(scene->records[i]);
    record_free(scene->inner);
    stores_close(&scene->author);
}

static void
put_box(struct scene *scene, struct store *store)
{
    struct bundle_chunk chunk = {0};
    struct byte_buf stored;

    byte_buf_init(&stored, CHUNK_SIZE);
    assert_int_equal(bundle_get_chunk(scene->author.store,
                                      scene->records[SEALED], 0, 0,
                                      &chunk.encoding, &stored),
                     STATUS_OK);
    chunk.stored = byte_view_of_buf(&stored);
    assert_int_equal(store_begin(store), STATUS_OK);
    assert_int_equal(
        bundle_put_chunk(store, scene->records[SEALED], &chunk, STORE_OTHER),
        STATUS_OK);
    assert_int_equal(store_commit(store), STATUS_OK);
    byte_buf_release(&stored);
}

/* Open with key into a store of its own. */
static enum status
open_status(struct scene *scene, struct store *store,
            const uint8_t key[SEALED_KEY_SIZE])
{
    struct opening_place place = {.keeping = STORE_OTHER, .today = today};
    struct record *record;
    enum status status;

    assert_int_equal(stores_open_another(&scene->author, &place.store),
                     STATUS_OK);
    assert_int_equal(store_begin(place.store), STATUS_OK);
    status = opening_make(&record, &place, store, scene->records[SEALED], key);
    if (status == STATUS_OK)
        assert_true(
            record_id_equal(record_id(record), record_id(scene->inner)));
    else
        assert_null(record);
    record_free(record);
    store_rollback(place.store);
    store_free(place.store);
    return status;
}

/* What is known with what has come so far. */
static void
check_state(struct scene *scene, struct store *store, const bool *came)
{
    struct release release;
    struct record *record;

    assert_int_equal(opening_find_release(&record, &release, store, nobody,
                                          scene->records[SEALED]),
                     STATUS_OK);
    assert_int_equal(record != NULL, came[RELEASE]);
    if (record != NULL) {
        assert_true(record_id_equal(record_id(record),
                                    record_id(scene->records[RELEASE])));
        assert_memory_equal(release.key, right_key, SEALED_KEY_SIZE);
    }
    record_free(record);
    assert_int_equal(open_status(scene, store, right_key),
                     came[BOX] ? STATUS_OK : STATUS_NOT_FOUND);
    assert_int_equal(open_status(scene, store, wrong_key),
                     came[BOX] ? STATUS_BAD_SIGNATURE : STATUS_NOT_FOUND);
    assert_false(store_has_record(store, record_id(scene->inner)));
}

static void
play(struct scene *scene, const size_t order[EVENTS])
{
    bool came[EVENTS] = {false};
    struct store *store;

    assert_int_equal(stores_open_another(&scene->author, &store), STATUS_OK);
    for (size_t i = 0; i < EVENTS; i++) {
        if (order[i] == BOX)
            put_box(scene, store);
        else
            assert_int_equal(
                stores_put(store, scene->records[order[i]], STORE_OTHER),
                STATUS_OK);
        came[order[i]] = true;
        check_state(scene, store, came);
    }
    store_free(store);
}

/* All orders of what stands from place on. */
static size_t
play_all(struct scene *scene, size_t order[EVENTS], size_t place)
{
    size_t count = 0;

    if (place == EVENTS) {
        play(scene, order);
        return 1;
    }
    for (size_t i = place; i < EVENTS; i++) {
        size_t kept = order[place];

        order[place] = order[i];
        order[i] = kept;
        count += play_all(scene, order, place + 1);
        order[i] = order[place];
        order[place] = kept;
    }
    return count;
}

static void
test_orders(void **state)
{
    size_t order[EVENTS] = {SEALED, BOX, RELEASE, WRONG_KEY, OTHER_AUTHOR};
    struct scene scene;

    (void)state;
    scene_open(&scene);
    assert_int_equal(play_all(&scene, order, 0), 120);
    scene_close(&scene);
}

/* A thousand releases with wrong keys, by whoever stole the author's, do not
 * hide the right one. */
static void
test_flood(void **state)
{
    uint8_t key[SEALED_KEY_SIZE] = {0};
    struct release release;
    struct record *record;
    struct scene scene;

    (void)state;
    scene_open(&scene);
    assert_int_equal(
        stores_put(scene.author.store, scene.records[RELEASE], STORE_OTHER),
        STATUS_OK);
    for (size_t i = 0; i < 1000; i++) {
        key[0] = (uint8_t)i;
        key[1] = (uint8_t)(i >> 8);
        key[2] = 1;
        record = make_release(scene.records[SEALED], key, 1);
        assert_int_equal(stores_put(scene.author.store, record, STORE_OTHER),
                         STATUS_OK);
        record_free(record);
    }
    assert_int_equal(opening_find_release(&record, &release, scene.author.store,
                                          nobody, scene.records[SEALED]),
                     STATUS_OK);
    assert_non_null(record);
    assert_memory_equal(release.key, right_key, SEALED_KEY_SIZE);
    record_free(record);
    scene_close(&scene);
}

/* The key changed since: its successor releases, and whoever stole the old
 * one does not. */
static void
check_chain(struct store *store, void *context)
{
    const struct record *sealed = ((const struct record **)context)[0];
    const struct record *wanted = ((const struct record **)context)[1];
    struct release release;
    struct record *record;

    assert_int_equal(
        opening_find_release(&record, &release, store, nobody, sealed),
        STATUS_OK);
    assert_non_null(record);
    assert_true(record_id_equal(record_id(record), record_id(wanted)));
    record_free(record);
}

static void
test_chain(void **state)
{
    const struct record *both[2];
    const struct record *root;
    struct pile pile = {0};
    struct scene scene;

    (void)state;
    scene_open(&scene);
    root = pile_root(&pile);
    (void)pile_next(&pile, PILE_SECOND, 2, root, root, true);
    both[0] = pile_put(&pile, record_keep(scene.records[SEALED]));
    both[1] = pile_put(
        &pile, make_release(scene.records[SEALED], right_key, PILE_SECOND));
    (void)pile_put(&pile, record_keep(scene.records[RELEASE]));
    pile_check_orders(&pile, check_chain, both);
    pile_release(&pile);
    scene_close(&scene);
}

/* Which record seals a statement. */
static void
test_sealing(void **state)
{
    const struct key_author *author;
    struct scene scene;
    struct key_secret *other = records_key(2);
    struct store *store;
    struct record_id id;

    (void)state;
    scene_open(&scene);
    store = scene.author.store;
    author = &record_fields(scene.inner)->key.author;
    assert_int_equal(
        opening_find_sealing(&id, store, author, record_id(scene.inner)),
        STATUS_OK);
    assert_true(record_id_equal(&id, record_id(scene.records[SEALED])));
    assert_int_equal(opening_find_sealing(&id, store, author,
                                          record_id(scene.records[SEALED])),
                     STATUS_NOT_FOUND);
    /* Somebody else's word for it is none. */
    assert_int_equal(opening_find_sealing(&id, store, &other->public_key.author,
                                          record_id(scene.inner)),
                     STATUS_NOT_FOUND);
    key_secret_free(other);
    scene_close(&scene);
}

/* Into memory, and nothing of it into the store. */
static enum status
open_aside(void *context)
{
    struct scene *scene = context;
    struct opening_place place = {.keeping = STORE_OTHER, .today = today};
    struct entropy entropy;
    struct record *record;
    enum status status;

    entropy_init_seed(&entropy, 1);
    status = opening_make_aside(&record, &place, &entropy, scene->author.store,
                                scene->records[SEALED], right_key);
    if (status == STATUS_OK) {
        assert_true(store_has_record(place.store, record_id(scene->inner)));
        assert_false(store_in_transaction(place.store));
    } else {
        assert_null(record);
    }
    assert_false(
        store_has_record(scene->author.store, record_id(scene->inner)));
    record_free(record);
    store_free(place.store);
    return status;
}

static void
test_aside(void **state)
{
    struct opening_place place = {.keeping = STORE_OTHER, .today = today};
    struct entropy entropy;
    struct record *record;
    struct scene scene;

    (void)state;
    scene_open(&scene);
    test_alloc_each(open_aside, &scene);
    entropy_init_seed(&entropy, 1);
    assert_int_equal(opening_make_aside(&record, &place, &entropy,
                                        scene.author.store,
                                        scene.records[SEALED], wrong_key),
                     STATUS_BAD_SIGNATURE);
    assert_null(record);
    store_free(place.store);
    scene_close(&scene);
}

static enum status
find_and_open(void *context)
{
    struct scene *scene = context;
    struct store *store = scene->author.store;
    struct opening_place place = {.keeping = STORE_OTHER, .today = today};
    struct release release;
    struct record *found = NULL;
    struct record *record = NULL;
    enum status status = opening_find_release(&found, &release, store, nobody,
                                              scene->records[SEALED]);

    if (status == STATUS_OK)
        status = stores_open_another(&scene->author, &place.store);
    if (status == STATUS_OK)
        status = store_begin(place.store);
    if (status == STATUS_OK)
        status = opening_make(&record, &place, store, scene->records[SEALED],
                              release.key);
    record_free(record);
    record_free(found);
    if (place.store != NULL)
        store_rollback(place.store);
    store_free(place.store);
    return status;
}

static void
test_without_memory(void **state)
{
    struct scene scene;

    (void)state;
    scene_open(&scene);
    assert_int_equal(
        stores_put(scene.author.store, scene.records[RELEASE], STORE_FOLLOWED),
        STATUS_OK);
    test_alloc_each(find_and_open, &scene);
    scene_close(&scene);
}

static int
set_up(void **state)
{
    (void)state;
    return entropy_start() == STATUS_OK && trust_new(&nobody) == STATUS_OK ? 0
                                                                           : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    trust_free(nobody);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders), cmocka_unit_test(test_flood),
        cmocka_unit_test(test_chain),  cmocka_unit_test(test_sealing),
        cmocka_unit_test(test_aside),  cmocka_unit_test(test_without_memory),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
