#include "net/relay_book.h"

#include <stdlib.h>
#include <string.h>

#include "core/entropy.h"
#include "core/hash.h"
#include "core/mem.h"

void
relay_book_init(struct relay_book *book, struct entropy *entropy, bool learns)
{
    memset(book, 0, sizeof(*book));
    book->entropy = entropy;
    book->learns = learns;
}

void
relay_book_release(struct relay_book *book)
{
    if (book->entries != NULL)
        mem_wipe(book->entries, book->count * sizeof(*book->entries));
    mem_free(book->entries);
    book->entries = NULL;
    book->count = 0;
}

static bool
same_key(const struct dh_public *a, const struct dh_public *b)
{
    return memcmp(a->octets, b->octets, sizeof(a->octets)) == 0;
}

static bool
is_learned(const struct relay_entry *entry)
{
    return entry->standing == RELAY_NEW || entry->standing == RELAY_ANSWERED;
}

struct relay_entry *
relay_book_find(const struct relay_book *book, const struct dh_public *key)
{
    for (size_t i = 0; i < book->count; i++)
        if (same_key(&book->entries[i].line.key, key))
            return &book->entries[i];
    return NULL;
}

static void
drop(struct relay_book *book, struct relay_entry *entry)
{
    book->count--;
    *entry = book->entries[book->count];
    mem_wipe(&book->entries[book->count], sizeof(*entry));
}

/* A place at the end; NULL without memory. */
static struct relay_entry *
add_place(struct relay_book *book)
{
    const size_t size = (book->count + 1) * sizeof(*book->entries);
    /* Not mem_resize, which would leave secrets behind. */
    struct relay_entry *entries = mem_alloc(size);

    if (entries == NULL)
        return NULL;
    if (book->count > 0)
        memcpy(entries, book->entries, size - sizeof(*entries));
    if (book->entries != NULL)
        mem_wipe(book->entries, size - sizeof(*entries));
    mem_free(book->entries);
    book->entries = entries;
    memset(&entries[book->count], 0, sizeof(*entries));
    return &entries[book->count++];
}

/* One of those that stand so, any with the same chance; *count of them. */
static struct relay_entry *
pick(struct relay_book *book, enum relay_standing standing, uint32_t *count)
{
    struct relay_entry *picked = NULL;

    *count = 0;
    for (size_t i = 0; i < book->count; i++)
        if (book->entries[i].standing == standing &&
            entropy_below(book->entropy, ++*count) == 0)
            picked = &book->entries[i];
    return picked;
}

enum status
relay_book_add_typed(struct relay_book *book, const struct relay_line *line)
{
    struct relay_entry *entry = relay_book_find(book, &line->key);
    bool open = line->open;

    if (entry != NULL && entry->standing == RELAY_TYPED && !entry->line.open)
        open = false;
    if (entry == NULL)
        entry = add_place(book);
    if (entry == NULL)
        return STATUS_NO_MEMORY;
    book->changed = book->changed || entry->standing != RELAY_TYPED;
    memset(entry, 0, sizeof(*entry));
    entry->line = *line;
    entry->line.open = open;
    entry->standing = RELAY_TYPED;
    book->news += relay_book_is_told(entry) ? 1 : 0;
    return STATUS_OK;
}

static int
compare_keys(const void *a, const void *b)
{
    const struct relay_entry *one = a;
    const struct relay_entry *other = b;

    return memcmp(one->line.key.octets, other->line.key.octets,
                  sizeof(one->line.key.octets));
}

void
relay_book_sort(struct relay_book *book)
{
    if (book->count > 0)
        qsort(book->entries, book->count, sizeof(*book->entries), compare_keys);
}

bool
relay_book_is_harmless(const struct relay_line *line)
{
    return line->open && line->shape.kind != SHAPE_BYTES;
}

static size_t
count_learned(const struct relay_book *book)
{
    size_t count = 0;

    for (size_t i = 0; i < book->count; i++)
        count += is_learned(&book->entries[i]) ? 1 : 0;
    return count;
}

enum status
relay_book_restore(struct relay_book *book, const struct relay_line *line,
                   bool answered, const struct day *until,
                   const struct day *today)
{
    struct relay_entry *entry;

    if (!relay_book_is_harmless(line))
        return STATUS_MALFORMED;
    if (relay_book_find(book, &line->key) != NULL)
        return STATUS_OK;
    if (until != NULL && today != NULL && until->number < today->number)
        return STATUS_OK;
    if (count_learned(book) >= RELAY_LEARNED_MAX)
        return STATUS_FULL;
    entry = add_place(book);
    if (entry == NULL)
        return STATUS_NO_MEMORY;
    entry->line = *line;
    entry->standing = answered ? RELAY_ANSWERED : RELAY_NEW;
    entry->has_until = until != NULL;
    if (until != NULL)
        entry->until = *until;
    book->news += answered ? 1 : 0;
    if (today != NULL)
        relay_book_set_day(book, *today);
    return STATUS_OK;
}

enum status
relay_book_forget(struct relay_book *book, const struct dh_public *key)
{
    struct relay_entry *entry = relay_book_find(book, key);
    struct relay_entry *other;
    uint32_t count;

    if (entry != NULL &&
        (entry->standing == RELAY_TYPED || entry->standing == RELAY_FORGOTTEN))
        return STATUS_OK;
    if (entry == NULL) {
        other = pick(book, RELAY_FORGOTTEN, &count);
        entry = count < RELAY_FORGOTTEN_MAX ? add_place(book) : other;
    }
    if (entry == NULL)
        return STATUS_NO_MEMORY;
    mem_wipe(entry, sizeof(*entry));
    entry->line.key = *key;
    entry->standing = RELAY_FORGOTTEN;
    book->changed = true;
    return STATUS_OK;
}

static struct day
last_day(struct day today)
{
    today.number += RELAY_LEARNED_DAYS;
    return today.number > DAY_LAST.number ? DAY_LAST : today;
}

void
relay_book_set_day(struct relay_book *book, struct day today)
{
    const struct day last = last_day(today);
    size_t i = 0;

    while (i < book->count) {
        struct relay_entry *entry = &book->entries[i];

        if (is_learned(entry) && entry->has_until &&
            entry->until.number < today.number) {
            drop(book, entry);
            book->changed = true;
            continue;
        }
        if (is_learned(entry) &&
            (!entry->has_until || entry->until.number > last.number)) {
            entry->has_until = true;
            entry->until = last;
            book->changed = true;
        }
        i++;
    }
}

void
relay_book_name(uint8_t out[RELAY_BOOK_NAME_SIZE], const struct salt *salt,
                const struct dh_public *key)
{
    uint8_t octets[sizeof(salt->octets) + sizeof(key->octets)];
    uint8_t hash[HASH_256_SIZE];

    memcpy(octets, salt->octets, sizeof(salt->octets));
    memcpy(octets + sizeof(salt->octets), key->octets, sizeof(key->octets));
    hash_256(hash, byte_view_of(octets, sizeof(octets)));
    memcpy(out, hash, RELAY_BOOK_NAME_SIZE);
}

bool
relay_book_is_told(const struct relay_entry *entry)
{
    return relay_book_is_harmless(&entry->line) &&
           (entry->standing == RELAY_TYPED ||
            (entry->standing == RELAY_ANSWERED && !entry->failed));
}

bool
relay_book_is_wanted(const struct relay_entry *entry)
{
    return entry == NULL || (entry->standing == RELAY_NEW && entry->failed);
}

static struct relay_giver *
find_giver(struct relay_book *book, const struct address *from)
{
    for (size_t i = 0; i < book->giver_count; i++)
        if (address_equal(&book->givers[i].from, from))
            return &book->givers[i];
    return NULL;
}

static struct address
without_port(const struct address *address)
{
    struct address plain = *address;

    address_unmap(&plain);
    plain.port = 0;
    return plain;
}

size_t
relay_book_room(struct relay_book *book, const struct address *from,
                struct mono_time now)
{
    const struct address plain = without_port(from);
    const struct relay_giver *giver;
    size_t room;
    size_t of_one = RELAY_LEARNED_FROM_ONE;

    if (!book->learns)
        return 0;
    if (mono_between(book->day_began, now) >= RELAY_DAY_MS) {
        book->learned_today = 0;
        book->giver_count = 0;
    }
    room = RELAY_LEARNED_A_DAY - book->learned_today;
    giver = find_giver(book, &plain);
    if (giver != NULL)
        of_one -= giver->count;
    return room < of_one ? room : of_one;
}

/* Count one more line of from, for whom there is room. */
static void
count_giver(struct relay_book *book, const struct address *from,
            struct mono_time now)
{
    const struct address plain = without_port(from);
    struct relay_giver *giver = find_giver(book, &plain);

    if (book->learned_today == 0)
        book->day_began = now;
    book->learned_today++;
    if (giver == NULL) {
        giver = &book->givers[book->giver_count++];
        *giver = (struct relay_giver){.from = plain};
    }
    giver->count++;
}

/* A place for one more that is learned; *status says why there is none. */
static struct relay_entry *
make_place(struct relay_book *book, enum status *status)
{
    struct relay_entry *entry;
    uint32_t count;

    *status = STATUS_FULL;
    if (count_learned(book) >= RELAY_LEARNED_MAX) {
        entry = pick(book, RELAY_NEW, &count);
        if (entry != NULL)
            mem_wipe(entry, sizeof(*entry));
        return entry;
    }
    entry = add_place(book);
    *status = STATUS_NO_MEMORY;
    return entry;
}

enum status
relay_book_learn(struct relay_book *book, const struct relay_line *line,
                 const struct address *from, const struct day *today,
                 struct mono_time now)
{
    struct relay_entry *entry;
    enum status status = STATUS_OK;

    if (!relay_book_is_harmless(line))
        return STATUS_MALFORMED;
    entry = relay_book_find(book, &line->key);
    if (!relay_book_is_wanted(entry))
        return STATUS_EXISTS;
    if (relay_book_room(book, from, now) == 0)
        return STATUS_FULL;
    if (entry == NULL)
        entry = make_place(book, &status);
    if (entry == NULL)
        return status;
    /* Another line of one that failed waits as long as that one would. */
    entry->line = *line;
    entry->standing = RELAY_NEW;
    entry->failed = false;
    entry->has_until = false;
    count_giver(book, from, now);
    if (today != NULL)
        relay_book_set_day(book, *today);
    book->changed = true;
    return STATUS_OK;
}

const struct relay_entry *
relay_book_choose(struct relay_book *book, struct mono_time now,
                  struct mono_time *when)
{
    const struct relay_entry *chosen = NULL;
    uint32_t candidates = 0;

    *when = MONO_NEVER;
    for (size_t i = 0; i < book->count; i++) {
        const struct relay_entry *entry = &book->entries[i];

        if (!is_learned(entry))
            continue;
        if (!mono_due(entry->not_before, now)) {
            *when = mono_earlier(*when, entry->not_before);
            continue;
        }
        if (chosen == NULL || chosen->standing == entry->standing) {
            if (entropy_below(book->entropy, ++candidates) == 0)
                chosen = entry;
        } else if (entry->standing == RELAY_ANSWERED) {
            chosen = entry;
            candidates = 1;
        }
    }
    return chosen;
}

void
relay_book_on_answer(struct relay_book *book, const struct dh_public *key,
                     const struct day *today)
{
    struct relay_entry *entry = relay_book_find(book, key);

    if (entry == NULL || !is_learned(entry))
        return;
    if (!relay_book_is_told(entry))
        book->news++;
    entry->standing = RELAY_ANSWERED;
    entry->failed = false;
    entry->pause = 0;
    entry->has_until = false;
    book->changed = true;
    if (today != NULL)
        relay_book_set_day(book, *today);
}

void
relay_book_on_failure(struct relay_book *book, const struct dh_public *key,
                      struct mono_time now)
{
    struct relay_entry *entry = relay_book_find(book, key);

    if (entry == NULL || !is_learned(entry))
        return;
    entry->failed = true;
    entry->pause = entry->pause == 0 ? RELAY_TRY_AGAIN_LEAST : entry->pause * 2;
    if (entry->pause > RELAY_TRY_AGAIN_MOST)
        entry->pause = RELAY_TRY_AGAIN_MOST;
    entry->not_before = mono_after(now, entry->pause);
}
