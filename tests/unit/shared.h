/*
 * Test material that lies beside the source tree and is not part of it: test
 * vectors and sample statements, under $P2PUB_SHARED or ../shared.
 *
 * A test whose material is not there prints its name and calls skip().
 */
#ifndef P2PUB_TESTS_UNIT_SHARED_H
#define P2PUB_TESTS_UNIT_SHARED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Write the path of name (such as "vectors/deflate/own/ok.zz") to out.  False,
 * after a line that says so, if there is nothing at it. */
bool shared_path(char *out, size_t out_size, const char *name);

/* The octets of the file called name; free() them.  NULL as above. */
uint8_t *shared_read(const char *name, size_t *size);

#endif
