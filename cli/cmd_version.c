#include "cli/command.h"

int
cmd_version(struct cli *cli, int argc, char **argv)
{
    int value = cli_option(cli, argc, argv, NULL);

    CLI_OPTIONS_RETURN(value);
    cli_print(cli, "%s %s\n", PACKAGE_NAME, PACKAGE_VERSION);
    (void)json_object_set_new(cli->document, "version",
                              json_string(PACKAGE_VERSION));
    return CLI_DONE;
}
