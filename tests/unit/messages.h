/*
 * What tests of messages share.
 */
#ifndef P2PUB_TESTS_UNIT_MESSAGES_H
#define P2PUB_TESTS_UNIT_MESSAGES_H

#include <stdint.h>

#include "core/bytes.h"
#include "core/status.h"

/* Read a body of that type and append the message that says the same to out.
 * Types that carry no more than a number, and unknown ones, are read as
 * such. */
enum status messages_rewrite(struct byte_buf *out, uint8_t type,
                             struct byte_view body);

#endif
