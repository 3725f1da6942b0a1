#include "bundles/bundle_tree.h"

#include <stdbool.h>
#include <string.h>

#include "bundles/deflate.h"
#include "core/limits.h"
#include "core/mem.h"

/* A chunk of this file in memory. */
struct loaded {
    bool is_loaded;
    uint32_t index;
    uint8_t plain[CHUNK_SIZE];
};

struct bundle_tree {
    struct store *store;
    struct chunk_tree shape;
    struct chunk_id top;
    struct byte_buf stored;
    struct loaded root; /* of two levels */
    struct loaded list;
    struct loaded data;
};

enum status
bundle_tree_new(struct bundle_tree **out, struct store *store,
                const struct record_file *file)
{
    struct bundle_tree *tree = mem_alloc(sizeof(*tree));

    *out = NULL;
    if (tree == NULL)
        return STATUS_NO_MEMORY;
    tree->store = store;
    tree->shape = chunk_tree_of(file->size);
    tree->top = chunk_top_id(file);
    tree->root.is_loaded = false;
    tree->list.is_loaded = false;
    tree->data.is_loaded = false;
    byte_buf_init(&tree->stored, CHUNK_STORED_MAX);
    *out = tree;
    return STATUS_OK;
}

void
bundle_tree_free(struct bundle_tree *tree)
{
    if (tree == NULL)
        return;
    byte_buf_release(&tree->stored);
    mem_free(tree);
}

const struct chunk_tree *
bundle_tree_shape(const struct bundle_tree *tree)
{
    return &tree->shape;
}

/* Chunk index, whose id is known, into place. */
static enum status
load(struct bundle_tree *tree, const struct chunk_id *id, uint32_t index,
     struct loaded *place)
{
    const size_t size = chunk_plain_size(&tree->shape, index);
    struct chunk_id found;
    uint8_t encoding;
    enum status status;

    if (place->is_loaded && place->index == index)
        return STATUS_OK;
    place->is_loaded = false;
    byte_buf_clear(&tree->stored);
    status = store_get_chunk(tree->store, id, &encoding, &tree->stored);
    if (status != STATUS_OK)
        return status;
    status = deflate_unpack(place->plain, size, encoding,
                            byte_view_of_buf(&tree->stored));
    if (status == STATUS_NO_MEMORY || status == STATUS_NEWER)
        return status;
    /* It was unpacked and hashed before it was stored, and the store watches
     * its octets.  So it is for another place, of another length. */
    if (status != STATUS_OK)
        return STATUS_BAD_SIGNATURE;
    found = chunk_id_of(byte_view_of(place->plain, size));
    if (memcmp(&found, id, sizeof(found)) != 0)
        return STATUS_BAD_SIGNATURE;
    place->is_loaded = true;
    place->index = index;
    return STATUS_OK;
}

static struct chunk_id
id_at(const struct loaded *list, uint32_t place)
{
    struct chunk_id id;

    memcpy(&id, list->plain + place * sizeof(id), sizeof(id));
    return id;
}

enum status
bundle_tree_id(struct bundle_tree *tree, uint32_t index, struct chunk_id *out)
{
    const uint32_t top = chunk_top(&tree->shape);
    uint32_t list;
    uint32_t place;
    uint32_t place_of_list;
    uint32_t root;
    struct chunk_id list_id = tree->top;
    enum status status;

    *out = tree->top;
    if (!chunk_parent(&tree->shape, index, &list, &place))
        return STATUS_OK;
    if (tree->shape.lists > 1) {
        status = load(tree, &tree->top, top, &tree->root);
        if (status != STATUS_OK)
            return status;
        if (list == top) {
            *out = id_at(&tree->root, place);
            return STATUS_OK;
        }
        (void)chunk_parent(&tree->shape, list, &root, &place_of_list);
        list_id = id_at(&tree->root, place_of_list);
    }
    status = load(tree, &list_id, list, &tree->list);
    if (status == STATUS_OK)
        *out = id_at(&tree->list, place);
    return status;
}

enum status
bundle_tree_load(struct bundle_tree *tree, uint32_t index,
                 struct byte_view *out)
{
    struct chunk_id id;
    enum status status;

    *out = byte_view_of(NULL, 0);
    status = bundle_tree_id(tree, index, &id);
    if (status == STATUS_OK)
        status = load(tree, &id, index, &tree->data);
    if (status == STATUS_OK)
        *out = byte_view_of(tree->data.plain,
                            chunk_plain_size(&tree->shape, index));
    return status;
}
