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
    pace_on_unsent(&road->pace, waits ? 4096 : 0, road->now);
    for (uint32_t i = 0; i < count; i++) {
        road->now = mono_after(road->now, pause);
        pace_on_ack(&road->pace, prefix_of(road->acked++), road->now);
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

/* count rounds in which one record leaves and, so many milliseconds later, is
 * acknowledged with another one behind it in flight. */
static void
carry(struct road *road, unsigned count, size_t octets, uint64_t pause,
      bool waits)
{
    leave(road, 1, octets);
    for (unsigned i = 0; i < count; i++) {
        leave(road, 1, octets);
        arrive(road, 1, pause, waits);
    }
}

/* Octets wait for the link all the time: what it carries is what it can. */
static void
test_a_queue(void **state)
{
    struct road road;

    (void)state;
    open_road(&road, 0);
    carry(&road, 80, 4096, 33, true);
    assert_true(road.pace.slow);
    assert_in_range(road.pace.rate, 120000, 130000);
}

/* We made them slowly, the link waited: that tells nothing of the link. */
static void
test_our_own_slowness(void **state)
{
    struct road road;

    (void)state;
    open_road(&road, 0);
    carry(&road, 80, 4096, 33, false);
    assert_false(road.pace.slow);
}

/* Much in little time is proof of a fast link, whoever waited. */
static void
test_a_fast_link(void **state)
{
    struct road road;

    (void)state;
    open_road(&road, 300);
    carry(&road, 300, 4096, 4, false);
    assert_false(road.pace.slow);
    assert_in_range(road.pace.rate, 1000000, 1100000);
}

/* Acknowledgements that come in bunches prove nothing by that. */
static void
test_bunches(void **state)
{
    struct road road;

    (void)state;
    open_road(&road, 300);
    leave(&road, 8, 4096);
    for (unsigned i = 0; i < 40; i++) {
        leave(&road, 8, 4096);
        road.now = mono_after(road.now, 260);
        arrive(&road, 8, 0, true);
    }
    assert_true(road.pace.slow);
    assert_in_range(road.pace.rate, 100000, 150000);
    /* A stall, and then all of it at once: they left before. */
    leave(&road, 20, 4096);
    road.now = mono_after(road.now, 700);
    arrive(&road, 28, 0, true);
    assert_true(road.pace.slow);
}

/* A pause between two records is no measure. */
static void
test_rest(void **state)
{
    struct road road;

    (void)state;
    open_road(&road, 0);
    for (unsigned i = 0; i < 20; i++) {
        leave(&road, 1, 17000);
        arrive(&road, 1, 1000, false);
    }
    assert_false(road.pace.slow);
    assert_int_equal(road.pace.rate, 0);
}

/* Near the limit it stays what it is. */
static void
test_the_limit(void **state)
{
    struct road road;

    (void)state;
    open_road(&road, 300);
    carry(&road, 200, 5500, 10, true);
    assert_true(road.pace.slow);
    carry(&road, 200, 8000, 10, true);
    assert_false(road.pace.slow);
    carry(&road, 200, 5500, 10, true);
    assert_false(road.pace.slow);
    carry(&road, 200, 4500, 10, true);
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
    pace_on_ack(&road.pace, prefix_of(77777), road.now);
    arrive(&road, 1000, 30, true);
    assert_true(road.pace.slow);
    assert_in_range(road.pace.rate, 90000, 110000);
    assert_int_equal(road.pace.count, 0);
    /* Small ones are not all remembered. */
    leave(&road, 100, 100);
    assert_in_range(road.pace.count, 1, 3);
}

/* What is packed while nobody waits for the link. */
static void
test_dry(void **state)
{
    struct road road;

    (void)state;
    open_road(&road, 300);
    for (size_t i = 0; i < PACE_DRY; i += 4096) {
        assert_false(pace_is_dry(&road.pace));
        pace_on_packed(&road.pace, 4096, 20000, road.now);
        road.now = mono_after(road.now, 100);
    }
    assert_true(pace_is_dry(&road.pace));
    pace_eased(&road.pace);
    assert_false(pace_is_dry(&road.pace));
    /* They wait for the link a third of the time. */
    for (size_t i = 0; i < 4 * PACE_DRY; i += 4096) {
        pace_on_packed(&road.pace, 4096, 20000, road.now);
        pace_on_unsent(&road.pace, 4096, road.now);
        road.now = mono_after(road.now, 50);
        pace_on_unsent(&road.pace, 0, road.now);
        road.now = mono_after(road.now, 100);
        assert_false(pace_is_dry(&road.pace));
    }
    pace_on_pause(&road.pace);
    /* A statement now and then. */
    for (size_t i = 0; i < 2 * PACE_DRY; i += 4096) {
        pace_on_packed(&road.pace, 4096, 20000, road.now);
        pace_on_pause(&road.pace);
        assert_false(pace_is_dry(&road.pace));
    }
    for (size_t i = 0; i < PACE_DRY; i += 4096) {
        pace_on_packed(&road.pace, 4096, 20000, road.now);
        road.now = mono_after(road.now, 100);
    }
    assert_true(pace_is_dry(&road.pace));

    /* Packing made 200 kB a second, which are 66 kB in stored form. */
    pace_give_up(&road.pace, road.now);
    assert_false(road.pace.slow);
    assert_in_range(road.pace.limit, 60000, 70000);
    carry(&road, 100, 5000, 50, true);
    assert_false(road.pace.slow);
    carry(&road, 100, 5000, 100, true);
    assert_true(road.pace.slow);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_before_anything_is_known),
        cmocka_unit_test(test_a_queue),
        cmocka_unit_test(test_our_own_slowness),
        cmocka_unit_test(test_a_fast_link),
        cmocka_unit_test(test_bunches),
        cmocka_unit_test(test_rest),
        cmocka_unit_test(test_the_limit),
        cmocka_unit_test(test_many_in_flight),
        cmocka_unit_test(test_dry),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
