/*
 * Questions to the person at the terminal, and passphrases.
 *
 * A passphrase comes from --passphrase-file or --passphrase-fd (line 1 the
 * current one, line 2 the new one of `keys passphrase`; line 1 the new one
 * where there is no current one), else from the terminal without echo; never
 * from an argument or the environment.  Where there is neither, the command
 * fails at once and names the option.
 *
 * A terminal is there when standard input and standard error both are one.
 * Questions go to stderr.
 */
#ifndef P2PUB_CLI_PROMPT_H
#define P2PUB_CLI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/cli.h"

/* Where a passphrase is to come from, as the options say. */
struct prompt_source {
    const char *file; /* --passphrase-file, or NULL */
    int descriptor;   /* --passphrase-fd, or -1 */
};

#define PROMPT_SOURCE_NONE ((struct prompt_source){NULL, -1})

/* True if an option says where. */
bool prompt_source_is_given(const struct prompt_source *source);

/* For the table of options, and the values that they have in it. */
#define PROMPT_OPTION_FILE       0x800
#define PROMPT_OPTION_DESCRIPTOR 0x801
#define PROMPT_OPTIONS                                                     \
    {"passphrase-file", required_argument, NULL, PROMPT_OPTION_FILE},      \
    {                                                                      \
        "passphrase-fd", required_argument, NULL, PROMPT_OPTION_DESCRIPTOR \
    }

/* Take an option's value (from optarg) if it is one of the two; else false.
 * *code is CLI_DONE, or the exit code of a mistake that was said. */
bool prompt_take_option(struct cli *cli, struct prompt_source *source,
                        int option, int *code);

/* Text in memory for secrets; all zero is none. */
struct prompt_secret {
    char *text; /* NULL, or zero-terminated */
    size_t size;
};

enum prompt_which {
    PROMPT_CURRENT,    /* opens a key that is there */
    PROMPT_NEW,        /* for a new key; asked twice */
    PROMPT_REPLACEMENT /* for a key that was just opened with PROMPT_CURRENT;
                          asked twice */
};

/*
 * Ask for the passphrase of the key called name: 1 to PASSPHRASE_MAX octets.
 * CLI_DONE, and prompt_secret_release *out afterwards; or an exit code whose
 * error was said, CLI_KEY when there is no passphrase to be had.
 *
 * While the echo is off, SIGINT and its like put it back before they do what
 * they do.
 */
int prompt_passphrase(struct cli *cli, const struct prompt_source *source,
                      enum prompt_which which, const char *name,
                      struct prompt_secret *out);
void prompt_secret_release(struct prompt_secret *secret);

/* Ask for a line of at most PASSPHRASE_MAX octets without echo; it may be
 * empty.  Only where prompt_can_ask; prompt_secret_release *out afterwards.
 * CLI_KEY, said, when nothing or too much was typed. */
int prompt_hidden(struct cli *cli, const char *question,
                  struct prompt_secret *out);

/* True if there is a person to ask. */
bool prompt_can_ask(void);

/* Ask a question; true for yes.  "Enter" means no.  Only where
 * prompt_can_ask. */
bool prompt_yes(const char *question);

/* Ask for a line of at most size - 1 octets into out, without its end; false,
 * and out empty, when nothing was typed.  Only where prompt_can_ask. */
bool prompt_line(const char *question, char *out, size_t size);

#endif
