/* Known answers of BLAKE2b and SipHash; pieces give what the whole gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/hash.h"
#include "tests/unit/test_support.h"

/* 00 01 02 ... */
static uint8_t counted[256];

static int
start(void **state)
{
    for (size_t i = 0; i < sizeof(counted); i++)
        counted[i] = (uint8_t)i;
    return test_start(state);
}

/* RFC 7693, appendix A; b2sum -l 256 for the shorter one. */
static void
abc(void **state)
{
    uint8_t out[64];

    (void)state;
    hash_512(out, byte_view_of_text("abc"));
    test_assert_hex(byte_view_of(out, 64),
                    "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6f"
                    "dbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925a"
                    "b92386edd4009923");
    hash_256(out, byte_view_of_text("abc"));
    test_assert_hex(
        byte_view_of(out, 32),
        "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    hash_256(out, byte_view_of(NULL, 0));
    test_assert_hex(
        byte_view_of(out, 32),
        "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
}

/* blake2b of the BLAKE2 authors' blake2-kat.json, keyed by 00 01 ... 3f. */
static void
keyed(void **state)
{
    static const char of_255[] =
        "142709d62e28fcccd0af97fad0f8465b971e82201dc51070faa0372aa43e9248"
        "4be1c1e73ba10906d5d1853db6a4106e0a7bf9800d373d6dee2d46d62ef2a461";
    struct byte_view key = byte_view_of(counted, 64);
    uint8_t out[64];

    (void)state;
    hash_keyed(out, 64, key, byte_view_of(NULL, 0), byte_view_of(NULL, 0));
    test_assert_hex(
        byte_view_of(out, 64),
        "10ebb67700b1868efb4417987acf4690ae9d972fb7a590c2f02871799aaa4786"
        "b5e996e8f0f4eb981fc214b005f42d2ff4233499391653df7aefcbc13fc51568");
    hash_keyed(out, 64, key, byte_view_of(counted, 1), byte_view_of(NULL, 0));
    test_assert_hex(
        byte_view_of(out, 64),
        "961f6dd1e4dd30f63901690c512e78e4b45e4742ed197c3c5e45c549fd25f2e4"
        "187b0bc9fe30492b16b0d0bc4ef9b0f34c7003fac09a5ef1532e69430234cebd");
    for (size_t cut = 0; cut <= 255; cut += 51) {
        hash_keyed(out, 64, key, byte_view_of(counted, cut),
                   byte_view_of(counted + cut, 255 - cut));
        test_assert_hex(byte_view_of(out, 64), of_255);
    }
}

/* vectors.h of the authors' SipHash, key 00 01 ... 0f. */
static void
siphash(void **state)
{
    static const struct {
        size_t size;
        uint64_t value;
    } known[] = {{0, 0x726fdb47dd0e0e31},
                 {1, 0x74f839c593dc67fd},
                 {8, 0x93f5f5799a932462},
                 {15, 0xa129ca6149be45e5},
                 {63, 0x958a324ceb064572}};

    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        assert_int_equal(
            hash_short(counted, byte_view_of(counted, known[i].size)),
            known[i].value);
}

static void
pieces_give_the_whole(void **state)
{
    struct hash_stream stream;
    struct byte_view whole = byte_view_of(counted, sizeof(counted));
    uint8_t expected[64], out[64];

    (void)state;
    for (size_t step = 1; step <= sizeof(counted); step++) {
        hash_256(expected, whole);
        hash_stream_init(&stream);
        for (size_t at = 0; at < sizeof(counted); at += step)
            hash_stream_update(&stream, byte_view_slice(whole, at, step));
        hash_stream_final(&stream, out);
        assert_memory_equal(out, expected, 32);

        hash_512(expected, whole);
        hash_stream_init_512(&stream);
        for (size_t at = 0; at < sizeof(counted); at += step)
            hash_stream_update(&stream, byte_view_slice(whole, at, step));
        hash_stream_update(&stream, byte_view_of(NULL, 0));
        hash_stream_final_512(&stream, out);
        assert_memory_equal(out, expected, 64);
    }
}

/* A stream inside another struct may begin anywhere. */
static void
streams_may_lie_anywhere(void **state)
{
    uint8_t memory[sizeof(struct hash_stream) + 64];
    uint8_t out[32];

    (void)state;
    for (size_t skip = 0; skip < 64; skip++) {
        struct hash_stream *stream = (void *)(memory + skip);

        memset(memory, 0xee, sizeof(memory));
        hash_stream_init(stream);
        hash_stream_update(stream, byte_view_of_text("abc"));
        hash_stream_final(stream, out);
        test_assert_hex(byte_view_of(out, 32),
                        "bddd813c634239723171ef3fee98579b"
                        "94964e3bb1cb3e427262c8c068d52319");
        for (size_t i = 0; i < sizeof(memory); i++) {
            if (i < skip || i >= skip + sizeof(*stream))
                assert_int_equal(memory[i], 0xee);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(abc),
        cmocka_unit_test(keyed),
        cmocka_unit_test(siphash),
        cmocka_unit_test(pieces_give_the_whole),
        cmocka_unit_test(streams_may_lie_anywhere),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
