/*
 * A relay is reached over whatever of its addresses and ports works; what does
 * not work is tried again with growing pauses, and nothing is tried twice at a
 * time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "core/entropy.h"
#include "core/limits.h"
#include "core/mem.h"
#include "net/uv_dial.h"
#include "tests/unit/sockets.h"

#define LINKS_MAX 16

struct scene {
    uv_loop_t loop;
    struct entropy entropy;
    struct relay_line line;
    struct uv_dial *dial;
    bool learned;
    uv_timer_t *timer; /* the dial's */
    size_t links_alive;
    long live;
    int connected;
    int gone;
    int failed;
    /* Of those that connected; NULL once they are gone. */
    struct uv_link *links[LINKS_MAX];
    uint16_t ports[LINKS_MAX];
    bool no_clock[LINKS_MAX];
    uint8_t buffer[4096];
};

static void
on_bytes(void *context, struct uv_link *link, struct byte_view octets)
{
    (void)context;
    (void)link;
    (void)octets;
}

static void
on_written(void *context, struct uv_link *link)
{
    (void)context;
    (void)link;
}

static void
on_gone(void *context, struct uv_link *link)
{
    struct scene *scene = context;

    scene->gone++;
    scene->links_alive--;
    for (int i = 0; i < scene->connected; i++)
        if (scene->links[i] == link)
            scene->links[i] = NULL;
    uv_dial_gone(link->cookie, link);
}

static void
on_connected(void *context, struct uv_dial *dial, struct uv_link *link,
             bool no_clock)
{
    struct scene *scene = context;

    assert_ptr_equal(dial, scene->dial);
    assert_ptr_equal(link->cookie, dial);
    assert_in_range(scene->connected, 0, LINKS_MAX - 1);
    assert_int_equal(uv_link_start(link), STATUS_OK);
    scene->ports[scene->connected] = link->remote.port;
    scene->no_clock[scene->connected] = no_clock;
    scene->links[scene->connected++] = link;
}

static void
on_failed(void *context, struct uv_dial *dial)
{
    struct scene *scene = context;

    assert_ptr_equal(dial, scene->dial);
    assert_false(uv_dial_is_open(dial));
    scene->failed++;
}

static void
open_scene(struct scene *scene)
{
    memset(scene, 0, sizeof(*scene));
    scene->live = mem_live_count();
    assert_int_equal(uv_loop_init(&scene->loop), 0);
    entropy_init_seed(&scene->entropy, 1);
}

static void
add_host(struct scene *scene, const char *host)
{
    (void)snprintf(scene->line.hosts[scene->line.host_count++],
                   RELAY_HOST_NAME_SIZE, "%s", host);
}

static void
add_port(struct scene *scene, uint16_t port)
{
    scene->line.ports[scene->line.port_count++] = port;
}

static void
find_timer(uv_handle_t *handle, void *out)
{
    if (handle->type == UV_TIMER)
        *(uv_timer_t **)out = (void *)handle;
}

static void
make_dial(struct scene *scene, bool once)
{
    struct uv_dial_config config = {
        .loop = &scene->loop,
        .entropy = &scene->entropy,
        .line = &scene->line,
        .once = once,
        .learned = scene->learned,
        .owner = {.context = scene,
                  .read_buffer = scene->buffer,
                  .read_size = sizeof(scene->buffer),
                  .on_bytes = on_bytes,
                  .on_written = on_written,
                  .on_gone = on_gone},
        .links_alive = &scene->links_alive,
        .on_connected = on_connected,
        .on_failed = on_failed,
    };

    assert_int_equal(uv_dial_new(&scene->dial, &config), STATUS_OK);
    uv_walk(&scene->loop, find_timer, &scene->timer);
    assert_non_null(scene->timer);
    assert_int_equal(uv_dial_line(scene->dial)->port_count,
                     scene->line.port_count);
}

static void
start(struct scene *scene, bool once)
{
    make_dial(scene, once);
    uv_dial_start(scene->dial);
}

static void
close_scene(struct scene *scene)
{
    uv_dial_free(scene->dial);
    assert_int_equal(uv_run(&scene->loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(uv_loop_close(&scene->loop), 0);
    assert_int_equal(scene->links_alive, 0);
    assert_int_equal(mem_live_count(), scene->live);
}

/* One round that finds nobody says so once, and then nothing happens. */
static void
test_refused_once(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene);
    add_host(&scene, "127.0.0.1");
    add_port(&scene, sockets_nobody().port);
    add_port(&scene, sockets_nobody().port);
    start(&scene, true);
    assert_int_equal(uv_run(&scene.loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(scene.failed, 1);
    assert_int_equal(scene.gone, 2);
    assert_int_equal(scene.connected, 0);
    close_scene(&scene);
}

/* For uv_walk: the time for a link to connect is over. */
static void
hurry_link(uv_handle_t *handle, void *context)
{
    struct scene *scene = context;
    uv_timer_t *timer = (void *)handle;

    if (handle->type == UV_TIMER && timer != scene->timer &&
        uv_is_active(handle))
        sockets_hurry(timer, LINK_CONNECT_MS);
}

/* What strangers told of leads to no address of this machine or network, also
 * where a name resolves to it. */
static void
test_learned_private(void **state)
{
    struct address heard;
    struct scene scene;
    int listener;

    (void)state;
    open_scene(&scene);
    listener = sockets_listen(&heard);
    scene.learned = true;
    add_host(&scene, "127.0.0.1");
    add_host(&scene, "localhost");
    add_host(&scene, "::ffff:127.0.0.1");
    add_host(&scene, "fe80::1%1");
    add_port(&scene, heard.port);
    start(&scene, true);
    assert_int_equal(uv_run(&scene.loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(scene.failed, 1);
    assert_int_equal(scene.connected, 0);
    assert_int_equal(scene.gone, 0);
    close_scene(&scene);
    assert_int_equal(close(listener), 0);
}

/* Nor to more than a few at a time, whatever it names. */
static void
test_learned_many(void **state)
{
    struct scene scene;

    (void)state;
    for (int i = 0; i < 2; i++) {
        open_scene(&scene);
        scene.learned = i > 0;
        /* Nobody is at the addresses of documents, and most systems say so or
         * nothing. */
        add_host(&scene, "192.0.2.1");
        add_host(&scene, "198.51.100.1");
        add_host(&scene, "203.0.113.1");
        for (uint16_t port = 1; port <= RELAY_PORTS_MAX; port++)
            add_port(&scene, port);
        start(&scene, true);
        while (scene.failed == 0) {
            uv_walk(&scene.loop, hurry_link, &scene);
            if (uv_is_active((uv_handle_t *)scene.timer))
                sockets_hurry(scene.timer, DIAL_STAGGER_MS);
            (void)uv_run(&scene.loop, UV_RUN_ONCE);
        }
        assert_int_equal(scene.gone, i > 0 ? (int)RELAY_TRY_ADDRESSES
                                           : 3 * RELAY_PORTS_MAX);
        close_scene(&scene);
    }
}

/* The pause doubles, varied by a quarter, and has an end. */
static void
test_pauses(void **state)
{
    uint64_t pause = DIAL_PAUSE_FIRST_MS;
    struct scene scene;

    (void)state;
    open_scene(&scene);
    add_host(&scene, "127.0.0.1");
    add_port(&scene, sockets_nobody().port);
    start(&scene, false);
    for (int round = 1; round <= 12; round++) {
        sockets_run_until(&scene.loop, &scene.failed, round);
        assert_int_equal(scene.gone, round);
        assert_in_range(uv_timer_get_due_in(scene.timer), pause / 2,
                        pause + pause / 4);
        sockets_hurry(scene.timer, pause + pause / 4);
        pause = pause * 2 < DIAL_PAUSE_LAST_MS ? pause * 2 : DIAL_PAUSE_LAST_MS;
    }
    assert_int_equal(pause, DIAL_PAUSE_LAST_MS);
    close_scene(&scene);
}

/* A port that is refused, more of them that swallow everything than are tried
 * at once, one that is silent, and the one that answers. */
static void
test_race(void **state)
{
    struct sockets_hole holes[DIAL_AT_ONCE];
    struct address silent, answers;
    struct uv_link *first = NULL;
    struct scene scene;
    int listeners[2];

    (void)state;
    open_scene(&scene);
    listeners[0] = sockets_listen(&silent);
    listeners[1] = sockets_listen(&answers);
    add_host(&scene, "127.0.0.1");
    add_port(&scene, sockets_nobody().port);
    add_port(&scene, silent.port);
    for (size_t i = 0; i < DIAL_AT_ONCE; i++) {
        sockets_hole_open(&holes[i]);
        add_port(&scene, holes[i].address.port);
    }
    add_port(&scene, answers.port);
    start(&scene, false);
    sockets_run_until(&scene.loop, &scene.connected, 1);
    assert_int_equal(scene.ports[0], silent.port);
    first = scene.links[0];
    while (scene.links_alive < DIAL_AT_ONCE)
        (void)uv_run(&scene.loop, UV_RUN_ONCE);
    sockets_run_ready(&scene.loop);
    assert_int_equal(scene.links_alive, DIAL_AT_ONCE);
    /* Those that swallow are given up, and the next ones get their turn. */
    uv_walk(&scene.loop, hurry_link, &scene);
    sockets_run_until(&scene.loop, &scene.connected, 2);
    assert_int_equal(scene.ports[1], answers.port);
    assert_ptr_equal(scene.links[0], first);
    assert_int_equal(scene.failed, 0);

    uv_dial_opened(scene.dial, scene.links[1]);
    assert_true(uv_dial_is_open(scene.dial));
    /* Another was done in the same turn. */
    uv_dial_opened(scene.dial, first);
    while (scene.links_alive > 1)
        (void)uv_run(&scene.loop, UV_RUN_ONCE);
    sockets_run_ready(&scene.loop);
    assert_non_null(scene.links[1]);
    assert_int_equal(scene.links_alive, 1);
    close_scene(&scene);
    for (size_t i = 0; i < DIAL_AT_ONCE; i++)
        sockets_hole_close(&holes[i]);
    (void)close(listeners[0]);
    (void)close(listeners[1]);
}

/* Who listened and was silent is asked once more, at once, without a clock. */
static void
test_silence(void **state)
{
    struct address silent;
    struct scene scene;
    int listener;

    (void)state;
    open_scene(&scene);
    listener = sockets_listen(&silent);
    add_host(&scene, "127.0.0.1");
    add_port(&scene, silent.port);
    start(&scene, true);
    sockets_run_until(&scene.loop, &scene.connected, 1);
    uv_link_close(scene.links[0]); /* as the engine does after a while */
    sockets_run_until(&scene.loop, &scene.connected, 2);
    assert_int_equal(scene.failed, 0);
    assert_false(scene.no_clock[0]);
    assert_true(scene.no_clock[1]);
    uv_link_close(scene.links[1]);
    assert_int_equal(uv_run(&scene.loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(scene.failed, 1);
    assert_int_equal(scene.connected, 2);
    close_scene(&scene);
    (void)close(listener);
}

/* What worked here is tried first the next time, and alone with its port. */
static void
test_remembers(void **state)
{
    struct address first, second;
    struct scene scene;
    int listeners[2];

    (void)state;
    open_scene(&scene);
    listeners[0] = sockets_listen(&first);
    listeners[1] = sockets_listen(&second);
    add_host(&scene, "127.0.0.1");
    add_port(&scene, first.port);
    add_port(&scene, second.port);
    start(&scene, false);
    sockets_run_until(&scene.loop, &scene.connected, 2);
    assert_int_equal(scene.ports[1], second.port);
    uv_dial_opened(scene.dial, scene.links[1]);
    sockets_run_until(&scene.loop, &scene.gone, 1);
    uv_link_close(scene.links[1]);
    sockets_run_until(&scene.loop, &scene.gone, 2);
    assert_false(uv_dial_is_open(scene.dial));
    assert_int_equal(scene.failed, 0);
    assert_in_range(uv_timer_get_due_in(scene.timer), DIAL_PAUSE_FIRST_MS / 2,
                    2 * DIAL_PAUSE_FIRST_MS);
    sockets_hurry(scene.timer, 2 * DIAL_PAUSE_FIRST_MS);
    sockets_run_until(&scene.loop, &scene.connected, 3);
    assert_int_equal(scene.ports[2], second.port);
    close_scene(&scene);
    (void)close(listeners[0]);
    (void)close(listeners[1]);
}

/* A contact that was made and ended is no failure, and is not repeated. */
static void
test_once_is_quiet(void **state)
{
    struct address place;
    struct scene scene;
    int listener;

    (void)state;
    open_scene(&scene);
    listener = sockets_listen(&place);
    add_host(&scene, "127.0.0.1");
    add_port(&scene, place.port);
    add_port(&scene, sockets_nobody().port);
    start(&scene, true);
    sockets_run_until(&scene.loop, &scene.connected, 1);
    uv_dial_opened(scene.dial, scene.links[0]);
    uv_link_close(scene.links[0]);
    assert_int_equal(uv_run(&scene.loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(scene.failed, 0);
    assert_int_equal(scene.connected, 1);
    close_scene(&scene);
    (void)close(listener);
}

/* Names. */

/* The one thread that resolves names is busy until it may go on. */
struct resolver {
    uv_work_t work;
    uv_sem_t is_busy;
    uv_sem_t go_on;
};

static void
block(uv_work_t *work)
{
    struct resolver *resolver = work->data;

    uv_sem_post(&resolver->is_busy);
    uv_sem_wait(&resolver->go_on);
}

static void
unblocked(uv_work_t *work, int result)
{
    (void)work;
    (void)result;
}

static void
block_names(struct scene *scene, struct resolver *resolver)
{
    resolver->work.data = resolver;
    assert_int_equal(uv_sem_init(&resolver->is_busy, 0), 0);
    assert_int_equal(uv_sem_init(&resolver->go_on, 0), 0);
    assert_int_equal(
        uv_queue_work(&scene->loop, &resolver->work, block, unblocked), 0);
    uv_sem_wait(&resolver->is_busy);
    uv_sem_destroy(&resolver->is_busy);
}

/* While a name is slow to resolve nothing else is begun, however long that
 * takes and whatever has failed meanwhile. */
static void
test_slow_name(void **state)
{
    struct resolver resolver;
    struct scene scene;

    (void)state;
    open_scene(&scene);
    block_names(&scene, &resolver);
    add_host(&scene, "127.0.0.1");
    add_host(&scene, "localhost");
    add_port(&scene, sockets_nobody().port);
    start(&scene, true);
    sockets_run_until(&scene.loop, &scene.gone, 1);
    for (int i = 0; i < 3; i++) {
        if (uv_is_active((uv_handle_t *)scene.timer))
            sockets_hurry(scene.timer, DIAL_STAGGER_MS);
        sockets_run_ready(&scene.loop);
        assert_int_equal(scene.gone, 1);
        assert_int_equal(scene.failed, 0);
    }
    uv_sem_post(&resolver.go_on);
    assert_int_equal(uv_run(&scene.loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(scene.failed, 1);
    assert_in_range(scene.gone, 2, 1 + (int)DIAL_ADDRESSES_MAX);
    uv_sem_destroy(&resolver.go_on);
    close_scene(&scene);
}

/* The link that opened ends while a name is still being resolved: the next
 * round waits for that. */
static void
test_name_after_end(void **state)
{
    struct resolver resolver;
    struct address place;
    struct scene scene;
    int listener;

    (void)state;
    open_scene(&scene);
    listener = sockets_listen(&place);
    block_names(&scene, &resolver);
    add_host(&scene, "127.0.0.1");
    add_host(&scene, "localhost");
    add_port(&scene, place.port);
    start(&scene, false);
    sockets_run_until(&scene.loop, &scene.connected, 1);
    uv_dial_opened(scene.dial, scene.links[0]);
    uv_link_close(scene.links[0]);
    sockets_run_until(&scene.loop, &scene.gone, 1);
    sockets_hurry(scene.timer, 2 * DIAL_PAUSE_FIRST_MS);
    sockets_run_ready(&scene.loop);
    assert_int_equal(scene.connected, 1);
    uv_sem_post(&resolver.go_on);
    sockets_run_until(&scene.loop, &scene.connected, 2);
    assert_int_equal(scene.failed, 0);
    uv_sem_destroy(&resolver.go_on);
    close_scene(&scene);
    (void)close(listener);
}

/* Stopped with a name in the middle, and with connections in the middle. */
static void
test_stop_in_the_middle(void **state)
{
    struct resolver resolver;
    struct sockets_hole hole;
    struct scene scene;

    (void)state;
    sockets_hole_open(&hole);
    open_scene(&scene);
    block_names(&scene, &resolver);
    add_host(&scene, "127.0.0.1");
    add_host(&scene, "localhost");
    add_port(&scene, hole.address.port);
    start(&scene, false);
    sockets_run_ready(&scene.loop);
    assert_int_equal(scene.links_alive, 1);
    uv_dial_free(scene.dial);
    uv_sem_post(&resolver.go_on);
    close_scene(&scene); /* frees it again, which does nothing */
    uv_sem_destroy(&resolver.go_on);

    open_scene(&scene);
    add_host(&scene, "no-such-name.invalid-");
    add_port(&scene, 1);
    make_dial(&scene, false);
    uv_dial_free(scene.dial);
    scene.dial = NULL;
    close_scene(&scene);
    sockets_hole_close(&hole);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused_once),
        cmocka_unit_test(test_learned_private),
        cmocka_unit_test(test_learned_many),
        cmocka_unit_test(test_pauses),
        cmocka_unit_test(test_race),
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_remembers),
        cmocka_unit_test(test_once_is_quiet),
        cmocka_unit_test(test_slow_name),
        cmocka_unit_test(test_name_after_end),
        cmocka_unit_test(test_stop_in_the_middle),
    };

    /* Names are resolved by one thread, so that it can be kept busy. */
    (void)setenv("UV_THREADPOOL_SIZE", "1", 1);
    return cmocka_run_group_tests(tests, sockets_start, NULL);
}
