/* Deadlines fall due by time, then by the order in which they were set. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/deadlines.h"
#include "core/entropy.h"
#include "core/mem.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/test_support.h"

static struct mono_time
at(uint64_t milliseconds)
{
    return (struct mono_time){milliseconds};
}

static void
set(struct deadlines *deadlines, struct deadline *deadline, uint64_t when)
{
    assert_int_equal(deadlines_set(deadlines, deadline, at(when)), STATUS_OK);
    assert_true(deadline_is_set(deadline));
}

static void
the_earliest_comes_first(void **state)
{
    struct deadlines deadlines;
    struct deadline a, b, c;

    (void)state;
    deadlines_init(&deadlines);
    deadline_init(&a);
    deadline_init(&b);
    deadline_init(&c);
    assert_false(deadline_is_set(&a));
    assert_int_equal(deadlines_next(&deadlines).milliseconds, UINT64_MAX);
    assert_null(deadlines_take_due(&deadlines, MONO_NEVER));
    deadlines_cancel(&deadlines, &a);

    set(&deadlines, &a, 30);
    set(&deadlines, &b, 10);
    set(&deadlines, &c, 20);
    assert_int_equal(deadlines_next(&deadlines).milliseconds, 10);
    assert_null(deadlines_take_due(&deadlines, at(9)));
    assert_ptr_equal(deadlines_take_due(&deadlines, at(25)), &b);
    assert_false(deadline_is_set(&b));
    assert_ptr_equal(deadlines_take_due(&deadlines, at(25)), &c);
    assert_null(deadlines_take_due(&deadlines, at(25)));
    assert_int_equal(deadlines_next(&deadlines).milliseconds, 30);

    /* Moved earlier, moved later, cancelled. */
    set(&deadlines, &b, 40);
    set(&deadlines, &b, 20);
    assert_int_equal(deadlines_next(&deadlines).milliseconds, 20);
    set(&deadlines, &b, 50);
    assert_int_equal(deadlines_next(&deadlines).milliseconds, 30);
    deadlines_cancel(&deadlines, &a);
    deadlines_cancel(&deadlines, &a);
    assert_int_equal(deadlines_next(&deadlines).milliseconds, 50);
    assert_int_equal(deadlines.count, 1);
    deadlines_release(&deadlines);
    deadlines_release(&deadlines);
}

static void
equal_times_keep_their_order(void **state)
{
    struct deadlines deadlines;
    struct deadline many[100];

    (void)state;
    deadlines_init(&deadlines);
    for (size_t i = 0; i < 100; i++) {
        deadline_init(&many[i]);
        set(&deadlines, &many[i], 5);
    }
    /* Set again, so it is the last one now. */
    set(&deadlines, &many[0], 5);
    for (size_t i = 1; i <= 100; i++)
        assert_ptr_equal(deadlines_take_due(&deadlines, at(5)), &many[i % 100]);
    assert_null(deadlines_take_due(&deadlines, at(5)));
    deadlines_release(&deadlines);
}

static void
never_waits_for_ever(void **state)
{
    struct deadlines deadlines;
    struct deadline a;

    (void)state;
    deadlines_init(&deadlines);
    deadline_init(&a);
    set(&deadlines, &a, UINT64_MAX);
    assert_int_equal(deadlines_next(&deadlines).milliseconds, UINT64_MAX);
    assert_null(deadlines_take_due(&deadlines, MONO_NEVER));
    set(&deadlines, &a, UINT64_MAX - 1);
    assert_ptr_equal(deadlines_take_due(&deadlines, MONO_NEVER), &a);
    deadlines_release(&deadlines);
}

#define MANY 200

struct wait {
    struct deadline deadline;
    uint64_t when; /* what must come next, by plain search */
    uint64_t order;
    bool waits;
};

/* The one that must be taken next, or NULL. */
static struct wait *
find_first(struct wait waits[MANY])
{
    struct wait *first = NULL;

    for (size_t i = 0; i < MANY; i++) {
        if (waits[i].waits &&
            (first == NULL || waits[i].when < first->when ||
             (waits[i].when == first->when && waits[i].order < first->order)))
            first = &waits[i];
    }
    return first;
}

static void
random_steps_agree_with_a_plain_search(void **state)
{
    struct deadlines deadlines;
    struct entropy entropy;
    struct wait waits[MANY];

    (void)state;
    entropy_init_seed(&entropy, 5);
    deadlines_init(&deadlines);
    for (size_t i = 0; i < MANY; i++) {
        deadline_init(&waits[i].deadline);
        waits[i].waits = false;
    }
    for (uint64_t step = 0; step < 20000; step++) {
        struct wait *wait = &waits[entropy_below(&entropy, MANY)];
        struct wait *first = find_first(waits);
        struct deadline *taken;

        switch (entropy_below(&entropy, 4)) {
        case 0:
            deadlines_cancel(&deadlines, &wait->deadline);
            wait->waits = false;
            break;
        case 1:
            taken = deadlines_take_due(&deadlines, at(50));
            if (first == NULL || first->when > 50) {
                assert_null(taken);
                break;
            }
            assert_ptr_equal(taken, &first->deadline);
            first->waits = false;
            break;
        default:
            wait->when = entropy_below(&entropy, 60);
            wait->order = step;
            wait->waits = true;
            set(&deadlines, &wait->deadline, wait->when);
        }
        first = find_first(waits);
        assert_int_equal(deadlines_next(&deadlines).milliseconds,
                         first == NULL ? UINT64_MAX : first->when);
        assert_int_equal(deadline_is_set(&wait->deadline), wait->waits);
    }
    deadlines_release(&deadlines);
}

static enum status
set_many(void *context)
{
    struct deadlines deadlines;
    struct deadline many[40];
    enum status status = STATUS_OK;
    size_t count = 0;

    (void)context;
    deadlines_init(&deadlines);
    while (status == STATUS_OK && count < 40) {
        deadline_init(&many[count]);
        status = deadlines_set(&deadlines, &many[count], at(40 - count));
        if (status == STATUS_OK)
            count++;
        else
            assert_false(deadline_is_set(&many[count]));
    }
    assert_int_equal(deadlines.count, count);
    while (count > 0)
        assert_ptr_equal(deadlines_take_due(&deadlines, at(40)),
                         &many[--count]);
    deadlines_release(&deadlines);
    return status;
}

static void
setting_survives_failures(void **state)
{
    (void)state;
    test_alloc_each(set_many, NULL);
}

static void
reserved_room_is_enough(void **state)
{
    struct deadlines deadlines;
    struct deadline many[50];

    (void)state;
    deadlines_init(&deadlines);
    assert_int_equal(deadlines_reserve(&deadlines, 50), STATUS_OK);
    assert_int_equal(deadlines_reserve(&deadlines, SIZE_MAX), STATUS_NO_MEMORY);
    mem_fail_after(0);
    for (size_t i = 0; i < 50; i++) {
        deadline_init(&many[i]);
        set(&deadlines, &many[i], i);
    }
    mem_fail_after(-1);
    deadlines_release(&deadlines);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_earliest_comes_first),
        cmocka_unit_test(equal_times_keep_their_order),
        cmocka_unit_test(never_waits_for_ever),
        cmocka_unit_test(random_steps_agree_with_a_plain_search),
        cmocka_unit_test(setting_survives_failures),
        cmocka_unit_test(reserved_room_is_enough),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
