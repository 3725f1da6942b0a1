#include "tests/unit/pile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/statement.h"
#include "core/limits.h"
#include "tests/unit/identities.h"
#include "tests/unit/orders.h"
#include "tests/unit/records.h"
#include "tests/unit/signings.h"
#include "tests/unit/stores.h"

const struct record *
pile_put(struct pile *pile, struct record *record)
{
    assert_true(pile->count < PILE_MAX);
    pile->records[pile->count++] = record;
    return record;
}

void
pile_release(struct pile *pile)
{
    for (size_t i = 0; i < pile->count; i++)
        record_free(pile->records[i]);
    memset(pile, 0, sizeof(*pile));
}

void
pile_store(const struct pile *pile, struct store *store)
{
    for (size_t i = 0; i < pile->count; i++)
        assert_int_equal(stores_put(store, pile->records[i], STORE_OTHER),
                         STATUS_OK);
}

/* Orders. */

struct checking {
    const struct pile *pile;
    void (*check)(struct store *store, void *context);
    void *context;
};

static void
check_order(void *context, const size_t *order)
{
    const struct checking *checking = context;
    struct stores stores;

    stores_open(&stores, STORES_MEM, 0);
    for (size_t i = 0; i < checking->pile->count; i++)
        assert_int_equal(stores_put(stores.store,
                                    checking->pile->records[order[i]],
                                    STORE_OTHER),
                         STATUS_OK);
    checking->check(stores.store, checking->context);
    stores_close(&stores);
}

void
pile_check_orders(const struct pile *pile,
                  void (*check)(struct store *store, void *context),
                  void *context)
{
    struct checking checking = {pile, check, context};

    orders_each(pile->count, check_order, &checking);
}

/* A chain. */

const struct record *
pile_root(struct pile *pile)
{
    const struct identities_version root = {.author = PILE_FIRST,
                                            .sequence = 1,
                                            .version = 1,
                                            .recovery = PILE_RECOVERY,
                                            .threshold = 2};

    return pile_put(pile, identities_seal(&root));
}

void
pile_cosign(struct pile *pile, uint8_t key, const struct record *record)
{
    (void)pile_put(pile, signings_cosign(key, 0, record_id(record), NULL));
}

const struct record *
pile_next(struct pile *pile, uint8_t author, uint32_t number,
          const struct record *followed, const struct record *good,
          bool is_agreed)
{
    struct identities_version next = {.author = author,
                                      .sequence = number,
                                      .version = number,
                                      .recovery = PILE_RECOVERY,
                                      .threshold = 2,
                                      .follows = {followed}};
    const struct record *record;
    uint8_t key = record_fields(followed)->key.id.octets[0];

    if (good == NULL)
        good = followed;
    if (key != author)
        next.good[0] =
            (struct identities_good){key, record_fields(good)->sequence, good};
    record = pile_put(pile, identities_seal(&next));
    if (is_agreed) {
        pile_cosign(pile, PILE_R(1), record);
        pile_cosign(pile, PILE_R(2), record);
    }
    return record;
}

const struct record *
pile_statement(struct pile *pile, uint8_t author, uint32_t sequence,
               const struct record *previous, const char *title)
{
    struct statement statement = {.title = byte_view_of_text(title)};
    struct key_secret *secret = records_key(author);
    struct record_fields fields = {0};
    struct record *record = NULL;
    struct byte_buf header;

    fields.key = secret->public_key;
    fields.date.number = (int32_t)sequence;
    fields.sequence = sequence;
    fields.previous_count = previous == NULL ? 0 : 1;
    fields.previous = previous == NULL ? NULL : record_id(previous);
    byte_buf_init(&header, RECORD_HEADER_MAX);
    assert_int_equal(statement_write_header(&header, &fields, &statement),
                     STATUS_OK);
    assert_int_equal(record_seal(&record, byte_view_of_buf(&header), secret),
                     STATUS_OK);
    byte_buf_release(&header);
    key_secret_free(secret);
    return pile_put(pile, record);
}
