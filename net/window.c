#include "net/window.h"

#include <string.h>

#include "bundles/store.h"
#include "core/hash.h"
#include "core/mem.h"
#include "net/refused.h"

void
window_init(struct window *window, struct store *store,
            const struct refused *refused)
{
    memset(window, 0, sizeof(*window));
    window->store = store;
    window->refused = refused;
}

void
window_release(struct window *window)
{
    for (size_t i = 0; i < 2; i++) {
        mem_free(window->sets[i].days);
        memset(&window->sets[i], 0, sizeof(window->sets[i]));
    }
    window->loaded = false;
}

static const struct window_set *
set_of(const struct window *window, enum record_set set)
{
    return &window->sets[set == RECORD_SET_CONTROL ? 0 : 1];
}

/* The place of the first day that is not before day. */
static size_t
place_of(const struct window_set *set, struct day day)
{
    size_t low = 0;
    size_t high = set->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (set->days[middle].day.number < day.number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool
set_has(const struct window_set *set, size_t place, struct day day)
{
    return place < set->count && set->days[place].day.number == day.number;
}

static enum status
set_insert(struct window_set *set, size_t place, struct day day)
{
    if (set->count == set->capacity) {
        size_t capacity = set->capacity == 0 ? 16 : set->capacity * 2;
        struct window_day *days =
            mem_resize(set->days, capacity * sizeof(*days));

        if (days == NULL)
            return STATUS_NO_MEMORY;
        set->days = days;
        set->capacity = capacity;
    }
    memmove(&set->days[place + 1], &set->days[place],
            (set->count - place) * sizeof(*set->days));
    memset(&set->days[place], 0, sizeof(*set->days));
    set->days[place].day = day;
    set->count++;
    return STATUS_OK;
}

enum status
window_touch(struct window *window, enum record_set which, struct day day)
{
    struct window_set *set = &window->sets[which == RECORD_SET_CONTROL ? 0 : 1];
    size_t place = place_of(set, day);

    if (!window->loaded)
        return STATUS_OK;
    if (!set_has(set, place, day)) {
        enum status status = set_insert(set, place, day);

        if (status != STATUS_OK)
            return status;
    }
    if (!set->days[place].stale) {
        set->days[place].stale = true;
        set->stale_count++;
    }
    return STATUS_OK;
}

/* The rows of a set go by, day by day and within a day by id: each day is
 * counted and hashed when the next begins.  In between, those that were
 * refused, in the same order. */
struct tally {
    struct window_set *set;
    const struct refused *refused; /* or NULL */
    struct refused_cursor next;
    bool any;
    struct day day;
    uint32_t count;
    struct hash_stream stream;
};

static enum status
tally_close(struct tally *tally)
{
    size_t place = place_of(tally->set, tally->day);
    struct window_day *day;

    if (!tally->any)
        return STATUS_OK;
    if (!set_has(tally->set, place, tally->day)) {
        enum status status = set_insert(tally->set, place, tally->day);

        if (status != STATUS_OK)
            return status;
    }
    day = &tally->set->days[place];
    day->count = tally->count;
    hash_stream_final(&tally->stream, day->digest);
    tally->any = false;
    return STATUS_OK;
}

static enum status
tally_one(struct tally *tally, const struct record_id *id, struct day date)
{
    if (!tally->any || tally->day.number != date.number) {
        enum status status = tally_close(tally);

        if (status != STATUS_OK)
            return status;
        tally->any = true;
        tally->day = date;
        tally->count = 0;
        hash_stream_init(&tally->stream);
    }
    tally->count++;
    hash_stream_update(&tally->stream,
                       byte_view_of(id->octets, sizeof(id->octets)));
    return STATUS_OK;
}

/* Those that were refused and come before day and id, or all that are left for
 * NULL. */
static enum status
tally_refused(struct tally *tally, struct day day, const struct record_id *id)
{
    const struct refused_entry *entry;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && tally->refused != NULL &&
           (entry = refused_peek(tally->refused, &tally->next)) != NULL &&
           (id == NULL || refused_is_before(entry, day, id))) {
        status = tally_one(tally, &entry->id, entry->day);
        refused_pass(&tally->next);
    }
    return status;
}

static enum status
tally_row(void *context, const struct store_row *row)
{
    struct tally *tally = context;
    enum status status = tally_refused(tally, row->date, &row->id);
    const struct refused_entry *entry = NULL;

    if (status != STATUS_OK)
        return status;
    /* What another program has brought since counts once. */
    if (tally->refused != NULL)
        entry = refused_peek(tally->refused, &tally->next);
    if (entry != NULL && record_id_equal(&entry->id, &row->id))
        refused_pass(&tally->next);
    return tally_one(tally, &row->id, row->date);
}

/* Count and hash the days of span into set, which is to be window's. */
static enum status
tally_days(struct window_set *set, const struct window *window,
           const struct span *span)
{
    struct store_query query = {.by_set = true,
                                .set = span->set,
                                .by_days = true,
                                .first = span->first,
                                .last = span->last};
    struct tally tally = {.set = set, .refused = window->refused};
    enum status status;

    if (tally.refused != NULL)
        refused_begin(tally.refused, span, &tally.next);
    status = store_walk(window->store, &query, tally_row, &tally);
    if (status == STATUS_OK)
        status = tally_refused(&tally, span->last, NULL);
    return status == STATUS_OK ? tally_close(&tally) : status;
}

enum status
window_load(struct window *window)
{
    const struct span control = span_whole(RECORD_SET_CONTROL);
    const struct span statements = span_whole(RECORD_SET_STATEMENTS);
    struct window loaded;
    enum status status;

    window_init(&loaded, window->store, window->refused);
    status = tally_days(&loaded.sets[0], &loaded, &control);
    if (status == STATUS_OK)
        status = tally_days(&loaded.sets[1], &loaded, &statements);
    if (status != STATUS_OK) {
        window_release(&loaded);
        return status;
    }
    window_release(window);
    loaded.loaded = true;
    *window = loaded;
    return STATUS_OK;
}

/* Find the stale days of span anew. */
static enum status
window_refresh(struct window *window, const struct span *span)
{
    struct window_set *set =
        &window->sets[span->set == RECORD_SET_CONTROL ? 0 : 1];

    for (size_t i = place_of(set, span->first);
         set->stale_count > 0 && i < set->count &&
         set->days[i].day.number <= span->last.number;
         i++) {
        struct window_day *day = &set->days[i];
        enum status status;

        if (!day->stale)
            continue;
        day->count = 0;
        status = tally_days(set, window,
                            &(struct span){span->set, day->day, day->day});
        if (status != STATUS_OK)
            return status;
        day->stale = false;
        set->stale_count--;
    }
    return STATUS_OK;
}

size_t
window_days(const struct window *window, const struct span *span,
            const struct window_day **first)
{
    const struct window_set *set = set_of(window, span->set);
    size_t low = place_of(set, span->first);
    size_t high = low;

    while (high < set->count && set->days[high].day.number <= span->last.number)
        high++;
    *first = set->count == 0 ? NULL : &set->days[low];
    return high - low;
}

enum status
window_count(struct window *window, const struct span *span, uint32_t *count)
{
    const struct window_day *day;
    enum status status = window_refresh(window, span);
    size_t days;

    *count = 0;
    if (status != STATUS_OK)
        return status;
    days = window_days(window, span, &day);
    for (size_t i = 0; i < days; i++)
        *count += day[i].count;
    return STATUS_OK;
}

enum status
window_measure(struct window *window, const struct span *span,
               const struct salt *salt, uint32_t *count,
               uint8_t digest[WINDOW_DIGEST_SIZE])
{
    uint8_t whole[HASH_256_SIZE];
    const struct window_day *day;
    struct hash_stream stream;
    enum status status;
    size_t days;

    memset(digest, 0, WINDOW_DIGEST_SIZE);
    status = window_count(window, span, count);
    if (status != STATUS_OK || *count == 0)
        return status;
    hash_stream_init(&stream);
    hash_stream_update(&stream, byte_view_of(salt->octets, HASH_SALT_SIZE));
    days = window_days(window, span, &day);
    for (size_t i = 0; i < days; i++)
        if (day[i].count > 0)
            hash_stream_update(&stream,
                               byte_view_of(day[i].digest, HASH_256_SIZE));
    hash_stream_final(&stream, whole);
    memcpy(digest, whole, WINDOW_DIGEST_SIZE);
    return STATUS_OK;
}

bool
window_day_before(const struct window *window, const struct span *span,
                  struct day *day)
{
    const struct window_set *set = set_of(window, span->set);
    size_t place;

    if (day->number > span->last.number)
        *day = span->last;
    place = place_of(set, *day);
    if (!set_has(set, place, *day)) {
        if (place == 0)
            return false;
        place--;
    }
    for (;; place--) {
        const struct window_day *found = &set->days[place];

        if (found->day.number < span->first.number)
            return false;
        if (found->stale || found->count > 0) {
            *day = found->day;
            return true;
        }
        if (place == 0)
            return false;
    }
}

uint64_t
window_total(const struct window *window)
{
    uint64_t total = 0;

    for (size_t set = 0; set < 2; set++)
        for (size_t i = 0; i < window->sets[set].count; i++)
            total += window->sets[set].days[i].count;
    return total;
}
