/*
 * Words that people can read out: fingerprints and recovery keys.
 *
 * The list is the English one of BIP-39 (2,048 words, MIT licence), frozen.
 */
#ifndef P2PUB_CORE_WORDS_H
#define P2PUB_CORE_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/status.h"

#define WORDS_FINGERPRINT_COUNT 8
#define WORDS_FINGERPRINT_SIZE  72 /* eight words, spaces and a zero octet */
#define WORDS_SEED_COUNT        24
#define WORDS_SEED_SIZE         216 /* 24 words, spaces and a zero octet */
#define WORDS_WORD_SIZE         9   /* the longest word and a zero octet */

/* Eight words: the first 88 bits of BLAKE2b-256("p2pub1 words" and the 32
 * octets of an identity record's id, or of a key). */
void words_fingerprint(char out[WORDS_FINGERPRINT_SIZE],
                       const uint8_t octets[32]);

/* A 32-octet seed as 24 words of BIP-39 (the last holds a checksum of 8 bits:
 * here the first octet of BLAKE2b-256 of the seed). */
void words_of_seed(char out[WORDS_SEED_SIZE], const uint8_t seed[32]);

/* The seed that 24 words stand for; any white space between them, any case.
 * STATUS_MALFORMED for a wrong count or word, STATUS_BAD_SIGNATURE for a
 * checksum that does not fit (a word mistaken for another). */
enum status words_parse_seed(uint8_t out[32], struct byte_view text) MUST_CHECK;

/* For whoever must say what is wrong. */

/* Take the first word off text, white space around it; empty when there is
 * none. */
struct byte_view words_take(struct byte_view *text);

/* True if word is in the list, in any case. */
bool words_is_listed(struct byte_view word);

/* The word of the list that is nearest to a misspelt one, the first of several;
 * false, and out empty, when none is near. */
bool words_nearest(char out[WORDS_WORD_SIZE], struct byte_view word);

#endif
