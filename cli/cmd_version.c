#include "cli/command.h"
#include "cli/i18n.h"

int
cmd_version(struct cli *cli, int argc, char **argv)
{
    int value = cli_option(cli, argc, argv, NULL);

    CLI_OPTIONS_RETURN(value);
    if (optind < argc)
        return cli_misused(cli, _("version takes no '%s'"), argv[optind]);
    command_show_version(cli);
    return CLI_DONE;
}
