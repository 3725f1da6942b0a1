#include "net/uv_beacon.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "core/limits.h"
#include "core/mem.h"
#include "net/uv_link.h"

/* The four sockets. */
enum beacon_socket {
    HEAR_IPV4,
    HEAR_IPV6,
    OWN_IPV4,
    OWN_IPV6,
    SOCKET_COUNT
};

/* An address of an interface, as the socket calls want it. */
struct road {
    bool is_ipv6;
    char name[INET6_ADDRSTRLEN + 1 + UV_IF_NAMESIZE]; /* address%interface */
    struct address group;     /* where multicast goes from here */
    struct address broadcast; /* only valid when has_broadcast */
    bool has_broadcast;
};

struct uv_beacon {
    struct uv_beacon_config config;
    uv_udp_t sockets[SOCKET_COUNT];
    bool usable[SOCKET_COUNT];
    uv_timer_t timer;
    size_t open_handles; /* the memory goes with the last */
    size_t road_count;
    struct road roads[BEACON_ROADS_MAX];
    uint8_t buffer[BEACON_DATAGRAM_MAX];
};

static void
on_closed(uv_handle_t *handle)
{
    struct uv_beacon *beacon = handle->data;

    beacon->open_handles--;
    if (beacon->open_handles == 0)
        mem_free(beacon);
}

void
uv_beacon_free(struct uv_beacon *beacon)
{
    if (beacon == NULL)
        return;
    for (size_t i = 0; i < SOCKET_COUNT; i++)
        if (!uv_is_closing((uv_handle_t *)&beacon->sockets[i]))
            uv_close((uv_handle_t *)&beacon->sockets[i], on_closed);
    uv_close((uv_handle_t *)&beacon->timer, on_closed);
}

static void
on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct uv_beacon *beacon = handle->data;

    (void)suggested;
    *buffer =
        uv_buf_init((char *)beacon->buffer, (unsigned)sizeof(beacon->buffer));
}

static void
on_received(uv_udp_t *socket, ssize_t size, const uv_buf_t *buffer,
            const struct sockaddr *sender, unsigned flags)
{
    struct uv_beacon *beacon = socket->data;
    struct address from;

    if (size <= 0 || sender == NULL || (flags & UV_UDP_PARTIAL) != 0 ||
        uv_link_address(&from, sender) != STATUS_OK)
        return;
    beacon->config.on_datagram(beacon->config.context, &from,
                               byte_view_of(buffer->base, (size_t)size));
}

static bool
socket_open(struct uv_beacon *beacon, enum beacon_socket which)
{
    uv_udp_t *socket = &beacon->sockets[which];
    struct address any = {.is_ipv6 = which == HEAR_IPV6 || which == OWN_IPV6};
    struct sockaddr_storage local;
    unsigned flags = any.is_ipv6 ? UV_UDP_IPV6ONLY : 0;
    int result;

    if (which == HEAR_IPV4 || which == HEAR_IPV6) {
        any.port = beacon->config.where.port;
        flags |= UV_UDP_REUSEADDR;
    }
    uv_link_sockaddr(&local, &any);
    result = uv_udp_bind(socket, (struct sockaddr *)&local, flags);
    if (result == 0 && which == OWN_IPV4)
        result = uv_udp_set_broadcast(socket, 1);
    if (result == 0)
        result = uv_udp_recv_start(socket, on_alloc, on_received);
    if (result != 0)
        errno = -result; /* libuv's numbers on Unix */
    return result == 0;
}

/* The road of one interface address; false if it leads nowhere new. */
static bool
road_of(struct road *road, const struct uv_beacon *beacon,
        const uv_interface_address_t *interface)
{
    const struct community_beacon *where = &beacon->config.where;
    char text[INET6_ADDRSTRLEN];

    memset(road, 0, sizeof(*road));
    road->group.port = where->port;
    if (interface->address.address4.sin_family == AF_INET) {
        uint32_t own = interface->address.address4.sin_addr.s_addr;
        uint32_t mask = interface->netmask.netmask4.sin_addr.s_addr;
        uint32_t broadcast = own | ~mask;

        if (uv_ip4_name(&interface->address.address4, text, sizeof(text)) != 0)
            return false;
        (void)snprintf(road->name, sizeof(road->name), "%s", text);
        memcpy(road->group.octets, where->group_ipv4, 4);
        road->has_broadcast = !interface->is_internal && broadcast != own;
        memcpy(road->broadcast.octets, &broadcast, 4);
        road->broadcast.port = where->port;
        return true;
    }
    /* Multicast within a link needs the link-local address alone. */
    if (!IN6_IS_ADDR_LINKLOCAL(&interface->address.address6.sin6_addr) ||
        uv_ip6_name(&interface->address.address6, text, sizeof(text)) != 0)
        return false;
    (void)snprintf(road->name, sizeof(road->name), "%s%%%s", text,
                   interface->name);
    road->is_ipv6 = true;
    road->group.is_ipv6 = true;
    memcpy(road->group.octets, where->group_ipv6, 16);
    road->group.scope = interface->address.address6.sin6_scope_id;
    return true;
}

/* Join the group there; it does no harm to ask twice. */
static void
road_join(struct uv_beacon *beacon, const struct road *road)
{
    uv_udp_t *socket = &beacon->sockets[road->is_ipv6 ? HEAR_IPV6 : HEAR_IPV4];
    char group[INET6_ADDRSTRLEN];

    if (uv_inet_ntop(road->is_ipv6 ? AF_INET6 : AF_INET, road->group.octets,
                     group, sizeof(group)) == 0)
        (void)uv_udp_set_membership(socket, group, road->name, UV_JOIN_GROUP);
}

static bool
road_equal(const struct road *a, const struct road *b)
{
    return a->is_ipv6 == b->is_ipv6 && strcmp(a->name, b->name) == 0 &&
           address_equal(&a->group, &b->group) &&
           a->has_broadcast == b->has_broadcast &&
           address_equal(&a->broadcast, &b->broadcast);
}

/* Look at the interfaces; true if they are not what they were. */
static bool
interfaces_look(struct uv_beacon *beacon)
{
    uv_interface_address_t *interfaces;
    struct road roads[BEACON_ROADS_MAX];
    size_t count = 0;
    int found;
    bool changed;

    if (uv_interface_addresses(&interfaces, &found) != 0)
        return false;
    memset(roads, 0, sizeof(roads));
    for (int i = 0; i < found && count < BEACON_ROADS_MAX; i++)
        if (road_of(&roads[count], beacon, &interfaces[i]))
            count++;
    uv_free_interface_addresses(interfaces, found);
    changed = count != beacon->road_count;
    for (size_t i = 0; i < count && !changed; i++)
        changed = !road_equal(&roads[i], &beacon->roads[i]);
    if (!changed)
        return false;
    memcpy(beacon->roads, roads, sizeof(roads));
    beacon->road_count = count;
    for (size_t i = 0; i < count; i++)
        road_join(beacon, &roads[i]);
    return true;
}

static void
on_timer(uv_timer_t *timer)
{
    struct uv_beacon *beacon = timer->data;

    if (interfaces_look(beacon))
        beacon->config.on_interfaces(beacon->config.context);
}

enum status
uv_beacon_new(struct uv_beacon **out, const struct uv_beacon_config *config)
{
    struct uv_beacon *beacon = mem_zalloc(1, sizeof(*beacon));
    bool hears = false;

    *out = NULL;
    if (beacon == NULL)
        return STATUS_NO_MEMORY;
    beacon->config = *config;
    beacon->open_handles = SOCKET_COUNT + 1;
    (void)uv_timer_init(config->loop, &beacon->timer);
    beacon->timer.data = beacon;
    for (size_t i = 0; i < SOCKET_COUNT; i++) {
        (void)uv_udp_init(config->loop, &beacon->sockets[i]);
        beacon->sockets[i].data = beacon;
        beacon->usable[i] = socket_open(beacon, (enum beacon_socket)i);
        hears = hears || (i <= HEAR_IPV6 && beacon->usable[i]);
    }
    if (!hears || uv_timer_start(&beacon->timer, on_timer, BEACON_INTERFACES_MS,
                                 BEACON_INTERFACES_MS) != 0) {
        uv_beacon_free(beacon);
        return STATUS_IO;
    }
    (void)interfaces_look(beacon);
    *out = beacon;
    return STATUS_OK;
}

void
uv_beacon_send(struct uv_beacon *beacon, const struct address *to,
               struct byte_view octets)
{
    enum beacon_socket which = to->is_ipv6 ? OWN_IPV6 : OWN_IPV4;
    uv_buf_t buffer =
        /* NOLINTNEXTLINE(performance-no-int-to-ptr): only to lose the const */
        uv_buf_init((char *)(uintptr_t)octets.data, (unsigned)octets.size);
    struct sockaddr_storage remote;

    if (!beacon->usable[which])
        return;
    uv_link_sockaddr(&remote, to);
    (void)uv_udp_try_send(&beacon->sockets[which], &buffer, 1,
                          (struct sockaddr *)&remote);
}

void
uv_beacon_send_all(struct uv_beacon *beacon, struct byte_view octets)
{
    for (size_t i = 0; i < beacon->road_count; i++) {
        const struct road *road = &beacon->roads[i];
        enum beacon_socket which = road->is_ipv6 ? OWN_IPV6 : OWN_IPV4;

        if (!beacon->usable[which])
            continue;
        if (uv_udp_set_multicast_interface(&beacon->sockets[which],
                                           road->name) == 0)
            uv_beacon_send(beacon, &road->group, octets);
        /* Some access points drop multicast and pass broadcast. */
        if (road->has_broadcast)
            uv_beacon_send(beacon, &road->broadcast, octets);
    }
}
