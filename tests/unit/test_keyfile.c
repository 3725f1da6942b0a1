/* minisign's secret key files: known answers, bad files and every flip of a bit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "core/keyfile.h"
#include "core/limits.h"
#include "core/text.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/shared.h"
#include "tests/unit/vectors.h"

#define PASSPHRASE   "p2pub test passphrase"
#define SECRET_LINE1 "untrusted comment: minisign encrypted secret key\n"

/* In the octets of a secret key file. */
#define OCTETS        158
#define BASE64_SIZE   213
#define AT_OPERATIONS 38
#define AT_MEMORY     46
#define AT_SEED       62
#define AT_AUTHOR     94

static const struct byte_view no_passphrase = {NULL, 0};

static struct byte_view
passphrase(void)
{
    return byte_view_of_text(PASSPHRASE);
}

/* Read text, which must fail with expected. */
static void
check_refused(struct byte_view text, struct byte_view word,
              enum status expected)
{
    struct key_secret *secret = vectors_secret();
    struct key_secret *to_free = secret;
    enum status got = keyfile_read_secret(&secret, text, word);

    assert_null(secret);
    key_secret_free(to_free);
    assert_int_equal(got, expected);
}

/* The octets of one of the vectors. */
static void
read_octets(uint8_t octets[OCTETS], const char *name)
{
    struct byte_view file = vectors_read(name);
    struct byte_view left = file;
    struct byte_view line;

    assert_true(vectors_line(&line, &left));
    assert_true(vectors_line(&line, &left));
    assert_int_equal(text_base64_parse(octets, OCTETS, line), STATUS_OK);
    vectors_free(file);
}

/* A secret key file of octets, in static storage. */
static struct byte_view
file_of(const uint8_t octets[OCTETS])
{
    static char text[sizeof(SECRET_LINE1) + BASE64_SIZE + 1];
    char base64[BASE64_SIZE];

    text_base64(base64, octets, OCTETS);
    snprintf(text, sizeof(text), "%s%s\n", SECRET_LINE1, base64);
    return byte_view_of_text(text);
}

static void
put_limit(uint8_t *out, uint64_t limit)
{
    for (size_t i = 0; i < 8; i++)
        out[i] = (uint8_t)(limit >> (8 * i));
}

static void
check_known_secret(const char *name, bool encrypted)
{
    struct byte_view file = vectors_read(name);
    struct key_secret *expected = vectors_secret();
    struct key_secret *secret;
    bool answer = !encrypted;

    assert_int_equal(keyfile_is_encrypted(&answer, file), STATUS_OK);
    assert_int_equal(answer, encrypted);
    assert_int_equal(keyfile_read_secret(&secret, file, passphrase()),
                     STATUS_OK);
    assert_memory_equal(secret, expected, sizeof(*secret));
    key_secret_free(secret);
    if (!encrypted) {
        assert_int_equal(keyfile_read_secret(&secret, file, no_passphrase),
                         STATUS_OK);
        key_secret_free(secret);
    }
    /* Without its last line end. */
    file.size--;
    assert_int_equal(keyfile_read_secret(&secret, file, passphrase()),
                     STATUS_OK);
    key_secret_free(secret);
    file.size++;
    key_secret_free(expected);
    vectors_free(file);
}

static void
test_known_secrets(void **state)
{
    (void)state;
    check_known_secret("minisign/key-scrypt-small.key", true);
    check_known_secret("minisign/key-scrypt-least.key", true);
    check_known_secret("minisign/key-unencrypted.key", false);
    check_known_secret("minisign/key-unencrypted-stock.key", false);
}

static void
test_shared_secrets(void **state)
{
    static const char *const names[] = {"vectors/minisign/key-scrypt-small.key",
                                        "vectors/minisign/key-unencrypted.key"};
    size_t size;
    uint8_t *file = shared_read("vectors/minisign/key.pub", &size);
    struct key_public expected;

    (void)state;
    if (file == NULL)
        skip();
    assert_int_equal(keyfile_read_public(&expected, byte_view_of(file, size)),
                     STATUS_OK);
    free(file);
    for (size_t i = 0; i < 2; i++) {
        struct key_secret *secret;

        file = shared_read(names[i], &size);
        assert_non_null(file);
        assert_int_equal(
            keyfile_read_secret(&secret, byte_view_of(file, size),
                                byte_view_of_text("p2pub test password")),
            STATUS_OK);
        assert_true(key_public_equal(&secret->public_key, &expected));
        key_secret_free(secret);
        free(file);
    }
}

static void
test_write_unencrypted(void **state)
{
    struct byte_view expected = vectors_read("minisign/key-unencrypted.key");
    struct key_secret *secret = vectors_secret();
    struct entropy entropy;
    struct byte_buf out;

    (void)state;
    entropy_init_seed(&entropy, 1);
    byte_buf_init(&out, expected.size + 1);
    assert_int_equal(
        keyfile_write_secret(&out, secret, no_passphrase, &entropy), STATUS_OK);
    assert_true(byte_view_equal(byte_view_of_buf(&out), expected));
    assert_int_equal(
        keyfile_write_secret(&out, secret, no_passphrase, &entropy),
        STATUS_TOO_LARGE);
    assert_int_equal(out.size, expected.size);
    byte_buf_release(&out);
    key_secret_free(secret);
    vectors_free(expected);
}

static void
test_wrong_passphrases(void **state)
{
    struct byte_view file = vectors_read("minisign/key-scrypt-least.key");

    (void)state;
    check_refused(file, no_passphrase, STATUS_WRONG_PASSPHRASE);
    check_refused(file, byte_view_of_text(""), STATUS_WRONG_PASSPHRASE);
    check_refused(file, byte_view_of_text("p2pub test passphras"),
                  STATUS_WRONG_PASSPHRASE);
    check_refused(file, byte_view_of_text(PASSPHRASE "\n"),
                  STATUS_WRONG_PASSPHRASE);
    check_refused(file, byte_view_of_text("P2pub test passphrase"),
                  STATUS_WRONG_PASSPHRASE);
    vectors_free(file);
}

static void
test_scrypt_limits(void **state)
{
    static const struct {
        uint64_t operations;
        uint64_t memory;
    } refused[] = {
        {KEYFILE_OPERATIONS_MAX + 1, 16777216},
        {UINT64_MAX, 16777216},
        {(uint64_t)1 << 32, 16777216},
        {32767, 16777216},
        {0, 16777216},
        {32768, KEYFILE_MEMORY_MAX + 1},
        {32768, UINT64_MAX},
        {32768, ((uint64_t)1 << 32) + 16777216},
        {32768, 16777215},
        {32768, 0},
    };
    struct key_secret *secret;
    uint8_t octets[OCTETS];

    (void)state;
    read_octets(octets, "minisign/key-scrypt-least.key");
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        put_limit(octets + AT_OPERATIONS, refused[i].operations);
        put_limit(octets + AT_MEMORY, refused[i].memory);
        check_refused(file_of(octets), passphrase(), STATUS_TOO_LARGE);
    }
    /* So few operations need no more than 1 MiB of the memory allowed. */
    put_limit(octets + AT_OPERATIONS, 32768);
    put_limit(octets + AT_MEMORY, KEYFILE_MEMORY_MAX);
    assert_int_equal(
        keyfile_read_secret(&secret, file_of(octets), passphrase()), STATUS_OK);
    key_secret_free(secret);
}

static void
test_malformed(void **state)
{
    static const char *const refused[] = {
        "",
        "\n",
        "\n\n",
        SECRET_LINE1,
        SECRET_LINE1 "\n",
        SECRET_LINE1 "RWQ=\n",
        "RWQ=\n",
        ("untrusted comment: minisign public key 71605F4E3D2C1B0A\n"
         "RWQKGyw9Tl9gcT1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM\n"),
    };
    struct byte_view good = vectors_read("minisign/key-unencrypted.key");
    static char long_text[KEYFILE_TEXT_MAX + 2];
    char text[512];
    bool encrypted;

    (void)state;
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        check_refused(byte_view_of_text(refused[i]), passphrase(),
                      STATUS_MALFORMED);
        assert_int_equal(
            keyfile_is_encrypted(&encrypted, byte_view_of_text(refused[i])),
            STATUS_MALFORMED);
        assert_false(encrypted);
    }
    for (size_t size = 0; size + 1 < good.size; size++)
        check_refused(byte_view_slice(good, 0, size), passphrase(),
                      STATUS_MALFORMED);
    snprintf(text, sizeof(text), "%.*s\n", (int)good.size,
             (const char *)good.data);
    check_refused(byte_view_of_text(text), passphrase(), STATUS_MALFORMED);

    /* A comment as long as the limit allows, and one longer. */
    for (int longer = 0; longer < 2; longer++) {
        int width = (int)KEYFILE_TEXT_MAX - 19 - 1 - BASE64_SIZE + longer;

        snprintf(long_text, sizeof(long_text), "untrusted comment: %0*d\n%.*s",
                 width, 0, BASE64_SIZE,
                 (const char *)good.data + good.size - BASE64_SIZE);
        assert_int_equal(
            keyfile_is_encrypted(&encrypted, byte_view_of_text(long_text)),
            longer == 0 ? STATUS_OK : STATUS_MALFORMED);
    }
    vectors_free(good);
}

/* A seed that is not the public key's would sign what nobody can verify, and
 * a signature under a false public key gives the seed away. */
static void
test_halves_differ(void **state)
{
    uint8_t octets[OCTETS];
    struct key_secret *secret;

    (void)state;
    read_octets(octets, "minisign/key-unencrypted-stock.key");
    assert_int_equal(
        keyfile_read_secret(&secret, file_of(octets), no_passphrase),
        STATUS_OK);
    key_secret_free(secret);
    octets[AT_AUTHOR] ^= 1;
    check_refused(file_of(octets), no_passphrase, STATUS_MALFORMED);
    octets[AT_AUTHOR] ^= 1;
    octets[AT_SEED + 31] ^= 0x80;
    check_refused(file_of(octets), no_passphrase, STATUS_MALFORMED);
}

/* True if opening text would take scrypt over 40 ms. */
static bool
is_slow(struct byte_view text)
{
    struct byte_view line;
    uint8_t octets[OCTETS];

    if (!vectors_line(&line, &text) ||
        text_base64_parse(octets, OCTETS,
                          byte_view_slice(text, 0, BASE64_SIZE - 1)) !=
            STATUS_OK)
        return false;
    return (octets[AT_OPERATIONS + 2] & 0xf0) != 0 ||
           octets[AT_OPERATIONS + 3] != 0;
}

/*
 * Flip every step-th bit: each flip is refused or the same key is read.
 * Returns how often it was read.
 */
static size_t
check_secret_flips(const char *name, size_t from, size_t step)
{
    struct byte_view file = vectors_read(name);
    struct key_secret *expected = vectors_secret();
    size_t accepted = 0;
    uint8_t text[512];

    assert_true(file.size <= sizeof(text));
    memcpy(text, file.data, file.size);
    for (size_t bit = from; bit < 8 * file.size; bit += step) {
        struct byte_view view = byte_view_of(text, file.size);
        struct key_secret *secret;

        text[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (!is_slow(view) &&
            keyfile_read_secret(&secret, view, passphrase()) == STATUS_OK) {
            assert_memory_equal(secret, expected, sizeof(*secret));
            key_secret_free(secret);
            accepted++;
        }
        text[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    key_secret_free(expected);
    vectors_free(file);
    return accepted;
}

static void
test_secret_flips(void **state)
{
    const size_t line1 = 8 * strlen(SECRET_LINE1);
    const size_t box = line1 + (size_t)8 * 72;

    (void)state;
    /* Accepted: in the words of line 1, and in salt and limits, which mean
     * nothing here.  In the box, none. */
    assert_in_range(check_secret_flips("minisign/key-unencrypted.key", 0, 1),
                    200, 8 * (29 + 64));
    assert_int_equal(check_secret_flips("minisign/key-unencrypted.key", box, 1),
                     0);
    /* scrypt takes 2 ms; encryption is XOR, so the box was tried above. */
    assert_int_equal(
        check_secret_flips("minisign/key-scrypt-least.key", box, 8), 0);
    /* What is left: limits that come to the same for scrypt. */
    assert_in_range(
        check_secret_flips("minisign/key-scrypt-least.key", line1, 3), 1, 40);
}

static enum status
write_secret(void *context)
{
    struct entropy entropy;
    struct byte_buf out;
    enum status status;

    entropy_init_seed(&entropy, 1);
    byte_buf_init(&out, KEYFILE_TEXT_MAX);
    status = keyfile_write_secret(&out, context, no_passphrase, &entropy);
    byte_buf_release(&out);
    return status;
}

static enum status
read_secret(void *context)
{
    struct byte_view *file = context;
    struct key_secret *secret;
    enum status status;

    status = keyfile_read_secret(&secret, *file, passphrase());
    key_secret_free(secret);
    return status;
}

static void
test_allocations(void **state)
{
    struct byte_view file = vectors_read("minisign/key-scrypt-least.key");
    struct key_secret *secret = vectors_secret();

    (void)state;
    test_alloc_each(write_secret, secret);
    test_alloc_each(read_secret, &file);
    key_secret_free(secret);
    vectors_free(file);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_secrets),
        cmocka_unit_test(test_shared_secrets),
        cmocka_unit_test(test_write_unencrypted),
        cmocka_unit_test(test_wrong_passphrases),
        cmocka_unit_test(test_scrypt_limits),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_halves_differ),
        cmocka_unit_test(test_secret_flips),
        cmocka_unit_test(test_allocations),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
