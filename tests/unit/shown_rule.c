#include "tests/unit/shown_rule.h"

#include <stdint.h>

/* The lines of table 3-7: the range of each octet. */
static const struct {
    size_t size;
    unsigned char first[4];
    unsigned char last[4];
} forms[] = {
    {1, {0x00}, {0x7f}},
    {2, {0xc2, 0x80}, {0xdf, 0xbf}},
    {3, {0xe0, 0xa0, 0x80}, {0xe0, 0xbf, 0xbf}},
    {3, {0xe1, 0x80, 0x80}, {0xec, 0xbf, 0xbf}},
    {3, {0xed, 0x80, 0x80}, {0xed, 0x9f, 0xbf}},
    {3, {0xee, 0x80, 0x80}, {0xef, 0xbf, 0xbf}},
    {4, {0xf0, 0x90, 0x80, 0x80}, {0xf0, 0xbf, 0xbf, 0xbf}},
    {4, {0xf1, 0x80, 0x80, 0x80}, {0xf3, 0xbf, 0xbf, 0xbf}},
    {4, {0xf4, 0x80, 0x80, 0x80}, {0xf4, 0x8f, 0xbf, 0xbf}},
};

bool
shown_rule_is_utf8(const unsigned char *data, size_t size)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        size_t fits = 0;

        while (fits < size && size == forms[i].size &&
               data[fits] >= forms[i].first[fits] &&
               data[fits] <= forms[i].last[fits])
            fits++;
        if (fits > 0 && fits == size)
            return true;
    }
    return false;
}

/* The size octets at data are well-formed: may they be shown? */
static bool
may_be_shown(const unsigned char *data, size_t size)
{
    static const uint32_t refused[][2] = {
        {0x00, 0x1f},     {0x7f, 0x9f},      {0x61c, 0x61c},   {0x200b, 0x200b},
        {0x200e, 0x200f}, {0x2028, 0x202e},  {0x2060, 0x206f}, {0xfeff, 0xfeff},
        {0xfff9, 0xfffc}, {0xe0000, 0xe0fff}};
    static const unsigned char payload[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t code_point = data[0] & payload[size];

    for (size_t i = 1; i < size; i++)
        code_point = code_point * 64 + (data[i] - 0x80);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        if (code_point >= refused[i][0] && code_point <= refused[i][1])
            return false;
    }
    return true;
}

bool
shown_rule_holds(struct byte_view shown, bool may_hold_lf)
{
    size_t at = 0;

    while (at < shown.size) {
        size_t size = 1;

        while (size <= 4 && size <= shown.size - at &&
               !shown_rule_is_utf8(shown.data + at, size))
            size++;
        if (size > 4 || size > shown.size - at)
            return false;
        if (!may_be_shown(shown.data + at, size) &&
            !(may_hold_lf && shown.data[at] == '\n'))
            return false;
        at += size;
    }
    return true;
}
