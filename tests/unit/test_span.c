/* Spans, short ids and slices, and how they travel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "core/limits.h"
#include "net/span.h"

static void
check_span(struct span span, size_t size)
{
    struct byte_buf buf;
    struct writer writer;
    struct reader reader;
    struct span read;

    byte_buf_init(&buf, 64);
    writer_init(&writer, &buf);
    span_write(&writer, &span);
    assert_int_equal(writer_status(&writer), STATUS_OK);
    assert_int_equal(buf.size, size);
    reader_init(&reader, byte_view_of_buf(&buf));
    read = span_read(&reader);
    assert_true(reader_done(&reader));
    assert_true(span_equal(&read, &span));
    byte_buf_release(&buf);
}

static void
test_spans(void **state)
{
    (void)state;
    check_span(span_whole(RECORD_SET_CONTROL), 1);
    check_span(span_whole(RECORD_SET_STATEMENTS), 1 + 1 + 4);
    check_span((struct span){RECORD_SET_STATEMENTS, {19000}, {19000}},
               1 + 3 + 1);
    check_span((struct span){RECORD_SET_STATEMENTS, {-5}, {200}}, 1 + 3 + 2);
    check_span((struct span){RECORD_SET_STATEMENTS, DAY_LAST, DAY_LAST},
               1 + 4 + 1);
}

static void
check_refused(const char *octets, size_t size)
{
    struct reader reader;

    reader_init(&reader, byte_view_of(octets, size));
    (void)span_read(&reader);
    assert_false(reader_done(&reader));
}

static void
test_bad_spans(void **state)
{
    (void)state;
    check_refused("", 0);
    check_refused("\x02", 1);
    check_refused("\x01", 1);
    check_refused("\x01\x05", 2);
    /* 3652058 is DAY_LAST; one more, or a length that reaches beyond. */
    check_refused("\x01\xdb\xf3\xde\x01\x00", 6);
    check_refused("\x01\xda\xf3\xde\x01\x01", 6);
    check_refused("\x01\x00\xdb\xf3\xde\x01", 6);
    check_refused("\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00", 12);
    check_refused("\x01\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 12);
}

/* SipHash-2-4's own vector: key 00..0f, 32 octets 00..1f. */
static void
test_short_id(void **state)
{
    struct record_id id;
    struct salt salt;

    (void)state;
    for (size_t i = 0; i < sizeof(id.octets); i++)
        id.octets[i] = (uint8_t)i;
    for (size_t i = 0; i < sizeof(salt.octets); i++)
        salt.octets[i] = (uint8_t)i;
    /* vectors_sip64[32] of the reference: 52 c7 e5 b5 9d ... */
    assert_true(short_id(&salt, &id) < (uint64_t)1 << 48);
    assert_true(short_id(&salt, &id) ==
                (hash_short(salt.octets, byte_view_of(id.octets, 32)) &
                 0xffffffffffff));
}

static void
test_slices(void **state)
{
    struct slice slice = {0, 0};

    (void)state;
    assert_int_equal(slice_bits_for(0), 0);
    assert_int_equal(slice_bits_for(LIST_IDS_AIM), 0);
    assert_int_equal(slice_bits_for(2 * LIST_IDS_AIM), 1);
    assert_int_equal(slice_bits_for(UINT64_MAX), LIST_BITS_MAX);
    assert_true(slice_holds(&slice, 0xffffffffffff));
    slice = (struct slice){2, 3};
    assert_int_equal(slice_width(&slice), 46);
    assert_true(slice_base(&slice) == 0xc00000000000);
    assert_true(slice_holds(&slice, 0xc00000000000));
    assert_true(slice_holds(&slice, 0xffffffffffff));
    assert_false(slice_holds(&slice, 0xbfffffffffff));
}

static void
test_slices_travel(void **state)
{
    static const char bad[][2] = {{0, 1}, {1, 2}, {21, 0}};
    struct reader reader;

    (void)state;
    for (uint8_t bits = 0; bits <= 7; bits++) {
        struct slice slice = {bits, (1U << bits) - 1};
        struct byte_buf buf;
        struct writer writer;
        struct slice read;

        byte_buf_init(&buf, 16);
        writer_init(&writer, &buf);
        slice_write(&writer, &slice);
        reader_init(&reader, byte_view_of_buf(&buf));
        read = slice_read(&reader);
        assert_true(reader_done(&reader));
        assert_true(slice_equal(&read, &slice));
        byte_buf_release(&buf);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        reader_init(&reader, byte_view_of(bad[i], 2));
        (void)slice_read(&reader);
        assert_false(reader_done(&reader));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spans),         cmocka_unit_test(test_bad_spans),
        cmocka_unit_test(test_short_id),      cmocka_unit_test(test_slices),
        cmocka_unit_test(test_slices_travel),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
