#include "net/session.h"

#include <assert.h>
#include <string.h>

#include "core/limits.h"
#include "core/mem.h"
#include "net/frame.h"
#include "net/hello_answer.h"

enum state {
    STATE_CALLING,   /* initiator: waits for message 2 */
    STATE_LISTENING, /* responder: waits for message 1 */
    STATE_CALLED,    /* message 1 is good; waits for session_accept */
    STATE_OPEN,
    STATE_DEAD /* silent or broken */
};

struct session {
    enum state state;
    enum session_event pending; /* SESSION_WANTS_MORE for none */
    enum status silence;
    struct entropy *entropy; /* the caller's */
    struct hello *hello;     /* NULL once the session is open or dead */
    struct session_wish wish;
    struct byte_buf input;
    size_t taken;            /* octets of input that are done with */
    size_t expected;         /* of the message whose head is read, else 0 */
    struct byte_buf payload; /* of message 2, until it was reported */
    struct byte_buf gathered;
    size_t flight; /* octets of this flight that are in output already */
    struct byte_buf output;
    struct frame_direction send;    /* only valid when open */
    struct frame_direction receive; /* only valid when open */
    bool said_last_words;
    bool heard_last_words;
    struct session_figures figures;
};

static enum status
session_new(struct session **out, struct entropy *entropy, enum state state)
{
    struct session *session;

    *out = NULL;
    session = mem_zalloc(1, sizeof(*session));
    if (session == NULL)
        return STATUS_NO_MEMORY;
    session->state = state;
    session->entropy = entropy;
    byte_buf_init(&session->input, SESSION_INPUT_MAX);
    byte_buf_init(&session->payload, SESSION_PAYLOAD_MAX);
    byte_buf_init(&session->gathered, FRAME_OCTETS_MAX);
    byte_buf_init(&session->output, SESSION_OUTPUT_MAX);
    session->hello = mem_zalloc(1, sizeof(*session->hello));
    if (session->hello == NULL) {
        session_free(session);
        return STATUS_NO_MEMORY;
    }
    *out = session;
    return STATUS_OK;
}

enum status
session_call(struct session **out, const struct session_config *config,
             const struct session_wish *wish, struct entropy *entropy)
{
    struct session *session = NULL;
    enum status status;

    *out = NULL;
    status = session_new(&session, entropy, STATE_CALLING);
    if (status != STATUS_OK)
        return status;
    status =
        hello_call(session->hello, config, wish, &session->output, entropy);
    if (status != STATUS_OK) {
        session_free(session);
        return status;
    }
    session->figures.octets_out = session->output.size;
    *out = session;
    return STATUS_OK;
}

enum status
session_listen(struct session **out, const struct session_config *config,
               struct entropy *entropy)
{
    enum status status = session_new(out, entropy, STATE_LISTENING);

    if (status == STATUS_OK)
        hello_listen((*out)->hello, config);
    return status;
}

static void
drop_hello(struct session *session)
{
    if (session->hello != NULL)
        hello_release(session->hello);
    mem_free(session->hello);
    session->hello = NULL;
}

void
session_free(struct session *session)
{
    if (session == NULL)
        return;
    drop_hello(session);
    byte_buf_release(&session->input);
    byte_buf_release(&session->payload);
    byte_buf_release(&session->gathered);
    byte_buf_release(&session->output);
    mem_wipe(session, sizeof(*session));
    mem_free(session);
}

/* Nothing will happen any more, after event was reported.  Keys are wiped and
 * memory is given back: a silent session may last for ever. */
static void
die(struct session *session, enum session_event event)
{
    session->state = STATE_DEAD;
    session->pending = event;
    drop_hello(session);
    frame_direction_release(&session->send);
    frame_direction_release(&session->receive);
    byte_buf_release(&session->input);
    session->taken = 0;
    byte_buf_release(&session->gathered);
}

/* The one way in which a session meets what it cannot believe. */
static void
reject(struct session *session, enum status why)
{
    if (session->state == STATE_LISTENING) {
        session->silence = why;
        die(session, SESSION_SILENT);
    } else {
        die(session, SESSION_BROKEN);
    }
}

static struct byte_view
untaken(const struct session *session)
{
    return byte_view_slice(byte_view_of_buf(&session->input), session->taken,
                           session->input.size);
}

/* Both messages are good. */
static void
open_session(struct session *session)
{
    struct noise_cipher send, receive;

    noise_handshake_split(&session->hello->noise, &send, &receive);
    frame_direction_init(&session->send, &send);
    frame_direction_init(&session->receive, &receive);
    noise_cipher_release(&send);
    noise_cipher_release(&receive);
    drop_hello(session);
    session->state = STATE_OPEN;
    session->expected = 0;
}

/* Octets until the next step of the handshake. */
static size_t
handshake_needs(const struct session *session)
{
    if (session->expected > 0)
        return session->expected;
    return session->state == STATE_CALLING ? HELLO_ANSWER_HEAD_SIZE
                                           : hello_head_size(session->hello);
}

static enum status
read_head(struct session *session, struct byte_view head)
{
    if (session->state == STATE_CALLING)
        return hello_answer_read_head(session->hello, head, &session->expected);
    return hello_read_head(session->hello, head, &session->expected);
}

static enum status
read_message(struct session *session, struct byte_view message)
{
    enum status status;

    if (session->state == STATE_CALLING) {
        status = hello_answer_read(session->hello, message, &session->payload);
        if (status != STATUS_OK)
            return status;
        open_session(session);
        session->pending = SESSION_OPENED;
    } else {
        status = hello_read(session->hello, message);
        if (status != STATUS_OK)
            return status;
        session->wish = session->hello->wish;
        session->state = STATE_CALLED;
        session->pending = SESSION_CALLED;
    }
    session->taken += message.size;
    return STATUS_OK;
}

/* As many steps of the handshake as the octets allow. */
static enum status
advance_handshake(struct session *session)
{
    while (session->state == STATE_CALLING ||
           session->state == STATE_LISTENING) {
        const size_t needs = handshake_needs(session);
        const struct byte_view octets =
            byte_view_slice(untaken(session), 0, needs);
        enum status status;

        if (octets.size < needs)
            break;
        status = session->expected == 0 ? read_head(session, octets)
                                        : read_message(session, octets);
        if (status != STATUS_OK) {
            reject(session, status);
            return status == STATUS_NO_MEMORY ? status : STATUS_OK;
        }
    }
    return STATUS_OK;
}

enum status
session_on_bytes(struct session *session, struct byte_view octets)
{
    enum status status;

    session->figures.octets_in += octets.size;
    if (session->state == STATE_DEAD || session->heard_last_words)
        return STATUS_OK;
    byte_buf_consume(&session->input, session->taken);
    session->taken = 0;
    status = byte_buf_append(&session->input, octets);
    if (status != STATUS_OK) {
        reject(session, status);
        return status == STATUS_NO_MEMORY ? status : STATUS_OK;
    }
    return advance_handshake(session);
}

/* Open the head of the next frame, if it is there and not open yet. */
static void
open_frame_head(struct session *session)
{
    const struct byte_view octets = untaken(session);
    enum status status;

    if (session->expected > 0 || octets.size < FRAME_HEAD_SIZE)
        return;
    status = frame_open_head(&session->receive, &session->expected,
                             session->input.data + session->taken);
    if (status == STATUS_OK)
        session->taken += FRAME_HEAD_SIZE;
    else
        reject(session, status);
}

/* Open the next frame; false if it is not there yet, or is not good. */
static bool
open_frame(struct session *session, struct byte_view *view)
{
    bool last = false;
    enum status status;

    open_frame_head(session);
    if (session->expected == 0 || untaken(session).size < session->expected)
        return false;
    status =
        frame_open_body(&session->receive, session->input.data + session->taken,
                        session->expected, view, &last);
    if (status != STATUS_OK) {
        reject(session, status);
        return false;
    }
    session->taken += session->expected;
    session->expected = 0;
    session->figures.frames_in++;
    if (last) {
        session->heard_last_words = true;
        session->pending = SESSION_ENDED;
    }
    return true;
}

/* Report what is pending. */
static enum session_event
take_pending(struct session *session, struct byte_view *view)
{
    const enum session_event event = session->pending;

    session->pending = SESSION_WANTS_MORE;
    if (event == SESSION_OPENED)
        *view = byte_view_of_buf(&session->payload);
    return event;
}

enum session_event
session_next(struct session *session, struct byte_view *view)
{
    *view = byte_view_of(NULL, 0);
    if (session->pending != SESSION_WANTS_MORE)
        return take_pending(session, view);
    byte_buf_release(&session->payload);
    while (session->state == STATE_OPEN && !session->heard_last_words) {
        if (!open_frame(session, view))
            break;
        if (view->size > 0)
            return SESSION_MESSAGES;
    }
    /* An idle link holds no memory for octets. */
    if (untaken(session).size == 0 || session->heard_last_words) {
        byte_buf_release(&session->input);
        session->taken = 0;
    }
    return take_pending(session, view);
}

struct session_wish
session_wish(const struct session *session)
{
    return session->wish;
}

enum status
session_accept(struct session *session, struct byte_view payload)
{
    const size_t before = session->output.size;
    enum status status;

    assert(session->state == STATE_CALLED);
    if (payload.size > SESSION_PAYLOAD_MAX)
        return STATUS_TOO_LARGE;
    status = hello_answer_write(session->hello, payload, &session->output,
                                session->entropy);
    if (status != STATUS_OK) {
        die(session, SESSION_WANTS_MORE);
        return status;
    }
    session->figures.octets_out += session->output.size - before;
    open_session(session);
    return STATUS_OK;
}

bool
session_is_open(const struct session *session)
{
    return session->state == STATE_OPEN && !session->said_last_words;
}

/* Seal a frame of what is gathered and padding into output. */
static enum status
put_frame(struct session *session, size_t padding, bool last)
{
    const size_t size = session->gathered.size + padding + FRAME_OVERHEAD;
    enum status status;

    status = byte_buf_reserve(&session->output, size);
    if (status != STATUS_OK)
        return status;
    frame_seal(&session->send, session->output.data + session->output.size,
               byte_view_of_buf(&session->gathered), padding, last);
    session->output.size += size;
    session->figures.octets_out += size;
    session->figures.frames_out++;
    session->flight += size;
    byte_buf_clear(&session->gathered);
    return STATUS_OK;
}

/* Octets of messages in the frame that is being gathered; it never shrinks. */
static size_t
frame_room(const struct session *session)
{
    return session->send.count < FRAMES_FIRST ? FRAME_OCTETS_FIRST
                                              : FRAME_OCTETS_MAX;
}

enum status
session_write(struct session *session, struct byte_view octets)
{
    enum status status = STATUS_OK;

    if (!session_is_open(session))
        return STATUS_DENIED;
    while (octets.size > 0 && status == STATUS_OK) {
        const size_t most = frame_room(session);
        const size_t room = most - session->gathered.size;
        const struct byte_view part = byte_view_slice(octets, 0, room);

        status = byte_buf_append(&session->gathered, part);
        if (status != STATUS_OK)
            break;
        octets = byte_view_slice(octets, part.size, octets.size);
        if (session->gathered.size == most)
            status = put_frame(session, 0, false);
    }
    return status;
}

/* End the flight with a frame that pads it. */
static enum status
end_flight(struct session *session, bool last)
{
    const size_t size =
        session->flight + session->gathered.size + FRAME_OVERHEAD;
    enum status status;

    status = put_frame(session, frame_flight_size(size) - size, last);
    if (status != STATUS_OK)
        return status;
    session->flight = 0;
    byte_buf_release(&session->gathered);
    return STATUS_OK;
}

enum status
session_flush(struct session *session)
{
    if (!session_is_open(session))
        return STATUS_DENIED;
    if (session->gathered.size == 0) {
        /* Full frames need no padding. */
        session->flight = 0;
        return STATUS_OK;
    }
    return end_flight(session, false);
}

enum status
session_end(struct session *session)
{
    enum status status;

    if (session->said_last_words)
        return STATUS_OK;
    if (!session_is_open(session))
        return STATUS_DENIED;
    status = end_flight(session, true);
    if (status == STATUS_OK)
        session->said_last_words = true;
    return status;
}

struct byte_buf *
session_output(struct session *session)
{
    return &session->output;
}

enum status
session_silence(const struct session *session)
{
    return session->silence;
}

struct session_figures
session_figures(const struct session *session)
{
    return session->figures;
}

size_t
session_memory(const struct session *session)
{
    if (session == NULL)
        return 0;
    return sizeof(*session) +
           (session->hello == NULL ? 0 : sizeof(*session->hello)) +
           session->input.capacity + session->payload.capacity +
           session->gathered.capacity + session->output.capacity;
}
