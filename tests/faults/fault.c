/*
 * Makes one system call of a program go wrong: the nth of those that change a
 * file or a socket.  Loaded in front of the C library (LD_PRELOAD), so Linux
 * and the BSDs only.
 *
 *     FAULT_AT=N      the Nth call, from 1; 0 or none: only count
 *     FAULT_KIND=     kill   SIGKILL before the call
 *                     torn   write half of the octets, then SIGKILL
 *                     full   the call and all later ones of its kind on files
 *                            fail with ENOSPC
 *                     io     the call fails once with EIO
 *     FAULT_COUNT=F   at exit write how many calls there were to file F
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum fault {
    FAULT_NONE,
    FAULT_TORN,
    FAULT_ERROR
};

static long calls;

static void
die(void)
{
    (void)kill(getpid(), SIGKILL);
    for (;;)
        (void)pause();
}

static long
number(const char *name)
{
    const char *text = getenv(name);

    return text == NULL ? 0 : strtol(text, NULL, 10);
}

/* A full disk does not stop pipes, sockets or terminals. */
static bool
is_file(int descriptor)
{
    struct stat found;

    return fstat(descriptor, &found) == 0 && S_ISREG(found.st_mode);
}

/* Count a call; what is to become of it.  descriptor is -1 for a name. */
static enum fault
count(int descriptor)
{
    const char *kind = getenv("FAULT_KIND");
    long at = number("FAULT_AT");
    long this_call = __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);

    if (at == 0 || kind == NULL || this_call < at)
        return FAULT_NONE;
    if (strcmp(kind, "full") == 0) {
        if (descriptor >= 0 && !is_file(descriptor))
            return FAULT_NONE;
        errno = ENOSPC;
        return FAULT_ERROR;
    }
    if (this_call > at)
        return FAULT_NONE;
    if (strcmp(kind, "io") == 0) {
        errno = EIO;
        return FAULT_ERROR;
    }
    if (strcmp(kind, "torn") == 0 && descriptor >= 0)
        return FAULT_TORN;
    die();
    return FAULT_NONE;
}

__attribute__((destructor)) static void
report(void)
{
    const char *path = getenv("FAULT_COUNT");
    FILE *file = path == NULL ? NULL : fopen(path, "w");

    if (file == NULL)
        return;
    (void)fprintf(file, "%ld\n", calls);
    (void)fclose(file);
}

/* The C library's own function of that name. */
#define REAL(name)                 \
    static __typeof__(&name) real; \
    if (real == NULL)              \
    real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define WRITE_CALL(name, offset_type)                             \
    ssize_t name(int descriptor, const void *octets, size_t size, \
                 offset_type offset);                             \
    ssize_t name(int descriptor, const void *octets, size_t size, \
                 offset_type offset)                              \
    {                                                             \
        REAL(name);                                               \
        switch (count(descriptor)) {                              \
        case FAULT_TORN:                                          \
            (void)real(descriptor, octets, size / 2, offset);     \
            die();                                                \
            break;                                                \
        case FAULT_ERROR:                                         \
            return -1;                                            \
        case FAULT_NONE:                                          \
            break;                                                \
        }                                                         \
        return real(descriptor, octets, size, offset);            \
    }

WRITE_CALL(pwrite, off_t)
#ifdef __GLIBC__
WRITE_CALL(pwrite64, off64_t)
#endif

ssize_t
write(int descriptor, const void *octets, size_t size)
{
    REAL(write);
    switch (count(descriptor)) {
    case FAULT_TORN:
        (void)real(descriptor, octets, size / 2);
        die();
        break;
    case FAULT_ERROR:
        return -1;
    case FAULT_NONE:
        break;
    }
    return real(descriptor, octets, size);
}

ssize_t
writev(int descriptor, const struct iovec *pieces, int piece_count)
{
    REAL(writev);
    if (count(descriptor) != FAULT_NONE)
        return -1;
    return real(descriptor, pieces, piece_count);
}

#define DESCRIPTOR_CALL(name)                \
    int name(int descriptor)                 \
    {                                        \
        REAL(name);                          \
        if (count(descriptor) != FAULT_NONE) \
            return -1;                       \
        return real(descriptor);             \
    }

DESCRIPTOR_CALL(fsync)
DESCRIPTOR_CALL(fdatasync)
#ifdef __linux__
DESCRIPTOR_CALL(syncfs)
#endif

int
rename(const char *from, const char *to)
{
    REAL(rename);
    if (count(-1) != FAULT_NONE)
        return -1;
    return real(from, to);
}

int
link(const char *from, const char *to)
{
    REAL(link);
    if (count(-1) != FAULT_NONE)
        return -1;
    return real(from, to);
}

int
unlink(const char *path)
{
    REAL(unlink);
    if (count(-1) != FAULT_NONE)
        return -1;
    return real(path);
}
