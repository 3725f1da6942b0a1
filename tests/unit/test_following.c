/* Following goes by the chain of the identity that was pinned. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/following.h"
#include "core/entropy.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/identities.h"
#include "tests/unit/pile.h"
#include "tests/unit/records.h"
#include "tests/unit/stores.h"

static struct key_public
key_of(uint8_t number)
{
    struct key_secret *secret = records_key(number);
    struct key_public key = secret->public_key;

    key_secret_free(secret);
    return key;
}

/* Trust in key number, by root or without a pin. */
static struct trust *
follow(uint8_t number, const struct record *root)
{
    struct trust_entry entry = {.key = key_of(number), .name = "Centre"};
    struct trust *trust;

    if (root != NULL) {
        entry.has_pin = true;
        entry.pin = *record_id(root);
    }
    assert_int_equal(trust_new(&trust), STATUS_OK);
    assert_int_equal(trust_add(trust, &entry), STATUS_OK);
    return trust;
}

static enum trust_class
class_of(const struct trust *trust, uint8_t number)
{
    const struct key_public key = key_of(number);

    return trust_class(trust, &key.author);
}

struct wanted {
    struct trust *trust;
    enum trust_class second;
    enum trust_class third;
};

static void
check(struct store *store, void *context)
{
    const struct wanted *wanted = context;
    const struct key_public second = key_of(PILE_SECOND);
    const struct trust_entry *entry;
    struct byte_buf text;

    for (int i = 0; i < 2; i++)
        assert_int_equal(following_extend(wanted->trust, store), STATUS_OK);
    assert_int_equal(class_of(wanted->trust, PILE_FIRST), TRUST_FOLLOWED);
    assert_int_equal(class_of(wanted->trust, PILE_SECOND), wanted->second);
    assert_int_equal(class_of(wanted->trust, PILE_THIRD), wanted->third);
    assert_int_equal(class_of(wanted->trust, PILE_THIEF), TRUST_UNKNOWN);
    entry = trust_get(wanted->trust, &second.author);
    if (entry != NULL)
        assert_string_equal(entry->name, "Centre");
    /* One name means one line, and one line is written. */
    assert_int_equal(trust_find_name(wanted->trust, "Centre", &entry),
                     STATUS_OK);
    byte_buf_init(&text, 4096);
    assert_int_equal(trust_write(&text, wanted->trust), STATUS_OK);
    assert_ptr_equal(memchr(text.data, '\n', text.size),
                     text.data + text.size - 1);
    byte_buf_release(&text);
}

static void
check_following(struct pile *pile, struct trust *trust, enum trust_class second,
                enum trust_class third)
{
    struct wanted wanted = {trust, second, third};

    pile_check_orders(pile, check, &wanted);
    trust_free(trust);
}

static void
test_next_key(void **state)
{
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);
    const struct record *second =
        pile_next(&pile, PILE_SECOND, 2, root, NULL, true);

    (void)state;
    check_following(&pile, follow(PILE_FIRST, root), TRUST_FOLLOWED,
                    TRUST_UNKNOWN);
    (void)pile_next(&pile, PILE_THIRD, 3, second, NULL, true);
    check_following(&pile, follow(PILE_FIRST, root), TRUST_FOLLOWED,
                    TRUST_FOLLOWED);
    /* Who begins with a later key follows the earlier ones too. */
    {
        struct trust *trust = follow(PILE_THIRD, root);
        struct stores stores;

        stores_open(&stores, STORES_MEM, 0);
        pile_store(&pile, stores.store);
        assert_int_equal(following_extend(trust, stores.store), STATUS_OK);
        assert_int_equal(class_of(trust, PILE_FIRST), TRUST_FOLLOWED);
        stores_close(&stores);
        trust_free(trust);
    }
    pile_release(&pile);
}

/* Without co-signatures nothing is followed. */
static void
test_not_followed(void **state)
{
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);

    (void)state;
    (void)pile_next(&pile, PILE_SECOND, 2, root, NULL, false);
    check_following(&pile, follow(PILE_FIRST, root), TRUST_UNKNOWN,
                    TRUST_UNKNOWN);
    pile_release(&pile);
}

/* Who pinned nothing follows the one chain there is, and none once the key has
 * signed another version 1. */
static void
test_without_pin(void **state)
{
    static const struct identities_version another = {.author = PILE_FIRST,
                                                      .sequence = 1,
                                                      .version = 1,
                                                      .recovery = "\x28",
                                                      .threshold = 1};
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);

    (void)state;
    (void)pile_next(&pile, PILE_SECOND, 2, root, NULL, true);
    check_following(&pile, follow(PILE_FIRST, NULL), TRUST_FOLLOWED,
                    TRUST_UNKNOWN);
    (void)pile_put(&pile, identities_seal(&another));
    check_following(&pile, follow(PILE_FIRST, NULL), TRUST_UNKNOWN,
                    TRUST_UNKNOWN);
    check_following(&pile, follow(PILE_FIRST, root), TRUST_FOLLOWED,
                    TRUST_UNKNOWN);
    pile_release(&pile);
}

/* Whether the record concerns who follows the first key, with the pin root or
 * without one. */
static bool
concerns(struct store *store, const struct record *pinned,
         const struct record *record)
{
    struct trust *trust = follow(PILE_FIRST, pinned);
    bool concerns;

    assert_int_equal(
        following_concerns(&concerns, trust, store, record_id(record)),
        STATUS_OK);
    trust_free(trust);
    return concerns;
}

/* A daemon looks anew when an identity, or a co-signature of one, may have
 * changed whom its home follows; of strangers' it does not. */
static void
test_concerns(void **state)
{
    static const struct identities_version foreign = {.author = PILE_STRANGER,
                                                      .sequence = 1,
                                                      .version = 1,
                                                      .recovery = "\x28",
                                                      .threshold = 1};
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);
    const struct record *second =
        pile_next(&pile, PILE_SECOND, 2, root, NULL, true);
    const struct record *signature = pile.records[pile.count - 1];
    const struct record *lonely =
        pile_next(&pile, PILE_THIEF, 2, root, NULL, false);
    const struct record *strange = pile_put(&pile, identities_seal(&foreign));
    const struct record *statement =
        pile_statement(&pile, PILE_STRANGER, 0, NULL, "x");
    struct stores stores;

    (void)state;
    stores_open(&stores, STORES_MEM, 0);
    pile_store(&pile, stores.store);
    for (int i = 0; i < 2; i++) {
        const struct record *pin = i == 0 ? root : NULL;

        assert_int_equal(record_kind(signature), RECORD_COSIGN);
        assert_true(concerns(stores.store, pin, root));
        assert_true(concerns(stores.store, pin, second));
        assert_true(concerns(stores.store, pin, signature));
        assert_false(concerns(stores.store, pin, lonely));
        assert_false(concerns(stores.store, pin, strange));
        assert_false(concerns(stores.store, pin, statement));
    }
    stores_close(&stores);
    pile_release(&pile);
}

/* In conflict nobody new is followed. */
static void
test_conflict(void **state)
{
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);

    (void)state;
    (void)pile_next(&pile, PILE_SECOND, 2, root, NULL, true);
    (void)pile_next(&pile, PILE_THIRD, 2, root, NULL, true);
    check_following(&pile, follow(PILE_FIRST, root), TRUST_UNKNOWN,
                    TRUST_UNKNOWN);
    pile_release(&pile);
}

/* A pin of somebody else's identity makes nobody followed. */
static void
test_foreign_pin(void **state)
{
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);
    struct trust *trust = follow(PILE_THIEF, root);
    struct stores stores;

    (void)state;
    (void)pile_next(&pile, PILE_SECOND, 2, root, NULL, true);
    stores_open(&stores, STORES_MEM, 0);
    pile_store(&pile, stores.store);
    assert_int_equal(following_extend(trust, stores.store), STATUS_OK);
    assert_int_equal(class_of(trust, PILE_FIRST), TRUST_UNKNOWN);
    assert_int_equal(class_of(trust, PILE_SECOND), TRUST_UNKNOWN);
    stores_close(&stores);
    trust_free(trust);
    pile_release(&pile);
}

/* Whoever stole a key makes it a former one of another identity, which the
 * reader follows too: by its own, which is pinned, it has not ended. */

struct guest {
    const struct record *root;
    const struct record *other;
};

static void
check_guest(struct store *store, void *context)
{
    const struct guest *guest = context;
    const struct key_public first = key_of(PILE_FIRST);
    const struct key_public stranger = key_of(PILE_STRANGER);
    const struct trust_entry other = {.key = stranger,
                                      .has_pin = true,
                                      .pin = *record_id(guest->other),
                                      .name = "Other"};
    struct trust *trust = follow(PILE_FIRST, guest->root);

    assert_int_equal(trust_add(trust, &other), STATUS_OK);
    assert_int_equal(following_extend(trust, store), STATUS_OK);
    assert_int_equal(class_of(trust, PILE_THIRD), TRUST_FOLLOWED);
    assert_int_equal(following_keeping(trust, &stranger.author), STORE_OTHER);
    assert_int_equal(following_keeping(trust, &first.author), STORE_FOLLOWED);
    trust_free(trust);
}

static void
test_guest(void **state)
{
    static const struct identities_version first = {.author = PILE_STRANGER,
                                                    .sequence = 1,
                                                    .version = 1,
                                                    .recovery = PILE_RECOVERY,
                                                    .threshold = 2};
    struct pile pile = {0};
    struct guest guest = {pile_root(&pile), NULL};
    const struct record *second;

    (void)state;
    guest.other = pile_put(&pile, identities_seal(&first));
    second = pile_next(&pile, PILE_FIRST, 2, guest.other, NULL, true);
    (void)pile_next(&pile, PILE_THIRD, 3, second, NULL, true);
    pile_check_orders(&pile, check_guest, &guest);
    pile_release(&pile);
}

/* On whose account records are kept: what the next key signs, and what of the
 * one that ended is good, on that of those who are followed; what a thief signs
 * with it on the other one, whatever came first. */

static enum store_class
kept(struct store *store, const struct record *record)
{
    struct store_row row;

    assert_int_equal(store_get_row(store, record_id(record), &row), STATUS_OK);
    return row.keeping;
}

struct account {
    struct trust *trust;
    const struct record *root;
    const struct record *ours;
    const struct record *forged;
    const struct record *present;
};

static void
check_account(struct store *store, void *context)
{
    const struct account *account = context;
    const struct key_public first = key_of(PILE_FIRST);
    const struct key_public second = key_of(PILE_SECOND);

    /* As it was kept before the version came. */
    assert_int_equal(store_begin(store), STATUS_OK);
    assert_int_equal(
        store_move_record(store, record_id(account->forged), STORE_FOLLOWED),
        STATUS_OK);
    assert_int_equal(store_commit(store), STATUS_OK);
    assert_int_equal(following_extend(account->trust, store), STATUS_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(following_settle(account->trust, store), STATUS_OK);
        assert_int_equal(kept(store, account->root), STORE_FOLLOWED);
        assert_int_equal(kept(store, account->ours), STORE_FOLLOWED);
        assert_int_equal(kept(store, account->present), STORE_FOLLOWED);
        assert_int_equal(kept(store, account->forged), STORE_OTHER);
    }
    assert_int_equal(following_keeping(account->trust, &first.author),
                     STORE_OTHER);
    assert_int_equal(following_keeping(account->trust, &second.author),
                     STORE_FOLLOWED);
    /* Whoever is asked without the store goes by the lines alone. */
    trust_remove_derived(account->trust);
    assert_int_equal(following_keeping(account->trust, &first.author),
                     STORE_FOLLOWED);
    assert_int_equal(following_keeping(account->trust, &second.author),
                     STORE_OTHER);
}

static void
test_account(void **state)
{
    struct pile pile = {0};
    struct account account;
    const struct record *second;

    (void)state;
    account.root = pile_root(&pile);
    account.ours = pile_statement(&pile, PILE_FIRST, 2, account.root, "Ours");
    account.forged =
        pile_statement(&pile, PILE_FIRST, 3, account.ours, "All is well");
    second = pile_next(&pile, PILE_SECOND, 2, account.root, account.ours, true);
    account.present = pile_statement(&pile, PILE_SECOND, 3, second, "Later");
    account.trust = follow(PILE_FIRST, account.root);
    pile_check_orders(&pile, check_account, &account);
    trust_free(account.trust);
    pile_release(&pile);
}

struct trial {
    struct store *store;
    const struct record *root;
};

static enum status
extend(void *context)
{
    const struct trial *trial = context;
    struct trust *trust;
    struct trust_entry entry = {.has_pin = true, .name = "Centre"};
    enum status status = trust_new(&trust);

    entry.key = record_fields(trial->root)->key;
    entry.pin = *record_id(trial->root);
    if (status == STATUS_OK)
        status = trust_add(trust, &entry);
    if (status == STATUS_OK)
        status = following_extend(trust, trial->store);
    trust_free(trust);
    return status;
}

static void
test_without_memory(void **state)
{
    struct pile pile = {0};
    struct trial trial;
    struct stores stores;

    (void)state;
    trial.root = pile_root(&pile);
    (void)pile_next(&pile, PILE_SECOND, 2, trial.root, NULL, true);
    stores_open(&stores, STORES_MEM, 0);
    pile_store(&pile, stores.store);
    trial.store = stores.store;
    test_alloc_each(extend, &trial);
    stores_close(&stores);
    pile_release(&pile);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_next_key),
        cmocka_unit_test(test_not_followed),
        cmocka_unit_test(test_without_pin),
        cmocka_unit_test(test_concerns),
        cmocka_unit_test(test_account),
        cmocka_unit_test(test_conflict),
        cmocka_unit_test(test_foreign_pin),
        cmocka_unit_test(test_guest),
        cmocka_unit_test(test_without_memory),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
