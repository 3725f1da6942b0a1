#include "core/time.h"

struct mono_time
mono_after(struct mono_time time, uint64_t milliseconds)
{
    if (milliseconds > UINT64_MAX - time.milliseconds)
        return MONO_NEVER;
    return (struct mono_time){time.milliseconds + milliseconds};
}

bool
mono_due(struct mono_time when, struct mono_time now)
{
    return when.milliseconds != UINT64_MAX &&
           when.milliseconds <= now.milliseconds;
}

struct mono_time
mono_earlier(struct mono_time a, struct mono_time b)
{
    return a.milliseconds < b.milliseconds ? a : b;
}

uint64_t
mono_between(struct mono_time earlier, struct mono_time later)
{
    if (later.milliseconds <= earlier.milliseconds)
        return 0;
    return later.milliseconds - earlier.milliseconds;
}

/* Days before year, counted from 0001-01-01. */
static int32_t
days_before_year(int32_t year)
{
    int32_t before = year - 1;

    return before * 365 + before / 4 - before / 100 + before / 400;
}

static bool
year_is_leap(int32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int32_t
days_in_month(int32_t year, int32_t month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30,
                                   31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && year_is_leap(year) ? 1 : 0);
}

/* The value of count digits, or -1. */
static int32_t
parse_digits(const uint8_t *digits, size_t count)
{
    int32_t value = 0;

    for (size_t i = 0; i < count; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return -1;
        value = value * 10 + (digits[i] - '0');
    }
    return value;
}

enum status
day_parse(struct day *out, struct byte_view text)
{
    int32_t year, month, day, number;

    if (text.size != 10 || text.data[4] != '-' || text.data[7] != '-')
        return STATUS_MALFORMED;
    year = parse_digits(text.data, 4);
    month = parse_digits(text.data + 5, 2);
    day = parse_digits(text.data + 8, 2);
    if (year < 1 || month < 1 || month > 12 || day < 1 ||
        day > days_in_month(year, month))
        return STATUS_MALFORMED;
    number = days_before_year(year) + day - 1;
    for (int32_t m = 1; m < month; m++)
        number += days_in_month(year, m);
    out->number = number + DAY_FIRST.number;
    return STATUS_OK;
}

static void
format_digits(char *out, int32_t value, size_t count)
{
    for (size_t i = count; i > 0; i--) {
        out[i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
}

void
day_format(struct day day, char out[DAY_TEXT_SIZE])
{
    int32_t left = day.number - DAY_FIRST.number;
    int32_t year = left / 366 + 1; /* never too late */
    int32_t month = 1;

    while (days_before_year(year + 1) <= left)
        year++;
    left -= days_before_year(year);
    while (left >= days_in_month(year, month)) {
        left -= days_in_month(year, month);
        month++;
    }
    format_digits(out, year, 4);
    out[4] = '-';
    format_digits(out + 5, month, 2);
    out[7] = '-';
    format_digits(out + 8, left + 1, 2);
    out[10] = '\0';
}

struct day
day_of_seconds(int64_t seconds)
{
    int64_t number = seconds / 86400 - (seconds % 86400 < 0 ? 1 : 0);

    if (number < DAY_FIRST.number)
        return DAY_FIRST;
    if (number > DAY_LAST.number)
        return DAY_LAST;
    return (struct day){(int32_t)number};
}
