/* Open links: the stream, its padding, its end, its damage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/limits.h"
#include "core/mem.h"
#include "net/frame.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/links.h"

/* size octets that differ from place to place. */
static void
fill(struct byte_buf *out, size_t size)
{
    size_t i;

    byte_buf_clear(out);
    assert_int_equal(byte_buf_reserve(out, size), STATUS_OK);
    for (i = 0; i < size; i++)
        out->data[i] = (uint8_t)(i * 31 + i / 251);
    out->size = size;
}

static void
test_every_shape_opens(void **state)
{
    static const char *const shapes[] = {"none", "ascii:6", "ascii:24", "text",
                                         "bytes:47455420"};
    size_t i;
    size_t step;

    (void)state;
    for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        for (step = 1; step < 2000; step = step * 3 + 1) {
            struct links links;
            struct links_heard heard;
            struct session *caller, *called;

            links_init(&links, SESSION_NK, links_shape(shapes[i]));
            links_heard_init(&heard);
            caller = links_call(&links);
            called = links_listen(&links);
            assert_in_range(session_output(caller)->size, 126, HELLO_SIZE_MAX);
            links_pass(caller, called, step, &heard);
            assert_int_equal(heard.called, 1);
            links_pass(called, caller, step, &heard);
            assert_int_equal(heard.opened, 1);

            assert_int_equal(session_write(caller, byte_view_of_text("ask")),
                             STATUS_OK);
            assert_int_equal(session_flush(caller), STATUS_OK);
            assert_int_equal(session_end(caller), STATUS_OK);
            links_pass(caller, called, step, &heard);
            assert_memory_equal(heard.messages.data, "ask", 3);
            assert_int_equal(heard.ended, 1);
            assert_int_equal(heard.broken + heard.silent, 0);
            session_free(caller);
            session_free(called);
            links_heard_release(&heard);
            links_release(&links);
        }
    }
}

static void
test_stream(void **state)
{
    static const size_t sizes[] = {1,     91,    92,    93,        220,
                                   1500,  1501,  9000,  15323,     15324,
                                   15325, 16382, 30648, 48 * 1024, 700000};
    struct links links;
    struct session *ends[2];
    struct byte_buf octets;
    size_t i;

    (void)state;
    links_init(&links, SESSION_NN, shape_default());
    links_open(&links, &ends[0], &ends[1]);
    byte_buf_init(&octets, 1024 * 1024);
    for (i = 0; i < 2 * sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct session *from = ends[i % 2];
        struct session *to = ends[1 - i % 2];
        struct links_heard heard;

        links_heard_init(&heard);
        fill(&octets, sizes[i / 2]);
        assert_int_equal(session_write(from, byte_view_of_buf(&octets)),
                         STATUS_OK);
        assert_int_equal(session_flush(from), STATUS_OK);
        assert_int_equal(session_output(from)->size,
                         frame_flight_size(session_output(from)->size));
        links_pass(from, to, i % 3 == 0 ? 1 : 5000, &heard);
        assert_true(byte_view_equal(byte_view_of_buf(&octets),
                                    byte_view_of_buf(&heard.messages)));
        links_heard_release(&heard);
    }
    byte_buf_release(&octets);
    session_free(ends[0]);
    session_free(ends[1]);
    links_release(&links);
}

/* The octets on the wire of one flight that carries size octets. */
static size_t
flight_of(struct session *session, size_t size)
{
    struct byte_buf octets;
    size_t flight;

    byte_buf_init(&octets, SESSION_OUTPUT_MAX);
    fill(&octets, size);
    byte_buf_clear(session_output(session));
    assert_int_equal(session_write(session, byte_view_of_buf(&octets)),
                     STATUS_OK);
    assert_int_equal(session_flush(session), STATUS_OK);
    flight = session_output(session)->size;
    byte_buf_clear(session_output(session));
    byte_buf_release(&octets);
    return flight;
}

static void
test_padding(void **state)
{
    static const struct {
        size_t size;
        size_t wire;
    } cases[] = {
        {1, 128},         {92, 128},      {93, 256},      {220, 256},
        {221, 512},       {476, 512},     {477, 1024},    {988, 1024},
        {989, 1536},      {1500, 1536},   {1501, 2048},   {2012, 2048},
        {2013, 3072},     {15324, 15360}, {1, 128},       {15325, 16384},
        {16312, 16384},   {16313, 17408}, {30648, 30720}, {30649, 31744},
        {100000, 100352},
    };
    struct links links;
    struct session *caller, *called;
    size_t i;

    (void)state;
    links_init(&links, SESSION_NN, shape_default());
    links_open(&links, &caller, &called);
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(flight_of(caller, cases[i].size), cases[i].wire);
    /* Nothing to say costs nothing. */
    assert_int_equal(session_flush(caller), STATUS_OK);
    assert_int_equal(session_output(caller)->size, 0);
    session_free(caller);
    session_free(called);
    links_release(&links);
}

/* The first frames are small: what came of a large flight is heard before the
 * rest is there.  Later ones are large. */
static void
test_first_frames(void **state)
{
    const size_t first = FRAME_OCTETS_FIRST + FRAME_OVERHEAD;
    struct links links;
    struct session *caller, *called;
    struct links_heard heard;
    struct byte_buf octets;

    (void)state;
    links_init(&links, SESSION_NN, shape_default());
    links_open(&links, &caller, &called);
    links_heard_init(&heard);
    byte_buf_init(&octets, SESSION_OUTPUT_MAX);
    fill(&octets, 60000);
    assert_int_equal(session_write(caller, byte_view_of_buf(&octets)),
                     STATUS_OK);
    assert_int_equal(session_flush(caller), STATUS_OK);
    for (size_t i = 1; i <= FRAMES_FIRST; i++) {
        links_feed(called, byte_view_of(session_output(caller)->data, first),
                   first, &heard);
        byte_buf_consume(session_output(caller), first);
        assert_int_equal(heard.messages.size, i * FRAME_OCTETS_FIRST);
    }
    links_feed(called, byte_view_of(session_output(caller)->data, first), first,
               &heard);
    assert_int_equal(heard.messages.size, FRAMES_FIRST * FRAME_OCTETS_FIRST);
    byte_buf_consume(session_output(caller), first);
    links_pass(caller, called, 100000, &heard);
    assert_true(byte_view_equal(byte_view_of_buf(&heard.messages),
                                byte_view_of_buf(&octets)));
    byte_buf_release(&octets);
    links_heard_release(&heard);
    session_free(caller);
    session_free(called);
    links_release(&links);
}

static void
test_last_words(void **state)
{
    struct links links;
    struct links_heard heard;
    struct session *caller, *called;
    struct byte_view view;

    (void)state;
    links_init(&links, SESSION_NN, shape_default());
    links_open(&links, &caller, &called);
    links_heard_init(&heard);

    /* What was gathered goes with them. */
    assert_int_equal(session_write(caller, byte_view_of_text("bye")),
                     STATUS_OK);
    assert_int_equal(session_end(caller), STATUS_OK);
    assert_int_equal(session_output(caller)->size, 128);
    assert_false(session_is_open(caller));
    assert_int_equal(session_end(caller), STATUS_OK);
    assert_int_equal(session_write(caller, byte_view_of_text("x")),
                     STATUS_DENIED);
    assert_int_equal(session_flush(caller), STATUS_DENIED);
    assert_int_equal(session_output(caller)->size, 128);
    links_pass(caller, called, 1, &heard);
    assert_memory_equal(heard.messages.data, "bye", 3);
    assert_int_equal(heard.ended, 1);

    /* The other direction goes on; octets after the last words mean nothing.
     */
    {
        static const uint8_t octets[SESSION_INPUT_MAX];
        int i;

        for (i = 0; i < 3; i++)
            assert_int_equal(
                session_on_bytes(called, byte_view_of(octets, sizeof(octets))),
                STATUS_OK);
    }
    assert_int_equal(session_next(called, &view), SESSION_WANTS_MORE);
    assert_true(session_is_open(called));
    assert_int_equal(session_write(called, byte_view_of_text("good")),
                     STATUS_OK);
    assert_int_equal(session_flush(called), STATUS_OK);
    assert_int_equal(session_end(called), STATUS_OK);
    links_pass(called, caller, SIZE_MAX, &heard);
    assert_memory_equal(heard.messages.data, "byegood", 7);
    assert_int_equal(heard.ended, 2);
    assert_int_equal(heard.broken, 0);

    links_heard_release(&heard);
    session_free(caller);
    session_free(called);
    links_release(&links);
}

static void
test_before_and_after(void **state)
{
    struct links links;
    struct session *caller, *called;
    struct byte_view view;

    (void)state;
    links_init(&links, SESSION_NK, shape_default());
    caller = links_call(&links);
    called = links_listen(&links);
    assert_int_equal(session_write(caller, byte_view_of_text("x")),
                     STATUS_DENIED);
    assert_int_equal(session_flush(called), STATUS_DENIED);
    assert_int_equal(session_end(called), STATUS_DENIED);
    assert_false(session_is_open(called));

    /* Octets that come before the answer wait; too many break the link. */
    assert_int_equal(
        session_on_bytes(called, byte_view_of_buf(session_output(caller))),
        STATUS_OK);
    assert_int_equal(session_next(called, &view), SESSION_CALLED);
    {
        static uint8_t octets[SESSION_INPUT_MAX];
        static uint8_t payload[SESSION_PAYLOAD_MAX + 1];

        assert_int_equal(
            session_accept(called, byte_view_of(payload, sizeof(payload))),
            STATUS_TOO_LARGE);
        assert_int_equal(
            session_on_bytes(called, byte_view_of(octets, sizeof(octets))),
            STATUS_OK);
        assert_int_equal(session_next(called, &view), SESSION_WANTS_MORE);
        assert_int_equal(session_on_bytes(called, byte_view_of(octets, 1)),
                         STATUS_OK);
        assert_int_equal(session_next(called, &view), SESSION_BROKEN);
        assert_int_equal(session_next(called, &view), SESSION_WANTS_MORE);
    }
    session_free(caller);
    session_free(called);
    links_release(&links);
}

static void
test_largest_payload(void **state)
{
    static const size_t sizes[] = {0, 1, 36, 37, 5000, SESSION_PAYLOAD_MAX};
    static uint8_t payload[SESSION_PAYLOAD_MAX];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct links links;
        struct session *caller, *called;
        struct byte_view view;
        struct byte_buf *output;

        memset(payload, (int)i + 1, sizeof(payload));
        links_init(&links, SESSION_NK, shape_default());
        caller = links_call(&links);
        called = links_listen(&links);
        output = session_output(caller);
        assert_int_equal(session_on_bytes(called, byte_view_of_buf(output)),
                         STATUS_OK);
        assert_int_equal(session_next(called, &view), SESSION_CALLED);
        assert_int_equal(
            session_accept(called, byte_view_of(payload, sizes[i])), STATUS_OK);
        output = session_output(called);
        assert_int_equal(output->size, frame_flight_size(output->size));
        assert_int_equal(session_on_bytes(caller, byte_view_of_buf(output)),
                         STATUS_OK);
        assert_int_equal(session_next(caller, &view), SESSION_OPENED);
        assert_int_equal(view.size, sizes[i]);
        assert_true(sizes[i] == 0 || memcmp(view.data, payload, sizes[i]) == 0);
        assert_int_equal(session_figures(caller).octets_in, output->size);
        assert_int_equal(session_figures(called).octets_out, output->size);
        session_free(caller);
        session_free(called);
        links_release(&links);
    }
}

/* Every bit of a flight: what is good before it is heard, then BROKEN. */
static void
test_flips_break(void **state)
{
    size_t bit;

    (void)state;
    for (bit = 0; bit < (size_t)8 * 128; bit++) {
        struct links links;
        struct links_heard heard;
        struct session *caller, *called;
        struct byte_buf *output;

        links_init(&links, SESSION_NN, shape_default());
        links_open(&links, &caller, &called);
        links_heard_init(&heard);
        assert_int_equal(session_write(caller, byte_view_of_text("good")),
                         STATUS_OK);
        assert_int_equal(session_flush(caller), STATUS_OK);
        assert_int_equal(session_write(caller, byte_view_of_text("bad")),
                         STATUS_OK);
        assert_int_equal(session_flush(caller), STATUS_OK);
        output = session_output(caller);
        assert_int_equal(output->size, 256);
        output->data[128 + bit / 8] ^= (uint8_t)(1 << (bit % 8));
        links_pass(caller, called, SIZE_MAX, &heard);
        assert_true(
            byte_view_equal_text(byte_view_of_buf(&heard.messages), "good"));
        assert_int_equal(heard.broken, 1);
        assert_false(session_is_open(called));
        assert_int_equal(session_write(called, byte_view_of_text("x")),
                         STATUS_DENIED);

        /* Dead for good. */
        assert_int_equal(session_write(caller, byte_view_of_text("more")),
                         STATUS_OK);
        assert_int_equal(session_flush(caller), STATUS_OK);
        links_pass(caller, called, 1, &heard);
        assert_int_equal(heard.messages.size, 4);
        assert_int_equal(heard.broken, 1);
        assert_int_equal(heard.ended, 0);
        links_heard_release(&heard);
        session_free(caller);
        session_free(called);
        links_release(&links);
    }
}

/* Frames out of order, twice, or from the other direction. */
static void
test_moved_frames_break(void **state)
{
    int way;

    (void)state;
    for (way = 0; way < 3; way++) {
        struct links links;
        struct links_heard heard;
        struct session *caller, *called;
        struct byte_buf *output;

        links_init(&links, SESSION_NN, shape_default());
        links_open(&links, &caller, &called);
        links_heard_init(&heard);
        assert_int_equal(session_write(caller, byte_view_of_text("one")),
                         STATUS_OK);
        assert_int_equal(session_flush(caller), STATUS_OK);
        assert_int_equal(session_write(caller, byte_view_of_text("two")),
                         STATUS_OK);
        assert_int_equal(session_flush(caller), STATUS_OK);
        output = session_output(caller);
        if (way == 0) { /* the second first */
            byte_buf_consume(output, 128);
        } else if (way == 1) { /* the first twice */
            links_feed(called, byte_view_of(output->data, 128), SIZE_MAX,
                       &heard);
        } else { /* back to its sender */
            links_feed(caller, byte_view_of(output->data, 128), SIZE_MAX,
                       &heard);
            assert_int_equal(heard.broken, 1);
        }
        if (way < 2)
            links_pass(caller, called, SIZE_MAX, &heard);
        assert_int_equal(heard.broken, 1);
        assert_int_equal(heard.messages.size, way == 1 ? 3 : 0);
        links_heard_release(&heard);
        session_free(caller);
        session_free(called);
        links_release(&links);
    }
}

/* A cut stream is never taken for a finished one. */
static void
test_cuts_wait(void **state)
{
    struct links links;
    struct links_heard heard;
    struct session *caller, *called;
    struct byte_buf *output;
    size_t cut;

    (void)state;
    links_init(&links, SESSION_NN, shape_default());
    links_open(&links, &caller, &called);
    links_heard_init(&heard);
    assert_int_equal(session_write(caller, byte_view_of_text("all")),
                     STATUS_OK);
    assert_int_equal(session_end(caller), STATUS_OK);
    output = session_output(caller);
    for (cut = 0; cut + 1 < output->size; cut++) {
        links_feed(called, byte_view_of(output->data + cut, 1), 1, &heard);
        assert_int_equal(heard.messages.size, 0);
        assert_int_equal(heard.ended + heard.broken, 0);
    }
    links_feed(called, byte_view_of(output->data + cut, 1), 1, &heard);
    assert_int_equal(heard.ended, 1);
    links_heard_release(&heard);
    session_free(caller);
    session_free(called);
    links_release(&links);
}

/* Keys change after FRAME_REKEY frames, and both sides agree on when. */
static void
test_rekey(void **state)
{
    struct noise_cipher cipher;
    struct frame_direction send, receive;
    uint8_t wire[FRAME_OVERHEAD + 5 + 3];
    uint8_t first[32];
    static const uint8_t key[33] = "thirty-two octets make up a key.";
    unsigned i;

    (void)state;
    noise_cipher_init(&cipher, key);
    frame_direction_init(&send, &cipher);
    frame_direction_init(&receive, &cipher);
    memcpy(first, key, 32);
    for (i = 0; i < 3 * FRAME_REKEY; i++) {
        struct byte_view octets;
        size_t size;
        bool last;

        assert_int_equal(memcmp(send.cipher.key, first, 32) == 0,
                         i < FRAME_REKEY);
        frame_seal(&send, wire, byte_view_of_text("words"), 3, i % 2 == 1);
        assert_int_equal(frame_open_head(&receive, &size, wire), STATUS_OK);
        assert_int_equal(size, sizeof(wire) - FRAME_HEAD_SIZE);
        assert_int_equal(frame_open_body(&receive, wire + FRAME_HEAD_SIZE, size,
                                         &octets, &last),
                         STATUS_OK);
        assert_true(byte_view_equal_text(octets, "words"));
        assert_int_equal(last, i % 2 == 1);
        assert_memory_equal(send.cipher.key, receive.cipher.key, 32);
    }
    assert_int_equal(send.cipher.number, 6 * FRAME_REKEY);
    frame_direction_release(&send);
    frame_direction_release(&receive);
}

/* A frame whose plain length or count breaks the rules, sealed all the same.
 */
static void
test_lying_frames(void **state)
{
    static const struct {
        size_t length;
        size_t count;
        enum status head;
        enum status body;
    } cases[] = {
        {0, 0, STATUS_MALFORMED, STATUS_OK},
        {1, 0, STATUS_MALFORMED, STATUS_OK},
        {2, 0, STATUS_OK, STATUS_OK},
        {2, 1, STATUS_OK, STATUS_MALFORMED},
        {12, 10, STATUS_OK, STATUS_OK},
        {12, 11, STATUS_OK, STATUS_MALFORMED},
        {12, 0x7fff, STATUS_OK, STATUS_MALFORMED},
        {12, 0xffff, STATUS_OK, STATUS_MALFORMED},
        {FRAME_BODY_MAX, FRAME_BODY_MAX - 2, STATUS_OK, STATUS_OK},
        {FRAME_BODY_MAX + 1, 0, STATUS_MALFORMED, STATUS_OK},
        {65535, 0, STATUS_MALFORMED, STATUS_OK},
    };

    static const uint8_t key[33] = "thirty-two octets make up a key.";
    static uint8_t body[FRAME_BODY_MAX + 16];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct byte_view none = byte_view_of(NULL, 0);
        uint8_t head[FRAME_HEAD_SIZE] = {(uint8_t)cases[i].length,
                                         (uint8_t)(cases[i].length >> 8)};
        struct frame_direction receive;
        struct noise_cipher send;
        struct byte_view octets;
        size_t size = 0;
        bool last;

        noise_cipher_init(&send, key);
        frame_direction_init(&receive, &send);
        noise_cipher_seal(&send, head, none, byte_view_of(head, 2));
        assert_int_equal(frame_open_head(&receive, &size, head), cases[i].head);
        if (cases[i].head != STATUS_OK)
            continue;
        assert_int_equal(size, cases[i].length + 16);
        memset(body, 0, sizeof(body));
        body[0] = (uint8_t)cases[i].count;
        body[1] = (uint8_t)(cases[i].count >> 8);
        noise_cipher_seal(&send, body, none,
                          byte_view_of(body, cases[i].length));
        assert_int_equal(frame_open_body(&receive, body, size, &octets, &last),
                         cases[i].body);
    }
}

/* From the call to the last words; context is a struct links without a replay
 * cache. */
static enum status
run_link(void *context)
{
    struct links *links = context;
    const struct session_wish wish = {1, 16};
    struct session *caller = NULL;
    struct session *called = NULL;
    struct byte_view view;
    enum status status;

    status = replay_new(&links->called.replay, links->called.secret,
                        &links->entropy);
    if (status != STATUS_OK)
        goto done;
    status = session_call(&caller, &links->calling, &wish, &links->entropy);
    if (status != STATUS_OK)
        goto done;
    status = session_listen(&called, &links->called, &links->entropy);
    if (status != STATUS_OK)
        goto done;
    status = session_on_bytes(called, byte_view_of_buf(session_output(caller)));
    if (status != STATUS_OK)
        goto done;
    assert_int_equal(session_next(called, &view), SESSION_CALLED);
    status = session_accept(called, byte_view_of_text("welcome"));
    if (status != STATUS_OK)
        goto done;
    status = session_on_bytes(caller, byte_view_of_buf(session_output(called)));
    if (status != STATUS_OK)
        goto done;
    assert_int_equal(session_next(caller, &view), SESSION_OPENED);
    status = session_write(caller, byte_view_of_text("hello"));
    if (status != STATUS_OK)
        goto done;
    status = session_flush(caller);
    if (status != STATUS_OK)
        goto done;
    status = session_end(caller);

done:
    session_free(caller);
    session_free(called);
    replay_free(links->called.replay);
    return status;
}

static void
test_no_memory(void **state)
{
    struct links links;

    (void)state;
    links_init(&links, SESSION_NN, shape_default());
    test_alloc_each(run_link, &links);
    links_init(&links, SESSION_NK, links_shape("text"));
    test_alloc_each(run_link, &links);
    links_release(&links);
}

/* A silent session and an idle one hold little memory. */
static void
test_idle_is_small(void **state)
{
    struct links links;
    struct links_heard heard;
    struct session *caller, *called, *silent;
    static const uint8_t noise[4096];
    long before;

    (void)state;
    links_init(&links, SESSION_NK, shape_default());
    links_heard_init(&heard);
    before = mem_live_count();
    silent = links_listen(&links);
    links_feed(silent, byte_view_of(noise, sizeof(noise)), 100, &heard);
    assert_int_equal(heard.silent, 1);
    assert_int_equal(mem_live_count() - before, 1);
    before = mem_live_count();
    links_open(&links, &caller, &called);
    byte_buf_release(session_output(caller));
    byte_buf_release(session_output(called));
    byte_buf_release(replay_fresh(links.replay));
    /* The two of them, and the place where the hello is remembered. */
    assert_int_equal(mem_live_count() - before, 3);
    assert_int_equal(session_write(caller, byte_view_of(noise, sizeof(noise))),
                     STATUS_OK);
    assert_int_equal(session_flush(caller), STATUS_OK);
    links_pass(caller, called, 1000, &heard);
    assert_int_equal(heard.messages.size, sizeof(noise));
    byte_buf_release(session_output(caller));
    byte_buf_release(&heard.messages);
    assert_int_equal(mem_live_count() - before, 3);
    session_free(silent);
    session_free(caller);
    session_free(called);
    links_heard_release(&heard);
    links_release(&links);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_shape_opens),
        cmocka_unit_test(test_stream),
        cmocka_unit_test(test_padding),
        cmocka_unit_test(test_first_frames),
        cmocka_unit_test(test_last_words),
        cmocka_unit_test(test_before_and_after),
        cmocka_unit_test(test_largest_payload),
        cmocka_unit_test(test_flips_break),
        cmocka_unit_test(test_moved_frames_break),
        cmocka_unit_test(test_cuts_wait),
        cmocka_unit_test(test_rekey),
        cmocka_unit_test(test_lying_frames),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_idle_is_small),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
