#include "net/message.h"

#include <string.h>

#include "net/rice.h"

/* In HELLO, for a node without a clock: no day there is. */
static const uint32_t day_unknown = 0xffffffff;

bool
message_is_counted(uint8_t type)
{
    return type != MESSAGE_HELLO && type < MESSAGE_DONE;
}

bool
message_is_paid(uint8_t type)
{
    return type == MESSAGE_RECORD || type == MESSAGE_CHUNK ||
           type == MESSAGE_PACKED || type == MESSAGE_SHORT;
}

void
message_begin(struct message_draft *draft, struct byte_buf *out,
              enum message_type type)
{
    draft->out = out;
    draft->start = out->size;
    writer_init(&draft->writer, out);
    writer_u8(&draft->writer, (uint8_t)type);
    writer_u24(&draft->writer, 0);
}

enum status
message_end(struct message_draft *draft)
{
    enum status status = writer_status(&draft->writer);
    size_t size = draft->out->size - draft->start;

    if (status == STATUS_OK && size - MESSAGE_HEAD_SIZE > MESSAGE_BODY_MAX)
        status = STATUS_TOO_LARGE;
    if (status != STATUS_OK) {
        draft->out->size = draft->start;
        return status;
    }
    size -= MESSAGE_HEAD_SIZE;
    for (size_t i = 1; i < MESSAGE_HEAD_SIZE; i++) {
        draft->out->data[draft->start + i] = (uint8_t)size;
        size >>= 8;
    }
    return STATUS_OK;
}

static enum status
status_of_reader(const struct reader *reader)
{
    return reader_done(reader) ? STATUS_OK : STATUS_MALFORMED;
}

static void
write_day(struct writer *writer, bool has_day, struct day day)
{
    writer_u32(writer, has_day ? (uint32_t)(day.number - DAY_FIRST.number)
                               : day_unknown);
}

/* A day, or that there is none. */
static bool
read_day(struct reader *reader, struct day *day)
{
    const uint32_t days = (uint32_t)(DAY_LAST.number - DAY_FIRST.number);
    const uint32_t number = reader_u32(reader);
    const bool has_day = number <= days;

    day->number = DAY_FIRST.number + (has_day ? (int32_t)number : 0);
    if (!has_day && number != day_unknown)
        reader_fail(reader);
    return has_day;
}

enum status
message_write_hello(struct byte_buf *out, const struct message_hello *hello)
{
    struct message_draft draft;
    struct writer *writer = &draft.writer;

    message_begin(&draft, out, MESSAGE_HELLO);
    writer_u8(writer, hello->version);
    writer_bytes(writer, byte_view_of(hello->boot_id, MESSAGE_BOOT_ID_SIZE));
    writer_bytes(writer, byte_view_of(hello->salt.octets, HASH_SALT_SIZE));
    writer_u8(writer, hello->dictionary);
    writer_u32(writer, hello->credit);
    write_day(writer, hello->has_day, hello->day);
    writer_u8(writer, hello->reach);
    writer_u8(writer, hello->forms);
    write_day(writer, hello->has_horizon, hello->horizon);
    return message_end(&draft);
}

enum status
message_read_hello(struct message_hello *out, struct byte_view body)
{
    struct reader reader;

    reader_init(&reader, body);
    out->version = reader_u8(&reader);
    reader_copy(&reader, out->boot_id, MESSAGE_BOOT_ID_SIZE);
    reader_copy(&reader, out->salt.octets, HASH_SALT_SIZE);
    out->dictionary = reader_u8(&reader);
    out->credit = reader_u32(&reader);
    out->has_day = read_day(&reader, &out->day);
    out->reach = reader.left > 0 ? reader_u8(&reader) : 0;
    out->forms = reader.left > 0 ? reader_u8(&reader) : 0;
    out->horizon = DAY_FIRST;
    out->has_horizon = reader.left > 0 && read_day(&reader, &out->horizon);
    (void)reader_rest(&reader);
    if (out->version == 0)
        reader_fail(&reader);
    return status_of_reader(&reader);
}

enum status
message_write_ask(struct byte_buf *out, const struct span *span)
{
    struct message_draft draft;

    message_begin(&draft, out, MESSAGE_ASK);
    span_write(&draft.writer, span);
    return message_end(&draft);
}

enum status
message_read_ask(struct span *out, struct byte_view body)
{
    struct reader reader;

    reader_init(&reader, body);
    *out = span_read(&reader);
    return status_of_reader(&reader);
}

enum status
message_write_list(struct byte_buf *out, enum message_type type,
                   const struct message_list *list, const uint64_t *ids)
{
    struct message_draft draft;

    message_begin(&draft, out, type);
    span_write(&draft.writer, &list->span);
    slice_write(&draft.writer, &list->slice);
    if (type == MESSAGE_LIST)
        writer_u8(&draft.writer, list->asked ? 1 : 0);
    writer_varint(&draft.writer, list->count);
    if (draft.writer.status == STATUS_OK)
        draft.writer.status =
            rice_write(out, ids, list->count, slice_base(&list->slice),
                       slice_width(&list->slice));
    return message_end(&draft);
}

enum status
message_read_list(struct message_list *out, enum message_type type,
                  struct byte_view body)
{
    struct reader reader;
    uint8_t asked = 0;
    uint64_t count;

    reader_init(&reader, body);
    out->span = span_read(&reader);
    out->slice = slice_read(&reader);
    if (type == MESSAGE_LIST)
        asked = reader_u8(&reader);
    count = reader_varint(&reader);
    out->coded = reader_rest(&reader);
    if (asked > 1 || count > LIST_IDS_MAX ||
        !rice_fits(out->coded, (size_t)count, slice_width(&out->slice)))
        reader_fail(&reader);
    out->asked = asked == 1;
    out->count = reader.failed ? 0 : (size_t)count;
    return status_of_reader(&reader);
}

enum status
message_list_ids(uint64_t *ids, const struct message_list *list)
{
    enum status status;

    status = rice_read(ids, list->count, slice_base(&list->slice),
                       slice_width(&list->slice), list->coded);
    /* There is no short id 0. */
    if (status == STATUS_OK && list->count > 0 && ids[0] == 0)
        status = STATUS_MALFORMED;
    return status;
}

enum status
message_write_gone(struct byte_buf *out, const uint64_t *ids, size_t count)
{
    struct message_draft draft;

    message_begin(&draft, out, MESSAGE_GONE);
    for (size_t i = 0; i < count; i++)
        writer_u48(&draft.writer, ids[i]);
    return message_end(&draft);
}

enum status
message_read_gone(struct byte_view *ids, struct byte_view body)
{
    *ids = body;
    if (body.size == 0 || body.size % 6 != 0 || body.size > LIST_IDS_MAX * 6)
        return STATUS_MALFORMED;
    return STATUS_OK;
}

bool
message_next_gone(uint64_t *out, struct byte_view *ids)
{
    struct reader reader;

    reader_init(&reader, *ids);
    *out = reader_u48(&reader);
    *ids = byte_view_of(reader.at, reader.left);
    return !reader.failed;
}

void
message_put_wire(struct message_draft *draft, struct byte_view wire)
{
    writer_u16(&draft->writer, (uint16_t)wire.size);
    writer_bytes(&draft->writer, wire);
}

void
message_put_inline(struct message_draft *draft,
                   const struct message_chunk *chunk)
{
    writer_u8(&draft->writer, chunk->file);
    writer_u8(&draft->writer, chunk->encoding);
    writer_u16(&draft->writer, (uint16_t)chunk->stored.size);
    writer_bytes(&draft->writer, chunk->stored);
}

size_t
message_inline_size(size_t stored_size)
{
    return 4 + stored_size;
}

/* Read one chunk of a RECORD. */
static struct message_chunk
read_inline(struct reader *reader)
{
    struct message_chunk chunk;
    size_t size;

    memset(&chunk, 0, sizeof(chunk));
    chunk.file = reader_u8(reader);
    chunk.encoding = reader_u8(reader);
    size = reader_u16(reader);
    chunk.stored = reader_bytes(reader, size);
    if (size == 0 || size > CHUNK_STORED_MAX || chunk.file >= RECORD_FILES_MAX)
        reader_fail(reader);
    return chunk;
}

enum status
message_read_record(struct message_record *out, struct byte_view body)
{
    struct reader reader;
    struct reader chunks;
    size_t size;

    reader_init(&reader, body);
    size = reader_u16(&reader);
    out->wire = reader_bytes(&reader, size);
    chunks = reader;
    out->chunks = reader_rest(&chunks);
    if (size == 0 || size > RECORD_WIRE_MAX)
        reader_fail(&reader);
    while (!reader.failed && reader.left > 0)
        (void)read_inline(&reader);
    return status_of_reader(&reader);
}

bool
message_next_inline(struct message_chunk *out, struct byte_view *chunks)
{
    struct reader reader;

    if (chunks->size == 0)
        return false;
    reader_init(&reader, *chunks);
    *out = read_inline(&reader);
    if (reader.failed)
        return false;
    *chunks = byte_view_of(reader.at, reader.left);
    return true;
}

enum status
message_write_run(struct byte_buf *out, enum message_type type,
                  const struct message_run *run)
{
    struct message_draft draft;

    message_begin(&draft, out, type);
    writer_bytes(&draft.writer,
                 byte_view_of(run->id.octets, sizeof(run->id.octets)));
    writer_u8(&draft.writer, run->file);
    writer_u16(&draft.writer, run->first);
    writer_u16(&draft.writer, run->count);
    return message_end(&draft);
}

enum status
message_read_run(struct message_run *out, struct byte_view body)
{
    struct reader reader;

    reader_init(&reader, body);
    reader_copy(&reader, out->id.octets, sizeof(out->id.octets));
    out->file = reader_u8(&reader);
    out->first = reader_u16(&reader);
    out->count = reader_u16(&reader);
    if (out->file >= RECORD_FILES_MAX || out->count == 0 ||
        out->count > CHUNKS_IN_FLIGHT_MAX ||
        out->count - 1 > UINT16_MAX - out->first)
        reader_fail(&reader);
    return status_of_reader(&reader);
}

enum status
message_write_chunk(struct byte_buf *out, const struct message_chunk *chunk)
{
    struct message_draft draft;

    message_begin(&draft, out, MESSAGE_CHUNK);
    writer_bytes(&draft.writer,
                 byte_view_of(chunk->id.octets, sizeof(chunk->id.octets)));
    writer_u8(&draft.writer, chunk->file);
    writer_u16(&draft.writer, chunk->index);
    writer_u8(&draft.writer, chunk->encoding);
    writer_bytes(&draft.writer, chunk->stored);
    return message_end(&draft);
}

enum status
message_read_chunk(struct message_chunk *out, struct byte_view body)
{
    struct reader reader;

    reader_init(&reader, body);
    reader_copy(&reader, out->id.octets, sizeof(out->id.octets));
    out->file = reader_u8(&reader);
    out->index = reader_u16(&reader);
    out->encoding = reader_u8(&reader);
    out->stored = reader_rest(&reader);
    if (out->file >= RECORD_FILES_MAX || out->stored.size == 0 ||
        out->stored.size > CHUNK_STORED_MAX)
        reader_fail(&reader);
    return status_of_reader(&reader);
}

enum status
message_put_ack(struct byte_buf *entries, const struct message_ack *ack)
{
    uint8_t entry[MESSAGE_ACK_SIZE];

    memcpy(entry, ack->prefix, MESSAGE_PREFIX_SIZE);
    entry[MESSAGE_PREFIX_SIZE] = (uint8_t)ack->fate;
    return byte_buf_append(entries, byte_view_of(entry, sizeof(entry)));
}

enum status
message_write_ack(struct byte_buf *out, struct byte_view entries)
{
    struct message_draft draft;

    message_begin(&draft, out, MESSAGE_ACK);
    writer_bytes(&draft.writer, entries);
    return message_end(&draft);
}

enum status
message_read_ack(struct byte_view *entries, struct byte_view body)
{
    *entries = body;
    if (body.size == 0 || body.size % MESSAGE_ACK_SIZE != 0 ||
        body.size > MESSAGE_ACKS_MAX * MESSAGE_ACK_SIZE)
        return STATUS_MALFORMED;
    for (size_t i = MESSAGE_PREFIX_SIZE; i < body.size; i += MESSAGE_ACK_SIZE)
        if (body.data[i] > MESSAGE_FATE_FAULTY)
            return STATUS_MALFORMED;
    return STATUS_OK;
}

bool
message_next_ack(struct message_ack *out, struct byte_view *entries)
{
    struct reader reader;

    reader_init(&reader, *entries);
    reader_copy(&reader, out->prefix, MESSAGE_PREFIX_SIZE);
    out->fate = (enum message_fate)reader_u8(&reader);
    *entries = byte_view_of(reader.at, reader.left);
    return !reader.failed;
}

enum status
message_write_prefixes(struct byte_buf *out, enum message_type type,
                       struct byte_view prefixes)
{
    struct message_draft draft;

    message_begin(&draft, out, type);
    writer_bytes(&draft.writer, prefixes);
    return message_end(&draft);
}

enum status
message_read_prefixes(struct byte_view *prefixes, enum message_type type,
                      struct byte_view body)
{
    const size_t most = type == MESSAGE_PRUNE || type == MESSAGE_FULL
                            ? 0
                            : MESSAGE_PREFIXES_MAX * MESSAGE_PREFIX_SIZE;

    *prefixes = body;
    if (body.size % MESSAGE_PREFIX_SIZE != 0 || body.size > most ||
        (body.size == 0 && type == MESSAGE_IHAVE))
        return STATUS_MALFORMED;
    return STATUS_OK;
}

bool
message_next_prefix(uint8_t out[MESSAGE_PREFIX_SIZE],
                    struct byte_view *prefixes)
{
    struct reader reader;

    reader_init(&reader, *prefixes);
    reader_copy(&reader, out, MESSAGE_PREFIX_SIZE);
    *prefixes = byte_view_of(reader.at, reader.left);
    return !reader.failed;
}

enum status
message_write_number(struct byte_buf *out, enum message_type type,
                     uint64_t number)
{
    struct message_draft draft;

    message_begin(&draft, out, type);
    writer_varint(&draft.writer, number);
    return message_end(&draft);
}

enum status
message_read_number(uint64_t *out, struct byte_view body)
{
    struct reader reader;

    reader_init(&reader, body);
    *out = reader_varint(&reader);
    return status_of_reader(&reader);
}
