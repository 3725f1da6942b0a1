/*
 * The proof of every "done:" path: run something again and again, and make
 * its 1st, 2nd, ... allocation fail, until it runs through.
 *
 * Only what is allocated with core/mem.h counts.  run(context) frees what it
 * makes, on success too, and leaves context fit for the next run.
 */
#ifndef P2PUB_TESTS_UNIT_ALLOC_EACH_H
#define P2PUB_TESTS_UNIT_ALLOC_EACH_H

#include "core/status.h"

/* Octets of a fault in words. */
#define ALLOC_EACH_FAULT_SIZE 128

/*
 * Call run(context) with its first allocation failing, then with its second,
 * and so on, until a call makes fewer allocations than that.
 *
 * Fails the cmocka test that runs unless every call with a failed allocation
 * returns STATUS_NO_MEMORY, the last one returns STATUS_OK, and after each
 * call as many allocations are live as before it.
 */
void test_alloc_each(enum status (*run)(void *context), void *context);

/* The same, but returns the number of calls, and writes the first fault in
 * words, or an empty string, to fault. */
long alloc_each(char fault[ALLOC_EACH_FAULT_SIZE],
                enum status (*run)(void *context), void *context);

#endif
