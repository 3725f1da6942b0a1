#include "bundles/lineages.h"

#include <string.h>

#include "core/limits.h"
#include "core/mem.h"

/* A chain, and the good parts of its keys that were asked for. */
struct chain {
    struct lineage lineage;
    struct good_part *parts; /* by the chain's keys */
    bool *has_part;
};

struct entry {
    struct lineages_member member;
    struct chain *chain; /* NULL unless LINEAGE_ONE; others may have it too */
};

struct lineages {
    struct store *store;
    const struct trust *trust;
    struct entry *entries[LINEAGES_MAX]; /* by author */
    size_t entry_count;
    struct entry *last; /* of one for which there was no room */
    struct chain *last_chain;
    size_t walks; /* under way: no chain goes */
    struct chain **chains;
    size_t chain_count;
    size_t chain_room;
};

enum status
lineages_new(struct lineages **out, struct store *store,
             const struct trust *trust)
{
    struct lineages *lineages = mem_zalloc(1, sizeof(*lineages));

    *out = lineages;
    if (lineages == NULL)
        return STATUS_NO_MEMORY;
    lineages->store = store;
    lineages->trust = trust;
    return STATUS_OK;
}

struct store *
lineages_store(const struct lineages *lineages)
{
    return lineages->store;
}

static void
chain_free(struct chain *chain)
{
    if (chain == NULL)
        return;
    for (size_t i = 0; chain->parts != NULL && i < chain->lineage.key_count;
         i++)
        good_part_release(&chain->parts[i]);
    mem_free(chain->parts);
    mem_free(chain->has_part);
    lineage_release(&chain->lineage);
    mem_free(chain);
}

void
lineages_free(struct lineages *lineages)
{
    if (lineages == NULL)
        return;
    for (size_t i = 0; i < lineages->entry_count; i++)
        mem_free(lineages->entries[i]);
    mem_free(lineages->last);
    chain_free(lineages->last_chain);
    for (size_t i = 0; i < lineages->chain_count; i++)
        chain_free(lineages->chains[i]);
    mem_free(lineages->chains);
    mem_free(lineages);
}

/* Finding. */

/* The index of the first entry at or behind author. */
static size_t
find_place(const struct lineages *lineages, const struct key_author *author)
{
    size_t low = 0;
    size_t high = lineages->entry_count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (memcmp(&lineages->entries[middle]->member.author, author,
                   sizeof(*author)) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct chain *
find_chain(const struct lineages *lineages, const struct record_id *root)
{
    for (size_t i = 0; i < lineages->chain_count; i++)
        if (record_id_equal(&lineages->chains[i]->lineage.versions[0].id, root))
            return lineages->chains[i];
    return NULL;
}

/* A chain of lineage, which is its own from then on. */
static enum status
chain_new(struct chain **out, struct lineage *lineage)
{
    struct chain *chain = mem_zalloc(1, sizeof(*chain));

    *out = NULL;
    if (chain == NULL)
        return STATUS_NO_MEMORY;
    chain->parts = mem_zalloc(lineage->key_count, sizeof(chain->parts[0]));
    chain->has_part =
        mem_zalloc(lineage->key_count, sizeof(chain->has_part[0]));
    if (chain->parts == NULL || chain->has_part == NULL) {
        chain_free(chain);
        return STATUS_NO_MEMORY;
    }
    chain->lineage = *lineage;
    memset(lineage, 0, sizeof(*lineage));
    *out = chain;
    return STATUS_OK;
}

/* Keep the chain, of which lineage then is. */
static enum status
add_chain(struct lineages *lineages, struct lineage *lineage,
          struct chain **out)
{
    const size_t room = 2 * lineages->chain_room + 8;
    struct chain **chains;
    enum status status;

    *out = NULL;
    if (lineages->chain_count == lineages->chain_room) {
        chains = mem_resize(lineages->chains, room * sizeof(struct chain *));
        if (chains == NULL)
            return STATUS_NO_MEMORY;
        lineages->chains = chains;
        lineages->chain_room = room;
    }
    status = chain_new(out, lineage);
    if (status == STATUS_OK)
        lineages->chains[lineages->chain_count++] = *out;
    return status;
}

/* The chain of lineage: the one that is here, or a new one; it is the last's
 * alone where there is no room for more keys. */
static enum status
use_chain(struct lineages *lineages, struct lineage *lineage,
          struct chain **out)
{
    enum status status;

    *out = find_chain(lineages, &lineage->versions[0].id);
    if (*out != NULL)
        return STATUS_OK;
    if (lineages->last_chain != NULL &&
        record_id_equal(&lineages->last_chain->lineage.versions[0].id,
                        &lineage->versions[0].id)) {
        *out = lineages->last_chain;
        return STATUS_OK;
    }
    if (lineages->entry_count < LINEAGES_MAX || lineages->walks > 0)
        return add_chain(lineages, lineage, out);
    chain_free(lineages->last_chain);
    status = chain_new(&lineages->last_chain, lineage);
    *out = lineages->last_chain;
    return status;
}

/* The chain of root if author has a part in it, or NULL.  It is read once, for
 * all who say that they have one. */
static enum status
get_chain(struct lineages *lineages, const struct record_id *root,
          const struct key_author *author, struct chain **out)
{
    struct chain *chain = find_chain(lineages, root);
    struct lineage lineage;
    enum status status;

    *out = NULL;
    if (chain != NULL) {
        *out = lineage_has(&chain->lineage, author) ? chain : NULL;
        return STATUS_OK;
    }
    status = lineage_read(&lineage, lineages->store, root);
    if (status == STATUS_OK && lineage_has(&lineage, author))
        status = use_chain(lineages, &lineage, out);
    else if (status == STATUS_OK && lineages->entry_count < LINEAGES_MAX &&
             lineages->chain_count < LINEAGES_MAX)
        status = add_chain(lineages, &lineage, &chain);
    lineage_release(&lineage);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Of the chains of roots, the one in which entry's author has a part. */
static enum status
choose(struct lineages *lineages, struct entry *entry,
       const struct lineage_roots *roots)
{
    struct chain *chain;
    enum status status = STATUS_OK;

    if (roots->is_cut)
        entry->member.found = LINEAGE_SEVERAL;
    for (size_t i = 0; i < roots->count && status == STATUS_OK &&
                       entry->member.found != LINEAGE_SEVERAL;
         i++) {
        status =
            get_chain(lineages, &roots->ids[i], &entry->member.author, &chain);
        if (chain == NULL)
            continue;
        if (entry->member.found == LINEAGE_ONE)
            entry->member.found = LINEAGE_SEVERAL;
        else
            entry->member.found = LINEAGE_ONE;
        entry->chain = entry->member.found == LINEAGE_ONE ? chain : NULL;
    }
    return status;
}

static enum status
fill(struct lineages *lineages, struct entry *entry)
{
    const struct trust_entry *trusted;
    struct lineage_roots roots;
    enum status status;

    if (lineages->store == NULL || lineages->trust == NULL)
        return STATUS_OK;
    trusted = trust_known(lineages->trust, &entry->member.author);
    status = lineage_find_roots(
        &roots, lineages->store, &entry->member.author,
        trusted != NULL && trusted->has_pin ? &trusted->pin : NULL);
    if (status == STATUS_OK)
        status = choose(lineages, entry, &roots);
    if (status == STATUS_OK && entry->chain != NULL) {
        entry->member.lineage = &entry->chain->lineage;
        entry->member.key =
            lineage_key(&entry->chain->lineage, &entry->member.author);
    }
    return status;
}

static enum status
get_entry(struct lineages *lineages, const struct key_author *author,
          struct entry **out)
{
    size_t at = find_place(lineages, author);
    struct entry *entry;
    enum status status;

    *out = NULL;
    if (at < lineages->entry_count &&
        key_author_equal(&lineages->entries[at]->member.author, author)) {
        *out = lineages->entries[at];
        return STATUS_OK;
    }
    entry = mem_zalloc(1, sizeof(*entry));
    if (entry == NULL)
        return STATUS_NO_MEMORY;
    entry->member.author = *author;
    status = fill(lineages, entry);
    if (status != STATUS_OK) {
        mem_free(entry);
        return status;
    }
    if (lineages->entry_count == LINEAGES_MAX) {
        mem_free(lineages->last);
        lineages->last = entry;
    } else {
        memmove(lineages->entries + at + 1, lineages->entries + at,
                (lineages->entry_count - at) * sizeof(struct entry *));
        lineages->entries[at] = entry;
        lineages->entry_count++;
    }
    *out = entry;
    return STATUS_OK;
}

enum status
lineages_get(struct lineages *lineages, const struct key_author *author,
             const struct lineages_member **out)
{
    struct entry *entry;
    enum status status = get_entry(lineages, author, &entry);

    *out = status == STATUS_OK ? &entry->member : NULL;
    return status;
}

enum status
lineages_are_one(bool *same, struct lineages *lineages,
                 const struct key_author *a, const struct key_author *b)
{
    const struct lineages_member *member;
    enum status status;

    *same = key_author_equal(a, b);
    if (*same)
        return STATUS_OK;
    status = lineages_get(lineages, a, &member);
    if (status == STATUS_OK && member->key != NULL &&
        lineage_key(member->lineage, b) != NULL) {
        const struct record_id root = member->lineage->versions[0].id;

        /* And the other one has a part in no other chain. */
        status = lineages_get(lineages, b, &member);
        *same = status == STATUS_OK && member->lineage != NULL &&
                record_id_equal(&member->lineage->versions[0].id, &root);
    }
    return status;
}

/* What is good. */

/* The good part of the chain's key number at. */
static enum status
get_part(struct lineages *lineages, struct chain *chain, size_t at,
         const struct good_part **out)
{
    const struct lineage_key *key = &chain->lineage.keys[at];
    enum status status = STATUS_OK;

    *out = &chain->parts[at];
    if (chain->has_part[at])
        return STATUS_OK;
    status = good_part_read(&chain->parts[at], lineages->store,
                            &key->key.author, key->good, key->good_count);
    if (status == STATUS_OK)
        chain->has_part[at] = true;
    else
        good_part_release(&chain->parts[at]);
    return status;
}

enum status
lineages_standing(enum good_standing *out, struct lineages *lineages,
                  const struct key_author *author, const struct record_id *id,
                  uint32_t sequence)
{
    const struct good_part *part;
    const struct lineage *lineage;
    struct entry *entry;
    enum status status = get_entry(lineages, author, &entry);

    *out = GOOD_PART_GOOD;
    if (status != STATUS_OK || entry->chain == NULL ||
        entry->member.key == NULL || entry->member.key->is_present)
        return status;
    lineage = &entry->chain->lineage;
    if (lineage_get(lineage, id) != NULL)
        return STATUS_OK;
    status = get_part(lineages, entry->chain,
                      (size_t)(entry->member.key - lineage->keys), &part);
    if (status == STATUS_OK)
        *out = good_part_standing(part, id, sequence);
    return status;
}

/* Walking. */

static enum status
walk_present(struct lineages *lineages, const struct store_query *query,
             const struct key_author *author, store_visit *visit, void *context)
{
    struct store_query own = *query;

    own.by_author = true;
    own.author = *author;
    return store_walk(lineages->store, &own, visit, context);
}

static enum status
walk_part(struct lineages *lineages, const struct store_query *query,
          const struct good_part *part, store_visit *visit, void *context)
{
    size_t left = query->limit;
    size_t count;
    const struct good_subject *subjects =
        good_part_about(part, &query->subject, &count);
    struct store_row row;
    enum status status = STATUS_OK;

    for (size_t i = 0; i < count && left > 0 && status == STATUS_OK; i++) {
        const struct good_record *record = &part->records[subjects[i].record];

        if (record->kind != query->kind)
            continue;
        left--;
        status = store_get_row(lineages->store, &record->id, &row);
        if (status == STATUS_OK)
            status = visit(context, &row);
    }
    return status;
}

static enum status
walk_chain(struct lineages *lineages, const struct store_query *query,
           struct chain *chain, store_visit *visit, void *context)
{
    const struct good_part *part;
    enum status status = STATUS_OK;

    for (size_t i = 0; i < chain->lineage.key_count && status == STATUS_OK;
         i++) {
        const struct lineage_key *key = &chain->lineage.keys[i];

        if (key->is_present) {
            status =
                walk_present(lineages, query, &key->key.author, visit, context);
            continue;
        }
        status = get_part(lineages, chain, i, &part);
        if (status == STATUS_OK)
            status = walk_part(lineages, query, part, visit, context);
    }
    return status;
}

enum status
lineages_walk(struct lineages *lineages, const struct key_author *author,
              const struct lineages_query *asked, store_visit *visit,
              void *context)
{
    const struct store_query query = {.by_kind = true,
                                      .kind = asked->kind,
                                      .by_subject = true,
                                      .subject = *asked->subject,
                                      .limit = asked->limit};
    struct entry *entry;
    enum status status = get_entry(lineages, author, &entry);

    if (status != STATUS_OK)
        return status;
    if (entry->chain == NULL || entry->member.key == NULL)
        return walk_present(lineages, &query, author, visit, context);
    /* What visit asks may need the room of the last. */
    lineages->walks++;
    status = walk_chain(lineages, &query, entry->chain, visit, context);
    lineages->walks--;
    return status;
}
