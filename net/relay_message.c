#include "net/relay_message.h"

#include <string.h>

#include "core/mem.h"
#include "net/relay_book.h"

_Static_assert(RELAY_BOOK_NAME_SIZE == MESSAGE_PREFIX_SIZE,
               "names travel as prefixes do");
_Static_assert(RELAY_NAMES_MAX <= 64, "names have a bit each");

enum status
relay_message_write_names(struct byte_buf *out, enum message_type type,
                          struct byte_view names)
{
    return message_write_prefixes(out, type, names);
}

enum status
relay_message_read_names(struct byte_view *names, enum message_type type,
                         struct byte_view body)
{
    const size_t most =
        type == MESSAGE_ASK_RELAYS ? RELAY_ASK_MAX : RELAY_NAMES_MAX;

    *names = body;
    if (body.size == 0 || body.size % RELAY_BOOK_NAME_SIZE != 0 ||
        body.size / RELAY_BOOK_NAME_SIZE > most)
        return STATUS_MALFORMED;
    return STATUS_OK;
}

enum status
relay_message_put_line(struct message_draft *draft,
                       const struct relay_line *line)
{
    struct byte_buf text;
    enum status status;

    byte_buf_init(&text, RELAY_LINE_MAX);
    status = relay_line_write(&text, line);
    if (status == STATUS_OK) {
        writer_bytes(&draft->writer, byte_view_of_buf(&text));
        writer_text(&draft->writer, "\n");
    }
    if (text.data != NULL)
        mem_wipe(text.data, text.capacity);
    byte_buf_release(&text);
    return status;
}

bool
relay_message_next_line(struct byte_view *line, struct byte_view *lines)
{
    const uint8_t *end =
        lines->size == 0 ? NULL : memchr(lines->data, '\n', lines->size);

    if (end == NULL)
        return false;
    *line = byte_view_slice(*lines, 0, (size_t)(end - lines->data));
    *lines = byte_view_slice(*lines, line->size + 1, lines->size);
    return true;
}

enum status
relay_message_read_lines(struct byte_view *lines, struct byte_view body)
{
    struct byte_view rest = body;
    struct byte_view line;
    size_t count = 0;

    *lines = body;
    while (relay_message_next_line(&line, &rest))
        if (line.size > RELAY_LINE_MAX || ++count > RELAY_ASK_MAX)
            return STATUS_MALFORMED;
    return rest.size == 0 ? STATUS_OK : STATUS_MALFORMED;
}
