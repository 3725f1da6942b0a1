#include "tests/unit/test_support.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "tests/unit/shared.h"

int
test_start(void **state)
{
    (void)state;
    return entropy_start() == STATUS_OK ? 0 : -1;
}

static int
digit_value(char digit)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *at = digit == '\0' ? NULL : strchr(digits, digit);

    return at == NULL ? -1 : (int)((at - digits) % 16);
}

size_t
test_unhex(uint8_t *out, size_t capacity, const char *hex)
{
    size_t size = 0;

    for (;;) {
        int high, low;

        while (*hex == ' ')
            hex++;
        if (*hex == '\0')
            return size;
        high = digit_value(hex[0]);
        low = digit_value(hex[1]);
        if (high < 0 || low < 0 || size == capacity)
            fail_msg("not %zu octets of hexadecimal: %s", capacity, hex);
        out[size++] = (uint8_t)(high * 16 + low);
        hex += 2;
    }
}

void
test_assert_hex(struct byte_view octets, const char *hex)
{
    size_t size = strlen(hex) / 2;
    uint8_t *expected = test_malloc(size + 1);

    size = test_unhex(expected, size + 1, hex);
    assert_int_equal(octets.size, size);
    if (size > 0)
        assert_memory_equal(octets.data, expected, size);
    test_free(expected);
}

struct byte_view
test_read_shared(uint8_t **octets, const char *name)
{
    size_t size;

    *octets = shared_read(name, &size);
    if (*octets == NULL)
        skip();
    return byte_view_of(*octets, size);
}

json_t *
test_load_shared(const char *name)
{
    uint8_t *octets;
    struct byte_view text = test_read_shared(&octets, name);
    json_error_t error;
    json_t *value = json_loadb((const char *)text.data, text.size, 0, &error);

    free(octets);
    if (value == NULL)
        fail_msg("%s: line %d: %s", name, error.line, error.text);
    return value;
}

void
test_make_directory(char path[TEST_PATH_MAX])
{
    const char *temporary = getenv("TMPDIR");

    if (temporary == NULL || temporary[0] == '\0')
        temporary = "/tmp";
    (void)snprintf(path, TEST_PATH_MAX, "%s/p2pub-test-XXXXXX", temporary);
    assert_non_null(mkdtemp(path));
}

void
test_path(char out[TEST_PATH_MAX], const char *directory, const char *name)
{
    int size = snprintf(out, TEST_PATH_MAX, "%s/%s", directory, name);

    assert_in_range(size, 1, TEST_PATH_MAX - 1);
}

/* The next name of directory but "." and "..", or NULL. */
static const char *
next_name(DIR *directory)
{
    const struct dirent *entry;

    do {
        entry = readdir(directory);
    } while (entry != NULL && (strcmp(entry->d_name, ".") == 0 ||
                               strcmp(entry->d_name, "..") == 0));
    return entry == NULL ? NULL : entry->d_name;
}

void
test_remove_directory(const char *path)
{
    DIR *directory = opendir(path);
    const char *name;
    char file[TEST_PATH_MAX];

    assert_non_null(directory);
    while ((name = next_name(directory)) != NULL) {
        test_path(file, path, name);
        if (remove(file) != 0)
            test_remove_directory(file);
    }
    closedir(directory);
    assert_int_equal(rmdir(path), 0);
}

size_t
test_count_names(const char *directory)
{
    DIR *names = opendir(directory);
    size_t count = 0;

    assert_non_null(names);
    while (next_name(names) != NULL)
        count++;
    closedir(names);
    return count;
}
