/* A stranger says of relays what it must not, or too much of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/limits.h"
#include "net/relay_message.h"
#include "tests/unit/engine_stranger.h"
#include "tests/unit/relay_lines.h"
#include "tests/unit/relay_scene.h"

#define TEXT_SIZE ((size_t)4096)

/* A stranger on a link with node 0, whose HELLO it has. */
static void
make_stranger(struct relay_scene *scene)
{
    relay_scene_make(scene);
    relay_scene_type(scene, 0, 1, true);
    relay_scene_start(scene, 0);
    stranger_meet(&scene->stranger, scene->nodes[0]);
}

static void
close_stranger(struct relay_scene *scene, bool ended)
{
    assert_int_equal(scene->stranger.ended, ended);
    stranger_release(&scene->stranger);
    relay_scene_close(scene);
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
    struct relay_scene scene;

    (void)state;
    add_line(text, 5, true);
    make_stranger(&scene);
    say_lines(&scene.stranger, text);
    stranger_say(&scene.stranger);
    assert_null(relay_scene_known(&scene, 0, 5));
    close_stranger(&scene, true);
    make_stranger(&scene);
    say_names(&scene.stranger, 5, 1);
    stranger_say(&scene.stranger);
    assert_true(stranger_hears(&scene.stranger, MESSAGE_ASK_RELAYS, &message));
    say_lines(&scene.stranger, text);
    stranger_say(&scene.stranger);
    assert_non_null(relay_scene_known(&scene, 0, 5));
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
    struct relay_scene scene;

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
    assert_non_null(relay_scene_known(&scene, 0, 7));
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
    struct relay_scene scene;

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
    struct relay_scene scene;
    size_t asked = 0;
    size_t given = 0;

    (void)state;
    make_stranger(&scene);
    relay_scene_type(&scene, 0, 2, false);
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
    for (size_t i = 0; i < 2 * RELAY_ASKED_MAX; i++) {
        say_ask(&scene.stranger, 1);
        stranger_say(&scene.stranger);
        assert_true(stranger_hears(&scene.stranger, MESSAGE_RELAYS, &message));
        given += message.body.size > 0 ? 1 : 0;
    }
    /* One ask was for the other. */
    assert_int_equal(given, RELAY_ASKED_MAX - 1);
    assert_int_equal(scene.books[0].count, 2);
    close_stranger(&scene, false);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unasked),
        cmocka_unit_test(test_bad_lines),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_endless),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
