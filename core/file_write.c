/*
 * Writing: a file is whole under its name, or not there.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/file_private.h"
#include "core/mem.h"

/* Octets of ".tmp-PID-NUMBER" and a zero octet. */
#define SUFFIX_SIZE ((size_t)40)
/* Temporary names tried before giving up: all of them left behind by killed
 * processes of our number. */
#define SUFFIX_TRIES 100u

static const char *
name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

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

    file_close_quietly(draft->file);
    if (draft->is_there)
        (void)unlinkat(draft->directory, draft->temporary, 0);
    file_close_quietly(draft->directory);
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
    return file_status_of_call(
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
    return file_status_of_call(close(file));
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
    file_close_quietly(taken);
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
    char *directory = file_directory_of(path);
    enum status status = STATUS_NO_MEMORY;

    if (directory == NULL)
        goto done;
    draft.directory = file_open_directory(directory);
    status = file_status_of_call(draft.directory);
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
    status = file_sync_open(draft.directory);

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
