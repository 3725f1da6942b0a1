/*
 * What is known of a sealed statement: whether its author has released it, and
 * the statement inside, once there is a key.
 *
 * A function of the records that are here, in any order of arrival.  A key
 * that came by another road opens in the same way and releases nothing.
 * Source: bundles/FORMAT.md, "Release".
 */
#ifndef P2PUB_BUNDLES_OPENING_H
#define P2PUB_BUNDLES_OPENING_H

#include "bundles/record.h"
#include "bundles/sealed.h"
#include "bundles/store.h"
#include "bundles/trust.h"
#include "core/entropy.h"
#include "core/status.h"
#include "core/time.h"

/*
 * Find the release of sealed: of those that fit, by its author or by another
 * key of that one's chain (bundles/lineages.h), the one with the lowest id,
 * among the RELEASES_MAX of each key with the lowest ids that name sealed.
 * *record is it, its signatures checked, and *release what it says; NULL if
 * there is none.  Free it with record_free.  trust has the reader's pins.
 * STATUS_NO_MEMORY and the store's.
 */
enum status opening_find_release(struct record **record,
                                 struct release *release, struct store *store,
                                 const struct trust *trust,
                                 const struct record *sealed) MUST_CHECK;

/*
 * Find the record that seals the statement with this id, by the same author;
 * of several the one with the lowest id.  A statement that was sealed stands
 * outside its author's sequence (sequence 0): whatever goes by place in the
 * sequence goes by that record's.  STATUS_NOT_FOUND if there is none here; the
 * store's.
 */
enum status opening_find_sealing(struct record_id *out, struct store *store,
                                 const struct key_author *author,
                                 const struct record_id *inner) MUST_CHECK;

/* Where the statement inside goes. */
struct opening_place {
    struct store *store; /* a transaction is open */
    enum store_class keeping;
    struct day today;
};

/*
 * Open sealed, whose box is in store, with key, and take the statement inside
 * to place; after a failure the caller rolls that store back.  It may be store
 * itself, or one in memory for a statement that its author has not released:
 * that one must not leave.  Free *out with record_free.  Up to
 * 2 * SEALED_BOX_MAX octets of memory.
 *   STATUS_NOT_FOUND      the box has not all arrived
 *   STATUS_BAD_SIGNATURE  the key is another, or what is inside is not what
 *                         was sealed
 *   STATUS_MALFORMED, STATUS_NEWER  as sealed_object_open
 *   STATUS_NO_MEMORY and the stores'
 */
enum status opening_make(struct record **out, const struct opening_place *place,
                         struct store *store, const struct record *sealed,
                         const uint8_t key[SEALED_KEY_SIZE]) MUST_CHECK;

/*
 * The same into a new store in memory: for whoever reads and keeps nothing.
 * It is place->store afterwards, free it with store_free, also after a
 * failure; then it may be NULL.
 */
enum status opening_make_aside(struct record **out, struct opening_place *place,
                               struct entropy *entropy, struct store *store,
                               const struct record *sealed,
                               const uint8_t key[SEALED_KEY_SIZE]) MUST_CHECK;

#endif
