#include "net/refused.h"

#include <string.h>

#include "core/limits.h"
#include "core/mem.h"
#include "core/reader.h"

/* Bits of refused.prefixes for each place, at least. */
static const size_t bits_each = 8;

void
refused_init(struct refused *refused, size_t maximum)
{
    *refused = (struct refused){.maximum = maximum};
}

void
refused_release(struct refused *refused)
{
    mem_free(refused->entries);
    mem_free(refused->prefixes);
    *refused = (struct refused){.maximum = refused->maximum,
                                .changes = refused->changes + 1};
}

/* The place of the first entry that does not come before day and id in this
 * array; id may be NULL for the lowest. */
static size_t
place_of(const struct refused *refused, struct day day,
         const struct record_id *id)
{
    size_t low = 0;
    size_t high = refused->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct refused_entry *entry = &refused->entries[middle];

        if (entry->day.number > day.number ||
            (entry->day.number == day.number && id != NULL &&
             memcmp(&entry->id, id, sizeof(*id)) < 0))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool
is_at(const struct refused *refused, size_t place, const struct record_id *id)
{
    return place < refused->count &&
           record_id_equal(&refused->entries[place].id, id);
}

bool
refused_has(const struct refused *refused, const struct record_id *id,
            struct day day)
{
    return is_at(refused, place_of(refused, day, id), id);
}

static size_t
bit_of(const struct refused *refused, const uint8_t *prefix)
{
    struct reader reader;

    reader_init(&reader, byte_view_of(prefix, MESSAGE_PREFIX_SIZE));
    return (size_t)reader_u64(&reader) & (refused->prefix_bits - 1);
}

/* Bits of entries that are gone stay set, so that all are set anew at times. */
static void
note_prefix(struct refused *refused, const struct record_id *id)
{
    const size_t bit = bit_of(refused, id->octets);

    refused->prefixes[bit / 8] |= (uint8_t)(1U << bit % 8);
    refused->noted++;
}

static void
note_all(struct refused *refused)
{
    memset(refused->prefixes, 0, refused->prefix_bits / 8);
    refused->noted = 0;
    for (size_t i = 0; i < refused->count; i++)
        note_prefix(refused, &refused->entries[i].id);
}

static enum status
refused_grow(struct refused *refused)
{
    size_t capacity = refused->capacity == 0 ? 64 : refused->capacity * 2;
    size_t bits = 64 * bits_each;
    struct refused_entry *entries;
    uint8_t *prefixes;

    if (capacity > refused->maximum)
        capacity = refused->maximum;
    while (bits < bits_each * capacity)
        bits *= 2;
    prefixes = mem_zalloc(bits / 8, 1);
    if (prefixes == NULL)
        return STATUS_NO_MEMORY;
    entries = mem_resize(refused->entries, capacity * sizeof(*entries));
    if (entries == NULL) {
        mem_free(prefixes);
        return STATUS_NO_MEMORY;
    }
    mem_free(refused->prefixes);
    refused->prefixes = prefixes;
    refused->prefix_bits = bits;
    refused->entries = entries;
    refused->capacity = capacity;
    note_all(refused);
    return STATUS_OK;
}

void
refused_forget_up_to(struct refused *refused, struct day day)
{
    if (!refused->forgot || refused->horizon.number < day.number)
        refused->horizon = day;
    refused->forgot = true;
}

enum status
refused_add(struct refused *refused, const struct record_id *id,
            enum record_set set, struct day day)
{
    size_t place = place_of(refused, day, id);

    if (is_at(refused, place, id))
        return STATUS_OK;
    if (refused->count == refused->maximum) {
        /* The oldest makes room; a newcomer that is older still stays out. */
        if (place == refused->count) {
            refused_forget_up_to(refused, day);
            return STATUS_OK;
        }
        refused->count--;
        refused_forget_up_to(refused, refused->entries[refused->count].day);
    } else if (refused->count == refused->capacity) {
        enum status status = refused_grow(refused);

        if (status != STATUS_OK)
            return status;
    }
    memmove(&refused->entries[place + 1], &refused->entries[place],
            (refused->count - place) * sizeof(*refused->entries));
    refused->entries[place] = (struct refused_entry){*id, set, day};
    refused->count++;
    refused->changes++;
    if (refused->noted > 2 * refused->capacity)
        note_all(refused);
    else
        note_prefix(refused, id);
    return STATUS_OK;
}

void
refused_remove(struct refused *refused, const struct record_id *id,
               struct day day)
{
    size_t place = place_of(refused, day, id);

    if (!is_at(refused, place, id))
        return;
    refused->count--;
    refused->changes++;
    memmove(&refused->entries[place], &refused->entries[place + 1],
            (refused->count - place) * sizeof(*refused->entries));
}

bool
refused_has_prefix(const struct refused *refused,
                   const uint8_t prefix[MESSAGE_PREFIX_SIZE], size_t *looked)
{
    size_t bit;

    *looked = 0;
    if (refused->count == 0)
        return false;
    bit = bit_of(refused, prefix);
    if ((refused->prefixes[bit / 8] >> bit % 8 & 1) == 0)
        return false;
    while (*looked < refused->count)
        if (memcmp(refused->entries[(*looked)++].id.octets, prefix,
                   MESSAGE_PREFIX_SIZE) == 0)
            return true;
    return false;
}

size_t
refused_in(const struct refused *refused, const struct span *span,
           const struct refused_entry **first)
{
    const struct day behind = {span->first.number - 1};
    size_t low = place_of(refused, span->last, NULL);
    size_t high = place_of(refused, behind, NULL);

    *first = refused->entries == NULL ? NULL : &refused->entries[low];
    return high - low;
}

size_t
refused_memory(const struct refused *refused)
{
    return refused->capacity * sizeof(*refused->entries) +
           refused->prefix_bits / 8;
}

/* The day that ends where cursor->day_end says. */
static void
enter_day(const struct refused *refused, struct refused_cursor *cursor)
{
    cursor->day_first = cursor->day_end;
    if (cursor->day_end > 0)
        cursor->day_first =
            place_of(refused, refused->entries[cursor->day_end - 1].day, NULL);
    cursor->next = cursor->day_first;
}

void
refused_begin(const struct refused *refused, const struct span *span,
              struct refused_cursor *cursor)
{
    const struct day behind = {span->first.number - 1};

    cursor->span = *span;
    cursor->day_end = place_of(refused, behind, NULL);
    enter_day(refused, cursor);
}

const struct refused_entry *
refused_peek(const struct refused *refused, struct refused_cursor *cursor)
{
    for (;;) {
        const struct refused_entry *entry;

        if (cursor->next == cursor->day_end) {
            if (cursor->day_first == 0)
                return NULL;
            cursor->day_end = cursor->day_first;
            enter_day(refused, cursor);
        }
        entry = &refused->entries[cursor->next];
        if (entry->day.number > cursor->span.last.number)
            return NULL;
        if (entry->set == cursor->span.set)
            return entry;
        cursor->next++;
    }
}

void
refused_pass(struct refused_cursor *cursor)
{
    cursor->next++;
}

bool
refused_is_before(const struct refused_entry *entry, struct day day,
                  const struct record_id *id)
{
    if (entry->day.number != day.number)
        return entry->day.number < day.number;
    return memcmp(&entry->id, id, sizeof(*id)) < 0;
}
