/*
 * Chunks: how a file is cut, and how its pieces are named.
 *
 * A file of SIZE octets has ceil(SIZE / CHUNK_SIZE) data chunks.  When that is
 * more than one, their ids stand in list chunks of up to CHUNK_LIST_IDS ids;
 * when those are more than one, their ids stand in one more list, the root.
 * Everything but the ids follows from SIZE.  Within a file a chunk is named by
 * its index: data chunks first, then the first level of lists, then the root
 * of two levels.  So a file of one chunk has the index 0 only; a file of two
 * has 0, 1 and the list 2.
 *
 * Source: bundles/FORMAT.md, "Chunks".
 */
#ifndef P2PUB_BUNDLES_CHUNK_H
#define P2PUB_BUNDLES_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"
#include "core/bytes.h"
#include "core/status.h"

/* BLAKE2b-256 of the chunk's plain octets. */
struct chunk_id {
    uint8_t octets[32];
};

/* The shape of one file's tree. */
struct chunk_tree {
    uint32_t size;  /* octets of the file */
    uint32_t data;  /* data chunks, 1 to 32,768 */
    uint32_t lists; /* lists of the first level, 0 to 32 */
    uint32_t count; /* all chunks: data + lists + (lists > 1 ? 1 : 0) */
};

/* size is 1 to RECORD_FILE_SIZE_MAX. */
struct chunk_tree chunk_tree_of(uint32_t size);

bool chunk_is_list(const struct chunk_tree *tree, uint32_t index);

/* Plain octets of the chunk; index is below tree->count. */
size_t chunk_plain_size(const struct chunk_tree *tree, uint32_t index);

/*
 * Where the id of chunk index stands: in list chunk *list at *place.  False if
 * index is the top of the tree, whose id the record itself gives.
 */
bool chunk_parent(const struct chunk_tree *tree, uint32_t index, uint32_t *list,
                  uint32_t *place);

/* The top of the tree: the index, and the id that file gives it. */
uint32_t chunk_top(const struct chunk_tree *tree);
struct chunk_id chunk_top_id(const struct record_file *file);

struct chunk_id chunk_id_of(struct byte_view plain);

#endif
