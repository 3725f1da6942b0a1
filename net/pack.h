/*
 * The two compression streams of one link: what we send packed, and what
 * comes packed.
 *
 * A link that is slow (net/pace.h) gets a stream if its other side said in
 * HELLO that it expands one and the node has memory to spare for it: zstd, or
 * deflate.  What is packed must be sent, in order.  When both sides have
 * nothing left for each other the memory is given back, and the next stream
 * begins anew.
 *
 * All functions that can fail may return STATUS_NO_MEMORY.
 *
 * Source: net/PROTOCOL.md, "Packed".
 */
#ifndef P2PUB_NET_PACK_H
#define P2PUB_NET_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"
#include "core/bytes.h"
#include "core/status.h"
#include "net/packed.h"
#include "net/stream.h"

struct peer;

struct pack {
    struct stream *packer;       /* NULL while there is none */
    size_t packer_memory;        /* octets that the node counts for it */
    enum stream_kind kind;       /* of packer */
    bool begun;                  /* its first message was packed */
    bool eased;                  /* packing took longer than the link */
    size_t map_size;             /* of the packer, until its first message */
    uint8_t map[PACKED_MAP_MAX]; /* what primes it */
    size_t plain;                /* octets of the last message before packing */
    unsigned begins;             /* streams that we began */
    struct stream *expander;
    enum stream_kind expander_kind;
    unsigned expander_begins; /* streams that the other side began */
    size_t expander_memory;   /* promised to the other side */
    size_t expander_prime;    /* of these so many octets for what primes it */
    uint8_t reach;            /* the promise: see struct message_hello */
};

/* Promise the other side as much as the node can spare. */
void pack_init(struct peer *peer);
void pack_release(struct peer *peer);

/* Octets that a stream from the peer may be primed with: 0 if it will not be
 * zstd.  Keep so many for that. */
size_t pack_prime_room(const struct peer *peer);
void pack_promise_prime(struct peer *peer, size_t octets);

/* Is what goes to peer to be packed now? */
bool pack_is_wanted(const struct peer *peer);

/* Append a PACKED message to out, which is empty: record with what travels
 * along, and the text of which run names the first chunk.  STATUS_FULL: this
 * is to be sent as it is; and what bundles/store.h lists. */
enum status pack_record(struct peer *peer, struct byte_buf *out,
                        const struct record *record) MUST_CHECK;
enum status pack_chunk(struct peer *peer, struct byte_buf *out,
                       const struct message_run *run) MUST_CHECK;

/* Append to out the plain form that body packs.  STATUS_MALFORMED. */
enum status pack_read(struct peer *peer, struct byte_buf *out,
                      const struct message_packed *packed) MUST_CHECK;

/* A packed message of so many octets goes out: if the link has been waiting for
 * our packing for long, pack with less effort, and then no more. */
void pack_on_sent(struct peer *peer, size_t octets);

/* Give back what packing takes: there is nothing left to say. */
void pack_rest(struct peer *peer);

#endif
