#include "net/beacon.h"

#include <assert.h>
#include <string.h>

#include "core/aead.h"
#include "core/entropy.h"
#include "core/hash.h"
#include "core/mem.h"
#include "core/reader.h"

#define NONCE_SIZE ((size_t)24)
#define PLAIN_SIZE ((size_t)96)

static_assert(NONCE_SIZE + PLAIN_SIZE + 16 == BEACON_SIZE,
              "nonce, plain octets and tag");

static void
derive_key(uint8_t out[32], const struct community *community)
{
    hash_keyed(out, 32,
               byte_view_of(community->secret, sizeof(community->secret)),
               byte_view_of_text("p2pub1 beacon"), byte_view_of(NULL, 0));
}

void
beacon_seal(uint8_t out[BEACON_SIZE], const struct beacon *beacon,
            const struct community *community, struct entropy *entropy)
{
    uint8_t plain[PLAIN_SIZE] = {beacon->version, (uint8_t)beacon->kind};
    uint8_t key[32];
    size_t i;

    for (i = 0; i < 4; i++)
        plain[2 + i] = (uint8_t)(beacon->hour >> (8 * i));
    plain[6] = (uint8_t)(beacon->port & 0xff);
    plain[7] = (uint8_t)(beacon->port >> 8);
    memcpy(plain + 8, beacon->boot_id, sizeof(beacon->boot_id));

    entropy_fill(entropy, out, NONCE_SIZE);
    derive_key(key, community);
    aead_seal_x(out + NONCE_SIZE, key, out, byte_view_of(NULL, 0),
                byte_view_of(plain, sizeof(plain)));
    mem_wipe(key, sizeof(key));
}

enum status
beacon_open(struct beacon *out, struct byte_view datagram,
            const struct community *community)
{
    uint8_t plain[PLAIN_SIZE];
    uint8_t key[32];
    struct reader reader;
    enum status status;
    uint8_t kind;

    if (datagram.size != BEACON_SIZE)
        return STATUS_MALFORMED;
    derive_key(key, community);
    status = aead_open_x(plain, key, datagram.data, byte_view_of(NULL, 0),
                         byte_view_slice(datagram, NONCE_SIZE, datagram.size));
    mem_wipe(key, sizeof(key));
    if (status != STATUS_OK)
        return status;

    reader_init(&reader, byte_view_of(plain, sizeof(plain)));
    out->version = reader_u8(&reader);
    kind = reader_u8(&reader);
    out->hour = reader_u32(&reader);
    out->port = reader_u16(&reader);
    reader_copy(&reader, out->boot_id, sizeof(out->boot_id));
    if (out->version == 0)
        return STATUS_MALFORMED;
    if (kind > BEACON_ANSWER)
        return STATUS_NEWER;
    out->kind = kind == BEACON_ASK ? BEACON_ASK : BEACON_ANSWER;
    return STATUS_OK;
}
