/*
 * Stations that know the community's secret and mean no good: they answer
 * beacons and shake hands, and break or bend every rule behind it.
 */
#ifndef P2PUB_TESTS_SIM_SIM_HOSTILE_H
#define P2PUB_TESTS_SIM_SIM_HOSTILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/entropy.h"
#include "core/list.h"
#include "net/message.h"
#include "net/message_stream.h"
#include "net/session.h"
#include "tests/sim/sim_net.h"

enum hostile_kind {
    HOSTILE_MUTE,      /* connects and says nothing */
    HOSTILE_STALL,     /* says HELLO and nothing else */
    HOSTILE_SUMMARIES, /* counts and digests of what it does not have */
    HOSTILE_LISTS,     /* lists ids that are nobody's, never sends them */
    HOSTILE_WITHHOLD,  /* acknowledges all, holds nothing, says GONE */
    HOSTILE_FORGE,     /* sends on what it got with a bit changed */
    HOSTILE_NOISE,     /* random octets on links and in datagrams */
    HOSTILE_KINDS
};

/* A link of its own. */
struct hostile_call {
    struct list_node in_hostile;
    struct sim_hostile *hostile;
    struct sim_connection *connection;
    size_t end;
    struct session *session; /* NULL for HOSTILE_MUTE */
    struct message_stream inbox;
    struct byte_buf out;
    bool greeted; /* their HELLO came */
    bool closed;
};

struct sim_hostile {
    struct sim_station station;
    enum hostile_kind kind;
    struct entropy entropy;
    struct sim_event beat;
    unsigned beats;
    uint8_t boot_id[MESSAGE_BOOT_ID_SIZE];
    struct list_node calls; /* struct hostile_call */
    size_t call_count;
    struct byte_buf loot; /* the last RECORD's body that it got */
    uint64_t said;        /* octets of messages */
};

/* In lan and at work from the start. */
struct sim_hostile *sim_hostile_new(struct sim_net *net, uint64_t seed,
                                    enum hostile_kind kind,
                                    struct sim_lan *lan);

/* What to say (sim_hostile_acts.c). */

/* Append HELLO, and the summary of who was called. */
void hostile_greet(struct hostile_call *call);

/* A message came. */
void hostile_react(struct hostile_call *call, const struct message *message);

/* Five seconds have gone by. */
void hostile_act(struct hostile_call *call);

#endif
