/*
 * What the unit tests share: octets from hexadecimal, the shared vectors or
 * a skipped test, a directory to write in.
 *
 * A function that cannot do its work fails the cmocka test that runs.
 */
#ifndef P2PUB_TESTS_UNIT_TEST_SUPPORT_H
#define P2PUB_TESTS_UNIT_TEST_SUPPORT_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "core/bytes.h"

/* A group setup for cmocka_run_group_tests: starts libsodium. */
int test_start(void **state);

/* The octets of hex (any case, spaces between octets allowed) in out, which
 * has room for capacity; how many there are. */
size_t test_unhex(uint8_t *out, size_t capacity, const char *hex);

/* Fail unless octets are those of hex. */
void test_assert_hex(struct byte_view octets, const char *hex);

/* The file called name, such as "vectors/utf8/utf8tests.txt", of what lies
 * beside the source tree (tests/unit/shared.h); free() *octets.  Where it is
 * not at hand the test that runs is skipped. */
struct byte_view test_read_shared(uint8_t **octets, const char *name);

/* The same for JSON; release with json_decref. */
json_t *test_load_shared(const char *name);

#define TEST_PATH_MAX 512

/* A new empty directory, and its removal with the files in it. */
void test_make_directory(char path[TEST_PATH_MAX]);
void test_remove_directory(const char *path);

/* DIRECTORY/NAME in out. */
void test_path(char out[TEST_PATH_MAX], const char *directory,
               const char *name);

/* How many names directory holds. */
size_t test_count_names(const char *directory);

#endif
