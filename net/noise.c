#include "net/noise.h"

#include <assert.h>
#include <string.h>

#include "core/aead.h"
#include "core/hash.h"
#include "core/mem.h"

/* BLAKE2b's block, which HMAC pads its key to (section 12.8). */
#define BLOCK_SIZE 128

void
noise_cipher_init(struct noise_cipher *cipher, const uint8_t key[32])
{
    memcpy(cipher->key, key, sizeof(cipher->key));
    cipher->number = 0;
    cipher->keyed = true;
}

void
noise_cipher_release(struct noise_cipher *cipher)
{
    mem_wipe(cipher, sizeof(*cipher));
}

size_t
noise_cipher_sealed_size(const struct noise_cipher *cipher, size_t size)
{
    return cipher->keyed ? size + AEAD_TAG_SIZE : size;
}

void
noise_cipher_seal(struct noise_cipher *cipher, uint8_t *out,
                  struct byte_view associated, struct byte_view plain)
{
    if (!cipher->keyed) {
        if (plain.size > 0)
            memmove(out, plain.data, plain.size);
        return;
    }
    /* The last number is Rekey's. */
    assert(cipher->number != UINT64_MAX);
    aead_seal(out, cipher->key, cipher->number, associated, plain);
    cipher->number++;
}

enum status
noise_cipher_open(struct noise_cipher *cipher, uint8_t *out,
                  struct byte_view associated, struct byte_view sealed)
{
    enum status status;

    if (!cipher->keyed) {
        if (sealed.size > 0)
            memmove(out, sealed.data, sealed.size);
        return STATUS_OK;
    }
    if (sealed.size < AEAD_TAG_SIZE)
        return STATUS_MALFORMED;
    assert(cipher->number != UINT64_MAX);
    status = aead_open(out, cipher->key, cipher->number, associated, sealed);
    if (status == STATUS_OK)
        cipher->number++;
    return status;
}

void
noise_cipher_rekey(struct noise_cipher *cipher)
{
    static const uint8_t zeros[32];
    uint8_t sealed[32 + AEAD_TAG_SIZE];

    assert(cipher->keyed);
    aead_seal(sealed, cipher->key, UINT64_MAX, byte_view_of(NULL, 0),
              byte_view_of(zeros, sizeof(zeros)));
    memcpy(cipher->key, sealed, sizeof(cipher->key));
    mem_wipe(sealed, sizeof(sealed));
}

/* HMAC (RFC 2104) over unkeyed BLAKE2b-512 of a and then b. */
static void
hmac(uint8_t out[NOISE_HASH_SIZE], const uint8_t key[NOISE_HASH_SIZE],
     struct byte_view a, struct byte_view b)
{
    struct hash_stream stream;
    uint8_t inner[NOISE_HASH_SIZE];
    uint8_t pad[BLOCK_SIZE];
    size_t i;

    memset(pad, 0x36, sizeof(pad));
    for (i = 0; i < NOISE_HASH_SIZE; i++)
        pad[i] ^= key[i];
    hash_stream_init_512(&stream);
    hash_stream_update(&stream, byte_view_of(pad, sizeof(pad)));
    hash_stream_update(&stream, a);
    hash_stream_update(&stream, b);
    hash_stream_final_512(&stream, inner);

    for (i = 0; i < sizeof(pad); i++)
        pad[i] ^= 0x36 ^ 0x5c;
    hash_stream_init_512(&stream);
    hash_stream_update(&stream, byte_view_of(pad, sizeof(pad)));
    hash_stream_update(&stream, byte_view_of(inner, sizeof(inner)));
    hash_stream_final_512(&stream, out);

    mem_wipe(&stream, sizeof(stream));
    mem_wipe(inner, sizeof(inner));
    mem_wipe(pad, sizeof(pad));
}

/* HKDF (section 4.3): count outputs, at most 3. */
static void
hkdf(uint8_t out[][NOISE_HASH_SIZE], size_t count,
     const uint8_t chaining_key[NOISE_HASH_SIZE], struct byte_view material)
{
    uint8_t temporary[NOISE_HASH_SIZE];
    struct byte_view previous = byte_view_of(NULL, 0);
    size_t i;

    hmac(temporary, chaining_key, material, previous);
    for (i = 0; i < count; i++) {
        const uint8_t number = (uint8_t)(i + 1);

        hmac(out[i], temporary, previous, byte_view_of(&number, 1));
        previous = byte_view_of(out[i], NOISE_HASH_SIZE);
    }
    mem_wipe(temporary, sizeof(temporary));
}

void
noise_symmetric_init(struct noise_symmetric *symmetric,
                     struct byte_view protocol_name)
{
    memset(symmetric, 0, sizeof(*symmetric));
    /* A name that fits is padded, not hashed. */
    if (protocol_name.size <= NOISE_HASH_SIZE)
        memcpy(symmetric->hash, protocol_name.data, protocol_name.size);
    else
        hash_512(symmetric->hash, protocol_name);
    memcpy(symmetric->chaining_key, symmetric->hash, NOISE_HASH_SIZE);
}

void
noise_symmetric_release(struct noise_symmetric *symmetric)
{
    mem_wipe(symmetric, sizeof(*symmetric));
}

void
noise_symmetric_mix_hash(struct noise_symmetric *symmetric,
                         struct byte_view octets)
{
    struct hash_stream stream;

    hash_stream_init_512(&stream);
    hash_stream_update(&stream, byte_view_of(symmetric->hash, NOISE_HASH_SIZE));
    hash_stream_update(&stream, octets);
    hash_stream_final_512(&stream, symmetric->hash);
    mem_wipe(&stream, sizeof(stream));
}

void
noise_symmetric_mix_key(struct noise_symmetric *symmetric,
                        struct byte_view material)
{
    uint8_t out[2][NOISE_HASH_SIZE];

    hkdf(out, 2, symmetric->chaining_key, material);
    memcpy(symmetric->chaining_key, out[0], NOISE_HASH_SIZE);
    noise_cipher_init(&symmetric->cipher, out[1]);
    mem_wipe(out, sizeof(out));
}

void
noise_symmetric_mix_key_and_hash(struct noise_symmetric *symmetric,
                                 struct byte_view material)
{
    uint8_t out[3][NOISE_HASH_SIZE];

    hkdf(out, 3, symmetric->chaining_key, material);
    memcpy(symmetric->chaining_key, out[0], NOISE_HASH_SIZE);
    noise_symmetric_mix_hash(symmetric, byte_view_of(out[1], NOISE_HASH_SIZE));
    noise_cipher_init(&symmetric->cipher, out[2]);
    mem_wipe(out, sizeof(out));
}

void
noise_symmetric_seal(struct noise_symmetric *symmetric, uint8_t *out,
                     struct byte_view plain)
{
    size_t size = noise_cipher_sealed_size(&symmetric->cipher, plain.size);

    noise_cipher_seal(&symmetric->cipher, out,
                      byte_view_of(symmetric->hash, NOISE_HASH_SIZE), plain);
    noise_symmetric_mix_hash(symmetric, byte_view_of(out, size));
}

enum status
noise_symmetric_open(struct noise_symmetric *symmetric, uint8_t *out,
                     struct byte_view sealed)
{
    uint8_t before[NOISE_HASH_SIZE];

    /* Hashed first: out may be the memory of sealed. */
    memcpy(before, symmetric->hash, sizeof(before));
    noise_symmetric_mix_hash(symmetric, sealed);
    return noise_cipher_open(&symmetric->cipher, out,
                             byte_view_of(before, sizeof(before)), sealed);
}

void
noise_symmetric_split(const struct noise_symmetric *symmetric,
                      struct noise_cipher *from_initiator,
                      struct noise_cipher *from_responder)
{
    uint8_t out[2][NOISE_HASH_SIZE];

    hkdf(out, 2, symmetric->chaining_key, byte_view_of(NULL, 0));
    noise_cipher_init(from_initiator, out[0]);
    noise_cipher_init(from_responder, out[1]);
    mem_wipe(out, sizeof(out));
}
