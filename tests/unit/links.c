#include "tests/unit/links.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

void
links_init(struct links *links, enum session_pattern pattern,
           struct shape shape)
{
    memset(links, 0, sizeof(*links));
    entropy_init_seed(&links->entropy, 20260707);
    links->called.pattern = pattern;
    entropy_fill(&links->entropy, links->called.secret, 32);
    links->called.shape = shape;
    links->called.hour = LINKS_HOUR;
    dh_new(&links->relay_secret, &links->called.relay, &links->entropy);
    links->calling = links->called;
    if (pattern == SESSION_NN)
        return;
    assert_int_equal(
        replay_new(&links->replay, links->called.secret, &links->entropy),
        STATUS_OK);
    links->called.relay_secret = &links->relay_secret;
    links->called.replay = links->replay;
}

void
links_release(struct links *links)
{
    replay_free(links->replay);
    links->replay = NULL;
}

struct shape
links_shape(const char *text)
{
    struct shape shape;

    assert_int_equal(shape_parse(&shape, byte_view_of_text(text)), STATUS_OK);
    return shape;
}

struct session *
links_call(struct links *links)
{
    const struct session_wish wish = {1, 16};
    struct session *session;

    assert_int_equal(
        session_call(&session, &links->calling, &wish, &links->entropy),
        STATUS_OK);
    return session;
}

struct session *
links_listen(struct links *links)
{
    struct session *session;

    assert_int_equal(session_listen(&session, &links->called, &links->entropy),
                     STATUS_OK);
    return session;
}

void
links_heard_init(struct links_heard *heard)
{
    memset(heard, 0, sizeof(*heard));
    byte_buf_init(&heard->messages, (size_t)16 * 1024 * 1024);
}

void
links_heard_release(struct links_heard *heard)
{
    byte_buf_release(&heard->messages);
}

static void
note(struct session *session, enum session_event event, struct byte_view view,
     struct links_heard *heard)
{
    switch (event) {
    case SESSION_CALLED:
        heard->called++;
        assert_int_equal(session_wish(session).version, 1);
        assert_int_equal(session_wish(session).cells, 16);
        assert_false(session_is_open(session));
        assert_int_equal(session_accept(session, byte_view_of_text("welcome")),
                         STATUS_OK);
        assert_true(session_is_open(session));
        break;
    case SESSION_OPENED:
        heard->opened++;
        assert_true(session_is_open(session));
        assert_true(byte_view_equal_text(view, "welcome"));
        break;
    case SESSION_MESSAGES:
        assert_true(view.size > 0);
        assert_int_equal(byte_buf_append(&heard->messages, view), STATUS_OK);
        break;
    case SESSION_ENDED:
        heard->ended++;
        break;
    case SESSION_SILENT:
        heard->silent++;
        break;
    case SESSION_BROKEN:
        heard->broken++;
        break;
    case SESSION_WANTS_MORE:
        break;
    }
}

void
links_feed(struct session *session, struct byte_view octets, size_t step,
           struct links_heard *heard)
{
    while (octets.size > 0) {
        const struct byte_view part = byte_view_slice(octets, 0, step);
        enum session_event event;
        struct byte_view view;

        assert_int_equal(session_on_bytes(session, part), STATUS_OK);
        while ((event = session_next(session, &view)) != SESSION_WANTS_MORE)
            note(session, event, view, heard);
        octets = byte_view_slice(octets, part.size, octets.size);
    }
}

void
links_pass(struct session *from, struct session *to, size_t step,
           struct links_heard *heard)
{
    struct byte_buf *output = session_output(from);

    links_feed(to, byte_view_of_buf(output), step, heard);
    byte_buf_clear(output);
}

void
links_open(struct links *links, struct session **caller,
           struct session **called)
{
    struct links_heard heard;

    links_heard_init(&heard);
    *caller = links_call(links);
    *called = links_listen(links);
    links_pass(*caller, *called, SIZE_MAX, &heard);
    links_pass(*called, *caller, SIZE_MAX, &heard);
    assert_int_equal(heard.called, 1);
    assert_int_equal(heard.opened, 1);
    links_heard_release(&heard);
}
