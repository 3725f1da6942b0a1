/* Which versions of an identity count: TUF's rules by name, what the holder
 * of a stolen key and strangers can do, in every order of arrival. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "bundles/lineage.h"
#include "core/entropy.h"
#include "core/limits.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/identities.h"
#include "tests/unit/pile.h"
#include "tests/unit/records.h"
#include "tests/unit/signings.h"
#include "tests/unit/stores.h"

/* What is to come of a pile. */
struct wanted {
    const struct record *root;
    const struct record *present;
    bool conflict;
    size_t counted;
};

static void
check_store(struct store *store, const struct wanted *wanted)
{
    struct lineage lineage;
    enum status status = lineage_read(&lineage, store, record_id(wanted->root));

    assert_int_equal(status, STATUS_OK);
    assert_memory_equal(&lineage_present(&lineage)->id,
                        record_id(wanted->present), 32);
    assert_int_equal(lineage_is_in_conflict(&lineage), wanted->conflict);
    assert_int_equal(lineage.version_count, wanted->counted);
    lineage_release(&lineage);
}

static void
check_one(struct store *store, void *context)
{
    check_store(store, context);
}

static void
check_orders(const struct pile *pile, const struct wanted *wanted)
{
    struct wanted copy = *wanted;

    pile_check_orders(pile, check_one, &copy);
}

static void
check(struct pile *pile, const struct wanted *wanted)
{
    check_orders(pile, wanted);
    pile_release(pile);
}

/* The plain case: a new key, and after it new recovery keys. */

static void
test_rotation(void **state)
{
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);
    const struct record *second =
        pile_next(&pile, PILE_SECOND, 2, root, NULL, true);

    (void)state;
    check(&pile, &(struct wanted){root, second, false, 2});
}

static void
test_same_key(void **state)
{
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);
    const struct record *second =
        pile_next(&pile, PILE_FIRST, 2, root, NULL, true);

    (void)state;
    check(&pile, &(struct wanted){root, second, false, 2});
}

/* Other recovery keys: so many of the old and so many of the new. */
static void
check_new_keys(unsigned old_count, unsigned new_count, bool counts)
{
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);
    const struct identities_version next = {.author = PILE_SECOND,
                                            .sequence = 1,
                                            .version = 2,
                                            .recovery = PILE_RECOVERY_LATER,
                                            .threshold = 2,
                                            .follows = {root},
                                            .good = {{PILE_FIRST, 1, root}}};
    const struct record *second = pile_put(&pile, identities_seal(&next));

    for (unsigned i = 1; i <= old_count; i++)
        pile_cosign(&pile, PILE_R(i), second);
    for (unsigned i = 1; i <= new_count; i++)
        pile_cosign(&pile, PILE_LATER(i), second);
    check(&pile, &(struct wanted){root, counts ? second : root, false,
                                  counts ? 2 : 1});
}

static void
test_new_keys(void **state)
{
    (void)state;
    check_new_keys(2, 2, true);
    check_new_keys(2, 1, false);
    check_new_keys(1, 2, false);
    check_new_keys(0, 3, false);
    check_new_keys(3, 0, false);
}

/* A recovery key that becomes the chain's own key has agreed by that. */
static void
check_recovery_as_author(const char *cosigned, bool counts)
{
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);
    const struct identities_version next = {.author = PILE_R(1),
                                            .sequence = 1,
                                            .version = 2,
                                            .recovery = "\x15",
                                            .threshold = 1,
                                            .follows = {root},
                                            .good = {{PILE_FIRST, 1, root}}};
    const struct record *second = pile_put(&pile, identities_seal(&next));

    for (; *cosigned != '\0'; cosigned++)
        pile_cosign(&pile, (uint8_t)*cosigned, second);
    check(&pile, &(struct wanted){root, counts ? second : root, false,
                                  counts ? 2 : 1});
}

static void
test_recovery_as_author(void **state)
{
    (void)state;
    check_recovery_as_author("\x0c\x15", true);
    check_recovery_as_author("\x15", false);
    check_recovery_as_author("\x0c", false);
}

/* TUF: skip, repeat, lower. */

static void
check_number(uint32_t number)
{
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);
    const struct record *second =
        pile_next(&pile, PILE_SECOND, 2, root, NULL, true);
    struct identities_version next = {.author = PILE_THIRD,
                                      .sequence = 1,
                                      .version = number,
                                      .recovery = PILE_RECOVERY,
                                      .threshold = 2,
                                      .follows = {second},
                                      .good = {{PILE_SECOND, 2, second}}};
    const struct record *third = pile_put(&pile, identities_seal(&next));
    bool counts = number == 3;

    pile_cosign(&pile, PILE_R(1), third);
    pile_cosign(&pile, PILE_R(3), third);
    check(&pile, &(struct wanted){root, counts ? third : second, false,
                                  counts ? 3 : 2});
}

static void
test_skip(void **state)
{
    (void)state;
    check_number(4);
    check_number(IDENTITY_VERSION_MAX);
}

static void
test_repeat(void **state)
{
    (void)state;
    check_number(2);
}

/* A lower number behind a higher one: version 2 that follows version 3. */
static void
test_lower(void **state)
{
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);
    const struct record *second =
        pile_next(&pile, PILE_FIRST, 2, root, NULL, true);
    const struct record *third =
        pile_next(&pile, PILE_FIRST, 3, second, NULL, true);
    const struct record *lower =
        pile_next(&pile, PILE_FIRST, 2, third, NULL, true);

    (void)state;
    assert_non_null(lower);
    check(&pile, &(struct wanted){root, third, false, 3});
    check_number(3);
}

/* What ends a key must say from where. */
static void
test_no_good(void **state)
{
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);
    const struct identities_version next = {.author = PILE_SECOND,
                                            .sequence = 1,
                                            .version = 2,
                                            .recovery = PILE_RECOVERY,
                                            .threshold = 2,
                                            .follows = {root}};
    const struct record *second = pile_put(&pile, identities_seal(&next));

    (void)state;
    pile_cosign(&pile, PILE_R(1), second);
    pile_cosign(&pile, PILE_R(2), second);
    check(&pile, &(struct wanted){root, root, false, 1});
}

/* TUF: fork; two islands that rotate at once; and the healing. */

static void
test_fork(void **state)
{
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);

    (void)state;
    (void)pile_next(&pile, PILE_SECOND, 2, root, NULL, true);
    (void)pile_next(&pile, PILE_THIRD, 2, root, NULL, true);
    check(&pile, &(struct wanted){root, root, true, 3});
}

/* A version that goes on with one of the two settles nothing. */
static void
test_two_islands(void **state)
{
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);
    const struct record *here =
        pile_next(&pile, PILE_SECOND, 2, root, NULL, true);

    (void)state;
    (void)pile_next(&pile, PILE_THIRD, 2, root, NULL, true);
    (void)pile_next(&pile, PILE_SECOND, 3, here, NULL, true);
    check(&pile, &(struct wanted){root, root, true, 4});
}

static void
check_healing(const char *cosigned, bool heals)
{
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);
    const struct record *here =
        pile_next(&pile, PILE_SECOND, 2, root, NULL, true);
    const struct record *there =
        pile_next(&pile, PILE_THIRD, 2, root, NULL, true);
    const struct identities_version heal = {.author = PILE_SECOND,
                                            .sequence = 3,
                                            .version = 3,
                                            .recovery = PILE_RECOVERY,
                                            .threshold = 2,
                                            .follows = {here, there},
                                            .good = {{PILE_THIRD, 2, there}}};
    const struct record *healed = pile_put(&pile, identities_seal(&heal));

    for (; *cosigned != '\0'; cosigned++)
        pile_cosign(&pile, (uint8_t)*cosigned, healed);
    check(&pile,
          &(struct wanted){root, heals ? healed : root, !heals, heals ? 4 : 3});
}

static void
test_healing(void **state)
{
    (void)state;
    check_healing("\x0b\x0d", true);
    check_healing("\x0d", false);
}

/* TUF: fast-forward.  Whoever stole the key may count as far as it goes. */
static void
test_fast_forward(void **state)
{
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);
    const struct record *second =
        pile_next(&pile, PILE_SECOND, 2, root, NULL, true);
    struct identities_version far = {.author = PILE_FIRST,
                                     .sequence = RECORD_SEQUENCE_MAX,
                                     .version = IDENTITY_VERSION_MAX,
                                     .recovery = "\x28",
                                     .threshold = 1,
                                     .follows = {root}};

    (void)state;
    pile_cosign(&pile, PILE_THIEF, pile_put(&pile, identities_seal(&far)));
    far.version = 2;
    pile_cosign(&pile, PILE_THIEF, pile_put(&pile, identities_seal(&far)));
    check(&pile, &(struct wanted){root, second, false, 2});
}

/* Whoever stole the key alone, or one of three recovery keys with it, cannot
 * rotate. */
static void
check_thief(const char *cosigned)
{
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);
    struct identities_version next = {.author = PILE_THIEF,
                                      .sequence = 1,
                                      .version = 2,
                                      .recovery = "\x29\x2a\x2b",
                                      .threshold = 2,
                                      .follows = {root},
                                      .good = {{PILE_FIRST, 1, root}}};
    const struct record *second = pile_put(&pile, identities_seal(&next));

    for (; *cosigned != '\0'; cosigned++)
        pile_cosign(&pile, (uint8_t)*cosigned, second);
    check(&pile, &(struct wanted){root, root, false, 1});
}

static void
test_stolen_key(void **state)
{
    (void)state;
    check_thief("\x01\x29\x2a\x2b");
}

static void
test_stolen_recovery_key(void **state)
{
    (void)state;
    check_thief("\x0b\x29\x2a\x2b");
    check_thief("\x01\x0b\x28\x29\x2a");
}

/* One stolen recovery key cannot take a version back either: not by
 * withdrawing what it co-signed, and not by burying it. */
static void
test_rollback(void **state)
{
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);
    const struct record *second =
        pile_next(&pile, PILE_SECOND, 2, root, NULL, true);

    (void)state;
    for (size_t i = 2; i < 4; i++)
        (void)pile_put(&pile,
                       signings_withdraw(PILE_R(1), (uint32_t)i,
                                         record_id(pile.records[i]), "no"));
    check(&pile, &(struct wanted){root, second, false, 2});
}

static void
test_buried_consent(void **state)
{
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);
    const struct record *second =
        pile_next(&pile, PILE_SECOND, 2, root, NULL, true);
    struct stores stores;

    (void)state;
    stores_open(&stores, STORES_SQLITE, 0);
    for (uint32_t i = 1; i <= 2 * COSIGNS_OF_KEY_MAX; i++) {
        struct record *junk =
            signings_cosign(PILE_R(1), i, record_id(second), "no.md");

        assert_int_equal(stores_put(stores.store, junk, STORE_OTHER),
                         STATUS_OK);
        record_free(junk);
    }
    pile_store(&pile, stores.store);
    check_store(stores.store, &(struct wanted){root, second, false, 2});
    stores_close(&stores);
    pile_release(&pile);
}

/* A thief with the key signs another version 1, with other recovery keys: it
 * begins a chain of its own, and changes nothing of this one. */
static void
test_another_first(void **state)
{
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);
    const struct record *second =
        pile_next(&pile, PILE_SECOND, 2, root, NULL, true);
    const struct identities_version other = {.author = PILE_FIRST,
                                             .sequence = 1,
                                             .version = 1,
                                             .recovery = "\x28",
                                             .threshold = 1};
    const struct record *root_too = pile_put(&pile, identities_seal(&other));
    const struct identities_version both = {
        .author = PILE_THIEF,
        .sequence = 1,
        .version = 2,
        .recovery = "\x29",
        .threshold = 1,
        .follows = {root_too, root},
        .good = {{PILE_FIRST, 1, root}},
    };
    const struct record *mixed = pile_put(&pile, identities_seal(&both));

    (void)state;
    pile_cosign(&pile, PILE_THIEF, mixed);
    pile_cosign(&pile, 0x29, mixed);
    check_orders(&pile, &(struct wanted){root, second, false, 2});
    check(&pile, &(struct wanted){root_too, root_too, false, 1});
}

/* Ten thousand versions by strangers bury nothing, and cost little. */

#define JUNK ((uint32_t)10000)

static void
put_junk(struct store *store, const struct record *followed, uint32_t count)
{
    assert_int_equal(store_begin(store), STATUS_OK);
    for (uint32_t i = 0; i < count; i++) {
        const struct identities_version next = {
            .author = (uint8_t)(PILE_STRANGER + i % 200),
            .sequence = 2 + i / 200,
            .version = 2,
            .recovery = "\x28",
            .threshold = 1,
            .follows = {followed},
            .good = {{PILE_FIRST, 1, followed}},
        };
        struct record *record = identities_seal(&next);

        assert_int_equal(
            store_put_record(store, record, STORE_OTHER, (struct day){20000}),
            STATUS_OK);
        record_free(record);
    }
    assert_int_equal(store_commit(store), STATUS_OK);
}

/* Version 2 with one recovery key of the three left. */
static const struct record *
put_short(struct pile *pile, const struct record *root)
{
    const struct identities_version next = {.author = PILE_SECOND,
                                            .sequence = 2,
                                            .version = 2,
                                            .recovery = "\x0b",
                                            .threshold = 1,
                                            .follows = {root},
                                            .good = {{PILE_FIRST, 1, root}}};
    const struct record *second = pile_put(pile, identities_seal(&next));

    pile_cosign(pile, PILE_R(1), second);
    pile_cosign(pile, PILE_R(2), second);
    return second;
}

/* Version 3 by that key itself: found by who wrote it alone. */
static const struct record *
put_by_recovery(struct pile *pile, const struct record *second)
{
    const struct identities_version next = {.author = PILE_R(1),
                                            .sequence = 1,
                                            .version = 3,
                                            .recovery = "\x15",
                                            .threshold = 1,
                                            .follows = {second},
                                            .good = {{PILE_SECOND, 2, second}}};
    const struct record *third = pile_put(pile, identities_seal(&next));

    pile_cosign(pile, PILE_LATER(1), third);
    return third;
}

static double
milliseconds(void)
{
    struct timespec now;

    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
    return (double)now.tv_sec * 1000 + (double)now.tv_nsec / 1000000;
}

static void
test_strangers(void **state)
{
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);
    const struct record *second = put_short(&pile, root);
    const struct record *third = put_by_recovery(&pile, second);
    const struct wanted wanted = {root, third, false, 3};
    double alone;
    struct stores stores;

    (void)state;
    stores_open(&stores, STORES_SQLITE, 0);
    pile_store(&pile, stores.store);
    alone = milliseconds();
    check_store(stores.store, &wanted);
    alone = milliseconds() - alone;
    put_junk(stores.store, root, JUNK);
    put_junk(stores.store, second, JUNK);
    for (int held = 0; held < 2; held++) {
        const double before = milliseconds();

        if (held)
            store_hold(stores.store);
        check_store(stores.store, &wanted);
        print_message("%u versions by strangers behind each of two%s: %.1f ms, "
                      "%.2f ms without them\n",
                      JUNK, held ? ", held" : "", milliseconds() - before,
                      alone);
    }
    store_let_go(stores.store);
    stores_close(&stores);
    pile_release(&pile);
}

/* Keys and their ends. */

static void
test_keys(void **state)
{
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);
    const struct record *second =
        pile_next(&pile, PILE_SECOND, 2, root, NULL, true);
    const struct record *third =
        pile_next(&pile, PILE_SECOND, 3, second, NULL, true);
    const struct lineage_key *key;
    struct lineage lineage;
    struct stores stores;

    (void)state;
    stores_open(&stores, STORES_MEM, 0);
    pile_store(&pile, stores.store);
    assert_int_equal(lineage_read(&lineage, stores.store, record_id(root)),
                     STATUS_OK);
    assert_int_equal(lineage.key_count, 2);
    key = lineage_key(&lineage, &record_fields(root)->key.author);
    assert_non_null(key);
    assert_false(key->is_present);
    assert_int_equal(key->ended_by, 2);
    assert_int_equal(key->good_count, 1);
    assert_memory_equal(&key->good[0].id, record_id(root), 32);
    key = lineage_key(&lineage, &record_fields(third)->key.author);
    assert_true(key != NULL && key->is_present && key->from == 2);
    assert_int_equal(key->good_count, 0);
    assert_null(lineage_get(&lineage, &(struct record_id){{0}}));
    lineage_release(&lineage);
    assert_int_equal(lineage_read(&lineage, stores.store, record_id(second)),
                     STATUS_NOT_FOUND);
    lineage_release(&lineage);
    assert_int_equal(
        lineage_read(&lineage, stores.store, record_id(pile.records[2])),
        STATUS_NOT_FOUND);
    lineage_release(&lineage);
    stores_close(&stores);
    pile_release(&pile);
}

/* What is said of a version that does not count. */
static void
test_judge(void **state)
{
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);
    const struct record *second =
        pile_next(&pile, PILE_SECOND, 2, root, NULL, false);
    struct lineage lineage;
    struct stores stores;

    (void)state;
    stores_open(&stores, STORES_MEM, 0);
    assert_int_equal(stores_put(stores.store, root, STORE_OTHER), STATUS_OK);
    assert_int_equal(lineage_read(&lineage, stores.store, record_id(root)),
                     STATUS_OK);
    assert_int_equal(lineage_judge(&lineage, stores.store, second),
                     STATUS_NOT_FOUND);
    assert_int_equal(lineage_judge(&lineage, stores.store, root),
                     STATUS_MALFORMED);
    pile_cosign(&pile, PILE_R(1), second);
    pile_cosign(&pile, PILE_R(3), second);
    for (size_t i = 2; i < pile.count; i++)
        assert_int_equal(stores_put(stores.store, pile.records[i], STORE_OTHER),
                         STATUS_OK);
    assert_int_equal(lineage_judge(&lineage, stores.store, second), STATUS_OK);
    lineage_release(&lineage);
    stores_close(&stores);
    pile_release(&pile);
}

struct trial {
    struct store *store;
    const struct record *root;
};

static enum status
read_chain(void *context)
{
    const struct trial *trial = context;
    struct lineage lineage;
    enum status status =
        lineage_read(&lineage, trial->store, record_id(trial->root));

    lineage_release(&lineage);
    return status;
}

static void
test_without_memory(void **state)
{
    struct pile pile = {0};
    struct trial trial = {.root = pile_root(&pile)};
    const struct record *last = trial.root;
    struct stores stores;

    (void)state;
    for (uint8_t i = 2; i < 6; i++)
        last = pile_next(&pile, i, i, last, NULL, true);
    stores_open(&stores, STORES_MEM, 0);
    pile_store(&pile, stores.store);
    trial.store = stores.store;
    test_alloc_each(read_chain, &trial);
    check_store(stores.store, &(struct wanted){trial.root, last, false, 5});
    stores_close(&stores);
    pile_release(&pile);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rotation),
        cmocka_unit_test(test_same_key),
        cmocka_unit_test(test_new_keys),
        cmocka_unit_test(test_recovery_as_author),
        cmocka_unit_test(test_skip),
        cmocka_unit_test(test_repeat),
        cmocka_unit_test(test_lower),
        cmocka_unit_test(test_no_good),
        cmocka_unit_test(test_fork),
        cmocka_unit_test(test_two_islands),
        cmocka_unit_test(test_healing),
        cmocka_unit_test(test_fast_forward),
        cmocka_unit_test(test_stolen_key),
        cmocka_unit_test(test_stolen_recovery_key),
        cmocka_unit_test(test_rollback),
        cmocka_unit_test(test_buried_consent),
        cmocka_unit_test(test_another_first),
        cmocka_unit_test(test_strangers),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_judge),
        cmocka_unit_test(test_without_memory),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
