#include "core/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file_private.h"
#include "core/mem.h"

/* One system call's worth of reading. */
#define READ_SIZE ((size_t)64 * 1024)

enum status
file_status_of_errno(int error)
{
    switch (error) {
    case ENOENT:
        return STATUS_NOT_FOUND;
    case EACCES:
    case EPERM:
    case EROFS:
        return STATUS_DENIED;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return STATUS_FULL;
    case EEXIST:
        return STATUS_EXISTS;
    case ENOMEM:
        return STATUS_NO_MEMORY;
    }
    return STATUS_IO;
}

enum status
file_status_of_call(int result)
{
    return result < 0 ? file_status_of_errno(errno) : STATUS_OK;
}

void
file_close_quietly(int descriptor)
{
    int saved = errno;

    if (descriptor >= 0)
        (void)close(descriptor);
    errno = saved;
}

/* Reading. */

/* Append what one read gives; *ended at the end of the file. */
static enum status
read_some(struct byte_buf *out, int descriptor, bool *ended)
{
    size_t room = out->maximum - out->size;
    uint8_t beyond;
    ssize_t count;
    enum status status;

    if (room > READ_SIZE)
        room = READ_SIZE;
    status = byte_buf_reserve(out, room);
    if (status != STATUS_OK)
        return status;
    /* At the maximum one octet more tells a full buffer from a long file. */
    do {
        count = room > 0 ? read(descriptor, out->data + out->size, room)
                         : read(descriptor, &beyond, 1);
    } while (count < 0 && errno == EINTR);
    if (count < 0)
        return STATUS_IO;
    *ended = count == 0;
    if (room == 0)
        return count > 0 ? STATUS_TOO_LARGE : STATUS_OK;
    out->size += (size_t)count;
    return STATUS_OK;
}

enum status
file_read_descriptor(struct byte_buf *out, int descriptor)
{
    size_t before = out->size;
    enum status status = STATUS_OK;
    bool ended = false;

    while (status == STATUS_OK && !ended)
        status = read_some(out, descriptor, &ended);
    if (status != STATUS_OK)
        out->size = before;
    return status;
}

/* Open the regular file at path for reading. */
static enum status
open_regular(int *descriptor, struct stat *facts, const char *path)
{
    enum status status = STATUS_OK;

    /* O_NONBLOCK, or opening a FIFO would wait for its writer. */
    *descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (*descriptor < 0 && (errno == ENXIO || errno == ENOTSUP))
        return STATUS_DENIED; /* a socket, or a device without a driver */
    if (*descriptor < 0)
        return file_status_of_errno(errno);
    if (fstat(*descriptor, facts) < 0) {
        status = STATUS_IO;
    } else if (!S_ISREG(facts->st_mode)) {
        errno = S_ISDIR(facts->st_mode) ? EISDIR : ENOTSUP;
        status = STATUS_DENIED;
    }
    if (status != STATUS_OK) {
        file_close_quietly(*descriptor);
        *descriptor = -1;
    }
    return status;
}

enum status
file_read(struct byte_buf *out, const char *path)
{
    struct stat facts;
    enum status status;
    int descriptor;

    status = open_regular(&descriptor, &facts, path);
    if (status != STATUS_OK)
        return status;
    if (facts.st_size < 0 ||
        (uintmax_t)facts.st_size > out->maximum - out->size)
        status = STATUS_TOO_LARGE;
    else
        status = file_read_descriptor(out, descriptor);
    file_close_quietly(descriptor);
    return status;
}

/* Give what one read gives to sink; *ended at the end of the file. */
static enum status
pass_some(int descriptor, uint8_t *buffer, file_sink *sink, void *context,
          bool *ended)
{
    ssize_t count;

    do {
        count = read(descriptor, buffer, READ_SIZE);
    } while (count < 0 && errno == EINTR);
    if (count < 0)
        return STATUS_IO;
    *ended = count == 0;
    return *ended ? STATUS_OK
                  : sink(context, byte_view_of(buffer, (size_t)count));
}

enum status
file_read_pieces(const char *path, file_sink *sink, void *context)
{
    uint8_t *buffer = NULL;
    bool ended = false;
    struct stat facts;
    enum status status;
    int descriptor;

    status = open_regular(&descriptor, &facts, path);
    if (status != STATUS_OK)
        return status;
    buffer = mem_alloc(READ_SIZE);
    if (buffer == NULL)
        status = STATUS_NO_MEMORY;
    while (status == STATUS_OK && !ended)
        status = pass_some(descriptor, buffer, sink, context, &ended);
    mem_free(buffer);
    file_close_quietly(descriptor);
    return status;
}

char *
file_join(const char *directory, const char *name)
{
    size_t length = strlen(directory);
    size_t size = length + strlen(name) + 2;
    bool has_slash = length > 0 && directory[length - 1] == '/';
    char *path = mem_alloc(size);

    if (path != NULL)
        (void)snprintf(path, size, "%s%s%s", directory, has_slash ? "" : "/",
                       name);
    return path;
}
