/*
 * Stock minisign and p2pub use each other's keys and signatures, and a new
 * key opens in little memory.  Takes twice the time of scrypt.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bundles/record.h"
#include "core/entropy.h"
#include "core/keyfile.h"
#include "core/limits.h"
#include "core/minisig.h"

#define PASSPHRASE "correct horse"

/* A machine of 512 MiB has at least this for one process: 256 MiB. */
#define LITTLE_KIB "262144"
#define LITTLE     ((rlim_t)262144 * 1024)

/* AddressSanitizer asks for terabytes of addresses. */
#if defined(__SANITIZE_ADDRESS__)
#    define LIMITED false
#elif defined(__has_feature)
#    if __has_feature(address_sanitizer)
#        define LIMITED false
#    endif
#endif
#ifndef LIMITED
#    define LIMITED true
#endif

static const struct byte_view no_passphrase = {NULL, 0};

/* The folder of this run. */
static char folder[] = "/tmp/p2pub-minisign-XXXXXX";

/* Run a shell command in the folder; its exit code. */
static int
run(const char *command)
{
    char line[1024];
    int result;

    snprintf(line, sizeof(line), "cd %s && { %s; } >log 2>&1", folder, command);
    /* NOLINTNEXTLINE(cert-env33-c): the tests' own commands, and no input */
    result = system(line);
    return WIFEXITED(result) ? WEXITSTATUS(result) : -1;
}

static void
need_minisign(void)
{
    if (run("command -v minisign") != 0) {
        printf("# skipped, not there: minisign\n");
        skip();
    }
}

static FILE *
open_file(const char *name, const char *mode)
{
    char path[256];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, mode);
    assert_non_null(file);
    return file;
}

static void
put_file(const char *name, struct byte_view octets)
{
    FILE *file = open_file(name, "wb");

    assert_int_equal(fwrite(octets.data, 1, octets.size, file), octets.size);
    assert_int_equal(fclose(file), 0);
}

/* The file's octets, in static storage until the next call. */
static struct byte_view
get_file(const char *name)
{
    static uint8_t octets[4096];
    FILE *file = open_file(name, "rb");
    size_t size = fread(octets, 1, sizeof(octets), file);

    assert_int_equal(fclose(file), 0);
    return byte_view_of(octets, size);
}

static void
put_public(const char *name, const struct key_public *key)
{
    struct byte_buf out;

    byte_buf_init(&out, KEYFILE_TEXT_MAX);
    assert_int_equal(keyfile_write_public(&out, key), STATUS_OK);
    put_file(name, byte_view_of_buf(&out));
    byte_buf_release(&out);
}

static enum status
put_secret(const char *name, const struct key_secret *secret,
           struct byte_view passphrase)
{
    struct entropy entropy;
    struct byte_buf out;
    enum status status;

    entropy_init_system(&entropy);
    byte_buf_init(&out, KEYFILE_TEXT_MAX);
    status = keyfile_write_secret(&out, secret, passphrase, &entropy);
    if (status == STATUS_OK)
        put_file(name, byte_view_of_buf(&out));
    byte_buf_release(&out);
    return status;
}

static struct key_secret *
new_secret(void)
{
    struct entropy entropy;
    struct key_secret *secret;

    entropy_init_system(&entropy);
    assert_int_equal(key_secret_new(&secret, &entropy), STATUS_OK);
    return secret;
}

/* Sign the file called text with secret, and have stock verify that. */
static void
check_ours_verifies_there(const struct key_secret *secret)
{
    struct minisig minisig;
    struct byte_buf out;

    byte_buf_init(&out, MINISIG_TEXT_MAX);
    assert_int_equal(
        minisig_sign(&minisig, get_file("text"), "p2pub1 statement", secret),
        STATUS_OK);
    assert_int_equal(minisig_write(&out, &minisig), STATUS_OK);
    put_file("text.minisig", byte_view_of_buf(&out));
    byte_buf_release(&out);
    put_public("ours.pub", &secret->public_key);
    assert_int_equal(run("test \"$(minisign -V -H -Q -p ours.pub -m text)\" = "
                         "'p2pub1 statement'"),
                     0);
    /* And stock would notice. */
    assert_int_not_equal(run("cp text.minisig other.minisig && echo x >other "
                             "&& minisign -V -p ours.pub -m other"),
                         0);
}

/* Verify text.minisig, which stock made with the comment "from stock". */
static void
check_theirs_verifies_here(const struct key_public *key)
{
    struct minisig minisig;

    assert_int_equal(minisig_read(&minisig, get_file("text.minisig")),
                     STATUS_OK);
    assert_string_equal(minisig.comment, "from stock");
    assert_memory_equal(minisig.id.octets, key->id.octets, 8);
    assert_int_equal(minisig_verify(&minisig, get_file("text"), &key->author),
                     STATUS_OK);
}

static void
check_stock_key(struct byte_view passphrase)
{
    struct key_secret *secret;
    struct key_public key;

    assert_int_equal(keyfile_read_public(&key, get_file("stock.pub")),
                     STATUS_OK);
    assert_int_equal(
        keyfile_read_secret(&secret, get_file("stock.key"), passphrase),
        STATUS_OK);
    assert_true(key_public_equal(&secret->public_key, &key));
    check_ours_verifies_there(secret);
    key_secret_free(secret);
}

static void
test_plain_stock_key(void **state)
{
    (void)state;
    need_minisign();
    assert_int_equal(run("minisign -G -f -W -p stock.pub -s stock.key"), 0);
    check_stock_key(no_passphrase);
}

/* In little memory, stock takes low limits for scrypt. */
static void
test_encrypted_stock_key(void **state)
{
    bool encrypted;

    (void)state;
    need_minisign();
    assert_int_equal(run("ulimit -v 102400; printf '" PASSPHRASE
                         "\\n" PASSPHRASE "\\n' | "
                         "minisign -G -f -p stock.pub -s stock.key"),
                     0);
    assert_int_equal(keyfile_is_encrypted(&encrypted, get_file("stock.key")),
                     STATUS_OK);
    assert_true(encrypted);
    check_stock_key(byte_view_of_text(PASSPHRASE));
}

static void
test_plain_key_of_ours(void **state)
{
    struct key_secret *secret;

    (void)state;
    need_minisign();
    secret = new_secret();
    assert_int_equal(put_secret("ours.key", secret, no_passphrase), STATUS_OK);
    assert_int_equal(
        run("minisign -S -s ours.key -t 'from stock' -m text </dev/null"), 0);
    check_theirs_verifies_here(&secret->public_key);

    put_public("ours.pub", &secret->public_key);
    assert_int_equal(
        run("minisign -R -f -s ours.key -p again.pub </dev/null && "
            "test \"$(tail -n 1 ours.pub)\" = \"$(tail -n 1 again.pub)\""),
        0);
    key_secret_free(secret);
}

/* The record of header.txt as stock signed it, if it is one. */
static enum status
open_header(const char *stock_command)
{
    struct minisig minisig;
    struct record *record;
    enum status status;

    assert_int_equal(run(stock_command), 0);
    assert_int_equal(minisig_read(&minisig, get_file("header.txt.minisig")),
                     STATUS_OK);
    status = record_open_files(&record, get_file("header.txt"), &minisig);
    if (status == STATUS_OK)
        assert_true(
            byte_view_equal(record_header(record), get_file("header.txt")));
    record_free(record);
    return status;
}

/* A header may be signed on a machine that has no p2pub. */
static void
test_header_signed_by_stock(void **state)
{
    struct record_fields fields = {0};
    struct key_secret *secret;
    struct byte_buf header;

    (void)state;
    need_minisign();
    secret = new_secret();
    assert_int_equal(put_secret("ours.key", secret, no_passphrase), STATUS_OK);
    fields.kind = byte_view_of_text("statement");
    fields.key = secret->public_key;
    fields.sequence = 1;
    byte_buf_init(&header, RECORD_HEADER_MAX);
    assert_int_equal(record_write_header(&header, &fields), STATUS_OK);
    put_file("header.txt", byte_view_of_buf(&header));
    byte_buf_release(&header);
    key_secret_free(secret);

    assert_int_equal(open_header("minisign -S -s ours.key -m header.txt "
                                 "-t 'p2pub1 statement' </dev/null"),
                     STATUS_OK);
    /* Stock's own comment names a file and a time. */
    assert_int_equal(
        open_header("minisign -S -s ours.key -m header.txt </dev/null"),
        STATUS_BAD_SIGNATURE);
}

/* What happens in the child: the exit code is 0, or a status, or 99. */
static int
write_in_little_memory(const struct key_secret *secret)
{
    const struct rlimit limit = {LITTLE, LITTLE};

    if (LIMITED && setrlimit(RLIMIT_AS, &limit) != 0)
        return 99;
    return (int)put_secret("ours.key", secret, byte_view_of_text(PASSPHRASE));
}

/* A new encrypted key, written here and opened by stock (by us, where there
 * is no stock), both in little memory. */
static void
test_encrypted_key_of_ours(void **state)
{
    struct key_secret *secret, *again;
    pid_t child;
    int result;

    (void)state;
    if (getenv("P2PUB_UNDER") != NULL) {
        printf("# skipped, scrypt takes minutes under valgrind\n");
        skip();
    }
    secret = new_secret();
    child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(write_in_little_memory(secret));
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFEXITED(result));
    assert_int_equal(WEXITSTATUS(result), 0);

    if (run("command -v minisign") == 0) {
        assert_int_equal(run("ulimit -v " LITTLE_KIB "; printf '" PASSPHRASE
                             "\\n' | "
                             "minisign -S -s ours.key -t 'from stock' -m text"),
                         0);
        check_theirs_verifies_here(&secret->public_key);
    } else {
        assert_int_equal(keyfile_read_secret(&again, get_file("ours.key"),
                                             byte_view_of_text(PASSPHRASE)),
                         STATUS_OK);
        assert_true(key_public_equal(&secret->public_key, &again->public_key));
        key_secret_free(again);
    }
    key_secret_free(secret);
}

static int
make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    return run("echo 'One text, many roads.' >text");
}

static int
remove_folder(void **state)
{
    (void)state;
    return run("rm -r -f \"$PWD\"");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_stock_key),
        cmocka_unit_test(test_encrypted_stock_key),
        cmocka_unit_test(test_plain_key_of_ours),
        cmocka_unit_test(test_header_signed_by_stock),
        cmocka_unit_test(test_encrypted_key_of_ours),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
