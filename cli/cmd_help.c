#include "cli/command.h"
#include "cli/i18n.h"

int
cmd_help(struct cli *cli, int argc, char **argv)
{
    const struct cli_command *command = NULL;
    int value = cli_option(cli, argc, argv, NULL);

    CLI_OPTIONS_RETURN(value);
    if (optind + 1 < argc)
        return cli_misused(cli, _("one command at a time"));
    if (optind < argc) {
        command = command_find(argv[optind]);
        if (command == NULL)
            return command_fail_unknown(cli, argv[optind], "p2pub help");
    }
    command_show_help(cli, command);
    return CLI_DONE;
}
