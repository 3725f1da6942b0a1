#include "bundles/following.h"

#include "bundles/consent.h"
#include "bundles/identity.h"
#include "bundles/lineage.h"
#include "bundles/lineage_find.h"
#include "bundles/mentions.h"
#include "core/limits.h"
#include "core/mem.h"

static enum status
add_keys(struct trust *trust, const struct trust_entry *entry,
         const struct lineage *lineage)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < lineage->key_count && status == STATUS_OK; i++) {
        const struct trust_entry derived = {.key = lineage->keys[i].key,
                                            .is_derived = true,
                                            .has_pin = true,
                                            .pin = lineage->versions[0].id,
                                            .name = entry->name};

        status = trust_add(trust, &derived);
        if (status == STATUS_EXISTS || status == STATUS_TOO_LARGE)
            status = STATUS_OK;
        if (!lineage->keys[i].is_present)
            trust_set_ended(trust, &lineage->keys[i].key.author, entry,
                            &lineage->versions[0].id);
    }
    return status;
}

enum status
following_chain(struct lineage *out, struct store *store,
                const struct trust_entry *entry)
{
    enum lineage_found found = LINEAGE_ONE;
    enum status status;

    if (entry->has_pin)
        status = lineage_read(out, store, &entry->pin);
    else
        status = lineage_find(out, &found, store, &entry->key.author, NULL);
    if (status == STATUS_OK &&
        (found != LINEAGE_ONE || lineage_key(out, &entry->key.author) == NULL))
        status = STATUS_NOT_FOUND;
    return status;
}

/* The other keys of the chain of entry. */
static enum status
extend_by(struct trust *trust, struct store *store,
          const struct trust_entry *entry)
{
    struct lineage lineage;
    enum status status = following_chain(&lineage, store, entry);

    if (status == STATUS_OK && lineage.key_count > 1)
        status = add_keys(trust, entry, &lineage);
    lineage_release(&lineage);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status
following_extend(struct trust *trust, struct store *store)
{
    const struct trust_entry *entry;
    size_t position = 0;
    enum status status = STATUS_OK;

    trust_remove_derived(trust);
    /* Derived ones come behind all others, and end it. */
    while (status == STATUS_OK &&
           (entry = trust_next(trust, &position)) != NULL && !entry->is_derived)
        status = extend_by(trust, store, entry);
    if (status != STATUS_OK)
        trust_remove_derived(trust);
    return status;
}

static bool
is_pinned(const struct trust *trust, const struct record_id *root)
{
    const struct trust_entry *entry;
    size_t position = 0;

    while ((entry = trust_next(trust, &position)) != NULL)
        if (entry->has_pin && record_id_equal(&entry->pin, root))
            return true;
    return false;
}

/* Whether a key of this chain is followed, pinned or not. */
static enum status
is_followed(bool *out, const struct trust *trust, struct store *store,
            const struct record_id *root)
{
    struct lineage lineage = {0};
    enum status status = STATUS_OK;

    *out = is_pinned(trust, root);
    if (!*out)
        status = lineage_read(&lineage, store, root);
    for (size_t i = 0; i < lineage.key_count && status == STATUS_OK; i++) {
        const struct trust_entry *entry =
            trust_get(trust, &lineage.keys[i].key.author);

        if (entry != NULL && (!entry->has_pin || entry->is_derived))
            *out = true;
    }
    lineage_release(&lineage);
    return status;
}

static enum status
concerns_identity(bool *concerns, const struct trust *trust,
                  struct store *store, const struct record *record)
{
    struct identity identity;
    struct record_id root;
    bool agreed = true;
    enum status status = identity_read(&identity, record);

    if (status == STATUS_OK && identity.version > 1)
        status = consent_before(&agreed, store, record, &identity);
    if (status != STATUS_OK || !agreed)
        return status == STATUS_NEWER ? STATUS_OK : status;
    status = lineage_root(&root, store, record);
    if (status == STATUS_OK)
        status = is_followed(concerns, trust, store, &root);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status
following_concerns(bool *concerns, const struct trust *trust,
                   struct store *store, const struct record_id *id)
{
    struct record_id subject[MENTIONS_MAX] = {*id};
    struct record *record = NULL;
    struct store_row row;
    enum status status = store_get_row(store, id, &row);

    *concerns = false;
    if (status != STATUS_OK ||
        (row.kind != RECORD_IDENTITY && row.kind != RECORD_COSIGN))
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    status = store_get_record(store, id, &record);
    if (status == STATUS_OK && row.kind == RECORD_COSIGN) {
        const size_t count = mentions_of(record, subject);

        record_free(record);
        record = NULL;
        status = count == 0 ? STATUS_NOT_FOUND
                            : store_get_row(store, &subject[0], &row);
        if (status == STATUS_OK && row.kind == RECORD_IDENTITY)
            status = store_get_record(store, &subject[0], &record);
    }
    if (status == STATUS_OK && record != NULL)
        status = concerns_identity(concerns, trust, store, record);
    record_free(record);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}
