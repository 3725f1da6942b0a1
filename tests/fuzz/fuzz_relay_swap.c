/*
 * A peer that says anything of relays, to a node that knows an open one and one
 * that is not.
 *
 * The input is a row of operations: names, asks and lines of relays of a
 * number, lines of any octets, the end of a turn, time, an answer of a learned
 * relay.  Whatever comes: our side does not fail, the bounds hold, what was
 * typed stays, and the line that is not an open relay's is never given.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "bundles/store_mem.h"
#include "core/entropy.h"
#include "core/reader.h"
#include "net/node.h"
#include "net/peer.h"
#include "net/relay_message.h"
#include "tests/fuzz/check.h"
#include "tests/unit/relay_lines.h"

#define TODAY 20000
/* The two that were typed. */
#define OPEN    0
#define SECRET  1
#define NUMBERS 100

enum operation {
    NAMES,  /* one number, and so many after it */
    ASK,    /* the same */
    LINES,  /* the same */
    OCTETS, /* a RELAYS of any octets */
    TURN,
    TIME,
    ANSWER,
    FAILURE,
    OPERATIONS
};

struct scene {
    struct entropy entropy;
    struct store *store;
    struct relay_book book;
    struct node node;
    struct peer *peer;
    struct message_stream heard;
    struct salt salt;  /* the peer's */
    struct salt other; /* ours */
};

static enum store_class
keeping(void *context, const struct key_author *author)
{
    (void)context;
    (void)author;
    return STORE_OTHER;
}

static void
check_book(const struct relay_book *book)
{
    const struct relay_line secret = relay_lines_make(SECRET, false);
    const struct relay_entry *entry = relay_book_find(book, &secret.key);
    size_t learned = 0;

    CHECK(entry != NULL && entry->standing == RELAY_TYPED && !entry->line.open);
    for (size_t i = 0; i < book->count; i++) {
        if (book->entries[i].standing == RELAY_TYPED)
            continue;
        CHECK(book->entries[i].line.open);
        learned++;
    }
    CHECK(learned <= RELAY_LEARNED_MAX);
    CHECK(book->learned_today <= RELAY_LEARNED_FROM_ONE);
}

static void
check_lines(struct byte_view lines)
{
    struct byte_view text;
    struct relay_line line;

    while (relay_message_next_line(&text, &lines)) {
        CHECK(relay_line_parse(&line, text) == STATUS_OK);
        CHECK(line.open);
    }
}

static void
end_turn(struct scene *scene)
{
    struct message message;

    CHECK(scene->node.turn.failure == STATUS_OK);
    CHECK(node_end_turn(&scene->node) == STATUS_OK);
    CHECK(peer_finish(scene->peer) == STATUS_OK);
    actions_release(&scene->node.actions);
    CHECK(message_stream_feed(
              &scene->heard, byte_view_of_buf(&scene->peer->out)) == STATUS_OK);
    byte_buf_clear(&scene->peer->out);
    while (message_stream_next(&scene->heard, &message))
        if (message.type == MESSAGE_RELAYS)
            check_lines(message.body);
    CHECK(!message_stream_is_broken(&scene->heard));
    check_book(&scene->book);
}

static void
feed(struct scene *scene, const struct byte_buf *buf)
{
    CHECK(peer_on_octets(scene->peer, byte_view_of_buf(buf)) == STATUS_OK);
    peer_run(scene->peer);
}

static void
make_scene(struct scene *scene)
{
    const struct address from = {{192, 0, 2, 1}, false, 9, 0};
    const struct relay_line open = relay_lines_make(OPEN, true);
    const struct relay_line secret = relay_lines_make(SECRET, false);
    struct node_config config = {
        .entropy = &scene->entropy, .keeping = keeping, .relays = &scene->book};
    struct message_hello hello = {.version = 1, .credit = 1 << 20};
    struct byte_buf buf;

    memset(scene, 0, sizeof(*scene));
    entropy_init_seed(&scene->entropy, 1);
    CHECK(store_mem_new(&scene->store, 60000, &scene->entropy) == STATUS_OK);
    relay_book_init(&scene->book, &scene->entropy, true);
    CHECK(relay_book_add_typed(&scene->book, &open) == STATUS_OK);
    CHECK(relay_book_add_typed(&scene->book, &secret) == STATUS_OK);
    config.store = scene->store;
    CHECK(node_init(&scene->node, &config) == STATUS_OK);
    scene->node.has_day = true;
    scene->node.today.number = TODAY;
    message_stream_init(&scene->heard, (size_t)64 * 1024 * 1024);
    CHECK(peer_new(&scene->peer, &scene->node, (struct link_id){1}, false) ==
          STATUS_OK);
    relay_swap_init(&scene->peer->relays, &from, false);
    scene->other = scene->peer->salt;
    CHECK(peer_greet(scene->peer, false, 0) == STATUS_OK);
    byte_buf_init(&buf, 256);
    entropy_fill(&scene->entropy, hello.salt.octets, HASH_SALT_SIZE);
    scene->salt = hello.salt;
    CHECK(message_write_hello(&buf, &hello) == STATUS_OK);
    feed(scene, &buf);
    byte_buf_release(&buf);
}

static void
close_scene(struct scene *scene)
{
    end_turn(scene);
    message_stream_release(&scene->heard);
    node_release(&scene->node);
    relay_book_release(&scene->book);
    store_free(scene->store);
}

/* A message of one of the three kinds, of count relays from number on. */
static void
say(struct scene *scene, enum operation operation, struct reader *reader)
{
    const struct salt *salt = operation == ASK ? &scene->other : &scene->salt;
    const uint8_t number = reader_u8(reader);
    const uint8_t count = reader_u8(reader);
    uint8_t name[RELAY_BOOK_NAME_SIZE];
    struct message_draft draft;
    struct byte_buf buf;

    byte_buf_init(&buf, MESSAGE_HEAD_SIZE + MESSAGE_BODY_MAX);
    message_begin(&draft, &buf,
                  operation == NAMES ? MESSAGE_RELAY_NAMES
                  : operation == ASK ? MESSAGE_ASK_RELAYS
                                     : MESSAGE_RELAYS);
    for (uint32_t i = 0; i < count % 70U; i++) {
        const struct relay_line line =
            relay_lines_make((number + i) % NUMBERS, number % 8 != 7);

        relay_book_name(name, salt, &line.key);
        if (operation != LINES)
            writer_bytes(&draft.writer, byte_view_of(name, sizeof(name)));
        else
            CHECK(relay_message_put_line(&draft, &line) == STATUS_OK);
    }
    CHECK(message_end(&draft) == STATUS_OK);
    feed(scene, &buf);
    byte_buf_release(&buf);
}

static void
say_octets(struct scene *scene, struct reader *reader)
{
    size_t size = reader_u8(reader);
    struct message_draft draft;
    struct byte_buf buf;

    if (size > reader->left)
        size = reader->left;
    byte_buf_init(&buf, MESSAGE_HEAD_SIZE + MESSAGE_BODY_MAX);
    message_begin(&draft, &buf, MESSAGE_RELAYS);
    writer_bytes(&draft.writer, reader_bytes(reader, size));
    CHECK(message_end(&draft) == STATUS_OK);
    feed(scene, &buf);
    byte_buf_release(&buf);
}

static void
operate(struct scene *scene, struct reader *reader)
{
    const struct day today = {TODAY};
    const enum operation operation =
        (enum operation)(reader_u8(reader) % OPERATIONS);
    struct relay_line line;

    switch (operation) {
    case NAMES:
    case ASK:
    case LINES:
        say(scene, operation, reader);
        break;
    case OCTETS:
        say_octets(scene, reader);
        break;
    case TURN:
        end_turn(scene);
        break;
    case TIME:
        scene->node.now =
            mono_after(scene->node.now, (uint64_t)reader_u8(reader) * 100);
        break;
    case ANSWER:
    case FAILURE:
        line = relay_lines_make(reader_u8(reader) % NUMBERS, true);
        if (operation == ANSWER)
            relay_book_on_answer(&scene->book, &line.key, &today);
        else
            relay_book_on_failure(&scene->book, &line.key, scene->node.now);
        break;
    case OPERATIONS:
        break;
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    static bool started;
    struct scene scene;
    struct reader reader;

    if (!started)
        CHECK(entropy_start() == STATUS_OK);
    started = true;
    if (size > 4096)
        return 0;
    make_scene(&scene);
    reader_init(&reader, byte_view_of(octets, size));
    while (reader.left > 0 && !scene.peer->broken)
        operate(&scene, &reader);
    if (!scene.peer->broken)
        end_turn(&scene);
    check_book(&scene.book);
    close_scene(&scene);
    return 0;
}
