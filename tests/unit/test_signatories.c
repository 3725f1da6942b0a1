/* Who signed a record beside its author, in any order of arrival. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/signatories.h"
#include "core/entropy.h"
#include "core/limits.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/records.h"
#include "tests/unit/signings.h"
#include "tests/unit/stores.h"

#define PILE_MAX 7

/* A joint statement of key 1 that names keys 2 to 4, and what is said of it. */
struct pile {
    struct record *joint;
    size_t count;
    struct record *records[PILE_MAX];
};

static void
pile_begin(struct pile *pile)
{
    memset(pile, 0, sizeof(*pile));
    pile->joint = signings_joint(1, 1, 2, 4);
}

static const struct record_id *
pile_add(struct pile *pile, struct record *record)
{
    assert_true(pile->count < PILE_MAX);
    pile->records[pile->count++] = record;
    return record_id(record);
}

static void
pile_end(struct pile *pile)
{
    for (size_t i = 0; i < pile->count; i++)
        record_free(pile->records[i]);
    record_free(pile->joint);
}

static struct trust *
trust_of(uint8_t first, uint8_t last)
{
    struct trust *trust;

    assert_int_equal(trust_new(&trust), STATUS_OK);
    for (uint8_t i = first; i <= last; i++) {
        struct key_secret *secret = records_key(i);
        struct trust_entry entry = {.key = secret->public_key, .name = "Known"};

        assert_int_equal(trust_add(trust, &entry), STATUS_OK);
        key_secret_free(secret);
    }
    return trust;
}

/* One signing as text: the key, then what it says. */
static void
append(char *text, size_t size, const struct signing *signing)
{
    const size_t used = strlen(text);
    const struct withdrawal *taken = &signing->taken;
    const unsigned key = signing->signer.key.id.octets[0];

    if (signing->state == SIGNING_NOT_SEEN)
        snprintf(text + used, size - used, "%u - ", key);
    else if (signing->state == SIGNING_SIGNED)
        snprintf(text + used, size - used, "%u %s ", key,
                 signing->is_partial ? "part" : "yes");
    else
        snprintf(text + used, size - used, "%u no(%.*s) ", key,
                 (int)taken->reason.size, (const char *)taken->reason.data);
    assert_int_equal(signing->state == SIGNING_WITHDRAWN,
                     taken->record != NULL);
}

/* For one question: its lineages, and no longer. */

static enum status
find_signatories(struct signatories *out, struct store *store,
                 const struct trust *trust, const struct record *record)
{
    struct lineages *lineages;
    enum status status = lineages_new(&lineages, store, trust);

    memset(out, 0, sizeof(*out));
    if (status == STATUS_OK)
        status = signatories_find(out, lineages, trust, record);
    lineages_free(lineages);
    return status;
}

static enum status
find_withdrawal(struct withdrawal *out, bool *stands, struct store *store,
                const struct key_author *author, const struct record_id *id)
{
    struct lineages *lineages;
    enum status status = lineages_new(&lineages, store, NULL);

    assert_int_equal(status, STATUS_OK);
    status = withdrawals_find(out, stands, lineages, author, id, 1);
    lineages_free(lineages);
    return status;
}

static void
summarise(char *text, size_t size, struct store *store,
          const struct trust *trust, const struct record *record)
{
    struct signatories found;
    size_t used;

    assert_int_equal(find_signatories(&found, store, trust, record), STATUS_OK);
    text[0] = '\0';
    for (size_t i = 0; i < found.named_count; i++)
        append(text, size, &found.named[i]);
    used = strlen(text);
    snprintf(text + used, size - used,
             "| %u of %u, %u: ", (unsigned)found.named_signed,
             (unsigned)found.named_count, (unsigned)found.other_signed);
    for (size_t i = 0; i < found.other_count; i++)
        append(text, size, &found.others[i]);
    signatories_release(&found);
}

/* Every order of arrival of the pile, the statement anywhere among them. */
static void
assert_orders(const struct pile *pile, struct record **left, size_t count,
              struct record **chosen, size_t done, const char *wanted)
{
    if (done < count) {
        for (size_t i = 0; i < count; i++) {
            if (left[i] == NULL)
                continue;
            chosen[done] = left[i];
            left[i] = NULL;
            assert_orders(pile, left, count, chosen, done + 1, wanted);
            left[i] = chosen[done];
        }
    } else {
        struct trust *trust = trust_of(5, 5);
        struct stores stores;
        char text[512];

        stores_open(&stores, STORES_MEM, 0);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(stores_put(stores.store, chosen[i], STORE_OTHER),
                             STATUS_OK);
        summarise(text, sizeof(text), stores.store, trust, pile->joint);
        assert_string_equal(text, wanted);
        stores_close(&stores);
        trust_free(trust);
    }
}

static void
assert_pile(struct pile *pile, const char *wanted)
{
    struct record *left[PILE_MAX + 1];
    struct record *chosen[PILE_MAX + 1];

    memcpy(left, pile->records, sizeof(pile->records));
    left[pile->count] = pile->joint;
    assert_orders(pile, left, pile->count + 1, chosen, 0, wanted);
    pile_end(pile);
}

static void
test_none(void **state)
{
    struct pile pile;

    (void)state;
    pile_begin(&pile);
    assert_pile(&pile, "2 - 3 - 4 - | 0 of 3, 0: ");
}

/* Named ones, known and unknown others, twice by one key, and the author's
 * own, which counts for nothing. */
static void
test_signed(void **state)
{
    struct pile pile;
    const struct record_id *joint;

    (void)state;
    pile_begin(&pile);
    joint = record_id(pile.joint);
    pile_add(&pile, signings_cosign(2, 1, joint, NULL));
    pile_add(&pile, signings_cosign(2, 2, joint, NULL));
    pile_add(&pile, signings_cosign(3, 0, joint, "statement.md"));
    pile_add(&pile, signings_cosign(6, 1, joint, NULL));
    pile_add(&pile, signings_cosign(5, 1, joint, NULL));
    pile_add(&pile, signings_cosign(1, 2, joint, NULL));
    assert_pile(&pile, "2 yes 3 part 4 - | 2 of 3, 2: 5 yes 6 yes ");
}

/* Some files, then all of it; a file that is not there. */
static void
test_files(void **state)
{
    struct pile pile;
    const struct record_id *joint;

    (void)state;
    pile_begin(&pile);
    joint = record_id(pile.joint);
    pile_add(&pile, signings_cosign(2, 1, joint, "statement.md"));
    pile_add(&pile, signings_cosign(2, 2, joint, NULL));
    pile_add(&pile, signings_cosign(3, 1, joint, "statement.ru.md"));
    pile_add(&pile, signings_cosign(6, 1, joint, "statement.ru.md"));
    assert_pile(&pile, "2 yes 3 - 4 - | 1 of 3, 0: ");
}

/* Withdrawn; withdrawn and signed again; by somebody else; a withdrawal that
 * was taken back. */
static void
test_withdrawn(void **state)
{
    struct pile pile;
    const struct record_id *joint;
    const struct record_id *signing;

    (void)state;
    pile_begin(&pile);
    joint = record_id(pile.joint);
    signing = pile_add(&pile, signings_cosign(2, 1, joint, NULL));
    pile_add(&pile, signings_withdraw(2, 2, signing, "first"));
    pile_add(&pile, signings_withdraw(2, 3, signing, "second"));
    pile_add(&pile, signings_cosign(3, 1, joint, NULL));
    pile_add(&pile, signings_withdraw(4, 1, record_id(pile.records[3]), "x"));
    assert_pile(&pile, "2 no(second) 3 yes 4 - | 1 of 3, 0: ");

    pile_begin(&pile);
    joint = record_id(pile.joint);
    signing = pile_add(&pile, signings_cosign(2, 1, joint, NULL));
    pile_add(&pile, signings_withdraw(2, 2, signing, "x"));
    pile_add(&pile, signings_cosign(2, 3, joint, NULL));
    signing = pile_add(&pile, signings_cosign(6, 1, joint, NULL));
    pile_add(&pile, signings_withdraw(6, 2, signing, "other"));
    assert_pile(&pile, "2 yes 3 - 4 - | 1 of 3, 0: 6 no(other) ");

    pile_begin(&pile);
    joint = record_id(pile.joint);
    signing = pile_add(&pile, signings_cosign(2, 1, joint, NULL));
    signing = pile_add(&pile, signings_withdraw(2, 2, signing, "once"));
    pile_add(&pile, signings_withdraw(2, 3, signing, "back"));
    assert_pile(&pile, "2 yes 3 - 4 - | 1 of 3, 0: ");

    pile_begin(&pile);
    joint = record_id(pile.joint);
    signing = pile_add(&pile, signings_cosign(2, 1, joint, NULL));
    signing = pile_add(&pile, signings_withdraw(2, 2, signing, "once"));
    signing = pile_add(&pile, signings_withdraw(2, 3, signing, "back"));
    pile_add(&pile, signings_withdraw(2, 4, signing, "again"));
    assert_pile(&pile, "2 no(once) 3 - 4 - | 0 of 3, 0: ");
}

/* A withdrawal of the statement itself, by its author and by somebody else. */
static void
test_statement_withdrawn(void **state)
{
    struct record *joint = signings_joint(1, 1, 2, 4);
    const struct key_author *author = &record_fields(joint)->key.author;
    struct record *by_other =
        signings_withdraw(2, 1, record_id(joint), "not mine");
    struct record *by_author =
        signings_withdraw(1, 2, record_id(joint), "mine");
    struct withdrawal found;
    struct stores stores;
    bool stands;
    struct lineages *lineages;
    bool is_withdrawn;

    (void)state;
    stores_open(&stores, STORES_SQLITE, 0);
    assert_int_equal(stores_put(stores.store, by_other, STORE_OTHER),
                     STATUS_OK);
    assert_int_equal(find_withdrawal(&found, &stands, stores.store, author,
                                     record_id(joint)),
                     STATUS_OK);
    assert_true(stands);
    assert_null(found.record);
    assert_int_equal(stores_put(stores.store, by_author, STORE_OTHER),
                     STATUS_OK);
    assert_int_equal(lineages_new(&lineages, stores.store, NULL), STATUS_OK);
    assert_int_equal(
        withdrawals_has(&is_withdrawn, lineages, author, record_id(joint)),
        STATUS_OK);
    lineages_free(lineages);
    assert_true(is_withdrawn);
    assert_int_equal(find_withdrawal(&found, &stands, stores.store, author,
                                     record_id(joint)),
                     STATUS_OK);
    assert_false(stands);
    assert_true(byte_view_equal_text(found.reason, "mine"));
    assert_int_equal(found.date.number, 2);
    withdrawal_release(&found);
    stores_close(&stores);
    record_free(by_other);
    record_free(by_author);
    record_free(joint);
}

/* What one key says is bounded: of its co-signatures the 64 lowest ids, of its
 * withdrawals 256 in all. */
static void
test_bounds_of_a_key(void **state)
{
    struct record *joint = signings_joint(1, 1, 2, 4);
    struct trust *trust = trust_of(5, 5);
    struct record_id last = {{0}};
    struct stores stores;
    char text[512];

    (void)state;
    stores_open(&stores, STORES_MEM, 0);
    for (uint32_t i = 0; i < 3 * COSIGNS_OF_KEY_MAX; i++) {
        struct record *record =
            signings_cosign(2, i + 1, record_id(joint), NULL);

        last = *record_id(record);
        assert_int_equal(stores_put(stores.store, record, STORE_OTHER),
                         STATUS_OK);
        record_free(record);
    }
    summarise(text, sizeof(text), stores.store, trust, joint);
    assert_string_equal(text, "2 yes 3 - 4 - | 1 of 3, 0: ");
    for (uint32_t i = 0; i < WITHDRAWALS_MAX + 1; i++) {
        struct record *record = signings_withdraw(1, i + 2, &last, "x");

        assert_int_equal(stores_put(stores.store, record, STORE_OTHER),
                         STATUS_OK);
        record_free(record);
    }
    for (uint32_t i = 0; i < WITHDRAWALS_MAX + 1; i++) {
        struct record *record =
            signings_withdraw(1, i + 2, record_id(joint), "over");

        assert_int_equal(stores_put(stores.store, record, STORE_OTHER),
                         STATUS_OK);
        record_free(record);
    }
    {
        struct withdrawal found;
        bool stands = true;

        assert_int_equal(find_withdrawal(&found, &stands, stores.store,
                                         &record_fields(joint)->key.author,
                                         record_id(joint)),
                         STATUS_OK);
        assert_false(stands);
        assert_true(byte_view_equal_text(found.reason, "over"));
        withdrawal_release(&found);
    }
    stores_close(&stores);
    trust_free(trust);
    record_free(joint);
}

/* A flood of other keys hides neither named nor known ones. */
static void
test_flood(void **state)
{
    struct record *joint = signings_joint(1, 1, 240, 241);
    struct trust *trust = trust_of(242, 242);
    struct signatories found;
    struct stores stores;

    (void)state;
    stores_open(&stores, STORES_SQLITE, 0);
    assert_int_equal(store_begin(stores.store), STATUS_OK);
    for (unsigned i = 2; i <= 242; i++) {
        struct record *record =
            signings_cosign((uint8_t)i, 1, record_id(joint), NULL);

        if (i != 241)
            assert_int_equal(store_put_record(stores.store, record, STORE_OTHER,
                                              (struct day){1}),
                             STATUS_OK);
        record_free(record);
    }
    assert_int_equal(store_commit(stores.store), STATUS_OK);
    assert_int_equal(find_signatories(&found, stores.store, trust, joint),
                     STATUS_OK);
    assert_int_equal(found.named_signed, 1);
    assert_int_equal(found.named[0].state, SIGNING_SIGNED);
    assert_int_equal(found.named[1].state, SIGNING_NOT_SEEN);
    assert_int_equal(found.other_signed, 239);
    assert_int_equal(found.other_count, SIGNATORIES_OTHERS_MAX);
    assert_int_equal(found.others[0].signer.key.id.octets[0], 242);
    assert_false(found.has_more);
    signatories_release(&found);
    stores_close(&stores);
    trust_free(trust);
    record_free(joint);
}

struct asked {
    struct store *store;
    struct trust *trust;
    struct record *joint;
};

static enum status
find_once(void *context)
{
    const struct asked *asked = context;
    struct signatories found;
    enum status status =
        find_signatories(&found, asked->store, asked->trust, asked->joint);

    signatories_release(&found);
    return status;
}

static void
test_without_memory(void **state)
{
    struct pile pile;
    struct stores stores;
    struct asked asked;
    const struct record_id *signing;

    (void)state;
    pile_begin(&pile);
    signing =
        pile_add(&pile, signings_cosign(2, 1, record_id(pile.joint), NULL));
    pile_add(&pile, signings_withdraw(2, 2, signing, "x"));
    signing =
        pile_add(&pile, signings_cosign(6, 1, record_id(pile.joint), NULL));
    pile_add(&pile, signings_withdraw(6, 2, signing, "x"));
    pile_add(&pile, signings_cosign(5, 1, record_id(pile.joint), NULL));
    for (int kind = STORES_MEM; kind <= STORES_SQLITE; kind++) {
        stores_open(&stores, (enum stores_kind)kind, 0);
        for (size_t i = 0; i < pile.count; i++)
            assert_int_equal(
                stores_put(stores.store, pile.records[i], STORE_OTHER),
                STATUS_OK);
        asked = (struct asked){stores.store, trust_of(5, 5), pile.joint};
        test_alloc_each(find_once, &asked);
        trust_free(asked.trust);
        stores_close(&stores);
    }
    pile_end(&pile);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_signed),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_withdrawn),
        cmocka_unit_test(test_statement_withdrawn),
        cmocka_unit_test(test_bounds_of_a_key),
        cmocka_unit_test(test_flood),
        cmocka_unit_test(test_without_memory),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
