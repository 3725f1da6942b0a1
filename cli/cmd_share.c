#include <string.h>

#include "cli/command.h"
#include "cli/i18n.h"
#include "cli/node.h"
#include "core/limits.h"

int
cmd_share(struct cli *cli, int argc, char **argv)
{
    static const struct option own[] = {
        {"community", required_argument, NULL, 'c'},
        {"listen", required_argument, NULL, 'l'},
        {"neighbour", required_argument, NULL, 'n'},
        {NULL, 0, NULL, 0},
    };
    struct node_options options = {.daemon = true, .beacons = true};
    struct address neighbours[NEIGHBOURS_MAX];
    size_t neighbour_count = 0;
    const char *listen = NULL;
    struct node *node = NULL;
    int value;
    int code;

    while ((value = cli_option(cli, argc, argv, own)) >= 0) {
        size_t room = NEIGHBOURS_MAX - neighbour_count;

        if (value == 'c')
            options.community = optarg;
        if (value == 'l')
            listen = optarg;
        if (value != 'n')
            continue;
        code = node_parse_addresses(cli, optarg, neighbours + neighbour_count,
                                    &room);
        if (code != 0)
            return code;
        neighbour_count += room;
    }
    CLI_OPTIONS_RETURN(value);
    if (optind < argc)
        return cli_misused(cli, _("share takes no operand"));
    code = node_open(cli, &options, &node);
    if (code == 0)
        code = node_listen_neighbours(node, listen);
    if (code == 0)
        code = node_add_relays(node);
    for (size_t i = 0; i < neighbour_count && code == 0; i++)
        if (uv_node_add_neighbour(node_host(node), &neighbours[i]) != STATUS_OK)
            code = cli_fail_memory(cli);
    if (code == 0) {
        cli_say(cli, _("Sharing with everybody nearby. Ctrl-C stops it."));
        code = node_run(node, 0, 0);
        node_report(node);
    }
    node_close(node);
    return code;
}
