/*
 * A link keeps its promises whatever the other side does: it ends once, what
 * was sent before an end arrives, and a reset is seen by nobody who was only
 * let go.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <sys/socket.h>
#include <unistd.h>

#include "core/limits.h"
#include "core/mem.h"
#include "net/uv_link.h"
#include "tests/unit/sockets.h"

/* More than a system holds for a connection whose other side does not read. */
#define MUCH ((size_t)16 * 1024 * 1024)

static uint8_t much[MUCH];

/* A listener, its links, and what was said of them. */
struct scene {
    uv_loop_t loop;
    uv_tcp_t listener;
    struct address address;
    struct uv_link_owner owner;
    struct uv_link *link; /* the accepted one, or NULL */
    long live;            /* allocations before */
    size_t brought;
    int accepted;
    int refused_memory;
    int written;
    int connected;
    int failed;
    int gone;
    uint8_t buffer[65536];
};

static void
on_bytes(void *context, struct uv_link *link, struct byte_view octets)
{
    struct scene *scene = context;

    (void)link;
    scene->brought += octets.size;
}

static void
on_written(void *context, struct uv_link *link)
{
    struct scene *scene = context;

    (void)link;
    scene->written++;
}

static void
on_gone(void *context, struct uv_link *link)
{
    struct scene *scene = context;

    scene->gone++;
    if (scene->link == link)
        scene->link = NULL;
}

static void
on_connected(void *context, struct uv_link *link, bool connected)
{
    struct scene *scene = context;

    (void)link;
    if (connected)
        scene->connected++;
    else
        scene->failed++;
}

static void
on_connection(uv_stream_t *stream, int result)
{
    struct scene *scene = stream->data;
    enum status status;

    assert_int_equal(result, 0);
    status = uv_link_accept(&scene->link, stream, &scene->owner);
    if (status == STATUS_NO_MEMORY) {
        assert_null(scene->link);
        scene->refused_memory++;
        return;
    }
    assert_int_equal(status, STATUS_OK);
    scene->accepted++;
}

static void
open_scene(struct scene *scene)
{
    struct sockaddr_storage place;
    int size = sizeof(place);
    struct address anywhere = {.octets = {127, 0, 0, 1}};

    memset(scene, 0, sizeof(*scene));
    scene->live = mem_live_count();
    assert_int_equal(uv_loop_init(&scene->loop), 0);
    scene->owner = (struct uv_link_owner){
        .context = scene,
        .read_buffer = scene->buffer,
        .read_size = sizeof(scene->buffer),
        .on_bytes = on_bytes,
        .on_written = on_written,
        .on_gone = on_gone,
    };
    assert_int_equal(uv_tcp_init(&scene->loop, &scene->listener), 0);
    scene->listener.data = scene;
    uv_link_sockaddr(&place, &anywhere);
    assert_int_equal(
        uv_tcp_bind(&scene->listener, (struct sockaddr *)&place, 0), 0);
    assert_int_equal(
        uv_listen((uv_stream_t *)&scene->listener, 16, on_connection), 0);
    assert_int_equal(
        uv_tcp_getsockname(&scene->listener, (struct sockaddr *)&place, &size),
        0);
    assert_int_equal(
        uv_link_address(&scene->address, (struct sockaddr *)&place), STATUS_OK);
}

/* Every link is gone, as often as it should, and nothing is left of it. */
static void
close_scene(struct scene *scene, int gone)
{
    uv_close((uv_handle_t *)&scene->listener, NULL);
    assert_int_equal(uv_run(&scene->loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(uv_loop_close(&scene->loop), 0);
    assert_int_equal(scene->gone, gone);
    assert_int_equal(mem_live_count(), scene->live);
}

/* A plain socket whose other end is scene->link. */
static int
call(struct scene *scene)
{
    int caller = sockets_connect(&scene->address);

    sockets_run_until(&scene->loop, &scene->accepted, scene->accepted + 1);
    return caller;
}

static void
send_much(struct scene *scene)
{
    for (size_t sent = 0; sent < MUCH; sent += MUCH / 64)
        assert_int_equal(
            uv_link_send(scene->link, byte_view_of(much + sent, MUCH / 64)),
            STATUS_OK);
}

static void
test_octets(void **state)
{
    struct scene scene;
    bool reset;
    int caller;

    (void)state;
    open_scene(&scene);
    caller = call(&scene);
    assert_false(scene.link->remote.is_ipv6);
    assert_memory_equal(scene.link->remote.octets, scene.address.octets, 4);
    assert_int_equal(uv_link_start(scene.link), STATUS_OK);
    sockets_send(caller, 100000, &scene.loop);
    while (scene.brought < 100000)
        (void)uv_run(&scene.loop, UV_RUN_ONCE);
    assert_int_equal(scene.brought, 100000);
    assert_int_equal(uv_link_send(scene.link, byte_view_of(much, 0)),
                     STATUS_OK);
    assert_int_equal(uv_link_send(scene.link, byte_view_of(much, 1000)),
                     STATUS_OK);
    uv_link_end(scene.link);
    assert_true(uv_link_is_ending(scene.link));
    assert_int_equal(uv_link_send(scene.link, byte_view_of(much, 1000)),
                     STATUS_OK);
    assert_int_equal(sockets_read_all(caller, &scene.loop, &reset), 1000);
    assert_false(reset);
    (void)close(caller);
    sockets_run_until(&scene.loop, &scene.gone, 1);
    close_scene(&scene, 1);
}

/* What was held back for the end arrives with it, however much it is. */
static void
test_hold(void **state)
{
    static const size_t sizes[] = {1, 128, 5000, 300000};
    struct scene scene;
    bool reset;
    int caller;

    (void)state;
    open_scene(&scene);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        caller = call(&scene);
        assert_int_equal(uv_link_start(scene.link), STATUS_OK);
        uv_link_hold(scene.link);
        assert_int_equal(uv_link_send(scene.link, byte_view_of(much, sizes[i])),
                         STATUS_OK);
        uv_link_end(scene.link);
        assert_int_equal(sockets_read_all(caller, &scene.loop, &reset),
                         sizes[i]);
        assert_false(reset);
        (void)close(caller);
        sockets_run_until(&scene.loop, &scene.gone, (int)i + 1);
    }
    close_scene(&scene, 4);
}

/* What the other side does not take is reported as unsent. */
static void
test_back_pressure(void **state)
{
    struct scene scene;
    size_t unsent;
    bool reset;
    int caller;

    (void)state;
    open_scene(&scene);
    caller = call(&scene);
    send_much(&scene);
    sockets_run_ready(&scene.loop);
    unsent = scene.link->unsent;
    assert_in_range(unsent, MUCH / 4, MUCH);
    assert_in_range(scene.written, 0, 63);
    /* Nothing but what the other side reads changes that. */
    sockets_run_ready(&scene.loop);
    assert_int_equal(scene.link->unsent, unsent);
    uv_link_end(scene.link);
    assert_int_equal(sockets_read_all(caller, &scene.loop, &reset), MUCH);
    assert_false(reset);
    assert_int_equal(scene.written, 64);
    assert_int_equal(scene.link->unsent, 0);
    (void)close(caller);
    sockets_run_until(&scene.loop, &scene.gone, 1);
    close_scene(&scene, 1);
}

/* A link that paused has octets unread when it ends: still no reset, and
 * nothing of what it sent is lost. */
static void
test_end_with_unread(void **state)
{
    struct scene scene;
    bool reset;
    int caller;

    (void)state;
    open_scene(&scene);
    caller = call(&scene);
    assert_int_equal(uv_link_start(scene.link), STATUS_OK);
    uv_link_pause(scene.link);
    sockets_send(caller, 50000, NULL);
    sockets_run_ready(&scene.loop);
    assert_int_equal(scene.brought, 0);
    send_much(&scene);
    uv_link_end(scene.link);
    sockets_run_ready(&scene.loop);
    sockets_send(caller, 50000, &scene.loop);
    assert_int_equal(sockets_read_all(caller, &scene.loop, &reset), MUCH);
    assert_false(reset);
    /* It is still the other side's to end, and it is read until then. */
    sockets_send(caller, MUCH / 4, &scene.loop);
    sockets_run_ready(&scene.loop);
    assert_int_equal(scene.gone, 0);
    assert_int_equal(scene.brought, 0);
    (void)close(caller);
    sockets_run_until(&scene.loop, &scene.gone, 1);
    close_scene(&scene, 1);
}

/* The other side has said all, and still takes what is for it. */
static void
test_end_after_peer(void **state)
{
    struct scene scene;
    bool reset;
    int caller;

    (void)state;
    open_scene(&scene);
    caller = call(&scene);
    assert_int_equal(uv_link_start(scene.link), STATUS_OK);
    send_much(&scene);
    uv_link_end(scene.link);
    (void)shutdown(caller, SHUT_WR);
    sockets_run_ready(&scene.loop);
    assert_int_equal(scene.gone, 0);
    assert_int_equal(sockets_read_all(caller, &scene.loop, &reset), MUCH);
    assert_false(reset);
    sockets_run_until(&scene.loop, &scene.gone, 1);
    (void)close(caller);
    close_scene(&scene, 1);
}

/* A peer that takes nothing, and one that never ends, are not waited for. */
static void
test_end_not_awaited(void **state)
{
    struct scene scene;
    int caller;

    (void)state;
    open_scene(&scene);
    caller = call(&scene);
    send_much(&scene);
    uv_link_end(scene.link);
    sockets_run_ready(&scene.loop);
    assert_int_equal(scene.gone, 0);
    sockets_hurry(&scene.link->timer, LINK_UNSENT_MS);
    sockets_run_until(&scene.loop, &scene.gone, 1);
    (void)close(caller);

    caller = call(&scene);
    uv_link_end(scene.link);
    sockets_run_ready(&scene.loop);
    assert_int_equal(scene.gone, 1);
    sockets_hurry(&scene.link->timer, LINK_FAREWELL_MS);
    sockets_run_until(&scene.loop, &scene.gone, 2);
    (void)close(caller);
    close_scene(&scene, 2);
}

static void
test_close_in_the_middle(void **state)
{
    struct scene scene;
    int written;
    int caller;

    (void)state;
    open_scene(&scene);
    caller = call(&scene);
    assert_int_equal(uv_link_start(scene.link), STATUS_OK);
    send_much(&scene);
    sockets_run_ready(&scene.loop);
    written = scene.written;
    uv_link_close(scene.link);
    uv_link_close(scene.link);
    uv_link_end(scene.link);
    uv_link_evict(scene.link);
    uv_link_resume(scene.link);
    assert_int_equal(uv_link_send(scene.link, byte_view_of(much, 1)),
                     STATUS_OK);
    assert_int_equal(scene.gone, 0); /* never from within a call */
    sockets_run_until(&scene.loop, &scene.gone, 1);
    assert_int_equal(scene.written, written);
    (void)close(caller);
    close_scene(&scene, 1);
}

static void
test_peer_resets(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene);
    for (int ending = 0; ending < 2; ending++) {
        int caller = call(&scene);

        assert_int_equal(uv_link_start(scene.link), STATUS_OK);
        send_much(&scene);
        if (ending == 1)
            uv_link_end(scene.link);
        sockets_run_ready(&scene.loop);
        sockets_reset(caller);
        sockets_run_until(&scene.loop, &scene.gone, ending + 1);
    }
    close_scene(&scene, 2);
}

/* Everything that a stranger sends is read; he ends first. */
static void
test_drain(void **state)
{
    struct scene scene;
    bool reset;
    int caller;

    (void)state;
    open_scene(&scene);
    caller = call(&scene);
    assert_int_equal(uv_link_start(scene.link), STATUS_OK);
    uv_link_pause(scene.link);
    uv_link_drain(scene.link);
    uv_link_pause(scene.link); /* does not stop it */
    sockets_send(caller, MUCH, &scene.loop);
    sockets_run_ready(&scene.loop);
    assert_true(sockets_is_quiet(caller));
    assert_int_equal(scene.brought, 0);
    (void)shutdown(caller, SHUT_WR);
    assert_int_equal(sockets_read_all(caller, &scene.loop, &reset), 0);
    assert_false(reset);
    sockets_run_until(&scene.loop, &scene.gone, 1);
    (void)close(caller);
    close_scene(&scene, 1);
}

static void
test_evict(void **state)
{
    struct scene scene;
    bool reset;
    int caller;

    (void)state;
    open_scene(&scene);
    caller = call(&scene);
    sockets_send(caller, 60000, NULL);
    uv_link_evict(scene.link);
    assert_int_equal(sockets_read_all(caller, &scene.loop, &reset), 0);
    assert_false(reset);
    (void)close(caller);
    close_scene(&scene, 1);
}

static void
test_connect(void **state)
{
    struct uv_link *link;
    struct scene scene;

    (void)state;
    open_scene(&scene);
    assert_int_equal(uv_link_connect(&link, &scene.loop, &scene.address,
                                     &scene.owner, on_connected),
                     STATUS_OK);
    assert_int_equal(scene.connected, 0); /* never from within a call */
    sockets_run_until(&scene.loop, &scene.connected, 1);
    sockets_run_until(&scene.loop, &scene.accepted, 1);
    uv_link_end(link);
    assert_int_equal(uv_link_start(scene.link), STATUS_OK);
    sockets_run_until(&scene.loop, &scene.gone, 2);
    assert_int_equal(scene.failed, 0);
    close_scene(&scene, 2);
}

static void
test_connect_refused(void **state)
{
    const struct address nobody = sockets_nobody();
    struct uv_link *link;
    struct scene scene;

    (void)state;
    open_scene(&scene);
    assert_int_equal(uv_link_connect(&link, &scene.loop, &nobody, &scene.owner,
                                     on_connected),
                     STATUS_OK);
    sockets_run_until(&scene.loop, &scene.gone, 1);
    assert_int_equal(scene.failed, 1);
    assert_int_equal(scene.connected, 0);
    close_scene(&scene, 1);
}

/* Somebody swallows what we say: it fails after a while, or when we like. */
static void
test_connect_swallowed(void **state)
{
    struct sockets_hole hole;
    struct uv_link *link;
    struct scene scene;

    (void)state;
    sockets_hole_open(&hole);
    open_scene(&scene);
    assert_int_equal(uv_link_connect(&link, &scene.loop, &hole.address,
                                     &scene.owner, on_connected),
                     STATUS_OK);
    sockets_run_ready(&scene.loop);
    assert_int_equal(scene.failed + scene.connected, 0);
    sockets_hurry(&link->timer, LINK_CONNECT_MS);
    sockets_run_until(&scene.loop, &scene.gone, 1);
    assert_int_equal(scene.failed, 1);

    assert_int_equal(uv_link_connect(&link, &scene.loop, &hole.address,
                                     &scene.owner, on_connected),
                     STATUS_OK);
    sockets_run_ready(&scene.loop);
    uv_link_close(link);
    sockets_run_until(&scene.loop, &scene.gone, 2);
    assert_int_equal(scene.failed, 1);
    assert_int_equal(scene.connected, 0);
    close_scene(&scene, 2);
    sockets_hole_close(&hole);
}

/* A caller for whom there is no memory waits, and so does the one behind. */
static void
test_no_memory(void **state)
{
    struct uv_link *link;
    struct scene scene;
    int callers[2];

    (void)state;
    open_scene(&scene);
    mem_fail_after(0);
    callers[0] = sockets_connect(&scene.address);
    sockets_run_until(&scene.loop, &scene.refused_memory, 1);
    callers[1] = sockets_connect(&scene.address);
    sockets_run_ready(&scene.loop);
    assert_int_equal(scene.accepted, 0);
    assert_true(sockets_is_quiet(callers[0]));
    on_connection((uv_stream_t *)&scene.listener, 0);
    assert_int_equal(scene.accepted, 1);
    link = scene.link;
    sockets_run_until(&scene.loop, &scene.accepted, 2);

    mem_fail_after(0);
    assert_int_equal(uv_link_send(link, byte_view_of(much, 1)),
                     STATUS_NO_MEMORY);
    assert_int_equal(link->unsent, 0);
    uv_link_close(link);
    uv_link_close(scene.link);
    for (long i = 0; i < 2; i++) {
        mem_fail_after(i);
        assert_int_equal(uv_link_connect(&link, &scene.loop, &scene.address,
                                         &scene.owner, on_connected),
                         STATUS_NO_MEMORY);
        assert_null(link);
    }
    mem_fail_after(-1);
    (void)close(callers[0]);
    (void)close(callers[1]);
    close_scene(&scene, 2);
    assert_int_equal(scene.connected + scene.failed, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_octets),
        cmocka_unit_test(test_hold),
        cmocka_unit_test(test_back_pressure),
        cmocka_unit_test(test_end_with_unread),
        cmocka_unit_test(test_end_after_peer),
        cmocka_unit_test(test_end_not_awaited),
        cmocka_unit_test(test_close_in_the_middle),
        cmocka_unit_test(test_peer_resets),
        cmocka_unit_test(test_drain),
        cmocka_unit_test(test_evict),
        cmocka_unit_test(test_connect),
        cmocka_unit_test(test_connect_refused),
        cmocka_unit_test(test_connect_swallowed),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, sockets_start, NULL);
}
