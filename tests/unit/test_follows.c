/* Which records that come change whom introducers vouch for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/follows.h"
#include "core/entropy.h"
#include "tests/unit/records.h"
#include "tests/unit/signings.h"
#include "tests/unit/stores.h"

/* 1 is an introducer, 2 is followed. */
#define FOLLOWS                             \
    RECORDS_KEY_1 " - OMCT\n" RECORDS_KEY_2 \
                  " - FIDH\nintroducer " RECORDS_KEY_1 "\n"
#define VOUCH(key)                                             \
    "p2pub1 vouch\nkey " key "\ndate 2026-01-02\nsequence 0\n" \
    "for " RECORDS_KEY_3 "\nname Three\n"

/* Whether record changes something; it is the store's from then on. */
static bool
changes(struct store *store, const struct trust *trust, struct record *record)
{
    const struct record_id id = *record_id(record);

    assert_false(follows_change_by(trust, store, &id));
    assert_int_equal(stores_put(store, record, STORE_OTHER), STATUS_OK);
    record_free(record);
    return follows_change_by(trust, store, &id);
}

static void
test_changes(void **state)
{
    const struct record_id subject = {{7}};
    struct stores stores;
    struct trust *trust;

    (void)state;
    assert_int_equal(trust_new(&trust), STATUS_OK);
    assert_int_equal(trust_parse(trust, byte_view_of_text(FOLLOWS)), STATUS_OK);
    stores_open(&stores, STORES_MEM, 0);
    assert_true(
        changes(stores.store, trust, records_seal(VOUCH(RECORDS_KEY_1), 1)));
    assert_false(
        changes(stores.store, trust, records_seal(VOUCH(RECORDS_KEY_2), 2)));
    assert_false(
        changes(stores.store, trust, records_seal(VOUCH(RECORDS_KEY_4), 4)));
    assert_true(changes(stores.store, trust,
                        signings_withdraw(1, 2, &subject, "Wrong")));
    assert_false(changes(stores.store, trust,
                         signings_withdraw(2, 2, &subject, "Wrong")));
    assert_false(
        changes(stores.store, trust, signings_cosign(1, 3, &subject, NULL)));
    stores_close(&stores);
    trust_free(trust);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_changes),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
