/*
 * Sheets to print when a key is made: one with the words that can replace it,
 * one with its revocation, signed in advance.
 *
 * They are two because they belong into two hands: whoever holds the
 * revocation can publish it and nothing else, so a friend may keep it; whoever
 * holds the words can take the key's place.
 *
 * Each is a page of text and the same page as a picture (SVG), with a QR code
 * where p2pub can make them (cli/qr.h):
 *
 *     DIR/NAME-recovery.txt    DIR/NAME-recovery.svg
 *     DIR/NAME-revocation.txt  DIR/NAME-revocation.svg
 *
 * for their owner's eyes alone (0600), never in place of what is there, and
 * synced.  Memory in which words stood is wiped.
 */
#ifndef P2PUB_CLI_SHEET_H
#define P2PUB_CLI_SHEET_H

#include <stdbool.h>

#include "bundles/record.h"
#include "cli/cli.h"
#include "core/key.h"

enum sheet_kind {
    SHEET_RECOVERY,
    SHEET_REVOCATION
};

/* Whose sheets, and what stands on them. */
struct sheet {
    const char *name; /* of the key */
    struct key_public key;
    const char *fingerprint;         /* the eight words that people compare */
    const char *words;               /* the 24 of the recovery key; only for
                                SHEET_RECOVERY */
    const struct record *revocation; /* only for SHEET_REVOCATION */
};

/* The word before the lines of a revocation (core/paper.h). */
#define SHEET_REVOCATION_WORD "revoke"

/* An exit code, said, unless folder can be made and neither of these sheets of
 * the key called name is in it. */
int sheet_check_free(struct cli *cli, const char *folder, const char *name,
                     enum sheet_kind kind);

/* Write both forms of one sheet, tell where they are, and add their paths to
 * the list `sheets` of the document; an exit code. */
int sheet_write(struct cli *cli, const char *folder, enum sheet_kind kind,
                const struct sheet *sheet);

/* Append the page of text, without the code; text_escape'd. */
enum status sheet_page(struct byte_buf *out, enum sheet_kind kind,
                       const struct sheet *sheet) MUST_CHECK;

/* Append the page as a picture; code may be NULL. */
struct qr;
enum status sheet_picture(struct byte_buf *out, struct byte_view page,
                          const struct qr *code) MUST_CHECK;

#endif
