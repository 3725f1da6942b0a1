/* Times saturate; days are those of the proleptic Gregorian calendar. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/time.h"

static struct mono_time
at(uint64_t milliseconds)
{
    return (struct mono_time){milliseconds};
}

static void
moments_saturate(void **state)
{
    (void)state;
    assert_int_equal(mono_after(at(5), 7).milliseconds, 12);
    assert_int_equal(mono_after(at(UINT64_MAX - 1), 1).milliseconds,
                     UINT64_MAX);
    assert_int_equal(mono_after(at(UINT64_MAX - 1), 2).milliseconds,
                     UINT64_MAX);
    assert_int_equal(mono_after(MONO_NEVER, UINT64_MAX).milliseconds,
                     UINT64_MAX);
    assert_int_equal(mono_between(at(5), at(7)), 2);
    assert_int_equal(mono_between(at(7), at(5)), 0);
    assert_int_equal(mono_between(at(0), MONO_NEVER), UINT64_MAX);
    assert_int_equal(mono_earlier(at(3), at(4)).milliseconds, 3);
    assert_int_equal(mono_earlier(at(4), at(3)).milliseconds, 3);
    assert_int_equal(mono_earlier(MONO_NEVER, at(3)).milliseconds, 3);
}

static void
never_is_never_due(void **state)
{
    (void)state;
    assert_true(mono_due(at(0), at(0)));
    assert_true(mono_due(at(3), at(4)));
    assert_false(mono_due(at(4), at(3)));
    assert_false(mono_due(MONO_NEVER, at(3)));
    assert_false(mono_due(MONO_NEVER, MONO_NEVER));
    assert_true(mono_due(at(UINT64_MAX - 1), MONO_NEVER));
}

/* From other calendars: seconds of Python's datetime, divided by 86,400. */
static const struct {
    const char *text;
    int32_t number;
} days[] = {
    {"0001-01-01", -719162}, {"0001-12-31", -718798}, {"0004-02-29", -718008},
    {"0100-02-28", -682945}, {"0100-03-01", -682944}, {"0400-02-29", -573372},
    {"1582-10-15", -141427}, {"1899-12-31", -25568},  {"1900-02-28", -25509},
    {"1900-03-01", -25508},  {"1969-12-31", -1},      {"1970-01-01", 0},
    {"1970-01-02", 1},       {"2000-02-29", 11016},   {"2000-03-01", 11017},
    {"2023-06-26", 19534},   {"2038-01-19", 24855},   {"2100-02-28", 47540},
    {"2100-03-01", 47541},   {"9999-12-31", 2932896},
};

static void
known_days(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
        char text[DAY_TEXT_SIZE];
        struct day day;

        assert_int_equal(day_parse(&day, byte_view_of_text(days[i].text)),
                         STATUS_OK);
        assert_int_equal(day.number, days[i].number);
        day_format(day, text);
        assert_string_equal(text, days[i].text);
    }
}

static void
all_days_come_back_in_order(void **state)
{
    char before[DAY_TEXT_SIZE] = "";

    (void)state;
    for (int32_t n = DAY_FIRST.number; n <= DAY_LAST.number; n++) {
        char text[DAY_TEXT_SIZE];
        struct day day;

        day_format((struct day){n}, text);
        if (day_parse(&day, byte_view_of_text(text)) != STATUS_OK ||
            day.number != n || strcmp(before, text) >= 0)
            fail_msg("day %d is written %s", (int)n, text);
        memcpy(before, text, sizeof(text));
    }
    assert_string_equal(before, "9999-12-31");
}

static void
what_is_no_day(void **state)
{
    static const char *const wrong[] = {
        "",           "2023",        "2023-06-2",  "2023-06-266", "0000-01-01",
        "2023-00-10", "2023-13-10",  "2023-01-00", "2023-01-32",  "2023-02-29",
        "1900-02-29", "2100-02-29",  "2023-04-31", "2023/06/26",  "2023-06/26",
        "2023-6-26",  " 023-06-26",  "+023-06-26", "-023-06-26",  "2023-+6-26",
        "2023-06- 6", "2023-0a-26",  "202x-06-26", "2023-06-2x",  "26-06-2023",
        "20230626  ", "2023-06-26 ", "2023-06:26",
    };
    struct day day = {42};

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        if (day_parse(&day, byte_view_of_text(wrong[i])) != STATUS_MALFORMED)
            fail_msg("taken for a day: %s", wrong[i]);
    }
    assert_int_equal(day_parse(&day, byte_view_of("2023-06-2\0", 10)),
                     STATUS_MALFORMED);
    assert_int_equal(day_parse(&day, byte_view_of(NULL, 0)), STATUS_MALFORMED);
    assert_int_equal(day.number, 42);
}

static void
seconds_fall_on_days(void **state)
{
    (void)state;
    assert_int_equal(day_of_seconds(0).number, 0);
    assert_int_equal(day_of_seconds(86399).number, 0);
    assert_int_equal(day_of_seconds(86400).number, 1);
    assert_int_equal(day_of_seconds(-1).number, -1);
    assert_int_equal(day_of_seconds(-86400).number, -1);
    assert_int_equal(day_of_seconds(-86401).number, -2);
    assert_int_equal(day_of_seconds(1687737599).number, 19533);
    assert_int_equal(day_of_seconds(1687737600).number, 19534);
    assert_int_equal(day_of_seconds(INT64_MAX).number, DAY_LAST.number);
    assert_int_equal(day_of_seconds(INT64_MIN).number, DAY_FIRST.number);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_saturate),
        cmocka_unit_test(never_is_never_due),
        cmocka_unit_test(known_days),
        cmocka_unit_test(all_days_come_back_in_order),
        cmocka_unit_test(what_is_no_day),
        cmocka_unit_test(seconds_fall_on_days),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
