/* Publishing a sealed statement: nothing of it is in the store, and its key
 * opens what was sealed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/opening.h"
#include "bundles/publish_sealed.h"
#include "bundles/sealed_object.h"
#include "core/file.h"
#include "core/limits.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/records.h"
#include "tests/unit/stores.h"
#include "tests/unit/test_support.h"

#define TITLE "Twelve names"

static const struct day day = {20000};
static const uint8_t sealed_key[SEALED_KEY_SIZE] = {9};

/* The statement inside, from a store in memory, into a box. */
static enum status
make_box(struct byte_buf *box, struct sealed *sealed,
         const struct key_secret *secret, struct store *store)
{
    const struct publish_text text = {.language = byte_view_of_text("en"),
                                      .octets = byte_view_of_text(TITLE)};
    struct publish_request request = {.key = secret->public_key,
                                      .date = day,
                                      .today = day,
                                      .text_count = 1,
                                      .texts = &text,
                                      .outside = true};
    struct publish_fault fault;
    struct publish *publish = NULL;
    struct record *record = NULL;
    struct byte_buf octets;
    enum status status;

    request.statement.title = byte_view_of_text(TITLE);
    request.statement.has_salt = true;
    byte_buf_init(&octets, SEALED_BOX_MAX);
    status = publish_begin(&publish, store, &request, &fault);
    if (status == STATUS_OK)
        status = publish_sign(publish, secret, &record);
    if (status == STATUS_OK)
        status = sealed_object_write(&octets, store, record);
    if (status == STATUS_OK) {
        assert_int_equal(record_fields(record)->sequence, 0);
        sealed->seals = *record_id(record);
        sealed_box_key_id(sealed->key_id, sealed_key);
        status = sealed_box_close(box, sealed_key, byte_view_of_buf(&octets));
    }
    publish_free(publish);
    record_free(record);
    byte_buf_release(&octets);
    return status;
}

/* Into store, whose author's number becomes sequence; *id is the record. */
static enum status
publish_into(struct store *store, struct store *aside,
             const struct key_secret *secret, uint32_t sequence,
             struct record_id *id)
{
    struct publish_sealed request = {.key = secret->public_key,
                                     .date = day,
                                     .today = day,
                                     .sequence = sequence};
    struct publish_fault fault;
    struct publish *publish = NULL;
    struct byte_buf box;
    enum status status;

    byte_buf_init(&box, SEALED_BOX_MAX);
    status = make_box(&box, &request.sealed, secret, aside);
    request.box = byte_view_of_buf(&box);
    if (status == STATUS_OK)
        status = publish_sealed_begin(&publish, store, &request, &fault);
    if (status == STATUS_OK) {
        *id = publish_id(publish);
        assert_false(store_has_record(store, id));
        status = publish_sign(publish, secret, NULL);
    }
    publish_free(publish);
    byte_buf_release(&box);
    return status;
}

static bool
file_has(const char *path, const char *text)
{
    struct byte_buf octets;
    size_t size = strlen(text);
    bool has = false;

    byte_buf_init(&octets, (size_t)1 << 26);
    if (file_read(&octets, path) == STATUS_OK)
        for (size_t i = 0; i + size <= octets.size && !has; i++)
            has = memcmp(octets.data + i, text, size) == 0;
    byte_buf_release(&octets);
    return has;
}

static void
test_round(void **state)
{
    struct key_secret *secret = records_key(2);
    struct opening_place place = {.keeping = STORE_FOLLOWED, .today = day};
    struct stores aside;
    struct stores stores;
    struct stores reader;
    struct store_sequence sequence;
    struct record *record;
    struct record *inner;
    struct record_id id;

    (void)state;
    stores_open(&aside, STORES_MEM, 0);
    stores_open(&reader, STORES_MEM, 0);
    stores_open(&stores, STORES_SQLITE, 0);
    /* What this key signed last is not known, and nothing was put. */
    assert_int_equal(publish_into(stores.store, aside.store, secret, 0, &id),
                     STATUS_NOT_FOUND);
    stores_close(&aside);
    stores_open(&aside, STORES_MEM, 0);
    assert_int_equal(publish_into(stores.store, aside.store, secret, 1, &id),
                     STATUS_OK);
    assert_int_equal(
        store_get_sequence(stores.store, &secret->public_key.author, &sequence),
        STATUS_OK);
    assert_int_equal(sequence.number, 1);
    assert_int_equal(store_get_record(stores.store, &id, &record), STATUS_OK);
    place.store = reader.store;
    assert_int_equal(store_begin(reader.store), STATUS_OK);
    assert_int_equal(
        opening_make(&inner, &place, stores.store, record, sealed_key),
        STATUS_OK);
    assert_int_equal(store_commit(reader.store), STATUS_OK);
    assert_int_equal(record_kind(inner), RECORD_STATEMENT);
    record_free(inner);
    record_free(record);
    stores_check(&stores);
    stores_reopen(&stores);
    assert_false(file_has(stores.path, TITLE));
    stores_close(&stores);
    stores_close(&reader);
    stores_close(&aside);
    key_secret_free(secret);
}

/* No record has this number, or it is taken, or nothing is a box. */
static void
test_refused(void **state)
{
    struct key_secret *secret = records_key(2);
    struct publish_sealed request = {.key = secret->public_key,
                                     .date = day,
                                     .today = day,
                                     .sequence = 1,
                                     .box = byte_view_of_text("no box")};
    struct publish *publish;
    struct publish_fault fault;
    struct stores aside;
    struct stores stores;
    struct record_id id;

    (void)state;
    stores_open(&aside, STORES_MEM, 0);
    stores_open(&stores, STORES_MEM, 0);
    assert_int_equal(
        publish_sealed_begin(&publish, stores.store, &request, &fault),
        STATUS_MALFORMED);
    assert_null(publish);
    assert_false(store_in_transaction(stores.store));
    assert_int_equal(publish_into(stores.store, aside.store, secret, 1, &id),
                     STATUS_OK);
    assert_int_equal(publish_into(stores.store, aside.store, secret, 1, &id),
                     STATUS_EXISTS);
    stores_close(&stores);
    stores_close(&aside);
    key_secret_free(secret);
}

struct again {
    struct stores stores;
    struct key_secret *secret;
};

static enum status
publish_once(void *context)
{
    struct again *again = context;
    struct store *aside = NULL;
    struct store *store = NULL;
    struct record_id id;
    enum status status = stores_open_another(&again->stores, &aside);

    if (status == STATUS_OK)
        status = stores_open_another(&again->stores, &store);
    if (status == STATUS_OK)
        status = publish_into(store, aside, again->secret, 1, &id);
    store_free(store);
    store_free(aside);
    return status;
}

static void
test_each_allocation(void **state)
{
    struct again again = {.secret = records_key(2)};

    (void)state;
    stores_open(&again.stores, STORES_MEM, 0);
    test_alloc_each(publish_once, &again);
    stores_close(&again.stores);
    key_secret_free(again.secret);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_each_allocation),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
