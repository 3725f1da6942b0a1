/*
 * A bundle: one record with all its chunks, in a store.
 *
 * This is the one way for a chunk into a store from outside: asked for by
 * record, file and index, inflated into exactly the length that the record
 * promises, hashed, and only then stored.
 *
 * All functions may also return what bundles/store.h lists.
 */
#ifndef P2PUB_BUNDLES_BUNDLE_H
#define P2PUB_BUNDLES_BUNDLE_H

#include <stdbool.h>
#include <stdint.h>

#include "bundles/record.h"
#include "bundles/stash.h"
#include "bundles/store.h"
#include "core/bytes.h"
#include "core/status.h"

/*
 * The id of chunk index of file: from the record, or from a list that is in
 * the store.
 *   STATUS_NOT_FOUND      that list has not arrived
 *   STATUS_BAD_SIGNATURE  what the record names as that list is none: the
 *                         author's fault
 *   STATUS_MALFORMED      the record has no such file or chunk
 */
enum status bundle_chunk_id(struct store *store, const struct record *record,
                            size_t file, uint32_t index,
                            struct chunk_id *out) MUST_CHECK;

/* A chunk of one of a record's files, as it was stored elsewhere. */
struct bundle_chunk {
    size_t file; /* counted from 0 */
    uint32_t index;
    uint8_t encoding;
    struct byte_view stored; /* the caller's */
};

/*
 * Take in a chunk of record.  A text in plain octets is kept in the shortest
 * form that there is for it.
 *   STATUS_MALFORMED      does not unpack into the promised length, is a
 *                         list in another encoding than raw, or the record
 *                         has no such file or chunk
 *   STATUS_BAD_SIGNATURE  unpacks into something else, or what the record
 *                         names as its list is none
 *   STATUS_NEWER          an encoding that this p2pub lacks
 *   STATUS_NOT_FOUND      the list that names it has not arrived
 *   STATUS_EXISTS         it is here already
 */
enum status bundle_put_chunk(struct store *store, const struct record *record,
                             const struct bundle_chunk *chunk,
                             enum store_class keeping) MUST_CHECK;

/*
 * Append to out what a peer may take in as chunk index of file; never give
 * out what store_get_chunk gives.  For a record can name somebody's chunk at a
 * place for another length, and the peer would then hold us for a liar.
 *   STATUS_NOT_FOUND      the chunk, the list that names it or the record
 *                         itself is not here
 *   STATUS_BAD_SIGNATURE  it does not fit its place: the author's fault
 *   STATUS_MALFORMED      the record has no such file or chunk
 */
enum status bundle_get_chunk(struct store *store, const struct record *record,
                             size_t file, uint32_t index, uint8_t *encoding,
                             struct byte_buf *out) MUST_CHECK;

/* A run of chunks of one file. */
struct bundle_gap {
    size_t file;
    uint32_t first;
    uint32_t count;
};

/*
 * The chunks of record that are missing and whose ids are known, as runs in
 * the order in which they are useful: lists before data, text before
 * attachments, small files before large.  At most maximum (1 or more) runs are
 * stored in gaps; *count says how many.  None, and the record is complete
 * here.  Costs a look-up for each chunk of the record: ask once a contact, not
 * once a chunk.
 */
enum status bundle_missing(struct store *store, const struct record *record,
                           struct bundle_gap *gaps, size_t maximum,
                           size_t *count) MUST_CHECK;

/*
 * If nothing is missing any more, check the b2sum lines and set the record's
 * state; *state says what it is now.  All files are then read once.
 * STATUS_NOT_FOUND if the record itself is not in the store.
 */
enum status bundle_settle(struct store *store, const struct record *record,
                          enum store_state *state) MUST_CHECK;

/* The same for a record whose files the caller has just read and hashed as a
 * whole: nothing is read, and only the chunks' being there is checked. */
enum status bundle_settle_hashed(struct store *store,
                                 const struct record *record,
                                 enum store_state *state) MUST_CHECK;

/* The state that bundle_settle would set, without a transaction: reading a
 * large bundle takes long.  Set it with store_set_state. */
enum status bundle_judge(struct store *store, const struct record *record,
                         enum store_state *state) MUST_CHECK;

/* Receives a file piece by piece, in order.  Anything but STATUS_OK ends the
 * reading. */
typedef enum status bundle_sink(void *context, struct byte_view octets);

/*
 * Give the plain octets of file to sink; STATUS_NOT_FOUND when a chunk has not
 * arrived, STATUS_BAD_SIGNATURE when the whole does not fit the b2sum line,
 * STATUS_MALFORMED when the record has no such file.
 * What a sink was given must not be used until this returned STATUS_OK.
 */
enum status bundle_read_file(struct store *store, const struct record *record,
                             size_t file, bundle_sink *sink,
                             void *context) MUST_CHECK;

/* The same, appended to out: STATUS_TOO_LARGE beyond its maximum.  On failure
 * out is as it was. */
enum status bundle_load_file(struct store *store, const struct record *record,
                             size_t file, struct byte_buf *out) MUST_CHECK;

/*
 * Cut and name one file for publishing and put it into stash: octets arrive in
 * pieces, then bundle_writer_finish fills in size, list_id and hash of *file.
 * A writer holds about 100 KiB.  STATUS_TOO_LARGE for a file over RECORD_FILE_SIZE_MAX,
 * STATUS_MALFORMED for an empty one; after a failure it can only be freed.
 */
struct bundle_writer;

enum status bundle_writer_new(struct bundle_writer **out, struct stash *stash,
                              bool is_text,
                              struct byte_view language) MUST_CHECK;
enum status bundle_writer_add(struct bundle_writer *writer,
                              struct byte_view octets) MUST_CHECK;
enum status bundle_writer_finish(struct bundle_writer *writer,
                                 struct record_file *file) MUST_CHECK;
void bundle_writer_free(struct bundle_writer *writer);

#endif
