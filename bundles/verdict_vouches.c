#include "bundles/verdict_vouches.h"

#include <string.h>

#include "bundles/alike.h"
#include "bundles/revocation.h"
#include "bundles/vouches.h"

/* A row of our own store may pass the gate by its tag; what a reader is told
 * goes by signatures. */
static enum status
check_signatures(struct store *store, const struct record_id *id)
{
    struct record *stored = NULL;
    struct record *checked = NULL;
    enum status status = store_get_record(store, id, &stored);

    if (status == STATUS_OK)
        status = record_open(&checked, record_wire(stored));
    record_free(checked);
    record_free(stored);
    return status == STATUS_MALFORMED || status == STATUS_BAD_SIGNATURE ||
                   status == STATUS_NOT_FOUND
               ? STATUS_DAMAGED
               : status;
}

static enum status
take(struct verdict_vouch *out, struct store *store,
     const struct vouches_name *name)
{
    struct revocation revocation = {.record = NULL};
    enum status status = check_signatures(store, &name->id);

    memset(out, 0, sizeof(*out));
    out->key = name->introducer_key;
    memcpy(out->introducer, name->introducer, sizeof(out->introducer));
    memcpy(out->name, name->name, sizeof(out->name));
    out->id = name->id;
    if (status == STATUS_OK)
        status = revocation_find(&revocation, store,
                                 &name->introducer_key.author, &name->id);
    out->is_revoked = revocation.record != NULL;
    out->revoked = revocation.date;
    revocation_release(&revocation);
    return status;
}

static void
copy_name(char out[TRUST_NAME_MAX + 1], const char *name)
{
    size_t size = strlen(name);

    memcpy(out, name, size < TRUST_NAME_MAX ? size : TRUST_NAME_MAX);
}

/* A name that somebody else chose may be made to look like another. */
static void
find_alike(struct verdict_vouches *out, const struct trust *trust,
           const struct key_author *author, const char *name)
{
    const struct trust_entry *entry = alike_find(trust, author, name);

    if (entry == NULL)
        return;
    copy_name(out->alike, entry->name);
    if (entry->vouched_by != NULL)
        copy_name(out->alike_by, entry->vouched_by);
    out->alike_key = entry->key;
}

enum status
verdict_vouches(struct verdict_vouches *out, struct store *store,
                const struct trust *trust, const struct key_author *author)
{
    const struct vouches_name *names;
    enum status status = STATUS_OK;
    size_t count;

    memset(out, 0, sizeof(*out));
    if (store == NULL || trust_class(trust, author) != TRUST_VOUCHED)
        return STATUS_OK;
    names = vouches_get(trust_vouches(trust), author, &count);
    out->count = count;
    find_alike(out, trust, author, names[0].name);
    for (size_t i = 0;
         status == STATUS_OK && i < count && i < VERDICT_LINKS_MAX; i++)
        status = take(&out->vouches[i], store, &names[i]);
    return status;
}
