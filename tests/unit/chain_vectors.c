#include "tests/unit/chain_vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/identities.h"
#include "tests/unit/records.h"
#include "tests/unit/signings.h"

#define TEXT_MAX 2048

#define NEW_AUTHOR(key, number)                          \
    .author = (key), .sequence = 1, .version = (number), \
    .recovery = PILE_RECOVERY, .threshold = 2

/* The version, and a co-signature by each of the keys. */
static const struct record *
put_version(struct pile *pile, const struct identities_version *version,
            const char *agreed)
{
    const struct record *record = pile_put(pile, identities_seal(version));

    for (; *agreed != '\0'; agreed++)
        pile_cosign(pile, (uint8_t)*agreed, record);
    return record;
}

/* One by a new key. */
static const struct record *
put_next(struct pile *pile, uint8_t author, uint32_t number,
         const struct record *followed, struct identities_good good,
         const char *agreed)
{
    const struct identities_version next = {
        NEW_AUTHOR(author, number), .follows = {followed}, .good = {good}};

    return put_version(pile, &next, agreed);
}

/* A sealed statement by the first key. */
static const struct record *
put_sealed(struct pile *pile, uint32_t sequence, const struct record *previous,
           const struct record *inside)
{
    char before[RECORD_ID_TEXT_SIZE];
    char seals[RECORD_ID_TEXT_SIZE];
    char text[TEXT_MAX];

    record_id_format(record_id(previous), before);
    record_id_format(record_id(inside), seals);
    snprintf(text, sizeof(text),
             "p2pub1 sealed\nkey " RECORDS_KEY_1 "\ndate 2026-01-02\n"
             "sequence %u\nprevious %s\nseals %s\nkey-id %s\n"
             "file sealed.bin - application/octet-stream 4096 -\n"
             "BLAKE2b-256 (sealed.bin) = %s\n",
             sequence, before, seals, seals, seals);
    return pile_put(pile, records_seal(text, PILE_FIRST));
}

static const struct record *
put_inside(struct pile *pile, const char *title)
{
    char text[TEXT_MAX];

    snprintf(text, sizeof(text),
             "p2pub1 statement\nkey " RECORDS_KEY_1 "\ndate 2026-01-02\n"
             "sequence 0\ntitle %s\nsalt 5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a\n",
             title);
    return pile_put(pile, records_seal(text, PILE_FIRST));
}

/* A co-signature with a line that no p2pub knows yet. */
static void
put_newer_cosign(struct pile *pile, uint8_t key, const struct record *signs)
{
    struct record *plain = signings_cosign(key, 0, record_id(signs), NULL);
    const struct byte_view header = record_header(plain);
    char text[TEXT_MAX];

    snprintf(text, sizeof(text), "%.*snote later\n", (int)header.size,
             (const char *)header.data);
    record_free(plain);
    (void)pile_put(pile, records_seal(text, key));
}

static void
make_rotation(struct pile *pile)
{
    const struct record *root = pile_root(pile);
    const struct record *two = pile_statement(pile, 1, 2, root, "Two");
    const struct record *inside = put_inside(pile, "Inside");
    const struct record *three = put_sealed(pile, 3, two, inside);
    const struct record *stolen = put_inside(pile, "Stolen");
    const struct record *second;

    (void)put_sealed(pile, 4, three, stolen);
    (void)pile_statement(pile, 1, 3, two, "Another three");
    (void)pile_statement(pile, 1, 0, NULL, "Outside");
    second = put_next(pile, 2, 2, root, (struct identities_good){1, 3, three},
                      "\x0b\x0c");
    (void)pile_statement(pile, 2, 2, second, "Ours");
    (void)pile_statement(pile, PILE_STRANGER, 1, NULL, "Another's");
}

/* Whatever the number and the lines of a co-signature, withdrawn or not. */
static void
make_two_of_three(struct pile *pile)
{
    const struct record *root = pile_root(pile);
    const struct record *second =
        put_next(pile, 2, 2, root, (struct identities_good){1, 1, root}, "");
    const struct record *consent =
        pile_put(pile, signings_cosign(PILE_R(1), 1, record_id(second), "a"));

    (void)pile_put(pile,
                   signings_withdraw(PILE_R(1), 2, record_id(consent), "No."));
    put_newer_cosign(pile, PILE_R(3), second);
}

static void
make_one_of_three(struct pile *pile)
{
    const struct record *root = pile_root(pile);
    const struct record *second = put_next(
        pile, 2, 2, root, (struct identities_good){1, 1, root}, "\x0b\x01\x32");

    (void)pile_put(pile,
                   signings_cosign(PILE_R(1), 1, record_id(second), NULL));
    (void)put_version(pile,
                      &(struct identities_version){.author = PILE_THIEF,
                                                   .sequence = 1,
                                                   .version = 2,
                                                   .recovery = "\x29\x2a\x2b",
                                                   .threshold = 2,
                                                   .follows = {root},
                                                   .good = {{1, 1, root}}},
                      "\x0b\x29\x2a\x2b");
    (void)pile_statement(pile, 1, 2, root, "Two");
}

static void
make_skip(struct pile *pile)
{
    const struct record *root = pile_root(pile);
    const struct record *second = pile_next(pile, 2, 2, root, NULL, true);

    (void)put_next(pile, 3, 4, second, (struct identities_good){2, 2, second},
                   "\x0b\x0c");
    (void)put_next(pile, 3, 3, root, (struct identities_good){1, 1, root},
                   "\x0b\x0c");
    (void)put_version(pile,
                      &(struct identities_version){
                          NEW_AUTHOR(3, 3), .follows = {root, second},
                          .good = {{1, 1, root}, {2, 2, second}}},
                      "\x0b\x0c");
}

static void
make_repeat(struct pile *pile)
{
    const struct record *root = pile_root(pile);
    const struct record *second = pile_next(pile, 1, 2, root, NULL, true);
    const struct record *third = pile_next(pile, 1, 3, second, NULL, true);

    (void)put_next(pile, 3, 3, third, (struct identities_good){1, 3, third},
                   "\x0b\x0c");
    (void)put_next(pile, 3, 2, third, (struct identities_good){1, 3, third},
                   "\x0b\x0c");
}

static void
make_same_key(struct pile *pile)
{
    const struct record *root = pile_root(pile);
    const struct record *second = pile_next(pile, 1, 2, root, NULL, true);

    (void)pile_statement(pile, 1, 3, second, "Three");
    (void)pile_statement(pile, 1, 0, NULL, "Outside");
}

static void
make_no_good(struct pile *pile)
{
    const struct record *root = pile_root(pile);

    (void)put_version(
        pile, &(struct identities_version){NEW_AUTHOR(2, 2), .follows = {root}},
        "\x0b\x0c");
}

static void
make_own_keys(struct pile *pile)
{
    const struct record *root = pile_root(pile);
    struct identities_version next = {.author = 2,
                                      .sequence = 1,
                                      .version = 2,
                                      .recovery = PILE_RECOVERY_LATER,
                                      .threshold = 2,
                                      .follows = {root},
                                      .good = {{1, 1, root}}};

    (void)put_version(pile, &next, "\x0b\x0c\x0d\x15");
    next.author = 3;
    (void)put_version(pile, &next, "\x0b\x15\x16\x17");
    next.author = 4;
    (void)put_version(pile, &next, "\x0b\x0c\x15\x16");
}

/* Whoever writes a version has agreed to it. */
static void
make_recovery_author(struct pile *pile)
{
    const struct record *root = pile_root(pile);
    struct identities_version next = {.author = PILE_R(1),
                                      .sequence = 1,
                                      .version = 2,
                                      .recovery = "\x15",
                                      .threshold = 1,
                                      .follows = {root},
                                      .good = {{1, 1, root}}};

    (void)put_version(pile, &next, "\x15");
    next.author = PILE_R(2);
    (void)put_version(pile, &next, "\x0d\x15");
}

static void
make_fork(struct pile *pile)
{
    const struct record *root = pile_root(pile);
    const struct record *here = pile_next(pile, 2, 2, root, NULL, true);
    const struct record *there = pile_next(pile, 3, 2, root, NULL, true);

    (void)pile_next(pile, 2, 3, here, NULL, true);
    (void)pile_statement(pile, 1, 2, root, "Two");
    (void)pile_statement(pile, 3, 3, there, "There");
}

static void
make_healed(struct pile *pile)
{
    struct identities_version healing = {.author = 2,
                                         .sequence = 2,
                                         .version = 3,
                                         .recovery = PILE_RECOVERY,
                                         .threshold = 2};
    const struct record *root = pile_root(pile);
    const struct record *two = pile_statement(pile, 1, 2, root, "Two");
    const struct record *twin = pile_statement(pile, 1, 2, root, "Two too");
    const struct record *here;
    const struct record *there;
    const struct record *said;

    (void)pile_statement(pile, 1, 3, two, "Three");
    here = put_next(pile, 2, 2, root, (struct identities_good){1, 2, two},
                    "\x0b\x0c");
    there = put_version(pile,
                        &(struct identities_version){.author = 3,
                                                     .sequence = 1,
                                                     .version = 2,
                                                     .recovery = "\x0c\x0d\x17",
                                                     .threshold = 2,
                                                     .follows = {root},
                                                     .good = {{1, 2, twin}}},
                        "\x0c\x0d");
    said = pile_statement(pile, 3, 2, there, "There");
    (void)pile_statement(pile, 3, 3, said, "Later");
    healing.follows[0] = here;
    healing.follows[1] = there;
    healing.good[0] = (struct identities_good){3, 2, said};
    (void)put_version(pile, &healing, "\x0b\x0c");
    healing.name = "Again";
    healing.recovery = "\x0c\x0d\x17";
    (void)put_version(pile, &healing, "\x0c\x17");
    healing.recovery = PILE_RECOVERY;
    (void)put_version(pile, &healing, "\x0b\x0d\x17");
}

static void
make_another_first(struct pile *pile)
{
    static const struct identities_version other = {.author = 1,
                                                    .sequence = 1,
                                                    .version = 1,
                                                    .recovery = "\x28",
                                                    .threshold = 1};
    const struct record *root = pile_root(pile);
    const struct record *second = pile_next(pile, 2, 2, root, NULL, true);
    const struct record *root_too = pile_put(pile, identities_seal(&other));

    (void)put_version(pile,
                      &(struct identities_version){NEW_AUTHOR(PILE_THIEF, 2),
                                                   .follows = {root, root_too},
                                                   .good = {{1, 1, root_too}}},
                      "\x28\x0b");
    (void)pile_statement(pile, 1, 2, root, "Two");
    (void)pile_statement(pile, 2, 3, second, "Ours");
}

static void
make_older(struct pile *pile)
{
    const struct record *root = pile_root(pile);
    const struct record *two = pile_statement(pile, 1, 2, root, "Two");
    const struct record *three = pile_statement(pile, 1, 3, two, "Three");
    const struct record *second = pile_next(pile, 2, 2, root, three, true);

    (void)put_version(pile,
                      &(struct identities_version){.author = 2,
                                                   .sequence = 3,
                                                   .version = 3,
                                                   .recovery = PILE_RECOVERY,
                                                   .threshold = 2,
                                                   .follows = {second},
                                                   .good = {{1, 2, two}}},
                      "\x0b\x0c");
}

static void
make_again(struct pile *pile)
{
    const struct record *root = pile_root(pile);
    const struct record *second = put_next(
        pile, 2, 2, root, (struct identities_good){1, 1, root}, "\x0b\x0c");

    (void)pile_statement(pile, 1, 2, root, "Two");
    (void)pile_statement(pile, 2, 2, second, "Ours");
    (void)pile_next(pile, 1, 3, second, NULL, true);
}

/* What bears another number, and what is another key's. */
static void
make_wrong_good(struct pile *pile)
{
    const struct record *root = pile_root(pile);
    const struct record *two = pile_statement(pile, 1, 2, root, "Two");
    const struct record *second = put_next(
        pile, 2, 2, root, (struct identities_good){1, 3, two}, "\x0b\x0c");
    const struct record *ours = pile_statement(pile, 2, 2, second, "Ours");
    const struct record *theirs = pile_statement(pile, 50, 3, ours, "Theirs");

    (void)put_next(pile, 3, 3, second, (struct identities_good){2, 3, theirs},
                   "\x0b\x0c");
}

/* On the way back numbers fall. */
static void
make_way_back(struct pile *pile)
{
    const struct record *root = pile_root(pile);
    const struct record *two = pile_statement(pile, 1, 2, root, "Two");
    const struct record *nine = pile_statement(pile, 1, 9, two, "Nine");
    const struct record *five = pile_statement(pile, 1, 5, nine, "Five");

    (void)pile_next(pile, 2, 2, root, five, true);
}

static void
make_missing(struct pile *pile)
{
    const struct record *root = pile_root(pile);
    const struct record *two = pile_statement(pile, 1, 2, root, "Two");
    const struct record *three = pile_statement(pile, 1, 3, two, "Three");
    const struct record *four = pile_statement(pile, 1, 4, three, "Four");

    (void)pile_statement(pile, 1, 5, four, "Five");
    (void)pile_statement(pile, 1, 0, NULL, "Outside");
    (void)pile_next(pile, 2, 2, root, four, true);
}

static void
make_missing_last(struct pile *pile)
{
    const struct record *root = pile_root(pile);
    const struct record *two = pile_statement(pile, 1, 2, root, "Two");
    const struct record *three = pile_statement(pile, 1, 3, two, "Three");

    (void)pile_statement(pile, 1, 4, three, "Four");
    (void)pile_statement(pile, 1, 0, NULL, "Outside");
    (void)pile_next(pile, 2, 2, root, three, true);
}

#define ROOT_ALONE                                               \
    "pinned root\ncounts root\npresent root\nkey " RECORDS_KEY_1 \
    "\nconflict no\n"
#define SECOND_BY(key)                                          \
    "pinned root\ncounts root second\npresent second\nkey " key \
    "\nconflict no\n"

const struct chain_vector chain_vectors[] = {
    {"rotation", "another key", make_rotation,
     "root two inside three stolen four another outside second consent-1 "
     "consent-2 ours stranger",
     SECOND_BY(
         RECORDS_KEY_2) "good root two three inside second ours stranger\n"
                        "claimed four stolen another outside\n"
                        "unpinned\n"
                        "good root two three inside second ours stranger\n"
                        "claimed four stolen another outside\n"},
    {"two-of-three", "one co-signature withdrawn, one from a newer p2pub",
     make_two_of_three, "root second consent-1 withdrawal consent-3",
     SECOND_BY(RECORDS_KEY_2) "good root second\n"},
    {"one-of-three", "one recovery key, however often, and keys that are none",
     make_one_of_three,
     "root second consent-1 consent-owner consent-stranger consent-1-again "
     "thief consent-thief-1 consent-thief-2 consent-thief-3 consent-thief-4 "
     "two",
     ROOT_ALONE "good root second thief two\n"},
    {"skip", "4 and 3 behind 2 and 1", make_skip,
     "root second consent-1 consent-2 four consent-3 consent-4 three "
     "consent-5 consent-6 mixed consent-7 consent-8",
     SECOND_BY(RECORDS_KEY_2)},
    {"repeat", "3 and 2 behind 3", make_repeat,
     "root second consent-1 consent-2 third consent-3 consent-4 repeated "
     "consent-5 consent-6 lower consent-7 consent-8",
     "pinned root\ncounts root second third\npresent third\n"
     "key " RECORDS_KEY_1 "\nconflict no\n"},
    {"same-key", "a version that changes no key", make_same_key,
     "root second consent-1 consent-2 three outside",
     SECOND_BY(RECORDS_KEY_1) "good root second three outside\n"},
    {"no-good", "nothing is said of the key that ends", make_no_good,
     "root second consent-1 consent-2", ROOT_ALONE "good root second\n"},
    {"own-keys", "too few of its own recovery keys, of the former ones, enough",
     make_own_keys,
     "root few consent-1 consent-2 consent-3 consent-4 former consent-5 "
     "consent-6 consent-7 consent-8 second consent-9 consent-10 consent-11 "
     "consent-12",
     SECOND_BY(RECORDS_KEY_4) "good root second few former\n"},
    {"recovery-author", "a recovery key becomes the present one",
     make_recovery_author, "root alone consent-1 second consent-2 consent-3",
     SECOND_BY(
         "RWQMAgMEBQYHCC67w9sSOqYCs0Pzbj4WuJ3CMeAxBUWjnOink2c0+L8V") "good root second\n"},
    {"fork", "two of one number", make_fork,
     "root here consent-1 consent-2 there consent-3 consent-4 further "
     "consent-5 consent-6 two said",
     "pinned root\ncounts root here there further\npresent root\n"
     "key " RECORDS_KEY_1 "\nconflict yes\n"
     "good root here there further two said\n"},
    {"healed",
     "one that follows both, agreed to by one side's keys, and by both",
     make_healed,
     "root two twin three here consent-1 consent-2 there consent-3 consent-4 "
     "said later half consent-5 consent-6 half-too consent-7 consent-8 healing "
     "consent-9 consent-10 consent-11",
     "pinned root\ncounts root there here healing\npresent healing\n"
     "key " RECORDS_KEY_2 "\nconflict no\n"
     "good root two twin here there said half half-too healing\n"
     "claimed three later\n"},
    {"another-first", "the stolen key signs a version 1 too",
     make_another_first,
     "root second consent-1 consent-2 root-too mixed consent-3 consent-4 two "
     "ours",
     SECOND_BY(RECORDS_KEY_2) "good root second ours\nclaimed root-too two\n"
                              "pinned root-too\ncounts root-too\n"
                              "present root-too\nkey " RECORDS_KEY_1
                              "\nconflict no\n"
                              "good root root-too two second ours\n"
                              "unpinned\ngood root root-too two second ours\n"},
    {"older", "a later version names an older record", make_older,
     "root two three second consent-1 consent-2 third consent-3 consent-4",
     "pinned root\ncounts root second third\npresent third\n"
     "key " RECORDS_KEY_2 "\nconflict no\n"
     "good root two second third\nclaimed three\n"},
    {"again", "a key becomes the present one again", make_again,
     "root second consent-1 consent-2 two ours third consent-3 consent-4",
     "pinned root\ncounts root second third\npresent third\n"
     "key " RECORDS_KEY_1 "\nconflict no\n"
     "good root two second third\nclaimed ours\n"},
    {"wrong-good", "another number, and another key's record", make_wrong_good,
     "root two second consent-1 consent-2 ours theirs third consent-3 "
     "consent-4",
     "pinned root\ncounts root second third\npresent third\n"
     "key " RECORDS_KEY_3 "\nconflict no\n"
     "good root second third theirs\nclaimed two ours\n"},
    {"way-back", "a higher number as previous", make_way_back,
     "root two nine five second consent-1 consent-2",
     SECOND_BY(RECORDS_KEY_2) "good root five second\nclaimed nine two\n"},
    {"missing", "3 of 5 is not here", make_missing,
     "root two - four five outside second consent-1 consent-2",
     SECOND_BY(RECORDS_KEY_2) "good root four second\nclaimed five outside\n"
                              "open two\n"},
    {"missing-last", "the last good one is not here", make_missing_last,
     "root two - four outside second consent-1 consent-2",
     SECOND_BY(RECORDS_KEY_2) "good root second\nclaimed four outside\n"
                              "open two\n"},
};

const size_t chain_vectors_count =
    sizeof(chain_vectors) / sizeof(chain_vectors[0]);
