/*
 * Local networks and the roads abroad: who reaches whom, and datagrams.
 */
#include <string.h>

#include "core/mem.h"
#include "tests/sim/sim_net.h"

/* How a cut is noticed: the kernel's keep-alive, milliseconds. */
static const uint64_t notice_least = 10000;
static const uint64_t notice_most = 120000;
/* A beacon goes to one group and the broadcast address of IPv4, and to one
 * group of IPv6. */
static const uint64_t beacon_copies = 3;

struct datagram {
    struct list_node in_net;
    struct sim_event event;
    struct sim_net *net;
    struct sim_lan *lan;
    struct sim_station *from;
    struct sim_station *to; /* NULL for all */
    size_t size;
    uint8_t octets[];
};

void
sim_lan_init(struct sim_lan *lan, const struct sim_road *road)
{
    *lan = (struct sim_lan){.road = *road};
    list_init(&lan->stations);
}

struct sim_station *
sim_lan_at(struct sim_net *net, const struct address *address)
{
    const size_t index = (size_t)address->octets[1] << 16 |
                         (size_t)address->octets[2] << 8 | address->octets[3];

    if (address->is_ipv6 || address->octets[0] != 10 ||
        index >= net->station_count)
        return NULL;
    return net->stations[index];
}

bool
sim_lan_reaches(const struct sim_station *from, const struct sim_station *to)
{
    if (from->lan == NULL || to->lan == NULL)
        return false;
    if (from->lan == to->lan)
        return true;
    return from->lan->has_road && to->lan->has_road &&
           (from->is_relay || to->is_relay);
}

/* Cut those connections of station that have no way any more. */
static void
cut_connections(struct sim_station *station)
{
    struct sim_net *net = station->net;
    struct list_node *each;

    LIST_EACH(each, &station->connections) {
        struct sim_end *end = CONTAINER_OF(each, struct sim_end, in_station);
        struct sim_connection *connection = map_get(&net->by_id, &end->id);
        struct sim_station *a = connection->ends[0].station;
        struct sim_station *b = connection->ends[1].station;
        uint32_t notice[2];

        if (connection->opening || connection->fixed || a == NULL ||
            b == NULL || sim_lan_reaches(a, b))
            continue;
        for (size_t i = 0; i < 2; i++)
            notice[i] =
                (uint32_t)sim_net_between(net, notice_least, notice_most);
        sim_link_cut(&connection->link, notice, &net->entropy, net->now);
        sim_net_at(net, &connection->event, sim_link_next(&connection->link));
    }
}

void
sim_lan_move(struct sim_station *station, struct sim_lan *lan)
{
    list_remove(&station->in_lan);
    station->lan = lan;
    if (lan != NULL)
        list_append(&lan->stations, &station->in_lan);
    cut_connections(station);
    if (lan != NULL && station->is_up)
        station->ops->on_interfaces(station);
}

void
sim_lan_set_road(struct sim_net *net, struct sim_lan *lan, bool has_road)
{
    struct list_node *each;

    (void)net;
    if (lan->has_road == has_road)
        return;
    lan->has_road = has_road;
    LIST_EACH(each, &lan->stations)
        cut_connections(CONTAINER_OF(each, struct sim_station, in_lan));
}

static void
hand_over(const struct datagram *datagram, struct sim_station *station)
{
    if (station != datagram->from && station->is_up)
        station->ops->on_datagram(
            station, &datagram->from->address,
            byte_view_of(datagram->octets, datagram->size));
}

static void
run_datagram(struct sim_event *event)
{
    struct datagram *datagram = CONTAINER_OF(event, struct datagram, event);
    struct list_node *each;

    if (datagram->to == NULL) {
        LIST_EACH(each, &datagram->lan->stations)
            hand_over(datagram, CONTAINER_OF(each, struct sim_station, in_lan));
    } else if (datagram->to->lan == datagram->lan) {
        hand_over(datagram, datagram->to);
    }
    list_remove(&datagram->in_net);
    mem_free(datagram);
}

void
sim_lan_release_datagrams(struct sim_net *net)
{
    while (!list_is_empty(&net->datagrams)) {
        struct datagram *datagram =
            CONTAINER_OF(net->datagrams.next, struct datagram, in_net);

        list_remove(&datagram->in_net);
        mem_free(datagram);
    }
}

void
sim_lan_datagram(struct sim_station *from, const struct address *to,
                 struct byte_view octets)
{
    struct sim_net *net = from->net;
    struct sim_station *station = to == NULL ? NULL : sim_lan_at(net, to);
    struct datagram *datagram;

    if (from->lan == NULL)
        return;
    net->beacon_wire +=
        (to == NULL ? beacon_copies : 1) * (octets.size + SIM_DATAGRAM_HEADERS);
    if (to != NULL && station == NULL)
        return;
    datagram = sim_alloc(sizeof(*datagram) + octets.size);
    sim_event_init(&datagram->event, run_datagram);
    datagram->net = net;
    datagram->lan = from->lan;
    datagram->from = from;
    datagram->to = station;
    datagram->size = octets.size;
    memcpy(datagram->octets, octets.data, octets.size);
    list_append(&net->datagrams, &datagram->in_net);
    sim_net_after(net, &datagram->event, from->lan->road.delay);
}
