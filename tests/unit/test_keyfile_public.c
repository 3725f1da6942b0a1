/* minisign's public key files: good ones, bad ones and every flip of a bit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "core/entropy.h"
#include "core/keyfile.h"
#include "core/limits.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/shared.h"
#include "tests/unit/vectors.h"

static void
test_vectors(void **state)
{
    struct key_secret *secret = vectors_secret();
    struct byte_view verdicts = vectors_read("minisign/verdicts.txt");
    struct byte_view left = verdicts;
    struct byte_view line;
    int count = 0;

    (void)state;
    while (vectors_line(&line, &left)) {
        struct byte_view name = vectors_word(&line);
        bool accept = byte_view_equal_text(vectors_word(&line), "accept");
        struct key_public key;
        struct byte_view text;
        enum status got;
        char path[128];

        if (!byte_view_starts_with(name, "pub/"))
            continue;
        snprintf(path, sizeof(path), "minisign/%.*s", (int)name.size,
                 (const char *)name.data);
        text = vectors_read(path);
        got = keyfile_read_public(&key, text);
        if (got != (accept ? STATUS_OK : STATUS_MALFORMED))
            fail_msg("%s: %s", path, status_text(got));
        assert_int_equal(key_public_equal(&key, &secret->public_key), accept);
        vectors_free(text);
        count++;
    }
    assert_int_equal(count, 21);
    vectors_free(verdicts);
    key_secret_free(secret);
}

static void
test_shared_vectors(void **state)
{
    size_t size;
    uint8_t *file = shared_read("vectors/minisign/manifest.json", &size);
    json_t *root, *entries, *entry;
    const char *name;

    (void)state;
    if (file == NULL)
        skip();
    root = json_loadb((const char *)file, size, 0, NULL);
    entries = json_object_get(root, "pub");
    assert_int_equal(json_object_size(entries), 7);
    json_object_foreach(entries, name, entry)
    {
        const char *verdict =
            json_string_value(json_object_get(entry, "p2pub"));
        struct key_public key;
        char path[256];
        uint8_t *text;
        size_t text_size;
        enum status got;

        snprintf(path, sizeof(path), "vectors/minisign/%s", name);
        text = shared_read(path, &text_size);
        assert_non_null(text);
        got = keyfile_read_public(&key, byte_view_of(text, text_size));
        if (strcmp(verdict, "accept") == 0)
            assert_int_equal(got, STATUS_OK);
        else if (strcmp(verdict, "reject") == 0)
            assert_int_equal(got, STATUS_MALFORMED);
        else
            assert_string_equal(verdict, "accept-or-reject");
        free(text);
    }
    json_decref(root);
    free(file);
}

static void
test_write(void **state)
{
    struct byte_view expected = vectors_read("minisign/key.pub");
    struct key_secret *secret = vectors_secret();
    struct key_public key = secret->public_key;
    struct byte_buf out;

    (void)state;
    byte_buf_init(&out, 200);
    assert_int_equal(keyfile_write_public(&out, &key), STATUS_OK);
    assert_true(byte_view_equal(byte_view_of_buf(&out), expected));

    /* An id is a number of 16 digits, whatever it begins with. */
    byte_buf_clear(&out);
    key.id.octets[7] = 0;
    assert_int_equal(keyfile_write_public(&out, &key), STATUS_OK);
    assert_int_equal(out.size, expected.size);
    assert_true(byte_view_starts_with(
        byte_view_of_buf(&out),
        "untrusted comment: minisign public key 00605F4E3D2C1B0A\n"));

    /* All or nothing. */
    assert_int_equal(keyfile_write_public(&out, &key), STATUS_TOO_LARGE);
    assert_int_equal(out.size, expected.size);
    byte_buf_release(&out);
    key_secret_free(secret);
    vectors_free(expected);
}

/* A flip is refused, leaves the key alone, or gives another good key. */
static void
test_flips(void **state)
{
    struct byte_view file = vectors_read("minisign/key.pub");
    size_t line1 = strcspn((const char *)file.data, "\n");
    struct key_public original, key;
    uint8_t text[200];
    size_t others = 0;

    (void)state;
    assert_true(file.size <= sizeof(text));
    memcpy(text, file.data, file.size);
    assert_int_equal(keyfile_read_public(&original, file), STATUS_OK);
    for (size_t bit = 0; bit < 8 * file.size; bit++) {
        enum status status;

        text[bit / 8] ^= (uint8_t)(1 << bit % 8);
        status = keyfile_read_public(&key, byte_view_of(text, file.size));
        if (status != STATUS_OK) {
            assert_int_equal(status, STATUS_MALFORMED);
        } else if (bit / 8 <= line1) {
            assert_true(key_public_equal(&key, &original));
        } else {
            assert_false(key_public_equal(&key, &original));
            others++;
        }
        text[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    /* All of the id and one key in 16: half on the curve, 1/8 in the group. */
    assert_in_range(others, 40, 120);
    vectors_free(file);
}

static enum status
write_public(void *context)
{
    struct key_secret *secret = context;
    struct byte_buf out;
    enum status status;

    byte_buf_init(&out, KEYFILE_TEXT_MAX);
    status = keyfile_write_public(&out, &secret->public_key);
    byte_buf_release(&out);
    return status;
}

static void
test_allocations(void **state)
{
    struct key_secret *secret = vectors_secret();

    (void)state;
    test_alloc_each(write_public, secret);
    key_secret_free(secret);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_shared_vectors),
        cmocka_unit_test(test_write),
        cmocka_unit_test(test_flips),
        cmocka_unit_test(test_allocations),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
