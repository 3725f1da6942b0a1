/*
 * The messages of a link: round trips, every cut and every bit flip of each,
 * and what a stream makes of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/message.h"
#include "net/message_stream.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/messages.h"
#include "tests/unit/test_support.h"

#define SAMPLE_MAX ((size_t)4096)

static const struct span some_days = {RECORD_SET_STATEMENTS, {19990}, {20001}};

static enum status
write_hello(struct byte_buf *out)
{
    struct message_hello hello = {.version = MESSAGE_VERSION,
                                  .boot_id = {1, 2, 3, 4, 5, 6, 7, 8},
                                  .salt = {{9, 10, 11}},
                                  .dictionary = 6,
                                  .credit = 1 << 20,
                                  .has_day = true,
                                  .day = {20000},
                                  .reach = 21,
                                  .forms = MESSAGE_FORM_SHORT,
                                  .has_horizon = true,
                                  .horizon = {19000}};

    return message_write_hello(out, &hello);
}

static enum status
write_ask(struct byte_buf *out)
{
    return message_write_ask(out, &some_days);
}

static enum status
write_list(struct byte_buf *out)
{
    static const uint64_t ids[] = {0x800000000000, 0x800000000007,
                                   0xbfffffffffff};
    const struct message_list list = {
        .span = some_days, .slice = {2, 2}, .asked = true, .count = 3};

    return message_write_list(out, MESSAGE_LIST, &list, ids);
}

static enum status
write_want(struct byte_buf *out)
{
    const struct message_list list = {.span = span_whole(RECORD_SET_CONTROL)};

    return message_write_list(out, MESSAGE_WANT, &list, NULL);
}

static enum status
write_gone(struct byte_buf *out)
{
    static const uint64_t ids[] = {1, 0xffffffffffff};

    return message_write_gone(out, ids, 2);
}

static enum status
write_record(struct byte_buf *out)
{
    const struct message_chunk chunk = {
        .file = 3, .encoding = 17, .stored = byte_view_of("stored", 6)};
    struct message_draft draft;

    message_begin(&draft, out, MESSAGE_RECORD);
    message_put_wire(&draft, byte_view_of("a record's wire form", 20));
    message_put_inline(&draft, &chunk);
    message_put_inline(&draft, &chunk);
    return message_end(&draft);
}

static enum status
write_run(struct byte_buf *out)
{
    const struct message_run run = {
        .id = {{1, 2, 3}}, .file = 2, .first = 0x1234, .count = 5};

    return message_write_run(out, MESSAGE_WANT_CHUNKS, &run);
}

static enum status
write_chunk(struct byte_buf *out)
{
    const struct message_chunk chunk = {.id = {{1, 2, 3}},
                                        .file = 2,
                                        .index = 0x8020,
                                        .encoding = 1,
                                        .stored = byte_view_of("stored", 6)};

    return message_write_chunk(out, &chunk);
}

static enum status
write_ack(struct byte_buf *out)
{
    const struct message_ack one = {{1, 2, 3}, MESSAGE_FATE_COMPLETE};
    const struct message_ack other = {{4, 5, 6}, MESSAGE_FATE_REFUSED};
    struct byte_buf entries;
    enum status status;

    byte_buf_init(&entries, SAMPLE_MAX);
    status = message_put_ack(&entries, &one);
    if (status == STATUS_OK)
        status = message_put_ack(&entries, &other);
    if (status == STATUS_OK)
        status = message_write_ack(out, byte_view_of_buf(&entries));
    byte_buf_release(&entries);
    return status;
}

static enum status
write_done(struct byte_buf *out)
{
    return message_write_number(out, MESSAGE_DONE, 300);
}

/* Whatever a reader accepts is what the writer writes, octet for octet; HELLO
 * alone may have something of the future behind it. */
static bool
check_body(uint8_t type, struct byte_view body)
{
    /* In memory of its own, so that reading beyond is seen. */
    uint8_t *copy = malloc(body.size == 0 ? 1 : body.size);
    struct byte_view view;
    struct byte_buf again;
    enum status status;

    assert_non_null(copy);
    if (body.size > 0)
        memcpy(copy, body.data, body.size);
    byte_buf_init(&again, MESSAGE_HEAD_SIZE + MESSAGE_BODY_MAX);
    status = messages_rewrite(&again, type, byte_view_of(copy, body.size));
    if (status == STATUS_OK) {
        assert_true(again.size >= MESSAGE_HEAD_SIZE);
        assert_int_equal(again.data[0], type);
        view = byte_view_slice(byte_view_of_buf(&again), MESSAGE_HEAD_SIZE,
                               again.size);
        assert_true(view.size == body.size || type == MESSAGE_HELLO);
        /* HELLO may end before its last field, or go on behind it. */
        assert_memory_equal(view.data, copy,
                            view.size < body.size ? view.size : body.size);
    } else {
        assert_int_equal(status, STATUS_MALFORMED);
    }
    byte_buf_release(&again);
    free(copy);
    return status == STATUS_OK;
}

/* cuts: how many shorter bodies are messages too. */
static void
check_message(enum status (*write)(struct byte_buf *out), size_t cuts)
{
    struct byte_view body;
    struct byte_buf buf;
    size_t accepted = 0;
    uint8_t type;

    byte_buf_init(&buf, SAMPLE_MAX);
    assert_int_equal(write(&buf), STATUS_OK);
    type = buf.data[0];
    body = byte_view_slice(byte_view_of_buf(&buf), MESSAGE_HEAD_SIZE, buf.size);
    assert_int_equal(buf.data[1] | buf.data[2] << 8 | buf.data[3] << 16,
                     body.size);
    assert_true(check_body(type, body));
    for (size_t size = 0; size < body.size; size++)
        if (check_body(type, byte_view_slice(body, 0, size)))
            accepted++;
    assert_int_equal(accepted, cuts);
    for (size_t bit = 0; bit < body.size * 8; bit++) {
        uint8_t *octet = &buf.data[MESSAGE_HEAD_SIZE + bit / 8];

        *octet ^= (uint8_t)(1U << bit % 8);
        (void)check_body(type, body);
        *octet ^= (uint8_t)(1U << bit % 8);
    }
    byte_buf_release(&buf);
}

static void
test_bodies(void **state)
{
    (void)state;
    check_message(write_hello, 3); /* of earlier versions */
    check_message(write_ask, 0);
    check_message(write_list, 0);
    check_message(write_want, 0);
    check_message(write_gone, 1);   /* one id */
    check_message(write_record, 2); /* without the last chunk, or both */
    check_message(write_run, 0);
    check_message(write_chunk, 5); /* fewer octets */
    check_message(write_ack, 1);   /* one entry */
    check_message(write_done, 0);
}

static void
test_hello_of_the_future(void **state)
{
    struct message_hello hello;
    struct byte_buf buf;

    (void)state;
    byte_buf_init(&buf, SAMPLE_MAX);
    assert_int_equal(write_hello(&buf), STATUS_OK);
    assert_int_equal(byte_buf_append_text(&buf, "more"), STATUS_OK);
    assert_int_equal(message_read_hello(
                         &hello, byte_view_slice(byte_view_of_buf(&buf),
                                                 MESSAGE_HEAD_SIZE, buf.size)),
                     STATUS_OK);
    assert_int_equal(hello.day.number, 20000);
    assert_int_equal(hello.reach, 21);
    assert_int_equal(hello.forms, MESSAGE_FORM_SHORT);
    assert_true(hello.has_horizon);
    assert_int_equal(hello.horizon.number, 19000);
    assert_int_equal(
        message_read_hello(&hello, byte_view_slice(byte_view_of_buf(&buf),
                                                   MESSAGE_HEAD_SIZE, 36)),
        STATUS_OK);
    assert_int_equal(hello.forms, MESSAGE_FORM_SHORT);
    assert_false(hello.has_horizon);
    assert_int_equal(
        message_read_hello(&hello, byte_view_slice(byte_view_of_buf(&buf),
                                                   MESSAGE_HEAD_SIZE, 35)),
        STATUS_OK);
    assert_int_equal(hello.reach, 21);
    assert_int_equal(hello.forms, 0);
    assert_int_equal(
        message_read_hello(&hello, byte_view_slice(byte_view_of_buf(&buf),
                                                   MESSAGE_HEAD_SIZE, 34)),
        STATUS_OK);
    assert_int_equal(hello.reach, 0);
    assert_int_equal(hello.forms, 0);
    byte_buf_release(&buf);
}

static void
refuse(uint8_t type, const char *hex)
{
    uint8_t octets[256];
    size_t size = test_unhex(octets, sizeof(octets), hex);

    assert_false(check_body(type, byte_view_of(octets, size)));
}

static void
test_bad_bodies(void **state)
{
    (void)state;
    refuse(MESSAGE_GONE, "");
    refuse(MESSAGE_ACK, "");
    refuse(MESSAGE_ACK, "0102030405060708 04");
    refuse(MESSAGE_DONE, "");
    refuse(MESSAGE_DONE, "8000");
    /* Span of a third set; a list that claims 8,193 and then 2^60 ids. */
    refuse(MESSAGE_ASK, "02");
    refuse(MESSAGE_LIST, "00 00 00 00 8140 00");
    refuse(MESSAGE_LIST, "00 00 00 00 808080808080808010 00");
    /* Short id 0; asked neither yes nor no. */
    refuse(MESSAGE_LIST, "00 00 00 00 01 00000000000000");
    refuse(MESSAGE_LIST, "00 00 00 02 00");
    /* A record without a record; a chunk of nothing. */
    refuse(MESSAGE_RECORD, "");
    refuse(MESSAGE_RECORD, "0000");
    refuse(MESSAGE_RECORD, "0100 61 00 00 0000");
    refuse(MESSAGE_RECORD, "0100 61 80 00 0100 62");
}

static void
test_too_large(void **state)
{
    struct message_draft draft;
    struct byte_buf buf;
    uint8_t *octets = calloc(1, MESSAGE_BODY_MAX + 1);

    (void)state;
    assert_non_null(octets);
    byte_buf_init(&buf, 4 * MESSAGE_BODY_MAX);
    message_begin(&draft, &buf, MESSAGE_CHUNK);
    writer_bytes(&draft.writer, byte_view_of(octets, MESSAGE_BODY_MAX));
    assert_int_equal(message_end(&draft), STATUS_OK);
    assert_int_equal(buf.size, MESSAGE_HEAD_SIZE + MESSAGE_BODY_MAX);
    message_begin(&draft, &buf, MESSAGE_CHUNK);
    writer_bytes(&draft.writer, byte_view_of(octets, MESSAGE_BODY_MAX + 1));
    assert_int_equal(message_end(&draft), STATUS_TOO_LARGE);
    assert_int_equal(buf.size, MESSAGE_HEAD_SIZE + MESSAGE_BODY_MAX);
    byte_buf_release(&buf);
    free(octets);
}

/* Messages in pieces of every size come out whole and in order. */
static void
check_split(struct byte_view octets, size_t piece)
{
    static const uint8_t types[] = {MESSAGE_HELLO, MESSAGE_ASK, MESSAGE_LIST,
                                    200, MESSAGE_DONE};
    struct message_stream stream;
    struct message message;
    size_t count = 0;

    message_stream_init(&stream, SAMPLE_MAX);
    for (size_t at = 0; at < octets.size; at += piece) {
        assert_int_equal(
            message_stream_feed(&stream, byte_view_slice(octets, at, piece)),
            STATUS_OK);
        while (message_stream_has_next(&stream)) {
            assert_true(message_stream_next(&stream, &message));
            assert_true(count < sizeof(types));
            assert_int_equal(message.type, types[count]);
            count++;
        }
        assert_false(message_stream_next(&stream, &message));
    }
    assert_int_equal(count, sizeof(types));
    assert_false(message_stream_is_broken(&stream));
    message_stream_release(&stream);
}

static void
test_stream(void **state)
{
    static const uint8_t unknown[] = {200, 3, 0, 0, 'a', 'b', 'c'};
    struct byte_buf buf;

    (void)state;
    byte_buf_init(&buf, SAMPLE_MAX);
    assert_int_equal(write_hello(&buf), STATUS_OK);
    assert_int_equal(write_ask(&buf), STATUS_OK);
    assert_int_equal(write_list(&buf), STATUS_OK);
    assert_int_equal(
        byte_buf_append(&buf, byte_view_of(unknown, sizeof(unknown))),
        STATUS_OK);
    assert_int_equal(write_done(&buf), STATUS_OK);
    for (size_t piece = 1; piece <= buf.size; piece++)
        check_split(byte_view_of_buf(&buf), piece);
    byte_buf_release(&buf);
}

static void
test_broken_stream(void **state)
{
    /* One octet longer than a body may be: 0xc001. */
    static const uint8_t head[] = {1, 0x01, 0xc0, 0x00};
    static const uint8_t octets[64];
    struct message_stream stream;
    struct message message;

    (void)state;
    message_stream_init(&stream, SAMPLE_MAX);
    assert_int_equal(
        message_stream_feed(&stream, byte_view_of(head, sizeof(head))),
        STATUS_OK);
    assert_true(message_stream_has_next(&stream));
    assert_false(message_stream_next(&stream, &message));
    assert_true(message_stream_is_broken(&stream));
    assert_int_equal(message_stream_feed(&stream, byte_view_of(octets, 64)),
                     STATUS_OK);
    assert_false(message_stream_next(&stream, &message));
    message_stream_release(&stream);

    message_stream_init(&stream, 63);
    assert_int_equal(message_stream_feed(&stream, byte_view_of(octets, 64)),
                     STATUS_TOO_LARGE);
    assert_true(message_stream_is_broken(&stream));
    message_stream_release(&stream);
}

static enum status
write_all(void *context)
{
    static enum status (*const writers[])(struct byte_buf * out) = {
        write_hello,  write_ask, write_list,  write_want, write_gone,
        write_record, write_run, write_chunk, write_ack,  write_done};
    enum status status = STATUS_OK;

    (void)context;
    for (size_t i = 0;
         status == STATUS_OK && i < sizeof(writers) / sizeof(writers[0]); i++) {
        struct byte_buf buf;

        byte_buf_init(&buf, SAMPLE_MAX);
        status = writers[i](&buf);
        if (status != STATUS_OK)
            assert_int_equal(buf.size, 0);
        byte_buf_release(&buf);
    }
    return status;
}

static void
test_no_memory(void **state)
{
    (void)state;
    test_alloc_each(write_all, NULL);
}

static void
test_counted(void **state)
{
    (void)state;
    assert_false(message_is_counted(MESSAGE_HELLO));
    assert_true(message_is_counted(MESSAGE_SUMMARY));
    assert_true(message_is_counted(127));
    assert_false(message_is_counted(MESSAGE_DONE));
    assert_false(message_is_counted(255));
    assert_true(message_is_paid(MESSAGE_RECORD));
    assert_true(message_is_paid(MESSAGE_CHUNK));
    assert_true(message_is_paid(MESSAGE_PACKED));
    assert_true(message_is_paid(MESSAGE_SHORT));
    assert_false(message_is_paid(MESSAGE_LIST));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_hello_of_the_future),
        cmocka_unit_test(test_bad_bodies),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_stream),
        cmocka_unit_test(test_broken_stream),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_counted),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
