/* bundles/FORMAT.md says what the code does: its example, its tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/chunk.h"
#include "bundles/dictionary.h"
#include "bundles/record_parse.h"
#include "core/hash.h"
#include "core/limits.h"
#include "core/text.h"
#include "tests/unit/vectors.h"

#define CODE_POINTS 0x110000U

static struct byte_view format;

static int
load(void **state)
{
    (void)state;
    format = vectors_read("../../bundles/FORMAT.md");
    return 0;
}

static int
unload(void **state)
{
    (void)state;
    vectors_free(format);
    return 0;
}

/* What stands behind the line that begins with start. */
static struct byte_view
behind(const char *start)
{
    struct byte_view left = format;
    struct byte_view line;

    while (vectors_line(&line, &left)) {
        if (byte_view_starts_with(line, start))
            return left;
    }
    fail_msg("no line of FORMAT.md begins with '%s'", start);
    return left;
}

/* Copy row number at, from 1, of the table with this head to row.  False
 * behind the last one. */
static bool
table_row(char row[512], const char *head, size_t at)
{
    struct byte_view left = behind(head);
    struct byte_view line = {NULL, 0};

    for (size_t i = 0; i <= at; i++)
        assert_true(vectors_line(&line, &left));
    assert_true(line.size < 512);
    memcpy(row, line.data, line.size);
    row[line.size] = '\0';
    return row[0] == '|';
}

static void
test_example(void **state)
{
    static struct record_parse parsed;
    struct byte_view header = behind("An example, which is a good header");
    struct byte_view line;
    size_t size = 0;

    (void)state;
    /* Behind an empty line and the line that opens the block. */
    assert_true(vectors_line(&line, &header) && vectors_line(&line, &header));
    while (memcmp(header.data + size, "```", 3) != 0)
        size++;
    header.size = size;
    assert_int_equal(record_parse_header(&parsed, header), STATUS_OK);
    assert_int_equal(parsed.fields.line_count, 2);
    assert_int_equal(parsed.fields.file_count, 2);
}

/* Take `U+` and hexadecimal digits off row. */
static uint32_t
take_code_point(const char **row)
{
    char *end;
    unsigned long value;

    assert_memory_equal(*row, "U+", 2);
    value = strtoul(*row + 2, &end, 16);
    assert_true(end > *row + 2 && value < CODE_POINTS);
    *row = end;
    return (uint32_t)value;
}

/* Mark what one row of the table of refused code points says. */
static void
mark_row(bool *refused, const char *row)
{
    uint32_t first, last;

    if (strncmp(row, "| U+xFFFE to U+xFFFF |", 22) == 0) {
        for (uint32_t plane = 0; plane < CODE_POINTS; plane += 0x10000)
            refused[plane + 0xfffe] = refused[plane + 0xffff] = true;
        return;
    }
    row += strlen("| ");
    first = last = take_code_point(&row);
    if (strncmp(row, " to ", 4) == 0) {
        row += strlen(" to ");
        last = take_code_point(&row);
    }
    assert_memory_equal(row, " | ", 3);
    assert_true(first <= last);
    while (first <= last)
        refused[first++] = true;
}

static void
test_refused_code_points(void **state)
{
    bool *refused = calloc(CODE_POINTS, sizeof(*refused));
    char row[512];
    size_t rows = 0;

    (void)state;
    assert_non_null(refused);
    for (; table_row(row, "| refused | what |", rows + 1); rows++)
        mark_row(refused, row);
    assert_int_equal(rows, 13);
    for (uint32_t i = 0; i < CODE_POINTS; i++) {
        if (text_is_allowed(i) == refused[i])
            fail_msg("U+%04X", i);
    }
    free(refused);
}

static void
test_dictionaries(void **state)
{
    char row[512], wanted[512];
    size_t rows = 0;

    (void)state;
    for (; table_row(row, "| n | language | octets |", rows + 1); rows++) {
        struct byte_view octets = dictionary_octets((uint8_t)(rows + 1));
        struct byte_view left = byte_view_of_text(row);
        struct byte_view language;
        char digits[65];
        uint8_t hash[32];

        for (int i = 0; i < 3; i++)
            (void)vectors_word(&left);
        language = vectors_word(&left);
        assert_int_equal(dictionary_for_language(language), rows + 1);
        hash_256(hash, octets);
        text_hex(digits, hash, sizeof(hash));
        snprintf(wanted, sizeof(wanted), "| %zu | %.*s | %zu | %s |", rows + 1,
                 (int)language.size, (const char *)language.data, octets.size,
                 digits);
        assert_string_equal(row, wanted);
    }
    assert_int_equal(rows, dictionary_last());
}

static void
test_trees(void **state)
{
    static const struct {
        const char *row;
        uint32_t size;
    } rows[] = {
        {"| 1 to 32768 | 1 | none | ", 32768},
        {"| 32769 | 2 | 1 of 2 ids | ", 32769},
        {"| 33554432 | 1024 | 1 of 1024 ids | ", 33554432},
        {"| 33554433 | 1025 | 2 of 1024 and 1 ids, 1 of 2 | ", 33554433},
        {"| 1073741824 | 32768 | 32 of 1024 ids, 1 of 32 | ", 1073741824},
    };

    char row[512], wanted[512];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct chunk_tree tree = chunk_tree_of(rows[i].size);

        assert_true(table_row(row, "| SIZE | D | lists |", i + 1));
        snprintf(wanted, sizeof(wanted), "%s%u | index %u |", rows[i].row,
                 tree.count, chunk_top(&tree));
        assert_string_equal(row, wanted);
    }
}

static void
test_limits(void **state)
{
    static const struct {
        const char *row;
        size_t limit;
    } rows[] = {
        {"wire form of a record", RECORD_WIRE_MAX},
        {"header", RECORD_HEADER_MAX},
        {"kind, word", RECORD_WORD_MAX},
        {"`previous` lines", RECORD_PREVIOUS_MAX},
        {"lines of a kind", RECORD_LINES_MAX},
        {"files of a record", RECORD_FILES_MAX},
        {"name of a file", RECORD_FILE_NAME_MAX},
        {"language", RECORD_LANGUAGE_MAX},
        {"type", RECORD_TYPE_MAX},
        {"sequence", RECORD_SEQUENCE_MAX},
        {"size of a file", RECORD_FILE_SIZE_MAX},
        {"title of a statement", STATEMENT_TITLE_MAX},
        {"titles in other languages", STATEMENT_TITLES_MAX},
        {"name of a signatory, of an identity, in a vouch",
         STATEMENT_SIGNATORY_NAME_MAX},
        {"version of an identity", IDENTITY_VERSION_MAX},
        {"recovery keys", IDENTITY_RECOVERY_MAX},
        {"versions that a version follows", IDENTITY_FOLLOWS_MAX},
        {"keys whose last good record a version names", IDENTITY_GOOD_MAX},
        {"names in other languages", IDENTITY_NAMES_MAX},
        {"versions of one number that count and are looked at",
         LINEAGE_RIVALS_MAX},
        {"identities by a key whose chain is not pinned", LINEAGE_OWN_MAX},
        {"versions 1 to which these go back", LINEAGE_ROOTS_MAX},
        {"versions of a chain that are judged", LINEAGE_JUDGED_MAX},
        {"records of the good part of a key", GOOD_RECORDS_MAX},
        {"web address", IDENTITY_WEB_MAX},
        {"reason of a withdrawal, of a revocation", WITHDRAW_REASON_MAX},
        {"names that a co-signature checked", RECORD_FILES_MAX},
        {"co-signatures of a record by one key that count", COSIGNS_OF_KEY_MAX},
        {"records that tell whether those stand", WITHDRAWALS_MAX},
        {"revocations of a key that tell date and reason", REVOCATIONS_MAX},
        {"number of a `work` line", STATEMENT_WORK_MAX},
        {"statements that are looked at for the newest", REPLACEMENTS_MAX},
        {"vouches of a key that count", VOUCHES_MAX},
        {"releases of a sealed statement that are looked at", RELEASES_MAX},
        {"octets of the box of a sealed statement", SEALED_BOX_MAX},
        {"octets of all files of the statement inside", SEALED_FILES_SIZE_MAX},
        {"plain octets of a chunk", CHUNK_SIZE},
        {"ids in a list chunk", CHUNK_LIST_IDS},
        {"octets of a dictionary", DICTIONARY_MAX},
    };

    char row[512], wanted[512];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_true(table_row(row, "| what | at most |", i + 1));
        snprintf(wanted, sizeof(wanted), "| %s | %zu", rows[i].row,
                 rows[i].limit);
        assert_memory_equal(row, wanted, strlen(wanted));
        assert_true(row[strlen(wanted)] == ' ');
    }
    assert_false(table_row(row, "| what | at most |", i + 1));
    assert_int_equal(IDENTITY_NAME_MAX, STATEMENT_SIGNATORY_NAME_MAX);
    assert_int_equal(VOUCH_NAME_MAX, STATEMENT_SIGNATORY_NAME_MAX);
    assert_int_equal(REVOKE_REASON_MAX, WITHDRAW_REASON_MAX);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_example),
        cmocka_unit_test(test_refused_code_points),
        cmocka_unit_test(test_dictionaries),
        cmocka_unit_test(test_trees),
        cmocka_unit_test(test_limits),
    };

    return cmocka_run_group_tests(tests, load, unload);
}
