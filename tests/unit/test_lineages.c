/* Which chain a key belongs to, what of an ended key is good, and what is
 * found by the chain: in every order of arrival, and against a thief. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/lineages.h"
#include "core/entropy.h"
#include "core/limits.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/identities.h"
#include "tests/unit/pile.h"
#include "tests/unit/records.h"
#include "tests/unit/signings.h"
#include "tests/unit/stores.h"

static struct key_author
author_of(uint8_t number)
{
    struct key_secret *secret = records_key(number);
    struct key_author author = secret->public_key.author;

    key_secret_free(secret);
    return author;
}

/* The first key's statements 2 to 4, of which 3 is the last good one, a
 * thief's 3 and 5, and the second key. */
struct scene {
    struct pile pile;
    const struct record *root;
    const struct record *good[2];
    const struct record *claimed[3];
    const struct record *second;  /* version 2 */
    const struct record *present; /* a statement by the second key */
    const struct trust *trust;
};

static void
make_scene(struct scene *scene)
{
    struct pile *pile = &scene->pile;

    memset(scene, 0, sizeof(*scene));
    scene->root = pile_root(pile);
    scene->good[0] = pile_statement(pile, PILE_FIRST, 2, scene->root, "Two");
    scene->good[1] =
        pile_statement(pile, PILE_FIRST, 3, scene->good[0], "Three");
    scene->claimed[0] =
        pile_statement(pile, PILE_FIRST, 4, scene->good[1], "Four");
    scene->claimed[1] =
        pile_statement(pile, PILE_FIRST, 3, scene->good[0], "Not three");
    scene->claimed[2] = pile_statement(pile, PILE_FIRST, 0, NULL, "None");
    scene->second =
        pile_next(pile, PILE_SECOND, 2, scene->root, scene->good[1], true);
    scene->present =
        pile_statement(pile, PILE_SECOND, 3, scene->second, "Ours");
}

static enum good_standing
standing_of(struct lineages *lineages, const struct record *record)
{
    const struct record_fields *fields = record_fields(record);
    enum good_standing standing;

    assert_int_equal(lineages_standing(&standing, lineages, &fields->key.author,
                                       record_id(record), fields->sequence),
                     STATUS_OK);
    return standing;
}

static void
check_scene(struct store *store, void *context)
{
    const struct scene *scene = context;
    const struct key_author first = author_of(PILE_FIRST);
    const struct key_author second = author_of(PILE_SECOND);
    const struct key_author thief = author_of(PILE_THIEF);
    struct lineages *lineages;
    bool same;

    assert_int_equal(lineages_new(&lineages, store, scene->trust), STATUS_OK);
    assert_int_equal(standing_of(lineages, scene->root), GOOD_PART_GOOD);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(standing_of(lineages, scene->good[i]), GOOD_PART_GOOD);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(standing_of(lineages, scene->claimed[i]),
                         GOOD_PART_CLAIMED);
    assert_int_equal(standing_of(lineages, scene->second), GOOD_PART_GOOD);
    assert_int_equal(standing_of(lineages, scene->present), GOOD_PART_GOOD);
    assert_int_equal(lineages_are_one(&same, lineages, &first, &second),
                     STATUS_OK);
    assert_true(same);
    assert_int_equal(lineages_are_one(&same, lineages, &second, &first),
                     STATUS_OK);
    assert_true(same);
    assert_int_equal(lineages_are_one(&same, lineages, &thief, &first),
                     STATUS_OK);
    assert_false(same);
    lineages_free(lineages);
}

static void
check_scene_in_orders(struct scene *scene)
{
    struct trust *trust;

    assert_int_equal(trust_new(&trust), STATUS_OK);
    scene->trust = trust;
    pile_check_orders(&scene->pile, check_scene, scene);
    trust_free(trust);
}

static void
test_good(void **state)
{
    struct scene scene;

    (void)state;
    make_scene(&scene);
    check_scene_in_orders(&scene);
    pile_release(&scene.pile);
}

/* A line about the wrong number, or about another key's record, makes nothing
 * good but the versions. */
static void
check_wrong_good(const struct identities_good *good, const struct record *also)
{
    struct scene scene;
    struct identities_version second = {.author = PILE_SECOND,
                                        .sequence = 1,
                                        .version = 2,
                                        .recovery = PILE_RECOVERY,
                                        .threshold = 2};
    struct pile more = {0};
    const struct record *record;
    struct lineages *lineages;
    struct stores stores;
    struct trust *trust;

    make_scene(&scene);
    scene.pile.count -= 4; /* version 2, what co-signs it, what is after it */
    second.follows[0] = scene.root;
    second.good[0] = *good;
    if (good->record == NULL)
        second.good[0].record = scene.good[1];
    stores_open(&stores, STORES_MEM, 0);
    pile_store(&scene.pile, stores.store);
    scene.pile.count += 4;
    record = pile_put(&more, identities_seal(&second));
    pile_cosign(&more, PILE_R(1), record);
    pile_cosign(&more, PILE_R(3), record);
    pile_store(&more, stores.store);
    pile_release(&more);
    if (also != NULL)
        assert_int_equal(stores_put(stores.store, also, STORE_OTHER),
                         STATUS_OK);
    assert_int_equal(trust_new(&trust), STATUS_OK);
    assert_int_equal(lineages_new(&lineages, stores.store, trust), STATUS_OK);
    assert_int_equal(standing_of(lineages, scene.root), GOOD_PART_GOOD);
    assert_int_equal(standing_of(lineages, scene.good[0]), GOOD_PART_CLAIMED);
    assert_int_equal(standing_of(lineages, scene.good[1]), GOOD_PART_CLAIMED);
    lineages_free(lineages);
    trust_free(trust);
    stores_close(&stores);
    pile_release(&scene.pile);
}

static void
test_wrong_good(void **state)
{
    struct pile pile = {0};
    const struct identities_good number = {PILE_FIRST, 4, NULL};
    const struct identities_good other = {
        PILE_FIRST, 1, pile_statement(&pile, PILE_THIEF, 1, NULL, "Theirs")};

    (void)state;
    check_wrong_good(&number, NULL);
    check_wrong_good(&other, other.record);
    pile_release(&pile);
}

/* While the last good record is missing, what is before it is open, and what is
 * behind it or has its number is not; it is known by its id. */
static void
test_missing(void **state)
{
    struct scene scene;
    struct lineages *lineages;
    struct stores stores;
    struct trust *trust;

    (void)state;
    make_scene(&scene);
    stores_open(&stores, STORES_MEM, 0);
    for (size_t i = 0; i < scene.pile.count; i++)
        if (scene.pile.records[i] != scene.good[1])
            assert_int_equal(
                stores_put(stores.store, scene.pile.records[i], STORE_OTHER),
                STATUS_OK);
    assert_int_equal(trust_new(&trust), STATUS_OK);
    assert_int_equal(lineages_new(&lineages, stores.store, trust), STATUS_OK);
    assert_int_equal(standing_of(lineages, scene.good[0]), GOOD_PART_OPEN);
    assert_int_equal(standing_of(lineages, scene.good[1]), GOOD_PART_GOOD);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(standing_of(lineages, scene.claimed[i]),
                         GOOD_PART_CLAIMED);
    lineages_free(lineages);
    trust_free(trust);
    stores_close(&stores);
    pile_release(&scene.pile);
}

/* The thief signs another version 1 with the stolen key.  Who pinned the
 * owner's sees no difference; for others the key stands for itself. */
static void
test_another_first(void **state)
{
    static const struct identities_version other = {.author = PILE_FIRST,
                                                    .sequence = 1,
                                                    .version = 1,
                                                    .recovery = "\x28",
                                                    .threshold = 1};
    const struct lineages_member *member;
    struct trust_entry entry = {.has_pin = true, .name = "Centre"};
    struct lineages *lineages;
    struct scene scene;
    struct stores stores;
    struct trust *pinned;
    struct trust *nobody;

    (void)state;
    make_scene(&scene);
    (void)pile_put(&scene.pile, identities_seal(&other));
    entry.key = record_fields(scene.root)->key;
    entry.pin = *record_id(scene.root);
    assert_int_equal(trust_new(&nobody), STATUS_OK);
    assert_int_equal(trust_new(&pinned), STATUS_OK);
    assert_int_equal(trust_add(pinned, &entry), STATUS_OK);
    scene.trust = pinned;
    pile_check_orders(&scene.pile, check_scene, &scene);
    stores_open(&stores, STORES_MEM, 0);
    pile_store(&scene.pile, stores.store);
    assert_int_equal(lineages_new(&lineages, stores.store, nobody), STATUS_OK);
    assert_int_equal(lineages_get(lineages, &entry.key.author, &member),
                     STATUS_OK);
    assert_int_equal(member->found, LINEAGE_SEVERAL);
    assert_null(member->lineage);
    assert_int_equal(standing_of(lineages, scene.claimed[0]), GOOD_PART_GOOD);
    assert_int_equal(standing_of(lineages, scene.present), GOOD_PART_GOOD);
    lineages_free(lineages);
    stores_close(&stores);
    trust_free(pinned);
    trust_free(nobody);
    pile_release(&scene.pile);
}

/* Records about another, by the chain: those of an ended key that are not
 * good are not among them, however many they are. */

static enum status
on_row(void *context, const struct store_row *row)
{
    size_t *count = context;

    (void)row;
    (*count)++;
    return STATUS_OK;
}

static size_t
count_withdrawals(struct lineages *lineages, uint8_t key,
                  const struct record *record)
{
    const struct key_author author = author_of(key);
    size_t count = 0;

    assert_int_equal(lineages_walk(lineages, &author,
                                   &(struct lineages_query){
                                       RECORD_WITHDRAW, record_id(record), 256},
                                   on_row, &count),
                     STATUS_OK);
    return count;
}

static void
test_walk(void **state)
{
    struct scene scene;
    struct lineages *lineages;
    struct stores stores;
    struct trust *trust;

    (void)state;
    make_scene(&scene);
    stores_open(&stores, STORES_SQLITE, 0);
    for (uint32_t i = 1; i < 400; i++) {
        struct record *junk = signings_withdraw(
            PILE_FIRST, i, record_id(scene.good[0]), "I was a fake");

        assert_int_equal(stores_put(stores.store, junk, STORE_OTHER),
                         STATUS_OK);
        record_free(junk);
    }
    (void)pile_put(&scene.pile,
                   signings_withdraw(PILE_SECOND, 4, record_id(scene.good[0]),
                                     "A name is wrong"));
    (void)pile_put(&scene.pile,
                   signings_withdraw(PILE_THIEF, 1, record_id(scene.good[0]),
                                     "I may not"));
    pile_store(&scene.pile, stores.store);
    assert_int_equal(trust_new(&trust), STATUS_OK);
    assert_int_equal(lineages_new(&lineages, stores.store, trust), STATUS_OK);
    assert_int_equal(count_withdrawals(lineages, PILE_FIRST, scene.good[0]), 1);
    assert_int_equal(count_withdrawals(lineages, PILE_SECOND, scene.good[0]),
                     1);
    assert_int_equal(count_withdrawals(lineages, PILE_THIEF, scene.good[0]), 1);
    assert_int_equal(count_withdrawals(lineages, PILE_STRANGER, scene.good[0]),
                     0);
    lineages_free(lineages);
    trust_free(trust);
    stores_close(&stores);
    pile_release(&scene.pile);
}

/* A withdrawal that is good, by a key that has ended since. */
static void
test_walk_good(void **state)
{
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);
    char header[512];
    char id[RECORD_ID_TEXT_SIZE];
    const struct record *taken;
    struct lineages *lineages;
    struct stores stores;
    struct trust *trust;

    (void)state;
    record_id_format(record_id(root), id);
    snprintf(header, sizeof(header),
             "p2pub1 withdraw\nkey " RECORDS_KEY_1
             "\ndate 2026-01-02\nsequence 2\nprevious %s\nwithdraws "
             "%s\nreason Good\n",
             id, id);
    taken = pile_put(&pile, records_seal(header, 1));
    (void)pile_next(&pile, PILE_SECOND, 2, root, taken, true);
    stores_open(&stores, STORES_MEM, 0);
    pile_store(&pile, stores.store);
    assert_int_equal(trust_new(&trust), STATUS_OK);
    assert_int_equal(lineages_new(&lineages, stores.store, trust), STATUS_OK);
    assert_int_equal(count_withdrawals(lineages, PILE_SECOND, root), 1);
    lineages_free(lineages);
    trust_free(trust);
    stores_close(&stores);
    pile_release(&pile);
}

/* Of the good records of a key that ended, those about each other one are
 * found apart, by id and no more than are asked for. */

#define MANY_EACH ((size_t)4)

struct many {
    size_t count;
    struct record_id ids[MANY_EACH + 1];
};

static enum status
on_one_of_many(void *context, const struct store_row *row)
{
    struct many *many = context;

    assert_true(many->count <= MANY_EACH);
    many->ids[many->count++] = row->id;
    return STATUS_OK;
}

static void
check_many(struct lineages *lineages, const struct record *subject,
           size_t limit, size_t wanted)
{
    const struct key_author author = author_of(PILE_SECOND);
    struct many many = {0};

    assert_int_equal(
        lineages_walk(lineages, &author,
                      &(struct lineages_query){RECORD_WITHDRAW,
                                               record_id(subject), limit},
                      on_one_of_many, &many),
        STATUS_OK);
    assert_int_equal(many.count, wanted);
    for (size_t i = 1; i < many.count; i++)
        assert_true(
            memcmp(&many.ids[i - 1], &many.ids[i], sizeof(many.ids[0])) < 0);
}

static void
test_walk_many(void **state)
{
    struct pile pile = {0};
    const struct record *subjects[3] = {pile_root(&pile)};
    const struct record *last;
    struct lineages *lineages;
    struct stores stores;
    struct trust *trust;

    (void)state;
    subjects[1] = pile_statement(&pile, PILE_FIRST, 2, subjects[0], "Two");
    subjects[2] = pile_statement(&pile, PILE_FIRST, 3, subjects[1], "Three");
    last = subjects[2];
    for (uint32_t i = 0; i < 2 * MANY_EACH; i++) {
        char header[512];
        char previous[RECORD_ID_TEXT_SIZE];
        char about[RECORD_ID_TEXT_SIZE];

        record_id_format(record_id(last), previous);
        record_id_format(record_id(subjects[i % 2]), about);
        snprintf(header, sizeof(header),
                 "p2pub1 withdraw\nkey " RECORDS_KEY_1
                 "\ndate 2026-01-02\nsequence %u\nprevious %s\nwithdraws "
                 "%s\nreason Good\n",
                 (unsigned)(i + 4), previous, about);
        last = pile_put(&pile, records_seal(header, 1));
    }
    (void)pile_next(&pile, PILE_SECOND, 2, subjects[0], last, true);
    stores_open(&stores, STORES_MEM, 0);
    pile_store(&pile, stores.store);
    assert_int_equal(trust_new(&trust), STATUS_OK);
    assert_int_equal(lineages_new(&lineages, stores.store, trust), STATUS_OK);
    check_many(lineages, subjects[0], 256, MANY_EACH);
    check_many(lineages, subjects[1], 256, MANY_EACH);
    check_many(lineages, subjects[1], 2, 2);
    check_many(lineages, subjects[2], 256, 0);
    lineages_free(lineages);
    trust_free(trust);
    stores_close(&stores);
    pile_release(&pile);
}

/* Beyond the keys that are remembered, what is walked over stays while what is
 * found is asked about in its turn. */

struct nested {
    struct lineages *lineages;
    size_t count;
};

/* A store_visit that asks for the chain again, by both of its keys. */
static enum status
on_nested(void *context, const struct store_row *row)
{
    struct nested *nested = context;
    bool same = false;
    const struct key_author first = author_of(PILE_FIRST);
    const struct key_author second = author_of(PILE_SECOND);

    (void)row;
    nested->count++;
    assert_int_equal(lineages_are_one(&same, nested->lineages, &first, &second),
                     STATUS_OK);
    assert_true(same);
    return STATUS_OK;
}

static void
test_full(void **state)
{
    const struct key_author author = author_of(PILE_FIRST);
    const struct lineages_member *member;
    struct nested nested = {0};
    struct scene scene;
    struct stores stores;
    struct trust *trust;

    (void)state;
    make_scene(&scene);
    for (uint32_t i = 4; i < 6; i++)
        (void)pile_put(
            &scene.pile,
            signings_withdraw(PILE_SECOND, i, record_id(scene.good[0]), "No"));
    stores_open(&stores, STORES_MEM, 0);
    pile_store(&scene.pile, stores.store);
    assert_int_equal(trust_new(&trust), STATUS_OK);
    assert_int_equal(lineages_new(&nested.lineages, stores.store, trust),
                     STATUS_OK);
    for (size_t i = 0; i < LINEAGES_MAX; i++) {
        struct key_author stranger = {{0xff, (uint8_t)(i >> 8), (uint8_t)i}};

        assert_int_equal(lineages_get(nested.lineages, &stranger, &member),
                         STATUS_OK);
    }
    assert_int_equal(
        lineages_walk(nested.lineages, &author,
                      &(struct lineages_query){RECORD_WITHDRAW,
                                               record_id(scene.good[0]), 256},
                      on_nested, &nested),
        STATUS_OK);
    assert_int_equal(nested.count, 2);
    lineages_free(nested.lineages);
    trust_free(trust);
    stores_close(&stores);
    pile_release(&scene.pile);
}

/* A key that floods identities of its own has no chain for strangers. */
static void
test_own_flood(void **state)
{
    const struct key_author thief = author_of(PILE_THIEF);
    struct lineage lineage;
    enum lineage_found found;
    struct stores stores;

    (void)state;
    stores_open(&stores, STORES_MEM, 0);
    for (uint32_t i = 1; i <= LINEAGE_OWN_MAX + 1; i++) {
        const struct identities_version version = {.author = PILE_THIEF,
                                                   .sequence = i,
                                                   .version = 1,
                                                   .recovery = "\x29",
                                                   .threshold = 1};
        struct record *record = identities_seal(&version);

        assert_int_equal(stores_put(stores.store, record, STORE_OTHER),
                         STATUS_OK);
        record_free(record);
        assert_int_equal(
            lineage_find(&lineage, &found, stores.store, &thief, NULL),
            STATUS_OK);
        assert_int_equal(found, i == 1 ? LINEAGE_ONE : LINEAGE_SEVERAL);
        lineage_release(&lineage);
    }
    stores_close(&stores);
}

/* Whoever stole a key signs with it what says that it goes on with the chains
 * of many others, to which no recovery key of theirs agreed: it has no part in
 * those, so the one chain of the key stays, and none of theirs is read. */
static void
test_foreign_claims(void **state)
{
    const struct key_author author = author_of(PILE_FIRST);
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);
    struct lineage lineage;
    enum lineage_found found;
    struct stores stores;

    (void)state;
    for (size_t i = 0; i < LINEAGE_ROOTS_MAX; i++) {
        const struct identities_version version = {
            .author = (uint8_t)(PILE_STRANGER + i),
            .sequence = 1,
            .version = 1,
            .recovery = PILE_RECOVERY_LATER,
            .threshold = 2};
        const struct record *other = pile_put(&pile, identities_seal(&version));

        (void)pile_next(&pile, PILE_FIRST, 2, other, NULL, false);
    }
    stores_open(&stores, STORES_MEM, 0);
    pile_store(&pile, stores.store);
    assert_int_equal(
        lineage_find(&lineage, &found, stores.store, &author, NULL), STATUS_OK);
    assert_int_equal(found, LINEAGE_ONE);
    assert_memory_equal(&lineage.versions[0].id, record_id(root),
                        sizeof(struct record_id));
    lineage_release(&lineage);
    stores_close(&stores);
    pile_release(&pile);
}

/* A key that leads to a chain and has no part in it, as its own recovery keys
 * did not agree: whichever is asked about first, the chain is that of those
 * who have one. */
static void
test_no_part(void **state)
{
    struct pile pile = {0};
    const struct record *root = pile_root(&pile);
    const struct identities_version claim = {.author = PILE_THIEF,
                                             .sequence = 2,
                                             .version = 2,
                                             .recovery = PILE_RECOVERY_LATER,
                                             .threshold = 2,
                                             .follows = {root},
                                             .good = {{PILE_FIRST, 1, root}}};
    const struct record *second = pile_put(&pile, identities_seal(&claim));
    struct stores stores;
    struct trust *trust;

    (void)state;
    pile_cosign(&pile, PILE_R(1), second);
    pile_cosign(&pile, PILE_R(2), second);
    stores_open(&stores, STORES_MEM, 0);
    pile_store(&pile, stores.store);
    assert_int_equal(trust_new(&trust), STATUS_OK);
    for (int round = 0; round < 2; round++) {
        const struct lineages_member *member;
        struct lineages *lineages;

        assert_int_equal(lineages_new(&lineages, stores.store, trust),
                         STATUS_OK);
        for (int i = 0; i < 2; i++) {
            const bool is_first = (i == 0) == (round == 0);
            const struct key_author author =
                author_of(is_first ? PILE_FIRST : PILE_THIEF);

            assert_int_equal(lineages_get(lineages, &author, &member),
                             STATUS_OK);
            assert_int_equal(member->found,
                             is_first ? LINEAGE_ONE : LINEAGE_NONE);
            assert_true(is_first == (member->key != NULL));
        }
        lineages_free(lineages);
    }
    stores_close(&stores);
    trust_free(trust);
    pile_release(&pile);
}

struct trial {
    struct store *store;
    const struct scene *scene;
};

static enum status
try_all(void *context)
{
    const struct trial *trial = context;
    const struct record *record = trial->scene->good[0];
    struct lineages *lineages;
    enum good_standing standing;
    size_t count = 0;
    bool same;
    const struct key_author second =
        record_fields(trial->scene->second)->key.author;
    enum status status =
        lineages_new(&lineages, trial->store, trial->scene->trust);

    if (status == STATUS_OK)
        status = lineages_standing(
            &standing, lineages, &record_fields(record)->key.author,
            record_id(record), record_fields(record)->sequence);
    if (status == STATUS_OK)
        status = lineages_are_one(&same, lineages, &second,
                                  &record_fields(record)->key.author);
    if (status == STATUS_OK)
        status = lineages_walk(
            lineages, &second,
            &(struct lineages_query){RECORD_WITHDRAW, record_id(record), 8},
            on_row, &count);
    lineages_free(lineages);
    return status;
}

static void
test_without_memory(void **state)
{
    struct scene scene;
    struct stores stores;
    struct trust *trust;
    struct trial trial;

    (void)state;
    make_scene(&scene);
    assert_int_equal(trust_new(&trust), STATUS_OK);
    scene.trust = trust;
    stores_open(&stores, STORES_MEM, 0);
    pile_store(&scene.pile, stores.store);
    trial = (struct trial){stores.store, &scene};
    test_alloc_each(try_all, &trial);
    stores_close(&stores);
    trust_free(trust);
    pile_release(&scene.pile);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),      cmocka_unit_test(test_wrong_good),
        cmocka_unit_test(test_missing),   cmocka_unit_test(test_another_first),
        cmocka_unit_test(test_walk),      cmocka_unit_test(test_walk_good),
        cmocka_unit_test(test_walk_many), cmocka_unit_test(test_full),
        cmocka_unit_test(test_own_flood), cmocka_unit_test(test_foreign_claims),
        cmocka_unit_test(test_no_part),   cmocka_unit_test(test_without_memory),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
