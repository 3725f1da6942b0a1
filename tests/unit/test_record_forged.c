/* The gate against forgers: every bit flipped, every cut, and signatures that
 * belong to something else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/record.h"
#include "core/entropy.h"
#include "core/limits.h"
#include "core/minisig.h"
#include "tests/unit/records.h"

#define ZEROS_60 "000000000000000000000000000000000000000000000000000000000000"

static const char header_text[] =
    "p2pub1 statement\n"
    "key " RECORDS_KEY_1 "\n"
    "date 2023-06-26\n"
    "sequence 14\n"
    "previous 5f3a" ZEROS_60 "\n"
    "title \xd0\x9a\xd0\xbe\xd0\xbd\xd0\xb5\xd1\x86 \xd0\xbf\xd1\x8b\xd1\x82"
    "\xd0\xba\xd0\xb0\xd0\xbc\n"
    "signatory " RECORDS_KEY_2 " OMCT\n"
    "file statement.md ru text/markdown 12848 -\n"
    "BLAKE2b-256 (statement.md) = 8a07" ZEROS_60 "\n"
    "file photo.jpg - image/jpeg 482133 e0a4" ZEROS_60 "\n"
    "BLAKE2b-256 (photo.jpg) = 4471" ZEROS_60 "\n";

static void
assert_refused(struct byte_view wire)
{
    struct record *record;
    enum status status = record_open(&record, wire);

    assert_true(status == STATUS_MALFORMED || status == STATUS_BAD_SIGNATURE);
    assert_null(record);
}

static void
test_wire_flips(void **state)
{
    struct record *record = records_seal(header_text, 1);
    struct byte_view wire = record_wire(record);
    uint8_t forged[4096];

    (void)state;
    assert_true(wire.size <= sizeof(forged));
    memcpy(forged, wire.data, wire.size);
    for (size_t bit = 0; bit < wire.size * 8; bit++) {
        forged[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_refused(byte_view_of(forged, wire.size));
        forged[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    record_free(record);
}

static void
test_wire_cuts(void **state)
{
    struct record *record = records_seal(header_text, 1);
    struct byte_view wire = record_wire(record);
    uint8_t longer[4096];

    (void)state;
    for (size_t size = 0; size < wire.size; size++) {
        assert_refused(byte_view_of(wire.data, size));
        assert_refused(byte_view_slice(wire, wire.size - size, size));
    }
    memcpy(longer, wire.data, wire.size);
    for (int octet = 0; octet < 256; octet++) {
        longer[wire.size] = (uint8_t)octet;
        assert_refused(byte_view_of(longer, wire.size + 1));
    }
    record_free(record);
}

/* What the files give, or NULL; the id if there is one. */
static struct record *
open_files(struct byte_view header, struct byte_view text)
{
    struct minisig minisig;
    struct record *record;

    if (minisig_read(&minisig, text) != STATUS_OK)
        return NULL;
    if (record_open_files(&record, header, &minisig) != STATUS_OK)
        assert_null(record);
    return record;
}

/* Line 1 of the signature is signed by nobody: changed, the record is either
 * refused or the same. */
static void
check_minisig_flip(struct byte_buf *text, size_t bit, size_t line1_size,
                   const struct record *original)
{
    struct record *record;

    text->data[bit / 8] ^= (uint8_t)(1U << bit % 8);
    record = open_files(record_header(original), byte_view_of_buf(text));
    text->data[bit / 8] ^= (uint8_t)(1U << bit % 8);
    if (bit / 8 >= line1_size)
        assert_null(record);
    if (record != NULL)
        assert_true(
            byte_view_equal(record_wire(record), record_wire(original)));
    record_free(record);
}

static void
test_file_flips(void **state)
{
    struct record *record = records_seal(header_text, 1);
    struct byte_view header = record_header(record);
    struct byte_buf text, forged;
    size_t line1_size;

    (void)state;
    byte_buf_init(&text, MINISIG_TEXT_MAX);
    byte_buf_init(&forged, RECORD_HEADER_MAX);
    assert_int_equal(record_write_minisig(&text, record), STATUS_OK);
    line1_size =
        (size_t)((uint8_t *)memchr(text.data, '\n', text.size) + 1 - text.data);
    for (size_t bit = 0; bit < text.size * 8; bit++)
        check_minisig_flip(&text, bit, line1_size, record);

    assert_int_equal(byte_buf_set(&forged, header), STATUS_OK);
    for (size_t bit = 0; bit < header.size * 8; bit++) {
        forged.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_null(
            open_files(byte_view_of_buf(&forged), byte_view_of_buf(&text)));
        forged.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    byte_buf_release(&forged);
    byte_buf_release(&text);
    record_free(record);
}

static void
test_file_cuts(void **state)
{
    struct record *record = records_seal(header_text, 1);
    struct byte_view header = record_header(record);
    struct byte_buf text;

    (void)state;
    byte_buf_init(&text, MINISIG_TEXT_MAX);
    assert_int_equal(record_write_minisig(&text, record), STATUS_OK);
    for (size_t size = 0; size < header.size; size++)
        assert_null(open_files(byte_view_of(header.data, size),
                               byte_view_of_buf(&text)));
    for (size_t size = 0; size < text.size; size++)
        assert_null(open_files(header, byte_view_of(text.data, size)));
    byte_buf_release(&text);
    record_free(record);
}

/* Sign header_text with this comment, as another tool would. */
static enum status
open_with_comment(const char *comment, struct key_id id)
{
    struct key_secret *secret = records_key(1);
    struct minisig minisig;
    struct record *record;
    enum status status;

    secret->public_key.id = id;
    assert_int_equal(
        minisig_sign(&minisig, byte_view_of_text(header_text), comment, secret),
        STATUS_OK);
    key_secret_free(secret);
    status =
        record_open_files(&record, byte_view_of_text(header_text), &minisig);
    assert_int_equal(record == NULL, status != STATUS_OK);
    record_free(record);
    return status;
}

/* The right key, and words other than those that go with the header. */
static void
test_comments_and_labels(void **state)
{
    static const char *const comments[] = {
        "",
        "p2pub1",
        "p2pub1 ",
        "p2pub1 statement ",
        "p2pub1  statement",
        "P2pub1 statement",
        "p2pub1 identity",
        "p2pub1 statements",
        "timestamp:1687737600 file:header.txt",
    };
    const struct key_id id = {{1, 2, 3, 4, 5, 6, 7, 8}};
    struct key_id other = id;

    (void)state;
    assert_int_equal(open_with_comment("p2pub1 statement", id), STATUS_OK);
    for (size_t i = 0; i < sizeof(comments) / sizeof(comments[0]); i++)
        assert_int_equal(open_with_comment(comments[i], id),
                         STATUS_BAD_SIGNATURE);
    other.octets[0] ^= 1;
    assert_int_equal(open_with_comment("p2pub1 statement", other),
                     STATUS_BAD_SIGNATURE);
}

/* Good signatures in wrong places. */
static void
test_other_signatures(void **state)
{
    char *other_text = records_replace(header_text, "OMCT", "OMCU");
    struct record *record = records_seal(header_text, 1);
    struct record *other = records_seal(other_text, 1);
    struct byte_view wire = record_wire(record);
    uint8_t forged[4096];

    (void)state;
    /* Both of another record; only the first; only the second; exchanged. */
    memcpy(forged, wire.data, wire.size);
    memcpy(forged, record_wire(other).data, 128);
    assert_refused(byte_view_of(forged, wire.size));
    memcpy(forged + 64, wire.data + 64, 64);
    assert_refused(byte_view_of(forged, wire.size));
    memcpy(forged, wire.data, 64);
    memcpy(forged + 64, record_wire(other).data + 64, 64);
    assert_refused(byte_view_of(forged, wire.size));
    memcpy(forged, wire.data + 64, 64);
    memcpy(forged + 64, wire.data, 64);
    assert_refused(byte_view_of(forged, wire.size));
    memset(forged, 0, 128);
    assert_refused(byte_view_of(forged, wire.size));
    record_free(other);
    record_free(record);
    free(other_text);
}

/* As many octets as a wire may have, and one more. */
static void
test_size(void **state)
{
    static const char first[] =
        "p2pub1 x\nkey " RECORDS_KEY_1 "\ndate 2023-06-26\nsequence 1\ntitle ";
    char *header = malloc(RECORD_HEADER_MAX + 1);
    uint8_t *wire = calloc(1, RECORD_WIRE_MAX + 1);
    struct record *record, *opened;

    (void)state;
    assert_true(header != NULL && wire != NULL);
    memset(header, 'x', RECORD_HEADER_MAX);
    memcpy(header, first, sizeof(first) - 1);
    header[RECORD_HEADER_MAX - 1] = '\n';
    header[RECORD_HEADER_MAX] = '\0';
    record = records_seal(header, 1);
    assert_int_equal(record_wire(record).size, RECORD_WIRE_MAX);
    assert_int_equal(record_open(&opened, record_wire(record)), STATUS_OK);
    memcpy(wire, record_wire(record).data, RECORD_WIRE_MAX);
    record_free(opened);
    assert_int_equal(
        record_open(&opened, byte_view_of(wire, RECORD_WIRE_MAX + 1)),
        STATUS_TOO_LARGE);
    assert_null(opened);
    record_free(record);
    free(wire);
    free(header);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wire_flips),
        cmocka_unit_test(test_wire_cuts),
        cmocka_unit_test(test_file_flips),
        cmocka_unit_test(test_file_cuts),
        cmocka_unit_test(test_comments_and_labels),
        cmocka_unit_test(test_other_signatures),
        cmocka_unit_test(test_size),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
