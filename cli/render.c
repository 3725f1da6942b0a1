#include "cli/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/i18n.h"
#include "cli/pager.h"
#include "cli/text_choice.h"
#include "core/limits.h"
#include "core/text.h"

/* So many blanks. */
#define MARGIN "              "
/* A terminal that is narrower is taken to be no narrower. */
#define WIDTH_LEAST 24

/* Colours of ECMA-48. */
#define COLOR_GOOD "\033[1;32m"
#define COLOR_BAD  "\033[1;31m"
#define COLOR_OPEN "\033[1;33m"
#define COLOR_NONE "\033[0m"

/* An escaped octet is six at most, of a TAB eight; and the verdict. */
#define PAGE_MAX (PUBLISH_TEXT_MAX * 8 + RECORD_WIRE_MAX * 16)

/* What the environment says about colour, for a terminal. */
static bool
terminal_has_color(void)
{
    const char *against = getenv("NO_COLOR");
    const char *type = getenv("TERM");

    return isatty(STDOUT_FILENO) == 1 &&
           (against == NULL || against[0] == '\0') && type != NULL &&
           type[0] != '\0' && strcmp(type, "dumb") != 0;
}

/* 0 where stdout is no terminal, or one that does not say. */
static size_t
terminal_width(void)
{
#ifdef TIOCGWINSZ
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col < WIDTH_LEAST ? WIDTH_LEAST : size.ws_col;
#endif
    return 0;
}

void
render_init(struct render *render, const struct cli *cli)
{
    byte_buf_init(&render->page, PAGE_MAX);
    render->has_color = cli->color == CLI_COLOR_ALWAYS ||
                        (cli->color == CLI_COLOR_AUTO && terminal_has_color());
    render->width = terminal_width();
    render->column = 0;
    text_choice_language(cli, render->language);
    render->status = STATUS_OK;
}

void
render_release(struct render *render)
{
    byte_buf_release(&render->page);
}

static void
put(struct render *render, struct byte_view octets)
{
    if (render->status == STATUS_OK)
        render->status = byte_buf_append(&render->page, octets);
}

/* What takes no column. */
static void
put_color(struct render *render, const char *color)
{
    if (render->has_color)
        put(render, byte_view_of_text(color));
}

void
render_words(struct render *render, const char *words)
{
    const char *line = strrchr(words, '\n');

    put(render, byte_view_of_text(words));
    if (line != NULL) {
        render->column = 0;
        words = line + 1;
    }
    render->column += text_columns(byte_view_of_text(words));
}

/* One code point of what was escaped; a row that is full goes on in the next,
 * behind margin. */
static void
put_folded(struct render *render, struct byte_view one, uint32_t code_point,
           const char *margin)
{
    /* FE0F widens what it stands behind. */
    size_t columns = code_point == 0xfe0f ? 1 : text_columns(one);

    if (render->width > 0 && columns > 0 &&
        render->column + columns > render->width) {
        render_words(render, "\n");
        render_words(render, margin);
    }
    put(render, one);
    render->column += columns;
}

/* Text of one line or, with margin before each, of many. */
static void
fold(struct render *render, struct byte_view text, const char *margin)
{
    struct byte_view rest = text;
    uint32_t code_point;

    /* No row is full where there is no bound. */
    if (render->width == 0 && text.size > 0 &&
        memchr(text.data, '\n', text.size) == NULL) {
        put(render, text);
        return;
    }
    while (render->status == STATUS_OK && text_utf8_next(&code_point, &rest)) {
        if (code_point == '\n') {
            render_words(render, "\n");
            if (rest.size > 0)
                render_words(render, margin);
        } else {
            put_folded(render, byte_view_slice(text, 0, text.size - rest.size),
                       code_point, margin);
        }
        text = rest;
    }
}

/* Escape text, and put it down. */
static void
put_text(struct render *render, struct byte_view text, enum text_layout layout,
         size_t columns, const char *margin)
{
    struct byte_buf safe;

    byte_buf_init(&safe, PAGE_MAX);
    if (render->status == STATUS_OK)
        render->status = text_escape(&safe, text, layout, columns);
    if (render->status == STATUS_OK)
        fold(render, byte_view_of_buf(&safe), margin);
    byte_buf_release(&safe);
}

void
render_text(struct render *render, struct byte_view text, size_t columns)
{
    put_text(render, text, TEXT_ONE_LINE, columns, MARGIN);
}

void
render_marked(struct render *render, const char *mark, struct byte_view text)
{
    render_words(render, mark);
    put_text(render, text, TEXT_PAGE, 0, mark);
    if (text.size == 0 || text.data[text.size - 1] != '\n')
        render_words(render, "\n");
}

void
render_quote(struct render *render, struct byte_view text)
{
    if (text.size > 0)
        render_marked(render, RENDER_QUOTE, text);
}

void
render_page(struct render *render, struct byte_view text)
{
    if (render->status == STATUS_OK)
        render->status = text_escape(&render->page, text, TEXT_PAGE, 0);
    if (text.size > 0 && text.data[text.size - 1] != '\n')
        render_words(render, "\n");
    render->column = 0;
}

static void
render_blanks(struct render *render, const char *before, size_t columns)
{
    for (size_t used = text_columns(byte_view_of_text(before)); used < columns;
         used++)
        render_words(render, " ");
}

void
render_number(struct render *render, uint64_t number)
{
    char digits[24];

    (void)snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);
    render_words(render, digits);
}

void
render_standing(struct render *render, enum verdict_standing standing,
                size_t columns)
{
    const char *color = COLOR_OPEN;
    const char *word = "";

    switch (standing) {
    case VERDICT_VERIFIED:
        word = _("VERIFIED");
        color = COLOR_GOOD;
        break;
    case VERDICT_UNKNOWN:
        word = _("UNKNOWN");
        break;
    case VERDICT_NEWER:
        word = _("NEWER");
        break;
    case VERDICT_FAULTY:
        word = _("NOT VERIFIED");
        color = COLOR_BAD;
        break;
    }
    put_color(render, color);
    render_words(render, word);
    put_color(render, COLOR_NONE);
    render_blanks(render, word, columns);
}

/* Lines that begin with a label. */

void
render_label(struct render *render, const char *label)
{
    render_words(render, label);
    render_blanks(render, label, RENDER_LABEL_COLUMNS);
}

void
render_line(struct render *render, const char *label, const char *words)
{
    render_label(render, label);
    render_words(render, words);
    render_words(render, "\n");
}

void
render_line_of_text(struct render *render, const char *label,
                    struct byte_view text)
{
    render_label(render, label);
    render_text(render, text, 0);
    render_words(render, "\n");
}

void
render_day(struct render *render, struct day day)
{
    char text[DAY_TEXT_SIZE];

    day_format(day, text);
    render_words(render, text);
}

void
render_id(struct render *render, const struct record_id *id, size_t digits)
{
    char text[RECORD_ID_TEXT_SIZE];

    record_id_format(id, text);
    text[digits] = '\0';
    render_words(render, text);
}

int
render_show(struct cli *cli, struct render *render, bool is_long)
{
    if (render->status == STATUS_TOO_LARGE)
        return cli_fail(cli, CLI_FAILED, "p2pub read ... --into FOLDER",
                        _("this is too long to be shown"));
    if (render->status != STATUS_OK)
        return cli_fail_memory(cli);
    if (cli->json)
        return CLI_DONE;
    if (is_long)
        pager_show(byte_view_of_buf(&render->page));
    else if (render->page.size > 0)
        (void)fwrite(render->page.data, 1, render->page.size, stdout);
    return CLI_DONE;
}
