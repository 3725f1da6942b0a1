#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/uv_link.h"

int
sockets_start(void **state)
{
    (void)state;
    (void)signal(SIGPIPE, SIG_IGN);
    (void)alarm(300);
    return 0;
}

static int
listen_with(struct address *address, int backlog)
{
    struct sockaddr_in place = {.sin_family = AF_INET};
    socklen_t size = sizeof(place);
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(listener, (struct sockaddr *)&place, sizeof(place)),
                     0);
    assert_int_equal(listen(listener, backlog), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&place, &size),
                     0);
    assert_int_equal(uv_link_address(address, (struct sockaddr *)&place),
                     STATUS_OK);
    return listener;
}

int
sockets_listen(struct address *address)
{
    return listen_with(address, 16);
}

struct address
sockets_nobody(void)
{
    struct address address;

    (void)close(listen_with(&address, 1));
    return address;
}

static int
begin_connect(const struct address *address)
{
    struct sockaddr_storage place;
    int made = socket(AF_INET, SOCK_STREAM, 0);

    uv_link_sockaddr(&place, address);
    assert_int_equal(fcntl(made, F_SETFL, O_NONBLOCK), 0);
    if (connect(made, (struct sockaddr *)&place, sizeof(struct sockaddr_in)) !=
        0)
        assert_int_equal(errno, EINPROGRESS);
    return made;
}

void
sockets_hole_open(struct sockets_hole *hole)
{
    hole->listener = listen_with(&hole->address, 0);
    for (size_t i = 0; i < 4; i++)
        hole->callers[i] = begin_connect(&hole->address);
}

void
sockets_hole_close(struct sockets_hole *hole)
{
    for (size_t i = 0; i < 4; i++)
        (void)close(hole->callers[i]);
    (void)close(hole->listener);
}

int
sockets_connect(const struct address *address)
{
    return begin_connect(address);
}

int
sockets_accept(int listener)
{
    int made = accept(listener, NULL, NULL);

    assert_true(made >= 0);
    assert_int_equal(fcntl(made, F_SETFL, O_NONBLOCK), 0);
    return made;
}

static void
turn(uv_loop_t *loop)
{
    static const struct timespec moment = {0, 100000};

    (void)uv_run(loop, UV_RUN_NOWAIT);
    (void)nanosleep(&moment, NULL);
}

void
sockets_send(int socket, size_t size, uv_loop_t *loop)
{
    static const uint8_t octets[65536];

    while (size > 0) {
        ssize_t sent = send(socket, octets,
                            size < sizeof(octets) ? size : sizeof(octets), 0);

        if (sent < 0)
            assert_true(errno == EAGAIN || errno == ENOTCONN);
        else
            size -= (size_t)sent;
        if (loop != NULL)
            turn(loop);
    }
}

size_t
sockets_read_all(int socket, uv_loop_t *loop, bool *reset)
{
    static uint8_t octets[65536];
    size_t total = 0;

    for (;;) {
        ssize_t size = recv(socket, octets, sizeof(octets), 0);

        if (size > 0)
            total += (size_t)size;
        *reset = size < 0;
        if (size == 0 || (size < 0 && errno != EAGAIN && errno != ENOTCONN))
            return total;
        turn(loop);
    }
}

bool
sockets_is_quiet(int socket)
{
    uint8_t octet;

    return recv(socket, &octet, 1, MSG_PEEK) < 0 && errno == EAGAIN;
}

void
sockets_reset(int socket)
{
    static const struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    assert_int_equal(
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)),
        0);
    (void)close(socket);
}

void
sockets_run_until(uv_loop_t *loop, const int *counter, int count)
{
    while (*counter < count)
        (void)uv_run(loop, UV_RUN_ONCE);
}

void
sockets_run_ready(uv_loop_t *loop)
{
    for (int i = 0; i < 200; i++)
        turn(loop);
}

void
sockets_hurry(uv_timer_t *timer, uint64_t milliseconds)
{
    assert_true(uv_is_active((uv_handle_t *)timer));
    assert_true(uv_timer_get_due_in(timer) <= milliseconds);
    assert_int_equal(uv_timer_start(timer, timer->timer_cb, 0, 0), 0);
}
