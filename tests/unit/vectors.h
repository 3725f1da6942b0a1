/*
 * Test vectors that are part of the source tree, under tests/vectors.
 */
#ifndef P2PUB_TESTS_UNIT_VECTORS_H
#define P2PUB_TESTS_UNIT_VECTORS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/bytes.h"
#include "core/key.h"

/* The file tests/vectors/NAME; vectors_free it.  Fails the cmocka test that
 * runs if it cannot be read. */
struct byte_view vectors_read(const char *name);
void vectors_free(struct byte_view file);

/* Take the next line that does not begin with '#' off text, without its line
 * end; false when there is none. */
bool vectors_line(struct byte_view *line, struct byte_view *text);

/* Take the next word off line, up to a space or the end. */
struct byte_view vectors_word(struct byte_view *line);

/* The key of tests/vectors/minisign; key_secret_free it. */
struct key_secret *vectors_secret(void);

#endif
