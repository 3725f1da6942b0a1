/*
 * Exchange on one link: records and chunks under credit, and their
 * acknowledgement.
 *
 * What goes first: records of the outbox in its order, then chunks in the
 * order in which they were asked for.  No more octets wait at
 * the host, so that a new text passes a large file between two chunks.
 *
 * The receiver grants octets and grants them anew when what came is
 * committed; acknowledgements wait for the commit too.
 *
 * Failures as in net/compare.h.
 *
 * Source: net/PROTOCOL.md, "Exchange".
 */
#ifndef P2PUB_NET_EXCHANGE_H
#define P2PUB_NET_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"
#include "bundles/store.h"
#include "core/bytes.h"
#include "core/limits.h"
#include "core/list.h"
#include "core/status.h"
#include "net/message.h"
#include "net/outbox.h"

struct peer;

/* Chunks that the peer asked for. */
struct exchange_run {
    struct list_node in_queue;
    struct message_run run;
};

struct exchange {
    struct outbox outbox;
    struct list_node runs;  /* struct exchange_run */
    size_t run_chunks;      /* chunks in all of them */
    struct byte_buf staged; /* a message that waits for credit */
    bool stages_record;     /* it is of record staged_id */
    struct record_id staged_id;
    size_t window;             /* octets that we grant in all */
    uint64_t credit;           /* octets that we may send */
    uint64_t granted;          /* octets that the peer may send */
    uint64_t spent;            /* octets that it sent since the last grant */
    struct byte_buf acks;      /* entries that wait for the commit */
    struct byte_buf held;      /* committed entries that wait for others, */
    struct mono_time held_due; /* until then; only valid when there are any */
};

void exchange_init(struct exchange *exchange, size_t window);
void exchange_release(struct exchange *exchange);

/* The peer may lack record id: it has not said that it has it, and is not about
 * to get it. */
bool exchange_may_lack(const struct peer *peer, const struct record_id *id);

/* Send record id, unless the peer has it; wanted if it asked for it by name.
 * STATUS_FULL: it was not added. */
enum status exchange_add(struct peer *peer, const struct record_id *id,
                         struct outbox_rank rank, bool wanted) MUST_CHECK;

/* Records that may wait on this link. */
size_t exchange_places(const struct peer *peer);

/* The same for a record of set and day whose size is not known: it is looked
 * up. */
enum status exchange_offer(struct peer *peer, const struct record_id *id,
                           enum record_set set, struct day day,
                           bool wanted) MUST_CHECK;

/* The last day that is not in the future, on this link. */
struct day exchange_tomorrow(const struct peer *peer);

/* A message came.  Those that credit pays for are charged here. */
enum status exchange_on_record(struct peer *peer,
                               struct byte_view body) MUST_CHECK;
enum status exchange_on_short(struct peer *peer,
                              struct byte_view body) MUST_CHECK;
enum status exchange_on_chunk(struct peer *peer,
                              struct byte_view body) MUST_CHECK;
enum status exchange_on_packed(struct peer *peer,
                               struct byte_view body) MUST_CHECK;
enum status exchange_on_want_chunks(struct peer *peer,
                                    struct byte_view body) MUST_CHECK;
enum status exchange_on_ack(struct peer *peer,
                            struct byte_view body) MUST_CHECK;
enum status exchange_on_credit(struct peer *peer,
                               struct byte_view body) MUST_CHECK;

/* Tell the peer what became of id, once the turn is committed. */
enum status exchange_ack(struct peer *peer, const struct record_id *id,
                         enum message_fate fate) MUST_CHECK;
enum message_fate exchange_fate_of(enum store_state state);

/* The turn was committed: write acknowledgements and new credit.  On a slow
 * link acknowledgements wait for others until the peer has said all or
 * ACK_DELAY_MS are over. */
enum status exchange_after_commit(struct peer *peer) MUST_CHECK;

/* Write those that wait for others. */
enum status exchange_write_acks(struct peer *peer) MUST_CHECK;

/* The turn was rolled back: what it would have acknowledged is forgotten. */
void exchange_after_rollback(struct peer *peer);

/* Write what credit and the host's queue allow. */
enum status exchange_send(struct peer *peer) MUST_CHECK;

/* Nothing waits to be sent. */
bool exchange_is_idle(const struct exchange *exchange);

#endif
