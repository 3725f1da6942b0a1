#include "net/control_client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/file.h"
#include "core/mem.h"

/* Where it is missing, the program ignores SIGPIPE. */
#ifndef MSG_NOSIGNAL
#    define MSG_NOSIGNAL 0
#endif

struct control_client {
    int descriptor;
    struct byte_buf input;
};

/* Connect descriptor to the socket from inside home, so that only its short
 * name must fit into the address. */
static enum status
connect_within(int descriptor, const char *home)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX,
                                  .sun_path = CONTROL_SOCKET_NAME};
    int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum status status = STATUS_OK;

    if (here < 0)
        return file_status_of_errno(errno);
    if (chdir(home) != 0)
        status = file_status_of_errno(errno);
    else if (connect(descriptor, (struct sockaddr *)&address,
                     sizeof(address)) != 0)
        status = errno == ECONNREFUSED ? STATUS_NOT_FOUND
                                       : file_status_of_errno(errno);
    if (fchdir(here) != 0 && status == STATUS_OK)
        status = STATUS_IO;
    (void)close(here);
    return status;
}

enum status
control_client_open(struct control_client **out, const char *home)
{
    struct control_client *client = mem_zalloc(1, sizeof(*client));
    enum status status;

    *out = NULL;
    if (client == NULL)
        return STATUS_NO_MEMORY;
    byte_buf_init(&client->input, CONTROL_LINE_MAX);
    client->descriptor = socket(AF_UNIX, SOCK_STREAM, 0);
    status = client->descriptor < 0 ? STATUS_IO : STATUS_OK;
    if (status == STATUS_OK &&
        fcntl(client->descriptor, F_SETFD, FD_CLOEXEC) != 0)
        status = STATUS_IO;
    if (status == STATUS_OK)
        status = connect_within(client->descriptor, home);
    if (status != STATUS_OK) {
        control_client_free(client);
        return status;
    }
    *out = client;
    return STATUS_OK;
}

void
control_client_free(struct control_client *client)
{
    if (client == NULL)
        return;
    if (client->descriptor >= 0)
        (void)close(client->descriptor);
    byte_buf_release(&client->input);
    mem_free(client);
}

enum status
control_client_send(struct control_client *client,
                    const struct control_line *line)
{
    struct byte_buf text;
    enum status status;
    size_t sent = 0;

    byte_buf_init(&text, CONTROL_LINE_MAX);
    status = control_write(&text, line);
    while (status == STATUS_OK && sent < text.size) {
        ssize_t size = send(client->descriptor, text.data + sent,
                            text.size - sent, MSG_NOSIGNAL);

        if (size < 0 && errno != EINTR)
            status = STATUS_IO;
        else if (size > 0)
            sent += (size_t)size;
    }
    byte_buf_release(&text);
    return status;
}

/* Take a whole line out of what has arrived. */
static bool
take_line(struct control_client *client, struct control_line *out)
{
    struct byte_buf *input = &client->input;
    const uint8_t *end =
        input->size == 0 ? NULL : memchr(input->data, '\n', input->size);
    size_t size;

    if (end == NULL)
        return false;
    size = (size_t)(end - input->data);
    *out = control_parse(byte_view_of(input->data, size));
    byte_buf_consume(input, size + 1);
    return true;
}

enum status
control_client_receive(struct control_client *client, int milliseconds,
                       struct control_line *out)
{
    struct pollfd poller = {.fd = client->descriptor, .events = POLLIN};

    while (!take_line(client, out)) {
        uint8_t octets[CONTROL_LINE_MAX];
        ssize_t size;
        int ready = poll(&poller, 1, milliseconds);

        if (ready == 0)
            return STATUS_NOT_FOUND;
        if (ready < 0)
            return errno == EINTR ? STATUS_CANCELLED : STATUS_IO;
        size = recv(client->descriptor, octets,
                    CONTROL_LINE_MAX - client->input.size, 0);
        if (size <= 0 ||
            byte_buf_append(&client->input,
                            byte_view_of(octets, (size_t)size)) != STATUS_OK)
            return STATUS_IO;
    }
    return STATUS_OK;
}
