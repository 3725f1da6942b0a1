#include "bundles/lineage.h"

#include <stdlib.h>
#include <string.h>

#include "bundles/consent.h"
#include "bundles/lineage_walk.h"
#include "core/mem.h"

/* The search for the versions with one number more than those before. */
struct search {
    struct lineage *lineage;
    struct store *store;
    struct lineage_walk walk;
    size_t capacity;
    size_t judged;   /* so many that enough recovery keys had agreed to */
    size_t first;    /* of those found with the new number */
    uint32_t number; /* this one */
    bool is_cut;     /* there are more than are looked at */
};

static int
compare_versions(const void *a, const void *b)
{
    const struct lineage_version *x = a;
    const struct lineage_version *y = b;

    return memcmp(&x->id, &y->id, sizeof(x->id));
}

static void
take_version(struct lineage_version *out, const struct record *record,
             const struct identity *identity)
{
    const struct record_fields *fields = record_fields(record);

    memset(out, 0, sizeof(*out));
    out->id = *record_id(record);
    out->key = fields->key;
    out->date = fields->date;
    out->number = identity->version;
    out->follow_count = identity->follow_count;
    memcpy(out->follows, identity->follows, sizeof(out->follows));
    out->good_count = identity->good_count;
    memcpy(out->good, identity->good, sizeof(out->good));
    out->threshold = identity->threshold;
    out->recovery_count = identity->recovery_count;
    memcpy(out->recovery, identity->recovery, sizeof(out->recovery));
    memcpy(out->name, identity->name.data, identity->name.size);
}

static enum status
add_version(struct lineage *lineage, size_t *capacity,
            const struct record *record, const struct identity *identity)
{
    if (lineage->versions == NULL || lineage->version_count == *capacity) {
        const size_t room = *capacity == 0 ? 4 : 2 * *capacity;
        struct lineage_version *versions =
            mem_resize(lineage->versions, room * sizeof(lineage->versions[0]));

        if (versions == NULL)
            return STATUS_NO_MEMORY;
        lineage->versions = versions;
        *capacity = room;
    }
    take_version(&lineage->versions[lineage->version_count++], record,
                 identity);
    return STATUS_OK;
}

/* Judging one version. */

static bool
says_good(const struct identity *identity, const struct key_author *author)
{
    for (size_t i = 0; i < identity->good_count; i++)
        if (key_author_equal(&identity->good[i].key.author, author))
            return true;
    return false;
}

/* STATUS_NOT_FOUND if too few of the recovery keys agreed. */
static enum status
check_consent(struct store *store, const struct record *record,
              const struct key_public *recovery, size_t count, size_t threshold)
{
    const struct consent_question question = {
        *record_id(record), record_fields(record)->key.author, recovery, count};
    size_t agreed;
    enum status status = consent_count(&agreed, store, &question, threshold);

    return status == STATUS_OK && agreed < threshold ? STATUS_NOT_FOUND
                                                     : status;
}

/* The form first, which costs nothing. */
static enum status
check_form(const struct lineage *lineage, const struct record *record,
           const struct identity *identity)
{
    const struct key_author *author = &record_fields(record)->key.author;

    if (identity->version == 1)
        return STATUS_MALFORMED;
    for (size_t i = 0; i < identity->follow_count; i++) {
        const struct lineage_version *followed =
            lineage_get(lineage, &identity->follows[i]);

        if (followed == NULL || followed->number + 1 != identity->version ||
            (!key_author_equal(&followed->key.author, author) &&
             !says_good(identity, &followed->key.author)))
            return STATUS_MALFORMED;
    }
    return STATUS_OK;
}

static enum status
judge(const struct lineage *lineage, struct store *store,
      const struct record *record, struct identity *identity)
{
    enum status status = identity_read(identity, record);

    if (status == STATUS_OK)
        status = check_form(lineage, record, identity);
    if (status == STATUS_OK)
        status = check_consent(store, record, identity->recovery,
                               identity->recovery_count, identity->threshold);
    for (size_t i = 0; status == STATUS_OK && i < identity->follow_count; i++) {
        const struct lineage_version *followed =
            lineage_get(lineage, &identity->follows[i]);

        if (followed == NULL)
            return STATUS_MALFORMED;
        status = check_consent(store, record, followed->recovery,
                               followed->recovery_count, followed->threshold);
    }
    return status;
}

enum status
lineage_judge(const struct lineage *lineage, struct store *store,
              const struct record *record)
{
    struct identity identity;

    return judge(lineage, store, record, &identity);
}

/* The search. */

/* Take in record if it counts. */
static enum status
examine(struct search *search, const struct record *record)
{
    struct lineage *lineage = search->lineage;
    struct identity identity;
    enum status status = judge(lineage, search->store, record, &identity);

    /* Whoever was found by a co-signature may follow something else. */
    if (status != STATUS_OK || identity.version != search->number)
        return status == STATUS_NEWER || status == STATUS_MALFORMED ||
                       status == STATUS_NOT_FOUND
                   ? STATUS_OK
                   : status;
    if (lineage->version_count - search->first == LINEAGE_RIVALS_MAX) {
        search->is_cut = true;
        return STATUS_OK;
    }
    return add_version(lineage, &search->capacity, record, &identity);
}

/* A store_visit over what may follow a version: what too few have agreed to
 * is not even opened. */
static enum status
on_candidate(void *context, const struct store_row *row)
{
    struct search *search = context;
    struct record *record;
    enum status status;

    if (lineage_get(search->lineage, &row->id) != NULL)
        return STATUS_OK;
    if (search->judged == LINEAGE_JUDGED_MAX) {
        search->is_cut = true;
        return STATUS_OK;
    }
    search->judged++;
    status = store_get_record(search->store, &row->id, &record);
    if (status == STATUS_OK)
        status = examine(search, record);
    record_free(record);
    return status;
}

/* What on_candidate is called through: the version that is followed. */
struct filter {
    struct search *search;
    size_t followed;
};

static enum status
on_row(void *context, const struct store_row *row)
{
    const struct filter *filter = context;
    const struct search *search = filter->search;
    /* Versions move when one is added. */
    const struct lineage_version *followed =
        &search->lineage->versions[filter->followed];
    const struct consent_question question = {
        row->id, row->author, followed->recovery, followed->recovery_count};
    size_t agreed;
    enum status status =
        consent_count(&agreed, search->store, &question, followed->threshold);

    if (status != STATUS_OK || agreed < followed->threshold)
        return status;
    return on_candidate(filter->search, row);
}

/* Find what follows the versions from first to end, which bear one number. */
static enum status
find_next(struct search *search, size_t first, size_t end)
{
    struct lineage *lineage = search->lineage;
    enum status status = STATUS_OK;

    search->first = end;
    search->number = lineage->versions[first].number + 1;
    for (size_t i = first; i < end && status == STATUS_OK; i++) {
        /* A copy: versions move when one is added. */
        const struct lineage_version version = lineage->versions[i];
        const struct lineage_followed followed = {version.id, version.recovery,
                                                  version.recovery_count};
        struct filter filter = {search, i};

        status =
            lineage_walk_followers(&search->walk, &followed, on_row, &filter);
    }
    if (lineage->version_count > end)
        qsort(lineage->versions + end, lineage->version_count - end,
              sizeof(lineage->versions[0]), compare_versions);
    return status;
}

/* Mark what the versions from first on follow. */
static void
mark_followed(struct lineage *lineage, size_t first)
{
    for (size_t i = first; i < lineage->version_count; i++)
        for (size_t j = 0; j < lineage->versions[i].follow_count; j++)
            for (size_t k = 0; k < first; k++)
                if (record_id_equal(&lineage->versions[k].id,
                                    &lineage->versions[i].follows[j]))
                    lineage->versions[k].is_followed = true;
}

/*
 * All versions, number by number.  The present one is the last that stands
 * alone with its number and comes after every version with a lower one: so
 * all of these have one that follows them.
 */
static enum status
find_versions(struct search *search)
{
    struct lineage *lineage = search->lineage;
    bool is_split = false; /* some version below has nothing behind it */
    size_t first = 0;
    enum status status = STATUS_OK;

    while (status == STATUS_OK) {
        const size_t end = lineage->version_count;

        status = find_next(search, first, end);
        if (status != STATUS_OK || lineage->version_count == end)
            return status;
        mark_followed(lineage, end);
        for (size_t i = first; i < end; i++)
            is_split = is_split || !lineage->versions[i].is_followed;
        is_split = is_split || search->is_cut;
        if (!is_split && lineage->version_count == end + 1)
            lineage->present = end;
        first = end;
    }
    return status;
}

/* Keys. */

/* What the last versions that name it say of a key that ended. */
static void
find_end(const struct lineage *lineage, struct lineage_key *key)
{
    for (size_t i = lineage->present + 1; i > 0; i--) {
        const struct lineage_version *version = &lineage->versions[i - 1];

        if (key->good_count > 0 && version->number != key->ended_by)
            return;
        for (size_t j = 0; j < version->good_count; j++) {
            const struct identity_good *good = &version->good[j];

            if (!key_author_equal(&good->key.author, &key->key.author))
                continue;
            key->good[key->good_count++] = *good;
            key->ended_by = version->number;
        }
    }
}

static enum status
find_keys(struct lineage *lineage)
{
    const struct key_author *present = &lineage_present(lineage)->key.author;

    lineage->keys = mem_zalloc(lineage->present + 1, sizeof(lineage->keys[0]));
    if (lineage->keys == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i <= lineage->present; i++) {
        const struct lineage_version *version = &lineage->versions[i];
        struct lineage_key *key = &lineage->keys[lineage->key_count];

        if (lineage_key(lineage, &version->key.author) != NULL)
            continue;
        lineage->key_count++;
        key->key = version->key;
        key->from = version->number;
        key->is_present = key_author_equal(&version->key.author, present);
        if (!key->is_present)
            find_end(lineage, key);
    }
    return STATUS_OK;
}

/* Put version 1 into the chain. */
static enum status
find_root(struct search *search, const struct record_id *root)
{
    struct identity identity;
    struct record *record;
    enum status status = store_get_record(search->store, root, &record);

    if (status == STATUS_OK)
        status = identity_read(&identity, record);
    if (status == STATUS_OK && identity.version != 1)
        status = STATUS_NEWER;
    if (status == STATUS_OK)
        status =
            add_version(search->lineage, &search->capacity, record, &identity);
    record_free(record);
    return status == STATUS_NEWER ? STATUS_NOT_FOUND : status;
}

enum status
lineage_read(struct lineage *out, struct store *store,
             const struct record_id *root)
{
    struct search search = {
        .lineage = out, .store = store, .walk = {.store = store}};
    enum status status;

    memset(out, 0, sizeof(*out));
    status = find_root(&search, root);
    if (status == STATUS_OK)
        status = find_versions(&search);
    lineage_walk_release(&search.walk);
    return status == STATUS_OK ? find_keys(out) : status;
}

void
lineage_release(struct lineage *lineage)
{
    mem_free(lineage->versions);
    mem_free(lineage->keys);
    memset(lineage, 0, sizeof(*lineage));
}

const struct lineage_version *
lineage_present(const struct lineage *lineage)
{
    return &lineage->versions[lineage->present];
}

const struct lineage_version *
lineage_get(const struct lineage *lineage, const struct record_id *id)
{
    for (size_t i = 0; i < lineage->version_count; i++)
        if (record_id_equal(&lineage->versions[i].id, id))
            return &lineage->versions[i];
    return NULL;
}

const struct lineage_key *
lineage_key(const struct lineage *lineage, const struct key_author *author)
{
    for (size_t i = 0; i < lineage->key_count; i++)
        if (key_author_equal(&lineage->keys[i].key.author, author))
            return &lineage->keys[i];
    return NULL;
}

uint32_t
lineage_key_last(const struct lineage_key *key)
{
    uint32_t last = 0;

    for (size_t i = 0; i < key->good_count; i++)
        if (key->good[i].sequence > last)
            last = key->good[i].sequence;
    return last;
}

bool
lineage_is_in_conflict(const struct lineage *lineage)
{
    return lineage->present + 1 < lineage->version_count;
}
