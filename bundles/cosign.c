#include "bundles/cosign.h"

#include <assert.h>
#include <string.h>

#include "bundles/record_field.h"
#include "bundles/record_lines.h"
#include "core/limits.h"

static_assert(sizeof(((struct cosign *)0)->names) ==
                  RECORD_FILES_MAX * sizeof(struct byte_view),
              "as many names as a record has files");

/* What breaks the grammar belongs to a p2pub of later. */

static int
compare_names(struct byte_view a, struct byte_view b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int difference = memcmp(a.data, b.data, size);

    if (difference != 0)
        return difference;
    return a.size < b.size ? -1 : a.size > b.size;
}

static enum status
add_name(struct cosign *out, struct byte_view name)
{
    size_t count = out->name_count;

    if (count == RECORD_FILES_MAX || !record_field_is_name(name) ||
        (count > 0 && compare_names(out->names[count - 1], name) >= 0))
        return STATUS_NEWER;
    out->names[count] = name;
    out->name_count++;
    return STATUS_OK;
}

/* signs, checked*, and nothing else, no files either. */
static enum status
read_fields(struct cosign *out, const struct record_fields *fields)
{
    struct record_lines lines = record_lines_of(fields);
    enum status status = STATUS_OK;
    struct byte_view text;

    if (!record_lines_take(&lines, "signs", &text) ||
        record_id_parse(&out->signs, text) != STATUS_OK)
        return STATUS_NEWER;
    while (status == STATUS_OK && record_lines_take(&lines, "checked", &text))
        status = add_name(out, text);
    if (status != STATUS_OK)
        return status;
    return lines.left == 0 && fields->file_count == 0 ? STATUS_OK
                                                      : STATUS_NEWER;
}

enum status
cosign_read(struct cosign *out, const struct record *record)
{
    enum status status = STATUS_NEWER;

    memset(out, 0, sizeof(*out));
    if (record_kind(record) == RECORD_COSIGN)
        status = read_fields(out, record_fields(record));
    if (status != STATUS_OK)
        memset(out, 0, sizeof(*out));
    return status;
}

enum status
cosign_write_header(struct byte_buf *out, const struct record_fields *envelope,
                    const struct cosign *cosign)
{
    struct record_fields fields = *envelope;
    struct record_lines_draft draft;
    struct cosign read = {0};
    enum status status;

    if (cosign->name_count > RECORD_FILES_MAX)
        return STATUS_TOO_LARGE;

    fields.kind = byte_view_of_text("cosign");
    fields.file_count = 0;
    record_lines_init(&draft);
    record_lines_begin(&draft, "signs");
    writer_hex(&draft.writer, cosign->signs.octets,
               sizeof(cosign->signs.octets));
    for (size_t i = 0; i < cosign->name_count; i++) {
        record_lines_begin(&draft, "checked");
        writer_bytes(&draft.writer, cosign->names[i]);
    }
    status = record_lines_finish(&draft, &fields);
    if (status == STATUS_OK && read_fields(&read, &fields) != STATUS_OK)
        status = STATUS_MALFORMED;
    if (status == STATUS_OK)
        status = record_write_header(out, &fields);
    record_lines_release(&draft);
    return status;
}
