/* The order of a contact, pair by pair, and that it shows nothing private. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/plan.h"
#include "tests/unit/engine_world.h"
#include "tests/unit/test_support.h"

static const struct day tomorrow = {20001};

static uint64_t
rank(enum record_set set, int32_t day, size_t size)
{
    return plan_rank(set, (struct day){day}, size, tomorrow).value;
}

static void
test_order(void **state)
{
    /* From first to last. */
    static const struct {
        enum record_set set;
        int32_t day;
        size_t size;
    } order[] = {
        {RECORD_SET_CONTROL, 5, 9000},
        {RECORD_SET_STATEMENTS, 20000, 500},
        {RECORD_SET_STATEMENTS, 20001, 800}, /* today and tomorrow: the small */
        {RECORD_SET_STATEMENTS, 20000, 800},
        {RECORD_SET_STATEMENTS, 20001, 90000},
        {RECORD_SET_STATEMENTS, 19999, 200}, /* yesterday, however small */
        {RECORD_SET_STATEMENTS, 19998, 90000},
        {RECORD_SET_STATEMENTS, 19990, 300}, /* 11 and 15 days: one class */
        {RECORD_SET_STATEMENTS, 19986, 301},
        {RECORD_SET_STATEMENTS, 19985, 300},
        {RECORD_SET_STATEMENTS, -719162, 200},
        {RECORD_SET_STATEMENTS, 20002, 200}, /* the future, the nearest first */
        {RECORD_SET_STATEMENTS, 2932896, 200},
    };

    (void)state;
    for (size_t i = 1; i < sizeof(order) / sizeof(order[0]); i++)
        assert_true(
            rank(order[i - 1].set, order[i - 1].day, order[i - 1].size) <
            rank(order[i].set, order[i].day, order[i].size));
    /* Too large to tell apart, and no overflow into the next class. */
    assert_true(rank(RECORD_SET_STATEMENTS, 20000, SIZE_MAX) <
                rank(RECORD_SET_STATEMENTS, 19999, 0));
}

/* What a job is weighed by comes before all that it can still bring. */
static void
test_least(void **state)
{
    (void)state;
    for (int32_t day = 20001; day > 15000; day--) {
        const uint64_t least =
            plan_rank_least(RECORD_SET_STATEMENTS, (struct day){day}, tomorrow)
                .value;

        for (int32_t earlier = day; earlier > day - 40; earlier--)
            assert_true(least <= rank(RECORD_SET_STATEMENTS, earlier, 128));
    }
}

static void
test_size(void **state)
{
    struct world_node *node;
    struct record_id id;
    struct world world;
    size_t size;

    (void)state;
    world_init(&world);
    node = world_add_node(&world);
    id = world_put(node, &(struct world_statement){.number = 1,
                                                   .day = WORLD_TODAY,
                                                   .text = 5000,
                                                   .attachment = 100000});
    assert_int_equal(plan_size(node->store, &id, &size), STATUS_OK);
    assert_in_range(size, 5000 + 128, 5000 + 2000);
    id.octets[0] ^= 1;
    assert_int_equal(plan_size(node->store, &id, &size), STATUS_OK);
    assert_int_equal(size, 0);
    world_release(&world);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_least),
        cmocka_unit_test(test_size),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
