#include "net/hello_keys.h"

#include <assert.h>

#include "core/hash.h"
#include "core/limits.h"
#include "core/mem.h"

/* One key, named by label. */
static void
derive(uint8_t out[32], const struct session_config *config, const char *label)
{
    struct byte_view relay = byte_view_of(NULL, 0);

    if (config->pattern == SESSION_NK)
        relay = byte_view_of(config->relay.octets, sizeof(config->relay));
    hash_keyed(out, 32, byte_view_of(config->secret, sizeof(config->secret)),
               byte_view_of_text(label), relay);
}

void
hello_keys_derive(struct hello_keys *keys, const struct session_config *config)
{
    uint8_t sizes[32];

    derive(keys->mask, config, "p2pub1 mask");
    derive(keys->mac, config, "p2pub1 mac1");
    derive(keys->mask2, config, "p2pub1 mask2");
    derive(keys->mac2, config, "p2pub1 mac2");
    derive(keys->psk, config, "p2pub1 psk");
    derive(sizes, config, "p2pub1 sizes");
    keys->shortest = HELLO_PADDED_MIN + sizes[0] % 128;
    keys->longest =
        keys->shortest + 128 + ((size_t)sizes[1] | (size_t)sizes[2] << 8) % 512;
    mem_wipe(sizes, sizeof(sizes));
    assert(keys->longest <= HELLO_PADDED_MAX);
}

void
hello_keys_mac(const struct hello_keys *keys, uint8_t out[HELLO_MAC_SIZE],
               struct byte_view before)
{
    hash_keyed(out, HELLO_MAC_SIZE, byte_view_of(keys->mac, sizeof(keys->mac)),
               before, byte_view_of(NULL, 0));
}

void
hello_keys_mac2(const struct hello_keys *keys, uint8_t out[HELLO_MAC_SIZE],
                const uint8_t mac1[HELLO_MAC_SIZE], struct byte_view before)
{
    hash_keyed(out, HELLO_MAC_SIZE,
               byte_view_of(keys->mac2, sizeof(keys->mac2)),
               byte_view_of(mac1, HELLO_MAC_SIZE), before);
}
