/*
 * Chunks on their way into a store, held back until they are worth a
 * transaction.
 *
 *     stash_init(&stash, store, STORE_FOLLOWED);
 *     stash_put(&stash, &id, encoding, stored);       any number of these
 *     store_begin(store);
 *     stash_empty(&stash);
 *     store_commit(store);
 *     stash_release(&stash);
 *
 * Whoever reads and packs a large file in one transaction locks others out for
 * minutes.  So nothing is put until COMMIT_CHUNKS_MAX chunks are there; these
 * go into a short transaction of their own.  What is left at the end goes into
 * the caller's, with the record that names all of them: a small bundle takes
 * one transaction in all.
 *
 * Of a large one that never gets its record, chunks stay behind that no record
 * names: see bundles/bundle_account.h.
 *
 * Memory: COMMIT_CHUNKS_MAX chunks, 4 MiB.
 */
#ifndef P2PUB_BUNDLES_STASH_H
#define P2PUB_BUNDLES_STASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/store.h"
#include "core/bytes.h"
#include "core/limits.h"
#include "core/status.h"

struct stash_chunk {
    struct chunk_id id;
    uint8_t encoding;
    size_t first; /* of its octets */
    size_t size;
};

struct stash {
    struct store *store;
    enum store_class keeping;
    bool is_trial;   /* nothing is put: only counted */
    bool is_begun;   /* something was put in a transaction of its own */
    uint64_t stored; /* octets of chunks that were not in the store */
    struct byte_buf octets;
    size_t count;
    struct stash_chunk chunks[COMMIT_CHUNKS_MAX];
};

void stash_init(struct stash *stash, struct store *store,
                enum store_class keeping);
void stash_release(struct stash *stash);

/*
 * Take in the encoded form, which is copied, of a chunk that was hashed; fine
 * if it is here already.  While a transaction of the caller's is open, it goes
 * straight into that.  STATUS_TOO_LARGE for more
 * than CHUNK_STORED_MAX octets or none; the store's failures, after which the
 * stash can only be released.
 */
enum status stash_put(struct stash *stash, const struct chunk_id *id,
                      uint8_t encoding, struct byte_view stored) MUST_CHECK;

/* Put what is held back, in the caller's transaction. */
enum status stash_empty(struct stash *stash) MUST_CHECK;

#endif
