#include "bundles/trust.h"

#include <string.h>

#include "bundles/vouches.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/text.h"
#include "core/writer.h"

/* The word that a line about an introducer begins with. */
#define INTRODUCER "introducer"

/* A line of the file, or an own key. */
struct trust_line {
    bool is_entry;      /* else a comment, an empty or a bad line: only text */
    bool is_introducer; /* entry.key is one; text is the whole line */
    bool is_bad;
    size_t number; /* in the file, from 1; only valid when is_bad */
    struct trust_entry entry;
    size_t size; /* octets of text, the zero behind them left out */
    char text[]; /* the name of an entry; else the whole line */
};

struct trust {
    struct trust_line **lines; /* own keys are among them, anywhere */
    size_t count;
    size_t derived_count; /* of these */
    size_t capacity;
    struct vouches *vouches; /* or NULL */
};

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

static enum status
append_line(struct trust_line **out, struct trust *trust, struct byte_view text,
            bool is_derived)
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

static bool
is_name(struct byte_view name)
{
    return name.size >= 1 && name.size <= TRUST_NAME_MAX && text_is_line(name);
}

/* Take what stands before the next space, and the space, off view. */
static struct byte_view
take_word(struct byte_view *view)
{
    const uint8_t *space =
        view->size == 0 ? NULL : memchr(view->data, ' ', view->size);
    size_t size = space == NULL ? view->size : (size_t)(space - view->data);
    struct byte_view word = byte_view_slice(*view, 0, size);

    *view = byte_view_slice(*view, size + 1, view->size);
    return word;
}

/* `KEY PIN NAME`; *name points into line. */
static bool
parse_entry(struct trust_entry *entry, struct byte_view *name,
            struct byte_view line)
{
    struct byte_view key = take_word(&line);
    struct byte_view pin = take_word(&line);

    memset(entry, 0, sizeof(*entry));
    *name = line;
    if (key_public_parse(&entry->key, key) != STATUS_OK || !is_name(line))
        return false;
    entry->has_pin = !byte_view_equal_text(pin, "-");
    return !entry->has_pin || record_id_parse(&entry->pin, pin) == STATUS_OK;
}

static enum status
add_entry(struct trust *trust, const struct trust_entry *entry,
          struct byte_view name)
{
    struct trust_line *line;
    enum status status;

    status = append_line(&line, trust, name, entry->is_derived);
    if (status != STATUS_OK)
        return status;
    trust->derived_count += entry->is_derived ? 1 : 0;
    line->entry = *entry;
    line->entry.name = line->text;
    line->entry.vouched_by = NULL;
    line->is_entry = true;
    return STATUS_OK;
}

/* `introducer KEY` */
static bool
parse_introducer(struct key_public *out, struct byte_view line)
{
    struct byte_view word = take_word(&line);

    return byte_view_equal_text(word, INTRODUCER) &&
           key_public_parse(out, line) == STATUS_OK;
}

static bool
is_for_people(struct byte_view line)
{
    for (size_t i = 0; i < line.size; i++)
        if (line.data[i] != ' ' && line.data[i] != '\t')
            return line.data[i] == '#';
    return true;
}

static enum status
parse_line(struct trust *trust, struct byte_view text, size_t number)
{
    struct trust_line *line;
    struct trust_entry entry;
    struct byte_view content = text;
    struct byte_view name;
    enum status status;

    /* An editor of another system may have been here. */
    if (content.size > 0 && content.data[content.size - 1] == '\r')
        content.size--;
    if (parse_entry(&entry, &name, content) &&
        trust_get(trust, &entry.key.author) == NULL)
        return add_entry(trust, &entry, name);

    status = append_line(&line, trust, text, false);
    if (status != STATUS_OK)
        return status;
    line->is_introducer = parse_introducer(&line->entry.key, content);
    line->is_bad = !line->is_introducer && !is_for_people(content);
    line->number = number;
    return STATUS_OK;
}

enum status
trust_parse(struct trust *trust, struct byte_view text)
{
    size_t number = 1;
    enum status status = STATUS_OK;

    if (text.size > FOLLOWS_TEXT_MAX)
        return STATUS_TOO_LARGE;
    while (status == STATUS_OK && text.size > 0) {
        const uint8_t *end = memchr(text.data, '\n', text.size);
        size_t size = end == NULL ? text.size : (size_t)(end - text.data);

        status = parse_line(trust, byte_view_slice(text, 0, size), number++);
        text = byte_view_slice(text, size + 1, text.size);
    }
    return status;
}

static void
write_entry(struct writer *writer, const struct trust_line *line)
{
    char key[KEY_STRING_SIZE];
    char pin[RECORD_ID_TEXT_SIZE] = "-";

    key_public_format(&line->entry.key, key);
    if (line->entry.has_pin)
        record_id_format(&line->entry.pin, pin);
    writer_text(writer, key);
    writer_text(writer, " ");
    writer_text(writer, pin);
    writer_text(writer, " ");
}

enum status
trust_write(struct byte_buf *out, const struct trust *trust)
{
    struct writer writer;

    writer_init(&writer, out);
    for (size_t i = 0; i < trust->count; i++) {
        const struct trust_line *line = trust->lines[i];

        if (line->is_entry && (line->entry.is_own || line->entry.is_derived))
            continue;
        if (line->is_entry)
            write_entry(&writer, line);
        writer_bytes(&writer, byte_view_of(line->text, line->size));
        writer_text(&writer, "\n");
    }
    return writer_status(&writer);
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

    if (!is_name(name))
        return STATUS_MALFORMED;
    if (there != NULL &&
        (entry->is_derived || there->is_own == entry->is_own) &&
        (entry->is_derived || !there->is_derived))
        return STATUS_EXISTS;
    return add_entry(trust, entry, name);
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

        if (line->is_entry && line->entry.is_derived)
            mem_free(line);
        else
            trust->lines[kept++] = line;
    }
    trust->count = kept;
    trust->derived_count = 0;
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
    char text[sizeof(INTRODUCER) + KEY_STRING_SIZE] = INTRODUCER " ";
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
                      text + sizeof(INTRODUCER));
    status = append_line(&line, trust, byte_view_of_text(text), false);
    if (status != STATUS_OK)
        return status;
    line->is_introducer = true;
    line->entry.key = trust->lines[entry]->entry.key;
    return STATUS_OK;
}

bool
trust_is_introducer(const struct trust *trust, const struct key_author *author)
{
    return find_line(trust, author, false, 0) < trust->count &&
           find_line(trust, author, true, 0) < trust->count;
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
