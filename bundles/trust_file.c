#include <string.h>

#include "bundles/trust_private.h"
#include "core/limits.h"
#include "core/writer.h"

/* The file `follows`, from text and to text. */

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
    if (key_public_parse(&entry->key, key) != STATUS_OK || !trust_is_name(line))
        return false;
    entry->has_pin = !byte_view_equal_text(pin, "-");
    return !entry->has_pin || record_id_parse(&entry->pin, pin) == STATUS_OK;
}

/* `introducer KEY` */
static bool
parse_introducer(struct key_public *out, struct byte_view line)
{
    struct byte_view word = take_word(&line);

    return byte_view_equal_text(word, TRUST_INTRODUCER) &&
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
        return trust_add_entry(trust, &entry, name);

    status = trust_append_line(&line, trust, text, false);
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
