/* The reader reads what is there, fails at every cut, and stays failed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/reader.h"
#include "tests/unit/test_support.h"

static const uint8_t sample[] = {
    0x01,                                           /* u8 */
    0x02, 0x01,                                     /* u16 */
    0x03, 0x02, 0x01,                               /* u24 */
    0x04, 0x03, 0x02, 0x01,                         /* u32 */
    0x06, 0x05, 0x04, 0x03, 0x02, 0xf1,             /* u48 */
    0x08, 0x07, 0x06, 0x05, 0x04, 0x03, 0x02, 0xf1, /* u64 */
    0xac, 0x02,                                     /* varint 300 */
    'a',  'b',  'c',                                /* bytes */
    'd',  'e',                                      /* copy */
    'f',  'g',  '\n',                               /* line */
    'h'                                             /* rest */
};

struct fields {
    uint8_t u8;
    uint16_t u16;
    uint32_t u24;
    uint32_t u32;
    uint64_t u48;
    uint64_t u64;
    uint64_t varint;
    struct byte_view bytes;
    uint8_t copy[2];
    struct byte_view line;
    struct byte_view rest;
};

static bool
read_sample(struct fields *fields, size_t size)
{
    struct reader reader;

    memset(fields, 0xee, sizeof(*fields));
    reader_init(&reader, byte_view_of(sample, size));
    fields->u8 = reader_u8(&reader);
    fields->u16 = reader_u16(&reader);
    fields->u24 = reader_u24(&reader);
    fields->u32 = reader_u32(&reader);
    fields->u48 = reader_u48(&reader);
    fields->u64 = reader_u64(&reader);
    fields->varint = reader_varint(&reader);
    fields->bytes = reader_bytes(&reader, 3);
    reader_copy(&reader, fields->copy, 2);
    fields->line = reader_line(&reader);
    fields->rest = reader_bytes(&reader, 1);
    return reader_done(&reader);
}

static void
fields_are_little_endian(void **state)
{
    struct fields fields;

    (void)state;
    assert_true(read_sample(&fields, sizeof(sample)));
    assert_int_equal(fields.u8, 1);
    assert_int_equal(fields.u16, 0x0102);
    assert_int_equal(fields.u24, 0x010203);
    assert_int_equal(fields.u32, 0x01020304);
    assert_int_equal(fields.u48, 0xf10203040506);
    assert_int_equal(fields.u64, 0xf102030405060708);
    assert_int_equal(fields.varint, 300);
    assert_true(byte_view_equal_text(fields.bytes, "abc"));
    assert_memory_equal(fields.copy, "de", 2);
    assert_true(byte_view_equal_text(fields.line, "fg"));
    assert_true(byte_view_equal_text(fields.rest, "h"));
}

/* Offsets at which the fields of sample begin. */
static const size_t begins[] = {0, 1, 3, 6, 10, 16, 24, 26, 29, 31, 34};

static void
every_cut_fails_and_gives_zeros_behind_it(void **state)
{
    struct fields fields;

    (void)state;
    for (size_t size = 0; size < sizeof(sample); size++) {
        assert_false(read_sample(&fields, size));
        assert_int_equal(fields.u8, size > begins[0] ? 1 : 0);
        assert_int_equal(fields.u16, size >= begins[2] ? 0x0102 : 0);
        assert_int_equal(fields.u24, size >= begins[3] ? 0x010203 : 0);
        assert_int_equal(fields.u32, size >= begins[4] ? 0x01020304 : 0);
        assert_int_equal(fields.u48, size >= begins[5] ? 0xf10203040506 : 0);
        assert_int_equal(fields.u64,
                         size >= begins[6] ? 0xf102030405060708 : 0);
        assert_int_equal(fields.varint, size >= begins[7] ? 300 : 0);
        assert_int_equal(fields.bytes.size, size >= begins[8] ? 3 : 0);
        assert_int_equal(fields.copy[0], size >= begins[9] ? 'd' : 0);
        assert_int_equal(fields.copy[1], size >= begins[9] ? 'e' : 0);
        assert_int_equal(fields.line.size, size >= begins[10] ? 2 : 0);
        assert_int_equal(fields.rest.size, 0);
    }
}

static void
what_is_left_over_is_not_done(void **state)
{
    struct reader reader;

    (void)state;
    reader_init(&reader, byte_view_of_text("ab"));
    assert_int_equal(reader_u8(&reader), 'a');
    assert_false(reader_done(&reader));
    assert_true(byte_view_equal_text(reader_rest(&reader), "b"));
    assert_true(reader_done(&reader));
    assert_int_equal(reader_rest(&reader).size, 0);
    assert_true(reader_done(&reader));
}

static void
failure_sticks(void **state)
{
    struct reader reader;
    uint8_t out[3] = {1, 2, 3};

    (void)state;
    reader_init(&reader, byte_view_of_text("abc\ndef"));
    assert_int_equal(reader_bytes(&reader, SIZE_MAX).size, 0);
    assert_true(reader.failed);
    assert_int_equal(reader_u8(&reader), 0);
    assert_int_equal(reader_varint(&reader), 0);
    assert_int_equal(reader_line(&reader).size, 0);
    assert_int_equal(reader_rest(&reader).size, 0);
    assert_int_equal(reader_bytes(&reader, 0).size, 0);
    reader_copy(&reader, out, 3);
    assert_memory_equal(out, "\0\0\0", 3);
    assert_false(reader_done(&reader));

    reader_init(&reader, byte_view_of(NULL, 0));
    assert_true(reader_done(&reader));
    assert_int_equal(reader_bytes(&reader, 0).size, 0);
    reader_copy(&reader, out, 0);
    assert_true(reader_done(&reader));
    reader_fail(&reader);
    assert_false(reader_done(&reader));
}

static void
lines_end_with_lf_alone(void **state)
{
    struct reader reader;

    (void)state;
    reader_init(&reader, byte_view_of("\na\0b\r\nlast", 10));
    assert_int_equal(reader_line(&reader).size, 0);
    assert_true(
        byte_view_equal(reader_line(&reader), byte_view_of("a\0b\r", 4)));
    assert_false(reader.failed);
    assert_int_equal(reader_line(&reader).size, 0);
    assert_true(reader.failed);
}

static const struct {
    const char *hex;
    uint64_t value;
} varints[] = {
    {"00", 0},
    {"01", 1},
    {"7f", 127},
    {"8001", 128},
    {"ff01", 255},
    {"ff7f", 16383},
    {"808001", 16384},
    {"ffffffff0f", UINT32_MAX},
    {"8080808010", (uint64_t)UINT32_MAX + 1},
    {"ffffffffffffffff7f", INT64_MAX},
    {"80808080808080808001", (uint64_t)INT64_MAX + 1},
    {"ffffffffffffffffff01", UINT64_MAX},
};

static void
varints_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(varints) / sizeof(varints[0]); i++) {
        struct reader reader;
        uint8_t octets[16];
        size_t size = test_unhex(octets, sizeof(octets), varints[i].hex);

        reader_init(&reader, byte_view_of(octets, size));
        assert_int_equal(reader_varint(&reader), varints[i].value);
        assert_true(reader_done(&reader));
        for (size_t cut = 0; cut < size; cut++) {
            reader_init(&reader, byte_view_of(octets, cut));
            assert_int_equal(reader_varint(&reader), 0);
            assert_true(reader.failed);
        }
    }
}

static void
varints_have_one_form(void **state)
{
    static const char *const wrong[] = {
        "8000",                   /* 0 in two octets */
        "8100",                   /* 1 in two octets */
        "ff00",                   /* 127 in two octets */
        "80808000",               /* 0 in four octets */
        "80808080808080808000",   /* 0 in ten octets */
        "ffffffffffffffffff00",   /* 2^63 - 1 in ten octets */
        "80808080808080808002",   /* 2^64 */
        "ffffffffffffffffff7f",   /* 70 bits */
        "ffffffffffffffffff81",   /* an eleventh octet announced */
        "ffffffffffffffffff8101", /* and given */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct reader reader;
        uint8_t octets[16];
        size_t size = test_unhex(octets, sizeof(octets), wrong[i]);

        reader_init(&reader, byte_view_of(octets, size));
        assert_int_equal(reader_varint(&reader), 0);
        assert_true(reader.failed);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_little_endian),
        cmocka_unit_test(every_cut_fails_and_gives_zeros_behind_it),
        cmocka_unit_test(what_is_left_over_is_not_done),
        cmocka_unit_test(failure_sticks),
        cmocka_unit_test(lines_end_with_lf_alone),
        cmocka_unit_test(varints_are_read),
        cmocka_unit_test(varints_have_one_form),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
