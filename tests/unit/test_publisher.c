/* Whom a person names: key strings, public key files, identities. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/publisher.h"
#include "core/mem.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/records.h"
#include "tests/unit/test_support.h"
#include "tests/unit/vectors.h"

static struct cli cli;

static int
set_up(void **state)
{
    (void)state;
    memset(&cli, 0, sizeof(cli));
    cli.document = json_object();
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    json_decref(cli.document);
    return 0;
}

/* tests/vectors/NAME in the source tree. */
static void
vector_path(char out[TEST_PATH_MAX], const char *name)
{
    const char *top = getenv("top_srcdir");

    (void)snprintf(out, TEST_PATH_MAX, "%s/tests/vectors/%s",
                   top == NULL ? "." : top, name);
}

static void
key_string(void **state)
{
    struct publisher publisher;
    char text[KEY_STRING_SIZE];

    (void)state;
    assert_int_equal(publisher_read(&cli, RECORDS_KEY_1, &publisher), CLI_DONE);
    key_public_format(&publisher.key, text);
    assert_string_equal(text, RECORDS_KEY_1);
    assert_null(publisher.identity);
    publisher_release(&publisher);
}

/* Every public key file of minisign's vectors. */
static void
key_files(void **state)
{
    struct byte_view file = vectors_read("minisign/verdicts.txt");
    struct byte_view rest = file;
    struct byte_view line;
    size_t seen = 0;

    (void)state;
    while (vectors_line(&line, &rest)) {
        struct byte_view name = vectors_word(&line);
        bool accepted = byte_view_equal_text(vectors_word(&line), "accept");
        char path[TEST_PATH_MAX];
        char whole[128];
        struct key_public key;

        if (!byte_view_starts_with(name, "pub/"))
            continue;
        (void)snprintf(whole, sizeof(whole), "minisign/%.*s", (int)name.size,
                       (const char *)name.data);
        vector_path(path, whole);
        assert_int_equal(publisher_read_key(&cli, path, &key),
                         accepted ? CLI_DONE : CLI_KEY);
        seen++;
    }
    assert_true(seen >= 20);
    vectors_free(file);
}

static void
identities(void **state)
{
    struct publisher publisher;
    char path[TEST_PATH_MAX];

    (void)state;
    vector_path(path, "records/good/identity");
    assert_int_equal(publisher_read(&cli, path, &publisher), CLI_DONE);
    assert_non_null(publisher.identity);
    publisher_release(&publisher);
    vector_path(path, "records/good/identity/header.txt");
    assert_int_equal(publisher_read(&cli, path, &publisher), CLI_DONE);
    assert_non_null(publisher.identity);
    publisher_release(&publisher);
    publisher_release(&publisher);
    vector_path(path, "records/good/two-languages");
    assert_int_equal(publisher_read(&cli, path, &publisher), CLI_USAGE);
    publisher_release(&publisher);
    vector_path(path, "records/good/newer-identity");
    assert_int_equal(publisher_read(&cli, path, &publisher), CLI_FAILED);
    assert_null(publisher.identity);
    publisher_release(&publisher);
}

static void
what_is_no_key(void **state)
{
    struct publisher publisher;
    char path[TEST_PATH_MAX];

    (void)state;
    vector_path(path, "minisign/key-unencrypted.key");
    assert_int_equal(publisher_read(&cli, path, &publisher), CLI_KEY);
    vector_path(path, "minisign/message.txt");
    assert_int_equal(publisher_read(&cli, path, &publisher), CLI_KEY);
    vector_path(path, "nowhere.pub");
    assert_int_equal(publisher_read(&cli, path, &publisher), CLI_NOT_FOUND);
    assert_int_equal(publisher_read(&cli, "RWQ", &publisher), CLI_KEY);
    assert_int_equal(publisher_read(&cli, "", &publisher), CLI_NOT_FOUND);
}

static enum status
read_identity(void *context)
{
    struct publisher publisher;
    int code = publisher_read(&cli, context, &publisher);

    publisher_release(&publisher);
    if (code == CLI_DONE)
        return STATUS_OK;
    return code == CLI_FAILED ? STATUS_NO_MEMORY : STATUS_IO;
}

static void
without_memory(void **state)
{
    char path[TEST_PATH_MAX];

    (void)state;
    vector_path(path, "records/good/identity");
    test_alloc_each(read_identity, path);
}

#define TEST(function) \
    cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(key_string),     TEST(key_files),      TEST(identities),
        TEST(what_is_no_key), TEST(without_memory),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
