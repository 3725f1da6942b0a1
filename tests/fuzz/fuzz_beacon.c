/*
 * Beacons: no datagram of a stranger opens; one whose plain octets are
 * anything at all says what they say or is refused.
 */
#include <stdint.h>
#include <string.h>

#include "core/aead.h"
#include "core/entropy.h"
#include "core/hash.h"
#include "net/beacon.h"
#include "tests/fuzz/check.h"

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    const struct community community = community_open();
    uint8_t datagram[BEACON_SIZE] = {1, 2, 3};
    uint8_t plain[96] = {0};
    uint8_t key[32];
    struct entropy entropy;
    struct beacon beacon, again;

    CHECK(beacon_open(&beacon, byte_view_of(octets, size), &community) ==
          (size == BEACON_SIZE ? STATUS_BAD_SIGNATURE : STATUS_MALFORMED));

    memcpy(plain, octets, size < sizeof(plain) ? size : sizeof(plain));
    hash_keyed(key, 32, byte_view_of(community.secret, 32),
               byte_view_of_text("p2pub1 beacon"), byte_view_of(NULL, 0));
    aead_seal_x(datagram + 24, key, datagram, byte_view_of(NULL, 0),
                byte_view_of(plain, sizeof(plain)));
    if (beacon_open(&beacon, byte_view_of(datagram, sizeof(datagram)),
                    &community) != STATUS_OK) {
        CHECK(plain[0] == 0 || plain[1] > 1);
        return 0;
    }
    CHECK(plain[0] != 0 && plain[1] <= 1);
    entropy_init_seed(&entropy, 1);
    beacon_seal(datagram, &beacon, &community, &entropy);
    CHECK(beacon_open(&again, byte_view_of(datagram, sizeof(datagram)),
                      &community) == STATUS_OK);
    CHECK(again.version == beacon.version && again.kind == beacon.kind &&
          again.hour == beacon.hour && again.port == beacon.port &&
          memcmp(again.boot_id, beacon.boot_id, 8) == 0);
    return 0;
}
