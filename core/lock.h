/*
 * A lock that the processes of one machine respect, by way of a file that is
 * there for nothing else.
 *
 * It goes with the process that holds it, however that ends.  A file system
 * that knows no locks gives them to everybody.  One process must not hold two
 * on one path.
 */
#ifndef P2PUB_CORE_LOCK_H
#define P2PUB_CORE_LOCK_H

#include <stdbool.h>

#include "core/status.h"

enum lock_kind {
    LOCK_SHARED, /* with others that share it */
    LOCK_ALONE
};

struct lock;

/*
 * Take the lock of the file at path, which is made, mode 0600, if it is not
 * there; free *out with lock_free.  Without wait STATUS_LOCKED at once if
 * somebody has it; else as long as it takes.  STATUS_NOT_FOUND (no such
 * directory), STATUS_DENIED, STATUS_FULL, STATUS_IO, STATUS_NO_MEMORY.
 */
enum status lock_take(struct lock **out, const char *path, enum lock_kind kind,
                      bool wait) MUST_CHECK;

/* Make a shared lock one's own alone, at once.  STATUS_LOCKED: it is still
 * shared. */
enum status lock_alone(struct lock *lock) MUST_CHECK;

/* Take the file away, which only who is alone may do; whoever waits for it
 * makes it anew. */
void lock_remove(struct lock *lock);

/* Let go.  NULL is allowed; errno is kept. */
void lock_free(struct lock *lock);

#endif
