/*
 * Relay lines for tests of what is done with them.
 */
#ifndef P2PUB_TESTS_UNIT_RELAY_LINES_H
#define P2PUB_TESTS_UNIT_RELAY_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "net/relay_line.h"

/* That of relay number, with a key and a secret of its own. */
struct relay_line relay_lines_make(uint32_t number, bool open);

#endif
