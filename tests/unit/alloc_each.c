#include "tests/unit/alloc_each.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/mem.h"

/* A function that makes more allocations does not come to an end. */
#define ALLOC_EACH_MAX 100000

long
alloc_each(char fault[ALLOC_EACH_FAULT_SIZE], enum status (*run)(void *context),
           void *context)
{
    const long live = mem_live_count();
    bool failed = true;
    long n;

    fault[0] = '\0';
    for (n = 0; failed && fault[0] == '\0' && n < ALLOC_EACH_MAX; n++) {
        const long before = mem_allocation_count();
        enum status status;

        mem_fail_after(n);
        status = run(context);
        mem_fail_after(-1);
        failed = mem_allocation_count() - before > n;

        if (mem_live_count() != live)
            snprintf(fault, ALLOC_EACH_FAULT_SIZE,
                     "allocation %ld failed, and %ld are left behind", n + 1,
                     mem_live_count() - live);
        else if (failed && status != STATUS_NO_MEMORY)
            snprintf(fault, ALLOC_EACH_FAULT_SIZE,
                     "allocation %ld failed, and the result was \"%s\"", n + 1,
                     status_text(status));
        else if (!failed && status != STATUS_OK)
            snprintf(fault, ALLOC_EACH_FAULT_SIZE,
                     "no allocation failed, and the result was \"%s\"",
                     status_text(status));
    }
    if (n == ALLOC_EACH_MAX && failed && fault[0] == '\0')
        snprintf(fault, ALLOC_EACH_FAULT_SIZE, "over %d allocations",
                 ALLOC_EACH_MAX);
    return n;
}

void
test_alloc_each(enum status (*run)(void *context), void *context)
{
    char fault[ALLOC_EACH_FAULT_SIZE];

    alloc_each(fault, run, context);
    if (fault[0] != '\0')
        fail_msg("%s", fault);
}
