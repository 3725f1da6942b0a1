/* Words for fingerprints and seeds: known answers, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "core/text.h"
#include "core/words.h"
#include "tests/unit/vectors.h"

/* Made from core/words/english.txt. */
extern const uint8_t words_english[];
extern const size_t words_english_size;

/* The words of the seed of RFC 8032's TEST 2: first, middle, last. */
#define FIRST "error "
#define MIDDLE                                                             \
    "hair chat faint west hood item such eight gauge fatal burger reward " \
    "boat lamp rely plate chat permit universe stay sword orbit "
#define LAST  "lecture"
#define WORDS FIRST MIDDLE LAST

static enum status
parse(uint8_t out[32], const char *text)
{
    return words_parse_seed(out, byte_view_of_text(text));
}

static void
test_known_answers(void **state)
{
    struct byte_view file = vectors_read("words.txt");
    struct byte_view left = file;
    struct byte_view line;
    int fingerprints = 0;
    int seeds = 0;

    (void)state;
    while (vectors_line(&line, &left)) {
        struct byte_view kind = vectors_word(&line);
        uint8_t octets[32], parsed[32];
        char words[WORDS_SEED_SIZE];

        assert_int_equal(text_hex_parse(octets, 32, vectors_word(&line)),
                         STATUS_OK);
        if (byte_view_equal_text(kind, "fingerprint")) {
            words_fingerprint(words, octets);
            fingerprints++;
        } else {
            assert_true(byte_view_equal_text(kind, "seed"));
            words_of_seed(words, octets);
            assert_int_equal(words_parse_seed(parsed, line), STATUS_OK);
            assert_memory_equal(parsed, octets, 32);
            seeds++;
        }
        assert_true(byte_view_equal_text(line, words));
    }
    assert_int_equal(fingerprints, 6);
    assert_int_equal(seeds, 5);
    vectors_free(file);
}

/* 2,048 words of at most eight letters, in order, and told apart by four. */
static void
test_list(void **state)
{
    struct byte_view left = byte_view_of(words_english, words_english_size);
    struct byte_view last = byte_view_of(NULL, 0);
    struct byte_view word;
    size_t count = 0;

    (void)state;
    assert_int_equal(words_english[words_english_size - 1], '\n');
    for (; vectors_line(&word, &left); count++) {
        assert_in_range(word.size, 3, 8);
        for (size_t i = 0; i < word.size; i++)
            assert_in_range(word.data[i], 'a', 'z');
        assert_true(byte_view_compare(byte_view_slice(last, 0, 4),
                                      byte_view_slice(word, 0, 4)) < 0);
        last = word;
    }
    assert_int_equal(count, 2048);
}

static void
test_round_trips(void **state)
{
    char words[WORDS_SEED_SIZE];
    uint8_t seed[32], parsed[32];
    struct entropy entropy;

    (void)state;
    entropy_init_seed(&entropy, 3);
    for (int i = 0; i < 100; i++) {
        entropy_fill(&entropy, seed, sizeof(seed));
        words_of_seed(words, seed);
        assert_int_equal(parse(parsed, words), STATUS_OK);
        assert_memory_equal(parsed, seed, sizeof(seed));
    }
}

/* 23 times number 7, "abstract", of eight letters, and what comes last. */
static void
test_longest(void **state)
{
    struct byte_view left;
    char words[WORDS_SEED_SIZE];
    uint8_t seed[32] = {0};

    (void)state;
    for (size_t bit = 0; bit < (size_t)23 * 11; bit++) {
        if (bit % 11 >= 8)
            seed[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
    }
    words_of_seed(words, seed);
    left = byte_view_of_text(words);
    for (int i = 0; i < 23; i++)
        assert_true(byte_view_equal_text(vectors_word(&left), "abstract"));
    assert_in_range(left.size, 3, 8);
}

static void
test_white_space_and_case(void **state)
{
    uint8_t plain[32], parsed[32];
    char text[2 * WORDS_SEED_SIZE] = "\r\n\t ";
    size_t size = strlen(text);

    (void)state;
    assert_int_equal(parse(plain, WORDS), STATUS_OK);
    for (const char *at = WORDS; *at != '\0'; at++) {
        if (*at == ' ') {
            text[size++] = '\t';
            text[size++] = '\n';
        } else {
            text[size] = *at;
            if (size % 2 == 0)
                text[size] = (char)(*at - 'a' + 'A');
            size++;
        }
    }
    text[size++] = '\n';
    assert_int_equal(words_parse_seed(parsed, byte_view_of(text, size)),
                     STATUS_OK);
    assert_memory_equal(parsed, plain, 32);
}

static void
test_malformed(void **state)
{
    static const uint8_t zero[32];
    static const char *const refused[] = {
        "",
        " ",
        "\n",
        FIRST,
        FIRST MIDDLE,
        WORDS " " FIRST,
        WORDS " x",
        WORDS ".",
        WORDS "," FIRST,
        "err " MIDDLE LAST,
        "errors " MIDDLE LAST,
        "errorerror " MIDDLE LAST,
        "\xd0\xb5rror " MIDDLE LAST, /* a Cyrillic letter */
        "\xc2\xa0" WORDS,            /* a space that is none */
    };
    uint8_t seed[32];

    (void)state;
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        memset(seed, 1, sizeof(seed));
        if (parse(seed, refused[i]) != STATUS_MALFORMED)
            fail_msg("\"%s\" is not refused", refused[i]);
        assert_memory_equal(seed, zero, 32);
    }
    assert_int_equal(words_parse_seed(seed, byte_view_of(WORDS, sizeof(WORDS))),
                     STATUS_MALFORMED);
}

/* The last word holds 3 bits of the seed and then the checksum, so one word
 * fits in each 256; the first 512 are tried. */
static void
test_checksum(void **state)
{
    struct byte_view left = byte_view_of(words_english, words_english_size);
    static const uint8_t zero[32];
    struct byte_view word;
    size_t tried = 0;
    size_t fits = 0;

    (void)state;
    for (; tried < 512 && vectors_line(&word, &left); tried++) {
        char text[WORDS_SEED_SIZE];
        uint8_t seed[32];
        enum status status;

        snprintf(text, sizeof(text), FIRST MIDDLE "%.*s", (int)word.size,
                 (const char *)word.data);
        status = parse(seed, text);
        if (status == STATUS_OK) {
            fits++;
        } else {
            assert_int_equal(status, STATUS_BAD_SIGNATURE);
            assert_memory_equal(seed, zero, 32);
        }
    }
    assert_int_equal(tried, 512);
    assert_int_equal(fits, 2);
}

/* Two words in each other's place. */
static void
test_swapped(void **state)
{
    uint8_t seed[32];

    (void)state;
    assert_int_equal(parse(seed, LAST " " MIDDLE FIRST), STATUS_BAD_SIGNATURE);
}

/* Every bit of the input counts. */
static void
test_fingerprint_flips(void **state)
{
    char first[WORDS_FINGERPRINT_SIZE], other[WORDS_FINGERPRINT_SIZE];
    uint8_t octets[32] = {0};

    (void)state;
    words_fingerprint(first, octets);
    for (size_t bit = 0; bit < 256; bit++) {
        octets[bit / 8] ^= (uint8_t)(1 << bit % 8);
        words_fingerprint(other, octets);
        assert_string_not_equal(first, other);
        octets[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

/* What a misspelt word may have been. */
static void
test_nearest(void **state)
{
    static const struct {
        const char *typed;
        const char *meant; /* empty: nothing is near */
    } rows[] = {
        {"lecture", "lecture"},
        {"lectrue", "lecture"},
        {"lektur", "lecture"},
        {"aBaNDn", "abandon"},
        {"zooo", "zoo"},
        {"xyzzyxyz", ""},
        {"q", ""},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char word[WORDS_WORD_SIZE];
        const struct byte_view typed = byte_view_of_text(rows[i].typed);

        assert_int_equal(words_nearest(word, typed), rows[i].meant[0] != 0);
        assert_string_equal(word, rows[i].meant);
    }
    assert_true(words_is_listed(byte_view_of_text("LeCture")));
    assert_false(words_is_listed(byte_view_of_text("lectrue")));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_longest),
        cmocka_unit_test(test_white_space_and_case),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_checksum),
        cmocka_unit_test(test_swapped),
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_fingerprint_flips),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
