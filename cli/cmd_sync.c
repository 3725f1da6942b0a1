#include <stdio.h>
#include <string.h>

#include "cli/cli_clock.h"
#include "cli/command.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/node.h"
#include "cli/relays.h"
#include "cli/told.h"
#include "core/limits.h"
#include "core/text.h"
#include "net/control_client.h"

/* A daemon's answer comes later than it promised by so much at most,
 * milliseconds. */
#define DAEMON_LATE_MS 2000

/* One peer instead of everybody: a relay's name, or ADDRESS:PORT. */
static int
add_peer(struct cli *cli, struct node *node, const char *peer)
{
    const struct relay_line *line;
    struct relays relays;
    struct address address;
    size_t count = 1;
    int code = relays_open(cli, &relays);

    if (code != 0)
        return code;
    line = relays_find(&relays, peer);
    if (line != NULL) {
        if (uv_node_add_relay(node_host(node), line) != STATUS_OK)
            code = cli_fail_memory(cli);
    } else if (strpbrk(peer, ":.") == NULL) {
        code = cli_fail(cli, CLI_NOT_FOUND, "p2pub peers",
                        _("there is no relay called '%s'"), peer);
    } else {
        code = node_parse_addresses(cli, peer, &address, &count);
        if (code == 0 &&
            uv_node_add_neighbour(node_host(node), &address) != STATUS_OK)
            code = cli_fail_memory(cli);
    }
    relays_release(&relays);
    return code;
}

/* What it took, for those who pay by the octet. */
static void
say_cost(struct cli *cli, const struct engine_figures *figures)
{
    if (figures->round_trips > 0)
        cli_print(cli, _("%llu octets in, %llu out, %u round trips\n"),
                  (unsigned long long)figures->octets_in,
                  (unsigned long long)figures->octets_out,
                  figures->round_trips);
    else
        cli_print(cli, _("%llu octets in, %llu out\n"),
                  (unsigned long long)figures->octets_in,
                  (unsigned long long)figures->octets_out);
    if (figures->has_first)
        cli_print(cli,
                  _("the first statement could be read %.2f s after the "
                    "connection\n"),
                  (double)figures->first_after / 1000);
}

static int
say_result(struct cli *cli, const struct uv_node_figures *figures,
           const char *peer)
{
    node_report_figures(cli, figures);
    (void)json_object_set_new(cli->document, "contacts",
                              json_integer((json_int_t)figures->contacts));
    if (figures->contacts == 0 && peer != NULL)
        return cli_fail(cli, CLI_NETWORK, "p2pub sync",
                        _("'%s' did not answer"), peer);
    if (figures->contacts == 0 && figures->relays > 0)
        return cli_fail(cli, CLI_NETWORK, "p2pub export FOLDER",
                        _("nobody answered: %u relay(s) tried, no neighbour "
                          "heard"),
                        figures->relays);
    if (figures->contacts == 0)
        return cli_fail(cli, CLI_NETWORK, "p2pub peers add FILE",
                        _("no neighbour was heard, and no relay is known"));
    cli_print(cli,
              _("%u contact(s): received %llu, passed on %llu, in %.1f s\n"),
              figures->contacts, (unsigned long long)figures->engine.records_in,
              (unsigned long long)figures->engine.records_out,
              (double)figures->milliseconds / 1000);
    say_cost(cli, &figures->engine);
    if (figures->relays_met < figures->relays)
        cli_warn(cli, _("%u of %u relays did not answer"),
                 figures->relays - figures->relays_met, figures->relays);
    if (figures->settled < figures->contacts)
        cli_warn(cli, _("a contact ended early; the next one brings the rest"));
    return CLI_DONE;
}

/* The line that asks the daemon; false if peer is nothing that it has a link
 * to by name, or it may not know all the relays that we know. */
static bool
daemon_line(struct cli *cli, const char *peer, uint64_t seconds,
            struct control_line *line, size_t *relay_count)
{
    struct relays relays;
    bool knows = true;

    if (relays_open(cli, &relays) != 0)
        return false;
    *relay_count = peer == NULL ? relays.count : 0;
    *line =
        (struct control_line){.kind = CONTROL_SYNC, .count = (uint32_t)seconds};
    if (peer != NULL) {
        knows = relays_find(&relays, peer) != NULL &&
                strlen(peer) < sizeof(line->relay);
        if (knows)
            memcpy(line->relay, peer, strlen(peer));
    }
    relays_release(&relays);
    return knows;
}

/* What the daemon of this home says to that; false if none runs, or it has no
 * such link. */
static bool
ask_daemon(struct cli *cli, const char *peer, uint64_t seconds,
           struct uv_node_figures *figures)
{
    const struct mono_time began = cli_clock_now();
    struct control_client *client = NULL;
    struct control_line line = {.kind = CONTROL_UNKNOWN};
    size_t relay_count = 0;
    bool answered = false;

    if (control_client_open(&client, cli->home) != STATUS_OK)
        return false;
    if (daemon_line(cli, peer, seconds, &line, &relay_count) &&
        control_client_send(client, &line) == STATUS_OK &&
        control_client_receive(client, DAEMON_LATE_MS, &line) == STATUS_OK &&
        line.kind == CONTROL_SYNCING && line.count >= relay_count) {
        figures->relays = peer == NULL ? line.count : 1;
        answered = control_client_receive(
                       client, (int)(seconds * 1000) + DAEMON_LATE_MS, &line) ==
                       STATUS_OK &&
                   line.kind == CONTROL_SYNCED;
    }
    control_client_free(client);
    figures->engine = line.figures;
    figures->contacts = line.contacts;
    figures->settled = line.settled;
    figures->relays_met = line.relays_met;
    figures->milliseconds = mono_between(began, cli_clock_now());
    return answered;
}

/* What the command line asks for. */
struct request {
    struct node_options options;
    const char *peer; /* NULL for everybody */
    bool learned;     /* relays of which other nodes told, too */
    uint64_t seconds;
};

static int
take_option(struct cli *cli, struct request *request, int value)
{
    if (value == 'c')
        request->options.community = optarg;
    if (value == 'r')
        request->learned = true;
    if (value == 's' &&
        (text_decimal_parse(&request->seconds, SYNC_SECONDS_MAX,
                            byte_view_of_text(optarg)) != STATUS_OK ||
         request->seconds == 0))
        return cli_misused(cli, _("--seconds takes a number from 1 to %d"),
                           SYNC_SECONDS_MAX);
    return 0;
}

static int
add_peers(struct cli *cli, struct node *node, const struct request *request)
{
    int code;

    if (request->peer != NULL)
        return add_peer(cli, node, request->peer);
    code = node_listen_neighbours(node, NULL);
    if (code == 0)
        code = node_add_relays(node);
    if (request->learned)
        uv_node_add_learned(node_host(node));
    return code;
}

/* A node of our own: exit code. */
static int
by_ourselves(struct cli *cli, const struct request *request)
{
    struct uv_node_figures figures;
    struct node *node = NULL;
    int code;

    code = node_open(cli, &request->options, &node);
    if (code != 0)
        return code;
    code = add_peers(cli, node, request);
    if (code == 0)
        code = node_run(node, request->seconds * 1000,
                        request->peer == NULL ? NODE_DISCOVER_MS : 0);
    figures = uv_node_figures(node_host(node));
    if (code == 0)
        code = say_result(cli, &figures, request->peer);
    else
        node_report_figures(cli, &figures);
    node_close(node);
    told_say_at_end(cli);
    return code;
}

int
cmd_sync(struct cli *cli, int argc, char **argv)
{
    static const struct option own[] = {
        {"community", required_argument, NULL, 'c'},
        {"learned", no_argument, NULL, 'r'},
        {"seconds", required_argument, NULL, 's'},
        {NULL, 0, NULL, 0},
    };
    struct request request = {
        .options = {.one_contact = true,
                    .tells_relays = true,
                    .learns_relays = true},
        .seconds = SYNC_SECONDS,
    };
    struct uv_node_figures figures = {0};
    int value;
    int code;

    while ((value = cli_option(cli, argc, argv, own)) >= 0) {
        code = take_option(cli, &request, value);
        if (code != 0)
            return code;
    }
    CLI_OPTIONS_RETURN(value);
    if (optind + 1 < argc)
        return cli_misused(cli, _("one PEER at a time"));
    if (optind < argc)
        request.peer = argv[optind];
    if (request.peer != NULL && request.learned)
        return cli_misused(cli, _("either PEER or --learned"));
    request.options.beacons = request.peer == NULL;
    code = home_find(cli);
    if (code != 0)
        return code;
    /* The p2pub that runs here may know other people, or fewer relays. */
    if (request.options.community == NULL && !request.learned &&
        ask_daemon(cli, request.peer, request.seconds, &figures))
        return say_result(cli, &figures, request.peer);
    return by_ourselves(cli, &request);
}
