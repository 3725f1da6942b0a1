/* A client and its relay tell each other of open relays: the relay learns
 * nothing, not even what the client knows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/store_mem.h"
#include "core/limits.h"
#include "net/node.h"
#include "net/peer.h"
#include "net/relay_book.h"
#include "net/replay.h"
#include "tests/unit/relay_lines.h"
#include "tests/unit/relay_scene.h"

/* Relay 0 knows two open relays, client 1 knows relay 9 and, if so, one of the
 * two; contacts of the client, and what it sent in all of them. */
static uint64_t
sent_to_relay(bool knows, unsigned contacts, size_t *learned)
{
    struct replay *replay = NULL;
    struct engine_config config;
    struct relay_line line;
    struct relay_scene scene;
    uint64_t sent = 0;

    relay_scene_make(&scene);
    relay_scene_type(&scene, 0, 1, true);
    relay_scene_type(&scene, 0, 2, true);
    scene.books[0].learns = false;
    relay_scene_type(&scene, 1, 9, true);
    if (knows)
        relay_scene_type(&scene, 1, 1, true);
    world_config(scene.nodes[0], &config);
    memset(&line, 0, sizeof(line));
    config.is_relay = true;
    config.relays = &scene.books[0];
    dh_new(&config.relay_key, &line.key, &scene.nodes[0]->entropy);
    config.relay_shape = shape_default();
    line.shape = config.relay_shape;
    assert_int_equal(
        replay_new(&replay, config.relay_secret, &scene.nodes[0]->entropy),
        STATUS_OK);
    config.relay_replay = replay;
    assert_int_equal(world_start_with(scene.nodes[0], &config), STATUS_OK);
    relay_scene_start(&scene, 1);
    for (unsigned i = 0; i < contacts; i++) {
        struct world_link *link = world_connect_relay(
            &scene.world, scene.nodes[1], scene.nodes[0], &line, true);

        world_run(&scene.world);
        world_break(&scene.world, link);
        sent += link->pipes[0].sent;
        /* As at the first contact: nothing was learned. */
        if (i + 1 < contacts)
            for (size_t j = 0; j < scene.books[1].count; j++)
                if (scene.books[1].entries[j].standing == RELAY_NEW)
                    scene.books[1].entries[j].line.key.octets[31] ^= 1;
    }
    *learned = scene.books[1].count - (knows ? 2 : 1);
    assert_int_equal(scene.books[0].count, 2);
    relay_scene_close(&scene);
    replay_free(replay);
    return sent;
}

/* A relay tells its clients, learns nothing from them, and cannot see what one
 * of them holds. */
static void
test_client(void **state)
{
    size_t learned;
    size_t learned_more;
    const uint64_t sent = sent_to_relay(false, 12, &learned);

    (void)state;
    assert_true(learned > 0);
    assert_true(sent == sent_to_relay(true, 12, &learned_more));
}

/* A client's side of a link to a relay, without the link. */
struct client {
    struct entropy entropy;
    struct store *store;
    struct relay_book book;
    struct node node;
    struct peer *peer;
    struct salt salt; /* the relay's */
    struct message_stream heard;
};

static void
tell_client(struct client *client, const struct byte_buf *said)
{
    assert_int_equal(peer_on_octets(client->peer, byte_view_of_buf(said)),
                     STATUS_OK);
    peer_run(client->peer);
    assert_false(client->peer->broken);
    assert_int_equal(peer_ask(client->peer), STATUS_OK);
    assert_int_equal(peer_finish(client->peer), STATUS_OK);
    assert_int_equal(message_stream_feed(&client->heard,
                                         byte_view_of_buf(&client->peer->out)),
                     STATUS_OK);
    byte_buf_clear(&client->peer->out);
}

/* It knows open relays 1 and 9, and has greeted. */
static void
make_client(struct client *client, uint64_t seed)
{
    const struct address from = {{192, 0, 2, 1}, false, 9, 0};
    const struct relay_line lines[] = {relay_lines_make(1, true),
                                       relay_lines_make(9, true)};
    struct node_config config = {.entropy = &client->entropy,
                                 .relays = &client->book};

    memset(client, 0, sizeof(*client));
    entropy_init_seed(&client->entropy, seed);
    assert_int_equal(store_mem_new(&client->store, 0, &client->entropy),
                     STATUS_OK);
    relay_book_init(&client->book, &client->entropy, true);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(relay_book_add_typed(&client->book, &lines[i]),
                         STATUS_OK);
    config.store = client->store;
    assert_int_equal(node_init(&client->node, &config), STATUS_OK);
    assert_int_equal(
        peer_new(&client->peer, &client->node, (struct link_id){1}, true),
        STATUS_OK);
    relay_swap_init(&client->peer->relays, &from, true);
    client->peer->compare.started = true; /* as by a summary of nothing */
    assert_int_equal(peer_greet(client->peer, true, 0), STATUS_OK);
    message_stream_init(&client->heard, (size_t)1024 * 1024);
    memset(client->salt.octets, 5, sizeof(client->salt.octets));
}

static void
close_client(struct client *client)
{
    message_stream_release(&client->heard);
    node_release(&client->node);
    relay_book_release(&client->book);
    store_free(client->store);
}

static void
put_name(struct message_draft *draft, const struct salt *salt, uint32_t number)
{
    const struct relay_line line = relay_lines_make(number, true);
    uint8_t name[RELAY_BOOK_NAME_SIZE];

    relay_book_name(name, salt, &line.key);
    writer_bytes(&draft->writer, byte_view_of(name, sizeof(name)));
}

/* The relay names two relays, one of which the client knows, and asks it for
 * the one: the client asks for both or for none, and gives nothing. */
static void
check_client(uint64_t seed, size_t *asks)
{
    struct message_hello hello = {.version = 1, .credit = 1 << 20};
    struct message_draft draft;
    struct message message;
    struct client client;
    struct byte_buf said;
    size_t answers = 0;

    make_client(&client, seed);
    hello.salt = client.salt;
    byte_buf_init(&said, 1024);
    assert_int_equal(message_write_hello(&said, &hello), STATUS_OK);
    message_begin(&draft, &said, MESSAGE_RELAY_NAMES);
    put_name(&draft, &client.salt, 1);
    put_name(&draft, &client.salt, 2);
    assert_int_equal(message_end(&draft), STATUS_OK);
    message_begin(&draft, &said, MESSAGE_ASK_RELAYS);
    put_name(&draft, &client.peer->salt, 1);
    assert_int_equal(message_end(&draft), STATUS_OK);
    tell_client(&client, &said);
    while (message_stream_next(&client.heard, &message)) {
        assert_int_not_equal(message.type, MESSAGE_RELAY_NAMES);
        if (message.type == MESSAGE_RELAYS) {
            assert_int_equal(message.body.size, 0);
            answers++;
        }
        if (message.type == MESSAGE_ASK_RELAYS) {
            assert_int_equal(message.body.size, 2 * RELAY_BOOK_NAME_SIZE);
            (*asks)++;
        }
    }
    assert_int_equal(answers, 1);
    byte_buf_release(&said);
    close_client(&client);
}

static void
test_client_says_nothing(void **state)
{
    size_t asks = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 100; seed++)
        check_client(seed, &asks);
    assert_in_range(asks, 10, 40);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_client),
        cmocka_unit_test(test_client_says_nothing),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
