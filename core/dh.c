#include "core/dh.h"

#include <sodium.h>

#include "core/entropy.h"
#include "core/mem.h"

void
dh_new(struct dh_secret *secret, struct dh_public *public_key,
       struct entropy *entropy)
{
    entropy_fill(entropy, secret->octets, sizeof(secret->octets));
    dh_public_of(public_key, secret);
}

void
dh_public_of(struct dh_public *public_key, const struct dh_secret *secret)
{
    /* Cannot fail: the base point has a large order. */
    (void)crypto_scalarmult_base(public_key->octets, secret->octets);
}

enum status
dh_shared(uint8_t out[32], const struct dh_secret *secret,
          const struct dh_public *public_key)
{
    if (crypto_scalarmult(out, secret->octets, public_key->octets) != 0) {
        mem_wipe(out, 32);
        return STATUS_BAD_SIGNATURE;
    }
    return STATUS_OK;
}
