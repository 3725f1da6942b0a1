/* The codecs have one text for given octets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "core/text.h"
#include "tests/unit/test_support.h"

/* What the three codecs have in common. */
struct codec {
    size_t (*size)(size_t size);
    void (*write)(char *out, const uint8_t *octets, size_t size);
    enum status (*parse)(uint8_t *out, size_t size, struct byte_view text);
    const char *digits;
};

static size_t
hex_size(size_t size)
{
    return size * 2 + 1;
}

static const struct codec codecs[] = {
    {hex_size, text_hex, text_hex_parse, "0123456789abcdef"},
    {text_base64_size, text_base64, text_base64_parse,
     "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"},
    {text_base32_size, text_base32, text_base32_parse,
     "abcdefghijklmnopqrstuvwxyz234567"}};

#define CODECS   (sizeof(codecs) / sizeof(codecs[0]))
#define SIZE_TOP ((size_t)40)

/* RFC 4648, section 10. */
static void
known_texts(void **state)
{
    static const char *const known[][4] = {
        {"", "", "", ""},
        {"f", "66", "Zg==", "my"},
        {"fo", "666f", "Zm8=", "mzxq"},
        {"foo", "666f6f", "Zm9v", "mzxw6"},
        {"foob", "666f6f62", "Zm9vYg==", "mzxw6yq"},
        {"fooba", "666f6f6261", "Zm9vYmE=", "mzxw6ytb"},
        {"foobar", "666f6f626172", "Zm9vYmFy", "mzxw6ytboi"},
        {"\xff\xef\xfe", "ffeffe", "/+/+", "77x74"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        for (size_t c = 0; c < CODECS; c++) {
            char text[64];
            uint8_t octets[8];
            size_t size = strlen(known[i][0]);

            codecs[c].write(text, (const uint8_t *)known[i][0], size);
            assert_string_equal(text, known[i][c + 1]);
            assert_int_equal(codecs[c].size(size), strlen(text) + 1);
            assert_int_equal(
                codecs[c].parse(octets, size, byte_view_of_text(text)),
                STATUS_OK);
            if (size > 0)
                assert_memory_equal(octets, known[i][0], size);
        }
    }
}

static void
random_octets_come_back(void **state)
{
    struct entropy entropy;

    (void)state;
    entropy_init_seed(&entropy, 21);
    for (size_t round = 0; round < 3000; round++) {
        const struct codec *codec = &codecs[round % CODECS];
        size_t size = round / CODECS % SIZE_TOP;
        uint8_t octets[SIZE_TOP], back[SIZE_TOP + 1];
        char text[SIZE_TOP * 2 + 1];

        entropy_fill(&entropy, octets, size);
        codec->write(text, octets, size);
        assert_int_equal(strlen(text) + 1, codec->size(size));
        memset(back, 0xee, sizeof(back));
        assert_int_equal(codec->parse(back, size, byte_view_of_text(text)),
                         STATUS_OK);
        if (size > 0)
            assert_memory_equal(back, octets, size);
        assert_int_equal(back[size], 0xee);
    }
}

/* Put every octet in every place of a text: it is refused, or it is the very
 * text of other octets. */
static void
check_every_octet(const struct codec *codec, size_t size)
{
    static const uint8_t octets[6] = {0x00, 0x10, 0x83, 0x10, 0x51, 0x87};
    uint8_t back[6];
    char text[16], again[16];
    size_t length = codec->size(size) - 1;

    codec->write(text, octets, size);
    for (size_t at = 0; at < length; at++) {
        char before = text[at];

        for (int octet = 0; octet < 256; octet++) {
            enum status status;

            text[at] = (char)octet;
            status = codec->parse(back, size, byte_view_of(text, length));
            if (status == STATUS_OK) {
                codec->write(again, back, size);
                assert_memory_equal(again, text, length);
            } else {
                assert_int_equal(status, STATUS_MALFORMED);
            }
            /* Inside, where no bits are left over, all digits will do. */
            if (at + 4 < length && octet > 0)
                assert_int_equal(status == STATUS_OK,
                                 strchr(codec->digits, octet) != NULL);
        }
        text[at] = before;
    }
}

static void
other_texts_are_refused(void **state)
{
    (void)state;
    for (size_t c = 0; c < CODECS; c++) {
        for (size_t size = 1; size <= 6; size++)
            check_every_octet(&codecs[c], size);
    }
}

static void
other_lengths_are_refused(void **state)
{
    static const uint8_t none[9] = {0};
    uint8_t back[9];
    char text[32];

    (void)state;
    for (size_t c = 0; c < CODECS; c++) {
        for (size_t size = 0; size < 9; size++) {
            codecs[c].write(text, none, size);
            for (size_t other = 0; other < 9; other++)
                assert_int_equal(
                    codecs[c].parse(back, other, byte_view_of_text(text)),
                    other == size ? STATUS_OK : STATUS_MALFORMED);
        }
        memset(text, codecs[c].digits[0], sizeof(text));
        for (size_t length = 0; length < sizeof(text); length++)
            assert_int_equal(
                codecs[c].parse(back, 9, byte_view_of(text, length)),
                length + 1 == codecs[c].size(9) ? STATUS_OK : STATUS_MALFORMED);
    }
}

static void
decimal_numbers(void **state)
{
    static const struct {
        const char *text;
        uint64_t maximum;
        uint64_t value; /* 99 when it is refused */
    } numbers[] = {
        {"0", 0, 0},
        {"1", 0, 99},
        {"7", 10, 7},
        {"10", 10, 10},
        {"11", 10, 99},
        {"5", 4, 99},
        {"", UINT64_MAX, 99},
        {"00", UINT64_MAX, 99},
        {"01", UINT64_MAX, 99},
        {"-1", UINT64_MAX, 99},
        {"+1", UINT64_MAX, 99},
        {" 1", UINT64_MAX, 99},
        {"1 ", UINT64_MAX, 99},
        {"1e3", UINT64_MAX, 99},
        {"0x1", UINT64_MAX, 99},
        {"1:", UINT64_MAX, 99},
        {"1/", UINT64_MAX, 99},
        {"2147483647", 2147483647, 2147483647},
        {"2147483648", 2147483647, 99},
        {"18446744073709551615", UINT64_MAX, UINT64_MAX},
        {"18446744073709551616", UINT64_MAX, 99},
        {"99999999999999999999", UINT64_MAX, 99},
        {"184467440737095516150", UINT64_MAX, 99},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        uint64_t value = 99;
        enum status status = text_decimal_parse(
            &value, numbers[i].maximum, byte_view_of_text(numbers[i].text));

        assert_int_equal(value, numbers[i].value);
        assert_int_equal(status, value == 99 ? STATUS_MALFORMED : STATUS_OK);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_texts),
        cmocka_unit_test(random_octets_come_back),
        cmocka_unit_test(other_texts_are_refused),
        cmocka_unit_test(other_lengths_are_refused),
        cmocka_unit_test(decimal_numbers),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
