/* Summaries: how days are divided, what is written, what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "net/message.h"
#include "net/summary.h"
#include "tests/unit/row_store.h"
#include "tests/unit/test_support.h"

static const struct salt some_salt = {{1, 2, 3}};

/* A store with one statement on each of count days from first on, and its
 * window. */
static struct store *
make(struct window *window, int32_t first, int32_t count, int32_t step)
{
    struct store *store = row_store_new();

    for (int32_t i = 0; i < count; i++)
        row_store_add(store, RECORD_SET_STATEMENTS, first + i * step,
                      (uint32_t)i);
    window_init(window, store, NULL);
    assert_int_equal(window_load(window), STATUS_OK);
    return store;
}

/* No day is left out, none is in two ranges, and the counts are those of the
 * store. */
static void
check_whole(const struct summary *summary, struct window *window)
{
    const struct summary_range *range = &summary->ranges[0];
    int32_t next = DAY_FIRST.number;

    assert_true(summary->count >= 2);
    assert_true(summary->count <= 1 + SUMMARY_RANGES_MAX);
    assert_int_equal(range->span.set, RECORD_SET_CONTROL);
    for (size_t i = 1; i < summary->count; i++) {
        uint32_t count;

        range = &summary->ranges[i];
        assert_int_equal(range->span.set, RECORD_SET_STATEMENTS);
        assert_int_equal(range->span.first.number, next);
        assert_true(range->span.last.number >= next);
        next = range->span.last.number + 1;
        assert_int_equal(window_count(window, &range->span, &count), STATUS_OK);
        assert_int_equal(range->count, count);
        /* Empty neighbours are one. */
        assert_true(i == 1 || range->count > 0 || range[-1].count > 0);
    }
    assert_int_equal(next, DAY_LAST.number + 1);
}

static void
check_round_trip(const struct summary *summary)
{
    struct summary read;
    struct byte_view body;
    struct byte_buf buf;

    byte_buf_init(&buf, MESSAGE_BODY_MAX);
    assert_int_equal(summary_write(&buf, summary), STATUS_OK);
    body = byte_view_slice(byte_view_of_buf(&buf), MESSAGE_HEAD_SIZE, buf.size);
    assert_int_equal(summary_read(&read, body), STATUS_OK);
    assert_int_equal(read.count, summary->count);
    for (size_t i = 0; i < read.count; i++) {
        assert_true(span_equal(&read.ranges[i].span, &summary->ranges[i].span));
        assert_int_equal(read.ranges[i].count, summary->ranges[i].count);
        assert_memory_equal(read.ranges[i].digest, summary->ranges[i].digest,
                            WINDOW_DIGEST_SIZE);
    }
    byte_buf_release(&buf);
}

/* Fine near today, coarse before: the very ranges of one day. */
static void
test_plan(void **state)
{
    /* Today is 20000; tomorrow 20001 = 39 * 512 + 33, 20001 = 2500 * 8 + 1:
     * single days 20000 and 20001 are the newest block of 8 so far; 8-day
     * blocks from 19968 = 312 * 64; 512-day blocks up to 19968 = 39 * 512. */
    static const int32_t begins[] = {19456, 19968, 19976, 19984,
                                     19992, 20000, 20001, 20002};
    struct summary summary;
    struct window window;
    struct store *store = make(&window, 19456, 600, 1);
    size_t found = 0;

    (void)state;
    assert_int_equal(
        summary_take(&summary, &window, (struct day){20000}, &some_salt),
        STATUS_OK);
    check_whole(&summary, &window);
    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
        for (size_t j = 1; j < summary.count; j++)
            if (summary.ranges[j].span.first.number == begins[i])
                found++;
    assert_int_equal(found, sizeof(begins) / sizeof(begins[0]));
    assert_int_equal(summary.count, 1 + 1 + found);
    check_round_trip(&summary);
    window_release(&window);
    store_free(store);
}

static void
test_every_today(void **state)
{
    struct summary summary;
    struct window window;
    struct store *store = make(&window, -3000, 3000, 8);
    const int32_t days[] = {
        DAY_FIRST.number,    DAY_FIRST.number + 1, -1, 0, 7, 8,
        DAY_LAST.number - 1, DAY_LAST.number};

    (void)state;
    for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
        assert_int_equal(
            summary_take(&summary, &window, (struct day){days[i]}, &some_salt),
            STATUS_OK);
        check_whole(&summary, &window);
        check_round_trip(&summary);
    }
    for (int32_t day = 18900; day < 20000; day += 3) {
        assert_int_equal(
            summary_take(&summary, &window, (struct day){day}, &some_salt),
            STATUS_OK);
        check_whole(&summary, &window);
    }
    window_release(&window);
    store_free(store);
}

/* Parts cover their span, however the records lie in it. */
static void
check_part(const struct span *span, struct window *window)
{
    struct summary summary;
    int32_t next = span->first.number;
    uint64_t sum = 0;
    uint32_t total;

    assert_int_equal(summary_take_part(&summary, window, span, &some_salt),
                     STATUS_OK);
    assert_in_range(summary.count, 1, SUMMARY_RANGES_MAX);
    for (size_t i = 0; i < summary.count; i++) {
        assert_int_equal(summary.ranges[i].span.first.number, next);
        next = summary.ranges[i].span.last.number + 1;
        sum += summary.ranges[i].count;
    }
    assert_int_equal(next, span->last.number + 1);
    assert_int_equal(window_count(window, span, &total), STATUS_OK);
    assert_int_equal(sum, total);
    check_round_trip(&summary);
}

static void
test_parts(void **state)
{
    struct entropy entropy;

    (void)state;
    entropy_init_seed(&entropy, 5);
    for (unsigned round = 0; round < 200; round++) {
        struct store *store = row_store_new();
        struct span span = {RECORD_SET_STATEMENTS, {100}, {0}};
        uint32_t records = entropy_below(&entropy, 400);
        uint32_t days = 1 + entropy_below(&entropy, 300);
        struct window window;

        span.last.number = 100 + (int32_t)days;
        for (uint32_t i = 0; i < records; i++) {
            /* Most of them crowd together. */
            uint32_t day = entropy_below(&entropy, days);

            if (entropy_below(&entropy, 3) > 0)
                day = day * day / (days * 4);
            row_store_add(store, RECORD_SET_STATEMENTS, 100 + (int32_t)day, i);
        }
        window_init(&window, store, NULL);
        assert_int_equal(window_load(&window), STATUS_OK);
        check_part(&span, &window);
        window_release(&window);
        store_free(store);
    }
}

/* A part tells days apart as far as it can: a span of a hundred crowded days
 * has no range with more than a thirtieth, and one day more. */
static void
test_parts_are_even(void **state)
{
    const struct span span = {RECORD_SET_STATEMENTS, {0}, {299}};
    struct summary summary;
    struct window window;
    struct store *store = make(&window, 0, 300, 1);

    (void)state;
    assert_int_equal(summary_take_part(&summary, &window, &span, &some_salt),
                     STATUS_OK);
    assert_int_equal(summary.count, 30);
    for (size_t i = 0; i < summary.count; i++)
        assert_int_equal(summary.ranges[i].count, 10);
    window_release(&window);
    store_free(store);
}

static enum status
read_copy(struct byte_view body)
{
    uint8_t *copy = malloc(body.size == 0 ? 1 : body.size);
    struct summary summary;
    enum status status;

    assert_non_null(copy);
    if (body.size > 0)
        memcpy(copy, body.data, body.size);
    status = summary_read(&summary, byte_view_of(copy, body.size));
    if (status == STATUS_OK)
        check_round_trip(&summary);
    free(copy);
    return status;
}

static void
test_cuts_and_flips(void **state)
{
    struct summary summary;
    struct window window;
    struct store *store = make(&window, 19456, 600, 1);
    struct byte_buf buf;

    (void)state;
    assert_int_equal(
        summary_take(&summary, &window, (struct day){20000}, &some_salt),
        STATUS_OK);
    byte_buf_init(&buf, MESSAGE_BODY_MAX);
    assert_int_equal(summary_write(&buf, &summary), STATUS_OK);
    byte_buf_consume(&buf, MESSAGE_HEAD_SIZE);
    assert_int_equal(read_copy(byte_view_of_buf(&buf)), STATUS_OK);
    for (size_t size = 0; size < buf.size; size++)
        assert_int_equal(
            read_copy(byte_view_slice(byte_view_of_buf(&buf), 0, size)),
            STATUS_MALFORMED);
    for (size_t bit = 0; bit < buf.size * 8; bit++) {
        buf.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
        (void)read_copy(byte_view_of_buf(&buf));
        buf.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    byte_buf_release(&buf);
    window_release(&window);
    store_free(store);
}

static void
refuse(const char *hex)
{
    uint8_t octets[512];
    size_t size = test_unhex(octets, sizeof(octets), hex);

    assert_int_equal(read_copy(byte_view_of(octets, size)), STATUS_MALFORMED);
}

static void
test_bad(void **state)
{
    (void)state;
    refuse("");
    refuse("02 00");
    /* Whole: no statements; a day missing at the end; one too many. */
    refuse("01 00");
    refuse("01 00 d9f3de01 00");
    refuse("01 00 dbf3de01 00");
    refuse("01 00 daf3de01 00 00 00");
    /* Counts beyond 32 bits. */
    refuse("01 8080808010 0000000000000000 daf3de01 00");
    /* A part of nothing, or beyond the last day. */
    refuse("00 00");
    refuse("00 daf3de01 01 00");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plan),
        cmocka_unit_test(test_every_today),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_parts_are_even),
        cmocka_unit_test(test_cuts_and_flips),
        cmocka_unit_test(test_bad),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
