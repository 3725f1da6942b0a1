#include "core/text.h"

#include "core/reader.h"
#include "core/text_table.h"
#include "core/writer.h"

#define ZWNJ         ((uint32_t)0x200c)
#define ZWJ          ((uint32_t)0x200d)
#define EMOJI_CHOICE ((uint32_t)0xfe0f)
#define TAB_COLUMNS  8

static const char ellipsis[] = "...";
static const size_t ellipsis_columns = sizeof(ellipsis) - 1;

/* How many octets view begins with that are printable ASCII: each is a column,
 * and stays as it is. */
static size_t
count_plain(struct byte_view view)
{
    size_t count = 0;

    while (count < view.size && view.data[count] >= 0x20 &&
           view.data[count] < 0x7f)
        count++;
    return count;
}

/* What was shown last, as far as it decides what may follow. */
struct shown {
    uint32_t base;  /* the character that marks would sit on; 0: none */
    unsigned marks; /* on base */
    size_t columns; /* in this line */
};

static bool
is_joiner(uint32_t code_point)
{
    return code_point == ZWNJ || code_point == ZWJ;
}

/* A joiner may stay if it shapes the letters on both sides. */
static bool
joiner_may_stay(const struct shown *shown, struct byte_view after)
{
    uint32_t next;

    return text_table_is_joining(shown->base) &&
           text_utf8_next(&next, &after) && text_table_is_joining(next);
}

/* True if code_point, with after behind it, may be written as it is. */
static bool
may_stay(const struct shown *shown, uint32_t code_point, struct byte_view after)
{
    if (!text_is_allowed(code_point))
        return false;
    if (is_joiner(code_point))
        return joiner_may_stay(shown, after);
    if (code_point == EMOJI_CHOICE)
        return shown->marks == 0 && text_table_is_emoji(shown->base);
    if (text_table_is_invisible(code_point))
        return false;
    if (text_table_is_mark(code_point))
        return shown->base != 0 && shown->marks < TEXT_MARKS_MAX;
    return true;
}

/* Columns of code_point behind base. */
static size_t
columns_of(uint32_t base, uint32_t code_point)
{
    if (is_joiner(code_point))
        return 0;
    /* Some terminals draw the picture wide, some do not: count the wide. */
    if (code_point == EMOJI_CHOICE)
        return text_table_is_emoji(base) && !text_table_is_wide(base) ? 1 : 0;
    if (text_table_is_mark(code_point))
        return 0;
    return text_table_is_wide(code_point) ? 2 : 1;
}

/* Note that code_point was shown as it is. */
static void
shown_add(struct shown *shown, uint32_t code_point)
{
    shown->columns += columns_of(shown->base, code_point);
    if (is_joiner(code_point))
        return;
    if (text_table_is_mark(code_point)) {
        shown->marks++;
        return;
    }
    shown->base = code_point;
    shown->marks = 0;
}

/* Note that something else than text was shown; no mark may sit on it. */
static void
shown_break(struct shown *shown, size_t columns)
{
    shown->base = 0;
    shown->marks = 0;
    shown->columns = columns;
}

/* Write value as \u{VALUE} or \x{VALUE}. */
static void
write_escape(struct writer *writer, struct shown *shown, char kind,
             uint32_t value)
{
    size_t before = writer->buf->size;
    unsigned shift = kind == 'x' ? 4 : 0;

    while (shift < 28 && value >> shift >= 16)
        shift += 4;
    writer_u8(writer, '\\');
    writer_u8(writer, (uint8_t)kind);
    writer_u8(writer, '{');
    for (unsigned left = shift + 4; left > 0; left -= 4) {
        uint32_t digit = value >> (left - 4) & 15;

        writer_u8(writer, (uint8_t) "0123456789abcdef"[digit]);
    }
    writer_u8(writer, '}');
    shown_break(shown, shown->columns + (writer->buf->size - before));
}

/* Layout of a page: true if code_point was dealt with. */
static bool
write_layout(struct writer *writer, struct shown *shown, uint32_t code_point,
             struct byte_view after)
{
    switch (code_point) {
    case '\n':
        writer_u8(writer, '\n');
        shown_break(shown, 0);
        return true;
    case '\r':
        /* Windows ends its lines with CR LF. */
        return byte_view_starts_with(after, "\n");
    case '\t':
        do {
            writer_u8(writer, ' ');
            shown_break(shown, shown->columns + 1);
        } while (shown->columns % TAB_COLUMNS != 0);
        return true;
    }
    return false;
}

/* Write what view begins with and take it off. */
static void
write_next(struct writer *writer, struct shown *shown, struct byte_view *view,
           enum text_layout layout)
{
    struct byte_view before = *view;
    uint32_t code_point;

    if (!text_utf8_next(&code_point, view)) {
        write_escape(writer, shown, 'x', view->data[0]);
        *view = byte_view_slice(*view, 1, view->size - 1);
        return;
    }
    if (layout == TEXT_PAGE && write_layout(writer, shown, code_point, *view))
        return;
    if (!may_stay(shown, code_point, *view)) {
        write_escape(writer, shown, 'u', code_point);
        return;
    }
    writer_bytes(writer, byte_view_slice(before, 0, before.size - view->size));
    shown_add(shown, code_point);
}

enum status
text_escape(struct byte_buf *out, struct byte_view view,
            enum text_layout layout, size_t columns)
{
    struct shown shown = {0, 0, 0};
    struct writer writer;
    size_t before = out->size;
    size_t cut = before; /* where the ellipsis goes, if it must */

    if (layout == TEXT_PAGE || columns == 0)
        columns = SIZE_MAX;
    if (view.size <= columns && count_plain(view) == view.size)
        return byte_buf_append(out, view);
    writer_init(&writer, out);
    while (view.size > 0 && writer_status(&writer) == STATUS_OK) {
        write_next(&writer, &shown, &view, layout);
        if (shown.columns > columns) {
            out->size = cut;
            writer_bytes(&writer, byte_view_slice(byte_view_of_text(ellipsis),
                                                  0, columns));
            break;
        }
        if (columns >= ellipsis_columns &&
            shown.columns <= columns - ellipsis_columns)
            cut = out->size;
    }
    if (writer_status(&writer) != STATUS_OK)
        out->size = before;
    return writer_status(&writer);
}

size_t
text_columns(struct byte_view view)
{
    struct shown shown = {0, 0, 0};
    size_t plain = count_plain(view);
    uint32_t code_point;

    if (plain > 0)
        shown = (struct shown){view.data[plain - 1], 0, plain};
    view = byte_view_slice(view, plain, view.size - plain);
    while (text_utf8_next(&code_point, &view))
        shown_add(&shown, code_point);
    return shown.columns;
}
