/*
 * A sealed statement in a list: the day that was announced, and once its
 * author released it the title.  A key that this home alone has shows nothing
 * here.
 */
#ifndef P2PUB_CLI_LIST_SEALED_H
#define P2PUB_CLI_LIST_SEALED_H

#include <stdbool.h>

#include <jansson.h>

#include "bundles/sealed.h"
#include "bundles/store.h"
#include "bundles/trust.h"
#include "core/bytes.h"
#include "core/entropy.h"
#include "core/status.h"

/* All zero for what is not sealed. */
struct list_sealed {
    bool is_sealed; /* and this p2pub understands it */
    struct sealed fields;
    bool is_released;
    bool is_faulty;       /* what is inside is not what was sealed */
    struct record *inner; /* the statement; NULL unless it opens */
};

/* Look at record, whose state in store is given.  STATUS_NO_MEMORY and the
 * store's; list_sealed_release in any case. */
enum status list_sealed_fill(struct list_sealed *out, struct store *store,
                             const struct trust *trust, struct entropy *entropy,
                             const struct record *record,
                             enum store_state state) MUST_CHECK;
void list_sealed_release(struct list_sealed *sealed);

/* Append what stands in the place of the title while there is none. */
enum status list_sealed_append(struct byte_buf *out,
                               const struct list_sealed *sealed) MUST_CHECK;

/* The member `sealed` of object: opens, state, seals. */
void list_sealed_add(json_t *object, const struct list_sealed *sealed);

#endif
