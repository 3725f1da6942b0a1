#include "bundles/stash.h"

#include <string.h>

void
stash_init(struct stash *stash, struct store *store, enum store_class keeping)
{
    memset(stash, 0, sizeof(*stash));
    stash->store = store;
    stash->keeping = keeping;
    byte_buf_init(&stash->octets, COMMIT_CHUNKS_MAX * CHUNK_STORED_MAX);
}

void
stash_release(struct stash *stash)
{
    byte_buf_release(&stash->octets);
    stash->count = 0;
}

static bool
is_held(const struct stash *stash, const struct chunk_id *id)
{
    for (size_t i = 0; i < stash->count; i++)
        if (memcmp(&stash->chunks[i].id, id, sizeof(*id)) == 0)
            return true;
    return false;
}

/* Into the open transaction; somebody else may have been faster. */
static enum status
put(struct stash *stash, const struct chunk_id *id, uint8_t encoding,
    struct byte_view stored)
{
    enum status status =
        store_put_chunk(stash->store, id, stash->keeping, encoding, stored);

    return status == STATUS_EXISTS ? STATUS_OK : status;
}

enum status
stash_empty(struct stash *stash)
{
    const struct byte_view all = byte_view_of_buf(&stash->octets);
    enum status status = STATUS_OK;

    for (size_t i = 0;
         status == STATUS_OK && i < stash->count && !stash->is_trial; i++) {
        const struct stash_chunk *chunk = &stash->chunks[i];

        status = put(stash, &chunk->id, chunk->encoding,
                     byte_view_slice(all, chunk->first, chunk->size));
    }
    if (status != STATUS_OK)
        return status;
    stash->count = 0;
    byte_buf_clear(&stash->octets);
    return STATUS_OK;
}

/* What is held back goes into a transaction of its own. */
static enum status
commit(struct stash *stash)
{
    enum status status;

    if (stash->is_trial)
        return stash_empty(stash);
    status = store_begin(stash->store);
    if (status == STATUS_OK)
        status = stash_empty(stash);
    if (status == STATUS_OK)
        status = store_commit(stash->store);
    if (status != STATUS_OK)
        store_rollback(stash->store);
    stash->is_begun = true;
    return status;
}

enum status
stash_put(struct stash *stash, const struct chunk_id *id, uint8_t encoding,
          struct byte_view stored)
{
    struct stash_chunk chunk = {*id, encoding, stash->octets.size, stored.size};
    enum status status;

    if (stored.size == 0 || stored.size > CHUNK_STORED_MAX)
        return STATUS_TOO_LARGE;
    if (is_held(stash, id) || store_has_chunk(stash->store, id))
        return STATUS_OK;
    if (store_in_transaction(stash->store) && !stash->is_trial) {
        stash->stored += stored.size;
        return put(stash, id, encoding, stored);
    }
    status = byte_buf_append(&stash->octets, stored);
    if (status != STATUS_OK)
        return status;
    stash->chunks[stash->count++] = chunk;
    stash->stored += stored.size;
    return stash->count == COMMIT_CHUNKS_MAX ? commit(stash) : STATUS_OK;
}
