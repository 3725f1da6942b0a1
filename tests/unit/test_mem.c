/* Memory is counted, fails on demand, does not overflow, and keeps secrets. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "tests/unit/test_support.h"

static void
live_memory_is_counted(void **state)
{
    long live = mem_live_count();
    long asked = mem_allocation_count();
    char *a = mem_alloc(0);
    char *b = mem_zalloc(0, 8);
    char *c = mem_resize(NULL, 10);
    char *d = mem_secret_alloc(10);

    (void)state;
    assert_non_null(a);
    assert_non_null(b);
    assert_non_null(c);
    assert_non_null(d);
    assert_int_equal(mem_live_count() - live, 4);
    assert_int_equal(mem_allocation_count() - asked, 4);
    memcpy(c, "0123456789", 10);
    c = mem_resize(c, 1000);
    assert_non_null(c);
    assert_memory_equal(c, "0123456789", 10);
    c = mem_resize(c, 0);
    assert_non_null(c);
    assert_int_equal(mem_live_count() - live, 4);
    mem_free(a);
    mem_free(b);
    mem_free(c);
    mem_secret_free(d);
    mem_free(NULL);
    mem_secret_free(NULL);
    assert_int_equal(mem_live_count(), live);
}

static void
the_nth_allocation_fails_once(void **state)
{
    void *memory[8];
    char *kept = mem_alloc(4);

    (void)state;
    memcpy(kept, "kept", 4);
    for (long n = 0; n < 4; n++) {
        mem_fail_after(n);
        memory[0] = mem_alloc(1);
        memory[1] = mem_zalloc(1, 1);
        memory[2] = mem_resize(kept, 100);
        memory[3] = mem_secret_alloc(1);
        for (long i = 0; i < 4; i++) {
            if (i == n)
                assert_null(memory[i]);
            else
                assert_non_null(memory[i]);
        }
        if (memory[2] != NULL)
            kept = memory[2];
        assert_memory_equal(kept, "kept", 4);
        mem_free(memory[0]);
        mem_free(memory[1]);
        mem_secret_free(memory[3]);
        memory[0] = mem_alloc(1);
        assert_non_null(memory[0]);
        mem_free(memory[0]);
    }
    mem_fail_after(0);
    mem_fail_after(-1);
    memory[0] = mem_alloc(1);
    assert_non_null(memory[0]);
    mem_free(memory[0]);
    mem_free(kept);
}

static void
zeroed_memory_is_zero_and_never_too_short(void **state)
{
    long live = mem_live_count();
    uint8_t *memory = mem_zalloc(100, 10);

    (void)state;
    assert_non_null(memory);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(memory[i], 0);
    mem_free(memory);
    assert_null(mem_zalloc(SIZE_MAX / 2 + 1, 2));
    assert_null(mem_zalloc(2, SIZE_MAX / 2 + 1));
    assert_null(mem_zalloc(SIZE_MAX, SIZE_MAX));
    assert_int_equal(mem_live_count(), live);
}

static void
freeing_keeps_errno(void **state)
{
    void *secret = mem_secret_alloc(32);

    (void)state;
    errno = ERANGE;
    mem_free(mem_alloc(10));
    mem_secret_free(secret);
    mem_secret_free(NULL);
    assert_int_equal(errno, ERANGE);
}

static void
secrets_begin_as_zeros_and_are_wiped(void **state)
{
    uint8_t *secret = mem_secret_alloc(100);
    uint8_t octets[100], none[100] = {0};

    (void)state;
    assert_non_null(secret);
    assert_memory_equal(secret, none, 100);
    mem_secret_free(secret);
    memset(octets, 7, sizeof(octets));
    mem_wipe(octets, 99);
    assert_memory_equal(octets, none, 99);
    assert_int_equal(octets[99], 7);
    mem_wipe(octets, 0);
}

static void
secrets_are_compared(void **state)
{
    (void)state;
    assert_true(mem_equal_secret("abc", "abc", 3));
    assert_true(mem_equal_secret("abc", "abd", 2));
    assert_true(mem_equal_secret("abc", "xyz", 0));
    assert_false(mem_equal_secret("abc", "abd", 3));
    assert_false(mem_equal_secret("abc", "bbc", 3));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(live_memory_is_counted),
        cmocka_unit_test(the_nth_allocation_fails_once),
        cmocka_unit_test(zeroed_memory_is_zero_and_never_too_short),
        cmocka_unit_test(freeing_keeps_errno),
        cmocka_unit_test(secrets_begin_as_zeros_and_are_wiped),
        cmocka_unit_test(secrets_are_compared),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
