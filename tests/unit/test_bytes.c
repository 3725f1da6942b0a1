/* Views are clamped, buffers keep their maximum and survive failures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/bytes.h"
#include "core/mem.h"
#include "tests/unit/alloc_each.h"

static void
slices_are_clamped(void **state)
{
    struct byte_view view = byte_view_of_text("abcdef");

    (void)state;
    assert_true(byte_view_equal_text(byte_view_slice(view, 0, 6), "abcdef"));
    assert_true(byte_view_equal_text(byte_view_slice(view, 2, 3), "cde"));
    assert_true(byte_view_equal_text(byte_view_slice(view, 2, 99), "cdef"));
    assert_true(byte_view_equal_text(byte_view_slice(view, 5, SIZE_MAX), "f"));
    assert_int_equal(byte_view_slice(view, 6, 1).size, 0);
    assert_int_equal(byte_view_slice(view, SIZE_MAX, SIZE_MAX).size, 0);
    assert_int_equal(byte_view_slice(byte_view_of(NULL, 0), 0, 1).size, 0);
}

static void
views_compare(void **state)
{
    struct byte_view none = byte_view_of(NULL, 0);
    struct byte_view high = byte_view_of("\xff", 1);

    (void)state;
    assert_true(byte_view_equal(none, byte_view_of_text("")));
    assert_false(byte_view_equal(none, byte_view_of_text("a")));
    assert_false(byte_view_equal_text(byte_view_of_text("ab"), "ac"));
    assert_true(byte_view_starts_with(byte_view_of_text("abc"), "ab"));
    assert_true(byte_view_starts_with(none, ""));
    assert_false(byte_view_starts_with(byte_view_of_text("a"), "ab"));
    assert_false(byte_view_starts_with(none, "a"));
    assert_int_equal(byte_view_compare(none, none), 0);
    assert_true(byte_view_compare(none, high) < 0);
    assert_true(byte_view_compare(byte_view_of_text("ab"), high) < 0);
    assert_true(byte_view_compare(high, byte_view_of_text("ab")) > 0);
    assert_true(
        byte_view_compare(byte_view_of_text("a"), byte_view_of_text("ab")) < 0);
    assert_true(
        byte_view_compare(byte_view_of_text("ab"), byte_view_of_text("a")) > 0);
    assert_int_equal(byte_view_compare(high, byte_view_of("\xff", 1)), 0);
}

static void
buffers_grow_to_their_maximum(void **state)
{
    struct byte_buf buf;

    (void)state;
    byte_buf_init(&buf, 1000);
    for (int i = 0; i < 1000; i++) {
        uint8_t octet = (uint8_t)i;

        assert_int_equal(byte_buf_append(&buf, byte_view_of(&octet, 1)),
                         STATUS_OK);
        assert_in_range(buf.capacity, buf.size, 1000);
    }
    assert_int_equal(byte_buf_append_text(&buf, ""), STATUS_OK);
    assert_int_equal(byte_buf_append_text(&buf, "x"), STATUS_TOO_LARGE);
    assert_int_equal(buf.size, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(buf.data[i], (uint8_t)i);
    assert_null(byte_buf_text(&buf));
    byte_buf_release(&buf);
    byte_buf_release(&buf);
    assert_null(buf.data);
    assert_int_equal(buf.size + buf.capacity, 0);
}

static void
buffers_without_a_bound_do_not_overflow(void **state)
{
    struct byte_buf buf;

    (void)state;
    byte_buf_init(&buf, SIZE_MAX);
    assert_int_equal(byte_buf_append_text(&buf, "abc"), STATUS_OK);
    assert_int_equal(byte_buf_reserve(&buf, SIZE_MAX - 2), STATUS_TOO_LARGE);
    assert_true(byte_view_equal_text(byte_view_of_buf(&buf), "abc"));
    byte_buf_release(&buf);
    byte_buf_init(&buf, 0);
    assert_int_equal(byte_buf_append_text(&buf, "a"), STATUS_TOO_LARGE);
    assert_int_equal(byte_buf_append(&buf, byte_view_of(NULL, 0)), STATUS_OK);
    byte_buf_release(&buf);
}

static void
reserving_makes_appending_sure(void **state)
{
    struct byte_buf buf;
    const uint8_t *data;

    (void)state;
    byte_buf_init(&buf, 500);
    assert_int_equal(byte_buf_append_text(&buf, "ab"), STATUS_OK);
    assert_int_equal(byte_buf_reserve(&buf, 300), STATUS_OK);
    data = buf.data;
    mem_fail_after(0);
    for (int i = 0; i < 300; i++)
        assert_int_equal(byte_buf_append_text(&buf, "x"), STATUS_OK);
    mem_fail_after(-1);
    assert_ptr_equal(buf.data, data);
    assert_int_equal(byte_buf_reserve(&buf, 198), STATUS_OK);
    assert_int_equal(byte_buf_reserve(&buf, 199), STATUS_TOO_LARGE);
    byte_buf_release(&buf);
}

static void
setting_consuming_clearing(void **state)
{
    struct byte_buf buf;

    (void)state;
    byte_buf_init(&buf, 8);
    assert_int_equal(byte_buf_append_text(&buf, "abcdef"), STATUS_OK);
    byte_buf_consume(&buf, 2);
    assert_string_equal(byte_buf_text(&buf), "cdef");
    assert_int_equal(buf.size, 4);
    assert_int_equal(byte_buf_set(&buf, byte_view_of_text("123456789")),
                     STATUS_TOO_LARGE);
    assert_string_equal(byte_buf_text(&buf), "cdef");
    assert_int_equal(byte_buf_set(&buf, byte_view_of_text("12345678")),
                     STATUS_OK);
    assert_true(byte_view_equal_text(byte_view_of_buf(&buf), "12345678"));
    byte_buf_consume(&buf, 99);
    assert_string_equal(byte_buf_text(&buf), "");
    byte_buf_consume(&buf, 0);
    assert_int_equal(byte_buf_set(&buf, byte_view_of(NULL, 0)), STATUS_OK);
    assert_int_equal(byte_buf_append_text(&buf, "ab"), STATUS_OK);
    byte_buf_clear(&buf);
    assert_string_equal(byte_buf_text(&buf), "");
    byte_buf_release(&buf);
}

static enum status
grow(void *context)
{
    struct byte_buf buf;
    enum status status;
    size_t before;

    (void)context;
    byte_buf_init(&buf, 10000);
    do {
        before = buf.size;
        status = byte_buf_append_text(&buf, "0123456789");
    } while (status == STATUS_OK && buf.size < 10000);
    if (status != STATUS_OK)
        assert_int_equal(buf.size, before);
    if (buf.size > 0)
        assert_memory_equal(buf.data + buf.size - 10, "0123456789", 10);
    byte_buf_release(&buf);
    return status;
}

static void
growing_survives_failures(void **state)
{
    (void)state;
    test_alloc_each(grow, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices_are_clamped),
        cmocka_unit_test(views_compare),
        cmocka_unit_test(buffers_grow_to_their_maximum),
        cmocka_unit_test(buffers_without_a_bound_do_not_overflow),
        cmocka_unit_test(reserving_makes_appending_sure),
        cmocka_unit_test(setting_consuming_clearing),
        cmocka_unit_test(growing_survives_failures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
