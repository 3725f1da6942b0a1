/*
 * One link's secure channel, without its socket: the shaped and masked Noise
 * handshake, then sealed frames that carry a stream of messages.
 *
 * Whoever holds a session feeds it octets and takes events from it:
 *
 *     session_on_bytes(session, octets);
 *     while ((event = session_next(session, &view)) != SESSION_WANTS_MORE)
 *         act on event;
 *     send what session_output holds.
 *
 * A responder that is not convinced goes to SESSION_SILENT: it reads for ever
 * and says nothing (SECURITY.md b).  An initiator that meets silence sees
 * nothing at all; its owner has a timer.  After an error a session stays dead.
 *
 * Spec: net/PROTOCOL.md, "Links"; the Noise Protocol Framework, revision 34.
 */
#ifndef P2PUB_NET_SESSION_H
#define P2PUB_NET_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/dh.h"
#include "core/status.h"
#include "net/shape.h"

struct entropy;
struct replay;
struct session;

enum session_pattern {
    SESSION_NN, /* NNpsk0: neighbours who share a community's secret */
    SESSION_NK  /* NKpsk0: a client and a relay whose line it holds */
};

struct session_config {
    enum session_pattern pattern;
    uint8_t secret[32];     /* the community's or the relay's */
    struct shape shape;     /* SESSION_NN uses none */
    struct dh_public relay; /* only valid when SESSION_NK */
    /* Only valid for a responder of SESSION_NK: its key, and the hellos it has
     * seen; both stay the caller's and outlive the session. */
    const struct dh_secret *relay_secret;
    struct replay *replay;
    uint32_t hour; /* hours since 1970; 0 for "no clock" */
};

/* Wishes and version in message 1; readable by whoever holds the secret. */
struct session_wish {
    uint8_t version; /* 1 */
    uint8_t cells;   /* first cells wanted: SESSION_CELLS_FIT, 0, 16 or 96 */
};

/* As many cells, up to 96, as make message 2 no longer. */
#define SESSION_CELLS_FIT 1

enum session_event {
    SESSION_WANTS_MORE, /* nothing to report: feed more octets */
    SESSION_CALLED,     /* responder: message 1 is good; answer it with
                           session_accept; view is empty */
    SESSION_OPENED,     /* initiator: message 2 is good; view is its payload */
    SESSION_MESSAGES,   /* view: octets of the message stream, any split */
    SESSION_ENDED,      /* the other side said that it is done: close */
    SESSION_SILENT,     /* responder: not convinced; read on, never answer */
    SESSION_BROKEN      /* an opened link broke its rules: close it */
};

/* A session that calls: its first message is in session_output at once.
 * STATUS_NO_MEMORY. */
enum status session_call(struct session **out,
                         const struct session_config *config,
                         const struct session_wish *wish,
                         struct entropy *entropy) MUST_CHECK;

/* A session that was called.  STATUS_NO_MEMORY. */
enum status session_listen(struct session **out,
                           const struct session_config *config,
                           struct entropy *entropy) MUST_CHECK;
void session_free(struct session *session);

/* Octets arrived, split anywhere; they are copied.  The only failure is
 * STATUS_NO_MEMORY; the session is then dead.  Events are to be taken before
 * SESSION_INPUT_MAX octets wait. */
enum status session_on_bytes(struct session *session,
                             struct byte_view octets) MUST_CHECK;

/* What happened next; *view dies at the next call on session. */
enum session_event session_next(struct session *session,
                                struct byte_view *view);

/* What the caller wished for; only valid from SESSION_CALLED on. */
struct session_wish session_wish(const struct session *session);

/* Answer SESSION_CALLED, once: message 2 with payload (SESSION_PAYLOAD_MAX at
 * most: STATUS_TOO_LARGE) goes to session_output, and the session is open.
 * STATUS_NO_MEMORY; the session is then dead. */
enum status session_accept(struct session *session,
                           struct byte_view payload) MUST_CHECK;

/* True from SESSION_OPENED or session_accept on, until session_end or a
 * failure; SESSION_ENDED alone leaves this direction open. */
bool session_is_open(const struct session *session);

/* Seal octets of the message stream.  They are gathered; session_flush pads
 * the flight and puts it in session_output.  STATUS_DENIED if the session is
 * not open, STATUS_TOO_LARGE if SESSION_OUTPUT_MAX octets wait for the socket,
 * STATUS_NO_MEMORY; a link is to be closed after the last two. */
enum status session_write(struct session *session,
                          struct byte_view octets) MUST_CHECK;
enum status session_flush(struct session *session) MUST_CHECK;

/* The last words: nothing can be written afterwards.  Flushes.  The same
 * failures; STATUS_OK and nothing else if they are said already. */
enum status session_end(struct session *session) MUST_CHECK;

/* Octets for the socket; the caller takes them with byte_buf_consume or
 * byte_buf_clear. */
struct byte_buf *session_output(struct session *session);

/* Why a session is SESSION_SILENT, for counters alone: what is known of a
 * caller is not written down and never told.
 *   STATUS_BAD_SIGNATURE  no knowledge of the secret; or altered octets
 *   STATUS_DENIED         its clock, or ours, is wrong; or our memory of
 *                         earlier hellos is lost
 *   STATUS_EXISTS         answered before
 *   STATUS_FULL           no room to remember it
 *   STATUS_MALFORMED, STATUS_TOO_LARGE */
enum status session_silence(const struct session *session);

/* What has passed so far, on the wire and both messages of the handshake
 * included.  A link is to end after SESSION_OCTETS_MAX in either direction. */
struct session_figures {
    uint64_t octets_in;
    uint64_t octets_out;
    uint64_t frames_in;
    uint64_t frames_out;
};

struct session_figures session_figures(const struct session *session);

/* Octets of memory that it takes; 0 for NULL. */
size_t session_memory(const struct session *session);

#endif
