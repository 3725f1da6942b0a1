/*
 * What is in a box that opened, from an author who may write anything there.
 *
 * An input is the length of a header in two octets, the header, and what
 * stands behind the wire form; the header is signed here, or no input would
 * come far.  What opens is written the same once more.
 */
#include <string.h>

#include "bundles/sealed_object.h"
#include "bundles/store_mem.h"
#include "core/entropy.h"
#include "core/limits.h"
#include "core/text.h"
#include "tests/fuzz/check.h"
#include "tests/unit/records.h"

/* Octets that a store of one input may hold. */
#define BUDGET ((uint64_t)8 << 20)

static const struct day today = {20000};

/* The record that seals what has this id, by key 1. */
static struct record *
seal(const struct record_id *id)
{
    char digits[65] = "";
    struct record_line lines[2] = {
        {byte_view_of_text("seals"), byte_view_of_text(digits)},
        {byte_view_of_text("key-id"), byte_view_of_text(digits)}};
    struct record_file file = {
        .name = byte_view_of_text("sealed.bin"),
        .language = byte_view_of_text("-"),
        .type = byte_view_of_text("application/octet-stream"),
        .size = SEALED_BOX_MIN};
    struct record_fields fields = {.kind = byte_view_of_text("sealed"),
                                   .date = today,
                                   .line_count = 2,
                                   .lines = lines,
                                   .file_count = 1,
                                   .files = &file};

    text_hex(digits, id->octets, sizeof(id->octets));
    lines[0].text = byte_view_of_text(digits);
    lines[1].text = byte_view_of_text(digits);
    return records_seal_fields(&fields, 1);
}

/* The octets of a box, with a header that is signed if it can be. */
static void
make_octets(struct byte_buf *out, struct record_id *id, struct byte_view header,
            struct byte_view rest)
{
    struct key_secret *secret = records_key(1);
    struct record *record = NULL;
    struct byte_view wire = header;
    uint8_t size[2];

    if (record_seal(&record, header, secret) == STATUS_OK)
        wire = record_wire(record);
    size[0] = (uint8_t)(wire.size & 0xff);
    size[1] = (uint8_t)(wire.size >> 8);
    if (wire.size > 128)
        *id = record_id_of_wire(wire);
    CHECK(byte_buf_append(out, byte_view_of(size, 2)) == STATUS_OK);
    CHECK(byte_buf_append(out, wire) == STATUS_OK);
    CHECK(byte_buf_append(out, rest) == STATUS_OK);
    record_free(record);
    key_secret_free(secret);
}

/* What opened says the same when it is written, but for zeros behind it and
 * for chunks that stand there twice. */
static void
check_opened(struct store *store, const struct record *record,
             const struct record_id *id)
{
    struct byte_buf out;

    CHECK(record_id_equal(record_id(record), id));
    CHECK(record_fields(record)->sequence == 0);
    CHECK(store_has_record(store, id));
    byte_buf_init(&out, SEALED_BOX_MAX * 2);
    CHECK(sealed_object_write(&out, store, record) == STATUS_OK);
    byte_buf_release(&out);
}

static void
open_octets(struct byte_view octets, const struct record_id *id)
{
    struct record *sealed = seal(id);
    struct record *record = NULL;
    struct entropy entropy;
    struct store *store;
    enum status status;

    entropy_init_seed(&entropy, 1);
    CHECK(store_mem_new(&store, BUDGET, &entropy) == STATUS_OK);
    CHECK(store_begin(store) == STATUS_OK);
    status =
        sealed_object_open(&record, store, sealed, octets, STORE_OTHER, today);
    if (status == STATUS_OK)
        check_opened(store, record, id);
    else
        CHECK(record == NULL);
    store_rollback(store);
    CHECK(!store_has_record(store, id));
    record_free(record);
    record_free(sealed);
    store_free(store);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    struct byte_view view = byte_view_of(octets, size);
    struct record_id id = {{0}};
    struct byte_buf out;
    size_t header;

    if (entropy_start() != STATUS_OK)
        abort();
    if (size < 2)
        return 0;
    header = octets[0] | (size_t)octets[1] << 8;
    if (header > size - 2)
        header = size - 2;
    byte_buf_init(&out, SEALED_BOX_MAX);
    make_octets(&out, &id, byte_view_slice(view, 2, header),
                byte_view_slice(view, 2 + header, size - 2 - header));
    open_octets(byte_view_of_buf(&out), &id);
    byte_buf_release(&out);
    return 0;
}
