/*
 * X25519 (RFC 7748), from libsodium.
 */
#ifndef P2PUB_CORE_DH_H
#define P2PUB_CORE_DH_H

#include <stdint.h>

#include "core/status.h"

struct entropy;

struct dh_public {
    uint8_t octets[32];
};

struct dh_secret {
    uint8_t octets[32];
};

/* A fresh pair; wipe the secret with mem_wipe when done. */
void dh_new(struct dh_secret *secret, struct dh_public *public_key,
            struct entropy *entropy);

/* The public key of secret. */
void dh_public_of(struct dh_public *public_key, const struct dh_secret *secret);

/* The shared secret; STATUS_BAD_SIGNATURE if it is all zero, which only a
 * low-order public key yields. */
enum status dh_shared(uint8_t out[32], const struct dh_secret *secret,
                      const struct dh_public *public_key) MUST_CHECK;

#endif
