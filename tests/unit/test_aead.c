/* Known answers, and refusal of every other octet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/aead.h"
#include "tests/unit/test_support.h"

/* RFC 8439, A.5: the one whose nonce begins with four zero octets. */
static const char draft_key[] =
    "1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0";
static const char draft_text[] =
    "Internet-Drafts are draft documents valid for a maximum of six months "
    "and may be updated, replaced, or obsoleted by other documents at any "
    "time. It is inappropriate to use Internet-Drafts as reference material "
    "or to cite them other than as /\xe2\x80\x9cwork in progress./\xe2\x80\x9d";
static const char draft_sealed[] =
    "64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb2"
    "4c6cfc18755d43eea09ee94e382d26b0bdb7b73c321b0100d4f03b7f355894cf"
    "332f830e710b97ce98c8a84abd0b948114ad176e008d33bd60f982b1ff37c855"
    "9797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c867e4"
    "b9166c767b804d46a59b5216cde7a4e99040c5a40433225ee282a1b0a06c523e"
    "af4534d7f83fa1155b0047718cbc546a0d072b04b3564eea1b422273f548271a"
    "0bb2316053fa76991955ebd63159434ecebb4e466dae5a1073a6727627097a10"
    "49e617d91d361094fa68f0ff77987130305beaba2eda04df997b714d6c6f2c29"
    "a6ad5cb4022b02709beead9d67890cbb22392336fea1851f38";
#define DRAFT_NUMBER 0x0807060504030201U
#define DRAFT_SIZE   (sizeof(draft_text) - 1)

/* draft-irtf-cfrg-xchacha-03, A.3.1 and A.3.2. */
static const char sunscreen_text[] =
    "Ladies and Gentlemen of the class of '99: If I could offer you only one "
    "tip for the future, sunscreen would be it.";
static const char sunscreen_sealed[] =
    "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
    "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
    "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
    "21f9664c97637da9768812f615c68b13b52e"
    "c0875924c1c7987947deafd8780acf49";
#define SUNSCREEN_SIZE (sizeof(sunscreen_text) - 1)
static const char dhole_text[] =
    "The dhole (pronounced \"dole\") is also known as the Asiatic wild dog, "
    "red dog, and whistling dog. It is about the size of a German shepherd "
    "but looks more like a long-legged fox. This highly elusive and skilled "
    "jumper is classified with wolves, coyotes, jackals, and foxes in the "
    "taxonomic family Canidae.";
static const char dhole_masked[] =
    "4559abba4e48c16102e8bb2c05e6947f50a786de162f9b0b7e592a9b53d0d4e9"
    "8d8d6410d540a1a6375b26d80dace4fab52384c731acbf16a5923c0c48d3575d"
    "4d0d2c673b666faa731061277701093a6bf7a158a8864292a41c48e3a9b4c0da"
    "ece0f8d98d0d7e05b37a307bbb66333164ec9e1b24ea0d6c3ffddcec4f68e744"
    "3056193a03c810e11344ca06d8ed8a2bfb1e8d48cfa6bc0eb4e2464b74814240"
    "7c9f431aee769960e15ba8b96890466ef2457599852385c661f752ce20f9da0c"
    "09ab6b19df74e76a95967446f8d0fd415e7bee2a12a114c20eb5292ae7a349ae"
    "577820d5520a1f3fb62a17ce6a7e68fa7c79111d8860920bc048ef43fe84486c"
    "cb87c25f0ae045f0cce1e7989a9aa220a28bdd4827e751a24a6d5c62d790a663"
    "93b93111c1a55dd7421a10184974c7c5";
#define DHOLE_SIZE (sizeof(dhole_text) - 1)

static void
counted(uint8_t *out, size_t size, uint8_t first)
{
    for (size_t i = 0; i < size; i++)
        out[i] = (uint8_t)(first + i);
}

static void
chacha_known_answer(void **state)
{
    uint8_t key[32], associated[12];
    uint8_t octets[DRAFT_SIZE + AEAD_TAG_SIZE];
    struct byte_view beside = {associated, sizeof(associated)};

    (void)state;
    test_unhex(key, sizeof(key), draft_key);
    test_unhex(associated, sizeof(associated), "f33388860000000000004e91");
    aead_seal(octets, key, DRAFT_NUMBER, beside,
              byte_view_of(draft_text, DRAFT_SIZE));
    test_assert_hex(byte_view_of(octets, sizeof(octets)), draft_sealed);
    assert_int_equal(aead_open(octets, key, DRAFT_NUMBER, beside,
                               byte_view_of(octets, sizeof(octets))),
                     STATUS_OK);
    assert_memory_equal(octets, draft_text, DRAFT_SIZE);
    /* In place. */
    aead_seal(octets, key, DRAFT_NUMBER, beside,
              byte_view_of(octets, DRAFT_SIZE));
    test_assert_hex(byte_view_of(octets, sizeof(octets)), draft_sealed);
}

static void
xchacha_known_answer(void **state)
{
    uint8_t key[32], nonce[24], associated[12];
    uint8_t octets[SUNSCREEN_SIZE + AEAD_TAG_SIZE];
    struct byte_view beside = {associated, sizeof(associated)};

    (void)state;
    counted(key, sizeof(key), 0x80);
    counted(nonce, sizeof(nonce), 0x40);
    test_unhex(associated, sizeof(associated), "50515253c0c1c2c3c4c5c6c7");
    aead_seal_x(octets, key, nonce, beside,
                byte_view_of(sunscreen_text, SUNSCREEN_SIZE));
    test_assert_hex(byte_view_of(octets, sizeof(octets)), sunscreen_sealed);
    assert_int_equal(aead_open_x(octets, key, nonce, beside,
                                 byte_view_of(octets, sizeof(octets))),
                     STATUS_OK);
    assert_memory_equal(octets, sunscreen_text, SUNSCREEN_SIZE);
}

static void
mask_known_answer(void **state)
{
    uint8_t key[32], nonce[24], octets[DHOLE_SIZE];

    (void)state;
    counted(key, sizeof(key), 0x80);
    counted(nonce, sizeof(nonce), 0x40);
    nonce[23] = 0x58;
    memcpy(octets, dhole_text, DHOLE_SIZE);
    aead_mask_x(octets, DHOLE_SIZE, key, nonce);
    test_assert_hex(byte_view_of(octets, DHOLE_SIZE), dhole_masked);
    aead_mask_x(octets, DHOLE_SIZE, key, nonce);
    assert_memory_equal(octets, dhole_text, DHOLE_SIZE);
    aead_mask_x(octets, 0, key, nonce);
    assert_memory_equal(octets, dhole_text, DHOLE_SIZE);
}

/* What is sealed for the flips below: small, so that all can be tried. */
#define SMALL_SIZE ((size_t)5)

struct sealing {
    uint8_t key[32];
    uint8_t nonce[24];
    uint8_t associated[3];
    uint8_t sealed[SMALL_SIZE + AEAD_TAG_SIZE];
    bool is_x;
};

static enum status
open_sealing(const struct sealing *sealing, size_t size)
{
    struct byte_view beside = {sealing->associated, 3};
    struct byte_view sealed = {sealing->sealed, size};
    uint8_t out[SMALL_SIZE];
    enum status status;

    memset(out, 0, sizeof(out));
    status = sealing->is_x ? aead_open_x(out, sealing->key, sealing->nonce,
                                         beside, sealed)
                           : aead_open(out, sealing->key, 1, beside, sealed);
    if (status == STATUS_OK)
        assert_memory_equal(out, "hello", SMALL_SIZE);
    else
        assert_memory_equal(out, "\0\0\0\0\0", SMALL_SIZE);
    return status;
}

static void
flip_all(struct sealing *sealing, uint8_t *octets, size_t size)
{
    for (size_t bit = 0; bit < size * 8; bit++) {
        octets[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(open_sealing(sealing, sizeof(sealing->sealed)),
                         STATUS_BAD_SIGNATURE);
        octets[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_int_equal(open_sealing(sealing, sizeof(sealing->sealed)), STATUS_OK);
}

static void
every_flip_and_cut_is_refused(void **state)
{
    struct byte_view hello = byte_view_of_text("hello");

    (void)state;
    for (int x = 0; x < 2; x++) {
        struct sealing sealing = {.is_x = x == 1};
        struct byte_view beside = {sealing.associated, 3};

        counted(sealing.key, sizeof(sealing.key), 1);
        counted(sealing.nonce, sizeof(sealing.nonce), 2);
        counted(sealing.associated, sizeof(sealing.associated), 3);
        if (sealing.is_x)
            aead_seal_x(sealing.sealed, sealing.key, sealing.nonce, beside,
                        hello);
        else
            aead_seal(sealing.sealed, sealing.key, 1, beside, hello);
        flip_all(&sealing, sealing.sealed, sizeof(sealing.sealed));
        flip_all(&sealing, sealing.associated, sizeof(sealing.associated));
        flip_all(&sealing, sealing.key, sizeof(sealing.key));
        if (sealing.is_x)
            flip_all(&sealing, sealing.nonce, sizeof(sealing.nonce));
        for (size_t size = 0; size < sizeof(sealing.sealed); size++)
            assert_int_equal(open_sealing(&sealing, size),
                             STATUS_BAD_SIGNATURE);
    }
}

static void
the_number_is_in_the_nonce(void **state)
{
    static const uint8_t key[32] = {1};
    struct byte_view none = {NULL, 0};
    uint8_t sealed[AEAD_TAG_SIZE], out[1];

    (void)state;
    /* Nothing at all can be sealed too. */
    for (unsigned bit = 0; bit < 64; bit++) {
        uint64_t number = (uint64_t)1 << bit;

        aead_seal(sealed, key, number, none, none);
        assert_int_equal(aead_open(out, key, number, none,
                                   byte_view_of(sealed, sizeof(sealed))),
                         STATUS_OK);
        assert_int_equal(
            aead_open(out, key, 0, none, byte_view_of(sealed, sizeof(sealed))),
            STATUS_BAD_SIGNATURE);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chacha_known_answer),
        cmocka_unit_test(xchacha_known_answer),
        cmocka_unit_test(mask_known_answer),
        cmocka_unit_test(every_flip_and_cut_is_refused),
        cmocka_unit_test(the_number_is_in_the_nonce),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
