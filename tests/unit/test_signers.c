/* Who signed, looked up once for each author. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/signers.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/records.h"
#include "tests/unit/stores.h"

static struct stores stores;
static struct trust *trust;
static struct entropy entropy;
static struct key_public keys[3];

/* A store with a statement each of three authors, the first of whom is
 * followed. */
static int
set_up(void **state)
{
    struct trust_entry entry = {.name = "First"};

    (void)state;
    entropy_init_seed(&entropy, 1);
    stores_open(&stores, STORES_MEM, 0);
    assert_int_equal(trust_new(&trust), STATUS_OK);
    for (uint8_t i = 0; i < 3; i++) {
        uint8_t author = (uint8_t)(i + 1);
        struct record *record = stores_statement(author, 19000, 1, "Title", 0);

        keys[i] = record_fields(record)->key;
        assert_int_equal(stores_put(stores.store, record, STORE_OTHER),
                         STATUS_OK);
        record_free(record);
    }
    entry.key = keys[0];
    assert_int_equal(trust_add(trust, &entry), STATUS_OK);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    trust_free(trust);
    stores_close(&stores);
    return 0;
}

static void
each_as_the_verdict_has_it(void **state)
{
    struct signers signers = {0};

    (void)state;
    signers_init(&signers, stores.store, trust, &entropy);
    for (size_t i = 0; i < 9; i++) {
        const struct signers_one *found;
        struct verdict_signer wanted;

        assert_int_equal(
            verdict_signer(&wanted, stores.store, trust, &keys[i % 3]),
            STATUS_OK);
        assert_int_equal(signers_get(&signers, &keys[i % 3], &found),
                         STATUS_OK);
        assert_memory_equal(&found->signer.key, &wanted.key,
                            sizeof(wanted.key));
        assert_int_equal(found->signer.trust, wanted.trust);
        assert_string_equal(found->signer.name, wanted.name);
        assert_string_equal(found->signer.words, wanted.words);
        assert_false(found->is_revoked);
    }
    assert_int_equal(signers.known.count, 3);
    signers_release(&signers);
}

static void
nothing_to_release(void **state)
{
    struct signers signers = {0};

    (void)state;
    signers_release(&signers);
}

static enum status
look_up_all(void *context)
{
    const struct signers_one *found;
    struct signers signers = {0};
    enum status status = STATUS_OK;

    (void)context;
    signers_init(&signers, stores.store, trust, &entropy);
    for (size_t i = 0; i < 3 && status == STATUS_OK; i++)
        status = signers_get(&signers, &keys[i], &found);
    signers_release(&signers);
    return status;
}

static void
without_memory(void **state)
{
    (void)state;
    test_alloc_each(look_up_all, NULL);
}

#define TEST(function) \
    cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_as_the_verdict_has_it),
        TEST(nothing_to_release),
        TEST(without_memory),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
