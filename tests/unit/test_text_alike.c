/* Names that look alike, and names that do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/text_alike.h"

static const struct {
    const char *a;
    const char *b;
    bool alike;
} names[] = {
    {"OMCT", "OMCT", true},
    {"OMCT", "omct", true},
    {"OMCT", "ОМСТ", true}, /* Cyrillic */
    {"Amnesty", "Аmnеstу", true},
    {"FIDH", "FlDH", true},
    {"FIDH", "F1DH", true},
    {"HRW 2000", "HRW2OOO", true},
    {"Коалиция", "КОАЛИЦИЯ", true},
    {"Коалиция", "Kоaлиция", true},
    {"Ұйым", "ҰЙЫМ", true},
    {"Ёлка", "Елка", true},
    {"Qoğam", "Qogam", true},
    {"Human Rights", "Human-Rights.", true},
    {"Human Rights", "Human \xc2\xa0Rights", true},
    {"Human Rights", "Huma\xe2\x80\x8dn Rights", true},
    {"Human Rights", "Hu\xcc\x81man Rights", true},
    {"OMCT", "\xef\xbc\xafMCT", true}, /* full width */
    {"Μέτρο", "Metpo", false},
    {"Αθηνα", "ΑΘΗΝΑ", true},
    {"Հայ", "ՀԱՅ", true},
    {"OMCT", "OMCT Geneva", false},
    {"OMCT", "OMC", false},
    {"OMCT", "OCMT", false},
    {"HRC", "HUC", false},
    {"HRC", "HRO", false},
    {"Мемориал", "Мемуар", false},
    {"Кыргыз", "Казак", false},
    {"", "", false},
    {"...", "---", false},
    {"...", "OMCT", false},
    {"OMCT\xff", "OMCT\xff", false},
    {"OMCT", "OMCT\xff", false},
};

static void
test_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct byte_view a = byte_view_of_text(names[i].a);
        struct byte_view b = byte_view_of_text(names[i].b);

        if (text_alike(a, b) != names[i].alike ||
            text_alike(b, a) != names[i].alike)
            fail_msg("'%s' and '%s'", names[i].a, names[i].b);
    }
}

/* What something looks like looks like itself, so that one look is enough. */
static void
test_looks(void **state)
{
    uint32_t changed = 0;

    (void)state;
    for (uint32_t code_point = 0; code_point < 0x110000; code_point++) {
        uint32_t look = text_alike_look(code_point);

        if (text_alike_look(look) != look)
            fail_msg("U+%04X looks like U+%04X", code_point, look);
        changed += look != code_point;
    }
    assert_true(changed > 1300);
    assert_int_equal(text_alike_look('0'), 'O');
    assert_int_equal(text_alike_look(0x430), 'a');
    assert_int_equal(text_alike_look(0x434), 0x434);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_looks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
