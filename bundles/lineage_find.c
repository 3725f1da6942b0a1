#include "bundles/lineage_find.h"

#include <string.h>

#include "bundles/consent.h"
#include "core/limits.h"

struct search {
    struct store *store;
    size_t looked; /* at so many rows */
    struct lineage_roots *roots;
};

/* One step; number is what the version must have, 0 for any. */
static enum status
read_step(struct identity *out, const struct record *record, uint32_t number)
{
    enum status status = identity_read(out, record);

    if (status == STATUS_NEWER ||
        (status == STATUS_OK && number > 0 && out->version != number))
        return STATUS_NOT_FOUND;
    return status;
}

enum status
lineage_root(struct record_id *out, struct store *store,
             const struct record *record)
{
    const struct record *here = record;
    struct record *own = NULL;
    struct identity identity;
    uint32_t number = 0;
    enum status status;

    memset(out, 0, sizeof(*out));
    for (;;) {
        status = read_step(&identity, here, number);
        if (status != STATUS_OK || identity.version == 1)
            break;
        number = identity.version - 1;
        record_free(own);
        status = store_get_record(store, &identity.follows[0], &own);
        if (status != STATUS_OK)
            break;
        here = own;
    }
    if (status == STATUS_OK)
        *out = *record_id(here);
    record_free(own);
    return status;
}

/* The root of a version by a key, if it may count: what too few have agreed to
 * leads to no chain that has to be read. */
static enum status
find_root(struct record_id *root, struct store *store,
          const struct record *record)
{
    struct identity identity;
    bool agreed = true;
    enum status status = identity_read(&identity, record);

    if (status == STATUS_OK && identity.version > 1)
        status = consent_before(&agreed, store, record, &identity);
    if (status == STATUS_NEWER || (status == STATUS_OK && !agreed))
        return STATUS_NOT_FOUND;
    return status == STATUS_OK ? lineage_root(root, store, record) : status;
}

/* A store_visit over the identities by one key. */
static enum status
on_identity(void *context, const struct store_row *row)
{
    struct search *search = context;
    struct record_id root = {{0}};
    struct record *record;
    enum status status;

    if (search->looked++ == LINEAGE_OWN_MAX) {
        search->roots->is_cut = true;
        return STATUS_OK;
    }
    status = store_get_record(search->store, &row->id, &record);
    if (status == STATUS_OK)
        status = find_root(&root, search->store, record);
    record_free(record);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    for (size_t i = 0; i < search->roots->count; i++)
        if (record_id_equal(&search->roots->ids[i], &root))
            return STATUS_OK;
    if (search->roots->count == LINEAGE_ROOTS_MAX)
        search->roots->is_cut = true;
    else
        search->roots->ids[search->roots->count++] = root;
    return STATUS_OK;
}

bool
lineage_has(const struct lineage *lineage, const struct key_author *author)
{
    for (size_t i = 0; i < lineage->version_count; i++)
        if (key_author_equal(&lineage->versions[i].key.author, author))
            return true;
    return false;
}

/* Read the chain, and tell whether author has a part in it. */
static enum status
read_chain(struct lineage *out, bool *is_part, struct store *store,
           const struct key_author *author, const struct record_id *root)
{
    enum status status = lineage_read(out, store, root);

    *is_part = status == STATUS_OK && lineage_has(out, author);
    if (!*is_part)
        lineage_release(out);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Of the chains to which roots lead, the one in which author has a part. */
static enum status
choose(struct lineage *out, enum lineage_found *found, struct store *store,
       const struct lineage_roots *roots, const struct key_author *author)
{
    struct lineage lineage;
    enum status status = STATUS_OK;
    bool is_part;

    for (size_t i = 0;
         i < roots->count && status == STATUS_OK && *found != LINEAGE_SEVERAL;
         i++) {
        status = read_chain(&lineage, &is_part, store, author, &roots->ids[i]);
        if (status != STATUS_OK || !is_part)
            continue;
        if (*found == LINEAGE_ONE) {
            *found = LINEAGE_SEVERAL;
            lineage_release(&lineage);
        } else {
            *found = LINEAGE_ONE;
            *out = lineage;
        }
    }
    if (*found != LINEAGE_ONE)
        lineage_release(out);
    return status;
}

enum status
lineage_find_roots(struct lineage_roots *out, struct store *store,
                   const struct key_author *author, const struct record_id *pin)
{
    const struct store_query query = {.by_author = true,
                                      .author = *author,
                                      .by_kind = true,
                                      .kind = RECORD_IDENTITY,
                                      .limit = LINEAGE_OWN_MAX + 1};
    struct search search = {.store = store, .roots = out};

    memset(out, 0, sizeof(*out));
    if (pin == NULL)
        return store_walk(store, &query, on_identity, &search);
    out->ids[out->count++] = *pin;
    return STATUS_OK;
}

enum status
lineage_find(struct lineage *out, enum lineage_found *found,
             struct store *store, const struct key_author *author,
             const struct record_id *pin)
{
    struct lineage_roots roots;
    enum status status = lineage_find_roots(&roots, store, author, pin);

    memset(out, 0, sizeof(*out));
    *found = LINEAGE_NONE;
    if (status == STATUS_OK && roots.is_cut) {
        *found = LINEAGE_SEVERAL;
        return STATUS_OK;
    }
    return status == STATUS_OK ? choose(out, found, store, &roots, author)
                               : status;
}
