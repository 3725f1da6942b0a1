#include "bundles/signatories.h"

#include <stdlib.h>
#include <string.h>

#include "bundles/statement.h"
#include "core/limits.h"
#include "core/mem.h"

/* The whole search. */
struct search {
    struct signatories *out;
    struct lineages *lineages;
    struct lineages *alone; /* in which every key stands for itself */
    struct store *store;    /* theirs; may be NULL */
    const struct trust *trust;
    struct signing_gathering *gathering;
    /* Keys that are not looked for among the others, in order: the author,
     * named ones, and known ones, which are looked up by themselves; and those
     * of their chains. */
    struct key_author *apart;
    size_t apart_count;
    size_t apart_room;
    size_t apart_next; /* while walking */
    size_t looked;     /* at so many rows */
    struct key_author current;
    bool has_current;
};

static bool
is_apart(const struct search *search, const struct key_author *author)
{
    for (size_t i = 0; i < search->apart_count; i++)
        if (key_author_equal(&search->apart[i], author))
            return true;
    return false;
}

static enum status
set_key_apart(struct search *search, const struct key_author *author)
{
    const size_t room = 2 * search->apart_room + 16;
    struct key_author *apart;

    if (search->apart_count == search->apart_room) {
        apart = mem_resize(search->apart, room * sizeof(apart[0]));
        if (apart == NULL)
            return STATUS_NO_MEMORY;
        search->apart = apart;
        search->apart_room = room;
    }
    search->apart[search->apart_count++] = *author;
    return STATUS_OK;
}

/* The key, and all those of its chain. */
static enum status
set_apart(struct search *search, const struct key_author *author)
{
    const struct lineages_member *member = NULL;
    enum status status = set_key_apart(search, author);

    if (status == STATUS_OK)
        status = lineages_get(search->lineages, author, &member);
    if (status != STATUS_OK || member->key == NULL)
        return status;
    for (size_t i = 0; i < member->lineage->key_count && status == STATUS_OK;
         i++)
        if (!key_author_equal(&member->lineage->keys[i].key.author, author))
            status =
                set_key_apart(search, &member->lineage->keys[i].key.author);
    return status;
}

static enum status
find_named(struct search *search, const struct statement *statement)
{
    struct signatories *out = search->out;
    enum status status = STATUS_OK;

    out->named =
        mem_zalloc(statement->signatory_count + 1, sizeof(out->named[0]));
    if (out->named == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < statement->signatory_count && status == STATUS_OK;
         i++) {
        const struct statement_signatory *named = &statement->signatories[i];
        struct signing *signing = &out->named[i];

        out->named_count++;
        signing->claim = named->name;
        status = set_apart(search, &named->key.author);
        if (status == STATUS_OK)
            status = verdict_signer_find(&signing->signer, search->lineages,
                                         search->trust, &named->key);
        if (status == STATUS_OK && search->store != NULL)
            status =
                signing_find(search->gathering, signing, &named->key.author);
        out->named_signed += signing->state == SIGNING_SIGNED;
        out->named_withdrawn += signing->state == SIGNING_WITHDRAWN;
    }
    return status;
}

/* Count signing among the others, and keep it if there is room; it is the
 * list's from then on. */
static enum status
add_other(struct search *search, struct signing *signing,
          const struct key_public *key)
{
    struct signatories *out = search->out;
    enum status status = STATUS_OK;

    out->other_signed += signing->state == SIGNING_SIGNED;
    if (signing->state == SIGNING_NOT_SEEN ||
        out->other_count == SIGNATORIES_OTHERS_MAX) {
        withdrawal_release(&signing->taken);
        return STATUS_OK;
    }
    status = verdict_signer_find(&signing->signer, search->gathering->lineages,
                                 search->trust, key);
    out->others[out->other_count++] = *signing;
    return status;
}

/* Keys that the reader knows. */
static enum status
find_known(struct search *search)
{
    const struct trust_entry *entry;
    size_t position = 0;
    enum status status = STATUS_OK;

    while (status == STATUS_OK &&
           (entry = trust_next_known(search->trust, &position)) != NULL) {
        struct signing signing = {0};

        /* A key that is both own and followed, or of a chain that was looked
         * up, once. */
        if (is_apart(search, &entry->key.author))
            continue;
        status = set_apart(search, &entry->key.author);
        if (status == STATUS_OK)
            status =
                signing_find(search->gathering, &signing, &entry->key.author);
        if (status == STATUS_OK)
            status = add_other(search, &signing, &entry->key);
        else
            withdrawal_release(&signing.taken);
    }
    return status;
}

/* The co-signatures of the current key are all gathered. */
static enum status
end_current(struct search *search)
{
    struct signing signing = {0};
    enum status status;

    if (!search->has_current)
        return STATUS_OK;
    search->has_current = false;
    search->gathering->wants_state =
        search->out->other_count == SIGNATORIES_OTHERS_MAX;
    status = signing_gather_end(search->gathering, &signing, &search->current);
    if (status == STATUS_OK)
        return add_other(search, &signing, &search->gathering->key);
    withdrawal_release(&signing.taken);
    return status;
}

/* A store_visit over all co-signatures, key by key in order. */
static enum status
on_cosign(void *context, const struct store_row *row)
{
    struct search *search = context;
    enum status status = STATUS_OK;

    if (search->looked == SIGNATORIES_LOOKED_MAX) {
        search->out->has_more = true;
        return STATUS_OK;
    }
    search->looked++;
    while (search->apart_next < search->apart_count &&
           memcmp(&search->apart[search->apart_next], &row->author,
                  sizeof(row->author)) < 0)
        search->apart_next++;
    if (search->apart_next < search->apart_count &&
        key_author_equal(&search->apart[search->apart_next], &row->author))
        return STATUS_OK;
    if (!search->has_current ||
        !key_author_equal(&search->current, &row->author)) {
        status = end_current(search);
        signing_gather_begin(search->gathering);
        search->current = row->author;
        search->has_current = true;
    }
    return status == STATUS_OK ? signing_gather_add(search->gathering, row)
                               : status;
}

static int
compare_authors(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct key_author));
}

static enum status
find_others(struct search *search)
{
    struct store_query query = {.by_kind = true,
                                .kind = RECORD_COSIGN,
                                .by_subject = true,
                                .subject =
                                    *record_id(search->gathering->record),
                                .limit = SIGNATORIES_LOOKED_MAX + 1};
    enum status status;

    qsort(search->apart, search->apart_count, sizeof(search->apart[0]),
          compare_authors);
    search->gathering->checks_signatures = false;
    search->gathering->lineages = search->alone;
    status = store_walk(search->store, &query, on_cosign, search);
    return status == STATUS_OK ? end_current(search) : status;
}

static enum status
find_all(struct search *search, const struct record *record)
{
    struct statement statement;
    enum status status = set_apart(search, &record_fields(record)->key.author);

    if (status == STATUS_OK)
        status = statement_read(&statement, record);
    else
        memset(&statement, 0, sizeof(statement));
    if (status == STATUS_OK)
        status = find_named(search, &statement);
    else if (status == STATUS_NEWER)
        status = STATUS_OK; /* an identity, which names nobody */
    statement_release(&statement);
    if (status != STATUS_OK || search->store == NULL)
        return status;
    status = find_known(search);
    return status == STATUS_OK ? find_others(search) : status;
}

static enum status
make_room(struct search *search, const struct record *record)
{
    enum status status = lineages_new(&search->alone, search->store, NULL);

    search->gathering = mem_zalloc(1, sizeof(*search->gathering));
    search->out->others =
        mem_zalloc(SIGNATORIES_OTHERS_MAX, sizeof(search->out->others[0]));
    if (status != STATUS_OK || search->gathering == NULL ||
        search->out->others == NULL)
        return STATUS_NO_MEMORY;
    search->gathering->lineages = search->lineages;
    search->gathering->record = record;
    search->gathering->checks_signatures = true;
    return STATUS_OK;
}

enum status
signatories_find(struct signatories *out, struct lineages *lineages,
                 const struct trust *trust, const struct record *record)
{
    struct search search = {.out = out,
                            .lineages = lineages,
                            .store = lineages_store(lineages),
                            .trust = trust};
    enum status status;

    memset(out, 0, sizeof(*out));
    status = make_room(&search, record);
    if (status == STATUS_OK)
        status = find_all(&search, record);
    lineages_free(search.alone);
    mem_free(search.apart);
    mem_free(search.gathering);
    return status;
}

static void
release_all(struct signing *signings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        withdrawal_release(&signings[i].taken);
    mem_free(signings);
}

void
signatories_release(struct signatories *signatories)
{
    release_all(signatories->named, signatories->named_count);
    release_all(signatories->others, signatories->other_count);
    memset(signatories, 0, sizeof(*signatories));
}
