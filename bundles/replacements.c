#include "bundles/replacements.h"

#include <string.h>

#include "bundles/statement.h"
#include "bundles/withdrawals.h"
#include "core/mem.h"

/* The statement that is asked about, or one that replaces one before it.  What
 * replaces names one statement, so these are a tree. */
struct item {
    struct replacement self;
    size_t replaces; /* index of what it replaces */
    bool stands;
    bool is_old; /* something that stands comes after it */
};

struct search {
    struct lineages *lineages;
    struct replacements *out;
    size_t most;   /* records that may be read */
    size_t looked; /* that were */
    bool is_first; /* the first that stands is enough */
    bool is_found; /* there is one */
    size_t at;     /* whose replacements are walked over */
    size_t count;
    struct item items[REPLACEMENTS_MAX + 1];
};

/* No id can be in a header that it is the hash of, so no statement comes after
 * itself; a store that says otherwise is not followed in circles. */
static bool
is_among(const struct search *search, const struct record_id *id)
{
    for (size_t i = 0; i < search->count; i++)
        if (record_id_equal(&search->items[i].self.id, id))
            return true;
    return false;
}

static enum status
add(struct search *search, const struct store_row *row)
{
    struct item *item = &search->items[search->count];
    bool is_withdrawn;
    enum status status = withdrawals_has(&is_withdrawn, search->lineages,
                                         &row->author, &row->id);

    if (status != STATUS_OK)
        return status;
    *item = (struct item){.self = {row->id, row->author, row->date},
                          .replaces = search->at,
                          .stands = !is_withdrawn};
    search->count++;
    if (is_withdrawn)
        search->out->withdrawn_count++;
    else
        search->is_found = true;
    return STATUS_OK;
}

/* A store_visit over statements that name the item at search->at. */
static enum status
on_statement(void *context, const struct store_row *row)
{
    struct search *search = context;
    struct statement statement = {0};
    struct record *record;
    enum status status;

    if (search->is_found && search->is_first)
        return STATUS_OK;
    if (search->looked == search->most) {
        search->out->is_cut = true;
        return STATUS_OK;
    }
    search->looked++;
    status =
        store_get_record(lineages_store(search->lineages), &row->id, &record);
    if (status == STATUS_OK)
        status = statement_read(&statement, record);
    if (status == STATUS_NEWER) {
        search->out->newer_count++;
        status = STATUS_OK;
    } else if (status == STATUS_OK && statement.has_replaces &&
               record_id_equal(&statement.replaces,
                               &search->items[search->at].self.id) &&
               !is_among(search, &row->id)) {
        status = add(search, row);
    }
    statement_release(&statement);
    record_free(record);
    return status;
}

/* A store_visit that stops at the first. */
static enum status
on_any(void *context, const struct store_row *row)
{
    bool *is_any = context;

    (void)row;
    *is_any = true;
    return STATUS_OK;
}

/* Whether the author named it at all, which most never do: lists ask for each
 * of many. */
static enum status
is_named(bool *out, struct lineages *lineages, const struct key_author *author,
         const struct record_id *id)
{
    *out = false;
    return lineages_walk(lineages, author,
                         &(struct lineages_query){RECORD_STATEMENT, id, 1},
                         on_any, out);
}

/* Everything that comes after the first item, in an order that the records
 * alone decide. */
static enum status
gather(struct search *search)
{
    enum status status = STATUS_OK;

    for (search->at = 0;
         search->at < search->count && status == STATUS_OK &&
         !search->out->is_cut && !(search->is_first && search->is_found);
         search->at++) {
        const struct replacement at = search->items[search->at].self;

        status = lineages_walk(
            search->lineages, &at.author,
            &(struct lineages_query){RECORD_STATEMENT, &at.id,
                                     search->most - search->looked + 1},
            on_statement, search);
    }
    return status;
}

static void
take(struct replacements *out, const struct replacement *found)
{
    size_t kept = out->newest_count < VERDICT_LINKS_MAX ? out->newest_count
                                                        : VERDICT_LINKS_MAX;
    size_t at = 0;

    while (at < kept &&
           (out->newest[at].date.number > found->date.number ||
            (out->newest[at].date.number == found->date.number &&
             memcmp(out->newest[at].id.octets, found->id.octets, 32) < 0)))
        at++;
    out->newest_count++;
    if (at == VERDICT_LINKS_MAX)
        return;
    if (kept == VERDICT_LINKS_MAX)
        kept--;
    memmove(out->newest + at + 1, out->newest + at,
            (kept - at) * sizeof(out->newest[0]));
    out->newest[at] = *found;
}

/* The last first: what replaces stands behind what it replaces. */
static void
decide(struct search *search)
{
    for (size_t i = search->count - 1; i > 0; i--) {
        const struct item *item = &search->items[i];

        if (item->stands || item->is_old)
            search->items[item->replaces].is_old = true;
        if (item->stands && !item->is_old)
            take(search->out, &item->self);
    }
}

/* An empty search from statement id of author on; NULL without memory. */
static struct search *
search_new(struct lineages *lineages, const struct key_author *author,
           const struct record_id *id)
{
    struct search *search = mem_zalloc(1, sizeof(*search));

    if (search == NULL)
        return NULL;
    search->lineages = lineages;
    search->most = REPLACEMENTS_MAX;
    search->items[0] =
        (struct item){.self = {.id = *id, .author = *author}, .stands = true};
    search->count = 1;
    return search;
}

enum status
replacements_find(struct replacements *out, struct lineages *lineages,
                  const struct key_author *author, const struct record_id *id)
{
    struct search *search;
    bool is_any;
    enum status status = is_named(&is_any, lineages, author, id);

    memset(out, 0, sizeof(*out));
    if (status != STATUS_OK || !is_any)
        return status;
    search = search_new(lineages, author, id);
    if (search == NULL)
        return STATUS_NO_MEMORY;
    search->out = out;
    status = gather(search);
    if (status == STATUS_OK)
        decide(search);
    mem_free(search);
    return status;
}

enum status
replacements_has(bool *is_replaced, struct lineages *lineages,
                 const struct key_author *author, const struct record_id *id)
{
    struct replacements ignored = {0};
    struct search *search;
    enum status status = is_named(is_replaced, lineages, author, id);

    if (status != STATUS_OK || !*is_replaced)
        return status;
    *is_replaced = false;
    search = search_new(lineages, author, id);
    if (search == NULL)
        return STATUS_NO_MEMORY;
    search->out = &ignored;
    search->most = REPLACEMENTS_LISTED_MAX;
    search->is_first = true;
    status = gather(search);
    *is_replaced = search->is_found;
    mem_free(search);
    return status;
}
