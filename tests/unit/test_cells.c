/* The messages of sketches, octet by octet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/cells.h"
#include "tests/unit/test_support.h"

static struct byte_view
body_of(const struct byte_buf *message)
{
    return byte_view_slice(byte_view_of_buf(message), MESSAGE_HEAD_SIZE,
                           message->size);
}

/* A message whose body is hex, read as CELLS. */
static enum status
read_cells(struct cells *out, const char *hex)
{
    static uint8_t octets[64];

    return cells_read(
        out, byte_view_of(octets, test_unhex(octets, sizeof(octets), hex)));
}

static enum status
read_ask(uint32_t *number, const char *hex)
{
    static uint8_t octets[64];
    struct span span;

    return cells_read_ask(
        &span, number,
        byte_view_of(octets, test_unhex(octets, sizeof(octets), hex)));
}

static void
test_cells(void **state)
{
    /* The last cell that has a count, and the first that has none. */
    static const uint8_t coded[22] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    const struct cells written = {
        .span = {RECORD_SET_STATEMENTS, {19968}, {19975}},
        .turned = true,
        .records = 300,
        .first = 95,
        .coded = byte_view_of(coded, sizeof(coded))};
    struct byte_buf buf;
    struct cells cells;

    (void)state;
    byte_buf_init(&buf, 256);
    assert_int_equal(cells_write(&buf, &written), STATUS_OK);
    test_assert_hex(byte_view_of_buf(&buf),
                    "0b1f0000 01ba8e2d07 01 ac02 5f"
                    "0102030405060708090a0b0c 00000000000000000000");
    assert_int_equal(cells_read(&cells, body_of(&buf)), STATUS_OK);
    assert_true(span_equal(&cells.span, &written.span));
    assert_true(cells.turned);
    assert_int_equal(cells.records, 300);
    assert_int_equal(cells.first, 95);
    assert_int_equal(cells.count, 2);
    assert_true(byte_view_equal(cells.coded, written.coded));
    byte_buf_release(&buf);

    /* None: the sender has no memory for any. */
    assert_int_equal(read_cells(&cells, "00 00 00 00"), STATUS_OK);
    assert_int_equal(cells.count, 0);
    assert_int_equal(cells.span.set, RECORD_SET_CONTROL);
}

static void
test_bad_cells(void **state)
{
    static const char *const bad[] = {
        "",
        "00 00 00",                               /* cut */
        "02 00 00 00",                            /* no set */
        "00 02 00 00",                            /* turned is 0 or 1 */
        "00 00 8080808010 00",                    /* records: 2^32 */
        "00 00 00 808001 00000000000000000000",   /* from 16384 on */
        "00 00 00 00 0000000000000000000000",     /* 11 octets */
        "00 00 00 00 00000000000000000000000000", /* 13 octets */
        "00 00 00 60 000000000000000000000000",   /* 12, and no count */
        "00 00 00 ff7f 0000000000000000000000000000000000000000",
    };
    struct cells cells;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(read_cells(&cells, bad[i]), STATUS_MALFORMED);
    assert_int_equal(read_cells(&cells, "00 00 00 ff7f 00000000000000000000"),
                     STATUS_OK);
    assert_int_equal(cells.first + cells.count, SKETCH_CELLS_MAX);
}

static void
test_ask(void **state)
{
    const struct span span = span_whole(RECORD_SET_CONTROL);
    struct byte_buf buf;
    uint32_t number;

    (void)state;
    byte_buf_init(&buf, 64);
    assert_int_equal(cells_write_ask(&buf, &span, 200), STATUS_OK);
    test_assert_hex(byte_view_of_buf(&buf), "0c030000 00 c801");
    byte_buf_release(&buf);
    assert_int_equal(read_ask(&number, "00 c801"), STATUS_OK);
    assert_int_equal(number, 200);
    assert_int_equal(read_ask(&number, "00 808001"), STATUS_OK);
    assert_int_equal(number, SKETCH_CELLS_MAX);
    assert_int_equal(read_ask(&number, "00 818001"), STATUS_MALFORMED);
    assert_int_equal(read_ask(&number, "00 00"), STATUS_MALFORMED);
    assert_int_equal(read_ask(&number, "00 c801 00"), STATUS_MALFORMED);
    assert_int_equal(read_ask(&number, "00"), STATUS_MALFORMED);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_bad_cells),
        cmocka_unit_test(test_ask),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
