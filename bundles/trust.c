#include "bundles/trust_private.h"

#include <string.h>

#include "bundles/vouches.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/text.h"

static enum status
make_room(struct trust *trust)
{
    size_t capacity = trust->capacity == 0 ? 16 : trust->capacity * 2;
    void *grown;

    if (trust->count < trust->capacity)
        return STATUS_OK;
    grown = mem_resize(trust->lines, capacity * sizeof(struct trust_line *));
    if (grown == NULL)
        return STATUS_NO_MEMORY;
    trust->lines = grown;
    trust->capacity = capacity;
    return STATUS_OK;
}

enum status
trust_append_line(struct trust_line **out, struct trust *trust,
                  struct byte_view text, bool is_derived)
{
    const size_t count =
        is_derived ? trust->derived_count : trust->count - trust->derived_count;
    struct trust_line *line;
    enum status status;

    *out = NULL;
    if (count >= FOLLOWS_MAX)
        return STATUS_TOO_LARGE;
    status = make_room(trust);
    if (status != STATUS_OK)
        return status;
    line = mem_zalloc(1, sizeof(*line) + text.size + 1);
    if (line == NULL)
        return STATUS_NO_MEMORY;
    if (text.size > 0)
        memcpy(line->text, text.data, text.size);
    line->size = text.size;
    trust->lines[trust->count++] = line;
    *out = line;
    return STATUS_OK;
}

enum status
trust_new(struct trust **out)
{
    *out = mem_zalloc(1, sizeof(**out));
    return *out == NULL ? STATUS_NO_MEMORY : STATUS_OK;
}

void
trust_free(struct trust *trust)
{
    if (trust == NULL)
        return;
    for (size_t i = 0; i < trust->count; i++)
        mem_free(trust->lines[i]);
    vouches_free(trust->vouches);
    mem_free(trust->lines);
    mem_free(trust);
}

bool
trust_is_name(struct byte_view name)
{
    return name.size >= 1 && name.size <= TRUST_NAME_MAX && text_is_line(name);
}

enum status
trust_add_entry(struct trust *trust, const struct trust_entry *entry,
                struct byte_view name)
{
    struct trust_line *line;
    enum status status;

    status = trust_append_line(&line, trust, name, entry->is_derived);
    if (status != STATUS_OK)
        return status;
    trust->derived_count += entry->is_derived ? 1 : 0;
    line->entry = *entry;
    line->entry.name = line->text;
    line->entry.vouched_by = NULL;
    line->is_entry = true;
    return STATUS_OK;
}

size_t
trust_bad_line(const struct trust *trust, size_t after)
{
    for (size_t i = 0; i < trust->count; i++) {
        const struct trust_line *line = trust->lines[i];

        if (line->is_bad && line->number > after)
            return line->number;
    }
    return 0;
}

enum status
trust_add(struct trust *trust, const struct trust_entry *entry)
{
    struct byte_view name = byte_view_of_text(entry->name);
    const struct trust_entry *there = trust_get(trust, &entry->key.author);

    if (!trust_is_name(name))
        return STATUS_MALFORMED;
    if (there != NULL &&
        (entry->is_derived || there->is_own == entry->is_own) &&
        (entry->is_derived || !there->is_derived))
        return STATUS_EXISTS;
    return trust_add_entry(trust, entry, name);
}

static void
remove_line(struct trust *trust, size_t index)
{
    mem_free(trust->lines[index]);
    trust->count--;
    memmove(trust->lines + index, trust->lines + index + 1,
            (trust->count - index) * sizeof(struct trust_line *));
}

/* The line that says that author is followed, or an introducer, from index on;
 * trust->count if there is none. */
static size_t
find_line(const struct trust *trust, const struct key_author *author,
          bool is_introducer, size_t index)
{
    for (; index < trust->count; index++) {
        const struct trust_line *line = trust->lines[index];
        const bool fits = is_introducer
                              ? line->is_introducer
                              : line->is_entry && !line->entry.is_own &&
                                    !line->entry.is_derived;

        if (fits && key_author_equal(&line->entry.key.author, author))
            break;
    }
    return index;
}

enum status
trust_remove(struct trust *trust, const struct key_author *author)
{
    size_t index = find_line(trust, author, false, 0);

    if (index == trust->count)
        return STATUS_NOT_FOUND;
    remove_line(trust, index);
    index = 0;
    while ((index = find_line(trust, author, true, index)) < trust->count)
        remove_line(trust, index);
    return STATUS_OK;
}

void
trust_remove_derived(struct trust *trust)
{
    size_t kept = 0;

    for (size_t i = 0; i < trust->count; i++) {
        struct trust_line *line = trust->lines[i];

        line->entry.has_ended = false;
        if (line->is_entry && line->entry.is_derived)
            mem_free(line);
        else
            trust->lines[kept++] = line;
    }
    trust->count = kept;
    trust->derived_count = 0;
}

void
trust_set_ended(struct trust *trust, const struct key_author *author,
                const struct trust_entry *whose, const struct record_id *root)
{
    for (size_t i = 0; i < trust->count; i++) {
        struct trust_entry *entry = &trust->lines[i]->entry;

        if (trust->lines[i]->is_entry &&
            key_author_equal(&entry->key.author, author) &&
            (entry->has_pin ? record_id_equal(&entry->pin, root)
                            : key_author_equal(author, &whose->key.author)))
            entry->has_ended = true;
    }
}

const struct trust_entry *
trust_get(const struct trust *trust, const struct key_author *author)
{
    const struct trust_entry *found = NULL;

    for (size_t i = 0; i < trust->count; i++) {
        const struct trust_line *line = trust->lines[i];

        if (line->is_entry &&
            key_author_equal(&line->entry.key.author, author) &&
            (found == NULL || line->entry.is_own || found->is_derived))
            found = &line->entry;
    }
    return found;
}

enum status
trust_find_name(const struct trust *trust, const char *name,
                const struct trust_entry **out)
{
    const struct trust_entry *found = NULL;

    *out = NULL;
    for (size_t i = 0; i < trust->count; i++) {
        const struct trust_line *line = trust->lines[i];

        if (!line->is_entry || line->entry.is_own || line->entry.is_derived ||
            strcmp(line->entry.name, name) != 0)
            continue;
        if (found != NULL)
            return STATUS_AMBIGUOUS;
        found = &line->entry;
    }
    *out = found;
    return found == NULL ? STATUS_NOT_FOUND : STATUS_OK;
}

enum trust_class
trust_class(const struct trust *trust, const struct key_author *author)
{
    const struct trust_entry *entry = trust_known(trust, author);

    if (entry == NULL)
        return TRUST_UNKNOWN;
    if (entry->vouched_by != NULL)
        return TRUST_VOUCHED;
    return entry->is_own ? TRUST_OWN : TRUST_FOLLOWED;
}

const struct trust_entry *
trust_next(const struct trust *trust, size_t *position)
{
    while (*position < trust->count) {
        const struct trust_line *line = trust->lines[(*position)++];

        if (line->is_entry)
            return &line->entry;
    }
    return NULL;
}

static size_t
count_introducers(const struct trust *trust)
{
    size_t position = 0;
    size_t count = 0;

    while (trust_next_introducer(trust, &position) != NULL)
        count++;
    return count;
}

enum status
trust_set_introducer(struct trust *trust, const struct key_author *author,
                     bool is_introducer)
{
    const size_t entry = find_line(trust, author, false, 0);
    size_t index = find_line(trust, author, true, 0);
    char text[sizeof(TRUST_INTRODUCER) + KEY_STRING_SIZE] =
        TRUST_INTRODUCER " ";
    struct trust_line *line;
    enum status status;

    if (entry == trust->count)
        return STATUS_NOT_FOUND;
    if ((index < trust->count) == is_introducer)
        return STATUS_EXISTS;
    while (index < trust->count) {
        remove_line(trust, index);
        index = find_line(trust, author, true, index);
    }
    if (!is_introducer)
        return STATUS_OK;
    if (count_introducers(trust) >= INTRODUCERS_MAX)
        return STATUS_TOO_LARGE;
    key_public_format(&trust->lines[entry]->entry.key,
                      text + sizeof(TRUST_INTRODUCER));
    status = trust_append_line(&line, trust, byte_view_of_text(text), false);
    if (status != STATUS_OK)
        return status;
    line->is_introducer = true;
    line->entry.key = trust->lines[entry]->entry.key;
    return STATUS_OK;
}

bool
trust_is_introducer(const struct trust *trust, const struct key_author *author)
{
    const struct trust_entry *entry = trust_get(trust, author);
    const struct trust_entry *introducer;
    size_t position = 0;

    if (entry == NULL || !entry->is_derived)
        return find_line(trust, author, false, 0) < trust->count &&
               find_line(trust, author, true, 0) < trust->count;
    while ((introducer = trust_next_introducer(trust, &position)) != NULL)
        if (introducer->has_pin &&
            record_id_equal(&introducer->pin, &entry->pin))
            return true;
    return false;
}

const struct trust_entry *
trust_next_introducer(const struct trust *trust, size_t *position)
{
    while (*position < trust->count) {
        const size_t at = (*position)++;
        const struct key_author *author = &trust->lines[at]->entry.key.author;
        size_t entry;

        /* Each once, by its first line. */
        if (!trust->lines[at]->is_introducer ||
            find_line(trust, author, true, 0) != at)
            continue;
        entry = find_line(trust, author, false, 0);
        if (entry < trust->count)
            return &trust->lines[entry]->entry;
    }
    return NULL;
}

void
trust_set_vouches(struct trust *trust, struct vouches *vouches)
{
    vouches_free(trust->vouches);
    trust->vouches = vouches;
}

const struct vouches *
trust_vouches(const struct trust *trust)
{
    return trust->vouches;
}

const struct trust_entry *
trust_known(const struct trust *trust, const struct key_author *author)
{
    const struct trust_entry *entry = trust_get(trust, author);
    const struct vouches_name *name;
    size_t count;

    if (entry != NULL)
        return entry;
    name = vouches_get(trust->vouches, author, &count);
    return name == NULL ? NULL : &name->entry;
}

const struct trust_entry *
trust_next_known(const struct trust *trust, size_t *position)
{
    const size_t vouched = trust->vouches == NULL ? 0 : trust->vouches->count;

    while (*position < trust->count + vouched) {
        const size_t at = (*position)++;
        const struct trust_entry *entry = NULL;

        if (at >= trust->count)
            entry = &trust->vouches->names[at - trust->count].entry;
        else if (trust->lines[at]->is_entry)
            entry = &trust->lines[at]->entry;
        /* Of a key that stands there twice the one that counts. */
        if (entry != NULL && entry == trust_known(trust, &entry->key.author))
            return entry;
    }
    return NULL;
}
