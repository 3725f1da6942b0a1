#include "tests/unit/signings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/cosign.h"
#include "bundles/statement.h"
#include "bundles/withdraw.h"
#include "core/limits.h"
#include "tests/unit/records.h"

static const struct record_id before = {{1}};

static struct record_fields
envelope(const struct key_secret *secret, uint32_t sequence)
{
    struct record_fields fields = {0};

    fields.key = secret->public_key;
    fields.date.number = (int32_t)sequence;
    fields.sequence = sequence;
    fields.previous_count = sequence > 1 ? 1 : 0;
    fields.previous = &before;
    return fields;
}

static struct record *
seal(const struct byte_buf *header, enum status status,
     const struct key_secret *secret)
{
    struct record *record = NULL;

    assert_int_equal(status, STATUS_OK);
    assert_int_equal(record_seal(&record, byte_view_of_buf(header), secret),
                     STATUS_OK);
    return record;
}

struct record *
signings_cosign(uint8_t author, uint32_t sequence,
                const struct record_id *signs, const char *name)
{
    struct key_secret *secret = records_key(author);
    struct record_fields fields = envelope(secret, sequence);
    struct cosign cosign = {.signs = *signs};
    struct record *record;
    struct byte_buf header;

    if (name != NULL)
        cosign.names[cosign.name_count++] = byte_view_of_text(name);
    byte_buf_init(&header, RECORD_HEADER_MAX);
    record =
        seal(&header, cosign_write_header(&header, &fields, &cosign), secret);
    byte_buf_release(&header);
    key_secret_free(secret);
    return record;
}

struct record *
signings_withdraw(uint8_t author, uint32_t sequence,
                  const struct record_id *withdraws, const char *reason)
{
    const struct withdraw withdraw = {*withdraws, byte_view_of_text(reason)};
    struct key_secret *secret = records_key(author);
    struct record_fields fields = envelope(secret, sequence);
    struct record *record;
    struct byte_buf header;

    byte_buf_init(&header, RECORD_HEADER_MAX);
    record = seal(&header, withdraw_write_header(&header, &fields, &withdraw),
                  secret);
    byte_buf_release(&header);
    key_secret_free(secret);
    return record;
}

struct record *
signings_joint(uint8_t author, uint32_t sequence, uint8_t first, uint8_t last)
{
    struct key_secret *secret = records_key(author);
    struct record_fields fields = envelope(secret, sequence);
    struct statement_signatory signatories[256];
    struct statement statement = {.title = byte_view_of_text("Joint"),
                                  .signatories = signatories};
    const struct record_file file = {
        .name = byte_view_of_text("statement.md"),
        .language = byte_view_of_text("en"),
        .type = byte_view_of_text("text/markdown"),
        .size = 5,
        .hash = {9},
    };
    struct record *record;
    struct byte_buf header;

    for (unsigned i = first; i <= last; i++) {
        struct key_secret *other = records_key((uint8_t)i);

        signatories[statement.signatory_count++] = (struct statement_signatory){
            other->public_key, byte_view_of_text("Centre")};
        key_secret_free(other);
    }
    fields.file_count = 1;
    fields.files = &file;
    byte_buf_init(&header, RECORD_HEADER_MAX);
    record = seal(&header, statement_write_header(&header, &fields, &statement),
                  secret);
    byte_buf_release(&header);
    key_secret_free(secret);
    return record;
}
