#include "bundles/vouch.h"

#include <string.h>

#include "bundles/record_lines.h"
#include "core/limits.h"

/* for, identity?, name, and nothing else, no files either.  What breaks the
 * grammar belongs to a p2pub of later. */
static enum status
read_fields(struct vouch *out, const struct record_fields *fields)
{
    struct record_lines lines = record_lines_of(fields);
    struct byte_view text;

    if (!record_lines_take(&lines, "for", &text) ||
        key_public_parse(&out->key, text) != STATUS_OK ||
        key_author_equal(&out->key.author, &fields->key.author))
        return STATUS_NEWER;
    out->has_identity = record_lines_take(&lines, "identity", &text);
    if (out->has_identity && record_id_parse(&out->identity, text) != STATUS_OK)
        return STATUS_NEWER;
    if (!record_lines_take(&lines, "name", &out->name) ||
        out->name.size > VOUCH_NAME_MAX)
        return STATUS_NEWER;
    return lines.left == 0 && fields->file_count == 0 ? STATUS_OK
                                                      : STATUS_NEWER;
}

enum status
vouch_read(struct vouch *out, const struct record *record)
{
    enum status status = STATUS_NEWER;

    memset(out, 0, sizeof(*out));
    if (record_kind(record) == RECORD_VOUCH)
        status = read_fields(out, record_fields(record));
    if (status != STATUS_OK)
        memset(out, 0, sizeof(*out));
    return status;
}

enum status
vouch_write_header(struct byte_buf *out, const struct record_fields *envelope,
                   const struct vouch *vouch)
{
    struct record_fields fields = *envelope;
    struct record_lines_draft draft;
    struct vouch read = {.has_identity = false};
    char key[KEY_STRING_SIZE];
    enum status status;

    key_public_format(&vouch->key, key);
    fields.kind = byte_view_of_text("vouch");
    fields.file_count = 0;
    record_lines_init(&draft);
    record_lines_begin(&draft, "for");
    writer_text(&draft.writer, key);
    if (vouch->has_identity) {
        record_lines_begin(&draft, "identity");
        writer_hex(&draft.writer, vouch->identity.octets,
                   sizeof(vouch->identity.octets));
    }
    record_lines_begin(&draft, "name");
    writer_bytes(&draft.writer, vouch->name);
    status = record_lines_finish(&draft, &fields);
    if (status == STATUS_OK && read_fields(&read, &fields) != STATUS_OK)
        status = STATUS_MALFORMED;
    if (status == STATUS_OK)
        status = record_write_header(out, &fields);
    record_lines_release(&draft);
    return status;
}
