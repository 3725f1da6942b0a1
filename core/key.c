#include "core/key.h"

#include <assert.h>
#include <string.h>

#include <sodium.h>

#include "core/entropy.h"
#include "core/mem.h"
#include "core/reader.h"
#include "core/text.h"

/* "Ed", also for keys whose signatures say "ED"; then the id and the key. */
#define KEY_STRING_OCTETS ((size_t)42)

static_assert(sizeof(struct key_id) == 8 && sizeof(struct key_author) == 32 &&
                  sizeof(struct key_signature) == crypto_sign_BYTES,
              "the structs are their octets");
static_assert(sizeof(((struct key_secret *)0)->seed) == crypto_sign_SEEDBYTES,
              "a seed is libsodium's seed");

bool
key_author_equal(const struct key_author *a, const struct key_author *b)
{
    return memcmp(a->octets, b->octets, sizeof(a->octets)) == 0;
}

bool
key_public_equal(const struct key_public *a, const struct key_public *b)
{
    return memcmp(a->id.octets, b->id.octets, sizeof(a->id.octets)) == 0 &&
           key_author_equal(&a->author, &b->author);
}

/* Let secret's seed, which is set, make its public key. */
static void
derive_author(struct key_secret *secret)
{
    uint8_t expanded[crypto_sign_SECRETKEYBYTES];

    (void)crypto_sign_seed_keypair(secret->public_key.author.octets, expanded,
                                   secret->seed);
    mem_wipe(expanded, sizeof(expanded));
}

enum status
key_secret_new(struct key_secret **out, struct entropy *entropy)
{
    struct key_secret *secret;

    *out = NULL;
    secret = mem_secret_alloc(sizeof(*secret));
    if (secret == NULL)
        return STATUS_NO_MEMORY;
    entropy_fill(entropy, secret->public_key.id.octets,
                 sizeof(secret->public_key.id.octets));
    entropy_fill(entropy, secret->seed, sizeof(secret->seed));
    derive_author(secret);
    *out = secret;
    return STATUS_OK;
}

enum status
key_secret_of_seed(struct key_secret **out, const uint8_t seed[32],
                   struct key_id id)
{
    struct key_secret *secret;

    *out = NULL;
    secret = mem_secret_alloc(sizeof(*secret));
    if (secret == NULL)
        return STATUS_NO_MEMORY;
    secret->public_key.id = id;
    memcpy(secret->seed, seed, sizeof(secret->seed));
    derive_author(secret);
    *out = secret;
    return STATUS_OK;
}

void
key_secret_free(struct key_secret *secret)
{
    mem_secret_free(secret);
}

void
key_sign(struct key_signature *out, struct byte_view message,
         const struct key_secret *secret)
{
    /* libsodium's form of a private key: the seed, then the public key. */
    uint8_t expanded[crypto_sign_SECRETKEYBYTES];

    memcpy(expanded, secret->seed, 32);
    memcpy(expanded + 32, secret->public_key.author.octets, 32);
    (void)crypto_sign_detached(out->octets, NULL, message.data, message.size,
                               expanded);
    mem_wipe(expanded, sizeof(expanded));
}

/*
 * libsodium refuses by itself what others accept: S of the group's order or
 * more, keys with y beyond the field, keys and R of small order.
 * tests/unit/test_key.c holds it to that.  R beyond the field cannot be made:
 * nobody knows the logarithm of one of those few points.
 */
enum status
key_verify(const struct key_signature *signature, struct byte_view message,
           const struct key_author *author)
{
    if (crypto_sign_verify_detached(signature->octets, message.data,
                                    message.size, author->octets) != 0)
        return STATUS_BAD_SIGNATURE;
    return STATUS_OK;
}

void
key_public_format(const struct key_public *key, char out[KEY_STRING_SIZE])
{
    uint8_t octets[KEY_STRING_OCTETS];

    assert(text_base64_size(sizeof(octets)) == KEY_STRING_SIZE);
    octets[0] = 'E';
    octets[1] = 'd';
    memcpy(octets + 2, key->id.octets, sizeof(key->id.octets));
    memcpy(octets + 10, key->author.octets, sizeof(key->author.octets));
    text_base64(out, octets, sizeof(octets));
}

enum status
key_public_parse(struct key_public *out, struct byte_view text)
{
    uint8_t octets[KEY_STRING_OCTETS];
    struct reader reader;
    enum status status;

    memset(out, 0, sizeof(*out));
    status = text_base64_parse(octets, sizeof(octets), text);
    if (status != STATUS_OK)
        return status;
    reader_init(&reader, byte_view_of(octets, sizeof(octets)));
    if (!byte_view_equal_text(reader_bytes(&reader, 2), "Ed"))
        return STATUS_MALFORMED;
    reader_copy(&reader, out->id.octets, sizeof(out->id.octets));
    reader_copy(&reader, out->author.octets, sizeof(out->author.octets));
    return reader_done(&reader) ? STATUS_OK : STATUS_MALFORMED;
}
