#include "net/peer_book.h"

#include <string.h>

#include "core/entropy.h"

void
peer_book_init(struct peer_book *book, struct entropy *entropy)
{
    memset(book, 0, sizeof(*book));
    book->entropy = entropy;
}

struct peer_book_entry *
peer_book_find(struct peer_book *book,
               const uint8_t boot_id[MESSAGE_BOOT_ID_SIZE])
{
    for (size_t i = 0; i < book->count; i++)
        if (memcmp(book->entries[i].boot_id, boot_id, MESSAGE_BOOT_ID_SIZE) ==
            0)
            return &book->entries[i];
    return NULL;
}

/* A place for one more. */
static struct peer_book_entry *
make_place(struct peer_book *book)
{
    struct peer_book_entry *oldest = &book->entries[0];
    struct peer_book_entry *any = NULL;
    uint32_t strangers = 0;

    if (book->count < PEER_BOOK_MAX)
        return &book->entries[book->count++];
    for (size_t i = 0; i < book->count; i++) {
        struct peer_book_entry *entry = &book->entries[i];

        if (entry->heard.milliseconds < oldest->heard.milliseconds)
            oldest = entry;
        if (!entry->met && entropy_below(book->entropy, ++strangers) == 0)
            any = entry;
    }
    return any != NULL ? any : oldest;
}

struct peer_book_entry *
peer_book_hear(struct peer_book *book,
               const uint8_t boot_id[MESSAGE_BOOT_ID_SIZE],
               const struct address *address, struct mono_time now,
               bool *is_new)
{
    struct peer_book_entry *entry = peer_book_find(book, boot_id);

    *is_new = entry == NULL;
    if (entry == NULL) {
        entry = make_place(book);
        memset(entry, 0, sizeof(*entry));
        memcpy(entry->boot_id, boot_id, sizeof(entry->boot_id));
    }
    /* Where it is being dialled is told by its address. */
    if (mono_due(entry->dialling, now))
        entry->address = *address;
    entry->heard = now;
    return entry;
}

struct peer_book_entry *
peer_book_choose(struct peer_book *book, peer_book_linked *is_linked,
                 const void *context, struct mono_time now,
                 struct mono_time *when)
{
    struct peer_book_entry *chosen = NULL;
    uint32_t candidates = 0;

    *when = MONO_NEVER;
    for (size_t i = 0; i < book->count; i++) {
        struct peer_book_entry *entry = &book->entries[i];

        if (entry->address.port == 0 || !mono_due(entry->dialling, now) ||
            mono_between(entry->heard, now) > PEER_BOOK_HEARD_MS ||
            is_linked(context, entry->boot_id))
            continue;
        if (!mono_due(entry->not_before, now) || !mono_due(entry->grace, now))
            *when = mono_earlier(*when, mono_due(entry->grace, now)
                                            ? entry->not_before
                                            : entry->grace);
        else if (entropy_below(book->entropy, ++candidates) == 0)
            chosen = entry;
    }
    return chosen;
}

void
peer_book_on_dial(struct peer_book_entry *entry, struct mono_time now)
{
    entry->dialling = mono_after(now, DISCOVERY_DIAL_MS);
    entry->not_before = entry->dialling;
}

size_t
peer_book_dialling(const struct peer_book *book, struct mono_time now)
{
    size_t count = 0;

    for (size_t i = 0; i < book->count; i++)
        count += mono_due(book->entries[i].dialling, now) ? 0 : 1;
    return count;
}

bool
peer_book_is_dialling(const struct peer_book *book,
                      const struct address *address, struct mono_time now)
{
    for (size_t i = 0; i < book->count; i++)
        if (!mono_due(book->entries[i].dialling, now) &&
            address_equal(&book->entries[i].address, address))
            return true;
    return false;
}

void
peer_book_on_dial_failed(struct peer_book *book, const struct address *address,
                         struct mono_time now)
{
    for (size_t i = 0; i < book->count; i++) {
        struct peer_book_entry *entry = &book->entries[i];

        if (!address_equal(&entry->address, address))
            continue;
        entry->backoff = entry->backoff == 0 ? DISCOVERY_BACKOFF_LEAST_MS
                                             : entry->backoff * 2;
        if (entry->backoff > DISCOVERY_BACKOFF_MOST_MS)
            entry->backoff = DISCOVERY_BACKOFF_MOST_MS;
        entry->not_before = mono_after(now, entry->backoff);
        entry->dialling = now;
    }
}

void
peer_book_on_linked(struct peer_book *book,
                    const uint8_t boot_id[MESSAGE_BOOT_ID_SIZE])
{
    struct peer_book_entry *entry = peer_book_find(book, boot_id);

    if (entry == NULL)
        return;
    entry->backoff = 0;
    entry->dialling.milliseconds = 0;
    entry->met = true;
}
