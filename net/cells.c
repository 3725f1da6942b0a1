#include "net/cells.h"

#include "net/sketch.h"

/* How many cells from first on take exactly size octets; 0 if none do. */
static size_t
count_of(size_t first, size_t size)
{
    size_t counted = first < SKETCH_COUNTED ? SKETCH_COUNTED - first : 0;

    if (size <= counted * SKETCH_COUNTED_SIZE)
        return size % SKETCH_COUNTED_SIZE == 0 ? size / SKETCH_COUNTED_SIZE : 0;
    size -= counted * SKETCH_COUNTED_SIZE;
    return size % SKETCH_CELL_SIZE == 0 ? counted + size / SKETCH_CELL_SIZE : 0;
}

enum status
cells_write(struct byte_buf *out, const struct cells *cells)
{
    struct message_draft draft;

    message_begin(&draft, out, MESSAGE_CELLS);
    span_write(&draft.writer, &cells->span);
    writer_u8(&draft.writer, cells->turned ? 1 : 0);
    writer_varint(&draft.writer, cells->records);
    writer_varint(&draft.writer, cells->first);
    writer_bytes(&draft.writer, cells->coded);
    return message_end(&draft);
}

enum status
cells_read(struct cells *out, struct byte_view body)
{
    struct reader reader;
    uint64_t records;
    uint64_t first;
    uint8_t turned;
    size_t count;

    reader_init(&reader, body);
    out->span = span_read(&reader);
    turned = reader_u8(&reader);
    records = reader_varint(&reader);
    first = reader_varint(&reader);
    out->coded = reader_rest(&reader);
    if (turned > 1 || records > UINT32_MAX || first >= SKETCH_CELLS_MAX ||
        reader.failed)
        return STATUS_MALFORMED;
    count = count_of((size_t)first, out->coded.size);
    if ((count == 0 && out->coded.size > 0) || count > SKETCH_CELLS_MAX - first)
        return STATUS_MALFORMED;
    out->turned = turned == 1;
    out->records = (uint32_t)records;
    out->first = (uint32_t)first;
    out->count = (uint32_t)count;
    return STATUS_OK;
}

enum status
cells_write_ask(struct byte_buf *out, const struct span *span, uint32_t number)
{
    struct message_draft draft;

    message_begin(&draft, out, MESSAGE_ASK_CELLS);
    span_write(&draft.writer, span);
    writer_varint(&draft.writer, number);
    return message_end(&draft);
}

enum status
cells_read_ask(struct span *span, uint32_t *number, struct byte_view body)
{
    struct reader reader;
    uint64_t value;

    reader_init(&reader, body);
    *span = span_read(&reader);
    value = reader_varint(&reader);
    if (!reader_done(&reader) || value == 0 || value > SKETCH_CELLS_MAX)
        return STATUS_MALFORMED;
    *number = (uint32_t)value;
    return STATUS_OK;
}
