#include "core/text_alike.h"

#include "core/text.h"
#include "core/text_table.h"

/* The lower case of Latin without accents, of Greek, Cyrillic and Armenian. */
static uint32_t
to_lower(uint32_t letter)
{
    if ((letter >= 'A' && letter <= 'Z') ||
        (letter >= 0x391 && letter <= 0x3a9) ||
        (letter >= 0x410 && letter <= 0x42f))
        return letter + 0x20;
    if (letter >= 0x400 && letter <= 0x40f)
        return letter + 0x50;
    if (letter >= 0x4c1 && letter <= 0x4ce)
        return letter + letter % 2;
    if ((letter >= 0x460 && letter <= 0x481) ||
        (letter >= 0x48a && letter <= 0x4bf) ||
        (letter >= 0x4d0 && letter <= 0x52f))
        return letter | 1;
    return letter >= 0x531 && letter <= 0x556 ? letter + 0x30 : letter;
}

/* Signs of ASCII, and those of General Punctuation. */
static bool
is_sign(uint32_t code_point)
{
    return code_point < '0' || (code_point > '9' && code_point < 'A') ||
           (code_point > 'Z' && code_point < 'a') ||
           (code_point > 'z' && code_point <= 0xa9) ||
           (code_point >= 0xab && code_point <= 0xb9) ||
           (code_point >= 0x2000 && code_point <= 0x206f) ||
           code_point == 0x3000;
}

static bool
is_passed_over(uint32_t code_point)
{
    return is_sign(code_point) || text_table_is_mark(code_point) ||
           text_table_is_invisible(code_point);
}

/* The next letter or digit of name by its look, in lower case; 0 at the end.
 * lower_first looks at the lower case of a capital: the two may resemble
 * different things. */
static uint32_t
next_look(struct byte_view *name, bool lower_first)
{
    uint32_t code_point;

    while (text_utf8_next(&code_point, name)) {
        if (is_passed_over(code_point))
            continue;
        if (lower_first)
            code_point = to_lower(code_point);
        return to_lower(text_alike_look(code_point));
    }
    return 0;
}

static bool
looks_same(struct byte_view a, struct byte_view b, bool lower_first)
{
    uint32_t of_a = next_look(&a, lower_first);
    uint32_t of_b = next_look(&b, lower_first);

    if (of_a == 0)
        return false;
    while (of_a == of_b && of_a != 0) {
        of_a = next_look(&a, lower_first);
        of_b = next_look(&b, lower_first);
    }
    return of_a == of_b;
}

bool
text_alike(struct byte_view a, struct byte_view b)
{
    return text_is_utf8(a) && text_is_utf8(b) &&
           (looks_same(a, b, false) || looks_same(a, b, true));
}
