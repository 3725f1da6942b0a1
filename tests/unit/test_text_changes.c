/* How a text became another: by lines with some around them, by words where
 * most of them stay; and the pieces of whole lines make up both texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/text_changes.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/test_support.h"

#define SHOWN_MAX 4096

/* What was visited: "@3", then " ", "-" or "+" and [the piece]. */
struct shown {
    char text[SHOWN_MAX];
    size_t size;
};

static void
show(struct shown *shown, const char *octets, size_t size)
{
    assert_true(shown->size + size < SHOWN_MAX);
    memcpy(shown->text + shown->size, octets, size);
    shown->size += size;
    shown->text[shown->size] = '\0';
}

static enum status
on_piece(void *context, enum text_change change, struct byte_view text,
         size_t line)
{
    char number[32];

    if (change == TEXT_CHANGE_BEGINS) {
        assert_int_equal(text.size, 0);
        snprintf(number, sizeof(number), "@%zu", line);
        show(context, number, strlen(number));
        return STATUS_OK;
    }
    show(context,
         change == TEXT_CHANGE_GONE    ? "-["
         : change == TEXT_CHANGE_ADDED ? "+["
                                       : " [",
         2);
    show(context, (const char *)text.data, text.size);
    show(context, "]", 1);
    return STATUS_OK;
}

static void
check(const char *old, const char *new, const char *wanted)
{
    struct shown shown = {.size = 0};

    assert_int_equal(text_changes_walk(byte_view_of_text(old),
                                       byte_view_of_text(new), on_piece,
                                       &shown),
                     STATUS_OK);
    assert_string_equal(shown.text, wanted);
}

static void
test_nothing_changed(void **state)
{
    (void)state;
    check("", "", "");
    check("one\ntwo\n", "one\ntwo\n", "");
    /* The last LF makes no line. */
    check("one\ntwo", "one\ntwo\n", "");
}

static void
test_lines(void **state)
{
    (void)state;
    check("", "one\n", "@1+[one\n]");
    check("one\n", "", "@1-[one\n]");
    check("one", "two", "@1-[one]+[two]");
    check("a\nb\nc\nd\ne\nf\ng\nh\ni\n", "a\nb\nc\nd\nX\nf\ng\nh\ni\n",
          "@2 [b\nc\nd\n]-[e\n]+[X\n] [f\ng\nh\n]");
    /* At the beginning and the end there is less around. */
    check("a\nb\n", "X\na\nb\nY\n", "@1+[X\n] [a\nb\n]+[Y\n]");
    check("X\nY\na\nb\nc\nd\n", "a\nb\nc\nd\n", "@1-[X\nY\n] [a\nb\nc\n]");
    check("a\nb\nc\nd\n", "a\nb\nc\nd\nX", "@2 [b\nc\nd\n]+[X]");
}

static void
test_far_apart(void **state)
{
    (void)state;
    /* Six between two changes are shown, seven are cut. */
    check("X\n1\n2\n3\n4\n5\n6\nY\n", "1\n2\n3\n4\n5\n6\n",
          "@1-[X\n] [1\n2\n3\n4\n5\n6\n]-[Y\n]");
    check("X\n1\n2\n3\n4\n5\n6\n7\nY\n", "1\n2\n3\n4\n5\n6\n7\n",
          "@1-[X\n] [1\n2\n3\n]@5 [5\n6\n7\n]-[Y\n]");
}

static void
test_words(void **state)
{
    (void)state;
    check("Six people were arrested.\n", "Seven people were arrested.\n",
          "@1-[Six]+[Seven] [people were arrested.]");
    check("a b c d\n", "a b c d e f", "@1 [a b c d]+[e f]");
    /* Broken into other lines: words alone would show nothing. */
    check("a b c\nd e f\n", "a b\nc d e f\n",
          "@1-[a b c\nd e f\n]+[a b\nc d e f\n]");
    /* The lines of the new text; an empty one is an empty piece. */
    check("a b c\n\nd e x\n", "a b\nc d\n\ne y\n",
          "@1 [a b\nc]+[d] [\n]-[d e x\n]+[e y\n]");
    check("a b c d\n\ne f x h\n", "a b c y\n\nz f g h\n",
          "@1 [a b c]-[d]+[y] [\n]-[e]+[z] [f]-[x]+[g] [h]");
    check("a b c d e\n", "a b c\n\nx d e\n", "@1 [a b c]+[]+[x] [d e]");
}

static enum status
walk(void *context)
{
    struct shown shown = {.size = 0};

    (void)context;
    return text_changes_walk(byte_view_of_text("a b c\n1\n2\n"),
                             byte_view_of_text("a b d\n1\n3\n"), on_piece,
                             &shown);
}

static void
test_each_allocation(void **state)
{
    (void)state;
    test_alloc_each(walk, NULL);
}

static enum status
refuse(void *context, enum text_change change, struct byte_view text,
       size_t line)
{
    (void)context;
    (void)text;
    (void)line;
    return change == TEXT_CHANGE_ADDED ? STATUS_TOO_LARGE : STATUS_OK;
}

static void
test_a_visitor_ends_it(void **state)
{
    (void)state;
    assert_int_equal(text_changes_walk(byte_view_of_text("a"),
                                       byte_view_of_text("b"), refuse, NULL),
                     STATUS_TOO_LARGE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_changed),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_far_apart),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_each_allocation),
        cmocka_unit_test(test_a_visitor_ends_it),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
