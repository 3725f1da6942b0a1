/*
 * A peer that says anything, to a node with records of its own and an honest
 * peer beside it.
 *
 * The input is a row of operations: octets of the stream, messages with a
 * right head, records that are signed, chunks that were asked for, the end of
 * a turn, time.  Whatever comes: our side does not fail, the store is good and
 * holds only what was signed, and the honest peer is left in peace.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "bundles/bundle.h"
#include "bundles/store_mem.h"
#include "core/entropy.h"
#include "core/reader.h"
#include "net/load.h"
#include "net/node.h"
#include "net/peer.h"
#include "tests/fuzz/check.h"
#include "tests/unit/engine_world.h"

#define RECORDS 12
#define TODAY   20000

enum operation {
    STREAM,
    MESSAGE,
    RECORD,
    CHUNK,
    TURN,
    TIME,
    UNSENT,
    OPERATIONS
};

/* Signed once; the even ones are in the node's store, the odd ones only the
 * peer knows. */
static struct {
    bool made;
    struct world world;
    struct world_node *all;
    struct record_id ids[RECORDS];
} models;

struct scene {
    struct entropy entropy;
    struct store *store;
    struct node node;
    struct peer *peer;
    struct peer *honest;
    struct message_stream heard; /* what the peer was told */
    struct message_run asked;    /* the last chunks that it was asked for */
    struct stream *packer;       /* the peer's, NULL before its first */
    unsigned packed;             /* records that it packed so far */
};

static void
make_models(void)
{
    CHECK(entropy_start() == STATUS_OK);
    world_init(&models.world);
    models.world.repeating = true;
    models.all = world_add_node(&models.world);
    for (uint32_t i = 0; i < RECORDS; i++)
        models.ids[i] = world_put(
            models.all,
            &(struct world_statement){.number = i,
                                      .day = TODAY - (int32_t)(i * i),
                                      .text = i % 3 * 40,
                                      .attachment = i % 4 == 3 ? 70000 : 0,
                                      .kind = i % 5 == 0 ? "vouch" : NULL});
    models.made = true;
}

static enum store_class
keeping(void *context, const struct key_author *author)
{
    (void)context;
    (void)author;
    return STORE_OTHER;
}

static struct record *
model(size_t number)
{
    struct record *record;

    CHECK(store_get_record(models.all->store, &models.ids[number], &record) ==
          STATUS_OK);
    return record;
}

/* Give the store model number with its single chunks. */
static void
put_model(struct store *store, size_t number)
{
    struct record *record = model(number);
    enum store_state state;

    CHECK(store_put_record(store, record, STORE_OTHER, (struct day){TODAY}) ==
          STATUS_OK);
    CHECK(bundle_settle(store, record, &state) == STATUS_OK);
    record_free(record);
}

static void
feed(struct scene *scene, struct byte_view octets)
{
    CHECK(peer_on_octets(scene->peer, octets) == STATUS_OK);
    peer_run(scene->peer);
}

/* Take from what the peer was told the chunks that it was asked for. */
static void
listen(struct scene *scene)
{
    struct message message;

    if (message_stream_feed(&scene->heard,
                            byte_view_of_buf(&scene->peer->out)) != STATUS_OK)
        CHECK(false);
    byte_buf_clear(&scene->peer->out);
    while (message_stream_next(&scene->heard, &message))
        if (message.type == MESSAGE_WANT_CHUNKS)
            CHECK(message_read_run(&scene->asked, message.body) == STATUS_OK);
    CHECK(!message_stream_is_broken(&scene->heard));
}

static void
end_turn(struct scene *scene)
{
    CHECK(scene->node.turn.failure == STATUS_OK);
    CHECK(peer_ask(scene->peer) == STATUS_OK);
    CHECK(peer_ask(scene->honest) == STATUS_OK);
    CHECK(node_end_turn(&scene->node) == STATUS_OK);
    CHECK(peer_finish(scene->peer) == STATUS_OK);
    CHECK(peer_finish(scene->honest) == STATUS_OK);
    actions_release(&scene->node.actions);
    listen(scene);
    byte_buf_clear(&scene->honest->out);
    CHECK(!scene->honest->broken);
    CHECK(scene->peer->compare.jobs <= COMPARE_JOBS_MAX);
    CHECK(scene->peer->compare.wants.count <= WANTS_MAX);
    CHECK(scene->peer->exchange.outbox.count <= OUTBOX_MAX);
    CHECK(scene->peer->fetch.count <= CHUNKS_IN_FLIGHT_MAX);
    CHECK(scene->node.fetches.count <= FETCHES_MAX);
}

/* A good HELLO from either peer. */
static void
say_hello(struct scene *scene, struct peer *peer)
{
    struct message_hello hello = {.version = 1, .credit = 1 << 20, .reach = 18};
    struct byte_buf buf;

    byte_buf_init(&buf, 256);
    entropy_fill(&scene->entropy, hello.salt.octets, HASH_SALT_SIZE);
    CHECK(message_write_hello(&buf, &hello) == STATUS_OK);
    CHECK(peer_on_octets(peer, byte_view_of_buf(&buf)) == STATUS_OK);
    peer_run(peer);
    byte_buf_release(&buf);
}

/* dialled: the peer is one that we called. */
static void
make_scene(struct scene *scene, bool dialled)
{
    struct node_config config = {.entropy = &scene->entropy,
                                 .keeping = keeping};

    memset(scene, 0, sizeof(*scene));
    entropy_init_seed(&scene->entropy, 1);
    CHECK(store_mem_new(&scene->store, 60000, &scene->entropy) == STATUS_OK);
    CHECK(store_begin(scene->store) == STATUS_OK);
    for (size_t i = 0; i < RECORDS; i += 2)
        put_model(scene->store, i);
    CHECK(store_commit(scene->store) == STATUS_OK);
    config.store = scene->store;
    CHECK(node_init(&scene->node, &config) == STATUS_OK);
    scene->node.has_day = true;
    scene->node.today.number = TODAY;
    message_stream_init(&scene->heard, (size_t)64 * 1024 * 1024);
    CHECK(peer_new(&scene->peer, &scene->node, (struct link_id){1}, dialled) ==
          STATUS_OK);
    CHECK(peer_new(&scene->honest, &scene->node, (struct link_id){2}, true) ==
          STATUS_OK);
    CHECK(peer_greet(scene->peer, false, 16) == STATUS_OK);
    CHECK(peer_greet(scene->honest, false, 16) == STATUS_OK);
    say_hello(scene, scene->honest);
}

static void
close_scene(struct scene *scene)
{
    end_turn(scene);
    CHECK(store_check(scene->store) == STATUS_OK);
    message_stream_release(&scene->heard);
    stream_free(scene->packer);
    node_release(&scene->node);
    store_free(scene->store);
}

/* A message with a right head. */
static void
say_message(struct scene *scene, struct reader *reader)
{
    struct message_draft draft;
    struct byte_buf buf;
    uint8_t type = reader_u8(reader);
    size_t size = reader_u8(reader);

    if (size > reader->left)
        size = reader->left;
    byte_buf_init(&buf, MESSAGE_HEAD_SIZE + MESSAGE_BODY_MAX);
    message_begin(&draft, &buf, (enum message_type)(type % 16));
    if (type >= 128 && type < 160)
        buf.data[0] = type;
    writer_bytes(&draft.writer, reader_bytes(reader, size));
    CHECK(message_end(&draft) == STATUS_OK);
    feed(scene, byte_view_of_buf(&buf));
    byte_buf_release(&buf);
}

/* The same record, packed; begins: a new stream. */
static void
say_packed(struct scene *scene, const struct record *record, bool begins)
{
    static const struct stream_setting setting = {STREAM_DEFLATE, 15, 1};
    struct message_packed packed = {.kind = STREAM_DEFLATE, .begins = begins};
    struct message_draft draft;
    struct byte_buf message;
    struct byte_buf plain;
    struct byte_buf out;
    /* The short form every second time. */
    const uint8_t type =
        scene->packed++ % 2 == 0 ? MESSAGE_RECORD : MESSAGE_SHORT;

    byte_buf_init(&message, MESSAGE_HEAD_SIZE + MESSAGE_BODY_MAX);
    byte_buf_init(&plain, STREAM_PLAIN_MAX);
    byte_buf_init(&out, MESSAGE_HEAD_SIZE + MESSAGE_BODY_MAX);
    if (begins || scene->packer == NULL) {
        stream_free(scene->packer);
        CHECK(stream_new(&scene->packer, &setting, STREAM_PACKS,
                         byte_view_of(NULL, 0)) == STATUS_OK);
    }
    CHECK(load_plain_record(&message, models.all->store, record, 200) ==
          STATUS_OK);
    CHECK(byte_buf_append(&plain, byte_view_of(&type, 1)) == STATUS_OK);
    CHECK((type == MESSAGE_SHORT ? packed_shorten : packed_leave_out)(
              &plain, byte_view_slice(byte_view_of_buf(&message),
                                      MESSAGE_HEAD_SIZE, message.size)) ==
          STATUS_OK);
    packed.plain_size = plain.size;
    message_begin(&draft, &out, MESSAGE_PACKED);
    packed_put_head(&draft, &packed);
    CHECK(stream_pack(scene->packer, &out, byte_view_of_buf(&plain)) ==
          STATUS_OK);
    CHECK(message_end(&draft) == STATUS_OK);
    feed(scene, byte_view_of_buf(&out));
    byte_buf_release(&message);
    byte_buf_release(&plain);
    byte_buf_release(&out);
}

/* The two high bits: packed, and in a new stream. */
static void
say_record(struct scene *scene, uint8_t number)
{
    struct record *record = model(number % 64 % RECORDS);
    struct byte_buf buf;

    if ((number & 0x80) != 0) {
        say_packed(scene, record, (number & 0x40) != 0);
        record_free(record);
        return;
    }
    byte_buf_init(&buf, MESSAGE_HEAD_SIZE + MESSAGE_BODY_MAX);
    CHECK(load_record(&buf, models.all->store, record, 200) == STATUS_OK);
    feed(scene, byte_view_of_buf(&buf));
    record_free(record);
    byte_buf_release(&buf);
}

/* The first of the chunks that were asked for last, or one near it. */
static void
say_chunk(struct scene *scene, uint8_t shift)
{
    struct message_run run = scene->asked;
    struct byte_buf buf;

    run.first = (uint16_t)(run.first + shift % 8);
    byte_buf_init(&buf, MESSAGE_HEAD_SIZE + MESSAGE_BODY_MAX);
    if (load_chunk(&buf, models.all->store, &run, 200) == STATUS_OK)
        feed(scene, byte_view_of_buf(&buf));
    byte_buf_release(&buf);
}

static void
operate(struct scene *scene, struct reader *reader)
{
    uint8_t operation = reader_u8(reader);
    size_t size;

    switch ((enum operation)(operation % OPERATIONS)) {
    case STREAM:
        size = reader_u8(reader);
        if (size > reader->left)
            size = reader->left;
        feed(scene, reader_bytes(reader, size));
        break;
    case MESSAGE:
        say_message(scene, reader);
        break;
    case RECORD:
        say_record(scene, reader_u8(reader));
        break;
    case CHUNK:
        say_chunk(scene, reader_u8(reader));
        break;
    case TURN:
        end_turn(scene);
        break;
    case TIME:
        scene->node.now =
            mono_after(scene->node.now, (uint64_t)reader_u8(reader) * 100);
        peer_run(scene->peer);
        break;
    case UNSENT:
        scene->peer->unsent = (size_t)reader_u8(reader) * 4096;
        peer_run(scene->peer);
        break;
    case OPERATIONS:
        break;
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    struct reader reader;
    struct scene scene;

    if (!models.made)
        make_models();
    /* To one that we called it may give first cells. */
    make_scene(&scene, size > 0 && (octets[0] & 32) != 0);
    reader_init(&reader, byte_view_of(octets, size));
    /* A slow link, on which we pack. */
    if (size > 0 && (octets[0] & 2) != 0)
        scene.node.now = mono_after(scene.node.now, PACE_NEAR_MS);
    /* Most inputs are to get past the first message. */
    if (size > 0 && (octets[0] & 1) == 0)
        say_hello(&scene, scene.peer);
    while (reader.left > 0 && !reader.failed)
        operate(&scene, &reader);
    close_scene(&scene);
    return 0;
}
