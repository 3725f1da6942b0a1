/* Records from anyone: whatever header is read has one text, and what opens
 * is what was given. */
#include <stdint.h>
#include <stdlib.h>

#include "bundles/record.h"
#include "core/entropy.h"
#include "core/limits.h"
#include "core/minisig.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

/* What record says must write its header, and its files open again. */
static void
check_record(const struct record *record, struct byte_view wire)
{
    struct byte_buf out;

    if (!byte_view_equal(record_wire(record), wire))
        abort();
    byte_buf_init(&out, RECORD_HEADER_MAX);
    if (record_write_header(&out, record_fields(record)) != STATUS_OK ||
        !byte_view_equal(byte_view_of_buf(&out), record_header(record)))
        abort();
    byte_buf_release(&out);
}

static void
check_files(const struct record *record)
{
    struct minisig minisig;
    struct byte_buf out;
    struct record *again;

    byte_buf_init(&out, MINISIG_TEXT_MAX);
    if (record_write_minisig(&out, record) != STATUS_OK ||
        minisig_read(&minisig, byte_view_of_buf(&out)) != STATUS_OK ||
        record_open_files(&again, record_header(record), &minisig) !=
            STATUS_OK ||
        !record_id_equal(record_id(again), record_id(record)))
        abort();
    record_free(again);
    byte_buf_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    const struct record_row_key row_key = {{1}};
    struct byte_view wire = byte_view_of(octets, size);
    uint8_t tag[RECORD_TAG_SIZE];
    struct record *record;

    if (entropy_start() != STATUS_OK)
        abort();
    if (record_open(&record, wire) == STATUS_OK) {
        check_record(record, wire);
        check_files(record);
    }
    record_free(record);

    /* Few inputs have signatures that hold; a row needs none. */
    record_tag(tag, wire, &row_key);
    if (record_open_row(&record, wire, tag, &row_key) == STATUS_OK)
        check_record(record, wire);
    record_free(record);
    return 0;
}
