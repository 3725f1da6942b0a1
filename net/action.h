/*
 * What the engine asks its host to do, and what it tells it.
 */
#ifndef P2PUB_NET_ACTION_H
#define P2PUB_NET_ACTION_H

#include <stdbool.h>
#include <stdint.h>

#include "bundles/record.h"
#include "core/bytes.h"
#include "net/address.h"

/* The host's name for one connection; never 0, never reused within a run. */
struct link_id {
    uint64_t value;
};

enum action_kind {
    /* Send bytes on link, in order, in one write; last: ACTION_CLOSE of the
     * same link follows, and the end may leave with them. */
    ACTION_SEND,
    /* Close link once everything sent before has left; engine_on_closed
     * follows. */
    ACTION_CLOSE,
    /* Read on link, throw the octets away and never close it before the peer
     * does: the engine has forgotten the link and wants no more calls for it
     * but engine_on_closed. */
    ACTION_DRAIN,
    /* Read what is left on link, then close it: it was drained, and its place
     * is needed. */
    ACTION_EVICT,
    /* Connect to address (a neighbour that a beacon named); then
     * engine_on_link, or engine_on_dial_failed. */
    ACTION_DIAL,
    /* Send bytes as one datagram to address. */
    ACTION_DATAGRAM,
    /* Send bytes as one datagram on every interface: multicast and broadcast,
     * IPv4 and IPv6, to the community's groups and port. */
    ACTION_BEACON,
    /* For people and counters; nothing needs to be done. */
    ACTION_EVENT
};

enum event_kind {
    EVENT_LINK_OPEN,   /* link: the handshake is done */
    EVENT_LINK_LOST,   /* link: it ended without its last words */
    EVENT_SETTLED,     /* link: both sides have nothing left for each other */
    EVENT_RECORD,      /* id: a record that is new here was stored */
    EVENT_COMPLETE,    /* id: the last chunk of it was stored */
    EVENT_DELIVERED,   /* id: one more node acknowledged it, complete */
    EVENT_REFUSED,     /* id: this node had no room for it */
    EVENT_STORE_FAILED /* status: the store refused; what was not committed was
                          not acknowledged */
};

struct action {
    enum action_kind kind;
    struct link_id link;    /* all of link, where one is meant */
    struct byte_view bytes; /* ACTION_SEND, _DATAGRAM, _BEACON */
    bool last;              /* ACTION_SEND */
    struct address address; /* ACTION_DIAL, _DATAGRAM */
    enum event_kind event;  /* ACTION_EVENT */
    struct record_id id;    /* EVENT_RECORD, _COMPLETE, _DELIVERED */
    enum status status;     /* EVENT_STORE_FAILED */
};

#endif
