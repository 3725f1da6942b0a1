/* The envelope's grammar, rule by rule: what is accepted and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/record_parse.h"
#include "core/limits.h"
#include "tests/unit/records.h"

#define ZEROS_60 "000000000000000000000000000000000000000000000000000000000000"
#define HASH_A   "8a07" ZEROS_60
#define HASH_B   "4471" ZEROS_60
#define LIST_B   "e0a4" ZEROS_60
#define ID_13    "5f3a" ZEROS_60

#define PREVIOUS "previous " ID_13 "\n"
#define TITLE    "title An end to torture\n"
#define FILE_A                                     \
    "file statement.md en text/markdown 12848 -\n" \
    "BLAKE2b-256 (statement.md) = " HASH_A "\n"
#define FILE_B                                        \
    "file photo.jpg - image/jpeg 482133 " LIST_B "\n" \
    "BLAKE2b-256 (photo.jpg) = " HASH_B "\n"
#define FILE_C                  \
    "file c - text/plain 1 -\n" \
    "BLAKE2b-256 (c) = " HASH_B "\n"
#define HEADER                \
    "p2pub1 statement\n"      \
    "key " RECORDS_KEY_1 "\n" \
    "date 2023-06-26\n"       \
    "sequence 14\n" PREVIOUS TITLE FILE_A FILE_B

static struct record_parse parsed;

static enum status
parse(struct byte_view header)
{
    return record_parse_header(&parsed, header);
}

struct change {
    const char *old;
    const char *new_text;
};

/* HEADER with one change: still a header. */
static const struct change good[] = {
    {NULL, ""},
    {"statement", "picture"},
    {"statement", "a"},
    {"statement", "a-0-"},
    {"statement", "beef"},
    {"statement", "key"},
    {"statement", "abcdefghijklmnopqrstuvwxyz012345"},
    {"2023-06-26", "0001-01-01"},
    {"2023-06-26", "9999-12-31"},
    {"2023-06-26", "2024-02-29"},
    {"sequence 14", "sequence 2"},
    {"sequence 14", "sequence 2147483647"},
    {"sequence 14\n" PREVIOUS, "sequence 1\n"},
    {"sequence 14\n" PREVIOUS, "sequence 0\n"},
    {PREVIOUS, PREVIOUS "previous 6000" ZEROS_60 "\n"},
    {TITLE, ""},
    {FILE_A, ""},
    {FILE_A FILE_B, ""},
    {TITLE FILE_A FILE_B, ""},
    {FILE_A FILE_B, FILE_B FILE_A},
    /* Words and texts: the kind's business, once the letters are right. */
    {TITLE, TITLE TITLE},
    {TITLE, "p2pub1 x\n"},
    {TITLE, "g x\n"},
    {TITLE, "abcdefg x\n"},
    {TITLE, "a-b-c-z x\n"},
    {TITLE, "x"
            "abcdefghijklmnopqrstuvwxyz01234"
            " x\n"},
    {TITLE, "keys x\n"},
    {TITLE, "title \xd0\x90\n"},
    {TITLE, "title a\xe2\x80\x8c"
            "b\xe2\x80\x8d"
            "c\n"},
    {TITLE, "title a  b\n"},
    {TITLE, "title \xc2\xa0\n"},
    {TITLE, "title !\n"},
    {TITLE, "title \xf0\x9f\x95\x8a\n"},
    {TITLE, "title <b>&amp; \"'\\\n"},
    /* Files. */
    {" en ", " - "},
    {" en ", " und "},
    {" en ", " kk-Cyrl-KZ "},
    {" text/markdown ", " application/vnd.oasis.opendocument.text "},
    {" text/markdown ", " 3/a!#$&-^_.+0 "},
    {" 12848 ", " 1 "},
    {" 12848 ", " 32768 "},
    {" 482133 ", " 32769 "},
    {" 482133 ", " 1073741824 "},
};

/* HEADER with one change: no header. */
static const struct change bad[] = {
    /* The first line. */
    {"p2pub1 statement\n", ""},
    {"p2pub1", "p2pub2"},
    {"p2pub1", "P2pub1"},
    {"p2pub1 statement", "p2pub1"},
    {"p2pub1 statement", "p2pub1 "},
    {"p2pub1 statement", " p2pub1 statement"},
    {"p2pub1 statement", "p2pub1  statement"},
    {"p2pub1 statement", "p2pub1 statement "},
    {"p2pub1 statement", "p2pub1 statement x"},
    {"p2pub1 statement", "p2pub1\tstatement"},
    {"p2pub1 statement", "\xef\xbb\xbf"
                         "p2pub1 statement"},
    {"p2pub1 statement", "\np2pub1 statement"},
    {"statement", "Statement"},
    {"statement", "1statement"},
    {"statement", "-statement"},
    {"statement", "state_ment"},
    {"statement", "abcdefghijklmnopqrstuvwxyz0123456"},
    /* Line ends. */
    {"p2pub1 statement\n", "p2pub1 statement\r\n"},
    {TITLE, "title An end to torture\r\n"},
    {TITLE, TITLE "\n"},
    {TITLE, "title An end\n to torture\n"},
    {"BLAKE2b-256 (photo.jpg) = " HASH_B "\n",
     "BLAKE2b-256 (photo.jpg) = " HASH_B},
    {"BLAKE2b-256 (photo.jpg) = " HASH_B "\n",
     "BLAKE2b-256 (photo.jpg) = " HASH_B "\n\n"},
    /* The order of lines. */
    {"key " RECORDS_KEY_1 "\ndate 2023-06-26\n",
     "date 2023-06-26\nkey " RECORDS_KEY_1 "\n"},
    {"date 2023-06-26\nsequence 14\n", "sequence 14\ndate 2023-06-26\n"},
    {"sequence 14\n" PREVIOUS, PREVIOUS "sequence 14\n"},
    {PREVIOUS TITLE, TITLE PREVIOUS},
    {PREVIOUS TITLE FILE_A FILE_B, TITLE FILE_A FILE_B PREVIOUS},
    {TITLE, TITLE "previous 6000" ZEROS_60 "\n"},
    {FILE_B, FILE_B "previous 6000" ZEROS_60 "\n"},
    {TITLE FILE_A, FILE_A TITLE},
    {TITLE FILE_A FILE_B, FILE_A FILE_B TITLE},
    {"date 2023-06-26\n", ""},
    {"sequence 14\n", ""},
    {"date 2023-06-26\n", "date 2023-06-26\ndate 2023-06-26\n"},
    {"sequence 14\n", "sequence 14\nsequence 14\n"},
    /* The key. */
    {"key " RECORDS_KEY_1 "\n", ""},
    {"key " RECORDS_KEY_1 "\n",
     "key " RECORDS_KEY_1 "\nkey " RECORDS_KEY_1 "\n"},
    {RECORDS_KEY_1, "RWQBAgMEBQYHCM7MFQfcHd1ylZUcKQiI8JWtuQRNG3PWlubfBl1oO9T"},
    {RECORDS_KEY_1, RECORDS_KEY_1 "="},
    {RECORDS_KEY_1, RECORDS_KEY_1 " x"},
    {"key RWQ", "key RUQ"}, /* "ED" instead of "Ed" */
    {"key RWQ", "key  RWQ"},
    {"key RWQBAg", "key RWQBA-"},
    /* The date. */
    {"2023-06-26", "2023-06-31"},
    {"2023-06-26", "2023-13-01"},
    {"2023-06-26", "2023-00-01"},
    {"2023-06-26", "2023-02-29"},
    {"2023-06-26", "0000-06-26"},
    {"2023-06-26", "2023-6-26"},
    {"2023-06-26", "2023-06-26T00:00:00Z"},
    {"2023-06-26", "20230626"},
    /* The sequence, and what goes with it. */
    {"sequence 14", "sequence 014"},
    {"sequence 14", "sequence +14"},
    {"sequence 14", "sequence -1"},
    {"sequence 14", "sequence 14 "},
    {"sequence 14", "sequence 0x14"},
    {"sequence 14", "sequence"},
    {"sequence 14", "sequence 2147483648"},
    {"sequence 14", "sequence 18446744073709551630"},
    {"sequence 14", "sequence 0"},
    {"sequence 14", "sequence 1"},
    {PREVIOUS, ""},
    {PREVIOUS, PREVIOUS PREVIOUS},
    {PREVIOUS, PREVIOUS "previous 5f39" ZEROS_60 "\n"},
    {ID_13, "5f3a"},
    {ID_13, "5F3A" ZEROS_60},
    {ID_13, ID_13 "0"},
    {ID_13, ID_13 " "},
    {ID_13, ""},
    /* Words. */
    {TITLE, "Title x\n"},
    {TITLE, "key x\n"},
    {TITLE, "date x\n"},
    {TITLE, "sequence 3\n"},
    {TITLE, "previous x\n"},
    {TITLE, "1g x\n"},
    {TITLE, "-g x\n"},
    {TITLE, "g_ x\n"},
    {TITLE, "x"
            "abcdefghijklmnopqrstuvwxyz012345"
            " x\n"},
    {TITLE, " title x\n"},
    {TITLE, "\n"},
    /* What b2sum would take for a checksum. */
    {TITLE, "ab statement.md\n"},
    {TITLE, "a x\n"},
    {TITLE, "a-1 x\n"},
    {TITLE, "deadbeef0123456789abcdef01234567 /dev/zero\n"},
    {TITLE, "BLAKE2b-256 (x) = " HASH_A "\n"},
    /* Texts. */
    {TITLE, "title\n"},
    {TITLE, "title \n"},
    {TITLE, "title  x\n"},
    {TITLE, "title x \n"},
    {TITLE, "title a\tb\n"},
    {TITLE, "title a\x1b[1mb\n"},
    {TITLE, "title a\x7f\n"},
    {TITLE, "title a\xc2\x9b\n"},
    {TITLE, "title a\xe2\x80\xae"
            "b\n"},
    {TITLE, "title a\xe2\x81\xa6"
            "b\n"},
    {TITLE, "title a\xe2\x80\xa8"
            "b\n"},
    {TITLE, "title a\xf3\xa0\x81\x81\n"},
    {TITLE, "title \xef\xbb\xbfx\n"},
    {TITLE, "title \xc0\xaf\n"},
    {TITLE, "title \xed\xa0\x80\n"},
    {TITLE, "title \xd0\n"},
    {TITLE, "title \xff\n"},
    {TITLE, "title \xf4\x90\x80\x80\n"},
    /* File lines. */
    {FILE_B, FILE_A},
    {FILE_B, "file photo.jpg - image/jpeg 482133 " LIST_B "\n"},
    {FILE_B, "BLAKE2b-256 (photo.jpg) = " HASH_B "\n"},
    {FILE_B, FILE_B "BLAKE2b-256 (photo.jpg) = " HASH_B "\n"},
    {" en ", " "},
    {" en ", "  en "},
    {" en ", " EN "},
    {" en ", " en-gb "},
    {" en ", " en_GB "},
    {" en ", " e "},
    {" en ", " -- "},
    {" text/markdown ", " Text/markdown "},
    {" text/markdown ", " text "},
    {" text/markdown ", " text/ "},
    {" text/markdown ", " /markdown "},
    {" text/markdown ", " text/a/b "},
    {" text/markdown ", " text/markdown; "},
    {" text/markdown ", " text/.a "},
    {" text/markdown ", " - "},
    {" 12848 ", " 0 "},
    {" 12848 ", " 012848 "},
    {" 12848 ", " 32769 "},
    {" 12848 ", " -1 "},
    {" 12848 -", " 12848 " LIST_B},
    {" 12848 -", " 12848"},
    {" 12848 -", " 12848 - -"},
    {" 12848 -", " 12848 -\n-"},
    {" 482133 " LIST_B, " 482133 -"},
    {" 482133 ", " 32768 "},
    {" 482133 ", " 1073741825 "},
    {" 482133 ", " 4295449429 "},
    {LIST_B, "e0a4"},
    {LIST_B, "E0A4" ZEROS_60},
    /* b2sum's lines. */
    {"BLAKE2b-256 (photo.jpg) = ", "BLAKE2b-256 (photo.jpe) = "},
    {"BLAKE2b-256 (photo.jpg) = ", "BLAKE2b-256 (photo.jpg)  = "},
    {"BLAKE2b-256 (photo.jpg) = ", "BLAKE2b-256(photo.jpg) = "},
    {"BLAKE2b-256 (photo.jpg) = ", "BLAKE2b-512 (photo.jpg) = "},
    {"BLAKE2b-256 (photo.jpg) = ", "BLAKE2b (photo.jpg) = "},
    {"BLAKE2b-256 (photo.jpg) = ", " BLAKE2b-256 (photo.jpg) = "},
    {"(photo.jpg) = " HASH_B, "(photo.jpg) = 4471" ZEROS_60 "00"},
    {"(photo.jpg) = " HASH_B, "(photo.jpg) = 447"},
    {"(photo.jpg) = " HASH_B, "(photo.jpg) = FF71" ZEROS_60},
};

/* With all of the table's changes, one at a time. */
static void
check_changes(const struct change *changes, size_t count, enum status wanted)
{
    for (size_t i = 0; i < count; i++) {
        char *header =
            records_replace(HEADER, changes[i].old, changes[i].new_text);
        enum status status = parse(byte_view_of_text(header));

        free(header);
        if (status != wanted)
            fail_msg("'%s' instead of '%s': %s", changes[i].new_text,
                     changes[i].old, status_text(status));
    }
}

static void
test_good(void **state)
{
    (void)state;
    check_changes(good, sizeof(good) / sizeof(good[0]), STATUS_OK);
}

static void
test_bad(void **state)
{
    (void)state;
    check_changes(bad, sizeof(bad) / sizeof(bad[0]), STATUS_MALFORMED);
}

/* Zero octets, which the tables cannot hold. */
static void
test_zero_octets(void **state)
{
    char header[] = HEADER;
    size_t size = sizeof(header) - 1;

    (void)state;
    assert_int_equal(parse(byte_view_of(header, size)), STATUS_OK);
    assert_int_equal(parse(byte_view_of(header, size + 1)), STATUS_MALFORMED);
    for (size_t i = 0; i < size; i++) {
        char octet = header[i];

        header[i] = '\0';
        assert_int_equal(parse(byte_view_of(header, size)), STATUS_MALFORMED);
        header[i] = octet;
    }
}

/* A header that ends early says less: only where whole lines are missing. */
static void
test_cuts(void **state)
{
    static const char *const ends[] = {PREVIOUS, TITLE, FILE_A, FILE_B};
    const char *header = HEADER;
    int accepted = 0;

    (void)state;
    for (size_t size = 0; size <= strlen(header); size++) {
        bool is_end = false;

        for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
            is_end = is_end ||
                     header + size == strstr(header, ends[i]) + strlen(ends[i]);
        assert_int_equal(parse(byte_view_of(header, size)),
                         is_end ? STATUS_OK : STATUS_MALFORMED);
        accepted += is_end ? 1 : 0;
    }
    assert_int_equal(accepted, 4);
    assert_int_equal(parse(byte_view_of(NULL, 0)), STATUS_MALFORMED);
}

/* The beginning of HEADER and then count times the same line, with its number
 * in hexadecimal for the %. */
static enum status
parse_many(size_t count, const char *line)
{
    char *header = malloc(64 * 1024);
    size_t size;
    enum status status;

    assert_non_null(header);
    size = (size_t)snprintf(header, 64 * 1024,
                            "p2pub1 x\nkey " RECORDS_KEY_1
                            "\ndate 2023-06-26\nsequence %s",
                            line[0] == 'p' ? "2\n" : "1\n");
    for (size_t i = 0; i < count; i++) {
        for (const char *c = line; *c != '\0'; c++) {
            if (*c == '%')
                size += (size_t)snprintf(header + size, 4, "%03zx", i);
            else
                header[size++] = *c;
        }
    }
    status = parse(byte_view_of(header, size));
    free(header);
    return status;
}

static void
test_counts(void **state)
{
    static const char id[] = "previous %0" ZEROS_60 "\n";
    static const char file[] =
        "file % - a/b 1 -\nBLAKE2b-256 (%) = 4471" ZEROS_60 "\n";

    (void)state;
    assert_int_equal(parse_many(RECORD_PREVIOUS_MAX, id), STATUS_OK);
    assert_int_equal(parsed.fields.previous_count, RECORD_PREVIOUS_MAX);
    assert_int_equal(parse_many(RECORD_PREVIOUS_MAX + 1, id), STATUS_TOO_LARGE);
    assert_int_equal(parse_many(RECORD_LINES_MAX, "g x\n"), STATUS_OK);
    assert_int_equal(parsed.fields.line_count, RECORD_LINES_MAX);
    assert_int_equal(parse_many(RECORD_LINES_MAX + 1, "g x\n"),
                     STATUS_TOO_LARGE);
    assert_int_equal(parse_many(RECORD_FILES_MAX, file), STATUS_OK);
    assert_int_equal(parsed.fields.file_count, RECORD_FILES_MAX);
    assert_int_equal(parse_many(RECORD_FILES_MAX + 1, file), STATUS_TOO_LARGE);
}

/* As many octets as there may be, and one more. */
static void
test_size(void **state)
{
    static const char first[] =
        "p2pub1 x\nkey " RECORDS_KEY_1 "\ndate 2023-06-26\nsequence 1\ntitle ";
    size_t before = sizeof(first) - 1;
    char *header = malloc(RECORD_HEADER_MAX + 1);

    (void)state;
    assert_non_null(header);
    memcpy(header, first, before);
    memset(header + before, 'x', RECORD_HEADER_MAX + 1 - before);
    header[RECORD_HEADER_MAX - 1] = '\n';
    assert_int_equal(parse(byte_view_of(header, RECORD_HEADER_MAX)), STATUS_OK);
    header[RECORD_HEADER_MAX - 1] = 'x';
    header[RECORD_HEADER_MAX] = '\n';
    assert_int_equal(parse(byte_view_of(header, RECORD_HEADER_MAX + 1)),
                     STATUS_TOO_LARGE);
    free(header);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_zero_octets), cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_counts),      cmocka_unit_test(test_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
