/*
 * The inside of the engine, for net/engine*.c alone.
 *
 * An engine is a node (net/node.h: what links share), the links, what finds
 * neighbours and who is let in.  A link is a session and, once the handshake
 * is done, a peer on it.
 */
#ifndef P2PUB_NET_ENGINE_PRIVATE_H
#define P2PUB_NET_ENGINE_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/deadlines.h"
#include "core/list.h"
#include "core/map.h"
#include "net/actions.h"
#include "net/admission.h"
#include "net/discovery.h"
#include "net/engine.h"
#include "net/node.h"
#include "net/peer.h"
#include "net/session.h"

enum link_state {
    LINK_SHAKING, /* the handshake is going on, or no HELLO has come */
    LINK_OPEN,    /* the other side's HELLO came */
    LINK_SILENT,  /* drained: not convinced */
    LINK_ENDING   /* the host was asked to close it */
};

struct link {
    struct list_node in_engine;
    struct link_id id;
    enum link_state state;
    enum engine_road road;
    bool dialled;
    bool chosen;  /* by us, among those that were heard of */
    bool rotated; /* ended to make place for another choice */
    struct address remote;
    struct session *session;         /* NULL once silent or ending */
    struct peer *peer;               /* NULL before the handshake is done */
    struct admission_entry admitted; /* entered while not convinced */
    struct actions_item *end;        /* ACTION_CLOSE or _EVICT: made in
                                        advance, since ending cannot fail */
    struct actions_item *drain;      /* ACTION_DRAIN, of one that was called */
    struct deadline timer;           /* of the handshake, then of its life */
    struct deadline compare;         /* when to compare anew */
    struct deadline answer;          /* when a link that was asked is dead */
    bool asked;                      /* octets left since the last came */
    uint32_t round_trips;            /* times that octets came after some had
                                        left */
    struct mono_time began;
    struct mono_time opened; /* only valid when LINK_OPEN */
};

struct engine {
    struct engine_config config;
    struct dh_public relay_public; /* only valid for a relay */
    struct node node;
    struct map by_id;       /* link_id to struct link */
    struct list_node links; /* the oldest first */
    size_t link_count;
    size_t open_count;
    struct admission admission;
    struct discovery discovery;
    struct deadlines deadlines;
    int64_t wall; /* seconds since 1970; 0 or less for no clock */
    bool shutting_down;
    struct engine_figures figures;
    struct mono_time began; /* the first link, MONO_NEVER before */
};

/* A call from the host begins. */
void engine_enter(struct engine *engine, struct mono_time now);

/* net/engine_link.c */

struct link *engine_find_link(const struct engine *engine, struct link_id id);
uint32_t engine_hour(const struct engine *engine);

/* Report an event of link.  Without memory the turn fails. */
void engine_tell(struct engine *engine, enum event_kind kind,
                 const struct link *link);

/* Ask the host to close link, which has no last words; lost: it was open and
 * did not end in order.  Cannot fail. */
void engine_close_link(struct engine *engine, struct link *link);

/* Say the last words, in one flight with what the peer has written, then
 * close. */
void engine_end_link(struct engine *engine, struct link *link);

/* The other side has said its last words and listens no more: close without
 * ours.  Cannot fail. */
void engine_answer_end(struct engine *engine, struct link *link);

/* It is dead: no words reach the other side.  Cannot fail. */
void engine_drop_link(struct engine *engine, struct link *link);

/* Seal what the peer has written, and hand it to the host. */
enum status engine_flush_link(struct engine *engine,
                              struct link *link) MUST_CHECK;
void engine_free_link(struct engine *engine, struct link *link);

/* net/engine_choose.c */

/* What a link with boot_id, whose beacon came, would be to us. */
enum discovery_need engine_need(const struct engine *engine,
                                const uint8_t boot_id[MESSAGE_BOOT_ID_SIZE]);

/* link, dialled, is there: was it our choice? */
bool engine_is_choice(const struct engine *engine, const struct link *link);

/* How long its peer is left alone once open link is gone, milliseconds. */
uint64_t engine_rest(const struct engine *engine, const struct link *link);

/* Dial one more neighbour, or exchange one, if that is due. */
void engine_choose(struct engine *engine);

/* link was opened, or has settled: end another if there are too many, with
 * words that say so; it may be this one. */
void engine_shed(struct engine *engine, struct link *link);

/* End link, for which there is no place. */
void engine_refuse_link(struct engine *engine, struct link *link);

/* net/engine_memory.c */

/* End the links that hold the most while there is more than
 * engine_memory_most. */
void engine_keep_within(struct engine *engine);

/* net/engine_open.c */

/* If the peer's HELLO came, the link counts as open from now on. */
void engine_open_link(struct engine *engine, struct link *link);

/* True if there is an open link with boot_id. */
bool engine_is_linked(const struct engine *engine,
                      const uint8_t boot_id[MESSAGE_BOOT_ID_SIZE]);

/* Take what the session has to report. */
enum status engine_pump_link(struct engine *engine,
                             struct link *link) MUST_CHECK;

#endif
