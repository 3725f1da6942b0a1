/*
 * The line that opens a sealed statement where no record can go: in a message
 * of a telephone, in a code of squares, read out.
 *
 *     p2pub1 opens 0123456789abcdef 56 digits of base32
 *
 * The first half says which record, the second holds the key and a check
 * against mistakes.  Whoever has it can open; it releases nothing.
 * Source: bundles/FORMAT.md, "Key line".
 */
#ifndef P2PUB_BUNDLES_KEY_LINE_H
#define P2PUB_BUNDLES_KEY_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"
#include "bundles/sealed_box.h"
#include "core/bytes.h"
#include "core/status.h"

/* Octets of the record's id that stand in the line. */
#define KEY_LINE_ID_SIZE ((size_t)8)
/* Of the line, with a zero octet behind it. */
#define KEY_LINE_TEXT_SIZE ((size_t)87)

struct key_line {
    uint8_t id[KEY_LINE_ID_SIZE]; /* the first octets of the sealed record's */
    uint8_t key[SEALED_KEY_SIZE];
};

/* The line for key, which opens the record sealed. */
void key_line_format(char out[KEY_LINE_TEXT_SIZE],
                     const struct record_id *sealed,
                     const uint8_t key[SEALED_KEY_SIZE]);

/*
 * Find the line in text, which a person typed or a telephone broke: capitals
 * count as small letters, blanks, line ends and hyphens for nothing, and words
 * may stand around it.  The first one counts.  STATUS_MALFORMED if there is
 * none, or its check does not fit; STATUS_TOO_LARGE for a text over
 * KEY_LINE_INPUT_MAX.
 */
enum status key_line_find(struct key_line *out,
                          struct byte_view text) MUST_CHECK;

/* True if the line is about this record. */
bool key_line_is_of(const struct key_line *line,
                    const struct record_id *sealed);

#endif
