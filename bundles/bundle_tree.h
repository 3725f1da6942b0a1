/*
 * One file's tree in a store: ids by index, plain octets by id.  For
 * bundles/bundle*.c alone.
 *
 * The lists that were read last are kept, so that going through a file in
 * order reads each list once.  About 100 KiB of memory.
 */
#ifndef P2PUB_BUNDLES_BUNDLE_TREE_H
#define P2PUB_BUNDLES_BUNDLE_TREE_H

#include <stdint.h>

#include "bundles/chunk.h"
#include "bundles/record.h"
#include "bundles/store.h"
#include "core/status.h"

struct bundle_tree;

/* The tree of file; free *out with bundle_tree_free.  STATUS_NO_MEMORY. */
enum status bundle_tree_new(struct bundle_tree **out, struct store *store,
                            const struct record_file *file) MUST_CHECK;
void bundle_tree_free(struct bundle_tree *tree);

const struct chunk_tree *bundle_tree_shape(const struct bundle_tree *tree);

/* The id of chunk index, which is below the shape's count.  STATUS_NOT_FOUND
 * while the list that names it is not in the store; STATUS_BAD_SIGNATURE if
 * what the record names as that list is a chunk of another length: the
 * author's fault. */
enum status bundle_tree_id(struct bundle_tree *tree, uint32_t index,
                           struct chunk_id *out) MUST_CHECK;

/* The plain octets of chunk index, hashed anew; *out dies at the next call.
 * STATUS_NOT_FOUND if it, or the list that names it, is not in the store;
 * STATUS_BAD_SIGNATURE if one of the two has another length. */
enum status bundle_tree_load(struct bundle_tree *tree, uint32_t index,
                             struct byte_view *out) MUST_CHECK;

#endif
