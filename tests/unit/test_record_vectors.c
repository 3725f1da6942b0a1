/*
 * The records of tests/vectors/records: the committed octets are what the
 * tables of record_vectors.h make, and the gate says of them what the
 * manifests say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/stat.h>

#include "bundles/cosign.h"
#include "bundles/identity.h"
#include "bundles/record.h"
#include "bundles/revoke.h"
#include "bundles/sealed.h"
#include "bundles/statement.h"
#include "bundles/vouch.h"
#include "bundles/withdraw.h"
#include "core/entropy.h"
#include "core/hash.h"
#include "core/limits.h"
#include "core/minisig.h"
#include "core/writer.h"
#include "tests/unit/record_vectors.h"
#include "tests/unit/records.h"
#include "tests/unit/vectors.h"

#define HEADER_SIZE (RECORD_HEADER_MAX + 1024)

static bool writing;
static struct record_id *ids; /* of the good ones, in their order */

/* Files of tests/vectors/records. */

static void
make_folder(const char *name)
{
    const char *top = getenv("top_srcdir");
    char path[4096];

    snprintf(path, sizeof(path), "%s/tests/vectors/records/%s",
             top == NULL ? "." : top, name);
    (void)mkdir(path, 0777);
}

static void
write_vector(const char *path, struct byte_view octets)
{
    const char *top = getenv("top_srcdir");
    char whole[4096];
    FILE *file;

    snprintf(whole, sizeof(whole), "%s/tests/vectors/%s",
             top == NULL ? "." : top, path);
    file = fopen(whole, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(octets.data, 1, octets.size, file), octets.size);
    assert_int_equal(fclose(file), 0);
}

/* The committed file FOLDER/NAME has these octets, or gets them. */
static void
check_file(const char *folder, const char *name, struct byte_view octets)
{
    struct byte_view committed;
    char path[256];

    snprintf(path, sizeof(path), "records/%s/%s", folder, name);
    if (writing)
        write_vector(path, octets);
    committed = vectors_read(path);
    if (!byte_view_equal(committed, octets))
        fail_msg("%s is not what the table makes", path);
    vectors_free(committed);
}

/* The good ones. */

static const char *
meaning_of(const struct record *record)
{
    struct statement statement;
    struct withdraw withdraw;
    struct identity identity;
    struct cosign cosign;
    struct revoke revoke;
    struct sealed sealed;
    struct release release;
    struct vouch vouch;
    enum status status;

    if (record_kind(record) == RECORD_STATEMENT) {
        status = statement_read(&statement, record);
        statement_release(&statement);
        return status == STATUS_OK ? "statement" : "newer";
    }
    if (record_kind(record) == RECORD_IDENTITY) {
        status = identity_read(&identity, record);
        return status == STATUS_OK ? "identity" : "newer";
    }
    if (record_kind(record) == RECORD_COSIGN)
        return cosign_read(&cosign, record) == STATUS_OK ? "cosign" : "newer";
    if (record_kind(record) == RECORD_WITHDRAW)
        return withdraw_read(&withdraw, record) == STATUS_OK ? "withdraw"
                                                             : "newer";
    if (record_kind(record) == RECORD_REVOKE)
        return revoke_read(&revoke, record) == STATUS_OK ? "revoke" : "newer";
    if (record_kind(record) == RECORD_SEALED)
        return sealed_read(&sealed, record) == STATUS_OK ? "sealed" : "newer";
    if (record_kind(record) == RECORD_RELEASE)
        return release_read(&release, record) == STATUS_OK ? "release"
                                                           : "newer";
    if (record_kind(record) == RECORD_VOUCH)
        return vouch_read(&vouch, record) == STATUS_OK ? "vouch" : "newer";
    return "carried";
}

/* Read the folder of a good record and hold it to its line and its id. */
static void
open_good(const char *folder, const char *meaning)
{
    struct byte_view header, text, id;
    struct minisig minisig;
    struct record *record;
    char path[256], digits[RECORD_ID_TEXT_SIZE];

    snprintf(path, sizeof(path), "records/%s/header.txt", folder);
    header = vectors_read(path);
    snprintf(path, sizeof(path), "records/%s/header.txt.minisig", folder);
    text = vectors_read(path);
    snprintf(path, sizeof(path), "records/%s/id", folder);
    id = vectors_read(path);
    assert_int_equal(minisig_read(&minisig, text), STATUS_OK);
    if (record_open_files(&record, header, &minisig) != STATUS_OK)
        fail_msg("%s is refused", folder);
    assert_string_equal(meaning_of(record), meaning);
    record_id_format(record_id(record), digits);
    assert_int_equal(id.size, 65);
    assert_memory_equal(id.data, digits, 64);
    record_free(record);
    vectors_free(id);
    vectors_free(text);
    vectors_free(header);
}

static void
check_good(size_t number)
{
    const struct record_vectors_good *good = &record_vectors_good[number];
    struct key_secret *secret = records_key(good->key);
    char folder[64], digits[RECORD_ID_TEXT_SIZE + 1];
    struct byte_buf header, text;
    struct record *record;
    struct writer writer;

    byte_buf_init(&header, HEADER_SIZE);
    byte_buf_init(&text, MINISIG_TEXT_MAX);
    writer_init(&writer, &header);
    record_vectors_write_lines(&writer, good->lines, ids);
    snprintf(folder, sizeof(folder), "good/%s", good->name);
    if (writing)
        make_folder(folder);
    for (size_t i = 0; i < RECORD_VECTORS_FILES_MAX; i++) {
        struct byte_buf octets;

        if (good->files[i].name == NULL)
            break;
        record_vectors_write_file(&writer, &good->files[i]);
        octets = record_vectors_octets(&good->files[i]);
        check_file(folder, good->files[i].name, byte_view_of_buf(&octets));
        byte_buf_release(&octets);
    }
    assert_int_equal(writer_status(&writer), STATUS_OK);
    assert_int_equal(record_seal(&record, byte_view_of_buf(&header), secret),
                     STATUS_OK);
    assert_int_equal(record_write_minisig(&text, record), STATUS_OK);
    check_file(folder, "header.txt", byte_view_of_buf(&header));
    check_file(folder, "header.txt.minisig", byte_view_of_buf(&text));
    ids[number] = *record_id(record);
    record_id_format(record_id(record), digits);
    memcpy(digits + 64, "\n", 2);
    check_file(folder, "id", byte_view_of_text(digits));
    open_good(folder, good->meaning);
    record_free(record);
    byte_buf_release(&text);
    byte_buf_release(&header);
    key_secret_free(secret);
}

static void
test_good(void **state)
{
    struct byte_buf manifest;
    struct writer writer;

    (void)state;
    byte_buf_init(&manifest, HEADER_SIZE);
    writer_init(&writer, &manifest);
    for (size_t i = 0; i < record_vectors_good_count; i++) {
        check_good(i);
        writer_text(&writer, record_vectors_good[i].name);
        writer_text(&writer, " ");
        writer_text(&writer, record_vectors_good[i].meaning);
        writer_text(&writer, "\n");
    }
    assert_int_equal(writer_status(&writer), STATUS_OK);
    assert_int_equal(record_vectors_good_count, 39);
    check_file(".", "good.txt", byte_view_of_buf(&manifest));
    byte_buf_release(&manifest);
}

/* What the vectors are there to show. */
static void
test_good_points(void **state)
{
    const struct record_id *translation =
        record_vectors_id(ids, "translation", 11);
    struct byte_view file = vectors_read("records/good/longest/header.txt");

    (void)state;
    assert_int_equal(translation->octets[0], 0); /* its work */
    assert_true(translation->octets[1] < 16);
    assert_int_equal(file.size, RECORD_HEADER_MAX);
    vectors_free(file);
}

/* The bad ones. */

static const char *
comment_of(const struct record_vectors_bad *bad)
{
    if (bad->forgery == RECORD_VECTORS_COMMENT)
        return "p2pub1 identity";
    if (bad->forgery == RECORD_VECTORS_STOCK)
        return "timestamp:1687737600 file:header.txt";
    return "p2pub1 statement";
}

static void
sign_bad(struct minisig *minisig, const struct record_vectors_bad *bad,
         struct byte_view header)
{
    bool is_other = bad->forgery == RECORD_VECTORS_OTHER_KEY;
    struct key_secret *secret = records_key(is_other ? 2 : 1);
    struct key_signature signature;

    secret->public_key.id.octets[0] =
        bad->forgery == RECORD_VECTORS_LABEL ? 9 : 1;
    assert_int_equal(minisig_sign(minisig, header, comment_of(bad), secret),
                     STATUS_OK);
    key_secret_free(secret);
    if (bad->forgery == RECORD_VECTORS_FIRST)
        minisig->signature.octets[0] ^= 1;
    if (bad->forgery == RECORD_VECTORS_GLOBAL)
        minisig->global.octets[0] ^= 1;
    if (bad->forgery == RECORD_VECTORS_EXCHANGED) {
        signature = minisig->signature;
        minisig->signature = minisig->global;
        minisig->global = signature;
    }
}

/* text as the forgery wants it. */
static void
spoil_text(struct byte_buf *text, enum record_vectors_forgery forgery)
{
    struct byte_view line, left;
    struct byte_buf out;

    if (forgery == RECORD_VECTORS_LEGACY) {
        uint8_t *line2 = memchr(text->data, '\n', text->size);

        assert_memory_equal(line2 + 1, "RUQ", 3);
        line2[2] = 'W'; /* RWQ is `Ed` */
    } else if (forgery == RECORD_VECTORS_FIFTH_LINE) {
        assert_int_equal(byte_buf_append_text(text, "\n"), STATUS_OK);
    } else if (forgery == RECORD_VECTORS_CUT) {
        text->size--;
    } else if (forgery == RECORD_VECTORS_CRLF) {
        byte_buf_init(&out, MINISIG_TEXT_MAX);
        left = byte_view_of_buf(text);
        while (vectors_line(&line, &left)) {
            assert_int_equal(byte_buf_append(&out, line), STATUS_OK);
            assert_int_equal(byte_buf_append_text(&out, "\r\n"), STATUS_OK);
        }
        byte_buf_release(text);
        *text = out;
    }
}

static const char *
word_of(enum status status)
{
    if (status == STATUS_MALFORMED)
        return "malformed";
    if (status == STATUS_TOO_LARGE)
        return "large";
    return status == STATUS_BAD_SIGNATURE ? "signature" : "accepted";
}

static enum status
open_bad(struct byte_view header, struct byte_view text)
{
    struct minisig minisig;
    struct record *record;
    enum status status = minisig_read(&minisig, text);

    if (status != STATUS_OK)
        return status;
    status = record_open_files(&record, header, &minisig);
    record_free(record);
    return status;
}

static void
check_bad(const struct record_vectors_bad *bad)
{
    char *template =
        records_replace(record_vectors_base, bad->old, bad->new_text);
    struct byte_buf header, text;
    struct minisig minisig;
    struct writer writer;
    char name[64];
    enum status status;

    byte_buf_init(&header, HEADER_SIZE);
    byte_buf_init(&text, MINISIG_TEXT_MAX);
    writer_init(&writer, &header);
    record_vectors_write_lines(&writer, template, ids);
    free(template);
    assert_int_equal(writer_status(&writer), STATUS_OK);
    sign_bad(&minisig, bad, byte_view_of_buf(&header));
    assert_int_equal(minisig_write(&text, &minisig), STATUS_OK);
    spoil_text(&text, bad->forgery);
    snprintf(name, sizeof(name), "%s.header", bad->name);
    check_file("bad", name, byte_view_of_buf(&header));
    snprintf(name, sizeof(name), "%s.minisig", bad->name);
    check_file("bad", name, byte_view_of_buf(&text));
    status = open_bad(byte_view_of_buf(&header), byte_view_of_buf(&text));
    if (status != bad->status)
        fail_msg("%s: %s", bad->name, word_of(status));
    byte_buf_release(&text);
    byte_buf_release(&header);
}

static void
test_bad(void **state)
{
    struct byte_buf manifest;
    struct writer writer;

    (void)state;
    assert_int_equal(open_bad(byte_view_of(NULL, 0), byte_view_of(NULL, 0)),
                     STATUS_MALFORMED);
    byte_buf_init(&manifest, HEADER_SIZE);
    writer_init(&writer, &manifest);
    for (size_t i = 0; i < record_vectors_bad_count; i++) {
        const struct record_vectors_bad *bad = &record_vectors_bad[i];

        check_bad(bad);
        writer_text(&writer, bad->name);
        writer_text(&writer, " ");
        writer_text(&writer, word_of(bad->status));
        writer_text(&writer, " ");
        writer_text(&writer, bad->reason);
        writer_text(&writer, "\n");
    }
    assert_int_equal(writer_status(&writer), STATUS_OK);
    assert_int_equal(record_vectors_bad_count, 79);
    check_file(".", "bad.txt", byte_view_of_buf(&manifest));
    byte_buf_release(&manifest);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_good_points),
        cmocka_unit_test(test_bad),
    };
    int failed;

    if (entropy_start() != STATUS_OK)
        return 1;
    writing = getenv("P2PUB_WRITE_VECTORS") != NULL;
    if (writing) {
        make_folder("");
        make_folder("good");
        make_folder("bad");
    }
    ids = calloc(record_vectors_good_count, sizeof(*ids));
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(ids);
    return failed;
}
