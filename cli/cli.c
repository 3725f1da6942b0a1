#include "cli/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/i18n.h"
#include "core/bytes.h"
#include "core/text.h"

/* Room for one line of talk; longer ones are cut. */
#define LINE_SIZE 2048

/* text in out, as a terminal may be shown it; byte_buf_release *out, which is
 * empty without memory. */
static const char *
make_safe(struct byte_buf *out, enum text_layout layout, const char *text)
{
    const char *safe = NULL;

    /* A TAB is written as eight octets at most, others as fewer. */
    byte_buf_init(out, (size_t)LINE_SIZE * 8);
    if (text_escape(out, byte_view_of_text(text), layout, 0) == STATUS_OK)
        safe = byte_buf_text(out);
    return safe == NULL ? _("out of memory") : safe;
}

/* The same for the line that format and arguments make: the names of files
 * and peers in it are anybody's. */
static const char *make_line(struct byte_buf *out, enum text_layout layout,
                             const char *format, va_list arguments)
#if defined(__GNUC__)
    __attribute__((format(printf, 3, 0)))
#endif
    ;

static const char *
make_line(struct byte_buf *out, enum text_layout layout, const char *format,
          va_list arguments)
{
    char line[LINE_SIZE];

    (void)vsnprintf(line, sizeof(line), format, arguments);
    return make_safe(out, layout, line);
}

static void
document_error(struct cli *cli, enum cli_exit code, const char *message,
               const char *attempt)
{
    json_t *error;

    if (json_object_get(cli->document, "error") != NULL)
        return;
    error = json_object();
    (void)json_object_set_new(error, "code", json_integer(code));
    (void)json_object_set_new(error, "message", json_string(message));
    if (attempt != NULL)
        (void)json_object_set_new(error, "try", json_string(attempt));
    (void)json_object_set_new(cli->document, "error", error);
}

int
cli_fail(struct cli *cli, enum cli_exit code, const char *attempt,
         const char *format, ...)
{
    struct byte_buf text;
    struct byte_buf safe;
    va_list arguments;
    const char *line;

    va_start(arguments, format);
    line = make_line(&text, TEXT_ONE_LINE, format, arguments);
    va_end(arguments);
    byte_buf_init(&safe, 0);
    if (attempt != NULL)
        attempt = make_safe(&safe, TEXT_ONE_LINE, attempt);
    (void)fprintf(stderr, cli->lenient ? _("warning: %s\n") : _("error: %s\n"),
                  line);
    if (attempt != NULL && !cli->lenient)
        (void)fprintf(stderr, _("try: %s\n"), attempt);
    if (!cli->lenient)
        document_error(cli, code, line, attempt);
    byte_buf_release(&text);
    byte_buf_release(&safe);
    return (int)code;
}

int
cli_misused(struct cli *cli, const char *format, ...)
{
    const struct cli_command *page =
        cli->page == NULL ? cli->command : cli->page;
    char line[LINE_SIZE];
    char attempt[64];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    (void)snprintf(attempt, sizeof(attempt), "p2pub help%s%s",
                   page == NULL ? "" : " ", page == NULL ? "" : page->name);
    return cli_fail(cli, CLI_USAGE, attempt, "%s", line);
}

void
cli_say(const struct cli *cli, const char *format, ...)
{
    struct byte_buf text;
    va_list arguments;

    if (cli->quiet || cli->json)
        return;
    va_start(arguments, format);
    (void)fprintf(stderr, "%s\n",
                  make_line(&text, TEXT_PAGE, format, arguments));
    va_end(arguments);
    byte_buf_release(&text);
}

void
cli_warn(const struct cli *cli, const char *format, ...)
{
    struct byte_buf text;
    va_list arguments;

    (void)cli;
    va_start(arguments, format);
    (void)fprintf(stderr, _("warning: %s\n"),
                  make_line(&text, TEXT_PAGE, format, arguments));
    va_end(arguments);
    byte_buf_release(&text);
}

void
cli_print(const struct cli *cli, const char *format, ...)
{
    va_list arguments;

    if (cli->json)
        return;
    va_start(arguments, format);
    (void)vfprintf(stdout, format, arguments);
    va_end(arguments);
}

int
cli_fail_memory(struct cli *cli)
{
    return cli_fail(cli, CLI_FAILED, NULL, _("out of memory"));
}

int
cli_fail_file(struct cli *cli, enum status status, const char *what,
              const char *path)
{
    const char *why = status_text(status);
    enum cli_exit code = CLI_FAILED;

    if (status == STATUS_NO_MEMORY)
        return cli_fail_memory(cli);
    if (status == STATUS_NOT_FOUND)
        code = CLI_NOT_FOUND;
    if (status == STATUS_FULL)
        why = _("no room is left on the disk");
    if ((status == STATUS_IO || status == STATUS_DENIED) && errno != 0)
        why = errno == ENOTSUP ? _("it is a pipe or a device, and no file")
                               : strerror(errno);
    return cli_fail(cli, code, NULL, "%s '%s': %s", what, path, why);
}

int
cli_fail_store(struct cli *cli, enum status status)
{
    switch (status) {
    case STATUS_NO_MEMORY:
        return cli_fail_memory(cli);
    case STATUS_FULL:
        return cli_fail(cli, CLI_STORE, NULL,
                        _("the store '%s' is full, or its disk is; nothing "
                          "was changed"),
                        cli->home);
    case STATUS_LOCKED:
        return cli_fail(cli, CLI_STORE, NULL,
                        _("the store '%s' is in use by another p2pub; wait, "
                          "and try again"),
                        cli->home);
    case STATUS_DAMAGED:
        return cli_fail(cli, CLI_STORE, NULL,
                        _("the store '%s' is damaged; what can be read can "
                          "be saved with p2pub export"),
                        cli->home);
    case STATUS_NEWER:
        return cli_fail(cli, CLI_STORE, NULL,
                        _("the store '%s' was written by a newer p2pub"),
                        cli->home);
    case STATUS_DENIED:
        return cli_fail(cli, CLI_STORE, NULL,
                        _("the store '%s' cannot be written"), cli->home);
    case STATUS_NOT_FOUND:
        return cli_fail(cli, CLI_NOT_FOUND, NULL,
                        _("there is no store in '%s' yet"), cli->home);
    case STATUS_OK:
    case STATUS_MALFORMED:
    case STATUS_TOO_LARGE:
    case STATUS_BAD_SIGNATURE:
    case STATUS_EXISTS:
    case STATUS_AMBIGUOUS:
    case STATUS_WRONG_PASSPHRASE:
    case STATUS_IO:
    case STATUS_CANCELLED:
        break;
    }
    return cli_fail(cli, CLI_STORE, NULL, _("the store '%s': %s"), cli->home,
                    status_text(status));
}
