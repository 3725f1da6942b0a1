/* Packing and unpacking chunks: round trips, the public vectors, bombs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "bundles/deflate.h"
#include "bundles/dictionary.h"
#include "core/limits.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/shared.h"

static const char sentence[] =
    "We, the undersigned organisations, call on the authorities to release "
    "everybody who was detained for taking part in a peaceful assembly. ";

/* size octets of prose at out. */
static void
fill_text(uint8_t *out, size_t size)
{
    size_t i;

    for (i = 0; i < size; i++)
        out[i] = (uint8_t)sentence[i % (sizeof(sentence) - 1)];
}

/* Octets without any pattern that deflate could use. */
static void
fill_noise(uint8_t *out, size_t size)
{
    uint32_t word = 2463534242U;
    size_t i;

    for (i = 0; i < size; i++) {
        word ^= word << 13;
        word ^= word >> 17;
        word ^= word << 5;
        out[i] = (uint8_t)word;
    }
}

/* Pack and unpack; returns the octets stored. */
static size_t
round_trip(const uint8_t *plain, size_t size, bool is_text,
           const char *language, uint8_t *encoding)
{
    static uint8_t back[CHUNK_SIZE + 1];
    struct byte_buf out;
    size_t stored;

    byte_buf_init(&out, 2 + CHUNK_SIZE);
    assert_int_equal(byte_buf_append_text(&out, "ab"), STATUS_OK);
    assert_int_equal(deflate_pack(&out, encoding, byte_view_of(plain, size),
                                  is_text, byte_view_of_text(language)),
                     STATUS_OK);
    assert_memory_equal(out.data, "ab", 2);
    stored = out.size - 2;
    assert_in_range(stored, 1, size);

    memset(back, 0xaa, sizeof(back));
    assert_int_equal(deflate_unpack(back, size, *encoding,
                                    byte_view_of(out.data + 2, stored)),
                     STATUS_OK);
    assert_memory_equal(back, plain, size);
    assert_int_equal(back[size], 0xaa);
    byte_buf_release(&out);
    return stored;
}

static void
test_round_trips(void **state)
{
    static const size_t sizes[] = {1,    2,     3,     100,  131,
                                   7000, 32767, 32768, 4096, 20000};
    static uint8_t plain[CHUNK_SIZE];
    uint8_t encoding;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        fill_text(plain, sizes[i]);
        round_trip(plain, sizes[i], true, "en", &encoding);
        round_trip(plain, sizes[i], false, "-", &encoding);
        assert_in_range(encoding, DEFLATE_RAW, DEFLATE_PLAIN);
        fill_noise(plain, sizes[i]);
        round_trip(plain, sizes[i], true, "und", &encoding);
        memset(plain, 0, sizes[i]);
        round_trip(plain, sizes[i], true, "ru", &encoding);
    }
}

static void
test_the_shortest_form_wins(void **state)
{
    static uint8_t plain[CHUNK_SIZE];
    uint8_t encoding;
    size_t text;

    (void)state;
    fill_text(plain, 200);
    text = round_trip(plain, 200, true, "en", &encoding);
    assert_int_equal(encoding, DEFLATE_DICTIONARY + 1);
    assert_in_range(text, 1, 90);
    assert_int_equal(round_trip(plain, 200, true, "und", &encoding), text);
    assert_int_equal(encoding, DEFLATE_DICTIONARY + 1);
    assert_in_range(round_trip(plain, 200, false, "en", &encoding), text + 10,
                    199);
    assert_int_equal(encoding, DEFLATE_PLAIN);
    fill_noise(plain, CHUNK_SIZE);
    assert_int_equal(round_trip(plain, CHUNK_SIZE, true, "und", &encoding),
                     CHUNK_SIZE);
    assert_int_equal(encoding, DEFLATE_RAW);
}

static void
test_limits(void **state)
{
    static uint8_t plain[CHUNK_SIZE + 1];
    struct byte_buf out;
    uint8_t encoding;

    (void)state;
    byte_buf_init(&out, 50);
    fill_noise(plain, sizeof(plain));
    assert_int_equal(deflate_pack(&out, &encoding, byte_view_of(plain, 51),
                                  true, byte_view_of_text("en")),
                     STATUS_TOO_LARGE);
    assert_int_equal(out.size, 0);
    assert_int_equal(deflate_pack(&out, &encoding, byte_view_of(plain, 0),
                                  false, byte_view_of_text("-")),
                     STATUS_TOO_LARGE);
    assert_int_equal(deflate_pack(&out, &encoding,
                                  byte_view_of(plain, CHUNK_SIZE + 1), false,
                                  byte_view_of_text("-")),
                     STATUS_TOO_LARGE);
    byte_buf_release(&out);
}

/* Unpack into size octets of a page that ends there; see that nothing behind
 * them was touched. */
static enum status
unpack_guarded(uint8_t encoding, const void *stored, size_t stored_size,
               size_t size)
{
    static uint8_t plain[CHUNK_SIZE + 64];
    enum status status;
    size_t i;

    memset(plain, 0xaa, sizeof(plain));
    status = deflate_unpack(plain, size, encoding,
                            byte_view_of(stored, stored_size));
    for (i = size; i < sizeof(plain); i++)
        assert_int_equal(plain[i], 0xaa);
    return status;
}

static void
test_malformed(void **state)
{
    /* Raw deflate: one final stored block "ab"; fixed Huffman, empty. */
    static const uint8_t two[] = {1, 2, 0, 0xfd, 0xff, 'a', 'b'};
    static const uint8_t two_and_more[] = {1, 2, 0, 0xfd, 0xff, 'a', 'b', 0};
    static const uint8_t empty_block_first[] = {0, 0, 0,    0xff, 0xff, 1,
                                                2, 0, 0xfd, 0xff, 'a',  'b'};
    static const uint8_t nothing[] = {3, 0};
    static const uint8_t not_final[] = {0, 2, 0, 0xfd, 0xff, 'a', 'b'};
    static const uint8_t reserved[] = {7, 0};
    static uint8_t long_raw[CHUNK_SIZE + 1];

    (void)state;
    assert_int_equal(unpack_guarded(1, two, 7, 2), STATUS_OK);
    assert_int_equal(unpack_guarded(1, empty_block_first, 12, 2), STATUS_OK);
    assert_int_equal(unpack_guarded(1, two, 7, 1), STATUS_MALFORMED);
    assert_int_equal(unpack_guarded(1, two, 7, 3), STATUS_MALFORMED);
    assert_int_equal(unpack_guarded(1, two, 6, 2), STATUS_MALFORMED);
    assert_int_equal(unpack_guarded(1, two_and_more, 8, 2), STATUS_MALFORMED);
    assert_int_equal(unpack_guarded(1, not_final, 7, 2), STATUS_MALFORMED);
    assert_int_equal(unpack_guarded(1, reserved, 2, 2), STATUS_MALFORMED);
    assert_int_equal(unpack_guarded(1, nothing, 2, 1), STATUS_MALFORMED);
    assert_int_equal(unpack_guarded(1, nothing, 2, 0), STATUS_MALFORMED);
    assert_int_equal(unpack_guarded(1, two, 0, 2), STATUS_MALFORMED);

    assert_int_equal(unpack_guarded(0, "ab", 2, 2), STATUS_OK);
    assert_int_equal(unpack_guarded(0, "ab", 2, 1), STATUS_MALFORMED);
    assert_int_equal(unpack_guarded(0, "ab", 2, 3), STATUS_MALFORMED);
    assert_int_equal(unpack_guarded(0, long_raw, CHUNK_SIZE + 1, CHUNK_SIZE),
                     STATUS_MALFORMED);
    assert_int_equal(deflate_unpack(long_raw, CHUNK_SIZE + 1, 0,
                                    byte_view_of(long_raw, CHUNK_SIZE + 1)),
                     STATUS_MALFORMED);
}

static void
test_unknown_encodings_are_newer(void **state)
{
    int encoding;
    int newer = 0;

    (void)state;
    for (encoding = 0; encoding < 256; encoding++)
        if (unpack_guarded((uint8_t)encoding, "xyz", 3, 3) == STATUS_NEWER)
            newer++;
    assert_int_equal(newer, 256 - 2 - dictionary_last());
    assert_int_equal(unpack_guarded(16, "xyz", 3, 3), STATUS_NEWER);
    assert_int_equal(unpack_guarded(23, "xyz", 3, 3), STATUS_NEWER);
}

/* A distance that reaches into a dictionary which the encoding does not name
 * is an error, not memory. */
static void
test_the_named_dictionary_is_used(void **state)
{
    static uint8_t plain[200];
    struct byte_buf out;
    uint8_t encoding;

    (void)state;
    byte_buf_init(&out, CHUNK_SIZE);
    memcpy(plain, dictionary_octets(1).data + 5000, sizeof(plain));
    assert_int_equal(deflate_pack(&out, &encoding,
                                  byte_view_of(plain, sizeof(plain)), true,
                                  byte_view_of_text("en")),
                     STATUS_OK);
    assert_int_equal(encoding, DEFLATE_DICTIONARY + 1);
    assert_int_equal(
        unpack_guarded(DEFLATE_PLAIN, out.data, out.size, sizeof(plain)),
        STATUS_MALFORMED);
    assert_int_equal(unpack_guarded(encoding, out.data, out.size, 200),
                     STATUS_OK);
    byte_buf_release(&out);
}

/* Every bit of a packed text, turned over: the length holds or the status
 * says so, and nothing is written behind the output. */
static void
test_every_bit_flip(void **state)
{
    static uint8_t plain[300];
    struct byte_buf out;
    uint8_t encoding;
    size_t i;

    (void)state;
    fill_text(plain, sizeof(plain));
    byte_buf_init(&out, CHUNK_SIZE);
    assert_int_equal(deflate_pack(&out, &encoding,
                                  byte_view_of(plain, sizeof(plain)), true,
                                  byte_view_of_text("en")),
                     STATUS_OK);
    for (i = 0; i < 8 * out.size; i++) {
        enum status status;

        out.data[i / 8] ^= (uint8_t)(1 << i % 8);
        status = unpack_guarded(encoding, out.data, out.size, sizeof(plain));
        assert_true(status == STATUS_OK || status == STATUS_MALFORMED);
        out.data[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    byte_buf_release(&out);
}

/* Kilobytes of memory that this process ever had in use. */
static long
peak_memory(void)
{
    struct rusage usage;

    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
}

/* What zlib says to each file is in vectors/deflate/manifest.json; here each
 * is cut to raw deflate (2 octets of zlib header, 4 of checksum), and length
 * is what a record would have promised. */
static void
test_vectors(void **state)
{
    static const struct {
        const char *name;
        size_t length;
        enum status status;
    } cases[] = {
        {"ok", 440, STATUS_OK},
        {"ok", 439, STATUS_MALFORMED},
        {"ok", 441, STATUS_MALFORMED},
        {"ok-level0", 440, STATUS_OK},
        {"bad-adler", 440, STATUS_OK}, /* the checksum was cut off */
        {"bad-header-check", 440, STATUS_OK},
        {"bad-method", 440, STATUS_OK},
        {"window-too-big", 440, STATUS_OK},
        {"bomb-nested", 227, STATUS_OK}, /* inflated once, and no deeper */
        {"empty", 1, STATUS_MALFORMED},
        {"bomb-10MiB", CHUNK_SIZE, STATUS_MALFORMED},
        {"bomb-100MiB", CHUNK_SIZE, STATUS_MALFORMED},
        {"bomb-200MiB-cut", CHUNK_SIZE, STATUS_MALFORMED},
        {"empty-blocks", CHUNK_SIZE, STATUS_MALFORMED},
        {"trailing", 440, STATUS_MALFORMED},
        {"two-streams", 440, STATUS_MALFORMED},
        {"two-streams", 880, STATUS_MALFORMED},
        {"cut", 440, STATUS_MALFORMED},
        {"cut-body", 440, STATUS_MALFORMED},
        {"needs-dictionary", 440, STATUS_MALFORMED},
        {"gzip-not-zlib", 440, STATUS_MALFORMED},
        {"raw-not-zlib", 440, STATUS_MALFORMED},
        {"reserved-block", 440, STATUS_MALFORMED},
        {"stored-bad-len", 5, STATUS_MALFORMED},
        {"stored-bad-len2", 5, STATUS_MALFORMED},
        {"distance-too-far", 440, STATUS_MALFORMED},
        {"one-byte", 440, STATUS_MALFORMED},
        {"zero-length", 440, STATUS_MALFORMED},
    };

    const size_t count = sizeof(cases) / sizeof(cases[0]);
    size_t seen = 0;
    size_t i;

    (void)state;
    for (i = 0; i < count; i++) {
        char name[64];
        uint8_t *octets;
        size_t size;
        enum status status;

        snprintf(name, sizeof(name), "vectors/deflate/own/%s.zz",
                 cases[i].name);
        octets = shared_read(name, &size);
        if (octets == NULL)
            continue;
        seen++;
        if (size >= 6)
            status = unpack_guarded(DEFLATE_PLAIN, octets + 2, size - 6,
                                    cases[i].length);
        else
            status =
                unpack_guarded(DEFLATE_PLAIN, octets, size, cases[i].length);
        if (status != cases[i].status)
            printf("# %s into %zu octets: %s\n", cases[i].name, cases[i].length,
                   status_text(status));
        assert_int_equal(status, cases[i].status);
        free(octets);
    }
    if (seen == 0)
        skip();
    assert_int_equal(seen, count);
}

/* Bombs that pass the bound on the input: as much as it allows of zeros, and
 * of empty blocks. */
static void
test_bombs_stay_small(void **state)
{
    static uint8_t stored[CHUNK_STORED_MAX];
    static const uint8_t empty_block[] = {0, 0, 0, 0xff, 0xff};
    const long before = peak_memory();
    size_t i;

    (void)state;
    /* Dynamic blocks of zeros would do 1029 : 1; so do fixed ones of 258
     * octets at distance 1 (5 zero bits and the code 285): about 150 : 1. */
    memset(stored, 0, sizeof(stored));
    stored[0] = 3; /* final, fixed */
    for (i = 1; i < sizeof(stored); i++)
        stored[i] = (uint8_t)(0x8e >> i % 8);
    for (i = 0; i < 1000; i++)
        assert_int_equal(unpack_guarded(1, stored, sizeof(stored), CHUNK_SIZE),
                         STATUS_MALFORMED);

    for (i = 0; i + 5 <= sizeof(stored); i += 5)
        memcpy(stored + i, empty_block, sizeof(empty_block));
    for (i = 0; i < 100; i++)
        assert_int_equal(unpack_guarded(1, stored, sizeof(stored), CHUNK_SIZE),
                         STATUS_MALFORMED);
#ifdef WITH_SANITIZERS /* which keep freed memory for a while */
    (void)before;
#else
    assert_in_range(peak_memory() - before, 0, 8 * 1024);
#endif
}

struct trial {
    const uint8_t *plain;
    size_t size;
};

static enum status
run_both_ways(void *context)
{
    const struct trial *trial = context;
    static uint8_t back[CHUNK_SIZE];
    struct byte_buf out;
    uint8_t encoding;
    enum status status;

    byte_buf_init(&out, CHUNK_SIZE);
    status =
        deflate_pack(&out, &encoding, byte_view_of(trial->plain, trial->size),
                     true, byte_view_of_text("en"));
    if (status == STATUS_OK)
        status =
            deflate_unpack(back, trial->size, encoding, byte_view_of_buf(&out));
    byte_buf_release(&out);
    return status;
}

static void
test_allocations(void **state)
{
    static uint8_t plain[3000];
    struct trial trial = {plain, sizeof(plain)};

    (void)state;
    fill_text(plain, sizeof(plain));
    test_alloc_each(run_both_ways, &trial);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_the_shortest_form_wins),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_unknown_encodings_are_newer),
        cmocka_unit_test(test_the_named_dictionary_is_used),
        cmocka_unit_test(test_every_bit_flip),
        cmocka_unit_test(test_bombs_stay_small),
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_allocations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
