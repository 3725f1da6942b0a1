#include "bundles/verdict_links.h"

#include <string.h>

#include "bundles/replacements.h"
#include "bundles/statement.h"
#include "bundles/withdrawals.h"

/* Copy view, which is shorter than size, with a zero octet behind it. */
static void
copy_text(char *out, size_t size, struct byte_view view)
{
    size_t length = view.size < size ? view.size : size - 1;

    if (length > 0)
        memcpy(out, view.data, length);
    out[length] = '\0';
}

/* The search for statements that name this one. */
struct link_search {
    struct store *store;
    struct verdict *verdict;
    const char *name; /* the reader's own for whose records these are; NULL
                         for the author itself */
};

/* Put link into links, newest first, then by id; *count counts all. */
static void
add_link(struct verdict_link links[VERDICT_LINKS_MAX], size_t *count,
         const struct verdict_link *link)
{
    size_t kept = *count < VERDICT_LINKS_MAX ? *count : VERDICT_LINKS_MAX;
    size_t at = 0;

    while (at < kept &&
           (links[at].date.number > link->date.number ||
            (links[at].date.number == link->date.number &&
             memcmp(links[at].id.octets, link->id.octets, 32) < 0)))
        at++;
    (*count)++;
    if (at == VERDICT_LINKS_MAX)
        return;
    if (kept == VERDICT_LINKS_MAX)
        kept--;
    memmove(links + at + 1, links + at, (kept - at) * sizeof(links[0]));
    links[at] = *link;
}

static void
examine_link(const struct link_search *search, const struct record *record,
             const struct statement *statement)
{
    const struct record_fields *fields = record_fields(record);
    struct verdict *verdict = search->verdict;
    int text = statement_choose_text(record, NULL);
    struct verdict_link link = {
        .id = *record_id(record), .key = fields->key, .date = fields->date};

    if (text >= 0)
        copy_text(link.language, sizeof(link.language),
                  fields->files[text].language);
    if (search->name != NULL)
        copy_text(link.name, sizeof(link.name),
                  byte_view_of_text(search->name));
    if (statement->has_replaces &&
        record_id_equal(&statement->replaces, &verdict->id)) {
        if (search->name == NULL)
            add_link(verdict->replaced_by, &verdict->replaced_count, &link);
        else
            add_link(verdict->claims, &verdict->claim_count, &link);
    }
    if (statement->has_translates &&
        record_id_equal(&statement->translates, &verdict->id))
        add_link(verdict->translations, &verdict->translation_count, &link);
}

/* A store_visit over the statements of one key that name this one. */
static enum status
on_statement(void *context, const struct store_row *row)
{
    const struct link_search *search = context;
    struct statement statement;
    struct record *record;
    enum status status;

    status = store_get_record(search->store, &row->id, &record);
    if (status != STATUS_OK)
        return status;
    status = statement_read(&statement, record);
    if (status == STATUS_OK)
        examine_link(search, record, &statement);
    statement_release(&statement);
    record_free(record);
    return status == STATUS_NEWER ? STATUS_OK : status;
}

static enum status
find_links_of(struct verdict *verdict, struct store *store,
              const struct key_author *author, const char *name)
{
    struct link_search search = {store, verdict, name};
    struct store_query query = {.by_author = true,
                                .author = *author,
                                .by_kind = true,
                                .kind = RECORD_STATEMENT,
                                .by_subject = true,
                                .subject = verdict->id};

    return store_walk(store, &query, on_statement, &search);
}

static enum status
mark_withdrawn(struct verdict_link *links, size_t count, struct store *store)
{
    enum status status = STATUS_OK;

    for (size_t i = 0;
         i < count && i < VERDICT_LINKS_MAX && status == STATUS_OK; i++)
        status = withdrawals_has(&links[i].is_withdrawn, store,
                                 &links[i].key.author, &links[i].id);
    return status;
}

enum status
verdict_links_to(struct verdict *verdict, struct store *store,
                 const struct trust *trust)
{
    const struct trust_entry *entry;
    size_t position = 0;
    enum status status =
        find_links_of(verdict, store, &verdict->signer.key.author, NULL);

    while (status == STATUS_OK &&
           (entry = trust_next(trust, &position)) != NULL) {
        /* The author, and a key that is both own and followed, once. */
        if (!key_author_equal(&entry->key.author,
                              &verdict->signer.key.author) &&
            entry == trust_get(trust, &entry->key.author))
            status =
                find_links_of(verdict, store, &entry->key.author, entry->name);
    }
    if (status == STATUS_OK)
        status = mark_withdrawn(verdict->replaced_by, verdict->replaced_count,
                                store);
    if (status == STATUS_OK)
        status = mark_withdrawn(verdict->claims, verdict->claim_count, store);
    if (status == STATUS_OK)
        status = mark_withdrawn(verdict->translations,
                                verdict->translation_count, store);
    if (status == STATUS_OK)
        status = replacements_find(&verdict->replacements, store,
                                   &verdict->signer.key.author, &verdict->id);
    return status;
}

enum status
verdict_links_from(struct verdict *verdict, struct store *store,
                   const struct record *record)
{
    struct statement statement;
    struct store_row row;
    enum status status = statement_read(&statement, record);

    if (status == STATUS_OK && statement.has_replaces) {
        status = store_get_row(store, &statement.replaces, &row);
        if (status == STATUS_OK) {
            verdict->replaces_is_here = true;
            verdict->replaces_own =
                replacements_may(&verdict->signer.key.author, &row.author);
        }
    }
    statement_release(&statement);
    return status == STATUS_NEWER || status == STATUS_NOT_FOUND ? STATUS_OK
                                                                : status;
}
