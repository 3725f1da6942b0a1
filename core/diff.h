/*
 * What two sequences have in common, and what only one of them has: for texts,
 * by lines or by words.
 *
 * The fewest changes there are, as far as they are found with a bounded effort
 * (DIFF_EFFORT_MAX, DIFF_DISTANCE_MAX, DIFF_ITEMS_MAX); where it does not
 * reach, a stretch of the one counts as changed into a stretch of the other as
 * a whole.  Either way the steps lead from the one to the other.
 */
#ifndef P2PUB_CORE_DIFF_H
#define P2PUB_CORE_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "core/bytes.h"
#include "core/status.h"

/* So many items that are the same in both, then so many that only the old one
 * has, then so many that only the new one has. */
struct diff_step {
    size_t same;
    size_t gone;
    size_t added;
};

struct diff {
    struct diff_step *steps; /* all but the last have something gone or added */
    size_t count;
    bool is_coarse; /* the effort did not reach for the fewest */
};

/*
 * The steps from old to new, each a sequence of items that are equal if their
 * octets are.  diff_release *out, also after a failure.  STATUS_NO_MEMORY.
 */
enum status diff_make(struct diff *out, const struct byte_view *old,
                      size_t old_count, const struct byte_view *new,
                      size_t new_count) MUST_CHECK;

/* Legal for an all-zero struct. */
void diff_release(struct diff *diff);

/* How many lines a text has, and the lines, without their LF, into items, which
 * has room for them.  A last line without LF is one too. */
size_t diff_line_count(struct byte_view text);
void diff_split_lines(struct byte_view *items, struct byte_view text);

/* The same for words: what stands between blanks (SP, TAB, CR, LF). */
size_t diff_word_count(struct byte_view text);
void diff_split_words(struct byte_view *items, struct byte_view text);

#endif
