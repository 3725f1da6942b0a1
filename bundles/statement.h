/*
 * The kind `statement`: what its lines mean, and how they are written.
 *
 * Source: bundles/FORMAT.md, "Statement".
 */
#ifndef P2PUB_BUNDLES_STATEMENT_H
#define P2PUB_BUNDLES_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"
#include "core/bytes.h"
#include "core/status.h"

#define STATEMENT_SALT_SIZE ((size_t)16)

/* Somebody who is expected to sign too. */
struct statement_signatory {
    struct key_public key;
    struct byte_view name; /* the author's word for them; may be empty */
};

/* The newest record that the author had seen of somebody else. */
struct statement_head {
    struct key_public key;
    uint32_t sequence;
    struct record_id id;
};

/* The title in another language than the first text's. */
struct statement_title {
    struct byte_view language; /* a canonical tag */
    struct byte_view text;
};

struct statement {
    struct byte_view title;
    size_t title_count; /* by tag, ascending */
    struct statement_title titles[16];
    size_t signatory_count;
    struct statement_signatory *signatories;
    bool has_replaces;
    struct record_id replaces;
    bool has_translates;
    struct record_id translates;
    size_t head_count;
    struct statement_head *heads;
    bool has_work;
    uint64_t work;
    bool has_salt; /* of a statement that was sealed: keeps its id from being
                      guessed */
    uint8_t salt[STATEMENT_SALT_SIZE];
};

/*
 * Read record, which must be of kind statement, into *out; views point into
 * the record.  statement_release frees the arrays.
 *   STATUS_NEWER      a line or a form of a line that this p2pub does not
 *                     know, or another kind: store it, pass it on, show
 *                     nothing of it
 *   STATUS_NO_MEMORY
 */
enum status statement_read(struct statement *out,
                           const struct record *record) MUST_CHECK;
void statement_release(struct statement *statement);

/*
 * Append the header of a statement to out: envelope gives all but kind and
 * lines, which come from statement.  STATUS_MALFORMED for a title, a name or a
 * file that may not stand there; STATUS_TOO_LARGE, STATUS_NO_MEMORY.
 */
enum status statement_write_header(
    struct byte_buf *out, const struct record_fields *envelope,
    const struct statement *statement) MUST_CHECK;

/* True if file is one of the language variants of the text and not an
 * attachment: it has a language and a type of text/markdown or text/plain. */
bool statement_is_text(const struct record_file *file);

/*
 * The text that suits a reader best: an exact match with language, then one
 * whose first subtag matches, then the first text.  language may be NULL or
 * empty.  -1 if the record has no text.
 */
int statement_choose_text(const struct record *record, const char *language);

/*
 * The title that suits a reader best, by the same rule: `title` is in the
 * language of record's first text, and what is shown when no other suits.
 * statement is that of record, and the view part of it.
 */
struct byte_view statement_title_in(const struct statement *statement,
                                    const struct record *record,
                                    const char *language);

#endif
