#include "cli/node.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bundles/following.h"
#include "bundles/vouches.h"
#include "cli/followed.h"
#include "cli/follows.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/learned.h"
#include "cli/refused_file.h"
#include "cli/relay_key.h"
#include "cli/relays.h"
#include "cli/size.h"
#include "core/file.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/text.h"
#include "net/uv_memory.h"

struct node {
    struct cli *cli;
    struct node_options options;
    struct store *store;
    struct trust *trust;
    bool follows_more; /* keys perhaps, by what came: see cli/followed.h */
    struct uv_node *host;
    struct relays relays;
    struct relay_book book; /* only valid when has_book */
    bool has_book;
    struct refused_file refused;
    bool has_new_vouches; /* or less of them, since they were loaded */
    bool shows_progress;
    bool progress_is_shown;
};

struct uv_node *
node_host(struct node *node)
{
    return node->host;
}

struct store *
node_store(struct node *node)
{
    return node->store;
}

static enum store_class
keeping(void *context, const struct key_author *author)
{
    struct node *node = context;

    return following_keeping(node->trust, author);
}

/* One line for a person who waits; it names nobody. */
static void
show_progress(struct node *node)
{
    struct uv_node_figures figures = uv_node_figures(node->host);

    if (!node->shows_progress)
        return;
    (void)fprintf(stderr, _("\rlinks %u, received %llu, passed on %llu \033[K"),
                  figures.engine.links,
                  (unsigned long long)figures.engine.records_in,
                  (unsigned long long)figures.engine.records_out);
    (void)fflush(stderr);
    node->progress_is_shown = true;
}

static void
on_event(void *context, const struct action *event)
{
    struct node *node = context;

    if (event->event == EVENT_RECORD)
        node->has_new_vouches =
            node->has_new_vouches ||
            follows_change_by(node->trust, node->store, &event->id);
    if (event->event == EVENT_DELIVERED) {
        for (size_t i = 0; i < node->options.watched_count; i++)
            if (record_id_equal(&node->options.watched[i], &event->id))
                node->options.delivered[i]++;
    }
    if (event->event == EVENT_RECORD)
        followed_note(node->trust, node->store, &event->id,
                      &node->follows_more);
    if (event->event == EVENT_SETTLED)
        refused_file_save_at_times(node->cli, &node->refused, node->host);
    show_progress(node);
}

/* Follows may have changed: read them again, and keep the old if that
 * fails. */
static void
on_changed(void *context)
{
    struct node *node = context;
    struct trust *trust = NULL;

    if (node->has_book && learned_merge(node->cli, &node->book) != 0)
        return;
    if (home_open_trust(node->cli, &trust) != 0)
        return;
    if (home_load_vouches(node->cli, trust, node->store) != 0) {
        trust_free(trust);
        return;
    }
    trust_free(node->trust);
    node->trust = trust;
    followed_note_all(node->cli, trust, node->store, &node->follows_more);
    /* Once more, with the keys that were just found to be followed. */
    node->has_new_vouches = true;
    refused_file_check(&node->refused, node->host, trust, node->store);
}

/* What was learned of relays; what cannot be written is learned anew. */
static void
keep_learned(struct node *node)
{
    const bool lenient = node->cli->lenient;

    if (!node->has_book)
        return;
    node->cli->lenient = true;
    (void)!learned_keep(node->cli, &node->book);
    node->cli->lenient = lenient;
}

static enum status
on_turn(void *context)
{
    struct node *node = context;
    enum status status = STATUS_OK;

    keep_learned(node);
    /* What an introducer vouched for goes by its chain, too. */
    if (node->follows_more) {
        followed_settle_leniently(node->cli, node->trust, node->store,
                                  &node->follows_more);
        node->has_new_vouches = true;
    }
    if (node->has_new_vouches)
        status = vouches_load(node->trust, node->store);
    node->has_new_vouches = false;
    if (status != STATUS_OK)
        return status;
    return node->options.keep == NULL
               ? STATUS_OK
               : node->options.keep(node->options.keep_context);
}

/* A private community's file, made when a daemon names one that is not
 * there. */
static int
open_community(struct cli *cli, const struct node_options *options,
               struct community *out)
{
    struct byte_buf text;
    enum status status;
    int failed = 0;

    *out = community_open();
    if (options->community == NULL)
        return 0;
    byte_buf_init(&text, COMMUNITY_TEXT_MAX);
    status = file_read(&text, options->community);
    if (status == STATUS_NOT_FOUND && options->daemon) {
        community_new(out, &cli->entropy);
        status = community_write(&text, out);
        if (status == STATUS_OK)
            status = byte_buf_append_text(&text, "\n");
        if (status == STATUS_OK)
            status = file_write_new(options->community, byte_view_of_buf(&text),
                                    0600);
        if (status == STATUS_OK)
            cli_say(cli,
                    _("made '%s': give a copy to those whom you want in, "
                      "on a stick or on paper"),
                    options->community);
    } else if (status == STATUS_OK) {
        status = community_parse(out, byte_view_of_buf(&text));
        if (status == STATUS_BAD_SIGNATURE || status == STATUS_MALFORMED)
            failed = cli_fail(cli, CLI_FAILED, NULL,
                              status == STATUS_MALFORMED
                                  ? _("'%s' holds no community line")
                                  : _("'%s' was cut or mistyped: its check "
                                      "word does not fit"),
                              options->community);
    }
    if (failed == 0 && status != STATUS_OK)
        failed = cli_fail_file(cli, status, _("cannot use the community file"),
                               options->community);
    if (text.data != NULL)
        mem_wipe(text.data, text.capacity);
    byte_buf_release(&text);
    return failed;
}

static int
start_host(struct node *node)
{
    struct cli *cli = node->cli;
    const struct node_options *options = &node->options;
    struct uv_node_config config = {
        .home = options->daemon ? cli->home : NULL,
        .context = node,
        .on_event = on_event,
        .on_changed = on_changed,
        .on_turn = on_turn,
        .engine =
            {
                .entropy = &cli->entropy,
                .store = node->store,
                .keeping = keeping,
                .keeping_context = node,
                .beacons = options->beacons,
                .one_contact = options->one_contact,
                .memory =
                    options->memory > 0 ? options->memory : uv_memory_default(),
                .relays = node->has_book ? &node->book : NULL,
            },
    };
    enum status status;
    int failed = open_community(cli, options, &config.engine.community);

    if (failed != 0)
        return failed;
    if (options->relay != NULL) {
        config.engine.is_relay = true;
        config.engine.relay_key = options->relay->key;
        memcpy(config.engine.relay_secret, options->relay->secret,
               sizeof(config.engine.relay_secret));
        config.engine.relay_shape = options->relay->shape;
        config.engine.relay_replay = options->replay;
    }
    status = uv_node_new(&node->host, &config);
    mem_wipe(&config, sizeof(config));
    if (status == STATUS_EXISTS)
        return cli_fail(cli, CLI_FAILED, "p2pub status",
                        _("another p2pub share or relay runs with the home "
                          "'%s'"),
                        cli->home);
    if (status == STATUS_IO)
        return cli_fail(cli, CLI_NETWORK, NULL,
                        _("the local network cannot be used: %s"),
                        strerror(errno));
    return status == STATUS_OK ? 0 : cli_fail_store(cli, status);
}

static int
open_relays(struct node *node)
{
    const struct node_options *options = &node->options;
    int failed = relays_open(node->cli, &node->relays);

    if (failed != 0 || !(options->tells_relays || options->learns_relays))
        return failed;
    failed = learned_open(node->cli, &node->relays, options->learns_relays,
                          &node->book);
    node->has_book = failed == 0;
    return failed;
}

int
node_open(struct cli *cli, const struct node_options *options,
          struct node **out)
{
    struct node *node = mem_zalloc(1, sizeof(*node));
    int failed;

    *out = NULL;
    if (node == NULL)
        return cli_fail_memory(cli);
    node->cli = cli;
    node->options = *options;
    node->shows_progress =
        !cli->quiet && !cli->json && isatty(STDERR_FILENO) == 1;
    failed = home_open_store(cli, HOME_WRITE, &node->store);
    if (failed == 0)
        failed = home_open_trust(cli, &node->trust);
    if (failed == 0)
        failed = followed_settle(cli, node->trust, node->store);
    if (failed == 0)
        failed = home_load_vouches(cli, node->trust, node->store);
    if (failed == 0)
        failed = open_relays(node);
    if (failed == 0)
        failed = start_host(node);
    if (failed == 0)
        failed = refused_file_load(cli, &node->refused, node->host, node->trust,
                                   node->store);
    if (failed != 0) {
        node_close(node);
        return failed;
    }
    *out = node;
    return 0;
}

void
node_close(struct node *node)
{
    if (node == NULL)
        return;
    if (node->host != NULL)
        refused_file_save(node->cli, &node->refused, node->host);
    uv_node_free(node->host);
    keep_learned(node);
    if (node->has_book)
        relay_book_release(&node->book);
    relays_release(&node->relays);
    trust_free(node->trust);
    store_free(node->store);
    mem_free(node);
}

const struct relays *
node_relays(const struct node *node)
{
    return &node->relays;
}

size_t
node_count_learned(const struct node *node)
{
    size_t count = 0;

    for (size_t i = 0; node->has_book && i < node->book.count; i++)
        count += learned_is(&node->book.entries[i]) ? 1 : 0;
    return count;
}

int
node_add_relays(struct node *node)
{
    const struct relays *relays = &node->relays;

    for (size_t i = 0; i < relays->count; i++)
        if (uv_node_add_relay(node->host, &relays->lines[i]) != STATUS_OK)
            return cli_fail_memory(node->cli);
    return 0;
}

/* Turn the interface's name behind % into its number, which is all that
 * net/address knows. */
static bool
name_to_number(const char *text, char *out, size_t out_size)
{
    const char *percent = strchr(text, '%');
    const char *end = percent == NULL ? NULL : strchr(percent, ']');
    char name[IF_NAMESIZE];
    unsigned number;
    size_t size;

    if (end == NULL || percent[1] < 'A')
        return snprintf(out, out_size, "%s", text) < (int)out_size;
    size = (size_t)(end - percent - 1);
    if (size >= sizeof(name))
        return false;
    memcpy(name, percent + 1, size);
    name[size] = '\0';
    number = if_nametoindex(name);
    return number != 0 &&
           snprintf(out, out_size, "%.*s%%%u%s", (int)(percent - text), text,
                    number, end) < (int)out_size;
}

int
node_parse_addresses(struct cli *cli, const char *text, struct address *out,
                     size_t *count)
{
    char numbered[256];
    const char *comma;
    size_t room = *count;

    *count = 0;
    if (!name_to_number(text, numbered, sizeof(numbered)))
        return cli_misused(cli, _("'%s' is no ADDRESS:PORT"), text);
    comma = strchr(numbered, ',');
    if (address_parse(&out[0],
                      byte_view_of(numbered, comma == NULL
                                                 ? strlen(numbered)
                                                 : (size_t)(comma - numbered)),
                      0) != STATUS_OK ||
        strstr(numbered, out[0].is_ipv6 ? "]:" : ":") == NULL)
        return cli_misused(cli, _("'%s' is no ADDRESS:PORT"), text);
    *count = 1;
    while (comma != NULL) {
        const char *from = comma + 1;
        uint64_t port = 0;

        comma = strchr(from, ',');
        if (*count == room ||
            text_decimal_parse(
                &port, 65535,
                byte_view_of(from, comma == NULL ? strlen(from)
                                                 : (size_t)(comma - from))) !=
                STATUS_OK)
            return cli_misused(cli,
                               _("'%s': at most %zu ports from 0 to "
                                 "65535, parted by commas"),
                               text, room);
        out[*count] = out[0];
        out[(*count)++].port = (uint16_t)port;
    }
    return 0;
}

int
node_listen_neighbours(struct node *node, const char *text)
{
    struct address address;
    struct address bound;
    size_t count = 1;
    enum status status;
    int failed;

    if (text != NULL) {
        failed = node_parse_addresses(node->cli, text, &address, &count);
        if (failed != 0)
            return failed;
        status = uv_node_listen(node->host, &address, ENGINE_NEIGHBOUR, &bound);
        if (status == STATUS_OK)
            return 0;
        return cli_fail(node->cli, CLI_NETWORK, NULL,
                        _("cannot listen on '%s': %s"), text, strerror(errno));
    }
    /* One port for both families, so that a beacon need name but one.  A
     * machine without IPv6 listens on IPv4 alone. */
    memset(&address, 0, sizeof(address));
    status = uv_node_listen(node->host, &address, ENGINE_NEIGHBOUR, &bound);
    if (status == STATUS_OK)
        address.port = bound.port;
    address.is_ipv6 = true;
    if (uv_node_listen(node->host, &address, ENGINE_NEIGHBOUR, &bound) ==
        STATUS_OK)
        return 0;
    if (status == STATUS_OK)
        return 0;
    return cli_fail(node->cli, CLI_NETWORK, NULL, _("cannot listen: %s"),
                    strerror(errno));
}

int
node_parse_memory(struct cli *cli, const char *text, size_t *out)
{
    uint64_t size;

    if (size_parse(&size, SIZE_MAX, text) != STATUS_OK || size < MEMORY_LEAST)
        return cli_misused(cli,
                           _("--memory takes a size such as 16M: %zuM or more"),
                           MEMORY_LEAST >> 20);
    *out = (size_t)size;
    return 0;
}

int
node_run(struct node *node, uint64_t milliseconds, uint64_t discover)
{
    int signal_number = 0;
    enum status status;

    show_progress(node);
    status = uv_node_run(node->host, milliseconds, discover, &signal_number);
    if (node->progress_is_shown)
        (void)fputc('\n', stderr);
    if (status == STATUS_NO_MEMORY)
        return cli_fail_memory(node->cli);
    if (status != STATUS_OK)
        return cli_fail_store(node->cli, status);
    return signal_number == 0 ? CLI_DONE : 128 + signal_number;
}

void
node_report(struct node *node)
{
    const struct uv_node_figures figures = uv_node_figures(node->host);

    node_report_figures(node->cli, &figures);
}
