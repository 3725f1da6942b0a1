/* Rice-coded differences: round trips, sizes, and everything that a writer
 * does not write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "core/limits.h"
#include "net/rice.h"
#include "tests/unit/alloc_each.h"

#define VALUES_MAX ((size_t)512)

static int
compare_values(const void *a, const void *b)
{
    const uint64_t *one = a;
    const uint64_t *other = b;

    return (*one > *other) - (*one < *other);
}

/* Up to count distinct ascending values of the range; how many there are. */
static size_t
draw_values(struct entropy *entropy, uint64_t *values, size_t count,
            uint64_t base, uint8_t width)
{
    const uint64_t mask = ((uint64_t)1 << width) - 1;
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        entropy_fill(entropy, &values[i], sizeof(values[i]));
        values[i] = base + (values[i] & mask);
    }
    qsort(values, count, sizeof(*values), compare_values);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || values[i] != values[kept - 1])
            values[kept++] = values[i];
    return kept;
}

static void
check_round_trip(const uint64_t *values, size_t count, uint64_t base,
                 uint8_t width)
{
    uint64_t read[VALUES_MAX + 1];
    struct byte_view coded;
    struct byte_buf buf;

    byte_buf_init(&buf, MESSAGE_BODY_MAX);
    assert_int_equal(rice_write(&buf, values, count, base, width), STATUS_OK);
    coded = byte_view_of_buf(&buf);
    assert_true(rice_fits(coded, count, width));
    assert_int_equal(rice_read(read, count, base, width, coded), STATUS_OK);
    if (count > 0)
        assert_memory_equal(read, values, count * sizeof(*values));

    /* One octet more or less is another text. */
    assert_int_equal(byte_buf_append(&buf, byte_view_of("", 1)), STATUS_OK);
    assert_int_equal(
        rice_read(read, count, base, width, byte_view_of_buf(&buf)),
        STATUS_MALFORMED);
    coded = byte_view_slice(byte_view_of_buf(&buf), 0, buf.size - 2);
    if (count > 0 && buf.size > 1)
        assert_int_equal(rice_read(read, count, base, width, coded),
                         STATUS_MALFORMED);
    byte_buf_release(&buf);
}

static void
test_round_trips(void **state)
{
    uint64_t values[VALUES_MAX] = {0};
    struct entropy entropy;

    (void)state;
    entropy_init_seed(&entropy, 1);
    for (unsigned round = 0; round < 4000; round++) {
        uint8_t width = (uint8_t)(1 + entropy_below(&entropy, 48));
        size_t wanted = entropy_below(&entropy, VALUES_MAX);
        uint64_t base = (uint64_t)entropy_below(&entropy, 1000) << width;
        size_t count = draw_values(&entropy, values, wanted, base, width);

        check_round_trip(values, count, base, width);
    }
}

static void
test_edges(void **state)
{
    static const uint64_t lowest[] = {0};
    static const uint64_t highest[] = {0xffffffffffff};
    static const uint64_t both[] = {0, 0xffffffffffff};
    static const uint64_t last[] = {0xfffffffffffd, 0xfffffffffffe,
                                    0xffffffffffff};
    static const uint64_t all[] = {8, 9, 10, 11};

    (void)state;
    check_round_trip(NULL, 0, 0, 48);
    check_round_trip(lowest, 1, 0, 48);
    check_round_trip(highest, 1, 0, 48);
    check_round_trip(both, 2, 0, 48);
    check_round_trip(last, 3, 0, 48);
    check_round_trip(all, 4, 8, 2);
}

/* The layout of net/PROTOCOL.md, bit by bit. */
static void
test_layout(void **state)
{
    /* Three of 16 values: k = 2.  2 is 0 10, 3 is 0 00, 15 is 111 ... */
    static const uint64_t values[] = {2, 3, 15};
    /* 2: zero, then 10 from the lowest bit: 0 0 1; 3: 0 0 0; 15 - 4 = 11 is
     * two ones, zero, 11: 1 1 0 1 1. */
    static const uint8_t expected[] = {0xc4, 0x06};
    struct byte_buf buf;

    (void)state;
    byte_buf_init(&buf, 16);
    assert_int_equal(rice_write(&buf, values, 3, 0, 4), STATUS_OK);
    assert_int_equal(buf.size, sizeof(expected));
    assert_memory_equal(buf.data, expected, sizeof(expected));
    byte_buf_release(&buf);
}

/* Whatever is read is what would be written. */
static void
test_only_one_form(void **state)
{
    struct entropy entropy;
    unsigned accepted = 0;

    (void)state;
    entropy_init_seed(&entropy, 2);
    for (unsigned round = 0; round < 200000; round++) {
        uint64_t values[64];
        uint8_t octets[4];
        uint8_t width = (uint8_t)(1 + entropy_below(&entropy, 12));
        size_t count = entropy_below(&entropy, 9);
        size_t size = entropy_below(&entropy, sizeof(octets) + 1);
        struct byte_buf buf;

        entropy_fill(&entropy, octets, sizeof(octets));
        if (rice_read(values, count, 0, width, byte_view_of(octets, size)) !=
            STATUS_OK)
            continue;
        accepted++;
        byte_buf_init(&buf, 64);
        assert_int_equal(rice_write(&buf, values, count, 0, width), STATUS_OK);
        assert_int_equal(buf.size, size);
        if (size > 0)
            assert_memory_equal(buf.data, octets, size);
        byte_buf_release(&buf);
    }
    assert_true(accepted > 1000);
}

/* Sizes that a stranger claims are refused before memory is spent. */
static void
test_claims(void **state)
{
    static const uint8_t octets[64];
    struct byte_view coded = byte_view_of(octets, sizeof(octets));

    (void)state;
    assert_true(rice_fits(coded, 10, 48));
    assert_false(rice_fits(coded, 12, 48));
    assert_false(rice_fits(coded, 513, 48));
    assert_false(rice_fits(coded, SIZE_MAX, 48));
    assert_false(rice_fits(coded, SIZE_MAX / 48 + 2, 48));
    assert_false(rice_fits(byte_view_of(NULL, 0), 1, 48));
    assert_true(rice_fits(byte_view_of(NULL, 0), 0, 48));
    /* No more values than the range has. */
    assert_true(rice_fits(coded, 256, 8));
    assert_false(rice_fits(coded, 257, 8));
}

static enum status
write_some(void *context)
{
    static const uint64_t values[] = {1, 2, 3};
    struct byte_buf buf;
    enum status status;

    (void)context;
    byte_buf_init(&buf, 64);
    status = rice_write(&buf, values, 3, 0, 48);
    byte_buf_release(&buf);
    return status;
}

static void
test_no_memory(void **state)
{
    (void)state;
    test_alloc_each(write_some, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_layout),
        cmocka_unit_test(test_only_one_form),
        cmocka_unit_test(test_claims),
        cmocka_unit_test(test_no_memory),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
