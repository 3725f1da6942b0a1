#include "bundles/record_lines.h"

#include <string.h>

struct record_lines
record_lines_of(const struct record_fields *fields)
{
    return (struct record_lines){fields->lines, fields->line_count};
}

bool
record_lines_take(struct record_lines *lines, const char *word,
                  struct byte_view *text)
{
    if (lines->left == 0 || !byte_view_equal_text(lines->next->word, word))
        return false;
    *text = lines->next->text;
    lines->next++;
    lines->left--;
    return true;
}

size_t
record_lines_count(const struct record_lines *lines, const char *word)
{
    size_t count = 0;

    for (size_t i = 0; i < lines->left; i++) {
        if (byte_view_equal_text(lines->next[i].word, word))
            count++;
    }
    return count;
}

struct byte_view
record_lines_word(struct byte_view *text)
{
    const uint8_t *space = NULL;
    struct byte_view word = *text;

    if (text->size > 0)
        space = memchr(text->data, ' ', text->size);
    if (space != NULL)
        word.size = (size_t)(space - text->data);
    *text = byte_view_slice(*text, word.size + 1, text->size);
    return word;
}

void
record_lines_init(struct record_lines_draft *draft)
{
    draft->count = 0;
    byte_buf_init(&draft->octets, RECORD_HEADER_MAX);
    writer_init(&draft->writer, &draft->octets);
}

void
record_lines_begin(struct record_lines_draft *draft, const char *word)
{
    if (draft->count == RECORD_LINES_MAX)
        draft->writer.status = STATUS_TOO_LARGE;
    if (draft->writer.status != STATUS_OK)
        return;
    draft->lines[draft->count].word = byte_view_of_text(word);
    draft->starts[draft->count] = draft->octets.size;
    draft->count++;
}

enum status
record_lines_finish(struct record_lines_draft *draft,
                    struct record_fields *fields)
{
    size_t end = draft->octets.size;

    if (writer_status(&draft->writer) != STATUS_OK)
        return writer_status(&draft->writer);
    for (size_t i = draft->count; i > 0; i--) {
        size_t start = draft->starts[i - 1];

        draft->lines[i - 1].text = byte_view_slice(
            byte_view_of_buf(&draft->octets), start, end - start);
        end = start;
    }
    fields->lines = draft->lines;
    fields->line_count = draft->count;
    return STATUS_OK;
}

void
record_lines_release(struct record_lines_draft *draft)
{
    byte_buf_release(&draft->octets);
}
