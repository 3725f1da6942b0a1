/*
 * What primes the compression streams of one link: texts that both sides have,
 * so that the first new ones lean on them.
 *
 * Whoever may get texts over a slow link names the newest of its own (PRIME),
 * once, before what calls for them.  The other side looks for those among its
 * own records, and its stream begins with the ones that it found; a bitmap in
 * the message with which the stream begins says which.
 *
 * All functions that can fail may return STATUS_NO_MEMORY and the store's
 * failures.
 *
 * Source: net/PROTOCOL.md, "Primes".
 */
#ifndef P2PUB_NET_PRIME_H
#define P2PUB_NET_PRIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"
#include "core/bytes.h"
#include "core/limits.h"
#include "core/status.h"
#include "net/packed.h"

struct peer;
struct prime_list;

struct prime {
    bool considered;           /* whether to name records: once is enough */
    size_t own_count;          /* records that were named to the peer */
    struct record_id *own;     /* in the order of the list; NULL for none */
    bool recalled;             /* the peer's stream began with some of them */
    bool listed;               /* the peer named its records */
    struct prime_list *theirs; /* until a stream has begun; NULL for none */
};

/* What was gathered. */
struct prime_octets {
    struct byte_buf octets;      /* to be released */
    size_t map_size;             /* 0: nothing */
    uint8_t map[PACKED_MAP_MAX]; /* which of the list */
};

void prime_release(struct peer *peer);

/* Name our newest texts, if some may come and the link is slow: before the
 * ids or cells that call for them. */
enum status prime_offer(struct peer *peer) MUST_CHECK;

/* PRIME came.  STATUS_MALFORMED for a second one too. */
enum status prime_on_list(struct peer *peer, struct byte_view body) MUST_CHECK;

/* For the stream that we begin: those of the peer's texts that are here too,
 * at most maximum octets of them.  The list is then forgotten. */
enum status prime_gather(struct peer *peer, struct prime_octets *out,
                         size_t maximum) MUST_CHECK;

/* For the stream that the peer began: append what map says.  STATUS_MALFORMED
 * if it says what was not named, or for the second time. */
enum status prime_recall(struct peer *peer, struct byte_buf *out,
                         struct byte_view map) MUST_CHECK;

#endif
