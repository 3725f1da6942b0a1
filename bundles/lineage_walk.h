/*
 * Where the versions that follow others are looked for, in one chain.
 *
 * Anyone can write a version that follows another, so there may be any number
 * of them.  The first LINEAGE_FOLLOWERS_MAX of each version are looked at as
 * they are, LINEAGE_ROWS_MAX of a chain; where there are more, those instead
 * which a recovery key of the version that is followed has co-signed or
 * written: one that counts is among these, and only whoever holds such a key
 * adds to them.  What a recovery key signed is read once for a chain, and not
 * all of what it may flood it with.
 */
#ifndef P2PUB_BUNDLES_LINEAGE_WALK_H
#define P2PUB_BUNDLES_LINEAGE_WALK_H

#include <stddef.h>

#include "bundles/record.h"
#include "bundles/store.h"
#include "core/key.h"
#include "core/status.h"

/* An identity that a recovery key co-signed or wrote. */
struct lineage_candidate {
    struct store_row row;
    size_t follow_count;
    struct record_id follows[4];
};

/* For one chain: all zero but for store.  lineage_walk_release it. */
struct lineage_walk {
    struct store *store;
    /* The rest is private. */
    size_t rows;             /* that were looked at as they are */
    struct key_author *keys; /* that were read */
    size_t key_count;
    size_t key_room;
    struct lineage_candidate *candidates;
    size_t candidate_count;
    size_t candidate_room;
    size_t read; /* of the key at work */
    size_t read_in_all;
};

/* A version whose followers are looked for; recovery is the caller's. */
struct lineage_followed {
    struct record_id id;
    const struct key_public *recovery;
    size_t recovery_count;
};

/* Call visit for what may follow it, some of it perhaps twice.
 * STATUS_NO_MEMORY, the store's, and what visit returns. */
enum status lineage_walk_followers(struct lineage_walk *walk,
                                   const struct lineage_followed *followed,
                                   store_visit *visit,
                                   void *context) MUST_CHECK;

/* Legal for an all-zero struct. */
void lineage_walk_release(struct lineage_walk *walk);

#endif
