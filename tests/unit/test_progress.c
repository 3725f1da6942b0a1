/* Progress: silent for a second, and where nobody looks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/progress.h"
#include "tests/unit/test_support.h"

static struct cli cli;
static int kept = -1; /* stderr as it was */
static int reading = -1;

/* stderr becomes a pipe: no terminal, and a place to look. */
static int
set_up(void **state)
{
    int ends[2];

    (void)state;
    memset(&cli, 0, sizeof(cli));
    assert_int_equal(pipe(ends), 0);
    (void)fflush(stderr);
    kept = dup(STDERR_FILENO);
    assert_true(kept >= 0);
    assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    assert_int_equal(close(ends[1]), 0);
    reading = ends[0];
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    if (kept >= 0) {
        (void)fflush(stderr);
        assert_int_equal(dup2(kept, STDERR_FILENO), STDERR_FILENO);
        assert_int_equal(close(kept), 0);
        kept = -1;
    }
    assert_int_equal(close(reading), 0);
    return 0;
}

/* Everything that was written to stderr, which is as it was from here on. */
static void
shown(char *out, size_t size)
{
    ssize_t count;

    (void)fflush(stderr);
    assert_int_equal(dup2(kept, STDERR_FILENO), STDERR_FILENO);
    assert_int_equal(close(kept), 0);
    kept = -1;
    count = read(reading, out, size - 1);
    assert_true(count >= 0);
    out[count] = '\0';
}

static void
nobody_looks(void **state)
{
    struct mono_time start = {5000};
    struct progress progress;
    char text[256];

    (void)state;
    progress_begin(&progress, &cli, start);
    assert_false(progress.is_on);
    progress_show(&progress, mono_after(start, 60000), "%d of %d", 1, 2);
    progress_end(&progress);
    shown(text, sizeof(text));
    assert_string_equal(text, "");
}

static void
after_a_second(void **state)
{
    struct mono_time start = {5000};
    struct progress progress;
    char text[256];

    (void)state;
    progress_begin(&progress, &cli, start);
    progress.is_on = true; /* as on a terminal */
    progress_show(&progress, mono_after(start, 999), "%d of 2000", 1);
    progress_show(&progress, mono_after(start, 1000), "%d of 2000", 1000);
    progress_show(&progress, mono_after(start, 1249), "%d of 2000", 1249);
    progress_show(&progress, mono_after(start, 1250), "%d done", 5);
    progress_end(&progress);
    progress_end(&progress);
    shown(text, sizeof(text));
    assert_string_equal(text, "\r1000 of 2000\r5 done      \r      \r");
}

static void
nothing_to_take_away(void **state)
{
    struct mono_time start = {5000};
    struct progress progress;
    char text[256];

    (void)state;
    progress_begin(&progress, &cli, start);
    progress.is_on = true;
    progress_show(&progress, mono_after(start, 10), "%d", 1);
    progress_end(&progress);
    shown(text, sizeof(text));
    assert_string_equal(text, "");
}

/* Names of files are anybody's, and a line must not wrap. */
static void
hostile_and_long(void **state)
{
    struct mono_time start = {0};
    struct progress progress;
    char text[256];

    (void)state;
    progress_begin(&progress, &cli, start);
    progress.is_on = true;
    progress_show(&progress, mono_after(start, 1000), "%s",
                  "\033[2J and a name that goes on and on and on");
    shown(text, sizeof(text));
    assert_string_equal(text, "\r\\u{1b}[2J and a name that goes on an...");
}

#define TEST(function) \
    cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nobody_looks),
        TEST(after_a_second),
        TEST(nothing_to_take_away),
        TEST(hostile_and_long),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
