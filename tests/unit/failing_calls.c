#include "tests/unit/failing_calls.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

/* "The next object after this one"; glibc shows it only to GNU's own. */
#ifndef RTLD_NEXT
#    define RTLD_NEXT ((void *)-1L)
#endif

static int calls_left = -1;
static int error_to_give;
static const char *failed_call;
static int link_error;
static int writes_are_small;
static int is_interrupted;

void
failing_calls_after(int n, int error)
{
    calls_left = n;
    error_to_give = error;
    failed_call = NULL;
}

int
failing_calls_happened(const char **name)
{
    *name = failed_call;
    return failed_call != NULL;
}

void
failing_calls_no_links(int error)
{
    link_error = error;
}

void
failing_calls_small_writes(int on)
{
    writes_are_small = on;
}

static int
must_fail(const char *name)
{
    if (calls_left < 0 || calls_left-- > 0)
        return 0;
    failed_call = name;
    errno = error_to_give;
    return 1;
}

/* The C library's own function called name, in *function. */
static void
find_real(const char *name, void *function, size_t size)
{
    void *found = dlsym(RTLD_NEXT, name);

    memcpy(function, &found, size);
}

/* The C library's headers call the parameters by reserved names. */
/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */

int
openat(int directory, const char *path, int flags, ...)
{
    va_list arguments;
    mode_t mode = 0;
    int (*real_call)(int, const char *, int, ...);

    find_real("openat", &real_call, sizeof(real_call));
    if (flags & O_CREAT) {
        va_start(arguments, flags);
        /* It was started in the line above. */
        /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
        mode = (mode_t)va_arg(arguments, unsigned);
        va_end(arguments);
    }
    return must_fail("openat") ? -1 : real_call(directory, path, flags, mode);
}

int
fchmod(int file, mode_t mode)
{
    int (*real_call)(int, mode_t);

    find_real("fchmod", &real_call, sizeof(real_call));
    return must_fail("fchmod") ? -1 : real_call(file, mode);
}

ssize_t
write(int file, const void *octets, size_t size)
{
    ssize_t (*real_call)(int, const void *, size_t);

    find_real("write", &real_call, sizeof(real_call));
    if (must_fail("write"))
        return -1;
    if (writes_are_small) {
        is_interrupted = !is_interrupted;
        if (is_interrupted) {
            errno = EINTR;
            return -1;
        }
        size = size > 3 ? 3 : size;
    }
    return real_call(file, octets, size);
}

int
fsync(int file)
{
    int (*real_call)(int);

    find_real("fsync", &real_call, sizeof(real_call));
    return must_fail("fsync") ? -1 : real_call(file);
}

int
close(int file)
{
    int (*real_call)(int);
    int result;

    find_real("close", &real_call, sizeof(real_call));
    result = real_call(file);
    return must_fail("close") ? -1 : result;
}

int
renameat(int from_directory, const char *from, int to_directory, const char *to)
{
    int (*real_call)(int, const char *, int, const char *);

    find_real("renameat", &real_call, sizeof(real_call));
    return must_fail("renameat")
               ? -1
               : real_call(from_directory, from, to_directory, to);
}

int
linkat(int from_directory, const char *from, int to_directory, const char *to,
       int flags)
{
    int (*real_call)(int, const char *, int, const char *, int);

    find_real("linkat", &real_call, sizeof(real_call));
    if (must_fail("linkat"))
        return -1;
    if (link_error != 0) {
        errno = link_error;
        return -1;
    }
    return real_call(from_directory, from, to_directory, to, flags);
}

int
unlinkat(int directory, const char *path, int flags)
{
    int (*real_call)(int, const char *, int);

    find_real("unlinkat", &real_call, sizeof(real_call));
    return must_fail("unlinkat") ? -1 : real_call(directory, path, flags);
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
