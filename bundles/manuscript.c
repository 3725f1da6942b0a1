#include "bundles/manuscript.h"

#include <string.h>

#include "core/text.h"

/* Columns of a first line that stands for a missing heading. */
#define LINE_COLUMNS 100

static bool
is_space(uint32_t point)
{
    return point == ' ' || point == '\t' || point == '\n' || point == '\r';
}

static bool
begins_with(struct byte_view octets, uint8_t first, uint8_t second)
{
    return octets.size >= 2 && octets.data[0] == first &&
           octets.data[1] == second;
}

/* Faults of the whole, which make it useless to look for a line. */
static enum manuscript_fault
whole_fault(struct byte_view octets)
{
    if (octets.size == 0)
        return MANUSCRIPT_EMPTY;
    if (begins_with(octets, 0xff, 0xfe) || begins_with(octets, 0xfe, 0xff))
        return MANUSCRIPT_UTF16;
    if (memchr(octets.data, 0, octets.size) != NULL)
        return MANUSCRIPT_BINARY;
    if (octets.size > PUBLISH_TEXT_MAX)
        return MANUSCRIPT_LONG;
    return MANUSCRIPT_FINE;
}

/* CR may stand before LF only, where it goes away. */
static bool
is_control(uint32_t point, struct byte_view rest)
{
    if (point == '\r')
        return rest.size == 0 || rest.data[0] != '\n';
    return (point < 0x20 && !is_space(point)) ||
           (point >= 0x7f && point < 0xa0);
}

/* Look at each code point; CR of CR LF and nothing else is not copied. */
static enum status
take_points(struct byte_buf *out, struct manuscript_report *report,
            struct byte_view octets)
{
    bool is_blank = true;
    size_t line = 1;

    while (octets.size > 0) {
        struct byte_view rest = octets;
        uint32_t point;

        report->line = line;
        if (!text_utf8_next(&point, &rest))
            report->fault = MANUSCRIPT_NO_UTF8;
        else if (is_control(point, rest))
            report->fault = MANUSCRIPT_CONTROL;
        if (report->fault != MANUSCRIPT_FINE)
            return STATUS_MALFORMED;
        if (point == '\r')
            report->had_cr = true;
        else if (byte_buf_append(
                     out, byte_view_slice(
                              octets, 0, octets.size - rest.size)) != STATUS_OK)
            return STATUS_TOO_LARGE; /* there is room: see manuscript_take */
        if (!is_space(point)) {
            is_blank = false;
            report->invisible += text_is_allowed(point) ? 0 : 1;
        }
        line += point == '\n' ? 1 : 0;
        octets = rest;
    }
    report->fault = is_blank ? MANUSCRIPT_EMPTY : MANUSCRIPT_FINE;
    return is_blank ? STATUS_MALFORMED : STATUS_OK;
}

enum status
manuscript_take(struct byte_buf *out, struct manuscript_report *report,
                struct byte_view octets)
{
    static const uint8_t mark[] = {0xef, 0xbb, 0xbf};
    size_t before = out->size;
    enum status status;

    memset(report, 0, sizeof(*report));
    report->fault = whole_fault(octets);
    if (report->fault != MANUSCRIPT_FINE)
        return report->fault == MANUSCRIPT_LONG ? STATUS_TOO_LARGE
                                                : STATUS_MALFORMED;
    if (byte_view_equal(byte_view_slice(octets, 0, sizeof(mark)),
                        byte_view_of(mark, sizeof(mark)))) {
        octets = byte_view_slice(octets, sizeof(mark), octets.size);
        report->had_mark = true;
    }
    status = byte_buf_reserve(out, octets.size);
    if (status == STATUS_OK)
        status = take_points(out, report, octets);
    if (status != STATUS_OK)
        out->size = before;
    return status;
}

/* The title. */

static struct byte_view
take_line(struct byte_view *text)
{
    const uint8_t *end =
        text->size == 0 ? NULL : memchr(text->data, '\n', text->size);
    size_t size = end == NULL ? text->size : (size_t)(end - text->data);
    struct byte_view line = byte_view_slice(*text, 0, size);

    *text = byte_view_slice(*text, size + 1, text->size);
    return line;
}

static struct byte_view
trim(struct byte_view line, const char *ends)
{
    while (line.size > 0 && strchr(ends, line.data[0]) != NULL)
        line = byte_view_slice(line, 1, line.size);
    while (line.size > 0 && strchr(ends, line.data[line.size - 1]) != NULL)
        line.size--;
    return line;
}

/* True if line has nothing but marks, one at least. */
static bool
is_rule_of(struct byte_view line, uint8_t mark)
{
    line = trim(line, " \t");
    for (size_t i = 0; i < line.size; i++)
        if (line.data[i] != mark)
            return false;
    return line.size > 0;
}

/* `# Heading`, `## Heading ##` and so on: CommonMark 0.30, section 4.2. */
static bool
is_heading(struct byte_view line, struct byte_view *title)
{
    size_t marks = 0;

    line = trim(line, " \t");
    while (marks < line.size && line.data[marks] == '#')
        marks++;
    if (marks == 0 || marks > 6 || marks == line.size ||
        (line.data[marks] != ' ' && line.data[marks] != '\t'))
        return false;
    *title = trim(trim(line, "#"), " \t");
    return title->size > 0;
}

static void
pass_front_matter(struct byte_view *text)
{
    struct byte_view rest = *text;

    if (!byte_view_equal_text(take_line(&rest), "---"))
        return;
    while (rest.size > 0) {
        struct byte_view line = take_line(&rest);

        if (byte_view_equal_text(line, "---") ||
            byte_view_equal_text(line, "...")) {
            *text = rest;
            return;
        }
    }
}

/* The first heading outside of fenced code, else the first line with
 * anything in it. */
static struct byte_view
find_title(struct byte_view text, bool *is_line)
{
    struct byte_view first = byte_view_of(NULL, 0);
    struct byte_view last = byte_view_of(NULL, 0);
    struct byte_view title;
    bool in_code = false;

    while (text.size > 0) {
        struct byte_view line = trim(take_line(&text), " \t");

        if (byte_view_starts_with(line, "```"))
            in_code = !in_code;
        *is_line = false;
        if (!in_code && is_heading(line, &title))
            return title;
        if (!in_code && last.size > 0 &&
            (is_rule_of(line, '=') || is_rule_of(line, '-')))
            return last;
        if (first.size == 0)
            first = line;
        last = line;
    }
    *is_line = true;
    return first;
}

/* Copy what may stand in a title, a space for a TAB. */
static void
copy_title(char out[MANUSCRIPT_TITLE_SIZE], struct byte_view line,
           size_t columns)
{
    size_t used = 0;
    size_t width = 0;
    size_t word = 0; /* octets up to the end of the last whole word */

    while (line.size > 0) {
        struct byte_view rest = line;
        struct byte_view octets;
        uint32_t point;

        if (!text_utf8_next(&point, &rest))
            break;
        octets = byte_view_slice(line, 0, line.size - rest.size);
        line = rest;
        if (point == '\t')
            octets = byte_view_of_text(" ");
        else if (!text_is_allowed(point))
            continue;
        if (used == 0 && octets.data[0] == ' ')
            continue;
        width += text_columns(octets);
        if (used + octets.size > STATEMENT_TITLE_MAX - 3 || width > columns) {
            used = word > 0 ? word : used;
            memcpy(out + used, "...", 3);
            used += 3;
            break;
        }
        if (point == ' ' || point == '\t')
            word = used;
        memcpy(out + used, octets.data, octets.size);
        used += octets.size;
    }
    while (used > 0 && out[used - 1] == ' ')
        used--;
    out[used] = '\0';
}

void
manuscript_title(char out[MANUSCRIPT_TITLE_SIZE], struct byte_view text)
{
    struct byte_view title;
    bool is_line = false;

    pass_front_matter(&text);
    title = find_title(text, &is_line);
    copy_title(out, title, is_line ? LINE_COLUMNS : STATEMENT_TITLE_MAX);
}
