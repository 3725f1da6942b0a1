#include "net/packed.h"

#include <string.h>

#include "bundles/chunk.h"
#include "bundles/deflate.h"
#include "core/limits.h"
#include "core/writer.h"
#include "net/short_form.h"

/* In the octet in front: the kind, that a stream begins, and that it is
 * primed. */
#define KIND_MASK  0x3f
#define PRIMED_BIT 0x40
#define BEGINS_BIT 0x80

#define HASH_SIZE   32
#define HASH_DIGITS ((size_t)2 * HASH_SIZE)

static const char line_begin[] = "BLAKE2b-256 (";
static const char line_mark[] = ") = ";

void
packed_put_head(struct message_draft *draft,
                const struct message_packed *packed)
{
    const bool primed = packed->map.size > 0;

    writer_u8(&draft->writer,
              (uint8_t)(packed->kind | (primed ? PRIMED_BIT : 0) |
                        (packed->begins ? BEGINS_BIT : 0)));
    writer_varint(&draft->writer, packed->plain_size);
    if (!primed)
        return;
    writer_u8(&draft->writer, (uint8_t)packed->map.size);
    writer_bytes(&draft->writer, packed->map);
}

/* The map of a primed stream, which is one of zstd that begins. */
static struct byte_view
read_map(struct reader *reader, const struct message_packed *packed)
{
    const uint8_t size = reader_u8(reader);

    if (!packed->begins || packed->kind != STREAM_ZSTD || size == 0 ||
        size > PACKED_MAP_MAX)
        reader_fail(reader);
    return reader_bytes(reader, size);
}

enum status
packed_read(struct message_packed *out, struct byte_view body)
{
    struct reader reader;
    uint64_t plain_size;
    uint8_t how;

    reader_init(&reader, body);
    how = reader_u8(&reader);
    plain_size = reader_varint(&reader);
    out->begins = (how & BEGINS_BIT) != 0;
    out->kind = (how & KIND_MASK) == STREAM_ZSTD ? STREAM_ZSTD : STREAM_DEFLATE;
    out->map = byte_view_of(NULL, 0);
    if ((how & PRIMED_BIT) != 0)
        out->map = read_map(&reader, out);
    out->packed = reader_rest(&reader);
    if ((how & KIND_MASK) != out->kind || plain_size < 2 ||
        plain_size > STREAM_PLAIN_MAX || out->packed.size == 0)
        reader_fail(&reader);
    out->plain_size = reader.failed ? 0 : (size_t)plain_size;
    return reader_done(&reader) ? STATUS_OK : STATUS_MALFORMED;
}

/* The chunks of a RECORD that are plain octets, by file. */
struct plain_chunks {
    struct byte_view octets[RECORD_FILES_MAX]; /* data is NULL for none */
};

static void
find_plain_chunks(struct plain_chunks *found, struct byte_view chunks)
{
    struct message_chunk chunk;

    memset(found, 0, sizeof(*found));
    while (message_next_inline(&chunk, &chunks))
        if (chunk.encoding == DEFLATE_RAW)
            found->octets[chunk.file] = chunk.stored;
}

/* Take the next line off *text, its LF included; false at the end.  What has
 * no LF is a line too. */
static bool
next_line(struct byte_view *line, struct byte_view *text)
{
    const uint8_t *end;

    if (text->size == 0)
        return false;
    end = memchr(text->data, '\n', text->size);
    *line = byte_view_slice(
        *text, 0, end == NULL ? text->size : (size_t)(end - text->data) + 1);
    *text = byte_view_slice(*text, line->size, text->size);
    return true;
}

/* Octets of line up to where its hash stands or should stand, LF left out;
 * 0 if line names no hash, or ends otherwise. */
static size_t
hash_place(struct byte_view line, size_t digits)
{
    const size_t mark = sizeof(line_mark) - 1;
    const size_t behind = digits + 1;

    if (!byte_view_starts_with(line, line_begin) ||
        line.size < sizeof(line_begin) - 1 + mark + behind ||
        memcmp(line.data + line.size - behind - mark, line_mark, mark) != 0)
        return 0;
    return line.size - behind;
}

/* Write wire, with hashes or without, for the chunks that travel along. */
static enum status
convert_wire(struct writer *writer, struct byte_view wire,
             const struct plain_chunks *chunks, bool leave_out)
{
    const struct byte_view signatures =
        byte_view_slice(wire, 0, RECORD_SIGNATURES_SIZE);
    struct byte_view text = byte_view_slice(wire, signatures.size, wire.size);
    struct byte_view line;
    size_t file = 0;

    writer_bytes(writer, signatures);
    while (next_line(&line, &text)) {
        size_t place = hash_place(line, leave_out ? HASH_DIGITS : 0);
        struct chunk_id id;

        if (byte_view_starts_with(line, line_begin))
            file++;
        if (place == 0) {
            writer_bytes(writer, line);
            continue;
        }
        if (file > RECORD_FILES_MAX || chunks->octets[file - 1].data == NULL) {
            /* The record says it, or nobody does. */
            if (!leave_out)
                return STATUS_MALFORMED;
            writer_bytes(writer, line);
            continue;
        }
        writer_bytes(writer, byte_view_slice(line, 0, place));
        if (!leave_out) {
            id = chunk_id_of(chunks->octets[file - 1]);
            writer_hex(writer, id.octets, sizeof(id.octets));
        }
        writer_u8(writer, '\n');
    }
    return writer_status(writer);
}

/* What becomes of the wire form of a record. */
enum conversion {
    LEAVE_OUT,
    FILL_IN,
    SHORTEN,
    LENGTHEN
};

/* Write wire in its short form, or the other way. */
static enum status
convert_form(struct writer *writer, struct byte_view wire, bool shorten)
{
    const struct byte_view text =
        byte_view_slice(wire, RECORD_SIGNATURES_SIZE, wire.size);

    writer_bytes(writer, byte_view_slice(wire, 0, RECORD_SIGNATURES_SIZE));
    if (shorten)
        short_form_write(writer, text);
    else
        short_form_read(writer, text);
    return writer_status(writer);
}

static enum status
convert(struct byte_buf *out, struct byte_view body, enum conversion how)
{
    const size_t start = out->size;
    struct plain_chunks chunks;
    struct message_record record;
    struct writer writer;
    enum status status = message_read_record(&record, body);
    size_t size;

    if (status != STATUS_OK)
        return status;
    find_plain_chunks(&chunks, record.chunks);
    writer_init(&writer, out);
    writer_u16(&writer, 0);
    if (how == LEAVE_OUT || how == FILL_IN)
        status = convert_wire(&writer, record.wire, &chunks, how == LEAVE_OUT);
    else
        status = convert_form(&writer, record.wire, how == SHORTEN);
    size = out->size - start - 2;
    if ((status == STATUS_OK && size > RECORD_WIRE_MAX) ||
        (status == STATUS_TOO_LARGE && how == LENGTHEN))
        status = STATUS_MALFORMED;
    if (status == STATUS_OK) {
        out->data[start] = (uint8_t)size;
        out->data[start + 1] = (uint8_t)(size >> 8);
        writer_bytes(&writer, record.chunks);
        status = writer_status(&writer);
    }
    if (status != STATUS_OK)
        out->size = start;
    return status;
}

enum status
packed_leave_out(struct byte_buf *out, struct byte_view body)
{
    return convert(out, body, LEAVE_OUT);
}

enum status
packed_fill_in(struct byte_buf *out, struct byte_view body)
{
    return convert(out, body, FILL_IN);
}

/* Append to out what first makes of body, and second of that. */
static enum status
convert_twice(struct byte_buf *out, struct byte_view body,
              enum conversion first, enum conversion second)
{
    struct byte_buf between;
    enum status status;

    byte_buf_init(&between, body.size + RECORD_WIRE_MAX);
    status = convert(&between, body, first);
    if (status == STATUS_OK)
        status = convert(out, byte_view_of_buf(&between), second);
    byte_buf_release(&between);
    return status;
}

enum status
packed_shorten(struct byte_buf *out, struct byte_view body)
{
    return convert_twice(out, body, LEAVE_OUT, SHORTEN);
}

enum status
packed_lengthen(struct byte_buf *out, struct byte_view body)
{
    return convert_twice(out, body, LENGTHEN, FILL_IN);
}
