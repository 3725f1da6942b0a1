#include "net/sift.h"

#include "bundles/store.h"

static enum status
sift_one(struct sift *sift, const struct record_id *id, struct day day,
         bool refused)
{
    const struct sift_row row = {id, short_id(sift->salt, id), day, refused};

    sift->rows++;
    if (!slice_holds(&sift->slice, row.short_id))
        return STATUS_OK;
    return sift->visit(sift->context, &row);
}

static enum status
sift_stored(void *context, const struct store_row *row)
{
    return sift_one(context, &row->id, row->date, false);
}

enum status
sift_run(struct sift *sift)
{
    struct store_query query = {.by_set = true,
                                .set = sift->span.set,
                                .by_days = true,
                                .first = sift->span.first,
                                .last = sift->span.last};
    const struct refused_entry *entry;
    size_t entries = refused_in(sift->refused, &sift->span, &entry);
    enum status status;

    sift->rows = 0;
    status = store_walk(sift->store, &query, sift_stored, sift);
    for (size_t i = 0; status == STATUS_OK && i < entries; i++)
        if (entry[i].set == sift->span.set)
            status = sift_one(sift, &entry[i].id, entry[i].day, true);
    return status;
}
