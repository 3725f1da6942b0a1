/* A bucket gives what it promises and not a token more, up to its bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/bucket.h"

#define MOST ((uint64_t)1 << 40)

static struct mono_time
at(uint64_t milliseconds)
{
    return (struct mono_time){milliseconds};
}

static void
a_full_bucket_runs_dry_and_fills_again(void **state)
{
    struct bucket bucket;

    (void)state;
    bucket_init(&bucket, 10, 2, at(1000));
    assert_false(bucket_take(&bucket, 11, at(1000)));
    assert_true(bucket_take(&bucket, 4, at(1000)));
    assert_true(bucket_take(&bucket, 6, at(1000)));
    assert_false(bucket_take(&bucket, 1, at(1000)));
    assert_true(bucket_take(&bucket, 0, at(1000)));
    /* Two a second: one in 500 ms. */
    assert_false(bucket_take(&bucket, 1, at(1499)));
    assert_true(bucket_take(&bucket, 1, at(1500)));
    assert_false(bucket_take(&bucket, 1, at(1999)));
    assert_true(bucket_take(&bucket, 1, at(2000)));
    /* Never more than ten, however long it waits. */
    assert_false(bucket_take(&bucket, 11, at(2000 + 9000)));
    assert_false(bucket_take(&bucket, 11, at(1000000)));
    assert_true(bucket_take(&bucket, 10, at(1000000)));
    assert_false(bucket_take(&bucket, 1, at(1000000)));
}

static void
asking_in_vain_costs_nothing(void **state)
{
    struct bucket bucket;

    (void)state;
    bucket_init(&bucket, 1, 1, at(0));
    assert_true(bucket_take(&bucket, 1, at(0)));
    for (uint64_t now = 0; now < 1000; now++)
        assert_false(bucket_take(&bucket, 1, at(now)));
    assert_true(bucket_take(&bucket, 1, at(1000)));
}

static void
a_clock_that_stands_gives_nothing(void **state)
{
    struct bucket bucket;

    (void)state;
    bucket_init(&bucket, 5, 1000, at(9000));
    assert_true(bucket_take(&bucket, 5, at(9000)));
    assert_false(bucket_take(&bucket, 1, at(0)));
    assert_true(bucket_take(&bucket, 0, at(0)));
    /* And what lay before is not given again. */
    assert_false(bucket_take(&bucket, 2, at(9001)));
    assert_true(bucket_take(&bucket, 1, at(9001)));
}

static void
without_flow_it_is_a_stock(void **state)
{
    struct bucket bucket;

    (void)state;
    bucket_init(&bucket, 2, 0, at(0));
    assert_true(bucket_take(&bucket, 1, at(0)));
    assert_int_equal(bucket_when(&bucket, 1, at(7)).milliseconds, 7);
    assert_int_equal(bucket_when(&bucket, 2, at(7)).milliseconds, UINT64_MAX);
    assert_true(bucket_take(&bucket, 1, at(UINT64_MAX)));
    assert_false(bucket_take(&bucket, 1, at(UINT64_MAX)));
    bucket_init(&bucket, 0, 5, at(0));
    assert_false(bucket_take(&bucket, 1, at(1000000)));
    assert_int_equal(bucket_when(&bucket, 1, at(0)).milliseconds, UINT64_MAX);
}

/* Whatever it holds: at the time told it gives, a millisecond earlier not. */
static void
the_time_told_is_exact(void **state)
{
    static const uint64_t flows[] = {1, 2, 3, 7, 999, 1000, 1001, 12345, MOST};

    (void)state;
    for (size_t i = 0; i < sizeof(flows) / sizeof(flows[0]); i++) {
        for (uint64_t count = 1; count <= 100; count += 9) {
            struct bucket bucket, copy;
            struct mono_time when;

            bucket_init(&bucket, 100, flows[i], at(50));
            assert_true(bucket_take(&bucket, 97, at(50)));
            when = bucket_when(&bucket, count, at(51));
            assert_true(when.milliseconds >= 51);
            copy = bucket;
            if (when.milliseconds > 51)
                assert_false(
                    bucket_take(&copy, count, at(when.milliseconds - 1)));
            assert_true(bucket_take(&bucket, count, when));
        }
    }
}

static void
the_largest_numbers_do_not_overflow(void **state)
{
    struct bucket bucket;

    (void)state;
    bucket_init(&bucket, MOST, MOST, at(0));
    assert_false(bucket_take(&bucket, MOST + 1, at(0)));
    assert_false(bucket_take(&bucket, UINT64_MAX, at(0)));
    assert_int_equal(bucket_when(&bucket, UINT64_MAX, at(0)).milliseconds,
                     UINT64_MAX);
    assert_true(bucket_take(&bucket, MOST, at(0)));
    assert_int_equal(bucket_when(&bucket, MOST, at(0)).milliseconds, 1000);
    assert_false(bucket_take(&bucket, MOST, at(999)));
    assert_true(bucket_take(&bucket, MOST, at(UINT64_MAX - 1)));
    assert_int_equal(
        bucket_when(&bucket, MOST, at(UINT64_MAX - 1)).milliseconds,
        UINT64_MAX);
    bucket_init(&bucket, MOST, 1, at(0));
    assert_true(bucket_take(&bucket, MOST, at(0)));
    assert_int_equal(bucket_when(&bucket, MOST, at(0)).milliseconds,
                     MOST * 1000);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_bucket_runs_dry_and_fills_again),
        cmocka_unit_test(asking_in_vain_costs_nothing),
        cmocka_unit_test(a_clock_that_stands_gives_nothing),
        cmocka_unit_test(without_flow_it_is_a_stock),
        cmocka_unit_test(the_time_told_is_exact),
        cmocka_unit_test(the_largest_numbers_do_not_overflow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
