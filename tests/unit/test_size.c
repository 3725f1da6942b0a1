/* Sizes as people write them, and what a machine's memory is worth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/size.h"
#include "core/limits.h"
#include "net/uv_memory.h"

static const uint64_t mega = (uint64_t)1024 * 1024;

static void
test_good(void **state)
{
    static const struct {
        const char *text;
        uint64_t size;
    } good[] = {{"0", 0},           {"1", 1},           {"2097152", 2097152},
                {"2048K", 2097152}, {"2048k", 2097152}, {"2M", 2097152},
                {"64m", 67108864},  {"1G", 1073741824}, {"3g", 3221225472}};

    uint64_t size;

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_int_equal(size_parse(&size, UINT64_MAX, good[i].text),
                         STATUS_OK);
        assert_int_equal(size, good[i].size);
    }
    assert_int_equal(size_parse(&size, 4096, "4K"), STATUS_OK);
    assert_int_equal(size_parse(&size, UINT64_MAX, "17179869183G"), STATUS_OK);
    assert_int_equal(size, UINT64_MAX - 1024 * mega + 1);
}

static void
test_bad(void **state)
{
    static const char *const bad[] = {
        "",     "K",  "M",   "-1",   "+1", " 1",  "1 ",  "1 M",    "1.5M",
        "0x10", "1T", "1MB", "1MiB", "M1", "01M", "1e6", "16,777", "\xd9\xa1M"};
    uint64_t size;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(size_parse(&size, UINT64_MAX, bad[i]),
                         STATUS_MALFORMED);
        assert_int_equal(size, 0);
    }
    assert_int_equal(size_parse(&size, 4095, "4K"), STATUS_MALFORMED);
    assert_int_equal(size_parse(&size, 4096, "4097"), STATUS_MALFORMED);
    assert_int_equal(size_parse(&size, UINT64_MAX, "17179869184G"),
                     STATUS_MALFORMED);
    assert_int_equal(size_parse(&size, UINT64_MAX, "99999999999999999999"),
                     STATUS_MALFORMED);
}

static void
test_machines(void **state)
{
    (void)state;
    /* A router, a Pi, a laptop, a container on it, a system that does not
     * say. */
    assert_int_equal(uv_memory_of(64 * mega, 0), 16 * mega);
    assert_int_equal(uv_memory_of(256 * mega, UINT64_MAX), 64 * mega);
    assert_int_equal(uv_memory_of(16384 * mega, 0), MEMORY_DEFAULT);
    assert_int_equal(uv_memory_of(16384 * mega, 32 * mega), 8 * mega);
    assert_int_equal(uv_memory_of(0, 32 * mega), 8 * mega);
    assert_int_equal(uv_memory_of(0, 0), MEMORY_DEFAULT);
    assert_int_equal(uv_memory_of(mega, 0), MEMORY_LEAST);
    assert_in_range(uv_memory_default(), MEMORY_LEAST, MEMORY_DEFAULT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_machines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
