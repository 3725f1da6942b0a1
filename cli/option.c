/*
 * Options: those of a command, and those that every command has.
 */
#include "cli/cli.h"

#include <string.h>

#include "cli/command.h"
#include "cli/i18n.h"

enum {
    OPTION_HOME = 0x1000,
    OPTION_JSON,
    OPTION_QUIET,
    OPTION_COLOR,
    OPTION_HELP,
    OPTION_VERSION /* before the command only */
};

static const struct option everywhere[] = {
    {"home", required_argument, NULL, OPTION_HOME},
    {"json", no_argument, NULL, OPTION_JSON},
    {"quiet", no_argument, NULL, OPTION_QUIET},
    {"color", required_argument, NULL, OPTION_COLOR},
    {"help", no_argument, NULL, OPTION_HELP},
};

/* What stands before a command may also be this. */
static const struct option leading[] = {
    {"version", no_argument, NULL, OPTION_VERSION},
    {NULL, 0, NULL, 0},
};

#define EVERYWHERE  (sizeof(everywhere) / sizeof(everywhere[0]))
#define OPTIONS_MAX 40

static bool
take_color(struct cli *cli, const char *text)
{
    static const char *const names[] = {"auto", "always", "never"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(text, names[i]) == 0) {
            cli->color = (enum cli_color)i;
            return true;
        }
    return false;
}

/* Handle an option that every command has; the answer of cli_option, or 0 to
 * go on. */
static int
take_common(struct cli *cli, int value)
{
    switch (value) {
    case OPTION_HOME:
        cli->home_option = optarg;
        return 0;
    case OPTION_JSON:
        cli->json = true;
        return 0;
    case OPTION_QUIET:
        cli->quiet = true;
        return 0;
    case OPTION_HELP:
        command_show_help(cli, cli->page == NULL ? cli->command : cli->page);
        return CLI_OPTIONS_HELP;
    case OPTION_VERSION:
        command_show_version(cli);
        return CLI_OPTIONS_HELP;
    default: /* OPTION_COLOR */
        if (take_color(cli, optarg))
            return 0;
        (void)cli_misused(cli, _("--color takes auto, always or never"));
        return CLI_OPTIONS_BAD;
    }
}

/* The next option among own and common ones. */
static int
next_option(struct cli *cli, int argc, char **argv, const struct option *own,
            const char *letters)
{
    struct option all[OPTIONS_MAX];
    size_t count = 0;

    memset(all, 0, sizeof(all));
    while (own != NULL && own[count].name != NULL &&
           count < OPTIONS_MAX - EVERYWHERE - 1) {
        all[count] = own[count];
        count++;
    }
    memcpy(all + count, everywhere, sizeof(everywhere));
    opterr = 0;
    for (;;) {
        int value = getopt_long(argc, argv, letters, all, NULL);
        int answer;

        if (value == -1)
            return CLI_OPTIONS_END;
        if (value == ':' || value == '?') {
            (void)cli_misused(cli,
                              value == ':' ? _("%s needs an argument")
                                           : _("unknown option %s"),
                              argv[optind - 1]);
            return CLI_OPTIONS_BAD;
        }
        if (value == 'q')
            value = OPTION_QUIET;
        if (value == 'h')
            value = OPTION_HELP;
        if (value < OPTION_HOME || value > OPTION_VERSION)
            return value;
        answer = take_common(cli, value);
        if (answer != 0)
            return answer;
    }
}

int
cli_option(struct cli *cli, int argc, char **argv, const struct option *own)
{
    return next_option(cli, argc, argv, own, ":qh");
}

int
cli_leading_option(struct cli *cli, int argc, char **argv)
{
    return next_option(cli, argc, argv, leading, "+:qh");
}
