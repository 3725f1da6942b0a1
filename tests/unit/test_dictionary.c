/* The preset dictionaries: their sizes, their languages, what they gain, and
 * that they hold nothing of the statements they are measured on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/deflate.h"
#include "bundles/dictionary.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/limits.h"
#include "core/text.h"
#include "tests/unit/shared.h"

/* A shorter run may well be a phrase that everybody uses. */
#define RUN ((size_t)48)

static void
test_sizes(void **state)
{
    uint8_t number;

    (void)state;
    assert_int_equal(dictionary_last(), 6);
    for (number = 1; number <= dictionary_last(); number++) {
        const size_t least = (size_t)1024 * (number <= 3 ? 16 : 8);
        const struct byte_view octets = dictionary_octets(number);

        assert_in_range(octets.size, least, DICTIONARY_MAX);
    }
    assert_int_equal(dictionary_octets(0).size, 0);
    assert_int_equal(dictionary_octets(7).size, 0);
    assert_int_equal(dictionary_octets(255).size, 0);
}

/* Frozen: each stands in FORMAT.md with its number, size and hash. */
static void
test_are_those_of_the_format(void **state)
{
    const char *top = getenv("top_srcdir");
    struct byte_buf format;
    const char *text;
    char path[4096];
    uint8_t number;

    (void)state;
    snprintf(path, sizeof(path), "%s/bundles/FORMAT.md",
             top == NULL ? "." : top);
    byte_buf_init(&format, 1024 * 1024);
    assert_int_equal(file_read(&format, path), STATUS_OK);
    text = byte_buf_text(&format);
    assert_non_null(text);
    for (number = 1; number <= dictionary_last(); number++) {
        const struct byte_view octets = dictionary_octets(number);
        uint8_t hash[32];
        char digits[65];
        char row[128];

        hash_256(hash, octets);
        text_hex(digits, hash, sizeof(hash));
        snprintf(row, sizeof(row), " | %zu | %s |", octets.size, digits);
        assert_non_null(strstr(text, row));
    }
    byte_buf_release(&format);
}

static void
test_languages(void **state)
{
    static const struct {
        const char *language;
        uint8_t number;
    } cases[] = {
        {"en", 1},    {"ru", 2}, {"kk", 3},    {"uz", 4},    {"ky", 5},
        {"tg", 6},    {"EN", 1}, {"en-GB", 1}, {"Ru-KZ", 2}, {"kk-Cyrl", 3},
        {"", 0},      {"-", 0},  {"und", 0},   {"e", 0},     {"eng", 0},
        {"en_GB", 0}, {"tr", 0}, {"x-en", 0},  {"-en", 0},
    };

    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(
            dictionary_for_language(byte_view_of_text(cases[i].language)),
            cases[i].number);
}

static int
compare_runs(const void *a, const void *b)
{
    const uint8_t *const *first = a;
    const uint8_t *const *second = b;

    return memcmp(*first, *second, RUN);
}

/* Every run of all dictionaries, sorted. */
static const uint8_t **
sorted_runs(size_t *count)
{
    const uint8_t **runs = malloc(6 * DICTIONARY_MAX * sizeof(*runs));
    uint8_t number;

    assert_non_null(runs);
    *count = 0;
    for (number = 1; number <= dictionary_last(); number++) {
        const struct byte_view octets = dictionary_octets(number);
        size_t i;

        for (i = 0; i + RUN <= octets.size; i++)
            runs[(*count)++] = octets.data + i;
    }
    qsort(runs, *count, sizeof(*runs), compare_runs);
    return runs;
}

static const char *const samples[] = {
    "en/1.md",
    "en/2.md",
    "en/3.md",
    "en/4.md",
    "en/5.md",
    "ru/1.md",
    "ru/2.md",
    "ru/3.md",
    "ru/4.md",
    "ru/5.md",
    "kk/1.md",
    "kk/2.md",
    "kk/3.md",
    "kk/4.md",
    "uz/1.md",
    "uz/2.md",
    "uz/3.md",
    "uz/4.md",
    "joint-statement.en.md",
};

#define SAMPLE_COUNT (sizeof(samples) / sizeof(samples[0]))

static uint8_t *
read_sample(const char *sample, size_t *size)
{
    char name[64];

    snprintf(name, sizeof(name), "samples/%s", sample);
    return shared_read(name, size);
}

static void
test_share_no_run_with_the_samples(void **state)
{
    size_t count;
    const uint8_t **runs = sorted_runs(&count);
    size_t shared = 0;
    size_t read = 0;
    size_t i;

    (void)state;
    for (i = 0; i < SAMPLE_COUNT; i++) {
        size_t size;
        uint8_t *octets = read_sample(samples[i], &size);
        size_t at;

        if (octets == NULL)
            continue;
        read++;
        for (at = 0; at + RUN <= size; at++) {
            const uint8_t *run = octets + at;

            if (bsearch(&run, runs, count, sizeof(*runs), compare_runs) == NULL)
                continue;
            printf("# shared with %s: %.48s\n", samples[i], (const char *)run);
            shared++;
        }
        free(octets);
    }
    /* The search itself finds what is there. */
    {
        const uint8_t *run = dictionary_octets(6).data + 1000;

        assert_non_null(
            bsearch(&run, runs, count, sizeof(*runs), compare_runs));
    }
    free(runs);
    assert_int_equal(shared, 0);
    if (read == 0)
        skip();
}

/* Hundredths of plain octets over stored octets of the samples of a language;
 * 0 if there are none. */
static unsigned
ratio_of(const char *language)
{
    size_t plain = 0;
    size_t stored = 0;
    size_t i;

    for (i = 0; i < SAMPLE_COUNT; i++) {
        struct byte_buf out;
        uint8_t encoding;
        uint8_t *octets;
        size_t size;

        if (strncmp(samples[i], language, 2) != 0 || samples[i][2] != '/')
            continue;
        octets = read_sample(samples[i], &size);
        if (octets == NULL)
            continue;
        byte_buf_init(&out, CHUNK_SIZE);
        assert_int_equal(deflate_pack(&out, &encoding,
                                      byte_view_of(octets, size), true,
                                      byte_view_of_text(language)),
                         STATUS_OK);
        plain += size;
        stored += out.size;
        byte_buf_release(&out);
        free(octets);
    }
    return stored == 0 ? 0 : (unsigned)(100 * plain / stored);
}

static void
test_ratios(void **state)
{
    static const struct {
        const char *language;
        unsigned least; /* hundredths */
    } figures[] = {{"en", 260}, {"ru", 320}, {"kk", 320}, {"uz", 250}};

    size_t i;

    (void)state;
    for (i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
        const unsigned ratio = ratio_of(figures[i].language);

        if (ratio == 0)
            skip();
        printf("# %s %u.%02u\n", figures[i].language, ratio / 100, ratio % 100);
        assert_in_range(ratio, figures[i].least, 1000);
    }
}

/* The end of a dictionary is what a text finds first: it packs to next to
 * nothing with its own and comes back whole. */
static void
test_round_trip_with_each(void **state)
{
    uint8_t number;

    (void)state;
    for (number = 1; number <= dictionary_last(); number++) {
        const struct byte_view octets = dictionary_octets(number);
        const struct byte_view plain = byte_view_slice(octets, 4000, 3000);
        static uint8_t back[3000];
        struct byte_buf out;
        uint8_t encoding;

        byte_buf_init(&out, CHUNK_SIZE);
        assert_int_equal(deflate_pack(&out, &encoding, plain, true,
                                      byte_view_of_text("und")),
                         STATUS_OK);
        assert_int_equal(encoding, DEFLATE_DICTIONARY + number);
        assert_in_range(out.size, 1, 100);
        assert_int_equal(deflate_unpack(back, sizeof(back), encoding,
                                        byte_view_of_buf(&out)),
                         STATUS_OK);
        assert_memory_equal(back, plain.data, sizeof(back));
        byte_buf_release(&out);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_are_those_of_the_format),
        cmocka_unit_test(test_languages),
        cmocka_unit_test(test_share_no_run_with_the_samples),
        cmocka_unit_test(test_ratios),
        cmocka_unit_test(test_round_trip_with_each),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
