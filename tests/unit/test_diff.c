/* Differences: the fewest changes, against a slow way to count them; always
 * steps that lead from the one to the other; bounded for texts made to be
 * slow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/diff.h"
#include "core/limits.h"
#include "core/mem.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/test_support.h"

/* Octets as items of one octet each. */
struct sequence {
    struct byte_view *items;
    size_t count;
};

static struct sequence
sequence_of(const uint8_t *octets, size_t count)
{
    struct sequence sequence = {calloc(count + 1, sizeof(struct byte_view)),
                                count};

    assert_non_null(sequence.items);
    for (size_t i = 0; i < count; i++)
        sequence.items[i] = byte_view_of(octets + i, 1);
    return sequence;
}

/* Fail unless the steps lead from old to new; how many changes they have. */
static size_t
check_steps(const struct diff *diff, const struct byte_view *old,
            size_t old_count, const struct byte_view *new, size_t new_count)
{
    size_t changes = 0;
    size_t a = 0;
    size_t b = 0;

    for (size_t i = 0; i < diff->count; i++) {
        const struct diff_step *step = &diff->steps[i];

        assert_true(a + step->same + step->gone <= old_count);
        assert_true(b + step->same + step->added <= new_count);
        assert_true(i + 1 == diff->count || step->gone + step->added > 0);
        assert_true(i == 0 || step->same > 0);
        for (size_t j = 0; j < step->same; j++)
            assert_true(byte_view_equal(old[a + j], new[b + j]));
        a += step->same + step->gone;
        b += step->same + step->added;
        changes += step->gone + step->added;
    }
    assert_int_equal(a, old_count);
    assert_int_equal(b, new_count);
    return changes;
}

static size_t
changes_between(const uint8_t *old, size_t old_count, const uint8_t *new,
                size_t new_count, bool *is_coarse)
{
    struct sequence a = sequence_of(old, old_count);
    struct sequence b = sequence_of(new, new_count);
    struct diff diff;
    size_t changes;

    assert_int_equal(diff_make(&diff, a.items, a.count, b.items, b.count),
                     STATUS_OK);
    changes = check_steps(&diff, a.items, a.count, b.items, b.count);
    *is_coarse = diff.is_coarse;
    diff_release(&diff);
    free(a.items);
    free(b.items);
    return changes;
}

#define SMALL_MAX 24

/* The same by the table that every textbook has. */
static size_t
fewest(const uint8_t *old, size_t old_count, const uint8_t *new,
       size_t new_count)
{
    size_t common[SMALL_MAX + 1][SMALL_MAX + 1] = {{0}};

    for (size_t i = 1; i <= old_count; i++)
        for (size_t j = 1; j <= new_count; j++) {
            if (old[i - 1] == new[j - 1])
                common[i][j] = common[i - 1][j - 1] + 1;
            else if (common[i - 1][j] > common[i][j - 1])
                common[i][j] = common[i - 1][j];
            else
                common[i][j] = common[i][j - 1];
        }
    return old_count + new_count - 2 * common[old_count][new_count];
}

/* The same numbers in every run. */
static uint32_t
draw(uint32_t *state)
{
    *state = *state * 1664525U + 1013904223U;
    return *state >> 16;
}

static void
test_the_fewest_changes(void **state)
{
    uint8_t old[SMALL_MAX], new[SMALL_MAX];
    uint32_t seed = 1;
    bool is_coarse;

    (void)state;
    for (size_t round = 0; round < 20000; round++) {
        const uint32_t letters = draw(&seed) % 6 + 1;
        const size_t old_count = draw(&seed) % (SMALL_MAX + 1);
        const size_t new_count = draw(&seed) % (SMALL_MAX + 1);

        for (size_t i = 0; i < old_count; i++)
            old[i] = (uint8_t)(draw(&seed) % letters);
        for (size_t i = 0; i < new_count; i++)
            new[i] = (uint8_t)(draw(&seed) % letters);
        assert_int_equal(
            changes_between(old, old_count, new, new_count, &is_coarse),
            fewest(old, old_count, new, new_count));
        assert_false(is_coarse);
    }
}

static void
test_by_hand(void **state)
{
    static const char old_text[] = "one\ntwo\nthree\n";
    static const char new_text[] = "one\n2\nthree\nfour";
    struct byte_view old[3], new[4];
    struct diff diff;

    (void)state;
    assert_int_equal(diff_line_count(byte_view_of_text(old_text)), 3);
    assert_int_equal(diff_line_count(byte_view_of_text(new_text)), 4);
    diff_split_lines(old, byte_view_of_text(old_text));
    diff_split_lines(new, byte_view_of_text(new_text));
    assert_true(byte_view_equal_text(new[3], "four"));
    assert_int_equal(diff_make(&diff, old, 3, new, 4), STATUS_OK);
    assert_int_equal(diff.count, 2);
    assert_int_equal(diff.steps[0].same, 1);
    assert_int_equal(diff.steps[0].gone, 1);
    assert_int_equal(diff.steps[0].added, 1);
    assert_int_equal(diff.steps[1].same, 1);
    assert_int_equal(diff.steps[1].gone, 0);
    assert_int_equal(diff.steps[1].added, 1);
    diff_release(&diff);

    assert_int_equal(diff_make(&diff, old, 3, old, 3), STATUS_OK);
    assert_int_equal(diff.count, 1);
    assert_int_equal(diff.steps[0].same, 3);
    diff_release(&diff);
    assert_int_equal(diff_make(&diff, NULL, 0, NULL, 0), STATUS_OK);
    assert_int_equal(diff.count, 0);
    diff_release(&diff);
    diff_release(&diff);
}

static void
test_lines_and_words(void **state)
{
    struct byte_view items[4];
    struct byte_view text = byte_view_of_text(" \tone two\r\n\nthree  ");

    (void)state;
    assert_int_equal(diff_word_count(text), 3);
    diff_split_words(items, text);
    assert_true(byte_view_equal_text(items[0], "one"));
    assert_true(byte_view_equal_text(items[1], "two"));
    assert_true(byte_view_equal_text(items[2], "three"));
    assert_int_equal(diff_word_count(byte_view_of_text(" \n")), 0);
    assert_int_equal(diff_word_count(byte_view_of_text("")), 0);
    assert_int_equal(diff_line_count(text), 3);
    diff_split_lines(items, text);
    assert_true(byte_view_equal_text(items[1], ""));
    assert_int_equal(diff_line_count(byte_view_of_text("")), 0);
    assert_int_equal(diff_line_count(byte_view_of_text("\n")), 1);
    assert_int_equal(diff_line_count(byte_view_of_text("\n\n")), 2);
    assert_int_equal(diff_line_count(byte_view_of_text("a")), 1);
}

/* Texts that are made to be slow: the answer is worse, and comes. */
static void
test_bounded(void **state)
{
    uint8_t *old = malloc(DIFF_ITEMS_MAX + 1);
    uint8_t *new = malloc(DIFF_ITEMS_MAX + 1);
    uint32_t seed = 7;
    bool is_coarse;

    (void)state;
    assert_true(old != NULL && new != NULL);
    for (size_t i = 0; i <= DIFF_ITEMS_MAX; i++) {
        old[i] = (uint8_t)(draw(&seed) % 2);
        new[i] = (uint8_t)(draw(&seed) % 2);
    }
    (void)changes_between(old, DIFF_ITEMS_MAX, new, DIFF_ITEMS_MAX, &is_coarse);
    assert_true(is_coarse);
    /* Nothing in common. */
    memset(old, 1, DIFF_ITEMS_MAX + 1);
    memset(new, 2, DIFF_ITEMS_MAX + 1);
    assert_int_equal(
        changes_between(old, DIFF_ITEMS_MAX, new, DIFF_ITEMS_MAX, &is_coarse),
        2 * DIFF_ITEMS_MAX);
    assert_true(is_coarse);
    /* A line more than are compared. */
    assert_int_equal(changes_between(old, DIFF_ITEMS_MAX + 1, old,
                                     DIFF_ITEMS_MAX + 1, &is_coarse),
                     2 * (DIFF_ITEMS_MAX + 1));
    assert_true(is_coarse);
    /* Large, and little of it changed. */
    for (size_t i = 0; i < DIFF_ITEMS_MAX; i++)
        old[i] = new[i] = (uint8_t)(draw(&seed) % 200);
    for (size_t i = 0; i < 100; i++)
        new[i * 600] = 255;
    assert_int_equal(
        changes_between(old, DIFF_ITEMS_MAX, new, DIFF_ITEMS_MAX, &is_coarse),
        200);
    assert_false(is_coarse);
    free(old);
    free(new);
}

static enum status
make(void *context)
{
    struct sequence *both = context;
    struct diff diff;
    enum status status = diff_make(&diff, both[0].items, both[0].count,
                                   both[1].items, both[1].count);

    diff_release(&diff);
    return status;
}

static void
test_each_allocation(void **state)
{
    uint8_t octets[80];
    struct sequence both[2];

    (void)state;
    /* Every second item changes: more steps than there is room for at first. */
    for (size_t i = 0; i < sizeof(octets); i++)
        octets[i] = (uint8_t)i;
    both[0] = sequence_of(octets, sizeof(octets));
    both[1] = sequence_of(octets, sizeof(octets));
    for (size_t i = 0; i < sizeof(octets); i += 2)
        both[1].items[i] = byte_view_of_text("new");
    test_alloc_each(make, both);
    free(both[0].items);
    free(both[1].items);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_fewest_changes),
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_lines_and_words),
        cmocka_unit_test(test_bounded),
        cmocka_unit_test(test_each_allocation),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
