/* The names and types that a record's files may have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/record_field.h"
#include "core/limits.h"

static void
test_names(void **state)
{
    static const char *const accepted[] = {
        "a",
        "0",
        "statement.md",
        "statement.kk-cyrl.md",
        "a..b",
        "a.-_",
        "header",
        "headers.txt",
        "my-header.txt",
        "con1",
        "console",
        "com",
        "com10",
        "comx",
        "nul0",
        "a.con",
        "lpt.txt",
        "conx.txt",
        "0123456789012345678901234567890123456789"};
    static const char *const refused[] = {
        "",
        ".",
        "..",
        ".a",
        "-a",
        "_a",
        "a.",
        "a..",
        "A",
        "aB",
        "a b",
        "a/b",
        "a\\b",
        "a:b",
        "a\xc3\xa9",
        "a\n",
        "header.txt",
        "header.txt.minisig",
        "header.",
        "header.a",
        "con",
        "prn",
        "aux",
        "nul",
        "con.txt",
        "nul.tar.gz",
        "com0",
        "com1",
        "com9",
        "lpt0",
        "lpt9",
        "com1.jpg",
        "lpt5.a.b",
        "aux.",
        "01234567890123456789012345678901234567890"};

    (void)state;
    for (size_t i = 0; i < sizeof(accepted) / sizeof(accepted[0]); i++) {
        if (!record_field_is_name(byte_view_of_text(accepted[i])))
            fail_msg("%s", accepted[i]);
    }
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        if (record_field_is_name(byte_view_of_text(refused[i])))
            fail_msg("%s", refused[i]);
    }
}

static void
test_types(void **state)
{
    char type[RECORD_TYPE_MAX + 1];

    (void)state;
    memset(type, 'x', sizeof(type));
    type[40] = '/';
    assert_true(record_field_is_type(byte_view_of(type, RECORD_TYPE_MAX)));
    assert_false(record_field_is_type(byte_view_of(type, RECORD_TYPE_MAX + 1)));
    assert_false(record_field_is_type(byte_view_of(NULL, 0)));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_types),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
