/*
 * Whom the reader follows: the file `follows` of a home.
 *
 * Plain text that a person may edit, one followed key a line:
 *
 *     RWQ... 5f3a...(64 digits) OMCT Geneva
 *     RWR... - a friend of Yermek
 *
 * the key string; the id of the identity record that was pinned, or `-`; and
 * the reader's own name for the key, one space between.  Of a key whose word
 * for other keys' owners is taken too there is another line anywhere:
 *
 *     introducer RWQ...
 *
 * Empty lines and lines that begin with # are for people.  A line that is not
 * understood counts for nothing and is kept: whatever was read is written
 * back.
 *
 * Own keys count as followed; they are added by the caller and not written.
 * So are other keys of an identity that is followed: its next key is followed
 * without a word (bundles/following.h).
 *
 * Invariants: each key stands once; names are allowed text of 1 to
 * TRUST_NAME_MAX octets (two keys may have one name); at most FOLLOWS_MAX
 * lines.
 */
#ifndef P2PUB_BUNDLES_TRUST_H
#define P2PUB_BUNDLES_TRUST_H

#include <stdbool.h>
#include <stddef.h>

#include "bundles/record.h"
#include "core/bytes.h"
#include "core/key.h"
#include "core/status.h"

enum trust_class {
    TRUST_OWN,
    TRUST_FOLLOWED,
    TRUST_VOUCHED, /* not followed; an introducer vouches for it */
    TRUST_UNKNOWN
};

/* One key and what the reader decided about it. */
struct trust_entry {
    struct key_public key;
    bool is_own;     /* one of this home's keys, not a line of the file */
    bool is_derived; /* a key of a followed account's chain, found in a store
                        (bundles/following.h); not a line of the file */
    bool has_ended;  /* another key is in its place: the same */
    bool has_pin;
    struct record_id pin; /* only valid when has_pin */
    const char *name;     /* dies with the trust, or when the key is removed */
    const char *vouched_by; /* the introducer whose word name is; NULL for the
                               reader's own */
};

struct trust;

/* An empty one; free *out with trust_free.  STATUS_NO_MEMORY. */
enum status trust_new(struct trust **out) MUST_CHECK;
void trust_free(struct trust *trust);

/*
 * Read the text of a follows file into trust, which is empty.
 *   STATUS_TOO_LARGE  over FOLLOWS_TEXT_MAX octets or FOLLOWS_MAX lines
 *   STATUS_NO_MEMORY
 * Lines that are not understood are no failure: see trust_bad_line.
 */
enum status trust_parse(struct trust *trust, struct byte_view text) MUST_CHECK;

/* Append the file's text: STATUS_NO_MEMORY, STATUS_TOO_LARGE. */
enum status trust_write(struct byte_buf *out,
                        const struct trust *trust) MUST_CHECK;

/* The number, from 1, of the bad line that comes after line `after` (0 for the
 * first); 0 when there is none. */
size_t trust_bad_line(const struct trust *trust, size_t after);

/*
 * Follow entry's key; entry->name is copied.
 *   STATUS_EXISTS     the key is there already; nothing changed.  A key that
 *                     was derived does not stand in the way of others
 *   STATUS_MALFORMED  the name
 *   STATUS_TOO_LARGE  FOLLOWS_MAX lines are there; of derived ones,
 *                     as many again
 *   STATUS_NO_MEMORY
 */
enum status trust_add(struct trust *trust,
                      const struct trust_entry *entry) MUST_CHECK;

/* Stop following; STATUS_NOT_FOUND, also for an own key and a derived one. */
enum status trust_remove(struct trust *trust,
                         const struct key_author *author) MUST_CHECK;

/* Forget all keys that were derived, and that any has ended. */
void trust_remove_derived(struct trust *trust);

/* Author's key has ended in the chain of root, which is that of whose: for what
 * pins this chain, and for whose itself.  To those who go by another chain a
 * thief can show it as a former key of any. */
void trust_set_ended(struct trust *trust, const struct key_author *author,
                     const struct trust_entry *whose,
                     const struct record_id *root);

/* The entry for author, or NULL; an own key's before a line of the file, and
 * that before a derived one.  The pointer dies at the next change. */
const struct trust_entry *trust_get(const struct trust *trust,
                                    const struct key_author *author);

/* The one followed key that the reader calls name: STATUS_NOT_FOUND,
 * STATUS_AMBIGUOUS. */
enum status trust_find_name(const struct trust *trust, const char *name,
                            const struct trust_entry **out) MUST_CHECK;

enum trust_class trust_class(const struct trust *trust,
                             const struct key_author *author);

/* Walk over all entries in order: start with *position = 0; NULL at the
 * end. */
const struct trust_entry *trust_next(const struct trust *trust,
                                     size_t *position);

/* Introducers (bundles/vouches.h).  One that is no longer followed is none. */

/* STATUS_NOT_FOUND if the key is not followed; STATUS_EXISTS if it is as it
 * shall be; STATUS_TOO_LARGE beyond INTRODUCERS_MAX or FOLLOWS_MAX;
 * STATUS_NO_MEMORY. */
enum status trust_set_introducer(struct trust *trust,
                                 const struct key_author *author,
                                 bool is_introducer) MUST_CHECK;

/* True for the other keys of an introducer's chain, too. */
bool trust_is_introducer(const struct trust *trust,
                         const struct key_author *author);

/* Walk over the followed keys that are introducers, in the order of their
 * lines. */
const struct trust_entry *trust_next_introducer(const struct trust *trust,
                                                size_t *position);

/* What they vouch for; trust frees it.  NULL, as in the beginning: nothing is
 * known of it. */
struct vouches;
void trust_set_vouches(struct trust *trust, struct vouches *vouches);
const struct vouches *trust_vouches(const struct trust *trust);

/* The entry for author, or else the first that an introducer gives it; NULL
 * for an unknown key. */
const struct trust_entry *trust_known(const struct trust *trust,
                                      const struct key_author *author);

/* Walk over all known keys, each once. */
const struct trust_entry *trust_next_known(const struct trust *trust,
                                           size_t *position);

#endif
