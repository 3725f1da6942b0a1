/*
 * Octets on paper: lines that a person can type back.
 *
 *     revoke 01 abcd efgh ijkl mnop qrst uvwx yz23 4567 q7
 *
 * A word that says what they are; the number of the line, from 01; up to 20
 * octets in base32 (RFC 4648, lower case, no padding) in groups of four; and
 * two check digits: the first 10 bits, in base32 too, of
 * BLAKE2b-256("p2pub1 paper", the number in one octet, the octets).  In all
 * lines together stand two octets of length, most significant first, and then
 * as many octets.  Base32, because a typewriter hand mistakes neither 0 for O
 * nor l for I in it, nor capitals for small letters.
 *
 * A line with the number 00 holds all of them: for a QR code.
 *
 * Source: bundles/FORMAT.md, "On paper".
 */
#ifndef P2PUB_CORE_PAPER_H
#define P2PUB_CORE_PAPER_H

#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/status.h"

/* What is wrong with what was typed. */
enum paper_wrong {
    PAPER_LETTER,  /* line: a letter that does not occur, or too few */
    PAPER_CHECK,   /* line: the check digits do not fit the rest */
    PAPER_TWICE,   /* line: this number was there, and said something else */
    PAPER_MISSING, /* no line has this number; line is 0 */
    PAPER_LENGTH   /* numbers go on behind the end; line is 0 */
};

struct paper_fault {
    enum paper_wrong wrong;
    size_t line;   /* of the text, from 1 */
    size_t number; /* as it stands in front of the line */
};

/* Append octets, at most PAPER_OCTETS_MAX, as lines with word.
 * STATUS_TOO_LARGE, STATUS_NO_MEMORY. */
enum status paper_write(struct byte_buf *out, const char *word,
                        struct byte_view octets) MUST_CHECK;

/* The same as one line, in capitals and without blanks in the digits, for a
 * QR code. */
enum status paper_write_whole(struct byte_buf *out, const char *word,
                              struct byte_view octets) MUST_CHECK;

/*
 * Append to out the octets that stand in the lines of text that begin with
 * word; other lines are people's.  Any case, any blanks, 0 for o, 1 for l.
 *   STATUS_NOT_FOUND  no line begins with word
 *   STATUS_MALFORMED  *fault
 *   STATUS_TOO_LARGE, STATUS_NO_MEMORY
 * out is then as it was.
 */
enum status paper_read(struct byte_buf *out, const char *word,
                       struct byte_view text,
                       struct paper_fault *fault) MUST_CHECK;

#endif
