/* What a reader is told when keys end: of the thief who has the signing key,
 * and publishes, withdraws, replaces, co-signs, revokes and writes versions; in
 * every order of arrival, to who was there and to who comes later. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/following.h"
#include "bundles/verdict.h"
#include "core/entropy.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/identities.h"
#include "tests/unit/pile.h"
#include "tests/unit/records.h"
#include "tests/unit/signings.h"
#include "tests/unit/stores.h"

static struct trust *
follow(const struct record *root, bool has_pin)
{
    struct trust_entry entry = {.has_pin = has_pin, .name = "Centre"};
    struct trust *trust;

    entry.key = record_fields(root)->key;
    entry.pin = *record_id(root);
    assert_int_equal(trust_new(&trust), STATUS_OK);
    assert_int_equal(trust_add(trust, &entry), STATUS_OK);
    return trust;
}

/* Release it. */
static struct verdict
verdict_of(struct store *store, struct trust *trust,
           const struct record *record)
{
    struct verdict verdict;

    assert_int_equal(following_extend(trust, store), STATUS_OK);
    assert_int_equal(
        verdict_make(&verdict, store, trust, record, STORE_COMPLETE),
        STATUS_OK);
    return verdict;
}

/* A joint statement of somebody else's that names the first key; the owner's
 * own before and after the end of that key; and everything that the thief can
 * do with it. */
struct scene {
    struct pile pile;
    struct trust *trust;
    struct store *store; /* only for test_without_memory */
    const struct record *root;
    const struct record *joint;
    const struct record *ours;      /* good, by the first key */
    const struct record *second;    /* version 2 */
    const struct record *present;   /* by the second key */
    const struct record *forged;    /* a statement */
    const struct record *replacing; /* a statement that says it replaces ours */
    const struct record *rotating;  /* a version */
};

static const struct record *
put_replacement(struct pile *pile, uint8_t key, const char *key_text,
                uint32_t sequence, const struct record *replaced)
{
    char id[RECORD_ID_TEXT_SIZE];
    char header[512];

    record_id_format(record_id(replaced), id);
    (void)snprintf(header, sizeof(header),
                   "p2pub1 statement\nkey %s\ndate 2026-02-02\nsequence %u\n"
                   "previous %s\ntitle Instead\nreplaces %s\n",
                   key_text, sequence, id, id);
    return pile_put(pile, records_seal(header, key));
}

static void
make_scene(struct scene *scene)
{
    struct pile *pile = &scene->pile;
    struct identities_version rotating = {.author = PILE_THIEF,
                                          .sequence = 1,
                                          .version = 2,
                                          .recovery = "\x29",
                                          .threshold = 1};

    memset(scene, 0, sizeof(*scene));
    scene->root = pile_root(pile);
    scene->joint = pile_put(pile, signings_joint(4, 1, PILE_FIRST, PILE_FIRST));
    scene->ours = pile_statement(pile, PILE_FIRST, 2, scene->root, "Ours");
    scene->second =
        pile_next(pile, PILE_SECOND, 2, scene->root, scene->ours, true);
    scene->present =
        pile_statement(pile, PILE_SECOND, 3, scene->second, "Ours, later");
    scene->forged =
        pile_statement(pile, PILE_FIRST, 3, scene->ours, "All is well");
    scene->replacing =
        put_replacement(pile, PILE_FIRST, RECORDS_KEY_1, 3, scene->ours);
    for (size_t i = 0; i < 2; i++)
        (void)pile_put(
            pile,
            signings_withdraw(PILE_FIRST, (uint32_t)(4 + i),
                              record_id(i == 0 ? scene->ours : scene->present),
                              "It was a fake"));
    (void)pile_put(
        pile, signings_cosign(PILE_FIRST, 6, record_id(scene->joint), NULL));
    rotating.follows[0] = scene->root;
    rotating.good[0] = (struct identities_good){PILE_FIRST, 1, scene->root};
    scene->rotating = pile_put(pile, identities_seal(&rotating));
    pile_cosign(pile, 0x29, scene->rotating);
    pile_cosign(pile, PILE_FIRST, scene->rotating);
    (void)pile_put(pile, records_seal("p2pub1 revoke\nkey " RECORDS_KEY_1
                                      "\ndate 2026-02-02\nsequence 0\n"
                                      "reason By the thief\n",
                                      1));
    scene->trust = follow(scene->root, true);
}

static void
release_scene(struct scene *scene)
{
    trust_free(scene->trust);
    pile_release(&scene->pile);
}

static void
check_owners(struct store *store, const struct scene *scene)
{
    const struct record *records[] = {scene->ours, scene->present,
                                      scene->second};

    for (size_t i = 0; i < 3; i++) {
        struct verdict verdict = verdict_of(store, scene->trust, records[i]);

        assert_int_equal(verdict.standing, VERDICT_VERIFIED);
        assert_string_equal(verdict.signer.name, "Centre");
        assert_int_equal(verdict.signer.identity, VERDICT_IDENTITY_PINNED);
        assert_memory_equal(&verdict.signer.identity_id, record_id(scene->root),
                            32);
        assert_null(verdict.withdrawn.record);
        assert_int_equal(verdict.replaced_count, 0);
        assert_int_equal(verdict.replacements.newest_count, 0);
        assert_int_equal(verdict.lineage.standing, GOOD_PART_GOOD);
        assert_int_equal(verdict.lineage.version, 2);
        assert_int_equal(verdict.lineage.rival_count, 0);
        assert_int_equal(verdict.lineage.ended_by, i == 0 ? 2 : 0);
        /* A revocation marks the key and hides nothing. */
        assert_int_equal(verdict.revoked.record != NULL, i == 0);
        if (records[i] == scene->second)
            assert_int_equal(verdict.lineage.kind, VERDICT_VERSION_COUNTS);
        verdict_release(&verdict);
    }
}

static void
check_thiefs(struct store *store, const struct scene *scene)
{
    const struct record *records[] = {scene->forged, scene->replacing};
    struct verdict verdict;

    for (size_t i = 0; i < 2; i++) {
        verdict = verdict_of(store, scene->trust, records[i]);
        assert_int_equal(verdict.standing, VERDICT_UNKNOWN);
        assert_int_equal(verdict.lineage.standing, GOOD_PART_CLAIMED);
        assert_int_equal(verdict.lineage.ended_by, 2);
        assert_false(verdict.replaces.is_own);
        verdict_release(&verdict);
    }
    verdict = verdict_of(store, scene->trust, scene->rotating);
    assert_int_equal(verdict.standing, VERDICT_UNKNOWN);
    assert_int_equal(verdict.lineage.kind, VERDICT_VERSION_SHORT);
    assert_int_equal(verdict.lineage.before.agreed, 0);
    assert_int_equal(verdict.lineage.before.needed, 2);
    assert_int_equal(verdict.lineage.own.agreed, 1);
    verdict_release(&verdict);
    verdict = verdict_of(store, scene->trust, scene->joint);
    assert_int_equal(verdict.signatories.named_count, 1);
    assert_int_equal(verdict.signatories.named_signed, 0);
    assert_int_equal(verdict.signatories.other_signed, 0);
    verdict_release(&verdict);
}

static void
check_scene(struct store *store, void *context)
{
    check_owners(store, context);
    check_thiefs(store, context);
}

static void
test_thief(void **state)
{
    struct scene scene;

    (void)state;
    make_scene(&scene);
    pile_check_orders(&scene.pile, check_scene, &scene);
    release_scene(&scene);
}

/* The same to a reader who follows nobody, but for whom is unknown. */
static void
check_stranger(struct store *store, void *context)
{
    const struct scene *scene = context;
    const struct record *records[] = {scene->ours, scene->present,
                                      scene->forged};
    struct trust *nobody;

    assert_int_equal(trust_new(&nobody), STATUS_OK);
    for (size_t i = 0; i < 3; i++) {
        struct verdict verdict = verdict_of(store, nobody, records[i]);

        assert_int_equal(verdict.standing, VERDICT_UNKNOWN);
        assert_int_equal(verdict.signer.identity, VERDICT_IDENTITY_FOUND);
        assert_memory_equal(&verdict.signer.identity_id, record_id(scene->root),
                            32);
        assert_int_equal(verdict.lineage.standing,
                         i == 2 ? GOOD_PART_CLAIMED : GOOD_PART_GOOD);
        assert_null(verdict.withdrawn.record);
        verdict_release(&verdict);
    }
    trust_free(nobody);
}

static void
test_thief_seen_by_a_stranger(void **state)
{
    struct scene scene;

    (void)state;
    make_scene(&scene);
    pile_check_orders(&scene.pile, check_stranger, &scene);
    release_scene(&scene);
}

/* Another version 1 by the thief changes nothing for who pinned the owner's.
 * To everybody else that key stands for itself, and it is said that it signed
 * several. */
static void
test_another_first(void **state)
{
    const struct identities_version other = {.author = PILE_FIRST,
                                             .sequence = 7,
                                             .version = 1,
                                             .recovery = "\x28",
                                             .threshold = 1};
    struct scene scene;
    struct verdict verdict;
    struct stores stores;
    struct trust *nobody;

    (void)state;
    make_scene(&scene);
    (void)pile_put(&scene.pile, identities_seal(&other));
    pile_check_orders(&scene.pile, check_scene, &scene);
    stores_open(&stores, STORES_MEM, 0);
    pile_store(&scene.pile, stores.store);
    assert_int_equal(trust_new(&nobody), STATUS_OK);
    verdict = verdict_of(stores.store, nobody, scene.ours);
    assert_int_equal(verdict.signer.identity, VERDICT_IDENTITY_SEVERAL);
    assert_int_equal(verdict.lineage.found, LINEAGE_SEVERAL);
    verdict_release(&verdict);
    verdict = verdict_of(stores.store, nobody, scene.present);
    assert_int_equal(verdict.signer.identity, VERDICT_IDENTITY_FOUND);
    verdict_release(&verdict);
    trust_free(nobody);
    stores_close(&stores);
    release_scene(&scene);
}

/* What the owner does with the present key counts for what was signed with an
 * earlier one. */

struct owner {
    struct pile pile;
    struct trust *trust;
    const struct record *root;
    const struct record *ours;
    const struct record *replaced;
    const struct record *joint;
};

static void
check_owner(struct store *store, void *context)
{
    const struct owner *owner = context;
    struct verdict verdict = verdict_of(store, owner->trust, owner->ours);

    assert_non_null(verdict.withdrawn.record);
    assert_true(byte_view_equal_text(verdict.withdrawn.reason, "A name"));
    verdict_release(&verdict);
    verdict = verdict_of(store, owner->trust, owner->replaced);
    assert_int_equal(verdict.replaced_count, 1);
    assert_int_equal(verdict.replacements.newest_count, 1);
    verdict_release(&verdict);
    verdict = verdict_of(store, owner->trust, owner->joint);
    assert_int_equal(verdict.signatories.named_signed, 1);
    assert_int_equal(verdict.signatories.other_signed, 0);
    verdict_release(&verdict);
}

static void
test_present_key(void **state)
{
    struct owner owner = {0};
    struct pile *pile = &owner.pile;
    const struct record *second;

    (void)state;
    owner.root = pile_root(pile);
    owner.ours = pile_statement(pile, PILE_FIRST, 2, owner.root, "Ours");
    owner.replaced = pile_statement(pile, PILE_FIRST, 3, owner.ours, "Two");
    owner.joint = pile_put(pile, signings_joint(4, 1, PILE_FIRST, PILE_FIRST));
    second = pile_next(pile, PILE_SECOND, 2, owner.root, owner.replaced, true);
    assert_non_null(second);
    (void)pile_put(pile, signings_withdraw(PILE_SECOND, 3,
                                           record_id(owner.ours), "A name"));
    (void)put_replacement(pile, PILE_SECOND, RECORDS_KEY_2, 4, owner.replaced);
    (void)pile_put(
        pile, signings_cosign(PILE_SECOND, 5, record_id(owner.joint), NULL));
    owner.trust = follow(owner.root, true);
    pile_check_orders(pile, check_owner, &owner);
    trust_free(owner.trust);
    pile_release(pile);
}

/* TUF: fast-forward.  The numbers of a stolen key end with it, and what the
 * thief quotes of others counts for nothing. */
static void
test_fast_forward(void **state)
{
    static const char far[] =
        "p2pub1 statement\nkey " RECORDS_KEY_1 "\ndate 2026-02-02\n"
        "sequence 2147483647\nprevious "
        "5f3a000000000000000000000000000000000000000000000000000000000004\n"
        "title All is well\nhead " RECORDS_KEY_4 " 41 "
        "5f3a000000000000000000000000000000000000000000000000000000000005\n";
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);
    const struct record *ours =
        pile_statement(&pile, PILE_FIRST, 2, root, "Ours");
    const struct record *other = pile_statement(&pile, 4, 1, NULL, "Another's");
    struct trust *trust = follow(root, true);
    struct verdict verdict;
    struct stores stores;

    (void)state;
    (void)pile_put(&pile, records_seal(far, 1));
    stores_open(&stores, STORES_MEM, 0);
    pile_store(&pile, stores.store);
    verdict = verdict_of(stores.store, trust, ours);
    assert_int_equal(verdict.gaps, 2147483647 - 3);
    verdict_release(&verdict);
    verdict = verdict_of(stores.store, trust, other);
    assert_int_equal(verdict.quote_count, 1);
    verdict_release(&verdict);
    pile_release(&pile);

    root = pile_root(&pile);
    ours = pile_statement(&pile, PILE_FIRST, 2, root, "Ours");
    other = pile_statement(&pile, 4, 1, NULL, "Another's");
    {
        struct pile more = {0};

        /* Number 3, which is good, has not arrived. */
        (void)pile_next(&more, PILE_SECOND, 2, root,
                        pile_statement(&pile, PILE_FIRST, 3, ours, "Missing"),
                        true);
        pile_store(&more, stores.store);
        pile_release(&more);
    }
    verdict = verdict_of(stores.store, trust, ours);
    assert_int_equal(verdict.gaps, 1);
    assert_int_equal(verdict.lineage.standing, GOOD_PART_OPEN);
    assert_int_equal(verdict.standing, VERDICT_VERIFIED);
    verdict_release(&verdict);
    verdict = verdict_of(stores.store, trust, other);
    assert_int_equal(verdict.quote_count, 0);
    verdict_release(&verdict);
    stores_close(&stores);
    trust_free(trust);
    pile_release(&pile);
}

/* A conflict is shown with what is before it and with what is in it. */
static void
test_conflict(void **state)
{
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);
    const struct record *here =
        pile_next(&pile, PILE_SECOND, 2, root, NULL, true);
    struct trust *trust = follow(root, true);
    struct verdict verdict;
    struct stores stores;

    (void)state;
    (void)pile_next(&pile, PILE_THIRD, 2, root, NULL, true);
    stores_open(&stores, STORES_MEM, 0);
    pile_store(&pile, stores.store);
    verdict = verdict_of(stores.store, trust, root);
    assert_int_equal(verdict.standing, VERDICT_VERIFIED);
    assert_int_equal(verdict.lineage.rival_count, 2);
    assert_int_equal(verdict.lineage.version, 1);
    assert_true(verdict.lineage.is_present);
    verdict_release(&verdict);
    verdict = verdict_of(stores.store, trust, here);
    assert_int_equal(verdict.standing, VERDICT_UNKNOWN);
    assert_int_equal(verdict.lineage.kind, VERDICT_VERSION_RIVAL);
    assert_false(verdict.lineage.is_key);
    assert_int_equal(verdict.lineage.rival_count, 2);
    verdict_release(&verdict);
    stores_close(&stores);
    trust_free(trust);
    pile_release(&pile);
}

static enum status
judge_all(void *context)
{
    const struct scene *scene = context;
    enum status status = STATUS_OK;
    struct verdict verdict;

    for (size_t i = 0; i < scene->pile.count && status == STATUS_OK; i++) {
        status = verdict_make(&verdict, scene->store, scene->trust,
                              scene->pile.records[i], STORE_COMPLETE);
        verdict_release(&verdict);
    }
    return status;
}

static void
test_without_memory(void **state)
{
    struct stores stores;
    struct scene scene;

    (void)state;
    make_scene(&scene);
    stores_open(&stores, STORES_MEM, 0);
    pile_store(&scene.pile, stores.store);
    scene.store = stores.store;
    test_alloc_each(judge_all, &scene);
    stores_close(&stores);
    release_scene(&scene);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_thief),
        cmocka_unit_test(test_thief_seen_by_a_stranger),
        cmocka_unit_test(test_another_first),
        cmocka_unit_test(test_present_key),
        cmocka_unit_test(test_fast_forward),
        cmocka_unit_test(test_conflict),
        cmocka_unit_test(test_without_memory),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
