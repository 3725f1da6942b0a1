/*
 * A command's side of the local socket: asks the daemon of its home.
 *
 * Blocking, for commands alone.  The socket is `control` in the home; its path
 * may be longer than a socket address holds.
 */
#ifndef P2PUB_NET_CONTROL_CLIENT_H
#define P2PUB_NET_CONTROL_CLIENT_H

#include "core/status.h"
#include "net/control.h"

struct control_client;

/* The name of the socket, and of the lock that a running daemon holds. */
#define CONTROL_SOCKET_NAME "control"
#define CONTROL_LOCK_NAME   "daemon.lock"

/* Connect to the daemon of home.  STATUS_NOT_FOUND when none runs,
 * STATUS_DENIED, STATUS_IO, STATUS_NO_MEMORY. */
enum status control_client_open(struct control_client **out,
                                const char *home) MUST_CHECK;
void control_client_free(struct control_client *client);

/* STATUS_IO when the daemon is gone. */
enum status control_client_send(struct control_client *client,
                                const struct control_line *line) MUST_CHECK;

/* Wait for a line, at most so many milliseconds.  STATUS_NOT_FOUND when none
 * came in time, STATUS_CANCELLED for a signal, STATUS_IO when the daemon is
 * gone. */
enum status control_client_receive(struct control_client *client,
                                   int milliseconds,
                                   struct control_line *out) MUST_CHECK;

#endif
