/*
 * What is in the store, day by day: how many records, and the digest of their
 * ids, for both sets.
 *
 * Kept in memory (48 octets for each day that has records) so that comparing
 * with a peer reads nothing of the store where nothing has changed.  A day
 * that changed is counted and hashed anew when it is next asked for.
 *
 * The digest of a day is BLAKE2b-256 of its ids in ascending order, that of a
 * span the first 8 octets of BLAKE2b-256 of a salt and the digests of its
 * days, oldest first; days without records are left out.  Hashes of sorted
 * ids and never a sum, so that nobody can forge one (RECONCILE.md, 6).
 *
 * Functions that fail return what bundles/store.h lists.
 */
#ifndef P2PUB_NET_WINDOW_H
#define P2PUB_NET_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"
#include "core/time.h"
#include "net/span.h"

#define WINDOW_DIGEST_SIZE 8

struct store;
struct refused;

struct window_day {
    struct day day;
    uint32_t count;
    uint8_t digest[HASH_256_SIZE]; /* only valid when count > 0 */
    bool stale;                    /* count and digest are to be found anew */
};

/* One set's days, ascending. */
struct window_set {
    struct window_day *days;
    size_t count;
    size_t capacity;
    size_t stale_count;
};

struct window {
    struct store *store; /* the caller's */
    const struct refused *refused;
    bool loaded;
    struct window_set sets[2];
};

/* Nothing is known until window_load.  refused, the caller's, is what counts as
 * if it were in the store; NULL for nothing. */
void window_init(struct window *window, struct store *store,
                 const struct refused *refused);
void window_release(struct window *window);

/* Read the whole store.  On failure the window is as it was. */
enum status window_load(struct window *window) MUST_CHECK;

/* A record of that set and day was put, or taken back, or refused.
 * STATUS_NO_MEMORY, only when nothing of the day was known.  Before
 * window_load it does nothing. */
enum status window_touch(struct window *window, enum record_set which,
                         struct day day) MUST_CHECK;

/* Count and digest of span; the digest is zeros where the count is 0. */
enum status window_measure(struct window *window, const struct span *span,
                           const struct salt *salt, uint32_t *count,
                           uint8_t digest[WINDOW_DIGEST_SIZE]) MUST_CHECK;

/* The records of span. */
enum status window_count(struct window *window, const struct span *span,
                         uint32_t *count) MUST_CHECK;

/* The last day of span that has records and is at or before *day; false when
 * there is none.  A day touched since it was last counted may turn out to
 * have none. */
bool window_day_before(const struct window *window, const struct span *span,
                       struct day *day);

/* Days of span that have records, ascending: *first is the place of the
 * first, the result their number.  They are not stale if span was measured or
 * counted since the last touch. */
size_t window_days(const struct window *window, const struct span *span,
                   const struct window_day **first);

/* All records, both sets, as last counted. */
uint64_t window_total(const struct window *window);

#endif
