#include "core/aead.h"

#include <assert.h>

#include <sodium.h>

static_assert(crypto_aead_chacha20poly1305_ietf_ABYTES == AEAD_TAG_SIZE &&
                  crypto_aead_xchacha20poly1305_ietf_ABYTES == AEAD_TAG_SIZE,
              "both ciphers have tags of one size");

/* Noise, section 12.3: 32 zero bits, then the number, little-endian. */
static void
nonce_of_number(uint8_t nonce[12], uint64_t number)
{
    for (size_t i = 0; i < 4; i++)
        nonce[i] = 0;
    for (size_t i = 4; i < 12; i++) {
        nonce[i] = (uint8_t)number;
        number >>= 8;
    }
}

/* libsodium's sealing cannot fail; it stops the process for plain octets of
 * 256 GiB and more, which no caller has. */

void
aead_seal(uint8_t *out, const uint8_t key[32], uint64_t number,
          struct byte_view associated, struct byte_view plain)
{
    uint8_t nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];

    nonce_of_number(nonce, number);
    (void)crypto_aead_chacha20poly1305_ietf_encrypt(
        out, NULL, plain.data, plain.size, associated.data, associated.size,
        NULL, nonce, key);
}

enum status
aead_open(uint8_t *out, const uint8_t key[32], uint64_t number,
          struct byte_view associated, struct byte_view sealed)
{
    uint8_t nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];

    nonce_of_number(nonce, number);
    if (crypto_aead_chacha20poly1305_ietf_decrypt(
            out, NULL, NULL, sealed.data, sealed.size, associated.data,
            associated.size, nonce, key) != 0)
        return STATUS_BAD_SIGNATURE;
    return STATUS_OK;
}

void
aead_seal_x(uint8_t *out, const uint8_t key[32], const uint8_t nonce[24],
            struct byte_view associated, struct byte_view plain)
{
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(
        out, NULL, plain.data, plain.size, associated.data, associated.size,
        NULL, nonce, key);
}

enum status
aead_open_x(uint8_t *out, const uint8_t key[32], const uint8_t nonce[24],
            struct byte_view associated, struct byte_view sealed)
{
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            out, NULL, NULL, sealed.data, sealed.size, associated.data,
            associated.size, nonce, key) != 0)
        return STATUS_BAD_SIGNATURE;
    return STATUS_OK;
}

void
aead_mask_x(uint8_t *octets, size_t size, const uint8_t key[32],
            const uint8_t nonce[24])
{
    (void)crypto_stream_xchacha20_xor(octets, octets, size, nonce, key);
}
