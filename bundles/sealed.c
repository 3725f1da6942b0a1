#include "bundles/sealed.h"

#include <string.h>

#include "bundles/record_lines.h"
#include "core/text.h"

/* WORD 64HEX */
static bool
take_hex(struct record_lines *lines, const char *word, uint8_t out[32])
{
    struct byte_view text;

    return record_lines_take(lines, word, &text) &&
           text_hex_parse(out, 32, text) == STATUS_OK;
}

static bool
is_box(const struct record_file *file)
{
    return byte_view_equal_text(file->name, SEALED_FILE_NAME) &&
           byte_view_equal_text(file->language, "-") &&
           byte_view_equal_text(file->type, SEALED_FILE_TYPE) &&
           sealed_box_is_size(file->size);
}

/* seals key-id opens?, nothing else, and the one file.  What breaks the
 * grammar belongs to a p2pub of later. */
static enum status
read_sealed(struct sealed *out, const struct record_fields *fields)
{
    struct record_lines lines = record_lines_of(fields);
    struct byte_view text;

    if (!take_hex(&lines, "seals", out->seals.octets) ||
        !take_hex(&lines, "key-id", out->key_id))
        return STATUS_NEWER;
    out->has_opens = record_lines_take(&lines, "opens", &text);
    if (out->has_opens && day_parse(&out->opens, text) != STATUS_OK)
        return STATUS_NEWER;
    return lines.left == 0 && fields->file_count == 1 &&
                   is_box(&fields->files[0])
               ? STATUS_OK
               : STATUS_NEWER;
}

enum status
sealed_read(struct sealed *out, const struct record *record)
{
    enum status status = STATUS_NEWER;

    memset(out, 0, sizeof(*out));
    if (record_kind(record) == RECORD_SEALED)
        status = read_sealed(out, record_fields(record));
    if (status != STATUS_OK)
        memset(out, 0, sizeof(*out));
    return status;
}

bool
sealed_is_key(const struct sealed *sealed, const uint8_t key[SEALED_KEY_SIZE])
{
    uint8_t key_id[32];

    sealed_box_key_id(key_id, key);
    return memcmp(key_id, sealed->key_id, sizeof(key_id)) == 0;
}

static void
write_hex(struct record_lines_draft *draft, const char *word,
          const uint8_t octets[32])
{
    record_lines_begin(draft, word);
    writer_hex(&draft->writer, octets, 32);
}

enum status
sealed_write_header(struct byte_buf *out, const struct record_fields *envelope,
                    const struct sealed *sealed)
{
    struct record_fields fields = *envelope;
    struct record_lines_draft draft;
    char day[DAY_TEXT_SIZE];
    struct sealed read;
    enum status status;

    fields.kind = byte_view_of_text("sealed");
    record_lines_init(&draft);
    write_hex(&draft, "seals", sealed->seals.octets);
    write_hex(&draft, "key-id", sealed->key_id);
    if (sealed->has_opens) {
        day_format(sealed->opens, day);
        record_lines_begin(&draft, "opens");
        writer_text(&draft.writer, day);
    }
    status = record_lines_finish(&draft, &fields);
    if (status == STATUS_OK && read_sealed(&read, &fields) != STATUS_OK)
        status = STATUS_MALFORMED;
    if (status == STATUS_OK)
        status = record_write_header(out, &fields);
    record_lines_release(&draft);
    return status;
}

/* opens release-key, and nothing else. */
static enum status
read_release(struct release *out, const struct record_fields *fields)
{
    struct record_lines lines = record_lines_of(fields);

    if (!take_hex(&lines, "opens", out->opens.octets) ||
        !take_hex(&lines, "release-key", out->key))
        return STATUS_NEWER;
    return lines.left == 0 && fields->file_count == 0 ? STATUS_OK
                                                      : STATUS_NEWER;
}

enum status
release_read(struct release *out, const struct record *record)
{
    enum status status = STATUS_NEWER;

    memset(out, 0, sizeof(*out));
    if (record_kind(record) == RECORD_RELEASE)
        status = read_release(out, record_fields(record));
    if (status != STATUS_OK)
        memset(out, 0, sizeof(*out));
    return status;
}

enum status
release_write_header(struct byte_buf *out, const struct record_fields *envelope,
                     const struct release *release)
{
    struct record_fields fields = *envelope;
    struct record_lines_draft draft;
    enum status status;

    fields.kind = byte_view_of_text("release");
    fields.file_count = 0;
    record_lines_init(&draft);
    write_hex(&draft, "opens", release->opens.octets);
    write_hex(&draft, "release-key", release->key);
    status = record_lines_finish(&draft, &fields);
    if (status == STATUS_OK)
        status = record_write_header(out, &fields);
    record_lines_release(&draft);
    return status;
}

bool
release_fits(struct release *out, const struct record *release,
             const struct record *sealed)
{
    struct sealed subject;

    if (sealed_read(&subject, sealed) != STATUS_OK ||
        release_read(out, release) != STATUS_OK ||
        !record_id_equal(&out->opens, record_id(sealed)))
        return false;
    return sealed_is_key(&subject, out->key);
}
