/* Files in the making, and files read piece by piece. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/draft.h"
#include "core/file.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/test_support.h"

static char folder[TEST_PATH_MAX];

static int
set_up(void **state)
{
    (void)state;
    test_make_directory(folder);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    test_remove_directory(folder);
    return 0;
}

/* A file_sink that collects, in pieces that it counts. */
struct collection {
    struct byte_buf octets;
    size_t pieces;
    size_t stop_after; /* 0: never */
};

static enum status
collect(void *context, struct byte_view piece)
{
    struct collection *collection = context;

    collection->pieces++;
    if (collection->stop_after > 0 &&
        collection->pieces == collection->stop_after)
        return STATUS_CANCELLED;
    return byte_buf_append(&collection->octets, piece);
}

static void
assert_file(const char *path, const char *wanted)
{
    struct byte_buf octets;

    byte_buf_init(&octets, 1024);
    assert_int_equal(file_read(&octets, path), STATUS_OK);
    assert_string_equal(byte_buf_text(&octets), wanted);
    byte_buf_release(&octets);
}

static void
test_a_whole_file(void **state)
{
    char path[TEST_PATH_MAX];
    struct draft *draft;

    (void)state;
    test_path(path, folder, "whole");
    assert_int_equal(draft_new(&draft, path, 0644), STATUS_OK);
    assert_int_equal(draft_add(draft, byte_view_of_text("one ")), STATUS_OK);
    assert_int_equal(draft_add(draft, byte_view_of(NULL, 0)), STATUS_OK);
    assert_int_equal(draft_add(draft, byte_view_of_text("two")), STATUS_OK);
    assert_int_equal(draft_finish(draft), STATUS_OK);
    draft_free(draft);
    assert_file(path, "one two");

    assert_int_equal(draft_new(&draft, path, 0644), STATUS_EXISTS);
    assert_null(draft);
    assert_file(path, "one two");
}

static void
test_what_is_not_finished_is_gone(void **state)
{
    char path[TEST_PATH_MAX];
    struct draft *draft;

    (void)state;
    test_path(path, folder, "half");
    assert_int_equal(draft_new(&draft, path, 0644), STATUS_OK);
    assert_int_equal(draft_add(draft, byte_view_of_text("one ")), STATUS_OK);
    errno = 77;
    draft_free(draft);
    assert_int_equal(errno, 77);
    assert_int_equal(test_count_names(folder), 0);
    draft_free(NULL);
}

/* A link is something of that name, wherever it points. */
static void
test_no_link_is_followed(void **state)
{
    char path[TEST_PATH_MAX];
    char elsewhere[TEST_PATH_MAX];
    struct draft *draft;

    (void)state;
    test_path(path, folder, "link");
    test_path(elsewhere, folder, "elsewhere");
    assert_int_equal(symlink(elsewhere, path), 0);
    assert_int_equal(draft_new(&draft, path, 0644), STATUS_EXISTS);
    assert_int_equal(access(elsewhere, F_OK), -1);
}

static void
test_failures(void **state)
{
    char path[TEST_PATH_MAX];
    struct draft *draft;
    struct rlimit before;
    struct rlimit small = {100, 100};

    (void)state;
    test_path(path, folder, "no/such/folder");
    assert_int_equal(draft_new(&draft, path, 0644), STATUS_NOT_FOUND);

    /* A full disk, as far as one process can make one for itself. */
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small.rlim_max = before.rlim_max;
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    test_path(path, folder, "large");
    assert_int_equal(draft_new(&draft, path, 0644), STATUS_OK);
    assert_int_equal(draft_add(draft, byte_view_of(folder, sizeof(folder))),
                     STATUS_FULL);
    draft_free(draft);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(test_count_names(folder), 0);
}

static void
test_pieces(void **state)
{
    static uint8_t octets[200000];
    struct collection collection = {.pieces = 0};
    char path[TEST_PATH_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof(octets); i++)
        octets[i] = (uint8_t)(i * 7);
    test_path(path, folder, "large");
    assert_int_equal(
        file_write(path, byte_view_of(octets, sizeof(octets)), 0644),
        STATUS_OK);
    byte_buf_init(&collection.octets, sizeof(octets));
    assert_int_equal(file_read_pieces(path, collect, &collection), STATUS_OK);
    assert_in_range(collection.pieces, 2, 200);
    assert_int_equal(collection.octets.size, sizeof(octets));
    assert_memory_equal(collection.octets.data, octets, sizeof(octets));

    collection.pieces = 0;
    collection.stop_after = 2;
    byte_buf_clear(&collection.octets);
    assert_int_equal(file_read_pieces(path, collect, &collection),
                     STATUS_CANCELLED);
    assert_int_equal(collection.pieces, 2);
    byte_buf_release(&collection.octets);
}

static void
test_what_has_no_pieces(void **state)
{
    struct collection collection = {.pieces = 0};
    char path[TEST_PATH_MAX];

    (void)state;
    byte_buf_init(&collection.octets, 16);
    test_path(path, folder, "empty");
    assert_int_equal(file_write(path, byte_view_of(NULL, 0), 0644), STATUS_OK);
    assert_int_equal(file_read_pieces(path, collect, &collection), STATUS_OK);
    test_path(path, folder, "nothing");
    assert_int_equal(file_read_pieces(path, collect, &collection),
                     STATUS_NOT_FOUND);
    assert_int_equal(file_read_pieces(folder, collect, &collection),
                     STATUS_DENIED);
    assert_int_equal(errno, EISDIR);
    test_path(path, folder, "fifo");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(file_read_pieces(path, collect, &collection),
                     STATUS_DENIED);
    assert_int_equal(collection.pieces, 0);
    byte_buf_release(&collection.octets);
}

static enum status
write_and_read(void *context)
{
    struct collection collection = {.pieces = 0};
    char path[TEST_PATH_MAX];
    struct draft *draft;
    enum status status;

    (void)context;
    test_path(path, folder, "again");
    (void)unlink(path);
    byte_buf_init(&collection.octets, 16);
    status = draft_new(&draft, path, 0644);
    if (status == STATUS_OK)
        status = draft_add(draft, byte_view_of_text("octets"));
    if (status == STATUS_OK)
        status = draft_finish(draft);
    draft_free(draft);
    if (status == STATUS_OK)
        status = file_read_pieces(path, collect, &collection);
    byte_buf_release(&collection.octets);
    return status;
}

static void
test_each_allocation(void **state)
{
    (void)state;
    test_alloc_each(write_and_read, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_whole_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_not_finished_is_gone,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_link_is_followed, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_failures, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_pieces, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_has_no_pieces, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_each_allocation, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
