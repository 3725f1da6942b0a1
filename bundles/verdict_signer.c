#include "bundles/verdict_signer.h"

#include <string.h>

#include "bundles/lineages.h"

/* Copy view, which is shorter than size, with a zero octet behind it. */
static void
copy_text(char *out, size_t size, struct byte_view view)
{
    size_t length = view.size < size ? view.size : size - 1;

    if (length > 0)
        memcpy(out, view.data, length);
    out[length] = '\0';
}

/* By the identity that begins its chain; its name is that of the present
 * version. */
static void
take_chain(struct verdict_signer *signer, const struct lineage *lineage)
{
    const struct lineage_version *present = lineage_present(lineage);

    signer->identity_id = lineage->versions[0].id;
    copy_text(signer->claim, sizeof(signer->claim),
              byte_view_of_text(present->name));
}

static void
take_identity(struct verdict_signer *signer,
              const struct lineages_member *member,
              const struct trust_entry *entry)
{
    const bool is_pinned = entry != NULL && entry->has_pin;

    if (member->key != NULL)
        take_chain(signer, member->lineage);
    if (is_pinned) {
        signer->identity_id = entry->pin;
        signer->identity = member->key != NULL ? VERDICT_IDENTITY_PINNED
                                               : VERDICT_IDENTITY_MISSING;
    } else if (member->found == LINEAGE_SEVERAL) {
        signer->identity = VERDICT_IDENTITY_SEVERAL;
    } else {
        signer->identity = member->key != NULL ? VERDICT_IDENTITY_FOUND
                                               : VERDICT_IDENTITY_NONE;
    }
}

enum status
verdict_signer_find(struct verdict_signer *out, struct lineages *lineages,
                    const struct trust *trust, const struct key_public *key)
{
    const struct trust_entry *entry = trust_known(trust, &key->author);
    const struct lineages_member *member;
    enum status status;

    memset(out, 0, sizeof(*out));
    out->key = *key;
    out->trust = trust_class(trust, &key->author);
    if (entry != NULL)
        copy_text(out->name, sizeof(out->name), byte_view_of_text(entry->name));
    if (entry != NULL && entry->vouched_by != NULL)
        copy_text(out->vouched_by, sizeof(out->vouched_by),
                  byte_view_of_text(entry->vouched_by));
    status = lineages_get(lineages, &key->author, &member);
    if (status != STATUS_OK)
        return status;
    take_identity(out, member, entry);
    if (out->identity == VERDICT_IDENTITY_NONE ||
        out->identity == VERDICT_IDENTITY_SEVERAL)
        words_fingerprint(out->words, key->author.octets);
    else
        words_fingerprint(out->words, out->identity_id.octets);
    return STATUS_OK;
}

enum status
verdict_signer(struct verdict_signer *out, struct store *store,
               const struct trust *trust, const struct key_public *key)
{
    struct lineages *lineages;
    enum status status = lineages_new(&lineages, store, trust);

    memset(out, 0, sizeof(*out));
    if (status == STATUS_OK)
        status = verdict_signer_find(out, lineages, trust, key);
    lineages_free(lineages);
    return status;
}

const char *
verdict_signer_name(const struct verdict_signer *signer)
{
    return signer->name[0] != '\0' ? signer->name : signer->words;
}
