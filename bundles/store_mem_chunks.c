#include <assert.h>
#include <string.h>

#include "bundles/store_mem_parts.h"
#include "core/mem.h"

enum status
store_mem_chunks_put(struct store *store, const struct chunk_id *id,
                     enum store_class keeping, uint8_t encoding,
                     struct byte_view stored)
{
    struct store_mem *mem = store_mem_of(store);
    struct undo *undo = store_mem_undo_new(UNDO_PUT_CHUNK);
    struct mem_chunk *chunk = mem_alloc(sizeof(*chunk) + stored.size);
    enum status status = STATUS_NO_MEMORY;

    if (undo == NULL || chunk == NULL)
        goto done;
    chunk->id = *id;
    chunk->keeping = keeping;
    chunk->encoding = encoding;
    chunk->size = stored.size;
    memcpy(chunk->stored, stored.data, stored.size);
    status = map_put(&mem->chunks, id, chunk);
    if (status != STATUS_OK)
        goto done;

    undo->what.chunk = chunk;
    store_mem_undo_keep(mem, undo);
    chunk = NULL;
    undo = NULL;

done:
    mem_free(chunk);
    mem_free(undo);
    return status;
}

enum status
store_mem_chunks_has(struct store *store, const struct chunk_id *id)
{
    return map_get(&store_mem_of(store)->chunks, id) != NULL ? STATUS_OK
                                                             : STATUS_NOT_FOUND;
}

enum status
store_mem_chunks_get(struct store *store, const struct chunk_id *id,
                     uint8_t *encoding, struct byte_buf *out)
{
    const struct mem_chunk *chunk = map_get(&store_mem_of(store)->chunks, id);

    if (chunk == NULL)
        return STATUS_NOT_FOUND;
    *encoding = chunk->encoding;
    return byte_buf_append(out, byte_view_of(chunk->stored, chunk->size));
}

static void
describe(const struct mem_chunk *chunk, struct store_chunk *out)
{
    out->id = chunk->id;
    out->keeping = chunk->keeping;
    out->size = chunk->size;
}

enum status
store_mem_chunks_get_row(struct store *store, const struct chunk_id *id,
                         struct store_chunk *out)
{
    const struct mem_chunk *chunk = map_get(&store_mem_of(store)->chunks, id);

    if (chunk == NULL)
        return STATUS_NOT_FOUND;
    describe(chunk, out);
    return STATUS_OK;
}

enum status
store_mem_chunks_walk(struct store *store, store_chunk_visit *visit,
                      void *context)
{
    const struct store_mem *mem = store_mem_of(store);
    enum status status = STATUS_OK;
    const struct mem_chunk *chunk;
    struct store_chunk row;
    size_t position = 0;

    while (status == STATUS_OK &&
           (chunk = map_next(&mem->chunks, &position)) != NULL) {
        describe(chunk, &row);
        status = visit(context, &row);
    }
    return status;
}

enum status
store_mem_chunks_move(struct store *store, const struct chunk_id *id,
                      enum store_class keeping)
{
    struct store_mem *mem = store_mem_of(store);
    struct undo *undo = store_mem_undo_new(UNDO_MOVE_CHUNK);

    if (undo == NULL)
        return STATUS_NO_MEMORY;
    undo->what.chunk = map_get(&mem->chunks, id);
    undo->old.keeping = undo->what.chunk->keeping;
    undo->what.chunk->keeping = keeping;
    store_mem_undo_keep(mem, undo);
    return STATUS_OK;
}

enum status
store_mem_chunks_remove(struct store *store, const struct chunk_id *id)
{
    struct store_mem *mem = store_mem_of(store);
    struct undo *undo = store_mem_undo_new(UNDO_REMOVE_CHUNK);

    if (undo == NULL)
        return STATUS_NO_MEMORY;
    undo->what.chunk = map_remove(&mem->chunks, id);
    store_mem_undo_keep(mem, undo);
    return STATUS_OK;
}

void
store_mem_chunks_put_back(struct store_mem *mem, struct mem_chunk *chunk)
{
    /* A map keeps the place that a key once had. */
    const enum status status = map_put(&mem->chunks, &chunk->id, chunk);

    assert(status == STATUS_OK);
    (void)status;
}
