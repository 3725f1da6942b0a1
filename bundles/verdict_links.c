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
    struct lineages *lineages;
    const struct trust *trust;
    const struct lineages_member *author; /* the verdict's */
    struct verdict *verdict;
    const struct trust_entry *entry; /* whose records these are; NULL for the
                                        author itself */
    size_t looked;                   /* of strangers */
};

/* The author's first, then the latest day, then by id. */
static bool
is_before(const struct verdict_link *a, const struct verdict_link *b)
{
    if (a->by_author != b->by_author)
        return a->by_author;
    if (a->date.number != b->date.number)
        return a->date.number > b->date.number;
    return memcmp(a->id.octets, b->id.octets, sizeof(a->id.octets)) < 0;
}

/* Put link where it belongs; *count counts all. */
static void
add_link(struct verdict_link links[VERDICT_LINKS_MAX], size_t *count,
         const struct verdict_link *link)
{
    size_t kept = *count < VERDICT_LINKS_MAX ? *count : VERDICT_LINKS_MAX;
    size_t at = 0;

    while (at < kept && is_before(&links[at], link))
        at++;
    (*count)++;
    if (at == VERDICT_LINKS_MAX)
        return;
    if (kept == VERDICT_LINKS_MAX)
        kept--;
    memmove(links + at + 1, links + at, (kept - at) * sizeof(links[0]));
    links[at] = *link;
}

static struct verdict_link
make_link(const struct link_search *search, const struct record *record)
{
    const struct record_fields *fields = record_fields(record);
    const struct trust_entry *entry = search->entry;
    int text = statement_choose_text(record, NULL);
    struct verdict_link link = {.id = *record_id(record),
                                .key = fields->key,
                                .date = fields->date,
                                .by_author = entry == NULL};

    if (text >= 0)
        copy_text(link.language, sizeof(link.language),
                  fields->files[text].language);
    if (entry != NULL)
        copy_text(link.name, sizeof(link.name), byte_view_of_text(entry->name));
    if (entry != NULL && entry->vouched_by != NULL)
        copy_text(link.vouched_by, sizeof(link.vouched_by),
                  byte_view_of_text(entry->vouched_by));
    return link;
}

static void
examine_link(const struct link_search *search, const struct record *record,
             const struct statement *statement)
{
    struct verdict *verdict = search->verdict;
    const struct verdict_link link = make_link(search, record);

    if (statement->has_replaces &&
        record_id_equal(&statement->replaces, &verdict->id)) {
        if (link.by_author)
            add_link(verdict->replaced_by, &verdict->replaced_count, &link);
        else if (link.vouched_by[0] == '\0')
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

    status =
        store_get_record(lineages_store(search->lineages), &row->id, &record);
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
find_links_of(struct link_search *search, const struct key_author *author)
{
    return lineages_walk(search->lineages, author,
                         &(struct lineages_query){
                             RECORD_STATEMENT, &search->verdict->id, SIZE_MAX},
                         on_statement, search);
}

/* True for the author's key, and for those of its chain. */
static bool
is_author(const struct link_search *search, const struct key_author *author)
{
    return key_author_equal(&search->author->author, author) ||
           (search->author->key != NULL &&
            lineage_key(search->author->lineage, author) != NULL);
}

/* Those of the author, and of every known key. */
static enum status
find_links(struct link_search *search)
{
    const struct key_author *author = &search->verdict->signer.key.author;
    size_t position = 0;
    enum status status = find_links_of(search, author);

    while (status == STATUS_OK && (search->entry = trust_next_known(
                                       search->trust, &position)) != NULL) {
        /* A chain by the key that is followed. */
        if (!search->entry->is_derived &&
            !is_author(search, &search->entry->key.author))
            status = find_links_of(search, &search->entry->key.author);
    }
    return status;
}

/* Count record if it is a translation that stands. */
static enum status
count_stranger(struct link_search *search, const struct record *record)
{
    struct verdict *verdict = search->verdict;
    struct statement statement;
    bool is_withdrawn = true;
    enum status status = statement_read(&statement, record);

    if (status == STATUS_OK && statement.has_translates &&
        record_id_equal(&statement.translates, &verdict->id))
        status = withdrawals_has(&is_withdrawn, search->lineages,
                                 &record_fields(record)->key.author,
                                 record_id(record));
    verdict->stranger_count += is_withdrawn ? 0 : 1;
    statement_release(&statement);
    return status == STATUS_NEWER ? STATUS_OK : status;
}

/* A store_visit over everybody's statements that name this one. */
static enum status
on_anybody(void *context, const struct store_row *row)
{
    struct link_search *search = context;
    struct verdict *verdict = search->verdict;
    struct record *record;
    enum status status;

    if (is_author(search, &row->author) ||
        trust_known(search->trust, &row->author) != NULL)
        return STATUS_OK;
    if (search->looked == TRANSLATIONS_LOOKED_MAX) {
        verdict->has_more_strangers = true;
        return STATUS_OK;
    }
    search->looked++;
    status =
        store_get_record(lineages_store(search->lineages), &row->id, &record);
    if (status == STATUS_OK)
        status = count_stranger(search, record);
    record_free(record);
    return status;
}

static enum status
count_strangers(struct link_search *search)
{
    struct store_query query = {.by_kind = true,
                                .kind = RECORD_STATEMENT,
                                .by_subject = true,
                                .subject = search->verdict->id,
                                .limit = SIGNATORIES_LOOKED_MAX};

    return store_walk(lineages_store(search->lineages), &query, on_anybody,
                      search);
}

static enum status
mark_withdrawn(struct verdict_link *links, size_t count,
               struct lineages *lineages)
{
    enum status status = STATUS_OK;

    for (size_t i = 0;
         i < count && i < VERDICT_LINKS_MAX && status == STATUS_OK; i++)
        status = withdrawals_has(&links[i].is_withdrawn, lineages,
                                 &links[i].key.author, &links[i].id);
    return status;
}

/* A translation that was corrected is not the one to read. */
static enum status
mark_replaced(struct verdict *verdict, struct lineages *lineages)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < verdict->translation_count &&
                       i < VERDICT_LINKS_MAX && status == STATUS_OK;
         i++) {
        struct verdict_link *link = &verdict->translations[i];
        struct replacements found;

        status =
            replacements_find(&found, lineages, &link->key.author, &link->id);
        link->is_replaced = found.newest_count > 0;
    }
    return status;
}

enum status
verdict_links_to(struct verdict *verdict, struct lineages *lineages,
                 const struct trust *trust)
{
    struct link_search search = {
        .lineages = lineages, .trust = trust, .verdict = verdict};
    enum status status =
        lineages_get(lineages, &verdict->signer.key.author, &search.author);

    if (status == STATUS_OK)
        status = find_links(&search);
    if (status == STATUS_OK)
        status = count_strangers(&search);
    if (status == STATUS_OK)
        status = mark_withdrawn(verdict->replaced_by, verdict->replaced_count,
                                lineages);
    if (status == STATUS_OK)
        status =
            mark_withdrawn(verdict->claims, verdict->claim_count, lineages);
    if (status == STATUS_OK)
        status = mark_withdrawn(verdict->translations,
                                verdict->translation_count, lineages);
    if (status == STATUS_OK)
        status = mark_replaced(verdict, lineages);
    if (status == STATUS_OK)
        status = replacements_find(&verdict->replacements, lineages,
                                   &verdict->signer.key.author, &verdict->id);
    return status;
}

/* Whether what the verdict's statement says of one by author is said by its
 * own: if both are of one chain, and it is good. */
static enum status
may_name(bool *out, const struct verdict *verdict, struct lineages *lineages,
         const struct key_author *author)
{
    enum status status =
        lineages_are_one(out, lineages, &verdict->signer.key.author, author);

    if (verdict->lineage.standing != GOOD_PART_GOOD)
        *out = false;
    return status;
}

static enum status
find_named(struct verdict_named *out, const struct verdict *verdict,
           struct lineages *lineages, const struct trust *trust,
           const struct record_id *id)
{
    const struct trust_entry *entry;
    struct store_row row;
    enum status status = store_get_row(lineages_store(lineages), id, &row);

    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    out->is_here = true;
    status = may_name(&out->is_own, verdict, lineages, &row.author);
    if (status != STATUS_OK)
        return status;
    entry = trust_known(trust, &row.author);
    if (!out->is_own && entry != NULL)
        copy_text(out->name, sizeof(out->name), byte_view_of_text(entry->name));
    status = withdrawals_has(&out->is_withdrawn, lineages, &row.author, id);
    return status == STATUS_OK
               ? replacements_has(&out->is_replaced, lineages, &row.author, id)
               : status;
}

enum status
verdict_links_from(struct verdict *verdict, struct lineages *lineages,
                   const struct trust *trust, const struct record *record)
{
    struct statement statement;
    enum status status = statement_read(&statement, record);

    if (status == STATUS_OK && statement.has_replaces)
        status = find_named(&verdict->replaces, verdict, lineages, trust,
                            &statement.replaces);
    if (status == STATUS_OK && statement.has_translates)
        status = find_named(&verdict->translates, verdict, lineages, trust,
                            &statement.translates);
    statement_release(&statement);
    return status == STATUS_NEWER ? STATUS_OK : status;
}
