#include "bundles/verdict_heads.h"

#include <string.h>

#include "bundles/heads.h"
#include "bundles/history.h"
#include "core/limits.h"

static void
copy_name(char out[TRUST_NAME_MAX + 1], const char *name)
{
    const size_t length = strlen(name);

    memcpy(out, name, length < TRUST_NAME_MAX ? length : TRUST_NAME_MAX);
}

static void
fill(struct verdict_head *out, const struct trust_entry *entry,
     const struct statement_head *head, enum heads_state state)
{
    memset(out, 0, sizeof(*out));
    copy_name(out->name, entry->name);
    if (entry->vouched_by != NULL)
        copy_name(out->vouched_by, entry->vouched_by);
    out->key = entry->key;
    out->number = head->sequence;
    out->id = head->id;
    out->state = state;
}

/* The higher number first, then the lower key. */
static bool
is_before(const struct verdict_head *a, const struct verdict_head *b)
{
    if (a->number != b->number)
        return a->number > b->number;
    return memcmp(a->key.author.octets, b->key.author.octets,
                  sizeof(a->key.author.octets)) < 0;
}

/* Put quote where it belongs; the last of too many falls out. */
static void
insert(struct verdict *verdict, const struct verdict_head *quote)
{
    struct verdict_head *quotes = verdict->quotes;
    size_t kept = verdict->quote_count < VERDICT_LINKS_MAX
                      ? verdict->quote_count
                      : VERDICT_LINKS_MAX;
    size_t at = 0;

    while (at < kept && is_before(&quotes[at], quote))
        at++;
    verdict->quote_count++;
    if (at == VERDICT_LINKS_MAX)
        return;
    if (kept == VERDICT_LINKS_MAX)
        kept--;
    memmove(quotes + at + 1, quotes + at, (kept - at) * sizeof(quotes[0]));
    quotes[at] = *quote;
}

/* Take in the most that witness said; a sequence of 0 is nothing. */
static enum status
take_said(struct verdict *verdict, struct store *store,
          const struct trust_entry *witness, const struct statement_head *said,
          uint32_t newest)
{
    struct verdict_head quote;
    enum heads_state state;
    enum status status;

    /* The record of the verdict may be in a folder and not in the store. */
    if (said->sequence <= newest || record_id_equal(&said->id, &verdict->id))
        return STATUS_OK;
    status = heads_state(&state, store, said);
    if (status == STATUS_OK && state == HEADS_MISSING) {
        fill(&quote, witness, said, state);
        insert(verdict, &quote);
    }
    return status;
}

/* The search for the most that one witness said. */
struct hearing {
    const struct key_author *author;
    struct statement_head said;
};

/* A heads_visit. */
static void
on_head(void *context, const struct statement_head *head)
{
    struct hearing *hearing = context;

    if (key_author_equal(&head->key.author, hearing->author))
        heads_choose(&hearing->said, head);
}

enum status
verdict_heads_quoted(struct verdict *verdict, struct lineages *lineages,
                     const struct trust *trust)
{
    struct store *store = lineages_store(lineages);
    const struct key_author *author = &verdict->signer.key.author;
    const struct trust_entry *entry;
    size_t position = 0;
    uint32_t newest;
    enum status status = history_last(store, author, &newest);

    while (status == STATUS_OK &&
           (entry = trust_next_known(trust, &position)) != NULL) {
        struct hearing hearing = {.author = author};

        /* A chain speaks once; what is known of a key that ended is known. */
        if (entry->is_derived || verdict->lineage.last_good > 0)
            continue;
        status = heads_walk(lineages, &entry->key.author, on_head, &hearing);
        if (status == STATUS_OK)
            status = take_said(verdict, store, entry, &hearing.said, newest);
    }
    return status;
}

enum status
verdict_heads_of(struct verdict *verdict, struct store *store,
                 const struct trust *trust, const struct record *record)
{
    struct statement statement;
    enum heads_state state;
    enum status status;

    if (verdict->signer.trust == TRUST_UNKNOWN)
        return STATUS_OK;
    status = statement_read(&statement, record);
    for (size_t i = 0; status == STATUS_OK && i < statement.head_count; i++) {
        const struct statement_head *head = &statement.heads[i];
        const struct trust_entry *entry = trust_known(trust, &head->key.author);

        if (entry == NULL)
            continue;
        if (verdict->head_count < VERDICT_HEADS_MAX) {
            status = heads_state(&state, store, head);
            if (status == STATUS_OK)
                fill(&verdict->heads[verdict->head_count], entry, head, state);
        }
        verdict->head_count++;
    }
    statement_release(&statement);
    return status == STATUS_NEWER ? STATUS_OK : status;
}
