/*
 * Where verified records and chunks rest: one interface, two stores.
 *
 * store_sqlite (bundles/store_sqlite.h) keeps them in a file, store_mem
 * (bundles/store_mem.h) in memory for tests and the simulator; both pass
 * tests/unit/test_store.c.  Called synchronously, by one thread.
 *
 * Changes are made between store_begin and store_commit; what was committed
 * survives SIGKILL and power loss.  After any failed change the caller calls
 * store_rollback; afterwards the store is as it was at store_begin.  Reading
 * needs no transaction and sees the changes of an open one.
 *
 * Budget: octets of records and chunks together.  Those of STORE_OTHER may
 * fill half of it; beyond, and for both beyond the whole, putting returns
 * STATUS_FULL and changes nothing.
 *
 * Every function that touches the store may return, besides what is named:
 *   STATUS_NO_MEMORY
 *   STATUS_FULL     the disk, or the budget
 *   STATUS_LOCKED   another process held it for longer than the busy timeout
 *   STATUS_DAMAGED  the file contradicts itself
 *   STATUS_DENIED   read-only
 *   STATUS_IO
 */
#ifndef P2PUB_BUNDLES_STORE_H
#define P2PUB_BUNDLES_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/chunk.h"
#include "bundles/record.h"
#include "core/bytes.h"
#include "core/status.h"
#include "core/time.h"

struct store;

/* On whose account a record or a chunk is kept. */
enum store_class {
    STORE_FOLLOWED,
    STORE_OTHER
};

/* What is known of a record's files. */
enum store_state {
    STORE_INCOMPLETE = 0, /* chunks are missing */
    STORE_COMPLETE = 1,   /* all are here and the hashes hold */
    STORE_FAULTY = 2      /* chunks fit the list and not the b2sum line: the
                             author's fault; never shown */
};

/* One row as it is listed. */
struct store_row {
    struct record_id id;
    struct key_author author;
    enum record_kind kind;
    enum record_set set;
    struct day date;    /* signed */
    struct day arrived; /* the UTC day on which it came here */
    uint32_t sequence;
    enum store_state state;
    enum store_class keeping;
    /* The place in the order of arrival: of two records of one store the one
     * with the higher number came later.  Never leaves this store. */
    uint64_t number;
};

/* Called for each row; anything but STATUS_OK ends the walk, which returns it.
 * The visitor may read the store and must not change it. */
typedef enum status store_visit(void *context, const struct store_row *row);

void store_free(struct store *store);

/* Transactions. */

enum status store_begin(struct store *store) MUST_CHECK;
enum status store_commit(struct store *store) MUST_CHECK;
void store_rollback(struct store *store);
bool store_in_transaction(const struct store *store);

/*
 * Between these two, reading may cost less: what is read is then of one moment,
 * and each look-up need not find out anew what other processes have changed.
 * Held for one piece of work, never over a pause; store_begin lets go, and so
 * does nothing else.  A hold that fails costs only time.
 */
void store_hold(struct store *store);
void store_let_go(struct store *store);

/* True in *changed if another process has committed since the last call. */
enum status store_poll_changed(struct store *store, bool *changed) MUST_CHECK;

/* Records. */

/* Store record, whose files count as missing if it has any.  STATUS_EXISTS. */
enum status store_put_record(struct store *store, const struct record *record,
                             enum store_class keeping,
                             struct day arrived) MUST_CHECK;
/* The same for a record all of whose chunks are put in this transaction too,
 * each checked for it: it counts as complete at once.  Whoever cannot put one
 * of them says so with store_set_state. */
enum status store_put_whole_record(struct store *store,
                                   const struct record *record,
                                   enum store_class keeping,
                                   struct day arrived) MUST_CHECK;
enum status store_set_state(struct store *store, const struct record_id *id,
                            enum store_state state) MUST_CHECK;
/* Move the record to another account; fine if it is there.  The budget is not
 * asked: it is here already.  STATUS_NOT_FOUND. */
enum status store_move_record(struct store *store, const struct record_id *id,
                              enum store_class keeping) MUST_CHECK;
bool store_has_record(struct store *store, const struct record_id *id);

/* STATUS_NOT_FOUND.  Free *out with record_free. */
enum status store_get_record(struct store *store, const struct record_id *id,
                             struct record **out) MUST_CHECK;
enum status store_get_row(struct store *store, const struct record_id *id,
                          struct store_row *out) MUST_CHECK;

/* The one record whose id begins with these hexadecimal digits (6 to 64,
 * lower case).  STATUS_NOT_FOUND, STATUS_AMBIGUOUS, STATUS_MALFORMED. */
enum status store_find(struct store *store, struct byte_view digits,
                       struct record_id *out) MUST_CHECK;

/* What to walk over.  All zero: every record, oldest signed day first, within
 * a day by id. */
struct store_query {
    bool by_set;
    enum record_set set; /* only valid when by_set */
    bool by_kind;
    enum record_kind kind; /* only valid when by_kind */
    bool by_author;
    struct key_author author; /* only valid when by_author */
    bool by_sequence;
    uint32_t sequence; /* only valid when by_sequence */
    /* Records that sign, withdraw, replace or translate this one, as they say
     * (bundles/mentions.h).  Needs by_kind; their order is by author, then by
     * id.  Reads nothing else. */
    bool by_subject;
    struct record_id subject; /* only valid when by_subject */
    bool by_days;
    struct day first; /* signed days, only valid when by_days */
    struct day last;
    bool incomplete;   /* only records in STORE_INCOMPLETE */
    bool newest_first; /* later signed day first, within a day by id */
    size_t limit;      /* rows at most; 0 for no bound */
};

enum status store_walk(struct store *store, const struct store_query *query,
                       store_visit *visit, void *context) MUST_CHECK;

/* True in *out if any record says something about subject, of whatever kind:
 * one look for all that walks by subject would look for. */
enum status store_is_mentioned(bool *out, struct store *store,
                               const struct record_id *subject) MUST_CHECK;

struct store_figures {
    uint64_t records;
    uint64_t statements;
    uint64_t incomplete;
    uint64_t octets;       /* records and chunks as stored */
    uint64_t octets_other; /* of these on the account of STORE_OTHER */
    uint64_t budget;
};

enum status store_count(struct store *store,
                        struct store_figures *out) MUST_CHECK;

/* Chunks, by id alone. */

/* Store the encoded form (see bundles/deflate.h) of a chunk that was hashed.
 * STATUS_EXISTS. */
enum status store_put_chunk(struct store *store, const struct chunk_id *id,
                            enum store_class keeping, uint8_t encoding,
                            struct byte_view stored) MUST_CHECK;
bool store_has_chunk(struct store *store, const struct chunk_id *id);

/* Append the stored form to out.  STATUS_NOT_FOUND. */
enum status store_get_chunk(struct store *store, const struct chunk_id *id,
                            uint8_t *encoding, struct byte_buf *out) MUST_CHECK;

/* The same as for a record. */
enum status store_move_chunk(struct store *store, const struct chunk_id *id,
                             enum store_class keeping) MUST_CHECK;

/* Only for a chunk that no record names: see bundles/bundle_account.h.
 * STATUS_NOT_FOUND. */
enum status store_remove_chunk(struct store *store,
                               const struct chunk_id *id) MUST_CHECK;

/* A chunk as it is listed: nothing of it is read or checked. */
struct store_chunk {
    struct chunk_id id;
    enum store_class keeping;
    size_t size; /* as stored */
};

/* STATUS_NOT_FOUND. */
enum status store_get_chunk_row(struct store *store, const struct chunk_id *id,
                                struct store_chunk *out) MUST_CHECK;

/* Called for each chunk; the rules of store_visit. */
typedef enum status store_chunk_visit(void *context,
                                      const struct store_chunk *chunk);

/* All of them, in no order. */
enum status store_walk_chunks(struct store *store, store_chunk_visit *visit,
                              void *context) MUST_CHECK;

/* Own keys: the last number that was given out. */

/*
 * The author's last number committed or reserved here, and the ids that the
 * next record names as previous.  0 and none for a key without history.
 */
struct store_sequence {
    uint32_t number;
    size_t previous_count; /* 0 to RECORD_PREVIOUS_MAX */
    struct record_id previous[16];
};

enum status store_get_sequence(struct store *store,
                               const struct key_author *author,
                               struct store_sequence *out) MUST_CHECK;
enum status store_set_sequence(
    struct store *store, const struct key_author *author,
    const struct store_sequence *sequence) MUST_CHECK;

/* How many nodes' acknowledgements named a record that was published here. */
enum status store_add_delivered(struct store *store, const struct record_id *id,
                                uint32_t count) MUST_CHECK;
enum status store_get_delivered(struct store *store, const struct record_id *id,
                                uint32_t *out) MUST_CHECK;

/* Everything checks: rows, tags, chunks.  STATUS_DAMAGED. */
enum status store_check(struct store *store) MUST_CHECK;

#endif
