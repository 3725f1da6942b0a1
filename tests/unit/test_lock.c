/* A lock keeps other processes out, and goes with the process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/lock.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/test_support.h"

static char folder[TEST_PATH_MAX];
static char path[TEST_PATH_MAX];

static int
set_up(void **state)
{
    (void)state;
    test_make_directory(folder);
    test_path(path, folder, "lock");
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    (void)unlink(path);
    test_remove_directory(folder);
    return 0;
}

/* What another process gets, at once. */
static enum status
elsewhere(enum lock_kind kind)
{
    struct lock *lock;
    pid_t child = fork();
    int result;

    assert_true(child >= 0);
    if (child == 0)
        _exit((int)lock_take(&lock, path, kind, false));
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFEXITED(result));
    return (enum status)WEXITSTATUS(result);
}

static void
test_alone(void **state)
{
    struct lock *lock;

    (void)state;
    assert_int_equal(lock_take(&lock, path, LOCK_ALONE, false), STATUS_OK);
    assert_int_equal(elsewhere(LOCK_ALONE), STATUS_LOCKED);
    assert_int_equal(elsewhere(LOCK_SHARED), STATUS_LOCKED);
    lock_free(lock);
    lock_free(NULL);
    /* The child that took it ended without giving it back. */
    assert_int_equal(elsewhere(LOCK_ALONE), STATUS_OK);
    assert_int_equal(elsewhere(LOCK_ALONE), STATUS_OK);
}

static void
test_shared(void **state)
{
    struct lock *lock;

    (void)state;
    assert_int_equal(lock_take(&lock, path, LOCK_SHARED, false), STATUS_OK);
    assert_int_equal(elsewhere(LOCK_SHARED), STATUS_OK);
    assert_int_equal(elsewhere(LOCK_ALONE), STATUS_LOCKED);
    assert_int_equal(lock_alone(lock), STATUS_OK);
    assert_int_equal(elsewhere(LOCK_SHARED), STATUS_LOCKED);
    lock_remove(lock);
    assert_int_equal(access(path, F_OK), -1);
    lock_free(lock);
}

/* Whoever waited for a file that was removed does not take that for the
 * lock: many processes count in a file, each in its turn. */
static void
test_turns(void **state)
{
    enum {
        PROCESSES = 8,
        ROUNDS = 50
    };

    pid_t children[PROCESSES];
    char counter[TEST_PATH_MAX];
    int result;

    (void)state;
    test_path(counter, folder, "counter");
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        for (int j = 0; children[i] == 0 && j < ROUNDS; j++) {
            struct lock *lock;

            /* Nobody else has it, so nothing is there. */
            if (lock_take(&lock, path, LOCK_ALONE, true) != STATUS_OK ||
                symlink("taken", counter) != 0 || unlink(counter) != 0)
                _exit(1);
            lock_remove(lock);
            lock_free(lock);
        }
        if (children[i] == 0)
            _exit(0);
    }
    for (int i = 0; i < PROCESSES; i++) {
        assert_int_equal(waitpid(children[i], &result, 0), children[i]);
        assert_true(WIFEXITED(result));
        assert_int_equal(WEXITSTATUS(result), 0);
    }
    (void)unlink(counter);
}

static void
test_failures(void **state)
{
    struct lock *lock;

    (void)state;
    assert_int_equal(lock_take(&lock, "/no/such/folder/lock", LOCK_ALONE, true),
                     STATUS_NOT_FOUND);
    assert_null(lock);
    assert_int_equal(lock_take(&lock, folder, LOCK_ALONE, true), STATUS_IO);
    assert_null(lock);
}

static enum status
take_and_free(void *context)
{
    struct lock *lock;
    enum status status = lock_take(&lock, context, LOCK_ALONE, true);

    lock_free(lock);
    return status;
}

static void
test_each_allocation(void **state)
{
    (void)state;
    test_alloc_each(take_and_free, path);
}

#define WITH_FOLDER(test) \
    cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(test_alone),           WITH_FOLDER(test_shared),
        WITH_FOLDER(test_turns),           WITH_FOLDER(test_failures),
        WITH_FOLDER(test_each_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
