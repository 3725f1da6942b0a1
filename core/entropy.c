#include "core/entropy.h"

#include <string.h>

#include <sodium.h>

enum status
entropy_start(void)
{
    return sodium_init() < 0 ? STATUS_IO : STATUS_OK;
}

void
entropy_init_system(struct entropy *entropy)
{
    memset(entropy, 0, sizeof(*entropy));
}

void
entropy_init_seed(struct entropy *entropy, uint64_t seed)
{
    memset(entropy, 0, sizeof(*entropy));
    entropy->seeded = 1;
    for (size_t i = 0; i < 8; i++)
        entropy->seed[i] = (uint8_t)(seed >> (8 * i));
}

void
entropy_fill(struct entropy *entropy, void *out, size_t size)
{
    uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];

    if (!entropy->seeded) {
        randombytes_buf(out, size);
        return;
    }
    for (size_t i = 0; i < sizeof(nonce); i++)
        nonce[i] = (uint8_t)(entropy->counter >> (8 * i));
    entropy->counter++;
    (void)crypto_stream_chacha20(out, size, nonce, entropy->seed);
}

uint32_t
entropy_below(struct entropy *entropy, uint32_t limit)
{
    uint32_t value, least;

    if (limit < 2)
        return 0;
    /* 2^32 mod limit: numbers below it would come up once too often. */
    least = (0 - limit) % limit;
    do {
        uint8_t octets[4];

        entropy_fill(entropy, octets, sizeof(octets));
        value = (uint32_t)octets[0] | (uint32_t)octets[1] << 8 |
                (uint32_t)octets[2] << 16 | (uint32_t)octets[3] << 24;
    } while (value < least);
    return value % limit;
}
