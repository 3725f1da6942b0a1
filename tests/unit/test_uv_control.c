/*
 * The local socket answers whoever asks in lines, lets go of whoever does
 * not, and serves the next one whatever the last one did.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/limits.h"
#include "core/mem.h"
#include "net/control_client.h"
#include "net/uv_control.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/sockets.h"
#include "tests/unit/test_support.h"

struct scene {
    uv_loop_t loop;
    char home[TEST_PATH_MAX];
    struct uv_control *control;
    int lines;
    struct control_line sync; /* the last that was asked for */
    long live;
};

/* Answers as a node would. */
static void
on_line(void *context, const struct control_line *line,
        struct control_line *answer)
{
    struct scene *scene = context;

    scene->lines++;
    if (line->kind == CONTROL_PUBLISHED) {
        answer->kind = CONTROL_PASSING;
        answer->id = line->id;
    } else if (line->kind == CONTROL_CHANGED) {
        answer->kind = CONTROL_DONE;
    } else if (line->kind == CONTROL_SYNC) {
        scene->sync = *line;
        answer->kind = CONTROL_SYNCING;
        answer->count = 3;
    }
}

static enum status
make_control(struct scene *scene)
{
    struct uv_control_config config = {
        .loop = &scene->loop,
        .home = scene->home,
        .context = scene,
        .on_line = on_line,
    };

    return uv_control_new(&scene->control, &config);
}

static void
open_scene(struct scene *scene)
{
    memset(scene, 0, sizeof(*scene));
    scene->live = mem_live_count();
    assert_int_equal(uv_loop_init(&scene->loop), 0);
    test_make_directory(scene->home);
    assert_int_equal(make_control(scene), STATUS_OK);
}

static void
close_scene(struct scene *scene)
{
    uv_control_free(scene->control);
    assert_int_equal(uv_run(&scene->loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(uv_loop_close(&scene->loop), 0);
    assert_int_equal(mem_live_count(), scene->live);
    test_remove_directory(scene->home);
}

/* A client that keeps to no rules. */
static int
connect_to(const struct scene *scene)
{
    struct sockaddr_un place = {.sun_family = AF_UNIX};
    int made = socket(AF_UNIX, SOCK_STREAM, 0);
    int size = snprintf(place.sun_path, sizeof(place.sun_path), "%s/%s",
                        scene->home, CONTROL_SOCKET_NAME);

    assert_in_range(size, 1, sizeof(place.sun_path) - 1);
    assert_int_equal(connect(made, (struct sockaddr *)&place, sizeof(place)),
                     0);
    assert_int_equal(fcntl(made, F_SETFL, O_NONBLOCK), 0);
    return made;
}

static void
say(int client, const char *text)
{
    assert_int_equal(send(client, text, strlen(text), 0), strlen(text));
}

/* What comes next is text, whole. */
static void
assert_hears(struct scene *scene, int client, const char *text)
{
    char heard[4096];
    size_t size = 0;

    assert_in_range(strlen(text), 1, sizeof(heard));
    while (size < strlen(text)) {
        ssize_t got = recv(client, heard + size, strlen(text) - size, 0);

        assert_true(got > 0 || (got < 0 && errno == EAGAIN));
        if (got > 0)
            size += (size_t)got;
        else
            (void)uv_run(&scene->loop, UV_RUN_NOWAIT);
    }
    assert_memory_equal(heard, text, size);
    assert_true(sockets_is_quiet(client));
}

static void
assert_ended(struct scene *scene, int client)
{
    bool reset;

    (void)sockets_read_all(client, &scene->loop, &reset);
    (void)close(client);
}

/* Somebody who comes now is served. */
static void
assert_serves(struct scene *scene)
{
    int client = connect_to(scene);

    say(client, "changed\n");
    assert_hears(scene, client, "done\n");
    (void)close(client);
    sockets_run_ready(&scene->loop);
}

static void
test_answers(void **state)
{
    static const char pieces[] = "changed\nchanged\n";
    struct scene scene;
    struct stat about;
    char path[TEST_PATH_MAX];
    char many[40 * 8 + 1];
    int client;

    (void)state;
    open_scene(&scene);
    test_path(path, scene.home, CONTROL_SOCKET_NAME);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    client = connect_to(&scene);
    say(client, "changed\n");
    assert_hears(&scene, client, "done\n");
    /* An octet at a time. */
    for (size_t i = 0; i + 1 < sizeof(pieces); i++) {
        assert_int_equal(send(client, &pieces[i], 1, 0), 1);
        sockets_run_ready(&scene.loop);
    }
    assert_hears(&scene, client, "done\ndone\n");
    /* More at a time than one line may have. */
    for (size_t i = 0; i < 40; i++)
        memcpy(many + 8 * i, "changed\n", 8);
    many[sizeof(many) - 1] = '\0';
    say(client, many);
    for (size_t i = 0; i < 40; i++)
        memcpy(many + 5 * i, "done\n", 5);
    many[200] = '\0';
    assert_hears(&scene, client, many);
    assert_int_equal(scene.lines, 43);
    (void)close(client);
    close_scene(&scene);
    assert_int_not_equal(stat(path, &about), 0);
}

static void
test_garbage(void **state)
{
    static const char octets[] = "\0\xff\x1b[2J \r\n\nstatus of things\n"
                                 "published 12\npublished zz\ndone\n";
    struct scene scene;
    int client;

    (void)state;
    open_scene(&scene);
    client = connect_to(&scene);
    assert_int_equal(send(client, octets, sizeof(octets) - 1, 0),
                     sizeof(octets) - 1);
    assert_hears(&scene, client,
                 "unknown\nunknown\nunknown\nunknown\nunknown\nunknown\n");
    /* Still somebody who may ask. */
    say(client, "changed\n");
    assert_hears(&scene, client, "done\n");
    (void)close(client);
    close_scene(&scene);
}

/* The longest line is one, a longer one is the client's end. */
static void
test_long_lines(void **state)
{
    char line[CONTROL_LINE_MAX + 2];
    struct scene scene;
    int client;

    (void)state;
    open_scene(&scene);
    memset(line, 'x', sizeof(line));
    line[CONTROL_LINE_MAX - 1] = '\n';
    line[CONTROL_LINE_MAX] = '\0';
    client = connect_to(&scene);
    say(client, line);
    assert_hears(&scene, client, "unknown\n");
    line[CONTROL_LINE_MAX - 1] = 'x';
    say(client, line);
    assert_ended(&scene, client);
    assert_int_equal(scene.lines, 1);
    assert_serves(&scene);
    close_scene(&scene);
}

/* Whoever asks and asks and reads nothing does not fill our memory. */
static void
test_does_not_read(void **state)
{
    struct scene scene;
    int client;
    int asked = 0;

    (void)state;
    open_scene(&scene);
    client = connect_to(&scene);
    for (;;) {
        ssize_t sent = send(client, "status\n", 7, 0);

        if (sent == 7)
            asked++;
        else if (sent < 0 && errno != EAGAIN)
            break;
        else
            assert_in_range(sent, -1, 6);
        (void)uv_run(&scene.loop, UV_RUN_NOWAIT);
    }
    assert_int_equal(errno, EPIPE);
    assert_in_range(asked, 64, 1000000);
    (void)close(client);
    sockets_run_ready(&scene.loop);
    /* Nothing of what was for it is kept. */
    assert_in_range(mem_live_count() - scene.live, 0, 3);
    assert_serves(&scene);
    close_scene(&scene);
}

/* More clients than there is room for: those are let go, and when one of the
 * others has left the next one is served. */
static void
test_crowd(void **state)
{
    int clients[CONTROL_CLIENTS_MAX];
    struct scene scene;

    (void)state;
    open_scene(&scene);
    for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        clients[i] = connect_to(&scene);
        sockets_run_ready(&scene.loop);
    }
    for (int round = 0; round < 3; round++) {
        int refused[3];

        for (int i = 0; i < 3; i++)
            refused[i] = connect_to(&scene);
        for (int i = 0; i < 3; i++)
            assert_ended(&scene, refused[i]);
    }
    (void)close(clients[7]);
    sockets_run_ready(&scene.loop);
    assert_serves(&scene);
    say(clients[8], "changed\n");
    assert_hears(&scene, clients[8], "done\n");
    /* Closed with most of them there. */
    uv_control_free(scene.control);
    for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++)
        if (i != 7)
            assert_ended(&scene, clients[i]);
    scene.control = NULL;
    close_scene(&scene);
}

/* The same when there is no memory for one more. */
static void
test_no_memory(void **state)
{
    struct scene scene;
    int client;

    (void)state;
    open_scene(&scene);
    for (long i = 0; i < 4; i++) {
        /* Taking it, its line, and the answer to it. */
        client = connect_to(&scene);
        say(client, "changed\n");
        mem_fail_after(i);
        sockets_run_ready(&scene.loop);
        mem_fail_after(-1);
        assert_ended(&scene, client);
        assert_serves(&scene);
    }
    close_scene(&scene);
}

static void
test_deliveries(void **state)
{
    struct record_id id = {{1, 2, 3}}, other = {{4}};
    struct control_line line = {.kind = CONTROL_PUBLISHED, .id = id};
    struct control_client *waits, *leaves;
    struct control_line heard;
    struct scene scene;
    int asks;

    (void)state;
    open_scene(&scene);
    uv_control_delivered(NULL, &id);
    uv_control_delivered(scene.control, &id);
    assert_int_equal(control_client_open(&waits, scene.home), STATUS_OK);
    assert_int_equal(control_client_open(&leaves, scene.home), STATUS_OK);
    asks = connect_to(&scene);
    say(asks, "changed\n");
    assert_int_equal(control_client_send(waits, &line), STATUS_OK);
    assert_int_equal(control_client_send(leaves, &line), STATUS_OK);
    sockets_run_ready(&scene.loop);
    control_client_free(leaves);
    for (uint32_t i = 1; i <= 2; i++) {
        /* Also before it is known that one has left. */
        uv_control_delivered(scene.control, &id);
        uv_control_delivered(scene.control, &other);
        sockets_run_ready(&scene.loop);
    }
    assert_int_equal(control_client_receive(waits, 0, &heard), STATUS_OK);
    assert_int_equal(heard.kind, CONTROL_PASSING);
    for (uint32_t i = 1; i <= 2; i++) {
        assert_int_equal(control_client_receive(waits, 0, &heard), STATUS_OK);
        assert_int_equal(heard.kind, CONTROL_DELIVERED);
        assert_memory_equal(heard.id.octets, id.octets, sizeof(id.octets));
        assert_int_equal(heard.count, i);
    }
    assert_int_equal(control_client_receive(waits, 0, &heard),
                     STATUS_NOT_FOUND);
    assert_hears(&scene, asks, "done\n");
    control_client_free(waits);
    (void)close(asks);
    close_scene(&scene);
}

/* Whoever asked for a sync hears of its end once; nobody else does. */
static void
test_syncs(void **state)
{
    struct control_line over = {.kind = CONTROL_SYNCED,
                                .contacts = 4,
                                .settled = 3,
                                .relays_met = 2,
                                .figures = {.records_in = 5,
                                            .records_out = 6,
                                            .octets_in = UINT64_MAX,
                                            .octets_out = 8}};
    struct control_line line = {
        .kind = CONTROL_SYNC, .count = 60, .relay = "abcdefgh"};
    struct control_client *waits;
    struct control_line heard;
    struct scene scene;
    int asks;

    (void)state;
    open_scene(&scene);
    uv_control_synced(scene.control, &over);
    assert_int_equal(control_client_open(&waits, scene.home), STATUS_OK);
    asks = connect_to(&scene);
    assert_int_equal(control_client_send(waits, &line), STATUS_OK);
    say(asks, "changed\n");
    sockets_run_ready(&scene.loop);
    assert_int_equal(scene.sync.count, 60);
    assert_string_equal(scene.sync.relay, "abcdefgh");
    for (int i = 0; i < 2; i++)
        uv_control_synced(scene.control, &over);
    sockets_run_ready(&scene.loop);
    assert_int_equal(control_client_receive(waits, 0, &heard), STATUS_OK);
    assert_int_equal(heard.kind, CONTROL_SYNCING);
    assert_int_equal(heard.count, 3);
    assert_int_equal(control_client_receive(waits, 0, &heard), STATUS_OK);
    assert_int_equal(heard.kind, CONTROL_SYNCED);
    assert_int_equal(heard.contacts, over.contacts);
    assert_int_equal(heard.figures.octets_in, over.figures.octets_in);
    assert_int_equal(control_client_receive(waits, 0, &heard),
                     STATUS_NOT_FOUND);
    assert_hears(&scene, asks, "done\n");

    /* With everybody; and what is no such line. */
    say(asks, "sync 7 -\n");
    assert_hears(&scene, asks, "syncing 3\n");
    assert_string_equal(scene.sync.relay, "");
    say(asks, "sync 7 abcdefghi\nsync 7 abc\nsync 7\nsync x -\n");
    assert_hears(&scene, asks, "unknown\nunknown\nunknown\nunknown\n");
    uv_control_synced(scene.control, &over);
    assert_hears(&scene, asks, "synced 4 3 2 5 6 18446744073709551615 8\n");
    control_client_free(waits);
    (void)close(asks);
    close_scene(&scene);
}

/* Try to be the daemon in a process of its own, which is then killed; what
 * came of it. */
static enum status
try_elsewhere(const struct scene *scene)
{
    enum status status = STATUS_CANCELLED;
    int ends[2];
    pid_t child;
    int how;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        struct scene other = *scene;

        (void)uv_loop_init(&other.loop);
        status = make_control(&other);
        if (write(ends[1], &status, sizeof(status)) == sizeof(status))
            (void)kill(getpid(), SIGKILL);
    }
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_int_equal(read(ends[0], &status, sizeof(status)), sizeof(status));
    (void)close(ends[0]);
    (void)close(ends[1]);
    return status;
}

/* One daemon a home, however the last one ended. */
static void
test_lock(void **state)
{
    char path[TEST_PATH_MAX];
    struct scene scene;

    (void)state;
    open_scene(&scene);
    assert_int_equal(try_elsewhere(&scene), STATUS_EXISTS);
    assert_serves(&scene);
    uv_control_free(scene.control);
    (void)uv_run(&scene.loop, UV_RUN_DEFAULT);
    assert_int_equal(try_elsewhere(&scene), STATUS_OK);
    test_path(path, scene.home, CONTROL_SOCKET_NAME);
    assert_int_equal(access(path, F_OK), 0);
    assert_int_equal(make_control(&scene), STATUS_OK);
    assert_serves(&scene);
    close_scene(&scene);
}

/* A home that lies deeper than a socket address can say. */
static void
test_deep_home(void **state)
{
    static const char deep[] =
        "/a-folder-with-a-name-of-some-length/a-folder-with-a-name-of-some-"
        "length/a-folder-with-a-name-of-some-length/home";
    struct control_line line = {.kind = CONTROL_CHANGED};
    struct control_client *client;
    char top[TEST_PATH_MAX], before[TEST_PATH_MAX], after[TEST_PATH_MAX];
    struct scene scene;
    size_t size;

    (void)state;
    memset(&scene, 0, sizeof(scene));
    scene.live = mem_live_count();
    assert_int_equal(uv_loop_init(&scene.loop), 0);
    test_make_directory(top);
    size = strlen(top);
    assert_true(size + sizeof(deep) < sizeof(scene.home));
    memcpy(scene.home, top, size + 1);
    for (const char *at = deep; *at != '\0';) {
        const char *next = strchr(at + 1, '/');
        size_t part = next != NULL ? (size_t)(next - at) : strlen(at);

        memcpy(scene.home + size, at, part);
        size += part;
        scene.home[size] = '\0';
        assert_int_equal(mkdir(scene.home, 0700), 0);
        at += part;
    }
    assert_true(size > sizeof(((struct sockaddr_un *)NULL)->sun_path));
    assert_non_null(getcwd(before, sizeof(before)));
    assert_int_equal(make_control(&scene), STATUS_OK);
    assert_int_equal(control_client_open(&client, scene.home), STATUS_OK);
    assert_non_null(getcwd(after, sizeof(after)));
    assert_string_equal(before, after);
    assert_int_equal(control_client_send(client, &line), STATUS_OK);
    sockets_run_ready(&scene.loop);
    assert_int_equal(control_client_receive(client, 0, &line), STATUS_OK);
    assert_int_equal(line.kind, CONTROL_DONE);
    control_client_free(client);
    /* Nothing was made by a shorter name. */
    assert_int_equal(test_count_names(top), 1);
    uv_control_free(scene.control);
    scene.control = NULL;
    (void)uv_run(&scene.loop, UV_RUN_DEFAULT);
    for (; size > strlen(top);
         size = (size_t)(strrchr(scene.home, '/') - scene.home),
         scene.home[size] = '\0')
        test_remove_directory(scene.home);
    close_scene(&scene);
}

static void
test_no_home(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene);
    uv_control_free(scene.control);
    (void)uv_run(&scene.loop, UV_RUN_DEFAULT);
    test_remove_directory(scene.home);
    assert_int_equal(make_control(&scene), STATUS_NOT_FOUND);
    assert_null(scene.control);
    assert_int_equal(mkdir(scene.home, 0700), 0);
    close_scene(&scene);
}

static enum status
make_and_free(void *context)
{
    struct scene *scene = context;
    enum status status = make_control(scene);

    uv_control_free(scene->control);
    scene->control = NULL;
    (void)uv_run(&scene->loop, UV_RUN_DEFAULT);
    return status;
}

static void
test_new_fails(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene);
    uv_control_free(scene.control);
    (void)uv_run(&scene.loop, UV_RUN_DEFAULT);
    test_alloc_each(make_and_free, &scene);
    close_scene(&scene);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),    cmocka_unit_test(test_garbage),
        cmocka_unit_test(test_long_lines), cmocka_unit_test(test_does_not_read),
        cmocka_unit_test(test_crowd),      cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_deliveries), cmocka_unit_test(test_syncs),
        cmocka_unit_test(test_lock),       cmocka_unit_test(test_deep_home),
        cmocka_unit_test(test_no_home),    cmocka_unit_test(test_new_fails),
    };

    return cmocka_run_group_tests(tests, sockets_start, NULL);
}
