#include <string.h>

#include "bundles/bundle.h"
#include "bundles/deflate.h"
#include "core/hash.h"
#include "core/limits.h"
#include "core/mem.h"

/* Ids that will be one list chunk. */
struct list {
    size_t count;
    struct chunk_id ids[CHUNK_LIST_IDS];
};

/* The first list of a file waits until there is a second chunk, and a full
 * list until there is one more: only then is it known that they are lists. */
struct bundle_writer {
    struct stash *stash;
    bool is_text;
    uint8_t language[RECORD_LANGUAGE_MAX];
    size_t language_size;
    uint32_t size;
    uint32_t chunks;
    struct hash_stream hash;
    struct byte_buf packed;
    size_t filled;
    uint8_t plain[CHUNK_SIZE];
    struct list list;
    struct list root;
};

enum status
bundle_writer_new(struct bundle_writer **out, struct stash *stash, bool is_text,
                  struct byte_view language)
{
    struct bundle_writer *writer = NULL;

    *out = NULL;
    if (language.size > RECORD_LANGUAGE_MAX)
        return STATUS_TOO_LARGE;
    writer = mem_zalloc(1, sizeof(*writer));
    if (writer == NULL)
        return STATUS_NO_MEMORY;
    writer->stash = stash;
    writer->is_text = is_text;
    writer->language_size = language.size;
    if (language.size > 0)
        memcpy(writer->language, language.data, language.size);
    hash_stream_init(&writer->hash);
    byte_buf_init(&writer->packed, CHUNK_STORED_MAX);
    *out = writer;
    return STATUS_OK;
}

void
bundle_writer_free(struct bundle_writer *writer)
{
    if (writer == NULL)
        return;
    byte_buf_release(&writer->packed);
    mem_free(writer);
}

/* Store list, which is not compressed, and empty it. */
static enum status
put_list(struct bundle_writer *writer, struct list *list, struct chunk_id *id)
{
    const struct byte_view plain =
        byte_view_of(list->ids, list->count * sizeof(struct chunk_id));

    *id = chunk_id_of(plain);
    list->count = 0;
    return stash_put(writer->stash, id, DEFLATE_RAW, plain);
}

static enum status
add_id(struct bundle_writer *writer, const struct chunk_id *id)
{
    struct chunk_id list_id;
    enum status status;

    if (writer->list.count == CHUNK_LIST_IDS) {
        status = put_list(writer, &writer->list, &list_id);
        if (status != STATUS_OK)
            return status;
        writer->root.ids[writer->root.count++] = list_id;
    }
    writer->list.ids[writer->list.count++] = *id;
    return STATUS_OK;
}

/* Store what has gathered as one data chunk. */
static enum status
put_data(struct bundle_writer *writer)
{
    const struct byte_view plain = byte_view_of(writer->plain, writer->filled);
    const struct chunk_id id = chunk_id_of(plain);
    uint8_t encoding;
    enum status status;

    writer->filled = 0;
    writer->chunks++;
    byte_buf_clear(&writer->packed);
    status =
        deflate_pack(&writer->packed, &encoding, plain, writer->is_text,
                     byte_view_of(writer->language, writer->language_size));
    if (status == STATUS_OK)
        status = stash_put(writer->stash, &id, encoding,
                           byte_view_of_buf(&writer->packed));
    if (status == STATUS_OK)
        status = add_id(writer, &id);
    return status;
}

enum status
bundle_writer_add(struct bundle_writer *writer, struct byte_view octets)
{
    enum status status = STATUS_OK;

    if (octets.size > RECORD_FILE_SIZE_MAX - writer->size)
        return STATUS_TOO_LARGE;
    writer->size += (uint32_t)octets.size;
    hash_stream_update(&writer->hash, octets);
    while (octets.size > 0 && status == STATUS_OK) {
        const struct byte_view part =
            byte_view_slice(octets, 0, CHUNK_SIZE - writer->filled);

        memcpy(writer->plain + writer->filled, part.data, part.size);
        writer->filled += part.size;
        octets = byte_view_slice(octets, part.size, octets.size);
        if (writer->filled == CHUNK_SIZE)
            status = put_data(writer);
    }
    return status;
}

/* Store the lists that are left; *top is the tree's top. */
static enum status
put_lists(struct bundle_writer *writer, struct chunk_id *top)
{
    enum status status = put_list(writer, &writer->list, top);

    if (status != STATUS_OK || writer->root.count == 0)
        return status;
    writer->root.ids[writer->root.count++] = *top;
    return put_list(writer, &writer->root, top);
}

enum status
bundle_writer_finish(struct bundle_writer *writer, struct record_file *file)
{
    struct chunk_id top;
    enum status status = STATUS_OK;

    if (writer->size == 0)
        return STATUS_MALFORMED;
    if (writer->filled > 0)
        status = put_data(writer);
    if (status != STATUS_OK)
        return status;
    file->size = writer->size;
    file->has_list = writer->chunks > 1;
    memset(file->list_id, 0, sizeof(file->list_id));
    hash_stream_final(&writer->hash, file->hash);
    if (!file->has_list)
        return STATUS_OK;
    status = put_lists(writer, &top);
    memcpy(file->list_id, top.octets, sizeof(file->list_id));
    return status;
}
