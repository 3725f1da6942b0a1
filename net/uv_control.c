#include "net/uv_control.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/limits.h"
#include "core/list.h"
#include "core/mem.h"
#include "net/control_client.h"

struct client {
    struct list_node node;
    struct uv_control *control;
    uv_pipe_t pipe;
    bool closing;
    struct byte_buf input;
    uint8_t octets[CONTROL_LINE_MAX];
    bool syncs; /* waits for the end of a sync */
    bool waits; /* for deliveries of id */
    struct record_id id;
    uint32_t delivered;
};

struct uv_control {
    struct uv_control_config config;
    char *path; /* of the socket */
    int lock;
    uv_pipe_t pipe;
    bool bound;
    bool pipe_closed;
    bool closing;
    uv_pipe_t refused; /* somebody for whom there is no room */
    bool refusing;     /* refused is in use */
    bool one_waits;    /* the next one came meanwhile */
    size_t client_count;
    struct list_node clients;
};

struct write_request {
    uv_write_t request;
    struct byte_buf text;
};

static void
control_settle(struct uv_control *control)
{
    if (!control->closing || !control->pipe_closed || control->refusing ||
        !list_is_empty(&control->clients))
        return;
    mem_free(control->path);
    mem_free(control);
}

static void
on_client_closed(uv_handle_t *handle)
{
    struct client *client = handle->data;
    struct uv_control *control = client->control;

    list_remove(&client->node);
    control->client_count--;
    byte_buf_release(&client->input);
    mem_free(client);
    control_settle(control);
}

static void
client_close(struct client *client)
{
    if (client->closing)
        return;
    client->closing = true;
    uv_close((uv_handle_t *)&client->pipe, on_client_closed);
}

static void
on_written(uv_write_t *request, int result)
{
    struct write_request *write = (void *)request;

    (void)result; /* a client that left is seen by its read */
    byte_buf_release(&write->text);
    mem_free(write);
}

static void
client_say(struct client *client, const struct control_line *line)
{
    struct write_request *write = NULL;
    uv_buf_t buffer;

    /* Whoever asks and does not listen would fill our memory. */
    if (client->pipe.write_queue_size < CONTROL_UNREAD_MAX)
        write = mem_zalloc(1, sizeof(*write));
    if (write == NULL) {
        client_close(client);
        return;
    }
    byte_buf_init(&write->text, CONTROL_LINE_MAX);
    if (control_write(&write->text, line) == STATUS_OK) {
        buffer =
            uv_buf_init((char *)write->text.data, (unsigned)write->text.size);
        if (uv_write(&write->request, (uv_stream_t *)&client->pipe, &buffer, 1,
                     on_written) == 0)
            return;
    }
    byte_buf_release(&write->text);
    mem_free(write);
    client_close(client);
}

static void
client_on_line(struct client *client, struct byte_view text)
{
    struct uv_control *control = client->control;
    struct control_line line = control_parse(text);
    struct control_line answer = {.kind = CONTROL_UNKNOWN};

    control->config.on_line(control->config.context, &line, &answer);
    if (answer.kind == CONTROL_PASSING) {
        client->waits = true;
        client->id = line.id;
        client->delivered = 0;
    }
    if (answer.kind == CONTROL_SYNCING)
        client->syncs = true;
    client_say(client, &answer);
}

static void
on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct client *client = handle->data;

    (void)suggested;
    *buffer = uv_buf_init((char *)client->octets,
                          (unsigned)(CONTROL_LINE_MAX - client->input.size));
}

static void
on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer)
{
    struct client *client = stream->data;
    struct byte_buf *input = &client->input;
    const uint8_t *end;

    if (size == 0)
        return;
    if (size < 0 ||
        byte_buf_append(input, byte_view_of(buffer->base, (size_t)size)) !=
            STATUS_OK) {
        client_close(client);
        return;
    }
    while (!client->closing && input->size > 0 &&
           (end = memchr(input->data, '\n', input->size)) != NULL) {
        size_t line_size = (size_t)(end - input->data);

        client_on_line(client, byte_view_of(input->data, line_size));
        byte_buf_consume(input, line_size + 1);
    }
    if (input->size == CONTROL_LINE_MAX)
        client_close(client); /* no line of ours is so long */
}

static void on_connection(uv_stream_t *listener, int result);

static void
on_refused_closed(uv_handle_t *handle)
{
    struct uv_control *control = handle->data;
    bool one_waits = control->one_waits;

    control->refusing = false;
    control->one_waits = false;
    if (one_waits && !control->closing)
        on_connection((uv_stream_t *)&control->pipe, 0);
    control_settle(control);
}

/* There is no room.  libuv reports nobody else before this one is taken. */
static void
refuse(struct uv_control *control)
{
    if (control->refusing) {
        control->one_waits = true;
        return;
    }
    control->refusing = true;
    (void)uv_pipe_init(control->config.loop, &control->refused, 0);
    control->refused.data = control;
    (void)uv_accept((uv_stream_t *)&control->pipe,
                    (uv_stream_t *)&control->refused);
    uv_close((uv_handle_t *)&control->refused, on_refused_closed);
}

static void
on_connection(uv_stream_t *listener, int result)
{
    struct uv_control *control = listener->data;
    struct client *client = NULL;

    if (result != 0)
        return;
    if (control->client_count < CONTROL_CLIENTS_MAX)
        client = mem_zalloc(1, sizeof(*client));
    if (client == NULL) {
        refuse(control);
        return;
    }
    client->control = control;
    byte_buf_init(&client->input, CONTROL_LINE_MAX);
    (void)uv_pipe_init(listener->loop, &client->pipe, 0);
    client->pipe.data = client;
    list_append(&control->clients, &client->node);
    control->client_count++;
    if (uv_accept(listener, (uv_stream_t *)&client->pipe) != 0 ||
        uv_read_start((uv_stream_t *)&client->pipe, on_alloc, on_read) != 0)
        client_close(client);
}

static void
on_pipe_closed(uv_handle_t *handle)
{
    struct uv_control *control = handle->data;

    control->pipe_closed = true;
    control_settle(control);
}

void
uv_control_free(struct uv_control *control)
{
    struct list_node *node, *after;

    if (control == NULL || control->closing)
        return;
    control->closing = true;
    if (control->bound && control->path != NULL)
        (void)unlink(control->path);
    LIST_EACH_SAFE(node, after, &control->clients)
        client_close(CONTAINER_OF(node, struct client, node));
    uv_close((uv_handle_t *)&control->pipe, on_pipe_closed);
    if (control->lock >= 0)
        (void)close(control->lock);
}

/* Hold the home's lock until we end, however that happens. */
static enum status
take_lock(struct uv_control *control)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    char *path = file_join(control->config.home, CONTROL_LOCK_NAME);

    if (path == NULL)
        return STATUS_NO_MEMORY;
    control->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    mem_free(path);
    if (control->lock < 0)
        return file_status_of_errno(errno);
    if (fcntl(control->lock, F_SETLK, &lock) != 0)
        return errno == EACCES || errno == EAGAIN ? STATUS_EXISTS : STATUS_IO;
    return STATUS_OK;
}

/* Bind from inside the home: libuv cuts a path that is too long for a socket
 * address without a word, and a home may lie deep. */
static enum status
bind_within(struct uv_control *control)
{
    int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum status status = STATUS_OK;
    mode_t mask;

    if (here < 0)
        return file_status_of_errno(errno);
    if (chdir(control->config.home) != 0) {
        status = file_status_of_errno(errno);
    } else {
        /* We hold the lock, so whoever made it is gone. */
        (void)unlink(CONTROL_SOCKET_NAME);
        mask = umask(0177);
        if (uv_pipe_bind(&control->pipe, CONTROL_SOCKET_NAME) != 0)
            status = STATUS_IO;
        else
            control->bound = true;
        (void)umask(mask);
    }
    if (fchdir(here) != 0 && status == STATUS_OK)
        status = STATUS_IO;
    (void)close(here);
    return status;
}

enum status
uv_control_new(struct uv_control **out, const struct uv_control_config *config)
{
    struct uv_control *control = mem_zalloc(1, sizeof(*control));
    enum status status;

    *out = NULL;
    if (control == NULL)
        return STATUS_NO_MEMORY;
    control->config = *config;
    control->lock = -1;
    list_init(&control->clients);
    (void)uv_pipe_init(config->loop, &control->pipe, 0);
    control->pipe.data = control;
    control->path = file_join(config->home, CONTROL_SOCKET_NAME);
    status = control->path == NULL ? STATUS_NO_MEMORY : take_lock(control);
    if (status == STATUS_OK)
        status = bind_within(control);
    if (status == STATUS_OK &&
        uv_listen((uv_stream_t *)&control->pipe, 16, on_connection) != 0)
        status = STATUS_IO;
    if (status != STATUS_OK) {
        uv_control_free(control);
        return status;
    }
    control->config.home = NULL; /* the caller's */
    *out = control;
    return STATUS_OK;
}

void
uv_control_delivered(struct uv_control *control, const struct record_id *id)
{
    struct list_node *node, *after;

    if (control == NULL)
        return;
    LIST_EACH_SAFE(node, after, &control->clients) {
        struct client *client = CONTAINER_OF(node, struct client, node);
        struct control_line line = {.kind = CONTROL_DELIVERED, .id = *id};

        if (client->closing || !client->waits ||
            !record_id_equal(&client->id, id))
            continue;
        line.count = ++client->delivered;
        client_say(client, &line);
    }
}

void
uv_control_synced(struct uv_control *control, const struct control_line *line)
{
    struct list_node *node, *after;

    LIST_EACH_SAFE(node, after, &control->clients) {
        struct client *client = CONTAINER_OF(node, struct client, node);

        if (client->closing || !client->syncs)
            continue;
        client->syncs = false;
        client_say(client, line);
    }
}
