#include "bundles/lineage_walk.h"

#include <assert.h>
#include <string.h>

#include "bundles/mentions.h"
#include "core/limits.h"
#include "core/mem.h"

static_assert(MENTIONS_MAX == sizeof(((struct lineage_candidate *)0)->follows) /
                                  sizeof(struct record_id),
              "all that a version follows");

/* As they are. */

struct direct {
    size_t left;
    bool is_cut; /* there are more than were left */
    store_visit *visit;
    void *context;
};

/* A store_visit over what says that it follows the version. */
static enum status
on_follower(void *context, const struct store_row *row)
{
    struct direct *direct = context;

    if (direct->left == 0) {
        direct->is_cut = true;
        return STATUS_OK;
    }
    direct->left--;
    return direct->visit(direct->context, row);
}

static enum status
walk_direct(struct lineage_walk *walk, const struct record_id *id,
            struct direct *direct)
{
    const size_t most = direct->left;
    const struct store_query query = {.by_kind = true,
                                      .kind = RECORD_IDENTITY,
                                      .by_subject = true,
                                      .subject = *id,
                                      .limit = most + 1};
    enum status status = store_walk(walk->store, &query, on_follower, direct);

    walk->rows += most - direct->left;
    return status;
}

/* By way of recovery keys. */

/* Make room for one more element behind count in *array. */
static enum status
grow(void **array, size_t *room, size_t count, size_t element)
{
    const size_t wanted = *room == 0 ? 8 : *room * 2;
    void *grown;

    if (count < *room)
        return STATUS_OK;
    grown = mem_resize(*array, wanted * element);
    if (grown == NULL)
        return STATUS_NO_MEMORY;
    *array = grown;
    *room = wanted;
    return STATUS_OK;
}

static enum status
add_candidate(struct lineage_walk *walk, const struct store_row *row)
{
    void *array = walk->candidates;
    struct lineage_candidate *candidate;
    struct record *record = NULL;
    enum status status = grow(&array, &walk->candidate_room,
                              walk->candidate_count, sizeof(*candidate));

    walk->candidates = array;
    if (status == STATUS_OK)
        status = store_get_record(walk->store, &row->id, &record);
    if (status == STATUS_OK) {
        candidate = &walk->candidates[walk->candidate_count++];
        candidate->row = *row;
        candidate->follow_count = mentions_of(record, candidate->follows);
    }
    record_free(record);
    return status;
}

/* False if enough was read of the key at work, or of all. */
static bool
may_read(struct lineage_walk *walk)
{
    if (walk->read == LINEAGE_CONSENTS_MAX ||
        walk->read_in_all == LINEAGE_CONSENTS_IN_ALL_MAX)
        return false;
    walk->read++;
    walk->read_in_all++;
    return true;
}

/* A store_visit over co-signatures: on to the identity that is co-signed. */
static enum status
on_cosign(void *context, const struct store_row *row)
{
    struct lineage_walk *walk = context;
    struct record_id signs[MENTIONS_MAX];
    struct store_row subject;
    struct record *record;
    size_t count;
    enum status status;

    if (!may_read(walk))
        return STATUS_OK;
    status = store_get_record(walk->store, &row->id, &record);
    if (status != STATUS_OK)
        return status;
    count = mentions_of(record, signs);
    record_free(record);
    if (count == 0)
        return STATUS_OK;
    status = store_get_row(walk->store, &signs[0], &subject);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    return status == STATUS_OK && subject.kind == RECORD_IDENTITY
               ? add_candidate(walk, &subject)
               : status;
}

/* A store_visit over identities. */
static enum status
on_identity(void *context, const struct store_row *row)
{
    struct lineage_walk *walk = context;

    return may_read(walk) ? add_candidate(walk, row) : STATUS_OK;
}

/* What a recovery key co-signed, and what it wrote itself. */
static enum status
read_key(struct lineage_walk *walk, const struct key_author *key)
{
    struct store_query query = {.by_kind = true,
                                .kind = RECORD_COSIGN,
                                .by_author = true,
                                .author = *key,
                                .limit = LINEAGE_CONSENTS_MAX};
    void *array = walk->keys;
    enum status status;

    for (size_t i = 0; i < walk->key_count; i++)
        if (key_author_equal(&walk->keys[i], key))
            return STATUS_OK;
    status = grow(&array, &walk->key_room, walk->key_count, sizeof(*key));
    walk->keys = array;
    if (status != STATUS_OK)
        return status;
    walk->keys[walk->key_count++] = *key;
    walk->read = 0;
    status = store_walk(walk->store, &query, on_cosign, walk);
    query.kind = RECORD_IDENTITY;
    walk->read = 0;
    return status == STATUS_OK
               ? store_walk(walk->store, &query, on_identity, walk)
               : status;
}

static bool
does_follow(const struct lineage_candidate *candidate,
            const struct record_id *id)
{
    for (size_t i = 0; i < candidate->follow_count; i++)
        if (record_id_equal(&candidate->follows[i], id))
            return true;
    return false;
}

enum status
lineage_walk_followers(struct lineage_walk *walk,
                       const struct lineage_followed *followed,
                       store_visit *visit, void *context)
{
    const size_t left = LINEAGE_ROWS_MAX - walk->rows;
    struct direct direct = {
        .left = left < LINEAGE_FOLLOWERS_MAX ? left : LINEAGE_FOLLOWERS_MAX,
        .visit = visit,
        .context = context};
    enum status status = walk_direct(walk, &followed->id, &direct);

    if (status != STATUS_OK || !direct.is_cut)
        return status;
    for (size_t i = 0; i < followed->recovery_count && status == STATUS_OK; i++)
        status = read_key(walk, &followed->recovery[i].author);
    for (size_t i = 0; i < walk->candidate_count && status == STATUS_OK; i++)
        if (does_follow(&walk->candidates[i], &followed->id))
            status = visit(context, &walk->candidates[i].row);
    return status;
}

void
lineage_walk_release(struct lineage_walk *walk)
{
    mem_free(walk->keys);
    mem_free(walk->candidates);
    memset(walk, 0, sizeof(*walk));
}
