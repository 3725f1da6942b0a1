/* What is written is there as a whole or not at all, whichever step fails. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/file.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/failing_calls.h"
#include "tests/unit/test_support.h"

#define NOBODY ((uid_t)65534)

static char home[TEST_PATH_MAX];
static char path[TEST_PATH_MAX]; /* of the file that the tests write */

typedef enum status write_function(const char *path, struct byte_view octets,
                                   unsigned mode);

static int
start(void **state)
{
    (void)state;
    test_make_directory(home);
    test_path(path, home, "file");
    return chdir(home);
}

static int
finish(void **state)
{
    (void)state;
    test_remove_directory(home);
    return 0;
}

/* Fail unless the file called name holds text, or is not there if NULL. */
static void
check_file(const char *name, const char *text)
{
    struct byte_buf out;
    enum status status;

    byte_buf_init(&out, 10000);
    status = file_read(&out, name);
    assert_int_equal(status, text == NULL ? STATUS_NOT_FOUND : STATUS_OK);
    if (text != NULL)
        assert_string_equal(byte_buf_text(&out), text);
    byte_buf_release(&out);
}

static enum status
write_text(write_function *write_it, const char *text)
{
    return write_it(path, byte_view_of_text(text), 0600);
}

static void
files_are_written_and_replaced(void **state)
{
    (void)state;
    assert_int_equal(write_text(file_write, "first"), STATUS_OK);
    check_file(path, "first");
    assert_int_equal(write_text(file_write, "second, longer"), STATUS_OK);
    check_file(path, "second, longer");
    assert_int_equal(write_text(file_write, ""), STATUS_OK);
    check_file(path, "");
    /* In the present directory, and through another. */
    assert_int_equal(file_write("file", byte_view_of_text("third"), 0600),
                     STATUS_OK);
    assert_int_equal(file_write("./../", byte_view_of_text("third"), 0600),
                     STATUS_NOT_FOUND);
    check_file(path, "third");
    assert_int_equal(test_count_names(home), 1);
    assert_int_equal(remove(path), 0);
}

static void
a_new_file_never_replaces(void **state)
{
    (void)state;
    assert_int_equal(write_text(file_write_new, "first"), STATUS_OK);
    assert_int_equal(write_text(file_write_new, "second"), STATUS_EXISTS);
    check_file(path, "first");
    assert_int_equal(remove(path), 0);
    assert_int_equal(symlink("nowhere", path), 0);
    assert_int_equal(write_text(file_write_new, "third"), STATUS_EXISTS);
    assert_int_equal(test_count_names(home), 1);
    /* A link is replaced, and what it points at is left alone. */
    assert_int_equal(write_text(file_write, "fourth"), STATUS_OK);
    check_file(path, "fourth");
    check_file("nowhere", NULL);
    assert_int_equal(test_count_names(home), 1);
    assert_int_equal(remove(path), 0);
}

/* As on a stick with FAT, and where links are forbidden. */
static void
new_files_need_no_links(void **state)
{
    static const int errors[] = {EPERM, EACCES, ENOSYS, EMLINK};

    (void)state;
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        failing_calls_no_links(errors[i]);
        assert_int_equal(write_text(file_write_new, "first"), STATUS_OK);
        assert_int_equal(write_text(file_write_new, "second"), STATUS_EXISTS);
        check_file(path, "first");
        assert_int_equal(test_count_names(home), 1);
        assert_int_equal(remove(path), 0);
    }
    failing_calls_no_links(0);
}

/* What a failed call may leave at path, whose file held before. */
static void
check_outcome(const char *call, enum status status, int syncs,
              const char *before, int error)
{
    if (status == STATUS_OK) {
        /* The calls that can do without: closing what was only a name, and
         * removing a second name, which is tried again. */
        assert_true(strcmp(call, "close") == 0 ||
                    strcmp(call, "unlinkat") == 0 ||
                    strcmp(call, "linkat") == 0);
        before = "after";
    } else {
        assert_int_equal(status, file_status_of_errno(error));
        assert_int_equal(errno, error);
        /* Syncing the directory comes second, and last of all. */
        if (syncs == 2 && strcmp(call, "fsync") == 0)
            before = "after";
    }
    check_file(path, before);
    assert_int_equal(test_count_names(home), before != NULL ? 1 : 0);
}

/* Make each system call fail in turn; path holds before (NULL: nothing). */
static void
fail_each_call(write_function *write_it, const char *before, int error)
{
    int syncs = 0;

    for (int n = 0;; n++) {
        const char *call;
        enum status status;

        (void)remove(path);
        if (before != NULL)
            assert_int_equal(write_text(file_write, before), STATUS_OK);
        failing_calls_after(n, error);
        errno = 0;
        status = write_text(write_it, "after");
        if (!failing_calls_happened(&call))
            break;
        failing_calls_after(-1, 0);
        syncs += strcmp(call, "fsync") == 0 ? 1 : 0;
        check_outcome(call, status, syncs, before, error);
    }
    failing_calls_after(-1, 0);
    assert_int_equal(syncs, 2);
    check_file(path, "after");
    assert_int_equal(remove(path), 0);
}

static void
every_failing_step_leaves_things_as_they_were(void **state)
{
    static const int errors[] = {EIO, ENOSPC, EDQUOT, EACCES};

    (void)state;
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        fail_each_call(file_write, "before", errors[i]);
        fail_each_call(file_write, NULL, errors[i]);
        fail_each_call(file_write_new, NULL, errors[i]);
        failing_calls_no_links(EPERM);
        fail_each_call(file_write_new, NULL, errors[i]);
        failing_calls_no_links(0);
    }
}

static void
small_and_interrupted_writes_are_continued(void **state)
{
    (void)state;
    failing_calls_small_writes(1);
    assert_int_equal(write_text(file_write, "0123456789"), STATUS_OK);
    failing_calls_small_writes(0);
    check_file(path, "0123456789");
    assert_int_equal(remove(path), 0);
}

static void
a_full_disk_keeps_the_old_file(void **state)
{
    static const uint8_t octets[9000];
    struct rlimit before, narrow;
    enum status status;

    (void)state;
    assert_int_equal(write_text(file_write, "before"), STATUS_OK);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    narrow = before;
    narrow.rlim_cur = 8192;
    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &narrow), 0);
    status = file_write(path, byte_view_of(octets, sizeof(octets)), 0600);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(status, STATUS_FULL);
    check_file(path, "before");
    assert_int_equal(test_count_names(home), 1);
    assert_int_equal(remove(path), 0);
}

/* The mode asked for, less what the umask takes from the others. */
static void
modes_under_odd_umasks(void **state)
{
    static const mode_t masks[] = {0, 022, 077, 002, 0277, 0777};
    static const unsigned modes[] = {0600, 0644};

    (void)state;
    for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
        for (size_t m = 0; m < 2; m++) {
            mode_t before = umask(masks[i]);
            struct stat facts;

            assert_int_equal(file_write(path, byte_view_of_text("a"), modes[m]),
                             STATUS_OK);
            umask(before);
            assert_int_equal(stat(path, &facts), 0);
            assert_int_equal(facts.st_mode & 07777,
                             (modes[m] & ~masks[i]) | 0600);
            assert_int_equal(remove(path), 0);
        }
    }
}

static void
directories_that_take_no_files(void **state)
{
    char other[TEST_PATH_MAX];
    uid_t user = geteuid();

    (void)state;
    test_path(other, home, "missing/file");
    assert_int_equal(file_write(other, byte_view_of_text("a"), 0600),
                     STATUS_NOT_FOUND);
    assert_int_equal(write_text(file_write, "before"), STATUS_OK);
    test_path(other, home, "file/below");
    assert_int_equal(file_write(other, byte_view_of_text("a"), 0600),
                     STATUS_IO);
    assert_int_equal(errno, ENOTDIR);
    assert_int_equal(file_write(home, byte_view_of_text("a"), 0600), STATUS_IO);
    assert_int_equal(errno, EISDIR);
    assert_int_equal(chmod(home, 0555), 0);
    if (user == 0 && seteuid(NOBODY) != 0) {
        print_message("skipped: cannot become another user\n");
        skip();
    }
    assert_int_equal(write_text(file_write, "after"), STATUS_DENIED);
    assert_int_equal(write_text(file_write_new, "after"), STATUS_DENIED);
    assert_int_equal(seteuid(user), 0);
    assert_int_equal(chmod(home, 0755), 0);
    check_file(path, "before");
    assert_int_equal(test_count_names(home), 1);
    assert_int_equal(remove(path), 0);
}

/* A process of our number was killed while it wrote. */
static void
left_behind_files_are_no_obstacle(void **state)
{
    char left[TEST_PATH_MAX];

    (void)state;
    (void)snprintf(left, sizeof(left), "file.tmp-%ld-0", (long)getpid());
    assert_int_equal(file_write(left, byte_view_of_text("left"), 0600),
                     STATUS_OK);
    assert_int_equal(write_text(file_write, "written"), STATUS_OK);
    assert_int_equal(write_text(file_write_new, "written"), STATUS_EXISTS);
    check_file(path, "written");
    check_file(left, "left");
    assert_int_equal(test_count_names(home), 2);
    assert_int_equal(remove(left), 0);
    assert_int_equal(remove(path), 0);
}

static void
directories_are_synced(void **state)
{
    (void)state;
    assert_int_equal(file_sync_directory(home), STATUS_OK);
    assert_int_equal(file_sync_directory("missing"), STATUS_NOT_FOUND);
    failing_calls_after(0, EINVAL);
    assert_int_equal(file_sync_directory(home), STATUS_OK);
    failing_calls_after(0, EIO);
    assert_int_equal(file_sync_directory(home), STATUS_IO);
    failing_calls_after(-1, 0);
}

static enum status
write_once(void *context)
{
    (void)context;
    return write_text(file_write, "after");
}

static enum status
write_new_once(void *context)
{
    enum status status = write_text(file_write_new, "after");

    (void)context;
    if (status == STATUS_OK)
        assert_int_equal(remove(path), 0);
    return status;
}

static void
memory_failures_are_reported(void **state)
{
    (void)state;
    test_alloc_each(write_new_once, NULL);
    assert_int_equal(test_count_names(home), 0);
    test_alloc_each(write_once, NULL);
    check_file(path, "after");
    assert_int_equal(remove(path), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_written_and_replaced),
        cmocka_unit_test(a_new_file_never_replaces),
        cmocka_unit_test(new_files_need_no_links),
        cmocka_unit_test(every_failing_step_leaves_things_as_they_were),
        cmocka_unit_test(small_and_interrupted_writes_are_continued),
        cmocka_unit_test(a_full_disk_keeps_the_old_file),
        cmocka_unit_test(modes_under_odd_umasks),
        cmocka_unit_test(directories_that_take_no_files),
        cmocka_unit_test(left_behind_files_are_no_obstacle),
        cmocka_unit_test(directories_are_synced),
        cmocka_unit_test(memory_failures_are_reported),
    };

    return cmocka_run_group_tests(tests, start, finish);
}
