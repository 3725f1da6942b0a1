#include "bundles/lineage_walk.h"

#include "bundles/mentions.h"
#include "core/limits.h"

struct walk {
    struct store *store;
    size_t seen;
    store_visit *visit;
    void *context;
};

/* A store_visit over what says that it follows the version. */
static enum status
on_follower(void *context, const struct store_row *row)
{
    struct walk *walk = context;

    if (walk->seen++ == LINEAGE_FOLLOWERS_MAX)
        return STATUS_OK;
    return walk->visit(walk->context, row);
}

/* A store_visit over co-signatures: on to the identity that is co-signed. */
static enum status
on_cosign(void *context, const struct store_row *row)
{
    struct walk *walk = context;
    struct record_id signs[MENTIONS_MAX];
    struct store_row subject;
    struct record *record;
    size_t count;
    enum status status;

    status = store_get_record(walk->store, &row->id, &record);
    if (status != STATUS_OK)
        return status;
    count = mentions_of(record, signs);
    record_free(record);
    if (count == 0)
        return STATUS_OK;
    status = store_get_row(walk->store, &signs[0], &subject);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status == STATUS_OK && subject.kind == RECORD_IDENTITY)
        status = walk->visit(walk->context, &subject);
    return status;
}

/* What a recovery key co-signed, and what it wrote itself. */
static enum status
walk_recovery(struct walk *walk, const struct key_author *recovery)
{
    struct store_query query = {.by_kind = true,
                                .kind = RECORD_COSIGN,
                                .by_author = true,
                                .author = *recovery,
                                .limit = LINEAGE_CONSENTS_MAX};
    enum status status = store_walk(walk->store, &query, on_cosign, walk);

    query.kind = RECORD_IDENTITY;
    return status == STATUS_OK
               ? store_walk(walk->store, &query, walk->visit, walk->context)
               : status;
}

enum status
lineage_walk(struct store *store, const struct record_id *id,
             const struct key_public *recovery, size_t count,
             store_visit *visit, void *context)
{
    struct walk walk = {store, 0, visit, context};
    const struct store_query query = {.by_kind = true,
                                      .kind = RECORD_IDENTITY,
                                      .by_subject = true,
                                      .subject = *id,
                                      .limit = LINEAGE_FOLLOWERS_MAX + 1};
    enum status status = store_walk(store, &query, on_follower, &walk);

    if (walk.seen <= LINEAGE_FOLLOWERS_MAX)
        return status;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = walk_recovery(&walk, &recovery[i].author);
    return status;
}
