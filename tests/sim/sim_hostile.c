#include "tests/sim/sim_hostile.h"

#include <string.h>

#include "core/limits.h"
#include "core/mem.h"
#include "net/beacon.h"
#include "net/community.h"

static const uint64_t beat_ms = 5000;
/* Beats between two beacons. */
static const unsigned beacon_beats = 6;
/* Links beyond which it dials no more; who forges wants to be the first. */
static const size_t calls_wanted = 4;
static const size_t forger_wants = 100;

static struct sim_hostile *
own(struct sim_station *station)
{
    return CONTAINER_OF(station, struct sim_hostile, station);
}

static struct hostile_call *
find_call(struct sim_hostile *hostile, const struct sim_connection *connection)
{
    struct list_node *each;

    LIST_EACH(each, &hostile->calls) {
        struct hostile_call *call =
            CONTAINER_OF(each, struct hostile_call, in_hostile);

        if (call->connection == connection)
            return call;
    }
    return NULL;
}

static void
free_call(struct hostile_call *call)
{
    list_remove(&call->in_hostile);
    call->hostile->call_count--;
    session_free(call->session);
    message_stream_release(&call->inbox);
    byte_buf_release(&call->out);
    mem_free(call);
}

static void
close_call(struct hostile_call *call)
{
    if (!call->closed)
        sim_net_close(call->connection, call->end);
    call->closed = true;
}

/* Seal and send what was said. */
static void
flush(struct hostile_call *call)
{
    struct byte_buf *output = session_output(call->session);

    if (call->closed)
        return;
    call->hostile->said += call->out.size;
    if (call->out.size > 0 && session_is_open(call->session) &&
        (session_write(call->session, byte_view_of_buf(&call->out)) !=
             STATUS_OK ||
         session_flush(call->session) != STATUS_OK))
        close_call(call);
    byte_buf_clear(&call->out);
    if (!call->closed && output->size > 0)
        sim_net_send(call->connection, call->end, byte_view_of_buf(output));
    byte_buf_clear(output);
}

static void
on_link(struct sim_station *station, struct sim_connection *connection,
        size_t end)
{
    struct sim_hostile *hostile = own(station);
    struct hostile_call *call = sim_alloc(sizeof(*call));
    struct session_config config = {.pattern = SESSION_NN};
    const struct session_wish wish = {.version = 1};
    const struct community community = community_open();

    call->hostile = hostile;
    call->connection = connection;
    call->end = end;
    list_append(&hostile->calls, &call->in_hostile);
    hostile->call_count++;
    message_stream_init(&call->inbox, (size_t)16 * 1024 * 1024);
    byte_buf_init(&call->out, (size_t)16 * 1024 * 1024);
    if (hostile->kind == HOSTILE_MUTE)
        return;
    memcpy(config.secret, community.secret, sizeof(config.secret));
    if (end == 0)
        sim_check(
            session_call(&call->session, &config, &wish, &hostile->entropy),
            "session_call");
    else
        sim_check(session_listen(&call->session, &config, &hostile->entropy),
                  "session_listen");
    flush(call);
}

static void
hear(struct hostile_call *call, struct byte_view octets)
{
    struct message message;

    if (message_stream_feed(&call->inbox, octets) != STATUS_OK) {
        close_call(call);
        return;
    }
    while (message_stream_next(&call->inbox, &message)) {
        if (message.type == MESSAGE_HELLO)
            call->greeted = true;
        hostile_react(call, &message);
    }
}

/* One event of the session; false when it wants more. */
static bool
take_event(struct hostile_call *call)
{
    struct byte_view view;

    switch (session_next(call->session, &view)) {
    case SESSION_WANTS_MORE:
        return false;
    case SESSION_CALLED:
        hostile_greet(call);
        if (session_accept(call->session, byte_view_of_buf(&call->out)) !=
            STATUS_OK)
            close_call(call);
        byte_buf_clear(&call->out);
        return !call->closed;
    case SESSION_OPENED:
        hostile_greet(call);
        hear(call, view);
        return true;
    case SESSION_MESSAGES:
        hear(call, view);
        return true;
    case SESSION_ENDED:
    case SESSION_SILENT:
    case SESSION_BROKEN:
        close_call(call);
        return false;
    }
    return false;
}

static void
on_octets(struct sim_station *station, struct sim_connection *connection,
          size_t end, struct byte_view octets)
{
    struct hostile_call *call = find_call(own(station), connection);

    (void)end;
    if (call == NULL || call->session == NULL || call->closed)
        return;
    while (octets.size > 0 && !call->closed) {
        if (session_on_bytes(call->session, byte_view_slice(octets, 0, 4096)) !=
            STATUS_OK)
            sim_fatal("session_on_bytes");
        octets = byte_view_slice(octets, 4096, octets.size);
        while (take_event(call))
            ;
    }
    flush(call);
}

static void
on_unsent(struct sim_station *station, struct sim_connection *connection,
          size_t end)
{
    (void)station;
    (void)connection;
    (void)end;
}

static void
on_dial_failed(struct sim_station *station, struct sim_connection *connection)
{
    (void)station;
    (void)connection;
}

static void
on_ended(struct sim_station *station, struct sim_connection *connection,
         size_t end)
{
    struct hostile_call *call = find_call(own(station), connection);

    (void)end;
    if (call != NULL)
        free_call(call);
}

/* A beacon's sender is called, now and then. */
static void
on_datagram(struct sim_station *station, const struct address *from,
            struct byte_view octets)
{
    struct sim_hostile *hostile = own(station);

    (void)octets;
    if (hostile->kind == HOSTILE_FORGE
            ? hostile->call_count < forger_wants
            : hostile->call_count < calls_wanted &&
                  entropy_below(&hostile->entropy, 4) == 0)
        (void)sim_net_dial(station, from, ENGINE_NEIGHBOUR);
}

static void
on_interfaces(struct sim_station *station)
{
    (void)station;
}

static void
send_beacon(struct sim_hostile *hostile)
{
    const struct community community = community_open();
    struct beacon beacon = {.version = BEACON_VERSION,
                            .kind = BEACON_ASK,
                            .port = hostile->station.address.port};
    uint8_t octets[BEACON_SIZE];

    memcpy(beacon.boot_id, hostile->boot_id, sizeof(beacon.boot_id));
    beacon_seal(octets, &beacon, &community, &hostile->entropy);
    if (hostile->kind == HOSTILE_NOISE)
        entropy_fill(&hostile->entropy, octets, 40);
    sim_lan_datagram(&hostile->station, NULL,
                     byte_view_of(octets, sizeof(octets)));
}

static void
run_beat(struct sim_event *event)
{
    struct sim_hostile *hostile = CONTAINER_OF(event, struct sim_hostile, beat);
    struct list_node *each;

    if (hostile->beats++ % beacon_beats == 0)
        send_beacon(hostile);
    LIST_EACH(each, &hostile->calls) {
        struct hostile_call *call =
            CONTAINER_OF(each, struct hostile_call, in_hostile);

        if (call->session == NULL || call->closed || !call->greeted)
            continue;
        hostile_act(call);
        flush(call);
    }
    sim_net_after(hostile->station.net, event, beat_ms);
}

static void
free_hostile(struct sim_station *station)
{
    struct sim_hostile *hostile = own(station);

    while (!list_is_empty(&hostile->calls))
        free_call(
            CONTAINER_OF(hostile->calls.next, struct hostile_call, in_hostile));
    byte_buf_release(&hostile->loot);
    mem_free(hostile);
}

static const struct sim_station_ops hostile_ops = {
    .on_link = on_link,
    .on_dial_failed = on_dial_failed,
    .on_octets = on_octets,
    .on_unsent = on_unsent,
    .on_ended = on_ended,
    .on_datagram = on_datagram,
    .on_interfaces = on_interfaces,
    .free = free_hostile,
};

struct sim_hostile *
sim_hostile_new(struct sim_net *net, uint64_t seed, enum hostile_kind kind,
                struct sim_lan *lan)
{
    struct sim_hostile *hostile = sim_alloc(sizeof(*hostile));

    hostile->kind = kind;
    entropy_init_seed(&hostile->entropy, seed);
    entropy_fill(&hostile->entropy, hostile->boot_id, sizeof(hostile->boot_id));
    list_init(&hostile->calls);
    byte_buf_init(&hostile->loot, MESSAGE_BODY_MAX);
    sim_event_init(&hostile->beat, run_beat);
    sim_net_add(net, &hostile->station, &hostile_ops);
    hostile->station.is_up = true;
    sim_lan_move(&hostile->station, lan);
    sim_net_after(net, &hostile->beat, sim_net_between(net, 0, beat_ms));
    return hostile;
}
