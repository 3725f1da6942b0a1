#include "bundles/bundle_account.h"
#include "bundles/following.h"
#include "bundles/lineages.h"

enum store_class
following_keeping(const struct trust *trust, const struct key_author *author)
{
    const struct trust_entry *entry = trust_known(trust, author);

    return entry == NULL || entry->has_ended ? STORE_OTHER : STORE_FOLLOWED;
}

/* Which of a key's records are to be moved: those that are good, or not. */
struct sorting {
    struct lineages *lineages;
    bool wants_good;
    enum status status;
};

/* A bundle_account_filter. */
static bool
is_wanted(void *context, const struct store_row *row)
{
    struct sorting *sorting = context;
    enum good_standing standing = GOOD_PART_OPEN;

    if (sorting->status == STATUS_OK)
        sorting->status =
            lineages_standing(&standing, sorting->lineages, &row->author,
                              &row->id, row->sequence);
    if (sorting->status != STATUS_OK)
        return false;
    return standing ==
           (sorting->wants_good ? GOOD_PART_GOOD : GOOD_PART_CLAIMED);
}

static enum status
move_some(struct lineages *lineages, const struct key_author *author,
          bool wants_good)
{
    struct sorting sorting = {lineages, wants_good, STATUS_OK};
    size_t moved;
    enum status status = bundle_account_move_some(
        lineages_store(lineages), author,
        wants_good ? STORE_FOLLOWED : STORE_OTHER, is_wanted, &sorting, &moved);

    return sorting.status == STATUS_OK ? status : sorting.status;
}

static enum status
settle(struct lineages *lineages, const struct trust_entry *entry)
{
    const struct key_author *author = &entry->key.author;
    size_t moved;
    enum status status;

    if (!entry->has_ended)
        return entry->is_derived
                   ? bundle_account_move(lineages_store(lineages), author,
                                         STORE_FOLLOWED, &moved)
                   : STATUS_OK;
    status = move_some(lineages, author, true);
    return status == STATUS_OK ? move_some(lineages, author, false) : status;
}

enum status
following_settle(const struct trust *trust, struct store *store)
{
    const struct trust_entry *entry;
    struct lineages *lineages;
    size_t position = 0;
    enum status status = lineages_new(&lineages, store, trust);

    while (status == STATUS_OK &&
           (entry = trust_next(trust, &position)) != NULL)
        status = settle(lineages, entry);
    lineages_free(lineages);
    return status;
}
