/* The line that opens a sealed statement by telephone: its one form, and what
 * a telephone, a hurry or a liar makes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/key_line.h"
#include "core/limits.h"
#include "tests/unit/alloc_each.h"

/* Made by hand, from the page. */
#define LINE                         \
    "p2pub1 opens 0123456789abcdef " \
    "aeaqcaibaeaqcaibaeaqcaibaeaqcaibaeaqcaibaeaqcaibaea5svac"

static const struct record_id sealed_id = {
    {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xff}};
static uint8_t key[SEALED_KEY_SIZE];

static int
set_up(void **state)
{
    (void)state;
    memset(key, 1, sizeof(key));
    return 0;
}

static enum status
find(const char *text)
{
    struct key_line line;

    return key_line_find(&line, byte_view_of_text(text));
}

static void
test_form(void **state)
{
    char text[KEY_LINE_TEXT_SIZE];
    struct key_line line;

    (void)state;
    key_line_format(text, &sealed_id, key);
    assert_string_equal(text, LINE);
    assert_int_equal(strlen(text), KEY_LINE_TEXT_SIZE - 1);
    /* One message of a telephone. */
    assert_true(strlen(text) <= 160);
    assert_int_equal(key_line_find(&line, byte_view_of_text(text)), STATUS_OK);
    assert_memory_equal(line.key, key, sizeof(key));
    assert_true(key_line_is_of(&line, &sealed_id));
    line.id[7] ^= 1;
    assert_false(key_line_is_of(&line, &sealed_id));
}

/* text with each octet that is from turned into to, behind `before`. */
static void
check_found(const char *before, char from, const char *to, const char *behind)
{
    char text[1024];
    size_t size = (size_t)snprintf(text, sizeof(text), "%s", before);

    for (const char *at = LINE; *at != '\0'; at++) {
        char one[2] = {*at, '\0'};

        size += (size_t)snprintf(text + size, sizeof(text) - size, "%s",
                                 *at == from ? to : one);
    }
    (void)snprintf(text + size, sizeof(text) - size, "%s", behind);
    assert_int_equal(find(text), STATUS_OK);
}

static void
test_by_telephone(void **state)
{
    char capitals[KEY_LINE_TEXT_SIZE];

    (void)state;
    check_found("", '\0', "", "\n");
    check_found("From Aigul, 12:00:\n", ' ', "\r\n", "\r\n\r\nPass it on.");
    check_found("", 'q', "q ", "and more");
    check_found("p2pub1 ", 'a', "-a", "");
    key_line_format(capitals, &sealed_id, key);
    for (char *at = capitals; *at != '\0'; at++)
        if (*at >= 'a' && *at <= 'z')
            *at = (char)(*at - 'a' + 'A');
    assert_int_equal(find(capitals), STATUS_OK);
}

static void
test_refused(void **state)
{
    char text[KEY_LINE_TEXT_SIZE];
    char large[KEY_LINE_INPUT_MAX + 1];

    (void)state;
    assert_int_equal(find(""), STATUS_MALFORMED);
    assert_int_equal(find("p2pub1 opens"), STATUS_MALFORMED);
    assert_int_equal(find("p2pub1 opens 0123456789abcdef"), STATUS_MALFORMED);
    /* Every character that is another is noticed by the check. */
    for (size_t i = 0; i + 1 < KEY_LINE_TEXT_SIZE; i++) {
        key_line_format(text, &sealed_id, key);
        if (text[i] == ' ')
            continue;
        text[i] = text[i] == 'b' ? 'c' : 'b';
        assert_int_equal(find(text), STATUS_MALFORMED);
    }
    /* A part of it. */
    key_line_format(text, &sealed_id, key);
    text[KEY_LINE_TEXT_SIZE - 2] = '\0';
    assert_int_equal(find(text), STATUS_MALFORMED);
    memset(large, ' ', sizeof(large));
    key_line_format(text, &sealed_id, key);
    memcpy(large, text, KEY_LINE_TEXT_SIZE - 1);
    assert_int_equal(key_line_find(&(struct key_line){0},
                                   byte_view_of(large, sizeof(large))),
                     STATUS_TOO_LARGE);
    assert_int_equal(key_line_find(&(struct key_line){0},
                                   byte_view_of(large, sizeof(large) - 1)),
                     STATUS_OK);
}

static enum status
run_find(void *context)
{
    (void)context;
    return find(LINE);
}

static void
test_memory(void **state)
{
    (void)state;
    test_alloc_each(run_find, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_form),
        cmocka_unit_test(test_by_telephone),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_memory),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
