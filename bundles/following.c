#include "bundles/following.h"

#include "bundles/lineage.h"
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
