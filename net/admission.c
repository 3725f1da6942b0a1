#include "net/admission.h"

#include <string.h>

#include "core/limits.h"

void
admission_init(struct admission *admission)
{
    list_init(&admission->order);
    admission->count = 0;
}

void
admission_entry_init(struct admission_entry *entry)
{
    memset(entry, 0, sizeof(*entry));
    list_init(&entry->in_order);
}

static struct admission_entry *
entry_of(struct list_node *node)
{
    return CONTAINER_OF(node, struct admission_entry, in_order);
}

/* The oldest entry, of prefix if that is not NULL; silent ones come before
 * others. */
static struct admission_entry *
oldest(const struct admission *admission, const struct address *prefix)
{
    struct admission_entry *found = NULL;
    struct list_node *node;

    LIST_EACH(node, &admission->order) {
        struct admission_entry *entry = entry_of(node);

        if (prefix != NULL && !address_equal(&entry->prefix, prefix))
            continue;
        if (entry->silent)
            return entry;
        if (found == NULL)
            found = entry;
    }
    return found;
}

struct admission_entry *
admission_victim(const struct admission *admission,
                 const struct address *address)
{
    const struct address prefix = address_prefix(address);
    struct list_node *node;
    size_t same = 0;

    LIST_EACH(node, &admission->order)
        if (address_equal(&entry_of(node)->prefix, &prefix))
            same++;
    if (same >= ADMISSION_PREFIX_MAX)
        return oldest(admission, &prefix);
    if (admission->count >= ADMISSION_MAX)
        return oldest(admission, NULL);
    return NULL;
}

void
admission_enter(struct admission *admission, struct admission_entry *entry,
                const struct address *address)
{
    entry->prefix = address_prefix(address);
    list_append(&admission->order, &entry->in_order);
    admission->count++;
}

void
admission_leave(struct admission *admission, struct admission_entry *entry)
{
    if (list_is_empty(&entry->in_order))
        return;
    list_remove(&entry->in_order);
    admission->count--;
}

size_t
admission_silent(const struct admission *admission)
{
    struct list_node *node;
    size_t count = 0;

    LIST_EACH(node, &admission->order)
        if (entry_of(node)->silent)
            count++;
    return count;
}
