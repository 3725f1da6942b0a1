/*
 * What the single fields of a record's header may hold.
 *
 * The parser holds every header to these; whoever makes up a name or a type
 * for a new record may ask first.  Source: bundles/FORMAT.md, "Header".
 */
#ifndef P2PUB_BUNDLES_RECORD_FIELD_H
#define P2PUB_BUNDLES_RECORD_FIELD_H

#include <stdbool.h>

#include "core/bytes.h"

/* A kind: [a-z][a-z0-9-]{0,31}. */
bool record_field_is_kind(struct byte_view kind);

/* The word of a `word SP text` line: as a kind, with one letter beyond f at
 * least, or b2sum would read the line as a checksum; and none of the words of
 * the envelope. */
bool record_field_is_word(struct byte_view word);

/* The text of such a line: one octet or more of allowed UTF-8 (core/text.h),
 * no space at either end. */
bool record_field_is_text(struct byte_view text);

/* A file's name: [a-z0-9][a-z0-9._-]{0,39}, no dot at the end, no device of
 * Windows, not `header.*`. */
bool record_field_is_name(struct byte_view name);

/* A language tag in canonical form (bundles/language.h), or `-`. */
bool record_field_is_language(struct byte_view language);

/* A media type without parameters, in lower case: RFC 6838, 4.2. */
bool record_field_is_type(struct byte_view type);

#endif
