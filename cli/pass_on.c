#include "cli/pass_on.h"

#include "cli/cli_clock.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/node.h"
#include "core/limits.h"
#include "net/control_client.h"

/* Wait for deliveries until some came and no more do, or time is up. */
static void
await_deliveries(struct control_client *client, struct mono_time until,
                 uint32_t *delivered)
{
    for (;;) {
        uint64_t left = mono_between(cli_clock_now(), until);
        struct control_line line;

        if (*delivered > 0 && left > PASS_ON_MORE_MS)
            left = PASS_ON_MORE_MS;
        if (left == 0 ||
            control_client_receive(client, (int)left, &line) != STATUS_OK)
            return;
        if (line.kind == CONTROL_DELIVERED)
            *delivered = line.count;
    }
}

/* Through the daemon; false if none runs. */
static bool
by_daemon(const struct cli *cli, const struct record_id *ids, size_t count,
          uint32_t *delivered)
{
    struct mono_time until = mono_after(cli_clock_now(), PASS_ON_MS);

    for (size_t i = 0; i < count; i++) {
        struct control_line line = {.kind = CONTROL_PUBLISHED, .id = ids[i]};
        struct control_client *client;

        if (control_client_open(&client, cli->home) != STATUS_OK)
            return i > 0;
        if (control_client_send(client, &line) == STATUS_OK)
            await_deliveries(client, until, &delivered[i]);
        control_client_free(client);
    }
    return true;
}

/* NOLINTBEGIN(readability-non-const-parameter): the node counts in delivered */
static int
by_ourselves(struct cli *cli, const struct record_id *ids, size_t count,
             uint32_t *delivered)
{
    struct node_options options = {
        .beacons = true,
        .one_contact = true,
        .watched = ids,
        .delivered = delivered,
        .watched_count = count,
    };
    struct node *node = NULL;
    int code = node_open(cli, &options, &node);

    if (code == 0)
        code = node_listen_neighbours(node, NULL);
    if (code == 0)
        code = node_add_relays(node);
    for (size_t i = 0; i < count && code == 0; i++)
        if (uv_node_publish(node_host(node), &ids[i]) != STATUS_OK)
            code = cli_fail_memory(cli);
    if (code == 0)
        code = node_run(node, PASS_ON_MS, PASS_ON_DISCOVER_MS);
    node_close(node);
    return code;
}

/* NOLINTEND(readability-non-const-parameter) */

int
pass_on(struct cli *cli, const struct record_id *ids, size_t count,
        uint32_t *delivered)
{
    for (size_t i = 0; i < count; i++)
        delivered[i] = 0;
    if (by_daemon(cli, ids, count, delivered))
        return 0;
    return by_ourselves(cli, ids, count, delivered);
}

void
pass_on_changed(struct cli *cli)
{
    struct control_line line = {.kind = CONTROL_CHANGED};
    struct control_client *client;

    if (home_find(cli) != 0 ||
        control_client_open(&client, cli->home) != STATUS_OK)
        return;
    /* Its answer says that it has looked; none is no worse than no daemon. */
    if (control_client_send(client, &line) != STATUS_OK ||
        control_client_receive(client, PASS_ON_MORE_MS, &line) != STATUS_OK)
        cli_say(cli, _("A p2pub that runs with this home did not answer."));
    control_client_free(client);
}
