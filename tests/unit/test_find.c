/* The record that some digits name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/store_mem.h"
#include "cli/find.h"
#include "core/entropy.h"
#include "core/hash.h"
#include "core/text.h"
#include "tests/unit/records.h"
#include "tests/unit/test_support.h"

/* Headers among which two ids begin with the same 24 bits: 40 million pairs. */
#define HEADERS 9000
/* Pages of the table of beginnings. */
#define BEGINNINGS ((size_t)1 << 24)

#define HEADER_SIZE 256

static struct cli cli;
static struct entropy entropy;
static struct store *store;

static int
set_up(void **state)
{
    (void)state;
    assert_non_null(freopen("/dev/null", "r", stdin));
    memset(&cli, 0, sizeof(cli));
    cli.document = json_object();
    entropy_init_seed(&entropy, 1);
    assert_int_equal(store_mem_new(&store, 0, &entropy), STATUS_OK);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    store_free(store);
    json_decref(cli.document);
    return 0;
}

static void
header_of(char out[HEADER_SIZE], unsigned number)
{
    (void)snprintf(out, HEADER_SIZE,
                   "p2pub1 statement\nkey " RECORDS_KEY_1
                   "\ndate 2023-06-26\nsequence 0\ntitle Number %u\n",
                   number);
}

/* Put the record of this number into the store; its id as text. */
static void
add(unsigned number, char id[RECORD_ID_TEXT_SIZE])
{
    struct day today = {19000};
    char header[HEADER_SIZE];
    struct record *record;

    header_of(header, number);
    record = records_seal(header, 1);
    assert_int_equal(store_begin(store), STATUS_OK);
    assert_int_equal(store_put_record(store, record, STORE_OTHER, today),
                     STATUS_OK);
    assert_int_equal(store_commit(store), STATUS_OK);
    record_id_format(record_id(record), id);
    record_free(record);
}

static size_t
beginning_of(unsigned number)
{
    char header[HEADER_SIZE];
    uint8_t id[32];

    header_of(header, number);
    hash_256(id, byte_view_of_text(header));
    return (size_t)id[0] << 16 | (size_t)id[1] << 8 | id[2];
}

/* Two numbers whose ids begin with the same six digits. */
static void
find_twins(unsigned *first, unsigned *second)
{
    uint16_t *seen = calloc(BEGINNINGS, sizeof(*seen));

    assert_non_null(seen);
    for (*second = 1; *second < HEADERS; (*second)++) {
        size_t beginning = beginning_of(*second);

        if (seen[beginning] != 0) {
            *first = seen[beginning];
            free(seen);
            return;
        }
        seen[beginning] = (uint16_t)*second;
    }
    free(seen);
    fail_msg("no two of %d ids begin alike", HEADERS);
}

static void
what_is_an_id(void **state)
{
    char longest[RECORD_ID_TEXT_SIZE + 1];

    (void)state;
    assert_true(find_is_id("8a07c3"));
    assert_true(find_is_id("8A07C3d2e1f0"));
    assert_false(find_is_id(""));
    assert_false(find_is_id("8a07c"));
    assert_false(find_is_id("8a07cg"));
    assert_false(find_is_id("./8a07c3"));
    assert_false(find_is_id("8a07c3 "));
    memset(longest, 'f', sizeof(longest));
    longest[64] = '\0';
    assert_true(find_is_id(longest));
    longest[64] = 'f';
    longest[65] = '\0';
    assert_false(find_is_id(longest));
}

static void
by_whole_id_and_prefix(void **state)
{
    char text[RECORD_ID_TEXT_SIZE];
    char found[RECORD_ID_TEXT_SIZE];
    struct record_id id;

    (void)state;
    add(0, text);
    assert_int_equal(find_record(&cli, store, text, &id), CLI_DONE);
    record_id_format(&id, found);
    assert_string_equal(found, text);
    for (char *letter = found; *letter != '\0'; letter++)
        if (*letter >= 'a')
            *letter = (char)(*letter - 'a' + 'A');
    assert_int_equal(find_record(&cli, store, found, &id), CLI_DONE);
    found[6] = '\0';
    assert_int_equal(find_record(&cli, store, found, &id), CLI_DONE);
    found[5] = '\0';
    assert_int_equal(find_record(&cli, store, found, &id), CLI_USAGE);
    text[10] = text[10] == '0' ? '1' : '0';
    assert_int_equal(find_record(&cli, store, text, &id), CLI_NOT_FOUND);
    assert_int_equal(find_digits(NULL, text, &id), STATUS_NOT_FOUND);
    assert_int_equal(find_digits(NULL, "x", &id), STATUS_MALFORMED);
}

static void
of_two_that_begin_alike(void **state)
{
    char first[RECORD_ID_TEXT_SIZE];
    char second[RECORD_ID_TEXT_SIZE];
    struct record_id id;
    unsigned a = 0, b = 0;

    (void)state;
    find_twins(&a, &b);
    add(a, first);
    add(b, second);
    assert_memory_equal(first, second, 6);
    assert_int_equal(find_record(&cli, store, first, &id), CLI_DONE);
    first[6] = '\0';
    assert_int_equal(find_record(&cli, store, first, &id), CLI_USAGE);
}

/* Six digits are ground in seconds: nobody signs by them unasked. */
static void
to_sign(void **state)
{
    char text[RECORD_ID_TEXT_SIZE];
    struct record_id id;

    (void)state;
    add(0, text);
    assert_int_equal(find_record_to_sign(&cli, store, text, &id), CLI_DONE);
    text[FIND_SIGNED_DIGITS] = '\0';
    assert_int_equal(find_record_to_sign(&cli, store, text, &id), CLI_DONE);
    text[FIND_SIGNED_DIGITS - 1] = '\0';
    assert_int_equal(find_record_to_sign(&cli, store, text, &id), CLI_USAGE);
    text[0] = text[0] == '0' ? '1' : '0';
    assert_int_equal(find_record_to_sign(&cli, store, text, &id),
                     CLI_NOT_FOUND);
}

#define TEST(function) \
    cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_an_id),
        TEST(by_whole_id_and_prefix),
        TEST(of_two_that_begin_alike),
        TEST(to_sign),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
