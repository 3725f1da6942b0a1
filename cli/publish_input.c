#include "cli/publish_input.h"

#include <stdio.h>
#include <string.h>

#include "cli/i18n.h"
#include "core/file.h"
#include "core/limits.h"

/* One octet more tells a text of the greatest size, and a mark, from a longer
 * one. */
#define READ_MAX (PUBLISH_TEXT_MAX + 4)

/* Files that people take for text, by their first octets. */
static const struct {
    const char *beginning;
    size_t size;
    const char *words;
    bool can_be_text; /* all of it may be UTF-8, and still is none to read */
} foreign[] = {
    {"%PDF-", 5, N_("a PDF"), true},
    {"PK\003\004", 4, N_("a word processor's file, or a ZIP archive"), false},
    {"\320\317\021\340", 4, N_("an old Word file"), false},
    {"{\\rtf", 5, N_("a file of rich text (RTF)"), true},
    {"\377\330\377", 3, N_("a JPEG image"), false},
    {"\211PNG", 4, N_("a PNG image"), false},
    {"GIF8", 4, N_("a GIF image"), false},
};

/* What octets seem to be, in words, or NULL.  is_text says that they are UTF-8
 * all the same. */
static const char *
foreign_words(struct byte_view octets, bool is_text)
{
    for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
        struct byte_view head = byte_view_slice(octets, 0, foreign[i].size);

        if ((!is_text || foreign[i].can_be_text) &&
            byte_view_equal(
                head, byte_view_of(foreign[i].beginning, foreign[i].size)))
            return _(foreign[i].words);
    }
    return NULL;
}

static int
fail_foreign(struct cli *cli, const char *path, const char *words)
{
    return cli_fail(cli, CLI_FAILED, "p2pub publish statement.md --attach FILE",
                    _("'%s' is %s: publish takes plain text and Markdown, "
                      "other files are attached to one"),
                    path, words);
}

static int
fail_fault(struct cli *cli, const char *path,
           const struct manuscript_report *report)
{
    switch (report->fault) {
    case MANUSCRIPT_EMPTY:
        return cli_fail(cli, CLI_FAILED, NULL, _("'%s' is empty"), path);
    case MANUSCRIPT_LONG:
        return cli_fail(cli, CLI_FAILED,
                        "p2pub publish statement.md --attach FILE",
                        _("'%s' is too large: a text has at most %zu KiB"),
                        path, PUBLISH_TEXT_MAX / 1024);
    case MANUSCRIPT_UTF16:
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("'%s' is UTF-16: save it as UTF-8"), path);
    case MANUSCRIPT_BINARY:
        return fail_foreign(cli, path, _("no text"));
    case MANUSCRIPT_NO_UTF8:
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("'%s' is not UTF-8 in line %zu: save it as UTF-8"),
                        path, report->line);
    case MANUSCRIPT_CONTROL:
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("'%s' has a control character in line %zu"), path,
                        report->line);
    case MANUSCRIPT_FINE:
        break;
    }
    return CLI_DONE;
}

static void
say_mended(struct cli *cli, const char *path,
           const struct manuscript_report *report)
{
    if (report->had_cr)
        cli_say(cli, _("'%s': line ends of Windows (CR LF) became LF"), path);
    if (report->had_mark)
        cli_say(cli, _("'%s': the byte order mark was taken away"), path);
    if (report->invisible > 0)
        cli_warn(cli,
                 P_("'%s': readers will see %zu invisible character as an "
                    "escape",
                    "'%s': readers will see %zu invisible characters as "
                    "escapes",
                    report->invisible),
                 path, report->invisible);
}

/* Append the octets at path, checked and mended, to out. */
static int
take_text(struct cli *cli, const char *path, struct byte_buf *out)
{
    struct manuscript_report report = {0};
    struct byte_buf octets;
    const char *words;
    enum status status;
    int code = CLI_DONE;

    byte_buf_init(&octets, READ_MAX);
    status = file_read(&octets, path);
    if (status == STATUS_TOO_LARGE)
        report.fault = MANUSCRIPT_LONG;
    if (status == STATUS_OK)
        status = manuscript_take(out, &report, byte_view_of_buf(&octets));
    words = foreign_words(byte_view_of_buf(&octets), status == STATUS_OK);
    if (words != NULL)
        code = fail_foreign(cli, path, words);
    else if (report.fault != MANUSCRIPT_FINE)
        code = fail_fault(cli, path, &report);
    else if (status != STATUS_OK)
        code = cli_fail_file(cli, status, _("cannot read"), path);
    else
        say_mended(cli, path, &report);
    byte_buf_release(&octets);
    return code;
}

/* True if path ends with ending, whatever the case of its letters. */
static bool
ends_with(const char *path, const char *ending)
{
    size_t size = strlen(ending);

    if (strlen(path) < size)
        return false;
    path += strlen(path) - size;
    for (size_t i = 0; i < size; i++) {
        char letter = path[i];

        if (letter >= 'A' && letter <= 'Z')
            letter = (char)(letter - 'A' + 'a');
        if (letter != ending[i])
            return false;
    }
    return true;
}

/* The tag between the last two dots of a name, such as statement.ru.md.  Only
 * of two letters: many a statement.new.md is no Newari. */
static bool
language_of_name(char out[LANGUAGE_TEXT_SIZE], const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    const char *end = strrchr(name, '.');
    const char *dot = end;
    struct byte_view tag;

    while (dot != NULL && dot > name && dot[-1] != '.')
        dot--;
    if (dot == NULL || dot == name || dot - 1 == name)
        return false;
    tag = byte_view_of(dot, (size_t)(end - dot));
    return language_primary(tag).size == 2 &&
           language_canonical(out, tag) == STATUS_OK;
}

int
publish_input_read(struct cli *cli, const char *path, const char *language,
                   struct publish_input *out)
{
    memset(out, 0, sizeof(*out));
    out->path = path;
    out->is_plain = ends_with(path, ".txt");
    byte_buf_init(&out->text, PUBLISH_TEXT_MAX);
    if (language == NULL) {
        if (!language_of_name(out->language, path))
            snprintf(out->language, sizeof(out->language), "und");
    } else if (language_canonical(out->language, byte_view_of_text(language)) !=
               STATUS_OK) {
        return cli_misused(cli,
                           _("'%s' is no language tag such as en, ru or "
                             "kk-Cyrl"),
                           language);
    }
    return take_text(cli, path, &out->text);
}

void
publish_input_release(struct publish_input *input)
{
    byte_buf_release(&input->text);
}

int
publish_input_title(struct cli *cli, const struct publish_input *input,
                    char out[MANUSCRIPT_TITLE_SIZE])
{
    manuscript_title(out, byte_view_of_buf(&input->text));
    if (out[0] != '\0')
        return CLI_DONE;
    return cli_fail(cli, CLI_FAILED, "p2pub publish --title TITLE FILE",
                    _("'%s' has nothing that could be its title"), input->path);
}
