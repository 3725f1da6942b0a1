#include "cli/relays.h"

#include <string.h>

#include "cli/home.h"
#include "cli/i18n.h"
#include "core/limits.h"
#include "core/mem.h"

#define RELAYS_NAME "relays"

/* The next line of rest, without its LF. */
static struct byte_view
take_line(struct byte_view *rest)
{
    const uint8_t *end =
        rest->size == 0 ? NULL : memchr(rest->data, '\n', rest->size);
    size_t size = end == NULL ? rest->size : (size_t)(end - rest->data);
    struct byte_view line = byte_view_slice(*rest, 0, size);

    *rest = byte_view_slice(*rest, size + 1, rest->size);
    return line;
}

/* Lines for people: empty, or beginning with #. */
static bool
is_remark(struct byte_view line)
{
    return line.size == 0 || line.data[0] == '#';
}

static enum status
append(struct relays *relays, const struct relay_line *line)
{
    struct relay_line *lines;

    if (relays->count >= RELAYS_MAX)
        return STATUS_TOO_LARGE;
    lines = mem_resize(relays->lines, (relays->count + 1) * sizeof(*lines));
    if (lines == NULL)
        return STATUS_NO_MEMORY;
    relays->lines = lines;
    relays->lines[relays->count++] = *line;
    return STATUS_OK;
}

int
relays_open(struct cli *cli, struct relays *out)
{
    struct byte_view rest;
    size_t number = 0;
    int failed;

    memset(out, 0, sizeof(*out));
    byte_buf_init(&out->text, RELAYS_TEXT_MAX);
    failed = home_read(cli, RELAYS_NAME, &out->text);
    rest = byte_view_of_buf(&out->text);
    while (failed == 0 && rest.size > 0) {
        struct byte_view text = take_line(&rest);
        struct relay_line line;

        number++;
        if (is_remark(text))
            continue;
        if (relay_line_parse(&line, text) != STATUS_OK) {
            cli_warn(cli,
                     _("line %zu of '%s/%s' is no relay line; it counts "
                       "for nothing"),
                     number, cli->home, RELAYS_NAME);
            continue;
        }
        switch (append(out, &line)) {
        case STATUS_OK:
            break;
        case STATUS_TOO_LARGE:
            failed = cli_fail(cli, CLI_FAILED, NULL,
                              _("'%s/%s' names more than %zu relays"),
                              cli->home, RELAYS_NAME, RELAYS_MAX);
            break;
        default:
            failed = cli_fail_memory(cli);
        }
    }
    if (failed != 0)
        relays_release(out);
    return failed;
}

void
relays_release(struct relays *relays)
{
    if (relays->text.data != NULL)
        mem_wipe(relays->text.data, relays->text.capacity);
    if (relays->lines != NULL)
        mem_wipe(relays->lines, relays->count * sizeof(*relays->lines));
    byte_buf_release(&relays->text);
    mem_free(relays->lines);
    relays->lines = NULL;
    relays->count = 0;
}

const struct relay_line *
relays_find(const struct relays *relays, const char *name)
{
    for (size_t i = 0; i < relays->count; i++) {
        char own[RELAY_NAME_SIZE];

        relay_line_name(&relays->lines[i], own);
        if (strcmp(own, name) == 0)
            return &relays->lines[i];
    }
    return NULL;
}

static bool
same_relay(const struct relay_line *a, const struct relay_line *b)
{
    char a_name[RELAY_NAME_SIZE];
    char b_name[RELAY_NAME_SIZE];

    relay_line_name(a, a_name);
    relay_line_name(b, b_name);
    return strcmp(a_name, b_name) == 0;
}

/* Copy the file's text to out, leaving out the lines of one relay. */
static enum status
text_without(struct byte_buf *out, const struct relays *relays,
             const struct relay_line *gone)
{
    struct byte_view rest = byte_view_of_buf(&relays->text);
    enum status status = STATUS_OK;

    while (status == STATUS_OK && rest.size > 0) {
        struct byte_view text = take_line(&rest);
        struct relay_line line;

        if (!is_remark(text) && relay_line_parse(&line, text) == STATUS_OK &&
            same_relay(&line, gone))
            continue;
        status = byte_buf_append(out, text);
        if (status == STATUS_OK)
            status = byte_buf_append_text(out, "\n");
    }
    return status;
}

int
relays_add(struct cli *cli, struct relays *relays,
           const struct relay_line *line)
{
    struct byte_buf text;
    enum status status;
    int failed;

    if (relays->count >= RELAYS_MAX)
        return cli_fail(cli, CLI_FAILED, "p2pub peers remove NAME",
                        _("there are %zu relays already"), relays->count);
    byte_buf_init(&text, RELAYS_TEXT_MAX);
    /* A new line of a relay that is known replaces the old one: its ports or
     * its secret may have changed. */
    status = text_without(&text, relays, line);
    if (status == STATUS_OK)
        status = relay_line_write(&text, line);
    if (status == STATUS_OK)
        status = byte_buf_append_text(&text, "\n");
    failed = status == STATUS_OK
                 ? home_write(cli, RELAYS_NAME, byte_view_of_buf(&text), 0600)
                 : cli_fail_memory(cli);
    if (text.data != NULL)
        mem_wipe(text.data, text.capacity);
    byte_buf_release(&text);
    return failed;
}

int
relays_remove(struct cli *cli, struct relays *relays, const char *name)
{
    const struct relay_line *line = relays_find(relays, name);
    struct byte_buf text;
    int failed;

    if (line == NULL)
        return cli_fail(cli, CLI_NOT_FOUND, "p2pub peers",
                        _("there is no relay called '%s'"), name);
    byte_buf_init(&text, RELAYS_TEXT_MAX);
    failed = text_without(&text, relays, line) == STATUS_OK
                 ? home_write(cli, RELAYS_NAME, byte_view_of_buf(&text), 0600)
                 : cli_fail_memory(cli);
    if (text.data != NULL)
        mem_wipe(text.data, text.capacity);
    byte_buf_release(&text);
    return failed;
}
