#include <string.h>

#include "bundles/store_mem_parts.h"
#include "core/mem.h"

void
store_mem_records_free(struct mem_record *entry)
{
    if (entry == NULL)
        return;
    record_free(entry->record);
    mem_free(entry);
}

/* Order: by day, then by id. */

static int
compare_place(const struct mem_record *entry, int32_t day,
              const struct record_id *id)
{
    if (entry->row.date.number != day)
        return entry->row.date.number < day ? -1 : 1;
    return id == NULL ? 1 : memcmp(&entry->row.id, id, sizeof(*id));
}

/* The index of the first record at or behind this place; id NULL stands
 * before every id of the day. */
static size_t
sorted_find(const struct store_mem *mem, int32_t day,
            const struct record_id *id)
{
    size_t low = 0;
    size_t high = mem->records.count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (compare_place(mem->sorted[middle], day, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum status
sorted_reserve(struct store_mem *mem)
{
    const size_t capacity =
        mem->sorted_capacity == 0 ? 16 : 2 * mem->sorted_capacity;
    struct mem_record **sorted;

    if (mem->records.count < mem->sorted_capacity)
        return STATUS_OK;
    sorted = mem_resize(mem->sorted, capacity * sizeof(struct mem_record *));
    if (sorted == NULL)
        return STATUS_NO_MEMORY;
    mem->sorted = sorted;
    mem->sorted_capacity = capacity;
    return STATUS_OK;
}

/* Put entry into the map and, in its place, among count sorted ones. */
static enum status
index_record(struct store_mem *mem, struct mem_record *entry)
{
    const size_t count = mem->records.count;
    const size_t place =
        sorted_find(mem, entry->row.date.number, &entry->row.id);
    enum status status = sorted_reserve(mem);

    if (status == STATUS_OK)
        status = store_mem_mentions_reserve(mem);
    if (status == STATUS_OK)
        status = map_put(&mem->records, &entry->row.id, entry);
    if (status != STATUS_OK)
        return status;
    memmove(mem->sorted + place + 1, mem->sorted + place,
            (count - place) * sizeof(struct mem_record *));
    mem->sorted[place] = entry;
    store_mem_mentions_add(mem, entry);
    return STATUS_OK;
}

void
store_mem_records_forget(struct store_mem *mem, struct mem_record *entry)
{
    const size_t place =
        sorted_find(mem, entry->row.date.number, &entry->row.id);

    store_mem_mentions_forget(mem, entry);
    (void)map_remove(&mem->records, &entry->row.id);
    memmove(mem->sorted + place, mem->sorted + place + 1,
            (mem->records.count - place) * sizeof(struct mem_record *));
    store_mem_records_free(entry);
}

/* Records. */

/* A handle of our own: by the row's tag, since record is verified and const. */
static enum status
copy_record(struct record **out, const struct record *record,
            const struct record_row_key *row_key)
{
    const struct byte_view wire = record_wire(record);
    uint8_t tag[RECORD_TAG_SIZE];

    record_tag(tag, wire, row_key);
    return record_open_row(out, wire, tag, row_key);
}

enum status
store_mem_records_put(struct store *store, const struct record *record,
                      const struct store_row *row)
{
    struct store_mem *mem = store_mem_of(store);
    struct mem_record *entry = NULL;
    struct undo *undo = NULL;
    enum status status = STATUS_NO_MEMORY;

    undo = store_mem_undo_new(UNDO_PUT_RECORD);
    entry = mem_zalloc(1, sizeof(*entry));
    if (undo == NULL || entry == NULL)
        goto done;
    entry->row = *row;
    entry->row.number = ++mem->last_number;
    status = copy_record(&entry->record, record, &mem->row_key);
    if (status == STATUS_OK)
        status = index_record(mem, entry);
    if (status != STATUS_OK)
        goto done;

    undo->what.record = entry;
    store_mem_undo_keep(mem, undo);
    entry = NULL;
    undo = NULL;

done:
    store_mem_records_free(entry);
    mem_free(undo);
    return status;
}

enum status
store_mem_records_set_state(struct store *store, const struct store_row *row,
                            enum store_state state)
{
    struct store_mem *mem = store_mem_of(store);
    struct undo *undo = store_mem_undo_new(UNDO_SET_STATE);

    if (undo == NULL)
        return STATUS_NO_MEMORY;
    undo->what.record = map_get(&mem->records, &row->id);
    undo->old.state = row->state;
    undo->what.record->row.state = state;
    store_mem_undo_keep(mem, undo);
    return STATUS_OK;
}

enum status
store_mem_records_move(struct store *store, const struct store_row *row,
                       enum store_class keeping)
{
    struct store_mem *mem = store_mem_of(store);
    struct undo *undo = store_mem_undo_new(UNDO_MOVE_RECORD);

    if (undo == NULL)
        return STATUS_NO_MEMORY;
    undo->what.record = map_get(&mem->records, &row->id);
    undo->old.keeping = row->keeping;
    undo->what.record->row.keeping = keeping;
    store_mem_undo_keep(mem, undo);
    return STATUS_OK;
}

enum status
store_mem_records_has(struct store *store, const struct record_id *id)
{
    return map_get(&store_mem_of(store)->records, id) != NULL
               ? STATUS_OK
               : STATUS_NOT_FOUND;
}

enum status
store_mem_records_get(struct store *store, const struct record_id *id,
                      struct record **out)
{
    struct mem_record *entry = map_get(&store_mem_of(store)->records, id);

    if (entry == NULL)
        return STATUS_NOT_FOUND;
    *out = record_keep(entry->record);
    return STATUS_OK;
}

enum status
store_mem_records_get_row(struct store *store, const struct record_id *id,
                          struct store_row *out)
{
    const struct mem_record *entry = map_get(&store_mem_of(store)->records, id);

    if (entry == NULL)
        return STATUS_NOT_FOUND;
    *out = entry->row;
    return STATUS_OK;
}

enum status
store_mem_records_find(struct store *store, const struct record_id *first,
                       const struct record_id *last, struct record_id *out)
{
    const struct store_mem *mem = store_mem_of(store);
    size_t found = 0;
    size_t i;

    for (i = 0; i < mem->records.count; i++) {
        const struct record_id *id = &mem->sorted[i]->row.id;

        if (memcmp(id, first, sizeof(*id)) < 0 ||
            memcmp(id, last, sizeof(*id)) > 0)
            continue;
        *out = *id;
        if (++found > 1)
            return STATUS_AMBIGUOUS;
    }
    return found == 1 ? STATUS_OK : STATUS_NOT_FOUND;
}

struct walk {
    const struct store_mem *mem;
    const struct store_query *query;
    size_t left; /* rows that may still be shown */
    store_visit *visit;
    void *context;
};

/* Visit from index first to before end. */
static enum status
walk_range(struct walk *walk, size_t first, size_t end)
{
    enum status status = STATUS_OK;
    size_t i;

    for (i = first; i < end && walk->left > 0 && status == STATUS_OK; i++) {
        const struct store_row *row = &walk->mem->sorted[i]->row;

        if (!store_row_matches(row, walk->query))
            continue;
        walk->left--;
        status = walk->visit(walk->context, row);
    }
    return status;
}

enum status
store_mem_records_walk(struct store *store, const struct store_query *query,
                       store_visit *visit, void *context)
{
    const struct store_mem *mem = store_mem_of(store);
    struct walk walk = {mem, query, query->limit, visit, context};
    size_t first = 0;
    size_t end = mem->records.count;
    enum status status = STATUS_OK;

    if (query->by_subject)
        return store_mem_mentions_walk(mem, query, visit, context);
    if (query->by_days) {
        first = sorted_find(mem, query->first.number, NULL);
        if (query->last.number < INT32_MAX)
            end = sorted_find(mem, query->last.number + 1, NULL);
    }
    if (!query->newest_first)
        return walk_range(&walk, first, end);
    while (first < end && walk.left > 0 && status == STATUS_OK) {
        size_t day =
            sorted_find(mem, mem->sorted[end - 1]->row.date.number, NULL);

        status = walk_range(&walk, day, end);
        end = day;
    }
    return status;
}
