#include "bundles/sealed_object.h"

#include <string.h>

#include "bundles/bundle.h"
#include "bundles/chunk.h"
#include "bundles/deflate.h"
#include "bundles/statement.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/reader.h"
#include "core/writer.h"

static uint64_t
octets_of(const struct record_fields *fields)
{
    uint64_t octets = 0;

    for (size_t i = 0; i < fields->file_count; i++)
        octets += fields->files[i].size;
    return octets;
}

/* STATUS_NEWER for what is not a statement as it may be sealed. */
static enum status
check_inner(const struct record *record)
{
    const struct record_fields *fields = record_fields(record);
    struct statement statement;
    enum status status = statement_read(&statement, record);

    if (status == STATUS_OK && (!statement.has_salt || fields->sequence != 0 ||
                                octets_of(fields) > SEALED_FILES_SIZE_MAX))
        status = STATUS_NEWER;
    statement_release(&statement);
    return status;
}

/* Lists come before what they list: from the top down to chunk 0. */
static enum status
write_file(struct writer *writer, struct store *store,
           const struct record *record, size_t file)
{
    uint32_t index =
        chunk_tree_of(record_fields(record)->files[file].size).count;
    enum status status = STATUS_OK;
    struct byte_buf stored;
    uint8_t encoding;

    byte_buf_init(&stored, CHUNK_SIZE);
    while (status == STATUS_OK && index-- > 0) {
        byte_buf_clear(&stored);
        status =
            bundle_get_chunk(store, record, file, index, &encoding, &stored);
        if (status != STATUS_OK)
            break;
        writer_u8(writer, encoding);
        writer_u16(writer, (uint16_t)stored.size);
        writer_bytes(writer, byte_view_of_buf(&stored));
        status = writer_status(writer);
    }
    byte_buf_release(&stored);
    return status;
}

enum status
sealed_object_write(struct byte_buf *out, struct store *store,
                    const struct record *record)
{
    struct byte_view wire = record_wire(record);
    size_t files = record_fields(record)->file_count;
    enum status status = check_inner(record);
    struct writer writer;

    if (status != STATUS_OK)
        return status == STATUS_NEWER ? STATUS_MALFORMED : status;
    writer_init(&writer, out);
    writer_u16(&writer, (uint16_t)wire.size);
    writer_bytes(&writer, wire);
    status = writer_status(&writer);
    for (size_t i = 0; status == STATUS_OK && i < files; i++)
        status = write_file(&writer, store, record, i);
    return status;
}

static enum status
open_record(struct record **out, const struct record *sealed,
            struct byte_view wire)
{
    struct record_id id = record_id_of_wire(wire);
    struct sealed promised;
    enum status status = sealed_read(&promised, sealed);

    if (status == STATUS_OK && !record_id_equal(&id, &promised.seals))
        status = STATUS_BAD_SIGNATURE;
    if (status == STATUS_OK)
        status = record_open(out, wire);
    if (status == STATUS_OK &&
        !key_author_equal(&record_fields(*out)->key.author,
                          &record_fields(sealed)->key.author))
        status = STATUS_BAD_SIGNATURE;
    if (status == STATUS_OK)
        status = check_inner(*out);
    return status;
}

/* Whether a chunk that the store has from elsewhere is the one in the box. */
static enum status
check_chunk(struct store *store, const struct record *record,
            const struct bundle_chunk *chunk)
{
    struct chunk_tree tree =
        chunk_tree_of(record_fields(record)->files[chunk->file].size);
    size_t size = chunk_plain_size(&tree, chunk->index);
    uint8_t *plain = mem_alloc(size);
    struct chunk_id wanted;
    struct chunk_id found;
    enum status status =
        bundle_chunk_id(store, record, chunk->file, chunk->index, &wanted);

    if (plain == NULL)
        return STATUS_NO_MEMORY;
    if (status == STATUS_OK && chunk->encoding != DEFLATE_RAW &&
        chunk_is_list(&tree, chunk->index))
        status = STATUS_MALFORMED;
    if (status == STATUS_OK)
        status = deflate_unpack(plain, size, chunk->encoding, chunk->stored);
    if (status == STATUS_OK) {
        found = chunk_id_of(byte_view_of(plain, size));
        if (memcmp(&found, &wanted, sizeof(found)) != 0)
            status = STATUS_BAD_SIGNATURE;
    }
    mem_free(plain);
    return status;
}

static enum status
take_file(struct reader *reader, struct store *store,
          const struct record *record, size_t file, enum store_class keeping)
{
    uint32_t index =
        chunk_tree_of(record_fields(record)->files[file].size).count;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && index-- > 0) {
        struct bundle_chunk chunk = {.file = file, .index = index};

        chunk.encoding = reader_u8(reader);
        chunk.stored = reader_bytes(reader, reader_u16(reader));
        if (reader->failed)
            return STATUS_MALFORMED;
        status = bundle_put_chunk(store, record, &chunk, keeping);
        if (status == STATUS_EXISTS)
            status = check_chunk(store, record, &chunk);
    }
    return status;
}

static bool
is_zero(struct byte_view octets)
{
    for (size_t i = 0; i < octets.size; i++)
        if (octets.data[i] != 0)
            return false;
    return true;
}

static enum status
take_files(struct reader *reader, struct store *store,
           const struct record *record, enum store_class keeping)
{
    size_t files = record_fields(record)->file_count;
    enum store_state state = STORE_INCOMPLETE;
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < files; i++)
        status = take_file(reader, store, record, i, keeping);
    if (status == STATUS_OK && !is_zero(reader_rest(reader)))
        status = STATUS_MALFORMED;
    if (status == STATUS_OK)
        status = bundle_settle(store, record, &state);
    if (status == STATUS_OK && state != STORE_COMPLETE)
        status = STATUS_BAD_SIGNATURE;
    return status;
}

enum status
sealed_object_open(struct record **out, struct store *store,
                   const struct record *sealed, struct byte_view octets,
                   enum store_class keeping, struct day today)
{
    struct record *record = NULL;
    struct reader reader;
    struct byte_view wire;
    enum status status;

    *out = NULL;
    reader_init(&reader, octets);
    wire = reader_bytes(&reader, reader_u16(&reader));
    if (reader.failed || wire.size > RECORD_WIRE_MAX)
        return STATUS_MALFORMED;
    status = open_record(&record, sealed, wire);
    if (status == STATUS_OK) {
        status = store_put_record(store, record, keeping, today);
        if (status == STATUS_EXISTS)
            status = STATUS_OK;
    }
    if (status == STATUS_OK)
        status = take_files(&reader, store, record, keeping);
    if (status == STATUS_OK)
        *out = record;
    else
        record_free(record);
    return status;
}
