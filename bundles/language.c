#include "bundles/language.h"

#include <string.h>

/* The subtag being looked at, which is empty at the end, and what follows. */
struct cursor {
    struct byte_view subtag;
    struct byte_view rest; /* begins with a hyphen, or is empty */
};

static bool
is_digit(uint8_t octet)
{
    return octet >= '0' && octet <= '9';
}

static bool
is_letter(uint8_t octet)
{
    return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z');
}

static char
lower(uint8_t octet)
{
    return (char)(octet >= 'A' && octet <= 'Z' ? octet - 'A' + 'a' : octet);
}

static char
upper(uint8_t octet)
{
    return (char)(octet >= 'a' && octet <= 'z' ? octet - 'a' + 'A' : octet);
}

struct byte_view
language_primary(struct byte_view tag)
{
    size_t size = 0;

    while (size < tag.size && tag.data[size] != '-')
        size++;
    return byte_view_slice(tag, 0, size);
}

static void
cursor_set(struct cursor *cursor, struct byte_view tag)
{
    cursor->subtag = language_primary(tag);
    cursor->rest = byte_view_slice(tag, cursor->subtag.size, tag.size);
}

static void
cursor_next(struct cursor *cursor)
{
    cursor_set(cursor, byte_view_slice(cursor->rest, 1, cursor->rest.size));
}

/* True if the subtag is of least to most letters and digits. */
static bool
is_alphanumeric(const struct cursor *cursor, size_t least, size_t most)
{
    struct byte_view subtag = cursor->subtag;

    for (size_t i = 0; i < subtag.size; i++) {
        if (!is_letter(subtag.data[i]) && !is_digit(subtag.data[i]))
            return false;
    }
    return subtag.size >= least && subtag.size <= most;
}

static bool
is_alphabetic(const struct cursor *cursor, size_t least, size_t most)
{
    for (size_t i = 0; i < cursor->subtag.size; i++) {
        if (!is_letter(cursor->subtag.data[i]))
            return false;
    }
    return is_alphanumeric(cursor, least, most);
}

static bool
is_region(const struct cursor *cursor)
{
    const uint8_t *octets = cursor->subtag.data;

    return is_alphabetic(cursor, 2, 2) ||
           (cursor->subtag.size == 3 && is_digit(octets[0]) &&
            is_digit(octets[1]) && is_digit(octets[2]));
}

static bool
is_variant(const struct cursor *cursor)
{
    return is_alphanumeric(cursor, 5, 8) ||
           (is_alphanumeric(cursor, 4, 4) && is_digit(cursor->subtag.data[0]));
}

static bool
is_private_mark(const struct cursor *cursor)
{
    return cursor->subtag.size == 1 && lower(cursor->subtag.data[0]) == 'x';
}

/* language: two or three letters and up to three extensions, or 4 to 8. */
static bool
skip_language(struct cursor *cursor)
{
    bool is_short = is_alphabetic(cursor, 2, 3);

    if (!is_alphabetic(cursor, 2, 8))
        return false;
    cursor_next(cursor);
    for (int i = 0; is_short && i < 3 && is_alphabetic(cursor, 3, 3); i++)
        cursor_next(cursor);
    return true;
}

/* A singleton and one or more subtags of at least least characters. */
static bool
skip_singleton(struct cursor *cursor, size_t least)
{
    cursor_next(cursor);
    if (!is_alphanumeric(cursor, least, 8))
        return false;
    while (is_alphanumeric(cursor, least, 8))
        cursor_next(cursor);
    return true;
}

static bool
is_well_formed(struct byte_view tag)
{
    struct cursor cursor;

    cursor_set(&cursor, tag);
    if (!is_private_mark(&cursor)) {
        if (!skip_language(&cursor))
            return false;
        if (is_alphabetic(&cursor, 4, 4))
            cursor_next(&cursor);
        if (is_region(&cursor))
            cursor_next(&cursor);
        while (is_variant(&cursor))
            cursor_next(&cursor);
        while (is_alphanumeric(&cursor, 1, 1) && !is_private_mark(&cursor)) {
            if (!skip_singleton(&cursor, 2))
                return false;
        }
    }
    if (is_private_mark(&cursor) && !skip_singleton(&cursor, 1))
        return false;
    /* At the end, and not because of a hyphen with nothing behind it. */
    return cursor.subtag.size == 0 && cursor.rest.size == 0 &&
           tag.data[tag.size - 1] != '-';
}

enum status
language_canonical(char out[LANGUAGE_TEXT_SIZE], struct byte_view tag)
{
    struct cursor cursor;
    bool plain = true; /* no singleton yet */
    char *at = out;

    *out = '\0';
    if (tag.size == 0 || tag.size > RECORD_LANGUAGE_MAX || !is_well_formed(tag))
        return STATUS_MALFORMED;

    for (cursor_set(&cursor, tag); cursor.subtag.size > 0;
         cursor_next(&cursor)) {
        struct byte_view subtag = cursor.subtag;
        bool is_inner = at != out && plain;

        if (at != out)
            *at++ = '-';
        for (size_t i = 0; i < subtag.size; i++) {
            bool is_upper =
                is_inner && (subtag.size == 2 || (subtag.size == 4 && i == 0));

            if (is_upper)
                *at++ = upper(subtag.data[i]);
            else
                *at++ = lower(subtag.data[i]);
        }
        plain = plain && subtag.size > 1;
    }
    *at = '\0';
    return STATUS_OK;
}

bool
language_is_canonical(struct byte_view tag)
{
    char canonical[LANGUAGE_TEXT_SIZE];

    return language_canonical(canonical, tag) == STATUS_OK &&
           byte_view_equal_text(tag, canonical);
}
