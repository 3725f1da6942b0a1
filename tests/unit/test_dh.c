/* X25519 of RFC 7748, and no secret from points of low order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/dh.h"
#include "core/entropy.h"
#include "tests/unit/test_support.h"

static const struct {
    const char *secret;
    const char *public_key;
    const char *shared;
} known[] = {
    /* Section 5.2. */
    {"a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
     "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
     "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"},
    {"4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
     "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
     "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"},
    /* Section 6.1, Bob's secret and Alice's public key. */
    {"5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
     "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
     "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"},
};

static void
known_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        struct dh_secret secret;
        struct dh_public public_key;
        uint8_t out[32];

        test_unhex(secret.octets, 32, known[i].secret);
        test_unhex(public_key.octets, 32, known[i].public_key);
        assert_int_equal(dh_shared(out, &secret, &public_key), STATUS_OK);
        test_assert_hex(byte_view_of(out, 32), known[i].shared);
    }
}

static void
bobs_public_key(void **state)
{
    struct dh_secret secret;
    struct dh_public public_key;

    (void)state;
    test_unhex(secret.octets, 32, known[2].secret);
    dh_public_of(&public_key, &secret);
    test_assert_hex(
        byte_view_of(public_key.octets, 32),
        "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
}

/* Section 5.2: the result becomes the scalar, the scalar the point. */
static void
a_thousand_times(void **state)
{
    struct dh_secret secret = {{9}};
    struct dh_public public_key = {{9}};
    uint8_t out[32];

    (void)state;
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(dh_shared(out, &secret, &public_key), STATUS_OK);
        memcpy(public_key.octets, secret.octets, 32);
        memcpy(secret.octets, out, 32);
        if (i == 0)
            test_assert_hex(byte_view_of(out, 32),
                            "422c8e7a6227d7bca1350b3e2bb7279f"
                            "7897b87bb6854b783c60e80311ae3079");
    }
    test_assert_hex(
        byte_view_of(out, 32),
        "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
}

/* The points of https://cr.yp.to/ecdh.html, "validate"; the last three have
 * the unused bit set. */
static void
low_order_points_are_refused(void **state)
{
    static const char *const points[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    };
    static const uint8_t none[32] = {0};
    struct entropy entropy;

    (void)state;
    entropy_init_seed(&entropy, 1);
    for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
        struct dh_secret secret;
        struct dh_public public_key;
        uint8_t out[32];

        dh_new(&secret, &public_key, &entropy);
        test_unhex(public_key.octets, 32, points[i]);
        memset(out, 7, sizeof(out));
        assert_int_equal(dh_shared(out, &secret, &public_key),
                         STATUS_BAD_SIGNATURE);
        assert_memory_equal(out, none, 32);
    }
}

static void
two_new_pairs_agree(void **state)
{
    struct entropy entropy;
    struct dh_secret a, b;
    struct dh_public of_a, of_b;
    uint8_t one[32], other[32];

    (void)state;
    entropy_init_seed(&entropy, 2);
    dh_new(&a, &of_a, &entropy);
    dh_new(&b, &of_b, &entropy);
    assert_memory_not_equal(&a, &b, sizeof(a));
    assert_int_equal(dh_shared(one, &a, &of_b), STATUS_OK);
    assert_int_equal(dh_shared(other, &b, &of_a), STATUS_OK);
    assert_memory_equal(one, other, 32);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers),
        cmocka_unit_test(bobs_public_key),
        cmocka_unit_test(a_thousand_times),
        cmocka_unit_test(low_order_points_are_refused),
        cmocka_unit_test(two_new_pairs_agree),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
