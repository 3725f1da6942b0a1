#include "bundles/record.h"

#include "bundles/record_parse.h"
#include "core/limits.h"
#include "core/writer.h"

static void
write_line(struct writer *writer, struct byte_view word, struct byte_view text)
{
    writer_bytes(writer, word);
    writer_text(writer, " ");
    writer_bytes(writer, text);
    writer_text(writer, "\n");
}

static void
write_file(struct writer *writer, const struct record_file *file)
{
    writer_text(writer, "file ");
    writer_bytes(writer, file->name);
    writer_text(writer, " ");
    writer_bytes(writer, file->language);
    writer_text(writer, " ");
    writer_bytes(writer, file->type);
    writer_text(writer, " ");
    writer_decimal(writer, file->size);
    writer_text(writer, " ");
    if (file->has_list)
        writer_hex(writer, file->list_id, sizeof(file->list_id));
    else
        writer_text(writer, "-");
    writer_text(writer, "\nBLAKE2b-256 (");
    writer_bytes(writer, file->name);
    writer_text(writer, ") = ");
    writer_hex(writer, file->hash, sizeof(file->hash));
    writer_text(writer, "\n");
}

/* Writes whatever fields holds; fits() says whether it was fit to be. */
static enum status
write_fields(struct byte_buf *out, const struct record_fields *fields)
{
    char key[KEY_STRING_SIZE];
    char date[DAY_TEXT_SIZE];
    struct writer writer;

    writer_init(&writer, out);
    write_line(&writer, byte_view_of_text("p2pub1"), fields->kind);
    key_public_format(&fields->key, key);
    write_line(&writer, byte_view_of_text("key"), byte_view_of_text(key));
    day_format(fields->date, date);
    write_line(&writer, byte_view_of_text("date"), byte_view_of_text(date));
    writer_text(&writer, "sequence ");
    writer_decimal(&writer, fields->sequence);
    writer_text(&writer, "\n");
    for (size_t i = 0; i < fields->previous_count; i++) {
        writer_text(&writer, "previous ");
        writer_hex(&writer, fields->previous[i].octets, 32);
        writer_text(&writer, "\n");
    }
    for (size_t i = 0; i < fields->line_count; i++)
        write_line(&writer, fields->lines[i].word, fields->lines[i].text);
    for (size_t i = 0; i < fields->file_count; i++)
        write_file(&writer, &fields->files[i]);
    return writer_status(&writer);
}

static bool
files_equal(const struct record_file *a, const struct record_file *b)
{
    return byte_view_equal(a->name, b->name) &&
           byte_view_equal(a->language, b->language) &&
           byte_view_equal(a->type, b->type) && a->size == b->size &&
           a->has_list == b->has_list;
}

/* True if the two say the same.  What is written in digits of a fixed number
 * (keys, ids, hashes, the date) reads back as it was and is not compared. */
static bool
fields_equal(const struct record_fields *a, const struct record_fields *b)
{
    if (!byte_view_equal(a->kind, b->kind) || a->sequence != b->sequence ||
        a->previous_count != b->previous_count ||
        a->line_count != b->line_count || a->file_count != b->file_count)
        return false;
    for (size_t i = 0; i < a->line_count; i++) {
        if (!byte_view_equal(a->lines[i].word, b->lines[i].word) ||
            !byte_view_equal(a->lines[i].text, b->lines[i].text))
            return false;
    }
    for (size_t i = 0; i < a->file_count; i++) {
        if (!files_equal(&a->files[i], &b->files[i]))
            return false;
    }
    return true;
}

/* Whether header, just written, is canonical and says what fields said: so
 * no field can smuggle in a line of its own. */
static enum status
check_written(struct byte_view header, const struct record_fields *fields)
{
    struct record_parse parse;
    enum status status;

    status = record_parse_header(&parse, header);
    if (status == STATUS_OK && !fields_equal(&parse.fields, fields))
        status = STATUS_MALFORMED;
    return status;
}

enum status
record_write_header(struct byte_buf *out, const struct record_fields *fields)
{
    struct byte_buf header;
    enum status status;

    if (fields->date.number < DAY_FIRST.number ||
        fields->date.number > DAY_LAST.number)
        return STATUS_MALFORMED;

    byte_buf_init(&header, RECORD_HEADER_MAX);
    status = write_fields(&header, fields);
    if (status == STATUS_OK)
        status = check_written(byte_view_of_buf(&header), fields);
    if (status == STATUS_OK)
        status = byte_buf_append(out, byte_view_of_buf(&header));
    byte_buf_release(&header);
    return status;
}
