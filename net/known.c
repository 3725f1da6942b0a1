#include "net/known.h"

#include "core/limits.h"
#include "core/mem.h"

void
known_init(struct known *known, const struct salt *salt)
{
    map_init(&known->map, MESSAGE_PREFIX_SIZE, salt->octets);
    list_init(&known->order);
    known->unacked = 0;
    known->maximum = KNOWN_MAX;
}

static struct known_entry *
entry_of(struct list_node *node)
{
    return CONTAINER_OF(node, struct known_entry, order);
}

void
known_release(struct known *known)
{
    struct list_node *node;
    struct list_node *after;

    LIST_EACH_SAFE(node, after, &known->order)
        mem_free(entry_of(node));
    list_init(&known->order);
    map_release(&known->map);
    known->unacked = 0;
}

struct known_entry *
known_find(const struct known *known, const uint8_t prefix[MESSAGE_PREFIX_SIZE])
{
    return map_get(&known->map, prefix);
}

unsigned
known_flags(const struct known *known, const struct record_id *id)
{
    const struct known_entry *entry = known_find(known, id->octets);

    return entry != NULL && record_id_equal(&entry->id, id) ? entry->flags : 0;
}

void
known_clear(struct known *known, struct known_entry *entry, unsigned flags)
{
    if ((entry->flags & flags & KNOWN_UNACKED) != 0)
        known->unacked--;
    entry->flags &= ~flags;
}

static void
known_forget(struct known *known, struct known_entry *entry)
{
    known_clear(known, entry, KNOWN_UNACKED);
    (void)map_remove(&known->map, entry->id.octets);
    list_remove(&entry->order);
    mem_free(entry);
}

/* A new entry for id, which is not remembered. */
static enum status
known_add(struct known *known, const struct record_id *id,
          struct known_entry **out)
{
    struct known_entry *entry = mem_zalloc(1, sizeof(*entry));
    enum status status;

    if (entry == NULL)
        return STATUS_NO_MEMORY;
    entry->id = *id;
    status = map_put(&known->map, id->octets, entry);
    if (status != STATUS_OK) {
        mem_free(entry);
        return status;
    }
    list_append(&known->order, &entry->order);
    *out = entry;
    while (known->map.count > known->maximum)
        known_forget(known, entry_of(known->order.next));
    return STATUS_OK;
}

enum status
known_change(struct known *known, const struct record_id *id, unsigned set,
             unsigned clear)
{
    struct known_entry *entry = known_find(known, id->octets);

    if (entry != NULL && !record_id_equal(&entry->id, id)) {
        known_forget(known, entry);
        entry = NULL;
    }
    if (entry == NULL) {
        enum status status = known_add(known, id, &entry);

        if (status != STATUS_OK)
            return status;
    }
    known_clear(known, entry, clear);
    if ((set & ~entry->flags & KNOWN_UNACKED) != 0)
        known->unacked++;
    entry->flags |= set;
    return STATUS_OK;
}

void
known_trim(struct known *known)
{
    const unsigned whole = KNOWN_DELIVERED | KNOWN_TOLD | KNOWN_ANNOUNCED;
    const unsigned open = KNOWN_UNACKED | KNOWN_DENIED | KNOWN_GONE;
    struct list_node *node;
    struct list_node *after;

    LIST_EACH_SAFE(node, after, &known->order) {
        struct known_entry *entry = entry_of(node);

        if ((entry->flags & whole) != 0 && (entry->flags & open) == 0)
            known_forget(known, entry);
    }
    if (known->map.count == 0)
        map_release(&known->map);
}
