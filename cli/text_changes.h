/*
 * How a text became another one, in pieces to show: by lines, and where a
 * stretch of lines became another that has most of its words, by words.
 */
#ifndef P2PUB_CLI_TEXT_CHANGES_H
#define P2PUB_CLI_TEXT_CHANGES_H

#include <stddef.h>

#include "core/bytes.h"
#include "core/status.h"

/* Lines that stay the same and are shown around what changed. */
#define TEXT_CHANGES_AROUND ((size_t)3)

enum text_change {
    TEXT_CHANGE_BEGINS, /* what follows begins in line `line` of the new text,
                           from 1; `text` is empty */
    TEXT_CHANGE_SAME,   /* text of both, as it stands in the new one */
    TEXT_CHANGE_GONE,   /* of the old one alone */
    TEXT_CHANGE_ADDED   /* of the new one alone */
};

/* Called for each piece: whole lines, each with the LF that it has in its text;
 * or words of one line or several, of which what stands between two pieces is
 * left out, but for an empty piece where there was an empty line.  Anything but
 * STATUS_OK ends the walk, which returns it. */
typedef enum status text_changes_visit(void *context, enum text_change change,
                                       struct byte_view text, size_t line);

/* Nothing is visited where the texts have the same lines.  STATUS_NO_MEMORY,
 * and what visit returns. */
enum status text_changes_walk(struct byte_view old, struct byte_view new,
                              text_changes_visit *visit,
                              void *context) MUST_CHECK;

#endif
