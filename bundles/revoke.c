#include "bundles/revoke.h"

#include <string.h>

#include "bundles/record_lines.h"
#include "core/limits.h"

/* reason, and nothing else, no files either.  What breaks the grammar belongs
 * to a p2pub of later. */
static enum status
read_fields(struct revoke *out, const struct record_fields *fields)
{
    struct record_lines lines = record_lines_of(fields);

    if (!record_lines_take(&lines, "reason", &out->reason) ||
        out->reason.size > REVOKE_REASON_MAX)
        return STATUS_NEWER;
    return lines.left == 0 && fields->file_count == 0 ? STATUS_OK
                                                      : STATUS_NEWER;
}

enum status
revoke_read(struct revoke *out, const struct record *record)
{
    enum status status = STATUS_NEWER;

    memset(out, 0, sizeof(*out));
    if (record_kind(record) == RECORD_REVOKE)
        status = read_fields(out, record_fields(record));
    if (status != STATUS_OK)
        memset(out, 0, sizeof(*out));
    return status;
}

enum status
revoke_write_header(struct byte_buf *out, const struct record_fields *envelope,
                    const struct revoke *revoke)
{
    struct record_fields fields = *envelope;
    struct record_lines_draft draft;
    struct revoke read = {0};
    enum status status;

    fields.kind = byte_view_of_text("revoke");
    fields.file_count = 0;
    record_lines_init(&draft);
    record_lines_begin(&draft, "reason");
    writer_bytes(&draft.writer, revoke->reason);
    status = record_lines_finish(&draft, &fields);
    if (status == STATUS_OK && read_fields(&read, &fields) != STATUS_OK)
        status = STATUS_MALFORMED;
    if (status == STATUS_OK)
        status = record_write_header(out, &fields);
    record_lines_release(&draft);
    return status;
}

enum status
revoke_seal(struct record **out, const struct key_secret *secret,
            struct byte_view reason, struct day date)
{
    const struct record_fields envelope = {.key = secret->public_key,
                                           .date = date};
    const struct revoke revoke = {reason};
    struct byte_buf header;
    enum status status;

    *out = NULL;
    byte_buf_init(&header, RECORD_HEADER_MAX);
    status = revoke_write_header(&header, &envelope, &revoke);
    if (status == STATUS_OK)
        status = record_seal(out, byte_view_of_buf(&header), secret);
    byte_buf_release(&header);
    return status;
}
