#include "bundles/heads.h"

#include <stdbool.h>
#include <string.h>

#include "bundles/mentions.h"
#include "core/limits.h"

/* A store_visit that notes that there is something. */
static enum status
on_any(void *context, const struct store_row *row)
{
    bool *found = context;

    (void)row;
    *found = true;
    return STATUS_OK;
}

enum status
heads_state(enum heads_state *out, struct store *store,
            const struct statement_head *head)
{
    struct store_query query = {.by_author = true,
                                .author = head->key.author,
                                .by_sequence = true,
                                .sequence = head->sequence,
                                .limit = 1};
    struct store_row row;
    bool found = false;
    enum status status = store_get_row(store, &head->id, &row);

    if (status == STATUS_OK) {
        *out = key_author_equal(&row.author, &head->key.author) &&
                       row.sequence == head->sequence
                   ? HEADS_HERE
                   : HEADS_WRONG;
        return STATUS_OK;
    }
    if (status != STATUS_NOT_FOUND)
        return status;
    status = store_walk(store, &query, on_any, &found);
    *out = found ? HEADS_OTHER : HEADS_MISSING;
    return status;
}

static int
compare_ids(const struct record_id *a, const struct record_id *b)
{
    return memcmp(a->octets, b->octets, sizeof(a->octets));
}

void
heads_choose(struct statement_head *best, const struct statement_head *other)
{
    if (other->sequence > best->sequence ||
        (other->sequence == best->sequence && other->sequence > 0 &&
         compare_ids(&other->id, &best->id) < 0))
        *best = *other;
}

struct walk {
    struct store *store;
    heads_visit *visit;
    void *context;
};

/* A store_visit over the statements of one witness. */
static enum status
on_statement(void *context, const struct store_row *row)
{
    const struct walk *walk = context;
    struct statement statement;
    struct record *record;
    enum status status = store_get_record(walk->store, &row->id, &record);

    if (status != STATUS_OK)
        return status;
    status = statement_read(&statement, record);
    for (size_t i = 0; status == STATUS_OK && i < statement.head_count; i++)
        walk->visit(walk->context, &statement.heads[i]);
    statement_release(&statement);
    record_free(record);
    return status == STATUS_NEWER ? STATUS_OK : status;
}

enum status
heads_walk(struct lineages *lineages, const struct key_author *witness,
           heads_visit *visit, void *context)
{
    const struct record_id heads = mentions_heads();
    struct walk walk = {lineages_store(lineages), visit, context};

    return lineages_walk(
        lineages, witness,
        &(struct lineages_query){RECORD_STATEMENT, &heads, SIZE_MAX},
        on_statement, &walk);
}

/* The newest record of one author. */
struct newest {
    struct statement_head head;
    struct day date;
};

/* A store_visit over the records of one author. */
static enum status
on_row(void *context, const struct store_row *row)
{
    struct newest *newest = context;
    struct statement_head head = newest->head;

    head.sequence = row->sequence;
    head.id = row->id;
    heads_choose(&newest->head, &head);
    if (record_id_equal(&newest->head.id, &row->id))
        newest->date = row->date;
    return STATUS_OK;
}

/* Which of two comes first: the later day, then the lower key. */
static bool
is_before(const struct newest *a, const struct newest *b)
{
    if (a->date.number != b->date.number)
        return a->date.number > b->date.number;
    return memcmp(a->head.key.author.octets, b->head.key.author.octets,
                  sizeof(a->head.key.author.octets)) < 0;
}

/* Put newest where it belongs; the last of too many falls out. */
static void
insert(struct newest list[HEADS_MAX], size_t *count,
       const struct newest *newest)
{
    size_t at = 0;

    while (at < *count && is_before(&list[at], newest))
        at++;
    if (at == HEADS_MAX)
        return;
    if (*count < HEADS_MAX)
        (*count)++;
    memmove(list + at + 1, list + at, (*count - at - 1) * sizeof(list[0]));
    list[at] = *newest;
}

enum status
heads_gather(struct statement_head *heads, size_t *count, size_t *all,
             struct store *store, const struct trust *trust)
{
    struct newest list[HEADS_MAX];
    const struct trust_entry *entry;
    enum status status = STATUS_OK;
    size_t position = 0;

    *count = 0;
    *all = 0;
    while (status == STATUS_OK &&
           (entry = trust_next(trust, &position)) != NULL) {
        struct store_query query = {.by_author = true,
                                    .author = entry->key.author};
        struct newest newest = {.head = {.key = entry->key}};

        /* That two own keys are of one person is not to be told, whether or
         * not the one is followed by name too. */
        if (trust_class(trust, &entry->key.author) == TRUST_OWN)
            continue;
        status = store_walk(store, &query, on_row, &newest);
        if (status != STATUS_OK || newest.head.sequence == 0)
            continue;
        (*all)++;
        insert(list, count, &newest);
    }
    for (size_t i = 0; i < *count; i++)
        heads[i] = list[i].head;
    return status;
}
