/*
 * minisign's signatures: the two that it makes over a file, and its four-line
 * text form.
 *
 * Only the prehashed format (`ED`) exists here.  The text is accepted exactly
 * as the writer makes it, except for the words of the two comments: LF, four
 * lines, canonical base64.  Comments that are read are well-formed UTF-8
 * without control characters other than TAB; those that are written are
 * printable ASCII.  Line 1 is signed by nobody: it is neither kept nor shown.
 * Stock minisign verifies whatever this writes.
 */
#ifndef P2PUB_CORE_MINISIG_H
#define P2PUB_CORE_MINISIG_H

#include "core/bytes.h"
#include "core/key.h"
#include "core/limits.h"
#include "core/status.h"

struct minisig {
    struct key_id id;
    struct key_signature signature; /* over BLAKE2b-512 of the file */
    struct key_signature global;    /* over signature and trusted comment */
    size_t comment_size;
    /* The trusted one, zero-terminated.  May hold bidirectional controls and
     * other invisible characters: text_escape before a person sees it. */
    char comment[MINISIG_TRUSTED_MAX + 1];
};

/* Sign message with a trusted comment of printable ASCII, at most
 * MINISIG_TRUSTED_MAX octets (STATUS_MALFORMED, STATUS_TOO_LARGE). */
enum status minisig_sign(struct minisig *out, struct byte_view message,
                         const char *comment,
                         const struct key_secret *secret) MUST_CHECK;

/* Both signatures by author, over message and over the comment.
 * STATUS_BAD_SIGNATURE. */
enum status minisig_verify(const struct minisig *minisig,
                           struct byte_view message,
                           const struct key_author *author) MUST_CHECK;

/* Append the four lines, or nothing: STATUS_NO_MEMORY, or STATUS_TOO_LARGE at
 * out's maximum. */
enum status minisig_write(struct byte_buf *out,
                          const struct minisig *minisig) MUST_CHECK;

/* Read four lines; checks no signature.  STATUS_MALFORMED, STATUS_TOO_LARGE
 * for a text over MINISIG_TEXT_MAX or a comment over MINISIG_TRUSTED_MAX. */
enum status minisig_read(struct minisig *out, struct byte_view text) MUST_CHECK;

#endif
