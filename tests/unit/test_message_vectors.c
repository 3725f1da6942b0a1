/*
 * tests/vectors/messages: lists, summaries and the other messages as another
 * program wrote them from net/PROTOCOL.md.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/text.h"
#include "net/message.h"
#include "net/packed.h"
#include "net/prime_list.h"
#include "net/relay_message.h"
#include "net/summary.h"
#include "net/wide.h"
#include "tests/unit/messages.h"
#include "tests/unit/row_store.h"
#include "tests/unit/test_support.h"
#include "tests/unit/vectors.h"

#define IDS_MAX ((size_t)64)

/* The next word's octets in out; how many. */
static size_t
take_hex(struct byte_view *line, uint8_t *out, size_t capacity)
{
    struct byte_view word = vectors_word(line);

    assert_true(word.size % 2 == 0 && word.size / 2 <= capacity);
    assert_int_equal(text_hex_parse(out, word.size / 2, word), STATUS_OK);
    return word.size / 2;
}

static int64_t
parse_number(struct byte_view word)
{
    char text[24];

    assert_true(word.size < sizeof(text));
    memcpy(text, word.data, word.size);
    text[word.size] = '\0';
    return strtoll(text, NULL, 10);
}

static int64_t
take_number(struct byte_view *line)
{
    return parse_number(vectors_word(line));
}

/* A span: set, first and last day. */
static struct span
take_span(struct byte_view *line)
{
    struct span span = {RECORD_SET_CONTROL, {0}, {0}};

    if (byte_view_equal_text(vectors_word(line), "s"))
        span.set = RECORD_SET_STATEMENTS;
    span.first.number = (int32_t)take_number(line);
    span.last.number = (int32_t)take_number(line);
    return span;
}

/* buf is the message that the next word of line gives. */
static void
check_message(struct byte_view *line, struct byte_buf *buf)
{
    static uint8_t expected[MESSAGE_HEAD_SIZE + MESSAGE_BODY_MAX];
    size_t size = take_hex(line, expected, sizeof(expected));

    assert_int_equal(buf->size, size);
    assert_memory_equal(buf->data, expected, size);
}

/* Reading it and writing it again gives the same. */
static void
check_rewritten(const struct byte_buf *buf)
{
    struct byte_view body =
        byte_view_slice(byte_view_of_buf(buf), MESSAGE_HEAD_SIZE, buf->size);
    struct byte_buf again;

    byte_buf_init(&again, MESSAGE_HEAD_SIZE + MESSAGE_BODY_MAX);
    assert_int_equal(messages_rewrite(&again, buf->data[0], body), STATUS_OK);
    assert_true(
        byte_view_equal(byte_view_of_buf(&again), byte_view_of_buf(buf)));
    byte_buf_release(&again);
}

static void
check_short(struct byte_view line)
{
    struct record_id id;
    struct salt salt;
    uint8_t expected[6];
    uint64_t number = 0;

    (void)take_hex(&line, salt.octets, sizeof(salt.octets));
    (void)take_hex(&line, id.octets, sizeof(id.octets));
    assert_int_equal(take_hex(&line, expected, sizeof(expected)), 6);
    for (size_t i = 0; i < sizeof(expected); i++)
        number = number << 8 | expected[i];
    assert_true(short_id(&salt, &id) == number);
}

static int
compare_ids(const void *a, const void *b)
{
    const uint64_t *one = a;
    const uint64_t *other = b;

    return (*one > *other) - (*one < *other);
}

static void
check_list(struct byte_view line)
{
    struct message_list list = {.count = 0};
    struct byte_view message;
    uint64_t ids[IDS_MAX];
    struct salt salt;
    struct byte_buf buf;

    (void)take_hex(&line, salt.octets, sizeof(salt.octets));
    list.span = take_span(&line);
    list.slice.bits = (uint8_t)take_number(&line);
    list.slice.number = (uint32_t)take_number(&line);
    list.asked = take_number(&line) == 1;
    message = vectors_word(&line);
    while (line.size > 0) {
        struct record_id id;

        (void)take_hex(&line, id.octets, sizeof(id.octets));
        assert_true(list.count < IDS_MAX);
        ids[list.count] = short_id(&salt, &id);
        if (slice_holds(&list.slice, ids[list.count]))
            list.count++;
    }
    qsort(ids, list.count, sizeof(*ids), compare_ids);
    byte_buf_init(&buf, MESSAGE_HEAD_SIZE + MESSAGE_BODY_MAX);
    assert_int_equal(message_write_list(&buf, MESSAGE_LIST, &list, ids),
                     STATUS_OK);
    check_message(&message, &buf);
    check_rewritten(&buf);
    byte_buf_release(&buf);
}

static void
test_lists(void **state)
{
    struct byte_view file = vectors_read("messages/lists.txt");
    struct byte_view text = file;
    struct byte_view line;
    unsigned shorts = 0;
    unsigned lists = 0;

    (void)state;
    while (vectors_line(&line, &text)) {
        if (byte_view_equal_text(vectors_word(&line), "short")) {
            check_short(line);
            shorts++;
        } else {
            check_list(line);
            lists++;
        }
    }
    assert_int_equal(shorts, 9);
    assert_int_equal(lists, 9);
    vectors_free(file);
}

/* Records SETDAY:ID to the end of line. */
static struct store *
take_rows(struct byte_view line)
{
    struct store *store = row_store_new();

    while (line.size > 0) {
        struct byte_view word = vectors_word(&line);
        struct byte_view hex = byte_view_slice(word, word.size - 64, 64);
        struct record_id id;

        assert_true(word.size > 66);
        assert_int_equal(text_hex_parse(id.octets, sizeof(id.octets), hex),
                         STATUS_OK);
        row_store_add_id(
            store,
            word.data[0] == 'c' ? RECORD_SET_CONTROL : RECORD_SET_STATEMENTS,
            (int32_t)parse_number(byte_view_slice(word, 1, word.size - 66)),
            &id);
    }
    return store;
}

static void
check_summary(bool whole, struct byte_view line)
{
    struct span span = span_whole(RECORD_SET_STATEMENTS);
    struct summary summary;
    struct byte_view message;
    struct window window;
    struct store *store;
    struct salt salt;
    struct byte_buf buf;

    (void)take_hex(&line, salt.octets, sizeof(salt.octets));
    span.first.number = (int32_t)take_number(&line);
    if (!whole)
        span.last.number = (int32_t)take_number(&line);
    message = vectors_word(&line);
    store = take_rows(line);
    window_init(&window, store, NULL);
    assert_int_equal(window_load(&window), STATUS_OK);
    assert_int_equal(whole ? summary_take(&summary, &window, span.first, &salt)
                           : summary_take_part(&summary, &window, &span, &salt),
                     STATUS_OK);
    byte_buf_init(&buf, MESSAGE_HEAD_SIZE + MESSAGE_BODY_MAX);
    assert_int_equal(summary_write(&buf, &summary), STATUS_OK);
    check_message(&message, &buf);
    check_rewritten(&buf);
    byte_buf_release(&buf);
    window_release(&window);
    store_free(store);
}

static void
test_summaries(void **state)
{
    struct byte_view file = vectors_read("messages/summaries.txt");
    struct byte_view text = file;
    struct byte_view line;
    unsigned count = 0;

    (void)state;
    while (vectors_line(&line, &text)) {
        bool whole = byte_view_equal_text(vectors_word(&line), "whole");

        check_summary(whole, line);
        count++;
    }
    assert_int_equal(count, 10);
    vectors_free(file);
}

/* The other messages: what is read is what the line says. */

static void
check_hello(struct byte_view body, struct byte_view line)
{
    uint8_t boot_id[MESSAGE_BOOT_ID_SIZE];
    struct message_hello hello;
    struct byte_view day;
    struct salt salt;

    assert_int_equal(message_read_hello(&hello, body), STATUS_OK);
    assert_int_equal(hello.version, take_number(&line));
    (void)take_hex(&line, boot_id, sizeof(boot_id));
    assert_memory_equal(hello.boot_id, boot_id, sizeof(boot_id));
    (void)take_hex(&line, salt.octets, sizeof(salt.octets));
    assert_memory_equal(hello.salt.octets, salt.octets, sizeof(salt.octets));
    assert_int_equal(hello.dictionary, take_number(&line));
    assert_int_equal(hello.credit, take_number(&line));
    day = vectors_word(&line);
    assert_int_equal(hello.has_day, !byte_view_equal_text(day, "-"));
    if (hello.has_day)
        assert_int_equal(hello.day.number, parse_number(day));
    assert_int_equal(hello.reach, take_number(&line));
    assert_int_equal(hello.forms, take_number(&line));
    day = vectors_word(&line);
    assert_int_equal(hello.has_horizon, !byte_view_equal_text(day, "-"));
    if (hello.has_horizon)
        assert_int_equal(hello.horizon.number, parse_number(day));
}

static void
check_run(struct byte_view body, struct byte_view line)
{
    struct message_run run;
    struct record_id id;

    assert_int_equal(message_read_run(&run, body), STATUS_OK);
    (void)take_hex(&line, id.octets, sizeof(id.octets));
    assert_true(record_id_equal(&run.id, &id));
    assert_int_equal(run.file, take_number(&line));
    assert_int_equal(run.first, take_number(&line));
    assert_int_equal(run.count, take_number(&line));
}

static void
check_chunk(struct byte_view body, struct byte_view line)
{
    uint8_t stored[64];
    struct message_chunk chunk;
    struct record_id id;
    size_t size;

    assert_int_equal(message_read_chunk(&chunk, body), STATUS_OK);
    (void)take_hex(&line, id.octets, sizeof(id.octets));
    assert_true(record_id_equal(&chunk.id, &id));
    assert_int_equal(chunk.file, take_number(&line));
    assert_int_equal(chunk.index, take_number(&line));
    assert_int_equal(chunk.encoding, take_number(&line));
    size = take_hex(&line, stored, sizeof(stored));
    assert_true(byte_view_equal(chunk.stored, byte_view_of(stored, size)));
}

static void
check_number(struct byte_view body, struct byte_view line)
{
    uint64_t number;

    assert_int_equal(message_read_number(&number, body), STATUS_OK);
    assert_int_equal(number, take_number(&line));
}

/* As many prefixes as line has, and the same. */
static void
check_prefixes(uint8_t type, struct byte_view body, struct byte_view line)
{
    uint8_t prefix[MESSAGE_PREFIX_SIZE];
    uint8_t expected[MESSAGE_PREFIX_SIZE];
    struct byte_view prefixes;

    assert_int_equal(
        message_read_prefixes(&prefixes, (enum message_type)type, body),
        STATUS_OK);
    while (line.size > 0 && line.data[0] != '-') {
        assert_int_equal(take_hex(&line, expected, sizeof(expected)),
                         sizeof(expected));
        assert_true(message_next_prefix(prefix, &prefixes));
        assert_memory_equal(prefix, expected, sizeof(prefix));
    }
    assert_false(message_next_prefix(prefix, &prefixes));
}

static void
check_primes(struct byte_view body, struct byte_view line)
{
    struct prime_list list;
    struct span expected = take_span(&line);
    size_t count = 0;

    assert_int_equal(prime_list_read(&list, body), STATUS_OK);
    assert_true(span_equal(&list.span, &expected));
    while (line.size > 0)
        assert_int_equal(list.ids[count++], take_number(&line));
    assert_int_equal(list.count, count);
}

static void
check_marks(struct byte_view body, struct byte_view line)
{
    struct wide_mark mark;
    uint8_t expected[MESSAGE_PREFIX_SIZE];

    assert_int_equal(wide_read_marks(body), STATUS_OK);
    while (line.size > 0) {
        (void)take_hex(&line, expected, sizeof(expected));
        assert_true(wide_next_mark(&mark, &body));
        assert_memory_equal(mark.prefix, expected, sizeof(expected));
        assert_int_equal(mark.goes_on ? 1 : 0, take_number(&line));
    }
    assert_false(wide_next_mark(&mark, &body));
}

/* Of a whole span: bits and number are 0. */
static void
check_want_first(struct byte_view body, struct byte_view line)
{
    struct span expected = take_span(&line);
    struct message_list list;
    uint64_t ids[IDS_MAX];
    size_t count = 0;

    assert_int_equal(message_read_list(&list, MESSAGE_WANT_FIRST, body),
                     STATUS_OK);
    assert_true(span_equal(&list.span, &expected));
    assert_int_equal(list.slice.bits, 0);
    assert_int_equal(list.slice.number, 0);
    assert_true(list.count <= IDS_MAX);
    assert_int_equal(message_list_ids(ids, &list), STATUS_OK);
    while (line.size > 0) {
        assert_true(count < list.count);
        assert_true(ids[count++] == (uint64_t)take_number(&line));
    }
    assert_int_equal(list.count, count);
}

static void
check_relay_names(uint8_t type, struct byte_view body, struct byte_view line)
{
    uint8_t expected[64];
    struct byte_view names;
    size_t size = 0;

    assert_int_equal(
        relay_message_read_names(&names, (enum message_type)type, body),
        STATUS_OK);
    while (line.size > 0)
        size += take_hex(&line, expected + size, sizeof(expected) - size);
    assert_true(byte_view_equal(names, byte_view_of(expected, size)));
}

static void
check_relays(struct byte_view body, struct byte_view line)
{
    uint8_t expected[512];
    struct byte_view lines;
    struct byte_view text;

    assert_int_equal(relay_message_read_lines(&lines, body), STATUS_OK);
    while (line.size > 0 && line.data[0] != '-') {
        const size_t size = take_hex(&line, expected, sizeof(expected));

        assert_true(relay_message_next_line(&text, &lines));
        assert_true(byte_view_equal(text, byte_view_of(expected, size)));
    }
    assert_false(relay_message_next_line(&text, &lines));
}

/* Those whose fields are lists are told by reading and writing alone, and by
 * how many entries there are. */
static void
check_fields(uint8_t type, struct byte_view body, struct byte_view line)
{
    struct message_record record;
    struct message_chunk chunk;
    struct message_ack ack;
    struct byte_view view;
    struct span span;
    struct span expected;
    uint64_t id;
    unsigned count = 0;

    switch (type) {
    case MESSAGE_HELLO:
        check_hello(body, line);
        break;
    case MESSAGE_ASK:
        expected = take_span(&line);
        assert_int_equal(message_read_ask(&span, body), STATUS_OK);
        assert_true(span_equal(&span, &expected));
        break;
    case MESSAGE_GONE:
        assert_int_equal(message_read_gone(&view, body), STATUS_OK);
        while (message_next_gone(&id, &view))
            assert_true(++count < 3 || id == 0xffffffffffff);
        assert_int_equal(count, 3);
        break;
    case MESSAGE_RECORD:
        assert_int_equal(message_read_record(&record, body), STATUS_OK);
        assert_int_equal(record.wire.size, vectors_word(&line).size / 2);
        while (message_next_inline(&chunk, &record.chunks))
            count++;
        assert_int_equal(count, line.data[0] == '-' ? 0 : 2);
        break;
    case MESSAGE_WANT_CHUNKS:
    case MESSAGE_GONE_CHUNKS:
        check_run(body, line);
        break;
    case MESSAGE_CHUNK:
        check_chunk(body, line);
        break;
    case MESSAGE_ACK:
        assert_int_equal(message_read_ack(&view, body), STATUS_OK);
        while (message_next_ack(&ack, &view))
            count++;
        assert_int_equal(count, 2);
        break;
    case MESSAGE_PRIME:
        check_primes(body, line);
        break;
    case MESSAGE_WANT_FIRST:
        check_want_first(body, line);
        break;
    case MESSAGE_GRAFT:
    case MESSAGE_IHAVE:
    case MESSAGE_PRUNE:
    case MESSAGE_FULL:
        check_prefixes(type, body, line);
        break;
    case MESSAGE_WIDE:
        check_marks(body, line);
        break;
    case MESSAGE_RELAY_NAMES:
    case MESSAGE_ASK_RELAYS:
        check_relay_names(type, body, line);
        break;
    case MESSAGE_RELAYS:
        check_relays(body, line);
        break;
    default:
        check_number(body, line);
    }
}

/* The last word of line, which loses it. */
static struct byte_view
take_last(struct byte_view *line)
{
    size_t at = line->size;
    struct byte_view last;

    while (line->data[at - 1] != ' ')
        at--;
    last = byte_view_slice(*line, at, line->size);
    *line = byte_view_slice(*line, 0, at - 1);
    return last;
}

static void
test_others(void **state)
{
    static const struct {
        const char *name;
        uint8_t type;
    } names[] = {{"hello", 1},        {"ask", 3},         {"gone", 6},
                 {"record", 7},       {"want-chunks", 8}, {"chunk", 9},
                 {"gone-chunks", 10}, {"graft", 16},      {"done", 128},
                 {"credit", 129},     {"ack", 130},       {"ihave", 131},
                 {"prune", 132},      {"full", 133},      {"relay-names", 134},
                 {"ask-relays", 20},  {"relays", 135},    {"prime", 136},
                 {"want-first", 14},  {"wide", 137}};
    struct byte_view file = vectors_read("messages/others.txt");
    struct byte_view text = file;
    struct byte_view line;
    unsigned count = 0;

    (void)state;
    while (vectors_line(&line, &text)) {
        struct byte_view name = vectors_word(&line);
        struct byte_view message = take_last(&line);
        struct byte_buf buf;

        byte_buf_init(&buf, 1024);
        assert_int_equal(byte_buf_reserve(&buf, message.size / 2), STATUS_OK);
        buf.size = take_hex(&message, buf.data, buf.capacity);
        check_rewritten(&buf);
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
            if (!byte_view_equal_text(name, names[i].name))
                continue;
            assert_int_equal(buf.data[0], names[i].type);
            check_fields(names[i].type,
                         byte_view_slice(byte_view_of_buf(&buf),
                                         MESSAGE_HEAD_SIZE, buf.size),
                         line);
            count++;
        }
        byte_buf_release(&buf);
    }
    assert_int_equal(count, 28);
    vectors_free(file);
}

/* A message of a stream: it expands into the plain form. */
static void
check_packed(struct stream **expander, enum stream_kind kind,
             struct byte_view line)
{
    const struct stream_setting setting = {
        kind, kind == STREAM_ZSTD ? STREAM_WINDOW_LOG : 15, 1};
    const bool begins = byte_view_equal_text(vectors_word(&line), "+");
    uint8_t plain[512];
    uint8_t octets[512];
    size_t plain_size = take_hex(&line, plain, sizeof(plain));
    size_t size = take_hex(&line, octets, sizeof(octets));
    struct message_packed packed;
    struct byte_buf out;

    assert_int_equal(octets[0], MESSAGE_PACKED);
    assert_int_equal(octets[1] | octets[2] << 8, size - MESSAGE_HEAD_SIZE);
    assert_int_equal(
        packed_read(&packed, byte_view_of(octets + MESSAGE_HEAD_SIZE,
                                          size - MESSAGE_HEAD_SIZE)),
        STATUS_OK);
    assert_int_equal(packed.kind, kind);
    assert_int_equal(packed.begins, begins);
    assert_int_equal(packed.plain_size, plain_size);
    if (begins) {
        stream_free(*expander);
        assert_int_equal(stream_new(expander, &setting, STREAM_EXPANDS,
                                    byte_view_of(NULL, 0)),
                         STATUS_OK);
    }
    byte_buf_init(&out, STREAM_PLAIN_MAX);
    assert_int_equal(stream_expand(*expander, &out, packed.packed, plain_size),
                     STATUS_OK);
    assert_true(byte_view_equal(byte_view_of_buf(&out),
                                byte_view_of(plain, plain_size)));
    byte_buf_release(&out);
}

static void
check_hashes(struct byte_view line)
{
    uint8_t whole[1024];
    uint8_t spare[1024];
    const struct byte_view with =
        byte_view_of(whole, take_hex(&line, whole, sizeof(whole)));
    const struct byte_view without =
        byte_view_of(spare, take_hex(&line, spare, sizeof(spare)));
    struct byte_buf out;

    byte_buf_init(&out, MESSAGE_BODY_MAX);
    assert_int_equal(packed_leave_out(&out, with), STATUS_OK);
    assert_true(byte_view_equal(byte_view_of_buf(&out), without));
    byte_buf_clear(&out);
    assert_int_equal(packed_fill_in(&out, without), STATUS_OK);
    assert_true(byte_view_equal(byte_view_of_buf(&out), with));
    byte_buf_release(&out);
}

static void
check_short_form(struct byte_view line)
{
    uint8_t whole[1024];
    uint8_t spare[1024];
    const struct byte_view body =
        byte_view_of(whole, take_hex(&line, whole, sizeof(whole)));
    const struct byte_view shorter =
        byte_view_of(spare, take_hex(&line, spare, sizeof(spare)));
    struct byte_buf out;

    byte_buf_init(&out, MESSAGE_BODY_MAX);
    assert_int_equal(packed_shorten(&out, body), STATUS_OK);
    assert_true(byte_view_equal(byte_view_of_buf(&out), shorter));
    byte_buf_clear(&out);
    assert_int_equal(packed_lengthen(&out, shorter), STATUS_OK);
    assert_true(byte_view_equal(byte_view_of_buf(&out), body));
    byte_buf_release(&out);
}

static void
test_packed(void **state)
{
    struct byte_view file = vectors_read("messages/packed.txt");
    struct stream *expander = NULL;
    struct byte_view text = file;
    struct byte_view line;
    unsigned packed = 0;
    unsigned records = 0;
    unsigned shorts = 0;

    (void)state;
    while (vectors_line(&line, &text)) {
        struct byte_view kind = vectors_word(&line);

        if (byte_view_equal_text(kind, "record")) {
            check_hashes(line);
            records++;
            continue;
        }
        if (byte_view_equal_text(kind, "short")) {
            check_short_form(line);
            shorts++;
            continue;
        }
        packed++;
        if (byte_view_equal_text(kind, "deflate"))
            check_packed(&expander, STREAM_DEFLATE, line);
        else if (stream_has(STREAM_ZSTD))
            check_packed(&expander, STREAM_ZSTD, line);
    }
    assert_int_equal(packed, 17);
    assert_int_equal(records, 5);
    assert_int_equal(shorts, 4);
    stream_free(expander);
    vectors_free(file);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_summaries),
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_packed),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
