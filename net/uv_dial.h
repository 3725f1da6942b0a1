/*
 * Reaches one relay: over all its addresses and ports at once, again and again
 * with growing pauses, beginning with what worked here before.
 *
 * A round tries the candidates one after another, DIAL_STAGGER_MS apart and
 * DIAL_AT_ONCE at a time, until the handshake of one is done; the others are
 * then closed.  A round in which somebody listened and stayed silent is
 * followed at once by one that says "no clock".  Then a pause, doubling from
 * DIAL_PAUSE_FIRST_MS to DIAL_PAUSE_LAST_MS and varied by a quarter.
 * What worked is remembered in memory only.
 *
 * A line that strangers told of may name a host that they want to be flooded:
 * of such a relay only RELAY_TRY_ADDRESSES are tried in a round, drawn by
 * chance, and none that is not the internet's.
 */
#ifndef P2PUB_NET_UV_DIAL_H
#define P2PUB_NET_UV_DIAL_H

#include <stdbool.h>
#include <stddef.h>

#include <uv.h>

#include "core/status.h"
#include "net/relay_line.h"
#include "net/uv_link.h"

struct entropy;
struct uv_dial;

struct uv_dial_config {
    uv_loop_t *loop;
    struct entropy *entropy;       /* the caller's; outlives the dial */
    const struct relay_line *line; /* copied */
    bool once;                     /* one round, then on_failed or quiet */
    bool learned;                  /* strangers told of it */
    /* For every link of this dial; its cookie is the dial. */
    struct uv_link_owner owner;
    size_t *links_alive; /* the owner's count of links, connecting ones
                            included; its on_gone takes one off */
    /* Connected; the handshake is the caller's to begin. */
    void (*on_connected)(void *context, struct uv_dial *dial,
                         struct uv_link *link, bool no_clock);
    /* A round came to nothing. */
    void (*on_failed)(void *context, struct uv_dial *dial);
};

/* STATUS_NO_MEMORY, STATUS_IO. */
enum status uv_dial_new(struct uv_dial **out,
                        const struct uv_dial_config *config) MUST_CHECK;

/* Stop for good; links are closed; the memory goes once the loop has closed
 * the rest.  NULL is allowed. */
void uv_dial_free(struct uv_dial *dial);

/* Begin the first round. */
void uv_dial_start(struct uv_dial *dial);

/* The handshake on link is done: it is the one. */
void uv_dial_opened(struct uv_dial *dial, struct uv_link *link);

/* link is gone (the owner's on_gone says so to its dial). */
void uv_dial_gone(struct uv_dial *dial, struct uv_link *link);

/* Somebody wants a link now: do not wait for the next round. */
void uv_dial_hurry(struct uv_dial *dial);

const struct relay_line *uv_dial_line(const struct uv_dial *dial);
bool uv_dial_is_open(const struct uv_dial *dial);

#endif
