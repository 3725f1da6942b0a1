/*
 * Relays, and the clients that keep a link to each: as net/uv_dial.c does,
 * with one address and one port.
 */
#include <string.h>

#include "core/limits.h"
#include "core/mem.h"
#include "net/replay.h"
#include "tests/sim/sim_node.h"

void
sim_relay_make(struct sim_node *node)
{
    node->station.is_relay = true;
    node->beacons = false;
    dh_new(&node->relay_key, &node->line.key, &node->entropy);
    entropy_fill(&node->entropy, node->line.secret, sizeof(node->line.secret));
    node->line.shape = shape_default();
    sim_check(replay_new(&node->replay, node->line.secret, &node->entropy),
              "no memory");
}

void
sim_relay_config(const struct sim_node *node, struct engine_config *config)
{
    config->is_relay = node->station.is_relay;
    if (!config->is_relay)
        return;
    config->relay_key = node->relay_key;
    memcpy(config->relay_secret, node->line.secret,
           sizeof(config->relay_secret));
    config->relay_shape = node->line.shape;
    config->relay_replay = node->replay;
}

/* What the host of a relay does with it after each turn: it is on disk. */
static void
save_replay(struct sim_node *relay)
{
    byte_buf_clear(replay_fresh(relay->replay));
}

static uint64_t
pause_of(struct sim_client *client)
{
    uint64_t pause = DIAL_PAUSE_FIRST_MS;

    for (unsigned i = 1; i < client->failures && pause < DIAL_PAUSE_LAST_MS;
         i++)
        pause *= 2;
    if (pause > DIAL_PAUSE_LAST_MS)
        pause = DIAL_PAUSE_LAST_MS;
    return pause - pause / 4 +
           sim_net_between(client->node->station.net, 0, pause / 2);
}

static void
run_client(struct sim_event *event)
{
    struct sim_client *client = CONTAINER_OF(event, struct sim_client, event);
    struct sim_node *node = client->node;

    if (!node->station.is_up || client->connection != NULL)
        return;
    client->connection =
        sim_net_dial(&node->station, &client->relay->station.address,
                     client->no_clock ? ENGINE_RELAY_NO_CLOCK : ENGINE_RELAY);
    client->connection->line = &client->relay->line;
    client->connection->cookie = client;
}

void
sim_relay_add(struct sim_node *node, struct sim_node *relay)
{
    struct sim_client *client = &node->clients[node->client_count++];

    *client = (struct sim_client){.node = node, .relay = relay};
    sim_event_init(&client->event, run_client);
}

void
sim_relay_on_link(struct sim_connection *connection)
{
    struct sim_client *client = connection->cookie;

    if (client == NULL)
        return;
    client->met_silence = true; /* until it answers */
    save_replay(client->relay);
}

void
sim_relay_on_open(struct sim_connection *connection)
{
    struct sim_client *client = connection->cookie;

    if (client == NULL)
        return;
    client->open = true;
    client->met_silence = false;
    client->failures = 0;
}

/* Once more, after a while; a relay that stayed silent may be told that there
 * is no clock. */
void
sim_relay_on_ended(struct sim_connection *connection)
{
    struct sim_client *client = connection->cookie;
    struct sim_net *net = connection->net;

    if (client == NULL || client->connection != connection)
        return;
    client->connection = NULL;
    if (client->met_silence && !client->no_clock) {
        client->no_clock = true;
        client->met_silence = false;
        sim_net_after(net, &client->event, 0);
        return;
    }
    if (!client->open)
        client->failures++;
    client->no_clock = client->no_clock && client->open;
    client->open = false;
    client->met_silence = false;
    sim_net_after(net, &client->event, pause_of(client));
}

void
sim_relay_begin(struct sim_node *node)
{
    for (size_t i = 0; i < node->client_count; i++)
        sim_net_after(node->station.net, &node->clients[i].event,
                      sim_net_between(node->station.net, 0, 2000));
}

void
sim_relay_stop(struct sim_node *node)
{
    for (size_t i = 0; i < node->client_count; i++) {
        struct sim_client *client = &node->clients[i];

        sim_net_cancel(node->station.net, &client->event);
        if (client->connection != NULL)
            client->connection->cookie = NULL;
        client->connection = NULL;
        client->open = false;
        client->failures = 0;
    }
}

void
sim_relay_release(struct sim_node *node)
{
    replay_free(node->replay);
}
