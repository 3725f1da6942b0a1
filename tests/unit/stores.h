/*
 * Stores for tests: either kind, in a directory of its own.
 *
 * What cannot be made fails the cmocka test that runs.
 */
#ifndef P2PUB_TESTS_UNIT_STORES_H
#define P2PUB_TESTS_UNIT_STORES_H

#include <stdbool.h>
#include <stdint.h>

#include "bundles/store.h"
#include "tests/unit/test_support.h"

enum stores_kind {
    STORES_MEM,
    STORES_SQLITE
};

struct stores {
    enum stores_kind kind;
    uint64_t budget;
    char directory[TEST_PATH_MAX];
    char path[TEST_PATH_MAX]; /* DIRECTORY/store.db, for STORES_SQLITE */
    struct store *store;
};

/* A new directory, in memory where the system has such: these tests sync
 * hundreds of times.  Remove it with test_remove_directory. */
void stores_make_directory(char path[TEST_PATH_MAX]);

/* A new empty store; budget 0 is the default. */
void stores_open(struct stores *stores, enum stores_kind kind, uint64_t budget);
void stores_close(struct stores *stores);

/* Close it and open it again, to see what was kept; a store in memory stays
 * as it is. */
void stores_reopen(struct stores *stores);

/* An empty store of the same kind beside it; store_free it. */
enum status stores_open_another(const struct stores *stores,
                                struct store **out) MUST_CHECK;

/* Fail unless the store's whole check holds. */
void stores_check(struct stores *stores);

/* A statement record: author 1 to 5, the day since 1970, the sequence number,
 * a title, and one text file of so many octets or none for 0. */
struct record *stores_statement(uint8_t author, int32_t day, uint32_t sequence,
                                const char *title, uint32_t octets);

/* Put record in a transaction of its own, arrived on day 20,000. */
enum status stores_put(struct store *store, const struct record *record,
                       enum store_class keeping);

#endif
