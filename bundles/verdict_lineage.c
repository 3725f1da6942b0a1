#include "bundles/verdict_lineage.h"

#include "bundles/consent.h"
#include "bundles/identity.h"
#include "bundles/verdict.h"

static void
take_rivals(struct verdict_lineage *out, const struct lineage *lineage)
{
    const size_t first = lineage->present + 1;

    out->rival_count = lineage->version_count - first;
    for (size_t i = 0; i < out->rival_count && i < LINEAGE_RIVALS_MAX; i++) {
        const struct lineage_version *version = &lineage->versions[first + i];

        out->rivals[i] = (struct verdict_rival){version->id, version->key,
                                                version->date, version->number};
    }
}

static enum status
take_chain(struct verdict_lineage *out, struct lineages *lineages,
           const struct record *record)
{
    const struct record_fields *fields = record_fields(record);
    const struct lineage_version *present;
    const struct lineages_member *member;
    enum status status = lineages_get(lineages, &fields->key.author, &member);

    if (status != STATUS_OK)
        return status;
    out->found = member->found;
    if (member->lineage == NULL)
        return STATUS_OK;
    present = lineage_present(member->lineage);
    out->root = member->lineage->versions[0].id;
    out->present_id = present->id;
    out->present = present->key;
    out->version = present->number;
    out->date = present->date;
    out->is_key = member->key != NULL;
    out->is_present = member->key != NULL && member->key->is_present;
    out->ended_by = member->key == NULL ? 0 : member->key->ended_by;
    out->last_good = member->key == NULL ? 0 : lineage_key_last(member->key);
    take_rivals(out, member->lineage);
    return lineages_standing(&out->standing, lineages, &fields->key.author,
                             record_id(record), fields->sequence);
}

/* Versions. */

static enum status
count_consent(struct verdict_consent *out, struct store *store,
              const struct record *record, const struct key_public *recovery,
              size_t count, size_t threshold)
{
    const struct consent_question question = {
        *record_id(record), record_fields(record)->key.author, recovery, count};

    out->needed = threshold;
    return consent_count(&out->agreed, store, &question, 0);
}

/* How many have agreed to a version that counts but for that. */
static enum status
take_consent(struct verdict_lineage *out, struct store *store,
             const struct lineage *lineage, const struct record *record,
             const struct identity *identity)
{
    struct verdict_consent consent;
    enum status status =
        count_consent(&out->own, store, record, identity->recovery,
                      identity->recovery_count, identity->threshold);

    for (size_t i = 0; i < identity->follow_count && status == STATUS_OK; i++) {
        const struct lineage_version *followed =
            lineage_get(lineage, &identity->follows[i]);

        if (followed == NULL)
            continue;
        status = count_consent(&consent, store, record, followed->recovery,
                               followed->recovery_count, followed->threshold);
        if (status == STATUS_OK &&
            (i == 0 || consent.agreed + out->before.needed <
                           out->before.agreed + consent.needed))
            out->before = consent;
    }
    return status;
}

static enum status
judge(struct verdict_lineage *out, struct store *store,
      const struct lineage *lineage, const struct record *record,
      const struct identity *identity)
{
    const struct lineage_version *version =
        lineage_get(lineage, record_id(record));
    enum status status;

    if (version != NULL) {
        out->kind = (size_t)(version - lineage->versions) > lineage->present
                        ? VERDICT_VERSION_RIVAL
                        : VERDICT_VERSION_COUNTS;
        return STATUS_OK;
    }
    status = lineage_judge(lineage, store, record);
    out->kind = status == STATUS_OK          ? VERDICT_VERSION_COUNTS
                : status == STATUS_NOT_FOUND ? VERDICT_VERSION_SHORT
                                             : VERDICT_VERSION_WRONG;
    if (status == STATUS_NOT_FOUND)
        return take_consent(out, store, lineage, record, identity);
    return status == STATUS_MALFORMED ? STATUS_OK : status;
}

/* What a version after the first is in the chain that it says it goes on. */
static enum status
take_version(struct verdict_lineage *out, struct store *store,
             const struct record *record)
{
    struct identity identity;
    struct lineage lineage;
    struct record_id root;
    enum status status;

    if (record_kind(record) != RECORD_IDENTITY || store == NULL ||
        identity_read(&identity, record) != STATUS_OK || identity.version == 1)
        return STATUS_OK;
    out->number = identity.version;
    out->kind = VERDICT_VERSION_OPEN;
    status = lineage_root(&root, store, record);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    status = lineage_read(&lineage, store, &root);
    if (status == STATUS_OK)
        status = judge(out, store, &lineage, record, &identity);
    lineage_release(&lineage);
    return status;
}

bool
verdict_lineage_is_against(const struct verdict_lineage *lineage)
{
    return lineage->standing == GOOD_PART_CLAIMED ||
           lineage->kind == VERDICT_VERSION_SHORT ||
           lineage->kind == VERDICT_VERSION_WRONG ||
           lineage->kind == VERDICT_VERSION_OPEN;
}

enum status
verdict_lineage_find(struct verdict *verdict, struct lineages *lineages,
                     const struct record *record)
{
    struct verdict_lineage *out = &verdict->lineage;
    enum status status = take_chain(out, lineages, record);

    if (status == STATUS_OK)
        status = take_version(out, lineages_store(lineages), record);
    if (status == STATUS_OK && verdict->standing == VERDICT_VERIFIED &&
        verdict_lineage_is_against(out))
        verdict->standing = VERDICT_UNKNOWN;
    return status;
}
