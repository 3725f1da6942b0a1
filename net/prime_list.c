#include "net/prime_list.h"

#include "core/reader.h"
#include "core/writer.h"
#include "net/message.h"
#include "net/rice.h"

uint64_t
prime_id(const struct salt *salt, const struct record_id *id)
{
    return short_id(salt, id) >> (SHORT_ID_BITS - PRIME_ID_BITS);
}

enum status
prime_list_write(struct byte_buf *out, const struct prime_list *list)
{
    const size_t start = out->size;
    struct message_draft draft;
    enum status status;

    message_begin(&draft, out, MESSAGE_PRIME);
    span_write(&draft.writer, &list->span);
    writer_varint(&draft.writer, list->count);
    status = writer_status(&draft.writer);
    if (status == STATUS_OK)
        status = rice_write(out, list->ids, list->count, 0, PRIME_ID_BITS);
    if (status == STATUS_OK)
        status = message_end(&draft);
    if (status != STATUS_OK)
        out->size = start;
    return status;
}

enum status
prime_list_read(struct prime_list *out, struct byte_view body)
{
    struct byte_view coded;
    struct reader reader;
    uint64_t count;

    reader_init(&reader, body);
    out->span = span_read(&reader);
    count = reader_varint(&reader);
    coded = reader_rest(&reader);
    if (reader.failed || out->span.set != RECORD_SET_STATEMENTS || count == 0 ||
        count > PRIME_RECORDS_MAX ||
        !rice_fits(coded, (size_t)count, PRIME_ID_BITS))
        return STATUS_MALFORMED;
    out->count = (size_t)count;
    return rice_read(out->ids, out->count, 0, PRIME_ID_BITS, coded);
}
