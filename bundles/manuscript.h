/*
 * The text of a statement as its author wrote it, made fit for publishing.
 *
 * A text is UTF-8 of 1 to PUBLISH_TEXT_MAX octets in lines that end with LF,
 * without control characters but TAB.  Two things that editors put there
 * unasked are mended, and said to be: a byte order mark in front, and CR LF at
 * the ends of lines (tools disagree about both, and signatures must not).
 * Everything else is refused with its place.  Nothing is normalised.
 */
#ifndef P2PUB_BUNDLES_MANUSCRIPT_H
#define P2PUB_BUNDLES_MANUSCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/limits.h"
#include "core/status.h"

/* What is wrong with a text. */
enum manuscript_fault {
    MANUSCRIPT_FINE,
    MANUSCRIPT_EMPTY,   /* no octets, or nothing but white space */
    MANUSCRIPT_LONG,    /* over PUBLISH_TEXT_MAX */
    MANUSCRIPT_UTF16,   /* saved in the encoding that Windows calls Unicode */
    MANUSCRIPT_BINARY,  /* holds zeros: no text at all */
    MANUSCRIPT_NO_UTF8, /* ill-formed, in line `line` */
    MANUSCRIPT_CONTROL  /* a control character, in line `line` */
};

struct manuscript_report {
    enum manuscript_fault fault;
    size_t line;      /* from 1; only valid for the last two faults */
    bool had_mark;    /* a byte order mark was taken away */
    bool had_cr;      /* CR LF became LF */
    size_t invisible; /* code points that readers will see escaped, such as
                          those that turn the direction of writing */
};

/*
 * Append the text to out, mended; *report says what was found.
 *   STATUS_MALFORMED  a fault
 *   STATUS_TOO_LARGE  MANUSCRIPT_LONG, or out's maximum
 *   STATUS_NO_MEMORY
 */
enum status manuscript_take(struct byte_buf *out,
                            struct manuscript_report *report,
                            struct byte_view octets) MUST_CHECK;

/*
 * The title that a text gives itself: its first heading (Markdown's `#` or
 * underlined), else its first line, of which a long one is cut and ends with
 * "...".  Front matter between two lines `---` is passed over.  Empty if there
 * is none.  text was taken by manuscript_take.
 */
#define MANUSCRIPT_TITLE_SIZE (STATEMENT_TITLE_MAX + 1)

void manuscript_title(char out[MANUSCRIPT_TITLE_SIZE], struct byte_view text);

#endif
