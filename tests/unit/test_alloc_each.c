/* The nth-allocation-fails loop fails each allocation once and sees faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "core/status.h"
#include "tests/unit/alloc_each.h"

/* How often each allocation was the one that failed. */
struct failures {
    int of_alloc;
    int of_zalloc;
    int of_resize;
};

static enum status
allocate_thrice(void *context)
{
    struct failures *failures = context;
    char *first = NULL;
    char *second = NULL;
    char *longer = NULL;
    enum status status = STATUS_NO_MEMORY;

    first = mem_alloc(1);
    if (first == NULL) {
        failures->of_alloc++;
        goto done;
    }
    second = mem_zalloc(2, 3);
    if (second == NULL) {
        failures->of_zalloc++;
        goto done;
    }
    longer = mem_resize(first, 100);
    if (longer == NULL) {
        failures->of_resize++;
        goto done;
    }
    first = longer;
    status = STATUS_OK;

done:
    mem_free(second);
    mem_free(first);
    return status;
}

static enum status
allocate_nothing(void *context)
{
    (void)context;
    return STATUS_OK;
}

/* Forgets the first when there is no second. */
static enum status
leak(void *context)
{
    void **forgotten = context;
    void *first = mem_alloc(1);
    void *second = NULL;

    if (first == NULL)
        return STATUS_NO_MEMORY;
    second = mem_alloc(1);
    if (second == NULL) {
        *forgotten = first;
        return STATUS_NO_MEMORY;
    }
    mem_free(second);
    mem_free(first);
    return STATUS_OK;
}

static enum status
hide_failure(void *context)
{
    (void)context;
    mem_free(mem_alloc(1));
    return STATUS_OK;
}

static enum status
fail_otherwise(void *context)
{
    (void)context;
    return STATUS_MALFORMED;
}

static void
test_each_allocation_fails_once(void **state)
{
    struct failures failures = {0, 0, 0};
    char fault[ALLOC_EACH_FAULT_SIZE];

    (void)state;
    assert_int_equal(alloc_each(fault, allocate_thrice, &failures), 4);
    assert_string_equal(fault, "");
    assert_int_equal(failures.of_alloc, 1);
    assert_int_equal(failures.of_zalloc, 1);
    assert_int_equal(failures.of_resize, 1);

    assert_int_equal(alloc_each(fault, allocate_nothing, NULL), 1);
    assert_string_equal(fault, "");
    test_alloc_each(allocate_thrice, &failures);
}

static void
test_faults_are_seen(void **state)
{
    char fault[ALLOC_EACH_FAULT_SIZE];
    void *forgotten = NULL;

    (void)state;
    alloc_each(fault, leak, &forgotten);
    mem_free(forgotten);
    assert_string_equal(fault, "allocation 2 failed, and 1 are left behind");

    alloc_each(fault, hide_failure, NULL);
    assert_non_null(strstr(fault, "allocation 1 failed, and the result was"));

    alloc_each(fault, fail_otherwise, NULL);
    assert_non_null(strstr(fault, "no allocation failed, and the result was"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_allocation_fails_once),
        cmocka_unit_test(test_faults_are_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
