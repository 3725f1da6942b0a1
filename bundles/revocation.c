#include "bundles/revocation.h"

#include <string.h>

#include "bundles/mentions.h"
#include "bundles/revoke.h"
#include "core/limits.h"

struct search {
    struct store *store;
    size_t looked;  /* at so many rows */
    uint64_t first; /* number of the one that came first */
    /* Of those that were opened: one that this p2pub can read before one that
     * it cannot, then the highest sequence, then the lowest id. */
    struct store_row best;
    bool can_read; /* the best */
};

static enum status
check_row(bool *can_read, struct store *store, const struct record_id *id)
{
    struct record *record = NULL;
    struct revoke revoke;
    enum status status = store_get_record(store, id, &record);

    if (status == STATUS_OK)
        status = revoke_read(&revoke, record);
    record_free(record);
    *can_read = status == STATUS_OK;
    return status == STATUS_NEWER ? STATUS_OK : status;
}

/* A store_visit over the revocations by one key, by id. */
static enum status
on_revoke(void *context, const struct store_row *row)
{
    struct search *search = context;
    bool can_read;
    enum status status;

    if (search->looked == 0 || row->number < search->first)
        search->first = row->number;
    if (search->looked++ >= REVOCATIONS_MAX)
        return STATUS_OK;
    status = check_row(&can_read, search->store, &row->id);
    if (status != STATUS_OK)
        return status;
    if (search->looked == 1 || can_read > search->can_read ||
        (can_read == search->can_read &&
         row->sequence > search->best.sequence)) {
        search->best = *row;
        search->can_read = can_read;
    }
    return STATUS_OK;
}

/* Open the one that is shown once more, by its signatures. */
static enum status
take(struct revocation *out, const struct search *search)
{
    struct record *stored = NULL;
    struct revoke revoke = {{NULL, 0}};
    enum status status =
        store_get_record(search->store, &search->best.id, &stored);

    if (status == STATUS_OK)
        status = record_open(&out->record, record_wire(stored));
    record_free(stored);
    if (status == STATUS_OK && search->can_read)
        status = revoke_read(&revoke, out->record);
    if (status == STATUS_OK) {
        out->date = record_fields(out->record)->date;
        out->reason = revoke.reason;
    }
    return status == STATUS_MALFORMED || status == STATUS_BAD_SIGNATURE ||
                   status == STATUS_NEWER
               ? STATUS_DAMAGED
               : status;
}

enum status
revocation_find(struct revocation *out, struct store *store,
                const struct key_author *author, const struct record_id *id)
{
    struct search search = {.store = store};
    struct store_query query = {.by_author = true,
                                .author = *author,
                                .by_kind = true,
                                .kind = RECORD_REVOKE,
                                .by_subject = true,
                                .subject = mentions_key(author),
                                .limit = REVOCATIONS_LOOKED_MAX + 1};
    struct store_row row;
    enum status status;

    memset(out, 0, sizeof(*out));
    status = store_walk(store, &query, on_revoke, &search);
    if (status != STATUS_OK || search.looked == 0)
        return status;
    status = take(out, &search);
    if (status != STATUS_OK)
        return status;
    status = store_get_row(store, id, &row);
    out->is_early = status == STATUS_OK &&
                    search.looked <= REVOCATIONS_LOOKED_MAX &&
                    row.number < search.first;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

void
revocation_release(struct revocation *revocation)
{
    record_free(revocation->record);
    memset(revocation, 0, sizeof(*revocation));
}
