/*
 * What both sides of a hello make of the secret and the relay's public key.
 *
 * Spec: net/PROTOCOL.md, "Keys of a link".
 */
#ifndef P2PUB_NET_HELLO_KEYS_H
#define P2PUB_NET_HELLO_KEYS_H

#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "net/session.h"

#define HELLO_MAC_SIZE ((size_t)16)

/* Secrets: the holder wipes them. */
struct hello_keys {
    uint8_t mask[32];
    uint8_t mac[32];
    uint8_t mask2[32];
    uint8_t mac2[32];
    uint8_t psk[32];
    /* Message 1, before base64, has from shortest to longest octets: relays
     * differ in the sizes that an observer sees. */
    size_t shortest;
    size_t longest;
};

/* Of config only pattern, secret and relay count. */
void hello_keys_derive(struct hello_keys *keys,
                       const struct session_config *config);

/* mac1 covers all of message 1 before it. */
void hello_keys_mac(const struct hello_keys *keys, uint8_t out[HELLO_MAC_SIZE],
                    struct byte_view before);

/* mac2 covers mac1 and all of message 2 before it. */
void hello_keys_mac2(const struct hello_keys *keys, uint8_t out[HELLO_MAC_SIZE],
                     const uint8_t mac1[HELLO_MAC_SIZE],
                     struct byte_view before);

#endif
