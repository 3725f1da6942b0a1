/*
 * Folders: made, synced, removed.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/file_private.h"
#include "core/mem.h"

char *
file_directory_of(const char *path)
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

int
file_open_directory(const char *path)
{
    return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

enum status
file_sync_open(int descriptor)
{
    /* Some network file systems do not know how, and need not. */
    if (fsync(descriptor) < 0 && errno != EINVAL && errno != ENOTSUP)
        return file_status_of_errno(errno);
    return STATUS_OK;
}

enum status
file_sync_directory(const char *path)
{
    enum status status;
    int directory = file_open_directory(path);

    if (directory < 0)
        return file_status_of_errno(errno);
    status = file_sync_open(directory);
    file_close_quietly(directory);
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
    file_close_quietly(descriptor);
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
    status = file_sync_open(file);
    file_close_quietly(file);
    return status;
}

static enum status
remove_name(int directory, const char *name)
{
    return file_status_of_call(unlinkat(directory, name, 0));
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
        file_close_quietly(descriptor);
        return status;
    }
    while (status == STATUS_OK && (entry = readdir(directory)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            status = act(descriptor, entry->d_name);
    if (status == STATUS_OK && sync)
        status = file_sync_open(descriptor);
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
    char *parent = file_directory_of(path);
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
