/* How the memory of a node is divided. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/limits.h"
#include "net/budget.h"
#include "net/refused.h"
#include "net/stream.h"

static const size_t mega = (size_t)1024 * 1024;

/* The default is what the limits say. */
static void
test_default(void **state)
{
    struct budget budget;

    (void)state;
    budget_init(&budget, 0);
    assert_int_equal(budget.memory, MEMORY_DEFAULT);
    assert_int_equal(budget.stream_packs, STREAM_PACKS_TOTAL);
    assert_int_equal(budget.stream_expands, STREAM_EXPANDS_TOTAL);
    assert_int_equal(budget.stream_deflate, STREAM_EXPANDS_DEFLATE);
    assert_int_equal(budget.sketch_ids, SKETCH_IDS_TOTAL);
    assert_int_equal(budget.refused,
                     REFUSED_TOTAL / sizeof(struct refused_entry));
    assert_int_equal(budget.fetches, FETCHES_MAX);
    assert_int_equal(budget.links, LINKS_OPEN_MAX);
    assert_int_equal(budget.reach, stream_has(STREAM_ZSTD)
                                       ? STREAM_WINDOW_LOG
                                       : STREAM_REACH_DEFLATE);
    assert_int_equal(budget_part(&budget, 12345), 12345);
}

/* The windows of net/PROTOCOL.md, "Memory". */
static void
test_windows(void **state)
{
    static const struct {
        size_t megabytes;
        uint8_t reach;
    } known[] = {{2, 15},  {8, 15},  {14, 15}, {15, 18}, {18, 18}, {19, 19},
                 {26, 19}, {27, 20}, {42, 20}, {43, 21}, {96, 21}, {400, 21}};

    (void)state;
    if (!stream_has(STREAM_ZSTD))
        skip();
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        struct budget budget;

        budget_init(&budget, known[i].megabytes * mega);
        assert_int_equal(budget.reach, known[i].reach);
    }
}

/* From much to little: each kind of stream in its turn, then smaller windows,
 * less effort, deflate, none. */
static void
test_what_packs(void **state)
{
    struct stream_setting before = {STREAM_ZSTD, STREAM_WINDOW_LOG_MAX, 19};
    unsigned steps = 0;

    (void)state;
    if (!stream_has(STREAM_ZSTD))
        skip();
    for (size_t memory = 512 * mega; memory > 0; memory -= mega / 2) {
        struct stream_setting now;
        struct budget budget;

        budget_init(&budget, memory);
        now = stream_setting_within(budget.stream_packs, true,
                                    STREAM_WINDOW_LOG_MAX);
        assert_true(now.kind == STREAM_RAW ||
                    stream_memory(&now, STREAM_PACKS) <= budget.stream_packs);
        assert_true(now.kind <= before.kind &&
                    now.window_log <= before.window_log &&
                    (now.effort <= before.effort || now.kind != before.kind));
        if (now.kind != before.kind || now.window_log != before.window_log ||
            now.effort != before.effort)
            steps++;
        before = now;
    }
    /* 23, 22, 21, 20, 19, 18, 18 with less effort, deflate. */
    assert_int_equal(steps, 7);
    assert_int_equal(before.kind, STREAM_DEFLATE);
    before = stream_setting_within(STREAM_DEFLATE_PACKS / 2, true, 21);
    assert_int_equal(before.kind, STREAM_RAW);
}

/* However little there is, a node has place for something; however much, no
 * more than what is known to be enough. */
static void
test_ends(void **state)
{
    struct budget budget;

    (void)state;
    budget_init(&budget, 1);
    assert_int_equal(budget.memory, MEMORY_LEAST);
    assert_in_range(budget.links, 8, 16);
    assert_in_range(budget.fetches, 4, 8);
    assert_in_range(budget.refused, 1000, 10000);
    assert_in_range(budget.sketch_ids, 1000, 10000);
    budget_init(&budget, 1024 * mega);
    assert_int_equal(budget.links, LINKS_OPEN_MAX);
    assert_int_equal(budget.fetches, FETCHES_MAX);
    assert_in_range(budget.stream_packs + budget.stream_expands, 1,
                    1024 * mega);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_default),
        cmocka_unit_test(test_windows),
        cmocka_unit_test(test_what_packs),
        cmocka_unit_test(test_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
