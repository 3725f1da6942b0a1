/*
 * The frame of a line that people copy and keep secret: words with single
 * spaces between, the first `p2pub1-KIND`, the last a check word, which tells
 * a mistyped or a cut line.
 *
 * The check word is the first 8 characters of the base32 of BLAKE2b-256 of all
 * octets of the line before the space that precedes it.
 * Spec: net/PROTOCOL.md, "Lines to copy".
 */
#ifndef P2PUB_NET_SECRET_LINE_H
#define P2PUB_NET_SECRET_LINE_H

#include <stddef.h>

#include "core/bytes.h"
#include "core/status.h"

/* Append a space and the check word to the line that begins at start. */
enum status secret_line_finish(struct byte_buf *out, size_t start) MUST_CHECK;

/*
 * Split text, without the white space around it, into exactly count words, of
 * which the first is `p2pub1-` and kind.  STATUS_MALFORMED, or STATUS_NEWER if
 * the first word is `p2pubN-` and kind with another N.
 */
enum status secret_line_split(struct byte_view *words, size_t count,
                              struct byte_view text,
                              const char *kind) MUST_CHECK;

/* Does the last of the words of a line fit the others?
 * STATUS_BAD_SIGNATURE. */
enum status secret_line_check(const struct byte_view *words,
                              size_t count) MUST_CHECK;

#endif
