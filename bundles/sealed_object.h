/*
 * What is in the box of a sealed statement: a complete statement with all its
 * chunks, as they are stored.
 *
 * It stands outside its author's sequence (sequence 0), or a number would be
 * missing until the day it is opened; the sealed record has the number and
 * names its id.  Its salt keeps the id from being guessed from the text.
 * Source: bundles/FORMAT.md, "Sealed statement".
 */
#ifndef P2PUB_BUNDLES_SEALED_OBJECT_H
#define P2PUB_BUNDLES_SEALED_OBJECT_H

#include "bundles/record.h"
#include "bundles/sealed.h"
#include "bundles/store.h"
#include "core/bytes.h"
#include "core/status.h"

/*
 * Append record, a statement as it may be sealed, and its chunks, all of them
 * in store, to out.
 *   STATUS_MALFORMED  no such statement
 *   STATUS_NOT_FOUND  a chunk is not here
 *   STATUS_TOO_LARGE, STATUS_NO_MEMORY and the store's
 */
enum status sealed_object_write(struct byte_buf *out, struct store *store,
                                const struct record *record) MUST_CHECK;

/*
 * Take the statement inside, from octets that sealed_box_open gave for sealed,
 * into store, where a transaction is open; after a failure the caller rolls it
 * back.  *out is the statement: its id is the one that was sealed, its
 * signatures hold, its author is that of sealed, and all its files are there.
 * Free it with record_free.  A record that is here already stays.
 *   STATUS_BAD_SIGNATURE  one of these does not hold
 *   STATUS_MALFORMED      not what sealed_object_write writes
 *   STATUS_NEWER          a statement that needs a newer p2pub
 *   STATUS_NO_MEMORY and the store's
 */
enum status sealed_object_open(struct record **out, struct store *store,
                               const struct record *sealed,
                               struct byte_view octets,
                               enum store_class keeping,
                               struct day today) MUST_CHECK;

#endif
