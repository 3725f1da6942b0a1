/* Two texts, one behind the other with a zero octet between: the steps lead from
 * the lines and the words of the first to those of the second, and what is
 * shown of the difference is made of their octets. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "cli/text_changes.h"
#include "core/diff.h"
#include "core/limits.h"
#include "core/mem.h"
#include "tests/fuzz/check.h"

/* The two, while they are shown. */
struct texts {
    struct byte_view old;
    struct byte_view new;
    size_t gone; /* octets so far */
    size_t added;
};

static bool
is_within(struct byte_view piece, struct byte_view text)
{
    return piece.data >= text.data && piece.size <= text.size &&
           (size_t)(piece.data - text.data) <= text.size - piece.size;
}

static enum status
on_piece(void *context, enum text_change change, struct byte_view text,
         size_t line)
{
    struct texts *texts = context;

    if (change == TEXT_CHANGE_BEGINS) {
        CHECK(text.size == 0);
        CHECK(line >= 1 && line <= diff_line_count(texts->new) + 1);
    } else if (change == TEXT_CHANGE_GONE) {
        CHECK(is_within(text, texts->old));
        texts->gone += text.size;
    } else {
        CHECK(is_within(text, texts->new));
        texts->added += text.size;
    }
    CHECK(texts->gone <= texts->old.size && texts->added <= texts->new.size);
    return STATUS_OK;
}

static void
check_steps(const struct diff *diff, const struct byte_view *old,
            size_t old_count, const struct byte_view *new, size_t new_count)
{
    size_t a = 0;
    size_t b = 0;

    for (size_t i = 0; i < diff->count; i++) {
        const struct diff_step *step = &diff->steps[i];

        CHECK(step->same + step->gone <= old_count - a);
        CHECK(step->same + step->added <= new_count - b);
        for (size_t j = 0; j < step->same; j++)
            CHECK(byte_view_equal(old[a + j], new[b + j]));
        a += step->same + step->gone;
        b += step->same + step->added;
    }
    CHECK(a == old_count && b == new_count);
}

static void
check_cut(const struct texts *texts, size_t (*count)(struct byte_view text),
          void (*split)(struct byte_view *items, struct byte_view text))
{
    const size_t old_count = count(texts->old);
    const size_t new_count = count(texts->new);
    struct byte_view *old = mem_zalloc(old_count + 1, sizeof(*old));
    struct byte_view *new = mem_zalloc(new_count + 1, sizeof(*new));
    struct diff diff;

    CHECK(old != NULL && new != NULL);
    split(old, texts->old);
    split(new, texts->new);
    CHECK(diff_make(&diff, old, old_count, new, new_count) == STATUS_OK);
    check_steps(&diff, old, old_count, new, new_count);
    diff_release(&diff);
    mem_free(old);
    mem_free(new);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    const uint8_t *zero = size == 0 ? NULL : memchr(octets, 0, size);
    const size_t first = zero == NULL ? size : (size_t)(zero - octets);
    struct byte_view all = byte_view_of(octets, size);
    struct texts texts = {.old = byte_view_slice(all, 0, first),
                          .new = byte_view_slice(all, first + 1, size)};

    check_cut(&texts, diff_line_count, diff_split_lines);
    check_cut(&texts, diff_word_count, diff_split_words);
    CHECK(text_changes_walk(texts.old, texts.new, on_piece, &texts) ==
          STATUS_OK);
    return 0;
}
