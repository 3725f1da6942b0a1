/* The lines of a kind: taken in order, put together, bounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/record_lines.h"
#include "tests/unit/alloc_each.h"

static void
test_take(void **state)
{
    const struct record_line lines[] = {
        {byte_view_of_text("title"), byte_view_of_text("x y")},
        {byte_view_of_text("head"), byte_view_of_text("1")},
        {byte_view_of_text("head"), byte_view_of_text("2")},
    };
    struct record_fields fields = {0};
    struct record_lines left;
    struct byte_view text;

    (void)state;
    fields.lines = lines;
    fields.line_count = 3;
    left = record_lines_of(&fields);
    assert_int_equal(record_lines_count(&left, "head"), 2);
    assert_int_equal(record_lines_count(&left, "work"), 0);
    assert_false(record_lines_take(&left, "head", &text));
    assert_true(record_lines_take(&left, "title", &text));
    assert_true(byte_view_equal_text(text, "x y"));
    assert_true(byte_view_equal_text(record_lines_word(&text), "x"));
    assert_true(byte_view_equal_text(record_lines_word(&text), "y"));
    assert_int_equal(record_lines_word(&text).size, 0);
    assert_true(record_lines_take(&left, "head", &text));
    assert_true(byte_view_equal_text(text, "1"));
    assert_int_equal(record_lines_count(&left, "head"), 1);
    assert_true(record_lines_take(&left, "head", &text));
    assert_true(byte_view_equal_text(text, "2"));
    assert_false(record_lines_take(&left, "head", &text));
    assert_int_equal(left.left, 0);
}

/* A draft of count lines of size octets each. */
static enum status
draft(size_t count, size_t size)
{
    struct record_fields fields = {0};
    struct record_lines_draft draft;
    enum status status;

    record_lines_init(&draft);
    for (size_t i = 0; i < count; i++) {
        record_lines_begin(&draft, "note");
        for (size_t j = 0; j < size; j++)
            writer_u8(&draft.writer, (uint8_t)('a' + i % 26));
    }
    status = record_lines_finish(&draft, &fields);
    if (status == STATUS_OK) {
        assert_int_equal(fields.line_count, count);
        for (size_t i = 0; i < count; i++) {
            struct byte_view text = fields.lines[i].text;

            assert_true(byte_view_equal_text(fields.lines[i].word, "note"));
            assert_int_equal(text.size, size);
            assert_true(size == 0 || text.data[size - 1] == 'a' + i % 26);
        }
    } else {
        assert_int_equal(fields.line_count, 0);
    }
    record_lines_release(&draft);
    return status;
}

static void
test_draft(void **state)
{
    (void)state;
    assert_int_equal(draft(0, 0), STATUS_OK);
    assert_int_equal(draft(3, 0), STATUS_OK);
    assert_int_equal(draft(RECORD_LINES_MAX, 3), STATUS_OK);
    assert_int_equal(draft(RECORD_LINES_MAX + 1, 3), STATUS_TOO_LARGE);
    assert_int_equal(draft(1, RECORD_HEADER_MAX), STATUS_OK);
    assert_int_equal(draft(1, RECORD_HEADER_MAX + 1), STATUS_TOO_LARGE);
}

static enum status
draft_again(void *context)
{
    (void)context;
    return draft(100, 20);
}

static void
test_without_memory(void **state)
{
    (void)state;
    test_alloc_each(draft_again, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_take),
        cmocka_unit_test(test_draft),
        cmocka_unit_test(test_without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
