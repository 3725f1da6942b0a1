#include "bundles/withdrawals.h"

#include <assert.h>
#include <string.h>

#include "bundles/withdraw.h"
#include "core/limits.h"

/* A record that is asked about, or one that withdraws one before it. */
struct item {
    struct record_id id;
    size_t withdraws; /* index of what it withdraws */
    uint32_t sequence;
    bool counts; /* one that this p2pub can read */
    bool stands;
};

struct search {
    struct lineages *lineages;
    size_t asked; /* the first of items are these */
    size_t count;
    struct item items[WITHDRAWALS_MAX];
    size_t at;   /* whose withdrawals are walked over */
    bool is_cut; /* there are more than items has room for */
};

/* STATUS_OK if record withdraws id, as this p2pub reads it. */
static enum status
read_withdrawal(struct withdraw *out, const struct record *record,
                const struct record_id *id)
{
    enum status status = withdraw_read(out, record);

    if (status == STATUS_OK && !record_id_equal(&out->withdraws, id))
        status = STATUS_NEWER;
    return status;
}

/* A store_visit over what withdraws the item at search->at. */
static enum status
on_withdrawal(void *context, const struct store_row *row)
{
    struct search *search = context;
    struct item *item = &search->items[search->count];
    struct withdraw withdraw;
    struct record *record;
    enum status status;

    if (search->count == WITHDRAWALS_MAX) {
        search->is_cut = true;
        return STATUS_OK;
    }
    status =
        store_get_record(lineages_store(search->lineages), &row->id, &record);
    if (status != STATUS_OK)
        return status;
    item->id = row->id;
    item->withdraws = search->at;
    item->sequence = row->sequence;
    item->stands = true;
    item->counts = read_withdrawal(&withdraw, record,
                                   &search->items[search->at].id) == STATUS_OK;
    search->count++;
    record_free(record);
    return STATUS_OK;
}

/* Gather everything that bears on those that are asked about, in an order that
 * the records alone decide. */
static enum status
gather(struct search *search, const struct key_author *author)
{
    enum status status = STATUS_OK;

    for (search->at = 0;
         search->at < search->count && status == STATUS_OK && !search->is_cut;
         search->at++) {
        const struct record_id subject = search->items[search->at].id;

        status = lineages_walk(
            search->lineages, author,
            &(struct lineages_query){RECORD_WITHDRAW, &subject,
                                     WITHDRAWALS_MAX - search->count + 1},
            on_withdrawal, search);
    }
    return status;
}

/* The last first: what withdraws stands behind what it withdraws. */
static void
decide(struct search *search)
{
    for (size_t i = search->count; i > search->asked; i--) {
        const struct item *item = &search->items[i - 1];

        if (item->counts && item->stands)
            search->items[item->withdraws].stands = false;
    }
    for (size_t i = 0; search->is_cut && i < search->asked; i++)
        search->items[i].stands = false;
}

/* The newest withdrawal of one that is asked about, or NULL. */
static const struct item *
newest(const struct search *search)
{
    const struct item *best = NULL;

    for (size_t i = search->asked; i < search->count; i++) {
        const struct item *item = &search->items[i];

        if (item->withdraws >= search->asked || !item->counts ||
            (!item->stands && !search->is_cut))
            continue;
        if (best == NULL || item->sequence > best->sequence ||
            (item->sequence == best->sequence &&
             memcmp(&item->id, &best->id, sizeof(item->id)) < 0))
            best = item;
    }
    return best;
}

/* Open the withdrawal once more, by its signatures. */
static enum status
take(struct withdrawal *out, const struct search *search,
     const struct item *item)
{
    struct record *stored = NULL;
    struct record *record = NULL;
    struct withdraw withdraw;
    enum status status =
        store_get_record(lineages_store(search->lineages), &item->id, &stored);

    if (status == STATUS_OK)
        status = record_open(&record, record_wire(stored));
    record_free(stored);
    if (status == STATUS_OK)
        status = read_withdrawal(&withdraw, record,
                                 &search->items[item->withdraws].id);
    if (status == STATUS_OK) {
        *out = (struct withdrawal){record, record_fields(record)->date,
                                   withdraw.reason};
        return STATUS_OK;
    }
    record_free(record);
    return status == STATUS_MALFORMED || status == STATUS_BAD_SIGNATURE ||
                   status == STATUS_NEWER
               ? STATUS_DAMAGED
               : status;
}

static enum status
find(struct search *search, struct withdrawal *out, bool *stands,
     const struct key_author *author, const struct record_id *ids)
{
    const struct item *last;
    enum status status;

    for (size_t i = 0; i < search->asked; i++)
        search->items[i] = (struct item){ids[i], i, 0, false, true};
    search->count = search->asked;
    status = gather(search, author);
    if (status != STATUS_OK)
        return status;
    decide(search);
    for (size_t i = 0; i < search->asked; i++)
        stands[i] = search->items[i].stands;
    last = out == NULL ? NULL : newest(search);
    return last == NULL ? STATUS_OK : take(out, search, last);
}

enum status
withdrawals_find(struct withdrawal *out, bool *stands,
                 struct lineages *lineages, const struct key_author *author,
                 const struct record_id *ids, size_t count)
{
    struct withdrawal none = {0};
    struct search search;

    assert(count <= COSIGNS_OF_KEY_MAX);
    if (out != NULL)
        *out = none;
    search.lineages = lineages;
    search.asked = count;
    search.is_cut = false;
    return find(&search, out, stands, author, ids);
}

enum status
withdrawals_has(bool *is_withdrawn, struct lineages *lineages,
                const struct key_author *author, const struct record_id *id)
{
    bool stands = true;
    enum status status =
        withdrawals_find(NULL, &stands, lineages, author, id, 1);

    *is_withdrawn = status == STATUS_OK && !stands;
    return status;
}

void
withdrawal_release(struct withdrawal *withdrawal)
{
    record_free(withdrawal->record);
    memset(withdrawal, 0, sizeof(*withdrawal));
}
