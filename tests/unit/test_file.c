/* Reading is bounded and never waits for a FIFO; directories are made. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/file.h"
#include "core/mem.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/test_support.h"

#define NOBODY ((uid_t)65534)

static char home[TEST_PATH_MAX];

static int
start(void **state)
{
    (void)state;
    test_make_directory(home);
    return chmod(home, 0755);
}

static int
finish(void **state)
{
    (void)state;
    test_remove_directory(home);
    return 0;
}

/* A file called name that holds size octets. */
static void
make_file(char path[TEST_PATH_MAX], const char *name, const char *octets,
          size_t size)
{
    FILE *file;

    test_path(path, home, name);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(octets, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* Read path behind octets that are there already, and fail unless they stay
 * there. */
static enum status
read_behind(struct byte_buf *out, const char *path, size_t maximum)
{
    enum status status;

    byte_buf_init(out, maximum + 4);
    assert_int_equal(byte_buf_append_text(out, "kept"), STATUS_OK);
    errno = 0;
    status = file_read(out, path);
    assert_memory_equal(out->data, "kept", 4);
    if (status != STATUS_OK)
        assert_int_equal(out->size, 4);
    return status;
}

static enum status
try_read(const char *path)
{
    struct byte_buf out;
    enum status status = read_behind(&out, path, 100);

    byte_buf_release(&out);
    return status;
}

static void
files_are_read_whole(void **state)
{
    static char octets[200000];
    static const size_t sizes[] = {0,     1,     100,    65535,
                                   65536, 65537, 131072, 200000};

    (void)state;
    for (size_t i = 0; i < sizeof(octets); i++)
        octets[i] = (char)(i * i >> 3);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        char path[TEST_PATH_MAX];
        struct byte_buf out;

        make_file(path, "file", octets, sizes[i]);
        /* A maximum of its very size will do, one octet less will not. */
        assert_int_equal(read_behind(&out, path, sizes[i]), STATUS_OK);
        assert_int_equal(out.size, sizes[i] + 4);
        assert_memory_equal(out.data + 4, octets, sizes[i]);
        byte_buf_release(&out);
        if (sizes[i] > 0) {
            assert_int_equal(read_behind(&out, path, sizes[i] - 1),
                             STATUS_TOO_LARGE);
            byte_buf_release(&out);
        }
        assert_int_equal(remove(path), 0);
    }
}

static void
a_large_file_costs_no_memory(void **state)
{
    char path[TEST_PATH_MAX];
    struct byte_buf out;
    long before;

    (void)state;
    make_file(path, "large", "", 0);
    assert_int_equal(truncate(path, (off_t)1 << 30), 0);
    byte_buf_init(&out, (size_t)1 << 20);
    before = mem_allocation_count();
    assert_int_equal(file_read(&out, path), STATUS_TOO_LARGE);
    assert_int_equal(mem_allocation_count(), before);
    byte_buf_release(&out);
    assert_int_equal(remove(path), 0);
}

static void
what_is_no_file_is_refused(void **state)
{
    char path[TEST_PATH_MAX];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener;

    (void)state;
    test_path(path, home, "missing");
    assert_int_equal(try_read(path), STATUS_NOT_FOUND);
    assert_int_equal(try_read(""), STATUS_NOT_FOUND);
    assert_int_equal(try_read(home), STATUS_DENIED);
    assert_int_equal(errno, EISDIR);
    assert_int_equal(try_read("/dev/null"), STATUS_DENIED);

    test_path(path, home, "fifo");
    assert_int_equal(mkfifo(path, 0600), 0);
    alarm(5);
    assert_int_equal(try_read(path), STATUS_DENIED);
    alarm(0);
    assert_int_equal(remove(path), 0);

    test_path(path, home, "socket");
    listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_true(listener >= 0);
    assert_true(strlen(path) < sizeof(address.sun_path));
    memcpy(address.sun_path, path, strlen(path));
    assert_int_equal(bind(listener,
                          (const struct sockaddr *)(const void *)&address,
                          sizeof(address)),
                     0);
    assert_int_equal(try_read(path), STATUS_DENIED);
    close(listener);
    assert_int_equal(remove(path), 0);
}

static void
unreadable_files_are_denied(void **state)
{
    char path[TEST_PATH_MAX];
    uid_t user = geteuid();

    (void)state;
    make_file(path, "secret", "secret", 6);
    assert_int_equal(chmod(path, 0), 0);
    if (user == 0 && seteuid(NOBODY) != 0) {
        print_message("skipped: cannot become another user\n");
        skip();
    }
    assert_int_equal(try_read(path), STATUS_DENIED);
    assert_int_equal(errno, EACCES);
    assert_int_equal(seteuid(user), 0);
    assert_int_equal(remove(path), 0);
}

/* Files of /proc are regular, of size 0, and longer than that. */
static void
a_size_of_0_is_not_believed(void **state)
{
    struct byte_buf out;

    (void)state;
    if (access("/proc/self/status", R_OK) != 0) {
        print_message("skipped: no /proc\n");
        skip();
    }
    byte_buf_init(&out, (size_t)1 << 16);
    assert_int_equal(file_read(&out, "/proc/self/status"), STATUS_OK);
    assert_true(byte_view_starts_with(byte_view_of_buf(&out), "Name:"));
    byte_buf_release(&out);
    assert_int_equal(try_read("/proc/self/status"), STATUS_TOO_LARGE);
}

static void
descriptors_are_read_to_their_end(void **state)
{
    int ends[2];
    struct byte_buf out;

    (void)state;
    for (size_t maximum = 9; maximum <= 11; maximum++) {
        assert_int_equal(pipe(ends), 0);
        assert_int_equal(write(ends[1], "0123456789", 10), 10);
        close(ends[1]);
        byte_buf_init(&out, maximum);
        assert_int_equal(file_read_descriptor(&out, ends[0]),
                         maximum < 10 ? STATUS_TOO_LARGE : STATUS_OK);
        assert_int_equal(out.size, maximum < 10 ? 0 : 10);
        byte_buf_release(&out);
        close(ends[0]);
    }
    byte_buf_init(&out, 10);
    assert_int_equal(file_read_descriptor(&out, -1), STATUS_IO);
    assert_int_equal(errno, EBADF);
    byte_buf_release(&out);
}

static void
check_directory(const char *path, const char *made)
{
    struct stat facts;

    assert_int_equal(file_make_directory(path), STATUS_OK);
    assert_int_equal(stat(made, &facts), 0);
    assert_true(S_ISDIR(facts.st_mode));
    assert_int_equal(facts.st_mode & 0777, 0700);
    assert_int_equal(file_make_directory(path), STATUS_OK);
}

static void
directories_are_made_with_those_above(void **state)
{
    mode_t before = umask(0);
    char path[TEST_PATH_MAX];

    (void)state;
    assert_int_equal(chdir(home), 0);
    check_directory("one", "one");
    check_directory("two/three/four", "two/three");
    check_directory("two//five///", "two/five");
    check_directory("./six", "six");
    test_path(path, home, "seven/eight");
    check_directory(path, path);
    assert_int_equal(file_make_directory("/"), STATUS_OK);
    assert_int_equal(file_make_directory("."), STATUS_OK);
    assert_int_equal(file_make_directory(""), STATUS_NOT_FOUND);
    umask(before);
}

static void
directories_that_cannot_be_made(void **state)
{
    char path[TEST_PATH_MAX];
    uid_t user = geteuid();

    (void)state;
    make_file(path, "in-the-way", "", 0);
    assert_int_equal(file_make_directory(path), STATUS_IO);
    assert_int_equal(errno, ENOTDIR);
    test_path(path, home, "in-the-way/below");
    assert_int_equal(file_make_directory(path), STATUS_IO);
    assert_int_equal(errno, ENOTDIR);
    test_path(path, home, "in-the-way");
    assert_int_equal(remove(path), 0);
    if (user == 0 && seteuid(NOBODY) != 0) {
        print_message("skipped: cannot become another user\n");
        skip();
    }
    assert_int_equal(file_make_directory("/p2pub-test-denied"), STATUS_DENIED);
    assert_int_equal(seteuid(user), 0);
}

static void
errors_become_statuses(void **state)
{
    static const struct {
        int error;
        enum status status;
    } errors[] = {{ENOENT, STATUS_NOT_FOUND}, {EACCES, STATUS_DENIED},
                  {EPERM, STATUS_DENIED},     {EROFS, STATUS_DENIED},
                  {ENOSPC, STATUS_FULL},      {EDQUOT, STATUS_FULL},
                  {EFBIG, STATUS_FULL},       {EEXIST, STATUS_EXISTS},
                  {ENOMEM, STATUS_NO_MEMORY}, {EIO, STATUS_IO},
                  {ENOTDIR, STATUS_IO},       {0, STATUS_IO}};

    (void)state;
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
        assert_int_equal(file_status_of_errno(errors[i].error),
                         errors[i].status);
}

static void
paths_are_joined(void **state)
{
    char *path = file_join("a/b", "c");

    (void)state;
    assert_string_equal(path, "a/b/c");
    mem_free(path);
    path = file_join("/", "c");
    assert_string_equal(path, "/c");
    mem_free(path);
    mem_fail_after(0);
    assert_null(file_join("a", "b"));
}

static enum status
read_large(void *context)
{
    struct byte_buf out;
    enum status status;

    byte_buf_init(&out, 200000);
    status = file_read(&out, context);
    byte_buf_release(&out);
    return status;
}

static enum status
make_directories(void *context)
{
    return file_make_directory(context);
}

static void
memory_failures_are_reported(void **state)
{
    static const char octets[150000];
    char path[TEST_PATH_MAX];

    (void)state;
    make_file(path, "file", octets, sizeof(octets));
    test_alloc_each(read_large, path);
    assert_int_equal(remove(path), 0);
    test_path(path, home, "failing/below");
    test_alloc_each(make_directories, path);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_read_whole),
        cmocka_unit_test(a_large_file_costs_no_memory),
        cmocka_unit_test(what_is_no_file_is_refused),
        cmocka_unit_test(unreadable_files_are_denied),
        cmocka_unit_test(a_size_of_0_is_not_believed),
        cmocka_unit_test(descriptors_are_read_to_their_end),
        cmocka_unit_test(directories_are_made_with_those_above),
        cmocka_unit_test(directories_that_cannot_be_made),
        cmocka_unit_test(errors_become_statuses),
        cmocka_unit_test(paths_are_joined),
        cmocka_unit_test(memory_failures_are_reported),
    };

    return cmocka_run_group_tests(tests, start, finish);
}
