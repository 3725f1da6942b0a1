/*
 * What every command is given, and the ways in which it speaks.
 *
 * stdout is data, stderr is talk.  With --json stdout is one document, also
 * when the command fails: a command adds its members to cli->document and
 * returns; main prints it.
 *
 * What is said on stderr passes text_escape as a whole, so that nobody's file
 * name does something to the terminal.  What cli_print is given does not:
 * whoever has text from outside escapes it (cli/render.h).
 */
#ifndef P2PUB_CLI_CLI_H
#define P2PUB_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include <getopt.h>

#include <jansson.h>

#include "bundles/language.h"
#include "core/entropy.h"
#include "core/status.h"

/* Exit codes: a contract with scripts, see the manual page. */
enum cli_exit {
    CLI_DONE = 0,
    CLI_FAILED = 1,
    CLI_USAGE = 2,
    CLI_NOT_VERIFIED = 3, /* never for anything else */
    CLI_NOT_FOUND = 4,
    CLI_NOT_FOLLOWED = 5,
    CLI_KEY = 6,
    CLI_NETWORK = 7,
    CLI_STORE = 8
};

enum cli_color {
    CLI_COLOR_AUTO,
    CLI_COLOR_ALWAYS,
    CLI_COLOR_NEVER
};

struct cli_command;

struct cli {
    const struct cli_command *command;
    const struct cli_command *page; /* whose help is meant: that of a verb, or
                                       NULL for the command's */
    const char *verb;               /* of a command that has several, or NULL */
    const char *home_option;        /* --home, or NULL */
    char *home;                     /* once cli_home was asked; freed by main */
    bool json;
    bool quiet;
    bool lenient; /* while set, cli_fail only warns */
    enum cli_color color;
    /* The tag of --lang, of commands that have it; empty for none. */
    char language[LANGUAGE_TEXT_SIZE];
    json_t *document; /* what --json prints; never NULL */
    struct entropy entropy;
};

/* A command of the table in cli/commands.c. */
struct cli_command {
    const char *name;
    const char *usage;   /* what follows the name */
    const char *summary; /* one line */
    const char *help;    /* the rest: options, then examples */
    int (*run)(struct cli *cli, int argc, char **argv);
};

/*
 * Options.  own ends with a zero entry, its values are letters or numbers
 * above 255 but not those of CLI_OPTION_*; options that every command has
 * (--home, --json, --quiet, --color, --help) are handled inside.
 * Gives the value of the next own option, with its argument in optarg;
 * CLI_OPTIONS_END, operands then begin at argv[optind]; or one of the other
 * two, for CLI_OPTIONS_RETURN.
 */
#define CLI_OPTIONS_END  (-1)
#define CLI_OPTIONS_BAD  (-2) /* the error was said */
#define CLI_OPTIONS_HELP (-3) /* help was shown: return CLI_DONE */
int cli_option(struct cli *cli, int argc, char **argv,
               const struct option *own);

/* The same for options that stand before the command's name. */
int cli_leading_option(struct cli *cli, int argc, char **argv);

/* Returns from the calling command when the options ended it. */
#define CLI_OPTIONS_RETURN(value)        \
    do {                                 \
        if ((value) == CLI_OPTIONS_HELP) \
            return CLI_DONE;             \
        if ((value) == CLI_OPTIONS_BAD)  \
            return CLI_USAGE;            \
    } while (0)

/* Say `error: ...` and, where attempt is not NULL, `try: attempt`; with --json
 * put both into the document.  Returns code, so that a command can
 * `return cli_fail(...)`.  The first error of a command is the document's. */
int cli_fail(struct cli *cli, enum cli_exit code, const char *attempt,
             const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 4, 5)))
#endif
    ;

/* A command line that is not understood: cli_fail with CLI_USAGE, pointing at
 * the command's help. */
int cli_misused(struct cli *cli, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;

/* Talk: a line on stderr, unless --quiet or --json. */
void cli_say(const struct cli *cli, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;

/* A line on stderr that begins with `warning: `, whatever was asked. */
void cli_warn(const struct cli *cli, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;

/* Data: on stdout, unless --json. */
void cli_print(const struct cli *cli, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;

/* cli_fail for what a store or a file said: what is one or two words and
 * path names it ("cannot read", "notes.md").  errno is used for STATUS_IO and
 * STATUS_DENIED.  The code follows from status; for a store use
 * cli_fail_store. */
int cli_fail_file(struct cli *cli, enum status status, const char *what,
                  const char *path);
int cli_fail_store(struct cli *cli, enum status status);
int cli_fail_memory(struct cli *cli);

#endif
