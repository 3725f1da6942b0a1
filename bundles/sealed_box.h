/*
 * The box that a sealed statement travels in: octets padded to a size that
 * says little, and encrypted in pieces under a key of their own.
 *
 * XChaCha20-Poly1305 alone opens under two keys to two texts, so a box counts
 * only with the hash of its key, which is looked at first.  Each piece is
 * bound to its place and to whether it is the last one.
 * Source: bundles/FORMAT.md, "Sealed statement".
 */
#ifndef P2PUB_BUNDLES_SEALED_BOX_H
#define P2PUB_BUNDLES_SEALED_BOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/status.h"

#define SEALED_KEY_SIZE ((size_t)32)

/* What a sealed record says of its key. */
void sealed_box_key_id(uint8_t out[32], const uint8_t key[SEALED_KEY_SIZE]);

/* True if a box may have this size: (4 to 7) times a power of two, from
 * SEALED_BOX_MIN to SEALED_BOX_MAX. */
bool sealed_box_is_size(size_t size);

/* The smallest box that holds plain_size octets; 0 if none does. */
size_t sealed_box_size(size_t plain_size);

/*
 * Pad plain with zeros and append its box to out.  The key is to be random and
 * used for nothing else: the pieces are told apart by their number alone.
 * STATUS_TOO_LARGE, STATUS_NO_MEMORY; out is then as it was.
 */
enum status sealed_box_close(struct byte_buf *out,
                             const uint8_t key[SEALED_KEY_SIZE],
                             struct byte_view plain) MUST_CHECK;

/*
 * Append to out what box holds, the zeros behind it included.  Nothing of it
 * is proven by that: see bundles/sealed_object.h.
 *   STATUS_BAD_SIGNATURE  not the key of key_id; or a piece that was changed,
 *                         moved, left out or added
 *   STATUS_MALFORMED      no box has this size
 *   STATUS_TOO_LARGE      at out's maximum
 *   STATUS_NO_MEMORY      ; out is as it was after each of these
 */
enum status sealed_box_open(struct byte_buf *out,
                            const uint8_t key[SEALED_KEY_SIZE],
                            const uint8_t key_id[32],
                            struct byte_view box) MUST_CHECK;

#endif
