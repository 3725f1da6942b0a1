/* The kind revoke: its grammar line by line, writing, and what is known of a
 * key from its revocations, in every order of arrival. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/revocation.h"
#include "bundles/revoke.h"
#include "core/entropy.h"
#include "core/limits.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/records.h"
#include "tests/unit/stores.h"

#define HEADER \
    "p2pub1 revoke\nkey " RECORDS_KEY_1 "\ndate 2026-01-02\nsequence 0\n"
#define FULL HEADER "reason The laptop was taken\n"
#define FILE_LINES                                 \
    "file a en text/plain 1 -\nBLAKE2b-256 (a) = " \
    "8a07000000000000000000000000000000000000000000000000000000000001\n"

static enum status
read_header(const char *header)
{
    struct record *record = records_seal(header, 1);
    struct revoke revoke;
    enum status status = revoke_read(&revoke, record);

    if (status != STATUS_OK)
        assert_int_equal(revoke.reason.size, 0);
    record_free(record);
    return status;
}

static const struct records_change changes[] = {
    {"p2pub1 revoke", "p2pub1 withdraw", STATUS_NEWER},
    {"reason The laptop was taken\n", "", STATUS_NEWER},
    {"reason The laptop was taken\n", "reason a\nreason b\n", STATUS_NEWER},
    {"was taken\n", "was taken\nnote x\n", STATUS_NEWER},
    {"was taken\n", "was taken\n" FILE_LINES, STATUS_NEWER},
    {"The laptop was taken", "Ноутбук забрали", STATUS_OK},
    {"sequence 0", "sequence 1", STATUS_OK},
};

static void
test_grammar(void **state)
{
    (void)state;
    assert_int_equal(read_header(FULL), STATUS_OK);
    records_check_changes(FULL, changes, sizeof(changes) / sizeof(changes[0]),
                          read_header);
}

static enum status
write_status(struct byte_view reason)
{
    struct revoke revoke = {reason};
    struct key_secret *secret = records_key(1);
    struct record_fields fields = {0};
    struct byte_buf out;
    enum status status;

    fields.key = secret->public_key;
    key_secret_free(secret);
    byte_buf_init(&out, RECORD_HEADER_MAX);
    status = revoke_write_header(&out, &fields, &revoke);
    assert_int_equal(out.size == 0, status != STATUS_OK);
    byte_buf_release(&out);
    return status;
}

static void
test_reason(void **state)
{
    static char text[REVOKE_REASON_MAX + 1];

    (void)state;
    memset(text, 'x', sizeof(text));
    assert_int_equal(write_status(byte_view_of(text, sizeof(text) - 1)),
                     STATUS_OK);
    assert_int_equal(write_status(byte_view_of(text, sizeof(text))),
                     STATUS_MALFORMED);
    assert_int_equal(write_status(byte_view_of_text("")), STATUS_MALFORMED);
    assert_int_equal(write_status(byte_view_of_text("a\nnote b")),
                     STATUS_MALFORMED);
}

static enum status
read_and_write(void *context)
{
    struct revoke read;
    struct byte_buf out;
    enum status status;

    byte_buf_init(&out, RECORD_HEADER_MAX);
    status = revoke_read(&read, context);
    if (status == STATUS_OK)
        status = revoke_write_header(&out, record_fields(context), &read);
    if (status == STATUS_OK)
        assert_true(
            byte_view_equal(byte_view_of_buf(&out), record_header(context)));
    byte_buf_release(&out);
    return status;
}

static void
test_without_memory(void **state)
{
    struct record *record = records_seal(FULL, 1);

    (void)state;
    test_alloc_each(read_and_write, record);
    record_free(record);
}

/* What is known of key 1. */

enum {
    STATEMENT,
    IN_ADVANCE, /* sequence 0 */
    NUMBERED,   /* sequence 2: the one that is shown */
    OF_ANOTHER, /* by key 2 */
    NEWER,
    PILE
};

static const char *const headers[PILE] = {
    "p2pub1 statement\nkey " RECORDS_KEY_1
    "\ndate 2026-01-01\nsequence 0\ntitle Ours\n",
    FULL,
    "p2pub1 revoke\nkey " RECORDS_KEY_1
    "\ndate 2026-01-04\nsequence 2\nprevious "
    "5f3a000000000000000000000000000000000000000000000000000000000004\n"
    "reason Lost on the road\n",
    "p2pub1 revoke\nkey " RECORDS_KEY_2
    "\ndate 2026-01-02\nsequence 0\nreason Theirs\n",
    HEADER "until 2027-01-01\nreason Of a later p2pub\n",
};

/* Put those of the pile whose bit is set, in the order of places. */
static void
put_pile(struct store *store, const size_t places[PILE], unsigned which)
{
    for (size_t i = 0; i < PILE; i++) {
        const size_t at = places[i];
        struct record *record;

        if ((which >> at & 1) == 0)
            continue;
        record = records_seal(headers[at], at == OF_ANOTHER ? 2 : 1);
        assert_int_equal(stores_put(store, record, STORE_OTHER), STATUS_OK);
        record_free(record);
    }
}

/* Whether no own revocation stands before the statement. */
static bool
comes_before(const size_t places[PILE], unsigned which)
{
    for (size_t i = 0; i < PILE; i++) {
        if (places[i] == STATEMENT)
            return true;
        if (places[i] != OF_ANOTHER && (which >> places[i] & 1) != 0)
            return false;
    }
    return false;
}

/* The reason that is shown. */
static const char *
reason_of(unsigned which)
{
    if ((which >> NUMBERED & 1) != 0)
        return "Lost on the road";
    return (which >> IN_ADVANCE & 1) != 0 ? "The laptop was taken" : "";
}

static void
check_order(const size_t places[PILE], unsigned which)
{
    const unsigned own = 1U << IN_ADVANCE | 1U << NUMBERED | 1U << NEWER;
    struct record *statement = records_seal(headers[STATEMENT], 1);
    const struct record_fields *fields = record_fields(statement);
    struct revocation revocation;
    struct stores stores;

    stores_open(&stores, STORES_MEM, 0);
    put_pile(stores.store, places, which);
    assert_int_equal(revocation_find(&revocation, stores.store,
                                     &fields->key.author, record_id(statement)),
                     STATUS_OK);
    if ((which & own) == 0) {
        assert_null(revocation.record);
    } else {
        assert_non_null(revocation.record);
        assert_true(byte_view_equal_text(revocation.reason, reason_of(which)));
        assert_int_equal(revocation.is_early, (which >> STATEMENT & 1) != 0 &&
                                                  comes_before(places, which));
    }
    revocation_release(&revocation);
    record_free(statement);
    stores_close(&stores);
}

/* All orders of the places from first on, each with every part of the pile. */
static void
check_orders(size_t places[PILE], size_t first)
{
    if (first == PILE)
        for (unsigned which = 0; which < 1U << PILE; which++)
            check_order(places, which);
    for (size_t i = first; i < PILE; i++) {
        const size_t kept = places[first];

        places[first] = places[i];
        places[i] = kept;
        check_orders(places, first + 1);
        places[i] = places[first];
        places[first] = kept;
    }
}

static void
test_orders(void **state)
{
    size_t places[PILE];

    (void)state;
    for (size_t i = 0; i < PILE; i++)
        places[i] = i;
    check_orders(places, 0);
}

static struct revocation
find_of(struct store *store, const struct record *record)
{
    struct revocation revocation;

    assert_int_equal(revocation_find(&revocation, store,
                                     &record_fields(record)->key.author,
                                     record_id(record)),
                     STATUS_OK);
    return revocation;
}

/* A thief who signs revocations without end, all of which need a newer p2pub,
 * can neither hide that the key was revoked nor put what came since before
 * that. */
static void
test_many(void **state)
{
    static const char after[] =
        "p2pub1 statement\nkey " RECORDS_KEY_1
        "\ndate 2026-01-01\nsequence 0\ntitle The thief's\n";
    struct record *statement = records_seal(headers[STATEMENT], 1);
    struct record *owner = records_seal(headers[IN_ADVANCE], 1);
    struct record *later = records_seal(after, 1);
    struct revocation revocation;
    struct stores stores;

    (void)state;
    stores_open(&stores, STORES_SQLITE, 0);
    assert_int_equal(stores_put(stores.store, statement, STORE_OTHER),
                     STATUS_OK);
    assert_int_equal(stores_put(stores.store, owner, STORE_OTHER), STATUS_OK);
    assert_int_equal(stores_put(stores.store, later, STORE_OTHER), STATUS_OK);
    for (size_t i = 0, lower = 0; lower <= REVOCATIONS_MAX; i++) {
        char header[512];
        struct record *record;

        snprintf(header, sizeof(header), HEADER "until %zu\nreason x\n", i);
        record = records_seal(header, 1);
        if (memcmp(record_id(record), record_id(owner), 32) < 0) {
            assert_int_equal(stores_put(stores.store, record, STORE_OTHER),
                             STATUS_OK);
            lower++;
        }
        record_free(record);
    }
    stores_check(&stores);
    revocation = find_of(stores.store, statement);
    assert_non_null(revocation.record);
    assert_true(revocation.is_early);
    revocation_release(&revocation);
    revocation = find_of(stores.store, later);
    assert_non_null(revocation.record);
    assert_int_equal(revocation.reason.size, 0);
    assert_false(revocation.is_early);
    revocation_release(&revocation);
    record_free(statement);
    record_free(owner);
    record_free(later);
    stores_close(&stores);
}

struct trial {
    struct store *store;
    struct record *statement;
};

static enum status
find(void *context)
{
    const struct trial *trial = context;
    struct revocation revocation;
    enum status status = revocation_find(
        &revocation, trial->store, &record_fields(trial->statement)->key.author,
        record_id(trial->statement));

    assert_int_equal(status == STATUS_OK, revocation.record != NULL);
    revocation_release(&revocation);
    return status;
}

static void
test_find_without_memory(void **state)
{
    static const size_t places[PILE] = {STATEMENT, IN_ADVANCE, NUMBERED,
                                        OF_ANOTHER, NEWER};
    struct stores stores;
    struct trial trial;

    (void)state;
    stores_open(&stores, STORES_MEM, 0);
    put_pile(stores.store, places, (1U << PILE) - 1);
    trial.store = stores.store;
    trial.statement = records_seal(headers[STATEMENT], 1);
    test_alloc_each(find, &trial);
    record_free(trial.statement);
    stores_close(&stores);
}

/* One that is written in advance, and put away. */
static enum status
seal(void *context)
{
    const struct key_secret *secret = context;
    struct record *record = NULL;
    enum status status =
        revoke_seal(&record, secret, byte_view_of_text("kept by a friend"),
                    (struct day){20000});

    if (status == STATUS_OK) {
        struct revoke revoke;

        assert_int_equal(revoke_read(&revoke, record), STATUS_OK);
        assert_true(byte_view_equal_text(revoke.reason, "kept by a friend"));
        assert_int_equal(record_fields(record)->sequence, 0);
        assert_int_equal(record_fields(record)->date.number, 20000);
    }
    assert_int_equal(status == STATUS_OK, record != NULL);
    record_free(record);
    return status;
}

static void
test_seal(void **state)
{
    struct key_secret *secret = records_key(1);
    struct record *record;

    (void)state;
    test_alloc_each(seal, secret);
    assert_int_equal(revoke_seal(&record, secret, byte_view_of_text(" x"),
                                 (struct day){20000}),
                     STATUS_MALFORMED);
    assert_null(record);
    key_secret_free(secret);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grammar),
        cmocka_unit_test(test_reason),
        cmocka_unit_test(test_without_memory),
        cmocka_unit_test(test_orders),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_find_without_memory),
        cmocka_unit_test(test_seal),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
