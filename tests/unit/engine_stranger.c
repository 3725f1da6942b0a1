#include "tests/unit/engine_stranger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "core/limits.h"
#include "net/load.h"

static void
hear(struct stranger *stranger, struct byte_view octets)
{
    assert_int_equal(message_stream_feed(&stranger->inbox, octets), STATUS_OK);
}

/* The engine sent octets: unseal them. */
static void
receive(struct stranger *stranger, struct byte_view octets)
{
    while (octets.size > 0) {
        enum session_event event;
        struct byte_view view;

        assert_int_equal(session_on_bytes(stranger->session,
                                          byte_view_slice(octets, 0, 4096)),
                         STATUS_OK);
        octets = byte_view_slice(octets, 4096, octets.size);
        for (;;) {
            event = session_next(stranger->session, &view);
            if (event == SESSION_WANTS_MORE)
                break;
            if (event == SESSION_OPENED || event == SESSION_MESSAGES)
                hear(stranger, view);
            else if (event == SESSION_ENDED)
                stranger->ended = true;
            else
                fail_msg("the engine broke the session's rules");
        }
    }
}

/* Carry out one action; true if it was about this link's octets. */
static void
carry_out(struct stranger *stranger, const struct action *action)
{
    if (action->kind == ACTION_EVENT)
        stranger->node->events[action->event]++;
    if (action->link.value != stranger->link.value)
        return;
    if (action->kind == ACTION_SEND)
        receive(stranger, action->bytes);
    if (action->kind == ACTION_CLOSE) {
        stranger->lost = !stranger->ended;
        stranger->ended = true;
    }
}

void
stranger_wait(struct stranger *stranger)
{
    struct world_node *node = stranger->node;
    struct mono_time now = node->world->now;
    struct action action;
    bool acted = true;

    for (unsigned round = 0; acted; round++) {
        if (round > 100000)
            fail_msg("the engine does not come to rest");
        acted = false;
        if (mono_due(engine_deadline(node->engine), now)) {
            engine_on_time(node->engine, now);
            acted = true;
        }
        node->failure = engine_end_turn(node->engine, now);
        while (engine_take_action(node->engine, &action)) {
            carry_out(stranger, &action);
            acted = true;
        }
        if (!stranger->ended)
            engine_on_unsent(node->engine, stranger->link, 0, now);
    }
}

void
stranger_say(struct stranger *stranger)
{
    struct world_node *node = stranger->node;
    struct byte_view rest = byte_view_of_buf(&stranger->out);

    /* A session keeps no more than its output's maximum. */
    do {
        struct byte_buf *output = session_output(stranger->session);
        struct byte_view piece = byte_view_slice(rest, 0, 200000);

        rest = byte_view_slice(rest, piece.size, rest.size);
        if (piece.size > 0) {
            assert_int_equal(session_write(stranger->session, piece),
                             STATUS_OK);
            assert_int_equal(session_flush(stranger->session), STATUS_OK);
        }
        (void)!engine_on_bytes(node->engine, stranger->link,
                               byte_view_of_buf(output), node->world->now);
        byte_buf_clear(output);
    } while (rest.size > 0);
    byte_buf_clear(&stranger->out);
    stranger_wait(stranger);
}

void
stranger_call(struct stranger *stranger, struct world_node *node)
{
    struct engine_connection connection = {
        .road = ENGINE_NEIGHBOUR, .remote = {{192, 0, 2, 1}, false, 9, 0}};
    const struct session_wish wish = {.version = 1};
    struct session_config config = {.pattern = SESSION_NN};
    struct community community = community_open();

    memset(stranger, 0, sizeof(*stranger));
    stranger->node = node;
    stranger->link.value = 1000000 + ++node->world->last_id;
    connection.link = stranger->link;
    entropy_init_seed(&stranger->entropy, stranger->link.value);
    entropy_fill(&stranger->entropy, stranger->salt.octets, HASH_SALT_SIZE);
    message_stream_init(&stranger->inbox, (size_t)64 * 1024 * 1024);
    byte_buf_init(&stranger->out, (size_t)64 * 1024 * 1024);
    memcpy(config.secret, community.secret, sizeof(config.secret));
    assert_int_equal(
        session_call(&stranger->session, &config, &wish, &stranger->entropy),
        STATUS_OK);
    assert_int_equal(
        engine_on_link(node->engine, &connection, node->world->now), STATUS_OK);
    stranger_say(stranger);
    assert_true(session_is_open(stranger->session));
}

void
stranger_greet(struct stranger *stranger, struct world_node *node)
{
    struct message_hello hello = {.version = MESSAGE_VERSION,
                                  .credit = 1 << 30,
                                  .dictionary = 200,
                                  .has_day = true,
                                  .day = {WORLD_TODAY}};

    stranger_call(stranger, node);
    entropy_fill(&stranger->entropy, hello.boot_id, sizeof(hello.boot_id));
    hello.salt = stranger->salt;
    assert_int_equal(message_write_hello(&stranger->out, &hello), STATUS_OK);
    stranger_say(stranger);
}

void
stranger_meet(struct stranger *stranger, struct world_node *node)
{
    struct message message;

    stranger_greet(stranger, node);
    assert_true(stranger_hears(stranger, MESSAGE_HELLO, &message));
    assert_int_equal(message_read_hello(&stranger->theirs, message.body),
                     STATUS_OK);
    assert_true(stranger_hears(stranger, MESSAGE_SUMMARY, &message));
    assert_false(stranger->ended);
}

void
stranger_release(struct stranger *stranger)
{
    engine_on_closed(stranger->node->engine, stranger->link,
                     stranger->node->world->now);
    stranger_wait(stranger);
    session_free(stranger->session);
    message_stream_release(&stranger->inbox);
    byte_buf_release(&stranger->out);
}

bool
stranger_hears(struct stranger *stranger, enum message_type type,
               struct message *message)
{
    while (message_stream_next(&stranger->inbox, message))
        if (message->type == type)
            return true;
    return false;
}

void
stranger_put_record(struct stranger *stranger, struct world_node *node,
                    const struct record_id *id)
{
    struct record *record;

    assert_int_equal(store_get_record(node->store, id, &record), STATUS_OK);
    assert_int_equal(load_record(&stranger->out, node->store, record, 200),
                     STATUS_OK);
    record_free(record);
}
