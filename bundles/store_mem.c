#include "bundles/store_mem.h"

#include <string.h>

#include "bundles/store_mem_parts.h"
#include "core/entropy.h"
#include "core/mem.h"

/* Transactions. */

/* Made before a change, so that the change cannot fail behind it. */
struct undo *
store_mem_undo_new(enum undo_kind kind)
{
    struct undo *undo = mem_zalloc(1, sizeof(*undo));

    if (undo != NULL) {
        undo->kind = kind;
        list_init(&undo->node);
    }
    return undo;
}

void
store_mem_undo_keep(struct store_mem *mem, struct undo *undo)
{
    list_prepend(&mem->undos, &undo->node);
}

static void
undo_apply(struct store_mem *mem, const struct undo *undo)
{
    switch (undo->kind) {
    case UNDO_PUT_RECORD:
        store_mem_records_forget(mem, undo->what.record);
        return;
    case UNDO_SET_STATE:
        undo->what.record->row.state = undo->old.state;
        return;
    case UNDO_MOVE_RECORD:
        undo->what.record->row.keeping = undo->old.keeping;
        return;
    case UNDO_SET_DELIVERED:
        undo->what.record->delivered = undo->old.delivered;
        return;
    case UNDO_PUT_CHUNK:
        mem_free(map_remove(&mem->chunks, &undo->what.chunk->id));
        return;
    case UNDO_MOVE_CHUNK:
        undo->what.chunk->keeping = undo->old.keeping;
        return;
    case UNDO_REMOVE_CHUNK:
        store_mem_chunks_put_back(mem, undo->what.chunk);
        return;
    case UNDO_PUT_SEQUENCE:
        mem_free(map_remove(&mem->sequences, &undo->what.sequence->author));
        return;
    case UNDO_SET_SEQUENCE:
        undo->what.sequence->value = undo->old.sequence;
        return;
    }
}

/* Drop all undos, newest first. */
static void
undo_all(struct store_mem *mem, bool apply)
{
    while (!list_is_empty(&mem->undos)) {
        struct undo *undo = CONTAINER_OF(mem->undos.next, struct undo, node);

        if (apply)
            undo_apply(mem, undo);
        else if (undo->kind == UNDO_REMOVE_CHUNK)
            mem_free(undo->what.chunk);
        list_remove(&undo->node);
        mem_free(undo);
    }
}

static enum status
mem_begin(struct store *store)
{
    (void)store;
    return STATUS_OK;
}

static enum status
mem_commit(struct store *store)
{
    undo_all(store_mem_of(store), false);
    return STATUS_OK;
}

static void
mem_rollback(struct store *store)
{
    undo_all(store_mem_of(store), true);
}

static enum status
mem_poll_changed(struct store *store, bool *changed)
{
    (void)store;
    *changed = false;
    return STATUS_OK;
}

static enum status
mem_load_figures(struct store *store)
{
    (void)store;
    return STATUS_OK;
}

static void
mem_store_free(struct store *store)
{
    struct store_mem *mem = store_mem_of(store);
    size_t position;
    void *value;

    MAP_EACH(value, &mem->records, position)
        store_mem_records_free(value);
    MAP_EACH(value, &mem->chunks, position)
        mem_free(value);
    MAP_EACH(value, &mem->sequences, position)
        mem_free(value);
    map_release(&mem->records);
    map_release(&mem->chunks);
    map_release(&mem->sequences);
    mem_free(mem->sorted);
    mem_free(mem->mentions);
    mem_free(mem);
}

/* Own keys. */

static enum status
mem_get_sequence(struct store *store, const struct key_author *author,
                 struct store_sequence *out)
{
    const struct mem_sequence *entry =
        map_get(&store_mem_of(store)->sequences, author);

    if (entry != NULL)
        *out = entry->value;
    return STATUS_OK;
}

static enum status
put_sequence(struct store_mem *mem, const struct key_author *author,
             const struct store_sequence *sequence)
{
    struct undo *undo = store_mem_undo_new(UNDO_PUT_SEQUENCE);
    struct mem_sequence *entry = mem_alloc(sizeof(*entry));
    enum status status = STATUS_NO_MEMORY;

    if (undo == NULL || entry == NULL)
        goto done;
    entry->author = *author;
    entry->value = *sequence;
    status = map_put(&mem->sequences, author, entry);
    if (status != STATUS_OK)
        goto done;

    undo->what.sequence = entry;
    store_mem_undo_keep(mem, undo);
    entry = NULL;
    undo = NULL;

done:
    mem_free(entry);
    mem_free(undo);
    return status;
}

static enum status
mem_set_sequence(struct store *store, const struct key_author *author,
                 const struct store_sequence *sequence)
{
    struct store_mem *mem = store_mem_of(store);
    struct mem_sequence *entry = map_get(&mem->sequences, author);
    struct undo *undo;

    if (entry == NULL)
        return put_sequence(mem, author, sequence);
    undo = store_mem_undo_new(UNDO_SET_SEQUENCE);
    if (undo == NULL)
        return STATUS_NO_MEMORY;
    undo->what.sequence = entry;
    undo->old.sequence = entry->value;
    entry->value = *sequence;
    store_mem_undo_keep(mem, undo);
    return STATUS_OK;
}

static enum status
mem_set_delivered(struct store *store, const struct record_id *id,
                  uint32_t count)
{
    struct store_mem *mem = store_mem_of(store);
    struct undo *undo = store_mem_undo_new(UNDO_SET_DELIVERED);

    if (undo == NULL)
        return STATUS_NO_MEMORY;
    undo->what.record = map_get(&mem->records, id);
    undo->old.delivered = undo->what.record->delivered;
    undo->what.record->delivered = count;
    store_mem_undo_keep(mem, undo);
    return STATUS_OK;
}

static enum status
mem_get_delivered(struct store *store, const struct record_id *id,
                  uint32_t *out)
{
    const struct mem_record *entry = map_get(&store_mem_of(store)->records, id);

    if (entry == NULL)
        return STATUS_NOT_FOUND;
    *out = entry->delivered;
    return STATUS_OK;
}

/* What is in memory has not gone through anything that could damage it. */
static enum status
mem_check(struct store *store)
{
    (void)store;
    return STATUS_OK;
}

static const struct store_ops mem_ops = {
    .close = mem_store_free,
    .begin = mem_begin,
    .commit = mem_commit,
    .rollback = mem_rollback,
    .poll_changed = mem_poll_changed,
    .load_figures = mem_load_figures,
    .put_record = store_mem_records_put,
    .set_state = store_mem_records_set_state,
    .move_record = store_mem_records_move,
    .has_record = store_mem_records_has,
    .is_mentioned = store_mem_mentions_is,
    .get_record = store_mem_records_get,
    .get_row = store_mem_records_get_row,
    .find = store_mem_records_find,
    .walk = store_mem_records_walk,
    .put_chunk = store_mem_chunks_put,
    .has_chunk = store_mem_chunks_has,
    .get_chunk = store_mem_chunks_get,
    .get_chunk_row = store_mem_chunks_get_row,
    .walk_chunks = store_mem_chunks_walk,
    .move_chunk = store_mem_chunks_move,
    .remove_chunk = store_mem_chunks_remove,
    .get_sequence = mem_get_sequence,
    .set_sequence = mem_set_sequence,
    .set_delivered = mem_set_delivered,
    .get_delivered = mem_get_delivered,
    .check = mem_check,
};

enum status
store_mem_new(struct store **out, uint64_t budget, struct entropy *entropy)
{
    struct store_mem *mem = mem_zalloc(1, sizeof(*mem));
    uint8_t salt[16];

    *out = NULL;
    if (mem == NULL)
        return STATUS_NO_MEMORY;
    store_init(&mem->store, &mem_ops, budget);
    entropy_fill(entropy, salt, sizeof(salt));
    entropy_fill(entropy, &mem->row_key, sizeof(mem->row_key));
    map_init(&mem->records, sizeof(struct record_id), salt);
    map_init(&mem->chunks, sizeof(struct chunk_id), salt);
    map_init(&mem->sequences, sizeof(struct key_author), salt);
    list_init(&mem->undos);
    *out = &mem->store;
    return STATUS_OK;
}
