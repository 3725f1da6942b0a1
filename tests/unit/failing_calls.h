/*
 * System calls that fail when a test wants them to.
 *
 * The object behind this header defines calls of the C library once more, so
 * that what is linked into the test calls these; each does the real work, or
 * fails when its turn has come.
 */
#ifndef P2PUB_TESTS_UNIT_FAILING_CALLS_H
#define P2PUB_TESTS_UNIT_FAILING_CALLS_H

/* The call that comes after n more fails with error, once: openat, fchmod,
 * write, fsync, close, renameat, linkat and unlinkat count.  A close closes all
 * the same.  A negative n switches this off. */
void failing_calls_after(int n, int error);

/* True if that call has come.  *name is then what it was. */
int failing_calls_happened(const char **name);

/* While error is not 0, every linkat fails with it. */
void failing_calls_no_links(int error);

/* While on is not 0, a write takes three octets at most and every other one is
 * interrupted. */
void failing_calls_small_writes(int on);

#endif
