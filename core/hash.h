/*
 * Hashes: BLAKE2b (RFC 7693) and SipHash-2-4, from libsodium.
 */
#ifndef P2PUB_CORE_HASH_H
#define P2PUB_CORE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/status.h"

#define HASH_256_SIZE  ((size_t)32)
#define HASH_512_SIZE  ((size_t)64)
#define HASH_SALT_SIZE ((size_t)16)

/* BLAKE2b-256 and BLAKE2b-512, no key. */
void hash_256(uint8_t out[32], struct byte_view octets);
void hash_512(uint8_t out[64], struct byte_view octets);

/* Keyed BLAKE2b with an output of out_size octets (16 to 64); the key has 16
 * to 64 octets.  a and b are hashed one behind the other. */
void hash_keyed(uint8_t *out, size_t out_size, struct byte_view key,
                struct byte_view a, struct byte_view b);

/* SipHash-2-4 of octets under salt. */
uint64_t hash_short(const uint8_t salt[16], struct byte_view octets);

/* BLAKE2b-256 in pieces.  libsodium wants its state on a 64-octet boundary;
 * the struct finds one inside itself, so it may live anywhere and must not
 * be copied. */
struct hash_stream {
    uint8_t memory[384 + 64];
};

void hash_stream_init(struct hash_stream *stream);

/* The same for an output of 64 octets. */
void hash_stream_init_512(struct hash_stream *stream);
void hash_stream_update(struct hash_stream *stream, struct byte_view octets);
void hash_stream_final(struct hash_stream *stream, uint8_t out[32]);
void hash_stream_final_512(struct hash_stream *stream, uint8_t out[64]);

#endif
