/*
 * The relays that a node knows: those that a person typed, and those that it
 * learned from other nodes.
 *
 * Anyone can make up lines and hand them out, so that what is learned is
 * bounded, comes slowly, is told to others only once the relay has answered
 * here, and is forgotten if it does not answer for RELAY_LEARNED_DAYS.  What
 * was typed is never displaced by what was learned.  Nothing here says who
 * gave a line.
 *
 * Invariant: each key stands in the book once.
 */
#ifndef P2PUB_NET_RELAY_BOOK_H
#define P2PUB_NET_RELAY_BOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/limits.h"
#include "core/limits_net.h"
#include "core/status.h"
#include "core/time.h"
#include "net/address.h"
#include "net/relay_line.h"
#include "net/span.h"

struct entropy;

enum relay_standing {
    RELAY_TYPED,
    RELAY_NEW,      /* learned; it has not answered here */
    RELAY_ANSWERED, /* learned; its handshake was done here once */
    RELAY_FORGOTTEN /* of its line only the key is there: not to be learned */
};

struct relay_entry {
    enum relay_standing standing;
    struct relay_line line;
    /* The rest is of use for those that were learned. */
    bool has_until;
    struct day until; /* kept up to that day; if unknown, there was no clock */
    bool failed;      /* it did not answer when it was last tried */
    struct mono_time not_before; /* no attempt until then */
    uint64_t pause;              /* the last one, milliseconds; 0 for none */
};

/* Who told of how many relays in this day. */
struct relay_giver {
    struct address from; /* without the port */
    size_t count;
};

struct relay_book {
    struct entropy *entropy; /* the caller's */
    bool learns;             /* lines of other nodes are wanted */
    size_t count;
    struct relay_entry *entries;
    bool changed;  /* what was learned: the caller writes it down, and clears */
    uint32_t news; /* goes up when there is one more to tell of */
    struct mono_time day_began;
    size_t learned_today;
    size_t giver_count;
    struct relay_giver givers[RELAY_LEARNED_A_DAY];
};

/* Life cycle. */

void relay_book_init(struct relay_book *book, struct entropy *entropy,
                     bool learns);

/* Wipe and release. */
void relay_book_release(struct relay_book *book);

/* What a home holds. */

/* A person typed line; whatever else is known of its key goes, but that an
 * earlier typed line was not an open relay's.  STATUS_NO_MEMORY. */
enum status relay_book_add_typed(struct relay_book *book,
                                 const struct relay_line *line) MUST_CHECK;

/* One that was learned in an earlier run.  Passed over where its key is in the
 * book or its time is over.  until: NULL for unknown.
 *   STATUS_MALFORMED  relay_book_is_harmless says no
 *   STATUS_FULL       there are RELAY_LEARNED_MAX
 *   STATUS_NO_MEMORY */
enum status relay_book_restore(struct relay_book *book,
                               const struct relay_line *line, bool answered,
                               const struct day *until,
                               const struct day *today) MUST_CHECK;

/* Drop the learned relay of key, and do not learn it again.  If there are too
 * many such, any other may be learned again.  STATUS_NO_MEMORY. */
enum status relay_book_forget(struct relay_book *book,
                              const struct dh_public *key) MUST_CHECK;

/* Drop those whose time is over, and give the others one where they have
 * none, or one that is too far off since the clock was wrong. */
void relay_book_set_day(struct relay_book *book, struct day today);

/* Put the entries in the order of their keys, which says nothing. */
void relay_book_sort(struct relay_book *book);

/* What links say. */

#define RELAY_BOOK_NAME_SIZE 8

/* What a relay is called on a link: the first octets of BLAKE2b-256 of the
 * salt of who tells of it and its key. */
void relay_book_name(uint8_t out[RELAY_BOOK_NAME_SIZE], const struct salt *salt,
                     const struct dh_public *key);

/* May other nodes be told of it? */
bool relay_book_is_told(const struct relay_entry *entry);

/* May line be learned, as far as it tells itself?  It must be an open relay's, and
 * not have others say octets of its maker's choice to a host of his choice. */
bool relay_book_is_harmless(const struct relay_line *line);

/* Would a line of entry's key be news?  NULL for none. */
bool relay_book_is_wanted(const struct relay_entry *entry);

/* How many lines may still be learned from that address in this day. */
size_t relay_book_room(struct relay_book *book, const struct address *from,
                       struct mono_time now);

/*
 * A node at from told of line.  today: NULL without a clock.
 *   STATUS_MALFORMED  relay_book_is_harmless says no
 *   STATUS_EXISTS     what is known of its key stays
 *   STATUS_FULL       no room in this day, or none beside those that answered
 *   STATUS_NO_MEMORY
 */
enum status relay_book_learn(struct relay_book *book,
                             const struct relay_line *line,
                             const struct address *from,
                             const struct day *today,
                             struct mono_time now) MUST_CHECK;

/* Trying what was learned. */

/* The entry of key, or NULL.  It lives until the book changes. */
struct relay_entry *relay_book_find(const struct relay_book *book,
                                    const struct dh_public *key);

/* One that may be tried now, those that answered once first, else any with the
 * same chance; NULL if there is none, and then *when is the first time at which
 * there may be one. */
const struct relay_entry *relay_book_choose(struct relay_book *book,
                                            struct mono_time now,
                                            struct mono_time *when);

/* The relay of key, which was tried, answered, or did not. */
void relay_book_on_answer(struct relay_book *book, const struct dh_public *key,
                          const struct day *today);
void relay_book_on_failure(struct relay_book *book, const struct dh_public *key,
                           struct mono_time now);

#endif
