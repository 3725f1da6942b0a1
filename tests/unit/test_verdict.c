/* What a reader is told: who signed, what is known around it; the same in any
 * order of arrival. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/verdict.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/records.h"
#include "tests/unit/signings.h"
#include "tests/unit/stores.h"
#include "tests/unit/test_support.h"

#define RECORDS_MAX 16

/* Records that are put into stores in both orders. */
struct pile {
    struct record *records[RECORDS_MAX];
    size_t count;
};

static struct pile pile;

static int
set_up(void **state)
{
    (void)state;
    pile.count = 0;
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < pile.count; i++)
        record_free(pile.records[i]);
    return 0;
}

/* Put the record of this header, signed by key number, on the pile. */
static struct record *
add(const char *header, uint8_t number)
{
    struct record *record = records_seal(header, number);

    assert_true(pile.count < RECORDS_MAX);
    pile.records[pile.count++] = record;
    return record;
}

static const char *const keys[] = {
    "", RECORDS_KEY_1, RECORDS_KEY_2, RECORDS_KEY_3, RECORDS_KEY_4,
};

/* A statement: sequence 0 stands outside and needs no previous.  extra is a
 * line more, or empty. */
static struct record *
add_statement(uint8_t key, const char *date, const char *title,
              const char *extra)
{
    char header[2048];

    snprintf(header, sizeof(header),
             "p2pub1 statement\nkey %s\ndate %s\nsequence 0\ntitle %s\n%s",
             keys[key], date, title, extra);
    return add(header, key);
}

static struct record *
add_identity(uint8_t key, const char *name)
{
    char header[1024];

    snprintf(header, sizeof(header),
             "p2pub1 identity\nkey %s\ndate 2023-01-01\nsequence 0\n"
             "version 1\nname %s\nrecovery " RECORDS_KEY_5 "\nthreshold 1\n",
             keys[key], name);
    return add(header, key);
}

/* "word ID\n" for a line that names record. */
static const char *
link_line(const char *word, const struct record *record)
{
    static char line[128];
    char id[RECORD_ID_TEXT_SIZE];

    record_id_format(record_id(record), id);
    snprintf(line, sizeof(line), "%s %s\n", word, id);
    return line;
}

static struct trust *
trusting(const char *follows)
{
    struct trust *trust;

    assert_int_equal(trust_new(&trust), STATUS_OK);
    assert_int_equal(trust_parse(trust, byte_view_of_text(follows)), STATUS_OK);
    return trust;
}

/* The verdict about record among the pile, which is the same forwards and
 * backwards. */
static struct verdict
verdict_of(const struct record *record, const char *follows)
{
    static struct verdict verdicts[2];
    struct trust *trust = trusting(follows);

    for (size_t round = 0; round < 2; round++) {
        struct stores stores;

        stores_open(&stores, STORES_MEM, 0);
        for (size_t i = 0; i < pile.count; i++) {
            size_t index = round == 0 ? i : pile.count - 1 - i;

            assert_int_equal(
                stores_put(stores.store, pile.records[index], STORE_OTHER),
                STATUS_OK);
        }
        /* Padding too must be equal. */
        memset(&verdicts[round], 0, sizeof(verdicts[round]));
        assert_int_equal(verdict_make(&verdicts[round], stores.store, trust,
                                      record, STORE_COMPLETE),
                         STATUS_OK);
        stores_close(&stores);
        /* What is not in it: tests/unit/test_signatories.c. */
        verdict_release(&verdicts[round]);
    }
    assert_memory_equal(&verdicts[0], &verdicts[1], sizeof(verdicts[0]));
    trust_free(trust);
    return verdicts[0];
}

static void
test_standing(void **state)
{
    struct record *statement = add_statement(1, "2023-06-26", "A", "");
    struct record *newer = add_statement(1, "2023-06-26", "A", "zebra x\n");
    struct trust *none = trusting("");
    struct trust *one = trusting(RECORDS_KEY_1 " - OMCT\n");
    enum verdict_standing standing;

    (void)state;
    assert_int_equal(
        verdict_standing(&standing, none, statement, STORE_COMPLETE),
        STATUS_OK);
    assert_int_equal(standing, VERDICT_UNKNOWN);
    assert_int_equal(
        verdict_standing(&standing, one, statement, STORE_INCOMPLETE),
        STATUS_OK);
    assert_int_equal(standing, VERDICT_VERIFIED);
    assert_int_equal(verdict_standing(&standing, one, newer, STORE_COMPLETE),
                     STATUS_OK);
    assert_int_equal(standing, VERDICT_NEWER);
    assert_int_equal(verdict_standing(&standing, one, newer, STORE_FAULTY),
                     STATUS_OK);
    assert_int_equal(standing, VERDICT_FAULTY);
    trust_free(none);
    trust_free(one);
}

static void
test_kinds_of_later_need_a_newer_p2pub(void **state)
{
    struct record *revoke = add("p2pub1 revoke\nkey " RECORDS_KEY_1
                                "\ndate 2023-06-26\nsequence 0\n"
                                "from 2023-06-20\n",
                                1);
    struct record *other = add("p2pub1 zebra\nkey " RECORDS_KEY_1
                               "\ndate 2023-06-26\nsequence 0\n",
                               1);

    struct record *second =
        add("p2pub1 identity\nkey " RECORDS_KEY_1
            "\ndate 2023-06-26\nsequence 0\nversion 2\nfollows "
            "5f3a000000000000000000000000000000000000000000000000000000000004\n"
            "name A\nrecovery " RECORDS_KEY_5 "\nthreshold 1\n",
            1);

    (void)state;
    /* What it follows is not here. */
    assert_int_equal(verdict_of(second, RECORDS_KEY_1 " - x\n").standing,
                     VERDICT_UNKNOWN);
    assert_int_equal(verdict_of(revoke, "").standing, VERDICT_NEWER);
    assert_int_equal(verdict_of(other, RECORDS_KEY_1 " - x\n").standing,
                     VERDICT_NEWER);
}

static void
test_an_unknown_signer(void **state)
{
    struct record *statement = add_statement(1, "2023-06-26", "A", "");
    char words[WORDS_FINGERPRINT_SIZE];
    struct verdict verdict;

    (void)state;
    verdict = verdict_of(statement, "");
    words_fingerprint(words, record_fields(statement)->key.author.octets);
    assert_int_equal(verdict.signer.identity, VERDICT_IDENTITY_NONE);
    assert_string_equal(verdict.signer.words, words);
    assert_string_equal(verdict_signer_name(&verdict.signer), words);
    assert_string_equal(verdict.signer.claim, "");
}

/* What it calls itself is a claim, never the name. */
static void
test_a_claim_is_no_name(void **state)
{
    struct record *statement = add_statement(1, "2023-06-26", "A", "");
    struct record *identity = add_identity(1, "OMCT");
    char words[WORDS_FINGERPRINT_SIZE];
    struct verdict verdict;

    (void)state;
    words_fingerprint(words, record_id(identity)->octets);
    verdict = verdict_of(statement, "");
    assert_int_equal(verdict.signer.identity, VERDICT_IDENTITY_FOUND);
    assert_string_equal(verdict.signer.claim, "OMCT");
    assert_string_equal(verdict.signer.words, words);
    assert_string_equal(verdict_signer_name(&verdict.signer), words);

    verdict = verdict_of(statement, RECORDS_KEY_1 " - Geneva\n");
    assert_string_equal(verdict_signer_name(&verdict.signer), "Geneva");
    assert_string_equal(verdict.signer.claim, "OMCT");
}

static void
test_identities_that_compete(void **state)
{
    struct record *statement = add_statement(1, "2023-06-26", "A", "");
    struct record *first = add_identity(1, "OMCT");
    char words[WORDS_FINGERPRINT_SIZE];
    char follows[256];
    char id[RECORD_ID_TEXT_SIZE];
    struct verdict verdict;

    (void)state;
    (void)add_identity(1, "Another");
    (void)add_identity(2, "OMCT");
    verdict = verdict_of(statement, "");
    assert_int_equal(verdict.signer.identity, VERDICT_IDENTITY_SEVERAL);
    assert_string_equal(verdict.signer.claim, "");
    words_fingerprint(words, record_fields(statement)->key.author.octets);
    assert_string_equal(verdict.signer.words, words);

    /* Whoever pinned one stays with it. */
    record_id_format(record_id(first), id);
    snprintf(follows, sizeof(follows), RECORDS_KEY_1 " %s x\n", id);
    verdict = verdict_of(statement, follows);
    assert_int_equal(verdict.signer.identity, VERDICT_IDENTITY_PINNED);
    assert_string_equal(verdict.signer.claim, "OMCT");
    words_fingerprint(words, record_id(first)->octets);
    assert_string_equal(verdict.signer.words, words);

    /* One that is not here: its words all the same, and no claim. */
    id[0] = id[0] == '0' ? '1' : '0';
    snprintf(follows, sizeof(follows), RECORDS_KEY_1 " %s x\n", id);
    verdict = verdict_of(statement, follows);
    assert_int_equal(verdict.signer.identity, VERDICT_IDENTITY_MISSING);
    assert_string_equal(verdict.signer.claim, "");
}

static void
test_replacing(void **state)
{
    struct record *old = add_statement(1, "2023-06-26", "Old", "");
    struct record *middle =
        add_statement(1, "2023-06-27", "Middle", link_line("replaces", old));
    struct record *newest =
        add_statement(1, "2023-06-28", "New", link_line("replaces", old));
    struct record *stranger =
        add_statement(2, "2023-06-29", "Stranger", link_line("replaces", old));
    struct verdict verdict;

    (void)state;
    verdict = verdict_of(old, RECORDS_KEY_2 " - followed\n");
    /* Only the same key replaces; the newest is named first. */
    assert_int_equal(verdict.replaced_count, 2);
    assert_true(record_id_equal(&verdict.replaced_by[0].id, record_id(newest)));
    assert_true(record_id_equal(&verdict.replaced_by[1].id, record_id(middle)));

    assert_int_equal(verdict.replacements.newest_count, 2);
    assert_true(
        record_id_equal(&verdict.replacements.newest[0].id, record_id(newest)));
    /* What somebody else says of it is theirs, and only if they are followed. */
    assert_int_equal(verdict.claim_count, 1);
    assert_true(record_id_equal(&verdict.claims[0].id, record_id(stranger)));
    assert_string_equal(verdict.claims[0].name, "followed");
    assert_string_equal(verdict.replaced_by[0].name, "");
    assert_int_equal(verdict_of(old, "").claim_count, 0);

    verdict = verdict_of(middle, "");
    assert_true(verdict.replaces.is_here);
    assert_true(verdict.replaces.is_own);
    assert_int_equal(verdict.replaced_count, 0);
    verdict = verdict_of(stranger, "");
    assert_true(verdict.replaces.is_here);
    assert_false(verdict.replaces.is_own);
}

/* A replacement that was withdrawn is named, and is not the newest. */
static void
test_replaced_and_withdrawn(void **state)
{
    struct record *old = add_statement(1, "2023-06-26", "Old", "");
    struct record *taken =
        add_statement(1, "2023-06-27", "Taken", link_line("replaces", old));
    struct verdict verdict;

    (void)state;
    pile.records[pile.count++] =
        signings_withdraw(1, 5, record_id(taken), "Wrong");
    verdict = verdict_of(old, "");
    assert_int_equal(verdict.replaced_count, 1);
    assert_true(verdict.replaced_by[0].is_withdrawn);
    assert_int_equal(verdict.replacements.newest_count, 0);
    assert_int_equal(verdict.replacements.withdrawn_count, 1);
}

/* Only a statement is replaced, whatever one says. */
static void
test_an_identity_is_not_replaced(void **state)
{
    struct record *identity = add_identity(1, "OMCT");
    struct verdict verdict;

    (void)state;
    (void)add_statement(1, "2023-06-27", "New",
                        link_line("replaces", identity));
    verdict = verdict_of(identity, "");
    assert_int_equal(verdict.replaced_count, 0);
    assert_int_equal(verdict.replacements.newest_count, 0);
}

static void
test_translations(void **state)
{
    static const char text[] =
        "file statement.ru.md ru text/markdown 5 -\nBLAKE2b-256 "
        "(statement.ru.md) = "
        "8a078a078a078a078a078a078a078a078a078a078a078a078a078a078a078a07\n";
    struct record *old = add_statement(1, "2023-06-26", "Old", "");
    char extra[512];
    struct record *own;
    struct record *followed;
    struct verdict verdict;

    (void)state;
    snprintf(extra, sizeof(extra), "%s%s", link_line("translates", old), text);
    own = add_statement(1, "2023-06-26", "Own", extra);
    followed = add_statement(2, "2023-07-01", "Followed", extra);
    (void)add_statement(3, "2023-07-02", "Stranger", extra);
    (void)add_statement(4, "2023-07-02", "Stranger",
                        link_line("replaces", old));
    verdict = verdict_of(old, RECORDS_KEY_2 " - followed\n");
    /* The author's own first; those of strangers are only counted. */
    assert_int_equal(verdict.translation_count, 2);
    assert_true(record_id_equal(&verdict.translations[0].id, record_id(own)));
    assert_true(verdict.translations[0].by_author);
    assert_string_equal(verdict.translations[0].name, "");
    assert_string_equal(verdict.translations[0].language, "ru");
    assert_true(
        record_id_equal(&verdict.translations[1].id, record_id(followed)));
    assert_false(verdict.translations[1].by_author);
    assert_string_equal(verdict.translations[1].name, "followed");
    assert_int_equal(verdict.stranger_count, 1);
    assert_false(verdict.has_more_strangers);
    /* The one who translates is told whose it is. */
    verdict = verdict_of(own, "");
    assert_true(verdict.translates.is_here && verdict.translates.is_own);
    verdict = verdict_of(followed, RECORDS_KEY_1 " - author\n");
    assert_true(verdict.translates.is_here && !verdict.translates.is_own);
    assert_string_equal(verdict.translates.name, "author");
    assert_string_equal(verdict_of(followed, "").translates.name, "");
    assert_false(verdict.translates.is_withdrawn);
    assert_false(verdict.translates.is_replaced);
    (void)add_statement(1, "2023-07-03", "New", link_line("replaces", old));
    pile.records[pile.count++] =
        signings_withdraw(1, 5, record_id(old), "Wrong");
    verdict = verdict_of(followed, "");
    assert_true(verdict.translates.is_withdrawn);
    assert_true(verdict.translates.is_replaced);
}

/* A translation that was corrected or taken back is not offered. */
static void
test_translations_that_are_not_to_be_read(void **state)
{
    struct record *old = add_statement(1, "2023-06-26", "Old", "");
    struct record *first =
        add_statement(2, "2023-06-27", "First", link_line("translates", old));
    struct record *second;
    struct record *third;
    struct record *strange;
    struct verdict verdict;

    (void)state;
    second =
        add_statement(2, "2023-06-28", "Second", link_line("replaces", first));
    third =
        add_statement(2, "2023-06-29", "Third", link_line("translates", old));
    strange =
        add_statement(3, "2023-06-29", "Strange", link_line("translates", old));
    pile.records[pile.count++] =
        signings_withdraw(2, 5, record_id(third), "Wrong");
    pile.records[pile.count++] =
        signings_withdraw(3, 5, record_id(strange), "Wrong");
    verdict = verdict_of(old, RECORDS_KEY_2 " - followed\n");
    assert_int_equal(verdict.translation_count, 2);
    assert_true(record_id_equal(&verdict.translations[0].id, record_id(third)));
    assert_true(verdict.translations[0].is_withdrawn);
    assert_false(verdict.translations[0].is_replaced);
    assert_true(record_id_equal(&verdict.translations[1].id, record_id(first)));
    assert_true(verdict.translations[1].is_replaced);
    assert_int_equal(verdict.stranger_count, 0);
    assert_true(verdict_of(second, "").replaces.is_own);
}

/* More than a verdict names are counted, and the newest stay. */
static void
test_many_links(void **state)
{
    struct record *old = add_statement(1, "2023-06-01", "Old", "");
    struct verdict verdict;

    (void)state;
    for (unsigned i = 0; i < VERDICT_LINKS_MAX + 3; i++) {
        char date[16];

        snprintf(date, sizeof(date), "2023-07-%02u", (i * 7) % 11 + 1);
        (void)add_statement(1, date, "New", link_line("replaces", old));
    }
    verdict = verdict_of(old, "");
    assert_int_equal(verdict.replaced_count, VERDICT_LINKS_MAX + 3);
    for (size_t i = 1; i < VERDICT_LINKS_MAX; i++)
        assert_true(verdict.replaced_by[i - 1].date.number >=
                    verdict.replaced_by[i].date.number);
    assert_int_equal(verdict.replaced_by[0].date.number,
                     verdict.replaced_by[7].date.number + 7);
}

static struct record *
add_numbered(unsigned sequence, const char *title,
             const struct record *previous)
{
    char header[1024];
    char id[RECORD_ID_TEXT_SIZE] = "";

    if (previous != NULL)
        record_id_format(record_id(previous), id);
    snprintf(header, sizeof(header),
             "p2pub1 statement\nkey " RECORDS_KEY_1
             "\ndate 2023-06-26\nsequence %u\n%s%s%stitle %s\n",
             sequence, previous == NULL ? "" : "previous ", id,
             previous == NULL ? "" : "\n", title);
    return add(header, 1);
}

static void
test_gaps_and_forks(void **state)
{
    struct record *one = add_numbered(1, "One", NULL);
    struct record *two = add_numbered(2, "Two", one);
    struct record *other = add_numbered(2, "Other", one);
    struct record *five = add_numbered(5, "Five", two);
    struct verdict verdict;

    (void)state;
    verdict = verdict_of(one, "");
    assert_int_equal(verdict.gaps, 2);
    assert_int_equal(verdict.fork_count, 1);
    assert_int_equal(verdict.forks[0].number, 2);
    assert_int_equal(verdict.forks[0].count, 2);
    assert_false(verdict.forks[0].merged);
    assert_true(memcmp(verdict.forks[0].ids[0].octets,
                       verdict.forks[0].ids[1].octets, 32) < 0);
    assert_true(record_id_equal(&verdict.forks[0].ids[0], record_id(two)) ||
                record_id_equal(&verdict.forks[0].ids[0], record_id(other)));
    assert_int_equal(verdict_of(five, "").gaps, 2);
}

/* "head KEY NUMBER ID\n" for number of key, with an id of digits d. */
static const char *
head_line(uint8_t key, unsigned number, char d)
{
    static char line[256];
    char id[65] = "";

    memset(id, d, 64);
    snprintf(line, sizeof(line), "head %s %u %s\n", keys[key], number, id);
    return line;
}

static void
test_quoted_by_others(void **state)
{
    struct record *one = add_numbered(1, "One", NULL);
    struct verdict verdict;

    (void)state;
    (void)add_statement(2, "2023-06-26", "A", head_line(1, 41, '7'));
    (void)add_statement(2, "2023-06-27", "B", head_line(1, 40, '8'));
    (void)add_statement(3, "2023-06-26", "C", head_line(1, 42, '9'));
    (void)add_statement(4, "2023-06-26", "D", head_line(1, 99, '9'));
    verdict = verdict_of(one, RECORDS_KEY_2 " - HRW\n" RECORDS_KEY_3 " - C\n");
    assert_int_equal(verdict.quote_count, 2);
    assert_int_equal(verdict.quotes[0].number, 42);
    assert_string_equal(verdict.quotes[0].name, "C");
    assert_int_equal(verdict.quotes[1].number, 41);
    assert_string_equal(verdict.quotes[1].name, "HRW");
    assert_int_equal(verdict.quotes[1].state, HEADS_MISSING);
    assert_int_equal(verdict.gaps, 0);
    assert_int_equal(verdict_of(one, "").quote_count, 0);

    /* What arrived is not missing. */
    (void)add_numbered(42, "Late", one);
    verdict = verdict_of(one, RECORDS_KEY_2 " - HRW\n" RECORDS_KEY_3 " - C\n");
    assert_int_equal(verdict.quote_count, 0);
    assert_int_equal(verdict.gaps, 40);
}

/* What a statement quotes, and only of keys that the reader follows. */
static void
test_heads(void **state)
{
    struct record *one = add_numbered(1, "One", NULL);
    char id[RECORD_ID_TEXT_SIZE];
    struct record *quoting;
    struct verdict verdict;
    char extra[1024];
    int size;

    (void)state;
    record_id_format(record_id(one), id);
    size = snprintf(extra, sizeof(extra), "head %s 1 %s\n%s", keys[1], id,
                    head_line(3, 5, '7'));
    snprintf(extra + size, sizeof(extra) - (size_t)size, "head %s 5 %s\n",
             keys[4], id);
    quoting = add_statement(2, "2023-06-26", "Quoting", extra);
    verdict =
        verdict_of(quoting, RECORDS_KEY_1 " - One\n" RECORDS_KEY_2
                                          " - Two\n" RECORDS_KEY_4 " - Four\n");
    assert_int_equal(verdict.head_count, 2);
    assert_string_equal(verdict.heads[0].name, "One");
    assert_int_equal(verdict.heads[0].state, HEADS_HERE);
    assert_string_equal(verdict.heads[1].name, "Four");
    assert_int_equal(verdict.heads[1].state, HEADS_WRONG);

    /* Not followed, its author says nothing. */
    assert_int_equal(verdict_of(quoting, RECORDS_KEY_1 " - One\n").head_count,
                     0);
}

static void
test_missing_files(void **state)
{
    struct record *statement = add(
        "p2pub1 statement\nkey " RECORDS_KEY_1
        "\ndate 2023-06-26\nsequence 0\ntitle A\n"
        "file a.md en text/markdown 5 -\nBLAKE2b-256 (a.md) = "
        "8a078a078a078a078a078a078a078a078a078a078a078a078a078a078a078a07\n"
        "file b.jpg - image/jpeg 5 -\nBLAKE2b-256 (b.jpg) = "
        "8b078a078a078a078a078a078a078a078a078a078a078a078a078a078a078a07\n",
        1);
    struct trust *trust = trusting("");
    struct stores stores;
    struct verdict verdict;

    (void)state;
    stores_open(&stores, STORES_MEM, 0);
    assert_int_equal(stores_put(stores.store, statement, STORE_OTHER),
                     STATUS_OK);
    assert_int_equal(verdict_make(&verdict, stores.store, trust, statement,
                                  STORE_INCOMPLETE),
                     STATUS_OK);
    assert_int_equal(verdict.missing_count, 2);
    assert_int_equal(verdict.missing[0], 0);
    assert_int_equal(verdict.missing[1], 1);
    verdict_release(&verdict);
    stores_close(&stores);

    /* Without a store: about the record alone. */
    assert_int_equal(
        verdict_make(&verdict, NULL, trust, statement, STORE_COMPLETE),
        STATUS_OK);
    assert_int_equal(verdict.standing, VERDICT_UNKNOWN);
    assert_int_equal(verdict.signer.identity, VERDICT_IDENTITY_NONE);
    verdict_release(&verdict);
    trust_free(trust);
}

/* The store and trust are made before allocations fail. */
struct asked {
    struct store *store;
    struct trust *trust;
};

static enum status
ask(void *context)
{
    const struct asked *asked = context;
    struct verdict verdict;
    enum status status = verdict_make(&verdict, asked->store, asked->trust,
                                      pile.records[0], STORE_INCOMPLETE);

    verdict_release(&verdict);
    return status;
}

static void
test_each_allocation(void **state)
{
    struct record *old = add_statement(1, "2023-06-26", "Old", "");
    struct stores stores;
    struct asked asked;

    (void)state;
    (void)add_statement(1, "2023-06-27", "New", link_line("replaces", old));
    (void)add_statement(2, "2023-06-26", "A", head_line(1, 41, '7'));
    (void)add_identity(1, "OMCT");
    stores_open(&stores, STORES_MEM, 0);
    for (size_t i = 0; i < pile.count; i++)
        assert_int_equal(stores_put(stores.store, pile.records[i], STORE_OTHER),
                         STATUS_OK);
    asked.store = stores.store;
    asked.trust = trusting(RECORDS_KEY_1 " - o\n" RECORDS_KEY_2 " - x\n");
    test_alloc_each(ask, &asked);
    trust_free(asked.trust);
    stores_close(&stores);
}

#define WITH_PILE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PILE(test_standing),
        WITH_PILE(test_kinds_of_later_need_a_newer_p2pub),
        WITH_PILE(test_an_unknown_signer),
        WITH_PILE(test_a_claim_is_no_name),
        WITH_PILE(test_identities_that_compete),
        WITH_PILE(test_replacing),
        WITH_PILE(test_replaced_and_withdrawn),
        WITH_PILE(test_an_identity_is_not_replaced),
        WITH_PILE(test_translations),
        WITH_PILE(test_translations_that_are_not_to_be_read),
        WITH_PILE(test_many_links),
        WITH_PILE(test_gaps_and_forks),
        WITH_PILE(test_quoted_by_others),
        WITH_PILE(test_heads),
        WITH_PILE(test_missing_files),
        WITH_PILE(test_each_allocation),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
