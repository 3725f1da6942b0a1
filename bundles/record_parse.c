#include "bundles/record_parse.h"

#include <string.h>

#include "bundles/record_field.h"
#include "bundles/record_lines.h"
#include "core/reader.h"
#include "core/text.h"

/* What stands behind word and a space in the next line; anything else there
 * fails the reader. */
static struct byte_view
read_field(struct reader *reader, const char *word)
{
    struct byte_view line = reader_line(reader);

    if (!byte_view_equal_text(record_lines_word(&line), word))
        reader_fail(reader);
    return line;
}

static enum status
parse_first_lines(struct record_fields *fields, struct reader *reader)
{
    struct byte_view key, date, sequence;
    uint64_t number;

    fields->kind = read_field(reader, "p2pub1");
    key = read_field(reader, "key");
    date = read_field(reader, "date");
    sequence = read_field(reader, "sequence");
    if (reader->failed || !record_field_is_kind(fields->kind) ||
        key_public_parse(&fields->key, key) != STATUS_OK ||
        day_parse(&fields->date, date) != STATUS_OK ||
        text_decimal_parse(&number, RECORD_SEQUENCE_MAX, sequence) != STATUS_OK)
        return STATUS_MALFORMED;
    fields->sequence = (uint32_t)number;
    return STATUS_OK;
}

static enum status
add_previous(struct record_parse *out, struct byte_view text)
{
    size_t count = out->fields.previous_count;
    struct record_id *id = &out->previous[count];

    if (out->fields.line_count > 0 || out->fields.file_count > 0)
        return STATUS_MALFORMED;
    if (count == RECORD_PREVIOUS_MAX)
        return STATUS_TOO_LARGE;
    if (record_id_parse(id, text) != STATUS_OK)
        return STATUS_MALFORMED;
    if (count > 0 && memcmp(id[-1].octets, id->octets, sizeof(id->octets)) >= 0)
        return STATUS_MALFORMED;
    out->fields.previous_count++;
    return STATUS_OK;
}

static enum status
add_line(struct record_parse *out, const struct record_line *line)
{
    if (out->fields.file_count > 0)
        return STATUS_MALFORMED;
    if (out->fields.line_count == RECORD_LINES_MAX)
        return STATUS_TOO_LARGE;
    if (!record_field_is_word(line->word) || !record_field_is_text(line->text))
        return STATUS_MALFORMED;
    out->lines[out->fields.line_count++] = *line;
    return STATUS_OK;
}

/* NAME LANGUAGE TYPE SIZE LIST-ID */
static enum status
parse_file(struct record_file *file, struct byte_view text)
{
    struct byte_view size, list;
    uint64_t number;

    file->name = record_lines_word(&text);
    file->language = record_lines_word(&text);
    file->type = record_lines_word(&text);
    size = record_lines_word(&text);
    list = text;
    if (!record_field_is_name(file->name) ||
        !record_field_is_language(file->language) ||
        !record_field_is_type(file->type) ||
        text_decimal_parse(&number, RECORD_FILE_SIZE_MAX, size) != STATUS_OK ||
        number == 0)
        return STATUS_MALFORMED;
    file->size = (uint32_t)number;
    file->has_list = file->size > CHUNK_SIZE;
    if (file->has_list)
        return text_hex_parse(file->list_id, sizeof(file->list_id), list);
    memset(file->list_id, 0, sizeof(file->list_id));
    return byte_view_equal_text(list, "-") ? STATUS_OK : STATUS_MALFORMED;
}

/* BLAKE2b-256 (NAME) = HASH, as b2sum --tag -l 256 writes it. */
static enum status
parse_b2sum(struct record_file *file, struct byte_view line)
{
    struct reader reader;
    struct byte_view open, name, close;

    reader_init(&reader, line);
    open = reader_bytes(&reader, strlen("BLAKE2b-256 ("));
    name = reader_bytes(&reader, file->name.size);
    close = reader_bytes(&reader, strlen(") = "));
    if (!byte_view_equal_text(open, "BLAKE2b-256 (") ||
        !byte_view_equal(name, file->name) ||
        !byte_view_equal_text(close, ") = "))
        return STATUS_MALFORMED;
    return text_hex_parse(file->hash, sizeof(file->hash), reader_rest(&reader));
}

static enum status
add_file(struct record_parse *out, struct byte_view text,
         struct byte_view b2sum)
{
    size_t count = out->fields.file_count;
    struct record_file *file = &out->files[count];
    enum status status;

    if (count == RECORD_FILES_MAX)
        return STATUS_TOO_LARGE;
    status = parse_file(file, text);
    if (status == STATUS_OK)
        status = parse_b2sum(file, b2sum);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < count; i++) {
        if (byte_view_equal(out->files[i].name, file->name))
            return STATUS_MALFORMED;
    }
    out->fields.file_count++;
    return STATUS_OK;
}

/* The numbers 0 and 1 have nothing before them; every other has. */
static bool
sequence_fits(const struct record_fields *fields)
{
    return (fields->sequence < 2) == (fields->previous_count == 0);
}

enum status
record_parse_header(struct record_parse *out, struct byte_view header)
{
    struct record_fields *fields = &out->fields;
    struct reader reader;
    enum status status;

    memset(fields, 0, sizeof(*fields));
    if (header.size > RECORD_HEADER_MAX)
        return STATUS_TOO_LARGE;

    fields->previous = out->previous;
    fields->lines = out->lines;
    fields->files = out->files;
    reader_init(&reader, header);
    status = parse_first_lines(fields, &reader);
    while (status == STATUS_OK && reader.left > 0 && !reader.failed) {
        struct record_line line;

        line.text = reader_line(&reader);
        line.word = record_lines_word(&line.text);
        if (byte_view_equal_text(line.word, "previous"))
            status = add_previous(out, line.text);
        else if (byte_view_equal_text(line.word, "file"))
            status = add_file(out, line.text, reader_line(&reader));
        else
            status = add_line(out, &line);
    }
    if (status != STATUS_OK)
        return status;
    return reader_done(&reader) && sequence_fits(fields) ? STATUS_OK
                                                         : STATUS_MALFORMED;
}
