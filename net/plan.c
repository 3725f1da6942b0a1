#include "net/plan.h"

#include "bundles/statement.h"
#include "bundles/store.h"

/* The places of a rank's parts: group and class of age, size, days of age.
 * Days count fewer than 2^23. */
static const unsigned class_shift = 48;
static const unsigned size_shift = 24;
static const size_t size_most = ((size_t)1 << 24) - 1;
/* Behind all classes of the past, of which there are 23. */
static const uint64_t future_class = 32;

static struct outbox_rank
rank_of(uint64_t class, size_t size, uint64_t days)
{
    if (size > size_most)
        size = size_most;
    return (struct outbox_rank){class << class_shift |
                                (uint64_t)size << size_shift | days};
}

/* Tomorrow and today are 1, each further doubling one more. */
static uint64_t
class_of(uint64_t days)
{
    uint64_t class = 1;

    for (; days > 1; days >>= 1)
        class ++;
    return class;
}

struct outbox_rank
plan_rank(enum record_set set, struct day day, size_t size, struct day tomorrow)
{
    const int64_t age = (int64_t)tomorrow.number - day.number;

    if (set == RECORD_SET_CONTROL)
        return (struct outbox_rank){0};
    if (age < 0)
        return rank_of(future_class, 0, (uint64_t)-age);
    return rank_of(class_of((uint64_t)age), size, (uint64_t)age);
}

struct outbox_rank
plan_rank_least(enum record_set set, struct day day, struct day tomorrow)
{
    return plan_rank(set, day, 0, tomorrow);
}

enum status
plan_size(struct store *store, const struct record_id *id, size_t *size)
{
    const struct record_fields *fields;
    struct record *record = NULL;
    enum status status = store_get_record(store, id, &record);

    *size = 0;
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    fields = record_fields(record);
    *size = record_wire(record).size;
    for (size_t i = 0; i < fields->file_count; i++)
        if (!fields->files[i].has_list && statement_is_text(&fields->files[i]))
            *size += fields->files[i].size;
    record_free(record);
    return STATUS_OK;
}
