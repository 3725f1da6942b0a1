/*
 * keys: list, new, show, import, passphrase, revoke.
 */
#include <getopt.h>
#include <string.h>

#include "cli/command.h"
#include "cli/i18n.h"
#include "cli/keys.h"
#include "cli/publisher.h"
#include "core/limits.h"

static int
add_recovery(struct cli *cli, struct key_maker *maker, const char *argument)
{
    if (maker->recovery_count == IDENTITY_RECOVERY_MAX)
        return cli_misused(cli, _("at most %zu recovery keys"),
                           IDENTITY_RECOVERY_MAX);
    return publisher_read_key(cli, argument,
                              &maker->recovery[maker->recovery_count++]);
}

/* Options; an exit code, or -1 to go on. */
static int
parse(struct cli *cli, int argc, char **argv, struct keys_request *out)
{
    static const struct option options[] = {
        {"recovery", required_argument, NULL, 'r'},
        {"no-passphrase", no_argument, NULL, 'n'},
        {"public", no_argument, NULL, 'p'},
        {"reason", required_argument, NULL, 'w'},
        {"offline", no_argument, NULL, ANSWER_OPTION_OFFLINE},
        {"dry-run", no_argument, NULL, ANSWER_OPTION_DRY_RUN},
        {"yes", no_argument, NULL, ANSWER_OPTION_YES},
        PROMPT_OPTIONS,
        {NULL, 0, NULL, 0},
    };
    int option;
    int code;

    memset(out, 0, sizeof(*out));
    out->answer.source = PROMPT_SOURCE_NONE;
    while ((option = cli_option(cli, argc, argv, options)) >= 0) {
        code = CLI_DONE;
        if (option == 'r')
            code = add_recovery(cli, &out->maker, optarg);
        else if (option == 'n')
            out->maker.no_passphrase = true;
        else if (option == 'p')
            out->is_public = true;
        else if (option == 'w')
            out->reason = optarg;
        else
            code = answer_take_option(cli, &out->answer, option);
        if (code != CLI_DONE)
            return code;
    }
    CLI_OPTIONS_RETURN(option);
    return -1;
}

/* What makes no sense together. */
static int
check(struct cli *cli, const struct keys_request *request, int argc,
      char **argv)
{
    const struct answer *answer = &request->answer;
    int operands = strcmp(cli->verb, "list") == 0 ? 1 : 2;

    if (argc - optind > operands)
        return cli_misused(cli, _("'%s' is one too many"),
                           argv[optind + operands]);
    if ((request->reason != NULL || answer->offline || answer->dry_run ||
         answer->yes) &&
        strcmp(cli->verb, "revoke") != 0)
        return cli_misused(cli, _("--reason, --offline, --dry-run and --yes "
                                  "are for keys revoke"));
    /* Whoever gives a passphrase must not get a key without one. */
    if (strcmp(cli->verb, "new") == 0 && request->maker.no_passphrase &&
        prompt_source_is_given(&answer->source))
        return cli_misused(cli, _("--no-passphrase, and a passphrase: which "
                                  "of them?"));
    return CLI_DONE;
}

static int
run(struct cli *cli, struct keys_request *request)
{
    const char *verb = cli->verb;

    if (strcmp(verb, "list") == 0)
        return keys_list(cli, request);
    if (strcmp(verb, "new") == 0)
        return keys_new(cli, request);
    if (strcmp(verb, "show") == 0)
        return keys_show(cli, request);
    if (strcmp(verb, "import") == 0)
        return keys_import(cli, request);
    if (strcmp(verb, "passphrase") == 0)
        return keys_passphrase(cli, request);
    if (strcmp(verb, "revoke") == 0)
        return keys_revoke(cli, request);
    return cli_misused(cli,
                       _("keys takes list, new, show, import, "
                         "passphrase or revoke, not '%s'"),
                       verb);
}

int
cmd_keys(struct cli *cli, int argc, char **argv)
{
    struct keys_request request;
    int code = parse(cli, argc, argv, &request);

    if (code >= 0)
        return code;
    cli->verb = optind < argc ? argv[optind] : "list";
    request.argument = optind + 1 < argc ? argv[optind + 1] : NULL;
    code = check(cli, &request, argc, argv);
    return code == CLI_DONE ? run(cli, &request) : code;
}
