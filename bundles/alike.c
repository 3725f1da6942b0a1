#include "bundles/alike.h"

#include "core/text_alike.h"

const struct trust_entry *
alike_find(const struct trust *trust, const struct key_author *author,
           const char *name)
{
    const struct trust_entry *entry;
    size_t position = 0;

    while ((entry = trust_next_known(trust, &position)) != NULL)
        if (!key_author_equal(&entry->key.author, author) &&
            text_alike(byte_view_of_text(entry->name), byte_view_of_text(name)))
            break;
    return entry;
}
