#include "cli/text_changes.h"

#include <stdbool.h>

#include "core/diff.h"
#include "core/limits.h"
#include "core/mem.h"

/* Two texts cut in the same way, and the steps from one to the other. */
struct comparison {
    struct byte_view old_text;
    struct byte_view new_text;
    struct byte_view *old;
    struct byte_view *new;
    size_t old_count;
    size_t new_count;
    struct diff diff;
};

struct walk {
    text_changes_visit *visit;
    void *context;
};

static enum status
compare(struct comparison *out, struct byte_view old, struct byte_view new,
        size_t (*count)(struct byte_view text),
        void (*split)(struct byte_view *items, struct byte_view text))
{
    *out = (struct comparison){.old_text = old,
                               .new_text = new,
                               .old_count = count(old),
                               .new_count = count(new)};
    out->old = mem_zalloc(out->old_count + 1, sizeof(*out->old));
    out->new = mem_zalloc(out->new_count + 1, sizeof(*out->new));
    if (out->old == NULL || out->new == NULL)
        return STATUS_NO_MEMORY;
    split(out->old, old);
    split(out->new, new);
    return diff_make(&out->diff, out->old, out->old_count, out->new,
                     out->new_count);
}

static void
comparison_release(struct comparison *comparison)
{
    diff_release(&comparison->diff);
    mem_free(comparison->old);
    mem_free(comparison->new);
}

/* The octets of text from the beginning of items[0] to the end of
 * items[count - 1]. */
static struct byte_view
stretch(const struct byte_view *items, size_t count)
{
    const struct byte_view *last = &items[count - 1];

    return byte_view_of(items[0].data,
                        (size_t)(last->data - items[0].data) + last->size);
}

/* Lines of text, with the LF of the last one. */
static enum status
visit_lines(const struct walk *walk, enum text_change change,
            const struct byte_view *lines, size_t count, struct byte_view text)
{
    struct byte_view piece;

    if (count == 0)
        return STATUS_OK;
    piece = stretch(lines, count);
    if (piece.data + piece.size < text.data + text.size)
        piece.size++;
    return walk->visit(walk->context, change, piece, 0);
}

/* count lines of the new text from first on. */
static enum status
visit_new(const struct walk *walk, const struct comparison *lines,
          enum text_change change, size_t first, size_t count)
{
    return visit_lines(walk, change, lines->new + first, count,
                       lines->new_text);
}

/* By words. */

/* With the empty line that stands before the first of these words, if there is
 * one and others come before it. */
static enum status
visit_words(const struct walk *walk, enum text_change change,
            const struct byte_view *words, size_t first, size_t count)
{
    const uint8_t *gap;
    size_t ends = 0;

    if (count == 0)
        return STATUS_OK;
    if (first > 0)
        for (gap = words[first - 1].data + words[first - 1].size;
             gap < words[first].data; gap++)
            ends += *gap == '\n' ? 1 : 0;
    if (ends > 1) {
        enum status status = walk->visit(walk->context, change,
                                         byte_view_of(words[first].data, 0), 0);

        if (status != STATUS_OK)
            return status;
    }
    return walk->visit(walk->context, change, stretch(words + first, count), 0);
}

static enum status
visit_by_words(const struct walk *walk, const struct comparison *words)
{
    enum status status = STATUS_OK;
    size_t old = 0;
    size_t new = 0;

    for (size_t i = 0; status == STATUS_OK && i < words->diff.count; i++) {
        const struct diff_step *step = &words->diff.steps[i];

        status =
            visit_words(walk, TEXT_CHANGE_SAME, words->new, new, step->same);
        old += step->same;
        new += step->same;
        if (status == STATUS_OK)
            status = visit_words(walk, TEXT_CHANGE_GONE, words->old, old,
                                 step->gone);
        if (status == STATUS_OK)
            status = visit_words(walk, TEXT_CHANGE_ADDED, words->new, new,
                                 step->added);
        old += step->gone;
        new += step->added;
    }
    return status;
}

/* True if words say more than lines: most of them stay, and not all. */
static bool
suits(const struct comparison *words)
{
    size_t longer = words->old_count > words->new_count ? words->old_count
                                                        : words->new_count;
    size_t same = 0;

    for (size_t i = 0; i < words->diff.count; i++)
        same += words->diff.steps[i].same;
    return same * 2 >= longer && same < longer;
}

/* Lines that became other lines. */
static enum status
visit_changed(const struct walk *walk, struct byte_view old,
              struct byte_view new, bool *is_shown)
{
    struct comparison words;
    enum status status =
        compare(&words, old, new, diff_word_count, diff_split_words);

    *is_shown = status == STATUS_OK && suits(&words);
    if (*is_shown)
        status = visit_by_words(walk, &words);
    comparison_release(&words);
    return status;
}

/* By lines. */

static enum status
visit_step(const struct walk *walk, const struct comparison *lines,
           const struct diff_step *step, size_t old, size_t new)
{
    enum status status = STATUS_OK;
    bool is_shown = false;

    if (step->gone > 0 && step->added > 0)
        status =
            visit_changed(walk, stretch(lines->old + old, step->gone),
                          stretch(lines->new + new, step->added), &is_shown);
    if (status != STATUS_OK || is_shown)
        return status;
    status = visit_lines(walk, TEXT_CHANGE_GONE, lines->old + old, step->gone,
                         lines->old_text);
    return status == STATUS_OK
               ? visit_new(walk, lines, TEXT_CHANGE_ADDED, new, step->added)
               : status;
}

/* Which lines stand between two changes. */
struct between {
    size_t first;
    size_t count;
    bool is_first; /* no change comes before them */
    bool is_last;  /* nor behind them */
};

/* All of them, or those next to a change. */
static enum status
visit_between(const struct walk *walk, const struct comparison *lines,
              const struct between *between)
{
    const size_t first = between->first;
    const size_t count = between->count;
    size_t after = between->is_first ? 0 : TEXT_CHANGES_AROUND;
    size_t before = between->is_last ? 0 : TEXT_CHANGES_AROUND;
    enum status status;

    if (!between->is_first && count <= after + before)
        return visit_new(walk, lines, TEXT_CHANGE_SAME, first, count);
    if (before > count)
        before = count;
    status = visit_new(walk, lines, TEXT_CHANGE_SAME, first, after);
    if (status != STATUS_OK || between->is_last)
        return status;
    status = walk->visit(walk->context, TEXT_CHANGE_BEGINS,
                         byte_view_of(NULL, 0), first + count - before + 1);
    if (status != STATUS_OK)
        return status;
    return visit_new(walk, lines, TEXT_CHANGE_SAME, first + count - before,
                     before);
}

static enum status
visit_by_lines(const struct walk *walk, const struct comparison *lines)
{
    enum status status = STATUS_OK;
    size_t old = 0;
    size_t new = 0;

    for (size_t i = 0; status == STATUS_OK && i < lines->diff.count; i++) {
        const struct diff_step *step = &lines->diff.steps[i];
        const struct between between = {new, step->same, i == 0,
                                        step->gone + step->added == 0};

        status = visit_between(walk, lines, &between);
        old += step->same;
        new += step->same;
        if (status == STATUS_OK)
            status = visit_step(walk, lines, step, old, new);
        old += step->gone;
        new += step->added;
    }
    return status;
}

enum status
text_changes_walk(struct byte_view old, struct byte_view new,
                  text_changes_visit *visit, void *context)
{
    const struct walk walk = {visit, context};
    struct comparison lines;
    enum status status =
        compare(&lines, old, new, diff_line_count, diff_split_lines);

    if (status == STATUS_OK)
        status = visit_by_lines(&walk, &lines);
    comparison_release(&lines);
    return status;
}
