/* A seed gives one stream for ever; numbers below a limit are even. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "tests/unit/test_support.h"

/* ChaCha20 with a 64-bit nonce that counts the calls; the first line is RFC
 * 8439's (A.1, test vector 1), the others come from a second implementation. */
static void
a_seed_gives_one_stream(void **state)
{
    struct entropy entropy;
    uint8_t out[16];

    (void)state;
    entropy_init_seed(&entropy, 0);
    entropy_fill(&entropy, out, sizeof(out));
    test_assert_hex(byte_view_of(out, 16), "76b8e0ada0f13d90405d6ae55386bd28");
    entropy_fill(&entropy, out, sizeof(out));
    test_assert_hex(byte_view_of(out, 16), "ef3fdfd6c61578fbf5cf35bd3dd33b80");
    entropy_init_seed(&entropy, 0x0102030405060708);
    entropy_fill(&entropy, out, sizeof(out));
    test_assert_hex(byte_view_of(out, 16), "4c466893597795d7a71ab52cf9309297");
}

static void
seeds_differ(void **state)
{
    struct entropy a, b;
    uint8_t of_a[32], of_b[32];

    (void)state;
    entropy_init_seed(&a, 1);
    entropy_init_seed(&b, 2);
    entropy_fill(&a, of_a, sizeof(of_a));
    entropy_fill(&b, of_b, sizeof(of_b));
    assert_memory_not_equal(of_a, of_b, sizeof(of_a));
    entropy_init_seed(&b, 1);
    entropy_fill(&b, of_b, sizeof(of_b));
    assert_memory_equal(of_a, of_b, sizeof(of_a));
}

static void
the_system_never_repeats_itself(void **state)
{
    struct entropy a, b;
    uint8_t of_a[32], of_b[32], none[32] = {0};

    (void)state;
    entropy_init_system(&a);
    entropy_init_system(&b);
    entropy_fill(&a, of_a, sizeof(of_a));
    entropy_fill(&b, of_b, sizeof(of_b));
    assert_memory_not_equal(of_a, of_b, sizeof(of_a));
    assert_memory_not_equal(of_a, none, sizeof(of_a));
    entropy_fill(&a, of_b, sizeof(of_b));
    assert_memory_not_equal(of_a, of_b, sizeof(of_a));
    entropy_fill(&a, of_a, 0);
}

static void
numbers_stay_below_their_limit(void **state)
{
    struct entropy entropy;

    (void)state;
    entropy_init_seed(&entropy, 3);
    assert_int_equal(entropy_below(&entropy, 0), 0);
    assert_int_equal(entropy_below(&entropy, 1), 0);
    assert_int_equal(entropy.counter, 0);
    for (uint32_t limit = 2; limit < 100; limit++) {
        for (int i = 0; i < 20; i++)
            assert_in_range(entropy_below(&entropy, limit), 0, limit - 1);
    }
    for (int i = 0; i < 100; i++)
        assert_in_range(entropy_below(&entropy, UINT32_MAX), 0, UINT32_MAX - 1);
}

/* For a limit of 3 * 2^30 a plain remainder would give numbers below 2^30
 * twice as often as each of the other two thirds. */
static void
numbers_are_even(void **state)
{
    struct entropy entropy;
    int counts[3] = {0, 0, 0};

    (void)state;
    entropy_init_seed(&entropy, 4);
    for (int i = 0; i < 30000; i++)
        counts[entropy_below(&entropy, (uint32_t)3 << 30) >> 30]++;
    for (int i = 0; i < 3; i++)
        assert_in_range(counts[i], 9500, 10500);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seed_gives_one_stream),
        cmocka_unit_test(seeds_differ),
        cmocka_unit_test(the_system_never_repeats_itself),
        cmocka_unit_test(numbers_stay_below_their_limit),
        cmocka_unit_test(numbers_are_even),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
