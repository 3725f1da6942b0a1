#include "bundles/verdict_signer.h"

#include <string.h>

#include "bundles/identity.h"

/* Copy view, which is shorter than size, with a zero octet behind it. */
static void
copy_text(char *out, size_t size, struct byte_view view)
{
    size_t length = view.size < size ? view.size : size - 1;

    if (length > 0)
        memcpy(out, view.data, length);
    out[length] = '\0';
}

/* The search for the identity record of a key. */
struct identity_search {
    struct store *store;
    const struct trust_entry *entry; /* may be NULL */
    struct verdict_signer *signer;
    size_t found;
};

static void
take_identity(struct verdict_signer *signer, const struct record_id *id,
              const struct identity *identity)
{
    signer->identity_id = *id;
    copy_text(signer->claim, sizeof(signer->claim), identity->name);
}

/* A store_visit over the identity records of one key. */
static enum status
on_identity(void *context, const struct store_row *row)
{
    struct identity_search *search = context;
    bool is_pinned = search->entry != NULL && search->entry->has_pin;
    struct identity identity;
    struct record *record;
    enum status status;

    if (is_pinned && !record_id_equal(&search->entry->pin, &row->id))
        return STATUS_OK;
    status = store_get_record(search->store, &row->id, &record);
    if (status != STATUS_OK)
        return status;
    if (identity_read(&identity, record) == STATUS_OK &&
        (identity.version == 1 || is_pinned)) {
        search->found++;
        take_identity(search->signer, &row->id, &identity);
    }
    record_free(record);
    return STATUS_OK;
}

static enum status
find_identity(struct verdict_signer *signer, struct store *store,
              const struct trust_entry *entry)
{
    bool is_pinned = entry != NULL && entry->has_pin;
    struct identity_search search = {store, entry, signer, 0};
    struct store_query query = {.by_author = true,
                                .author = signer->key.author,
                                .by_kind = true,
                                .kind = RECORD_IDENTITY};
    enum status status = STATUS_OK;

    if (store != NULL)
        status = store_walk(store, &query, on_identity, &search);
    if (status != STATUS_OK)
        return status;
    if (is_pinned) {
        signer->identity_id = entry->pin;
        signer->identity = search.found > 0 ? VERDICT_IDENTITY_PINNED
                                            : VERDICT_IDENTITY_MISSING;
    } else if (search.found > 1) {
        signer->identity = VERDICT_IDENTITY_SEVERAL;
        signer->claim[0] = '\0';
    } else {
        signer->identity =
            search.found == 1 ? VERDICT_IDENTITY_FOUND : VERDICT_IDENTITY_NONE;
    }
    return STATUS_OK;
}

enum status
verdict_signer(struct verdict_signer *out, struct store *store,
               const struct trust *trust, const struct key_public *key)
{
    const struct trust_entry *entry = trust_known(trust, &key->author);
    enum status status;

    memset(out, 0, sizeof(*out));
    out->key = *key;
    out->trust = trust_class(trust, &key->author);
    if (entry != NULL)
        copy_text(out->name, sizeof(out->name), byte_view_of_text(entry->name));
    if (entry != NULL && entry->vouched_by != NULL)
        copy_text(out->vouched_by, sizeof(out->vouched_by),
                  byte_view_of_text(entry->vouched_by));
    status = find_identity(out, store, entry);
    if (status != STATUS_OK)
        return status;
    if (out->identity == VERDICT_IDENTITY_NONE ||
        out->identity == VERDICT_IDENTITY_SEVERAL)
        words_fingerprint(out->words, key->author.octets);
    else
        words_fingerprint(out->words, out->identity_id.octets);
    return STATUS_OK;
}

const char *
verdict_signer_name(const struct verdict_signer *signer)
{
    return signer->name[0] != '\0' ? signer->name : signer->words;
}
