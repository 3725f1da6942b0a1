/*
 * The daemon's side of the local socket (net/control.h has the words).
 *
 * One daemon a home: it holds a lock on CONTROL_LOCK_NAME, which the system
 * takes back however it ends.  A client is closed that sends what no line can
 * begin with (CONTROL_LINE_MAX octets without an LF), or does not read what it
 * asked for; so is one more than CONTROL_CLIENTS_MAX.
 */
#ifndef P2PUB_NET_UV_CONTROL_H
#define P2PUB_NET_UV_CONTROL_H

#include <uv.h>

#include "core/status.h"
#include "net/control.h"

struct uv_control;

struct uv_control_config {
    uv_loop_t *loop;
    const char *home;
    void *context;
    /* Answer line by filling in *answer.  With CONTROL_PASSING the client is
     * told of deliveries from then on, with CONTROL_SYNCING when that is
     * over. */
    void (*on_line)(void *context, const struct control_line *line,
                    struct control_line *answer);
};

/* STATUS_EXISTS when another daemon runs in this home; STATUS_DENIED,
 * STATUS_FULL, STATUS_IO, STATUS_NO_MEMORY. */
enum status uv_control_new(struct uv_control **out,
                           const struct uv_control_config *config) MUST_CHECK;

/* Close and remove the socket; the memory goes once the loop has closed all.
 * NULL is allowed. */
void uv_control_free(struct uv_control *control);

/* Tell whoever waits for the end of a sync; line is CONTROL_SYNCED. */
void uv_control_synced(struct uv_control *control,
                       const struct control_line *line);

/* One more node has id: tell whoever waits for it. */
void uv_control_delivered(struct uv_control *control,
                          const struct record_id *id);

#endif
