/*
 * keys: what its verbs have in common, their options.
 */
#include <getopt.h>
#include <string.h>

#include "cli/command.h"
#include "cli/i18n.h"
#include "cli/keys.h"
#include "cli/keys_verb.h"
#include "core/limits.h"

/* An option of some verb; its letter is looked for in keys_verb's options. */
static const struct option options[] = {
    {"recovery", required_argument, NULL, 'r'},
    {"threshold", required_argument, NULL, 't'},
    {"name-in", required_argument, NULL, 'l'},
    {"web", required_argument, NULL, 'u'},
    {"no-passphrase", no_argument, NULL, 'n'},
    {"public", no_argument, NULL, 'p'},
    {"reason", required_argument, NULL, 'w'},
    {"file", required_argument, NULL, 'f'},
    {"sheets", required_argument, NULL, 'd'},
    {"words", no_argument, NULL, 'W'},
    {"words-file", required_argument, NULL, 'F'},
    {"good", required_argument, NULL, 'g'},
    {"identity", required_argument, NULL, 'i'},
    {"new-name", required_argument, NULL, 'N'},
    {"new-words", no_argument, NULL, 'R'},
    {"same-key", no_argument, NULL, 's'},
    {"offline", no_argument, NULL, 'O'},
    {"dry-run", no_argument, NULL, 'D'},
    {"yes", no_argument, NULL, 'Y'},
    PROMPT_OPTIONS,
    {NULL, 0, NULL, 0},
};

/* What the prompt's options are called in keys_verb's. */
#define PROMPT_LETTER 'P'

/* Which options were there, by letter. */
struct given {
    const char *names[128]; /* NULL: it was not */
};

/* Those of rotate and recover alone; others are the prompt's. */
static int
take_rotation_option(struct cli *cli, struct keys_request *out, int option)
{
    int code = CLI_DONE;

    switch (option) {
    case 'W':
        out->words.ask = true;
        return CLI_DONE;
    case 'F':
        out->words.file = optarg;
        return CLI_DONE;
    case 'g':
        if (out->good_count == IDENTITY_GOOD_MAX)
            return cli_misused(cli, _("at most %zu --good"), IDENTITY_GOOD_MAX);
        out->good[out->good_count++] = optarg;
        return CLI_DONE;
    case 'i':
        out->identity = optarg;
        return CLI_DONE;
    case 'N':
        out->new_name = optarg;
        return CLI_DONE;
    case 'R':
        out->new_words = true;
        return CLI_DONE;
    case 's':
        out->same_key = true;
        return CLI_DONE;
    default:
        (void)prompt_take_option(cli, &out->answer.source, option, &code);
        return code;
    }
}

static int
take_option(struct cli *cli, struct keys_request *out, int option)
{
    switch (option) {
    case 'r':
        return identity_options_add_recovery(cli, &out->maker.identity, optarg);
    case 't':
        return identity_options_set_threshold(cli, &out->maker.identity,
                                              optarg);
    case 'l':
        return identity_options_add_name(cli, &out->maker.identity, optarg);
    case 'u':
        return identity_options_set_web(cli, &out->maker.identity, optarg);
    case 'n':
        out->maker.no_passphrase = true;
        return CLI_DONE;
    case 'p':
        out->is_public = true;
        return CLI_DONE;
    case 'w':
        out->reason = optarg;
        return CLI_DONE;
    case 'f':
        out->sheet = optarg;
        return CLI_DONE;
    case 'd':
        out->sheets = optarg;
        return CLI_DONE;
    case 'O':
        out->answer.offline = true;
        return CLI_DONE;
    case 'D':
        out->answer.dry_run = true;
        return CLI_DONE;
    case 'Y':
        out->answer.yes = true;
        return CLI_DONE;
    default:
        return take_rotation_option(cli, out, option);
    }
}

/* Options; an exit code, or -1 to go on. */
static int
parse(struct cli *cli, int argc, char **argv, struct keys_request *out,
      struct given *given)
{
    int option;
    int code;

    memset(out, 0, sizeof(*out));
    memset(given, 0, sizeof(*given));
    out->answer.source = PROMPT_SOURCE_NONE;
    while ((option = cli_option(cli, argc, argv, options)) >= 0) {
        for (size_t i = 0; options[i].name != NULL; i++)
            if (options[i].val == option)
                given->names[option < 128 ? option : PROMPT_LETTER] =
                    options[i].name;
        code = take_option(cli, out, option);
        if (code != CLI_DONE)
            return code;
    }
    CLI_OPTIONS_RETURN(option);
    return -1;
}

/* What makes no sense together. */
static int
check(struct cli *cli, const struct keys_verb *verb,
      const struct keys_request *request, const struct given *given)
{
    for (size_t i = 0; i < sizeof(given->names) / sizeof(given->names[0]); i++)
        if (given->names[i] != NULL && strchr(verb->options, (int)i) == NULL)
            return cli_misused(cli, _("--%s is not for keys %s"),
                               given->names[i], verb->name);
    /* Whoever gives a passphrase must not get a key without one. */
    if (strcmp(verb->name, "passphrase") != 0 && request->maker.no_passphrase &&
        prompt_source_is_given(&request->answer.source))
        return cli_misused(cli, _("--no-passphrase, and a passphrase: which "
                                  "of them?"));
    return CLI_DONE;
}

/* So that --help and mistakes in the options are about the verb. */
static void
look_ahead(struct cli *cli, int argc, char **argv)
{
    int i = 1;

    while (i < argc && argv[i][0] == '-')
        i++;
    if (i < argc)
        cli->page = cmd_keys_page(argv[i]);
}

int
cmd_keys(struct cli *cli, int argc, char **argv)
{
    const struct keys_verb *verb;
    struct keys_request request;
    struct given given;
    int code;

    look_ahead(cli, argc, argv);
    code = parse(cli, argc, argv, &request, &given);
    if (code >= 0)
        return code;
    cli->verb = optind < argc ? argv[optind] : "list";
    cli->page = cmd_keys_page(cli->verb);
    verb = keys_verb_find(cli->verb);
    if (verb == NULL)
        return cli_misused(cli, _("keys has no '%s'"), cli->verb);
    if (argc - optind - 1 > verb->operands)
        return cli_misused(cli, _("'%s' is one too many"),
                           argv[optind + 1 + verb->operands]);
    request.argument = optind + 1 < argc ? argv[optind + 1] : NULL;
    code = check(cli, verb, &request, &given);
    return code == CLI_DONE ? verb->run(cli, &request) : code;
}
