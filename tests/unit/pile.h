/*
 * Records that are put into stores in every order; and a chain of identity
 * versions among them.
 *
 * What cannot be made fails the cmocka test that runs.
 */
#ifndef P2PUB_TESTS_UNIT_PILE_H
#define P2PUB_TESTS_UNIT_PILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"
#include "bundles/store.h"

/* Keys: the owner's one after another; recovery keys, and later ones; a
 * thief's; a stranger's. */
enum {
    PILE_FIRST = 1,
    PILE_SECOND = 2,
    PILE_THIRD = 3,
    PILE_THIEF = 40,
    PILE_STRANGER = 50
};

#define PILE_RECOVERY       "\x0b\x0c\x0d"
#define PILE_RECOVERY_LATER "\x15\x16\x17"
#define PILE_R(n)           ((uint8_t)(10 + (n)))
#define PILE_LATER(n)       ((uint8_t)(20 + (n)))

#define PILE_MAX ((size_t)24)

struct pile {
    size_t count;
    struct record *records[PILE_MAX];
};

/* Put record, which is the pile's from then on. */
const struct record *pile_put(struct pile *pile, struct record *record);
void pile_release(struct pile *pile);

/* Put all into store. */
void pile_store(const struct pile *pile, struct store *store);

/* Call check with stores in memory that hold all of it: put in all orders of
 * up to 7 records, in some hundreds of more. */
void pile_check_orders(const struct pile *pile,
                       void (*check)(struct store *store, void *context),
                       void *context);

/* Version 1 by PILE_FIRST, two of three PILE_RECOVERY keys. */
const struct record *pile_root(struct pile *pile);

/* A co-signature outside the sequence by key. */
void pile_cosign(struct pile *pile, uint8_t key, const struct record *record);

/*
 * Version number by author behind followed, with PILE_RECOVERY too; where
 * author is another key, good is the last good record of the key that ends,
 * NULL for followed itself.  Two recovery keys co-sign it if is_agreed.
 */
const struct record *pile_next(struct pile *pile, uint8_t author,
                               uint32_t number, const struct record *followed,
                               const struct record *good, bool is_agreed);

/* A statement without files by author, with this number, behind previous,
 * which may be NULL for number 1 or 0. */
const struct record *pile_statement(struct pile *pile, uint8_t author,
                                    uint32_t sequence,
                                    const struct record *previous,
                                    const char *title);

#endif
