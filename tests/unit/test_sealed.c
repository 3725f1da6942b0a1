/* The kinds sealed and release: grammars line by line, writing, and which
 * release fits which sealed statement. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/mentions.h"
#include "bundles/sealed.h"
#include "core/entropy.h"
#include "core/limits.h"
#include "core/text.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/records.h"

#define HEX_A "8a07000000000000000000000000000000000000000000000000000000000001"
#define HEX_B "e0a4000000000000000000000000000000000000000000000000000000000003"
#define SEALED_LINES                                                      \
    "p2pub1 sealed\nkey " RECORDS_KEY_1 "\ndate 2026-01-02\nsequence 1\n" \
    "seals " HEX_A "\nkey-id " HEX_B "\nopens 2026-02-03\n"
#define BOX      "file sealed.bin - application/octet-stream 4096 -\n"
#define BOX_HASH "BLAKE2b-256 (sealed.bin) = " HEX_A "\n"
#define SEALED   SEALED_LINES BOX BOX_HASH
#define RELEASE                                                            \
    "p2pub1 release\nkey " RECORDS_KEY_1 "\ndate 2026-01-02\nsequence 0\n" \
    "opens " HEX_A "\nrelease-key " HEX_B "\n"

static const struct records_change sealed_changes[] = {
    {NULL, NULL, STATUS_OK},
    {"p2pub1 sealed", "p2pub1 statement", STATUS_NEWER},
    {"opens 2026-02-03\n", "", STATUS_OK},
    {"opens 2026-02-03", "opens 2026-02-30", STATUS_NEWER},
    {"opens 2026-02-03", "opens soon", STATUS_NEWER},
    {"opens 2026-02-03\n", "opens 2026-02-03\nopens 2026-02-03\n",
     STATUS_NEWER},
    {"opens 2026-02-03\n", "opens 2026-02-03\ntitle A\n", STATUS_NEWER},
    {"seals " HEX_A "\n", "", STATUS_NEWER},
    {"seals 8a", "seals 8A", STATUS_NEWER},
    {"key-id " HEX_B "\n", "", STATUS_NEWER},
    {"key-id e0a4", "key-id e0", STATUS_NEWER},
    {"seals " HEX_A "\nkey-id " HEX_B "\n",
     "key-id " HEX_B "\nseals " HEX_A "\n", STATUS_NEWER},
    {BOX BOX_HASH, "", STATUS_NEWER},
    {" 4096 ", " 4097 ", STATUS_NEWER},
    {" 4096 ", " 5120 ", STATUS_OK},
    {BOX, "file sealed.bin en application/octet-stream 4096 -\n", STATUS_NEWER},
    {BOX, "file sealed.bin - text/plain 4096 -\n", STATUS_NEWER},
    {BOX BOX_HASH,
     BOX BOX_HASH "file a - text/plain 1 -\nBLAKE2b-256 (a) = " HEX_A "\n",
     STATUS_NEWER},
};

static const struct records_change release_changes[] = {
    {NULL, NULL, STATUS_OK},
    {"p2pub1 release", "p2pub1 sealed", STATUS_NEWER},
    {"opens " HEX_A "\n", "", STATUS_NEWER},
    {"release-key " HEX_B "\n", "", STATUS_NEWER},
    {"release-key e0a4", "release-key E0a4", STATUS_NEWER},
    {"release-key " HEX_B "\n", "release-key " HEX_B "\nnote a\n",
     STATUS_NEWER},
    {"release-key " HEX_B "\n", "release-key " HEX_B "\n" BOX BOX_HASH,
     STATUS_NEWER},
    {"sequence 0", "sequence 1", STATUS_OK},
};

static enum status
read_sealed(const char *header)
{
    struct record *record = records_seal(header, 1);
    struct sealed sealed;
    enum status status = sealed_read(&sealed, record);

    record_free(record);
    return status;
}

static enum status
read_release(const char *header)
{
    struct record *record = records_seal(header, 1);
    struct release release;
    enum status status = release_read(&release, record);

    record_free(record);
    return status;
}

static void
test_grammars(void **state)
{
    (void)state;
    records_check_changes(SEALED, sealed_changes,
                          sizeof(sealed_changes) / sizeof(sealed_changes[0]),
                          read_sealed);
    records_check_changes(RELEASE, release_changes,
                          sizeof(release_changes) / sizeof(release_changes[0]),
                          read_release);
}

/* What was read writes the header. */
static enum status
write_again(struct byte_buf *out, const struct record *record)
{
    struct sealed sealed;
    struct release release;

    if (record_kind(record) == RECORD_SEALED) {
        assert_int_equal(sealed_read(&sealed, record), STATUS_OK);
        return sealed_write_header(out, record_fields(record), &sealed);
    }
    assert_int_equal(release_read(&release, record), STATUS_OK);
    return release_write_header(out, record_fields(record), &release);
}

static enum status
write_and_compare(void *context)
{
    struct byte_buf out;
    enum status status;

    byte_buf_init(&out, RECORD_HEADER_MAX);
    status = write_again(&out, context);
    if (status == STATUS_OK)
        assert_true(
            byte_view_equal(byte_view_of_buf(&out), record_header(context)));
    else
        assert_int_equal(out.size, 0);
    byte_buf_release(&out);
    return status;
}

static void
test_writing(void **state)
{
    struct record *sealed = records_seal(SEALED, 1);
    struct record *release = records_seal(RELEASE, 1);

    (void)state;
    test_alloc_each(write_and_compare, sealed);
    test_alloc_each(write_and_compare, release);
    record_free(sealed);
    record_free(release);
}

/* A box of no size that there is. */
static void
test_write_bad_size(void **state)
{
    struct record *record = records_seal(SEALED, 1);
    struct record_fields fields = *record_fields(record);
    struct record_file file = fields.files[0];
    struct sealed sealed;
    struct byte_buf out;

    (void)state;
    assert_int_equal(sealed_read(&sealed, record), STATUS_OK);
    file.size = 4097;
    fields.files = &file;
    byte_buf_init(&out, RECORD_HEADER_MAX);
    assert_int_equal(sealed_write_header(&out, &fields, &sealed),
                     STATUS_MALFORMED);
    assert_int_equal(out.size, 0);
    byte_buf_release(&out);
    record_free(record);
}

static void
test_mentions(void **state)
{
    struct record *records[] = {records_seal(SEALED, 1),
                                records_seal(RELEASE, 1)};
    struct record_id wanted;
    struct record_id ids[MENTIONS_MAX];

    (void)state;
    assert_int_equal(record_id_parse(&wanted, byte_view_of_text(HEX_A)),
                     STATUS_OK);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(mentions_of(records[i], ids), 1);
        assert_true(record_id_equal(&ids[0], &wanted));
        record_free(records[i]);
    }
}

/* The header of a release of sealed by key number signer. */
static struct record *
make_release(const struct record_id *opens, const uint8_t key[SEALED_KEY_SIZE],
             uint8_t signer)
{
    struct record_line lines[2] = {{byte_view_of_text("opens"), {0}},
                                   {byte_view_of_text("release-key"), {0}}};
    char id[RECORD_ID_TEXT_SIZE];
    char hex[2 * SEALED_KEY_SIZE + 1];
    struct record_fields fields = {.kind = byte_view_of_text("release"),
                                   .date = {20000},
                                   .line_count = 2,
                                   .lines = lines};

    record_id_format(opens, id);
    text_hex(hex, key, SEALED_KEY_SIZE);
    lines[0].text = byte_view_of_text(id);
    lines[1].text = byte_view_of_text(hex);
    return records_seal_fields(&fields, signer);
}

static bool
fits(const struct record *sealed, const struct record_id *opens,
     const uint8_t key[SEALED_KEY_SIZE], uint8_t signer)
{
    struct record *record = make_release(opens, key, signer);
    struct release release;
    bool answer = release_fits(&release, record, sealed);

    record_free(record);
    return answer;
}

static void
test_fits(void **state)
{
    const uint8_t key[SEALED_KEY_SIZE] = {7};
    const uint8_t other_key[SEALED_KEY_SIZE] = {8};
    const struct record_id other = {{9}};
    struct record *sealed;
    struct record *newer;
    uint8_t key_id[32];
    char hex[65];
    char *header;

    (void)state;
    sealed_box_key_id(key_id, key);
    text_hex(hex, key_id, 32);
    header = records_replace(SEALED, HEX_B, hex);
    sealed = records_seal(header, 1);
    free(header);
    newer = records_seal(SEALED_LINES, 1);
    assert_true(fits(sealed, record_id(sealed), key, 1));
    /* Whether that one may is another question. */
    assert_true(fits(sealed, record_id(sealed), key, 2));
    assert_false(fits(sealed, record_id(sealed), other_key, 1));
    assert_false(fits(sealed, &other, key, 1));
    assert_false(fits(newer, record_id(newer), key, 1));
    record_free(newer);
    record_free(sealed);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grammars),       cmocka_unit_test(test_writing),
        cmocka_unit_test(test_write_bad_size), cmocka_unit_test(test_mentions),
        cmocka_unit_test(test_fits),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
