#include "net/load.h"

#include "bundles/bundle.h"
#include "bundles/chunk.h"
#include "bundles/deflate.h"
#include "bundles/statement.h"
#include "core/limits.h"
#include "core/mem.h"

/* Pack stored anew without a dictionary. */
static enum status
repack(struct byte_buf *stored, uint8_t *encoding, size_t plain_size)
{
    const struct byte_view no_language = {NULL, 0};
    uint8_t *plain = mem_alloc(plain_size);
    enum status status;

    if (plain == NULL)
        return STATUS_NO_MEMORY;
    status =
        deflate_unpack(plain, plain_size, *encoding, byte_view_of_buf(stored));
    if (status == STATUS_OK) {
        byte_buf_clear(stored);
        status = deflate_pack(stored, encoding, byte_view_of(plain, plain_size),
                              false, no_language);
    }
    mem_free(plain);
    return status;
}

/* The stored form of a chunk as the receiver can read it, in stored.  A chunk
 * that does not fit the place where its record names it is none to give. */
static enum status
get_chunk(struct store *store, const struct record *record,
          const struct message_run *run, uint8_t dictionary,
          struct byte_buf *stored, uint8_t *encoding)
{
    const struct record_fields *fields = record_fields(record);
    enum status status;
    struct chunk_tree tree;

    status = bundle_get_chunk(store, record, run->file, run->first, encoding,
                              stored);
    if (status == STATUS_BAD_SIGNATURE || status == STATUS_MALFORMED)
        return STATUS_NOT_FOUND;
    if (status != STATUS_OK || *encoding <= DEFLATE_DICTIONARY + dictionary)
        return status;
    tree = chunk_tree_of(fields->files[run->file].size);
    return repack(stored, encoding, chunk_plain_size(&tree, run->first));
}

/* Put file, if it is here, suitable and there is room. */
static enum status
put_file(struct message_draft *draft, struct store *store,
         const struct record *record, uint8_t number, uint8_t dictionary)
{
    const struct record_file *file = &record_fields(record)->files[number];
    const struct message_run run = {.file = number};
    struct message_chunk chunk = {.file = number};
    size_t used = draft->out->size - draft->start - MESSAGE_HEAD_SIZE;
    struct byte_buf stored;
    enum status status;

    byte_buf_init(&stored, CHUNK_STORED_MAX);
    status =
        get_chunk(store, record, &run, dictionary, &stored, &chunk.encoding);
    chunk.stored = byte_view_of_buf(&stored);
    if (status == STATUS_OK &&
        used + message_inline_size(stored.size) <= MESSAGE_BODY_MAX &&
        (statement_is_text(file) || stored.size <= MESSAGE_SMALL_FILE_MAX))
        message_put_inline(draft, &chunk);
    byte_buf_release(&stored);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Put the files of one kind, texts or others. */
static enum status
put_files(struct message_draft *draft, struct store *store,
          const struct record *record, bool texts, uint8_t dictionary)
{
    const struct record_fields *fields = record_fields(record);
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < fields->file_count; i++)
        if (!fields->files[i].has_list &&
            statement_is_text(&fields->files[i]) == texts)
            status = put_file(draft, store, record, (uint8_t)i, dictionary);
    return status;
}

enum status
load_record(struct byte_buf *out, struct store *store,
            const struct record *record, uint8_t dictionary)
{
    const size_t start = out->size;
    struct message_draft draft;
    enum status status;

    message_begin(&draft, out, MESSAGE_RECORD);
    message_put_wire(&draft, record_wire(record));
    status = writer_status(&draft.writer);
    if (status == STATUS_OK)
        status = put_files(&draft, store, record, true, dictionary);
    if (status == STATUS_OK)
        status = put_files(&draft, store, record, false, dictionary);
    if (status == STATUS_OK)
        return message_end(&draft);
    out->size = start;
    return status;
}

enum status
load_chunk(struct byte_buf *out, struct store *store,
           const struct message_run *run, uint8_t dictionary)
{
    struct message_chunk chunk = {
        .id = run->id, .file = run->file, .index = run->first};
    struct record *record = NULL;
    struct byte_buf stored;
    enum status status;

    byte_buf_init(&stored, CHUNK_STORED_MAX);
    status = store_get_record(store, &run->id, &record);
    if (status == STATUS_OK)
        status =
            get_chunk(store, record, run, dictionary, &stored, &chunk.encoding);
    if (status != STATUS_OK)
        goto done;
    chunk.stored = byte_view_of_buf(&stored);
    status = message_write_chunk(out, &chunk);

done:
    record_free(record);
    byte_buf_release(&stored);
    return status;
}
