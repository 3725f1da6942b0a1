/*
 * Ed25519 (RFC 8032) key pairs and signatures, from libsodium.
 *
 * An author is a public key of 32 octets.  The key id of minisign's files is
 * a label that travels beside it and decides nothing.
 */
#ifndef P2PUB_CORE_KEY_H
#define P2PUB_CORE_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/status.h"

struct entropy;

struct key_id {
    uint8_t octets[8];
};

struct key_author {
    uint8_t octets[32];
};

/* A public key as minisign writes it: label and key. */
struct key_public {
    struct key_id id;
    struct key_author author;
};

struct key_signature {
    uint8_t octets[64];
};

/* A private key; lives in locked memory (mem_secret_alloc) only. */
struct key_secret {
    struct key_public public_key;
    uint8_t seed[32];
};

bool key_author_equal(const struct key_author *a, const struct key_author *b);
bool key_public_equal(const struct key_public *a, const struct key_public *b);

/* A new pair in *out with a random id; free with key_secret_free.
 * STATUS_NO_MEMORY. */
enum status key_secret_new(struct key_secret **out,
                           struct entropy *entropy) MUST_CHECK;

/* The pair that belongs to seed, labelled id.  STATUS_NO_MEMORY. */
enum status key_secret_of_seed(struct key_secret **out, const uint8_t seed[32],
                               struct key_id id) MUST_CHECK;
void key_secret_free(struct key_secret *secret);

void key_sign(struct key_signature *out, struct byte_view message,
              const struct key_secret *secret);

/* STATUS_BAD_SIGNATURE if signature is not author's over message; small-order
 * and non-canonical keys and signatures are refused.  About an author with a
 * part of small order, which no honest program makes, versions of libsodium
 * may disagree (newer ones multiply by the cofactor); telling costs as much
 * as a verification, so only keyfile_read_public refuses such a key. */
enum status key_verify(const struct key_signature *signature,
                       struct byte_view message,
                       const struct key_author *author) MUST_CHECK;

/* A minisign public key string: base64 of "Ed", id, key: 56 characters. */
#define KEY_STRING_SIZE 57 /* with the terminating zero */

void key_public_format(const struct key_public *key, char out[KEY_STRING_SIZE]);

/* Exactly such a string, or STATUS_MALFORMED. */
enum status key_public_parse(struct key_public *out,
                             struct byte_view text) MUST_CHECK;

#endif
