#include "core/diff.h"

#include <string.h>

/* Take the first line off text, without its LF. */
static struct byte_view
take_line(struct byte_view *text)
{
    const uint8_t *end = memchr(text->data, '\n', text->size);
    size_t size = end == NULL ? text->size : (size_t)(end - text->data);
    struct byte_view line = byte_view_slice(*text, 0, size);

    *text = byte_view_slice(*text, end == NULL ? size : size + 1, text->size);
    return line;
}

static bool
is_blank(uint8_t octet)
{
    return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
}

/* Take the first word off text; empty where there is none. */
static struct byte_view
take_word(struct byte_view *text)
{
    struct byte_view word;
    size_t first = 0;
    size_t end;

    while (first < text->size && is_blank(text->data[first]))
        first++;
    for (end = first; end < text->size && !is_blank(text->data[end]);)
        end++;
    word = byte_view_slice(*text, first, end - first);
    *text = byte_view_slice(*text, end, text->size);
    return word;
}

size_t
diff_line_count(struct byte_view text)
{
    size_t count = 0;

    while (text.size > 0) {
        (void)take_line(&text);
        count++;
    }
    return count;
}

void
diff_split_lines(struct byte_view *items, struct byte_view text)
{
    while (text.size > 0)
        *items++ = take_line(&text);
}

size_t
diff_word_count(struct byte_view text)
{
    size_t count = 0;

    while (take_word(&text).size > 0)
        count++;
    return count;
}

void
diff_split_words(struct byte_view *items, struct byte_view text)
{
    struct byte_view word;

    while ((word = take_word(&text)).size > 0)
        *items++ = word;
}
