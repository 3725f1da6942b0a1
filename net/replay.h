/*
 * The hellos that a relay has answered, so that it answers none twice.
 *
 * What is remembered of a hello is a keyed hash of its mac1, filed under the
 * UTC day of the hour that it claims (no finer: SECURITY.md, T11), or under
 * no day when it claims hour 0, "no clock".  A day is forgotten when the
 * window of +-12 hours has left it; from then on everything up to its end is
 * refused, even if the clock is set back.  Hellos of hour 0 are never
 * forgotten; when there is no room for more of them they are refused.
 *
 * The host keeps it on disk:
 *
 *     1. replay_new, then replay_load with the file; or replay_lost, when
 *        there ought to be a file and there is none that loads
 *     2. replay_save, written whole in place of the file; again each day, or
 *        the file would keep what is forgotten
 *     3. after each turn, before what was sent leaves: append to the file what
 *        replay_fresh holds, sync, and byte_buf_clear it
 *
 * Memory: 8 octets for each place, a quarter of them empty or more.
 * Called by: net/hello, the host.  Format: net/PROTOCOL.md, "Replay".
 */
#ifndef P2PUB_NET_REPLAY_H
#define P2PUB_NET_REPLAY_H

#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/status.h"

struct entropy;
struct replay;

#define REPLAY_MAC_SIZE ((size_t)16)

/* Nothing is remembered; secret is the relay's, and what is on disk belongs to
 * it alone.  STATUS_NO_MEMORY. */
enum status replay_new(struct replay **out, const uint8_t secret[32],
                       struct entropy *entropy) MUST_CHECK;
void replay_free(struct replay *replay);

/*
 * May a hello with this mac1 and hour be answered, when now is the hour here?
 *   STATUS_DENIED  outside the window, or from a time that is forgotten; or
 *                  there is no clock (now is 0) and the hello claims an hour
 *   STATUS_EXISTS  it was answered before
 *   STATUS_FULL    no room to remember it
 */
enum status replay_check(const struct replay *replay,
                         const uint8_t mac[REPLAY_MAC_SIZE], uint32_t hour,
                         uint32_t now) MUST_CHECK;

/* The same, and remember it; only for a hello that is authentic as a whole.
 * STATUS_NO_MEMORY too; it is then not remembered. */
enum status replay_remember(struct replay *replay,
                            const uint8_t mac[REPLAY_MAC_SIZE], uint32_t hour,
                            uint32_t now) MUST_CHECK;

/* What was remembered is lost at the hour now (0: no clock).  Hellos up to
 * this hour are refused, and those of hour 0 from now on. */
void replay_lost(struct replay *replay, uint32_t now);

/* Entries that are not on disk yet. */
struct byte_buf *replay_fresh(struct replay *replay);

/* The largest file that replay_save and appending make. */
#define REPLAY_FILE_MAX ((size_t)64 * 1024 * 1024)

/* Append the whole file to out; replay_fresh is then empty.
 * STATUS_NO_MEMORY, STATUS_TOO_LARGE. */
enum status replay_save(struct replay *replay, struct byte_buf *out) MUST_CHECK;

/*
 * Remember what a file says; an entry that an append left cut at the end is
 * passed over.
 *   STATUS_BAD_SIGNATURE  the file belongs to another secret
 *   STATUS_MALFORMED      it is no such file
 *   STATUS_NEWER          of a later version
 *   STATUS_NO_MEMORY, STATUS_FULL
 */
enum status replay_load(struct replay *replay,
                        struct byte_view file) MUST_CHECK;

#endif
