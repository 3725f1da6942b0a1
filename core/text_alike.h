/*
 * Names that a person may take for one another.
 *
 * Two names are alike if they differ in nothing but the case of their letters,
 * in marks and accents, in blanks and signs between letters, in characters
 * that nobody sees, and in letters that look the same in another script or as
 * a digit.  It finds what a display should warn of, and decides nothing: other
 * names may look alike too.
 */
#ifndef P2PUB_CORE_TEXT_ALIKE_H
#define P2PUB_CORE_TEXT_ALIKE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/bytes.h"

/* True if they are alike, or the same.  Ill-formed UTF-8 is like nothing, and
 * so is a name without letters and digits. */
bool text_alike(struct byte_view a, struct byte_view b);

/* What a code point looks like (core/text_alike_table.c): a simpler one, or
 * itself. */
uint32_t text_alike_look(uint32_t code_point);

#endif
