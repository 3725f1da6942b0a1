/*
 * The tables of the SQLite store: the functions of struct store_ops, by file.
 * For bundles/store_sqlite*.c alone.
 */
#ifndef P2PUB_BUNDLES_STORE_SQLITE_TABLES_H
#define P2PUB_BUNDLES_STORE_SQLITE_TABLES_H

#include "bundles/store_sqlite.h"
#include "bundles/store_sqlite_db.h"

/* store_sqlite_file.c: from a path to a store that is ready, save for its
 * first look at the data version. */
enum status store_sqlite_file_open(
    struct store_sqlite *sqlite, const char *path,
    const struct store_sqlite_options *options) MUST_CHECK;

/* store_sqlite_schema.c: the file's schema number, 0 for an empty database
 * (STATUS_DAMAGED if it is no store of ours, STATUS_NEWER); bringing it to the
 * newest; and that it holds that and nothing else. */
enum status store_sqlite_schema_read(struct store_sqlite *sqlite,
                                     int64_t *version) MUST_CHECK;
enum status store_sqlite_schema_upgrade(struct store_sqlite *sqlite,
                                        struct entropy *entropy) MUST_CHECK;
enum status store_sqlite_schema_check(struct store_sqlite *sqlite) MUST_CHECK;

/* store_sqlite_records.c: records and wires. */
enum status store_sqlite_records_put(struct store *store,
                                     const struct record *record,
                                     const struct store_row *row) MUST_CHECK;
enum status store_sqlite_records_set_state(struct store *store,
                                           const struct store_row *row,
                                           enum store_state state) MUST_CHECK;
enum status store_sqlite_records_move(struct store *store,
                                      const struct store_row *row,
                                      enum store_class keeping) MUST_CHECK;
enum status store_sqlite_records_has(struct store *store,
                                     const struct record_id *id) MUST_CHECK;
enum status store_sqlite_records_get(struct store *store,
                                     const struct record_id *id,
                                     struct record **out) MUST_CHECK;
enum status store_sqlite_records_get_row(struct store *store,
                                         const struct record_id *id,
                                         struct store_row *out) MUST_CHECK;
enum status store_sqlite_records_find(struct store *store,
                                      const struct record_id *first,
                                      const struct record_id *last,
                                      struct record_id *out) MUST_CHECK;

/* store_sqlite_mentions.c: the index of subjects.  A row for each mention of
 * a record with this number; all rows anew, for a store of before (row_key is
 * set); and that the record's rows are there, *found of them, and no more. */
enum status store_sqlite_mentions_put(struct store_sqlite *sqlite,
                                      const struct record *record,
                                      int64_t number) MUST_CHECK;
enum status store_sqlite_mentions_is(
    struct store *store, const struct record_id *subject) MUST_CHECK;
enum status store_sqlite_mentions_rebuild(struct store_sqlite *sqlite)
    MUST_CHECK;
enum status store_sqlite_mentions_check(struct store_sqlite *sqlite,
                                        const struct record *record,
                                        uint64_t *found) MUST_CHECK;
enum status store_sqlite_mentions_check_count(struct store_sqlite *sqlite,
                                              uint64_t found) MUST_CHECK;

/* store_sqlite_walk.c: records in order. */
enum status store_sqlite_walk(struct store *store,
                              const struct store_query *query,
                              store_visit *visit, void *context) MUST_CHECK;

/* store_sqlite_chunks.c: chunks. */
enum status store_sqlite_chunks_put(struct store *store,
                                    const struct chunk_id *id,
                                    enum store_class keeping, uint8_t encoding,
                                    struct byte_view stored) MUST_CHECK;
enum status store_sqlite_chunks_has(struct store *store,
                                    const struct chunk_id *id) MUST_CHECK;
enum status store_sqlite_chunks_get(struct store *store,
                                    const struct chunk_id *id,
                                    uint8_t *encoding,
                                    struct byte_buf *out) MUST_CHECK;
enum status store_sqlite_chunks_get_row(struct store *store,
                                        const struct chunk_id *id,
                                        struct store_chunk *out) MUST_CHECK;
enum status store_sqlite_chunks_walk(struct store *store,
                                     store_chunk_visit *visit,
                                     void *context) MUST_CHECK;
enum status store_sqlite_chunks_move(struct store *store,
                                     const struct chunk_id *id,
                                     enum store_class keeping) MUST_CHECK;
enum status store_sqlite_chunks_remove(struct store *store,
                                       const struct chunk_id *id) MUST_CHECK;

/* Add the octets of all chunks to figures, after checking their seals. */
enum status store_sqlite_chunks_check(struct store_sqlite *sqlite,
                                      struct store_figures *figures) MUST_CHECK;

/* store_sqlite_own.c: sequences and delivered. */
enum status store_sqlite_own_get_sequence(
    struct store *store, const struct key_author *author,
    struct store_sequence *out) MUST_CHECK;
enum status store_sqlite_own_set_sequence(
    struct store *store, const struct key_author *author,
    const struct store_sequence *sequence) MUST_CHECK;
enum status store_sqlite_own_get_delivered(struct store *store,
                                           const struct record_id *id,
                                           uint32_t *out) MUST_CHECK;
enum status store_sqlite_own_set_delivered(struct store *store,
                                           const struct record_id *id,
                                           uint32_t count) MUST_CHECK;
enum status store_sqlite_own_check(struct store_sqlite *sqlite) MUST_CHECK;

/* store_sqlite_meta.c: the one row about the store itself. */

/* Make the row of a new store, with this row key; or read the row key. */
enum status store_sqlite_meta_put(struct store_sqlite *sqlite,
                                  const struct record_row_key *row_key)
    MUST_CHECK;
enum status store_sqlite_meta_open(struct store_sqlite *sqlite) MUST_CHECK;
/* The same before the store's statements are prepared. */
enum status store_sqlite_meta_read_key(struct store_sqlite *sqlite) MUST_CHECK;
enum status store_sqlite_meta_load(struct store *store) MUST_CHECK;
enum status store_sqlite_meta_save(struct store_sqlite *sqlite) MUST_CHECK;

/* store_sqlite_check.c: everything at once. */
enum status store_sqlite_check(struct store *store) MUST_CHECK;

/* Read the row under statement; STATUS_DAMAGED.  In store_sqlite_records.c,
 * for it and for the walk. */
enum status store_sqlite_records_read(const struct store_sqlite *sqlite,
                                      sqlite3_stmt *statement,
                                      struct store_row *out) MUST_CHECK;

#endif
