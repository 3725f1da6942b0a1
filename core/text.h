/*
 * Text: hexadecimal, base64 and base32; UTF-8 and what may stand in a
 * record; and what a terminal may be shown.
 *
 * No function here depends on the locale.  The codecs are strict: exactly one
 * text stands for given octets, and decoding accepts no other.  They may carry
 * secrets: their time depends on the size alone.  After a failure what was
 * decoded is not to be used.
 */
#ifndef P2PUB_CORE_TEXT_H
#define P2PUB_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/status.h"

/* Lower-case hexadecimal.  out has room for 2 * size + 1 characters. */
void text_hex(char *out, const uint8_t *octets, size_t size);

/* Exactly 2 * size lower-case digits, or STATUS_MALFORMED. */
enum status text_hex_parse(uint8_t *out, size_t size,
                           struct byte_view text) MUST_CHECK;

/* Base64 (RFC 4648 section 4, with padding).  out has room for
 * text_base64_size(size) characters, which counts the terminating zero. */
size_t text_base64_size(size_t size);
void text_base64(char *out, const uint8_t *octets, size_t size);

/* Exactly the text that text_base64 writes for size octets, or
 * STATUS_MALFORMED. */
enum status text_base64_parse(uint8_t *out, size_t size,
                              struct byte_view text) MUST_CHECK;

/* Base32 (RFC 4648 section 6) in lower case without padding; the same rules.
 */
size_t text_base32_size(size_t size);
void text_base32(char *out, const uint8_t *octets, size_t size);
enum status text_base32_parse(uint8_t *out, size_t size,
                              struct byte_view text) MUST_CHECK;

/* The decimal number that text is, without sign or leading zeros and at most
 * maximum, or STATUS_MALFORMED. */
enum status text_decimal_parse(uint64_t *out, uint64_t maximum,
                               struct byte_view text) MUST_CHECK;

/*
 * Take the first code point off view.
 *
 * False when view is empty or does not begin with well-formed UTF-8 (Unicode
 * 15, table 3-7); *view and *out are then as they were.
 */
bool text_utf8_next(uint32_t *out, struct byte_view *view);

/* True if view is well-formed UTF-8 from end to end. */
bool text_is_utf8(struct byte_view view);

/*
 * True if code_point may stand in a line of a record: not C0, C1 or DEL, nor
 * in the frozen table of bundles/FORMAT.md (bidirectional controls, line and
 * paragraph separators, tags and other invisible characters; ZWNJ and ZWJ may
 * stand).
 */
bool text_is_allowed(uint32_t code_point);

/* True if view is well-formed UTF-8 of allowed code points. */
bool text_is_line(struct byte_view view);

/* How text_escape lays out what it writes. */
enum text_layout {
    TEXT_ONE_LINE, /* LF and TAB are escaped too */
    TEXT_PAGE      /* LF stays, CR LF becomes LF, TAB spaces to the next 8th */
};

/* Combining marks that may sit on one character: two in the orthographies of
 * the region, three in scholarly ones. */
#define TEXT_MARKS_MAX 3

/*
 * Append view to out as a terminal may be shown it.
 *
 * Written visibly, as \u{202e}: what text_is_allowed refuses; what is drawn by
 * nobody or by each font as it likes (soft hyphens, fillers, variation
 * selectors, private use); marks on nothing and more than TEXT_MARKS_MAX on
 * one character; joiners, except one ZWNJ or ZWJ between two letters of
 * scripts that join.  U+FE0F stays behind an emoji.  Every octet of ill-formed
 * UTF-8 is written as \x{ff}.  Everything else comes out octet for octet.
 *
 * columns bounds the width when TEXT_ONE_LINE (0: no bound); what is cut is
 * shown by "..." (by less of it when columns is below 3).
 *
 * STATUS_TOO_LARGE at out's maximum, STATUS_NO_MEMORY; out is then as it was.
 */
enum status text_escape(struct byte_buf *out, struct byte_view view,
                        enum text_layout layout, size_t columns) MUST_CHECK;

/* Columns that a terminal uses for view, up to what is ill-formed: 0 for marks
 * and joiners, 2 for wide East Asian characters and coloured emoji, else 1. */
size_t text_columns(struct byte_view view);

#endif
