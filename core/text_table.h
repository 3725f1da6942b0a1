/*
 * What core/text.h needs to know of Unicode, frozen.
 *
 * Only the first table is part of a format; the others serve the display and
 * may follow Unicode.  They were taken from Unicode 15.0.0 with ICU 72.  A
 * range may run over code points that Unicode has not assigned.
 */
#ifndef P2PUB_CORE_TEXT_TABLE_H
#define P2PUB_CORE_TEXT_TABLE_H

#include <stdbool.h>
#include <stdint.h>

/* What may not stand in a record (bundles/FORMAT.md); true also for what is
 * no code point at all. */
bool text_table_is_refused(uint32_t code_point);

/* Drawn by nobody or by each font as it likes: Default_Ignorable_Code_Point
 * and private use. */
bool text_table_is_invisible(uint32_t code_point);

/* Combining marks that take no room: General_Category Mn and Me. */
bool text_table_is_mark(uint32_t code_point);

/* East_Asian_Width W and F. */
bool text_table_is_wide(uint32_t code_point);

/* Letters whose shape a joiner beside them changes: Lo and Lm of the Arabic,
 * Syriac, N'Ko and Mongolian scripts that join, and of the Indic scripts. */
bool text_table_is_joining(uint32_t code_point);

/* Characters, and others of their blocks, behind which U+FE0F asks for the
 * coloured picture: emoji-variation-sequences.txt. */
bool text_table_is_emoji(uint32_t code_point);

#endif
