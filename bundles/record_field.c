#include "bundles/record_field.h"

#include <stddef.h>
#include <string.h>

#include "bundles/language.h"
#include "core/limits.h"
#include "core/text.h"

static bool
is_lower(uint8_t octet)
{
    return octet >= 'a' && octet <= 'z';
}

static bool
is_digit(uint8_t octet)
{
    return octet >= '0' && octet <= '9';
}

/* True if every octet is a lower-case letter, a digit or one of others. */
static bool
consists_of(struct byte_view view, const char *others)
{
    for (size_t i = 0; i < view.size; i++) {
        uint8_t octet = view.data[i];

        if (!is_lower(octet) && !is_digit(octet) &&
            (octet == 0 || strchr(others, octet) == NULL))
            return false;
    }
    return true;
}

bool
record_field_is_kind(struct byte_view kind)
{
    return kind.size >= 1 && kind.size <= RECORD_WORD_MAX &&
           is_lower(kind.data[0]) && consists_of(kind, "-");
}

static bool
is_of_envelope(struct byte_view word)
{
    return byte_view_equal_text(word, "key") ||
           byte_view_equal_text(word, "date") ||
           byte_view_equal_text(word, "sequence") ||
           byte_view_equal_text(word, "previous") ||
           byte_view_equal_text(word, "file");
}

bool
record_field_is_word(struct byte_view word)
{
    bool beyond_f = false;

    for (size_t i = 0; i < word.size; i++)
        beyond_f = beyond_f || word.data[i] > 'f';
    return beyond_f && record_field_is_kind(word) && !is_of_envelope(word);
}

bool
record_field_is_text(struct byte_view text)
{
    return text.size >= 1 && text.data[0] != ' ' &&
           text.data[text.size - 1] != ' ' && text_is_line(text);
}

/* con, prn, aux, nul, com0 to com9, lpt0 to lpt9: Windows opens the device,
 * whatever follows behind a dot. */
static bool
is_device(struct byte_view name)
{
    static const char *const devices[] = {"con", "prn", "aux",
                                          "nul", "com", "lpt"};
    struct byte_view stem = name;

    for (stem.size = 0; stem.size < name.size; stem.size++) {
        if (name.data[stem.size] == '.')
            break;
    }
    for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
        bool is_numbered = i >= 4;

        if (byte_view_starts_with(stem, devices[i]) &&
            stem.size == (is_numbered ? (size_t)4 : (size_t)3) &&
            (!is_numbered || is_digit(stem.data[3])))
            return true;
    }
    return false;
}

bool
record_field_is_name(struct byte_view name)
{
    return name.size >= 1 && name.size <= RECORD_FILE_NAME_MAX &&
           (is_lower(name.data[0]) || is_digit(name.data[0])) &&
           consists_of(name, "._-") && name.data[name.size - 1] != '.' &&
           !byte_view_starts_with(name, "header.") && !is_device(name);
}

bool
record_field_is_language(struct byte_view language)
{
    return byte_view_equal_text(language, "-") ||
           language_is_canonical(language);
}

/* RFC 6838's restricted-name, without its upper case. */
static bool
is_restricted_name(struct byte_view name)
{
    return name.size >= 1 &&
           (is_lower(name.data[0]) || is_digit(name.data[0])) &&
           consists_of(name, "!#$&-^_.+");
}

bool
record_field_is_type(struct byte_view type)
{
    const uint8_t *slash = NULL;
    size_t before;

    if (type.size >= 1 && type.size <= RECORD_TYPE_MAX)
        slash = memchr(type.data, '/', type.size);
    if (slash == NULL)
        return false;
    before = (size_t)(slash - type.data);
    return is_restricted_name(byte_view_slice(type, 0, before)) &&
           is_restricted_name(byte_view_slice(type, before + 1, type.size));
}
