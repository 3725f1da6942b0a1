#include "tests/sim/sim_node.h"

#include <string.h>

#include "bundles/store_mem.h"
#include "core/limits.h"
#include "core/mem.h"

static const struct sim_station_ops node_ops;

struct sim_node *
sim_node_of(struct sim_station *station)
{
    if (station == NULL || station->ops != &node_ops)
        return NULL;
    return CONTAINER_OF(station, struct sim_node, station);
}

/* Let node work at when, or earlier. */
static void
work_at(struct sim_node *node, struct mono_time when)
{
    struct sim_net *net = node->station.net;

    if (when.milliseconds == MONO_NEVER.milliseconds)
        return;
    if (deadline_is_set(&node->turn.due) && mono_due(node->turn_at, when))
        return;
    node->turn_at = when;
    sim_net_at(net, &node->turn, when);
}

void
sim_node_poke(struct sim_node *node)
{
    if (node->engine != NULL)
        work_at(node, node->station.net->now);
}

static void
on_link_action(struct sim_node *node, const struct action *action)
{
    size_t end;
    struct sim_connection *connection =
        sim_net_find(node->station.net, action->link, &node->station, &end);

    if (connection == NULL)
        return;
    if (action->kind == ACTION_SEND)
        sim_net_send(connection, end, action->bytes);
    else if (action->kind == ACTION_DRAIN)
        connection->ends[end].drained = true;
    else
        sim_net_close(connection, end);
}

static void
on_event_action(struct sim_node *node, const struct action *action)
{
    struct sim_connection *connection;
    size_t end = 0;

    connection =
        sim_net_find(node->station.net, action->link, &node->station, &end);
    if (action->event == EVENT_LINK_OPEN && connection != NULL && end == 0)
        sim_relay_on_open(connection);
    node->owner->on_event(node->owner->context, node, connection, end, action);
}

static void
carry_out(struct sim_node *node, const struct action *action)
{
    sim_net_trace(node->station.net, &node->station, action);
    switch (action->kind) {
    case ACTION_SEND:
    case ACTION_CLOSE:
    case ACTION_DRAIN:
    case ACTION_EVICT:
        on_link_action(node, action);
        break;
    case ACTION_DIAL:
        (void)sim_net_dial(&node->station, &action->address, ENGINE_NEIGHBOUR);
        break;
    case ACTION_DATAGRAM:
        sim_lan_datagram(&node->station, &action->address, action->bytes);
        break;
    case ACTION_BEACON:
        sim_lan_datagram(&node->station, NULL, action->bytes);
        break;
    case ACTION_EVENT:
        on_event_action(node, action);
        break;
    }
}

/* As net/uv_node_turn.c: the clock, the commit, the actions. */
static void
take_turn(struct sim_node *node)
{
    struct sim_net *net = node->station.net;
    struct action action;
    enum status status;

    node->brought = 0;
    engine_set_wall(node->engine, node->has_no_clock
                                      ? 0
                                      : sim_net_wall(net) + node->clock_wrong);
    if (mono_due(engine_deadline(node->engine), net->now))
        engine_on_time(node->engine, net->now);
    status = engine_end_turn(node->engine, net->now);
    if (status != STATUS_OK)
        node->owner->on_failure(node->owner->context, node, status);
    while (engine_take_action(node->engine, &action))
        carry_out(node, &action);
    node->owner->on_turn(node->owner->context, node);
    work_at(node, engine_deadline(node->engine));
}

static void
run_turn(struct sim_event *event)
{
    struct sim_node *node = CONTAINER_OF(event, struct sim_node, turn);

    if (node->engine != NULL)
        take_turn(node);
}

static enum store_class
keeping_of(void *context, const struct key_author *author)
{
    const struct sim_node *node = context;

    return node->owner->keeping(node->owner->context, node, author);
}

struct sim_node *
sim_node_new(struct sim_net *net, uint64_t seed,
             const struct sim_node_owner *owner, uint64_t budget)
{
    struct sim_node *node = sim_alloc(sizeof(*node));

    node->owner = owner;
    node->beacons = true;
    node->listens = true;
    node->follows_all = true;
    sim_event_init(&node->turn, run_turn);
    sim_net_add(net, &node->station, &node_ops);
    entropy_init_seed(&node->entropy, seed);
    sim_check(store_mem_new(&node->store, budget, &node->entropy), "no memory");
    return node;
}

/* Here nobody's follows or budget change. */
static const uint8_t policy[32];

void
sim_node_start(struct sim_node *node)
{
    struct sim_net *net = node->station.net;
    struct engine_config config = {
        .entropy = &node->entropy,
        .store = node->store,
        .keeping = keeping_of,
        .keeping_context = node,
        .memory = node->memory,
        .community = community_open(),
        .beacons = node->beacons,
        .listen_port = node->listens ? node->station.address.port : 0,
    };

    sim_relay_config(node, &config);
    sim_check(engine_new(&node->engine, &config, net->now), "engine_new");
    if (node->refused.size > 0)
        sim_check(engine_load_refused(node->engine, policy,
                                      byte_view_of_buf(&node->refused)),
                  "engine_load_refused");
    byte_buf_release(&node->refused);
    node->station.is_up = true;
    sim_relay_begin(node);
    sim_node_poke(node);
}

void
sim_node_end(struct sim_node *node)
{
    byte_buf_init(&node->refused, SIZE_MAX);
    sim_check(engine_save_refused(node->engine, policy, &node->refused),
              "engine_save_refused");
    sim_node_stop(node, true);
}

void
sim_node_stop(struct sim_node *node, bool machine_runs)
{
    if (node->engine == NULL)
        return;
    node->station.is_up = false;
    sim_relay_stop(node);
    sim_net_drop(&node->station, machine_runs);
    sim_net_cancel(node->station.net, &node->turn);
    engine_free(node->engine);
    node->engine = NULL;
    /* A turn that was going on is lost. */
    store_rollback(node->store);
}

void
sim_node_publish(struct sim_node *node, const struct record_id *id)
{
    if (node->engine == NULL)
        return;
    sim_check(engine_on_published(node->engine, id, node->station.net->now),
              "engine_on_published");
    sim_node_poke(node);
}

/* What the network tells. */

static struct sim_node *
own_node(struct sim_station *station)
{
    return CONTAINER_OF(station, struct sim_node, station);
}

static void
on_link(struct sim_station *station, struct sim_connection *connection,
        size_t end)
{
    struct sim_node *node = own_node(station);
    struct sim_net *net = station->net;
    const struct sim_station *other = connection->ends[1 - end].station;
    const struct engine_connection made = {
        .link = connection->ends[end].id,
        .road = end == 0 || connection->road == ENGINE_NEIGHBOUR
                    ? connection->road
                    : ENGINE_RELAY,
        .dialled = end == 0,
        .relay = end == 0 ? connection->line : NULL,
        .remote = other->address,
    };

    sim_check(engine_on_link(node->engine, &made, net->now), "engine_on_link");
    if (end == 0)
        sim_relay_on_link(connection);
    sim_node_poke(node);
}

static void
on_dial_failed(struct sim_station *station, struct sim_connection *connection)
{
    struct sim_node *node = own_node(station);

    if (connection->road == ENGINE_NEIGHBOUR && !connection->fixed)
        engine_on_dial_failed(node->engine, &connection->dialled,
                              station->net->now);
    else
        sim_relay_on_ended(connection);
    sim_node_poke(node);
}

static void
on_octets(struct sim_station *station, struct sim_connection *connection,
          size_t end, struct byte_view octets)
{
    struct sim_node *node = own_node(station);

    sim_check(engine_on_bytes(node->engine, connection->ends[end].id, octets,
                              station->net->now),
              "engine_on_bytes");
    sim_node_poke(node);
    /* What is more than a turn's work waits, as in the daemon. */
    node->brought += octets.size;
    if (node->brought >= NODE_TURN_OCTETS)
        take_turn(node);
}

static void
on_unsent(struct sim_station *station, struct sim_connection *connection,
          size_t end)
{
    struct sim_node *node = own_node(station);

    engine_on_unsent(node->engine, connection->ends[end].id,
                     connection->link.pipes[end].unsent, station->net->now);
    sim_node_poke(node);
}

static void
on_ended(struct sim_station *station, struct sim_connection *connection,
         size_t end)
{
    struct sim_node *node = own_node(station);

    engine_on_closed(node->engine, connection->ends[end].id, station->net->now);
    if (end == 0)
        sim_relay_on_ended(connection);
    sim_node_poke(node);
}

static void
on_datagram(struct sim_station *station, const struct address *from,
            struct byte_view octets)
{
    struct sim_node *node = own_node(station);

    engine_on_datagram(node->engine, from, octets, station->net->now);
    sim_node_poke(node);
}

static void
on_interfaces(struct sim_station *station)
{
    struct sim_node *node = own_node(station);

    engine_on_interfaces(node->engine, station->net->now);
    sim_node_poke(node);
}

static void
free_node(struct sim_station *station)
{
    struct sim_node *node = own_node(station);

    engine_free(node->engine);
    store_free(node->store);
    byte_buf_release(&node->refused);
    sim_relay_release(node);
    mem_free(node);
}

static const struct sim_station_ops node_ops = {
    .on_link = on_link,
    .on_dial_failed = on_dial_failed,
    .on_octets = on_octets,
    .on_unsent = on_unsent,
    .on_ended = on_ended,
    .on_datagram = on_datagram,
    .on_interfaces = on_interfaces,
    .free = free_node,
};
