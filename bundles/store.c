#include "bundles/store.h"

#include <assert.h>
#include <string.h>

#include "bundles/store_ops.h"
#include "core/limits.h"

void
store_init(struct store *store, const struct store_ops *ops, uint64_t budget)
{
    memset(store, 0, sizeof(*store));
    store->ops = ops;
    store->figures.budget = budget != 0 ? budget : STORE_BUDGET_DEFAULT;
}

void
store_free(struct store *store)
{
    if (store == NULL)
        return;
    store_rollback(store);
    store->ops->close(store);
}

/* Transactions. */

enum status
store_begin(struct store *store)
{
    enum status status;

    assert(!store->in_transaction);
    store_let_go(store);
    status = store->ops->begin(store);
    if (status != STATUS_OK)
        return status;
    status = store->ops->load_figures(store);
    if (status != STATUS_OK) {
        store->ops->rollback(store);
        return status;
    }
    store->before = store->figures;
    store->in_transaction = true;
    return STATUS_OK;
}

enum status
store_commit(struct store *store)
{
    enum status status;

    assert(store->in_transaction);
    status = store->ops->commit(store);
    if (status == STATUS_OK)
        store->in_transaction = false;
    return status;
}

void
store_rollback(struct store *store)
{
    if (!store->in_transaction)
        return;
    store->ops->rollback(store);
    store->figures = store->before;
    store->in_transaction = false;
}

bool
store_in_transaction(const struct store *store)
{
    return store->in_transaction;
}

void
store_hold(struct store *store)
{
    if (store->ops->hold != NULL && !store->in_transaction)
        store->ops->hold(store);
}

void
store_let_go(struct store *store)
{
    if (store->ops->let_go != NULL)
        store->ops->let_go(store);
}

enum status
store_poll_changed(struct store *store, bool *changed)
{
    *changed = false;
    return store->ops->poll_changed(store, changed);
}

/* Budget. */

static bool
has_room(const struct store_figures *figures, enum store_class keeping,
         size_t octets)
{
    const uint64_t half = figures->budget / 2;

    if (figures->octets > figures->budget ||
        octets > figures->budget - figures->octets)
        return false;
    return keeping == STORE_FOLLOWED ||
           (figures->octets_other <= half &&
            octets <= half - figures->octets_other);
}

static void
charge(struct store_figures *figures, enum store_class keeping, size_t octets)
{
    figures->octets += octets;
    if (keeping == STORE_OTHER)
        figures->octets_other += octets;
}

/* From this account to the other one.  STATUS_DAMAGED if it was never on
 * it. */
static enum status
move(struct store_figures *figures, enum store_class from, size_t octets)
{
    if (from == STORE_FOLLOWED)
        figures->octets_other += octets;
    else if (figures->octets_other < octets)
        return STATUS_DAMAGED;
    else
        figures->octets_other -= octets;
    return STATUS_OK;
}

/* STATUS_OK if a thing of so many octets, which has_* did not find, may be
 * put. */
static enum status
may_put(const struct store *store, enum status found, enum store_class keeping,
        size_t octets)
{
    if (found == STATUS_OK)
        return STATUS_EXISTS;
    if (found != STATUS_NOT_FOUND)
        return found;
    return has_room(&store->figures, keeping, octets) ? STATUS_OK : STATUS_FULL;
}

/* Records. */

static enum status
put_record(struct store *store, const struct record *record,
           enum store_class keeping, struct day arrived, enum store_state state)
{
    const struct record_fields *fields = record_fields(record);
    const size_t octets = record_wire(record).size;
    const struct store_row row = {
        .id = *record_id(record),
        .author = fields->key.author,
        .kind = record_kind(record),
        .set = record_set(record),
        .date = fields->date,
        .arrived = arrived,
        .sequence = fields->sequence,
        .state = state,
        .keeping = keeping,
    };
    enum status status;

    assert(store->in_transaction);
    status =
        may_put(store, store->ops->has_record(store, &row.id), keeping, octets);
    if (status != STATUS_OK)
        return status;
    status = store->ops->put_record(store, record, &row);
    if (status != STATUS_OK)
        return status;
    charge(&store->figures, keeping, octets);
    store->figures.records++;
    if (row.kind == RECORD_STATEMENT)
        store->figures.statements++;
    if (row.state == STORE_INCOMPLETE)
        store->figures.incomplete++;
    return STATUS_OK;
}

enum status
store_put_record(struct store *store, const struct record *record,
                 enum store_class keeping, struct day arrived)
{
    return put_record(store, record, keeping, arrived,
                      record_fields(record)->file_count > 0 ? STORE_INCOMPLETE
                                                            : STORE_COMPLETE);
}

enum status
store_put_whole_record(struct store *store, const struct record *record,
                       enum store_class keeping, struct day arrived)
{
    return put_record(store, record, keeping, arrived, STORE_COMPLETE);
}

enum status
store_set_state(struct store *store, const struct record_id *id,
                enum store_state state)
{
    struct store_row row;
    enum status status;

    assert(store->in_transaction);
    status = store->ops->get_row(store, id, &row);
    if (status != STATUS_OK || row.state == state)
        return status;
    status = store->ops->set_state(store, &row, state);
    if (status != STATUS_OK)
        return status;
    if (row.state == STORE_INCOMPLETE)
        store->figures.incomplete--;
    if (state == STORE_INCOMPLETE)
        store->figures.incomplete++;
    return STATUS_OK;
}

enum status
store_move_record(struct store *store, const struct record_id *id,
                  enum store_class keeping)
{
    struct record *record = NULL;
    struct store_row row;
    enum status status;

    assert(store->in_transaction);
    status = store->ops->get_row(store, id, &row);
    if (status != STATUS_OK || row.keeping == keeping)
        return status;
    status = store->ops->get_record(store, id, &record);
    if (status == STATUS_OK)
        status = move(&store->figures, row.keeping, record_wire(record).size);
    if (status == STATUS_OK)
        status = store->ops->move_record(store, &row, keeping);
    record_free(record);
    return status;
}

enum status
store_is_mentioned(bool *out, struct store *store,
                   const struct record_id *subject)
{
    enum status status = store->ops->is_mentioned(store, subject);

    *out = status == STATUS_OK;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

bool
store_has_record(struct store *store, const struct record_id *id)
{
    return store->ops->has_record(store, id) == STATUS_OK;
}

enum status
store_get_record(struct store *store, const struct record_id *id,
                 struct record **out)
{
    *out = NULL;
    return store->ops->get_record(store, id, out);
}

enum status
store_get_row(struct store *store, const struct record_id *id,
              struct store_row *out)
{
    return store->ops->get_row(store, id, out);
}

static int
value_of_digit(uint8_t digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return -1;
}

enum status
store_find(struct store *store, struct byte_view digits, struct record_id *out)
{
    struct record_id first;
    struct record_id last;
    size_t i;

    memset(out, 0, sizeof(*out));
    if (digits.size < STORE_PREFIX_MIN || digits.size > 2 * sizeof(out->octets))
        return STATUS_MALFORMED;
    memset(&first, 0, sizeof(first));
    memset(&last, 0xff, sizeof(last));
    for (i = 0; i < digits.size; i++) {
        const int value = value_of_digit(digits.data[i]);
        const int shift = i % 2 == 0 ? 4 : 0;
        const int kept = 0xf << (4 - shift); /* the other half octet */

        if (value < 0)
            return STATUS_MALFORMED;
        first.octets[i / 2] =
            (uint8_t)((first.octets[i / 2] & kept) | value << shift);
        last.octets[i / 2] =
            (uint8_t)((last.octets[i / 2] & kept) | value << shift);
    }
    return store->ops->find(store, &first, &last, out);
}

bool
store_row_matches(const struct store_row *row, const struct store_query *query)
{
    return (!query->by_set || row->set == query->set) &&
           (!query->by_kind || row->kind == query->kind) &&
           (!query->by_author ||
            key_author_equal(&row->author, &query->author)) &&
           (!query->by_sequence || row->sequence == query->sequence) &&
           (!query->by_days || (row->date.number >= query->first.number &&
                                row->date.number <= query->last.number)) &&
           (!query->incomplete || row->state == STORE_INCOMPLETE);
}

enum status
store_walk(struct store *store, const struct store_query *query,
           store_visit *visit, void *context)
{
    struct store_query bounded = *query;

    assert(!query->by_subject || query->by_kind);
    if (bounded.limit == 0)
        bounded.limit = SIZE_MAX;
    return store->ops->walk(store, &bounded, visit, context);
}

enum status
store_count(struct store *store, struct store_figures *out)
{
    enum status status = STATUS_OK;

    memset(out, 0, sizeof(*out));
    if (!store->in_transaction)
        status = store->ops->load_figures(store);
    if (status == STATUS_OK)
        *out = store->figures;
    return status;
}

/* Chunks. */

enum status
store_put_chunk(struct store *store, const struct chunk_id *id,
                enum store_class keeping, uint8_t encoding,
                struct byte_view stored)
{
    enum status status;

    assert(store->in_transaction);
    if (stored.size == 0 || stored.size > CHUNK_STORED_MAX)
        return STATUS_TOO_LARGE;
    status =
        may_put(store, store->ops->has_chunk(store, id), keeping, stored.size);
    if (status != STATUS_OK)
        return status;
    status = store->ops->put_chunk(store, id, keeping, encoding, stored);
    if (status == STATUS_OK)
        charge(&store->figures, keeping, stored.size);
    return status;
}

bool
store_has_chunk(struct store *store, const struct chunk_id *id)
{
    return store->ops->has_chunk(store, id) == STATUS_OK;
}

enum status
store_get_chunk(struct store *store, const struct chunk_id *id,
                uint8_t *encoding, struct byte_buf *out)
{
    *encoding = 0;
    return store->ops->get_chunk(store, id, encoding, out);
}

enum status
store_get_chunk_row(struct store *store, const struct chunk_id *id,
                    struct store_chunk *out)
{
    memset(out, 0, sizeof(*out));
    return store->ops->get_chunk_row(store, id, out);
}

enum status
store_walk_chunks(struct store *store, store_chunk_visit *visit, void *context)
{
    return store->ops->walk_chunks(store, visit, context);
}

enum status
store_move_chunk(struct store *store, const struct chunk_id *id,
                 enum store_class keeping)
{
    struct store_chunk chunk;
    enum status status;

    assert(store->in_transaction);
    status = store_get_chunk_row(store, id, &chunk);
    if (status != STATUS_OK || chunk.keeping == keeping)
        return status;
    status = move(&store->figures, chunk.keeping, chunk.size);
    if (status == STATUS_OK)
        status = store->ops->move_chunk(store, id, keeping);
    return status;
}

enum status
store_remove_chunk(struct store *store, const struct chunk_id *id)
{
    struct store_figures *figures = &store->figures;
    struct store_chunk chunk;
    enum status status;

    assert(store->in_transaction);
    status = store_get_chunk_row(store, id, &chunk);
    if (status == STATUS_OK && chunk.keeping == STORE_OTHER)
        status = move(figures, STORE_OTHER, chunk.size);
    if (status == STATUS_OK && figures->octets < chunk.size)
        status = STATUS_DAMAGED;
    if (status == STATUS_OK)
        status = store->ops->remove_chunk(store, id);
    if (status == STATUS_OK)
        figures->octets -= chunk.size;
    return status;
}

/* Own keys. */

enum status
store_get_sequence(struct store *store, const struct key_author *author,
                   struct store_sequence *out)
{
    memset(out, 0, sizeof(*out));
    return store->ops->get_sequence(store, author, out);
}

enum status
store_set_sequence(struct store *store, const struct key_author *author,
                   const struct store_sequence *sequence)
{
    assert(store->in_transaction);
    if (sequence->number > RECORD_SEQUENCE_MAX ||
        sequence->previous_count > RECORD_PREVIOUS_MAX)
        return STATUS_TOO_LARGE;
    return store->ops->set_sequence(store, author, sequence);
}

enum status
store_add_delivered(struct store *store, const struct record_id *id,
                    uint32_t count)
{
    uint32_t before;
    enum status status;

    assert(store->in_transaction);
    status = store->ops->get_delivered(store, id, &before);
    if (status != STATUS_OK)
        return status;
    if (count > UINT32_MAX - before)
        count = UINT32_MAX - before;
    return store->ops->set_delivered(store, id, before + count);
}

enum status
store_get_delivered(struct store *store, const struct record_id *id,
                    uint32_t *out)
{
    *out = 0;
    return store->ops->get_delivered(store, id, out);
}

enum status
store_check(struct store *store)
{
    return store->ops->check(store);
}
