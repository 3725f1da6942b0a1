/* Ed25519 keys and signatures: known answers, and what must be refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <sodium.h>

#include "core/entropy.h"
#include "core/key.h"
#include "core/mem.h"
#include "core/text.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/shared.h"
#include "tests/unit/vectors.h"

#define MESSAGE_MAX 1100

static const struct key_id label = {{1, 2, 3, 4, 5, 6, 7, 8}};

static struct byte_view
text_of(const char *text)
{
    return byte_view_of_text(text);
}

/* One test of RFC 8032: everything in hexadecimal. */
static void
check_known_answer(struct byte_view seed, struct byte_view author,
                   struct byte_view message, struct byte_view signature)
{
    uint8_t octets[32];
    uint8_t plain[MESSAGE_MAX] = {0};
    struct byte_view text = byte_view_of(plain, message.size / 2);
    struct key_author expected_author;
    struct key_signature expected, made;
    struct key_secret *secret;

    assert_true(text.size < sizeof(plain));
    assert_int_equal(text_hex_parse(octets, 32, seed), STATUS_OK);
    assert_int_equal(text_hex_parse(expected_author.octets, 32, author),
                     STATUS_OK);
    assert_int_equal(text_hex_parse(plain, text.size, message), STATUS_OK);
    assert_int_equal(text_hex_parse(expected.octets, 64, signature), STATUS_OK);

    assert_int_equal(key_secret_of_seed(&secret, octets, label), STATUS_OK);
    assert_true(key_author_equal(&secret->public_key.author, &expected_author));
    key_sign(&made, text, secret);
    assert_memory_equal(made.octets, expected.octets, 64);
    assert_int_equal(key_verify(&made, text, &expected_author), STATUS_OK);
    key_secret_free(secret);
}

static void
test_rfc8032(void **state)
{
    struct byte_view file = vectors_read("rfc8032.txt");
    struct byte_view left = file;
    struct byte_view line;
    int count = 0;

    (void)state;
    for (; vectors_line(&line, &left); count++) {
        struct byte_view seed = vectors_word(&line);
        struct byte_view author = vectors_word(&line);
        struct byte_view message = vectors_word(&line);

        if (byte_view_equal_text(message, "-"))
            message = text_of("");
        check_known_answer(seed, author, message, vectors_word(&line));
    }
    assert_int_equal(count, 5);
    vectors_free(file);
}

static struct byte_view
member(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));

    assert_non_null(value);
    return text_of(value);
}

static void
test_rfc8032_shared(void **state)
{
    size_t size;
    uint8_t *file = shared_read("vectors/ed25519/rfc8032.json", &size);
    json_t *root, *tests, *test;
    size_t i;

    (void)state;
    if (file == NULL)
        skip();
    root = json_loadb((const char *)file, size, 0, NULL);
    tests = json_object_get(root, "tests");
    assert_int_equal(json_array_size(tests), 5);
    json_array_foreach(tests, i, test)
    {
        check_known_answer(member(test, "seed"), member(test, "pk"),
                           member(test, "msg"), member(test, "sig"));
    }
    json_decref(root);
    free(file);
}

/* Every flip of a bit in message, signature and key. */
static void
test_flips(void **state)
{
    uint8_t seed[32] = {7};
    uint8_t message[5] = "text";
    struct byte_view view = byte_view_of(message, sizeof(message));
    struct key_signature signature;
    struct key_secret *secret;
    struct key_author author;

    (void)state;
    assert_int_equal(key_secret_of_seed(&secret, seed, label), STATUS_OK);
    author = secret->public_key.author;
    key_sign(&signature, view, secret);
    key_secret_free(secret);
    assert_int_equal(key_verify(&signature, view, &author), STATUS_OK);

    for (size_t bit = 0; bit < 8 * sizeof(message); bit++) {
        message[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(key_verify(&signature, view, &author),
                         STATUS_BAD_SIGNATURE);
        message[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t bit = 0; bit < 8 * sizeof(signature); bit++) {
        signature.octets[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(key_verify(&signature, view, &author),
                         STATUS_BAD_SIGNATURE);
        signature.octets[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t bit = 0; bit < 8 * sizeof(author); bit++) {
        author.octets[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(key_verify(&signature, view, &author),
                         STATUS_BAD_SIGNATURE);
        author.octets[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    view.size--;
    assert_int_equal(key_verify(&signature, view, &author),
                     STATUS_BAD_SIGNATURE);
    view.size++;
    assert_int_equal(key_verify(&signature, view, &author), STATUS_OK);
}

/*
 * The points of small order, and two more texts of the first.  A careless
 * verifier takes R = B, S = 1 as a signature by the neutral element over
 * every message, and by the others over one message in 2, 4 or 8.
 */
static void
test_small_order_keys(void **state)
{
    static const char *const keys[] = {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    };
    struct key_signature signature = {{0}};

    (void)state;
    memset(signature.octets, 0x66, 32);
    signature.octets[0] = 0x58;
    signature.octets[32] = 1;
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        struct key_author author;

        assert_int_equal(text_hex_parse(author.octets, 32, text_of(keys[i])),
                         STATUS_OK);
        for (uint8_t message = 0; message < 64; message++)
            assert_int_equal(
                key_verify(&signature, byte_view_of(&message, 1), &author),
                STATUS_BAD_SIGNATURE);
    }
}

/* h = SHA-512(R, A, message) modulo the group's order, as in RFC 8032. */
static void
challenge(uint8_t out[32], const uint8_t r[32], const struct key_author *author,
          struct byte_view message)
{
    crypto_hash_sha512_state hash;
    uint8_t wide[64];

    crypto_hash_sha512_init(&hash);
    crypto_hash_sha512_update(&hash, r, 32);
    crypto_hash_sha512_update(&hash, author->octets, 32);
    crypto_hash_sha512_update(&hash, message.data, message.size);
    crypto_hash_sha512_final(&hash, wide);
    crypto_core_ed25519_scalar_reduce(out, wide);
}

/* The private scalar that belongs to seed. */
static void
scalar_of_seed(uint8_t out[32], const uint8_t seed[32])
{
    uint8_t wide[64] = {0};

    crypto_hash_sha512(wide, seed, 32);
    memset(wide + 32, 0, 32);
    wide[0] &= 248;
    wide[31] &= 127;
    wide[31] |= 64;
    crypto_core_ed25519_scalar_reduce(out, wide);
}

/* Sign by hand: R = rB is given, S = r + ha. */
static enum status
sign_with(const uint8_t big_r[32], const uint8_t r[32])
{
    const struct byte_view message = text_of("text");
    const uint8_t seed[32] = {9};
    uint8_t h[32], a[32];
    struct key_signature signature;
    struct key_secret *secret;
    enum status status;

    assert_int_equal(key_secret_of_seed(&secret, seed, label), STATUS_OK);
    memcpy(signature.octets, big_r, 32);
    challenge(h, big_r, &secret->public_key.author, message);
    scalar_of_seed(a, seed);
    crypto_core_ed25519_scalar_mul(h, h, a);
    crypto_core_ed25519_scalar_add(signature.octets + 32, h, r);
    status = key_verify(&signature, message, &secret->public_key.author);
    key_secret_free(secret);
    return status;
}

/* R of small order: the holder of the key can make such, and it is refused. */
static void
test_small_order_r(void **state)
{
    static const uint8_t zero[32];
    static const uint8_t neutral[32] = {1};
    uint8_t base[32];

    (void)state;
    memset(base, 0x66, sizeof(base));
    base[0] = 0x58;
    /* So the hand is a good one: r = 1. */
    assert_int_equal(sign_with(base, neutral), STATUS_OK);
    assert_int_equal(sign_with(neutral, zero), STATUS_BAD_SIGNATURE);
}

/* S + L says the same as S: anybody could make a second signature. */
static void
test_s_beyond_order(void **state)
{
    static const uint8_t order[32] = {
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
        0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
        0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
    const struct byte_view message = text_of("text");
    struct key_signature signature;
    struct key_secret *secret;
    uint8_t seed[32] = {9};

    (void)state;
    assert_int_equal(key_secret_of_seed(&secret, seed, label), STATUS_OK);
    key_sign(&signature, message, secret);
    assert_int_equal(
        key_verify(&signature, message, &secret->public_key.author), STATUS_OK);
    for (int i = 0; i < 7; i++) {
        sodium_add(signature.octets + 32, order, 32);
        assert_int_equal(
            key_verify(&signature, message, &secret->public_key.author),
            STATUS_BAD_SIGNATURE);
    }
    key_secret_free(secret);
}

static void
test_new_keys(void **state)
{
    struct key_secret *first, *second, *again;
    struct key_signature signature;
    struct entropy entropy;

    (void)state;
    entropy_init_seed(&entropy, 5);
    assert_int_equal(key_secret_new(&first, &entropy), STATUS_OK);
    assert_int_equal(key_secret_new(&second, &entropy), STATUS_OK);
    assert_false(key_public_equal(&first->public_key, &second->public_key));
    assert_memory_not_equal(first->public_key.id.octets,
                            second->public_key.id.octets, 8);
    assert_int_equal(
        key_secret_of_seed(&again, first->seed, first->public_key.id),
        STATUS_OK);
    assert_true(key_public_equal(&first->public_key, &again->public_key));

    key_sign(&signature, text_of("x"), again);
    assert_int_equal(
        key_verify(&signature, text_of("x"), &first->public_key.author),
        STATUS_OK);
    assert_int_equal(
        key_verify(&signature, text_of("x"), &second->public_key.author),
        STATUS_BAD_SIGNATURE);
    key_secret_free(first);
    key_secret_free(second);
    key_secret_free(again);
    key_secret_free(NULL);
}

static void
test_equal(void **state)
{
    struct key_public a = {{{1}}, {{2}}};
    struct key_public b = a;

    (void)state;
    assert_true(key_public_equal(&a, &b));
    b.id.octets[7] = 1;
    assert_false(key_public_equal(&a, &b));
    assert_true(key_author_equal(&a.author, &b.author));
    b = a;
    b.author.octets[31] = 1;
    assert_false(key_public_equal(&a, &b));
    assert_false(key_author_equal(&a.author, &b.author));
}

#define STRING "RWQKGyw9Tl9gcT1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM"

static void
test_string(void **state)
{
    static const struct key_id id = {
        {0x0a, 0x1b, 0x2c, 0x3d, 0x4e, 0x5f, 0x60, 0x71}};
    char string[KEY_STRING_SIZE];
    struct key_public key;

    (void)state;
    assert_int_equal(key_public_parse(&key, text_of(STRING)), STATUS_OK);
    assert_memory_equal(key.id.octets, id.octets, 8);
    assert_int_equal(key.author.octets[0], 0x3d);
    assert_int_equal(key.author.octets[31], 0x0c);
    key_public_format(&key, string);
    assert_string_equal(string, STRING);

    assert_int_equal(key_public_parse(&key, text_of("")), STATUS_MALFORMED);
    assert_int_equal(key_public_parse(&key, text_of(STRING "\n")),
                     STATUS_MALFORMED);
    assert_int_equal(key_public_parse(&key, text_of(STRING "AAAA")),
                     STATUS_MALFORMED);
    for (size_t size = 0; size < KEY_STRING_SIZE - 1; size++)
        assert_int_equal(key_public_parse(&key, byte_view_of(STRING, size)),
                         STATUS_MALFORMED);
}

/* A flip is refused, or is the one text of another key. */
static void
test_string_flips(void **state)
{
    char string[KEY_STRING_SIZE] = STRING;
    char again[KEY_STRING_SIZE];
    struct key_public key, flipped;
    size_t refused = 0;

    (void)state;
    assert_int_equal(key_public_parse(&key, text_of(STRING)), STATUS_OK);
    for (size_t bit = 0; bit < 8 * (sizeof(string) - 1); bit++) {
        enum status status;

        string[bit / 8] = (char)(string[bit / 8] ^ 1 << bit % 8);
        status = key_public_parse(&flipped,
                                  byte_view_of(string, sizeof(string) - 1));
        if (status == STATUS_OK) {
            assert_false(key_public_equal(&key, &flipped));
            key_public_format(&flipped, again);
            assert_memory_equal(again, string, sizeof(string));
        } else {
            assert_int_equal(status, STATUS_MALFORMED);
            refused++;
        }
        string[bit / 8] = (char)(string[bit / 8] ^ 1 << bit % 8);
    }
    /* At least the top bit of each character, and all of "Ed". */
    assert_true(refused >= 56 + 16);
}

static enum status
make_two(void *context)
{
    struct entropy *entropy = context;
    struct key_secret *first = NULL;
    struct key_secret *second = NULL;
    enum status status;

    status = key_secret_new(&first, entropy);
    if (status != STATUS_OK)
        goto done;
    status = key_secret_of_seed(&second, first->seed, first->public_key.id);

done:
    key_secret_free(second);
    key_secret_free(first);
    return status;
}

static void
test_allocations(void **state)
{
    struct entropy entropy;

    (void)state;
    entropy_init_seed(&entropy, 1);
    test_alloc_each(make_two, &entropy);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rfc8032),
        cmocka_unit_test(test_rfc8032_shared),
        cmocka_unit_test(test_flips),
        cmocka_unit_test(test_small_order_keys),
        cmocka_unit_test(test_small_order_r),
        cmocka_unit_test(test_s_beyond_order),
        cmocka_unit_test(test_new_keys),
        cmocka_unit_test(test_equal),
        cmocka_unit_test(test_string),
        cmocka_unit_test(test_string_flips),
        cmocka_unit_test(test_allocations),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
