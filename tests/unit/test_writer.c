/* The writer writes what the reader reads, and its first failure sticks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "core/reader.h"
#include "core/writer.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/test_support.h"

static void
write_all(struct writer *writer)
{
    writer_u8(writer, 0xf1);
    writer_u16(writer, 0xf102);
    writer_u24(writer, 0xf10203);
    writer_u32(writer, 0xf1020304);
    writer_u48(writer, 0xf10203040506);
    writer_u64(writer, 0xf102030405060708);
    writer_varint(writer, 300);
    writer_bytes(writer, byte_view_of("\0\xff", 2));
    writer_bytes(writer, byte_view_of(NULL, 0));
    writer_text(writer, "ab");
    writer_decimal(writer, 907);
    writer_hex(writer, (const uint8_t *)"\x00\x9a\xff", 3);
}

static const char all_in_hex[] = "f1 02f1 0302f1 040302f1 0605040302f1 "
                                 "08070605040302f1 ac02 00ff 6162 393037 "
                                 "303039616666";

static void
fields_are_little_endian(void **state)
{
    struct byte_buf buf;
    struct writer writer;

    (void)state;
    byte_buf_init(&buf, 100);
    writer_init(&writer, &buf);
    write_all(&writer);
    assert_int_equal(writer_status(&writer), STATUS_OK);
    test_assert_hex(byte_view_of_buf(&buf), all_in_hex);
    byte_buf_release(&buf);
}

static void
failure_sticks_at_every_maximum(void **state)
{
    struct byte_buf buf;
    struct writer writer;
    uint8_t whole[64];
    size_t size = test_unhex(whole, sizeof(whole), all_in_hex);

    (void)state;
    for (size_t maximum = 0; maximum < size; maximum++) {
        byte_buf_init(&buf, maximum);
        writer_init(&writer, &buf);
        write_all(&writer);
        assert_int_equal(writer_status(&writer), STATUS_TOO_LARGE);
        /* What was written is the beginning of the whole. */
        assert_in_range(buf.size, 0, maximum);
        if (buf.size > 0)
            assert_memory_equal(buf.data, whole, buf.size);
        byte_buf_release(&buf);
    }
}

static void
decimal_numbers(void **state)
{
    static const struct {
        uint64_t value;
        const char *text;
    } numbers[] = {{0, "0"},
                   {9, "9"},
                   {10, "10"},
                   {UINT32_MAX, "4294967295"},
                   {UINT64_MAX, "18446744073709551615"}};
    struct byte_buf buf;
    struct writer writer;

    (void)state;
    byte_buf_init(&buf, 100);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        byte_buf_clear(&buf);
        writer_init(&writer, &buf);
        writer_decimal(&writer, numbers[i].value);
        assert_int_equal(writer_status(&writer), STATUS_OK);
        assert_string_equal(byte_buf_text(&buf), numbers[i].text);
    }
    byte_buf_release(&buf);
}

static void
varints_come_back(void **state)
{
    struct entropy entropy;
    struct byte_buf buf;
    struct writer writer;
    struct reader reader;

    (void)state;
    entropy_init_seed(&entropy, 7);
    byte_buf_init(&buf, 10);
    for (unsigned bits = 0; bits <= 64; bits++) {
        uint64_t least = bits == 0 ? 0 : (uint64_t)1 << (bits - 1);
        uint64_t more;

        entropy_fill(&entropy, &more, sizeof(more));
        for (int i = 0; i < 3; i++) {
            uint64_t value = i == 0   ? least
                             : i == 1 ? (least << 1) - 1
                                      : more % 64 + least;

            byte_buf_clear(&buf);
            writer_init(&writer, &buf);
            writer_varint(&writer, value);
            assert_int_equal(writer_status(&writer), STATUS_OK);
            reader_init(&reader, byte_view_of_buf(&buf));
            assert_int_equal(reader_varint(&reader), value);
            assert_true(reader_done(&reader));
        }
    }
    byte_buf_release(&buf);
}

static enum status
write_once(void *context)
{
    struct byte_buf buf;
    struct writer writer;
    enum status status;

    (void)context;
    byte_buf_init(&buf, 10000);
    writer_init(&writer, &buf);
    for (int i = 0; i < 100; i++)
        write_all(&writer);
    status = writer_status(&writer);
    byte_buf_release(&buf);
    return status;
}

static void
memory_failures_stick(void **state)
{
    (void)state;
    test_alloc_each(write_once, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_little_endian),
        cmocka_unit_test(failure_sticks_at_every_maximum),
        cmocka_unit_test(decimal_numbers),
        cmocka_unit_test(varints_come_back),
        cmocka_unit_test(memory_failures_stick),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
