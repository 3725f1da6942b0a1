/* A text file that became C by the build holds the file's very octets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* Made from tests/unit/sample.txt; see bundles/dictionaries/embed.sh. */
extern const uint8_t unit_sample[];
extern const size_t unit_sample_size;

static void
test_octets_are_the_files(void **state)
{
    const char *top = getenv("top_srcdir");
    char path[4096];
    uint8_t octets[512];
    size_t size;
    FILE *file;

    (void)state;
    snprintf(path, sizeof(path), "%s/tests/unit/sample.txt",
             top == NULL ? "." : top);
    file = fopen(path, "rb");
    assert_non_null(file);
    size = fread(octets, 1, sizeof(octets), file);
    assert_int_equal(fclose(file), 0);

    assert_in_range(size, 100, sizeof(octets) - 1);
    assert_int_equal(unit_sample_size, size);
    assert_memory_equal(unit_sample, octets, size);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_octets_are_the_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
