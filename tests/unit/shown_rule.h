/*
 * The rule for what a terminal may be shown, written independently of
 * core/text: valid UTF-8; no octet below 0x20, no 0x7f; no U+0080..U+009F; none
 * of U+061C U+200B U+200E U+200F U+2028..U+202E U+2060..U+206F U+FEFF
 * U+FFF9..U+FFFC U+E0000..U+E0FFF.
 */
#ifndef P2PUB_TESTS_UNIT_SHOWN_RULE_H
#define P2PUB_TESTS_UNIT_SHOWN_RULE_H

#include <stdbool.h>

#include "core/bytes.h"

/* True if the rule holds for shown; LF may stand in it too if may_hold_lf. */
bool shown_rule_holds(struct byte_view shown, bool may_hold_lf);

/* True if the size octets at data are one code point in well-formed UTF-8, as
 * table 3-7 of the Unicode Standard lists it. */
bool shown_rule_is_utf8(const unsigned char *data, size_t size);

#endif
