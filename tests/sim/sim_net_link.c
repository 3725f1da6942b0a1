/*
 * Connections: called, carried, ended.
 */
#include <string.h>

#include "core/mem.h"
#include "tests/sim/sim_net.h"

/* A caller whose packets meet silence gives up, milliseconds. */
static const uint64_t dial_patience = 20000;
/* Packets that begin a connection and end it. */
static const uint64_t packets_around = 7;

static struct sim_end *
add_end(struct sim_connection *connection, size_t end,
        struct sim_station *station)
{
    struct sim_end *out = &connection->ends[end];

    out->station = station;
    out->id.value = ++connection->net->last_id;
    list_init(&out->in_station);
    if (station != NULL)
        list_append(&station->connections, &out->in_station);
    sim_check(map_put(&connection->net->by_id, &out->id, connection),
              "no memory");
    return out;
}

static void
remove_connection(struct sim_connection *connection)
{
    struct sim_net *net = connection->net;

    for (size_t i = 0; i < 2; i++) {
        list_remove(&connection->ends[i].in_station);
        (void)map_remove(&net->by_id, &connection->ends[i].id);
        net->octets += connection->link.pipes[i].octets;
        net->wire += connection->link.pipes[i].wire;
    }
    sim_net_cancel(net, &connection->event);
    list_remove(&connection->in_net);
    sim_link_release(&connection->link);
    mem_free(connection);
}

/* Come back when something happens on the connection. */
static void
wait_for(struct sim_connection *connection)
{
    struct mono_time next = sim_link_next(&connection->link);

    if (connection->opening)
        return;
    if (next.milliseconds == MONO_NEVER.milliseconds)
        sim_net_cancel(connection->net, &connection->event);
    else
        sim_net_at(connection->net, &connection->event, next);
}

/* Both sides answer, or the caller hears that there is nobody. */
static void
open_connection(struct sim_connection *connection)
{
    struct sim_station *from = connection->ends[0].station;
    struct sim_station *to = connection->ends[1].station;

    connection->opening = false;
    if (from == NULL || to == NULL || !from->is_up || !to->is_up ||
        (!connection->fixed && !sim_lan_reaches(from, to))) {
        if (from != NULL && from->is_up)
            from->ops->on_dial_failed(from, connection);
        remove_connection(connection);
        return;
    }
    connection->net->wire += packets_around * SIM_SEGMENT_HEADERS;
    for (size_t i = 0; i < 2; i++) {
        struct sim_end *end = &connection->ends[i];

        end->told = true;
        end->station->ops->on_link(end->station, connection, i);
    }
    wait_for(connection);
}

static void
end_connection(struct sim_connection *connection, size_t at)
{
    struct sim_end *end = &connection->ends[at];

    if (end->told && end->station->is_up)
        end->station->ops->on_ended(end->station, connection, at);
    end->told = false;
}

static void
deliver(struct sim_connection *connection, size_t at, struct sim_piece *piece)
{
    struct sim_end *end = &connection->ends[at];

    if (end->told && !end->drained && end->station->is_up)
        end->station->ops->on_octets(end->station, connection, at,
                                     byte_view_of(piece->octets, piece->size));
    mem_free(piece);
}

static void
run_connection(struct sim_event *event)
{
    struct sim_connection *connection =
        CONTAINER_OF(event, struct sim_connection, event);
    struct sim_piece *piece;
    size_t at;

    if (connection->opening) {
        open_connection(connection);
        return;
    }
    for (;;) {
        switch (sim_link_step(&connection->link, connection->net->now, &at,
                              &piece)) {
        case SIM_LINK_NOTHING:
            if (sim_link_is_over(&connection->link))
                remove_connection(connection);
            else
                wait_for(connection);
            return;
        case SIM_LINK_ARRIVED:
            deliver(connection, at, piece);
            break;
        case SIM_LINK_WRITTEN:
            if (connection->ends[at].told &&
                connection->ends[at].station->is_up)
                connection->ends[at].station->ops->on_unsent(
                    connection->ends[at].station, connection, at);
            break;
        case SIM_LINK_ENDED:
            end_connection(connection, at);
            break;
        }
    }
}

static struct sim_connection *
add_connection(struct sim_net *net, struct sim_station *from,
               struct sim_station *to, const struct sim_road *road)
{
    struct sim_connection *connection = sim_alloc(sizeof(*connection));

    connection->net = net;
    connection->opening = true;
    sim_link_init(&connection->link, road, net->now);
    sim_event_init(&connection->event, run_connection);
    (void)add_end(connection, 0, from);
    (void)add_end(connection, 1, to);
    list_append(&net->connections, &connection->in_net);
    return connection;
}

struct sim_connection *
sim_net_dial(struct sim_station *from, const struct address *address,
             enum engine_road road)
{
    struct sim_net *net = from->net;
    struct sim_station *to = sim_lan_at(net, address);
    const bool reaches = to != NULL && sim_lan_reaches(from, to);
    struct sim_road way = net->abroad;
    struct sim_connection *connection;

    if (reaches && from->lan == to->lan)
        way = from->lan->road;
    connection = add_connection(net, from, to, &way);
    connection->dialled = *address;
    connection->road = road;
    /* Nobody there: silence.  Nobody listens: an answer. */
    sim_net_after(net, &connection->event,
                  reaches ? 2 * (uint64_t)way.delay : dial_patience);
    return connection;
}

struct sim_connection *
sim_net_join(struct sim_station *from, struct sim_station *to,
             const struct sim_road *road)
{
    struct sim_connection *connection =
        add_connection(from->net, from, to, road);

    connection->dialled = to->address;
    connection->road = ENGINE_NEIGHBOUR;
    connection->fixed = true;
    sim_net_after(from->net, &connection->event, 2 * (uint64_t)road->delay);
    return connection;
}

struct sim_connection *
sim_net_find(struct sim_net *net, struct link_id id,
             const struct sim_station *station, size_t *end)
{
    struct sim_connection *connection = map_get(&net->by_id, &id);

    if (connection == NULL)
        return NULL;
    *end = connection->ends[0].id.value == id.value ? 0 : 1;
    return connection->ends[*end].station == station ? connection : NULL;
}

void
sim_net_send(struct sim_connection *connection, size_t end,
             struct byte_view octets)
{
    sim_link_send(&connection->link, end, octets, &connection->net->entropy,
                  connection->net->now);
    wait_for(connection);
}

void
sim_net_close(struct sim_connection *connection, size_t end)
{
    sim_link_close(&connection->link, end, connection->net->now);
    wait_for(connection);
}

void
sim_net_drop(struct sim_station *station, bool machine_runs)
{
    struct sim_net *net = station->net;
    struct list_node *each;
    struct list_node *after;

    LIST_EACH_SAFE(each, after, &station->connections) {
        struct sim_end *end = CONTAINER_OF(each, struct sim_end, in_station);
        struct sim_connection *connection = map_get(&net->by_id, &end->id);
        const uint32_t notice =
            machine_runs ? connection->link.road.delay
                         : (uint32_t)sim_net_between(net, 10000, 120000);

        end->told = false;
        if (connection->opening) {
            /* It comes to nothing, and nobody waits for it. */
            list_remove(&end->in_station);
            end->station = NULL;
            continue;
        }
        sim_link_cut(&connection->link, (uint32_t[2]){notice, notice},
                     &net->entropy, net->now);
        wait_for(connection);
    }
}
