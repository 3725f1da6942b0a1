#include "bundles/dictionary.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Made from dictionaries/NN-LANG.txt by the build. */
extern const uint8_t dictionaries_01_en[];
extern const size_t dictionaries_01_en_size;
extern const uint8_t dictionaries_02_ru[];
extern const size_t dictionaries_02_ru_size;
extern const uint8_t dictionaries_03_kk[];
extern const size_t dictionaries_03_kk_size;
extern const uint8_t dictionaries_04_uz[];
extern const size_t dictionaries_04_uz_size;
extern const uint8_t dictionaries_05_ky[];
extern const size_t dictionaries_05_ky_size;
extern const uint8_t dictionaries_06_tg[];
extern const size_t dictionaries_06_tg_size;

/* In the order of their numbers, from 1; never changed once released. */
static const struct {
    char language[4]; /* primary language subtag, lower case */
    const uint8_t *octets;
    const size_t *size;
} dictionaries[] = {
    {"en", dictionaries_01_en, &dictionaries_01_en_size},
    {"ru", dictionaries_02_ru, &dictionaries_02_ru_size},
    {"kk", dictionaries_03_kk, &dictionaries_03_kk_size},
    {"uz", dictionaries_04_uz, &dictionaries_04_uz_size},
    {"ky", dictionaries_05_ky, &dictionaries_05_ky_size},
    {"tg", dictionaries_06_tg, &dictionaries_06_tg_size},
};

#define DICTIONARY_COUNT (sizeof(dictionaries) / sizeof(dictionaries[0]))

uint8_t
dictionary_last(void)
{
    return DICTIONARY_COUNT;
}

struct byte_view
dictionary_octets(uint8_t number)
{
    if (number == 0 || number > DICTIONARY_COUNT)
        return byte_view_of(NULL, 0);
    return byte_view_of(dictionaries[number - 1].octets,
                        *dictionaries[number - 1].size);
}

/* Subtags are compared without case (RFC 5646, section 2.1.1). */
static bool
is_subtag(struct byte_view subtag, const char *lower)
{
    size_t i;

    if (subtag.size != strlen(lower))
        return false;
    for (i = 0; i < subtag.size; i++) {
        uint8_t octet = subtag.data[i];

        if (octet >= 'A' && octet <= 'Z')
            octet = (uint8_t)(octet - 'A' + 'a');
        if (octet != (uint8_t)lower[i])
            return false;
    }
    return true;
}

uint8_t
dictionary_for_language(struct byte_view language)
{
    size_t end = 0;
    size_t i;

    while (end < language.size && language.data[end] != '-')
        end++;
    for (i = 0; i < DICTIONARY_COUNT; i++) {
        if (is_subtag(byte_view_slice(language, 0, end),
                      dictionaries[i].language))
            return (uint8_t)(i + 1);
    }
    return 0;
}
