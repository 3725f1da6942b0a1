/*
 * The records that a record says something about: that it signs, withdraws,
 * replaces, translates, follows, seals or opens them; and the key that it
 * revokes or vouches for.  What a store's index of subjects is made of.
 *
 * Read from the lines alone, so that a record that needs a newer p2pub is
 * found too; whether it means what it seems to is for its kind to say.
 */
#ifndef P2PUB_BUNDLES_MENTIONS_H
#define P2PUB_BUNDLES_MENTIONS_H

#include <stddef.h>

#include "bundles/record.h"
#include "core/key.h"
#include "core/limits.h"

/* A version of an identity follows up to four, a statement may replace one,
 * translate another, and quote heads.  All others are about one: so what hangs
 * together by co-signatures and withdrawals is a tree. */
#define MENTIONS_MAX IDENTITY_FOLLOWS_MAX

/* The first MENTIONS_MAX of them, each once; returns how many. */
size_t mentions_of(const struct record *record,
                   struct record_id out[MENTIONS_MAX]);

/* The id, of no record, under which every statement is found that quotes heads
 * (bundles/heads.h), however many: zeros. */
struct record_id mentions_heads(void);

/* The same for every vouch: so those by one key are found. */
struct record_id mentions_vouches(void);

/* The id, of no record, under which that is found which is about a key: the
 * key's own octets. */
struct record_id mentions_key(const struct key_author *author);

#endif
