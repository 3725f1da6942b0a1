#include "core/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"

/* One system call's worth of reading. */
#define READ_SIZE ((size_t)64 * 1024)
/* Octets of ".tmp-PID-NUMBER" and a zero octet. */
#define SUFFIX_SIZE ((size_t)40)
/* Temporary names tried before giving up: all of them left behind by killed
 * processes of our number. */
#define SUFFIX_TRIES 100u

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

/* Status of a system call that returned -1 if it failed. */
static enum status
status_of_call(int result)
{
    return result < 0 ? file_status_of_errno(errno) : STATUS_OK;
}

static void
close_quietly(int descriptor)
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
        close_quietly(*descriptor);
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
    close_quietly(descriptor);
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
    close_quietly(descriptor);
    return status;
}

/* Directories. */

/* The directory that holds path, in memory of mem_alloc. */
static char *
directory_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t size = 1;
    char *directory;

    if (slash == NULL)
        path = ".";
    else if (slash > path)
        size = (size_t)(slash - path);
    directory = mem_alloc(size + 1);
    if (directory != NULL) {
        memcpy(directory, path, size);
        directory[size] = '\0';
    }
    return directory;
}

static const char *
name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

static int
open_directory(const char *path)
{
    return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Of a directory, or of a file in one. */
static enum status
sync_open(int directory)
{
    /* Some network file systems do not know how, and need not. */
    if (fsync(directory) < 0 && errno != EINVAL && errno != ENOTSUP)
        return file_status_of_errno(errno);
    return STATUS_OK;
}

enum status
file_sync_directory(const char *path)
{
    enum status status;
    int directory = open_directory(path);

    if (directory < 0)
        return file_status_of_errno(errno);
    status = sync_open(directory);
    close_quietly(directory);
    return status;
}

#ifdef HAVE_SYNCFS
/* The C libraries show it only to those who ask for GNU's extensions. */
int syncfs(int descriptor);
#endif

enum status
file_sync_system(const char *path)
{
#ifdef HAVE_SYNCFS
    enum status status = STATUS_OK;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);

    if (descriptor < 0)
        return file_status_of_errno(errno);
    if (syncfs(descriptor) < 0)
        status = errno == ENOSYS || errno == EINVAL || errno == ENOTSUP
                     ? STATUS_NEWER
                     : file_status_of_errno(errno);
    close_quietly(descriptor);
    return status;
#else
    (void)path;
    return STATUS_NEWER;
#endif
}

/* What is done with each name in an open directory. */
typedef enum status on_name(int directory, const char *name);

static enum status
sync_name(int directory, const char *name)
{
    enum status status;
    int file =
        openat(directory, name,
               O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);

    if (file < 0)
        return file_status_of_errno(errno);
    status = sync_open(file);
    close_quietly(file);
    return status;
}

static enum status
remove_name(int directory, const char *name)
{
    return status_of_call(unlinkat(directory, name, 0));
}

/* Do it with every name in the directory at path, as far as it succeeds, and
 * at last sync the directory if that is wished. */
static enum status
each_name(const char *path, on_name *act, bool sync)
{
    int descriptor =
        open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    enum status status = STATUS_OK;
    const struct dirent *entry;
    DIR *directory;
    int saved;

    if (descriptor < 0)
        return file_status_of_errno(errno);
    directory = fdopendir(descriptor);
    if (directory == NULL) {
        status = file_status_of_errno(errno);
        close_quietly(descriptor);
        return status;
    }
    while (status == STATUS_OK && (entry = readdir(directory)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            status = act(descriptor, entry->d_name);
    if (status == STATUS_OK && sync)
        status = sync_open(descriptor);
    saved = errno;
    (void)closedir(directory);
    errno = saved;
    return status;
}

enum status
file_sync_folder(const char *path)
{
    return each_name(path, sync_name, true);
}

void
file_remove_folder(const char *path)
{
    int saved = errno;

    if (each_name(path, remove_name, false) == STATUS_OK)
        (void)rmdir(path);
    errno = saved;
}

/* Create the directory path, whose parent exists. */
static enum status
make_one_directory(const char *path)
{
    struct stat facts;
    enum status status;
    char *parent = directory_of(path);
    int saved;

    if (parent == NULL)
        return STATUS_NO_MEMORY;
    if (mkdir(path, 0700) == 0) {
        status = file_sync_directory(parent);
        /* One may write into a directory that one may not read. */
        if (status == STATUS_DENIED)
            status = STATUS_OK;
    } else {
        saved = errno;
        status = file_status_of_errno(saved);
        if (stat(path, &facts) == 0) {
            saved = ENOTDIR;
            status = S_ISDIR(facts.st_mode) ? STATUS_OK : STATUS_IO;
        }
        errno = saved;
    }
    mem_free(parent);
    return status;
}

enum status
file_make_directory(const char *path)
{
    enum status status = STATUS_OK;
    size_t size = strlen(path);
    char *part;

    while (size > 1 && path[size - 1] == '/')
        size--;
    part = mem_alloc(size + 1);
    if (part == NULL)
        return STATUS_NO_MEMORY;
    memcpy(part, path, size);
    part[size] = '\0';
    for (size_t i = 1; i < size && status == STATUS_OK; i++) {
        if (part[i] != '/' || part[i - 1] == '/')
            continue;
        part[i] = '\0';
        status = make_one_directory(part);
        part[i] = '/';
    }
    if (status == STATUS_OK)
        status = make_one_directory(part);
    mem_free(part);
    return status;
}

/* Writing. */

/* A file on its way to its name. */
struct draft {
    int directory;   /* open for its names and for its sync; -1: none */
    int file;        /* -1: none */
    char *temporary; /* its name until then */
    bool is_there;   /* under its temporary name */
};

static void
draft_release(struct draft *draft)
{
    int saved = errno;

    close_quietly(draft->file);
    if (draft->is_there)
        (void)unlinkat(draft->directory, draft->temporary, 0);
    close_quietly(draft->directory);
    mem_free(draft->temporary);
    errno = saved;
}

/* Create the temporary file. */
static enum status
draft_open(struct draft *draft, const char *name, unsigned mode)
{
    size_t size = strlen(name) + SUFFIX_SIZE;
    unsigned try = 0;
    struct stat facts;

    draft->temporary = mem_alloc(size);
    if (draft->temporary == NULL)
        return STATUS_NO_MEMORY;
    do {
        (void)snprintf(draft->temporary, size, "%s.tmp-%ld-%u", name,
                       (long)getpid(), try);
        draft->file =
            openat(draft->directory, draft->temporary,
                   O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
    } while (draft->file < 0 && errno == EEXIST && ++try < SUFFIX_TRIES);
    if (draft->file < 0)
        return file_status_of_errno(errno);
    draft->is_there = true;
    /* The umask may keep others out, but not ourselves. */
    if (fstat(draft->file, &facts) < 0)
        return STATUS_IO;
    if ((facts.st_mode & 0600) == 0600)
        return STATUS_OK;
    return status_of_call(
        fchmod(draft->file, (facts.st_mode & 0777) | S_IRUSR | S_IWUSR));
}

/* Write the octets down to the disk. */
static enum status
draft_fill(struct draft *draft, struct byte_view octets)
{
    int file = draft->file;

    while (octets.size > 0) {
        ssize_t count = write(file, octets.data, octets.size);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return file_status_of_errno(errno);
        octets = byte_view_slice(octets, (size_t)count, octets.size);
    }
    if (fsync(file) < 0)
        return file_status_of_errno(errno);
    draft->file = -1;
    return status_of_call(close(file));
}

/* Give the draft its name, which nothing else may have. */
static enum status
draft_name_new(struct draft *draft, const char *name)
{
    int directory = draft->directory;
    int taken, saved;

    if (linkat(directory, draft->temporary, directory, name, 0) == 0) {
        draft->is_there = unlinkat(directory, draft->temporary, 0) < 0;
        return STATUS_OK;
    }
    if (errno == EEXIST)
        return STATUS_EXISTS;
    /* A file system without links, like that of a stick: take the name with
     * an empty file, which a power cut may leave there. */
    taken = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                   S_IRUSR | S_IWUSR);
    if (taken < 0)
        return file_status_of_errno(errno);
    close_quietly(taken);
    if (renameat(directory, draft->temporary, directory, name) < 0) {
        saved = errno;
        (void)unlinkat(directory, name, 0);
        errno = saved;
        return file_status_of_errno(errno);
    }
    draft->is_there = false;
    return STATUS_OK;
}

static enum status
draft_name(struct draft *draft, const char *name)
{
    int directory = draft->directory;

    if (renameat(directory, draft->temporary, directory, name) < 0)
        return file_status_of_errno(errno);
    draft->is_there = false;
    return STATUS_OK;
}

static enum status
write_whole(const char *path, struct byte_view octets, unsigned mode,
            enum status (*give_name)(struct draft *draft, const char *name))
{
    struct draft draft = {-1, -1, NULL, false};
    char *directory = directory_of(path);
    enum status status = STATUS_NO_MEMORY;

    if (directory == NULL)
        goto done;
    draft.directory = open_directory(directory);
    status = status_of_call(draft.directory);
    if (status != STATUS_OK)
        goto done;
    status = draft_open(&draft, name_of(path), mode);
    if (status != STATUS_OK)
        goto done;
    status = draft_fill(&draft, octets);
    if (status != STATUS_OK)
        goto done;
    status = give_name(&draft, name_of(path));
    if (status != STATUS_OK)
        goto done;
    status = sync_open(draft.directory);

done:
    draft_release(&draft);
    mem_free(directory);
    return status;
}

enum status
file_write(const char *path, struct byte_view octets, unsigned mode)
{
    return write_whole(path, octets, mode, draft_name);
}

enum status
file_write_new(const char *path, struct byte_view octets, unsigned mode)
{
    return write_whole(path, octets, mode, draft_name_new);
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
