#include "cli/likeness.h"

#include <stdbool.h>
#include <string.h>

#include "core/bytes.h"
#include "core/file.h"
#include "core/status.h"

/* Octets of a file that are enough to see what it is. */
#define BEGINNING_SIZE ((size_t)512)

/* The beginning of a file. */
struct beginning {
    char text[BEGINNING_SIZE + 1];
    size_t size;
};

/* A file_sink that has enough soon. */
static enum status
on_piece(void *context, struct byte_view piece)
{
    struct beginning *beginning = context;
    size_t room = BEGINNING_SIZE - beginning->size;
    struct byte_view part = byte_view_slice(piece, 0, room);

    memcpy(beginning->text + beginning->size, part.data, part.size);
    beginning->size += part.size;
    return beginning->size < BEGINNING_SIZE ? STATUS_OK : STATUS_CANCELLED;
}

/* True if text begins with prefix, whatever the case of its letters. */
static bool
begins(const char *text, const char *prefix)
{
    for (; *prefix != '\0'; text++, prefix++) {
        char letter = *text;

        if (letter >= 'A' && letter <= 'Z')
            letter = (char)(letter - 'A' + 'a');
        if (letter != *prefix)
            return false;
    }
    return true;
}

enum likeness
likeness_of(const char *path)
{
    struct beginning beginning = {.size = 0};
    const char *text = beginning.text;
    enum status status = file_read_pieces(path, on_piece, &beginning);

    if (status != STATUS_OK && status != STATUS_CANCELLED)
        return LIKE_NOTHING;
    if (beginning.size == 0)
        return LIKE_EMPTY;
    text += strspn(text, " \t\r\n\357\273\277");
    if (begins(text, "<!doctype html") || begins(text, "<html") ||
        begins(text, "<head") || begins(text, "<?xml"))
        return LIKE_WEB_PAGE;
    if (begins(text, "p2pub1 "))
        return LIKE_HEADER;
    if (begins(text, "untrusted comment:"))
        return LIKE_SIGNATURE;
    return LIKE_NOTHING;
}
