/* Signing a record about another one: its number, what is refused, and every
 * allocation that fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/publish_answer.h"
#include "core/entropy.h"
#include "core/limits.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/records.h"
#include "tests/unit/signings.h"
#include "tests/unit/stores.h"

static const struct record_id subject = {{7}};
static const struct cosign cosign = {.signs = {{7}}};

static struct publish_answer
answer_of(const struct key_secret *secret)
{
    struct publish_answer answer = {.key = secret->public_key,
                                    .today = {20000},
                                    .sequence = 1,
                                    .cosign = &cosign};

    return answer;
}

static uint32_t
number_of(struct store *store, const struct key_secret *secret)
{
    struct store_sequence sequence;

    assert_int_equal(
        store_get_sequence(store, &secret->public_key.author, &sequence),
        STATUS_OK);
    return sequence.number;
}

static void
test_numbers(void **state)
{
    const struct withdraw withdraw = {subject, byte_view_of_text("wrong")};
    const struct release release = {subject, {1}};
    struct key_secret *secret = records_key(2);
    struct publish_answer answer = answer_of(secret);
    struct publish_fault fault;
    struct record *record;
    struct record_id id;
    struct record_id tried;
    struct stores stores;

    (void)state;
    stores_open(&stores, STORES_SQLITE, 0);
    /* What this key signed last is not known. */
    answer.sequence = 0;
    assert_int_equal(publish_answer(stores.store, &answer, secret, &id, &fault),
                     STATUS_NOT_FOUND);
    /* A trial leaves nothing, and tells the id. */
    answer.sequence = 1;
    assert_int_equal(
        publish_answer(stores.store, &answer, NULL, &tried, &fault), STATUS_OK);
    assert_false(store_has_record(stores.store, &tried));
    assert_int_equal(number_of(stores.store, secret), 0);
    assert_int_equal(publish_answer(stores.store, &answer, secret, &id, &fault),
                     STATUS_OK);
    assert_true(record_id_equal(&id, &tried));
    assert_int_equal(number_of(stores.store, secret), 1);
    assert_int_equal(publish_answer(stores.store, &answer, secret, &id, &fault),
                     STATUS_EXISTS);
    /* The next follows it. */
    answer.sequence = 0;
    answer.cosign = NULL;
    answer.withdraw = &withdraw;
    assert_int_equal(publish_answer(stores.store, &answer, secret, &id, &fault),
                     STATUS_OK);
    assert_int_equal(store_get_record(stores.store, &id, &record), STATUS_OK);
    assert_int_equal(record_kind(record), RECORD_WITHDRAW);
    assert_int_equal(record_fields(record)->sequence, 2);
    assert_true(record_id_equal(&record_fields(record)->previous[0], &tried));
    record_free(record);
    answer.withdraw = NULL;
    answer.release = &release;
    assert_int_equal(publish_answer(stores.store, &answer, secret, &id, &fault),
                     STATUS_OK);
    assert_int_equal(store_get_record(stores.store, &id, &record), STATUS_OK);
    assert_int_equal(record_kind(record), RECORD_RELEASE);
    assert_int_equal(record_fields(record)->sequence, 3);
    record_free(record);
    stores_check(&stores);
    stores_close(&stores);
    key_secret_free(secret);
}

static void
test_outside(void **state)
{
    struct key_secret *secret = records_key(2);
    struct publish_answer answer = answer_of(secret);
    struct publish_fault fault;
    struct record *record;
    struct record_id id;
    struct stores stores;

    (void)state;
    stores_open(&stores, STORES_MEM, 0);
    answer.sequence = 0;
    answer.outside = true;
    assert_int_equal(publish_answer(stores.store, &answer, secret, &id, &fault),
                     STATUS_OK);
    assert_int_equal(store_get_record(stores.store, &id, &record), STATUS_OK);
    assert_int_equal(record_fields(record)->sequence, 0);
    assert_int_equal(number_of(stores.store, secret), 0);
    record_free(record);
    assert_int_equal(publish_answer(stores.store, &answer, secret, &id, &fault),
                     STATUS_EXISTS);
    stores_close(&stores);
    key_secret_free(secret);
}

/* A header that is signed elsewhere: its number is given out, and the next
 * follows it. */
static void
test_apart(void **state)
{
    struct key_secret *secret = records_key(2);
    const struct vouch vouch = {.key = {.author = {{7}}},
                                .name = byte_view_of_text("Seven")};
    struct publish_answer answer = answer_of(secret);
    struct publish_fault fault;
    struct byte_buf header;
    struct record *record;
    struct record_id id;
    struct record_id next;
    struct stores stores;

    (void)state;
    stores_open(&stores, STORES_SQLITE, 0);
    byte_buf_init(&header, RECORD_HEADER_MAX);
    answer.cosign = NULL;
    answer.vouch = &vouch;
    answer.header = &header;
    assert_int_equal(publish_answer(stores.store, &answer, NULL, &id, &fault),
                     STATUS_OK);
    assert_false(store_has_record(stores.store, &id));
    assert_int_equal(number_of(stores.store, secret), 1);
    assert_int_equal(record_seal(&record, byte_view_of_buf(&header), secret),
                     STATUS_OK);
    assert_true(record_id_equal(record_id(record), &id));
    assert_int_equal(record_kind(record), RECORD_VOUCH);
    record_free(record);
    byte_buf_clear(&header);
    answer.sequence = 0;
    assert_int_equal(publish_answer(stores.store, &answer, NULL, &next, &fault),
                     STATUS_OK);
    assert_int_equal(record_seal(&record, byte_view_of_buf(&header), secret),
                     STATUS_OK);
    assert_int_equal(record_fields(record)->sequence, 2);
    assert_true(record_id_equal(&record_fields(record)->previous[0], &id));
    record_free(record);
    byte_buf_release(&header);
    stores_close(&stores);
    key_secret_free(secret);
}

/* A version of an identity by a key that begins with it. */
static void
test_identity(void **state)
{
    struct key_secret *secret = records_key(2);
    struct key_secret *keeper = records_key(3);
    struct identity identity = {.version = 2,
                                .follow_count = 1,
                                .follows = {subject},
                                .name = byte_view_of_text("Centre"),
                                .threshold = 1,
                                .recovery_count = 1};
    struct publish_answer answer = answer_of(secret);
    struct publish_fault fault;
    struct identity read;
    struct record *record;
    struct record_id id;
    struct stores stores;

    (void)state;
    stores_open(&stores, STORES_MEM, 0);
    identity.recovery[0] = keeper->public_key;
    answer.cosign = NULL;
    answer.identity = &identity;
    assert_int_equal(publish_answer(stores.store, &answer, secret, &id, &fault),
                     STATUS_OK);
    assert_int_equal(store_get_record(stores.store, &id, &record), STATUS_OK);
    assert_int_equal(identity_read(&read, record), STATUS_OK);
    assert_int_equal(read.version, 2);
    assert_int_equal(record_fields(record)->sequence, 1);
    assert_int_equal(number_of(stores.store, secret), 1);
    record_free(record);
    /* What no identity may say is not signed. */
    answer.sequence = 0;
    identity.threshold = 2;
    assert_int_equal(publish_answer(stores.store, &answer, secret, &id, &fault),
                     STATUS_MALFORMED);
    assert_int_equal(number_of(stores.store, secret), 1);
    stores_close(&stores);
    key_secret_free(keeper);
    key_secret_free(secret);
}

/* Two records of this key follow the same one. */
static void
test_fork(void **state)
{
    struct key_secret *secret = records_key(2);
    struct publish_answer answer = answer_of(secret);
    struct record *one = signings_cosign(2, 1, &subject, NULL);
    struct record *other = signings_cosign(2, 1, &subject, "statement.md");
    struct publish_fault fault;
    struct record_id id;
    struct stores stores;

    (void)state;
    stores_open(&stores, STORES_MEM, 0);
    assert_int_equal(stores_put(stores.store, one, STORE_OTHER), STATUS_OK);
    assert_int_equal(stores_put(stores.store, other, STORE_OTHER), STATUS_OK);
    answer.sequence = 0;
    assert_int_equal(publish_answer(stores.store, &answer, secret, &id, &fault),
                     STATUS_AMBIGUOUS);
    assert_int_equal(fault.fork.previous_count, 2);
    answer.merge = true;
    assert_int_equal(publish_answer(stores.store, &answer, secret, &id, &fault),
                     STATUS_OK);
    assert_int_equal(number_of(stores.store, secret), 2);
    stores_close(&stores);
    record_free(one);
    record_free(other);
    key_secret_free(secret);
}

static void
test_other_key(void **state)
{
    struct key_secret *secret = records_key(2);
    struct key_secret *other = records_key(3);
    struct publish_answer answer = answer_of(secret);
    struct publish_fault fault;
    struct record_id id;
    struct stores stores;

    (void)state;
    stores_open(&stores, STORES_MEM, 0);
    assert_int_equal(publish_answer(stores.store, &answer, other, &id, &fault),
                     STATUS_MALFORMED);
    assert_int_equal(number_of(stores.store, secret), 0);
    stores_close(&stores);
    key_secret_free(secret);
    key_secret_free(other);
}

struct trial {
    struct stores *stores;
    const struct key_secret *secret;
};

static enum status
sign_once(void *context)
{
    const struct trial *trial = context;
    const struct publish_answer answer = answer_of(trial->secret);
    struct store *store = NULL;
    struct publish_fault fault;
    struct record_id id;
    enum status status = stores_open_another(trial->stores, &store);

    if (status == STATUS_OK)
        status = publish_answer(store, &answer, trial->secret, &id, &fault);
    if (store != NULL && status != STATUS_OK)
        assert_false(store_in_transaction(store));
    store_free(store);
    return status;
}

static enum status
prepare_once(void *context)
{
    const struct trial *trial = context;
    struct publish_answer answer = answer_of(trial->secret);
    struct store *store = NULL;
    struct publish_fault fault;
    struct byte_buf header;
    struct record_id id;
    enum status status = stores_open_another(trial->stores, &store);

    byte_buf_init(&header, RECORD_HEADER_MAX);
    answer.header = &header;
    if (status == STATUS_OK)
        status = publish_answer(store, &answer, NULL, &id, &fault);
    if (store != NULL && status != STATUS_OK)
        assert_int_equal(number_of(store, trial->secret), 0);
    byte_buf_release(&header);
    store_free(store);
    return status;
}

static void
test_without_memory(void **state)
{
    struct key_secret *secret = records_key(2);
    struct stores stores;
    struct trial trial = {&stores, secret};

    (void)state;
    stores_open(&stores, STORES_MEM, 0);
    test_alloc_each(sign_once, &trial);
    test_alloc_each(prepare_once, &trial);
    stores_close(&stores);
    key_secret_free(secret);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),        cmocka_unit_test(test_outside),
        cmocka_unit_test(test_apart),          cmocka_unit_test(test_identity),
        cmocka_unit_test(test_fork),           cmocka_unit_test(test_other_key),
        cmocka_unit_test(test_without_memory),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
