/* Headers of the kinds that are read: what is read writes the header. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bundles/cosign.h"
#include "bundles/identity.h"
#include "bundles/revoke.h"
#include "bundles/sealed.h"
#include "bundles/statement.h"
#include "bundles/vouch.h"
#include "bundles/withdraw.h"
#include "core/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

/* The record of header, which is not signed; NULL if it is none. */
static struct record *
open_unsigned(const uint8_t *header, size_t size)
{
    static uint8_t wire[RECORD_WIRE_MAX];
    const struct record_row_key row_key = {{1}};
    uint8_t tag[RECORD_TAG_SIZE];
    struct byte_view view = byte_view_of(wire, RECORD_SIGNATURES_SIZE + size);
    struct record *record;

    if (size == 0 || size > RECORD_HEADER_MAX)
        return NULL;
    memcpy(wire + RECORD_SIGNATURES_SIZE, header, size);
    record_tag(tag, view, &row_key);
    if (record_open_row(&record, view, tag, &row_key) != STATUS_OK)
        return NULL;
    return record;
}

static void
check_statement(const struct record *record, struct byte_buf *out)
{
    struct statement statement;
    enum status status = statement_read(&statement, record);

    if (status != STATUS_OK && status != STATUS_NEWER)
        abort();
    if (status == STATUS_OK &&
        (statement_write_header(out, record_fields(record), &statement) !=
             STATUS_OK ||
         !byte_view_equal(byte_view_of_buf(out), record_header(record))))
        abort();
    if (status == STATUS_OK &&
        statement_title_in(&statement, record, "ru").size == 0)
        abort();
    statement_release(&statement);
    if (statement_choose_text(record, "ru") >=
        (int)record_fields(record)->file_count)
        abort();
}

static void
check_identity(const struct record *record, struct byte_buf *out)
{
    struct identity identity;
    enum status status = identity_read(&identity, record);

    if (status != STATUS_OK && status != STATUS_NEWER)
        abort();
    if (status == STATUS_OK &&
        (identity_write_header(out, record_fields(record), &identity) !=
             STATUS_OK ||
         !byte_view_equal(byte_view_of_buf(out), record_header(record)) ||
         2 * identity.threshold <= identity.recovery_count ||
         identity.threshold > identity.recovery_count))
        abort();
}

static void
check_cosign(const struct record *record, struct byte_buf *out)
{
    struct cosign cosign;
    enum status status = cosign_read(&cosign, record);

    if (status != STATUS_OK && status != STATUS_NEWER)
        abort();
    if (status == STATUS_OK &&
        (cosign_write_header(out, record_fields(record), &cosign) !=
             STATUS_OK ||
         !byte_view_equal(byte_view_of_buf(out), record_header(record))))
        abort();
}

static void
check_withdraw(const struct record *record, struct byte_buf *out)
{
    struct withdraw withdraw;
    enum status status = withdraw_read(&withdraw, record);

    if (status != STATUS_OK && status != STATUS_NEWER)
        abort();
    if (status == STATUS_OK &&
        (withdraw_write_header(out, record_fields(record), &withdraw) !=
             STATUS_OK ||
         !byte_view_equal(byte_view_of_buf(out), record_header(record))))
        abort();
}

static void
check_revoke(const struct record *record, struct byte_buf *out)
{
    struct revoke revoke;
    enum status status = revoke_read(&revoke, record);

    if (status != STATUS_OK && status != STATUS_NEWER)
        abort();
    if (status == STATUS_OK &&
        (revoke_write_header(out, record_fields(record), &revoke) !=
             STATUS_OK ||
         !byte_view_equal(byte_view_of_buf(out), record_header(record))))
        abort();
}

static void
check_sealed(const struct record *record, struct byte_buf *out)
{
    struct sealed sealed;
    enum status status = sealed_read(&sealed, record);

    if (status != STATUS_OK && status != STATUS_NEWER)
        abort();
    if (status == STATUS_OK &&
        (sealed_write_header(out, record_fields(record), &sealed) !=
             STATUS_OK ||
         !byte_view_equal(byte_view_of_buf(out), record_header(record))))
        abort();
}

static void
check_release(const struct record *record, struct byte_buf *out)
{
    struct release release;
    enum status status = release_read(&release, record);

    if (status != STATUS_OK && status != STATUS_NEWER)
        abort();
    if (status == STATUS_OK &&
        (release_write_header(out, record_fields(record), &release) !=
             STATUS_OK ||
         !byte_view_equal(byte_view_of_buf(out), record_header(record))))
        abort();
}

static void
check_vouch(const struct record *record, struct byte_buf *out)
{
    struct vouch vouch;
    enum status status = vouch_read(&vouch, record);

    if (status != STATUS_OK && status != STATUS_NEWER)
        abort();
    if (status == STATUS_OK &&
        (vouch_write_header(out, record_fields(record), &vouch) != STATUS_OK ||
         !byte_view_equal(byte_view_of_buf(out), record_header(record))))
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    struct record *record = open_unsigned(octets, size);
    struct byte_buf out;

    if (record == NULL)
        return 0;
    byte_buf_init(&out, RECORD_HEADER_MAX);
    check_statement(record, &out);
    byte_buf_clear(&out);
    check_identity(record, &out);
    byte_buf_clear(&out);
    check_cosign(record, &out);
    byte_buf_clear(&out);
    check_withdraw(record, &out);
    byte_buf_clear(&out);
    check_revoke(record, &out);
    byte_buf_clear(&out);
    check_sealed(record, &out);
    byte_buf_clear(&out);
    check_release(record, &out);
    byte_buf_clear(&out);
    check_vouch(record, &out);
    byte_buf_release(&out);
    record_free(record);
    return 0;
}
