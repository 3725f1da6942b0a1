/*
 * From a box to a sealed record in the store.
 *
 *     publish_begin(...) with `outside`, into a store in memory, and
 *     publish_sign: the statement inside
 *     sealed_object_write, sealed_box_close: the box
 *     publish_sealed_begin(&publish, store, &request, &fault);
 *     the key goes to where it stays, under publish_id(publish)
 *     publish_sign(publish, secret, NULL);
 *     publish_free(publish);
 *
 * In this order: what leaves without its key can never be opened.  Nothing of
 * the text is ever in the store.
 */
#ifndef P2PUB_BUNDLES_PUBLISH_SEALED_H
#define P2PUB_BUNDLES_PUBLISH_SEALED_H

#include <stdbool.h>
#include <stdint.h>

#include "bundles/publish.h"
#include "bundles/sealed.h"
#include "bundles/store.h"
#include "core/bytes.h"
#include "core/key.h"
#include "core/status.h"
#include "core/time.h"

/* Everything is the caller's. */
struct publish_sealed {
    struct key_public key;
    struct day date;  /* that the record claims */
    struct day today; /* of arrival in the store */
    struct sealed sealed;
    struct byte_view box;
    uint32_t sequence; /* the record's number; 0 for the next */
    bool merge;        /* follow all branches of a forked history */
};

/*
 * Begin, as publish_begin does; *out goes to publish_sign or publish_free, and
 * publish_id says what the record's id will be.  *fault is filled on failure.
 *   STATUS_MALFORMED  no box has this size
 *   STATUS_NOT_FOUND, STATUS_EXISTS, STATUS_AMBIGUOUS  as publish_begin
 *   STATUS_NO_MEMORY and the store's
 */
enum status publish_sealed_begin(struct publish **out, struct store *store,
                                 const struct publish_sealed *request,
                                 struct publish_fault *fault) MUST_CHECK;

#endif
