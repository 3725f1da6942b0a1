/* Names by introducers: which vouches count, in every order of arrival, and
 * what floods of them cost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/following.h"
#include "bundles/verdict.h"
#include "bundles/vouch.h"
#include "bundles/vouches.h"
#include "core/entropy.h"
#include "core/limits.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/pile.h"
#include "tests/unit/records.h"
#include "tests/unit/signings.h"
#include "tests/unit/stores.h"

#define HEX "8a07000000000000000000000000000000000000000000000000000000000001"

static const char *const keys[] = {NULL,          RECORDS_KEY_1, RECORDS_KEY_2,
                                   RECORDS_KEY_3, RECORDS_KEY_4, RECORDS_KEY_5};

static struct key_author
author_of(uint8_t number)
{
    struct key_public key;

    assert_int_equal(key_public_parse(&key, byte_view_of_text(keys[number])),
                     STATUS_OK);
    return key.author;
}

/* A vouch by author for key to; sequence is at least 2. */
static struct record *
make_vouch(uint8_t author, uint8_t to, unsigned sequence, const char *rest)
{
    char header[1024];

    snprintf(header, sizeof(header),
             "p2pub1 vouch\nkey %s\ndate 2026-01-02\nsequence %u\n"
             "previous " HEX "\nfor %s\n%s",
             keys[author], sequence, keys[to], rest);
    return records_seal(header, author);
}

static void
put(struct store *store, struct record *record)
{
    enum status status = stores_put(store, record, STORE_OTHER);

    assert_true(status == STATUS_OK || status == STATUS_EXISTS);
    record_free(record);
}

/* Of follows: 1 is an introducer and called OMCT, 2 is followed. */
#define FOLLOWS RECORDS_KEY_1 " - OMCT\n" RECORDS_KEY_2 " - FIDH\n"
#define FIRST   "introducer " RECORDS_KEY_1 "\n"
#define SECOND  "introducer " RECORDS_KEY_2 "\n"

static struct trust *
parsed(const char *text)
{
    struct trust *trust;

    assert_int_equal(trust_new(&trust), STATUS_OK);
    assert_int_equal(trust_parse(trust, byte_view_of_text(text)), STATUS_OK);
    return trust;
}

/* "NAME, vouched for by OMCT" of key number, or "" of an unknown one. */
static void
assert_named(const struct trust *trust, uint8_t number, const char *wanted)
{
    struct key_author author = author_of(number);
    const struct trust_entry *entry = trust_known(trust, &author);
    char found[200] = "";

    if (entry != NULL)
        snprintf(found, sizeof(found), "%s%s%s", entry->name,
                 entry->vouched_by == NULL ? "" : ", vouched for by ",
                 entry->vouched_by == NULL ? "" : entry->vouched_by);
    assert_string_equal(found, wanted);
    assert_int_equal(trust_class(trust, &author) == TRUST_VOUCHED,
                     entry != NULL && entry->vouched_by != NULL);
}

/* All that key 3 may be told to be. */

enum {
    OLD,         /* by 1 */
    NEW,         /* by 1, with a higher number */
    WITHDRAWAL,  /* of NEW by 1 */
    BY_ANOTHER,  /* that of NEW by 2, which says nothing */
    BY_STRANGER, /* a vouch by 4 */
    OF_LATER,    /* a vouch by 1 that needs a newer p2pub, the newest */
    BY_SECOND,   /* a vouch by 2 */
    PILE
};

static struct record *pile[PILE];

static void
make_pile(void)
{
    pile[OLD] = make_vouch(1, 3, 2, "name Old\n");
    pile[NEW] = make_vouch(1, 3, 3, "identity " HEX "\nname New\n");
    pile[WITHDRAWAL] = signings_withdraw(1, 4, record_id(pile[NEW]), "Wrong");
    pile[BY_ANOTHER] = signings_withdraw(2, 4, record_id(pile[NEW]), "Wrong");
    pile[BY_STRANGER] = make_vouch(4, 3, 9, "name Stranger\n");
    pile[OF_LATER] = make_vouch(1, 3, 9, "until 2030-01-01\nname Later\n");
    pile[BY_SECOND] = make_vouch(2, 3, 5, "name Second\n");
}

static void
free_pile(void)
{
    for (size_t i = 0; i < PILE; i++)
        record_free(pile[i]);
}

static bool
has(unsigned which, size_t member)
{
    return (which >> member & 1) != 0;
}

/* What is to be said of key 3 where 1 and, if so, 2 are introducers. */
static const char *
expected(unsigned which, bool both)
{
    if (has(which, NEW) && !has(which, WITHDRAWAL))
        return "New, vouched for by OMCT";
    if (has(which, OLD))
        return "Old, vouched for by OMCT";
    return both && has(which, BY_SECOND) ? "Second, vouched for by FIDH" : "";
}

static void
check_order(const size_t places[PILE], unsigned which)
{
    struct trust *one = parsed(FOLLOWS FIRST);
    struct trust *both = parsed(FOLLOWS FIRST SECOND);
    struct key_author third = author_of(3);
    const struct trust_entry *entry;
    struct stores stores;

    stores_open(&stores, STORES_MEM, 0);
    for (size_t i = 0; i < PILE; i++)
        if (has(which, places[i]))
            put(stores.store, record_keep(pile[places[i]]));
    assert_int_equal(vouches_load(one, stores.store), STATUS_OK);
    assert_int_equal(vouches_load(both, stores.store), STATUS_OK);
    assert_named(one, 3, expected(which, false));
    assert_named(both, 3, expected(which, true));
    entry = trust_known(one, &third);
    assert_int_equal(entry != NULL && entry->has_pin,
                     has(which, NEW) && !has(which, WITHDRAWAL));
    trust_free(both);
    trust_free(one);
    stores_close(&stores);
}

/* All orders of the places from first on; of the whole pile, and of a part of
 * it that goes round. */
static void
check_orders(size_t places[PILE], size_t first)
{
    static unsigned turn;

    if (first == PILE) {
        check_order(places, (1U << PILE) - 1);
        check_order(places, turn++ % (1U << PILE));
    }
    for (size_t i = first; i < PILE; i++) {
        const size_t kept = places[first];

        places[first] = places[i];
        places[i] = kept;
        check_orders(places, first + 1);
        places[i] = places[first];
        places[first] = kept;
    }
}

static void
test_orders(void **state)
{
    size_t places[PILE];

    (void)state;
    make_pile();
    for (size_t i = 0; i < PILE; i++)
        places[i] = i;
    check_orders(places, 0);
    free_pile();
}

/* Two of one number: the lower id counts. */
static void
test_equal_numbers(void **state)
{
    struct record *a = make_vouch(1, 3, 2, "name A\n");
    struct record *b = make_vouch(1, 3, 2, "name B\n");
    const bool a_first =
        memcmp(record_id(a)->octets, record_id(b)->octets, 32) < 0;
    struct trust *trust = parsed(FOLLOWS FIRST);
    struct stores stores;

    (void)state;
    stores_open(&stores, STORES_MEM, 0);
    put(stores.store, a);
    put(stores.store, b);
    assert_int_equal(vouches_load(trust, stores.store), STATUS_OK);
    assert_named(trust, 3,
                 a_first ? "A, vouched for by OMCT" : "B, vouched for by OMCT");
    trust_free(trust);
    stores_close(&stores);
}

/* Several introducers: their names in the order in which they became such, one
 * each; and a name of the reader's own before them all. */
static void
test_several(void **state)
{
    struct key_author third = author_of(3);
    struct trust *trust = parsed(SECOND FOLLOWS FIRST);
    struct trust *named = parsed(FOLLOWS FIRST RECORDS_KEY_3 " - Ours\n");
    const struct vouches_name *names;
    struct stores stores;
    size_t position = 0;
    size_t known = 0;
    size_t count;

    (void)state;
    stores_open(&stores, STORES_SQLITE, 0);
    put(stores.store, make_vouch(1, 3, 2, "name A\n"));
    put(stores.store, make_vouch(1, 3, 3, "name B\n"));
    put(stores.store, make_vouch(2, 3, 2, "name C\n"));
    put(stores.store, make_vouch(2, 5, 3, "name D\n"));
    stores_check(&stores);
    assert_int_equal(vouches_load(trust, stores.store), STATUS_OK);
    assert_int_equal(vouches_load(named, stores.store), STATUS_OK);
    names = vouches_get(trust_vouches(trust), &third, &count);
    assert_int_equal(count, 2);
    assert_string_equal(names[0].name, "C");
    assert_string_equal(names[1].name, "B");
    assert_named(trust, 3, "C, vouched for by FIDH");
    assert_named(trust, 5, "D, vouched for by FIDH");
    assert_named(trust, 4, "");
    assert_named(named, 3, "Ours");
    while (trust_next_known(trust, &position) != NULL)
        known++;
    assert_int_equal(known, 4);
    trust_free(named);
    trust_free(trust);
    stores_close(&stores);
}

/* 1 vouches for 3, which vouches for 4, which vouches for 1 and 3: nobody is
 * an introducer by that, and nothing goes round. */
static void
test_circles(void **state)
{
    struct trust *trust = parsed(FOLLOWS FIRST);
    struct stores stores;

    (void)state;
    stores_open(&stores, STORES_MEM, 0);
    put(stores.store, make_vouch(1, 3, 2, "name Three\n"));
    put(stores.store, make_vouch(3, 4, 2, "name Four\n"));
    put(stores.store, make_vouch(3, 1, 3, "name Not OMCT\n"));
    put(stores.store, make_vouch(4, 1, 2, "name One\n"));
    put(stores.store, make_vouch(4, 3, 3, "name Not three\n"));
    assert_int_equal(vouches_load(trust, stores.store), STATUS_OK);
    assert_named(trust, 1, "OMCT");
    assert_named(trust, 3, "Three, vouched for by OMCT");
    assert_named(trust, 4, "");
    trust_free(trust);
    stores_close(&stores);
}

/* An introducer without end: those of lowest ids count, whatever came first;
 * what strangers vouch for is not looked at. */
static void
test_many(void **state)
{
    const struct key_author third = author_of(3);
    const struct vouches_name *names;
    struct trust *trust = parsed(FOLLOWS FIRST);
    struct record_id ids[VOUCHES_MAX + 40];
    struct vouches *vouches;
    struct key_secret *secret = records_key(1);
    struct stores stores;
    size_t below = 0;
    size_t looked;
    size_t count;

    (void)state;
    stores_open(&stores, STORES_SQLITE, 0);
    assert_int_equal(store_begin(stores.store), STATUS_OK);
    for (unsigned i = 0; i < VOUCHES_MAX + 40; i++) {
        struct record *record = make_vouch(1, 3, i + 2, "name A\n");
        const struct day day = {20000};

        ids[i] = *record_id(record);
        assert_int_equal(
            store_put_record(stores.store, record, STORE_OTHER, day),
            STATUS_OK);
        record_free(record);
        record = make_vouch(4, 3, i + 2, "name Stranger\n");
        assert_int_equal(
            store_put_record(stores.store, record, STORE_OTHER, day),
            STATUS_OK);
        record_free(record);
    }
    assert_int_equal(store_commit(stores.store), STATUS_OK);
    assert_int_equal(vouches_read(&vouches, &looked, stores.store,
                                  &secret->public_key, "OMCT"),
                     STATUS_OK);
    assert_int_equal(looked, VOUCHES_MAX);
    assert_int_equal(vouches->count, 1);
    vouches_free(vouches);
    assert_int_equal(vouches_load(trust, stores.store), STATUS_OK);
    names = vouches_get(trust_vouches(trust), &third, &count);
    assert_int_equal(count, 1);
    for (size_t i = 0; i < VOUCHES_MAX + 40; i++)
        below += memcmp(ids[i].octets, names->id.octets, 32) < 0;
    assert_true(below < VOUCHES_MAX);
    key_secret_free(secret);
    trust_free(trust);
    stores_close(&stores);
}

/* Of somebody who is followed and no introducer. */
static void
test_nothing(void **state)
{
    struct trust *trust = parsed(FOLLOWS);
    struct stores stores;

    (void)state;
    stores_open(&stores, STORES_MEM, 0);
    put(stores.store, make_vouch(1, 3, 2, "name Three\n"));
    assert_int_equal(vouches_load(trust, stores.store), STATUS_OK);
    assert_named(trust, 3, "");
    trust_free(trust);
    stores_close(&stores);
}

/* By chains. */

/* A vouch by author for key to, with this number behind previous. */
static const struct record *
pile_vouch(struct pile *of, uint8_t author, uint8_t to, uint32_t sequence,
           const struct record *previous, const struct record *identity)
{
    struct key_secret *owner = records_key(to);
    struct record_fields fields = {.date = {20100},
                                   .sequence = sequence,
                                   .previous_count = sequence > 1 ? 1 : 0};
    const struct vouch vouch = {.key = owner->public_key,
                                .has_identity = identity != NULL,
                                .identity = identity != NULL
                                                ? *record_id(identity)
                                                : (struct record_id){{0}},
                                .name = byte_view_of_text("Name")};
    struct key_secret *secret = records_key(author);
    struct record *record;
    struct byte_buf header;

    fields.key = secret->public_key;
    if (previous != NULL)
        fields.previous = record_id(previous);
    byte_buf_init(&header, RECORD_HEADER_MAX);
    assert_int_equal(vouch_write_header(&header, &fields, &vouch), STATUS_OK);
    assert_int_equal(record_seal(&record, byte_view_of_buf(&header), secret),
                     STATUS_OK);
    byte_buf_release(&header);
    key_secret_free(secret);
    key_secret_free(owner);
    return pile_put(of, record);
}

/* Trust in key number as an introducer, by root or without a pin. */
static struct trust *
introduce(uint8_t number, const struct record *root)
{
    struct key_secret *secret = records_key(number);
    struct trust_entry entry = {.key = secret->public_key, .name = "OMCT"};
    struct trust *trust;

    key_secret_free(secret);
    entry.has_pin = root != NULL;
    if (root != NULL)
        entry.pin = *record_id(root);
    assert_int_equal(trust_new(&trust), STATUS_OK);
    assert_int_equal(trust_add(trust, &entry), STATUS_OK);
    assert_int_equal(trust_set_introducer(trust, &entry.key.author, true),
                     STATUS_OK);
    return trust;
}

/* Which keys are vouched for, each a digit of ours. */
struct wanted {
    struct trust *trust;
    uint8_t keys[5];
    bool vouched[5];
};

static void
check_chain(struct store *store, void *context)
{
    const struct wanted *wanted = context;

    assert_int_equal(vouches_load(wanted->trust, store), STATUS_OK);
    for (size_t i = 0; i < 5 && wanted->keys[i] != 0; i++) {
        struct key_secret *secret = records_key(wanted->keys[i]);
        const bool is_vouched =
            trust_class(wanted->trust, &secret->public_key.author) ==
            TRUST_VOUCHED;

        key_secret_free(secret);
        if (is_vouched != wanted->vouched[i])
            fail_msg("key %u", wanted->keys[i]);
    }
}

/* Whom a vouch with an identity is for has its next keys named, too; one
 * without is for the key, and one for a key of another chain too. */
static void
test_next_keys(void **state)
{
    struct pile of = {0};
    const struct record *root = pile_root(&of);
    struct wanted wanted = {
        introduce(PILE_STRANGER, NULL),
        {PILE_FIRST, PILE_SECOND, PILE_THIRD, PILE_THIEF},
        {true, true, false, true},
    };

    (void)state;
    (void)pile_next(&of, PILE_SECOND, 2, root, NULL, true);
    (void)pile_vouch(&of, PILE_STRANGER, PILE_FIRST, 1, NULL, root);
    (void)pile_vouch(&of, PILE_STRANGER, PILE_THIEF, 1, NULL, root);
    pile_check_orders(&of, check_chain, &wanted);
    trust_free(wanted.trust);
    pile_release(&of);

    root = pile_root(&of);
    (void)pile_next(&of, PILE_SECOND, 2, root, NULL, true);
    (void)pile_vouch(&of, PILE_STRANGER, PILE_FIRST, 1, NULL, NULL);
    wanted.trust = introduce(PILE_STRANGER, NULL);
    wanted.vouched[1] = wanted.vouched[3] = false;
    pile_check_orders(&of, check_chain, &wanted);
    trust_free(wanted.trust);
    pile_release(&of);
}

/* The next key of an introducer is one, of somebody else not. */
static void
test_next_key_introduces(void **state)
{
    struct pile of = {0};
    const struct record *root = pile_root(&of);
    struct trust *trust = introduce(PILE_FIRST, root);
    struct key_secret *second = records_key(PILE_SECOND);
    const struct key_author *author = &second->public_key.author;
    struct key_secret *first = records_key(PILE_FIRST);
    struct stores stores;

    (void)state;
    (void)pile_next(&of, PILE_SECOND, 2, root, NULL, true);
    stores_open(&stores, STORES_MEM, 0);
    pile_store(&of, stores.store);
    assert_false(trust_is_introducer(trust, author));
    assert_int_equal(following_extend(trust, stores.store), STATUS_OK);
    assert_true(trust_is_introducer(trust, author));
    assert_int_equal(
        trust_set_introducer(trust, &first->public_key.author, false),
        STATUS_OK);
    assert_false(trust_is_introducer(trust, author));
    stores_close(&stores);
    key_secret_free(first);
    key_secret_free(second);
    trust_free(trust);
    pile_release(&of);
}

/* An introducer changed its key: what the first key signed that is good, and
 * all that the second signs; not what was signed with the stolen first. */
static void
test_introducer_with_next_key(void **state)
{
    struct pile of = {0};
    const struct record *root = pile_root(&of);
    const struct record *good;
    struct wanted wanted = {
        introduce(PILE_FIRST, root),
        {PILE_LATER(1), PILE_LATER(2), PILE_LATER(3)},
        {true, true, false},
    };

    (void)state;
    good = pile_vouch(&of, PILE_FIRST, PILE_LATER(1), 2, root, NULL);
    (void)pile_next(&of, PILE_SECOND, 2, root, good, true);
    (void)pile_vouch(&of, PILE_SECOND, PILE_LATER(2), 0, NULL, NULL);
    (void)pile_vouch(&of, PILE_FIRST, PILE_LATER(3), 3, good, NULL);
    pile_check_orders(&of, check_chain, &wanted);
    trust_free(wanted.trust);
    pile_release(&of);
}

struct trial {
    struct store *store;
    struct trust *trust;
    struct key_public introducer;
    struct record *statement;
};

static enum status
load(void *context)
{
    const struct trial *trial = context;
    enum status status;

    trust_set_vouches(trial->trust, NULL);
    status = vouches_load(trial->trust, trial->store);
    assert_named(trial->trust, 3,
                 status == STATUS_OK ? "New, vouched for by OMCT" : "");
    trust_set_vouches(trial->trust, NULL);
    return status;
}

static enum status
read_one(void *context)
{
    const struct trial *trial = context;
    struct vouches *vouches;
    size_t looked;
    enum status status = vouches_read(&vouches, &looked, trial->store,
                                      &trial->introducer, "OMCT");

    assert_int_equal(vouches != NULL, status == STATUS_OK);
    vouches_free(vouches);
    return status;
}

/* What a reader is told of a statement by key 3. */
static enum status
judge(void *context)
{
    const struct trial *trial = context;
    struct verdict verdict;
    enum status status = verdict_make(&verdict, trial->store, trial->trust,
                                      trial->statement, STORE_COMPLETE);

    if (status == STATUS_OK) {
        const struct verdict_vouch *vouches = verdict.vouches.vouches;

        assert_int_equal(verdict.standing, VERDICT_VERIFIED);
        assert_int_equal(verdict.signer.trust, TRUST_VOUCHED);
        assert_string_equal(verdict.signer.name, "New");
        assert_string_equal(verdict.signer.vouched_by, "OMCT");
        assert_int_equal(verdict.signer.identity, VERDICT_IDENTITY_MISSING);
        assert_int_equal(verdict.vouches.count, 2);
        assert_string_equal(vouches[0].name, "New");
        assert_false(vouches[0].is_revoked);
        assert_string_equal(vouches[1].name, "Second");
        assert_string_equal(vouches[1].introducer, "FIDH");
        assert_true(
            record_id_equal(&vouches[1].id, record_id(pile[BY_SECOND])));
        assert_true(vouches[1].is_revoked);
    }
    verdict_release(&verdict);
    return status;
}

static enum status
load_chains(void *context)
{
    const struct trial *trial = context;

    return vouches_load(trial->trust, trial->store);
}

static void
test_chains_without_memory(void **state)
{
    struct pile of = {0};
    const struct record *root = pile_root(&of);
    struct trial trial = {.trust = introduce(PILE_STRANGER, NULL)};
    struct stores stores;

    (void)state;
    (void)pile_next(&of, PILE_SECOND, 2, root, NULL, true);
    (void)pile_vouch(&of, PILE_STRANGER, PILE_FIRST, 1, NULL, root);
    stores_open(&stores, STORES_MEM, 0);
    pile_store(&of, stores.store);
    trial.store = stores.store;
    /* What is there lives until it is replaced. */
    assert_int_equal(load_chains(&trial), STATUS_OK);
    test_alloc_each(load_chains, &trial);
    stores_close(&stores);
    trust_free(trial.trust);
    pile_release(&of);
}

static void
test_without_memory(void **state)
{
    struct trial trial = {.trust = parsed(FOLLOWS FIRST SECOND)};
    struct stores stores;

    (void)state;
    make_pile();
    trial.introducer = record_fields(pile[OLD])->key;
    stores_open(&stores, STORES_MEM, 0);
    trial.store = stores.store;
    for (size_t i = 0; i < PILE; i++)
        if (i != WITHDRAWAL)
            put(stores.store, record_keep(pile[i]));
    test_alloc_each(read_one, &trial);
    test_alloc_each(load, &trial);
    put(stores.store, records_seal("p2pub1 revoke\nkey " RECORDS_KEY_2
                                   "\ndate 2026-01-03\nsequence 0\n"
                                   "reason Lost\n",
                                   2));
    trial.statement = stores_statement(3, 20000, 1, "Theirs", 0);
    assert_int_equal(vouches_load(trial.trust, stores.store), STATUS_OK);
    test_alloc_each(judge, &trial);
    record_free(trial.statement);
    free_pile();
    trust_free(trial.trust);
    stores_close(&stores);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders),
        cmocka_unit_test(test_equal_numbers),
        cmocka_unit_test(test_several),
        cmocka_unit_test(test_circles),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_next_keys),
        cmocka_unit_test(test_next_key_introduces),
        cmocka_unit_test(test_introducer_with_next_key),
        cmocka_unit_test(test_chains_without_memory),
        cmocka_unit_test(test_without_memory),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
