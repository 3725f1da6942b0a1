/* Beacons: 136 octets that say nothing to strangers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/aead.h"
#include "core/entropy.h"
#include "core/hash.h"
#include "net/beacon.h"

static const struct beacon sample = {
    BEACON_VERSION, BEACON_ANSWER, 492000, 49999, {1, 2, 3, 4, 5, 6, 7, 8},
};

static void
test_round_trip(void **state)
{
    const struct community community = community_open();
    struct entropy entropy;
    uint8_t octets[BEACON_SIZE];
    uint8_t again[BEACON_SIZE];
    struct beacon back;

    (void)state;
    entropy_init_seed(&entropy, 1);
    beacon_seal(octets, &sample, &community, &entropy);
    assert_int_equal(
        beacon_open(&back, byte_view_of(octets, BEACON_SIZE), &community),
        STATUS_OK);
    assert_int_equal(back.version, sample.version);
    assert_int_equal(back.kind, sample.kind);
    assert_int_equal(back.hour, sample.hour);
    assert_int_equal(back.port, sample.port);
    assert_memory_equal(back.boot_id, sample.boot_id, 8);

    /* The same again looks like something else. */
    beacon_seal(again, &sample, &community, &entropy);
    assert_memory_not_equal(octets, again, 24);
    assert_memory_not_equal(octets + 24, again + 24, 16);
}

static void
test_refusals(void **state)
{
    struct community community = community_open();
    struct entropy entropy;
    uint8_t octets[BEACON_SIZE + 1];
    struct beacon back;
    size_t i;

    (void)state;
    entropy_init_seed(&entropy, 1);
    memset(octets, 0, sizeof(octets));
    beacon_seal(octets, &sample, &community, &entropy);
    for (i = 0; i <= BEACON_SIZE + 1; i++)
        assert_int_equal(
            beacon_open(&back, byte_view_of(octets, i), &community),
            i == BEACON_SIZE ? STATUS_OK : STATUS_MALFORMED);
    for (i = 0; i < 8 * BEACON_SIZE; i++) {
        octets[i / 8] ^= (uint8_t)(1 << (i % 8));
        assert_int_equal(
            beacon_open(&back, byte_view_of(octets, BEACON_SIZE), &community),
            STATUS_BAD_SIGNATURE);
        octets[i / 8] ^= (uint8_t)(1 << (i % 8));
    }
    community.secret[0] ^= 1;
    assert_int_equal(
        beacon_open(&back, byte_view_of(octets, BEACON_SIZE), &community),
        STATUS_BAD_SIGNATURE);
}

/* Seal plain as a beacon, whatever it says. */
static void
seal_plain(uint8_t out[BEACON_SIZE], const uint8_t plain[96],
           const struct community *community)
{
    uint8_t key[32];

    memset(out, 7, 24);
    hash_keyed(key, 32, byte_view_of(community->secret, 32),
               byte_view_of_text("p2pub1 beacon"), byte_view_of(NULL, 0));
    aead_seal_x(out + 24, key, out, byte_view_of(NULL, 0),
                byte_view_of(plain, 96));
}

static void
test_versions(void **state)
{
    static const struct {
        uint8_t version;
        uint8_t kind;
        enum status status;
    } cases[] = {
        {1, 0, STATUS_OK}, {1, 1, STATUS_OK},        {1, 2, STATUS_NEWER},
        {2, 1, STATUS_OK}, {0, 0, STATUS_MALFORMED}, {255, 255, STATUS_NEWER},
    };
    const struct community community = community_open();
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t plain[96] = {
            cases[i].version, cases[i].kind, 4, 3, 2, 1, 0x34, 0x12};
        uint8_t octets[BEACON_SIZE];
        struct beacon back;

        /* What later versions put where zeros are now. */
        memset(plain + 16, (int)i, sizeof(plain) - 16);
        seal_plain(octets, plain, &community);
        assert_int_equal(
            beacon_open(&back, byte_view_of(octets, BEACON_SIZE), &community),
            cases[i].status);
        if (cases[i].status != STATUS_OK)
            continue;
        assert_int_equal(back.version, cases[i].version);
        assert_int_equal(back.hour, 0x01020304);
        assert_int_equal(back.port, 0x1234);
    }
}

/* No octet of many beacons stands still: every value of every place comes up
 * about as often. */
static void
test_uniform(void **state)
{
    static unsigned counts[256];
    const struct community community = community_open();
    const unsigned rounds = 2000;
    const double expected = rounds * (double)BEACON_SIZE / 256;
    struct entropy entropy;
    uint8_t octets[BEACON_SIZE];
    double chi_square = 0;
    unsigned i, j;

    (void)state;
    entropy_init_seed(&entropy, 9);
    for (i = 0; i < rounds; i++) {
        beacon_seal(octets, &sample, &community, &entropy);
        for (j = 0; j < BEACON_SIZE; j++)
            counts[octets[j]]++;
    }
    for (i = 0; i < 256; i++) {
        const double difference = counts[i] - expected;

        chi_square += difference * difference / expected;
    }
    /* 255 degrees of freedom: 330 is passed once in a thousand times. */
    assert_true(chi_square < 330);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_uniform),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
