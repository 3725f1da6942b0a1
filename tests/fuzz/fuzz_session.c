/*
 * Both ends of a link in one process, and somebody between them.
 *
 * The first octet chooses pattern and shape, the second the seed; then each
 * operation is two octets: what, and how much.  Whatever is done to the wire,
 * an end hears a beginning of what the other one said, hears the end only if
 * all was heard, and a responder that is not convinced never says a word.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/entropy.h"
#include "core/reader.h"
#include "net/replay.h"
#include "net/session.h"
#include "tests/fuzz/check.h"

#define STREAM_MAX ((size_t)4 * 1024 * 1024)

struct end {
    struct session *session;
    struct byte_buf wire;  /* on its way to the other end */
    struct byte_buf said;  /* all octets of the message stream */
    struct byte_buf heard; /* the same of the other end */
    bool said_last_words;
    bool ended;
    bool silent;
    bool broken;
};

enum operation {
    WRITE,
    FLUSH,
    END,
    PASS, /* the wire's first octets to the other end */
    PASS_ALL,
    FLIP,
    DROP,
    REPEAT,
    INSERT,
    OPERATIONS
};

/* Move what the session wants sent to the wire. */
static void
collect(struct end *end)
{
    struct byte_buf *output = session_output(end->session);

    CHECK(!end->silent || output->size == 0);
    CHECK(byte_buf_append(&end->wire, byte_view_of_buf(output)) == STATUS_OK);
    byte_buf_clear(output);
}

static void
hear(struct end *end, enum session_event event, struct byte_view view)
{
    CHECK(!end->silent && !end->broken && !end->ended);
    switch (event) {
    case SESSION_CALLED:
        CHECK(session_accept(end->session, byte_view_of_text("welcome")) ==
              STATUS_OK);
        break;
    case SESSION_OPENED:
        CHECK(byte_view_equal_text(view, "welcome"));
        break;
    case SESSION_MESSAGES:
        CHECK(view.size > 0);
        CHECK(byte_buf_append(&end->heard, view) == STATUS_OK);
        break;
    case SESSION_ENDED:
        end->ended = true;
        break;
    case SESSION_SILENT:
        end->silent = true;
        break;
    case SESSION_BROKEN:
        end->broken = true;
        CHECK(!session_is_open(end->session));
        break;
    case SESSION_WANTS_MORE:
        break;
    }
}

/* Give the first size octets of from's wire to the other end. */
static void
pass(struct end *from, struct end *to, size_t size)
{
    const struct byte_view octets =
        byte_view_slice(byte_view_of_buf(&from->wire), 0, size);
    enum session_event event;
    struct byte_view view;

    CHECK(session_on_bytes(to->session, octets) == STATUS_OK);
    byte_buf_consume(&from->wire, octets.size);
    while ((event = session_next(to->session, &view)) != SESSION_WANTS_MORE)
        hear(to, event, view);
    collect(to);
    CHECK(to->heard.size <= from->said.size);
    CHECK(byte_view_equal(
        byte_view_of_buf(&to->heard),
        byte_view_slice(byte_view_of_buf(&from->said), 0, to->heard.size)));
    CHECK(!to->ended ||
          (from->said_last_words && to->heard.size == from->said.size));
}

/* Say something, as far as the session lets us. */
static void
speak(struct end *end, enum operation operation, size_t size)
{
    static const uint8_t words[256 * 256];
    enum status status = STATUS_OK;

    if (end->said.size > STREAM_MAX / 2)
        return;
    if (operation == WRITE) {
        status = session_write(end->session, byte_view_of(words, size));
        if (status == STATUS_OK)
            CHECK(byte_buf_append(&end->said, byte_view_of(words, size)) ==
                  STATUS_OK);
    } else if (operation == FLUSH) {
        status = session_flush(end->session);
    } else {
        status = session_end(end->session);
        end->said_last_words |= status == STATUS_OK;
    }
    CHECK(status == STATUS_OK || !session_is_open(end->session));
    collect(end);
}

/* Do something to the octets on the way. */
static void
tamper(struct end *end, enum operation operation, size_t size)
{
    struct byte_buf *wire = &end->wire;
    const struct byte_view first =
        byte_view_slice(byte_view_of_buf(wire), 0, size);

    if (operation == FLIP && wire->size > 0)
        wire->data[size % wire->size] ^= (uint8_t)(1 << (size % 8));
    if (operation == DROP)
        byte_buf_consume(wire, size);
    if (operation == REPEAT && wire->size < 100000 &&
        byte_buf_reserve(wire, first.size) == STATUS_OK)
        CHECK(byte_buf_append(wire, byte_view_of(wire->data, first.size)) ==
              STATUS_OK);
    if (operation == INSERT && wire->size > 0 &&
        byte_buf_reserve(wire, 1) == STATUS_OK) {
        const size_t at = size % wire->size;

        memmove(wire->data + at + 1, wire->data + at, wire->size - at);
        wire->size++;
    }
}

static void
play(struct end ends[2], struct reader *script)
{
    while (script->left >= 2) {
        const uint8_t what = reader_u8(script);
        const size_t amount = reader_u8(script);
        struct end *from = &ends[what & 1];
        struct end *to = &ends[1 - (what & 1)];

        switch ((enum operation)((what >> 1) % OPERATIONS)) {
        case WRITE:
            speak(from, WRITE, amount * amount);
            break;
        case FLUSH:
            speak(from, FLUSH, 0);
            break;
        case END:
            speak(from, END, 0);
            break;
        case PASS:
            pass(from, to, amount);
            break;
        case PASS_ALL:
            while (from->wire.size > 0)
                pass(from, to, (size_t)100 * 1024);
            break;
        case FLIP:
        case DROP:
        case REPEAT:
        case INSERT:
            tamper(from, (enum operation)((what >> 1) % OPERATIONS), amount);
            break;
        case OPERATIONS:
            break;
        }
    }
}

static void
set_up(struct session_config *config, struct dh_secret *relay_secret,
       uint8_t choice, struct entropy *entropy)
{
    static const char *const shapes[] = {"none", "ascii:8", "text",
                                         "bytes:16030100"};

    memset(config, 0, sizeof(*config));
    config->pattern = choice & 1 ? SESSION_NK : SESSION_NN;
    entropy_fill(entropy, config->secret, sizeof(config->secret));
    CHECK(shape_parse(&config->shape,
                      byte_view_of_text(shapes[choice / 2 % 4])) == STATUS_OK);
    dh_new(relay_secret, &config->relay, entropy);
    config->relay_secret = relay_secret;
    config->hour = choice & 8 ? 0 : 492000;
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    const struct session_wish wish = {1, 96};
    struct end ends[2];
    struct session_config config;
    struct dh_secret relay_secret;
    struct replay *replay = NULL;
    struct entropy entropy;
    struct reader script;
    uint8_t choice;
    int i;

    reader_init(&script, byte_view_of(octets, size));
    choice = reader_u8(&script);
    entropy_init_seed(&entropy, reader_u8(&script));
    set_up(&config, &relay_secret, choice, &entropy);
    CHECK(replay_new(&replay, config.secret, &entropy) == STATUS_OK);
    config.replay = replay;

    memset(ends, 0, sizeof(ends));
    for (i = 0; i < 2; i++) {
        byte_buf_init(&ends[i].wire, STREAM_MAX);
        byte_buf_init(&ends[i].said, STREAM_MAX);
        byte_buf_init(&ends[i].heard, STREAM_MAX);
    }
    CHECK(session_call(&ends[0].session, &config, &wish, &entropy) ==
          STATUS_OK);
    CHECK(session_listen(&ends[1].session, &config, &entropy) == STATUS_OK);
    collect(&ends[0]);
    play(ends, &script);
    for (i = 0; i < 2; i++) {
        session_free(ends[i].session);
        byte_buf_release(&ends[i].wire);
        byte_buf_release(&ends[i].said);
        byte_buf_release(&ends[i].heard);
    }
    replay_free(replay);
    return 0;
}
