/*
 * The Noise Protocol Framework, revision 34, for the one suite
 * 25519_ChaChaPoly_BLAKE2b: its CipherState and SymmetricState (section 5).
 * The HandshakeState is in net/noise_handshake.h.
 *
 * All of it is plain memory of the caller's; noise_cipher_release and
 * noise_symmetric_release wipe it.
 */
#ifndef P2PUB_NET_NOISE_H
#define P2PUB_NET_NOISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/status.h"

#define NOISE_HASH_SIZE ((size_t)64)

/* CipherState: a key and the number of its next message. */
struct noise_cipher {
    uint8_t key[32];
    uint64_t number;
    bool keyed; /* without a key, sealing and opening copy */
};

void noise_cipher_init(struct noise_cipher *cipher, const uint8_t key[32]);
void noise_cipher_release(struct noise_cipher *cipher);

/* Octets of a sealed message whose plain form has size octets. */
size_t noise_cipher_sealed_size(const struct noise_cipher *cipher, size_t size);

/* Seal plain into out, which has room for the sealed size and may be the
 * memory of plain.  A cipher serves 2^64 - 1 messages; nobody gets there. */
void noise_cipher_seal(struct noise_cipher *cipher, uint8_t *out,
                       struct byte_view associated, struct byte_view plain);

/* Open sealed into out, which has room for the plain size and may be the
 * memory of sealed.  STATUS_MALFORMED if sealed is shorter than a tag,
 * STATUS_BAD_SIGNATURE; the cipher is then as it was. */
enum status noise_cipher_open(struct noise_cipher *cipher, uint8_t *out,
                              struct byte_view associated,
                              struct byte_view sealed) MUST_CHECK;

/* Rekey (section 4.2): a new key, the number goes on, the old key is gone. */
void noise_cipher_rekey(struct noise_cipher *cipher);

/* SymmetricState: what both sides have hashed and mixed so far. */
struct noise_symmetric {
    struct noise_cipher cipher;
    uint8_t chaining_key[NOISE_HASH_SIZE];
    uint8_t hash[NOISE_HASH_SIZE]; /* after the handshake: its hash */
};

void noise_symmetric_init(struct noise_symmetric *symmetric,
                          struct byte_view protocol_name);
void noise_symmetric_release(struct noise_symmetric *symmetric);
void noise_symmetric_mix_hash(struct noise_symmetric *symmetric,
                              struct byte_view octets);
void noise_symmetric_mix_key(struct noise_symmetric *symmetric,
                             struct byte_view material);
void noise_symmetric_mix_key_and_hash(struct noise_symmetric *symmetric,
                                      struct byte_view material);

/* As noise_cipher_seal and noise_cipher_open, with the hash as associated
 * data; what was sealed is hashed. */
void noise_symmetric_seal(struct noise_symmetric *symmetric, uint8_t *out,
                          struct byte_view plain);
enum status noise_symmetric_open(struct noise_symmetric *symmetric,
                                 uint8_t *out,
                                 struct byte_view sealed) MUST_CHECK;

/* The ciphers of both directions, the initiator's sending one first. */
void noise_symmetric_split(const struct noise_symmetric *symmetric,
                           struct noise_cipher *from_initiator,
                           struct noise_cipher *from_responder);

#endif
