#include "core/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/mem.h"

struct lock {
    int descriptor;
    char path[];
};

static enum status
set(const struct lock *lock, enum lock_kind kind, bool wait)
{
    struct flock what = {
        .l_type = kind == LOCK_ALONE ? F_WRLCK : F_RDLCK,
        .l_whence = SEEK_SET,
    };
    int result;

    do {
        result = fcntl(lock->descriptor, wait ? F_SETLKW : F_SETLK, &what);
    } while (result < 0 && errno == EINTR);
    if (result >= 0)
        return STATUS_OK;
    switch (errno) {
    case EACCES:
    case EAGAIN:
        return STATUS_LOCKED;
    case EINVAL:
    case ENOSYS:
    case ENOTSUP:
        return STATUS_OK; /* no such thing here */
    }
    return STATUS_IO;
}

/* True if path still is the file that we have open: who was alone may have
 * removed it in between. */
static bool
is_current(const struct lock *lock)
{
    struct stat ours;
    struct stat there;

    return fstat(lock->descriptor, &ours) == 0 &&
           stat(lock->path, &there) == 0 && ours.st_dev == there.st_dev &&
           ours.st_ino == there.st_ino;
}

enum status
lock_take(struct lock **out, const char *path, enum lock_kind kind, bool wait)
{
    size_t size = strlen(path) + 1;
    struct lock *lock = mem_alloc(sizeof(*lock) + size);
    enum status status = STATUS_OK;

    *out = NULL;
    if (lock == NULL)
        return STATUS_NO_MEMORY;
    memcpy(lock->path, path, size);
    for (;;) {
        lock->descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (lock->descriptor < 0) {
            status = file_status_of_errno(errno);
            mem_free(lock);
            return status;
        }
        status = set(lock, kind, wait);
        if (status != STATUS_OK || is_current(lock))
            break;
        (void)close(lock->descriptor);
    }
    if (status != STATUS_OK) {
        lock_free(lock);
        return status;
    }
    *out = lock;
    return STATUS_OK;
}

enum status
lock_alone(struct lock *lock)
{
    return set(lock, LOCK_ALONE, false);
}

void
lock_remove(struct lock *lock)
{
    (void)unlink(lock->path);
}

void
lock_free(struct lock *lock)
{
    int saved = errno;

    if (lock == NULL)
        return;
    (void)close(lock->descriptor);
    mem_free(lock);
    errno = saved;
}
