/* Passphrases from files and descriptors; tests/cli/terminal.sh types them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <getopt.h>

#include <cmocka.h>

#include "cli/prompt.h"
#include "core/file.h"
#include "core/limits.h"
#include "core/mem.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/test_support.h"

static const struct cli_command command = {.name = "publish"};
static struct cli cli;
static char directory[TEST_PATH_MAX];
static char path[TEST_PATH_MAX];

static int
set_up(void **state)
{
    (void)state;
    /* Nobody is there, wherever the tests run. */
    assert_non_null(freopen("/dev/null", "r", stdin));
    memset(&cli, 0, sizeof(cli));
    cli.document = json_object();
    cli.command = &command;
    test_make_directory(directory);
    test_path(path, directory, "passphrase");
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    json_decref(cli.document);
    test_remove_directory(directory);
    return 0;
}

static void
put(struct byte_view text)
{
    assert_int_equal(file_write(path, text, 0600), STATUS_OK);
}

/* Asked from the file, the answer is text, or code. */
static void
check_file(enum prompt_which which, const char *text, int code)
{
    struct prompt_source source = {path, -1};
    struct prompt_secret secret;

    assert_int_equal(prompt_passphrase(&cli, &source, which, "Me", &secret),
                     code);
    if (code == CLI_DONE) {
        assert_string_equal(secret.text, text);
        assert_int_equal(secret.size, strlen(text));
    } else {
        assert_null(secret.text);
    }
    prompt_secret_release(&secret);
}

static void
from_a_file(void **state)
{
    (void)state;
    put(byte_view_of_text("one\ntwo\nthree\n"));
    check_file(PROMPT_CURRENT, "one", CLI_DONE);
    check_file(PROMPT_NEW, "one", CLI_DONE);
    check_file(PROMPT_REPLACEMENT, "two", CLI_DONE);
    put(byte_view_of_text(" no end "));
    check_file(PROMPT_CURRENT, " no end ", CLI_DONE);
    check_file(PROMPT_REPLACEMENT, NULL, CLI_KEY);
    put(byte_view_of_text("one\r\ntwo\r\n"));
    check_file(PROMPT_CURRENT, "one", CLI_DONE);
    check_file(PROMPT_REPLACEMENT, "two", CLI_DONE);
    put(byte_view_of_text("one\ntwo"));
    check_file(PROMPT_REPLACEMENT, "two", CLI_DONE);
}

static void
nothing_in_the_file(void **state)
{
    (void)state;
    put(byte_view_of_text(""));
    check_file(PROMPT_CURRENT, NULL, CLI_KEY);
    put(byte_view_of_text("\n"));
    check_file(PROMPT_CURRENT, NULL, CLI_KEY);
    put(byte_view_of_text("\r\n"));
    check_file(PROMPT_CURRENT, NULL, CLI_KEY);
    put(byte_view_of_text("one\n\n"));
    check_file(PROMPT_REPLACEMENT, NULL, CLI_KEY);
    test_path(path, directory, "nowhere");
    check_file(PROMPT_CURRENT, NULL, CLI_KEY);
    test_path(path, directory, "");
    check_file(PROMPT_CURRENT, NULL, CLI_KEY);
}

static void
at_the_limit(void **state)
{
    char text[PASSPHRASE_MAX + 4];

    (void)state;
    memset(text, 'a', sizeof(text));
    put(byte_view_of(text, PASSPHRASE_MAX));
    text[PASSPHRASE_MAX] = '\0';
    check_file(PROMPT_CURRENT, text, CLI_DONE);
    text[PASSPHRASE_MAX] = '\r';
    text[PASSPHRASE_MAX + 1] = '\n';
    put(byte_view_of(text, PASSPHRASE_MAX + 2));
    text[PASSPHRASE_MAX] = '\0';
    check_file(PROMPT_CURRENT, text, CLI_DONE);
    text[PASSPHRASE_MAX] = 'a';
    put(byte_view_of(text, PASSPHRASE_MAX + 1));
    check_file(PROMPT_CURRENT, NULL, CLI_KEY);
    text[PASSPHRASE_MAX + 1] = 'a';
    text[PASSPHRASE_MAX + 2] = 'a';
    put(byte_view_of(text, PASSPHRASE_MAX + 3));
    check_file(PROMPT_CURRENT, NULL, CLI_KEY);
}

/* A descriptor gives one line after another. */
static void
from_a_descriptor(void **state)
{
    static const char text[] = "one\ntwo\n";
    struct prompt_source source = {NULL, -1};
    struct prompt_secret secret;
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], text, sizeof(text) - 1), sizeof(text) - 1);
    assert_int_equal(close(ends[1]), 0);
    source.descriptor = ends[0];
    assert_int_equal(
        prompt_passphrase(&cli, &source, PROMPT_CURRENT, "Me", &secret),
        CLI_DONE);
    assert_string_equal(secret.text, "one");
    prompt_secret_release(&secret);
    assert_int_equal(
        prompt_passphrase(&cli, &source, PROMPT_REPLACEMENT, "Me", &secret),
        CLI_DONE);
    assert_string_equal(secret.text, "two");
    prompt_secret_release(&secret);
    assert_int_equal(
        prompt_passphrase(&cli, &source, PROMPT_CURRENT, "Me", &secret),
        CLI_KEY);
    assert_int_equal(close(ends[0]), 0);
    assert_int_equal(
        prompt_passphrase(&cli, &source, PROMPT_CURRENT, "Me", &secret),
        CLI_KEY);
}

static void
nobody_to_ask(void **state)
{
    struct prompt_source source = PROMPT_SOURCE_NONE;
    struct prompt_secret secret;
    const char *attempt;

    (void)state;
    assert_false(prompt_can_ask());
    assert_int_equal(
        prompt_passphrase(&cli, &source, PROMPT_NEW, "Me", &secret), CLI_KEY);
    attempt = json_string_value(
        json_object_get(json_object_get(cli.document, "error"), "try"));
    assert_non_null(attempt);
    assert_non_null(strstr(attempt, "--passphrase-file"));
}

static void
options(void **state)
{
    struct prompt_source source = PROMPT_SOURCE_NONE;
    char number[] = "7";
    char word[] = "seven";
    char large[] = "2147483648";
    char name[] = "file";
    int code;

    (void)state;
    optarg = name;
    assert_true(prompt_take_option(&cli, &source, PROMPT_OPTION_FILE, &code));
    assert_int_equal(code, CLI_DONE);
    assert_ptr_equal(source.file, name);
    optarg = number;
    assert_true(
        prompt_take_option(&cli, &source, PROMPT_OPTION_DESCRIPTOR, &code));
    assert_int_equal(code, CLI_DONE);
    assert_int_equal(source.descriptor, 7);
    optarg = word;
    assert_true(
        prompt_take_option(&cli, &source, PROMPT_OPTION_DESCRIPTOR, &code));
    assert_int_equal(code, CLI_USAGE);
    optarg = large;
    assert_true(
        prompt_take_option(&cli, &source, PROMPT_OPTION_DESCRIPTOR, &code));
    assert_int_equal(code, CLI_USAGE);
    assert_int_equal(source.descriptor, 7);
    assert_false(prompt_take_option(&cli, &source, 'x', &code));
}

static enum status
ask_file(void *context)
{
    struct prompt_source source = {path, -1};
    struct prompt_secret secret;
    int code =
        prompt_passphrase(context, &source, PROMPT_CURRENT, "Me", &secret);

    prompt_secret_release(&secret);
    if (code == CLI_DONE)
        return STATUS_OK;
    return code == CLI_FAILED ? STATUS_NO_MEMORY : STATUS_IO;
}

static void
without_memory(void **state)
{
    (void)state;
    put(byte_view_of_text("one\n"));
    test_alloc_each(ask_file, &cli);
}

#define TEST(function) \
    cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(from_a_file),       TEST(nothing_in_the_file), TEST(at_the_limit),
        TEST(from_a_descriptor), TEST(nobody_to_ask),       TEST(options),
        TEST(without_memory),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
