/* How much a link carries, told from acknowledgements. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "net/pace.h"

/* A link under a clock that is moved by hand. */
struct road {
    struct pace pace;
    struct mono_time now;
    uint32_t sent;
    uint32_t acked;
};

static void
open_road(struct road *road, uint64_t round)
{
    memset(road, 0, sizeof(*road));
    road->now.milliseconds = 5000;
    pace_init(&road->pace, round);
}

static const uint8_t *
prefix_of(uint32_t number)
{
    static uint8_t prefix[MESSAGE_PREFIX_SIZE];

    memcpy(prefix, &number, sizeof(number));
    return prefix;
}

/* count records of so many octets leave together. */
static void
leave(struct road *road, uint32_t count, size_t octets)
{
    for (uint32_t i = 0; i < count; i++)
        pace_on_record(&road->pace, prefix_of(road->sent++), octets, road->now);
}

/* count of them are acknowledged, one every so many milliseconds. */
static void
arrive(struct road *road, uint32_t count, uint64_t pause, bool waits)
{
    for (uint32_t i = 0; i < count; i++) {
        road->now = mono_after(road->now, pause);
        pace_on_ack(&road->pace, prefix_of(road->acked++), waits, road->now);
    }
}

static void
test_before_anything_is_known(void **state)
{
    struct road road;

    (void)state;
    open_road(&road, PACE_NEAR_MS - 1);
    assert_false(road.pace.slow);
    open_road(&road, PACE_NEAR_MS);
    assert_true(road.pace.slow);
    assert_int_equal(road.pace.rate, 0);
}

/* A burst is measured between its first and its last acknowledgement. */
static void
test_a_burst(void **state)
{
    struct road road;

    (void)state;
    /* 2 kB in 16 ms are 125 kB a second. */
    open_road(&road, 0);
    leave(&road, 20, 2000);
    road.now = mono_after(road.now, 300);
    arrive(&road, 20, 16, false);
    assert_true(road.pace.slow);
    assert_in_range(road.pace.rate, 120000, 130000);

    /* In no time at all: fast. */
    open_road(&road, 300);
    leave(&road, 20, 2000);
    road.now = mono_after(road.now, 300);
    arrive(&road, 20, 0, false);
    assert_false(road.pace.slow);
    assert_true(road.pace.rate >= PACE_SLOW_RATE);

    /* Too little to tell. */
    open_road(&road, 300);
    leave(&road, 5, 2000);
    arrive(&road, 5, 0, false);
    assert_true(road.pace.slow);
    assert_int_equal(road.pace.rate, 0);
}

/* We made them slowly, the link waited: that tells nothing of the link. */
static void
test_our_own_slowness(void **state)
{
    struct road road;

    (void)state;
    open_road(&road, 0);
    for (unsigned i = 0; i < 40; i++) {
        leave(&road, 1, 4000);
        road.now = mono_after(road.now, 40);
        arrive(&road, 1, 0, false);
    }
    assert_false(road.pace.slow);
    assert_int_equal(road.pace.rate, 0);

    /* As fast as that it proves something all the same. */
    open_road(&road, 300);
    leave(&road, 1, 4000);
    for (unsigned i = 0; i < 40; i++) {
        road.now = mono_after(road.now, 2);
        leave(&road, 1, 4000);
        arrive(&road, 1, 0, false);
    }
    assert_false(road.pace.slow);
}

/* Octets wait for the link all the time: what it carries is what it can. */
static void
test_a_queue(void **state)
{
    struct road road;

    (void)state;
    open_road(&road, 0);
    leave(&road, 4, 4000);
    for (unsigned i = 0; i < 40; i++) {
        road.now = mono_after(road.now, 1);
        leave(&road, 1, 4000);
        arrive(&road, 1, 31, true);
    }
    assert_true(road.pace.slow);
    assert_in_range(road.pace.rate, 120000, 130000);
}

/* Near the limit it stays what it is. */
static void
test_the_limit(void **state)
{
    struct road road;

    (void)state;
    open_road(&road, 300);
    leave(&road, 20, 11000);
    arrive(&road, 20, 20, false);
    assert_in_range(road.pace.rate, 540000, 560000);
    assert_true(road.pace.slow);
    leave(&road, 20, 14000);
    arrive(&road, 20, 20, false);
    assert_false(road.pace.slow);
    leave(&road, 20, 11000);
    arrive(&road, 20, 20, false);
    assert_false(road.pace.slow);
    leave(&road, 20, 9000);
    arrive(&road, 20, 20, false);
    assert_true(road.pace.slow);
}

/* More in flight than is remembered, and acknowledgements of other things. */
static void
test_many_in_flight(void **state)
{
    struct road road;

    (void)state;
    open_road(&road, 0);
    leave(&road, 1000, 3000);
    pace_on_octets(&road.pace, 32768);
    assert_in_range(road.pace.count, 1, PACE_MARKS_MAX);
    pace_on_ack(&road.pace, prefix_of(77777), false, road.now);
    arrive(&road, 1000, 30, false);
    assert_true(road.pace.slow);
    assert_in_range(road.pace.rate, 90000, 110000);
    assert_int_equal(road.pace.count, 0);
    /* Small ones are not all remembered. */
    leave(&road, 100, 100);
    assert_in_range(road.pace.count, 1, 6);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_before_anything_is_known),
        cmocka_unit_test(test_a_burst),
        cmocka_unit_test(test_our_own_slowness),
        cmocka_unit_test(test_a_queue),
        cmocka_unit_test(test_the_limit),
        cmocka_unit_test(test_many_in_flight),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
