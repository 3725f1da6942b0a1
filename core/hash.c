#include "core/hash.h"

#include <assert.h>
#include <stdint.h>

#include <sodium.h>

static_assert(sizeof(crypto_generichash_state) + 63 <=
                  sizeof(struct hash_stream),
              "a hash_stream has room for libsodium's state");

void
hash_256(uint8_t out[32], struct byte_view octets)
{
    (void)crypto_generichash(out, 32, octets.data, octets.size, NULL, 0);
}

void
hash_512(uint8_t out[64], struct byte_view octets)
{
    (void)crypto_generichash(out, 64, octets.data, octets.size, NULL, 0);
}

/* libsodium's state inside stream, on the boundary that it wants. */
static crypto_generichash_state *
stream_state(struct hash_stream *stream)
{
    /* cppcheck-suppress ctuuninitvar ; only the address is taken */
    uintptr_t address = (uintptr_t)stream->memory;
    size_t skip = (size_t)((64 - address % 64) % 64);

    return (void *)(stream->memory + skip);
}

void
hash_keyed(uint8_t *out, size_t out_size, struct byte_view key,
           struct byte_view a, struct byte_view b)
{
    struct hash_stream stream;
    crypto_generichash_state *state = stream_state(&stream);

    (void)crypto_generichash_init(state, key.data, key.size, out_size);
    (void)crypto_generichash_update(state, a.data, a.size);
    (void)crypto_generichash_update(state, b.data, b.size);
    (void)crypto_generichash_final(state, out, out_size);
    sodium_memzero(&stream, sizeof(stream));
}

uint64_t
hash_short(const uint8_t salt[16], struct byte_view octets)
{
    uint8_t out[crypto_shorthash_BYTES];
    uint64_t value = 0;

    (void)crypto_shorthash(out, octets.data, octets.size, salt);
    for (size_t i = sizeof(out); i > 0; i--)
        value = value << 8 | out[i - 1];
    return value;
}

void
hash_stream_init(struct hash_stream *stream)
{
    (void)crypto_generichash_init(stream_state(stream), NULL, 0, 32);
}

void
hash_stream_init_512(struct hash_stream *stream)
{
    (void)crypto_generichash_init(stream_state(stream), NULL, 0, 64);
}

void
hash_stream_update(struct hash_stream *stream, struct byte_view octets)
{
    (void)crypto_generichash_update(stream_state(stream), octets.data,
                                    octets.size);
}

void
hash_stream_final(struct hash_stream *stream, uint8_t out[32])
{
    (void)crypto_generichash_final(stream_state(stream), out, 32);
}

void
hash_stream_final_512(struct hash_stream *stream, uint8_t out[64])
{
    (void)crypto_generichash_final(stream_state(stream), out, 64);
}
