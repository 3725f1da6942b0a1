/*
 * One author's records as the sequence that the author counted: where it ends
 * here, what is missing in it, where it forks, and what comes next.
 *
 * Read from a store; the same for the same records in any order of arrival.
 * Records of sequence 0 stand outside and are not looked at.
 */
#ifndef P2PUB_BUNDLES_HISTORY_H
#define P2PUB_BUNDLES_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"
#include "bundles/store.h"
#include "core/key.h"
#include "core/status.h"

/* One of an author's records. */
struct history_node {
    struct record_id id;
    uint32_t sequence;
    uint32_t branches;     /* private */
    size_t first_previous; /* in previous of struct history */
    size_t previous_count;
};

/* Records that bear one number. */
struct history_fork {
    uint32_t number;
    size_t first; /* the first of them in nodes of struct history */
    size_t count; /* 2 or more */
    bool merged;  /* a later record of the author follows all of them; only
                     looked for in the first HISTORY_FORKS_MAX forks */
};

struct history {
    struct history_node *nodes; /* by number, then by id */
    size_t count;
    uint32_t last;    /* the highest number here; 0 when there is none */
    uint32_t missing; /* numbers below last that are not here */
    struct history_fork *forks; /* by number */
    size_t fork_count;
    bool is_partial; /* over HISTORY_MAX records: the rest was not looked at */
    /* The rest is private: all previous ids, and where each stands in nodes
     * (count for one that is not here). */
    struct record_id *previous;
    size_t previous_count;
    size_t *parents;
};

/* Read what store has of author; history_release what was filled.
 * STATUS_NO_MEMORY and the store's. */
enum status history_read(struct history *out, struct store *store,
                         const struct key_author *author) MUST_CHECK;

/* The highest number of author's in store alone, without opening a record; 0
 * when there is none. */
enum status history_last(struct store *store, const struct key_author *author,
                         uint32_t *out) MUST_CHECK;

/* Legal for an all-zero struct and after a failure. */
void history_release(struct history *history);

/*
 * What the author's next record bears: its number and previous ids.  own is
 * what this home gave out last for the author (store_get_sequence).
 *
 *   STATUS_NOT_FOUND  nothing of the author is known here: the last number
 *                     must come from elsewhere
 *   STATUS_AMBIGUOUS  records of this key were signed elsewhere that do not
 *                     follow what this home gave out, or one another: the
 *                     history forks.  *out would merge the fork, by which the
 *                     author says: all of these are mine.
 *   STATUS_TOO_LARGE  no number is left, or too much to merge
 */
enum status history_next(struct store_sequence *out, struct history *history,
                         const struct store_sequence *own) MUST_CHECK;

/* The same for a number that is given: previous are the records with the
 * highest number below it.  STATUS_NOT_FOUND if there is none and number is
 * not 1; STATUS_TOO_LARGE. */
enum status history_at(struct store_sequence *out,
                       const struct history *history,
                       const struct store_sequence *own,
                       uint32_t number) MUST_CHECK;

#endif
