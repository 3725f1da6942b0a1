/* Language tags: the syntax of RFC 5646 and the case of its section 2.1.1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/language.h"

/* Mostly from RFC 5646, appendix A, and its section 2.1.1. */
static const char *const canonical[] = {
    "und",
    "de",
    "fr",
    "ja",
    "zh-Hant",
    "zh-Hans",
    "sr-Cyrl",
    "sr-Latn",
    "zh-cmn-Hans-CN",
    "cmn-Hans-CN",
    "zh-yue-HK",
    "yue-HK",
    "zh-Hans-CN",
    "sr-Latn-RS",
    "sl-rozaj",
    "sl-rozaj-biske",
    "sl-nedis",
    "de-CH-1901",
    "sl-IT-nedis",
    "hy-Latn-IT-arevela",
    "de-DE",
    "en-US",
    "es-419",
    "de-CH-x-phonebk",
    "az-Arab-x-aze-derbend",
    "x-whatever",
    "qaa-Qaaa-QM-x-southern",
    "de-Qaaa",
    "sr-Latn-QM",
    "sr-Qaaa-RS",
    "en-US-u-islamcal",
    "zh-CN-a-myext-x-private",
    "en-a-myext-b-another",
    "az-Latn-x-latn",
    "en-CA-x-ca",
    "mn-Cyrl-MN",
    "kk-Cyrl-KZ",
    "uz-Latn",
    "abcd",
    "abcdefgh",
    "abcde-Latn",
    "zh-aaa-bbb-ccc",
    "de-1a2b",
    "x-a-b-c",
    "en-u-aa-bb",
    "art-lojban",
    "x-12345678-12345678-12345678-123456",
};

static const char *const malformed[] = {
    "",
    "-",
    "a",
    "1",
    "12",
    "e1",
    "en-",
    "-en",
    "en--US",
    "en_US",
    "en US",
    "de-419-DE",
    "a-DE",
    "abcdefghi",
    "en-abcdefghi",
    "x",
    "x-",
    "en-x",
    "en-x-",
    "en-a",
    "en-a-b",
    "en-u-x-y",
    "en-US-GB",
    "en-Latn-Cyrl",
    "abcd-aaa",
    "zh-aaa-bbb-ccc-ddd",
    "i-klingon",
    "sgn-BE-FR",
    "en-GB-oed",
    "en-US-u",
    "en\n",
    "\xd1\x80\xd1\x83",
    "x-123456789",
    "en-abcd_",
    "en-u-a+",
    "x-a_b",
    "e.",
    "ru-RU.UTF-8",
    "x-12345678-12345678-12345678-1234567",
};

static void
test_canonical(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(canonical) / sizeof(canonical[0]); i++) {
        if (!language_is_canonical(byte_view_of_text(canonical[i])))
            fail_msg("%s", canonical[i]);
    }
}

static void
test_malformed(void **state)
{
    char out[LANGUAGE_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++) {
        struct byte_view tag = byte_view_of_text(malformed[i]);

        if (language_canonical(out, tag) != STATUS_MALFORMED ||
            out[0] != '\0' || language_is_canonical(tag))
            fail_msg("%s", malformed[i]);
    }
    assert_int_equal(language_canonical(out, byte_view_of("en", 3)),
                     STATUS_MALFORMED);
}

/* Every tag comes back from upper case and from lower case. */
static void
test_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(canonical) / sizeof(canonical[0]); i++) {
        char upper[LANGUAGE_TEXT_SIZE] = "";
        char lower[LANGUAGE_TEXT_SIZE] = "";
        char out[LANGUAGE_TEXT_SIZE];
        size_t size = strlen(canonical[i]);

        for (size_t j = 0; j < size; j++) {
            char octet = canonical[i][j];
            bool is_letter = (octet | 0x20) >= 'a';

            upper[j] = (char)(is_letter ? octet & ~0x20 : octet);
            lower[j] = (char)(is_letter ? octet | 0x20 : octet);
        }
        assert_int_equal(language_canonical(out, byte_view_of_text(upper)),
                         STATUS_OK);
        assert_string_equal(out, canonical[i]);
        assert_int_equal(language_canonical(out, byte_view_of_text(lower)),
                         STATUS_OK);
        assert_string_equal(out, canonical[i]);
        assert_false(strcmp(upper, canonical[i]) != 0 &&
                     language_is_canonical(byte_view_of_text(upper)));
    }
}

static void
test_primary(void **state)
{
    (void)state;
    assert_true(byte_view_equal_text(
        language_primary(byte_view_of_text("zh-Hant-TW")), "zh"));
    assert_true(
        byte_view_equal_text(language_primary(byte_view_of_text("ru")), "ru"));
    assert_int_equal(language_primary(byte_view_of(NULL, 0)).size, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_canonical),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_case),
        cmocka_unit_test(test_primary),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
