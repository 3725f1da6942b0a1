/*
 * The lines of one kind, between the envelope's first lines and its files.
 *
 * For the modules of the kinds (bundles/statement, bundles/identity): reading
 * takes line after line in the order of the kind's grammar, writing puts the
 * lines of a new header together.
 */
#ifndef P2PUB_BUNDLES_RECORD_LINES_H
#define P2PUB_BUNDLES_RECORD_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "bundles/record.h"
#include "core/bytes.h"
#include "core/limits.h"
#include "core/status.h"
#include "core/writer.h"

/* The lines not yet taken; they stay the record's. */
struct record_lines {
    const struct record_line *next;
    size_t left;
};

struct record_lines record_lines_of(const struct record_fields *fields);

/* If the next line has this word, store its text and step behind it. */
bool record_lines_take(struct record_lines *lines, const char *word,
                       struct byte_view *text);

/* How many lines have this word, from the next one on. */
size_t record_lines_count(const struct record_lines *lines, const char *word);

/* Take what stands before the first space, and the space, off text; all of it
 * where there is none. */
struct byte_view record_lines_word(struct byte_view *text);

/*
 * Lines in the making; some 16 KiB.  1 _begin, 2 write the line's text to
 * writer, and both again for each line, 3 _finish, 4 _release.
 */
struct record_lines_draft {
    struct writer writer;
    struct byte_buf octets;
    size_t count;
    struct record_line lines[RECORD_LINES_MAX]; /* text: set by _finish */
    size_t starts[RECORD_LINES_MAX];            /* of the texts in octets */
};

void record_lines_init(struct record_lines_draft *draft);
void record_lines_begin(struct record_lines_draft *draft, const char *word);

/* Let fields have the lines, which live until _release.  STATUS_TOO_LARGE,
 * STATUS_NO_MEMORY. */
enum status record_lines_finish(struct record_lines_draft *draft,
                                struct record_fields *fields) MUST_CHECK;
void record_lines_release(struct record_lines_draft *draft);

#endif
