#include <string.h>

#include "bundles/mentions.h"
#include "bundles/store_mem_parts.h"
#include "core/mem.h"

/* Order: by subject, kind, author, then id. */

static int
compare(const struct mem_mention *a, const struct mem_mention *b)
{
    const struct store_row *x = &a->entry->row;
    const struct store_row *y = &b->entry->row;
    int difference = memcmp(&a->subject, &b->subject, sizeof(a->subject));

    if (difference == 0 && x->kind != y->kind)
        difference = x->kind < y->kind ? -1 : 1;
    if (difference == 0)
        difference = memcmp(&x->author, &y->author, sizeof(x->author));
    if (difference == 0)
        difference = memcmp(&x->id, &y->id, sizeof(x->id));
    return difference;
}

/* The index of the first one at or behind this place. */
static size_t
find(const struct store_mem *mem, const struct mem_mention *place)
{
    size_t low = 0;
    size_t high = mem->mention_count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (compare(&mem->mentions[middle], place) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

enum status
store_mem_mentions_reserve(struct store_mem *mem)
{
    const size_t capacity = 2 * (mem->mention_count + MENTIONS_MAX);
    struct mem_mention *mentions;

    if (mem->mention_capacity - mem->mention_count >= MENTIONS_MAX)
        return STATUS_OK;
    mentions = mem_resize(mem->mentions, capacity * sizeof(mentions[0]));
    if (mentions == NULL)
        return STATUS_NO_MEMORY;
    mem->mentions = mentions;
    mem->mention_capacity = capacity;
    return STATUS_OK;
}

void
store_mem_mentions_add(struct store_mem *mem, struct mem_record *entry)
{
    struct record_id subjects[MENTIONS_MAX];
    size_t count = mentions_of(entry->record, subjects);

    for (size_t i = 0; i < count; i++) {
        const struct mem_mention mention = {subjects[i], entry};
        size_t at = find(mem, &mention);

        memmove(mem->mentions + at + 1, mem->mentions + at,
                (mem->mention_count - at) * sizeof(mention));
        mem->mentions[at] = mention;
        mem->mention_count++;
    }
}

void
store_mem_mentions_forget(struct store_mem *mem, struct mem_record *entry)
{
    struct record_id subjects[MENTIONS_MAX];
    size_t count = mentions_of(entry->record, subjects);

    for (size_t i = 0; i < count; i++) {
        const struct mem_mention mention = {subjects[i], entry};
        size_t at = find(mem, &mention);

        mem->mention_count--;
        memmove(mem->mentions + at, mem->mentions + at + 1,
                (mem->mention_count - at) * sizeof(mention));
    }
}

enum status
store_mem_mentions_walk(const struct store_mem *mem,
                        const struct store_query *query, store_visit *visit,
                        void *context)
{
    struct mem_record least = {.row = {.kind = query->kind}};
    struct mem_mention place = {query->subject, &least};
    size_t left = query->limit;
    enum status status = STATUS_OK;

    if (query->by_author)
        least.row.author = query->author;
    for (size_t i = find(mem, &place);
         i < mem->mention_count && left > 0 && status == STATUS_OK; i++) {
        const struct mem_mention *mention = &mem->mentions[i];
        const struct store_row *row = &mention->entry->row;

        if (!record_id_equal(&mention->subject, &query->subject) ||
            row->kind != query->kind ||
            (query->by_author &&
             !key_author_equal(&row->author, &query->author)))
            break;
        if (!store_row_matches(row, query))
            continue;
        left--;
        status = visit(context, row);
    }
    return status;
}

enum status
store_mem_mentions_is(struct store *store, const struct record_id *subject)
{
    const struct store_mem *mem = store_mem_of(store);
    struct mem_record least = {.record = NULL};
    struct mem_mention place = {*subject, &least};
    const size_t at = find(mem, &place);

    return at < mem->mention_count &&
                   record_id_equal(&mem->mentions[at].subject, subject)
               ? STATUS_OK
               : STATUS_NOT_FOUND;
}
