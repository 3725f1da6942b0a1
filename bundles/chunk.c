#include "bundles/chunk.h"

#include <string.h>

#include "core/hash.h"
#include "core/limits.h"

/* How many pieces of at most piece octets or ids make up whole. */
static uint32_t
pieces_of(uint32_t whole, uint32_t piece)
{
    return whole / piece + (whole % piece != 0 ? 1 : 0);
}

struct chunk_tree
chunk_tree_of(uint32_t size)
{
    struct chunk_tree tree = {.size = size};

    tree.data = pieces_of(size, CHUNK_SIZE);
    if (tree.data > 1)
        tree.lists = pieces_of(tree.data, CHUNK_LIST_IDS);
    tree.count = tree.data + tree.lists + (tree.lists > 1 ? 1 : 0);
    return tree;
}

bool
chunk_is_list(const struct chunk_tree *tree, uint32_t index)
{
    return index >= tree->data;
}

/* Part number of whole, cut into pieces: full, or what is left for the last. */
static size_t
piece_size(uint32_t whole, uint32_t piece, uint32_t number)
{
    const uint32_t left = whole - number * piece;

    return left < piece ? left : piece;
}

size_t
chunk_plain_size(const struct chunk_tree *tree, uint32_t index)
{
    if (index < tree->data)
        return piece_size(tree->size, CHUNK_SIZE, index);
    if (index < tree->data + tree->lists)
        return sizeof(struct chunk_id) *
               piece_size(tree->data, CHUNK_LIST_IDS, index - tree->data);
    return sizeof(struct chunk_id) * tree->lists;
}

bool
chunk_parent(const struct chunk_tree *tree, uint32_t index, uint32_t *list,
             uint32_t *place)
{
    *list = 0;
    *place = 0;
    if (index == chunk_top(tree))
        return false;
    if (index < tree->data) {
        *list = tree->data + index / (uint32_t)CHUNK_LIST_IDS;
        *place = index % (uint32_t)CHUNK_LIST_IDS;
    } else {
        *list = chunk_top(tree);
        *place = index - tree->data;
    }
    return true;
}

uint32_t
chunk_top(const struct chunk_tree *tree)
{
    return tree->count - 1;
}

struct chunk_id
chunk_top_id(const struct record_file *file)
{
    struct chunk_id id;

    memcpy(id.octets, file->has_list ? file->list_id : file->hash,
           sizeof(id.octets));
    return id;
}

struct chunk_id
chunk_id_of(struct byte_view plain)
{
    struct chunk_id id;

    hash_256(id.octets, plain);
    return id;
}
