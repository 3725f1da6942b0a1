/* minisign's signature files: good ones, bad ones and every flip of a bit. */
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
#include "core/minisig.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/shared.h"
#include "tests/unit/vectors.h"

#define COMMENT "p2pub1 statement"

static void
assert_same(const struct minisig *a, const struct minisig *b)
{
    assert_memory_equal(a->id.octets, b->id.octets, 8);
    assert_memory_equal(a->signature.octets, b->signature.octets, 64);
    assert_memory_equal(a->global.octets, b->global.octets, 64);
    assert_int_equal(a->comment_size, b->comment_size);
    assert_string_equal(a->comment, b->comment);
    assert_int_equal(strlen(a->comment), a->comment_size);
}

/* How p2pub answers: read, then both signatures, then the key id. */
static enum status
answer(struct minisig *minisig, struct byte_view text, struct byte_view message,
       const struct key_public *key)
{
    enum status status = minisig_read(minisig, text);

    if (status != STATUS_OK)
        return status;
    status = minisig_verify(minisig, message, &key->author);
    if (status != STATUS_OK)
        return status;
    if (memcmp(minisig->id.octets, key->id.octets, 8) != 0)
        return STATUS_BAD_SIGNATURE;
    return STATUS_OK;
}

static enum status
status_of_verdict(struct byte_view verdict)
{
    if (byte_view_equal_text(verdict, "accept"))
        return STATUS_OK;
    if (byte_view_equal_text(verdict, "malformed"))
        return STATUS_MALFORMED;
    if (byte_view_equal_text(verdict, "too-large"))
        return STATUS_TOO_LARGE;
    assert_true(byte_view_equal_text(verdict, "bad-signature"));
    return STATUS_BAD_SIGNATURE;
}

static void
test_vectors(void **state)
{
    struct key_secret *secret = vectors_secret();
    struct byte_view message = vectors_read("minisign/message.txt");
    struct byte_view verdicts = vectors_read("minisign/verdicts.txt");
    struct byte_view left = verdicts;
    struct byte_view line;
    int count = 0;

    (void)state;
    while (vectors_line(&line, &left)) {
        struct byte_view name = vectors_word(&line);
        enum status expected = status_of_verdict(vectors_word(&line));
        struct minisig minisig;
        struct byte_view text;
        enum status got;
        char path[128];

        if (!byte_view_starts_with(name, "sig/"))
            continue;
        snprintf(path, sizeof(path), "minisign/%.*s", (int)name.size,
                 (const char *)name.data);
        text = vectors_read(path);
        got = answer(&minisig, text, message, &secret->public_key);
        if (got != expected)
            fail_msg("%s: %s, not %s", path, status_text(got),
                     status_text(expected));
        vectors_free(text);
        count++;
    }
    assert_int_equal(count, 60);
    vectors_free(verdicts);
    vectors_free(message);
    key_secret_free(secret);
}

/* The shared files: verdicts in a column of manifest.json. */
static void
check_shared(const char *name, const char *verdict, struct byte_view message,
             const struct key_public *key)
{
    struct minisig minisig;
    char path[256];
    uint8_t *file;
    size_t size;
    enum status got;
    bool good;

    snprintf(path, sizeof(path), "vectors/minisign/%s", name);
    file = shared_read(path, &size);
    assert_non_null(file);
    got = answer(&minisig, byte_view_of(file, size), message, key);
    free(file);
    /* What is to be escaped is read here, and escaped where it is shown. */
    if (strcmp(verdict, "accept") == 0 || strcmp(verdict, "escape") == 0)
        good = got == STATUS_OK;
    else if (strcmp(verdict, "accept-or-limit") == 0)
        good = got == STATUS_OK || got == STATUS_TOO_LARGE;
    else if (strcmp(verdict, "reject-or-escape") == 0)
        good = got == STATUS_OK || got == STATUS_MALFORMED;
    else {
        assert_string_equal(verdict, "reject");
        good = got == STATUS_MALFORMED || got == STATUS_BAD_SIGNATURE;
    }
    if (!good)
        fail_msg("%s: %s, not %s", name, status_text(got), verdict);
}

static void
test_shared_vectors(void **state)
{
    size_t size, message_size, key_size;
    uint8_t *file = shared_read("vectors/minisign/manifest.json", &size);
    uint8_t *message, *key_file;
    json_t *root, *entries, *entry;
    struct key_public key;
    const char *name;

    (void)state;
    if (file == NULL)
        skip();
    message = shared_read("vectors/minisign/message.md", &message_size);
    key_file = shared_read("vectors/minisign/key.pub", &key_size);
    assert_non_null(message);
    assert_non_null(key_file);
    assert_int_equal(
        keyfile_read_public(&key, byte_view_of(key_file, key_size)), STATUS_OK);
    root = json_loadb((const char *)file, size, 0, NULL);
    entries = json_object_get(root, "sig");
    assert_int_equal(json_object_size(entries), 27);
    json_object_foreach(entries, name, entry)
    {
        check_shared(name, json_string_value(json_object_get(entry, "p2pub")),
                     byte_view_of(message, message_size), &key);
    }
    json_decref(root);
    free(key_file);
    free(message);
    free(file);
}

/* We write octet for octet what another implementation wrote. */
static void
test_known_answer(void **state)
{
    struct key_secret *secret = vectors_secret();
    struct byte_view message = vectors_read("minisign/message.txt");
    struct byte_view expected = vectors_read("minisign/sig/ok.minisig");
    struct minisig made, again;
    struct byte_buf out;

    (void)state;
    byte_buf_init(&out, MINISIG_TEXT_MAX);
    assert_int_equal(minisig_sign(&made, message, COMMENT, secret), STATUS_OK);
    assert_int_equal(minisig_write(&out, &made), STATUS_OK);
    assert_true(byte_view_equal(byte_view_of_buf(&out), expected));
    assert_int_equal(minisig_read(&again, expected), STATUS_OK);
    assert_same(&again, &made);
    assert_string_equal(again.comment, COMMENT);
    byte_buf_release(&out);
    vectors_free(expected);
    vectors_free(message);
    key_secret_free(secret);
}

/* A flip is refused, unless it lies in the words of line 1. */
static void
test_flips(void **state)
{
    const size_t prefix = strlen("untrusted comment: ");
    struct key_secret *secret = vectors_secret();
    struct byte_view message = vectors_read("minisign/message.txt");
    struct byte_view file = vectors_read("minisign/sig/ok.minisig");
    size_t line1 = strcspn((const char *)file.data, "\n");
    struct minisig original, minisig;
    size_t accepted = 0;
    uint8_t text[512];

    (void)state;
    assert_true(file.size < sizeof(text));
    memcpy(text, file.data, file.size);
    assert_int_equal(minisig_read(&original, file), STATUS_OK);
    for (size_t bit = 0; bit < 8 * file.size; bit++) {
        enum status status;

        text[bit / 8] ^= (uint8_t)(1 << bit % 8);
        status = answer(&minisig, byte_view_of(text, file.size), message,
                        &secret->public_key);
        if (status == STATUS_OK) {
            assert_in_range(bit / 8, prefix, line1 - 1);
            assert_same(&minisig, &original);
            accepted++;
        }
        text[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    /* Most flips of bits 0 to 4 of line 1's words give other words. */
    assert_in_range(accepted, 80, 8 * (line1 - prefix));
    for (size_t size = 0; size < file.size; size++)
        assert_int_equal(minisig_read(&minisig, byte_view_of(text, size)),
                         STATUS_MALFORMED);
    vectors_free(file);
    vectors_free(message);
    key_secret_free(secret);
}

/* Both signatures must hold, over this message and this comment. */
static void
test_verify(void **state)
{
    struct key_secret *secret = vectors_secret();
    const struct key_author *author = &secret->public_key.author;
    const struct byte_view message = byte_view_of_text("text");
    struct key_author other;
    struct minisig minisig, changed;

    (void)state;
    assert_int_equal(minisig_sign(&minisig, message, COMMENT, secret),
                     STATUS_OK);
    assert_int_equal(minisig_verify(&minisig, message, author), STATUS_OK);
    assert_int_equal(
        minisig_verify(&minisig, byte_view_of_text("texts"), author),
        STATUS_BAD_SIGNATURE);
    other = *author;
    other.octets[3] ^= 1;
    assert_int_equal(minisig_verify(&minisig, message, &other),
                     STATUS_BAD_SIGNATURE);

    changed = minisig;
    changed.signature.octets[0] ^= 1;
    assert_int_equal(minisig_verify(&changed, message, author),
                     STATUS_BAD_SIGNATURE);
    changed = minisig;
    changed.global.octets[0] ^= 1;
    assert_int_equal(minisig_verify(&changed, message, author),
                     STATUS_BAD_SIGNATURE);
    changed = minisig;
    changed.comment[0] = 'P';
    assert_int_equal(minisig_verify(&changed, message, author),
                     STATUS_BAD_SIGNATURE);
    changed = minisig;
    changed.comment_size--;
    assert_int_equal(minisig_verify(&changed, message, author),
                     STATUS_BAD_SIGNATURE);
    key_secret_free(secret);
}

static void
test_comments(void **state)
{
    static const char *const refused[] = {"a\tb",  "a\nb", "a\rb",
                                          "\x1b[", "\x7f", "\xd0\xb0"};
    struct key_secret *secret = vectors_secret();
    const struct byte_view message = byte_view_of_text("");
    char comment[MINISIG_TRUSTED_MAX + 2];
    struct minisig made, again;
    struct byte_buf out;

    (void)state;
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        assert_int_equal(minisig_sign(&made, message, refused[i], secret),
                         STATUS_MALFORMED);

    memset(comment, '~', sizeof(comment));
    comment[MINISIG_TRUSTED_MAX + 1] = '\0';
    assert_int_equal(minisig_sign(&made, message, comment, secret),
                     STATUS_TOO_LARGE);
    comment[MINISIG_TRUSTED_MAX] = '\0';
    assert_int_equal(minisig_sign(&made, message, comment, secret), STATUS_OK);

    byte_buf_init(&out, MINISIG_TEXT_MAX);
    assert_int_equal(minisig_write(&out, &made), STATUS_OK);
    assert_int_equal(minisig_read(&again, byte_view_of_buf(&out)), STATUS_OK);
    assert_same(&again, &made);
    byte_buf_release(&out);
    key_secret_free(secret);
}

/* minisig_write writes all, exactly as much as it reserves, or nothing. */
static void
test_write_is_whole(void **state)
{
    struct key_secret *secret = vectors_secret();
    struct minisig minisig;
    struct byte_buf out;
    size_t size;

    (void)state;
    assert_int_equal(
        minisig_sign(&minisig, byte_view_of_text("x"), COMMENT, secret),
        STATUS_OK);
    byte_buf_init(&out, MINISIG_TEXT_MAX);
    assert_int_equal(minisig_write(&out, &minisig), STATUS_OK);
    size = out.size;
    byte_buf_release(&out);

    byte_buf_init(&out, size + 2);
    assert_int_equal(byte_buf_append_text(&out, "abc"), STATUS_OK);
    assert_int_equal(minisig_write(&out, &minisig), STATUS_TOO_LARGE);
    assert_int_equal(out.size, 3);
    byte_buf_consume(&out, 1);
    assert_int_equal(minisig_write(&out, &minisig), STATUS_OK);
    assert_int_equal(out.size, size + 2);
    byte_buf_release(&out);
    key_secret_free(secret);
}

static enum status
write_and_release(void *context)
{
    struct byte_buf out;
    enum status status;

    byte_buf_init(&out, MINISIG_TEXT_MAX);
    status = minisig_write(&out, context);
    byte_buf_release(&out);
    return status;
}

static void
test_allocations(void **state)
{
    struct key_secret *secret = vectors_secret();
    struct minisig minisig;

    (void)state;
    assert_int_equal(
        minisig_sign(&minisig, byte_view_of_text("x"), COMMENT, secret),
        STATUS_OK);
    test_alloc_each(write_and_release, &minisig);
    key_secret_free(secret);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_shared_vectors),
        cmocka_unit_test(test_known_answer),
        cmocka_unit_test(test_flips),
        cmocka_unit_test(test_verify),
        cmocka_unit_test(test_comments),
        cmocka_unit_test(test_write_is_whole),
        cmocka_unit_test(test_allocations),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
