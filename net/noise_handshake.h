/*
 * The HandshakeState of the Noise Protocol Framework, revision 34 (sections
 * 5.3, 7 and 9): all fundamental and one-way patterns of the suite
 * 25519_ChaChaPoly_BLAKE2b, with any pskN modifiers.
 *
 *     1. noise_handshake_init
 *     2. noise_handshake_write and _read in the pattern's turns, until
 *        noise_handshake_is_complete
 *     3. noise_handshake_split
 *     4. noise_handshake_release, at any time; it wipes
 *
 * After a failure only step 4 is left.
 */
#ifndef P2PUB_NET_NOISE_HANDSHAKE_H
#define P2PUB_NET_NOISE_HANDSHAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/dh.h"
#include "core/status.h"
#include "net/noise.h"

struct entropy;

#define NOISE_MESSAGE_MAX        ((size_t)65535) /* section 3 */
#define NOISE_HANDSHAKE_MESSAGES 3
#define NOISE_HANDSHAKE_TOKENS   8 /* of one message, and an end */

struct noise_handshake_config {
    /* "Noise_NKpsk0_25519_ChaChaPoly_BLAKE2b" */
    const char *protocol_name;
    bool initiator;
    struct byte_view prologue;
    /* The rest is NULL or 0 where the pattern has no use for it; copied. */
    const struct dh_secret *local_static;
    const struct dh_public *remote_static;
    const uint8_t *psks; /* 32 octets each */
    size_t psk_count;
    /* For test vectors only: NULL draws a fresh one. */
    const struct dh_secret *ephemeral;
};

/* Private but for symmetric.hash, the handshake's hash. */
struct noise_handshake {
    struct noise_symmetric symmetric;
    struct dh_secret local_static;
    struct dh_secret local_ephemeral;
    struct dh_public local_static_public;
    struct dh_public remote_static;
    struct dh_public remote_ephemeral;
    uint8_t psks[NOISE_HANDSHAKE_MESSAGES + 1][32];
    size_t psk_count;
    size_t psk_next;
    uint8_t tokens[NOISE_HANDSHAKE_MESSAGES][NOISE_HANDSHAKE_TOKENS];
    size_t message_count;
    size_t message_next;
    bool initiator;
    bool has_ephemeral;
};

/* STATUS_MALFORMED if there is no such protocol, or if a key that it needs
 * is missing. */
enum status noise_handshake_init(struct noise_handshake *handshake,
                                 const struct noise_handshake_config *config)
    MUST_CHECK;
void noise_handshake_release(struct noise_handshake *handshake);

/* Append the next message, with payload, to out.  STATUS_BAD_SIGNATURE if the
 * other side's key is of low order, STATUS_TOO_LARGE, STATUS_NO_MEMORY. */
enum status noise_handshake_write(struct noise_handshake *handshake,
                                  struct byte_buf *out,
                                  struct byte_view payload,
                                  struct entropy *entropy) MUST_CHECK;

/* Read the next message and append its payload to out.  STATUS_MALFORMED if
 * it is too short, STATUS_BAD_SIGNATURE if it is not authentic or has a key
 * of low order, STATUS_TOO_LARGE, STATUS_NO_MEMORY. */
enum status noise_handshake_read(struct noise_handshake *handshake,
                                 struct byte_buf *out,
                                 struct byte_view message) MUST_CHECK;

bool noise_handshake_is_complete(const struct noise_handshake *handshake);

/* The ciphers of a complete handshake. */
void noise_handshake_split(const struct noise_handshake *handshake,
                           struct noise_cipher *send,
                           struct noise_cipher *receive);

#endif
