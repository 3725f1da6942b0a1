#include "bundles/bundle_account.h"

#include <stdlib.h>
#include <string.h>

#include "bundles/bundle_tree.h"
#include "core/bytes.h"
#include "core/limits.h"

/* Ids one behind the other; of records or chunks, which are 32 octets both. */
#define ID_SIZE sizeof(struct chunk_id)

static void
ids_init(struct byte_buf *ids)
{
    byte_buf_init(ids, ACCOUNT_IDS_MAX * ID_SIZE);
}

static enum status
ids_add(struct byte_buf *ids, const void *id)
{
    return byte_buf_append(ids, byte_view_of(id, ID_SIZE));
}

static size_t
ids_count(const struct byte_buf *ids)
{
    return ids->size / ID_SIZE;
}

static int
compare_ids(const void *a, const void *b)
{
    return memcmp(a, b, ID_SIZE);
}

static void
ids_sort(struct byte_buf *ids)
{
    if (ids->size > 0)
        qsort(ids->data, ids_count(ids), ID_SIZE, compare_ids);
}

static bool
ids_has(const struct byte_buf *sorted, const void *id)
{
    return sorted->size > 0 && bsearch(id, sorted->data, ids_count(sorted),
                                       ID_SIZE, compare_ids) != NULL;
}

/* What is done with the id of each chunk of a record. */
typedef enum status on_chunk(void *context, const struct chunk_id *id);

/* Whose id stands in a list that has not arrived, or is none, is not known. */
static enum status
each_of_file(struct store *store, const struct record_file *file, on_chunk *act,
             void *context)
{
    struct bundle_tree *tree = NULL;
    const struct chunk_tree *shape;
    enum status status;
    uint32_t index = 0;

    status = bundle_tree_new(&tree, store, file);
    if (status != STATUS_OK)
        return status;
    shape = bundle_tree_shape(tree);
    while (status == STATUS_OK && index < shape->count) {
        struct chunk_id id;

        status = bundle_tree_id(tree, index, &id);
        if (status == STATUS_OK) {
            status = act(context, &id);
            index++;
        } else if (status == STATUS_NOT_FOUND ||
                   status == STATUS_BAD_SIGNATURE) {
            status = STATUS_OK;
            if (index >= shape->data)
                index++;
            else if (shape->data - index > CHUNK_LIST_IDS)
                index += (uint32_t)CHUNK_LIST_IDS;
            else
                index = shape->data;
        }
    }
    bundle_tree_free(tree);
    return status;
}

static enum status
each_chunk(struct store *store, const struct record_id *id, on_chunk *act,
           void *context)
{
    const struct record_fields *fields;
    struct record *record;
    enum status status = store_get_record(store, id, &record);

    if (status != STATUS_OK)
        return status;
    fields = record_fields(record);
    for (size_t i = 0; status == STATUS_OK && i < fields->file_count; i++)
        status = each_of_file(store, &fields->files[i], act, context);
    record_free(record);
    return status;
}

/* The chunks that records name. */
struct named {
    struct store *store;
    bool by_followed;              /* only records on that account */
    const struct byte_buf *except; /* of records that do not count, in order;
                                      or NULL */
    struct byte_buf ids;
};

static enum status
add_chunk(void *context, const struct chunk_id *id)
{
    return ids_add(context, id);
}

/* A store_visit. */
static enum status
add_record(void *context, const struct store_row *row)
{
    struct named *named = context;

    if (named->by_followed && row->keeping != STORE_FOLLOWED)
        return STATUS_OK;
    if (named->except != NULL && ids_has(named->except, &row->id))
        return STATUS_OK;
    return each_chunk(named->store, &row->id, add_chunk, &named->ids);
}

static enum status
find_named(struct named *named)
{
    const struct store_query everything = {0};
    enum status status =
        store_walk(named->store, &everything, add_record, named);

    ids_sort(&named->ids);
    return status;
}

/* Moving. */

struct moving {
    struct store *store;
    enum store_class keeping;
    bundle_account_filter *wants; /* NULL for all */
    void *context;
    struct named shared; /* chunks that stay where they are */
    struct byte_buf records;
    size_t chunks; /* since the last commit */
    size_t moved;
};

/* A store_visit. */
static enum status
note_record(void *context, const struct store_row *row)
{
    struct moving *moving = context;

    if (row->keeping == moving->keeping ||
        (moving->wants != NULL && !moving->wants(moving->context, row)))
        return STATUS_OK;
    return ids_add(&moving->records, &row->id);
}

static enum status
commit_and_begin(struct store *store)
{
    enum status status = store_commit(store);

    return status == STATUS_OK ? store_begin(store) : status;
}

static enum status
move_chunk(void *context, const struct chunk_id *id)
{
    struct moving *moving = context;
    enum status status;

    if (ids_has(&moving->shared.ids, id))
        return STATUS_OK;
    status = store_move_chunk(moving->store, id, moving->keeping);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status != STATUS_OK || ++moving->chunks < COMMIT_CHUNKS_MAX)
        return status;
    moving->chunks = 0;
    return commit_and_begin(moving->store);
}

/* The record after its chunks: one that is moved is moved whole. */
static enum status
move_record(struct moving *moving, size_t index)
{
    struct record_id id;
    enum status status;

    memcpy(&id, moving->records.data + index * ID_SIZE, sizeof(id));
    status = each_chunk(moving->store, &id, move_chunk, moving);
    if (status == STATUS_OK)
        status = store_move_record(moving->store, &id, moving->keeping);
    if (status == STATUS_OK)
        moving->moved++;
    if (status == STATUS_OK && moving->moved % COMMIT_RECORDS_MAX == 0)
        status = commit_and_begin(moving->store);
    return status;
}

static enum status
move_records(struct moving *moving)
{
    enum status status = store_begin(moving->store);

    for (size_t i = 0; status == STATUS_OK && i < ids_count(&moving->records);
         i++)
        status = move_record(moving, i);
    if (status == STATUS_OK)
        status = store_commit(moving->store);
    if (status != STATUS_OK)
        store_rollback(moving->store);
    return status;
}

enum status
bundle_account_move(struct store *store, const struct key_author *author,
                    enum store_class keeping, size_t *moved)
{
    return bundle_account_move_some(store, author, keeping, NULL, NULL, moved);
}

enum status
bundle_account_move_some(struct store *store, const struct key_author *author,
                         enum store_class keeping, bundle_account_filter *wants,
                         void *context, size_t *moved)
{
    struct moving moving = {
        .store = store,
        .keeping = keeping,
        .wants = wants,
        .context = context,
        .shared = {.store = store,
                   .by_followed = true,
                   .except = &moving.records},
    };
    const struct store_query query = {.by_author = true, .author = *author};
    enum status status;

    *moved = 0;
    ids_init(&moving.shared.ids);
    ids_init(&moving.records);
    status = store_walk(store, &query, note_record, &moving);
    ids_sort(&moving.records);
    if (status == STATUS_OK && moving.records.size > 0 &&
        keeping == STORE_OTHER)
        status = find_named(&moving.shared);
    if (status == STATUS_OK && moving.records.size > 0)
        status = move_records(&moving);
    *moved = moving.moved;
    byte_buf_release(&moving.shared.ids);
    byte_buf_release(&moving.records);
    return status;
}

/* Collecting. */

struct collecting {
    struct store *store;
    struct named named;
    struct byte_buf left; /* chunks that are not among them */
    size_t removed;
};

/* A store_chunk_visit. */
static enum status
note_chunk(void *context, const struct store_chunk *chunk)
{
    struct collecting *collecting = context;

    return ids_has(&collecting->named.ids, &chunk->id)
               ? STATUS_OK
               : ids_add(&collecting->left, &chunk->id);
}

/* Remove those from first on, as many as one transaction takes. */
static enum status
remove_some(struct collecting *collecting, size_t first)
{
    struct store *store = collecting->store;
    size_t end = first + COMMIT_CHUNKS_MAX;
    struct chunk_id id;
    bool changed = false;
    enum status status = store_begin(store);

    if (end > ids_count(&collecting->left))
        end = ids_count(&collecting->left);
    if (status == STATUS_OK)
        status = store_poll_changed(store, &changed);
    if (status == STATUS_OK && changed)
        status = STATUS_LOCKED;
    for (size_t i = first; status == STATUS_OK && i < end; i++) {
        memcpy(&id, collecting->left.data + i * ID_SIZE, sizeof(id));
        status = store_remove_chunk(store, &id);
    }
    if (status == STATUS_OK)
        status = store_commit(store);
    if (status == STATUS_OK)
        collecting->removed += end - first;
    else
        store_rollback(store);
    return status;
}

enum status
bundle_account_collect(struct store *store, size_t *removed)
{
    struct collecting collecting = {.store = store, .named = {.store = store}};
    bool changed;
    enum status status;

    *removed = 0;
    ids_init(&collecting.named.ids);
    ids_init(&collecting.left);
    /* Everything is looked at as it is from now on. */
    status = store_poll_changed(store, &changed);
    if (status == STATUS_OK)
        status = find_named(&collecting.named);
    if (status == STATUS_OK)
        status = store_walk_chunks(store, note_chunk, &collecting);
    for (size_t i = 0; status == STATUS_OK && i < ids_count(&collecting.left);
         i += COMMIT_CHUNKS_MAX)
        status = remove_some(&collecting, i);
    *removed = collecting.removed;
    byte_buf_release(&collecting.named.ids);
    byte_buf_release(&collecting.left);
    return status;
}
