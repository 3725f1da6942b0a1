/*
 * What found no room, as it is kept while no engine runs.
 *
 *     check 32 | policy 32 | forgot 1 | horizon 4 | entries
 *     entry:  set 1 | day 4 | id 32
 *
 * check is BLAKE2b-256 of all that follows.  policy is the host's: a hash of
 * what decides who finds room.  Where it has changed, what was refused may find
 * room now, and nothing is remembered.
 *
 * Numbers are little-endian; days count from 1970-01-01, with sign.
 */
#ifndef P2PUB_NET_REFUSED_FILE_H
#define P2PUB_NET_REFUSED_FILE_H

#include "core/bytes.h"
#include "core/status.h"
#include "net/refused.h"

/* Append to out.  STATUS_NO_MEMORY, STATUS_TOO_LARGE at out's maximum. */
enum status refused_save(const struct refused *refused,
                         const uint8_t policy[32],
                         struct byte_buf *out) MUST_CHECK;

/* Remember what octets say, in place of what was remembered; what has no place
 * is forgotten as ever.  STATUS_MALFORMED if they were damaged, STATUS_NEWER
 * under another policy, STATUS_NO_MEMORY: then nothing is remembered. */
enum status refused_load(struct refused *refused, const uint8_t policy[32],
                         struct byte_view octets) MUST_CHECK;

#endif
