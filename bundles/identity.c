#include "bundles/identity.h"

#include <assert.h>
#include <string.h>

#include "bundles/record_lines.h"
#include "core/limits.h"
#include "core/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static_assert(COUNT(((struct identity *)0)->recovery) == IDENTITY_RECOVERY_MAX,
              "as many recovery keys as the limit says");

/* What breaks the grammar belongs to a p2pub of later. */

static enum status
add_recovery(struct identity *out, struct byte_view text,
             const struct key_author *author)
{
    size_t count = out->recovery_count;

    if (count == IDENTITY_RECOVERY_MAX ||
        key_public_parse(&out->recovery[count], text) != STATUS_OK ||
        key_author_equal(&out->recovery[count].author, author))
        return STATUS_NEWER;
    for (size_t i = 0; i < count; i++) {
        if (key_author_equal(&out->recovery[i].author,
                             &out->recovery[count].author))
            return STATUS_NEWER;
    }
    out->recovery_count++;
    return STATUS_OK;
}

/* version, name, recovery+, threshold, and nothing else, no files either. */
static enum status
read_fields(struct identity *out, const struct record_fields *fields)
{
    struct record_lines lines = record_lines_of(fields);
    enum status status = STATUS_OK;
    struct byte_view text;
    uint64_t threshold;

    if (!record_lines_take(&lines, "version", &text) ||
        !byte_view_equal_text(text, "1") ||
        !record_lines_take(&lines, "name", &out->name) ||
        out->name.size > IDENTITY_NAME_MAX)
        return STATUS_NEWER;
    out->version = 1;
    while (status == STATUS_OK && record_lines_take(&lines, "recovery", &text))
        status = add_recovery(out, text, &fields->key.author);
    if (status != STATUS_OK)
        return status;
    /* More than half, so that two sets of signers share one; and so at least
     * one recovery key. */
    if (!record_lines_take(&lines, "threshold", &text) ||
        text_decimal_parse(&threshold, out->recovery_count, text) !=
            STATUS_OK ||
        2 * threshold <= out->recovery_count)
        return STATUS_NEWER;
    out->threshold = (uint32_t)threshold;
    return lines.left == 0 && fields->file_count == 0 ? STATUS_OK
                                                      : STATUS_NEWER;
}

enum status
identity_read(struct identity *out, const struct record *record)
{
    enum status status = STATUS_NEWER;

    memset(out, 0, sizeof(*out));
    if (record_kind(record) == RECORD_IDENTITY)
        status = read_fields(out, record_fields(record));
    if (status != STATUS_OK)
        memset(out, 0, sizeof(*out));
    return status;
}

static void
write_lines(struct record_lines_draft *draft, const struct identity *identity)
{
    struct writer *writer = &draft->writer;

    record_lines_begin(draft, "version");
    writer_decimal(writer, identity->version);
    record_lines_begin(draft, "name");
    writer_bytes(writer, identity->name);
    for (size_t i = 0; i < identity->recovery_count; i++) {
        char key[KEY_STRING_SIZE];

        key_public_format(&identity->recovery[i], key);
        record_lines_begin(draft, "recovery");
        writer_text(writer, key);
    }
    record_lines_begin(draft, "threshold");
    writer_decimal(writer, identity->threshold);
}

enum status
identity_write_header(struct byte_buf *out,
                      const struct record_fields *envelope,
                      const struct identity *identity)
{
    struct record_fields fields = *envelope;
    struct record_lines_draft draft;
    struct identity read = {0};
    enum status status;

    if (identity->recovery_count > IDENTITY_RECOVERY_MAX)
        return STATUS_TOO_LARGE;

    fields.kind = byte_view_of_text("identity");
    fields.file_count = 0;
    record_lines_init(&draft);
    write_lines(&draft, identity);
    status = record_lines_finish(&draft, &fields);
    if (status == STATUS_OK && read_fields(&read, &fields) != STATUS_OK)
        status = STATUS_MALFORMED;
    if (status == STATUS_OK)
        status = record_write_header(out, &fields);
    record_lines_release(&draft);
    return status;
}
