#include "cli/command.h"
#include "cli/i18n.h"

int
cmd_help(struct cli *cli, int argc, char **argv)
{
    const struct cli_command *command = NULL;
    int value = cli_option(cli, argc, argv, NULL);

    CLI_OPTIONS_RETURN(value);
    if (optind < argc) {
        command = command_find(argv[optind]);
        if (command == NULL)
            return command_fail_unknown(cli, argv[optind], "p2pub help");
    }
    if (optind + 2 == argc && command != NULL && command->run == cmd_keys) {
        command = cmd_keys_page(argv[optind + 1]);
        if (command == NULL)
            return cli_fail(cli, CLI_USAGE, "p2pub help keys",
                            _("keys has no '%s'"), argv[optind + 1]);
    } else if (optind + 1 < argc) {
        return cli_misused(cli, _("one command at a time"));
    }
    command_show_help(cli, command);
    return CLI_DONE;
}
