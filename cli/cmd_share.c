#include <string.h>

#include "cli/command.h"
#include "cli/i18n.h"
#include "cli/node.h"
#include "core/limits.h"

/* What the command line asks for. */
struct request {
    struct node_options options;
    const char *listen; /* NULL for a free port */
    bool learned;       /* relays of which other nodes told, too */
    size_t neighbour_count;
    struct address neighbours[NEIGHBOURS_MAX];
};

static int
take_option(struct cli *cli, struct request *request, int value)
{
    size_t room = NEIGHBOURS_MAX - request->neighbour_count;
    int code;

    switch (value) {
    case 'c':
        request->options.community = optarg;
        return 0;
    case 'l':
        request->listen = optarg;
        return 0;
    case 'r':
        request->learned = true;
        return 0;
    case 'm':
        return node_parse_memory(cli, optarg, &request->options.memory);
    case 'n':
        code = node_parse_addresses(
            cli, optarg, request->neighbours + request->neighbour_count, &room);
        request->neighbour_count += room;
        return code;
    default:
        return 0;
    }
}

/* Somebody with no relay of his own has a way that he may not know of. */
static void
say_learned(struct cli *cli, const struct node *node)
{
    const size_t learned = node_count_learned(node);

    if (node_relays(node)->count == 0 && learned > 0)
        cli_say(cli,
                _("Other nodes told of %zu relay(s), p2pub peers shows them; "
                  "--learned tries them."),
                learned);
}

static int
run_share(struct cli *cli, const struct request *request)
{
    struct node *node = NULL;
    int code = node_open(cli, &request->options, &node);

    if (code == 0)
        code = node_listen_neighbours(node, request->listen);
    if (code == 0)
        code = node_add_relays(node);
    for (size_t i = 0; i < request->neighbour_count && code == 0; i++)
        if (uv_node_add_neighbour(node_host(node), &request->neighbours[i]) !=
            STATUS_OK)
            code = cli_fail_memory(cli);
    if (code == 0) {
        if (request->learned)
            uv_node_add_learned(node_host(node));
        else
            say_learned(cli, node);
        cli_say(cli, _("Sharing with everybody nearby. Ctrl-C stops it."));
        code = node_run(node, 0, 0);
        node_report(node);
    }
    node_close(node);
    return code;
}

int
cmd_share(struct cli *cli, int argc, char **argv)
{
    static const struct option own[] = {
        {"community", required_argument, NULL, 'c'},
        {"learned", no_argument, NULL, 'r'},
        {"listen", required_argument, NULL, 'l'},
        {"memory", required_argument, NULL, 'm'},
        {"neighbour", required_argument, NULL, 'n'},
        {NULL, 0, NULL, 0},
    };
    struct request request = {.options = {.daemon = true,
                                          .beacons = true,
                                          .tells_relays = true,
                                          .learns_relays = true}};
    int value;
    int code;

    while ((value = cli_option(cli, argc, argv, own)) >= 0) {
        code = take_option(cli, &request, value);
        if (code != 0)
            return code;
    }
    CLI_OPTIONS_RETURN(value);
    if (optind < argc)
        return cli_misused(cli, _("share takes no operand"));
    return run_share(cli, &request);
}
