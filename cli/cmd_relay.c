#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/node.h"
#include "cli/relay_key.h"
#include "cli/replay_file.h"
#include "core/file.h"
#include "core/limits.h"
#include "core/mem.h"

#define LISTEN_MAX ((size_t)RELAY_HOSTS_MAX * RELAY_PORTS_MAX)

/* What the command line asks for. */
struct request {
    size_t listen_count;
    struct address listen[LISTEN_MAX];
    size_t host_count;
    const char *hosts[RELAY_HOSTS_MAX];
    const char *line_file;
    size_t memory; /* 0: as suits the machine */
    bool open;     /* nodes may pass the line on */
    bool has_shape;
    struct shape shape;
};

/* A name without a colon, or an address. */
static bool
is_host(const char *text)
{
    struct address address;

    if (strlen(text) >= RELAY_HOST_NAME_SIZE || text[0] == '\0' ||
        strpbrk(text, ", \t\n/") != NULL)
        return false;
    return strchr(text, ':') == NULL ||
           (address_parse(&address, byte_view_of_text(text), 0) == STATUS_OK &&
            address.port == 0);
}

static int
take_option(struct cli *cli, struct request *request, int value)
{
    size_t room = LISTEN_MAX - request->listen_count;
    int code;

    switch (value) {
    case 'l':
        code = node_parse_addresses(
            cli, optarg, request->listen + request->listen_count, &room);
        request->listen_count += room;
        return code;
    case 'p':
        if (request->host_count == RELAY_HOSTS_MAX)
            return cli_misused(cli, _("--public: at most %d hosts"),
                               RELAY_HOSTS_MAX);
        if (!is_host(optarg))
            return cli_misused(cli, _("--public takes a host's name or "
                                      "address, without port"));
        request->hosts[request->host_count++] = optarg;
        return 0;
    case 'f':
        request->line_file = optarg;
        return 0;
    case 'm':
        return node_parse_memory(cli, optarg, &request->memory);
    case 'o':
        request->open = true;
        return 0;
    case 's':
        request->has_shape = true;
        if (shape_parse(&request->shape, byte_view_of_text(optarg)) !=
            STATUS_OK)
            return cli_misused(cli, _("--shape takes none, ascii:6 to "
                                      "ascii:24, text or bytes:HEX"));
        return 0;
    default:
        return 0;
    }
}

static void
line_add_port(struct cli *cli, struct relay_line *line, uint16_t port)
{
    for (size_t i = 0; i < line->port_count; i++)
        if (line->ports[i] == port)
            return;
    if (line->port_count < RELAY_PORTS_MAX)
        line->ports[line->port_count++] = port;
    else
        cli_warn(cli, _("the line names %d ports, and not %u"), RELAY_PORTS_MAX,
                 (unsigned)port);
}

static void
line_add_host(struct relay_line *line, const char *host)
{
    for (size_t i = 0; i < line->host_count; i++)
        if (strcmp(line->hosts[i], host) == 0)
            return;
    if (line->host_count < RELAY_HOSTS_MAX)
        (void)snprintf(line->hosts[line->host_count++], RELAY_HOST_NAME_SIZE,
                       "%s", host);
}

/* An address without its port, as a line's host. */
static void
line_add_address(struct relay_line *line, struct address address)
{
    char text[ADDRESS_TEXT_SIZE];

    address.port = 0;
    address_format(&address, text);
    line_add_host(line, text);
}

static bool
is_any(const struct address *address)
{
    static const uint8_t zero[16];

    return memcmp(address->octets, zero, address->is_ipv6 ? 16 : 4) == 0;
}

static int
listen_all(struct cli *cli, struct node *node, const struct request *request,
           struct relay_line *line)
{
    for (size_t i = 0; i < request->listen_count; i++) {
        const struct address *address = &request->listen[i];
        char text[ADDRESS_TEXT_SIZE];
        struct address bound;
        enum status status =
            uv_node_listen(node_host(node), address, ENGINE_RELAY, &bound);

        address_format(address, text);
        if (status == STATUS_NO_MEMORY)
            return cli_fail_memory(cli);
        if (status == STATUS_EXISTS)
            return cli_fail(cli, CLI_NETWORK, NULL,
                            _("cannot listen on '%s': the port is in use by "
                              "another program"),
                            text);
        if (status != STATUS_OK)
            return cli_fail(cli, CLI_NETWORK, NULL,
                            _("cannot listen on '%s': %s"), text,
                            strerror(errno));
        line_add_port(cli, line, bound.port);
        if (request->host_count > 0)
            continue;
        if (is_any(&bound))
            cli_warn(cli,
                     _("the line names '%s', which nobody can reach: give "
                       "--public HOST"),
                     text);
        line_add_address(line, bound);
    }
    return 0;
}

/* Whatever else is there under the name stays: a line takes the place of a
 * line alone. */
static int
check_line_file(struct cli *cli, const char *path)
{
    struct byte_buf text;
    struct byte_view view;
    struct stat facts;
    enum status status;
    bool is_line;

    if (path == NULL || lstat(path, &facts) != 0)
        return 0;
    byte_buf_init(&text, RELAY_LINE_TEXT_MAX);
    status = file_read(&text, path);
    view = byte_view_of_buf(&text);
    is_line = status == STATUS_OK &&
              (text.size == 0 || byte_view_starts_with(view, "p2pub1-relay ") ||
               byte_view_starts_with(view, "p2pub1-open-relay "));
    if (text.data != NULL)
        mem_wipe(text.data, text.capacity);
    byte_buf_release(&text);
    if (is_line)
        return 0;
    return cli_fail(cli, CLI_FAILED, NULL,
                    _("'%s' is there already, and is no relay's line"), path);
}

/* Give the line to its operator, and to nobody else. */
static int
hand_out_line(struct cli *cli, const struct request *request,
              const struct relay_line *line)
{
    struct byte_buf text;
    const char *shown;
    enum status status;
    int code = 0;

    byte_buf_init(&text, RELAY_LINE_TEXT_MAX);
    status = relay_line_write(&text, line);
    if (status == STATUS_OK)
        status = byte_buf_append_text(&text, "\n");
    if (status != STATUS_OK) {
        code = cli_fail_memory(cli);
    } else if (request->line_file != NULL) {
        status = file_write(request->line_file, byte_view_of_buf(&text), 0600);
        if (status != STATUS_OK)
            code = cli_fail_file(cli, status, _("cannot write"),
                                 request->line_file);
        else
            cli_say(cli,
                    line->open
                        ? _("The open relay's line is in '%s'. Nodes pass it "
                            "on.")
                        : _("The relay's line is in '%s'. It is a secret."),
                    request->line_file);
    } else if (isatty(STDOUT_FILENO) == 1 && !cli->json) {
        shown = byte_buf_text(&text);
        cli_say(cli, "%s",
                line->open
                    ? _("The open relay's line; nodes pass it on, to anybody:")
                    : _("The relay's line, a secret; give it to those whom you "
                        "trust:"));
        if (shown != NULL)
            cli_print(cli, "%s", shown);
        (void)fflush(stdout);
    } else {
        cli_say(cli, _("The relay's line is shown on a terminal only; "
                       "--line-file FILE writes it to a file."));
    }
    if (text.data != NULL)
        mem_wipe(text.data, text.capacity);
    byte_buf_release(&text);
    return code;
}

static int
run_relay(struct cli *cli, const struct request *request,
          const struct relay_key *key, struct replay_file *replays)
{
    struct node_options options = {
        .daemon = true,
        .memory = request->memory,
        .tells_relays = true,
        .relay = key,
        .replay = replay_file_cache(replays),
        .keep = replay_file_keep,
        .keep_context = replays,
    };
    struct relay_line line = {.open = request->open, .shape = key->shape};
    struct node *node = NULL;
    int code;

    dh_public_of(&line.key, &key->key);
    memcpy(line.secret, key->secret, sizeof(line.secret));
    for (size_t i = 0; i < request->host_count; i++)
        line_add_host(&line, request->hosts[i]);
    code = node_open(cli, &options, &node);
    if (code == 0)
        code = listen_all(cli, node, request, &line);
    if (code == 0)
        code = node_add_relays(node);
    if (code == 0)
        code = hand_out_line(cli, request, &line);
    if (code == 0) {
        cli_say(cli, _("The relay runs. SIGTERM or Ctrl-C stops it."));
        code = node_run(node, 0, 0);
        node_report(node);
    }
    node_close(node);
    mem_wipe(&line, sizeof(line));
    return code;
}

int
cmd_relay(struct cli *cli, int argc, char **argv)
{
    static const struct option own[] = {
        {"listen", required_argument, NULL, 'l'},
        {"public", required_argument, NULL, 'p'},
        {"line-file", required_argument, NULL, 'f'},
        {"memory", required_argument, NULL, 'm'},
        {"open", no_argument, NULL, 'o'},
        {"shape", required_argument, NULL, 's'},
        {NULL, 0, NULL, 0},
    };
    struct request request = {.shape = shape_default()};
    struct replay_file *replays = NULL;
    struct relay_key key;
    bool is_new;
    int value;
    int code;

    while ((value = cli_option(cli, argc, argv, own)) >= 0) {
        code = take_option(cli, &request, value);
        if (code != 0)
            return code;
    }
    CLI_OPTIONS_RETURN(value);
    if (optind < argc)
        return cli_misused(cli, _("relay takes no operand"));
    if (request.listen_count == 0)
        return cli_misused(cli, _("relay needs --listen ADDRESS:PORT"));
    code = check_line_file(cli, request.line_file);
    if (code != 0)
        return code;
    code =
        relay_key_open(cli, request.has_shape, &request.shape, &key, &is_new);
    if (code != 0)
        return code;
    if (request.open && key.shape.kind == SHAPE_BYTES)
        code = cli_misused(cli, _("--open: nodes do not learn of a relay with "
                                  "--shape bytes:HEX"));
    if (code == 0)
        code = replay_file_open(cli, key.secret, is_new, &replays);
    if (code == 0)
        code = run_relay(cli, &request, &key, replays);
    replay_file_close(replays);
    mem_wipe(&key, sizeof(key));
    return code;
}
