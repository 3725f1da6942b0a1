#include "tests/sim/sim_net.h"

#include <string.h>

#include "core/mem.h"

/* 2024-10-04, as in the unit tests, one hour after midnight. */
static const int64_t first_day = 20000;

struct sim_net *
sim_net_new(uint64_t seed)
{
    struct sim_net *net = sim_alloc(sizeof(*net));
    uint8_t salt[HASH_SALT_SIZE];

    deadlines_init(&net->queue);
    /* Stations are seeded with their index and the same seed. */
    entropy_init_seed(&net->entropy, seed);
    entropy_fill(&net->entropy, salt, sizeof(salt));
    map_init(&net->by_id, sizeof(struct link_id), salt);
    list_init(&net->connections);
    list_init(&net->datagrams);
    hash_stream_init(&net->trace);
    net->wall = first_day * 86400 + 3600;
    net->now.milliseconds = 1000;
    net->abroad = (struct sim_road){.delay = 80, .rate = 250000, .losses = 50};
    return net;
}

void
sim_net_free(struct sim_net *net)
{
    if (net == NULL)
        return;
    for (size_t i = 0; i < net->station_count; i++)
        net->stations[i]->ops->free(net->stations[i]);
    while (!list_is_empty(&net->connections)) {
        struct sim_connection *connection =
            CONTAINER_OF(net->connections.next, struct sim_connection, in_net);

        list_remove(&connection->in_net);
        sim_link_release(&connection->link);
        mem_free(connection);
    }
    sim_lan_release_datagrams(net);
    map_release(&net->by_id);
    deadlines_release(&net->queue);
    mem_free(net->stations);
    mem_free(net);
}

void
sim_net_add(struct sim_net *net, struct sim_station *station,
            const struct sim_station_ops *ops)
{
    const size_t index = net->station_count;

    if (index == net->station_capacity) {
        net->station_capacity = 2 * index + 64;
        net->stations =
            mem_resize(net->stations,
                       net->station_capacity * sizeof(struct sim_station *));
        if (net->stations == NULL)
            sim_fatal("no memory");
    }
    net->stations[net->station_count++] = station;
    station->ops = ops;
    station->net = net;
    station->index = index;
    station->address = (struct address){
        {10, (uint8_t)(index >> 16), (uint8_t)(index >> 8), (uint8_t)index},
        false,
        4000,
        0};
    list_init(&station->in_lan);
    list_init(&station->connections);
}

void
sim_net_at(struct sim_net *net, struct sim_event *event, struct mono_time when)
{
    if (!mono_due(net->now, when))
        when = net->now;
    sim_check(deadlines_set(&net->queue, &event->due, when), "no memory");
}

void
sim_net_after(struct sim_net *net, struct sim_event *event,
              uint64_t milliseconds)
{
    sim_net_at(net, event, mono_after(net->now, milliseconds));
}

void
sim_net_cancel(struct sim_net *net, struct sim_event *event)
{
    deadlines_cancel(&net->queue, &event->due);
}

void
sim_net_run(struct sim_net *net, struct mono_time end)
{
    struct deadline *due;
    uint64_t at_once = 0;

    while (mono_due(deadlines_next(&net->queue), end)) {
        const struct mono_time next = deadlines_next(&net->queue);

        at_once = next.milliseconds > net->now.milliseconds ? 0 : at_once + 1;
        if (at_once > 50000000)
            sim_fatal("the engines do not come to rest");
        net->now = next;
        net->steps++;
        due = deadlines_take_due(&net->queue, net->now);
        if (due != NULL) {
            struct sim_event *event = CONTAINER_OF(due, struct sim_event, due);

            event->run(event);
        }
    }
    net->now = end;
}

void
sim_net_pass(struct sim_net *net, uint64_t milliseconds)
{
    sim_net_run(net, mono_after(net->now, milliseconds));
}

int64_t
sim_net_wall(const struct sim_net *net)
{
    return net->wall + (int64_t)(net->now.milliseconds / 1000);
}

uint64_t
sim_net_between(struct sim_net *net, uint64_t least, uint64_t most)
{
    return least + entropy_below(&net->entropy, (uint32_t)(most - least + 1));
}

void
sim_net_trace(struct sim_net *net, const struct sim_station *station,
              const struct action *action)
{
    const uint64_t numbers[] = {net->now.milliseconds, station->index,
                                (uint64_t)action->kind, action->link.value,
                                (uint64_t)action->event};

    hash_stream_update(&net->trace, byte_view_of(numbers, sizeof(numbers)));
    hash_stream_update(&net->trace, byte_view_of(action->id.octets,
                                                 sizeof(action->id.octets)));
    hash_stream_update(&net->trace, action->bytes);
    if (net->trace_file != NULL)
        fprintf(net->trace_file, "%llu %zu %d %llu %d %zu\n",
                (unsigned long long)net->now.milliseconds, station->index,
                (int)action->kind, (unsigned long long)action->link.value,
                (int)action->event, action->bytes.size);
}

void
sim_net_trace_end(struct sim_net *net, uint8_t out[32])
{
    hash_stream_final(&net->trace, out);
}

uint64_t
sim_net_octets(const struct sim_net *net)
{
    uint64_t sum = net->octets;
    struct list_node *each;

    LIST_EACH(each, &net->connections) {
        const struct sim_connection *connection =
            CONTAINER_OF(each, struct sim_connection, in_net);

        sum +=
            connection->link.pipes[0].octets + connection->link.pipes[1].octets;
    }
    return sum;
}

uint64_t
sim_net_wire(const struct sim_net *net)
{
    uint64_t sum = net->wire;
    struct list_node *each;

    LIST_EACH(each, &net->connections) {
        const struct sim_connection *connection =
            CONTAINER_OF(each, struct sim_connection, in_net);

        sum += connection->link.pipes[0].wire + connection->link.pipes[1].wire;
    }
    return sum;
}
