#include "core/words.h"

#include <assert.h>
#include <string.h>

#include "core/distance.h"
#include "core/hash.h"
#include "core/mem.h"
#include "core/reader.h"

/* core/words/english.txt, as the build turned it into C: each word ends with
 * LF. */
extern const uint8_t words_english[];
extern const size_t words_english_size;

/* Each word stands for 11 bits, the most significant first. */
#define WORD_BITS ((size_t)11)
#define WORD_MAX  ((size_t)8) /* letters of the longest */
/* Misprints that a suggestion is worth: with more, any word would do. */
#define NEAR ((size_t)2)

#define FINGERPRINT_OCTETS (WORD_BITS * WORDS_FINGERPRINT_COUNT / 8)

/* A seed and a checksum of one octet. */
#define SEED_OCTETS ((size_t)32 + 1)

static_assert(WORDS_FINGERPRINT_SIZE ==
                  WORDS_FINGERPRINT_COUNT * (WORD_MAX + 1),
              "a fingerprint has room for the longest words");
static_assert(WORDS_WORD_SIZE == WORD_MAX + 1, "a word and a zero octet");
static_assert(WORDS_SEED_SIZE == WORDS_SEED_COUNT * (WORD_MAX + 1),
              "a seed has room for the longest words");
static_assert(WORD_BITS * WORDS_FINGERPRINT_COUNT == 8 * FINGERPRINT_OCTETS &&
                  WORD_BITS * WORDS_SEED_COUNT == 8 * SEED_OCTETS,
              "words and octets end together");

/* Write the count words that octets stand for, at most WORDS_SEED_COUNT, with
 * spaces between.  The list is gone through once for all of them. */
static void
write_words(char *out, const uint8_t *octets, size_t count)
{
    struct byte_view words[WORDS_SEED_COUNT] = {{NULL, 0}};
    size_t lines[WORDS_SEED_COUNT] = {0};
    struct reader reader;
    size_t left = count;

    for (size_t bit = 0; bit < count * WORD_BITS; bit++)
        lines[bit / WORD_BITS] = lines[bit / WORD_BITS] << 1 |
                                 (octets[bit / 8] >> (7 - bit % 8) & 1);
    reader_init(&reader, byte_view_of(words_english, words_english_size));
    for (size_t line = 0; left > 0; line++) {
        const struct byte_view word = reader_line(&reader);

        assert(word.size > 0 && word.size <= WORD_MAX);
        for (size_t i = 0; i < count; i++) {
            if (lines[i] != line)
                continue;
            words[i] = word;
            left--;
        }
    }
    for (size_t i = 0; i < count; i++) {
        memcpy(out, words[i].data, words[i].size);
        out += words[i].size;
        *out++ = i + 1 < count ? ' ' : '\0';
    }
    /* They may be of a secret. */
    mem_wipe(lines, sizeof(lines));
    mem_wipe(words, sizeof(words));
}

void
words_fingerprint(char out[WORDS_FINGERPRINT_SIZE], const uint8_t octets[32])
{
    struct hash_stream stream;
    uint8_t hash[HASH_256_SIZE];

    hash_stream_init(&stream);
    hash_stream_update(&stream, byte_view_of_text("p2pub1 words"));
    hash_stream_update(&stream, byte_view_of(octets, 32));
    hash_stream_final(&stream, hash);
    write_words(out, hash, WORDS_FINGERPRINT_COUNT);
}

static uint8_t
seed_checksum(const uint8_t seed[32])
{
    uint8_t hash[HASH_256_SIZE];
    uint8_t first;

    hash_256(hash, byte_view_of(seed, 32));
    first = hash[0];
    mem_wipe(hash, sizeof(hash));
    return first;
}

void
words_of_seed(char out[WORDS_SEED_SIZE], const uint8_t seed[32])
{
    uint8_t octets[SEED_OCTETS];

    memcpy(octets, seed, 32);
    octets[32] = seed_checksum(seed);
    write_words(out, octets, WORDS_SEED_COUNT);
    mem_wipe(octets, sizeof(octets));
}

static bool
is_space(uint8_t octet)
{
    return octet == ' ' || (octet >= '\t' && octet <= '\r');
}

static void
to_lower(uint8_t *out, struct byte_view word)
{
    for (size_t i = 0; i < word.size; i++) {
        const uint8_t letter = word.data[i];

        out[i] = letter >= 'A' && letter <= 'Z' ? letter | 0x20 : letter;
    }
}

/* The word's number in the list, in any case; false if it is not there. */
static bool
find_word(size_t *index, struct byte_view word)
{
    uint8_t lower[WORD_MAX];
    struct reader reader;
    bool found = false;

    if (word.size > sizeof(lower))
        return false;
    to_lower(lower, word);
    word = byte_view_of(lower, word.size);
    reader_init(&reader, byte_view_of(words_english, words_english_size));
    for (*index = 0; reader.left > 0; (*index)++) {
        found = byte_view_equal(reader_line(&reader), word);
        if (found)
            break;
    }
    mem_wipe(lower, sizeof(lower));
    return found;
}

struct byte_view
words_take(struct byte_view *text)
{
    struct byte_view view = *text;
    size_t size = 0;

    while (view.size > 0 && is_space(view.data[0]))
        view = byte_view_slice(view, 1, view.size);
    while (size < view.size && !is_space(view.data[size]))
        size++;
    *text = byte_view_slice(view, size, view.size);
    return byte_view_slice(view, 0, size);
}

bool
words_is_listed(struct byte_view word)
{
    size_t index;

    return find_word(&index, word);
}

bool
words_nearest(char out[WORDS_WORD_SIZE], struct byte_view word)
{
    uint8_t lower[WORD_MAX + NEAR];
    size_t least = NEAR + 1;
    struct reader reader;

    memset(out, 0, WORDS_WORD_SIZE);
    if (word.size > sizeof(lower))
        return false;
    to_lower(lower, word);
    word = byte_view_of(lower, word.size);
    reader_init(&reader, byte_view_of(words_english, words_english_size));
    while (reader.left > 0) {
        struct byte_view listed = reader_line(&reader);
        size_t far = distance(word, listed);

        if (far >= least || far >= listed.size)
            continue;
        least = far;
        memset(out, 0, WORDS_WORD_SIZE);
        memcpy(out, listed.data, listed.size);
    }
    mem_wipe(lower, sizeof(lower));
    return least <= NEAR;
}

enum status
words_parse_seed(uint8_t out[32], struct byte_view text)
{
    uint8_t octets[SEED_OCTETS] = {0};
    size_t count = 0;
    enum status status = STATUS_MALFORMED;
    struct byte_view word;

    memset(out, 0, 32);
    for (word = words_take(&text); word.size > 0; word = words_take(&text)) {
        size_t index;

        if (count == WORDS_SEED_COUNT || !find_word(&index, word))
            goto done;
        for (size_t bit = 0; bit < WORD_BITS; bit++) {
            size_t at = count * WORD_BITS + bit;

            if (index >> (WORD_BITS - 1 - bit) & 1)
                octets[at / 8] |= (uint8_t)(0x80 >> at % 8);
        }
        count++;
    }
    if (count != WORDS_SEED_COUNT)
        goto done;
    if (octets[32] != seed_checksum(octets)) {
        status = STATUS_BAD_SIGNATURE;
        goto done;
    }
    memcpy(out, octets, 32);
    status = STATUS_OK;

done:
    mem_wipe(octets, sizeof(octets));
    return status;
}
