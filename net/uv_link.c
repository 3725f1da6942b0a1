#include "net/uv_link.h"

#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "core/limits.h"
#include "core/mem.h"

/* Seconds of silence before the kernel asks whether the other side is there:
 * a listener that never closes must still lose the dead. */
#define KEEPALIVE_SECONDS 120

struct write_request {
    uv_write_t request;
    size_t size;
    uint8_t octets[];
};

void
uv_link_sockaddr(struct sockaddr_storage *out, const struct address *address)
{
    memset(out, 0, sizeof(*out));
    if (address->is_ipv6) {
        struct sockaddr_in6 *in6 = (void *)out;

        in6->sin6_family = AF_INET6;
        in6->sin6_port = htons(address->port);
        in6->sin6_scope_id = address->scope;
        memcpy(&in6->sin6_addr, address->octets, 16);
    } else {
        struct sockaddr_in *in4 = (void *)out;

        in4->sin_family = AF_INET;
        in4->sin_port = htons(address->port);
        memcpy(&in4->sin_addr, address->octets, 4);
    }
}

enum status
uv_link_address(struct address *out, const struct sockaddr *socket_address)
{
    memset(out, 0, sizeof(*out));
    if (socket_address->sa_family == AF_INET) {
        struct sockaddr_in in4;

        memcpy(&in4, socket_address, sizeof(in4));
        memcpy(out->octets, &in4.sin_addr, 4);
        out->port = ntohs(in4.sin_port);
        return STATUS_OK;
    }
    if (socket_address->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;

        memcpy(&in6, socket_address, sizeof(in6));
        /* An IPv4 client of a dual-stack socket is an IPv4 address. */
        if (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr)) {
            memcpy(out->octets, in6.sin6_addr.s6_addr + 12, 4);
        } else {
            out->is_ipv6 = true;
            memcpy(out->octets, &in6.sin6_addr, 16);
            if (IN6_IS_ADDR_LINKLOCAL(&in6.sin6_addr))
                out->scope = in6.sin6_scope_id;
        }
        out->port = ntohs(in6.sin6_port);
        return STATUS_OK;
    }
    return STATUS_MALFORMED;
}

static void
on_close(uv_handle_t *handle)
{
    struct uv_link *link = handle->data;

    if (--link->open_handles > 0)
        return;
    if (link->owner.on_gone != NULL)
        link->owner.on_gone(link->owner.context, link);
    mem_free(link);
}

void
uv_link_close(struct uv_link *link)
{
    if (link->closing)
        return;
    link->closing = true;
    uv_close((uv_handle_t *)&link->handle, on_close);
    uv_close((uv_handle_t *)&link->timer, on_close);
}

void
uv_link_evict(struct uv_link *link)
{
    uv_os_fd_t socket;

    if (link->closing)
        return;
    if (uv_fileno((uv_handle_t *)&link->handle, &socket) == 0)
        for (int i = 0; i < LINK_EVICT_READS; i++)
            if (recv(socket, link->owner.read_buffer, link->owner.read_size,
                     0) <= 0)
                break;
    uv_link_close(link);
}

static enum status
link_new(struct uv_link **out, uv_loop_t *loop,
         const struct uv_link_owner *owner)
{
    struct uv_link *link = mem_zalloc(1, sizeof(*link));

    *out = NULL;
    if (link == NULL)
        return STATUS_NO_MEMORY;
    if (uv_tcp_init(loop, &link->handle) != 0) {
        mem_free(link);
        return STATUS_IO;
    }
    (void)uv_timer_init(loop, &link->timer); /* cannot fail */
    list_init(&link->node);
    link->handle.data = link;
    link->timer.data = link;
    link->open_handles = 2;
    link->owner = *owner;
    *out = link;
    return STATUS_OK;
}

/* Close a link that its owner has not been told of. */
static void
link_abandon(struct uv_link *link)
{
    link->owner.on_gone = NULL;
    uv_link_close(link);
}

/* A lossy radio link is not a full one: BBR (draft-cardwell-iccrg-bbr) carries
 * twice as much over it as what most kernels take by themselves.  Where the
 * kernel has none, or keeps it to itself, nothing changes. */
static void
prefer_bbr(struct uv_link *link)
{
#ifdef TCP_CONGESTION
    static const char name[] = "bbr";
    uv_os_fd_t descriptor;

    if (uv_fileno((const uv_handle_t *)&link->handle, &descriptor) == 0)
        (void)setsockopt(descriptor, IPPROTO_TCP, TCP_CONGESTION, name,
                         (socklen_t)(sizeof(name) - 1));
#else
    (void)link;
#endif
}

/* Options that cost nothing when they fail. */
static void
link_configure(struct uv_link *link)
{
#ifdef TCP_NOTSENT_LOWAT
    const int ahead = LINK_AHEAD;
    uv_os_fd_t descriptor;

    if (uv_fileno((uv_handle_t *)&link->handle, &descriptor) == 0)
        (void)setsockopt(descriptor, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &ahead,
                         sizeof(ahead));
#endif
    /* The first message must leave in one segment. */
    (void)uv_tcp_nodelay(&link->handle, 1);
    prefer_bbr(link);
    (void)uv_tcp_keepalive(&link->handle, 1, KEEPALIVE_SECONDS);
}

enum status
uv_link_accept(struct uv_link **out, uv_stream_t *listener,
               const struct uv_link_owner *owner)
{
    struct sockaddr_storage remote;
    int size = sizeof(remote);
    struct uv_link *link;
    enum status status;

    *out = NULL;
    status = link_new(&link, listener->loop, owner);
    if (status != STATUS_OK)
        return status;
    if (uv_accept(listener, (uv_stream_t *)&link->handle) != 0 ||
        uv_tcp_getpeername(&link->handle, (struct sockaddr *)&remote, &size) !=
            0 ||
        uv_link_address(&link->remote, (struct sockaddr *)&remote) !=
            STATUS_OK) {
        link_abandon(link);
        return STATUS_IO;
    }
    link_configure(link);
    *out = link;
    return STATUS_OK;
}

/* Connecting has come to an end. */
static void
connected(struct uv_link *link, bool success)
{
    uv_link_connected *on_connected = link->on_connected;

    link->on_connected = NULL;
    (void)uv_timer_stop(&link->timer);
    if (success)
        link_configure(link);
    on_connected(link->owner.context, link, success);
    if (!success)
        uv_link_close(link);
}

static void
on_connect(uv_connect_t *request, int result)
{
    struct uv_link *link = request->handle->data;

    mem_free(request);
    if (!link->closing)
        connected(link, result == 0);
}

static void
on_connect_time(uv_timer_t *timer)
{
    connected(timer->data, false);
}

enum status
uv_link_connect(struct uv_link **out, uv_loop_t *loop,
                const struct address *address,
                const struct uv_link_owner *owner,
                uv_link_connected *on_connected)
{
    uv_connect_t *request = NULL;
    struct sockaddr_storage remote;
    struct uv_link *link;
    enum status status;

    *out = NULL;
    status = link_new(&link, loop, owner);
    if (status != STATUS_OK)
        return status;
    request = mem_zalloc(1, sizeof(*request));
    if (request == NULL) {
        link_abandon(link);
        return STATUS_NO_MEMORY;
    }
    link->on_connected = on_connected;
    link->remote = *address;
    uv_link_sockaddr(&remote, address);
    if (uv_tcp_connect(request, &link->handle, (struct sockaddr *)&remote,
                       on_connect) != 0) {
        mem_free(request);
        link_abandon(link);
        return STATUS_IO;
    }
    (void)uv_timer_start(&link->timer, on_connect_time, LINK_CONNECT_MS, 0);
    *out = link;
    return STATUS_OK;
}

/* A read callback follows each allocation at once, so links share one
 * buffer. */
static void
on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct uv_link *link = handle->data;

    (void)suggested;
    *buffer = uv_buf_init((char *)link->owner.read_buffer,
                          (unsigned)link->owner.read_size);
}

static void
on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer)
{
    struct uv_link *link = stream->data;

    if (size < 0) {
        link->peer_ended = true;
        /* It may still take what we have for it. */
        if (size != UV_EOF || !link->ending || link->all_left)
            uv_link_close(link);
        return;
    }
    if (size > 0 && !link->draining && !link->ending)
        link->owner.on_bytes(link->owner.context, link,
                             byte_view_of(buffer->base, (size_t)size));
}

enum status
uv_link_start(struct uv_link *link)
{
    if (link->reading || link->closing || link->peer_ended)
        return STATUS_OK;
    if (uv_read_start((uv_stream_t *)&link->handle, on_alloc, on_read) != 0)
        return STATUS_IO;
    link->reading = true;
    return STATUS_OK;
}

void
uv_link_pause(struct uv_link *link)
{
    if (!link->reading || link->draining || link->ending)
        return;
    (void)uv_read_stop((uv_stream_t *)&link->handle);
    link->reading = false;
}

void
uv_link_resume(struct uv_link *link)
{
    if (uv_link_start(link) != STATUS_OK)
        uv_link_close(link);
}

static void
on_write(uv_write_t *request, int result)
{
    struct write_request *write = (void *)request;
    struct uv_link *link = request->handle->data;

    link->unsent -= write->size;
    mem_free(write);
    if (link->closing)
        return;
    if (result != 0) {
        uv_link_close(link);
        return;
    }
    link->owner.on_written(link->owner.context, link);
}

enum status
uv_link_send(struct uv_link *link, struct byte_view octets)
{
    struct write_request *write;
    uv_buf_t buffer;

    if (link->closing || link->ending || octets.size == 0)
        return STATUS_OK;
    write = mem_alloc(sizeof(*write) + octets.size);
    if (write == NULL)
        return STATUS_NO_MEMORY;
    memset(&write->request, 0, sizeof(write->request));
    write->size = octets.size;
    memcpy(write->octets, octets.data, octets.size);
    buffer = uv_buf_init((char *)write->octets, (unsigned)octets.size);
    if (uv_write(&write->request, (uv_stream_t *)&link->handle, &buffer, 1,
                 on_write) != 0) {
        mem_free(write);
        uv_link_close(link);
        return STATUS_OK;
    }
    link->unsent += octets.size;
    return STATUS_OK;
}

void
uv_link_hold(struct uv_link *link)
{
#ifdef TCP_CORK
    const int on = 1;
    uv_os_fd_t descriptor;

    if (!link->closing &&
        uv_fileno((uv_handle_t *)&link->handle, &descriptor) == 0)
        (void)setsockopt(descriptor, IPPROTO_TCP, TCP_CORK, &on, sizeof(on));
#else
    (void)link;
#endif
}

/* The peer was waited for long enough. */
static void
on_end_time(uv_timer_t *timer)
{
    uv_link_close(timer->data);
}

static void
on_shutdown(uv_shutdown_t *request, int result)
{
    struct uv_link *link = request->handle->data;

    if (link->closing)
        return;
    link->all_left = true;
    if (result != 0 || link->peer_ended)
        uv_link_close(link);
    else
        (void)uv_timer_start(&link->timer, on_end_time, LINK_FAREWELL_MS, 0);
}

void
uv_link_end(struct uv_link *link)
{
    if (link->closing || link->ending)
        return;
    link->ending = true;
    if (uv_shutdown(&link->shutdown, (uv_stream_t *)&link->handle,
                    on_shutdown) != 0) {
        uv_link_close(link);
        return;
    }
    (void)uv_timer_start(&link->timer, on_end_time, LINK_UNSENT_MS, 0);
    uv_link_resume(link);
}

bool
uv_link_is_ending(const struct uv_link *link)
{
    return link->ending;
}

void
uv_link_drain(struct uv_link *link)
{
    link->draining = true;
    uv_link_resume(link);
}
