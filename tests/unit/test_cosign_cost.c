/*
 * What a co-signature costs on the wire, on each kind of link: 330 octets at
 * most, with the frame around it, without the padding of a flight.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/cosign.h"
#include "core/hash.h"
#include "core/limits.h"
#include "net/frame.h"
#include "net/packed.h"
#include "tests/unit/packing.h"
#include "tests/unit/records.h"
#include "tests/unit/statements.h"
#include "tests/unit/test_support.h"

/* Octets on the wire: the two signatures are 128 of them, two ids 64, the key
 * 40, and a frame by itself 36. */
static const size_t cost_most = 330;

/* An id that leans on nothing. */
static struct record_id
id_of(const char *what, uint32_t number)
{
    struct record_id id;
    struct hash_stream hash;

    hash_stream_init(&hash);
    hash_stream_update(&hash, byte_view_of_text(what));
    hash_stream_update(&hash, byte_view_of((const uint8_t *)&number, 4));
    hash_stream_final(&hash, id.octets);
    return id;
}

/* A co-signature like those of people: key, key id, previous and what it signs
 * are as good as drawn. */
static struct record *
make(uint8_t author, uint32_t sequence, uint32_t signs)
{
    const struct record_id previous = id_of("previous", author * 1000 + signs);
    const struct record_id key_id = id_of("key", author);
    const struct cosign cosign = {.signs = id_of("signs", signs)};
    struct key_secret *secret = records_key(author);
    struct record_fields fields = {.date = {WORLD_TODAY},
                                   .sequence = sequence,
                                   .previous_count = 1,
                                   .previous = &previous};
    struct record *record = NULL;
    struct byte_buf header;

    memcpy(secret->public_key.id.octets, key_id.octets,
           sizeof(secret->public_key.id.octets));
    fields.key = secret->public_key;
    byte_buf_init(&header, RECORD_HEADER_MAX);
    assert_int_equal(cosign_write_header(&header, &fields, &cosign), STATUS_OK);
    assert_int_equal(record_seal(&record, byte_view_of_buf(&header), secret),
                     STATUS_OK);
    byte_buf_release(&header);
    key_secret_free(secret);
    return record;
}

/* body is that of a SHORT which says record. */
static void
check_short(struct byte_view body, const struct record *record)
{
    struct message_record message;
    struct byte_buf whole;

    byte_buf_init(&whole, 2 * RECORD_WIRE_MAX);
    assert_int_equal(packed_lengthen(&whole, body), STATUS_OK);
    assert_int_equal(message_read_record(&message, byte_view_of_buf(&whole)),
                     STATUS_OK);
    assert_true(byte_view_equal(message.wire, record_wire(record)));
    assert_int_equal(message.chunks.size, 0);
    byte_buf_release(&whole);
}

/* The same through the stream, which begins anew if packed says so. */
static void
check_packed(struct stream **expander, struct byte_view body,
             const struct record *record)
{
    struct message_packed packed;
    struct byte_buf plain;

    assert_int_equal(packed_read(&packed, body), STATUS_OK);
    if (packed.begins) {
        const struct stream_setting setting = {
            packed.kind, packed.kind == STREAM_ZSTD ? STREAM_WINDOW_LOG : 15,
            1};

        stream_free(*expander);
        assert_int_equal(stream_new(expander, &setting, STREAM_EXPANDS,
                                    byte_view_of(NULL, 0)),
                         STATUS_OK);
    }
    byte_buf_init(&plain, STREAM_PLAIN_MAX);
    assert_int_equal(
        stream_expand(*expander, &plain, packed.packed, packed.plain_size),
        STATUS_OK);
    assert_int_equal(plain.data[0], MESSAGE_SHORT);
    check_short(byte_view_slice(byte_view_of_buf(&plain), 1, plain.size),
                record);
    byte_buf_release(&plain);
}

/* Publish a co-signature at a node that talks to a stranger, and see what
 * goes over the link. */
static void
publish(struct scene *scene, struct stream **expander, struct record *record)
{
    const struct record_id id = *record_id(record);
    struct world_node *node = scene->node;
    struct message message;
    size_t cost;

    assert_int_equal(store_begin(node->store), STATUS_OK);
    statements_put_record(node->store, record, node->keeping,
                          (struct day){WORLD_TODAY});
    assert_int_equal(store_commit(node->store), STATUS_OK);
    assert_int_equal(engine_on_published(node->engine, &id, scene->world.now),
                     STATUS_OK);
    stranger_wait(&scene->stranger);
    if (expander == NULL) {
        assert_true(stranger_hears(&scene->stranger, MESSAGE_SHORT, &message));
        check_short(message.body, record);
    } else {
        assert_true(stranger_hears(&scene->stranger, MESSAGE_PACKED, &message));
        check_packed(expander, message.body, record);
    }
    cost = MESSAGE_HEAD_SIZE + message.body.size + FRAME_OVERHEAD;
    print_message("%zu octets\n", cost);
    assert_in_range(cost, 128, cost_most);
    record_free(record);
}

static void
measure(uint8_t reach)
{
    struct stream *expander = NULL;
    struct stream **through = reach == 0 ? NULL : &expander;
    struct scene scene;
    uint64_t count = 0;

    scene_make(&scene, 0, 0);
    stranger_release(&scene.stranger);
    scene.forms = MESSAGE_FORM_SHORT;
    scene_call(&scene, reach);
    /* The first of a stream, others of the same statement, and of others. */
    for (uint8_t author = 1; author <= 8; author++, count++)
        publish(&scene, through, make(author, 14, 1));
    for (uint8_t author = 1; author <= 8; author++, count++)
        publish(&scene, through, make(author, 1000000U + author, 1U + author));
    for (uint8_t author = 11; author <= 18; author++, count++)
        publish(&scene, through, make(author, 2147483647U, 100U + author));
    scene_close(&scene, false, count);
    stream_free(expander);
}

static void
test_in_stored_form(void **state)
{
    (void)state;
    measure(0);
}

static void
test_through_deflate(void **state)
{
    (void)state;
    measure(15);
}

static void
test_through_zstd(void **state)
{
    (void)state;
    if (!stream_has(STREAM_ZSTD))
        skip();
    measure(21);
}

/* The stranger says SHORT: body is kept, or ends the link. */
static void
say(struct scene *scene, struct byte_view body)
{
    struct message_draft draft;

    message_begin(&draft, &scene->stranger.out, MESSAGE_SHORT);
    writer_bytes(&draft.writer, body);
    assert_int_equal(message_end(&draft), STATUS_OK);
    stranger_say(&scene->stranger);
}

/* The body of a SHORT that says a co-signature, with one octet changed. */
static void
make_body(struct byte_buf *out, size_t place)
{
    struct record *record = make(1, 14, 1);
    struct byte_view wire = record_wire(record);
    struct byte_buf body;
    struct writer writer;

    byte_buf_init(&body, MESSAGE_BODY_MAX);
    byte_buf_init(out, MESSAGE_BODY_MAX);
    writer_init(&writer, &body);
    writer_u16(&writer, (uint16_t)wire.size);
    writer_bytes(&writer, wire);
    assert_int_equal(writer_status(&writer), STATUS_OK);
    assert_int_equal(packed_shorten(out, byte_view_of_buf(&body)), STATUS_OK);
    if (place > 0)
        out->data[place] ^= 0x40;
    byte_buf_release(&body);
    record_free(record);
}

static void
test_what_comes_short(void **state)
{
    /* Nothing, a signature, a mark that is none, a key. */
    static const size_t places[] = {0, 20, 2 + RECORD_SIGNATURES_SIZE,
                                    2 + RECORD_SIGNATURES_SIZE + 30};

    (void)state;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        const bool good = places[i] == 0;
        struct scene scene;
        struct byte_buf body;

        scene_make(&scene, 0, 0);
        assert_int_equal(scene.stranger.theirs.forms, MESSAGE_FORM_SHORT);
        make_body(&body, places[i]);
        say(&scene, byte_view_of_buf(&body));
        byte_buf_release(&body);
        scene_close(&scene, !good, good ? 1 : 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_stored_form),
        cmocka_unit_test(test_through_deflate),
        cmocka_unit_test(test_through_zstd),
        cmocka_unit_test(test_what_comes_short),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
