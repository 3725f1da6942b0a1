/* Nodes that tell each other of open relays: what travels, what never does,
 * what a client's relay can see, and what a stranger can do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/limits.h"
#include "core/mem.h"
#include "net/relay_book.h"
#include "net/relay_message.h"
#include "net/replay.h"
#include "tests/unit/engine_stranger.h"
#include "tests/unit/engine_world.h"
#include "tests/unit/relay_lines.h"

#define NODES_MAX 3
#define TEXT_SIZE ((size_t)4096)

struct scene {
    struct world world;
    struct world_node *nodes[NODES_MAX];
    struct relay_book books[NODES_MAX];
    struct stranger stranger;
};

static void
add_node(struct scene *scene, size_t i)
{
    scene->nodes[i] = world_add_node(&scene->world);
    relay_book_init(&scene->books[i], &scene->nodes[i]->entropy, true);
}

static void
make_scene(struct scene *scene)
{
    memset(scene, 0, sizeof(*scene));
    world_init(&scene->world);
    for (size_t i = 0; i < NODES_MAX; i++)
        add_node(scene, i);
}

static void
start(struct scene *scene, size_t i)
{
    struct engine_config config;

    world_config(scene->nodes[i], &config);
    config.relays = &scene->books[i];
    assert_int_equal(world_start_with(scene->nodes[i], &config), STATUS_OK);
}

static void
close_scene(struct scene *scene)
{
    for (size_t i = 0; i < NODES_MAX; i++)
        assert_int_equal(scene->nodes[i]->failure, STATUS_OK);
    world_release(&scene->world);
    for (size_t i = 0; i < NODES_MAX; i++)
        relay_book_release(&scene->books[i]);
}

static void
type(struct scene *scene, size_t i, uint32_t number, bool open)
{
    const struct relay_line line = relay_lines_make(number, open);

    assert_int_equal(relay_book_add_typed(&scene->books[i], &line), STATUS_OK);
}

static const struct relay_entry *
known(struct scene *scene, size_t i, uint32_t number)
{
    const struct relay_line line = relay_lines_make(number, true);

    return relay_book_find(&scene->books[i], &line.key);
}

static void
answer(struct scene *scene, size_t i, uint32_t number)
{
    const struct relay_line line = relay_lines_make(number, true);
    const struct day today = {WORLD_TODAY};

    relay_book_on_answer(&scene->books[i], &line.key, &today);
}

static struct world_link *
meet(struct scene *scene, size_t i, size_t j)
{
    struct world_link *link =
        world_connect(&scene->world, scene->nodes[i], scene->nodes[j]);

    world_run(&scene->world);
    return link;
}

/* An open relay's line travels, whoever called; another never does. */
static void
test_two(void **state)
{
    const struct relay_line line = relay_lines_make(1, true);
    struct scene scene;

    (void)state;
    for (size_t caller = 0; caller < 2; caller++) {
        make_scene(&scene);
        type(&scene, 0, 1, true);
        type(&scene, 0, 2, false);
        start(&scene, 0);
        start(&scene, 1);
        (void)meet(&scene, caller, 1 - caller);
        assert_int_equal(scene.books[1].count, 1);
        assert_int_equal(known(&scene, 1, 1)->standing, RELAY_NEW);
        assert_memory_equal(&known(&scene, 1, 1)->line, &line, sizeof(line));
        assert_int_equal(known(&scene, 1, 1)->until.number,
                         WORLD_TODAY + RELAY_LEARNED_DAYS);
        assert_true(scene.books[1].changed);
        assert_int_equal(scene.books[0].count, 2);
        assert_false(scene.books[0].changed);
        assert_true(scene.nodes[0]->events[EVENT_SETTLED] >= 1);
        assert_true(scene.nodes[1]->events[EVENT_SETTLED] >= 1);
        close_scene(&scene);
    }
}

/* Those who know the same say nothing more than those who know none, but for
 * the names: not a flight, and on the wire not an octet. */
static void
test_same(void **state)
{
    uint64_t octets[2][2];
    unsigned flights[2][2];
    struct scene scene;

    (void)state;
    for (size_t knows = 0; knows < 2; knows++) {
        const struct world_link *link;

        make_scene(&scene);
        for (size_t i = 0; i < 2 && knows > 0; i++) {
            type(&scene, i, 1, true);
            type(&scene, i, 2, true);
        }
        start(&scene, 0);
        start(&scene, 1);
        link = meet(&scene, 0, 1);
        for (size_t i = 0; i < 2; i++) {
            octets[knows][i] = link->pipes[i].sent;
            flights[knows][i] = link->pipes[i].flights;
        }
        close_scene(&scene);
    }
    assert_memory_equal(flights[0], flights[1], sizeof(flights[0]));
    /* Message 1 has a size of its own. */
    assert_true(octets[0][1] == octets[1][1]);
}

/* What was learned is told of once it answered, over links that are open. */
static void
test_three(void **state)
{
    struct scene scene;

    (void)state;
    make_scene(&scene);
    type(&scene, 0, 1, true);
    for (size_t i = 0; i < NODES_MAX; i++)
        start(&scene, i);
    (void)meet(&scene, 0, 1);
    (void)meet(&scene, 1, 2);
    assert_non_null(known(&scene, 1, 1));
    assert_null(known(&scene, 2, 1));
    answer(&scene, 1, 1);
    world_run(&scene.world);
    assert_non_null(known(&scene, 2, 1));
    /* Who typed it hears nothing new by that. */
    assert_int_equal(scene.books[0].count, 1);
    close_scene(&scene);
}

/* More than one answer holds, and more than one address may give in a day. */
static void
test_many(void **state)
{
    struct scene scene;
    struct world_link *link;

    (void)state;
    make_scene(&scene);
    for (uint32_t i = 0; i < 20; i++)
        type(&scene, 0, i, true);
    start(&scene, 0);
    start(&scene, 1);
    link = meet(&scene, 0, 1);
    assert_int_equal(scene.books[1].count, RELAY_LEARNED_FROM_ONE);
    world_break(&scene.world, link);
    (void)meet(&scene, 1, 0);
    assert_int_equal(scene.books[1].count, RELAY_LEARNED_FROM_ONE);
    close_scene(&scene);
}

/* A node that wants one contact takes what it is told of before it goes. */
static void
test_one_contact(void **state)
{
    struct scene scene;

    (void)state;
    make_scene(&scene);
    type(&scene, 0, 1, true);
    scene.nodes[1]->one_contact = true;
    start(&scene, 0);
    start(&scene, 1);
    (void)meet(&scene, 1, 0);
    assert_non_null(known(&scene, 1, 1));
    assert_int_equal(engine_figures(scene.nodes[1]->engine).links, 0);
    close_scene(&scene);
}

/* One that has no book is an older p2pub, or told nothing. */
static void
test_without(void **state)
{
    struct scene scene;

    (void)state;
    make_scene(&scene);
    type(&scene, 0, 1, true);
    start(&scene, 0);
    assert_int_equal(world_start(scene.nodes[1]), STATUS_OK);
    (void)meet(&scene, 0, 1);
    (void)meet(&scene, 1, 0);
    assert_int_equal(scene.books[1].count, 0);
    assert_true(scene.nodes[0]->events[EVENT_SETTLED] >= 1);
    close_scene(&scene);
}

/* Relay 0 knows two open relays, client 1 knows relay 9 and, if so, one of the
 * two; contacts of the client, and what it sent in all of them. */
static uint64_t
sent_to_relay(bool knows, unsigned contacts, size_t *learned)
{
    struct replay *replay = NULL;
    struct engine_config config;
    struct relay_line line;
    struct scene scene;
    uint64_t sent = 0;

    make_scene(&scene);
    type(&scene, 0, 1, true);
    type(&scene, 0, 2, true);
    scene.books[0].learns = false;
    type(&scene, 1, 9, true);
    if (knows)
        type(&scene, 1, 1, true);
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
    start(&scene, 1);
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
    close_scene(&scene);
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

/* A stranger on a link with node 0, whose HELLO it has. */
static void
make_stranger(struct scene *scene)
{
    make_scene(scene);
    type(scene, 0, 1, true);
    start(scene, 0);
    stranger_meet(&scene->stranger, scene->nodes[0]);
}

static void
close_stranger(struct scene *scene, bool ended)
{
    assert_int_equal(scene->stranger.ended, ended);
    stranger_release(&scene->stranger);
    close_scene(scene);
}

/* Say that these are known, each as the stranger calls it. */
static void
say_names(struct stranger *stranger, uint32_t first, size_t count)
{
    uint8_t names[RELAY_NAMES_MAX][RELAY_BOOK_NAME_SIZE];

    for (uint32_t i = 0; i < count; i++) {
        const struct relay_line line = relay_lines_make(first + i, true);

        relay_book_name(names[i], &stranger->salt, &line.key);
    }
    assert_int_equal(relay_message_write_names(
                         &stranger->out, MESSAGE_RELAY_NAMES,
                         byte_view_of(names, count * RELAY_BOOK_NAME_SIZE)),
                     STATUS_OK);
}

static void
say_lines(struct stranger *stranger, const char *text)
{
    struct message_draft draft;

    message_begin(&draft, &stranger->out, MESSAGE_RELAYS);
    writer_text(&draft.writer, text);
    assert_int_equal(message_end(&draft), STATUS_OK);
}

static void
add_line(char text[TEXT_SIZE], uint32_t number, bool open)
{
    const struct relay_line line = relay_lines_make(number, open);
    struct byte_buf buf;

    byte_buf_init(&buf, RELAY_LINE_MAX);
    assert_int_equal(relay_line_write(&buf, &line), STATUS_OK);
    (void)snprintf(text + strlen(text), TEXT_SIZE - strlen(text), "%s\n",
                   byte_buf_text(&buf));
    byte_buf_release(&buf);
}

/* What was not asked for ends the link; also a second answer. */
static void
test_unasked(void **state)
{
    char text[TEXT_SIZE] = "";
    struct message message;
    struct scene scene;

    (void)state;
    add_line(text, 5, true);
    make_stranger(&scene);
    say_lines(&scene.stranger, text);
    stranger_say(&scene.stranger);
    assert_null(known(&scene, 0, 5));
    close_stranger(&scene, true);
    make_stranger(&scene);
    say_names(&scene.stranger, 5, 1);
    stranger_say(&scene.stranger);
    assert_true(stranger_hears(&scene.stranger, MESSAGE_ASK_RELAYS, &message));
    say_lines(&scene.stranger, text);
    stranger_say(&scene.stranger);
    assert_non_null(known(&scene, 0, 5));
    assert_false(scene.stranger.ended);
    say_lines(&scene.stranger, text);
    stranger_say(&scene.stranger);
    close_stranger(&scene, true);
}

/* Of an answer the good lines count: not what is no line, an unmarked one, or
 * one that was not asked for. */
static void
test_bad_lines(void **state)
{
    char text[TEXT_SIZE] = "p2pub1-open-relay h 443 none x y\n\n\x01\xff\n";
    struct message message;
    struct scene scene;

    (void)state;
    make_stranger(&scene);
    say_names(&scene.stranger, 5, 3);
    stranger_say(&scene.stranger);
    assert_true(stranger_hears(&scene.stranger, MESSAGE_ASK_RELAYS, &message));
    assert_int_equal(message.body.size, 3 * RELAY_BOOK_NAME_SIZE);
    add_line(text, 8, true);
    add_line(text, 6, false);
    add_line(text, 7, true);
    say_lines(&scene.stranger, text);
    stranger_say(&scene.stranger);
    assert_non_null(known(&scene, 0, 7));
    assert_int_equal(scene.books[0].count, 2);
    close_stranger(&scene, false);
}

/* Too many lines, one that is too long, one without its end; no names, too
 * many, or half of one. */
static void
test_malformed(void **state)
{
    static const struct {
        enum message_type type;
        size_t octets;
        uint8_t filling;
    } cases[] = {
        {MESSAGE_RELAYS, RELAY_ASK_MAX + 1, '\n'},
        {MESSAGE_RELAYS, RELAY_LINE_MAX + 2, 'x'},
        {MESSAGE_RELAYS, 1, 'x'},
        {MESSAGE_RELAY_NAMES, 0, 0},
        {MESSAGE_RELAY_NAMES, RELAY_BOOK_NAME_SIZE + 1, 0},
        {MESSAGE_RELAY_NAMES, RELAY_BOOK_NAME_SIZE * (RELAY_NAMES_MAX + 1), 0},
        {MESSAGE_ASK_RELAYS, 0, 0},
        {MESSAGE_ASK_RELAYS, 4, 0},
        {MESSAGE_ASK_RELAYS, RELAY_BOOK_NAME_SIZE * (RELAY_ASK_MAX + 1), 0},
    };

    uint8_t octets[RELAY_LINE_MAX + 2];
    struct message_draft draft;
    struct message message;
    struct scene scene;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        make_stranger(&scene);
        say_names(&scene.stranger, 5, 3);
        stranger_say(&scene.stranger);
        assert_true(
            stranger_hears(&scene.stranger, MESSAGE_ASK_RELAYS, &message));
        memset(octets, cases[i].filling, sizeof(octets));
        if (cases[i].octets == RELAY_LINE_MAX + 2)
            octets[RELAY_LINE_MAX + 1] = '\n';
        message_begin(&draft, &scene.stranger.out, cases[i].type);
        writer_bytes(&draft.writer, byte_view_of(octets, cases[i].octets));
        assert_int_equal(message_end(&draft), STATUS_OK);
        stranger_say(&scene.stranger);
        close_stranger(&scene, true);
    }
}

static void
say_ask(struct stranger *stranger, uint32_t number)
{
    const struct relay_line line = relay_lines_make(number, true);
    uint8_t name[RELAY_BOOK_NAME_SIZE];

    relay_book_name(name, &stranger->theirs.salt, &line.key);
    assert_int_equal(
        relay_message_write_names(&stranger->out, MESSAGE_ASK_RELAYS,
                                  byte_view_of(name, sizeof(name))),
        STATUS_OK);
}

/* Whoever names for ever is not asked for ever, and whoever asks for ever is
 * not answered for ever; an unmarked line is not given, whoever knows its key. */
static void
test_endless(void **state)
{
    struct message message;
    struct scene scene;
    size_t asked = 0;
    size_t given = 0;

    (void)state;
    make_stranger(&scene);
    type(&scene, 0, 2, false);
    say_ask(&scene.stranger, 2);
    stranger_say(&scene.stranger);
    assert_true(stranger_hears(&scene.stranger, MESSAGE_RELAYS, &message));
    assert_int_equal(message.body.size, 0);
    for (uint32_t i = 0; i < 2 * RELAY_NAMES_HEARD; i++) {
        say_names(&scene.stranger, 100 + i, 1);
        stranger_say(&scene.stranger);
        if (!stranger_hears(&scene.stranger, MESSAGE_ASK_RELAYS, &message))
            continue;
        asked++;
        say_lines(&scene.stranger, "");
    }
    assert_int_equal(asked, RELAY_NAMES_HEARD);
    for (size_t i = 0; i < 2 * RELAY_GIVEN_MAX; i++) {
        say_ask(&scene.stranger, 1);
        stranger_say(&scene.stranger);
        assert_true(stranger_hears(&scene.stranger, MESSAGE_RELAYS, &message));
        given += message.body.size > 0 ? 1 : 0;
    }
    assert_int_equal(given, RELAY_GIVEN_MAX);
    assert_int_equal(scene.books[0].count, 2);
    close_stranger(&scene, false);
}

/* Memory that runs out at any allocation: the next contact does the rest. */
static void
test_no_memory(void **state)
{
    struct scene scene;
    long failing = 0;
    bool failed = true;

    (void)state;
    while (failed) {
        make_scene(&scene);
        type(&scene, 0, 1, true);
        start(&scene, 0);
        start(&scene, 1);
        scene.world.failing = true;
        mem_fail_after(failing);
        (void)world_connect(&scene.world, scene.nodes[0], scene.nodes[1]);
        world_run(&scene.world);
        failed = mem_allocation_count() >= 0 && known(&scene, 1, 1) == NULL;
        mem_fail_after(-1);
        scene.world.failing = false;
        for (size_t i = 0; i < scene.world.link_count; i++)
            world_break(&scene.world, &scene.world.links[i]);
        scene.nodes[0]->failure = STATUS_OK;
        scene.nodes[1]->failure = STATUS_OK;
        (void)meet(&scene, 1, 0);
        assert_non_null(known(&scene, 1, 1));
        close_scene(&scene);
        assert_int_equal(mem_live_count(), 0);
        failing++;
    }
    assert_true(failing > 20);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two),         cmocka_unit_test(test_same),
        cmocka_unit_test(test_three),       cmocka_unit_test(test_many),
        cmocka_unit_test(test_one_contact), cmocka_unit_test(test_without),
        cmocka_unit_test(test_client),      cmocka_unit_test(test_unasked),
        cmocka_unit_test(test_bad_lines),   cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_endless),     cmocka_unit_test(test_no_memory),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
