#include "net/summary.h"

#include <string.h>

#include "net/message.h"

/* day, rounded down to a multiple of size days since 1970. */
static int32_t
aligned(int32_t day, int32_t size)
{
    int32_t rest = day % size;

    return day - (rest < 0 ? rest + size : rest);
}

/* Measure the days from first to last and add them as a range, or to the
 * range before if neither has records. */
static enum status
add_range(struct summary *summary, struct window *window,
          const struct salt *salt, int32_t first, int32_t last)
{
    struct summary_range *range = &summary->ranges[summary->count];
    struct summary_range *before = NULL;
    enum status status;

    range->span = (struct span){RECORD_SET_STATEMENTS, {first}, {last}};
    status = window_measure(window, &range->span, salt, &range->count,
                            range->digest);
    if (status != STATUS_OK)
        return status;
    if (summary->count > 0)
        before = range - 1;
    if (range->count == 0 && before != NULL && before->count == 0 &&
        before->span.set == RECORD_SET_STATEMENTS)
        before->span.last.number = last;
    else
        summary->count++;
    return STATUS_OK;
}

/* Where the ranges of a whole summary begin, oldest first; *count of them. */
static void
plan_ranges(int32_t begins[SUMMARY_RANGES_MAX], size_t *count, struct day today)
{
    static const int32_t sizes[] = {512, 64, 8, 1};
    const int32_t end = today.number + 2; /* behind tomorrow */
    int32_t at = aligned(end - 1, 512) - SUMMARY_FAR_BLOCKS * 512;

    *count = 0;
    begins[(*count)++] = DAY_FIRST.number;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        int32_t until = i + 1 < sizeof(sizes) / sizeof(sizes[0])
                            ? aligned(end - 1, sizes[i])
                            : end;

        for (; at < until; at += sizes[i])
            if (at > DAY_FIRST.number && at <= DAY_LAST.number)
                begins[(*count)++] = at;
    }
    if (end <= DAY_LAST.number)
        begins[(*count)++] = end;
}

enum status
summary_take(struct summary *out, struct window *window, struct day today,
             const struct salt *salt)
{
    struct summary_range *control = &out->ranges[0];
    int32_t begins[SUMMARY_RANGES_MAX];
    enum status status;
    size_t count;

    out->count = 0;
    control->span = span_whole(RECORD_SET_CONTROL);
    status = window_measure(window, &control->span, salt, &control->count,
                            control->digest);
    if (status != STATUS_OK)
        return status;
    out->count = 1;
    plan_ranges(begins, &count, today);
    for (size_t i = 0; i < count; i++) {
        int32_t last = i + 1 < count ? begins[i + 1] - 1 : DAY_LAST.number;

        status = add_range(out, window, salt, begins[i], last);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

enum status
summary_take_part(struct summary *out, struct window *window,
                  const struct span *span, const struct salt *salt)
{
    const struct window_day *day;
    int32_t first = span->first.number;
    uint32_t sum = 0;
    uint32_t total;
    enum status status;
    size_t days;

    out->count = 0;
    status = window_count(window, span, &total);
    days = window_days(window, span, &day);
    for (size_t i = 0; status == STATUS_OK && i < days; i++) {
        /* Two neighbours hold more than a thirtieth together, so that there
         * are at most 61. */
        bool crowded = day[i].count > total / 30;

        if (first < day[i].day.number &&
            (crowded || sum + day[i].count > total / 30)) {
            status = add_range(out, window, salt, first, day[i].day.number - 1);
            first = day[i].day.number;
            sum = 0;
        }
        sum += day[i].count;
        if (status == STATUS_OK && crowded) {
            status = add_range(out, window, salt, first, first);
            first++;
            sum = 0;
        }
    }
    if (status == STATUS_OK && first <= span->last.number)
        status = add_range(out, window, salt, first, span->last.number);
    return status;
}

enum status
summary_write(struct byte_buf *out, const struct summary *summary)
{
    const struct summary_range *range = summary->ranges;
    const struct summary_range *end = range + summary->count;
    bool whole = range->span.set == RECORD_SET_CONTROL;
    struct message_draft draft;
    struct writer *writer = &draft.writer;

    message_begin(&draft, out, MESSAGE_SUMMARY);
    writer_u8(writer, whole ? 1 : 0);
    if (!whole)
        span_write_day(writer, range->span.first);
    for (; range < end; range++) {
        if (range->span.set == RECORD_SET_STATEMENTS)
            writer_varint(writer, (uint64_t)(range->span.last.number -
                                             range->span.first.number));
        writer_varint(writer, range->count);
        if (range->count > 0)
            writer_bytes(writer,
                         byte_view_of(range->digest, WINDOW_DIGEST_SIZE));
    }
    return message_end(&draft);
}

/* Count and digest of a range whose span was read. */
static void
read_measure(struct reader *reader, struct summary_range *range)
{
    uint64_t count = reader_varint(reader);

    if (count > UINT32_MAX)
        reader_fail(reader);
    range->count = reader->failed ? 0 : (uint32_t)count;
    memset(range->digest, 0, WINDOW_DIGEST_SIZE);
    if (range->count > 0)
        reader_copy(reader, range->digest, WINDOW_DIGEST_SIZE);
}

enum status
summary_read(struct summary *out, struct byte_view body)
{
    int64_t first = DAY_FIRST.number;
    struct reader reader;
    uint8_t whole;
    size_t spans = 0;

    out->count = 0;
    reader_init(&reader, body);
    whole = reader_u8(&reader);
    if (whole > 1)
        reader_fail(&reader);
    if (whole == 1) {
        out->ranges[0].span = span_whole(RECORD_SET_CONTROL);
        read_measure(&reader, &out->ranges[out->count++]);
    } else {
        first = span_read_day(&reader).number;
    }
    while (!reader.failed && reader.left > 0 && spans < SUMMARY_RANGES_MAX) {
        struct summary_range *range = &out->ranges[out->count++];
        uint64_t length = reader_varint(&reader);

        if (first > DAY_LAST.number ||
            length > (uint64_t)(DAY_LAST.number - first)) {
            reader_fail(&reader);
            break;
        }
        range->span.set = RECORD_SET_STATEMENTS;
        range->span.first.number = (int32_t)first;
        range->span.last.number = (int32_t)(first + (int64_t)length);
        read_measure(&reader, range);
        first += (int64_t)length + 1;
        spans++;
    }
    /* A whole summary leaves no day out. */
    if (spans == 0 || (whole == 1 && first <= DAY_LAST.number))
        reader_fail(&reader);
    return reader_done(&reader) ? STATUS_OK : STATUS_MALFORMED;
}
