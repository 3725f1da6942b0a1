/*
 * Plain sockets on loopback for tests of net/uv_*: the other side of a
 * connection, that does what it should not.
 *
 * A function that cannot do its work fails the cmocka test that runs.
 */
#ifndef P2PUB_TESTS_UNIT_SOCKETS_H
#define P2PUB_TESTS_UNIT_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>

#include <uv.h>

#include "net/address.h"

/* A group setup for cmocka_run_group_tests: nothing below may take longer than
 * five minutes, instead of for ever. */
int sockets_start(void **state);

/* A listening socket at 127.0.0.1; *address is where. */
int sockets_listen(struct address *address);

/* One that answers no further caller: a connection to it never comes about. */
struct sockets_hole {
    int listener;
    int callers[4];
    struct address address;
};

void sockets_hole_open(struct sockets_hole *hole);
void sockets_hole_close(struct sockets_hole *hole);

/* A port at which nobody listens. */
struct address sockets_nobody(void);

/* A connection to address, and the next connection of listener. */
int sockets_connect(const struct address *address);
int sockets_accept(int listener);

/* Send size octets while loop runs. */
void sockets_send(int socket, size_t size, uv_loop_t *loop);

/* How many octets come before an end, while loop runs; *reset says which kind
 * of end. */
size_t sockets_read_all(int socket, uv_loop_t *loop, bool *reset);

/* True if nothing has come, and no end. */
bool sockets_is_quiet(int socket);

/* Close so that the other side sees a reset. */
void sockets_reset(int socket);

/* Run loop until *counter is at least count. */
void sockets_run_until(uv_loop_t *loop, const int *counter, int count);

/* Let what is waiting in loop happen, and nothing be waited for. */
void sockets_run_ready(uv_loop_t *loop);

/* Make timer, which is to be running for at most milliseconds more, fire in
 * the next turn. */
void sockets_hurry(uv_timer_t *timer, uint64_t milliseconds);

#endif
