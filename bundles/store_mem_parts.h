/*
 * The parts of the store in memory; for bundles/store_mem*.c alone.
 *
 * Whoever changes something first makes a struct undo, then changes, then
 * keeps the undo: so a change that fails for want of memory is none.
 */
#ifndef P2PUB_BUNDLES_STORE_MEM_PARTS_H
#define P2PUB_BUNDLES_STORE_MEM_PARTS_H

#include <stddef.h>
#include <stdint.h>

#include "bundles/store_ops.h"
#include "core/list.h"
#include "core/map.h"

struct mem_record {
    struct store_row row;
    struct record *record;
    uint32_t delivered;
};

/* That entry says something about subject. */
struct mem_mention {
    struct record_id subject;
    struct mem_record *entry;
};

struct mem_chunk {
    struct chunk_id id;
    enum store_class keeping;
    uint8_t encoding;
    size_t size;
    uint8_t stored[]; /* size octets */
};

struct mem_sequence {
    struct key_author author;
    struct store_sequence value;
};

/* How to take back one change of the open transaction. */
enum undo_kind {
    UNDO_PUT_RECORD,
    UNDO_SET_STATE,
    UNDO_MOVE_RECORD,
    UNDO_SET_DELIVERED,
    UNDO_PUT_CHUNK,
    UNDO_MOVE_CHUNK,
    UNDO_REMOVE_CHUNK, /* which is the undo's until the commit */
    UNDO_PUT_SEQUENCE,
    UNDO_SET_SEQUENCE
};

struct undo {
    struct list_node node;
    enum undo_kind kind;

    union {
        struct mem_record *record;
        struct mem_chunk *chunk;
        struct mem_sequence *sequence;
    } what;

    union {
        enum store_state state;
        enum store_class keeping;
        uint32_t delivered;
        struct store_sequence sequence;
    } old;
};

struct store_mem {
    struct store store;
    struct record_row_key row_key;
    struct map records;         /* record_id -> struct mem_record */
    struct map chunks;          /* chunk_id -> struct mem_chunk */
    struct map sequences;       /* key_author -> struct mem_sequence */
    struct mem_record **sorted; /* all records by day, then id */
    size_t sorted_capacity;
    uint64_t last_number;         /* that was given to a row */
    struct mem_mention *mentions; /* by subject, kind, author, then id */
    size_t mention_count;
    size_t mention_capacity;
    struct list_node undos; /* newest first */
};

static inline struct store_mem *
store_mem_of(struct store *store)
{
    return CONTAINER_OF(store, struct store_mem, store);
}

/* NULL without memory. */
struct undo *store_mem_undo_new(enum undo_kind kind);

/* mem takes undo over. */
void store_mem_undo_keep(struct store_mem *mem, struct undo *undo);

/* The part of struct store_ops that store_mem_records.c holds. */
enum status store_mem_records_put(struct store *store,
                                  const struct record *record,
                                  const struct store_row *row) MUST_CHECK;
enum status store_mem_records_set_state(struct store *store,
                                        const struct store_row *row,
                                        enum store_state state) MUST_CHECK;
enum status store_mem_records_move(struct store *store,
                                   const struct store_row *row,
                                   enum store_class keeping) MUST_CHECK;
enum status store_mem_records_has(struct store *store,
                                  const struct record_id *id) MUST_CHECK;
enum status store_mem_records_get(struct store *store,
                                  const struct record_id *id,
                                  struct record **out) MUST_CHECK;
enum status store_mem_records_get_row(struct store *store,
                                      const struct record_id *id,
                                      struct store_row *out) MUST_CHECK;
enum status store_mem_records_find(struct store *store,
                                   const struct record_id *first,
                                   const struct record_id *last,
                                   struct record_id *out) MUST_CHECK;
enum status store_mem_records_walk(struct store *store,
                                   const struct store_query *query,
                                   store_visit *visit,
                                   void *context) MUST_CHECK;

/* The index of store_mem_mentions.c: room for one record more, after which
 * adding it cannot fail; taking it out; walking. */
enum status store_mem_mentions_reserve(struct store_mem *mem) MUST_CHECK;
void store_mem_mentions_add(struct store_mem *mem, struct mem_record *entry);
void store_mem_mentions_forget(struct store_mem *mem, struct mem_record *entry);
enum status store_mem_mentions_is(struct store *store,
                                  const struct record_id *subject) MUST_CHECK;
enum status store_mem_mentions_walk(const struct store_mem *mem,
                                    const struct store_query *query,
                                    store_visit *visit,
                                    void *context) MUST_CHECK;

/* The part that store_mem_chunks.c holds. */
enum status store_mem_chunks_put(struct store *store, const struct chunk_id *id,
                                 enum store_class keeping, uint8_t encoding,
                                 struct byte_view stored) MUST_CHECK;
enum status store_mem_chunks_has(struct store *store,
                                 const struct chunk_id *id) MUST_CHECK;
enum status store_mem_chunks_get(struct store *store, const struct chunk_id *id,
                                 uint8_t *encoding,
                                 struct byte_buf *out) MUST_CHECK;
enum status store_mem_chunks_get_row(struct store *store,
                                     const struct chunk_id *id,
                                     struct store_chunk *out) MUST_CHECK;
enum status store_mem_chunks_walk(struct store *store, store_chunk_visit *visit,
                                  void *context) MUST_CHECK;
enum status store_mem_chunks_move(struct store *store,
                                  const struct chunk_id *id,
                                  enum store_class keeping) MUST_CHECK;
enum status store_mem_chunks_remove(struct store *store,
                                    const struct chunk_id *id) MUST_CHECK;

/* Take back the removal of chunk. */
void store_mem_chunks_put_back(struct store_mem *mem, struct mem_chunk *chunk);

/* Take entry out of the store again and free it. */
void store_mem_records_forget(struct store_mem *mem, struct mem_record *entry);

/* NULL is allowed. */
void store_mem_records_free(struct mem_record *entry);

#endif
