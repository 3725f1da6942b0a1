#include "net/index.h"

#include <stdlib.h>
#include <string.h>

#include "bundles/store.h"
#include "core/limits.h"
#include "core/mem.h"

void
index_init(struct index *index)
{
    *index = (struct index){NULL, 0, 0, 0};
}

void
index_release(struct index *index)
{
    mem_free(index->entries);
    index_init(index);
}

static enum status
index_append(struct index *index, const struct index_entry *entry)
{
    if (index->count == INDEX_IDS_MAX)
        return STATUS_TOO_LARGE;
    if (index->count == index->capacity) {
        size_t capacity = index->capacity == 0 ? 64 : index->capacity * 2;
        struct index_entry *entries =
            mem_resize(index->entries, capacity * sizeof(*entries));

        if (entries == NULL)
            return STATUS_NO_MEMORY;
        index->entries = entries;
        index->capacity = capacity;
    }
    index->entries[index->count++] = *entry;
    return STATUS_OK;
}

/* What the rows of the walk are sifted by. */
struct sieve {
    struct index *index;
    const struct slice *slice;
    const struct salt *salt;
};

static enum status
sift(struct sieve *sieve, const struct record_id *id, struct day day,
     bool refused)
{
    const struct index_entry entry = {short_id(sieve->salt, id), *id, day,
                                      refused};

    if (!slice_holds(sieve->slice, entry.short_id))
        return STATUS_OK;
    return index_append(sieve->index, &entry);
}

static enum status
sift_row(void *context, const struct store_row *row)
{
    struct sieve *sieve = context;

    sieve->index->rows++;
    return sift(sieve, &row->id, row->date, false);
}

static int
compare_entries(const void *a, const void *b)
{
    const struct index_entry *one = a;
    const struct index_entry *other = b;

    if (one->short_id != other->short_id)
        return one->short_id < other->short_id ? -1 : 1;
    return memcmp(&one->id, &other->id, sizeof(one->id));
}

/* Keep the first of equal short ids: a list holds each once, and the next
 * link's salt tells them apart. */
static void
index_unique(struct index *index)
{
    size_t kept = 0;

    for (size_t i = 0; i < index->count; i++)
        if (kept == 0 ||
            index->entries[i].short_id != index->entries[kept - 1].short_id)
            index->entries[kept++] = index->entries[i];
    index->count = kept;
}

enum status
index_fill(struct index *index, struct store *store,
           const struct refused *refused, const struct span *span,
           const struct slice *slice, const struct salt *salt)
{
    struct sieve sieve = {index, slice, salt};
    struct store_query query = {.by_set = true,
                                .set = span->set,
                                .by_days = true,
                                .first = span->first,
                                .last = span->last};
    const struct refused_entry *entry;
    size_t entries = refused_in(refused, span, &entry);
    enum status status = store_walk(store, &query, sift_row, &sieve);

    for (size_t i = 0; status == STATUS_OK && i < entries; i++)
        if (entry[i].set == span->set)
            status = sift(&sieve, &entry[i].id, entry[i].day, true);
    if (status != STATUS_OK || index->count == 0)
        return status;
    qsort(index->entries, index->count, sizeof(*index->entries),
          compare_entries);
    index_unique(index);
    return STATUS_OK;
}

const struct index_entry *
index_find(const struct index *index, uint64_t short_id)
{
    size_t low = 0;
    size_t high = index->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (index->entries[middle].short_id < short_id)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == index->count || index->entries[low].short_id != short_id)
        return NULL;
    return &index->entries[low];
}
