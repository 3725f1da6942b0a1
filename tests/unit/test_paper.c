/* Octets on paper: what is written is read again, however it is typed, and
 * what is mistyped is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/limits.h"
#include "core/paper.h"
#include "tests/unit/alloc_each.h"

#define WORD "revoke"

/* Octets 0, 1, 2, ... as lines. */
static void
make(struct byte_buf *out, size_t size)
{
    uint8_t octets[PAPER_OCTETS_MAX];

    for (size_t i = 0; i < size; i++)
        octets[i] = (uint8_t)i;
    byte_buf_init(out, PAPER_TEXT_MAX);
    assert_int_equal(paper_write(out, WORD, byte_view_of(octets, size)),
                     STATUS_OK);
}

static enum status
read_text(struct paper_fault *fault, size_t *size, struct byte_view text)
{
    struct byte_buf out;
    enum status status;

    byte_buf_init(&out, PAPER_OCTETS_MAX);
    status = paper_read(&out, WORD, text, fault);
    for (size_t i = 0; i < out.size; i++)
        assert_int_equal(out.data[i], i & 0xff);
    *size = out.size;
    byte_buf_release(&out);
    return status;
}

static void
expect_fault(struct byte_buf *text, enum paper_wrong wrong, size_t line,
             size_t number)
{
    struct paper_fault fault;
    size_t size;

    assert_int_equal(read_text(&fault, &size, byte_view_of_buf(text)),
                     STATUS_MALFORMED);
    assert_int_equal(fault.wrong, wrong);
    assert_int_equal(fault.line, line);
    assert_int_equal(fault.number, number);
    assert_int_equal(size, 0);
}

static void
test_known_lines(void **state)
{
    struct byte_buf text;

    (void)state;
    make(&text, 24);
    assert_string_equal(byte_buf_text(&text),
                        "revoke 01 aama aaic amca kbqh baeq ucym buha 6ear ys\n"
                        "revoke 02 cijr ifiw c4 7c\n");
    byte_buf_release(&text);
}

static void
test_round_trip(void **state)
{
    struct paper_fault fault;
    struct byte_buf text;
    size_t size;

    (void)state;
    for (size_t wanted = 1; wanted <= PAPER_OCTETS_MAX; wanted++) {
        make(&text, wanted);
        assert_int_equal(read_text(&fault, &size, byte_view_of_buf(&text)),
                         STATUS_OK);
        assert_int_equal(size, wanted);
        byte_buf_release(&text);
    }
}

static void
test_whole_line(void **state)
{
    struct paper_fault fault;
    struct byte_buf text;
    uint8_t octets[300];
    size_t size;

    (void)state;
    for (size_t i = 0; i < sizeof(octets); i++)
        octets[i] = (uint8_t)i;
    byte_buf_init(&text, PAPER_TEXT_MAX);
    assert_int_equal(
        paper_write_whole(&text, WORD, byte_view_of(octets, sizeof(octets))),
        STATUS_OK);
    assert_memory_equal(text.data, "REVOKE 00 AEWA", 14);
    assert_null(memchr(text.data, '\n', text.size));
    assert_int_equal(read_text(&fault, &size, byte_view_of_buf(&text)),
                     STATUS_OK);
    assert_int_equal(size, sizeof(octets));
    text.data[20] = text.data[20] == 'A' ? 'B' : 'A';
    expect_fault(&text, PAPER_CHECK, 1, 0);
    byte_buf_release(&text);
}

/* Capitals, other blanks, 0 and 1, people's own words, any order of lines. */
static void
test_any_hand(void **state)
{
    static const char typed[] =
        "What it is: do not lose it\r\n"
        "\tReVoKe 2 CIJRIFIWC47C\r\n"
        "revoked 03 is no such line\n"
        "\n"
        "  REVOKE  01 aama aaicamca\tkbqh baeq ucym BUHA 6ear  ys \n"
        "revoke 01 aama aaic amca kbqh baeq ucym buha 6ear ys";
    struct paper_fault fault;
    struct byte_buf text;
    size_t size;

    (void)state;
    assert_int_equal(read_text(&fault, &size, byte_view_of_text(typed)),
                     STATUS_OK);
    assert_int_equal(size, 24);
    make(&text, 255);
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] == 'l' || text.data[i] == 'o')
            if (i % 53 > 9 && i % 53 < 52)
                text.data[i] = text.data[i] == 'l' ? '1' : '0';
    assert_int_equal(read_text(&fault, &size, byte_view_of_buf(&text)),
                     STATUS_OK);
    assert_int_equal(size, 255);
    byte_buf_release(&text);
}

/* Any one letter that is mistyped is found, in the line where it stands. */
static void
test_each_misprint(void **state)
{
    struct byte_buf text;
    size_t found = 0;
    size_t tried = 0;

    (void)state;
    make(&text, 100);
    for (size_t i = 0; i < text.size; i++) {
        const uint8_t was = text.data[i];
        struct paper_fault fault;
        enum status status;
        size_t size;

        if (was == ' ' || was == '\n')
            continue;
        text.data[i] = was == 'a' ? 'b' : 'a';
        status = read_text(&fault, &size, byte_view_of_buf(&text));
        tried++;
        found += status == STATUS_MALFORMED;
        if (status == STATUS_MALFORMED && fault.line > 0)
            assert_int_equal(fault.line, i / 53 + 1);
        text.data[i] = was;
    }
    /* Ten bits: of a thousand misprints one is left to the signature. */
    assert_true(found + 1 >= tried);
    byte_buf_release(&text);
}

static void
test_faults(void **state)
{
    struct paper_fault fault;
    struct byte_buf text;
    struct byte_buf cut;
    size_t size;

    (void)state;
    assert_int_equal(
        read_text(&fault, &size, byte_view_of_text("revoked\n\n01 aaaa\n")),
        STATUS_NOT_FOUND);
    assert_int_equal(read_text(&fault, &size, byte_view_of(NULL, 0)),
                     STATUS_NOT_FOUND);
    make(&text, 100);
    byte_buf_init(&cut, PAPER_TEXT_MAX);

    /* A line is missing: in the middle, the first, the last. */
    assert_int_equal(byte_buf_set(&cut, byte_view_of(text.data, 53)),
                     STATUS_OK);
    assert_int_equal(
        byte_buf_append(&cut, byte_view_of(text.data + 106, text.size - 106)),
        STATUS_OK);
    expect_fault(&cut, PAPER_MISSING, 0, 2);
    assert_int_equal(
        byte_buf_set(&cut, byte_view_of(text.data + 53, text.size - 53)),
        STATUS_OK);
    expect_fault(&cut, PAPER_MISSING, 0, 1);
    assert_int_equal(byte_buf_set(&cut, byte_view_of(text.data, 265)),
                     STATUS_OK);
    expect_fault(&cut, PAPER_MISSING, 0, 6);

    /* Two lines with one number, of two papers; a letter that does not occur;
     * numbers of three digits. */
    assert_int_equal(byte_buf_set(&cut, byte_view_of_buf(&text)), STATUS_OK);
    assert_int_equal(byte_buf_append_text(&cut, "revoke 02 cijr ifiw c4 7c\n"),
                     STATUS_OK);
    expect_fault(&cut, PAPER_TWICE, 7, 2);
    assert_int_equal(byte_buf_set(&cut, byte_view_of_buf(&text)), STATUS_OK);
    cut.data[53 + 12] = '9';
    expect_fault(&cut, PAPER_LETTER, 2, 2);
    byte_buf_clear(&cut);
    assert_int_equal(byte_buf_append_text(&cut, "revoke 001 aama\n"),
                     STATUS_OK);
    expect_fault(&cut, PAPER_LETTER, 1, 0);

    /* A short line, beside the right one and in its place. */
    byte_buf_clear(&cut);
    assert_int_equal(byte_buf_append_text(&cut, "revoke 02 cijr ifiw c4 7c\n"),
                     STATUS_OK);
    assert_int_equal(byte_buf_append(&cut, byte_view_of_buf(&text)), STATUS_OK);
    expect_fault(&cut, PAPER_TWICE, 3, 2);
    byte_buf_release(&cut);
    byte_buf_release(&text);
}

static void
test_limit(void **state)
{
    uint8_t octets[PAPER_OCTETS_MAX + 1] = {0};
    struct byte_buf text;

    (void)state;
    byte_buf_init(&text, PAPER_TEXT_MAX);
    assert_int_equal(
        paper_write(&text, WORD, byte_view_of(octets, sizeof(octets))),
        STATUS_TOO_LARGE);
    assert_int_equal(text.size, 0);
    byte_buf_release(&text);
}

static enum status
there_and_back(void *context)
{
    const uint8_t octets[60] = {1, 2, 3};
    struct paper_fault fault;
    struct byte_buf text;
    struct byte_buf back;
    enum status status;

    (void)context;
    byte_buf_init(&text, PAPER_TEXT_MAX);
    byte_buf_init(&back, PAPER_OCTETS_MAX);
    status = paper_write(&text, WORD, byte_view_of(octets, sizeof(octets)));
    if (status == STATUS_OK)
        status = paper_read(&back, WORD, byte_view_of_buf(&text), &fault);
    if (status == STATUS_OK)
        status = paper_write_whole(&text, WORD, byte_view_of_buf(&back));
    byte_buf_release(&text);
    byte_buf_release(&back);
    return status;
}

static void
test_without_memory(void **state)
{
    (void)state;
    test_alloc_each(there_and_back, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_lines),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_whole_line),
        cmocka_unit_test(test_any_hand),
        cmocka_unit_test(test_each_misprint),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_without_memory),
    };

    return cmocka_run_group_tests_name("paper", tests, NULL, NULL);
}
