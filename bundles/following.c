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
                                            .pin = entry->pin,
                                            .name = entry->name};

        status = trust_add(trust, &derived);
        if (status == STATUS_EXISTS || status == STATUS_TOO_LARGE)
            status = STATUS_OK;
    }
    return status;
}

/* The other keys of the chain that entry pins, if its own is among them. */
static enum status
extend_by(struct trust *trust, struct store *store,
          const struct trust_entry *entry)
{
    struct lineage lineage;
    enum status status = lineage_read(&lineage, store, &entry->pin);

    if (status == STATUS_OK && lineage.key_count > 1 &&
        lineage_key(&lineage, &entry->key.author) != NULL)
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
        if (entry->has_pin)
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

/* Whether enough recovery keys of the first version that it follows agreed. */
static enum status
is_agreed(bool *out, struct store *store, const struct record *record,
          const struct identity *identity)
{
    struct identity followed = {0};
    struct record *before = NULL;
    struct consent_question question = {*record_id(record),
                                        record_fields(record)->key.author,
                                        followed.recovery, 0};
    size_t agreed;
    enum status status =
        store_get_record(store, &identity->follows[0], &before);

    *out = false;
    if (status == STATUS_OK)
        status = identity_read(&followed, before);
    question.count = followed.recovery_count;
    if (status == STATUS_OK)
        status = consent_count(&agreed, store, &question, followed.threshold);
    if (status == STATUS_OK)
        *out = agreed >= followed.threshold;
    record_free(before);
    return status == STATUS_NOT_FOUND || status == STATUS_NEWER ? STATUS_OK
                                                                : status;
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
        status = is_agreed(&agreed, store, record, &identity);
    if (status != STATUS_OK || !agreed)
        return status == STATUS_NEWER ? STATUS_OK : status;
    status = lineage_root(&root, store, record);
    *concerns = status == STATUS_OK && is_pinned(trust, &root);
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
