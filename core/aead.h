/*
 * Authenticated encryption from libsodium: ChaCha20-Poly1305 (RFC 8439) as
 * Noise wants it, XChaCha20-Poly1305 for datagrams, and XChaCha20 alone as a
 * mask.
 */
#ifndef P2PUB_CORE_AEAD_H
#define P2PUB_CORE_AEAD_H

#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/status.h"

#define AEAD_TAG_SIZE ((size_t)16)

/* Seal plain into out (plain.size + AEAD_TAG_SIZE octets; may be the same
 * memory).  The nonce is four zero octets and number, little-endian. */
void aead_seal(uint8_t *out, const uint8_t key[32], uint64_t number,
               struct byte_view associated, struct byte_view plain);

/* Open sealed into out (sealed.size - AEAD_TAG_SIZE octets; may be the same
 * memory).  STATUS_BAD_SIGNATURE; out is then zero or untouched. */
enum status aead_open(uint8_t *out, const uint8_t key[32], uint64_t number,
                      struct byte_view associated,
                      struct byte_view sealed) MUST_CHECK;

/* The same with a 24-octet nonce. */
void aead_seal_x(uint8_t *out, const uint8_t key[32], const uint8_t nonce[24],
                 struct byte_view associated, struct byte_view plain);
enum status aead_open_x(uint8_t *out, const uint8_t key[32],
                        const uint8_t nonce[24], struct byte_view associated,
                        struct byte_view sealed) MUST_CHECK;

/* XOR octets with the XChaCha20 stream of key and nonce, in place. */
void aead_mask_x(uint8_t *octets, size_t size, const uint8_t key[32],
                 const uint8_t nonce[24]);

#endif
