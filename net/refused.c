#include "net/refused.h"

#include <string.h>

#include "core/limits.h"
#include "core/mem.h"

void
refused_init(struct refused *refused, size_t maximum)
{
    *refused = (struct refused){.maximum = maximum};
}

void
refused_release(struct refused *refused)
{
    mem_free(refused->entries);
    refused_init(refused, refused->maximum);
}

/* The place of the first entry that is not before day and id; id may be NULL
 * for the lowest. */
static size_t
place_of(const struct refused *refused, struct day day,
         const struct record_id *id)
{
    size_t low = 0;
    size_t high = refused->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct refused_entry *entry = &refused->entries[middle];

        if (entry->day.number < day.number ||
            (entry->day.number == day.number && id != NULL &&
             memcmp(&entry->id, id, sizeof(*id)) < 0))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool
refused_has(const struct refused *refused, const struct record_id *id,
            struct day day)
{
    size_t place = place_of(refused, day, id);

    return place < refused->count &&
           record_id_equal(&refused->entries[place].id, id);
}

static enum status
refused_grow(struct refused *refused)
{
    size_t capacity = refused->capacity == 0 ? 64 : refused->capacity * 2;
    struct refused_entry *entries;

    entries = mem_resize(refused->entries, capacity * sizeof(*entries));
    if (entries == NULL)
        return STATUS_NO_MEMORY;
    refused->entries = entries;
    refused->capacity = capacity;
    return STATUS_OK;
}

enum status
refused_add(struct refused *refused, const struct record_id *id,
            enum record_set set, struct day day)
{
    struct refused_entry *entries;
    size_t place;

    if (refused_has(refused, id, day))
        return STATUS_OK;
    if (refused->count == refused->capacity && refused->count < refused->maximum) {
        enum status status = refused_grow(refused);

        if (status != STATUS_OK)
            return status;
    }
    entries = refused->entries;
    place = place_of(refused, day, id);
    if (refused->count == refused->maximum) {
        /* The oldest makes room; a newcomer that is older still stays out. */
        if (place == 0)
            return STATUS_OK;
        memmove(&entries[0], &entries[1], (place - 1) * sizeof(*entries));
        place--;
    } else {
        memmove(&entries[place + 1], &entries[place],
                (refused->count - place) * sizeof(*entries));
        refused->count++;
    }
    entries[place] = (struct refused_entry){*id, set, day};
    return STATUS_OK;
}

bool
refused_has_prefix(const struct refused *refused,
                   const uint8_t prefix[MESSAGE_PREFIX_SIZE])
{
    for (size_t i = 0; i < refused->count; i++)
        if (memcmp(refused->entries[i].id.octets, prefix,
                   MESSAGE_PREFIX_SIZE) == 0)
            return true;
    return false;
}

size_t
refused_in(const struct refused *refused, const struct span *span,
           const struct refused_entry **first)
{
    const struct day behind = {span->last.number + 1};
    size_t low = place_of(refused, span->first, NULL);
    size_t high = place_of(refused, behind, NULL);

    *first = refused->entries == NULL ? NULL : &refused->entries[low];
    return high - low;
}
