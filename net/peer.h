/*
 * One open link above its session: the stream of messages in, the stream of
 * messages out, and what is known of the other side.
 *
 * Whoever holds a peer gives it the octets that came (peer_on_octets), lets
 * it work (peer_run), and after the turn's commit lets it answer
 * (peer_finish); what peer.out then holds is for the other side.
 *
 * Source: net/PROTOCOL.md, "Messages".
 */
#ifndef P2PUB_NET_PEER_H
#define P2PUB_NET_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bucket.h"
#include "core/bytes.h"
#include "core/list.h"
#include "core/status.h"
#include "net/action.h"
#include "net/compare.h"
#include "net/exchange.h"
#include "net/fetch.h"
#include "net/gossip.h"
#include "net/known.h"
#include "net/message.h"
#include "net/message_stream.h"
#include "net/pace.h"
#include "net/pack.h"
#include "net/prime.h"
#include "net/relay_swap.h"
#include "net/wide.h"

struct node;

struct peer {
    struct list_node in_node;
    struct node *node;
    struct link_id link;
    bool dialled;                /* this side called */
    bool greeted;                /* its HELLO came */
    bool full;                   /* it has no place for this link */
    bool broken;                 /* it broke the rules: end the link */
    bool brought;                /* something of this turn came from it */
    struct message_hello theirs; /* only valid when greeted */
    struct salt salt;            /* ours, for this link */
    struct message_stream inbox;
    struct byte_buf out; /* messages for the session */
    size_t unsent;       /* octets that the host has not written yet */
    struct known known;
    struct compare compare;
    struct exchange exchange;
    struct fetch_peer fetch;
    struct pace pace; /* only valid when greeted */
    struct pack pack;
    struct prime prime;
    struct mono_time called; /* when the first round trip began */
    struct gossip_peer gossip;
    struct wide_peer wide;
    struct relay_swap relays;
    struct bucket messages;   /* how often it may speak */
    struct bucket talk;       /* octets that no credit counts */
    struct bucket rows;       /* of the store that it may make us walk */
    struct mono_time rest;    /* it asked for too much: until then it waits */
    struct mono_time offered; /* when compare.again last made a summary */
    uint64_t counted_in;      /* messages that DONE counts */
    uint64_t counted_out;
    uint64_t done_count; /* of the last DONE that came */
    bool rests;          /* we said DONE, and nothing that counts since */
    bool said_done;      /* and nothing that counts went or came since */
    bool heard_done;     /* and nothing that counts came since */
    bool settled;        /* EVENT_SETTLED was given, and still holds */
};

/* A link whose handshake is done, or, for the side that was called, is about
 * to be.  Free *out with peer_free.  STATUS_NO_MEMORY. */
enum status peer_new(struct peer **out, struct node *node, struct link_id link,
                     bool dialled) MUST_CHECK;
void peer_free(struct peer *peer);

/* Write the first messages: HELLO, and of the side that was called a summary
 * and the cells that the caller wished for.  anonymous: without the boot id.
 * STATUS_NO_MEMORY and the store's. */
enum status peer_greet(struct peer *peer, bool anonymous,
                       uint8_t wish) MUST_CHECK;

/* Octets of the message stream came; they are copied.  STATUS_NO_MEMORY. */
enum status peer_on_octets(struct peer *peer,
                           struct byte_view octets) MUST_CHECK;

/* Deal with the messages that came, as many as the turn has room for.
 * Afterwards the peer may be broken, and the turn may have failed. */
void peer_run(struct peer *peer);

/* Messages wait that peer_run would deal with. */
bool peer_has_work(const struct peer *peer);

/* Before the commit: ask for missing chunks.  STATUS_NO_MEMORY and the
 * store's: the peer is then broken. */
enum status peer_ask(struct peer *peer) MUST_CHECK;

/* After the commit: acknowledge, list, send.  The same failures. */
enum status peer_finish(struct peer *peer) MUST_CHECK;

/* For the modules of a peer: a message that DONE counts was written; more may
 * be written, as far as the host keeps up. */
void peer_count_out(struct peer *peer);
bool peer_may_write(const struct peer *peer);

/* When something is to be done for the peer without an event: MONO_NEVER for nothing. */
struct mono_time peer_deadline(const struct peer *peer);

/* Both sides have nothing left for each other. */
bool peer_is_settled(const struct peer *peer);

#endif
