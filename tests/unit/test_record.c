/* The gate: what makes a record, and what none of it may make one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/record.h"
#include "core/entropy.h"
#include "core/hash.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/minisig.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/records.h"

#define HASH_A \
    "8a07000000000000000000000000000000000000000000000000000000000001"
#define HASH_B \
    "4471000000000000000000000000000000000000000000000000000000000002"
#define LIST_B \
    "e0a4000000000000000000000000000000000000000000000000000000000003"
#define ID_13 "5f3a000000000000000000000000000000000000000000000000000000000004"

static const char header_text[] =
    "p2pub1 statement\n"
    "key " RECORDS_KEY_1 "\n"
    "date 2023-06-26\n"
    "sequence 14\n"
    "previous " ID_13 "\n"
    "title Central Asia: an end to torture\n"
    "signatory " RECORDS_KEY_2 " OMCT\n"
    "file statement.md en text/markdown 12848 -\n"
    "BLAKE2b-256 (statement.md) = " HASH_A "\n"
    "file photo.jpg - image/jpeg 482133 " LIST_B "\n"
    "BLAKE2b-256 (photo.jpg) = " HASH_B "\n";

static struct byte_view
header_view(void)
{
    return byte_view_of_text(header_text);
}

static void
test_fields(void **state)
{
    struct record *record = records_seal(header_text, 1);
    const struct record_fields *fields = record_fields(record);
    struct record_id id = {{0}};
    char text[RECORD_ID_TEXT_SIZE];

    (void)state;
    assert_true(byte_view_equal(record_header(record), header_view()));
    assert_int_equal(record_wire(record).size, 128 + strlen(header_text));
    hash_256(id.octets, header_view());
    assert_true(record_id_equal(record_id(record), &id));
    id = record_id_of_wire(record_wire(record));
    assert_true(record_id_equal(record_id(record), &id));
    assert_int_equal(record_kind(record), RECORD_STATEMENT);
    assert_int_equal(record_set(record), RECORD_SET_STATEMENTS);

    assert_true(byte_view_equal_text(fields->kind, "statement"));
    assert_int_equal(fields->key.id.octets[0], 1);
    assert_int_equal(fields->date.number, 19534);
    assert_int_equal(fields->sequence, 14);
    assert_int_equal(fields->previous_count, 1);
    record_id_format(&fields->previous[0], text);
    assert_string_equal(text, ID_13);
    assert_int_equal(fields->line_count, 2);
    assert_true(byte_view_equal_text(fields->lines[0].word, "title"));
    assert_true(byte_view_equal_text(fields->lines[0].text,
                                     "Central Asia: an end to torture"));
    assert_true(
        byte_view_equal_text(fields->lines[1].text, RECORDS_KEY_2 " OMCT"));
    assert_int_equal(fields->file_count, 2);
    assert_true(byte_view_equal_text(fields->files[0].name, "statement.md"));
    assert_true(byte_view_equal_text(fields->files[0].language, "en"));
    assert_true(byte_view_equal_text(fields->files[0].type, "text/markdown"));
    assert_int_equal(fields->files[0].size, 12848);
    assert_false(fields->files[0].has_list);
    assert_int_equal(fields->files[0].hash[1], 0x07);
    assert_true(byte_view_equal_text(fields->files[1].language, "-"));
    assert_true(fields->files[1].has_list);
    assert_int_equal(fields->files[1].list_id[0], 0xe0);
    assert_int_equal(fields->files[1].hash[31], 2);
    record_free(record);
}

static void
test_kinds_and_sets(void **state)
{
    static const struct {
        const char *word;
        enum record_kind kind;
        enum record_set set;
    } kinds[] = {
        {"statement", RECORD_STATEMENT, RECORD_SET_STATEMENTS},
        {"cosign", RECORD_COSIGN, RECORD_SET_CONTROL},
        {"withdraw", RECORD_WITHDRAW, RECORD_SET_CONTROL},
        {"identity", RECORD_IDENTITY, RECORD_SET_CONTROL},
        {"revoke", RECORD_REVOKE, RECORD_SET_CONTROL},
        {"vouch", RECORD_VOUCH, RECORD_SET_CONTROL},
        {"sealed", RECORD_SEALED, RECORD_SET_STATEMENTS},
        {"release", RECORD_RELEASE, RECORD_SET_CONTROL},
        {"picture", RECORD_OTHER, RECORD_SET_STATEMENTS},
        {"statement2", RECORD_OTHER, RECORD_SET_STATEMENTS},
        {"a", RECORD_OTHER, RECORD_SET_STATEMENTS},
        {"abcdefghijklmnopqrstuvwxyz-01234", RECORD_OTHER,
         RECORD_SET_STATEMENTS},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        char *text = records_replace(header_text, "statement", kinds[i].word);
        struct record *record = records_seal(text, 1);

        assert_int_equal(record_kind(record), kinds[i].kind);
        assert_int_equal(record_set(record), kinds[i].set);
        record_free(record);
        free(text);
    }
}

/* What both kinds of opening make of a record is what it was. */
static void
test_open(void **state)
{
    struct record *sealed = records_seal(header_text, 1);
    struct record *opened, *read;
    struct minisig minisig;
    struct byte_buf text;

    (void)state;
    assert_int_equal(record_open(&opened, record_wire(sealed)), STATUS_OK);
    assert_true(byte_view_equal(record_wire(opened), record_wire(sealed)));
    assert_true(record_id_equal(record_id(opened), record_id(sealed)));
    assert_true(record_wire(opened).data != record_wire(sealed).data);

    byte_buf_init(&text, MINISIG_TEXT_MAX);
    assert_int_equal(record_write_minisig(&text, sealed), STATUS_OK);
    assert_int_equal(minisig_read(&minisig, byte_view_of_buf(&text)),
                     STATUS_OK);
    assert_string_equal(minisig.comment, "p2pub1 statement");
    assert_int_equal(record_open_files(&read, header_view(), &minisig),
                     STATUS_OK);
    assert_true(byte_view_equal(record_wire(read), record_wire(sealed)));
    byte_buf_release(&text);
    record_free(read);
    record_free(opened);
    record_free(sealed);
}

static void
test_seal_refuses(void **state)
{
    struct key_secret *secret = records_key(2);
    struct key_secret *relabelled = records_key(1);
    struct record *record;

    (void)state;
    assert_int_equal(record_seal(&record, header_view(), secret),
                     STATUS_MALFORMED);
    assert_null(record);
    relabelled->public_key.id.octets[7]++;
    assert_int_equal(record_seal(&record, header_view(), relabelled),
                     STATUS_MALFORMED);
    relabelled->public_key.id.octets[7]--;
    /* A key file whose public key is not its seed's gives no record. */
    relabelled->seed[31]++;
    assert_int_equal(record_seal(&record, header_view(), relabelled),
                     STATUS_BAD_SIGNATURE);
    assert_null(record);
    key_secret_free(relabelled);
    key_secret_free(secret);
}

/* A header that is none is not signed, and is none with a good signature or a
 * good tag either. */
static void
test_no_header(void **state)
{
    const struct record_row_key row_key = {{1}};
    char *text = records_replace(header_text, "OMCT", "OMCT ");
    struct byte_view header = byte_view_of_text(text);
    struct key_secret *secret = records_key(1);
    struct minisig minisig;
    struct record *record;
    uint8_t wire[4096] = {0};
    uint8_t tag[RECORD_TAG_SIZE];

    (void)state;
    assert_int_equal(record_seal(&record, header, secret), STATUS_MALFORMED);
    assert_null(record);
    assert_int_equal(minisig_sign(&minisig, header, "p2pub1 statement", secret),
                     STATUS_OK);
    assert_int_equal(record_open_files(&record, header, &minisig),
                     STATUS_MALFORMED);
    assert_null(record);
    memcpy(wire + 128, header.data, header.size);
    record_tag(tag, byte_view_of(wire, 128 + header.size), &row_key);
    assert_int_equal(record_open_row(&record,
                                     byte_view_of(wire, 128 + header.size), tag,
                                     &row_key),
                     STATUS_MALFORMED);
    assert_null(record);
    key_secret_free(secret);
    free(text);
}

static void
test_rows(void **state)
{
    const struct record_row_key row_key = {{1, 2, 3}};
    const struct record_row_key other_key = {{1, 2, 4}};
    struct record *sealed = records_seal(header_text, 1);
    struct byte_view wire = record_wire(sealed);
    uint8_t forged[4096];
    uint8_t tag[RECORD_TAG_SIZE];
    struct record *opened;

    (void)state;
    record_tag(tag, wire, &row_key);
    assert_int_equal(record_open_row(&opened, wire, tag, &row_key), STATUS_OK);
    assert_true(byte_view_equal(record_wire(opened), wire));
    record_free(opened);
    assert_int_equal(record_open_row(&opened, wire, tag, &other_key),
                     STATUS_BAD_SIGNATURE);
    assert_null(opened);

    assert_true(wire.size < sizeof(forged));
    memcpy(forged, wire.data, wire.size);
    for (size_t i = 0; i < wire.size; i++) {
        forged[i] ^= 1;
        assert_int_not_equal(record_open_row(&opened,
                                             byte_view_of(forged, wire.size),
                                             tag, &row_key),
                             STATUS_OK);
        assert_null(opened);
        forged[i] ^= 1;
    }
    for (size_t i = 0; i < RECORD_TAG_SIZE; i++) {
        tag[i] ^= 0x80;
        assert_int_equal(record_open_row(&opened, wire, tag, &row_key),
                         STATUS_BAD_SIGNATURE);
        tag[i] ^= 0x80;
    }
    record_free(sealed);
}

static void
test_handles(void **state)
{
    long live = mem_live_count();
    struct record *record = records_seal(header_text, 1);
    struct record *kept = record_keep(record);

    (void)state;
    assert_ptr_equal(kept, record);
    assert_int_equal(mem_live_count(), live + 1); /* one block a record */
    record_free(record);
    assert_true(byte_view_equal(record_header(kept), header_view()));
    record_free(kept);
    assert_int_equal(mem_live_count(), live);
    record_free(NULL);
}

static void
test_ids(void **state)
{
    const struct record_id zero = {{0}};
    struct record_id id;

    (void)state;
    id = record_id_of_wire(byte_view_of(header_text, 128));
    assert_true(record_id_equal(&id, &zero));
    assert_int_equal(record_id_parse(&id, byte_view_of_text(ID_13)), STATUS_OK);
    assert_int_equal(id.octets[0], 0x5f);
    assert_int_equal(record_id_parse(&id, byte_view_of(ID_13, 63)),
                     STATUS_MALFORMED);
}

static enum status
make_and_open(void *context)
{
    struct record *sealed = NULL;
    struct record *opened = NULL;
    struct byte_buf text;
    enum status status;

    byte_buf_init(&text, MINISIG_TEXT_MAX);
    status = record_seal(&sealed, header_view(), context);
    if (status == STATUS_OK)
        status = record_open(&opened, record_wire(sealed));
    if (status == STATUS_OK)
        status = record_write_minisig(&text, opened);
    if (status == STATUS_OK) {
        byte_buf_clear(&text);
        status = record_write_header(&text, record_fields(opened));
    }
    byte_buf_release(&text);
    record_free(opened);
    record_free(sealed);
    return status;
}

static void
test_without_memory(void **state)
{
    struct key_secret *secret = records_key(1);

    (void)state;
    test_alloc_each(make_and_open, secret);
    key_secret_free(secret);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_kinds_and_sets),
        cmocka_unit_test(test_open),
        cmocka_unit_test(test_seal_refuses),
        cmocka_unit_test(test_no_header),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_handles),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_without_memory),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
